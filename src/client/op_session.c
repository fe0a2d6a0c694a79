/* SPDX-License-Identifier: MIT */
/*
 * The session calls: NetrSessionEnum, NetrSessionDel, and NetSessionGetInfo, which has no
 * method of its own.  Here stand their parameter rules, their messages, and the look that
 * interrupts a Del; the order of checks is lengths (op.c), then form.
 */
#include "base/match.h"
#include "base/win32err.h"
#include "client/op_state.h"

uint32_t op_check_session_enum(const struct op *op)
{
	/* [MS-SRVS] 3.1.4.5: a client name MUST start with "\\". */
	if (op->client.n > 0 && !match_has_backslashes(buf_view(&op->client)))
		return WIN32_NERR_INVALID_COMPUTER;
	return WIN32_ERROR_SUCCESS;
}

uint32_t op_check_session_get(const struct op *op)
{
	/* An empty name would turn its filter off and show somebody else's session. */
	if (op->client.n == 0 || op->user.n == 0)
		return WIN32_ERROR_INVALID_PARAMETER;
	return op_check_session_enum(op);
}

uint32_t op_check_session_del(const struct op *op)
{
	/* [MS-SRVS] 3.1.4.6 leaves 87 or 2312: no call ends everybody's sessions. */
	if (op->client.n == 0 && op->user.n == 0)
		return WIN32_ERROR_INVALID_PARAMETER;
	if (op->client.n > 0 && !match_has_backslashes(buf_view(&op->client)))
		return WIN32_NERR_CLIENT_NAME_NOT_FOUND;
	return WIN32_ERROR_SUCCESS;
}

/* NetrSessionEnum, [MS-SRVS] 3.1.4.5 */
static void encode_enum(struct ndr *x, const struct op *op)
{
	struct netr_session_enum_req r = {
		.server_name = op_string(&op->server),
		.client_name = op_string(&op->client),
		.user_name = op_string(&op->user),
		.params =
			{
				.prefered_maximum_length = op->prefmaxlen,
				.has_resume = true,
				.resume_handle = op->wire_resume,
			},
	};

	info_enum_init(&r.params.info, &SESSION_INFO, op->wire_level);
	netr_session_enum_req_code(x, &r);
	netr_enum_params_release(&r.params);
}

static void decode_enum(struct ndr *x, const struct op *op, struct op_reply *reply)
{
	struct netr_enum_resp r = {0};

	(void)op;
	netr_session_enum_resp_code(x, &r);
	op_reply_enum(reply, &r);
}

const struct op_method OP_SESSION_ENUM = {
	.iface = &SRVSVC,
	.opnum = OPNUM_NETR_SESSION_ENUM,
	.has_rows = true,
	.pages = true,
	.encode = encode_enum,
	.decode = decode_enum,
};

/* NetrSessionDel, [MS-SRVS] 3.1.4.6 */
static void encode_del(struct ndr *x, const struct op *op)
{
	struct netr_session_del_req r = {
		.server_name = op_string(&op->server),
		.client_name =
			op_string(op->del_client.n > 0 ? &op->del_client : &op->client),
		.user_name = op_string(op->del_user.n > 0 ? &op->del_user : &op->user),
	};

	netr_session_del_req_code(x, &r);
}

static void decode_del(struct ndr *x, const struct op *op, struct op_reply *reply)
{
	struct netr_status_resp r = {0};

	(void)op;
	netr_status_resp_code(x, &r);
	reply->status = r.status;
}

const struct op_method OP_SESSION_DEL = {
	.iface = &SRVSVC,
	.opnum = OPNUM_NETR_SESSION_DEL,
	.encode = encode_del,
	.decode = decode_del,
};

bool op_start_look(struct op *op, enum op_look why)
{
	if (op->looks == OP_LOOKS_MAX)
		return false;
	op->looks++;
	op->look = why;
	/*
	 * Level 1: it needs the same right as the Del, so that its success shows that a 5
	 * was not about rights; and every server has it.
	 */
	op->wire_level = 1;
	op->wire_resume = 0;
	op->pages = 0;
	op_call_method(op, &OP_SESSION_ENUM);
	return true;
}

bool op_repeat_del(struct op *op)
{
	if (op->dels == OP_DELS_MAX)
		return false;
	op->dels++;
	op->look = OP_LOOK_NOT;
	op_call_method(op, &OP_SESSION_DEL);
	return true;
}
