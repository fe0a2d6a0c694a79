/* SPDX-License-Identifier: MIT */
#include "client/task_state.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/win32err.h"
#include "client/cache.h"
#include "client/conn.h"
#include "client/io_netbios.h"
#include "client/io_resolve.h"

struct task *task_new(const char *server, const struct netsess_options *o, struct op *op,
		      uint64_t now)
{
	struct task *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->name_valid = server_name_parse(&t->name, server) == NS_OK;
	t->options = o;
	t->op = op;
	t->deadline = now + o->timeout_ms;
	t->wake = t->deadline;
	t->connecting = -1;
	return t;
}

void task_enter(struct task *t, enum task_state state)
{
	assert(t->state != TASK_DONE);
	t->state = state;
	t->wake = t->deadline;
	t->serial++;
}

void task_wake_at(struct task *t, uint64_t at)
{
	t->wake = at < t->deadline ? at : t->deadline;
}

static void drop_transport(struct task *t)
{
	transport_free(t->transport);
	t->transport = NULL;
	t->kept = false;
}

void task_fail(struct task *t, enum ns_err err, const char *why)
{
	struct link_info info = {.user = "", .text = why};
	struct buf none = {0};

	if (t->transport != NULL)
		link_get_info(t->transport->link, &info);
	if (why[0] != '\0')
		info.text = why;
	do {
		op_answer(t->op, err, &none, &info);
		buf_release(&none);
	} while (op_ask(t->op, &t->call));
	task_drop_search(t);
	if (t->transport != NULL && !t->transport->clean)
		drop_transport(t);
	task_enter(t, TASK_DONE);
}

static void start_call(struct task *t, uint64_t now);

static void begin_talk(struct task *t, uint64_t now)
{
	char own[ADDRESS_TEXT_MAX];

	socket_own_address(own, t->transport->fd);
	if (own[0] != '\0')
		op_set_self_address(t->op, own);
	task_enter(t, TASK_TALK);
	start_call(t, now);
}

void task_take_socket(struct task *t, int fd, uint64_t now)
{
	t->transport = transport_new(&t->name, t->options, cache_no_compound(&t->name));
	if (t->transport == NULL) {
		socket_close(fd);
		task_fail(t, NS_ENOMEM, "");
		return;
	}
	t->transport->fd = fd;
	begin_talk(t, now);
}

static void begin(struct task *t, uint64_t now)
{
	t->transport = cache_take(&t->name, t->options, now);
	t->kept = t->transport != NULL;
	if (t->kept)
		begin_talk(t, now);
	else
		task_find_server(t);
}

static bool step_begin(struct task *t, short revents, uint64_t now)
{
	const char *why = "";
	uint32_t problem = options_problem(t->options, &why);

	(void)revents;
	if (!op_ask(t->op, &t->call))
		task_enter(t, TASK_DONE);
	else if (!t->name_valid)
		task_fail(t, NS_EINVAL, "the name of the server is malformed");
	else if (problem == WIN32_ERROR_INVALID_PARAMETER)
		task_fail(t, NS_EINVAL, why);
	else if (problem != 0)
		task_fail(t, NS_ENOCREDS, why);
	else
		begin(t, now);
	return true;
}

/* A kept connection may have died of old age, which says nothing of the server. */
static bool is_stale(const struct task *t, enum ns_err err)
{
	return t->kept && (err == NS_ECLOSED || err == NS_EENDED) &&
	       !link_alive(t->transport->link) && op_retry_allowed(t->op);
}

/* A call has ended, well or not: what the operation wants next. */
static void call_ended(struct task *t, enum ns_err err, struct buf *stub, uint64_t now)
{
	struct link *link = t->transport->link;
	struct link_info info = {0};

	t->transport->clean = link_alive(link);
	if (!t->name.local && conn_no_compound(link))
		cache_learn_no_compound(&t->name);
	if (is_stale(t, err)) {
		op_retry(t->op);
	} else {
		link_get_info(link, &info);
		op_answer(t->op, err, stub, &info);
	}
	if (!link_alive(link))
		drop_transport(t);
	if (!op_ask(t->op, &t->call))
		task_enter(t, TASK_DONE);
	else if (t->transport == NULL)
		task_find_server(t);
	else
		start_call(t, now);
}

static void start_call(struct task *t, uint64_t now)
{
	enum ns_err err = link_call(t->transport->link, t->call.iface, t->call.opnum,
				    t->call.stub, now);
	struct buf none = {0};

	t->transport->clean = false;
	if (err != NS_OK)
		call_ended(t, err, &none, now);
}

static bool step_talk(struct task *t, short revents, uint64_t now)
{
	struct buf stub = {0};
	enum ns_err err;

	transport_pump(t->transport, revents != 0, now);
	err = link_poll(t->transport->link, &stub);
	if (err == NS_AGAIN)
		return false;
	call_ended(t, err, &stub, now);
	buf_release(&stub);
	return true;
}

/* One step of each state; true: there is another to be taken at once. */
static bool (*const steps[])(struct task *t, short revents, uint64_t now) = {
	[TASK_BEGIN] = step_begin,
	[TASK_LOOKUP] = task_step_lookup,
	[TASK_NETBIOS] = task_step_netbios,
	[TASK_CONNECT] = task_step_connect,
	[TASK_CONNECTING] = task_step_connecting,
	[TASK_LOCAL] = task_step_local,
	[TASK_TALK] = step_talk,
};

static void expire(struct task *t)
{
	if (t->starved)
		task_give_up(t);
	else if (t->state == TASK_CONNECTING || t->state == TASK_CONNECT)
		task_fail(t, NS_EUNREACHABLE,
			  "there was no answer to the attempt to connect");
	else if (t->state == TASK_TALK)
		task_fail(t, NS_ETIMEOUT, "the server did not answer in time");
	else
		task_fail(t, NS_ETIMEOUT, "the name of the server was not found in time");
}

void task_step(struct task *t, short revents, uint64_t now)
{
	if (t->state != TASK_DONE && t->state != TASK_BEGIN && now >= t->deadline) {
		expire(t);
		return;
	}
	t->starved = false;
	/* What poll() said was said of the descriptor of the first state. */
	while (t->state != TASK_DONE && steps[t->state](t, revents, now))
		revents = 0;
}

bool task_done(const struct task *t)
{
	return t->state == TASK_DONE;
}

bool task_starved(const struct task *t)
{
	return t->starved;
}

void task_give_up(struct task *t)
{
	t->starved = false;
	task_fail(t, NS_ESYSTEM, strerrordesc_np(EMFILE));
}

int task_fd(const struct task *t)
{
	if (t->transport != NULL)
		return t->transport->fd;
	if (t->lookup != NULL)
		return lookup_fd(t->lookup);
	if (t->query != NULL)
		return name_query_fd(t->query);
	return t->connecting;
}

short task_events(const struct task *t)
{
	if (t->transport != NULL)
		return transport_events(t->transport);
	return t->connecting >= 0 ? POLLOUT : POLLIN;
}

unsigned task_serial(const struct task *t)
{
	return t->serial;
}

uint64_t task_wake(const struct task *t)
{
	return t->wake;
}

void task_free(struct task *t, uint64_t now)
{
	if (t == NULL)
		return;
	task_drop_search(t);
	if (t->transport != NULL)
		cache_give(t->transport, t->options->keep_ms, now);
	free(t);
}
