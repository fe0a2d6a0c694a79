/* SPDX-License-Identifier: MIT */
/*
 * The other side of an operation, played by a test: what a call asked for, and answers as
 * a server would push them.
 */
#ifndef TESTS_UNIT_CLIENT_ANSWERS_H
#define TESTS_UNIT_CLIENT_ANSWERS_H

#include "client/op.h"
#include "rpc/srvsvc.h"

/* A row of a session enumeration; members that its level lacks are not sent. */
struct session_row {
	const char *cname;
	const char *username;
	uint32_t time;
};

/* An answer to NetrSessionEnum. */
struct session_answer {
	uint32_t level;
	const struct session_row *rows;
	size_t n;
	uint32_t status;
	uint32_t total;
	uint32_t resume;
	bool no_resume;
};

/* What NetrSessionEnum was asked; names in UTF-8, "" for none. */
struct session_question {
	uint32_t level;
	uint32_t prefmaxlen;
	uint32_t resume;
	char client[64];
	char user[64];
};

/* Signed in as smbadmin over 3.1.1. */
extern const struct link_info signed_in;

/* The call under way; fails the test if there is none or it is another one. */
struct op_call expect_call(struct op *op, const struct rpc_iface *iface, uint16_t opnum);
struct session_question expect_enum(struct op *op);
/* The Del's names, each in a static place. */
void expect_del(struct op *op, const char *client, const char *user);

/* Answers as stubs of their own. */
struct buf session_stub(const struct session_answer *answer);
struct buf status_stub(uint32_t status);

void answer_enum(struct op *op, const struct session_answer *answer);
void answer_status(struct op *op, uint32_t status); /* methods that return only a code */
void answer_rows(struct op *op, uint32_t level, const struct session_row *rows, size_t n);
void answer_stub(struct op *op, struct buf *stub);
void answer_error(struct op *op, enum ns_err err);

/* The operation must be done; its result, with that code. */
struct netsess_result *expect_result(struct op *op, uint32_t code);

#define ROWS(rows) (rows), sizeof(rows) / sizeof((rows)[0])

#endif
