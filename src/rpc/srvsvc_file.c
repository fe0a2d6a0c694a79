/* SPDX-License-Identifier: MIT */
/* Open files: [MS-SRVS] 3.1.4.2, 3.1.4.3 and 3.1.4.4. */
#include "rpc/srvsvc.h"

void netr_file_enum_req_code(struct ndr *x, struct netr_file_enum_req *r)
{
	ndr_unique_string(x, "ServerName", &r->server_name);
	ndr_unique_string(x, "BasePath", &r->base_path);
	ndr_unique_string(x, "UserName", &r->user_name);
	netr_enum_params_code(x, &FILE_INFO, &r->params);
}

void netr_file_enum_resp_code(struct ndr *x, struct netr_enum_resp *r)
{
	netr_enum_resp_code(x, &FILE_INFO, r);
}

void netr_file_get_info_req_code(struct ndr *x, struct netr_file_get_info_req *r)
{
	ndr_unique_string(x, "ServerName", &r->server_name);
	ndr_u32(x, "FileId", &r->file_id);
	ndr_u32(x, "Level", &r->level);
}

void netr_file_get_info_resp_code(struct ndr *x, struct netr_get_info_resp *r)
{
	netr_get_info_resp_code(x, &FILE_INFO, r);
}

void netr_file_close_req_code(struct ndr *x, struct netr_file_close_req *r)
{
	ndr_unique_string(x, "ServerName", &r->server_name);
	ndr_u32(x, "FileId", &r->file_id);
}
