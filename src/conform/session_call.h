/* SPDX-License-Identifier: MIT */
/*
 * Rows of the topics that call NetrSessionDel or NetrSessionEnum with well-formed
 * parameters, and how such a row is played and judged.
 */
#ifndef CONFORM_SESSION_CALL_H
#define CONFORM_SESSION_CALL_H

#include "conform/cases.h"
#include "rpc/srvsvc.h"

#define CODES_MAX 4

enum method {
	METHOD_DEL,
	METHOD_ENUM,
};

/* Names are patterns of scene_name(); NULL is a NULL pointer. */
struct session_call {
	struct case_head head;
	enum method method;
	bool by_user; /* user1 asks, not the administrator */
	const char *server;
	const char *client;
	const char *user;
	uint32_t level;
	uint32_t codes[CODES_MAX];
	size_t n_codes;
	bool fault;      /* an RPC fault will do as well */
	unsigned gone;   /* Del: who dies if the code is 0 */
	unsigned listed; /* Enum: who is listed if the code is 0, exactly */
};

/* For a row: the codes that are right. */
#define CODES(...)                                                                         \
	.codes = {__VA_ARGS__},                                                            \
	.n_codes = sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t)

/* "0, ends user1@A" */
void session_call_expects(const struct session_call *row, char *out, size_t size);

/* Sets the scene, calls, looks. */
void session_call_run(struct scene *s, const struct session_call *row, struct outcome *o);

/* ------------------------------------------------------------------------- pieces -- */

/*
 * One NetrSessionDel.  False if there was no code: the outcome says what came instead.  A
 * fault is kept in *fault if that is not NULL.
 */
bool session_del(struct scene *s, struct asker *a, const struct session_call *row,
		 uint32_t *code, bool *fault, struct outcome *o);

/*
 * One NetrSessionEnum.  `resp` is zeroed, to be released with netr_enum_resp_release();
 * its strings live in `answer`.
 */
struct enum_call {
	const char *client;
	const char *user;
	uint32_t level;
	uint32_t length;
	bool no_resume;
	uint32_t resume;
};

bool session_enum(struct scene *s, struct asker *a, const struct enum_call *call,
		  struct netr_enum_resp *resp, struct rpc_answer *answer, bool *fault,
		  struct outcome *o);

/* The workstations that a row of the answer is: those with its client and its user. */
unsigned session_row(const struct scene *s, const struct info_rows *rows, uint32_t row);

/* Whether a row is the administrator's own. */
bool session_row_admin(const struct scene *s, const struct info_rows *rows, uint32_t row);

#endif
