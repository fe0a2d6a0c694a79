/* SPDX-License-Identifier: MIT */
/* On the way to a server: names that only NetBIOS knows, addresses that do not answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/cache.h"
#include "client/run.h"
#include "stub_server.h"
#include "toy.h"

#define SHORT 300
#define LATE  10000

static struct netsess_options *options;

static int set_up(void **state)
{
	(void)state;
	/* A resolver that does not answer is given up soon. */
	setenv("RES_OPTIONS", "timeout:1 attempts:1", 1);
	options = netsess_options_new();
	assert_non_null(options);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	(void)cache_flush();
	netsess_options_free(options);
	return 0;
}

static struct op ask(const char *server)
{
	struct op op = {.wanted = 1};
	struct task *t = task_new(server, options, &op, socket_clock());

	assert_non_null(t);
	run_one(t);
	task_free(t, socket_clock());
	return op;
}

static int bound(int type, char text[32])
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	socklen_t length = sizeof(at);
	int fd = socket(AF_INET, type, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &length), 0);
	snprintf(text, 32, "127.0.0.1:%u", ntohs(at.sin_port));
	return fd;
}

/* A WINS server that knows every name, and answers once: 127.0.0.2, then 127.0.0.1. */
static void *answer_once(void *arg)
{
	static const uint8_t tail[] = {0, 0, 0, 0, 0, 12,  0, 0, 127,
				       0, 0, 2, 0, 0, 127, 0, 0, 1};
	int fd = *(int *)arg;
	uint8_t packet[128];
	struct sockaddr_in from;
	socklen_t length = sizeof(from);
	ssize_t n = recvfrom(fd, packet, 50, 0, (struct sockaddr *)&from, &length);

	if (n != 50)
		return NULL;
	packet[2] = 0x85; /* a response */
	packet[3] = 0x00;
	packet[5] = 0; /* QDCOUNT */
	packet[7] = 1; /* ANCOUNT */
	memcpy(packet + n, tail, sizeof(tail));
	(void)!sendto(fd, packet, (size_t)n + sizeof(tail), 0,
		      (const struct sockaddr *)&from, length);
	return NULL;
}

/* The first of its addresses refuses, the second has the server. */
static void netbios_knows_and_the_next_address_is_tried(void **state)
{
	struct stub_server stub;
	pthread_t wins;
	char address[32], name[32];
	int fd = bound(SOCK_DGRAM, address);
	struct op op;

	(void)state;
	stub_start(&stub, STUB_ANSWERS, NULL);
	assert_int_equal(pthread_create(&wins, NULL, answer_once, &fd), 0);
	assert_int_equal(netsess_options_set_wins(options, "127.0.0.1"), 0);
	free(options->wins); /* the setter takes no port; port 137 is not ours to have */
	options->wins = strdup(address);
	snprintf(name, sizeof(name), "\\\\ns-test-name:%u", stub.port);
	op = ask(name);
	assert_int_equal(op.err, NS_OK);
	assert_string_equal(op.own_address, "127.0.0.1");
	pthread_join(wins, NULL);
	close(fd);
	(void)cache_flush();
	stub_stop(&stub);
}

/* A listener whose queue is full drops further attempts, as a dead host does. */
static void no_answer_to_the_attempt_to_connect(void **state)
{
	char name[32];
	int fill[4];
	int fd = bound(SOCK_STREAM, name);
	struct sockaddr_in at;
	socklen_t length = sizeof(at);
	uint64_t begun = socket_clock();
	struct op op;

	(void)state;
	assert_int_equal(listen(fd, 0), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &length), 0);
	for (int i = 0; i < 4; i++) {
		fill[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		(void)!connect(fill[i], (const struct sockaddr *)&at, sizeof(at));
	}
	assert_int_equal(netsess_options_set_timeout(options, SHORT), 0);
	op = ask(name);
	assert_int_equal(op.err, NS_EUNREACHABLE);
	assert_string_equal(op.text, "there was no answer to the attempt to connect");
	assert_in_range(socket_clock() - begun, SHORT, LATE);
	for (int i = 0; i < 4; i++)
		close(fill[i]);
	close(fd);
}

static void options_that_the_environment_spoilt(void **state)
{
	struct op op;

	(void)state;
	options->problems = OPTIONS_BAD_LOGIN;
	op = ask("127.0.0.1:1");
	assert_int_equal(op.err, NS_ENOCREDS);
	options->problems = OPTIONS_BAD_TIMEOUT;
	op = ask("127.0.0.1:1");
	assert_int_equal(op.err, NS_EINVAL);
	assert_true(op.text[0] != '\0');
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(netbios_knows_and_the_next_address_is_tried),
		TEST(no_answer_to_the_attempt_to_connect),
		TEST(options_that_the_environment_spoilt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
