/* SPDX-License-Identifier: MIT */
/*
 * PDUs that are none, or not for now: a fault, a refused bind or a broken pipe, and the
 * session under it goes on ([MS-RPCE] 3.3.3.5, [C706] 12.6).  Each case has a connection of
 * its own, for what it leaves behind may be anything.
 */
#include <stdio.h>

#include "base/ntstatus.h"
#include "conform/session_call.h"

#define PDU_MAX 4096u

enum subject {
	BOUND_REQUEST, /* NetrRemoteTOD on a bound pipe */
	EARLY_REQUEST, /* the same before any bind */
	FIRST_BIND,
	SECOND_BIND,
	HALF_REQUEST, /* the first `value` bytes of a request, written; no answer is due */
};

/* What may come back. */
#define FAULTED 1u
#define NAKED   2u /* bind_nak, or a bind_ack that accepts nothing */
#define BROKEN  4u /* an SMB2 error, or bytes that are no PDU */

struct rpc_case {
	struct case_head head;
	enum subject subject;
	unsigned wants;
	uint32_t fault; /* 0: any */
	uint32_t at;    /* `n` bytes there become `value`; n 0: none do */
	uint32_t n;
	uint32_t value;
};

#define OPRANGE "fault 0x1c010002; the session lives"
#define FAULTS  "a fault; the session lives"
#define REFUSES "refused or a fault; the session lives"
#define ANY     "refused, a fault or a broken pipe; the session lives"
#define LIVES   "the session lives"

/*
 * Common header: 0 version, 2 type, 3 flags, 8 length, 10 length of authentication.
 * Request: 20 context, 22 method.  Bind: 24 contexts; 32 UUID, 48 version of the interface,
 * 52 UUID of the transfer syntax.
 */
/* clang-format off */
static const struct rpc_case rows[] = {
	{{"method 99", "MS-RPCE 3.3.3.5", OPRANGE}, BOUND_REQUEST, FAULTED, RPC_FAULT_OP_RANGE, 22, 2, 99},
	{{"method 65535", "MS-RPCE 3.3.3.5", OPRANGE}, BOUND_REQUEST, FAULTED, RPC_FAULT_OP_RANGE, 22, 2, 65535},
	{{"method 0, not used on the wire", "MS-SRVS 3.1.4", OPRANGE}, BOUND_REQUEST, FAULTED, RPC_FAULT_OP_RANGE, 22, 2, 0},
	{{"a context nobody bound", "C706 12.6.4", FAULTS}, BOUND_REQUEST, FAULTED | BROKEN, 0, 20, 2, 7},
	{{"version 4", "C706 12.6.3", ANY}, BOUND_REQUEST, FAULTED | NAKED | BROKEN, 0, 0, 1, 4},
	{{"type 77", "C706 12.6.4", ANY}, BOUND_REQUEST, FAULTED | NAKED | BROKEN, 0, 2, 1, 77},
	{{"a response from a client", "C706 12.6.4", ANY}, BOUND_REQUEST, FAULTED | NAKED | BROKEN, 0, 2, 1, RPC_RESPONSE},
	{{"length shorter than a header", "C706 12.6.3", ANY}, BOUND_REQUEST, FAULTED | NAKED | BROKEN, 0, 8, 2, 8},
	{{"length of a header", "C706 12.6.3", ANY}, BOUND_REQUEST, FAULTED | NAKED | BROKEN, 0, 8, 2, 16},
	{{"authentication longer than the PDU", "C706 13.2.6", ANY}, BOUND_REQUEST, FAULTED | NAKED | BROKEN, 0, 10, 2, 4000},
	{{"a last fragment without a first", "C706 12.6.4", ANY}, BOUND_REQUEST, FAULTED | NAKED | BROKEN, 0, 3, 1, RPC_PFC_LAST_FRAG},
	{{"a request before the bind", "C706 12.6.4", ANY}, EARLY_REQUEST, FAULTED | NAKED | BROKEN, 0, 0, 0, 0},
	{{"bind of version 9", "C706 12.6.3", ANY}, FIRST_BIND, FAULTED | NAKED | BROKEN, 0, 0, 1, 9},
	{{"bind of another interface", "C706 12.6.4", REFUSES}, FIRST_BIND, FAULTED | NAKED, 0, 32, 4, 0xdeadbeef},
	{{"bind of srvsvc 2.0", "C706 12.6.4", REFUSES}, FIRST_BIND, FAULTED | NAKED, 0, 48, 2, 2},
	{{"bind with another transfer syntax", "C706 12.6.4", REFUSES}, FIRST_BIND, FAULTED | NAKED, 0, 52, 4, 0xdeadbeef},
	{{"bind that announces 200 contexts", "C706 12.6.3", ANY}, FIRST_BIND, FAULTED | NAKED | BROKEN, 0, 24, 1, 200},
	{{"a second bind", "C706 12.6.4", ANY}, SECOND_BIND, FAULTED | NAKED | BROKEN, 0, 0, 0, 0},
	{{"half a request and no more", "C706 12.6.4", LIVES}, HALF_REQUEST, 0, 0, 0, 0, 20},
	{{"half a header and no more", "C706 12.6.4", LIVES}, HALF_REQUEST, 0, 0, 0, 0, 7},
};
/* clang-format on */

static enum ns_err put_request(struct buf *out)
{
	static const uint8_t no_server_name[4];
	struct rpc_pdu pdu = {
		.ptype = RPC_REQUEST,
		.flags = RPC_PFC_WHOLE,
		.call_id = 2,
		.u.call = {.alloc_hint = sizeof(no_server_name),
			   .opnum = OPNUM_NETR_REMOTE_TOD,
			   .stub = view_of(no_server_name, sizeof(no_server_name))},
	};

	return rpc_pdu_encode(out, &pdu);
}

static enum ns_err put_bind(struct buf *out)
{
	struct rpc_client fresh;
	enum ns_err err;

	rpc_client_init(&fresh, &SRVSVC, RPC_FRAG_USUAL);
	err = rpc_client_bind(&fresh, out);
	rpc_client_release(&fresh);
	return err;
}

static enum ns_err build(const struct rpc_case *c, struct buf *pdu)
{
	bool bind = c->subject == FIRST_BIND || c->subject == SECOND_BIND;
	enum ns_err err = bind ? put_bind(pdu) : put_request(pdu);

	for (uint32_t i = 0; err == NS_OK && i < c->n; i++)
		pdu->p[c->at + i] = (uint8_t)(c->value >> 8 * i);
	return err;
}

static void judge(const struct rpc_case *c, const struct rpc_answer *answer,
		  struct outcome *o)
{
	unsigned came = 0;
	char text[OUTCOME_TEXT_MAX / 2];

	rpc_answer_text(text, sizeof(text), answer);
	outcome_got(o, "%s", text);
	if (answer->kind == ANSWER_FAULT && (c->fault == 0 || answer->fault == c->fault))
		came = FAULTED;
	else if (answer->kind == ANSWER_NAK)
		came = NAKED;
	else if (answer->kind == ANSWER_REFUSED ||
		 (answer->kind == ANSWER_LOST &&
		  ns_err_class(answer->err) == NS_CLASS_PEER))
		came = BROKEN;
	if ((c->wants & came) == 0)
		outcome_fail(o, "%s", text);
}

static void send_case(const struct rpc_case *c, struct asker *a, struct view pdu,
		      struct outcome *o)
{
	struct rpc_answer answer = {0};
	uint32_t status = 0;
	enum ns_err err;

	if (c->subject == HALF_REQUEST) {
		err = asker_write(a, view_slice(pdu, 0, c->value), &status);
		outcome_got(o, "%s",
			    err == NS_OK ? ntstatus_name(status) : ns_err_text(err));
		if (err != NS_OK)
			outcome_fail(o, "%s", ns_err_text(err));
		return;
	}
	asker_raw(a, pdu, &answer);
	judge(c, &answer, o);
	rpc_answer_release(&answer);
}

/* The session must take another pipe, and that pipe a call. */
static void look(struct peer *p, struct peer_session *session, struct outcome *o)
{
	struct asker next = {0};
	uint32_t status = 0;
	enum ns_err err = asker_open(&next, p, session, &status);

	if (err != NS_OK)
		outcome_fail(o, "after \"%.80s\" the session opens no pipe: %s", o->got,
			     status != 0 ? ntstatus_name(status) : ns_err_text(err));
	else if (!scene_pipe_answers(&next))
		outcome_fail(o, "after \"%.80s\" another pipe does not answer", o->got);
	asker_close(&next);
}

static void play(struct scene *s, const struct rpc_case *c, struct outcome *o)
{
	const struct auth_credentials *who = &s->options->account[USER2]->credentials;
	bool bound = c->subject == BOUND_REQUEST || c->subject == SECOND_BIND;
	struct peer_session session = {0};
	struct asker asker = {0};
	uint32_t status = 0;
	struct peer p;
	struct buf pdu;
	enum ns_err err;

	peer_init(&p, &s->config);
	buf_init(&pdu, PDU_MAX);
	err = build(c, &pdu);
	if (err == NS_OK)
		err = peer_connect(&p, NULL);
	if (err == NS_OK)
		err = peer_sign_in(&p, &session, who, &status);
	if (err == NS_OK)
		err = bound ? asker_open(&asker, &p, &session, &status)
			    : asker_open_pipe(&asker, &p, &session, &status);
	if (err == NS_OK) {
		send_case(c, &asker, buf_view(&pdu), o);
		look(&p, &session, o);
	} else {
		outcome_fail(o, "no scene: %s",
			     status != 0 ? ntstatus_name(status) : ns_err_text(err));
	}
	asker_close(&asker);
	peer_forget(&session);
	buf_release(&pdu);
	peer_close(&p);
}

static void run(struct scene *s, size_t i, struct outcome *o)
{
	if (!scene_set(s, A1)) {
		outcome_fail(o, "no scene: %s", s->why);
		return;
	}
	play(s, &rows[i], o);
	outcome_judge(o, s, 0, false);
}

static const struct case_head *head(size_t i)
{
	return &rows[i].head;
}

const struct topic topic_rpc = {
	.name = "rpc",
	.title = "Malformed PDUs",
	.n = sizeof(rows) / sizeof(rows[0]),
	.head = head,
	.run = run,
};
