/* SPDX-License-Identifier: MIT */
#include "client/io_resolve.h"

#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>

/*
 * Look-ups wait for name servers, not for the processor: as many at once as a burst of
 * names with one slow server among theirs needs, few enough to be no load.
 */
#define WORKERS_MAX 16

/* A worker without work stays that long, for a batch asks again within milliseconds. */
#define WORKER_IDLE_SECONDS 1

/* getaddrinfo() and the NSS modules behind it are content with this; the default is 8 MiB.
 */
#define WORKER_STACK ((size_t)512 * 1024)

struct lookup {
	struct lookup *next; /* in the queue */
	bool abandoned;      /* by its caller: the worker frees it */
	bool queued;
	bool done;
	int fd;
	enum ns_err err;
	uint16_t port;
	struct addresses found;
	char host[];
};

/* Everything above and here is under `lock`, but for what a worker works on. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct lookup *head;
	struct lookup **tail;
	unsigned waiting; /* look-ups in the queue */
	unsigned workers;
	unsigned idle;
} pool = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.work = PTHREAD_COND_INITIALIZER,
	.tail = &pool.head,
};

static pthread_once_t pool_once = PTHREAD_ONCE_INIT;

static void before_fork(void)
{
	pthread_mutex_lock(&pool.lock);
}

static void after_fork_parent(void)
{
	pthread_mutex_unlock(&pool.lock);
}

/* The workers stayed with the parent, and what they work on with them. */
static void after_fork_child(void)
{
	pool.head = NULL;
	pool.tail = &pool.head;
	pool.waiting = 0;
	pool.workers = 0;
	pool.idle = 0;
	pthread_cond_init(&pool.work, NULL);
	pthread_mutex_unlock(&pool.lock);
}

static void pool_prepare(void)
{
	(void)pthread_atfork(before_fork, after_fork_parent, after_fork_child);
}

static void collect(struct addresses *out, const struct addrinfo *list, uint16_t port)
{
	*out = (struct addresses){0};
	for (; list != NULL; list = list->ai_next)
		addresses_add(out, list->ai_addr, port);
}

/* Plain C characters need no conversion, and spare us loading the library for it. */
static int idn_flag(const char *host)
{
	for (; *host != '\0'; host++)
		if ((unsigned char)*host >= 0x80)
			return AI_IDN;
	return 0;
}

static enum ns_err ask(struct addresses *out, const char *host, uint16_t port, int flags)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = flags};
	struct addrinfo *list = NULL;
	int rc = getaddrinfo(host, NULL, &hints, &list);

	if (rc != 0)
		return rc == EAI_MEMORY ? NS_ENOMEM : NS_ENONAME;
	collect(out, list, port);
	freeaddrinfo(list);
	return out->n > 0 ? NS_OK : NS_ENONAME;
}

bool resolve_numeric(struct addresses *out, const char *host, uint16_t port)
{
	return ask(out, host, port, AI_NUMERICHOST) == NS_OK;
}

static void lookup_destroy(struct lookup *l)
{
	socket_close(l->fd);
	free(l);
}

/* Called with the lock held, which it gives up while getaddrinfo() runs. */
static void work_on(struct lookup *l)
{
	struct addresses found = {0};
	enum ns_err err;

	pthread_mutex_unlock(&pool.lock);
	err = ask(&found, l->host, l->port, idn_flag(l->host));
	pthread_mutex_lock(&pool.lock);

	if (l->abandoned) {
		lookup_destroy(l);
		return;
	}
	l->err = err;
	l->found = found;
	l->done = true;
	/* Nobody else writes to it, so its counter has room. */
	(void)eventfd_write(l->fd, 1);
}

static struct lookup *queue_pop(void)
{
	struct lookup *l = pool.head;

	if (l == NULL)
		return NULL;
	pool.head = l->next;
	if (pool.head == NULL)
		pool.tail = &pool.head;
	pool.waiting--;
	l->next = NULL;
	l->queued = false;
	return l;
}

/* False when there has been nothing to do for so long that the worker may go. */
static bool wait_for_work(void)
{
	struct timespec until;
	int rc = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += WORKER_IDLE_SECONDS;
	pool.idle++;
	while (pool.head == NULL && rc == 0)
		rc = pthread_cond_timedwait(&pool.work, &pool.lock, &until);
	pool.idle--;
	return pool.head != NULL;
}

static void *worker(void *unused)
{
	struct lookup *l;

	(void)unused;
	pthread_mutex_lock(&pool.lock);
	do {
		while ((l = queue_pop()) != NULL)
			work_on(l);
	} while (wait_for_work());
	pool.workers--;
	pthread_mutex_unlock(&pool.lock);
	return NULL;
}

/* A worker more, in which no signal of the program is ever handled. */
static bool start_worker(void)
{
	pthread_attr_t attr;
	pthread_t thread;
	sigset_t all, old;
	int rc;

	if (pthread_attr_init(&attr) != 0)
		return false;
	(void)pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	(void)pthread_attr_setstacksize(&attr, WORKER_STACK);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(&thread, &attr, worker, NULL);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
	if (rc == 0)
		pool.workers++;
	return rc == 0;
}

/* Called with the lock held. */
static enum ns_err submit(struct lookup *l)
{
	if (pool.waiting >= pool.idle && pool.workers < WORKERS_MAX && !start_worker() &&
	    pool.workers == 0)
		return NS_ESYSTEM;
	l->queued = true;
	pool.waiting++;
	*pool.tail = l;
	pool.tail = &l->next;
	pthread_cond_signal(&pool.work);
	return NS_OK;
}

enum ns_err lookup_new(struct lookup **out, const char *host, uint16_t port)
{
	size_t n = strlen(host);
	struct lookup *l = calloc(1, sizeof(*l) + n + 1);
	enum ns_err err;

	*out = NULL;
	if (l == NULL)
		return NS_ENOMEM;
	memcpy(l->host, host, n + 1);
	l->port = port;
	l->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (l->fd < 0) {
		free(l);
		return NS_ESYSTEM;
	}
	pthread_once(&pool_once, pool_prepare);
	pthread_mutex_lock(&pool.lock);
	err = submit(l);
	pthread_mutex_unlock(&pool.lock);
	if (err != NS_OK) {
		lookup_destroy(l);
		return err;
	}
	*out = l;
	return NS_OK;
}

int lookup_fd(const struct lookup *l)
{
	return l->fd;
}

enum ns_err lookup_poll(struct lookup *l, struct addresses *out)
{
	enum ns_err err = NS_AGAIN;

	pthread_mutex_lock(&pool.lock);
	if (l->done) {
		err = l->err;
		*out = l->found;
	}
	pthread_mutex_unlock(&pool.lock);
	return err;
}

static void queue_remove(struct lookup *l)
{
	struct lookup **at = &pool.head;

	while (*at != l)
		at = &(*at)->next;
	*at = l->next;
	if (pool.tail == &l->next)
		pool.tail = at;
	pool.waiting--;
}

void lookup_free(struct lookup *l)
{
	bool ours;

	if (l == NULL)
		return;
	pthread_mutex_lock(&pool.lock);
	ours = l->done || l->queued;
	if (l->queued)
		queue_remove(l);
	l->abandoned = true;
	if (!ours) {
		/* The caller's loop must not see it any more; the worker only frees it. */
		socket_close(l->fd);
		l->fd = -1;
	}
	pthread_mutex_unlock(&pool.lock);
	if (ours)
		lookup_destroy(l);
}
