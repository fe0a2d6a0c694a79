/* SPDX-License-Identifier: MIT */
#include "server/job.h"

#include "server/chain.h"
#include "server/file/notify.h"
#include "server/request.h"
#include "server/session.h"

/* Where nobody has signed in yet: the connection; sessions have 32 bits. */
#define CONN_OWNER (UINT64_C(1) << 63)

static uint64_t owner_of(struct server *server, uint64_t request)
{
	const struct request *rq = srv_request_find(server, request);

	if (rq == NULL)
		return 0;
	return rq->session != NULL ? rq->session->id : CONN_OWNER | rq->conn->id;
}

void server_submit(struct server *server, struct job *job)
{
	server->counters.jobs_now++;
	job->owner = owner_of(server, job->request);
	server->env.submit(server->env.ctx, job);
}

void server_job_done(struct server *server, struct job *job)
{
	server->counters.jobs_now--;
	notify_collect(server);
	job->done(server, job);
	chains_run_ready(server);
}
