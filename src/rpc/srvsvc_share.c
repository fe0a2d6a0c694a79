/* SPDX-License-Identifier: MIT */
/* Shares: [MS-SRVS] 3.1.4.8 and 3.1.4.10. */
#include "rpc/srvsvc.h"

void netr_share_enum_req_code(struct ndr *x, struct netr_share_enum_req *r)
{
	ndr_unique_string(x, "ServerName", &r->server_name);
	netr_enum_params_code(x, &SHARE_INFO, &r->params);
}

void netr_share_enum_resp_code(struct ndr *x, struct netr_enum_resp *r)
{
	netr_enum_resp_code(x, &SHARE_INFO, r);
}

void netr_share_get_info_req_code(struct ndr *x, struct netr_share_get_info_req *r)
{
	ndr_unique_string(x, "ServerName", &r->server_name);
	ndr_string(x, "NetName", &r->net_name);
	ndr_u32(x, "Level", &r->level);
}

void netr_share_get_info_resp_code(struct ndr *x, struct netr_get_info_resp *r)
{
	netr_get_info_resp_code(x, &SHARE_INFO, r);
}
