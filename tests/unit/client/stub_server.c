/* SPDX-License-Identifier: MIT */
#include "stub_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define CONNECTIONS_MAX 512
#define WAIT_MS         20000

struct stub {
	enum stub_manner manner;
	struct stub_counts *counts;
	struct pollfd fd[1 + CONNECTIONS_MAX]; /* 0: the listener */
	unsigned questions[1 + CONNECTIONS_MAX];
	nfds_t n;
};

static void drop(struct stub *s, nfds_t i)
{
	close(s->fd[i].fd);
	s->fd[i] = s->fd[--s->n];
	s->questions[i] = s->questions[s->n];
}

static void take_one(struct stub *s)
{
	int fd = accept(s->fd[0].fd, NULL, NULL);

	if (fd < 0)
		return;
	atomic_fetch_add(&s->counts->accepted, 1);
	if (s->manner == STUB_CLOSES_AT_ONCE || s->n == 1 + CONNECTIONS_MAX) {
		close(fd);
		return;
	}
	s->questions[s->n] = 0;
	s->fd[s->n++] = (struct pollfd){.fd = fd, .events = POLLIN};
}

static void say(int fd, char c)
{
	(void)!send(fd, &c, 1, MSG_NOSIGNAL);
}

/* False: the connection is to be closed. */
static bool answer(struct stub *s, nfds_t i)
{
	bool again = s->questions[i]++ > 0;

	atomic_fetch_add(&s->counts->questions, 1);
	switch (s->manner) {
	case STUB_CLOSES_WHEN_ASKED:
		return false;
	case STUB_CLOSES_WHEN_ASKED_AGAIN:
		if (again)
			return false;
		break;
	case STUB_ENDS_WHEN_ASKED_AGAIN:
		if (again) {
			say(s->fd[i].fd, 'E');
			return true;
		}
		break;
	case STUB_IS_SILENT:
	case STUB_TRICKLES:
		return true;
	default:
		break;
	}
	say(s->fd[i].fd, 'A');
	return s->manner != STUB_CLOSES_AFTER_ANSWER;
}

static bool hear(struct stub *s, nfds_t i)
{
	char c;

	if (recv(s->fd[i].fd, &c, 1, 0) <= 0) {
		atomic_fetch_add(&s->counts->closed, 1);
		return false;
	}
	if (c == 'L')
		atomic_fetch_add(&s->counts->goodbyes, 1);
	if (c == 'C')
		atomic_fetch_add(&s->counts->cancels, 1);
	return c != 'Q' || answer(s, i);
}

_Noreturn static void serve(struct stub *s)
{
	while (poll(s->fd, s->n, s->manner == STUB_TRICKLES ? 1 : -1) >= 0) {
		if (s->fd[0].revents != 0)
			take_one(s);
		for (nfds_t i = s->n; i-- > 1;) {
			if (s->manner == STUB_TRICKLES)
				say(s->fd[i].fd, '.');
			if (s->fd[i].revents != 0 && !hear(s, i))
				drop(s, i);
		}
	}
	_exit(1);
}

static int listen_tcp(struct stub_server *s)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	socklen_t length = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, SOMAXCONN), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &length), 0);
	s->port = ntohs(at.sin_port);
	snprintf(s->name, sizeof(s->name), "127.0.0.1:%u", s->port);
	return fd;
}

static int listen_unix(struct stub_server *s, const char *path)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(strlen(path) < sizeof(s->name));
	memcpy(s->name, path, strlen(path) + 1);
	memcpy(at.sun_path, path, strlen(path) + 1);
	unlink(path);
	assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, SOMAXCONN), 0);
	return fd;
}

void stub_start(struct stub_server *s, enum stub_manner manner, const char *path)
{
	static struct stub stub;
	int listener;

	*s = (struct stub_server){0};
	s->counts = mmap(NULL, sizeof(*s->counts), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(s->counts, MAP_FAILED);
	listener = path != NULL ? listen_unix(s, path) : listen_tcp(s);
	s->pid = fork();
	assert_true(s->pid >= 0);
	if (s->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		stub = (struct stub){.manner = manner, .counts = s->counts, .n = 1};
		stub.fd[0] = (struct pollfd){.fd = listener, .events = POLLIN};
		serve(&stub);
	}
	close(listener);
}

void stub_stop(struct stub_server *s)
{
	int status = 0;

	kill(s->pid, SIGKILL);
	assert_int_equal(waitpid(s->pid, &status, 0), s->pid);
	assert_int_equal(WTERMSIG(status), SIGKILL); /* it had not ended by itself */
	if (s->port == 0)
		unlink(s->name);
	munmap(s->counts, sizeof(*s->counts));
}

void stub_wait_for(const atomic_uint *counter, unsigned value)
{
	for (int i = 0; i < WAIT_MS && atomic_load(counter) < value; i++)
		poll(NULL, 0, 1);
	assert_int_equal(atomic_load(counter), value);
}
