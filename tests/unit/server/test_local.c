/* SPDX-License-Identifier: MIT */
/* The services over a byte stream, for callers of this computer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/local.h"
#include "svc_rig.h"

struct room {
	struct serverlab lab;
	struct workstation bob, alice;
	struct server_local *l;
	struct rpc_client rpc;
	size_t piece; /* bytes handed over at a time, both ways; 0: all */
};

static int room_open(void **state)
{
	struct room *m = calloc(1, sizeof(*m));

	assert_non_null(m);
	serverlab_init(&m->lab);
	serverlab_start(&m->lab);
	workstation_in(&m->bob, &m->lab, "10.0.0.2", "bob");
	workstation_in(&m->alice, &m->lab, "10.0.0.1", "alice");
	*state = m;
	return 0;
}

static int room_close(void **state)
{
	struct room *m = *state;

	rpc_client_release(&m->rpc);
	server_local_free(m->l);
	workstation_out(&m->bob);
	workstation_out(&m->alice);
	serverlab_stop(&m->lab);
	free(m);
	return 0;
}

static void come(struct room *m, const char *name, bool trusted)
{
	struct local_peer peer = {.trusted = trusted};

	rpc_client_release(&m->rpc);
	server_local_free(m->l);
	(void)snprintf(peer.name, sizeof(peer.name), "%s", name);
	m->l = server_local_new(m->lab.server, &peer);
	assert_non_null(m->l);
	rpc_client_init(&m->rpc, &SRVSVC, RPC_FRAG_USUAL);
}

/* Sends `run`, receives until the client has what it waits for. */
static enum ns_err converse(struct room *m, struct view run)
{
	enum ns_err err = NS_AGAIN;
	struct view out;

	while (run.n > 0) {
		size_t n = m->piece > 0 && m->piece < run.n ? m->piece : run.n;

		assert_true(server_local_wants_input(m->l));
		server_local_recv(m->l, view_slice(run, 0, n));
		run = view_slice(run, n, SIZE_MAX);
	}
	while (err == NS_AGAIN) {
		out = server_local_output(m->l);
		if (out.n == 0)
			return NS_AGAIN;
		if (m->piece > 0)
			out = view_slice(out, 0, m->piece);
		err = rpc_client_recv(&m->rpc, out);
		server_local_sent(m->l, out.n);
	}
	return err;
}

static enum ns_err bind(struct room *m)
{
	struct buf out;
	enum ns_err err;

	buf_init(&out, 4096);
	assert_int_equal(rpc_client_bind(&m->rpc, &out), NS_OK);
	err = converse(m, buf_view(&out));
	buf_release(&out);
	return err;
}

/* Calls with a stub of `push`, and pulls a status from the end of the reply. */
static uint32_t call(struct room *m, uint16_t opnum, const struct buf *stub,
		     struct buf *reply)
{
	struct buf out;
	const uint8_t *p;

	buf_init(&out, 1u << 20);
	buf_init(reply, 1u << 20);
	assert_int_equal(rpc_client_call(&m->rpc, opnum, buf_view(stub), &out), NS_OK);
	assert_int_equal(converse(m, buf_view(&out)), NS_OK);
	buf_release(&out);
	assert_int_equal(rpc_client_reply(&m->rpc, reply), NS_OK);
	assert_true(reply->n >= 4);
	p = reply->p + reply->n - 4;
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint32_t list(struct room *m, uint32_t *count)
{
	struct netr_session_enum_req req = {.server_name = NDR_NO_STRING,
					    .client_name = NDR_NO_STRING,
					    .user_name = NDR_NO_STRING};
	struct netr_enum_resp resp = {0};
	struct buf stub, reply;
	struct ndr x;
	uint32_t status;

	buf_init(&stub, 4096);
	x = ndr_push(&stub);
	info_enum_init(&req.params.info, &SESSION_INFO, 502);
	req.params.prefered_maximum_length = UINT32_MAX;
	netr_session_enum_req_code(&x, &req);
	assert_int_equal(ndr_end(&x), NS_OK);
	status = call(m, OPNUM_NETR_SESSION_ENUM, &stub, &reply);
	x = ndr_pull(buf_view(&reply));
	netr_session_enum_resp_code(&x, &resp);
	assert_int_equal(ndr_end(&x), NS_OK);
	*count = resp.info.rows.count;
	netr_enum_resp_release(&resp);
	buf_release(&stub);
	buf_release(&reply);
	return status;
}

/* Del(NULL, NULL, "bob") */
static uint32_t end_bob(struct room *m)
{
	static uint8_t del[] = {0, 0, 0, 0, 0, 0, 0, 0, 0,   0, 2,   0, 4,   0, 0, 0,
				0, 0, 0, 0, 4, 0, 0, 0, 'b', 0, 'o', 0, 'b', 0, 0, 0};
	struct buf stub = {.p = del, .n = sizeof(del)}, reply;
	uint32_t status = call(m, OPNUM_NETR_SESSION_DEL, &stub, &reply);

	buf_release(&reply);
	return status;
}

static void root_lists_and_ends(void **state)
{
	struct room *m = *state;
	uint32_t count;

	come(m, "root", true);
	assert_int_equal(bind(m), NS_OK);
	assert_int_equal(list(m, &count), WIN32_ERROR_SUCCESS);
	assert_int_equal(count, 2); /* he himself has no session */
	assert_int_equal(end_bob(m), WIN32_ERROR_SUCCESS);
	assert_int_equal(end_bob(m), WIN32_NERR_CLIENT_NAME_NOT_FOUND);
	assert_false(workstation_lives(&m->bob));
	assert_true(workstation_lives(&m->alice));
	assert_int_equal(serverlab_audited(&m->lab, "by=root@local"), 1);
}

static void members_of_the_groups_may_and_nobody_else(void **state)
{
	static const struct {
		const char *name;
		bool trusted;
		uint32_t status;
	} rows[] = {
		{"admin", false, WIN32_ERROR_SUCCESS},
		{"operator", false, WIN32_ERROR_SUCCESS},
		{"alice", false, WIN32_ERROR_ACCESS_DENIED},
		{"", false, WIN32_ERROR_ACCESS_DENIED},
		{"", true, WIN32_ERROR_SUCCESS},
		{"root", false, WIN32_ERROR_ACCESS_DENIED}, /* the name is not the uid */
	};
	struct room *m = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t count;

		come(m, rows[i].name, rows[i].trusted);
		assert_int_equal(bind(m), NS_OK);
		assert_int_equal(list(m, &count), rows[i].status);
		assert_int_equal(count, rows[i].status == WIN32_ERROR_SUCCESS ? 2 : 0);
	}
	assert_int_equal(end_bob(m), WIN32_ERROR_ACCESS_DENIED);
	assert_true(workstation_lives(&m->bob));
}

static void bytes_may_come_and_go_one_by_one(void **state)
{
	struct room *m = *state;
	uint32_t count;

	come(m, "root", true);
	m->piece = 1;
	assert_int_equal(bind(m), NS_OK);
	assert_int_equal(list(m, &count), WIN32_ERROR_SUCCESS);
	assert_int_equal(count, 2);
	assert_int_equal(server_local_output(m->l).n, 0);
}

static void wkssvc_is_there_as_well(void **state)
{
	struct room *m = *state;

	come(m, "alice", false);
	rpc_client_release(&m->rpc);
	rpc_client_init(&m->rpc, &WKSSVC, RPC_FRAG_USUAL);
	assert_int_equal(bind(m), NS_OK);
}

static void junk_ends_the_stream_and_nothing_else(void **state)
{
	static const uint8_t junk[32] = "GET / HTTP/1.1\r\n\r\n";
	struct room *m = *state;

	come(m, "alice", false);
	server_local_recv(m->l, view_of(junk, sizeof(junk)));
	assert_true(server_local_over(m->l));
	assert_false(server_local_wants_input(m->l));
	assert_true(server_local_output(m->l).n > 0); /* its last words */
	server_local_recv(m->l, view_of(junk, sizeof(junk)));
	assert_true(workstation_lives(&m->bob));
}

/* A peer that asks and never reads is not listened to any more. */
static void who_does_not_read_is_not_heard(void **state)
{
	struct netr_session_enum_req req = {.server_name = NDR_NO_STRING,
					    .client_name = NDR_NO_STRING,
					    .user_name = NDR_NO_STRING};
	struct room *m = *state;
	struct buf stub, out;
	struct ndr x;
	size_t n = 0;

	come(m, "root", true);
	assert_int_equal(bind(m), NS_OK);
	buf_init(&stub, 4096);
	buf_init(&out, 4096);
	x = ndr_push(&stub);
	info_enum_init(&req.params.info, &SESSION_INFO, 502);
	req.params.prefered_maximum_length = UINT32_MAX;
	netr_session_enum_req_code(&x, &req);
	assert_int_equal(ndr_end(&x), NS_OK);
	assert_int_equal(
		rpc_client_call(&m->rpc, OPNUM_NETR_SESSION_ENUM, buf_view(&stub), &out),
		NS_OK);
	while (server_local_wants_input(m->l) && n++ < 10000)
		server_local_recv(m->l, buf_view(&out));
	assert_true(n > 1000 && n < 10000);
	assert_false(server_local_over(m->l));
	server_local_sent(m->l, server_local_output(m->l).n);
	assert_true(server_local_wants_input(m->l));
	buf_release(&stub);
	buf_release(&out);
}

static void a_server_that_drains_takes_nobody(void **state)
{
	struct local_peer peer = {.trusted = true};
	struct room *m = *state;

	server_drain(m->lab.server);
	assert_null(server_local_new(m->lab.server, &peer));
}

#define IN_ROOM(test) cmocka_unit_test_setup_teardown(test, room_open, room_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_ROOM(root_lists_and_ends),
		IN_ROOM(members_of_the_groups_may_and_nobody_else),
		IN_ROOM(bytes_may_come_and_go_one_by_one),
		IN_ROOM(wkssvc_is_there_as_well),
		IN_ROOM(junk_ends_the_stream_and_nothing_else),
		IN_ROOM(who_does_not_read_is_not_heard),
		IN_ROOM(a_server_that_drains_takes_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
