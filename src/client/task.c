/* SPDX-License-Identifier: MIT */
#include "client/task.h"

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

/* An address that does not answer keeps its successors waiting no longer than this, in ms.
 */
#define CONNECT_SHARE_MAX 3000

/* When the local server's queue is full, the next try is that many ms later. */
#define LOCAL_RETRY 10

enum task_state {
	TASK_BEGIN,
	TASK_LOOKUP,
	TASK_NETBIOS,
	TASK_CONNECT,    /* opens a socket to the next address */
	TASK_CONNECTING, /* waits for it */
	TASK_LOCAL,      /* connects to the local socket */
	TASK_TALK,
	TASK_DONE,
};

struct task {
	enum task_state state;
	struct server_name name;
	bool name_valid;
	const struct netsess_options *options;
	struct op *op;
	struct op_call call; /* the one under way */
	uint64_t deadline;
	uint64_t wake; /* of the present state; the deadline still rules */
	bool starved;
	unsigned serial;

	struct lookup *lookup;
	struct name_query *query;
	struct addresses addresses;
	size_t next;    /* of the addresses */
	int connecting; /* the socket that is */
	int error;      /* errno of the last address that failed */

	struct transport *transport;
	bool kept; /* it came from the cache */
};

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

static void enter(struct task *t, enum task_state state)
{
	assert(t->state != TASK_DONE);
	t->state = state;
	t->wake = t->deadline;
	t->serial++;
}

static void wake_at(struct task *t, uint64_t at)
{
	t->wake = at < t->deadline ? at : t->deadline;
}

/* Lets go of what the present state holds, but for the connection itself. */
static void drop_search(struct task *t)
{
	lookup_free(t->lookup);
	t->lookup = NULL;
	name_query_free(t->query);
	t->query = NULL;
	socket_close(t->connecting);
	t->connecting = -1;
}

static void drop_transport(struct task *t)
{
	transport_free(t->transport);
	t->transport = NULL;
	t->kept = false;
}

/* No (further) connection is to be had: whatever the operation still asks, that is why. */
static void fail(struct task *t, enum ns_err err, const char *why)
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
	drop_search(t);
	if (t->transport != NULL && !t->transport->clean)
		drop_transport(t);
	enter(t, TASK_DONE);
}

/* The state in which the search for the server begins. */
static bool find_server(struct task *t)
{
	t->addresses = (struct addresses){0};
	t->next = 0;
	t->error = 0;
	if (t->name.local)
		enter(t, TASK_LOCAL);
	else if (resolve_numeric(&t->addresses, t->name.host, t->name.port))
		enter(t, TASK_CONNECT);
	else
		enter(t, TASK_LOOKUP);
	return true;
}

static void start_call(struct task *t, uint64_t now);

static void begin_talk(struct task *t, uint64_t now)
{
	char own[ADDRESS_TEXT_MAX];

	socket_own_address(own, t->transport->fd);
	if (own[0] != '\0')
		op_set_self_address(t->op, own);
	enter(t, TASK_TALK);
	start_call(t, now);
}

static bool step_begin(struct task *t, short revents, uint64_t now)
{
	const char *why = "";
	uint32_t problem = options_problem(t->options, &why);

	(void)revents;
	if (!op_ask(t->op, &t->call)) {
		enter(t, TASK_DONE);
		return true;
	}
	if (!t->name_valid) {
		fail(t, NS_EINVAL, "the name of the server is malformed");
		return true;
	}
	if (problem != 0) {
		fail(t, problem == WIN32_ERROR_INVALID_PARAMETER ? NS_EINVAL : NS_ENOCREDS,
		     why);
		return true;
	}
	t->transport = cache_take(&t->name, t->options, now);
	if (t->transport == NULL)
		return find_server(t);
	t->kept = true;
	begin_talk(t, now);
	return true;
}

/* NS_ESYSTEM from something that opens a descriptor: wait for one. */
static bool starve(struct task *t)
{
	t->starved = true;
	return false;
}

static bool step_lookup(struct task *t, short revents, uint64_t now)
{
	enum ns_err err = NS_OK;

	(void)revents;
	if (t->lookup == NULL) {
		err = lookup_new(&t->lookup, t->name.host, t->name.port);
		t->serial++;
	}
	if (err == NS_ESYSTEM)
		return starve(t);
	if (err == NS_OK)
		err = lookup_poll(t->lookup, &t->addresses);
	if (err == NS_AGAIN)
		return false;
	drop_search(t);
	if (err == NS_OK)
		enter(t, TASK_CONNECT);
	else if (err == NS_ENONAME)
		enter(t, TASK_NETBIOS);
	else
		fail(t, err, "");
	(void)now;
	return true;
}

static bool step_netbios(struct task *t, short revents, uint64_t now)
{
	enum ns_err err = NS_OK;

	(void)revents;
	if (t->query == NULL) {
		err = name_query_new(&t->query, t->name.host, t->name.port,
				     t->options->wins, now);
		t->serial++;
	}
	if (err == NS_ESYSTEM)
		return starve(t);
	if (err == NS_OK)
		err = name_query_poll(t->query, &t->addresses, now);
	if (err == NS_AGAIN) {
		wake_at(t, name_query_wake(t->query));
		return false;
	}
	drop_search(t);
	if (err == NS_OK)
		enter(t, TASK_CONNECT);
	else
		fail(t, err == NS_ENOMEM ? err : NS_ENONAME, "");
	return true;
}

static void take_socket(struct task *t, int fd, uint64_t now)
{
	t->transport = transport_new(&t->name, t->options, cache_no_compound(&t->name));
	if (t->transport == NULL) {
		socket_close(fd);
		fail(t, NS_ENOMEM, "");
		return;
	}
	t->transport->fd = fd;
	begin_talk(t, now);
}

/* What the others leave of the time that is left, each having the same. */
static uint64_t connect_share(const struct task *t, uint64_t now)
{
	size_t left = t->addresses.n - t->next + 1;
	uint64_t share = (t->deadline - now) / left;

	return left > 1 && share > CONNECT_SHARE_MAX ? CONNECT_SHARE_MAX : share;
}

static bool step_connect(struct task *t, short revents, uint64_t now)
{
	enum ns_err err;
	int fd;

	(void)revents;
	if (t->next == t->addresses.n) {
		fail(t, NS_EUNREACHABLE, strerrordesc_np(t->error));
		return true;
	}
	err = socket_connect(&fd, &t->addresses.at[t->next], &t->error);
	if (err == NS_ESYSTEM)
		return starve(t);
	t->next++;
	if (err == NS_OK) {
		take_socket(t, fd, now);
	} else if (err == NS_AGAIN) {
		t->connecting = fd;
		enter(t, TASK_CONNECTING);
		wake_at(t, now + connect_share(t, now));
	}
	return true;
}

static bool step_connecting(struct task *t, short revents, uint64_t now)
{
	enum ns_err err =
		revents != 0 ? socket_connected(t->connecting, &t->error) : NS_AGAIN;
	int fd = t->connecting;

	if (err == NS_AGAIN && now >= t->wake) {
		t->error = ETIMEDOUT;
		err = NS_EUNREACHABLE;
	}
	if (err == NS_AGAIN)
		return false;
	t->connecting = -1;
	if (err == NS_OK) {
		take_socket(t, fd, now);
		return true;
	}
	socket_close(fd);
	enter(t, TASK_CONNECT);
	return true;
}

static bool step_local(struct task *t, short revents, uint64_t now)
{
	int fd;
	enum ns_err err = socket_connect_local(&fd, transport_local_path(), &t->error);

	(void)revents;
	if (err == NS_ESYSTEM)
		return starve(t);
	if (err == NS_AGAIN) {
		wake_at(t, now + LOCAL_RETRY);
		return false;
	}
	if (err == NS_OK)
		take_socket(t, fd, now);
	else
		fail(t, err, strerrordesc_np(t->error));
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
		enter(t, TASK_DONE);
	else if (t->transport == NULL)
		(void)find_server(t);
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
	[TASK_LOOKUP] = step_lookup,
	[TASK_NETBIOS] = step_netbios,
	[TASK_CONNECT] = step_connect,
	[TASK_CONNECTING] = step_connecting,
	[TASK_LOCAL] = step_local,
	[TASK_TALK] = step_talk,
};

static void expire(struct task *t)
{
	if (t->starved)
		task_give_up(t);
	else if (t->state == TASK_CONNECTING || t->state == TASK_CONNECT)
		fail(t, NS_EUNREACHABLE, "there was no answer to the attempt to connect");
	else if (t->state == TASK_TALK)
		fail(t, NS_ETIMEOUT, "the server did not answer in time");
	else
		fail(t, NS_ETIMEOUT, "the name of the server was not found in time");
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
	fail(t, NS_ESYSTEM, strerrordesc_np(EMFILE));
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
	drop_search(t);
	if (t->transport != NULL)
		cache_give(t->transport, t->options->keep_ms, now);
	free(t);
}
