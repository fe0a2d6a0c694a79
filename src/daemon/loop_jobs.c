/* SPDX-License-Identifier: MIT */
/* Jobs of the engine in libuv's pool: run() there, done() back in the loop's thread. */
/* Without memory uthash leaves the table as it was, and says so by this. */
#define HASH_NONFATAL_OOM          1
#define uthash_nonfatal_oom(owner) ((owner)->listed = false)

#include <stdlib.h>

#include <uthash.h>
#include <utlist.h>

#include "daemon/loop.h"
#include "server/job.h"

/*
 * Of the pool's threads, one part in so many is what jobs of one owner take at a time; the
 * others of his wait.  So who waits for a slow disk leaves most threads to all others.
 */
#define SHARE_OF_ONE 8

struct loop_owner {
	uint64_t id;
	size_t running;
	struct work *waiting; /* list */
	bool listed;
	UT_hash_handle hh;
};

struct work {
	uv_work_t uv;
	struct loop *loop;
	struct job *job;
	struct loop_owner *owner;
	struct work *prev, *next; /* owner->waiting */
};

/* ---------------------------------------------------------------------- their owners -- */

/* NULL: memory is short. */
static struct loop_owner *owner_get(struct loop *loop, uint64_t id)
{
	struct loop_owner *owner = NULL;

	HASH_FIND(hh, loop->owners, &id, sizeof(id), owner);
	if (owner != NULL)
		return owner;
	owner = calloc(1, sizeof(*owner));
	if (owner == NULL)
		return NULL;
	owner->id = id;
	owner->listed = true;
	HASH_ADD(hh, loop->owners, id, sizeof(owner->id), owner);
	if (owner->listed)
		return owner;
	free(owner);
	return NULL;
}

/* Those without a job are not kept. */
static void owner_put(struct loop *loop, struct loop_owner *owner)
{
	if (owner->running > 0 || owner->waiting != NULL)
		return;
	HASH_DEL(loop->owners, owner);
	free(owner);
}

/* ------------------------------------------------------------------------- the pool -- */

static void run(uv_work_t *uv)
{
	struct work *work = uv->data;

	work->job->run(work->job);
}

static void come_back(uv_work_t *uv, int status);

static bool may_start(const struct loop_owner *owner, const struct loop *loop)
{
	size_t most = loop->config->pool_threads / SHARE_OF_ONE;

	return owner->running < (most > 0 ? most : 1);
}

/* It cannot fail: libuv refuses work only without a function to run. */
static void start(struct work *work)
{
	work->owner->running++;
	(void)uv_queue_work(&work->loop->uv, &work->uv, run, come_back);
}

static void start_next(struct loop_owner *owner)
{
	struct work *work = owner->waiting;

	if (work == NULL || !may_start(owner, work->loop))
		return;
	DL_DELETE(owner->waiting, work);
	start(work);
}

static void come_back(uv_work_t *uv, int status)
{
	struct work *work = uv->data;
	struct loop *loop = work->loop;
	struct loop_owner *owner = work->owner;
	struct job *job = work->job;

	(void)status; /* UV_ECANCELED alone could stand here, and we cancel nothing */
	free(work);
	owner->running--;
	start_next(owner);
	owner_put(loop, owner);
	loop_enter(loop);
	server_job_done(loop->server, job);
}

void loop_submit(void *ctx, struct job *job)
{
	struct loop *loop = ctx;
	struct work *work;
	struct loop_owner *owner;

	if (job->try_run != NULL && job->try_run(job)) {
		server_job_done(loop->server, job);
		return;
	}
	work = malloc(sizeof(*work));
	owner = work != NULL ? owner_get(loop, job->owner) : NULL;
	if (owner == NULL) {
		/* Every job comes back: without memory it is done here and now. */
		free(work);
		job->run(job);
		server_job_done(loop->server, job);
		return;
	}
	*work = (struct work){.loop = loop, .job = job, .owner = owner};
	work->uv.data = work;
	if (may_start(owner, loop))
		start(work);
	else
		DL_APPEND(owner->waiting, work);
}
