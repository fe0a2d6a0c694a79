/* SPDX-License-Identifier: MIT */
/*
 * A link: an association with one server over which MS-SRVS and MS-WKST methods are called.
 * Two kinds stand behind it, and no driver knows which: SMB2 (client/conn.h), and the bare
 * DCE/RPC byte stream of the local socket (client/local.h).
 *
 * A link is sans-IO.  The driver feeds it bytes and the time, sends what it offers, and
 * wakes it at its deadline; a link never touches a socket, a clock or a name.  Time is in
 * milliseconds of a clock that only grows.
 *
 *	link_call()     hands over one method call; the link first does whatever signing in
 *	                and binding that call still needs.  One call at a time.
 *	link_recv()     bytes from the peer
 *	link_output()   bytes for the peer; link_sent() drops what was written
 *	link_poll()     NS_AGAIN while the call is under way; NS_OK: link_reply() has the
 *	                answer; else why it failed.
 *
 * After an error of class PEER or ENVIRONMENT the link is dead: link_alive() is false and
 * it can only be freed.  After a refusal (an RPC fault, a missing pipe) it lives on.
 */
#ifndef CLIENT_LINK_H
#define CLIENT_LINK_H

#include <stdbool.h>

#include "base/buf.h"
#include "rpc/rpc_iface.h"

/* What is known of the peer once signed in; for people, for rules, and for our own row. */
struct link_info {
	uint16_t dialect; /* 0 on the local socket */
	bool encrypted;
	uint16_t cipher;      /* [MS-SMB2] 2.2.3.1.2 */
	const char *user;     /* the name we signed in with; "" if not known; borrowed */
	uint32_t ntstatus;    /* the last error status the server gave, else 0 */
	uint32_t rpc_fault;   /* the last fault status, else 0 */
	uint32_t round_trips; /* request/answer turns since the link was made */
	const char *text; /* what failed, in words, for a person; "" if nothing to add */
};

struct link;

struct link_kind {
	const char *name;
	enum ns_err (*call)(struct link *l, const struct rpc_iface *iface, uint16_t opnum,
			    struct view stub, uint64_t now);
	enum ns_err (*poll)(struct link *l, struct buf *stub);
	void (*recv)(struct link *l, struct view bytes, uint64_t now);
	struct view (*output)(const struct link *l);
	void (*sent)(struct link *l, size_t n);
	void (*eof)(struct link *l); /* the peer closed the transport */
	void (*leave)(
		struct link *l); /* queues LOGOFF where that applies; no answer awaited */
	void (*cancel)(struct link *l); /* queues CANCEL for the call under way */
	bool (*alive)(const struct link *l);
	void (*info)(const struct link *l, struct link_info *info);
	void (*free)(struct link *l);
};

/* Embedded as first member by each kind. */
struct link {
	const struct link_kind *kind;
};

/*
 * Starts a call.  `stub` is copied into requests at once.  NS_EINVAL while another call is
 * under way; NS_ECLOSED on a dead link.
 */
NS_MUST_USE static inline enum ns_err link_call(struct link *l,
						const struct rpc_iface *iface,
						uint16_t opnum, struct view stub,
						uint64_t now)
{
	return l->kind->call(l, iface, opnum, stub, now);
}

/* NS_OK moves the answer's stub into `stub` (whose old bytes are freed). */
NS_MUST_USE static inline enum ns_err link_poll(struct link *l, struct buf *stub)
{
	return l->kind->poll(l, stub);
}

static inline void link_recv(struct link *l, struct view bytes, uint64_t now)
{
	l->kind->recv(l, bytes, now);
}

static inline struct view link_output(const struct link *l)
{
	return l->kind->output(l);
}

static inline void link_sent(struct link *l, size_t n)
{
	l->kind->sent(l, n);
}

static inline void link_eof(struct link *l)
{
	l->kind->eof(l);
}

static inline void link_leave(struct link *l)
{
	l->kind->leave(l);
}

static inline void link_cancel(struct link *l)
{
	l->kind->cancel(l);
}

static inline bool link_alive(const struct link *l)
{
	return l->kind->alive(l);
}

static inline void link_get_info(const struct link *l, struct link_info *info)
{
	l->kind->info(l, info);
}

static inline void link_free(struct link *l)
{
	if (l != NULL)
		l->kind->free(l);
}

#endif
