/* SPDX-License-Identifier: MIT */
/* DCE/RPC over a bare byte stream, against an RPC server in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "client/local.h"
#include "lib/hex.h"
#include "rpc/rpc_server.h"
#include "rpc/srvsvc.h"
#include "rpc/wkssvc.h"

struct peer {
	struct rpc_service service;
	struct rpc_server rpc;
	struct buf out;
	size_t reply;
	uint32_t fault;
	struct link *link;
};

static uint32_t answer(void *ctx, const struct rpc_method *method, struct view stub,
		       struct buf *out)
{
	struct peer *p = ctx;

	(void)method;
	(void)stub;
	assert_int_equal(buf_append_zero(out, p->reply), NS_OK);
	return p->fault;
}

static void peer_init(struct peer *p, const struct rpc_iface *serves, size_t reply)
{
	*p = (struct peer){.reply = reply};
	p->service = (struct rpc_service){serves, answer, p};
	rpc_server_init(&p->rpc, &p->service, 1, 5);
	buf_init(&p->out, RPC_STUB_MAX);
	p->link = local_new();
	assert_non_null(p->link);
}

static void peer_release(struct peer *p)
{
	link_free(p->link);
	rpc_server_release(&p->rpc);
	buf_release(&p->out);
}

/* Carries bytes until neither side has any, `chunk` at a time to the client. */
static void pump(struct peer *p, size_t chunk)
{
	for (;;) {
		struct view out = link_output(p->link);
		struct view part;

		if (out.n > 0) {
			(void)!rpc_server_recv(&p->rpc, out, &p->out);
			link_sent(p->link, out.n);
		}
		part = view_dup(view_slice(buf_view(&p->out), 0, chunk));
		if (part.n > 0) {
			buf_consume(&p->out, part.n);
			link_recv(p->link, part, 0);
		}
		view_free(part);
		if (part.n == 0 && link_output(p->link).n == 0)
			return;
	}
}

static enum ns_err call(struct peer *p, const struct rpc_iface *iface, size_t request,
			size_t chunk)
{
	static const uint8_t stub[20000];
	struct buf reply = {0};
	enum ns_err err;

	err = link_call(p->link, iface, 12, view_of(stub, request), 0);
	if (err != NS_OK)
		return err;
	pump(p, chunk);
	err = link_poll(p->link, &reply);
	if (err == NS_OK)
		assert_int_equal(reply.n, p->reply);
	buf_release(&reply);
	return err;
}

static struct link_info info(const struct peer *p)
{
	struct link_info i;

	link_get_info(p->link, &i);
	return i;
}

static void bound_once_called_often(void **state)
{
	static const size_t sizes[] = {0, 5, 4256, 4257, 100000};

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct peer p;

		peer_init(&p, &SRVSVC, sizes[i]);
		assert_int_equal(call(&p, &SRVSVC, 8, SIZE_MAX), NS_OK);
		assert_int_equal(info(&p).round_trips, 2);
		assert_int_equal(call(&p, &SRVSVC, 20000, 13), NS_OK);
		assert_int_equal(info(&p).round_trips, 3);
		assert_int_equal(info(&p).dialect, 0);
		assert_string_equal(info(&p).user, "");
		assert_true(link_alive(p.link));
		peer_release(&p);
	}
}

static void faults_end_the_call_alone(void **state)
{
	struct peer p;

	(void)state;
	peer_init(&p, &SRVSVC, 10);
	p.fault = RPC_FAULT_ACCESS_DENIED;
	assert_int_equal(call(&p, &SRVSVC, 8, 1), NS_EACCESS);
	p.fault = RPC_FAULT_NDR;
	assert_int_equal(call(&p, &SRVSVC, 8, 1), NS_EFAULT);
	assert_int_equal(info(&p).rpc_fault, RPC_FAULT_NDR);
	p.fault = 0;
	assert_int_equal(call(&p, &SRVSVC, 8, 1), NS_OK);
	assert_int_equal(info(&p).rpc_fault, 0);
	peer_release(&p);
}

static void one_stream_one_interface(void **state)
{
	struct peer p;

	(void)state;
	peer_init(&p, &SRVSVC, 10);
	assert_int_equal(call(&p, &SRVSVC, 8, 1), NS_OK);
	assert_int_equal(call(&p, &WKSSVC, 8, 1), NS_ENOPIPE);
	assert_true(link_alive(p.link));
	assert_true(info(&p).text[0] != '\0');
	assert_int_equal(call(&p, &SRVSVC, 8, 1), NS_OK);
	peer_release(&p);
}

static void a_refused_bind(void **state)
{
	struct peer p;

	(void)state;
	peer_init(&p, &SRVSVC, 10);
	assert_int_equal(call(&p, &WKSSVC, 8, 1), NS_ENOPIPE);
	assert_false(link_alive(p.link));
	assert_int_equal(call(&p, &WKSSVC, 8, 1), NS_ECLOSED);
	peer_release(&p);
}

static void closed_after_every_byte(void **state)
{
	(void)state;
	for (size_t n = 0;; n++) {
		struct buf reply = {0};
		struct peer p;
		size_t given = 0;

		peer_init(&p, &SRVSVC, 10);
		assert_int_equal(link_call(p.link, &SRVSVC, 12, (struct view){0}, 0),
				 NS_OK);
		while (link_output(p.link).n > 0) {
			struct view out = link_output(p.link);

			assert_int_equal(rpc_server_recv(&p.rpc, out, &p.out), NS_OK);
			link_sent(p.link, out.n);
			out = view_slice(buf_view(&p.out), 0, n - given);
			given += out.n;
			link_recv(p.link, out, 0);
			buf_clear(&p.out);
		}
		if (link_poll(p.link, &reply) == NS_OK) {
			buf_release(&reply);
			peer_release(&p);
			break;
		}
		link_eof(p.link);
		assert_int_equal(link_poll(p.link, &reply), NS_ECLOSED);
		assert_false(link_alive(p.link));
		peer_release(&p);
	}
}

static void every_byte_changed(void **state)
{
	static const uint8_t values[] = {0x00, 0x41, 0x7f, 0xff};

	(void)state;
	for (size_t k = 0; k < 4; k++) {
		for (size_t at = 0; at < 140; at++) {
			struct buf reply = {0};
			struct peer p;
			size_t given = 0;
			enum ns_err err;

			peer_init(&p, &SRVSVC, 10);
			err = link_call(p.link, &SRVSVC, 12, (struct view){0}, 0);
			assert_int_equal(err, NS_OK);
			while (link_output(p.link).n > 0) {
				struct view out = link_output(p.link);

				(void)!rpc_server_recv(&p.rpc, out, &p.out);
				link_sent(p.link, out.n);
				if (at >= given && at < given + p.out.n)
					p.out.p[at - given] = values[k];
				given += p.out.n;
				out = view_dup(buf_view(&p.out));
				link_recv(p.link, out, 0);
				view_free(out);
				buf_clear(&p.out);
			}
			err = link_poll(p.link, &reply);
			if (ns_err_class(err) == NS_CLASS_PEER)
				assert_false(link_alive(p.link));
			buf_release(&reply);
			peer_release(&p);
		}
	}
}

static void what_comes_unasked_is_the_end(void **state)
{
	struct buf reply = {0};
	struct peer p;

	(void)state;
	peer_init(&p, &SRVSVC, 10);
	link_recv(p.link, (struct view){0}, 0);
	assert_true(link_alive(p.link));
	link_recv(p.link, view_of("x", 1), 0);
	assert_false(link_alive(p.link));
	assert_int_equal(link_poll(p.link, &reply), NS_EUNEXPECTED);
	peer_release(&p);
}

static void one_call_at_a_time(void **state)
{
	struct buf reply = {0};
	struct peer p;

	(void)state;
	peer_init(&p, &SRVSVC, 10);
	assert_int_equal(link_poll(p.link, &reply), NS_EINVAL);
	assert_int_equal(link_call(p.link, &SRVSVC, 12, (struct view){0}, 0), NS_OK);
	assert_int_equal(link_poll(p.link, &reply), NS_AGAIN);
	assert_int_equal(link_call(p.link, &SRVSVC, 12, (struct view){0}, 0), NS_EINVAL);
	link_cancel(p.link);
	link_leave(p.link);
	pump(&p, SIZE_MAX);
	assert_int_equal(link_poll(p.link, &reply), NS_OK);
	buf_release(&reply);
	peer_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bound_once_called_often),
		cmocka_unit_test(faults_end_the_call_alone),
		cmocka_unit_test(one_stream_one_interface),
		cmocka_unit_test(a_refused_bind),
		cmocka_unit_test(closed_after_every_byte),
		cmocka_unit_test(every_byte_changed),
		cmocka_unit_test(what_comes_unasked_is_the_end),
		cmocka_unit_test(one_call_at_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
