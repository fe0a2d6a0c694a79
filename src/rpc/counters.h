/* SPDX-License-Identifier: MIT */
/*
 * What a netsessd counts: an interface of our own, for nothing of Microsoft's tells how
 *many locks, leases and waiting requests a server holds.  Shaped like NetrShareEnum; for
 * Administrators and Server Operators.
 *
 *	[uuid(0fbfc5cf-966a-4bde-a957-b1f25e0f336e), version(1.0)]
 *	DWORD CounterEnum([in, string, unique] WCHAR *ServerName,
 *			  [in, out] COUNTER_ENUM_STRUCT *InfoStruct,
 *			  [in] DWORD PreferedMaximumLength, [out] DWORD *TotalEntries,
 *			  [in, out, unique] DWORD *ResumeHandle);
 *
 * COUNTER_INFO_0 is { WCHAR *name; unsigned hyper value; WCHAR *meaning; }.  A name never
 * changes its meaning; names come and go with versions of the server.
 */
#ifndef RPC_COUNTERS_H
#define RPC_COUNTERS_H

#include "rpc/srvsvc.h"

extern const struct rpc_iface COUNTERS;

#define OPNUM_COUNTER_ENUM 0

struct counter_enum_req {
	struct ndr_string server_name;
	struct netr_enum_params params;
};

void counter_enum_req_code(struct ndr *x, struct counter_enum_req *r);
void counter_enum_resp_code(struct ndr *x, struct netr_enum_resp *r);

#endif
