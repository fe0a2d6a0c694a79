/* SPDX-License-Identifier: MIT */
/*
 * Enumerations with a preferred maximum length and a resume handle, [MS-SRVS] 3.1.4: one
 * loop for all of them.
 *
 * A method walks its objects in the order of ids that only grow, from the resume handle on,
 * and shows the walk each one that passes its filter:
 *
 *	svc_walk_init(&w, &resp, &req.params, family);
 *	while ((s = session_table_after(t, id)) != NULL) ... svc_walk_add(&w, id, fill, s);
 *	svc_walk_end(&w);
 *
 * Whole rows only are taken, measured as Windows lays them out on 64-bit.  What did not fit
 * is still counted: TotalEntries is what passes the filter from the resume handle on.
 */
#ifndef SERVER_SVC_ROWS_H
#define SERVER_SVC_ROWS_H

#include "server/svc_call.h"

/*
 * The longest answer, measured likewise, whatever the client prefers: on the wire a row
 * takes less than twice that, and RPC_STUB_MAX holds it.  Room for 250,000 sessions.
 */
#define SVC_ANSWER_MAX (32u << 20)

/* Puts the members of `object` into the last row. */
typedef enum ns_err svc_fill(struct info_rows *rows, const struct server *server,
			     const void *object);

struct svc_walk {
	const struct server *server;
	struct netr_enum_resp *resp;
	uint64_t max;
	uint64_t used;
	uint32_t resume; /* where the caller wants to begin: objects with greater ids */
	uint32_t last;   /* id of the last row taken */
	bool full;       /* no further row is taken */
	enum ns_err err;
};

/* An answer without rows, at the level asked for: also what goes with an error. */
void svc_enum_answer(struct netr_enum_resp *resp, const struct info_family *family,
		     const struct netr_enum_params *params);

void svc_walk_init(struct svc_walk *w, const struct server *server,
		   struct netr_enum_resp *resp, const struct netr_enum_params *params);

/* Counts the object and takes it if it fits. */
void svc_walk_add(struct svc_walk *w, uint32_t id, svc_fill *fill, const void *object);

/*
 * The status: 0 and a resume handle of 0; 234 and the handle that goes on behind the last
 * row; 2123 and the handle as it was where not even one row fits; 8.
 */
uint32_t svc_walk_end(struct svc_walk *w);

/* The answer of a GetInfo: one row, if `status` is 0 and memory suffices. */
uint32_t svc_single_answer(struct netr_get_info_resp *resp,
			   const struct info_family *family, uint32_t level,
			   uint32_t status, const struct server *server, svc_fill *fill,
			   const void *object);

#endif
