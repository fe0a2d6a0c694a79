/* SPDX-License-Identifier: MIT */
/*
 * What a task is inside: shared by task.c (its course and the talk) and task_reach.c (the
 * way to the server).  Nobody else includes this.
 */
#ifndef CLIENT_TASK_STATE_H
#define CLIENT_TASK_STATE_H

#include "client/io_socket.h"
#include "client/task.h"
#include "client/transport.h"

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

/* Moves it to another state; whatever it waits for then is another descriptor. */
void task_enter(struct task *t, enum task_state state);

/* When to step it in this state, but for the deadline. */
void task_wake_at(struct task *t, uint64_t at);

/*
 * No (further) connection is to be had: whatever the operation still asks, that is why.
 * `why` is for a person, "" if there is nothing to add.
 */
void task_fail(struct task *t, enum ns_err err, const char *why);

/* A socket that is connected: the talk begins. */
void task_take_socket(struct task *t, int fd, uint64_t now);

/* task_reach.c: the state in which the search for the server begins. */
void task_find_server(struct task *t);

/* Lets go of what the search holds. */
void task_drop_search(struct task *t);

/* One step of each of its states; true: there is another to be taken at once. */
bool task_step_lookup(struct task *t, short revents, uint64_t now);
bool task_step_netbios(struct task *t, short revents, uint64_t now);
bool task_step_connect(struct task *t, short revents, uint64_t now);
bool task_step_connecting(struct task *t, short revents, uint64_t now);
bool task_step_local(struct task *t, short revents, uint64_t now);

#endif
