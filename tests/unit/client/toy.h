/* SPDX-License-Identifier: MIT */
/*
 * A toy operation and a toy link in place of the real ones, so that tasks, drivers and the
 * cache can be tested by themselves.  The protocol has one letter a message: Q a question,
 * A its answer, E "your session has ended", F a refusal, L goodbye, C cancel, and a dot
 * that means nothing.
 */
#ifndef TESTS_CLIENT_TOY_H
#define TESTS_CLIENT_TOY_H

#include <stdatomic.h>

#include "client/op.h"

/* The operation of op.h, with its inside open. */
struct op {
	unsigned wanted; /* answers it still wants */
	bool may_retry;
	bool asks_after_loss; /* once more, when a connection broke */

	unsigned calls; /* handed out */
	unsigned answers;
	unsigned retries;
	enum ns_err err; /* the last outcome */
	char text[96];   /* link_info's, then */
	char own_address[64];
};

/* How often conn_new() and local_new() were called, and whether with no_compound. */
extern atomic_uint toy_links;
extern unsigned toy_links_without_compound;
/* What conn_no_compound() says of each link. */
extern bool toy_refuses_compound;

#endif
