/* SPDX-License-Identifier: MIT */
#include "server/job.h"

#include "server/chain.h"

void server_submit(struct server *server, struct job *job)
{
	server->counters.jobs_now++;
	server->env.submit(server->env.ctx, job);
}

void server_job_done(struct server *server, struct job *job)
{
	server->counters.jobs_now--;
	job->done(server, job);
	chains_run_ready(server);
}
