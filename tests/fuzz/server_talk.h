/* SPDX-License-Identifier: MIT */
/*
 * A conversation with the server engine, led by a fuzzer's input: two connections, sessions
 * that are signed in honestly, and what the server has given out (TreeIds, FileIds), so
 * that requests get past the first check.  Messages are signed or sealed for the fuzzer.
 */
#ifndef TESTS_FUZZ_SERVER_TALK_H
#define TESTS_FUZZ_SERVER_TALK_H

#include "fuzz/fuzz.h"
#include "lib/rawclient.h"

#define TALK_CONNS    2
#define TALK_SESSIONS 4
#define TALK_IDS      8

struct talk {
	struct fuzz_input in;
	struct serverlab lab;
	struct rawclient c[TALK_CONNS];
	struct raw_session s[TALK_SESSIONS];
	size_t on[TALK_SESSIONS]; /* the connection it was made on; TALK_CONNS: none */
	uint32_t trees[TALK_IDS]; /* the last ones, whosever they are */
	size_t n_trees;
	struct smb2_file_id files[TALK_IDS];
	size_t n_files;
};

/* What the input chooses for a request. */
uint32_t talk_tree(struct talk *t);
struct smb2_file_id talk_file(struct talk *t);
struct raw_session *talk_session(struct talk *t, struct rawclient *c);

/* Writes the body of a request of this command: honest, with the input's numbers. */
void talk_body(struct talk *t, struct rawclient *c, uint16_t command,
	       struct wire_writer *w);

#endif
