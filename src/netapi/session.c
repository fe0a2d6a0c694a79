/* SPDX-License-Identifier: MIT */
/*
 * NetSessionDel, NetSessionEnum and NetSessionGetInfo (lmshare.h says what each does), for
 * strings of either width.  This file turns Win32 parameters into an operation
 * (client/op.h), which knows every rule of the documents, and its result into Win32
 * buffers.
 */
#include "base/utf16.h"
#include "base/win32err.h"
#include "client/call.h"
#include "client/result.h"
#include "netapi/pack.h"

#define NETSESS_NO_WPRINTF
#include "lmshare.h"

/*
 * Units looked at in a name for its NUL: one more than the longest that is valid
 * ([MS-SRVS] 3.1.4.5: 1024 with the NUL), so that the operation sees it is too long.
 */
#define NAME_UNITS_MAX 1025u

/* The names of a call, converted: UTF-16LE, and the server as UTF-8. */
struct call_names {
	struct buf client;
	struct buf user;
	struct buf server; /* with its NUL */
};

static void names_release(struct call_names *n)
{
	buf_release(&n->client);
	buf_release(&n->user);
	buf_release(&n->server);
}

/* An absent string leaves the buffer without memory: a view whose p is NULL. */
static enum ns_err take_name(struct buf *to, struct wide s)
{
	enum ns_err err;

	buf_init(to, (size_t)NAME_UNITS_MAX * 4);
	if (s.p == NULL)
		return NS_OK;
	err = buf_reserve(to, 1);
	if (err != NS_OK)
		return err;
	return wide_to_utf16(to, s, wide_length(s, NAME_UNITS_MAX));
}

static enum ns_err take_server(struct buf *to, struct wide s)
{
	struct buf utf16;
	enum ns_err err;

	buf_init(to, (size_t)NAME_UNITS_MAX * 4);
	err = take_name(&utf16, s);
	if (err == NS_OK)
		err = utf8_from_utf16(to, buf_view(&utf16));
	if (err == NS_OK)
		err = buf_append_zero(to, 1);
	buf_release(&utf16);
	return err == NS_EFORMAT ? NS_EINVAL : err;
}

static enum ns_err take_names(struct call_names *n, struct wide server, struct wide client,
			      struct wide user)
{
	enum ns_err err;

	*n = (struct call_names){0};
	err = take_server(&n->server, server);
	if (err == NS_OK)
		err = take_name(&n->client, client);
	if (err == NS_OK)
		err = take_name(&n->user, user);
	return err;
}

/* The whole call; *result is NULL only when memory is short or a name is not valid. */
static uint32_t ask(struct netsess_result **result, const struct netsess_request *request,
		    struct wide server, struct wide client, struct wide user)
{
	struct netsess_options *options = options_default();
	struct call_names names;
	struct op *op = NULL;
	enum ns_err err;

	*result = NULL;
	err = take_names(&names, server, client, user);
	if (err == NS_OK && options == NULL)
		err = NS_ENOMEM;
	if (err == NS_OK) {
		const struct op_names utf16 = {
			.client = buf_view(&names.client),
			.user = buf_view(&names.user),
		};

		op = op_new_utf16((const char *)names.server.p, request, &utf16,
				  options->strict);
		err = op != NULL ? NS_OK : NS_ENOMEM;
	}
	if (err == NS_OK) {
		call_run(options, (const char *)names.server.p, op);
		*result = op_take(op);
	}
	op_free(op);
	names_release(&names);
	netsess_options_free(options);
	return err == NS_OK ? netsess_result_code(*result) : win32err_from_ns(err);
}

static NET_API_STATUS session_del(struct wide server, struct wide client, struct wide user)
{
	const struct netsess_request request = {.op = NETSESS_SESSION_DEL};
	struct netsess_result *result;
	uint32_t code = ask(&result, &request, server, client, user);

	netsess_result_free(result);
	return code;
}

/* The rows of a one-page result as a Win32 buffer; none leave *buffer NULL. */
static uint32_t give_rows(LPBYTE *buffer, LPDWORD count,
			  const struct netsess_result *result, enum wide_width width)
{
	void *block = NULL;

	*count = 0;
	if (netsess_result_rows(result) == 0)
		return WIN32_ERROR_SUCCESS;
	if (pack_rows(&block, result_page(result, 0), width) != NS_OK)
		return WIN32_ERROR_NOT_ENOUGH_MEMORY;
	*buffer = block;
	*count = result_page(result, 0)->count;
	return WIN32_ERROR_SUCCESS;
}

struct enum_out {
	LPBYTE *buffer;
	LPDWORD read, total, resume;
};

static NET_API_STATUS session_enum(const struct enum_out *out, struct wide server,
				   struct wide client, struct wide user, DWORD level,
				   DWORD prefmaxlen)
{
	struct netsess_request request = {
		.op = NETSESS_SESSION_ENUM,
		.level = level,
		/* 0 is less than any row takes, as 1 is; the native interface means all by
		   0. */
		.prefmaxlen = prefmaxlen > 0 ? prefmaxlen : 1,
		.one_page = true,
	};
	struct netsess_result *result;
	uint32_t code, packed;

	if (out->buffer == NULL || out->read == NULL || out->total == NULL)
		return WIN32_ERROR_INVALID_PARAMETER;
	*out->buffer = NULL;
	*out->read = 0;
	*out->total = 0;
	if (out->resume != NULL)
		request.resume = *out->resume;
	code = ask(&result, &request, server, client, user);
	if (code == WIN32_ERROR_SUCCESS || code == WIN32_ERROR_MORE_DATA) {
		packed = give_rows(out->buffer, out->read, result, server.width);
		if (packed != WIN32_ERROR_SUCCESS)
			code = packed;
		*out->total = netsess_result_total(result);
		if (out->resume != NULL)
			*out->resume = netsess_result_resume(result);
	}
	netsess_result_free(result);
	return code;
}

static NET_API_STATUS session_get_info(LPBYTE *buffer, struct wide server,
				       struct wide client, struct wide user, DWORD level)
{
	const struct netsess_request request = {.op = NETSESS_SESSION_GET, .level = level};
	struct netsess_result *result;
	uint32_t code;
	DWORD count;

	if (buffer == NULL)
		return WIN32_ERROR_INVALID_PARAMETER;
	*buffer = NULL;
	code = ask(&result, &request, server, client, user);
	if (code == WIN32_ERROR_SUCCESS)
		code = give_rows(buffer, &count, result, server.width);
	netsess_result_free(result);
	return code;
}

/* The exported functions, once for each width; `type` is a string's unit. */
#define W(s, width) ((struct wide){s, width})
#define FUNCTIONS(suffix, type, width)                                                     \
	NET_API_STATUS NetSessionDel##suffix(type *servername, type *UncClientName,        \
					     type *username)                               \
	{                                                                                  \
		return session_del(W(servername, width), W(UncClientName, width),          \
				   W(username, width));                                    \
	}                                                                                  \
	NET_API_STATUS NetSessionEnum##suffix(type *servername, type *UncClientName,       \
					      type *username, DWORD level, LPBYTE *bufptr, \
					      DWORD prefmaxlen, LPDWORD entriesread,       \
					      LPDWORD totalentries, LPDWORD resume_handle) \
	{                                                                                  \
		const struct enum_out out = {bufptr, entriesread, totalentries,            \
					     resume_handle};                               \
                                                                                           \
		return session_enum(&out, W(servername, width), W(UncClientName, width),   \
				    W(username, width), level, prefmaxlen);                \
	}                                                                                  \
	NET_API_STATUS NetSessionGetInfo##suffix(type *servername, type *UncClientName,    \
						 type *username, DWORD level,              \
						 LPBYTE *bufptr)                           \
	{                                                                                  \
		return session_get_info(bufptr, W(servername, width),                      \
					W(UncClientName, width), W(username, width),       \
					level);                                            \
	}

NETSESS_WINAPI NET_API_STATUS NetSessionDel_w16(uint16_t *, uint16_t *, uint16_t *);
NETSESS_WINAPI NET_API_STATUS NetSessionEnum_w16(uint16_t *, uint16_t *, uint16_t *, DWORD,
						 LPBYTE *, DWORD, LPDWORD, LPDWORD,
						 LPDWORD);
NETSESS_WINAPI NET_API_STATUS NetSessionGetInfo_w16(uint16_t *, uint16_t *, uint16_t *,
						    DWORD, LPBYTE *);

FUNCTIONS(, wchar_t, WIDE_32)
FUNCTIONS(_w16, uint16_t, WIDE_16)
