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

/* The keys to open it with; NULL: the connection had to go. */
static struct smb_keys *opening_keys(struct server_conn *conn, struct view frame,
				     uint64_t *session_id)
{
	struct smb2_transform transform;
	struct smb_keys *keys = NULL;
	struct view sealed;

	if (server_conn_is_3x(conn) && conn->cipher != 0 &&
	    smb2_transform_decode(&transform, &sealed, frame) == NS_OK)
		keys = protect_seal_keys(conn, transform.session_id);
	if (keys == NULL)
		server_conn_drop(conn, "a sealed message of an unknown session");
	else
		*session_id = transform.session_id;
	return keys;
}

/* [MS-SMB2] 3.3.5.2.1.1.  `plain` holds the message from `at` on, if it could be opened. */
static void take_opened(struct server_conn *conn, enum ns_err opened, struct buf *plain,
			size_t at, uint64_t session_id)
{
	struct view message = view_slice(buf_view(plain), at, SIZE_MAX);

	if (opened != NS_OK) {
		server_conn_drop(conn, "a sealed message that does not open");
	} else if (smb2_frame_kind(message) != SMB2_FRAME_PLAIN) {
		server_conn_drop(conn, "a sealed message that holds no request");
	} else {
		note_sealing(conn, session_id);
		chain_start(conn, message, session_id, plain);
	}
}

static void take_sealed(struct server_conn *conn, struct view frame)
{
	uint64_t session_id;
	struct smb_keys *keys = opening_keys(conn, frame, &session_id);
	struct buf plain;

	if (keys == NULL)
		return;
	buf_init(&plain, LIMIT_MESSAGE_MAX);
	take_opened(conn, smb_open(keys, &plain, frame), &plain, 0, session_id);
	buf_wipe(&plain);
}

static void take_frame(struct server_conn *conn, struct view frame)
{
	conn->server->counters.bytes_received += NBSS_HDR_LEN + frame.n;
	switch (smb2_frame_kind(frame)) {
	case SMB2_FRAME_PLAIN:
		chain_start(conn, frame, 0, NULL);
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

/* ----------------------------------------------------------------- long frames, alone --
 */

/*
 * A frame this long is received where it stays: whoever needs its bytes (a WRITE) takes the
 * buffer, and nothing is copied.
 */
#define LONG_FRAME (32u << 10)

/* Read behind a long frame, to see whether another follows. */
#define LOOK_AHEAD 4096

/* It is all that conn->in holds, which the chain takes over. */
static void take_long_frame(struct server_conn *conn, struct view frame)
{
	struct smb_keys *keys;
	uint64_t session_id;
	struct buf own;

	buf_init(&own, 0);
	buf_move(&own, &conn->in);
	conn->in.max = LIMIT_INPUT_MAX;
	conn->in_long = true;
	switch (smb2_frame_kind(frame)) {
	case SMB2_FRAME_PLAIN:
		conn->server->counters.bytes_received += own.n;
		chain_start(conn, frame, 0, &own);
		break;
	case SMB2_FRAME_SEALED:
		conn->server->counters.bytes_received += own.n;
		keys = opening_keys(conn, frame, &session_id);
		if (keys != NULL)
			take_opened(conn, smb_open_at(keys, &own, NBSS_HDR_LEN), &own,
				    NBSS_HDR_LEN + SMB2_TRANSFORM_LEN, session_id);
		break;
	default:
		take_frame(conn, frame);
		break;
	}
	buf_wipe(&own);
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

/* The length of the frame that conn->in begins with; 0: it is not known to be long. */
static size_t long_frame(const struct server_conn *conn, struct view *frame)
{
	size_t total;
	enum ns_err err = nbss_frame(frame, &total, buf_view(&conn->in), message_max(conn));

	return (err == NS_OK || err == NS_AGAIN) && total >= LONG_FRAME ? total : 0;
}

/* Works off what is whole in conn->in. */
static void work_off(struct server_conn *conn)
{
	struct view frame;
	size_t taken;

	if (server_conn_wants_input(conn) && long_frame(conn, &frame) == conn->in.n &&
	    conn->in.n > 0) {
		take_long_frame(conn, frame);
		return;
	}
	taken = take_frames(conn, buf_view(&conn->in));
	if (taken == 0)
		return;
	conn->in_long = false;
	buf_consume(&conn->in, taken);
	conn->in_since = conn->server->now;
	if (conn->in.n == 0)
		buf_release(&conn->in); /* idle connections hold no buffers */
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
	if (buf_append(&conn->in, bytes) != NS_OK)
		server_conn_drop(conn, "out of memory for a message");
	else
		work_off(conn);
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

uint8_t *server_conn_room(struct server_conn *conn, size_t *n)
{
	struct view frame;

	if (conn->over)
		return NULL;
	*n = 0;
	if (conn->in.n > 0)
		*n = long_frame(conn, &frame);
	else if (conn->in_long)
		*n = LOOK_AHEAD;
	if (*n <= conn->in.n)
		return NULL;
	*n -= conn->in.n;
	if (buf_reserve_exactly(&conn->in, *n) != NS_OK)
		return NULL;
	return conn->in.p + conn->in.n;
}

void server_conn_filled(struct server_conn *conn, size_t n)
{
	assert(conn->server->in_chain == 0 && n <= conn->in.cap - conn->in.n);
	if (conn->in.n == 0)
		conn->in_since = conn->server->now;
	conn->in.n += n;
	work_off(conn);
	chains_run_ready(conn->server);
}
