/* SPDX-License-Identifier: MIT */
/* Without memory uthash leaves the table as it was, and says so by this. */
#define HASH_NONFATAL_OOM          1
#define uthash_nonfatal_oom(queue) ((queue)->listed = false)

#include "server/file/lock.h"

#include <stdlib.h>
#include <uthash.h>
#include <utlist.h>

#include "server/file/file.h"
#include "server/limits.h"
#include "wire/smb2_simple.h"

/* A request that waits: its `waiting`. */
struct lock_wait {
	struct request *rq;
	struct fs_locking what;
	void (*granted)(struct srv_file *f, uint32_t tag);
	uint32_t tag;
	struct lock_queue *queue; /* NULL: it is about to be answered with `status` */
	uint32_t status;
	struct lock_wait **list; /* where it is: its queue's, or that of who answers */
	struct lock_wait *prev, *next;
};

struct lock_queue {
	struct fs_id key;
	struct lock_wait *waits; /* oldest first */
	size_t count;
	bool listed;
	UT_hash_handle hh;
};

static struct server *server_of(const struct srv_file *f)
{
	return f->open.server;
}

/* ---------------------------------------------------------------------- what is held -- */

static void count(struct srv_file *f, uint32_t more, uint32_t less)
{
	f->open.num_locks += more - less;
	server_of(f)->counters.locks_now += more;
	server_of(f)->counters.locks_now -= less;
}

uint32_t lock_take(struct srv_file *f, const struct fs_locking *locks, size_t n)
{
	uint32_t status;

	if (server_of(f)->counters.locks_now + n > LIMIT_LOCKS_MAX)
		return NT_STATUS_INSUFFICIENT_RESOURCES;
	status = fs_lock(f->file, locks, n);
	if (status == NT_STATUS_SUCCESS)
		count(f, (uint32_t)n, 0);
	return status;
}

uint32_t lock_drop(struct srv_file *f, struct fs_range range)
{
	uint32_t status = fs_unlock(f->file, range);

	if (status == NT_STATUS_SUCCESS)
		count(f, 0, 1);
	return status;
}

/* ------------------------------------------------------------------------ the queues -- */

static struct lock_queue *find(const struct server *server, struct fs_id key)
{
	struct lock_queue *queue = NULL;

	HASH_FIND(hh, server->lock_queues, &key, sizeof(key), queue);
	return queue;
}

static struct lock_queue *find_or_add(struct server *server, struct fs_id key)
{
	struct lock_queue *queue = find(server, key);

	if (queue != NULL)
		return queue;
	queue = calloc(1, sizeof(*queue));
	if (queue == NULL)
		return NULL;
	queue->key = key;
	queue->listed = true;
	HASH_ADD(hh, server->lock_queues, key, sizeof(queue->key), queue);
	if (queue->listed)
		return queue;
	free(queue);
	return NULL;
}

static void free_if_empty(struct server *server, struct lock_queue *queue)
{
	if (queue->waits != NULL)
		return;
	HASH_DEL(server->lock_queues, queue);
	free(queue);
}

/* It does not wait any more, and stands in no list. */
static void leave_queue(struct lock_wait *w)
{
	DL_DELETE(*w->list, w);
	w->list = NULL;
	if (w->queue == NULL)
		return;
	w->queue->count--;
	w->queue = NULL;
	srv_file_of(w->rq->open)->lock_waits--;
	w->rq->server->counters.lock_waits_now--;
}

/* request.left: granted, cancelled, or its session ends. */
static void wait_left(struct request *rq)
{
	struct lock_wait *w = rq->waiting;
	struct lock_queue *queue = w->queue;

	rq->waiting = NULL;
	leave_queue(w);
	if (queue != NULL)
		free_if_empty(rq->server, queue);
	free(w);
}

/* From its queue to those that are answered next. */
static void move(struct lock_wait **list, struct lock_wait *w, uint32_t status)
{
	leave_queue(w);
	w->status = status;
	w->list = list;
	DL_APPEND(*list, w);
}

/*
 * Each answer may complete others that are in the list, or run this anew for another one;
 * wait_left() takes each out of the list it is in.
 */
static void answer(struct lock_wait **list)
{
	while (*list != NULL) {
		struct lock_wait *w = *list;

		if (w->status == NT_STATUS_SUCCESS)
			smb2_simple_encode(srv_request_reply(w->rq));
		srv_request_complete(w->rq, w->status);
	}
}

/* --------------------------------------------------------------------------- waiting -- */

uint32_t lock_wait(struct request *rq, const struct fs_locking *what,
		   void (*granted)(struct srv_file *f, uint32_t tag), uint32_t tag)
{
	struct srv_file *f = srv_file_of(rq->open);
	struct lock_wait *w = calloc(1, sizeof(*w));
	struct lock_queue *queue = find_or_add(rq->server, fs_file_id(f->file));
	uint32_t status = NT_STATUS_SUCCESS;

	if (w == NULL || queue == NULL)
		status = NT_STATUS_NO_MEMORY;
	else if (queue->count >= LIMIT_LOCK_WAITS_MAX || srv_request_wait(rq) == 0)
		status = NT_STATUS_INSUFFICIENT_RESOURCES;
	if (status != NT_STATUS_SUCCESS) {
		free(w);
		if (queue != NULL)
			free_if_empty(rq->server, queue);
		return status;
	}
	*w = (struct lock_wait){.rq = rq, .what = *what, .granted = granted, .tag = tag};
	w->queue = queue;
	w->list = &queue->waits;
	DL_APPEND(queue->waits, w);
	queue->count++;
	f->lock_waits++;
	rq->server->counters.lock_waits_now++;
	rq->waiting = w;
	rq->left = wait_left;
	/* Of a range whose open goes: as Windows and Samba answer. */
	rq->ended_status = NT_STATUS_RANGE_NOT_LOCKED;
	return NT_STATUS_PENDING;
}

void lock_proceed(struct server *server, struct fs_id file)
{
	struct lock_queue *queue = find(server, file);
	struct lock_wait *done = NULL, *w, *next;

	if (queue == NULL)
		return;
	DL_FOREACH_SAFE(queue->waits, w, next)
	{
		struct srv_file *f = srv_file_of(w->rq->open);
		uint32_t status = lock_take(f, &w->what, 1);

		if (status == NT_STATUS_LOCK_NOT_GRANTED)
			continue;
		if (status == NT_STATUS_SUCCESS)
			w->granted(f, w->tag);
		move(&done, w, status);
	}
	free_if_empty(server, queue);
	answer(&done);
}

/* Its own requests: [MS-FSA] 2.1.5.20 cancels them with the open. */
static void give_up(struct srv_file *f)
{
	struct server *server = server_of(f);
	struct lock_queue *queue = find(server, fs_file_id(f->file));
	struct lock_wait *done = NULL, *w, *next;

	DL_FOREACH_SAFE(queue->waits, w, next)
	{
		if (w->rq->open == &f->open)
			move(&done, w, w->rq->ended_status);
	}
	free_if_empty(server, queue);
	answer(&done);
}

void lock_stop_waiting(struct srv_file *f)
{
	if (f->file != NULL && f->lock_waits > 0)
		give_up(f);
}

void lock_leave(struct srv_file *f)
{
	struct server *server = server_of(f);
	struct fs_id file;

	if (f->file == NULL)
		return;
	file = fs_file_id(f->file);
	lock_stop_waiting(f);
	if (f->open.num_locks == 0)
		return;
	fs_unlock_all(f->file);
	count(f, 0, f->open.num_locks);
	lock_proceed(server, file);
}
