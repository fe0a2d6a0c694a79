/* SPDX-License-Identifier: MIT */
/*
 * The methods around the sessions: connections, files, shares, the server itself.  Each is
 * an encoder and a decoder; what they share is in op.c.
 */
#include "client/op_state.h"
#include "rpc/counters.h"
#include "rpc/wkssvc.h"

static struct netr_enum_params enum_params(const struct op *op,
					   const struct info_family *family)
{
	struct netr_enum_params p = {
		.prefered_maximum_length = op->prefmaxlen,
		.has_resume = true,
		.resume_handle = op->wire_resume,
	};

	info_enum_init(&p.info, family, op->wire_level);
	return p;
}

void op_reply_enum(struct op_reply *reply, struct netr_enum_resp *r)
{
	reply->status = r->status;
	reply->level = r->info.level;
	reply->total = r->total_entries;
	reply->has_resume = r->has_resume;
	reply->resume = r->resume_handle;
	info_rows_move(&reply->rows, &r->info.rows);
	netr_enum_resp_release(r);
}

void op_reply_single(struct op_reply *reply, struct netr_get_info_resp *r)
{
	reply->status = r->status;
	reply->level = r->info.level;
	info_rows_move(&reply->rows, &r->info.rows);
	netr_get_info_resp_release(r);
}

static void decode_status(struct ndr *x, const struct op *op, struct op_reply *reply)
{
	struct netr_status_resp r = {0};

	(void)op;
	netr_status_resp_code(x, &r);
	reply->status = r.status;
}

/* NetrConnectionEnum, [MS-SRVS] 3.1.4.1 */
static void encode_connection_enum(struct ndr *x, const struct op *op)
{
	struct netr_connection_enum_req r = {
		.server_name = op_string(&op->server),
		.qualifier = op_string(&op->name),
		.params = enum_params(op, &CONNECTION_INFO),
	};

	netr_connection_enum_req_code(x, &r);
	netr_enum_params_release(&r.params);
}

static void decode_connection_enum(struct ndr *x, const struct op *op,
				   struct op_reply *reply)
{
	struct netr_enum_resp r = {0};

	(void)op;
	netr_connection_enum_resp_code(x, &r);
	op_reply_enum(reply, &r);
}

const struct op_method OP_CONNECTION_ENUM = {
	.iface = &SRVSVC,
	.opnum = OPNUM_NETR_CONNECTION_ENUM,
	.has_rows = true,
	.pages = true,
	.encode = encode_connection_enum,
	.decode = decode_connection_enum,
};

/* NetrFileEnum, [MS-SRVS] 3.1.4.2 */
static void encode_file_enum(struct ndr *x, const struct op *op)
{
	struct netr_file_enum_req r = {
		.server_name = op_string(&op->server),
		.base_path = op_string(&op->name),
		.user_name = op_string(&op->user),
		.params = enum_params(op, &FILE_INFO),
	};

	netr_file_enum_req_code(x, &r);
	netr_enum_params_release(&r.params);
}

static void decode_file_enum(struct ndr *x, const struct op *op, struct op_reply *reply)
{
	struct netr_enum_resp r = {0};

	(void)op;
	netr_file_enum_resp_code(x, &r);
	op_reply_enum(reply, &r);
}

const struct op_method OP_FILE_ENUM = {
	.iface = &SRVSVC,
	.opnum = OPNUM_NETR_FILE_ENUM,
	.has_rows = true,
	.pages = true,
	.encode = encode_file_enum,
	.decode = decode_file_enum,
};

/* NetrFileGetInfo, [MS-SRVS] 3.1.4.3 */
static void encode_file_get(struct ndr *x, const struct op *op)
{
	struct netr_file_get_info_req r = {
		.server_name = op_string(&op->server),
		.file_id = op->id,
		.level = op->wire_level,
	};

	netr_file_get_info_req_code(x, &r);
}

static void decode_file_get(struct ndr *x, const struct op *op, struct op_reply *reply)
{
	struct netr_get_info_resp r = {0};

	info_single_init(&r.info, &FILE_INFO, op->wire_level);
	netr_file_get_info_resp_code(x, &r);
	op_reply_single(reply, &r);
}

const struct op_method OP_FILE_GET = {
	.iface = &SRVSVC,
	.opnum = OPNUM_NETR_FILE_GET_INFO,
	.has_rows = true,
	.encode = encode_file_get,
	.decode = decode_file_get,
};

/* NetrFileClose, [MS-SRVS] 3.1.4.4 */
static void encode_file_close(struct ndr *x, const struct op *op)
{
	struct netr_file_close_req r = {
		.server_name = op_string(&op->server),
		.file_id = op->id,
	};

	netr_file_close_req_code(x, &r);
}

const struct op_method OP_FILE_CLOSE = {
	.iface = &SRVSVC,
	.opnum = OPNUM_NETR_FILE_CLOSE,
	.encode = encode_file_close,
	.decode = decode_status,
};

/* NetrShareEnum, [MS-SRVS] 3.1.4.8 */
static void encode_share_enum(struct ndr *x, const struct op *op)
{
	struct netr_share_enum_req r = {
		.server_name = op_string(&op->server),
		.params = enum_params(op, &SHARE_INFO),
	};

	netr_share_enum_req_code(x, &r);
	netr_enum_params_release(&r.params);
}

static void decode_share_enum(struct ndr *x, const struct op *op, struct op_reply *reply)
{
	struct netr_enum_resp r = {0};

	(void)op;
	netr_share_enum_resp_code(x, &r);
	op_reply_enum(reply, &r);
}

const struct op_method OP_SHARE_ENUM = {
	.iface = &SRVSVC,
	.opnum = OPNUM_NETR_SHARE_ENUM,
	.has_rows = true,
	.pages = true,
	.encode = encode_share_enum,
	.decode = decode_share_enum,
};

/* NetrShareGetInfo, [MS-SRVS] 3.1.4.10 */
static void encode_share_get(struct ndr *x, const struct op *op)
{
	struct netr_share_get_info_req r = {
		.server_name = op_string(&op->server),
		.net_name = buf_view(&op->name),
		.level = op->wire_level,
	};

	netr_share_get_info_req_code(x, &r);
}

static void decode_share_get(struct ndr *x, const struct op *op, struct op_reply *reply)
{
	struct netr_get_info_resp r = {0};

	info_single_init(&r.info, &SHARE_INFO, op->wire_level);
	netr_share_get_info_resp_code(x, &r);
	op_reply_single(reply, &r);
}

const struct op_method OP_SHARE_GET = {
	.iface = &SRVSVC,
	.opnum = OPNUM_NETR_SHARE_GET_INFO,
	.has_rows = true,
	.encode = encode_share_get,
	.decode = decode_share_get,
};

/* NetrServerGetInfo, [MS-SRVS] 3.1.4.17 */
static void encode_server_get(struct ndr *x, const struct op *op)
{
	struct netr_server_get_info_req r = {
		.server_name = op_string(&op->server),
		.level = op->wire_level,
	};

	netr_server_get_info_req_code(x, &r);
}

static void decode_server_get(struct ndr *x, const struct op *op, struct op_reply *reply)
{
	struct netr_get_info_resp r = {0};

	info_single_init(&r.info, &SERVER_INFO, op->wire_level);
	netr_server_get_info_resp_code(x, &r);
	op_reply_single(reply, &r);
}

const struct op_method OP_SERVER_GET = {
	.iface = &SRVSVC,
	.opnum = OPNUM_NETR_SERVER_GET_INFO,
	.has_rows = true,
	.encode = encode_server_get,
	.decode = decode_server_get,
};

/* NetrWkstaGetInfo, [MS-WKST] 3.2.4.1 */
static void encode_wksta_get(struct ndr *x, const struct op *op)
{
	struct netr_wksta_get_info_req r = {
		.server_name = op_string(&op->server),
		.level = op->wire_level,
	};

	netr_wksta_get_info_req_code(x, &r);
}

static void decode_wksta_get(struct ndr *x, const struct op *op, struct op_reply *reply)
{
	struct netr_get_info_resp r = {0};

	info_single_init(&r.info, &WKSTA_INFO, op->wire_level);
	netr_wksta_get_info_resp_code(x, &r);
	op_reply_single(reply, &r);
}

const struct op_method OP_WKSTA_GET = {
	.iface = &WKSSVC,
	.opnum = OPNUM_NETR_WKSTA_GET_INFO,
	.has_rows = true,
	.encode = encode_wksta_get,
	.decode = decode_wksta_get,
};

/* NetrRemoteTOD, [MS-SRVS] 3.1.4.21 */
static void encode_time_get(struct ndr *x, const struct op *op)
{
	struct netr_remote_tod_req r = {.server_name = op_string(&op->server)};

	netr_remote_tod_req_code(x, &r);
}

static void decode_time_get(struct ndr *x, const struct op *op, struct op_reply *reply)
{
	struct netr_remote_tod_resp r = {0};

	netr_remote_tod_resp_code(x, &r);
	reply->status = r.status;
	reply->level = op->wire_level; /* it has no levels */
	info_rows_move(&reply->rows, &r.rows);
	netr_remote_tod_resp_release(&r);
}

const struct op_method OP_TIME_GET = {
	.iface = &SRVSVC,
	.opnum = OPNUM_NETR_REMOTE_TOD,
	.has_rows = true,
	.encode = encode_time_get,
	.decode = decode_time_get,
};

/* The counters of netsessd, rpc/counters.h */
static void encode_counter_enum(struct ndr *x, const struct op *op)
{
	struct counter_enum_req r = {
		.server_name = op_string(&op->server),
		.params = enum_params(op, &COUNTER_INFO),
	};

	counter_enum_req_code(x, &r);
	netr_enum_params_release(&r.params);
}

static void decode_counter_enum(struct ndr *x, const struct op *op, struct op_reply *reply)
{
	struct netr_enum_resp r = {0};

	(void)op;
	counter_enum_resp_code(x, &r);
	op_reply_enum(reply, &r);
}

const struct op_method OP_COUNTER_ENUM = {
	.iface = &COUNTERS,
	.opnum = OPNUM_COUNTER_ENUM,
	.has_rows = true,
	.pages = true,
	.encode = encode_counter_enum,
	.decode = decode_counter_enum,
};
