/* SPDX-License-Identifier: MIT */
/*
 * One connection of a crowd (tests/lib/crowd.c): many sessions on it, of several users.
 * Sans-IO: the driver moves bytes between `out`, the socket and crowd_conn_take().
 *
 *	crowd_conn_sign_in()	SMB 3.1.1, then one session after the other: NTLM, IPC$,
 *				an open pipe
 *	crowd_conn_ask()	each session, by a signed request on its pipe: do you live?
 *
 * Both only begin: the connection is busy until crowd_conn_idle().  One request at a time
 * is under way on a connection; a crowd is fast because it has many of them.
 */
#ifndef TESTS_LIB_CROWD_CONN_H
#define TESTS_LIB_CROWD_CONN_H

#include "security/auth_credentials.h"
#include "security/keys.h"
#include "security/preauth.h"
#include "wire/smb2_file_id.h"

struct crowd_user {
	struct auth_credentials credentials;
	size_t alive, dead; /* of its sessions, as of the last time they were asked */
};

struct crowd_session {
	struct crowd_user *user;
	uint64_t id;
	struct smb_keys keys;
	uint32_t tree;
	struct smb2_file_id pipe;
};

enum crowd_step {
	CROWD_NEGOTIATE,
	CROWD_LOGIN, /* as many legs as it takes */
	CROWD_TREE,
	CROWD_PIPE,
	CROWD_ASK,
	CROWD_IDLE,
};

struct crowd_conn {
	int fd;                         /* the driver's; -1: none */
	struct crowd_session *sessions; /* borrowed */
	size_t count;
	size_t at; /* the one that is at work */
	enum crowd_step step;
	uint64_t next_id; /* MessageId */
	uint32_t status;  /* of the last answer */
	uint16_t cipher;  /* what NEGOTIATE settled */
	uint16_t sign_alg;
	struct preauth agreed; /* the hash behind NEGOTIATE */
	struct preauth hash;   /* the hash of the login that is under way */
	struct auth *auth;     /* that login */
	struct buf token;      /* its next */
	struct buf in, out;
};

/* With these sessions, whose users are set and whose other members are zero. */
void crowd_conn_init(struct crowd_conn *c, struct crowd_session *sessions, size_t count);
void crowd_conn_release(struct crowd_conn *c);

NS_MUST_USE enum ns_err crowd_conn_sign_in(struct crowd_conn *c);
NS_MUST_USE enum ns_err crowd_conn_ask(struct crowd_conn *c);

/*
 * Bytes came.  NS_ESTATUS: the server refused, c->status says how; else whatever is wrong
 * with the answer.
 */
NS_MUST_USE enum ns_err crowd_conn_take(struct crowd_conn *c, struct view bytes);

static inline bool crowd_conn_idle(const struct crowd_conn *c)
{
	return c->step == CROWD_IDLE;
}

/*
 * The connection has gone: what was not asked yet is dead.  NS_ECLOSED if its sessions
 * had not all signed in.
 */
NS_MUST_USE enum ns_err crowd_conn_lost(struct crowd_conn *c);

#endif
