/* SPDX-License-Identifier: MIT */
#include "server/channel.h"
#include "server/conn.h"
#include "server/server_config.h"
#include "server/session_setup.h"
#include "server/session_table.h"

static bool is_gmac(uint16_t sign_alg)
{
	return sign_alg == SMB2_SIGNING_AES_GMAC;
}

/*
 * What the two connections negotiated must fit, 3.3.5.5.  That the keys of a session which
 * signs by GMAC do so on all its connections, and no others, is not in the text; Windows
 * answers so, and a signature by another algorithm could not be verified anyway.
 */
static uint32_t check_connections(const struct server_conn *conn, const struct session *s)
{
	uint16_t sign_alg = s->has_keys ? s->keys.sign_alg : conn->sign_alg;

	if (is_gmac(sign_alg) && !is_gmac(conn->sign_alg))
		return NT_STATUS_REQUEST_OUT_OF_SEQUENCE;
	if (!server_conn_is_3x(conn) || !conn->server->config->multichannel)
		return NT_STATUS_REQUEST_NOT_ACCEPTED;
	if (!is_gmac(sign_alg) && is_gmac(conn->sign_alg))
		return NT_STATUS_NOT_SUPPORTED;
	if (conn->dialect != s->dialect || conn->cipher != s->cipher ||
	    conn->notifications != s->notifications)
		return NT_STATUS_INVALID_PARAMETER;
	return NT_STATUS_SUCCESS;
}

static uint32_t check_state(const struct session *s)
{
	if (s->state == SESSION_STATE_IN_PROGRESS)
		return NT_STATUS_REQUEST_NOT_ACCEPTED;
	if (s->state == SESSION_STATE_EXPIRED)
		return NT_STATUS_NETWORK_SESSION_EXPIRED;
	if (s->anonymous || s->guest || !s->has_keys)
		return NT_STATUS_NOT_SUPPORTED;
	return NT_STATUS_SUCCESS;
}

/*
 * Only who knows the session's keys may bind to it, 3.3.5.2.4.  Once bound, requests of
 * this connection are signed by its channel's, and so are refusals.  Before, a refusal is
 * signed only for who has proved himself: tags of the session's key for messages with ids
 * of a stranger's choice would, with GMAC, give the key away (its nonce is the MessageId).
 */
static bool is_proved(struct request *rq, const struct session *s, const struct channel *c)
{
	bool bound = c != NULL && c->bound;
	bool proved;

	if (!s->has_keys || !rq->is_signed)
		return false;
	proved = srv_request_verify(rq, bound ? c->signing : &s->keys) == NS_OK;
	rq->sign = proved || bound;
	return proved;
}

/* All refusals; `c` is the session's channel here, if it has one already. */
static uint32_t check(struct request *rq, const struct session *s, const struct channel *c)
{
	bool proved = is_proved(rq, s, c);
	uint32_t status = check_connections(rq->conn, s);

	if (status == NT_STATUS_SUCCESS && !rq->is_signed)
		status = NT_STATUS_INVALID_PARAMETER;
	if (status == NT_STATUS_SUCCESS)
		status = check_state(s);
	if (status != NT_STATUS_SUCCESS)
		return status;
	if (!proved)
		return NT_STATUS_ACCESS_DENIED;
	return c != NULL && c->bound ? NT_STATUS_REQUEST_NOT_ACCEPTED : NT_STATUS_SUCCESS;
}

uint32_t session_bind(struct request *rq, struct channel **c)
{
	struct session *s = session_table_find(rq->server->sessions, rq->hdr.session_id);
	uint32_t status;

	*c = channel_find_any(rq->conn, rq->hdr.session_id);
	if (s == NULL || s->end_waits)
		return NT_STATUS_USER_SESSION_DELETED;
	status = check(rq, s, *c);
	if (status != NT_STATUS_SUCCESS)
		return status;
	if (*c == NULL && channel_new(c, s, rq->conn) != NS_OK)
		return NT_STATUS_INSUFFICIENT_RESOURCES;
	return NT_STATUS_SUCCESS;
}
