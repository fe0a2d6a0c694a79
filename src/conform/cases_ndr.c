/* SPDX-License-Identifier: MIT */
/*
 * Parameters that are no NDR: the call must fault ([C706] 14, [MS-SRVS] 3.1.4: methods
 *throw nothing themselves), the pipe must take the next call, and nobody may be ended.
 *
 * Each row changes a good request.  Where things are in it:
 *
 *	Del	0 ServerName NULL, 4 ClientName's referent, 8 its maximum count, 12 offset,
 *		16 actual count, 20 the characters; then UserName
 *	Enum	0 ServerName, 4 ClientName, 8 UserName: NULL; 12 Level, 16 the union's,
 *		20 container, 24 EntriesRead, 28 Buffer, 32 PreferedMaximumLength,
 *		36 ResumeHandle's referent, 40 its value
 */
#include <stdio.h>

#include "conform/session_call.h"

#define STUB_MAX 4096u

enum change {
	SET32,    /* the 32 bits at `at` become `value` */
	APPEND,   /* `value` bytes of 0xff at the end */
	CUT_EACH, /* every proper beginning of the request, each as a call of its own */
	KEEP,     /* `value` bytes from the start, the rest is gone */
};

struct ndr_case {
	struct case_head head;
	enum method method;
	enum change change;
	uint32_t at;
	uint32_t value;
	bool any; /* any answer will do, as long as nobody ends and the pipe lives */
};

#define FAULT "a fault; nobody ends; the pipe lives"
#define ANY   "any answer; nobody ends; the pipe lives"
#define D     METHOD_DEL
#define E     METHOD_ENUM

/* clang-format off */
static const struct ndr_case rows[] = {
	{{"Del: no parameters", "C706 14.3", FAULT}, D, KEEP, 0, 0, false},
	{{"Del: cut off, at every byte", "C706 14.3", FAULT}, D, CUT_EACH, 0, 0, false},
	{{"Del: maximum count 0", "C706 14.3.4.2", FAULT}, D, SET32, 8, 0, false},
	{{"Del: maximum count below the actual", "C706 14.3.4.2", FAULT}, D, SET32, 8, 2, false},
	{{"Del: actual count above the maximum", "C706 14.3.4.2", FAULT}, D, SET32, 16, 0x7fff, false},
	{{"Del: actual count past the end", "C706 14.3.4.2", FAULT}, D, SET32, 16, UINT32_MAX, false},
	{{"Del: counts that overflow", "C706 14.3.4.2", FAULT}, D, SET32, 16, 0x80000001, false},
	{{"Del: offset 1", "C706 14.3.4.2", FAULT}, D, SET32, 12, 1, false},
	{{"Del: offset 4294967295", "C706 14.3.4.2", FAULT}, D, SET32, 12, UINT32_MAX, false},
	{{"Del: actual count 0", "C706 14.3.4.2", FAULT}, D, SET32, 16, 0, false},
	{{"Del: string without its NUL", "MS-RPCE 3.1.1.5.3", FAULT}, D, SET32, 16, 4, false},
	{{"Enum: no parameters", "C706 14.3", FAULT}, E, KEEP, 0, 0, false},
	{{"Enum: cut off, at every byte", "C706 14.3", FAULT}, E, CUT_EACH, 0, 0, false},
	{{"Enum: the two levels differ", "C706 14.3.8", FAULT}, E, SET32, 16, 10, false},
	{{"Enum: the two levels differ, second unknown", "C706 14.3.8", FAULT}, E, SET32, 16, 77, false},
	{{"Enum: container NULL", "MS-SRVS 2.2.4.21", ANY}, E, SET32, 20, 0, true},
	{{"Enum: rows announced, none there", "C706 14.3.3", FAULT}, E, SET32, 28, 0x20004, false},
	{{"Enum: EntriesRead 5 and no array", "MS-SRVS 2.2.4.18", ANY}, E, SET32, 24, 5, true},
	{{"Enum: EntriesRead 4294967295 and no array", "MS-SRVS 2.2.4.18", ANY}, E, SET32, 24, UINT32_MAX, true},
	{{"Enum: something behind the parameters", "C706 14.3", ANY}, E, APPEND, 0, 100, true},
};
/* clang-format on */

static enum ns_err build_del(struct scene *s, struct buf *stub)
{
	struct netr_session_del_req req = {.server_name = NDR_NO_STRING};
	struct buf client;
	struct buf user;
	struct ndr x;
	enum ns_err err;

	buf_init(&client, STUB_MAX);
	buf_init(&user, STUB_MAX);
	err = scene_name(s, &client, "\\\\%a");
	if (err == NS_OK)
		err = scene_name(s, &user, "%1");
	req.client_name = ndr_string_of(buf_view(&client));
	req.user_name = ndr_string_of(buf_view(&user));
	x = ndr_push(stub);
	netr_session_del_req_code(&x, &req);
	if (err == NS_OK)
		err = ndr_end(&x);
	buf_release(&client);
	buf_release(&user);
	return err;
}

static enum ns_err build_enum(struct buf *stub)
{
	struct netr_session_enum_req req = {
		.server_name = NDR_NO_STRING,
		.client_name = NDR_NO_STRING,
		.user_name = NDR_NO_STRING,
		.params = {.prefered_maximum_length = SRVSVC_MAX_PREFERRED_LENGTH,
			   .has_resume = true},
	};
	struct ndr x = ndr_push(stub);
	enum ns_err err;

	info_enum_init(&req.params.info, &SESSION_INFO, 1);
	req.params.info.no_buffer = true;
	netr_session_enum_req_code(&x, &req);
	err = ndr_end(&x);
	netr_enum_params_release(&req.params);
	return err;
}

static enum ns_err append_rubbish(struct buf *stub, uint32_t n)
{
	static const uint8_t ff = 0xff;
	enum ns_err err = NS_OK;

	while (n-- > 0 && err == NS_OK)
		err = buf_append(stub, view_of(&ff, 1));
	return err;
}

static void set32(struct buf *stub, uint32_t at, uint32_t value)
{
	struct wire_writer w = {.out = stub};

	wire_patch32(&w, at, value);
}

/* One call.  False: the answer was not what it must be, and the outcome says so. */
static bool call(struct scene *s, const struct ndr_case *c, struct view stub,
		 struct outcome *o)
{
	uint16_t opnum =
		c->method == METHOD_DEL ? OPNUM_NETR_SESSION_DEL : OPNUM_NETR_SESSION_ENUM;
	struct rpc_answer answer = {0};
	char text[OUTCOME_TEXT_MAX / 2];
	bool right;

	asker_call(&s->admin, opnum, stub, &answer);
	rpc_answer_text(text, sizeof(text), &answer);
	outcome_got(o, "%s", text);
	right = answer.kind == ANSWER_FAULT || (c->any && answer.kind == ANSWER_STUB);
	rpc_answer_release(&answer);
	if (!right)
		outcome_fail(o, "%s to %zu bytes", text, stub.n);
	else if (!scene_pipe_answers(&s->admin))
		outcome_fail(o, "%s, and the pipe is dead", text);
	else
		return true;
	return false;
}

static void call_all(struct scene *s, const struct ndr_case *c, struct buf *stub,
		     struct outcome *o)
{
	size_t n = stub->n;

	switch (c->change) {
	case SET32:
		set32(stub, c->at, c->value);
		break;
	case APPEND:
		if (append_rubbish(stub, c->value) != NS_OK)
			outcome_fail(o, "out of memory");
		break;
	case KEEP:
		n = c->value;
		break;
	case CUT_EACH:
		for (n = 0; n + 1 < stub->n; n++)
			if (!call(s, c, view_slice(buf_view(stub), 0, n), o))
				return;
		break;
	}
	if (c->change == SET32 || c->change == APPEND)
		n = stub->n;
	(void)call(s, c, view_slice(buf_view(stub), 0, n), o);
}

static void run(struct scene *s, size_t i, struct outcome *o)
{
	const struct ndr_case *c = &rows[i];
	struct buf stub;
	enum ns_err err;

	if (!scene_set(s, A1 | A2)) {
		outcome_fail(o, "no scene: %s", s->why);
		return;
	}
	buf_init(&stub, STUB_MAX);
	err = c->method == METHOD_DEL ? build_del(s, &stub) : build_enum(&stub);
	if (err == NS_OK)
		call_all(s, c, &stub, o);
	else
		outcome_fail(o, "could not ask: %s", ns_err_text(err));
	buf_release(&stub);
	outcome_judge(o, s, 0, false);
}

static const struct case_head *head(size_t i)
{
	return &rows[i].head;
}

const struct topic topic_ndr = {
	.name = "ndr",
	.title = "Malformed parameters",
	.n = sizeof(rows) / sizeof(rows[0]),
	.head = head,
	.run = run,
};
