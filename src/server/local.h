/* SPDX-License-Identifier: MIT */
/*
 * The services without SMB2: DCE/RPC straight over a byte stream, for callers of this
 * computer, for whom the kernel vouches.  One stream carries one association, which may
 * bind srvsvc and wkssvc.
 *
 * Sans-IO.  For the loop, as with a server_conn:
 *	server_local_new()	somebody has connected
 *	server_local_recv()	bytes came
 *	server_local_output()	what is to be written; server_local_sent() when it was
 *	server_local_wants_input()	false while the peer does not read its answers
 *	server_local_over()	true: write what output there is, close, free
 *	server_local_free()	also when the peer has gone
 *
 * server_env.output is not called for these: answers are there when server_local_recv()
 * returns.
 */
#ifndef SERVER_LOCAL_H
#define SERVER_LOCAL_H

#include "server/svc_srvsvc.h"

#define LOCAL_NAME_MAX 64

/* Answers not written yet, past which no further request is taken in. */
#define LOCAL_UNSENT_MAX (1u << 20)

/*
 * Who the kernel (SO_PEERCRED) says it is.  One who is neither trusted nor, by his name, a
 * member of the two groups may connect, and gets 5 from every method that asks for more,
 * as over a pipe.
 */
struct local_peer {
	char name[LOCAL_NAME_MAX]; /* the user's, "bob"; "" if that uid has none */
	bool trusted;              /* root, or the user whom the daemon runs as */
};

struct server_local;

/* NULL when memory is short, or the server drains. */
struct server_local *server_local_new(struct server *server, const struct local_peer *peer);
void server_local_free(struct server_local *l);

void server_local_recv(struct server_local *l, struct view bytes);

/* Borrowed until the next call for this stream. */
struct view server_local_output(const struct server_local *l);
void server_local_sent(struct server_local *l, size_t n);

bool server_local_wants_input(const struct server_local *l);
bool server_local_over(const struct server_local *l);

#endif
