/* SPDX-License-Identifier: MIT */
#include "client/op.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/win32err.h"
#include "client/op_state.h"
#include "client/rules.h"

static bool is_success(uint32_t code)
{
	return code == WIN32_ERROR_SUCCESS || code == WIN32_ERROR_MORE_DATA;
}

static void finish(struct op *op);

/* The outcome is a failure on our side of the answer.  Nothing is said twice. */
static void fail(struct op *op, enum ns_err err, const char *text)
{
	op->code = win32err_from_ns(err);
	if (strcmp(text, win32err_text(op->code)) == 0)
		text = "";
	(void)snprintf(op->failure, sizeof(op->failure), "%s", text);
}

void op_call_method(struct op *op, const struct op_method *method)
{
	struct ndr x;
	enum ns_err err;

	op->method = method;
	op->asking = true;
	buf_clear(&op->stub);
	x = ndr_push(&op->stub);
	method->encode(&x, op);
	err = ndr_end(&x);
	if (err != NS_OK) {
		fail(op, err, "the request could not be made");
		finish(op);
	}
}

bool op_ask(struct op *op, struct op_call *call)
{
	if (!op->asking)
		return false;
	*call = (struct op_call){
		.iface = op->method->iface,
		.opnum = op->method->opnum,
		.stub = buf_view(&op->stub),
	};
	return true;
}

/* The rows as they were asked for, where another level was sent in its place. */
static enum ns_err project(struct netsess_result *r)
{
	enum ns_err err = NS_OK;

	for (size_t i = 0; i < r->n_pages && err == NS_OK; i++)
		err = info_rows_project(&r->pages[i].rows, r->shape);
	return err;
}

static void finish_rows(struct op *op)
{
	(void)rules_apply(op, RULE_ON_ROWS);
	if (is_success(op->code) && project(op->result) != NS_OK)
		fail(op, NS_ENOMEM, "");
	if (op->what != NETSESS_SESSION_GET || !is_success(op->code))
		return;
	if (op->result->rows == 0)
		op->code = WIN32_NERR_CLIENT_NAME_NOT_FOUND;
	/* Several sessions of one user from one client: the first stands for them. */
	result_keep_first(op->result, 1);
	op->result->total = (uint32_t)op->result->rows;
}

/* The enumeration or the call is over, with op->code. */
static void finish(struct op *op)
{
	op->asking = false;
	if (op->look != OP_LOOK_NOT && rules_look(op))
		return;
	if (is_success(op->code) && op->what != NETSESS_SESSION_DEL)
		finish_rows(op);
	(void)rules_apply(op, RULE_ON_END);
	if (!is_success(op->code) || op->what == NETSESS_SESSION_DEL) {
		result_clear(op->result);
		op->result->total = 0;
		op->result->resume = op->resume; /* from where it may be tried again */
	}
	if (!is_success(op->code) && op->failure[0] != '\0')
		result_note(op->result, "%s", op->failure);
	op->result->code = op->code;
}

/*
 * Whether an answer that says there is more also says where.  Handles are opaque, so one
 * that was given out before is the only sign of a circle: the one remembered is moved up
 * at every power of two (Brent's method), and no circle can avoid it for long.
 */
static bool makes_progress(struct op *op, const struct op_reply *reply, size_t rows)
{
	if (rows == 0 || !reply->has_resume || reply->resume == op->wire_resume ||
	    reply->resume == op->seen_resume)
		return false;
	if ((op->pages & (op->pages - 1)) == 0)
		op->seen_resume = op->wire_resume;
	return true;
}

/* What must hold of an answer with rows beyond what its decoder saw to. */
static const char *nonsense(const struct op *op, const struct op_reply *reply)
{
	if (reply->rows.level == NULL || reply->level != op->wire_level)
		return "the server answered with another level than was asked for";
	if (!op->method->pages && reply->rows.count != 1)
		return "the server answered with success and nothing else";
	return NULL;
}

/* The rows of a page become the result's, and the stub with them. */
static bool keep_page(struct op *op, struct op_reply *reply, struct buf *stub)
{
	const char *text = nonsense(op, reply);
	enum ns_err err;

	if (text != NULL) {
		fail(op, NS_EFORMAT, text);
		return false;
	}
	info_rows_adopt(&reply->rows, stub);
	err = result_add(op->result, &reply->rows);
	if (err != NS_OK) {
		fail(op, err, err == NS_ENOMEM ? "" : "the server's list is too long");
		return false;
	}
	op->pages++;
	if (op->pages == 1)
		op->result->total = reply->total;
	op->result->resume = reply->resume;
	op->code = reply->status;
	return true;
}

/* An answer with rows and code 0 or 234. */
static void take_rows(struct op *op, struct op_reply *reply, struct buf *stub)
{
	uint32_t rows = reply->rows.count;
	bool wants_all = !op->one_page || op->look != OP_LOOK_NOT;

	if (!keep_page(op, reply, stub) || !wants_all ||
	    reply->status != WIN32_ERROR_MORE_DATA) {
		finish(op);
		return;
	}
	if (!makes_progress(op, reply, rows)) {
		fail(op, NS_EFORMAT, "the server says there is more, and not where");
		finish(op);
		return;
	}
	op->wire_resume = reply->resume;
	op_call_method(op, op->method);
}

static void take_reply(struct op *op, struct op_reply *reply, struct buf *stub)
{
	bool pages = reply->status == WIN32_ERROR_MORE_DATA && op->method->pages;

	if (op->method->has_rows && (reply->status == WIN32_ERROR_SUCCESS || pages)) {
		take_rows(op, reply, stub);
		return;
	}
	op->code = reply->status;
	op->failure[0] = '\0';
	if (op->look == OP_LOOK_NOT && op->code != WIN32_ERROR_SUCCESS &&
	    rules_apply(op, RULE_ON_CODE))
		return;
	finish(op);
}

static void take_stub(struct op *op, struct buf *stub)
{
	struct op_reply reply = {0};
	struct ndr x;
	enum ns_err err;

	buf_shrink(stub);
	x = ndr_pull(buf_view(stub));
	op->method->decode(&x, op, &reply);
	err = ndr_end(&x);
	if (err == NS_OK) {
		take_reply(op, &reply, stub);
	} else {
		fail(op, err, err == NS_ENOMEM ? "" : "the server's answer makes no sense");
		finish(op);
	}
	info_rows_release(&reply.rows);
}

/* In the link's words where it has some. */
static void fail_on_link(struct op *op, enum ns_err err, const struct link_info *info)
{
	fail(op, err,
	     info->text != NULL && info->text[0] != '\0' ? info->text : ns_err_text(err));
	if (err == NS_EFAULT && info->rpc_fault != 0)
		(void)snprintf(op->failure, sizeof(op->failure), "%s (0x%08" PRIx32 ")",
			       ns_err_text(err), info->rpc_fault);
}

static bool is_loss(enum ns_err err)
{
	return err == NS_ECLOSED || err == NS_EENDED;
}

void op_answer(struct op *op, enum ns_err err, struct buf *stub,
	       const struct link_info *info)
{
	assert(op->asking);
	result_set_peer(op->result, info);
	if (err == NS_OK) {
		take_stub(op, stub);
		buf_release(stub);
		return;
	}
	fail_on_link(op, err, info);
	buf_release(stub);
	/* A connection that broke before we were signed in has carried no request. */
	if (op->method == &OP_SESSION_DEL && is_loss(err) && info->user != NULL &&
	    info->user[0] != '\0' && rules_apply(op, RULE_ON_LOSS))
		return;
	finish(op);
}

bool op_retry_allowed(const struct op *op)
{
	/* Without the rules, 2312 after a second Del could not be told from a success. */
	return op->asking && !op->retried && (op->method != &OP_SESSION_DEL || !op->strict);
}

void op_retry(struct op *op)
{
	assert(op_retry_allowed(op));
	op->retried = true;
	if (op->method == &OP_SESSION_DEL) {
		fail(op, NS_ECLOSED, ns_err_text(NS_ECLOSED));
		(void)rules_apply(op, RULE_ON_LOSS);
	}
}

void op_set_self_address(struct op *op, const char *address)
{
	result_set_self_address(op->result, address);
}

struct netsess_result *op_take(struct op *op)
{
	struct netsess_result *r = op->result;

	assert(!op->asking && r != NULL);
	op->result = NULL;
	return r;
}

void op_free(struct op *op)
{
	if (op == NULL)
		return;
	buf_release(&op->server);
	buf_release(&op->client);
	buf_release(&op->user);
	buf_release(&op->name);
	buf_release(&op->del_client);
	buf_release(&op->del_user);
	buf_release(&op->stub);
	netsess_result_free(op->result);
	free(op);
}
