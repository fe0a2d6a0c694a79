/* SPDX-License-Identifier: MIT */
/*
 * crowd PORT SESSIONS CONNECTIONS USER...: signs in to 127.0.0.1, so many sessions over so
 * many connections; the users take turns, neighbours on a connection are of different ones.
 * A password is "pass" and the name, as the test accounts have it.  A session is a whole
 * one: signed in, with IPC$ and an open pipe.  Each connection comes from an address of its
 * own: 127.1.0.0, 127.1.0.1, and so on.
 *
 * Prints "ready SECONDS" and holds them all until its standard input ends.  A line there is
 * a command:
 *
 *	count	asks each session by a signed request: "USER alive N dead N", for each user
 *	pulse	asks those of the first connection again and again, every two milliseconds,
 *		until the next line comes; "pulsing" when it begins, and at the end
 *		"longest MILLISECONDS" that an answer took
 */
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/ntstatus.h"
#include "client/io_socket.h"
#include "lib/crowd_conn.h"

/*
 * Connections at work at a time: enough to keep a server busy, and fewer than may be
 * signing in from one address (max_unauthenticated).
 */
#define CROWD_WINDOW 32

/* An answer that takes longer than this never comes. */
#define CROWD_PATIENCE_MS 60000

#define CROWD_PULSE_MS 2

/* 127.1.0.0 */
#define CROWD_FIRST_ADDRESS 0x7f010000u

struct crowd {
	union address server;
	struct crowd_user *users;
	size_t user_count;
	struct crowd_session *sessions;
	struct crowd_conn *conns;
	size_t count; /* of connections */
};

/* ---------------------------------------------------------------------- one turn each --
 */

static enum ns_err flush(struct crowd_conn *c)
{
	enum ns_err err = NS_OK;
	size_t sent = 0;

	while (c->out.n > 0 && err == NS_OK) {
		err = socket_send(c->fd, buf_view(&c->out), &sent);
		buf_consume(&c->out, sent);
	}
	return err == NS_AGAIN ? NS_OK : err;
}

static enum ns_err serve(struct crowd_conn *c)
{
	static uint8_t bytes[65536];
	size_t got = 0;
	enum ns_err err = flush(c);

	if (err == NS_OK)
		err = socket_recv(c->fd, bytes, sizeof(bytes), &got);
	if (err == NS_OK)
		err = crowd_conn_take(c, view_of(bytes, got));
	if (err == NS_OK)
		err = flush(c);
	if (err == NS_ECLOSED)
		err = crowd_conn_lost(c);
	return err == NS_AGAIN ? NS_OK : err;
}

/* Waits for any of them and serves those that can go on. */
static enum ns_err turn(struct crowd_conn *active[CROWD_WINDOW], size_t n)
{
	struct pollfd fds[CROWD_WINDOW];
	enum ns_err err = NS_OK;

	for (size_t i = 0; i < n; i++) {
		fds[i] = (struct pollfd){.fd = active[i]->fd, .events = POLLIN};
		if (active[i]->out.n > 0)
			fds[i].events |= POLLOUT;
	}
	if (poll(fds, n, CROWD_PATIENCE_MS) <= 0)
		return NS_ETIMEOUT;
	for (size_t i = 0; i < n && err == NS_OK; i++)
		if (fds[i].revents != 0)
			err = serve(active[i]);
	return err;
}

static size_t drop_idle(struct crowd_conn *active[CROWD_WINDOW], size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (!crowd_conn_idle(active[i]))
			active[kept++] = active[i];
	return kept;
}

/* The first `count` connections do what `begin` has them do, a window of them at a time. */
static enum ns_err run(struct crowd *crowd, size_t count,
		       enum ns_err (*begin)(const struct crowd *crowd,
					    struct crowd_conn *c))
{
	struct crowd_conn *active[CROWD_WINDOW];
	size_t n = 0, next = 0;
	enum ns_err err = NS_OK;

	while (err == NS_OK && (n > 0 || next < count)) {
		while (err == NS_OK && n < CROWD_WINDOW && next < count) {
			active[n++] = &crowd->conns[next];
			err = begin(crowd, &crowd->conns[next++]);
		}
		n = drop_idle(active, n);
		if (err == NS_OK && n > 0)
			err = turn(active, n);
	}
	if (err != NS_OK && n > 0)
		fprintf(stderr, "crowd: the last status was %s\n",
			ntstatus_name(active[n - 1]->status));
	return err;
}

/* -------------------------------------------------------------------- what it does -- */

/* A socket that is connecting to the server from the number's address; -1. */
static int connect_as(const struct crowd *crowd, size_t number)
{
	const union address from = {
		.v4 = {.sin_family = AF_INET,
		       .sin_addr = {htonl(CROWD_FIRST_ADDRESS + (uint32_t)number)}}};
	int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	(void)setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
	if (bind(fd, &from.sa, sizeof(from.v4)) == 0 &&
	    (connect(fd, &crowd->server.sa, sizeof(crowd->server.v4)) == 0 ||
	     errno == EINPROGRESS))
		return fd;
	close(fd);
	return -1;
}

static enum ns_err begin_sign_in(const struct crowd *crowd, struct crowd_conn *c)
{
	c->fd = connect_as(crowd, (size_t)(c - crowd->conns));
	return c->fd >= 0 ? crowd_conn_sign_in(c) : NS_ESYSTEM;
}

static enum ns_err begin_ask(const struct crowd *crowd, struct crowd_conn *c)
{
	enum ns_err err = crowd_conn_ask(c);

	(void)crowd;
	if (err == NS_OK)
		err = flush(c);
	return err == NS_ECLOSED ? crowd_conn_lost(c) : err;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static enum ns_err sign_in(struct crowd *crowd)
{
	double begin = now();
	enum ns_err err = run(crowd, crowd->count, begin_sign_in);

	if (err == NS_OK)
		printf("ready %.3f\n", now() - begin);
	return err;
}

static enum ns_err count(struct crowd *crowd)
{
	enum ns_err err;

	for (size_t i = 0; i < crowd->user_count; i++)
		crowd->users[i].alive = crowd->users[i].dead = 0;
	err = run(crowd, crowd->count, begin_ask);
	for (size_t i = 0; i < crowd->user_count && err == NS_OK; i++)
		printf("%s alive %zu dead %zu\n", crowd->users[i].credentials.user,
		       crowd->users[i].alive, crowd->users[i].dead);
	return err;
}

static enum ns_err pulse(struct crowd *crowd)
{
	struct pollfd in = {.fd = fileno(stdin), .events = POLLIN};
	double longest = 0;
	enum ns_err err;

	puts("pulsing");
	fflush(stdout);
	do {
		double begin = now();

		err = run(crowd, 1, begin_ask);
		if (now() - begin > longest)
			longest = now() - begin;
	} while (err == NS_OK && poll(&in, 1, CROWD_PULSE_MS) == 0);
	printf("longest %.1f\n", longest * 1000);
	return err;
}

static enum ns_err obey(struct crowd *crowd)
{
	enum ns_err err = NS_OK;
	char line[64];

	/* pulse() polls for what stdio would have taken in already. */
	setvbuf(stdin, NULL, _IONBF, 0);
	while (err == NS_OK && fflush(stdout) == 0 &&
	       fgets(line, sizeof(line), stdin) != NULL) {
		if (strcmp(line, "count\n") == 0)
			err = count(crowd);
		else if (strcmp(line, "pulse\n") == 0)
			err = pulse(crowd);
	}
	return err;
}

/* ------------------------------------------------------------------------ its making -- */

static enum ns_err make_user(struct crowd_user *user, const char *name)
{
	char password[AUTH_NAME_MAX];
	enum ns_err err;

	auth_credentials_init(&user->credentials);
	user->credentials.mechs = AUTH_MECH_NTLM;
	(void)snprintf(password, sizeof(password), "pass%s", name);
	err = auth_credentials_set_name(&user->credentials, name);
	if (err == NS_OK)
		err = auth_credentials_set_password(&user->credentials, password);
	return err;
}

static enum ns_err make(struct crowd *crowd, size_t sessions, char *users[])
{
	enum ns_err err = NS_OK;

	crowd->users = calloc(crowd->user_count, sizeof(*crowd->users));
	crowd->sessions = calloc(sessions, sizeof(*crowd->sessions));
	crowd->conns = calloc(crowd->count, sizeof(*crowd->conns));
	if (crowd->users == NULL || crowd->sessions == NULL || crowd->conns == NULL)
		return NS_ENOMEM;
	for (size_t i = 0; i < crowd->user_count && err == NS_OK; i++)
		err = make_user(&crowd->users[i], users[i]);
	for (size_t i = 0; i < sessions; i++)
		crowd->sessions[i].user = &crowd->users[i % crowd->user_count];
	for (size_t i = 0; i < crowd->count; i++) {
		size_t first = i * sessions / crowd->count;
		size_t end = (i + 1) * sessions / crowd->count;

		crowd_conn_init(&crowd->conns[i], &crowd->sessions[first], end - first);
	}
	return err;
}

static void release(struct crowd *crowd)
{
	for (size_t i = 0; i < crowd->count && crowd->conns != NULL; i++) {
		socket_close(crowd->conns[i].fd);
		crowd_conn_release(&crowd->conns[i]);
	}
	for (size_t i = 0; i < crowd->user_count && crowd->users != NULL; i++)
		auth_credentials_release(&crowd->users[i].credentials);
	free(crowd->conns);
	free(crowd->sessions);
	free(crowd->users);
}

int main(int argc, char *argv[])
{
	size_t sessions = argc > 4 ? strtoul(argv[2], NULL, 10) : 0;
	struct crowd crowd = {.count = sessions > 0 ? strtoul(argv[3], NULL, 10) : 0};
	enum ns_err err = NS_EINVAL;

	if (crowd.count > 0 && crowd.count <= sessions) {
		crowd.user_count = (size_t)argc - 4;
		crowd.server.v4 = (struct sockaddr_in){
			.sin_family = AF_INET,
			.sin_port = htons((uint16_t)strtoul(argv[1], NULL, 10)),
			.sin_addr = {htonl(INADDR_LOOPBACK)}};
		err = make(&crowd, sessions, argv + 4);
	}
	if (err == NS_OK)
		err = sign_in(&crowd);
	if (err == NS_OK)
		err = obey(&crowd);
	if (err != NS_OK)
		fprintf(stderr, "crowd: %s\n", ns_err_text(err));
	release(&crowd);
	return err == NS_OK ? 0 : 1;
}
