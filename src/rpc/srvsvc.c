/* SPDX-License-Identifier: MIT */
#include "rpc/srvsvc.h"

#include "rpc/rpc_printer.h"

void netr_enum_params_code(struct ndr *x, const struct info_family *family,
			   struct netr_enum_params *p)
{
	info_enum_code(x, family, &p->info);
	if (x->direction == NDR_PULL && p->info.rows.level == NULL) {
		ndr_skip_rest(x);
		return;
	}
	ndr_u32(x, "PreferedMaximumLength", &p->prefered_maximum_length);
	ndr_unique_u32(x, "ResumeHandle", &p->has_resume, &p->resume_handle);
}

void netr_enum_params_release(struct netr_enum_params *p)
{
	info_enum_release(&p->info);
}

void netr_enum_resp_code(struct ndr *x, const struct info_family *family,
			 struct netr_enum_resp *r)
{
	info_enum_code(x, family, &r->info);
	ndr_u32(x, "TotalEntries", &r->total_entries);
	ndr_unique_u32(x, "ResumeHandle", &r->has_resume, &r->resume_handle);
	ndr_u32(x, "Status", &r->status);
}

void netr_enum_resp_release(struct netr_enum_resp *r)
{
	info_enum_release(&r->info);
}

void netr_get_info_resp_code(struct ndr *x, const struct info_family *family,
			     struct netr_get_info_resp *r)
{
	info_single_code(x, family, &r->info);
	ndr_u32(x, "Status", &r->status);
}

void netr_get_info_resp_release(struct netr_get_info_resp *r)
{
	info_single_release(&r->info);
}

void netr_status_resp_code(struct ndr *x, struct netr_status_resp *r)
{
	ndr_u32(x, "Status", &r->status);
}

/* clang-format off */
RPC_PRINTER(connection_enum_request, struct netr_connection_enum_req,
	    netr_connection_enum_req_code(x, v), netr_enum_params_release(&v->params))
RPC_PRINTER(connection_enum_response, struct netr_enum_resp,
	    netr_connection_enum_resp_code(x, v), netr_enum_resp_release(v))
RPC_PRINTER(file_enum_request, struct netr_file_enum_req,
	    netr_file_enum_req_code(x, v), netr_enum_params_release(&v->params))
RPC_PRINTER(file_enum_response, struct netr_enum_resp,
	    netr_file_enum_resp_code(x, v), netr_enum_resp_release(v))
RPC_PRINTER(file_get_info_request, struct netr_file_get_info_req,
	    netr_file_get_info_req_code(x, v), (void)v)
RPC_PRINTER(file_get_info_response, struct netr_get_info_resp,
	    netr_file_get_info_resp_code(x, v), netr_get_info_resp_release(v))
RPC_PRINTER(file_close_request, struct netr_file_close_req,
	    netr_file_close_req_code(x, v), (void)v)
RPC_PRINTER(status_response, struct netr_status_resp,
	    netr_status_resp_code(x, v), (void)v)
RPC_PRINTER(session_enum_request, struct netr_session_enum_req,
	    netr_session_enum_req_code(x, v), netr_enum_params_release(&v->params))
RPC_PRINTER(session_enum_response, struct netr_enum_resp,
	    netr_session_enum_resp_code(x, v), netr_enum_resp_release(v))
RPC_PRINTER(session_del_request, struct netr_session_del_req,
	    netr_session_del_req_code(x, v), (void)v)
RPC_PRINTER(share_enum_request, struct netr_share_enum_req,
	    netr_share_enum_req_code(x, v), netr_enum_params_release(&v->params))
RPC_PRINTER(share_enum_response, struct netr_enum_resp,
	    netr_share_enum_resp_code(x, v), netr_enum_resp_release(v))
RPC_PRINTER(share_get_info_request, struct netr_share_get_info_req,
	    netr_share_get_info_req_code(x, v), (void)v)
RPC_PRINTER(share_get_info_response, struct netr_get_info_resp,
	    netr_share_get_info_resp_code(x, v), netr_get_info_resp_release(v))
RPC_PRINTER(server_get_info_request, struct netr_server_get_info_req,
	    netr_server_get_info_req_code(x, v), (void)v)
RPC_PRINTER(server_get_info_response, struct netr_get_info_resp,
	    netr_server_get_info_resp_code(x, v), netr_get_info_resp_release(v))
RPC_PRINTER(server_disk_enum_request, struct netr_server_disk_enum_req,
	    netr_server_disk_enum_req_code(x, v), (void)v)
RPC_PRINTER(server_disk_enum_response, struct netr_server_disk_enum_resp,
	    netr_server_disk_enum_resp_code(x, v), (void)v)
RPC_PRINTER(remote_tod_request, struct netr_remote_tod_req,
	    netr_remote_tod_req_code(x, v), (void)v)
RPC_PRINTER(remote_tod_response, struct netr_remote_tod_resp,
	    netr_remote_tod_resp_code(x, v), netr_remote_tod_resp_release(v))

static const struct rpc_method methods[] = {
	{OPNUM_NETR_CONNECTION_ENUM, "NetrConnectionEnum",
	 connection_enum_request, connection_enum_response},
	{OPNUM_NETR_FILE_ENUM, "NetrFileEnum", file_enum_request, file_enum_response},
	{OPNUM_NETR_FILE_GET_INFO, "NetrFileGetInfo",
	 file_get_info_request, file_get_info_response},
	{OPNUM_NETR_FILE_CLOSE, "NetrFileClose", file_close_request, status_response},
	{OPNUM_NETR_SESSION_ENUM, "NetrSessionEnum",
	 session_enum_request, session_enum_response},
	{OPNUM_NETR_SESSION_DEL, "NetrSessionDel", session_del_request, status_response},
	{OPNUM_NETR_SHARE_ENUM, "NetrShareEnum", share_enum_request, share_enum_response},
	{OPNUM_NETR_SHARE_GET_INFO, "NetrShareGetInfo",
	 share_get_info_request, share_get_info_response},
	{OPNUM_NETR_SERVER_GET_INFO, "NetrServerGetInfo",
	 server_get_info_request, server_get_info_response},
	{OPNUM_NETR_SERVER_DISK_ENUM, "NetrServerDiskEnum",
	 server_disk_enum_request, server_disk_enum_response},
	{OPNUM_NETR_REMOTE_TOD, "NetrRemoteTOD", remote_tod_request, remote_tod_response},
	{OPNUM_NETR_SHARE_ENUM_STICKY, "NetrShareEnumSticky",
	 share_enum_request, share_enum_response},
};

const struct rpc_iface SRVSVC = {
	.name = "srvsvc",
	.pipe = "\\PIPE\\srvsvc",
	.syntax = {
		.uuid = {{0xc8, 0x4f, 0x32, 0x4b, 0x70, 0x16, 0xd3, 0x01,
			  0x12, 0x78, 0x5a, 0x47, 0xbf, 0x6e, 0xe1, 0x88}},
		.major = 3,
	},
	.methods = methods,
	.n = sizeof(methods) / sizeof(methods[0]),
};
/* clang-format on */
