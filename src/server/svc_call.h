/* SPDX-License-Identifier: MIT */
/*
 * One call of one method, for the files svc_*.c: each method is a svc_handler, and stands
 * in a table (svc_srvsvc.c, svc_wkssvc.c, svc_counters.c) with what it asks of its caller.
 *
 *	enum ns_err svc_file_close(const struct svc_call *c)
 *	{
 *		... pull the request from c->stub: svc_pulled() says if it came out whole
 *		... the answer's status, beginning with svc_access()
 *		... push the response to c->out
 *	}
 *
 * A handler returns NS_OK when it has pushed a response; anything else becomes a fault, so
 * it may be returned only as long as nothing has been changed.
 */
#ifndef SERVER_SVC_CALL_H
#define SERVER_SVC_CALL_H

#include "server/svc_srvsvc.h"

/* [MS-SRVS] 3.1.4: names of methods are at most so long, in characters with the NUL. */
#define SVC_NAME_MAX 1024

#define SVC_LEVELS_MAX 4

struct svc_call;
typedef enum ns_err svc_handler(const struct svc_call *c);

struct svc_method {
	uint16_t opnum;
	svc_handler *run;
	/*
	 * Who may: managers always; anyone else at these levels, or (`all`) at any.  A
	 * caller who may call at one level at least is told 124 about a level that does not
	 * exist, and 5 about one that is not for him.
	 */
	bool all;
	uint8_t n_levels;
	uint32_t levels[SVC_LEVELS_MAX];
};

struct svc_call {
	struct svc_caller *caller;
	const struct svc_method *method;
	struct view stub;
	struct buf *out;
};

/* Runs the row of `method`, and says which fault to send; 0: the response is in `out`. */
uint32_t svc_run(const struct svc_method *methods, size_t n, struct svc_caller *caller,
		 const struct rpc_method *method, struct view stub, struct buf *out);

/* WIN32_ERROR_ACCESS_DENIED or 0: may he call this method at this level at all? */
uint32_t svc_access(const struct svc_call *c, const struct info_family *family,
		    uint32_t level);

/* WIN32_ERROR_INVALID_LEVEL or 0. */
uint32_t svc_level(const struct info_family *family, uint32_t level);

/* WIN32_ERROR_INVALID_PARAMETER if the name is longer than SVC_NAME_MAX, else 0. */
uint32_t svc_length(struct view name);

/* The Win32 code of an error of ours. */
uint32_t svc_error(enum ns_err err);

svc_handler svc_session_enum;    /* svc_session.c */
svc_handler svc_session_del;     /* svc_session.c */
svc_handler svc_connection_enum; /* svc_connection.c */
svc_handler svc_file_enum;       /* svc_file.c */
svc_handler svc_file_get_info;   /* svc_file.c */
svc_handler svc_file_close;      /* svc_file.c */
svc_handler svc_share_enum;      /* svc_share.c */
svc_handler svc_share_get_info;  /* svc_share.c */
svc_handler svc_server_get_info; /* svc_server.c */
svc_handler svc_disk_enum;       /* svc_server.c */
svc_handler svc_remote_tod;      /* svc_server.c */

/* What we say we are: NetrServerGetInfo and NetrWkstaGetInfo must not differ. */
#define SVC_PLATFORM_NT   500u /* [MS-SRVS] 2.2.2.6 */
#define SVC_VERSION_MAJOR 10u
#define SVC_VERSION_MINOR 0u

#endif
