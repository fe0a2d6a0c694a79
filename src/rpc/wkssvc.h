/* SPDX-License-Identifier: MIT */
/*
 * The Workstation Service, [MS-WKST]: the one method by which a client asks a server who
 * it is.  Conventions as in rpc/srvsvc.h.
 */
#ifndef RPC_WKSSVC_H
#define RPC_WKSSVC_H

#include "rpc/srvsvc.h"

/* 6bffd098-a112-3610-9833-46c3f87e345a version 1.0, [MS-WKST] 2.1 */
extern const struct rpc_iface WKSSVC;

#define OPNUM_NETR_WKSTA_GET_INFO 0

/* NetrWkstaGetInfo, opnum 0, [MS-WKST] 3.2.4.1; WKSTA_INFO */
struct netr_wksta_get_info_req {
	struct ndr_string server_name;
	uint32_t level;
};

void netr_wksta_get_info_req_code(struct ndr *x, struct netr_wksta_get_info_req *r);
void netr_wksta_get_info_resp_code(struct ndr *x, struct netr_get_info_resp *r);

#endif
