/* SPDX-License-Identifier: MIT */
/*
 * The create contexts of a CREATE on a disk share, [MS-SMB2] 3.3.5.9: one table says for
 * each what it asks and how it is answered.  A context that is not in the table is ignored,
 * "the server MUST ignore" 3.3.5.9.
 */
#ifndef SERVER_FILE_CONTEXTS_H
#define SERVER_FILE_CONTEXTS_H

#include "base/buf.h"

struct create_job;
struct request;

/*
 * Takes what the contexts of a request ask into the job; a chain that was checked by
 * on_create.c.  Else the status of the CREATE: what is asked and can't be had must not seem
 * granted.
 */
uint32_t srv_file_take_contexts(struct create_job *j, const struct request *rq,
				struct view chain);

/*
 * Appends the chain of those that the response tells; the open has been entered.  Short of
 * memory it has none: each of them is a favour.
 */
void srv_file_put_contexts(struct buf *out, const struct request *rq,
			   const struct create_job *j);

/* The longest chain that srv_file_put_contexts() makes. */
#define SRV_FILE_CONTEXTS_MAX 512

#endif
