/* SPDX-License-Identifier: MIT */
/* Jobs of the engine in libuv's pool: run() there, done() back in the loop's thread. */
#include <stdlib.h>

#include "daemon/loop.h"
#include "server/job.h"

struct work {
	uv_work_t uv;
	struct loop *loop;
	struct job *job;
};

static void run(uv_work_t *uv)
{
	struct work *work = uv->data;

	work->job->run(work->job);
}

static void come_back(uv_work_t *uv, int status)
{
	struct work *work = uv->data;
	struct loop *loop = work->loop;
	struct job *job = work->job;

	(void)status; /* UV_ECANCELED alone could stand here, and we cancel nothing */
	free(work);
	loop_enter(loop);
	server_job_done(loop->server, job);
}

void loop_submit(void *ctx, struct job *job)
{
	struct loop *loop = ctx;
	struct work *work = malloc(sizeof(*work));

	if (work != NULL) {
		*work = (struct work){.loop = loop, .job = job};
		work->uv.data = work;
		if (uv_queue_work(&loop->uv, &work->uv, run, come_back) == 0)
			return;
		free(work);
	}
	/* Every job comes back: without memory for the pool it is done here and now. */
	job->run(job);
	server_job_done(loop->server, job);
}
