/* SPDX-License-Identifier: MIT */
/*
 * A task: one operation (client/op.h) brought to its end against one server, as a state
 * machine that never waits.  Whoever runs it (run_one.c, run_many.c) polls the one
 * descriptor it has at any time, and steps it when that is ready or when its time comes.
 *
 *	LOOKUP ──► CONNECT ──► TALK ──► DONE
 *	  └► NETBIOS ┘            (a kept connection begins at TALK)
 *
 * Its deadline covers all of it, and no byte from a peer moves it.  A connection from the
 * cache that turns out to be dead is replaced by a fresh one where the operation allows
 * its call to be made again.  Whatever happens, the operation ends with a result.
 */
#ifndef CLIENT_TASK_H
#define CLIENT_TASK_H

#include <stdbool.h>

#include "client/op.h"
#include "client/options.h"

struct task;

/*
 * `server` as the user wrote it.  Options and operation are borrowed until task_free();
 * the deadline counts from `now`.  The task has to be stepped once to begin.  NULL when
 * memory is short.
 */
struct task *task_new(const char *server, const struct netsess_options *o, struct op *op,
		      uint64_t now);

/* What poll() said of its descriptor, or 0. */
void task_step(struct task *t, short revents, uint64_t now);

/* The operation has its result: op_take() may be called. */
bool task_done(const struct task *t);

/*
 * It waits for a descriptor to become free, and has none.  Step it again when there may
 * be one, or task_give_up().
 */
bool task_starved(const struct task *t);
void task_give_up(struct task *t);

/*
 * The descriptor, -1 where there is none, and what to wait for.  The serial changes
 * whenever the descriptor is another one, even if it has the same number.
 */
int task_fd(const struct task *t);
short task_events(const struct task *t);
unsigned task_serial(const struct task *t);

/* When it has to be stepped at the latest. */
uint64_t task_wake(const struct task *t);

/* Its connection goes to the cache where it is fit for that.  Also before the end. */
void task_free(struct task *t, uint64_t now);

#endif
