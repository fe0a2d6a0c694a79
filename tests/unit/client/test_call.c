/* SPDX-License-Identifier: MIT */
/* netsess.h's calls and batches as a program makes them, against peers on real sockets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/win32err.h"
#include "lib/smbpeer.h"
#include "net_peers.h"
#include "netsess.h"

static const struct netsess_request del_alice = {.op = NETSESS_SESSION_DEL,
						 .user = "alice"};
static const struct netsess_request list = {.op = NETSESS_SESSION_ENUM, .level = 10};

static struct net_peer peer;
static struct netsess_options *options;

static int set_up(void **state)
{
	(void)state;
	options = netsess_options_new();
	assert_non_null(options);
	assert_int_equal(netsess_options_set_user(options, "user"), 0);
	assert_int_equal(netsess_options_set_nt_hash(options, smbpeer_nt_hash), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	netsess_disconnect_all();
	netsess_options_free(options);
	unsetenv("NETSESS_SOCKET");
	unsetenv("NETSESS_TIMEOUT");
	if (peer.pid != 0)
		net_peer_stop(&peer);
	peer = (struct net_peer){0};
	return 0;
}

static void start_local(void)
{
	net_peer_local(&peer);
	assert_int_equal(setenv("NETSESS_SOCKET", peer.name, 1), 0);
}

static uint32_t code_of(const char *server, const struct netsess_request *request)
{
	return netsess_call(options, server, request, NULL);
}

static void sessions_of_this_computer_are_listed(void **state)
{
	struct netsess_result *r;

	(void)state;
	start_local();
	assert_int_equal(netsess_call(NULL, NULL, &list, &r), 0);
	assert_int_equal(netsess_result_rows(r), 2);
	assert_string_equal(netsess_result_text(r, 0, netsess_result_find(r, "client")),
			    "\\\\alpha");
	assert_string_equal(netsess_result_text(r, 1, netsess_result_find(r, "username")),
			    "bob");
	assert_int_equal(netsess_result_dialect(r), 0);
	netsess_result_free(r);
}

static void sessions_of_this_computer_are_ended(void **state)
{
	struct netsess_request nobody = {.op = NETSESS_SESSION_DEL, .user = "nobody"};

	(void)state;
	start_local();
	assert_int_equal(code_of("", &del_alice), 0);
	assert_int_equal(code_of(NULL, &nobody), WIN32_NERR_CLIENT_NAME_NOT_FOUND);
	assert_int_equal(*peer.accepted, 1);
	netsess_disconnect_all();
	assert_int_equal(code_of(NULL, &del_alice), 0);
	assert_int_equal(*peer.accepted, 2);
}

static void without_a_daemon_the_service_is_not_started(void **state)
{
	struct netsess_result *r;

	(void)state;
	assert_int_equal(setenv("NETSESS_SOCKET", "/nonexistent", 1), 0);
	assert_int_equal(netsess_call(NULL, NULL, &list, &r),
			 WIN32_NERR_SERVER_NOT_STARTED);
	assert_int_equal(netsess_result_code(r), WIN32_NERR_SERVER_NOT_STARTED);
	netsess_result_free(r);
}

static void what_is_wrong_is_said_before_anything_is_sent(void **state)
{
	struct netsess_request none = {.op = NETSESS_SESSION_DEL};
	struct netsess_request level = {.op = NETSESS_SESSION_ENUM, .level = 3};
	struct netsess_result *r;

	(void)state;
	start_local();
	assert_int_equal(netsess_call(options, NULL, NULL, &r),
			 WIN32_ERROR_INVALID_PARAMETER);
	assert_int_equal(netsess_result_code(r), WIN32_ERROR_INVALID_PARAMETER);
	netsess_result_free(r);
	assert_int_equal(code_of(NULL, &none), WIN32_ERROR_INVALID_PARAMETER);
	assert_int_equal(code_of(NULL, &level), WIN32_ERROR_INVALID_LEVEL);
	assert_int_equal(code_of("\\\\a\\b", &del_alice), WIN32_ERROR_INVALID_PARAMETER);
	assert_int_equal(setenv("NETSESS_TIMEOUT", "soon", 1), 0);
	assert_int_equal(netsess_call(NULL, NULL, &list, NULL),
			 WIN32_ERROR_INVALID_PARAMETER);
	assert_int_equal(*peer.accepted, 0);
}

static void nobody_there_is_no_path(void **state)
{
	(void)state;
	assert_int_equal(code_of("127.0.0.1:1", &del_alice), WIN32_ERROR_BAD_NETPATH);
}

static void a_server_is_asked_over_smb(void **state)
{
	struct netsess_result *r;

	(void)state;
	net_peer_smb(&peer);
	assert_int_equal(netsess_call(options, peer.name, &del_alice, &r), NET_PEER_STATUS);
	assert_int_equal(netsess_result_dialect(r), NETSESS_DIALECT_311);
	assert_string_equal(netsess_result_self_user(r), "user");
	assert_string_equal(netsess_result_self_client(r), "\\\\127.0.0.1");
	netsess_result_free(r);
	assert_int_equal(code_of(peer.name, &del_alice), NET_PEER_STATUS);
	assert_int_equal(*peer.accepted, 1);
}

static void a_wrong_password_is_refused(void **state)
{
	(void)state;
	net_peer_smb(&peer);
	assert_int_equal(netsess_options_set_password(options, "wrong"), 0);
	assert_int_equal(code_of(peer.name, &del_alice), WIN32_ERROR_LOGON_FAILURE);
	/* And is not what the right one is served with. */
	assert_int_equal(netsess_options_set_nt_hash(options, smbpeer_nt_hash), 0);
	assert_int_equal(code_of(peer.name, &del_alice), NET_PEER_STATUS);
	assert_int_equal(*peer.accepted, 2);
}

/* ---------------------------------------------------------------------------- batches --
 */

struct answers {
	struct netsess_batch *batch; /* to add to, once */
	unsigned n;
	unsigned of_code;
	uint32_t code;
	uintptr_t tags;
	uint32_t nested; /* what running the batch from within gave */
};

static void count(void *arg, void *tag, const char *server, struct netsess_result *result)
{
	struct answers *a = arg;

	assert_non_null(server);
	a->n++;
	a->tags += (uintptr_t)tag;
	a->of_code += netsess_result_code(result) == a->code;
	netsess_result_free(result);
	if (a->batch != NULL) {
		a->nested = netsess_batch_run(a->batch, 0, count, a);
		for (uintptr_t i = 0; i < 5; i++)
			assert_int_equal(netsess_batch_add(a->batch, peer.name, &del_alice,
							   (void *)i),
					 0);
	}
	a->batch = NULL;
}

static struct netsess_batch *batch_of(unsigned n)
{
	struct netsess_batch *b = netsess_batch_new(options);

	assert_non_null(b);
	for (uintptr_t i = 0; i < n; i++)
		assert_int_equal(netsess_batch_add(b, peer.name, &del_alice, (void *)i), 0);
	return b;
}

static void three_hundred_servers_with_few_descriptors(void **state)
{
	struct answers a = {.code = NET_PEER_STATUS};
	struct netsess_batch *b;
	struct rlimit old, now;
	int lowest = dup(0);

	(void)state;
	close(lowest);
	net_peer_smb(&peer);
	assert_int_equal(netsess_options_set_keep(options, 0), 0);
	b = batch_of(300);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	now = old;
	now.rlim_cur = (rlim_t)lowest + 24;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &now), 0);
	assert_int_equal(netsess_batch_run(b, 0, count, &a), 0);
	setrlimit(RLIMIT_NOFILE, &old);
	assert_int_equal(a.n, 300);
	assert_int_equal(a.of_code, 300);
	assert_int_equal(a.tags, 300 * 299 / 2);
	assert_int_equal(*peer.accepted, 300);
	netsess_batch_free(b);
}

static void answers_may_lead_to_questions(void **state)
{
	struct answers a = {.code = NET_PEER_STATUS};
	struct netsess_batch *b;

	(void)state;
	net_peer_smb(&peer);
	b = batch_of(1);
	a.batch = b;
	assert_int_equal(netsess_batch_run(b, 2, count, &a), 0);
	assert_int_equal(a.n, 6);
	assert_int_equal(a.of_code, 6);
	assert_int_equal(a.nested, WIN32_ERROR_INVALID_PARAMETER);
	/* It is empty now, and may be filled again. */
	assert_int_equal(netsess_batch_run(b, 2, count, &a), 0);
	assert_int_equal(netsess_batch_add(b, peer.name, &del_alice, NULL), 0);
	assert_int_equal(netsess_batch_run(b, 2, count, &a), 0);
	assert_int_equal(a.n, 7);
	netsess_batch_free(b);
}

static void bad_names_are_answered_like_others(void **state)
{
	struct answers a = {.code = WIN32_ERROR_INVALID_PARAMETER};
	struct netsess_batch *b = netsess_batch_new(NULL);

	(void)state;
	assert_non_null(b);
	assert_int_equal(netsess_batch_add(b, "a/b", &del_alice, NULL), 0);
	assert_int_equal(netsess_batch_add(b, "x", NULL, NULL),
			 WIN32_ERROR_INVALID_PARAMETER);
	assert_int_equal(netsess_batch_add(NULL, "x", &del_alice, NULL),
			 WIN32_ERROR_INVALID_PARAMETER);
	assert_int_equal(netsess_batch_run(b, 0, NULL, NULL),
			 WIN32_ERROR_INVALID_PARAMETER);
	assert_int_equal(netsess_batch_run(b, 0, count, &a), 0);
	assert_int_equal(a.of_code, 1);
	assert_int_equal(netsess_batch_add(b, "never asked", &del_alice, NULL), 0);
	netsess_batch_free(b);
	netsess_batch_free(NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(sessions_of_this_computer_are_listed),
		TEST(sessions_of_this_computer_are_ended),
		TEST(without_a_daemon_the_service_is_not_started),
		TEST(what_is_wrong_is_said_before_anything_is_sent),
		TEST(nobody_there_is_no_path),
		TEST(a_server_is_asked_over_smb),
		TEST(a_wrong_password_is_refused),
		TEST(three_hundred_servers_with_few_descriptors),
		TEST(answers_may_lead_to_questions),
		TEST(bad_names_are_answered_like_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
