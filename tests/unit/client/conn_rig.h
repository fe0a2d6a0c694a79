/* SPDX-License-Identifier: MIT */
/* A client engine and a stub server, wired together in memory. */
#ifndef TESTS_UNIT_CLIENT_CONN_RIG_H
#define TESTS_UNIT_CLIENT_CONN_RIG_H

#include "client/conn.h"
#include "lib/smbpeer.h"
#include "rpc/srvsvc.h"

struct rig {
	struct link *link;
	struct smbpeer peer;
	size_t chunk;     /* bytes handed to the client at once; 0: all there are */
	size_t to_client; /* bytes handed to it so far */
	size_t most;      /* no more than these; then nothing more comes */
};

/* Both configurations may be NULL: a client that wants all, a server that does all. */
void rig_init(struct rig *r, const struct conn_config *client,
	      const struct smbpeer_config *server);
void rig_release(struct rig *r);

/* Carries bytes both ways until neither side has any. */
void rig_pump(struct rig *r);

/*
 * One call of srvsvc's method 12 with a stub of `n` bytes: pumps, polls, and checks the
 * answer against the pattern, unless the server twists it.  NS_AGAIN: no answer came.
 */
enum ns_err rig_call(struct rig *r, size_t n);

/* The same, on a fresh rig that is released at once; for tables of bad servers. */
enum ns_err rig_once(const struct conn_config *client, const struct smbpeer_config *server);

struct link_info rig_info(const struct rig *r);

/* What became of the call. */
void rig_expect(struct rig *r, enum ns_err err, bool alive);

#endif
