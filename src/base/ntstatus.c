/* SPDX-License-Identifier: MIT */
#include "base/ntstatus.h"

const char *ntstatus_name(uint32_t status)
{
	switch (status) {
#define STATUS(name, value, err, text)                                                     \
	case NT_STATUS_##name:                                                             \
		return "NT_STATUS_" #name;
#include "base/ntstatus.def"
#undef STATUS
	default:
		return "NT_STATUS_?";
	}
}

const char *ntstatus_text(uint32_t status)
{
	switch (status) {
#define STATUS(name, value, err, text)                                                     \
	case NT_STATUS_##name:                                                             \
		return text;
#include "base/ntstatus.def"
#undef STATUS
	default:
		return "a status this program does not know";
	}
}

enum ns_err ntstatus_to_err(uint32_t status)
{
	switch (status) {
#define STATUS(name, value, err, text)                                                     \
	case NT_STATUS_##name:                                                             \
		return err;
#include "base/ntstatus.def"
#undef STATUS
	default:
		return NS_ESTATUS;
	}
}
