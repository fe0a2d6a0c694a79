/* SPDX-License-Identifier: MIT */
#include <utlist.h>

#include "server/file/caching.h"
#include "server/job.h"
#include "server/request.h"

/* Waiters whose requests are gone are looked for when there are so many at least. */
#define SWEEP_LEAST 16

void caching_resume(struct server *server, struct caching_waiter *list)
{
	while (list != NULL) {
		struct caching_waiter *w = list;

		DL_DELETE(list, w);
		if (srv_request_find(server, w->job->request) != NULL)
			server_submit(server, w->job);
		else
			w->free(w->job); /* cancelled, or its session has ended */
	}
}

struct caching_waiter *caching_waiters_take(struct caching_waiters *ws)
{
	struct caching_waiter *list = ws->list;

	*ws = (struct caching_waiters){0};
	return list;
}

/* So that nobody can make jobs pile up by cancelling what waits. */
static void sweep(struct server *server, struct caching_waiters *ws)
{
	struct caching_waiter *w, *next;

	DL_FOREACH_SAFE(ws->list, w, next)
	{
		if (srv_request_find(server, w->job->request) != NULL)
			continue;
		DL_DELETE(ws->list, w);
		ws->count--;
		w->free(w->job);
	}
	ws->sweep_at = 2 * ws->count + SWEEP_LEAST;
}

void caching_waiters_add(struct server *server, struct caching_waiters *ws,
			 struct caching_waiter *w)
{
	DL_APPEND(ws->list, w);
	if (++ws->count >= ws->sweep_at)
		sweep(server, ws);
}
