/* SPDX-License-Identifier: MIT */
#include "server/svc_srvsvc.h"

#include <stdio.h>

#include "base/utf16.h"
#include "server/access.h"
#include "server/channel.h"
#include "server/conn.h"
#include "server/svc_call.h"

/*
 * [MS-SRVS] 3.1.4.  Whom Windows lets call what stands in its notes <44> to <62>: listing
 * and ending is for Administrators and Server Operators; the names of shares and the name
 * and version of the server are for anyone who has signed in.
 */
/* clang-format off */
static const struct svc_method methods[] = {
	{.opnum = OPNUM_NETR_CONNECTION_ENUM, .run = svc_connection_enum},
	{.opnum = OPNUM_NETR_FILE_ENUM,       .run = svc_file_enum},
	{.opnum = OPNUM_NETR_FILE_GET_INFO,   .run = svc_file_get_info},
	{.opnum = OPNUM_NETR_FILE_CLOSE,      .run = svc_file_close},
	{.opnum = OPNUM_NETR_SESSION_ENUM,    .run = svc_session_enum},
	{.opnum = OPNUM_NETR_SESSION_DEL,     .run = svc_session_del},
	{.opnum = OPNUM_NETR_SHARE_ENUM,      .run = svc_share_enum,
	 .n_levels = 3, .levels = {0, 1, 501}},
	{.opnum = OPNUM_NETR_SHARE_GET_INFO,  .run = svc_share_get_info,
	 .n_levels = 4, .levels = {0, 1, 501, 1005}},
	{.opnum = OPNUM_NETR_SERVER_GET_INFO, .run = svc_server_get_info,
	 .n_levels = 2, .levels = {100, 101}},
	{.opnum = OPNUM_NETR_SERVER_DISK_ENUM, .run = svc_disk_enum},
	{.opnum = OPNUM_NETR_REMOTE_TOD,      .run = svc_remote_tod, .all = true},
	{.opnum = OPNUM_NETR_SHARE_ENUM_STICKY, .run = svc_share_enum,
	 .n_levels = 2, .levels = {0, 1}},
};
/* clang-format on */

#define METHODS (sizeof(methods) / sizeof(methods[0]))

bool svc_may_manage(const struct svc_caller *caller)
{
	if (caller->session == NULL)
		return caller->local_manager;
	return access_may_manage(caller->session);
}

void svc_caller_name(const struct svc_caller *caller, char out[SVC_CALLER_NAME_MAX])
{
	const struct session *s = caller->session;
	const char *client = "?";

	if (s == NULL) {
		(void)snprintf(out, SVC_CALLER_NAME_MAX, "%s@local", caller->local_name);
		return;
	}
	if (s->channels != NULL)
		client = s->channels->conn->peer.name;
	(void)snprintf(out, SVC_CALLER_NAME_MAX, "%s@%s", s->user, client);
}

/* What each service is, in the order of SVC_... */
static const struct {
	const struct rpc_iface *iface;
	uint32_t (*call)(void *ctx, const struct rpc_method *method, struct view stub,
			 struct buf *out);
} services[SVC_COUNT] = {
	[SVC_SRVSVC] = {&SRVSVC, svc_srvsvc_call},
	[SVC_WKSSVC] = {&WKSSVC, svc_wkssvc_call},
	[SVC_COUNTERS] = {&COUNTERS, svc_counters_call},
};

struct rpc_service svc_service(size_t which, struct svc_caller *caller)
{
	return (struct rpc_service){.iface = services[which].iface,
				    .call = services[which].call,
				    .ctx = caller};
}

/* Whether the UTF-16LE name is this ASCII word, without case. */
static bool is_word(struct view name16, const char *word)
{
	size_t n = strlen(word);

	if (name16.n != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (utf16_upcase(utf16_unit(name16, i)) !=
		    utf16_upcase((uint16_t)(unsigned char)word[i]))
			return false;
	return true;
}

size_t svc_find(struct view name16)
{
	size_t i = 0;

	while (i < SVC_COUNT && !is_word(name16, services[i].iface->name))
		i++;
	return i;
}

uint32_t svc_access(const struct svc_call *c, const struct info_family *family,
		    uint32_t level)
{
	const struct svc_method *m = c->method;

	if (m->all || svc_may_manage(c->caller))
		return WIN32_ERROR_SUCCESS;
	if (m->n_levels > 0 && svc_level(family, level) != WIN32_ERROR_SUCCESS)
		return WIN32_ERROR_SUCCESS;
	for (size_t i = 0; i < m->n_levels; i++)
		if (m->levels[i] == level)
			return WIN32_ERROR_SUCCESS;
	return WIN32_ERROR_ACCESS_DENIED;
}

uint32_t svc_level(const struct info_family *family, uint32_t level)
{
	return info_level_find(family, level) != NULL ? WIN32_ERROR_SUCCESS
						      : WIN32_ERROR_INVALID_LEVEL;
}

uint32_t svc_length(struct view name)
{
	return name.n / 2 + 1 > SVC_NAME_MAX ? WIN32_ERROR_INVALID_PARAMETER
					     : WIN32_ERROR_SUCCESS;
}

uint32_t svc_error(enum ns_err err)
{
	if (err == NS_OK)
		return WIN32_ERROR_SUCCESS;
	return err == NS_ENOMEM ? WIN32_ERROR_NOT_ENOUGH_MEMORY : WIN32_NERR_INTERNAL_ERROR;
}

uint32_t svc_run(const struct svc_method *rows, size_t n, struct svc_caller *caller,
		 const struct rpc_method *method, struct view stub, struct buf *out)
{
	struct svc_call c = {.caller = caller, .stub = stub, .out = out};
	enum ns_err err;

	for (size_t i = 0; i < n; i++)
		if (rows[i].opnum == method->opnum)
			c.method = &rows[i];
	if (c.method == NULL)
		return RPC_FAULT_OP_RANGE;
	err = c.method->run(&c);
	if (err == NS_OK)
		return 0;
	return err == NS_ENOMEM ? RPC_FAULT_OUT_OF_MEMORY : RPC_FAULT_NDR;
}

uint32_t svc_srvsvc_call(void *ctx, const struct rpc_method *method, struct view stub,
			 struct buf *out)
{
	return svc_run(methods, METHODS, ctx, method, stub, out);
}
