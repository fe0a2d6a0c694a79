/* SPDX-License-Identifier: MIT */
#include <assert.h>

#include "security/seal.h"
#include "server/chain.h"
#include "server/channel.h"
#include "server/conn.h"
#include "server/limits.h"
#include "server/negotiate_smb1.h"
#include "server/protect.h"
#include "wire/nbss.h"
#include "wire/smb2_transform.h"

/* -------------------------------------------------------------------- whole frames -- */

/* None if it is a tombstone's. */
static void note_sealing(const struct server_conn *conn, uint64_t session_id)
{
	struct channel *channel = channel_find(conn, session_id);

	if (channel != NULL)
		channel->session->seals = true;
}

/* [MS-SMB2] 3.3.5.2.1.1 */
static void take_sealed(struct server_conn *conn, struct view frame)
{
	struct smb2_transform transform;
	struct smb_keys *keys = NULL;
	struct view sealed;
	struct buf plain;

	buf_init(&plain, LIMIT_MESSAGE_MAX);
	if (server_conn_is_3x(conn) && conn->cipher != 0 &&
	    smb2_transform_decode(&transform, &sealed, frame) == NS_OK)
		keys = protect_seal_keys(conn, transform.session_id);
	if (keys == NULL)
		server_conn_drop(conn, "a sealed message of an unknown session");
	else if (smb_open(keys, &plain, frame) != NS_OK)
		server_conn_drop(conn, "a sealed message that does not open");
	else if (smb2_frame_kind(buf_view(&plain)) != SMB2_FRAME_PLAIN)
		server_conn_drop(conn, "a sealed message that holds no request");
	else {
		note_sealing(conn, transform.session_id);
		chain_start(conn, buf_view(&plain), transform.session_id);
	}
	buf_wipe(&plain);
}

static void take_frame(struct server_conn *conn, struct view frame)
{
	conn->server->counters.bytes_received += NBSS_HDR_LEN + frame.n;
	switch (smb2_frame_kind(frame)) {
	case SMB2_FRAME_PLAIN:
		chain_start(conn, frame, 0);
		break;
	case SMB2_FRAME_SEALED:
		take_sealed(conn, frame);
		break;
	case SMB2_FRAME_SMB1:
		negotiate_smb1(conn, frame);
		break;
	default: /* compression was never negotiated */
		server_conn_drop(conn, "a message of an unknown protocol");
		break;
	}
}

static size_t message_max(const struct server_conn *conn)
{
	return conn->valid_sessions > 0 ? LIMIT_MESSAGE_MAX : LIMIT_EARLY_MESSAGE_MAX;
}

/* ------------------------------------------------------------------------ the stream -- */

/* Works off the whole frames at the front of `bytes`; returns how many bytes they were. */
static size_t take_frames(struct server_conn *conn, struct view bytes)
{
	size_t taken = 0;

	while (server_conn_wants_input(conn)) {
		struct view frame;
		size_t total;
		enum ns_err err =
			nbss_frame(&frame, &total, view_slice(bytes, taken, SIZE_MAX),
				   message_max(conn));

		if (err == NS_AGAIN)
			break;
		if (err != NS_OK) {
			server_conn_drop(conn, err == NS_ELIMIT ? "too long a message"
								: "a malformed frame");
			break;
		}
		taken += total;
		take_frame(conn, frame);
	}
	return taken;
}

/* Frames that are whole in `bytes` are worked off where they lie. */
static void take_direct(struct server_conn *conn, struct view bytes)
{
	size_t taken = take_frames(conn, bytes);
	struct view rest = view_slice(bytes, taken, SIZE_MAX);

	if (conn->over || rest.n == 0)
		return;
	conn->in_since = conn->server->now;
	if (buf_append(&conn->in, rest) != NS_OK)
		server_conn_drop(conn, "out of memory for a message");
}

static void take_buffered(struct server_conn *conn, struct view bytes)
{
	size_t taken;

	if (buf_append(&conn->in, bytes) != NS_OK) {
		server_conn_drop(conn, "out of memory for a message");
		return;
	}
	taken = take_frames(conn, buf_view(&conn->in));
	if (taken == 0)
		return;
	buf_consume(&conn->in, taken);
	conn->in_since = conn->server->now;
	if (conn->in.n == 0)
		buf_release(&conn->in); /* idle connections hold no buffers */
}

void server_conn_take(struct server_conn *conn, struct view bytes)
{
	assert(conn->server->in_chain == 0);
	if (conn->over)
		return;
	if (conn->in.n > 0)
		take_buffered(conn, bytes);
	else
		take_direct(conn, bytes);
	chains_run_ready(conn->server);
}

void server_conn_recv(struct server_conn *conn, struct view bytes)
{
	server_conn_take(conn, bytes);
}
