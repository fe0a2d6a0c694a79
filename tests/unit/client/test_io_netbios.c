/* SPDX-License-Identifier: MIT */
/* A NetBIOS name server on the loopback, good and bad; the clock is ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/io_netbios.h"
#include "client/netbios.h"

#define PATIENCE_MS 10000

static int server;
static char wins[32]; /* its address and port */

static int bound_socket(char text[32])
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	socklen_t length = sizeof(at);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &length), 0);
	snprintf(text, 32, "127.0.0.1:%u", ntohs(at.sin_port));
	return fd;
}

static int set_up(void **state)
{
	(void)state;
	server = bound_socket(wins);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	close(server);
	return 0;
}

struct question {
	uint8_t bytes[NETBIOS_PACKET_MAX];
	size_t n;
	struct sockaddr_in from;
};

static bool readable(int fd, int ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, ms) == 1;
}

static void hear(struct question *q)
{
	socklen_t length = sizeof(q->from);
	ssize_t n;

	assert_true(readable(server, PATIENCE_MS));
	n = recvfrom(server, q->bytes, sizeof(q->bytes), 0, (struct sockaddr *)&q->from,
		     &length);
	assert_int_equal(n, 50);
	q->n = (size_t)n;
}

/* The question turned into its answer: 192.0.2.9, or no for an answer. */
static void say(int fd, const struct question *q, uint8_t id_low, bool positive)
{
	static const uint8_t tail[] = {0, 0, 0, 0, 0, 6, 0, 0, 192, 0, 2, 9};
	uint8_t answer[128];

	memcpy(answer, q->bytes, q->n);
	answer[1] = id_low;
	answer[2] = 0x85;
	answer[3] = positive ? 0x00 : 0x83;
	answer[5] = 0; /* QDCOUNT */
	answer[7] = 1; /* ANCOUNT */
	memcpy(answer + q->n, tail, sizeof(tail));
	assert_true(sendto(fd, answer, q->n + sizeof(tail), 0,
			   (const struct sockaddr *)&q->from, sizeof(q->from)) > 0);
}

static struct name_query *ask(const char *name)
{
	struct name_query *q;

	assert_int_equal(name_query_new(&q, name, 4450, wins, 1000), NS_OK);
	return q;
}

/* Polls until something has come of it, at one moment of our clock. */
static enum ns_err settle(struct name_query *q, struct addresses *found, uint64_t now)
{
	enum ns_err err;

	do {
		assert_true(readable(name_query_fd(q), PATIENCE_MS));
		err = name_query_poll(q, found, now);
	} while (err == NS_AGAIN);
	return err;
}

static void a_wins_server_answers(void **state)
{
	struct name_query *q = ask("fileserver");
	struct addresses found;
	struct question question;
	char text[ADDRESS_TEXT_MAX];

	(void)state;
	hear(&question);
	say(server, &question, question.bytes[1], true);
	assert_int_equal(settle(q, &found, 1000), NS_OK);
	assert_int_equal(found.n, 1);
	address_text(text, &found.at[0]);
	assert_string_equal(text, "192.0.2.9");
	assert_int_equal(ntohs(found.at[0].v4.sin_port), 4450);
	name_query_free(q);
}

static void it_is_asked_three_times(void **state)
{
	struct name_query *q = ask("fileserver");
	struct addresses found;
	struct question question;

	(void)state;
	hear(&question);
	for (unsigned i = 1; i < 3; i++) {
		uint64_t wake = name_query_wake(q);

		assert_int_equal(name_query_poll(q, &found, wake - 1), NS_AGAIN);
		assert_int_equal(name_query_wake(q), wake);
		assert_int_equal(name_query_poll(q, &found, wake), NS_AGAIN);
		assert_true(name_query_wake(q) > wake);
		hear(&question);
	}
	say(server, &question, question.bytes[1], true);
	assert_int_equal(settle(q, &found, 1001), NS_OK);
	name_query_free(q);
}

static void a_name_that_nobody_knows_ends(void **state)
{
	/* Not a name that anybody on a real network would answer to. */
	struct name_query *q = ask("NS-TEST-NOBODY");
	struct addresses found;
	struct question question;
	enum ns_err err = NS_AGAIN;
	unsigned turns = 0;

	(void)state;
	hear(&question);
	say(server, &question, question.bytes[1], false);
	assert_true(readable(name_query_fd(q), PATIENCE_MS));
	while (err == NS_AGAIN && turns++ < 10)
		err = name_query_poll(q, &found, name_query_wake(q));
	assert_int_equal(err, NS_ENONAME);
	assert_false(readable(server, 0)); /* its no was taken: it was not asked again */
	name_query_free(q);
}

static void strangers_and_nonsense_are_passed_over(void **state)
{
	struct name_query *q = ask("fileserver");
	char other[32];
	int stranger = bound_socket(other);
	struct addresses found;
	struct question question;

	(void)state;
	hear(&question);
	say(server, &question, (uint8_t)(question.bytes[1] + 1), true); /* another id */
	say(stranger, &question, question.bytes[1], true);
	assert_int_equal(sendto(server, "x", 1, 0, (const struct sockaddr *)&question.from,
				sizeof(question.from)),
			 1);
	assert_true(readable(name_query_fd(q), PATIENCE_MS));
	assert_int_equal(name_query_poll(q, &found, 1001), NS_AGAIN);
	say(server, &question, question.bytes[1], true);
	assert_int_equal(settle(q, &found, 1001), NS_OK);
	close(stranger);
	name_query_free(q);
}

static void what_cannot_be_asked(void **state)
{
	static const char *const bad_wins[] = {"localhost", "::1", "127.0.0.1:0", "1.2.3",
					       "a b"};
	struct name_query *q;

	(void)state;
	assert_int_equal(name_query_new(&q, "host.example", 445, wins, 0), NS_EINVAL);
	assert_null(q);
	for (unsigned i = 0; i < sizeof(bad_wins) / sizeof(bad_wins[0]); i++)
		assert_int_equal(name_query_new(&q, "host", 445, bad_wins[i], 0),
				 NS_EINVAL);
	name_query_free(NULL);
}

static void without_wins_everybody_is_asked_for_a_while(void **state)
{
	struct name_query *q;
	struct addresses found;
	unsigned turns = 0;

	(void)state;
	assert_int_equal(name_query_new(&q, "NS-TEST-NOBODY", 445, NULL, 0), NS_OK);
	while (name_query_poll(q, &found, name_query_wake(q)) == NS_AGAIN)
		turns++;
	assert_int_equal(turns, 2); /* and once by name_query_new() */
	assert_in_range(name_query_wake(q), 3, 3000);
	name_query_free(q);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_wins_server_answers),
		TEST(it_is_asked_three_times),
		TEST(a_name_that_nobody_knows_ends),
		TEST(strangers_and_nonsense_are_passed_over),
		TEST(what_cannot_be_asked),
		TEST(without_wins_everybody_is_asked_for_a_while),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
