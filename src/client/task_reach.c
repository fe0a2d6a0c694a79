/* SPDX-License-Identifier: MIT */
/* The way to a server: its name, its addresses one by one; or the local socket. */
#include <errno.h>
#include <string.h>

#include "client/io_netbios.h"
#include "client/io_resolve.h"
#include "client/task_state.h"

/* An address that does not answer keeps the next one waiting no longer, in ms. */
#define CONNECT_SHARE_MAX 3000

/* When the local server's queue is full, the next try is that many ms later. */
#define LOCAL_RETRY 10

void task_drop_search(struct task *t)
{
	lookup_free(t->lookup);
	t->lookup = NULL;
	name_query_free(t->query);
	t->query = NULL;
	socket_close(t->connecting);
	t->connecting = -1;
}

void task_find_server(struct task *t)
{
	t->addresses = (struct addresses){0};
	t->next = 0;
	t->error = 0;
	if (t->name.local)
		task_enter(t, TASK_LOCAL);
	else if (resolve_numeric(&t->addresses, t->name.host, t->name.port))
		task_enter(t, TASK_CONNECT);
	else
		task_enter(t, TASK_LOOKUP);
}

/* NS_ESYSTEM from something that opens a descriptor: wait for one. */
static bool starve(struct task *t)
{
	t->starved = true;
	return false;
}

bool task_step_lookup(struct task *t, short revents, uint64_t now)
{
	enum ns_err err = NS_OK;

	(void)revents;
	(void)now;
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
	task_drop_search(t);
	if (err == NS_OK)
		task_enter(t, TASK_CONNECT);
	else if (err == NS_ENONAME)
		task_enter(t, TASK_NETBIOS);
	else
		task_fail(t, err, "");
	return true;
}

bool task_step_netbios(struct task *t, short revents, uint64_t now)
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
		task_wake_at(t, name_query_wake(t->query));
		return false;
	}
	task_drop_search(t);
	if (err == NS_OK)
		task_enter(t, TASK_CONNECT);
	else
		task_fail(t, err == NS_ENOMEM ? err : NS_ENONAME, "");
	return true;
}

/* What the others leave of the time that is left, each having the same. */
static uint64_t connect_share(const struct task *t, uint64_t now)
{
	size_t left = t->addresses.n - t->next + 1;
	uint64_t share = (t->deadline - now) / left;

	return left > 1 && share > CONNECT_SHARE_MAX ? CONNECT_SHARE_MAX : share;
}

bool task_step_connect(struct task *t, short revents, uint64_t now)
{
	enum ns_err err;
	int fd;

	(void)revents;
	if (t->next == t->addresses.n) {
		task_fail(t, NS_EUNREACHABLE, strerrordesc_np(t->error));
		return true;
	}
	err = socket_connect(&fd, &t->addresses.at[t->next], &t->error);
	if (err == NS_ESYSTEM)
		return starve(t);
	t->next++;
	if (err == NS_OK) {
		task_take_socket(t, fd, now);
	} else if (err == NS_AGAIN) {
		t->connecting = fd;
		task_enter(t, TASK_CONNECTING);
		task_wake_at(t, now + connect_share(t, now));
	}
	return true;
}

bool task_step_connecting(struct task *t, short revents, uint64_t now)
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
		task_take_socket(t, fd, now);
		return true;
	}
	socket_close(fd);
	task_enter(t, TASK_CONNECT);
	return true;
}

bool task_step_local(struct task *t, short revents, uint64_t now)
{
	int fd;
	enum ns_err err = socket_connect_local(&fd, transport_local_path(), &t->error);

	(void)revents;
	if (err == NS_ESYSTEM)
		return starve(t);
	if (err == NS_AGAIN) {
		task_wake_at(t, now + LOCAL_RETRY);
		return false;
	}
	if (err == NS_OK)
		task_take_socket(t, fd, now);
	else
		task_fail(t, err, strerrordesc_np(t->error));
	return true;
}
