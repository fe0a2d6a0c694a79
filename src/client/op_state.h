/* SPDX-License-Identifier: MIT */
/*
 * What an operation is inside: shared by op.c (its course), op_session.c and op_query.c
 * (the methods) and rules.c (servers that fall short).  Nobody else includes this.
 *
 * The course: a call is under way (`asking`), or the operation is done.  A Del may be
 * interrupted by a look, an enumeration that finds out what its outcome means; `look` then
 * says why, and the rows collected are the look's.
 */
#ifndef CLIENT_OP_STATE_H
#define CLIENT_OP_STATE_H

#include "client/op.h"
#include "client/result.h"
#include "rpc/srvsvc.h"

/* [MS-SRVS] 3.1.4: names have at most 1024 characters with their NUL. */
#define OP_NAME_UNITS 1023u

/* The longest request: three names of 2 KiB each with their frames, and a server's name. */
#define OP_STUB_MAX 16384u

/*
 * Bounds for what one Del may become: the Del itself, again after a lost connection, again
 * in the server's own spelling; and a look before each of the latter and one at the end.
 */
#define OP_DELS_MAX  3u
#define OP_LOOKS_MAX 3u

/* What was answered, whichever method it was. */
struct op_reply {
	uint32_t status;
	uint32_t level;
	struct info_rows rows; /* borrow from the stub */
	uint32_t total;
	uint32_t resume;
	bool has_resume;
};

/* A method as a client calls it. */
struct op_method {
	const struct rpc_iface *iface;
	uint16_t opnum;
	bool has_rows; /* of wire_level */
	bool pages;    /* answers may come in pages: 234 with rows */
	void (*encode)(struct ndr *x, const struct op *op);
	/* `reply` is zeroed; its rows are to be released also when this fails. */
	void (*decode)(struct ndr *x, const struct op *op, struct op_reply *reply);
};

extern const struct op_method OP_SESSION_ENUM;
extern const struct op_method OP_SESSION_DEL;
extern const struct op_method OP_CONNECTION_ENUM;
extern const struct op_method OP_FILE_ENUM;
extern const struct op_method OP_FILE_GET;
extern const struct op_method OP_FILE_CLOSE;
extern const struct op_method OP_SHARE_ENUM;
extern const struct op_method OP_SHARE_GET;
extern const struct op_method OP_SERVER_GET;
extern const struct op_method OP_WKSTA_GET;
extern const struct op_method OP_TIME_GET;
extern const struct op_method OP_COUNTER_ENUM;

enum op_look {
	OP_LOOK_NOT,
	OP_LOOK_DENIED, /* the Del was answered with 5 */
	OP_LOOK_LOST,   /* the connection broke before the Del was answered */
};

/* A look that did not work out leaves this many sessions. */
#define OP_LEFT_UNKNOWN SIZE_MAX

struct op {
	enum netsess_op what;
	uint32_t level; /* as asked for */
	uint32_t id;
	uint32_t prefmaxlen;
	uint32_t resume; /* where the caller wants to begin */
	bool one_page;
	bool strict;

	struct buf server; /* UTF-16LE; n == 0: none */
	struct buf client;
	struct buf user;
	struct buf name;
	struct buf del_client; /* how the server spells them, where that is known */
	struct buf del_user;

	const struct op_method *method; /* of the call under way */
	bool asking;
	bool retried;        /* op_retry() was used up */
	uint32_t wire_level; /* of that call */
	uint32_t wire_resume;
	uint32_t seen_resume; /* a handle from further back, to notice a circle */
	uint32_t pages;       /* answered so far, in this enumeration */
	struct buf stub;

	unsigned dels; /* how many NetrSessionDel were asked for */
	unsigned looks;
	enum op_look look;
	size_t left; /* after a look: sessions that still match */
	bool lost;   /* a Del may have been carried out without an answer */

	uint32_t code;                 /* the outcome as it stands */
	char failure[RESULT_NOTE_MAX]; /* what failed, if the outcome is that failure */
	struct netsess_result *result;
};

/* Has the method called; on failure the operation is done. */
void op_call_method(struct op *op, const struct op_method *method);

/* Interrupts a Del for a look.  False if there were enough. */
bool op_start_look(struct op *op, enum op_look why);

/* Asks for the Del again.  False if there were enough. */
bool op_repeat_del(struct op *op);

/* The parameter rules of the calls of op_session.c: 0 or the documented code. */
uint32_t op_check_session_enum(const struct op *op);
uint32_t op_check_session_get(const struct op *op);
uint32_t op_check_session_del(const struct op *op);

static inline struct ndr_string op_string(const struct buf *name)
{
	return name->n > 0 ? ndr_string_of(buf_view(name)) : NDR_NO_STRING;
}

/* Moves the rows of an enumeration's or a GetInfo's answer into `reply`. */
void op_reply_enum(struct op_reply *reply, struct netr_enum_resp *r);
void op_reply_single(struct op_reply *reply, struct netr_get_info_resp *r);

#endif
