/* SPDX-License-Identifier: MIT */
/*
 * What a connection of a crowd asks, one row a step: inside of crowd_conn.h.
 */
#ifndef TESTS_LIB_CROWD_STEPS_H
#define TESTS_LIB_CROWD_STEPS_H

#include "lib/crowd_conn.h"
#include "wire/smb2_hdr.h"

/* `put` writes the request's body; `take` takes its answer and goes to the next step. */
struct crowd_step_row {
	uint16_t command;
	bool is_signed; /* the others are hashed: they come before there are keys */
	enum ns_err (*put)(struct crowd_conn *c, struct wire_writer *w);
	enum ns_err (*take)(struct crowd_conn *c, const struct smb2_hdr *hdr,
			    struct view msg);
};

extern const struct crowd_step_row crowd_steps[CROWD_IDLE];

/* The session that is at work. */
static inline struct crowd_session *crowd_current(const struct crowd_conn *c)
{
	return &c->sessions[c->at];
}

/* Queues the request of a step. */
NS_MUST_USE enum ns_err crowd_go(struct crowd_conn *c, enum crowd_step step);

/* All is done.  The crowd waits long: an idle connection keeps no buffers. */
NS_MUST_USE enum ns_err crowd_rest(struct crowd_conn *c);

#endif
