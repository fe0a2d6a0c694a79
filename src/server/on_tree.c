/* SPDX-License-Identifier: MIT */
#include "base/utf16.h"
#include "server/access.h"
#include "server/dispatch.h"
#include "server/open.h"
#include "server/server_config.h"
#include "server/tree.h"
#include "wire/smb2_simple.h"
#include "wire/smb2_tree.h"

/* "\\server\share": 15 or 255 characters of name, 80 of share ([MS-SRVS] 2.2.2.9), in
 * UTF-8. */
#define PATH_UTF8_MAX 2048

/* What stands behind the last backslash of "\\server\share"; empty if that is malformed. */
static struct view share_part(struct view path)
{
	size_t n = path.n;

	if (path.n < 2 || path.p[0] != '\\' || path.p[1] != '\\')
		return (struct view){0};
	while (n > 0 && path.p[n - 1] != '\\')
		n--;
	return n > 2 ? view_slice(path, n, path.n) : (struct view){0};
}

/* 3.3.5.7: by name alone; whose server's name the client writes is its own matter. */
static uint32_t find_share(const struct request *rq, struct view path16,
			   const struct server_share **share)
{
	uint32_t status = NT_STATUS_INVALID_PARAMETER;
	struct buf path;
	struct view name = {0};

	buf_init(&path, PATH_UTF8_MAX);
	if (utf8_from_utf16(&path, path16) == NS_OK)
		name = share_part(buf_view(&path));
	if (name.n > 0)
		status = tree_find_share(rq->server->config, name, share)
				 ? NT_STATUS_SUCCESS
				 : NT_STATUS_BAD_NETWORK_NAME;
	buf_release(&path);
	return status;
}

/* 3.3.5.7: of 3.1.1 nobody but anonymous and guest may ask for it unprotected. */
static bool lacks_protection(const struct request *rq)
{
	return rq->conn->dialect == SMB2_DIALECT_311 && !rq->session->anonymous &&
	       !rq->session->guest && !rq->is_signed && !rq->sealed;
}

/*
 * Whether this session may connect to the share, 3.3.5.7.  A share that encrypts is not for
 * a client that can't: nothing it asks there could be answered.
 */
static uint32_t check(const struct request *rq, const struct server_share *share,
		      uint32_t *access)
{
	const struct session *s = rq->session;
	struct access_who who = access_who_of(s);

	*access = access_share(share, &who);
	if (*access == 0)
		return NT_STATUS_ACCESS_DENIED;
	if (share == NULL)
		return NT_STATUS_SUCCESS;
	if (share->encrypt && s->keys.cipher == 0)
		return NT_STATUS_ACCESS_DENIED;
	if (share->max_uses != UINT32_MAX &&
	    tree_share_uses(rq->server, share) >= share->max_uses)
		return NT_STATUS_REQUEST_NOT_ACCEPTED;
	return NT_STATUS_SUCCESS;
}

static struct smb2_tree_connect_rsp response(const struct tree *t)
{
	return (struct smb2_tree_connect_rsp){
		.share_type =
			t->share != NULL ? SMB2_SHARE_TYPE_DISK : SMB2_SHARE_TYPE_PIPE,
		.share_flags = (t->share != NULL ? SMB2_SHAREFLAG_MANUAL_CACHING
						 : SMB2_SHAREFLAG_NO_CACHING) |
			       (t->encrypt ? SMB2_SHAREFLAG_ENCRYPT_DATA : 0),
		.maximal_access = t->maximal_access,
	};
}

uint32_t on_tree_connect(struct request *rq)
{
	const struct server_share *share = NULL;
	struct smb2_tree_connect_req req;
	struct smb2_tree_connect_rsp rsp;
	struct tree *t;
	uint32_t access, status;

	if (smb2_tree_connect_req_decode(&req, rq->msg) != NS_OK)
		return NT_STATUS_INVALID_PARAMETER;
	if (lacks_protection(rq)) {
		server_conn_drop(rq->conn, "an unprotected TREE_CONNECT");
		return NT_STATUS_ACCESS_DENIED;
	}
	status = find_share(rq, req.path, &share);
	if (status == NT_STATUS_SUCCESS)
		status = check(rq, share, &access);
	if (status == NT_STATUS_ACCESS_DENIED)
		rq->server->counters.permission_errors++;
	if (status != NT_STATUS_SUCCESS)
		return status;
	if (tree_new(&t, rq->session, share, access) != NS_OK)
		return NT_STATUS_INSUFFICIENT_RESOURCES;
	srv_request_set_tree(rq, t->id);
	rsp = response(t);
	smb2_tree_connect_rsp_encode(srv_request_reply(rq), &rsp);
	return NT_STATUS_SUCCESS;
}

/* 3.3.5.8 */
uint32_t on_tree_disconnect(struct request *rq)
{
	if (smb2_simple_decode(rq->msg) != NS_OK)
		return NT_STATUS_INVALID_PARAMETER;
	tree_end(rq->tree, OPEN_END_CLOSED);
	rq->tree = NULL;
	smb2_simple_encode(srv_request_reply(rq));
	return NT_STATUS_SUCCESS;
}
