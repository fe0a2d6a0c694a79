/* SPDX-License-Identifier: MIT */
#include "base/win32err.h"

const char *win32err_name(uint32_t code)
{
	switch (code) {
#define WIN32(constant, value, name, text)                                                 \
	case WIN32_##constant:                                                             \
		return name;
#include "base/win32err.def"
#undef WIN32
	default:
		return "ERROR_?";
	}
}

const char *win32err_text(uint32_t code)
{
	switch (code) {
#define WIN32(constant, value, name, text)                                                 \
	case WIN32_##constant:                                                             \
		return text;
#include "base/win32err.def"
#undef WIN32
	default:
		return "an error this program does not know";
	}
}

/* No default: a new row of err.def does not compile until it has its Win32 code here. */
uint32_t win32err_from_ns(enum ns_err err)
{
	switch (err) {
	case NS_OK:
		return WIN32_ERROR_SUCCESS;
	case NS_ETRUNC:
	case NS_EFORMAT:
	case NS_ELIMIT:
	case NS_ESIGNATURE:
	case NS_EUNEXPECTED:
		return WIN32_ERROR_BAD_NET_RESP;
	case NS_EAUTH:
	case NS_ENOCREDS:
		return WIN32_ERROR_LOGON_FAILURE;
	case NS_EACCESS:
		return WIN32_ERROR_ACCESS_DENIED;
	case NS_EUNSUPPORTED:
		return WIN32_ERROR_NOT_SUPPORTED;
	case NS_ENOPIPE:
		return WIN32_RPC_S_SERVER_UNAVAILABLE;
	case NS_EFAULT:
		return WIN32_RPC_S_CALL_FAILED;
	case NS_ESTATUS:
		return WIN32_ERROR_UNEXP_NET_ERR;
	case NS_EENDED:
	case NS_ECLOSED:
		return WIN32_ERROR_NETNAME_DELETED;
	case NS_EINVAL:
		return WIN32_ERROR_INVALID_PARAMETER;
	case NS_ENOMEM:
		return WIN32_ERROR_NOT_ENOUGH_MEMORY;
	case NS_ETIMEOUT:
		return WIN32_ERROR_SEM_TIMEOUT;
	case NS_ENONAME:
	case NS_EUNREACHABLE:
		return WIN32_ERROR_BAD_NETPATH;
	case NS_ENODAEMON:
		return WIN32_NERR_SERVER_NOT_STARTED;
	case NS_AGAIN:
	case NS_ESYSTEM:
		break;
	}
	return WIN32_ERROR_GEN_FAILURE;
}
