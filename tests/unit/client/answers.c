/* SPDX-License-Identifier: MIT */
#include "answers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf16.h"

#define STUB_MAX (16u << 20)

const struct link_info signed_in = {
	.dialect = 0x0311,
	.encrypted = true,
	.user = "smbadmin",
	.text = "",
};

struct op_call expect_call(struct op *op, const struct rpc_iface *iface, uint16_t opnum)
{
	struct op_call call = {0};

	assert_true(op_ask(op, &call));
	assert_ptr_equal(call.iface, iface);
	assert_int_equal(call.opnum, opnum);
	return call;
}

static void copy_name(char *to, size_t size, const struct ndr_string *from)
{
	struct buf utf8;

	buf_init(&utf8, size - 1);
	assert_int_equal(utf8_from_utf16(&utf8, from->text), NS_OK);
	if (utf8.n > 0)
		memcpy(to, utf8.p, utf8.n);
	to[utf8.n] = '\0';
	buf_release(&utf8);
}

struct session_question expect_enum(struct op *op)
{
	struct op_call call = expect_call(op, &SRVSVC, OPNUM_NETR_SESSION_ENUM);
	struct netr_session_enum_req r = {0};
	struct session_question q = {0};
	struct ndr x = ndr_pull(call.stub);

	netr_session_enum_req_code(&x, &r);
	assert_int_equal(ndr_end(&x), NS_OK);
	assert_true(r.params.has_resume);
	q.level = r.params.info.level;
	q.prefmaxlen = r.params.prefered_maximum_length;
	q.resume = r.params.resume_handle;
	copy_name(q.client, sizeof(q.client), &r.client_name);
	copy_name(q.user, sizeof(q.user), &r.user_name);
	netr_enum_params_release(&r.params);
	return q;
}

void expect_del(struct op *op, const char *client, const char *user)
{
	struct op_call call = expect_call(op, &SRVSVC, OPNUM_NETR_SESSION_DEL);
	struct netr_session_del_req r = {0};
	struct ndr x = ndr_pull(call.stub);
	char text[64];

	netr_session_del_req_code(&x, &r);
	assert_int_equal(ndr_end(&x), NS_OK);
	copy_name(text, sizeof(text), &r.client_name);
	assert_string_equal(text, client);
	assert_int_equal(r.client_name.null, client[0] == '\0');
	copy_name(text, sizeof(text), &r.user_name);
	assert_string_equal(text, user);
	assert_int_equal(r.user_name.null, user[0] == '\0');
}

static void put_row(struct info_rows *rows, const struct session_row *row)
{
	assert_int_equal(info_rows_add(rows), NS_OK);
	assert_int_equal(info_rows_put_utf8(rows, "cname", view_of_string(row->cname)),
			 NS_OK);
	assert_int_equal(
		info_rows_put_utf8(
			rows, "username",
			view_of_string(row->username != NULL ? row->username : "")),
		NS_OK);
	info_rows_put_u32(rows, "time", row->time);
	info_rows_put_u32(rows, "user_flags", 1);
}

void answer_stub(struct op *op, struct buf *stub)
{
	op_answer(op, NS_OK, stub, &signed_in);
	assert_int_equal(stub->n, 0);
}

struct buf session_stub(const struct session_answer *answer)
{
	struct netr_enum_resp r = {
		.total_entries = answer->total,
		.has_resume = !answer->no_resume,
		.resume_handle = answer->resume,
		.status = answer->status,
	};
	struct buf stub;
	struct ndr x;

	info_enum_init(&r.info, &SESSION_INFO, answer->level);
	for (size_t i = 0; i < answer->n; i++)
		put_row(&r.info.rows, &answer->rows[i]);
	buf_init(&stub, STUB_MAX);
	x = ndr_push(&stub);
	netr_session_enum_resp_code(&x, &r);
	assert_int_equal(ndr_end(&x), NS_OK);
	netr_enum_resp_release(&r);
	return stub;
}

void answer_enum(struct op *op, const struct session_answer *answer)
{
	struct buf stub = session_stub(answer);

	answer_stub(op, &stub);
}

void answer_rows(struct op *op, uint32_t level, const struct session_row *rows, size_t n)
{
	answer_enum(op,
		    &(struct session_answer){
			    .level = level, .rows = rows, .n = n, .total = (uint32_t)n});
}

struct buf status_stub(uint32_t status)
{
	struct netr_status_resp r = {.status = status};
	struct buf stub;
	struct ndr x;

	buf_init(&stub, STUB_MAX);
	x = ndr_push(&stub);
	netr_status_resp_code(&x, &r);
	assert_int_equal(ndr_end(&x), NS_OK);
	return stub;
}

void answer_status(struct op *op, uint32_t status)
{
	struct buf stub = status_stub(status);

	answer_stub(op, &stub);
}

void answer_error(struct op *op, enum ns_err err)
{
	struct buf none = {0};
	struct link_info info = signed_in;

	info.text = "what the link says";
	op_answer(op, err, &none, &info);
}

struct netsess_result *expect_result(struct op *op, uint32_t code)
{
	struct op_call call;
	struct netsess_result *r;

	assert_false(op_ask(op, &call));
	r = op_take(op);
	assert_non_null(r);
	assert_int_equal(netsess_result_code(r), code);
	return r;
}
