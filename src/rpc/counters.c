/* SPDX-License-Identifier: MIT */
#include "rpc/counters.h"

#include "rpc/rpc_printer.h"

void counter_enum_req_code(struct ndr *x, struct counter_enum_req *r)
{
	ndr_unique_string(x, "ServerName", &r->server_name);
	netr_enum_params_code(x, &COUNTER_INFO, &r->params);
}

void counter_enum_resp_code(struct ndr *x, struct netr_enum_resp *r)
{
	netr_enum_resp_code(x, &COUNTER_INFO, r);
}

/* clang-format off */
RPC_PRINTER(enum_request, struct counter_enum_req,
	    counter_enum_req_code(x, v), netr_enum_params_release(&v->params))
RPC_PRINTER(enum_response, struct netr_enum_resp,
	    counter_enum_resp_code(x, v), netr_enum_resp_release(v))

static const struct rpc_method methods[] = {
	{OPNUM_COUNTER_ENUM, "CounterEnum", enum_request, enum_response},
};

const struct rpc_iface COUNTERS = {
	.name = "netsess",
	.pipe = "\\PIPE\\netsess",
	.syntax = {
		.uuid = {{0xcf, 0xc5, 0xbf, 0x0f, 0x6a, 0x96, 0xde, 0x4b,
			  0xa9, 0x57, 0xb1, 0xf2, 0x5e, 0x0f, 0x33, 0x6e}},
		.major = 1,
	},
	.methods = methods,
	.n = sizeof(methods) / sizeof(methods[0]),
};
/* clang-format on */
