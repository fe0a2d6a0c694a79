/* SPDX-License-Identifier: MIT */
/*
 * Every allocation of a whole conversation fails in turn: the call ends with NS_ENOMEM, and
 * (the address sanitizer says so) nothing is leaked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "client/conn.h"
#include "lib/failalloc.h"
#include "lib/smbpeer.h"
#include "rpc/srvsvc.h"

static uint8_t request[30000];

/* The peer's allocations are not what is tested. */
static void feed_peer(struct smbpeer *p, struct link *l)
{
	struct view out = link_output(l);

	failalloc_pause(true);
	smbpeer_recv(p, out);
	link_sent(l, out.n);
	failalloc_pause(false);
}

static enum ns_err converse(struct link *l, struct smbpeer *p, size_t request_size)
{
	struct buf reply = {0};
	enum ns_err err;

	err = link_call(l, &SRVSVC, OPNUM_NETR_SESSION_ENUM, view_of(request, request_size),
			0);
	if (err != NS_OK)
		return err;
	while (link_output(l).n > 0) {
		feed_peer(p, l);
		link_recv(l, buf_view(&p->out), 0);
		buf_clear(&p->out);
	}
	err = link_poll(l, &reply);
	buf_release(&reply);
	return err;
}

/* Two calls on one connection; the n-th allocation fails. */
static enum ns_err run(const struct conn_config *client,
		       const struct smbpeer_config *server, size_t n, size_t request_size)
{
	enum ns_err err = NS_ENOMEM;
	struct smbpeer p;
	struct link *l;

	smbpeer_init(&p, server);
	failalloc_arm(n);
	l = conn_new(client);
	if (l != NULL) {
		err = converse(l, &p, request_size);
		if (err == NS_OK)
			err = converse(l, &p, request_size);
		link_leave(l);
	}
	failalloc_pause(true);
	link_free(l);
	smbpeer_release(&p);
	return err;
}

static void fail_each(const struct smbpeer_config *server, size_t request_size)
{
	struct auth_credentials credentials;
	struct conn_config client = {
		.host = "peer.example",
		.workstation = "HERE",
		.credentials = &credentials,
		.env = &smbpeer_env,
	};
	size_t n = 0;
	enum ns_err err;

	smbpeer_credentials(&credentials);
	for (;; n++) {
		err = run(&client, server, n, request_size);
		if (!failalloc_hit())
			break;
		/* LOGOFF's own failure changes nothing for the calls before it. */
		if (err != NS_OK)
			assert_string_equal(ns_err_name(err), "NS_ENOMEM");
	}
	failalloc_disarm();
	assert_int_equal(err, NS_OK);
	assert_true(n > 20);
	auth_credentials_release(&credentials);
}

static void a_signed_conversation(void **state)
{
	struct smbpeer_config server = {.reply = 100};

	(void)state;
	fail_each(&server, 8);
}

static void a_sealed_conversation(void **state)
{
	struct smbpeer_config server = {
		.reply = 100, .encrypt_session = true, .dialect = 0x0302};

	(void)state;
	fail_each(&server, 8);
}

static void long_ones_out_of_order(void **state)
{
	struct smbpeer_config server = {.reply = 60000, .reverse = true};

	(void)state;
	fail_each(&server, sizeof(request));
}

static void without_compounds(void **state)
{
	struct smbpeer_config server = {
		.reply = 100, .no_compound = true, .dialect = 0x0300};

	(void)state;
	fail_each(&server, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signed_conversation),
		cmocka_unit_test(a_sealed_conversation),
		cmocka_unit_test(long_ones_out_of_order),
		cmocka_unit_test(without_compounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
