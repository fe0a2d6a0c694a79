/* SPDX-License-Identifier: MIT */
#include "server/protect.h"

#include "server/channel.h"
#include "server/session_table.h"
#include "server/tombstone.h"

static struct tombstone *tombstone_of(const struct server_conn *conn, uint64_t session_id)
{
	struct server *server = conn->server;

	return tombstone_find(server->tombstones, session_id, conn->id, server->now);
}

/* Keys that were never set, or have moved away. */
static bool is_empty(const struct smb_keys *keys)
{
	return keys == NULL || keys->signing.n == 0;
}

/*
 * Those of a session that is there.  3.3.4.1.1 says Session.SigningKey for every
 * SESSION_SETUP that is not the last; clients in the field expect the channel's once it is
 * bound.  Where there is no channel (yet), who proves by Session.SigningKey that it is his
 * session gets his refusal signed by it.
 */
static const struct smb_keys *living_keys(const struct request *rq)
{
	uint64_t id = rq->hdr.session_id;
	const struct channel *channel = channel_find(rq->conn, id);
	const struct session *s;

	if (channel != NULL)
		return channel->signing;
	s = session_table_find(rq->server->sessions, id);
	return s != NULL ? &s->keys : NULL;
}

const struct smb_keys *protect_sign_keys(const struct request *rq)
{
	const struct smb_keys *keys = living_keys(rq);
	struct tombstone *dead;

	if (!is_empty(keys))
		return keys;
	dead = tombstone_of(rq->conn, rq->hdr.session_id);
	if (dead == NULL)
		return NULL;
	keys = tombstone_signing(dead, rq->conn->id);
	return is_empty(keys) ? NULL : keys;
}

struct smb_keys *protect_seal_keys(struct server_conn *conn, uint64_t session_id)
{
	struct channel *channel = channel_find(conn, session_id);
	struct tombstone *dead;

	if (channel != NULL)
		return channel->session->keys.cipher != 0 ? &channel->session->keys : NULL;
	dead = tombstone_of(conn, session_id);
	return dead != NULL ? tombstone_sealing(dead) : NULL;
}

bool protect_must_seal(const struct request *rq)
{
	return rq->session != NULL && rq->session->encrypt_data && rq->conn->cipher != 0 &&
	       rq->session->keys.cipher != 0 && rq->hdr.command != SMB2_SESSION_SETUP &&
	       rq->hdr.command != SMB2_NEGOTIATE;
}
