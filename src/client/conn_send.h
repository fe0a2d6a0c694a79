/* SPDX-License-Identifier: MIT */
/*
 * Messages out.  One or several requests are written one after the other, then signed or
 * sealed as the session stands, framed and queued:
 *
 *	outgoing_init(&o, c);
 *	w = outgoing_add(&o, STEP_…);	smb2_…_req_encode(w, …);
 *	w = outgoing_add(&o, STEP_…);	smb2_…_req_encode(w, …);
 *	err = outgoing_send(&o);
 *
 * Several make a related compound ([MS-SMB2] 3.2.4.1.4).  Nothing of a failed one was sent,
 * but its MessageIds are spent: such a connection cannot go on.
 */
#ifndef CLIENT_CONN_SEND_H
#define CLIENT_CONN_SEND_H

#include "client/conn_state.h"

/* {TREE_CONNECT, VALIDATE_NEGOTIATE_INFO, CREATE, bind} */
#define COMPOUND_MAX 4

struct outgoing {
	struct conn *c;
	struct wire_writer w; /* of the request being written */
	size_t n;
	size_t start[COMPOUND_MAX];
	struct request *request[COMPOUND_MAX];
};

/* One at a time: it writes into c->msg. */
void outgoing_init(struct outgoing *o, struct conn *c);

/* The next request's header; its body goes to the writer.  There must be room for it. */
struct wire_writer *outgoing_add(struct outgoing *o, enum request_step step);

NS_MUST_USE enum ns_err outgoing_send(struct outgoing *o);

/* Queues a CANCEL for a request in flight, 3.2.4.24: it takes no MessageId. */
NS_MUST_USE enum ns_err conn_send_cancel(struct conn *c, const struct request *r);

#endif
