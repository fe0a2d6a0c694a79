/* SPDX-License-Identifier: MIT */
#include "server/dispatch.h"
#include "server/limits.h"
#include "wire/smb2_interface_info.h"
#include "wire/smb2_validate_negotiate.h"

#define VALIDATE_RESPONSE_LEN 24 /* 2.2.32.6 */

/* ----------------------------------------------------------- VALIDATE_NEGOTIATE_INFO -- */

static bool same_dialects(const struct server_conn *conn,
			  const struct smb2_validate_negotiate_req *v)
{
	bool same = v->dialect_count == conn->client_dialect_count;

	for (size_t i = 0; same && i < v->dialect_count; i++)
		same = v->dialects[i] == conn->client_dialects[i];
	return same;
}

/* What the client says it sent is what came, [MS-SMB2] 3.3.5.15.12. */
static bool agrees(const struct server_conn *conn, struct view input)
{
	struct smb2_validate_negotiate_req v;

	return smb2_validate_negotiate_req_decode(&v, input) == NS_OK &&
	       same_dialects(conn, &v) &&
	       view_equal(view_of(v.guid, sizeof(v.guid)),
			  view_of(conn->client_guid, sizeof(conn->client_guid))) &&
	       v.security_mode == conn->client_security_mode &&
	       v.capabilities == conn->client_capabilities;
}

uint32_t on_fsctl_validate_negotiate(struct request *rq, const struct smb2_ioctl_req *req)
{
	const struct server_conn *conn = rq->conn;
	struct smb2_validate_negotiate_rsp v = {
		.capabilities = conn->server_capabilities,
		.security_mode = conn->server_security_mode,
		.dialect = conn->dialect,
	};
	struct wire_writer w;
	struct buf bytes;

	if (conn->dialect == SMB2_DIALECT_311 || req->max_output < VALIDATE_RESPONSE_LEN ||
	    !agrees(conn, req->input)) {
		server_conn_drop(rq->conn, "somebody changed its NEGOTIATE on the way");
		return NT_STATUS_ACCESS_DENIED; /* which nobody reads */
	}
	memcpy(v.guid, rq->server->guid, sizeof(v.guid));
	buf_init(&bytes, VALIDATE_RESPONSE_LEN);
	w = wire_writer_at_end(&bytes);
	smb2_validate_negotiate_rsp_encode(&w, &v);
	if (wire_put_status(&w) == NS_OK)
		srv_ioctl_reply(rq, req->ctl_code, buf_view(&bytes));
	buf_release(&bytes);
	return wire_put_status(&w) == NS_OK ? NT_STATUS_SUCCESS
					    : NT_STATUS_INSUFFICIENT_RESOURCES;
}

/* ------------------------------------------------------ QUERY_NETWORK_INTERFACE_INFO -- */

/* Fills `list`; IfIndex 0 "MUST NOT" be told (3.3.5.15.11). */
static size_t collect(const struct server *server, struct smb2_interface_info *list)
{
	struct server_interface found[LIMIT_INTERFACES_MAX];
	size_t n = 0, told = 0;

	if (server->env.interfaces != NULL)
		n = server->env.interfaces(server->env.ctx, found, LIMIT_INTERFACES_MAX);
	for (size_t i = 0; i < n && i < LIMIT_INTERFACES_MAX; i++) {
		if (found[i].index == 0)
			continue;
		list[told] = (struct smb2_interface_info){
			.index = found[i].index,
			.capability = found[i].rss ? SMB2_INTERFACE_RSS_CAPABLE : 0,
			.link_speed = found[i].link_speed,
			.v6 = found[i].v6,
		};
		memcpy(list[told].address, found[i].address, sizeof(list[told].address));
		told++;
	}
	return told;
}

uint32_t on_fsctl_interfaces(struct request *rq, const struct smb2_ioctl_req *req)
{
	struct smb2_interface_info list[LIMIT_INTERFACES_MAX];
	uint32_t status = NT_STATUS_SUCCESS;
	struct wire_writer w;
	struct buf bytes;
	size_t n;

	if ((rq->conn->server_capabilities & SMB2_GLOBAL_CAP_MULTI_CHANNEL) == 0)
		return NT_STATUS_NOT_SUPPORTED;
	n = collect(rq->server, list);
	if (n == 0)
		return NT_STATUS_NOT_SUPPORTED; /* a client then stays on this connection */
	buf_init(&bytes, LIMIT_INTERFACES_MAX * SMB2_INTERFACE_INFO_LEN);
	w = wire_writer_at_end(&bytes);
	smb2_interface_info_encode(&w, list, n);
	if (wire_put_status(&w) != NS_OK)
		status = NT_STATUS_INSUFFICIENT_RESOURCES;
	else if (bytes.n > req->max_output)
		status = NT_STATUS_BUFFER_TOO_SMALL;
	else
		srv_ioctl_reply(rq, req->ctl_code, buf_view(&bytes));
	buf_release(&bytes);
	return status;
}
