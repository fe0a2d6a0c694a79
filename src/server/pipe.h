/* SPDX-License-Identifier: MIT */
/*
 * A named pipe on IPC$: an open whose other end is one RPC association (rpc_server.h).
 *
 * It is a message pipe.  What one WRITE or TRANSCEIVE carries goes to the association; each
 * PDU that comes back is one message.  A READ takes from the first message only; if its
 * length does not suffice it gets the first part with STATUS_BUFFER_OVERFLOW, and the next
 * READ goes on there.  TRANSCEIVE is a write and then a read.  A READ with nothing to read
 * waits; the interim response is the engine's affair.
 *
 * The association answers at once, so nothing but a READ ever waits here.  When it has
 * ended (a malformed PDU), what it said last can still be read; then READ gets
 * STATUS_PIPE_BROKEN and WRITE gets STATUS_PIPE_CLOSING.  The session is none the wiser.
 *
 * A caller who ended his own session, or closed his own pipe, gets the whole answer first:
 * the request that takes its last byte brings the end about (request.after).
 */
#ifndef SERVER_PIPE_H
#define SERVER_PIPE_H

#include "server/open.h"
#include "server/svc_srvsvc.h"

/*
 * Answers that nobody has read: past this a further request on the pipe is refused with
 * STATUS_INSUFFICIENT_RESOURCES.  One answer may be longer (RPC_STUB_MAX bounds it).
 */
#define PIPE_UNREAD_MAX (1u << 20)

/* READs that wait on one pipe: a client has one, ours as many as fragments are due. */
#define PIPE_READERS_MAX 64

/*
 * Pipes of one session.  Each may hold a request of RPC_REQUEST_MAX, 4 MiB: this is what
 * bounds the memory of one user who signed in.
 */
#define PIPES_PER_SESSION 64

struct pipe_reader {
	uint64_t request; /* id of the pending request */
	uint32_t length;
	bool transceive; /* it is an IOCTL */
};

struct srv_pipe {
	struct open open; /* first */
	struct svc_caller caller;
	struct rpc_service service;
	struct rpc_server rpc;
	struct buf out;              /* a row of PDUs: messages not read yet */
	size_t at;                   /* bytes of `out` that have been read */
	size_t left;                 /* of the first message; 0: it has not been begun */
	struct pipe_reader *readers; /* first come, first served; NULL: none */
	size_t reader_count;
};

/* CREATE on IPC$: `req` is decoded. */
uint32_t srv_pipe_create(struct request *rq, const struct smb2_create_req *req);

/* The pipe behind an open, NULL if it is something else. */
struct srv_pipe *srv_pipe_of(struct open *o);

/* FSCTL_PIPE_TRANSCEIVE: a write of `input`, then a read of at most `max` bytes. */
uint32_t srv_pipe_transceive(struct request *rq, struct view input, uint32_t max);

/* What can be read now, for FSCTL_PIPE_PEEK and QUERY_INFO. */
struct pipe_state {
	size_t available;
	struct view message; /* what is left of the first message; borrowed */
	size_t messages;
	bool closing; /* the association has ended */
};

struct pipe_state srv_pipe_state(const struct srv_pipe *p);

/* QUERY_INFO on a pipe: pipe_query.c. */
uint32_t srv_pipe_query(struct request *rq, const struct smb2_query_info_req *req);

#endif
