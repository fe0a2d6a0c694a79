/* SPDX-License-Identifier: MIT */
/*
 * The services behind the pipes: srvsvc ([MS-SRVS]), wkssvc ([MS-WKST]) and our own
 * counters (rpc/counters.h), answered from the live tables.
 *
 * A service is called on behalf of somebody, a struct svc_caller.  It is the `ctx` of the
 * struct rpc_service that the pipe, or the local stream, hands to its rpc_server.
 *
 * One table (svc_srvsvc.c) says of each method whether its caller must be an administrator
 * or server operator, and what runs; the contract of the session calls stands in
 * svc_session.c.  The order of checks is always: access, lengths, form, lookup.  A request
 * whose NDR does not decode is answered by a fault, and changes nothing.
 */
#ifndef SERVER_SVC_SRVSVC_H
#define SERVER_SVC_SRVSVC_H

#include "base/win32err.h"
#include "rpc/counters.h"
#include "rpc/rpc_server.h"
#include "rpc/srvsvc.h"
#include "rpc/wkssvc.h"
#include "server/server.h"

struct open;
struct session;

/* Room for "DOMAIN\user@address" in the audit log; what is longer is cut. */
#define SVC_CALLER_NAME_MAX 320

struct svc_caller {
	struct server *server;
	struct session *session; /* whose pipe it is; NULL: over the local socket */
	struct open *open;       /* that pipe; NULL likewise */
	bool local_manager; /* without a session: root, or a member of one of the groups */
	const char *local_name; /* without a session: for the audit log, "root" */

	/*
	 * Set by NetrSessionDel when it matched the caller's own session, and by
	 * NetrFileClose when it was called on the very pipe it is to close: whoever gives
	 * the last bytes of the answer brings the end about then.
	 */
	bool end_own;
	bool close_own;
};

/* May list and end sessions, see and close opens. */
bool svc_may_manage(const struct svc_caller *caller);

/* "admin@10.0.0.9", "root@local": who asked, for the audit log. */
void svc_caller_name(const struct svc_caller *caller, char out[SVC_CALLER_NAME_MAX]);

/* rpc_service.call of each interface; `ctx` is a struct svc_caller. */
uint32_t svc_srvsvc_call(void *ctx, const struct rpc_method *method, struct view stub,
			 struct buf *out);
uint32_t svc_wkssvc_call(void *ctx, const struct rpc_method *method, struct view stub,
			 struct buf *out);
uint32_t svc_counters_call(void *ctx, const struct rpc_method *method, struct view stub,
			   struct buf *out);

/*
 * The services of this server, in the order of their table.  svc_find(): the one whose
 * pipe has this name ("srvsvc", UTF-16LE, folded); SVC_COUNT if there is none.
 */
enum { SVC_SRVSVC, SVC_WKSSVC, SVC_COUNTERS, SVC_COUNT };

struct rpc_service svc_service(size_t which, struct svc_caller *caller);
size_t svc_find(struct view name16);

#endif
