/* SPDX-License-Identifier: MIT */
/*
 * One conversation, told again and again, and each time the next of the server's
 * allocations fails.  The connection may be dropped or a request refused; but nothing
 * crashes, leaks or stays counted, and the server serves the next client.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/failalloc.h"
#include "lib/rawclient.h"
#include "wire/smb2_simple.h"

/* Memory is short inside of the engine only: the test's own is not. */
struct server_conn *__real_server_conn_new(struct server *server, const struct peer *peer);
void __real_server_conn_recv(struct server_conn *conn, struct view bytes);
void __real_server_tick(struct server *server);
struct server_conn *__wrap_server_conn_new(struct server *server, const struct peer *peer);
void __wrap_server_conn_recv(struct server_conn *conn, struct view bytes);
void __wrap_server_tick(struct server *server);

struct server_conn *__wrap_server_conn_new(struct server *server, const struct peer *peer)
{
	struct server_conn *conn;

	failalloc_pause(false);
	conn = __real_server_conn_new(server, peer);
	failalloc_pause(true);
	return conn;
}

void __wrap_server_conn_recv(struct server_conn *conn, struct view bytes)
{
	failalloc_pause(false);
	__real_server_conn_recv(conn, bytes);
	failalloc_pause(true);
}

void __wrap_server_tick(struct server *server)
{
	failalloc_pause(false);
	__real_server_tick(server);
	failalloc_pause(true);
}

/* Whatever the server answers, all of it is taken. */
static void swallow(struct rawclient *c)
{
	struct raw_reply r;

	while (raw_next(c, &r))
		;
}

/* A pipe is opened, read from in vain, and closed: alone, and as a compound. */
static void use_pipe(struct rawclient *c, struct raw_session *s)
{
	struct smb2_file_id id;

	if (raw_open_pipe(c, s, "srvsvc", &id) != NT_STATUS_SUCCESS || raw_dropped(c))
		return;
	raw_begin(c);
	raw_put_read(raw_add(c, s, SMB2_READ), id, 100);
	raw_send(c);
	serverlab_pass(c->lab, 60);
	swallow(c);
	if (raw_dropped(c))
		return;
	c->related = true;
	raw_begin(c);
	raw_put_create(raw_add(c, s, SMB2_CREATE), "srvsvc");
	raw_put_read(raw_add(c, s, SMB2_READ), SMB2_FILE_ID_NONE, 100);
	raw_put_close(raw_add(c, s, SMB2_CLOSE), SMB2_FILE_ID_NONE);
	raw_send(c);
	c->related = false;
	if (!raw_dropped(c))
		(void)raw_close(c, s, id);
	swallow(c);
}

static void work(struct rawclient *c, struct raw_session *s)
{
	uint32_t tree;

	if (raw_dropped(c) || raw_echo(c, s) != NT_STATUS_SUCCESS || raw_dropped(c))
		return;
	tree = c->tree;
	if (raw_tree(c, s, "IPC$", &tree) == NT_STATUS_SUCCESS && !raw_dropped(c)) {
		c->tree = tree;
		use_pipe(c, s);
	}
	if (!raw_dropped(c))
		(void)raw_logoff(c, s);
	if (!raw_dropped(c))
		(void)raw_echo(c, s);
}

static void conversation(struct serverlab *lab, const char *user, const char *password,
			 bool seal)
{
	struct rawclient c;
	struct raw_session s = {0};

	raw_connect(&c, lab, "10.0.0.1");
	if (c.refused)
		goto out;
	c.ask = 30;
	raw_negotiate_req(&c, SMB2_DIALECT_311);
	if (raw_negotiate_as(&c, &c.asked) != NT_STATUS_SUCCESS || raw_dropped(&c))
		goto out;
	if (raw_sign_in(&c, &s, user, password) == NT_STATUS_SUCCESS) {
		s.seal = seal;
		work(&c, &s);
	}
	raw_session_release(&s);
out:
	raw_disconnect(&c);
}

static void every_allocation_may_fail(void **state)
{
	size_t n = 0;

	(void)state;
	for (unsigned seal = 0; seal < 2; seal++) {
		for (n = 0;; n++) {
			struct serverlab lab;

			serverlab_init(&lab);
			serverlab_start(&lab);
			failalloc_arm(n);
			failalloc_pause(true);
			conversation(&lab, "alice", "passalice", seal == 1);
			failalloc_disarm();
			/* The next client is served as if nothing had been. */
			conversation(&lab, "bob", "passbob", false);
			assert_int_equal(serverlab_audited(&lab, "user=bob"), 2);
			serverlab_stop(&lab);
			if (!failalloc_hit())
				break;
		}
		assert_true(n > 50);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
