/* SPDX-License-Identifier: MIT */
/*
 * The two drivers: one task with poll(), and any number of them with epoll in one thread.
 * Both end when all tasks are done, which their deadlines see to.
 */
#ifndef CLIENT_RUN_H
#define CLIENT_RUN_H

#include "client/task.h"

void run_one(struct task *t);

/* Where the tasks of run_many() come from and go to. */
struct run_source {
	/* The next task, NULL if there is none (ask again after the next task_done). */
	struct task *(*next)(void *arg, uint64_t now);
	/* It is done; the callee frees it, and may make next() have more. */
	void (*done)(void *arg, struct task *t, uint64_t now);
	void *arg;
};

/*
 * At most `parallel` at a time, and less while descriptors are short.  NS_ESYSTEM or
 * NS_ENOMEM if the loop itself could not be set up: then next() has not been called.
 */
NS_MUST_USE enum ns_err run_many(const struct run_source *source, unsigned parallel);

#endif
