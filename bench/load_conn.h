/* SPDX-License-Identifier: MIT */
/*
 * One connection of a load generator: SMB 3.1.1, one session, one share, and any number of
 * requests under way.  It favours no server: what it sends does not depend on who answers.
 *
 *	load_open(&c, port, "alice", "disk", LOAD_SIGNED);
 *	smb2_read_req_encode(load_begin(&c, SMB2_READ, length), &req);
 *	load_send(&c);
 *	load_receive(&c, &hdr, &msg);
 *
 * Whatever goes wrong ends the process with a word on stderr: a load that is not what it
 * should be has no figures.
 */
#ifndef BENCH_LOAD_CONN_H
#define BENCH_LOAD_CONN_H

#include "lib/crowd_conn.h"
#include "wire/smb2_hdr.h"

enum load_protection {
	LOAD_PLAIN, /* what no server may leave unsigned is signed all the same */
	LOAD_SIGNED,
	LOAD_SEALED,
};

struct load_conn {
	struct crowd_conn base; /* its socket, and the sign-in */
	struct crowd_session session;
	enum load_protection protection;
	uint32_t tree;
	uint64_t next_id; /* MessageId */
	uint32_t credits; /* granted and not spent */
	size_t under_way; /* requests without their answer */

	struct smb2_hdr hdr; /* of the request that is being made */
	struct wire_writer w;
	struct buf message; /* it, while it is to be sealed */
	struct buf out;     /* its frame */
	struct buf in;      /* frames, the first of them at in_at */
	size_t in_at;
	struct buf plain; /* the message that was sealed */
};

/* Signs in to 127.0.0.1; the user's password is "pass" and the name. */
void load_open(struct load_conn *c, uint16_t port, struct crowd_user *user,
	       const char *share, enum load_protection protection);
void load_close(struct load_conn *c);

/* Begins a request that carries, or is to be answered by, so many bytes. */
struct wire_writer *load_begin(struct load_conn *c, uint16_t command, size_t bytes);

/* Whether the credits pay for another of that size. */
bool load_may(const struct load_conn *c, size_t bytes);

/* Returns its MessageId. */
uint64_t load_send(struct load_conn *c);

/* The next answer, whose signature verified; `msg` is good until the next call. */
void load_receive(struct load_conn *c, struct smb2_hdr *hdr, struct view *msg);

/* The same, of the one request under way; it must have been granted. */
void load_expect(struct load_conn *c, struct view *msg, const char *what);

_Noreturn void load_fail(const char *what, const char *why);

#endif
