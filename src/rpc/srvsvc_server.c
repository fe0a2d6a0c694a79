/* SPDX-License-Identifier: MIT */
/* The server itself and its clock: [MS-SRVS] 3.1.4.17 and 3.1.4.21. */
#include "rpc/srvsvc.h"

void netr_server_get_info_req_code(struct ndr *x, struct netr_server_get_info_req *r)
{
	ndr_unique_string(x, "ServerName", &r->server_name);
	ndr_u32(x, "Level", &r->level);
}

void netr_server_get_info_resp_code(struct ndr *x, struct netr_get_info_resp *r)
{
	netr_get_info_resp_code(x, &SERVER_INFO, r);
}

void netr_remote_tod_req_code(struct ndr *x, struct netr_remote_tod_req *r)
{
	ndr_unique_string(x, "ServerName", &r->server_name);
}

void netr_remote_tod_resp_code(struct ndr *x, struct netr_remote_tod_resp *r)
{
	if (x->direction == NDR_PULL) {
		info_rows_release(&r->rows);
		info_rows_init(&r->rows, info_level_find(&TIME_OF_DAY_INFO, 0));
	}
	info_pointer_code(x, "BufferPtr", &r->rows);
	ndr_u32(x, "Status", &r->status);
}

void netr_remote_tod_resp_release(struct netr_remote_tod_resp *r)
{
	info_rows_release(&r->rows);
}
