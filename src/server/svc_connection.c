/* SPDX-License-Identifier: MIT */
/* Tree connects: NetrConnectionEnum, [MS-SRVS] 3.1.4.1. */
#include "base/match.h"
#include "base/utf16.h"
#include "server/server_config.h"
#include "server/svc_rows.h"
#include "server/tree.h"

/* [MS-SRVS] 2.2.2.4 */
#define STYPE_DISKTREE 0x00000000u
#define STYPE_IPC      0x00000003u

/*
 * The Qualifier: a computer name if it begins with "\\", else a share's.  The member
 * netname is the one of the two that the caller did not give (2.2.4.2).
 */
struct qualifier {
	struct view text;
	bool is_client;
	struct match_client client;
};

struct connection {
	const struct tree *tree;
	const struct qualifier *by;
};

static bool is_share(const char *name, struct view name16)
{
	struct buf mine;
	bool same = false;

	buf_init(&mine, name16.n);
	if (utf16_from_utf8(&mine, view_of_string(name)) == NS_OK)
		same = utf16_equal_folded(buf_view(&mine), name16);
	buf_release(&mine);
	return same;
}

static bool passes(const struct tree *t, const struct qualifier *by)
{
	struct match_client mine;

	if (!session_is_listed(t->session))
		return false;
	if (!by->is_client)
		return is_share(tree_share_name(t), by->text);
	mine = match_client_of(buf_view(&t->session->client16));
	return match_client_equal(&mine, &by->client);
}

/* [MS-SMB2] 3.3.4.19 */
static enum ns_err fill_connection(struct info_rows *rows, const struct server *server,
				   const void *object)
{
	const struct connection *c = object;
	const struct tree *t = c->tree;
	enum ns_err err;

	info_rows_put_u32(rows, "id", t->global_id);
	info_rows_put_u32(rows, "type", t->share == NULL ? STYPE_IPC : STYPE_DISKTREE);
	info_rows_put_u32(rows, "num_opens", t->open_count);
	info_rows_put_u32(rows, "num_users", 1);
	info_rows_put_u32(rows, "time", (uint32_t)((server->now - t->created) / 1000));
	err = info_rows_put_text(rows, "username", buf_view(&t->session->user16));
	if (err != NS_OK)
		return err;
	if (!c->by->is_client)
		return info_rows_put_text(rows, "netname", buf_view(&t->session->client16));
	return info_rows_put_utf8(rows, "netname", view_of_string(tree_share_name(t)));
}

static bool share_exists(const struct server_config *config, struct view name16)
{
	for (size_t i = 0; i < config->share_count; i++)
		if (is_share(config->shares[i].name, name16))
			return true;
	return is_share("IPC$", name16);
}

static uint32_t run_enum(const struct svc_call *c,
			 const struct netr_connection_enum_req *req,
			 struct netr_enum_resp *resp)
{
	const struct server *server = c->caller->server;
	struct qualifier by = {.text = req->qualifier.text};
	uint32_t level = req->params.info.level;
	uint32_t status = svc_access(c, &CONNECTION_INFO, level);
	struct svc_walk w;

	if (status == WIN32_ERROR_SUCCESS)
		status = svc_length(by.text);
	if (status == WIN32_ERROR_SUCCESS && by.text.n == 0)
		status = WIN32_ERROR_INVALID_PARAMETER;
	if (status == WIN32_ERROR_SUCCESS)
		status = svc_level(&CONNECTION_INFO, level);
	if (status != WIN32_ERROR_SUCCESS)
		return status;
	by.is_client = match_has_backslashes(by.text);
	by.client = match_client_of(by.text);
	if (!by.is_client && !share_exists(server->config, by.text))
		return WIN32_NERR_NET_NAME_NOT_FOUND;
	svc_walk_init(&w, server, resp, &req->params);
	for (struct tree *t = tree_after(server, w.resume); t != NULL;
	     t = tree_after(server, t->global_id)) {
		const struct connection row = {.tree = t, .by = &by};

		if (passes(t, &by))
			svc_walk_add(&w, t->global_id, fill_connection, &row);
	}
	return svc_walk_end(&w);
}

enum ns_err svc_connection_enum(const struct svc_call *c)
{
	struct netr_connection_enum_req req = {0};
	struct netr_enum_resp resp = {0};
	struct ndr in = ndr_pull(c->stub);
	struct ndr out = ndr_push(c->out);
	enum ns_err err;

	netr_connection_enum_req_code(&in, &req);
	err = ndr_end(&in);
	if (err != NS_OK)
		goto out;
	svc_enum_answer(&resp, &CONNECTION_INFO, &req.params);
	resp.status = run_enum(c, &req, &resp);
	netr_connection_enum_resp_code(&out, &resp);
	err = ndr_end(&out);
out:
	netr_enum_params_release(&req.params);
	netr_enum_resp_release(&resp);
	return err;
}
