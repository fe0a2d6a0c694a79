/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <poll.h>

#include "client/cache.h"
#include "client/run.h"

static int timeout_until(uint64_t at, uint64_t now)
{
	if (at <= now)
		return 0;
	return at - now > INT_MAX ? INT_MAX : (int)(at - now);
}

/* A signal ends the wait early, which only costs a turn. */
static short wait_for(const struct task *t)
{
	struct pollfd p = {.fd = task_fd(t), .events = task_events(t)};

	if (poll(&p, 1, timeout_until(task_wake(t), socket_clock())) <= 0)
		return 0;
	return p.revents;
}

void run_one(struct task *t)
{
	task_step(t, 0, socket_clock());
	while (!task_done(t)) {
		if (!task_starved(t))
			task_step(t, wait_for(t), socket_clock());
		else if (cache_flush())
			task_step(t, 0, socket_clock());
		else
			task_give_up(t);
	}
}
