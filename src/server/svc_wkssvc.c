/* SPDX-License-Identifier: MIT */
/* wkssvc: NetrWkstaGetInfo, [MS-WKST] 3.2.4.1. */
#include "server/server_config.h"
#include "server/session_table.h"
#include "server/svc_rows.h"

/* WKSTA_INFO_100, _101, _102, [MS-WKST] 2.2.5.1 to 2.2.5.3 */
static enum ns_err fill_wksta(struct info_rows *rows, const struct server *server,
			      const void *object)
{
	const struct server_config *config = object;
	enum ns_err err;

	info_rows_put_u32(rows, "platform_id", SVC_PLATFORM_NT);
	info_rows_put_u32(rows, "ver_major", SVC_VERSION_MAJOR);
	info_rows_put_u32(rows, "ver_minor", SVC_VERSION_MINOR);
	info_rows_put_u32(rows, "logged_on_users",
			  (uint32_t)session_table_listed(server->sessions));
	err = info_rows_put_utf8(rows, "computername", view_of_string(config->name));
	if (err == NS_OK)
		err = info_rows_put_utf8(rows, "langroup", view_of_string(config->domain));
	return err;
}

static enum ns_err wksta_get_info(const struct svc_call *c)
{
	const struct server *server = c->caller->server;
	struct netr_wksta_get_info_req req = {0};
	struct netr_get_info_resp resp = {0};
	struct ndr in = ndr_pull(c->stub);
	struct ndr out = ndr_push(c->out);
	uint32_t status;
	enum ns_err err;

	netr_wksta_get_info_req_code(&in, &req);
	err = ndr_end(&in);
	if (err != NS_OK)
		return err;
	status = svc_access(c, &WKSTA_INFO, req.level);
	if (status == WIN32_ERROR_SUCCESS)
		status = svc_level(&WKSTA_INFO, req.level);
	resp.status = svc_single_answer(&resp, &WKSTA_INFO, req.level, status, server,
					fill_wksta, server->config);
	netr_wksta_get_info_resp_code(&out, &resp);
	err = ndr_end(&out);
	netr_get_info_resp_release(&resp);
	return err;
}

/* Level 102 tells how many users are here: for managers, [MS-WKST] 3.2.4.1. */
static const struct svc_method methods[] = {
	{.opnum = OPNUM_NETR_WKSTA_GET_INFO,
	 .run = wksta_get_info,
	 .n_levels = 2,
	 .levels = {100, 101}},
};

uint32_t svc_wkssvc_call(void *ctx, const struct rpc_method *method, struct view stub,
			 struct buf *out)
{
	return svc_run(methods, sizeof(methods) / sizeof(methods[0]), ctx, method, stub,
		       out);
}
