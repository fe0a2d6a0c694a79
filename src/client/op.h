/* SPDX-License-Identifier: MIT */
/*
 * An operation: one netsess_request turned into method calls, and their answers into one
 * netsess_result.  It knows paging, levels and the rules for servers that fall short
 * (client/rules.h); it knows no connection, no driver and no time.
 *
 *	op_new(), then as long as op_ask() says true: have the call made, hand its outcome
 *	to op_answer().  When op_ask() says false, op_take() gives the result.
 *
 * op_ask() may say true after an error was answered, too: where the server dropped the
 * connection in the middle of a NetrSessionDel, the operation looks into what became of
 * the session.  A driver whose link is dead by then makes a new one.
 *
 * A driver whose connection broke may, where op_retry_allowed(), ask again on a fresh one:
 * it calls op_retry() instead of op_answer() and goes on with op_ask().
 */
#ifndef CLIENT_OP_H
#define CLIENT_OP_H

#include <stdbool.h>

#include "base/buf.h"
#include "client/link.h"
#include "netsess.h"

struct op;

/* One method call that an operation wants made. */
struct op_call {
	const struct rpc_iface *iface;
	uint16_t opnum;
	struct view stub; /* borrowed from the operation until its next call */
};

/*
 * Checks what can be checked without a server (levels, lengths, form, valid UTF-8): then
 * the operation is done at once with the documented code and nothing is ever sent.  The
 * strings of `request` are copied.  `server` is the name as the user gave it, for the
 * ServerName parameter; NULL for this computer.  NULL when memory is short.
 */
struct op *op_new(const char *server, const struct netsess_request *request, bool strict);

/*
 * The same for callers whose names are UTF-16LE already (netapi/): valid or not is checked
 * here.  An absent name has p == NULL.
 */
struct op_names {
	struct view client;
	struct view user;
	struct view name;
};
struct op *op_new_utf16(const char *server, const struct netsess_request *request,
			const struct op_names *names, bool strict);

/* Whether another call is wanted, and which. */
bool op_ask(struct op *op, struct op_call *call);

/*
 * The outcome of the call asked for: with NS_OK its answer in `stub` (taken over), else why
 * there is none.  `info` is the link's, or zeroes where no link was made.
 */
void op_answer(struct op *op, enum ns_err err, struct buf *stub,
	       const struct link_info *info);

/* Whether the call under way may be made twice without harm, and has not been already. */
bool op_retry_allowed(const struct op *op);
void op_retry(struct op *op);

/* Our own address as the server sees it ("192.0.2.7"), for the result; may be unknown. */
void op_set_self_address(struct op *op, const char *address);

/* The result; the caller owns it.  Once, after op_ask() said false.  Never NULL. */
struct netsess_result *op_take(struct op *op);

void op_free(struct op *op);

#endif
