/* SPDX-License-Identifier: MIT */
/* Sessions and the connections they make: [MS-SRVS] 3.1.4.1, 3.1.4.5 and 3.1.4.6. */
#include "rpc/srvsvc.h"

void netr_session_enum_req_code(struct ndr *x, struct netr_session_enum_req *r)
{
	ndr_unique_string(x, "ServerName", &r->server_name);
	ndr_unique_string(x, "ClientName", &r->client_name);
	ndr_unique_string(x, "UserName", &r->user_name);
	netr_enum_params_code(x, &SESSION_INFO, &r->params);
}

void netr_session_enum_resp_code(struct ndr *x, struct netr_enum_resp *r)
{
	netr_enum_resp_code(x, &SESSION_INFO, r);
}

void netr_session_del_req_code(struct ndr *x, struct netr_session_del_req *r)
{
	ndr_unique_string(x, "ServerName", &r->server_name);
	ndr_unique_string(x, "ClientName", &r->client_name);
	ndr_unique_string(x, "UserName", &r->user_name);
}

void netr_connection_enum_req_code(struct ndr *x, struct netr_connection_enum_req *r)
{
	ndr_unique_string(x, "ServerName", &r->server_name);
	ndr_unique_string(x, "Qualifier", &r->qualifier);
	netr_enum_params_code(x, &CONNECTION_INFO, &r->params);
}

void netr_connection_enum_resp_code(struct ndr *x, struct netr_enum_resp *r)
{
	netr_enum_resp_code(x, &CONNECTION_INFO, r);
}
