/* SPDX-License-Identifier: MIT */
#include "client/run.h"

#include <assert.h>
#include <limits.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "client/cache.h"
#include "client/timers.h"

#define EVENTS_A_TURN 64
#define SLOTS_FIRST   16

static_assert(EPOLLIN == POLLIN && EPOLLOUT == POLLOUT && EPOLLERR == POLLERR &&
		      EPOLLHUP == POLLHUP,
	      "events are passed between poll's names and epoll's as they are");

/* A place for a task under way; it is used again for the next one. */
struct slot {
	struct timer timer;
	struct task *task; /* NULL: free */
	size_t index;
	int fd; /* the one registered, or -1 */
	short events;
	unsigned serial;
	uint32_t key;
	struct slot *next_free;
};

struct loop {
	const struct run_source *source;
	int epoll;
	struct timers timers;
	struct slot **slots;
	size_t n_slots;
	size_t cap_slots;
	struct slot *free;
	size_t running;
	size_t starved;
	uint32_t next_key;
};

/*
 * What epoll tells us back.  Not a pointer: a process that another thread forks has our
 * descriptors until it executes its program, and for so long an event may come for one
 * that we have closed.  A key is never used twice.
 */
static uint64_t token_of(const struct slot *s)
{
	return (uint64_t)s->index << 32 | s->key;
}

static struct slot *slot_of_token(const struct loop *l, uint64_t token)
{
	struct slot *s = l->slots[token >> 32];

	return s->task != NULL && s->fd >= 0 && s->key == (uint32_t)token ? s : NULL;
}

static struct slot *slot_of_timer(struct timer *timer)
{
	return (struct slot *)((char *)timer - offsetof(struct slot, timer));
}

static enum ns_err grow(struct loop *l)
{
	size_t cap = l->cap_slots == 0 ? SLOTS_FIRST : 2 * l->cap_slots;
	struct slot **slots;

	if (l->n_slots < l->cap_slots)
		return NS_OK;
	slots = reallocarray(l->slots, cap, sizeof(struct slot *));
	if (slots == NULL)
		return NS_ENOMEM;
	l->slots = slots;
	l->cap_slots = cap;
	return timers_reserve(&l->timers, cap);
}

/* Makes sure that there is a free slot. */
static enum ns_err reserve_slot(struct loop *l)
{
	struct slot *s;
	enum ns_err err;

	if (l->free != NULL)
		return NS_OK;
	err = grow(l);
	if (err == NS_OK)
		err = timers_reserve(&l->timers, l->n_slots + 1);
	s = err == NS_OK ? calloc(1, sizeof(*s)) : NULL;
	if (s == NULL)
		return NS_ENOMEM;
	s->fd = -1;
	s->index = l->n_slots;
	l->slots[l->n_slots++] = s;
	l->free = s;
	return NS_OK;
}

static void unregister(struct loop *l, struct slot *s)
{
	/* Closed already, most of the time; but a kept connection goes on living. */
	if (s->fd >= 0)
		(void)epoll_ctl(l->epoll, EPOLL_CTL_DEL, s->fd, NULL);
	s->fd = -1;
}

static bool register_fd(struct loop *l, struct slot *s, int fd, short events)
{
	struct epoll_event e = {.events = (uint32_t)events};

	s->key = ++l->next_key;
	e.data.u64 = token_of(s);
	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &e) != 0)
		return false;
	s->fd = fd;
	s->events = events;
	return true;
}

static void change_events(struct loop *l, struct slot *s, short events)
{
	struct epoll_event e = {.events = (uint32_t)events, .data.u64 = token_of(s)};

	if (events == s->events)
		return;
	(void)epoll_ctl(l->epoll, EPOLL_CTL_MOD, s->fd, &e);
	s->events = events;
}

static void finish(struct loop *l, struct slot *s)
{
	struct task *t = s->task;

	unregister(l, s);
	timers_remove(&l->timers, &s->timer);
	s->task = NULL;
	s->next_free = l->free;
	l->free = s;
	l->running--;
	l->source->done(l->source->arg, t, socket_clock());
}

/* What the task waits for now is what the kernel is asked for.  False: it can't be. */
static bool sync_slot(struct loop *l, struct slot *s)
{
	int fd = task_fd(s->task);

	if (fd >= 0 && fd == s->fd && task_serial(s->task) == s->serial) {
		change_events(l, s, task_events(s->task));
		return true;
	}
	unregister(l, s);
	s->serial = task_serial(s->task);
	return fd < 0 || register_fd(l, s, fd, task_events(s->task));
}

static void step(struct loop *l, struct slot *s, short revents)
{
	bool was_starved = task_starved(s->task);

	task_step(s->task, revents, socket_clock());
	if (!task_done(s->task) && !sync_slot(l, s))
		task_give_up(s->task);
	l->starved += task_starved(s->task);
	l->starved -= was_starved;
	if (task_done(s->task))
		finish(l, s);
	else
		timers_set(&l->timers, &s->timer, task_wake(s->task));
}

static void start(struct loop *l, struct task *t)
{
	struct slot *s = l->free;

	l->free = s->next_free;
	s->task = t;
	s->fd = -1;
	l->running++;
	step(l, s, 0);
}

/* While somebody waits for a descriptor, nobody new is let in. */
static void refill(struct loop *l, unsigned parallel)
{
	while (l->running < parallel && l->starved == 0 && reserve_slot(l) == NS_OK) {
		struct task *t = l->source->next(l->source->arg, socket_clock());

		if (t == NULL)
			return;
		start(l, t);
	}
}

static struct slot *first_starved(const struct loop *l)
{
	for (size_t i = 0; i < l->n_slots; i++)
		if (l->slots[i]->task != NULL && task_starved(l->slots[i]->task))
			return l->slots[i];
	return NULL;
}

/* Descriptors may have come free: those who wait try again, up to the first in vain. */
static void feed_starved(struct loop *l)
{
	while (l->starved > 0) {
		struct slot *s = first_starved(l);
		size_t before = l->starved;

		step(l, s, 0);
		if (l->starved < before)
			continue;
		if (l->running > l->starved)
			return; /* others will be done */
		if (cache_flush())
			continue;
		task_give_up(s->task);
		l->starved--;
		finish(l, s);
	}
}

static int timeout(const struct loop *l)
{
	const struct timer *first = timers_first(&l->timers);
	uint64_t now = socket_clock();

	if (first == NULL || first->at <= now)
		return 0;
	return first->at - now > INT_MAX ? INT_MAX : (int)(first->at - now);
}

static void wait_and_step(struct loop *l)
{
	struct epoll_event events[EVENTS_A_TURN];
	int n = epoll_wait(l->epoll, events, EVENTS_A_TURN, timeout(l));
	struct timer *timer;
	uint64_t now;

	for (int i = 0; i < n; i++) {
		struct slot *s = slot_of_token(l, events[i].data.u64);

		if (s != NULL)
			step(l, s, (short)events[i].events);
	}
	now = socket_clock();
	while ((timer = timers_first(&l->timers)) != NULL && timer->at <= now)
		step(l, slot_of_timer(timer), 0);
}

static void loop_release(struct loop *l)
{
	for (size_t i = 0; i < l->n_slots; i++)
		free(l->slots[i]);
	free(l->slots);
	timers_release(&l->timers);
	socket_close(l->epoll);
}

enum ns_err run_many(const struct run_source *source, unsigned parallel)
{
	struct loop l = {.source = source, .epoll = epoll_create1(EPOLL_CLOEXEC)};
	enum ns_err err = NS_ESYSTEM;

	if (l.epoll < 0 && cache_flush())
		l.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (l.epoll >= 0)
		err = reserve_slot(&l); /* with one, it goes on for ever */
	if (err != NS_OK)
		goto out;
	for (;;) {
		feed_starved(&l);
		refill(&l, parallel);
		if (l.running == 0)
			break;
		if (l.running > l.starved)
			wait_and_step(&l);
	}
out:
	loop_release(&l);
	return err;
}
