/* SPDX-License-Identifier: MIT */
/*
 * The making of an operation: what each kind of request is, and all that can be checked of
 * it before anything is sent.
 */
#include <stdlib.h>

#include "base/utf16.h"
#include "base/win32err.h"
#include "client/names.h"
#include "client/op_state.h"
#include "client/rules.h"

/* No level is left out. */
#define NO_LEVEL UINT32_MAX

/* The names a request may carry; others in it are not looked at. */
enum {
	CLIENT = 1,
	USER = 2,
	NAME = 4,
	NAME_NEEDED = 8,
};

/* All there is to know of a request's kind. */
struct kind {
	const struct op_method *method;
	const struct info_family *family; /* NULL: it takes no level */
	uint32_t but;                     /* a level of the family that this call lacks */
	unsigned names;
	uint32_t (*check)(const struct op *op); /* NULL: nothing more to check */
};

/* clang-format off */
static const struct kind kinds[] = {
	[NETSESS_SESSION_ENUM] = {
		&OP_SESSION_ENUM, &SESSION_INFO, NO_LEVEL, CLIENT | USER, op_check_session_enum},
	[NETSESS_SESSION_GET] = {
		&OP_SESSION_ENUM, &SESSION_INFO, 502, CLIENT | USER, op_check_session_get},
	[NETSESS_SESSION_DEL] = {
		&OP_SESSION_DEL, NULL, NO_LEVEL, CLIENT | USER, op_check_session_del},
	[NETSESS_CONNECTION_ENUM] = {
		&OP_CONNECTION_ENUM, &CONNECTION_INFO, NO_LEVEL, NAME | NAME_NEEDED, NULL},
	[NETSESS_FILE_ENUM] = {
		&OP_FILE_ENUM, &FILE_INFO, NO_LEVEL, NAME | USER, NULL},
	[NETSESS_FILE_GET] = {
		&OP_FILE_GET, &FILE_INFO, NO_LEVEL, 0, NULL},
	[NETSESS_FILE_CLOSE] = {
		&OP_FILE_CLOSE, NULL, NO_LEVEL, 0, NULL},
	[NETSESS_SHARE_ENUM] = {
		&OP_SHARE_ENUM, &SHARE_INFO, 1005, 0, NULL},
	[NETSESS_SHARE_GET] = {
		&OP_SHARE_GET, &SHARE_INFO, NO_LEVEL, NAME | NAME_NEEDED, NULL},
	[NETSESS_SERVER_GET] = {
		&OP_SERVER_GET, &SERVER_INFO, NO_LEVEL, 0, NULL},
	[NETSESS_WKSTA_GET] = {
		&OP_WKSTA_GET, &WKSTA_INFO, NO_LEVEL, 0, NULL},
	[NETSESS_TIME_GET] = {
		&OP_TIME_GET, &TIME_OF_DAY_INFO, NO_LEVEL, 0, NULL},
	[NETSESS_COUNTER_ENUM] = {
		&OP_COUNTER_ENUM, &COUNTER_INFO, NO_LEVEL, 0, NULL},
};
/* clang-format on */

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* 0, 8 or 87.  A name of too many characters is 87 whatever they are. */
static uint32_t take_utf8(struct buf *to, const char *text)
{
	enum ns_err err;

	if (text == NULL)
		return WIN32_ERROR_SUCCESS;
	err = utf16_from_utf8(to, view_of_string(text));
	if (err == NS_ENOMEM)
		return WIN32_ERROR_NOT_ENOUGH_MEMORY;
	return err == NS_OK ? WIN32_ERROR_SUCCESS : WIN32_ERROR_INVALID_PARAMETER;
}

static uint32_t take_utf16(struct buf *to, struct view text)
{
	struct buf utf8;
	enum ns_err err;

	if (text.n > to->max)
		return WIN32_ERROR_INVALID_PARAMETER;
	for (size_t i = 0; i < text.n / 2; i++) {
		if (utf16_unit(text, i) == 0)
			return WIN32_ERROR_INVALID_PARAMETER;
	}
	buf_init(&utf8, SIZE_MAX);
	err = utf8_from_utf16(&utf8, text);
	buf_release(&utf8);
	if (err == NS_OK)
		err = buf_append(to, text);
	if (err == NS_ENOMEM)
		return WIN32_ERROR_NOT_ENOUGH_MEMORY;
	return err == NS_OK ? WIN32_ERROR_SUCCESS : WIN32_ERROR_INVALID_PARAMETER;
}

/* SRVSVC_HANDLE, [MS-SRVS] 2.2.1.1: "\\host", or NULL for this computer. */
static uint32_t take_server(struct op *op, const char *server)
{
	struct server_name name;
	uint32_t code;

	if (server_name_parse(&name, server) != NS_OK)
		return WIN32_ERROR_INVALID_PARAMETER;
	if (name.local)
		return WIN32_ERROR_SUCCESS;
	code = take_utf8(&op->server, "\\\\");
	return code == WIN32_ERROR_SUCCESS ? take_utf8(&op->server, name.host) : code;
}

static uint32_t check_level(const struct kind *kind, uint32_t level)
{
	if (kind->family == NULL || kind->family == &TIME_OF_DAY_INFO)
		return WIN32_ERROR_SUCCESS;
	if (level == kind->but || info_level_find(kind->family, level) == NULL)
		return WIN32_ERROR_INVALID_LEVEL;
	return WIN32_ERROR_SUCCESS;
}

static uint32_t take_names(struct op *op, const struct kind *kind,
			   const struct netsess_request *request,
			   const struct op_names *names)
{
	const struct {
		unsigned bit;
		struct buf *to;
		const char *utf8;
		struct view utf16;
	} all[] = {
		{CLIENT, &op->client, request->client,
		 names != NULL ? names->client : (struct view){0}},
		{USER, &op->user, request->user,
		 names != NULL ? names->user : (struct view){0}},
		{NAME, &op->name, request->name,
		 names != NULL ? names->name : (struct view){0}},
	};
	uint32_t code = WIN32_ERROR_SUCCESS;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if ((kind->names & all[i].bit) == 0 || code != WIN32_ERROR_SUCCESS)
			continue;
		code = names != NULL ? take_utf16(all[i].to, all[i].utf16)
				     : take_utf8(all[i].to, all[i].utf8);
	}
	if (code == WIN32_ERROR_SUCCESS && (kind->names & NAME_NEEDED) != 0 &&
	    op->name.n == 0)
		code = WIN32_ERROR_INVALID_PARAMETER;
	return code;
}

static uint32_t prepare(struct op *op, const struct kind *kind, const char *server,
			const struct netsess_request *request, const struct op_names *names)
{
	uint32_t code = check_level(kind, request->level);

	if (code == WIN32_ERROR_SUCCESS)
		code = take_server(op, server);
	if (code == WIN32_ERROR_SUCCESS)
		code = take_names(op, kind, request, names);
	if (code == WIN32_ERROR_SUCCESS && kind->check != NULL)
		code = kind->check(op);
	return code;
}

static void init_names(struct op *op)
{
	struct buf *const names[] = {&op->client, &op->user, &op->name, &op->del_client,
				     &op->del_user};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		buf_init(names[i], OP_NAME_UNITS * sizeof(uint16_t));
	/* "\\" and a host of at most that many bytes of UTF-8. */
	buf_init(&op->server, (2 + SERVER_HOST_MAX) * sizeof(uint16_t));
	buf_init(&op->stub, OP_STUB_MAX);
}

/* An operation and its result, both empty. */
static struct op *new_empty(const struct kind *kind, const struct netsess_request *request,
			    bool strict)
{
	const struct info_level *shape = NULL;
	struct op *op = calloc(1, sizeof(*op));
	bool has_level = kind->family != NULL && kind->family != &TIME_OF_DAY_INFO;

	if (op == NULL)
		return NULL;
	init_names(op);
	op->what = request->op;
	op->level = has_level ? request->level : 0;
	op->wire_level = op->level;
	op->id = request->id;
	op->prefmaxlen = request->prefmaxlen != 0 ? request->prefmaxlen : NETSESS_ALL;
	op->resume = request->resume;
	op->wire_resume = request->resume;
	op->one_page = request->one_page;
	op->strict = strict;
	if (kind->family != NULL)
		shape = info_level_find(kind->family, op->level);
	op->result = result_new(op->level, shape);
	if (op->result == NULL) {
		op_free(op);
		return NULL;
	}
	return op;
}

static struct op *new_op(const char *server, const struct netsess_request *request,
			 const struct op_names *names, bool strict)
{
	static const struct kind none;
	const struct kind *kind = (size_t)request->op < KINDS ? &kinds[request->op] : &none;
	struct op *op = new_empty(kind, request, strict);
	uint32_t code;

	if (op == NULL)
		return NULL;
	code = kind == &none ? WIN32_ERROR_INVALID_PARAMETER
			     : prepare(op, kind, server, request, names);
	if (code != WIN32_ERROR_SUCCESS) {
		op->result->code = code;
		return op;
	}
	if (op->what == NETSESS_SESSION_GET) {
		op->one_page = false;
		op->wire_resume = 0;
		op->prefmaxlen = NETSESS_ALL;
	}
	op->dels = op->what == NETSESS_SESSION_DEL ? 1 : 0;
	(void)rules_apply(op, RULE_ON_START);
	op_call_method(op, kind->method);
	return op;
}

struct op *op_new(const char *server, const struct netsess_request *request, bool strict)
{
	return new_op(server, request, NULL, strict);
}

struct op *op_new_utf16(const char *server, const struct netsess_request *request,
			const struct op_names *names, bool strict)
{
	return new_op(server, request, names, strict);
}
