/* SPDX-License-Identifier: MIT */
/* Operations whose n-th allocation fails: 8 or the right answer, and nothing is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "answers.h"
#include "client/result.h"
#include "lib/failalloc.h"

static const struct session_row rows[] = {
	{"10.0.0.5", "alice", 1},
	{"10.0.0.6", "bob", 2},
	{"fe80::1", "bob", 3},
};

/* A Del answered as Samba does: 5, a listing in which the user is spelt otherwise, 0. */
static uint32_t end_session(void)
{
	static const struct netsess_request del = {
		.op = NETSESS_SESSION_DEL, .client = "\\\\[fe80::1]", .user = "X\\bob"};
	struct op *op = op_new("srv", &del, false);
	struct netsess_result *r;
	struct op_call call;
	uint32_t code = 8;
	unsigned dels = 0;

	if (op == NULL)
		return 8;
	while (op_ask(op, &call)) {
		failalloc_pause(true);
		if (call.opnum == OPNUM_NETR_SESSION_ENUM) {
			struct buf stub = session_stub(
				&(struct session_answer){.level = 1, .rows = rows, .n = 3});

			failalloc_pause(false);
			op_answer(op, NS_OK, &stub, &signed_in);
		} else {
			struct buf stub = status_stub(dels++ == 0 ? 5 : 0);

			failalloc_pause(false);
			op_answer(op, NS_OK, &stub, &signed_in);
		}
	}
	r = op_take(op);
	code = netsess_result_code(r);
	netsess_result_free(r);
	op_free(op);
	return code;
}

/* A listing whose level is built, filtered, its names completed, and its texts read. */
static uint32_t list_sessions(void)
{
	static const struct netsess_request list = {
		.op = NETSESS_SESSION_ENUM, .level = 502, .user = "bob"};
	struct op *op = op_new("srv", &list, false);
	struct netsess_result *r;
	struct op_call call;
	uint32_t code;
	unsigned calls = 0;

	if (op == NULL)
		return 8;
	while (op_ask(op, &call)) {
		struct session_answer answer = {.level = 1, .rows = rows, .n = 3};
		struct buf stub;

		failalloc_pause(true);
		if (calls++ == 0)
			answer = (struct session_answer){.level = 502, .status = 124};
		stub = session_stub(&answer);
		failalloc_pause(false);
		op_answer(op, NS_OK, &stub, &signed_in);
	}
	op_set_self_address(op, "192.0.2.7");
	r = op_take(op);
	code = netsess_result_code(r);
	if (code == 0) {
		assert_int_equal(netsess_result_rows(r), 2);
		/* a text for which there is no memory is empty, for this time */
		if (netsess_result_text(r, 1, 0)[0] == '\0')
			code = 8;
		assert_string_equal(netsess_result_text(r, 1, 0), "\\\\[fe80::1]");
	}
	netsess_result_free(r);
	op_free(op);
	return code;
}

static void each_allocation_fails_once(uint32_t (*run)(void))
{
	size_t n = 0;
	uint32_t code;

	do {
		failalloc_arm(n++);
		code = run();
		if (failalloc_hit()) {
			failalloc_disarm();
			assert_true(code == 0 || code == 5 || code == 8);
		}
	} while (failalloc_hit());
	failalloc_disarm();
	assert_int_equal(code, 0);
	assert_true(n > 5);
}

static void ending_a_session(void **state)
{
	(void)state;
	each_allocation_fails_once(end_session);
}

static void listing_sessions(void **state)
{
	(void)state;
	each_allocation_fails_once(list_sessions);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ending_a_session),
		cmocka_unit_test(listing_sessions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
