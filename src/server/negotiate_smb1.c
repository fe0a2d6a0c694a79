/* SPDX-License-Identifier: MIT */
#include "server/negotiate_smb1.h"

#include "server/limits.h"
#include "server/negotiate.h"
#include "server/server_config.h"
#include "wire/smb1_negotiate.h"
#include "wire/smb2_hdr.h"

/* [MS-SMB2] 3.3.5.3.1 and 3.3.5.3.2; 0: the client and we have no dialect in common. */
static uint16_t choose_dialect(const struct server *server,
			       const struct smb1_negotiate_req *req)
{
	if (req->smb2_wildcard && server->config->max_dialect >= SMB2_DIALECT_210)
		return SMB2_DIALECT_WILDCARD;
	if (req->smb2_002 && negotiate_allows(server, SMB2_DIALECT_202))
		return SMB2_DIALECT_202;
	return 0;
}

/* The header is all defaults but for what grants the client its next credit. */
static enum ns_err put_response(struct buf *out, struct server_conn *conn,
				const struct smb2_negotiate_rsp *rsp)
{
	struct wire_writer w = wire_writer_at_end(out);
	struct smb2_hdr hdr = {
		.command = SMB2_NEGOTIATE,
		.credits = credits_grant(&conn->credits, 1, LIMIT_CREDITS_EARLY_MAX),
		.flags = SMB2_FLAGS_SERVER_TO_REDIR,
	};

	smb2_hdr_encode(&w, &hdr);
	smb2_negotiate_rsp_encode(&w, rsp);
	return wire_put_status(&w);
}

static void answer(struct server_conn *conn, uint16_t dialect)
{
	struct smb2_negotiate_rsp rsp;
	struct buf token, out;
	enum ns_err err;

	buf_init(&token, AUTH_TOKEN_MAX);
	buf_init(&out, LIMIT_REPLY_MAX);
	err = negotiate_response(&rsp, &token, conn, dialect);
	if (err == NS_OK)
		err = put_response(&out, conn, &rsp);
	if (err == NS_OK) {
		negotiate_settle(conn, &rsp);
		server_conn_send(conn, NULL, 0, buf_view(&out));
	} else {
		server_conn_drop(conn, ns_err_text(err));
	}
	buf_release(&token);
	buf_release(&out);
}

void negotiate_smb1(struct server_conn *conn, struct view frame)
{
	struct smb1_negotiate_req req;
	uint16_t dialect;

	/* 3.3.5.3: only as the first message; its MessageId counts as 0 (3.3.5.2.3). */
	if (conn->dialect != 0 || !credits_take(&conn->credits, 0, 1)) {
		server_conn_drop(conn, "an SMB1 message");
		return;
	}
	if (smb1_negotiate_req_decode(&req, frame) != NS_OK) {
		server_conn_drop(conn, "an SMB1 message that is no NEGOTIATE");
		return;
	}
	dialect = choose_dialect(conn->server, &req);
	if (dialect == 0)
		server_conn_drop(conn, "a client that speaks only SMB1");
	else
		answer(conn, dialect);
}
