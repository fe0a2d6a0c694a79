/* SPDX-License-Identifier: MIT */
/*
 * Shares: NetrShareEnum, NetrShareEnumSticky and NetrShareGetInfo, [MS-SRVS] 3.1.4.8 to
 * 3.1.4.10.  The list is the configuration's, in its order, and then IPC$; the resume
 * handle is a place in it.
 */
#include "base/utf16.h"
#include "server/server_config.h"
#include "server/svc_rows.h"
#include "server/tree.h"

/* [MS-SRVS] 2.2.2.4 */
#define STYPE_DISKTREE 0x00000000u
#define STYPE_IPC      0x00000003u
#define STYPE_SPECIAL  0x80000000u

/* [MS-SRVS] 2.2.4.29: nothing of it is cached; what is sent there is sealed. */
#define SHI1005_FLAGS_CACHE_NONE   0x00000030u
#define SHI1005_FLAGS_ENCRYPT_DATA 0x00008000u

#define MAX_USES_UNLIMITED UINT32_MAX
#define IPC_NAME           "IPC$"

/* The n-th share, from 0: NULL is IPC$, the last. */
static const struct server_share *share_at(const struct server_config *config, size_t n)
{
	return n < config->share_count ? &config->shares[n] : NULL;
}

static const char *name_of(const struct server_share *share)
{
	return share != NULL ? share->name : IPC_NAME;
}

/* As in the answer to TREE_CONNECT. */
static uint32_t flags_of(const struct server_share *share)
{
	if (share == NULL)
		return SHI1005_FLAGS_CACHE_NONE;
	return share->encrypt ? SHI1005_FLAGS_ENCRYPT_DATA : 0;
}

/* `object` is a share, or NULL for IPC$.  Its security descriptor stays NULL: no ACL. */
static enum ns_err fill_share(struct info_rows *rows, const struct server *server,
			      const void *object)
{
	const struct server_share *share = object;
	const char *remark = share != NULL ? share->comment : "Remote IPC";
	const char *path = share != NULL ? share->path : "";
	enum ns_err err;

	info_rows_put_u32(rows, "type",
			  share != NULL ? STYPE_DISKTREE : STYPE_IPC | STYPE_SPECIAL);
	info_rows_put_u32(rows, "permissions", 0);
	info_rows_put_u32(rows, "max_uses",
			  share != NULL ? share->max_uses : MAX_USES_UNLIMITED);
	info_rows_put_u32(rows, "current_uses", (uint32_t)tree_share_uses(server, share));
	info_rows_put_u32(rows, "flags", flags_of(share));
	err = info_rows_put_utf8(rows, "netname", view_of_string(name_of(share)));
	if (err == NS_OK)
		err = info_rows_put_utf8(rows, "remark", view_of_string(remark));
	if (err == NS_OK)
		err = info_rows_put_utf8(rows, "path", view_of_string(path));
	if (err == NS_OK)
		err = info_rows_put_utf8(rows, "servername", VIEW_LITERAL("*"));
	return err;
}

static bool may_see(const struct svc_caller *caller, const struct server_share *share)
{
	return share == NULL || !share->hidden || svc_may_manage(caller);
}

/* 3.1.4.9: what comes back after a restart, which is the configuration. */
static bool is_sticky(const struct svc_call *c)
{
	return c->method->opnum == OPNUM_NETR_SHARE_ENUM_STICKY;
}

/* 1005 is a level of NetrShareGetInfo alone. */
static uint32_t enum_level(const struct svc_call *c, uint32_t level)
{
	if (level == 1005 || (level == 501 && is_sticky(c)))
		return WIN32_ERROR_INVALID_LEVEL;
	return svc_level(&SHARE_INFO, level);
}

static uint32_t run_enum(const struct svc_call *c, const struct netr_share_enum_req *req,
			 struct netr_enum_resp *resp)
{
	const struct server *server = c->caller->server;
	uint32_t level = req->params.info.level;
	uint32_t status = svc_access(c, &SHARE_INFO, level);
	struct svc_walk w;

	if (status == WIN32_ERROR_SUCCESS)
		status = enum_level(c, level);
	if (status != WIN32_ERROR_SUCCESS)
		return status;
	svc_walk_init(&w, server, resp, &req->params);
	for (size_t i = w.resume; i <= server->config->share_count; i++) {
		const struct server_share *share = share_at(server->config, i);

		if (may_see(c->caller, share) && (share != NULL || !is_sticky(c)))
			svc_walk_add(&w, (uint32_t)i + 1, fill_share, share);
	}
	return svc_walk_end(&w);
}

enum ns_err svc_share_enum(const struct svc_call *c)
{
	struct netr_share_enum_req req = {0};
	struct netr_enum_resp resp = {0};
	struct ndr in = ndr_pull(c->stub);
	struct ndr out = ndr_push(c->out);
	enum ns_err err;

	netr_share_enum_req_code(&in, &req);
	err = ndr_end(&in);
	if (err != NS_OK)
		goto out;
	svc_enum_answer(&resp, &SHARE_INFO, &req.params);
	resp.status = run_enum(c, &req, &resp);
	netr_share_enum_resp_code(&out, &resp);
	err = ndr_end(&out);
out:
	netr_enum_params_release(&req.params);
	netr_enum_resp_release(&resp);
	return err;
}

/* Finds the share by its name, folded: false if there is none. */
static bool find_share(const struct server_config *config, struct view name16,
		       const struct server_share **share)
{
	struct buf name;
	bool found = false;

	buf_init(&name, 2 * name16.n + 2);
	if (utf8_from_utf16_lossy(&name, name16) != NS_OK) {
		buf_release(&name);
		return false;
	}
	for (size_t i = 0; i <= config->share_count && !found; i++) {
		*share = share_at(config, i);
		found = utf8_equal_folded(buf_view(&name), view_of_string(name_of(*share)));
	}
	buf_release(&name);
	return found;
}

static uint32_t check_get_info(const struct svc_call *c,
			       const struct netr_share_get_info_req *req,
			       const struct server_share **share)
{
	const struct server_config *config = c->caller->server->config;
	uint32_t status = svc_access(c, &SHARE_INFO, req->level);

	if (status == WIN32_ERROR_SUCCESS && req->net_name.n == 0)
		status = WIN32_ERROR_INVALID_PARAMETER;
	if (status == WIN32_ERROR_SUCCESS)
		status = svc_length(req->net_name);
	if (status == WIN32_ERROR_SUCCESS)
		status = svc_level(&SHARE_INFO, req->level);
	if (status == WIN32_ERROR_SUCCESS && !find_share(config, req->net_name, share))
		status = WIN32_NERR_NET_NAME_NOT_FOUND;
	return status;
}

enum ns_err svc_share_get_info(const struct svc_call *c)
{
	struct netr_share_get_info_req req = {0};
	struct netr_get_info_resp resp = {0};
	struct ndr in = ndr_pull(c->stub);
	struct ndr out = ndr_push(c->out);
	const struct server_share *share = NULL;
	uint32_t status;
	enum ns_err err;

	netr_share_get_info_req_code(&in, &req);
	err = ndr_end(&in);
	if (err != NS_OK)
		return err;
	status = check_get_info(c, &req, &share);
	resp.status = svc_single_answer(&resp, &SHARE_INFO, req.level, status,
					c->caller->server, fill_share, share);
	netr_share_get_info_resp_code(&out, &resp);
	err = ndr_end(&out);
	netr_get_info_resp_release(&resp);
	return err;
}
