/* SPDX-License-Identifier: MIT */
#include "server/file/notify.h"

#include <stdlib.h>
#include <utlist.h>

#include "fs/fs_name.h"
#include "fs/fs_watch.h"
#include "server/chain.h"
#include "server/file/file.h"
#include "server/limits.h"
#include "wire/fscc_notify.h"
#include "wire/smb2_change_notify.h"

/* A request that waits, or has been cancelled since: by its id. */
struct waiter {
	uint64_t request;
	uint32_t max; /* OutputBufferLength */
	struct waiter *next;
};

struct notify {
	uint32_t max;       /* OutputBufferLength of the first request */
	bool lost;          /* more changed than is kept */
	bool deleted;       /* the directory is going: nothing will be told any more */
	struct buf records; /* what changed, as it goes on the wire */
	struct fscc_notify_list list;
	struct waiter *waiting; /* list, oldest first */
};

/* ------------------------------------------------------------- what is not asked for -- */

static void forget(struct server *server, struct notify *n)
{
	server->notify_bytes -= n->records.n;
	buf_release(&n->records);
	n->list = (struct fscc_notify_list){0};
}

static void lose(struct server *server, struct notify *n)
{
	forget(server, n);
	n->lost = true;
}

/* What the last record says need not be said again. */
static bool is_last(const struct notify *n, const struct fscc_notify_record *record)
{
	struct fscc_notify_walk walk = fscc_notify_walk_of(
		view_slice(buf_view(&n->records), n->list.last, n->records.n));
	struct fscc_notify_record last;

	return n->list.count > 0 && fscc_notify_next(&walk, &last) &&
	       last.action == record->action && view_equal(last.name, record->name);
}

static void keep(struct server *server, struct notify *n, const struct fs_note *note)
{
	struct fscc_notify_record record = {.action = note->happened};
	size_t before = n->records.n;
	struct wire_writer w = {.out = &n->records};
	struct buf name;
	enum ns_err err;

	if (n->lost)
		return;
	buf_init(&name, FS_PATH_MAX * 2);
	err = fs_path_to_wire(&name, note->path);
	record.name = buf_view(&name);
	if (err == NS_OK && !is_last(n, &record)) {
		fscc_notify_put(&n->list, &w, &record);
		err = wire_put_status(&w);
		server->notify_bytes += n->records.n - before;
	}
	buf_release(&name);
	/* A name that can't travel is nobody's business; else it did not fit. */
	if ((err != NS_OK && err != NS_EFORMAT) ||
	    server->notify_bytes > LIMIT_NOTIFY_BYTES)
		lose(server, n);
}

/* ----------------------------------------------------------------------- answers -- */

static uint32_t answer_nothing(struct request *rq)
{
	const struct smb2_change_notify_rsp rsp = {0};

	smb2_change_notify_rsp_encode(srv_request_reply(rq), &rsp);
	return NT_STATUS_NOTIFY_ENUM_DIR;
}

/* [MS-FSA] 2.1.5.11.1: all that is kept, or the advice to look. */
static uint32_t answer(struct request *rq, struct notify *n, uint32_t max)
{
	struct smb2_change_notify_rsp rsp = {.data = buf_view(&n->records)};
	struct wire_writer *w;
	uint32_t status = NT_STATUS_SUCCESS;

	if (n->lost || rsp.data.n > max) {
		status = answer_nothing(rq);
	} else {
		w = srv_request_reply(rq);
		smb2_change_notify_rsp_encode(w, &rsp);
		if (wire_put_status(w) != NS_OK)
			status = answer_nothing(rq);
	}
	forget(rq->server, n);
	n->lost = false;
	return status;
}

static bool has_something(const struct notify *n)
{
	return n->lost || n->list.count > 0;
}

/* Those who have been cancelled since are no more. */
static struct request *first_waiting(struct server *server, struct notify *n)
{
	while (n->waiting != NULL) {
		struct waiter *w = n->waiting;
		struct request *rq = srv_request_find(server, w->request);

		if (rq != NULL)
			return rq;
		LL_DELETE(n->waiting, w);
		free(w);
	}
	return NULL;
}

static void drop_cancelled(struct server *server, struct notify *n)
{
	struct waiter *w, *next;

	LL_FOREACH_SAFE(n->waiting, w, next)
	if (srv_request_find(server, w->request) == NULL) {
		LL_DELETE(n->waiting, w);
		free(w);
	}
}

/* Completing one may end the open, and free `n`: it is not looked at after. */
static void answer_first(struct server *server, struct notify *n)
{
	struct request *rq = first_waiting(server, n);
	struct waiter *w = n->waiting;
	uint32_t status;

	if (rq == NULL)
		return;
	LL_DELETE(n->waiting, w);
	status = answer(rq, n, w->max);
	free(w);
	srv_request_complete(rq, status);
}

static void answer_all(struct server *server, struct notify *n, uint32_t status)
{
	struct waiter *list = n->waiting;

	n->waiting = NULL;
	while (list != NULL) {
		struct waiter *w = list;
		struct request *rq = srv_request_find(server, w->request);

		list = w->next;
		free(w);
		if (rq != NULL)
			srv_request_complete(rq, status);
	}
}

/* --------------------------------------------------------------------------- news -- */

static void take_news(void *ctx, const struct fs_news *news)
{
	struct server *server = ctx;
	struct open *o = open_find_global(server, (uint32_t)news->id);
	struct notify *n = NULL;

	if (o != NULL && o->ops == &srv_file_ops)
		n = srv_file_of(o)->notify;
	if (n == NULL)
		return; /* it ended a moment ago */
	for (const struct fs_note *note = news->notes; note != NULL; note = note->next)
		keep(server, n, note);
	if (news->lost)
		lose(server, n);
	if (news->deleted) {
		n->deleted = true;
		forget(server, n);
		answer_all(server, n, NT_STATUS_DELETE_PENDING);
	} else if (has_something(n)) {
		answer_first(server, n);
	}
}

/* --------------------------------------------------------------------- its life -- */

/* In the pool: directories are entered where inotify listens. */
struct spread_job {
	struct job job;
	struct fs_file *file;
};

static void spread_run(struct job *job)
{
	struct spread_job *j = (struct spread_job *)job;

	fs_watch_spread(j->file);
	fs_file_unref(j->file);
}

/* From now on nothing is missed, and the client may know it. */
static void spread_done(struct server *server, struct job *job)
{
	struct request *rq = srv_request_find(server, job->request);

	if (rq != NULL)
		srv_request_interim_soon(rq);
	free(job);
}

static size_t watching(const struct session *s)
{
	const struct tree *tree;
	size_t n = 0;
	struct open *o;

	DL_FOREACH(s->trees, tree)
	DL_FOREACH(tree->opens, o)
	if (o->ops == &srv_file_ops && srv_file_of(o)->notify != NULL)
		n++;
	return n;
}

/* The first request of an open; its job is to be submitted, once it pends. */
static uint32_t begin(struct request *rq, const struct smb2_change_notify_req *req,
		      struct spread_job **job)
{
	struct srv_file *f = srv_file_of(rq->open);
	const struct fs_watch_how how = {
		.owner = rq->server,
		.id = f->open.global_id,
		.session = rq->session->id,
		.filter = req->filter,
		.tree = (req->flags & SMB2_WATCH_TREE) != 0,
	};
	struct notify *n;
	uint32_t status;

	if (fs_delete_pending(f->file))
		return NT_STATUS_DELETE_PENDING;
	if (watching(rq->session) >= LIMIT_NOTIFY_OPENS)
		return NT_STATUS_INSUFFICIENT_RESOURCES;
	n = calloc(1, sizeof(*n));
	*job = calloc(1, sizeof(**job));
	status = n != NULL && *job != NULL ? fs_watch_begin(f->file, &how)
					   : NT_STATUS_NO_MEMORY;
	if (status != NT_STATUS_SUCCESS) {
		free(n);
		free(*job);
		*job = NULL;
		return status;
	}
	n->max = req->output_len;
	buf_init(&n->records, n->max < LIMIT_NOTIFY_BUFFER ? n->max : LIMIT_NOTIFY_BUFFER);
	(*job)->job.run = spread_run;
	(*job)->job.done = spread_done;
	(*job)->file = fs_file_ref(f->file);
	f->notify = n;
	rq->server->counters.watches_now++;
	return NT_STATUS_SUCCESS;
}

/* It waits for the next change, behind those who wait already. */
static uint32_t wait_for_news(struct request *rq, struct notify *n, uint32_t max)
{
	struct waiter *w;

	/* 3.3.5.2.7 <266>: else all that follows would wait for a change, too. */
	if (rq->chain->rest.n > 0)
		return NT_STATUS_INTERNAL_ERROR;
	w = calloc(1, sizeof(*w));
	if (w == NULL)
		return NT_STATUS_NO_MEMORY;
	w->max = max;
	w->request = srv_request_wait(rq);
	if (w->request == 0) {
		free(w);
		return NT_STATUS_INSUFFICIENT_RESOURCES;
	}
	rq->ended_status = NT_STATUS_NOTIFY_CLEANUP;
	LL_APPEND(n->waiting, w);
	return NT_STATUS_PENDING;
}

uint32_t srv_file_change_notify(struct request *rq,
				const struct smb2_change_notify_req *req)
{
	struct server *server = rq->server;
	struct srv_file *f = srv_file_of(rq->open);
	struct spread_job *job = NULL;
	struct notify *n;
	uint32_t status = NT_STATUS_SUCCESS;

	if (f->notify == NULL)
		status = begin(rq, req, &job);
	if (status != NT_STATUS_SUCCESS)
		return status;
	n = f->notify;
	drop_cancelled(server, n);
	if (n->deleted)
		status = NT_STATUS_DELETE_PENDING;
	else if (has_something(n) && n->waiting == NULL)
		status = answer(rq, n, req->output_len);
	else
		status = wait_for_news(rq, n, req->output_len);
	if (job != NULL) {
		job->job.request = status == NT_STATUS_PENDING ? rq->id : 0;
		server_submit(server, &job->job);
	} else if (status == NT_STATUS_PENDING) {
		srv_request_interim_soon(rq);
	}
	return status;
}

void notify_end(struct srv_file *f)
{
	struct server *server = f->open.server;
	struct notify *n = f->notify;

	if (n == NULL)
		return;
	f->notify = NULL;
	forget(server, n);
	while (n->waiting != NULL) {
		struct waiter *w = n->waiting;

		LL_DELETE(n->waiting, w);
		free(w);
	}
	server->counters.watches_now--;
	free(n);
}

/* ------------------------------------------------------------- what inotify tells -- */

static void read_run(struct job *job)
{
	(void)job;
	fs_watch_read();
}

static void arm(struct server *server)
{
	if (server->watch_armed || server->env.watch == NULL)
		return;
	server->watch_armed = true;
	server->env.watch(server->env.ctx);
}

static void read_done(struct server *server, struct job *job)
{
	free(job);
	server->watch_reading = false;
	arm(server);
}

/* One at a time.  Short of memory it is read here and now: nothing may be left unread. */
static void read_watch(struct server *server)
{
	struct job *job;

	if (server->watch_reading)
		return;
	job = calloc(1, sizeof(*job));
	if (job == NULL) {
		fs_watch_read();
		arm(server);
		return;
	}
	job->run = read_run;
	job->done = read_done;
	server->watch_reading = true;
	server_submit(server, job);
}

void server_watch_ready(struct server *server)
{
	server->watch_armed = false;
	read_watch(server);
}

void notify_collect(struct server *server)
{
	if (fs_watch_has_news())
		fs_watch_collect(server, take_news, server);
	if (fs_watch_wants_read())
		read_watch(server);
}
