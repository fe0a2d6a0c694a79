/* SPDX-License-Identifier: MIT */
#include "rpc/wkssvc.h"

#include "rpc/rpc_printer.h"

void netr_wksta_get_info_req_code(struct ndr *x, struct netr_wksta_get_info_req *r)
{
	ndr_unique_string(x, "ServerName", &r->server_name);
	ndr_u32(x, "Level", &r->level);
}

void netr_wksta_get_info_resp_code(struct ndr *x, struct netr_get_info_resp *r)
{
	netr_get_info_resp_code(x, &WKSTA_INFO, r);
}

/* clang-format off */
RPC_PRINTER(get_info_request, struct netr_wksta_get_info_req,
	    netr_wksta_get_info_req_code(x, v), (void)v)
RPC_PRINTER(get_info_response, struct netr_get_info_resp,
	    netr_wksta_get_info_resp_code(x, v), netr_get_info_resp_release(v))

static const struct rpc_method methods[] = {
	{OPNUM_NETR_WKSTA_GET_INFO, "NetrWkstaGetInfo",
	 get_info_request, get_info_response},
};

const struct rpc_iface WKSSVC = {
	.name = "wkssvc",
	.pipe = "\\PIPE\\wkssvc",
	.syntax = {
		.uuid = {{0x98, 0xd0, 0xff, 0x6b, 0x12, 0xa1, 0x10, 0x36,
			  0x98, 0x33, 0x46, 0xc3, 0xf8, 0x7e, 0x34, 0x5a}},
		.major = 1,
	},
	.methods = methods,
	.n = sizeof(methods) / sizeof(methods[0]),
};
/* clang-format on */
