/* SPDX-License-Identifier: MIT */
#include "client/cache.h"

#include <pthread.h>
#include <string.h>

/* Servers that refuse compounds are old and few; the habit forgotten costs a round trip. */
#define HABITS_MAX 64

struct entry {
	struct transport *transport;
	uint64_t expires;
};

/* All of it under `lock`.  Entries in the order in which they were given, the oldest first.
 */
static struct {
	pthread_mutex_t lock;
	struct entry entry[CACHE_MAX];
	size_t n;
	uint64_t habit[HABITS_MAX]; /* servers that refuse compounds; 0: free */
	size_t next_habit;
} cache = {.lock = PTHREAD_MUTEX_INITIALIZER};

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void before_fork(void)
{
	pthread_mutex_lock(&cache.lock);
}

static void after_fork_parent(void)
{
	pthread_mutex_unlock(&cache.lock);
}

/*
 * The connections are the parent's: two processes can't count one session's messages.
 * Without a descriptor an entry is dead, and goes when the cache is next used.
 */
static void after_fork_child(void)
{
	for (size_t i = 0; i < cache.n; i++) {
		socket_close(cache.entry[i].transport->fd);
		cache.entry[i].transport->fd = -1;
	}
	pthread_mutex_unlock(&cache.lock);
}

static void prepare(void)
{
	(void)pthread_atfork(before_fork, after_fork_parent, after_fork_child);
}

static void lock(void)
{
	pthread_once(&once, prepare);
	pthread_mutex_lock(&cache.lock);
}

static void unlock(void)
{
	pthread_mutex_unlock(&cache.lock);
}

/* The functions from here to unlocked ones are called with the lock held. */
static struct transport *remove_at(size_t i)
{
	struct transport *t = cache.entry[i].transport;

	cache.n--;
	memmove(&cache.entry[i], &cache.entry[i + 1],
		(cache.n - i) * sizeof(cache.entry[0]));
	return t;
}

static struct transport *remove_expired(uint64_t now)
{
	for (size_t i = 0; i < cache.n; i++)
		if (now >= cache.entry[i].expires || cache.entry[i].transport->fd < 0)
			return remove_at(i);
	return NULL;
}

/* The one used last: the others may expire in peace. */
static struct transport *remove_fitting(const struct server_name *name,
					const struct netsess_options *o)
{
	for (size_t i = cache.n; i-- > 0;)
		if (transport_fits(cache.entry[i].transport, name, o))
			return remove_at(i);
	return NULL;
}

/* Closing writes to the network, so that is done without the lock. */
static void drop_expired(uint64_t now)
{
	struct transport *t;

	do {
		lock();
		t = remove_expired(now);
		unlock();
		transport_free(t);
	} while (t != NULL);
}

struct transport *cache_take(const struct server_name *name,
			     const struct netsess_options *o, uint64_t now)
{
	struct transport *t;

	drop_expired(now);
	for (;;) {
		lock();
		t = remove_fitting(name, o);
		unlock();
		if (t == NULL || (link_alive(t->link) && socket_idle(t->fd)))
			return t;
		transport_free(t);
	}
}

void cache_give(struct transport *t, unsigned keep_ms, uint64_t now)
{
	struct transport *evicted = NULL;

	drop_expired(now);
	if (keep_ms == 0 || !t->clean || t->fd < 0 || !link_alive(t->link)) {
		transport_free(t);
		return;
	}
	lock();
	if (cache.n == CACHE_MAX)
		evicted = remove_at(0);
	cache.entry[cache.n++] = (struct entry){.transport = t, .expires = now + keep_ms};
	unlock();
	transport_free(evicted);
}

bool cache_flush(void)
{
	struct transport *t;
	bool any = false;

	do {
		lock();
		t = cache.n > 0 ? remove_at(cache.n - 1) : NULL;
		unlock();
		any = any || t != NULL;
		transport_free(t);
	} while (t != NULL);
	return any;
}

/* FNV-1a.  Two servers that meet in one value cost the second a round trip, no more. */
static uint64_t habit_of(const struct server_name *name)
{
	uint64_t h = 0xcbf29ce484222325u ^ name->port;

	for (const char *c = name->host; *c != '\0'; c++)
		h = (h ^ (uint8_t)*c) * 0x100000001b3u;
	return h != 0 ? h : 1;
}

/* Called with the lock held. */
static bool habit_known(uint64_t habit)
{
	for (size_t i = 0; i < HABITS_MAX; i++)
		if (cache.habit[i] == habit)
			return true;
	return false;
}

bool cache_no_compound(const struct server_name *name)
{
	bool known;

	lock();
	known = habit_known(habit_of(name));
	unlock();
	return known;
}

void cache_learn_no_compound(const struct server_name *name)
{
	uint64_t habit = habit_of(name);

	lock();
	if (!habit_known(habit)) {
		cache.habit[cache.next_habit] = habit;
		cache.next_habit = (cache.next_habit + 1) % HABITS_MAX;
	}
	unlock();
}

/* A program that just ends has its sessions signed off all the same. */
__attribute__((destructor)) static void at_unload(void)
{
	(void)cache_flush();
}
