/* SPDX-License-Identifier: MIT */
/*
 * Blocking work.  The engine lives in one thread and never waits; what may wait (a file, a
 * Kerberos step) is a job: run() is called in some thread of a pool, on data the job owns;
 * then done() in the engine's thread, where the job is freed.
 *
 * A job never points to a table object (connection, session, tree, open, request): any of
 * them may be gone when it comes back.  It carries ids, and done() looks them up:
 *
 *	static void create_done(struct server *server, struct job *job)
 *	{
 *		struct create_job *j = (struct create_job *)job;     its first member
 *		struct request *rq = srv_request_find(server, j->job.request);
 *
 *		if (rq == NULL)
 *			... nobody waits any more: undo what run() did (close the file)
 *		else
 *			srv_request_complete(rq, create_finish(rq, j));
 *		create_job_free(j);
 *	}
 *
 * The handler that submits pends its request first:
 *
 *	j->job.request = srv_request_pend(rq);
 *	server_submit(rq->server, &j->job);
 *	return NT_STATUS_PENDING;
 *
 * Every submitted job comes back exactly once, also while the server drains.  Jobs of one
 * owner may wait for each other; those of one never for those of another.
 */
#ifndef SERVER_JOB_H
#define SERVER_JOB_H

#include <stdbool.h>
#include <stdint.h>

struct server;

struct job {
	void (*run)(struct job *job);
	void (*done)(struct server *server, struct job *job);
	/*
	 * May be NULL.  Tried first, in the engine's thread: does all that run() would, if
	 * that takes no waiting.  False: it would, and run() is to be called.
	 */
	bool (*try_run)(struct job *job);
	uint64_t request; /* what srv_request_pend() gave; 0: no request waits for it */
	uint64_t owner;   /* server_submit() fills it in: the session, or nobody (0) */
};

/*
 * Hands the job to server_env.submit.  It may come back before this returns (tests run jobs
 * inline), so the caller must not look at the job or the request afterwards.
 */
void server_submit(struct server *server, struct job *job);

/* For server_env.submit's owner: run() has returned; calls done(). */
void server_job_done(struct server *server, struct job *job);

#endif
