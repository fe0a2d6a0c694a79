/* SPDX-License-Identifier: MIT */
#include "server/job.h"

#include "server/chain.h"
#include "server/notify.h"

void server_submit(struct server *server, struct job *job)
{
	server->counters.jobs_now++;
	server->env.submit(server->env.ctx, job);
}

void server_job_done(struct server *server, struct job *job)
{
	server->counters.jobs_now--;
	notify_collect(server);
	job->done(server, job);
	chains_run_ready(server);
}
