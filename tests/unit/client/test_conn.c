/* SPDX-License-Identifier: MIT */
/* The client engine against a server that behaves: what it costs, and what it copes with.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/ntstatus.h"
#include "rpc/wkssvc.h"
#include "unit/client/conn_rig.h"

static void five_round_trips_then_one(void **state)
{
	static const uint16_t dialects[] = {0x0202, 0x0210, 0x0300, 0x0302, 0x0311};

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct smbpeer_config server = {.dialect = dialects[i], .reply = 33};
		struct rig r;

		rig_init(&r, NULL, &server);
		rig_expect(&r, NS_OK, true);
		assert_int_equal(rig_info(&r).dialect, dialects[i]);
		assert_int_equal(rig_info(&r).round_trips, 5);
		assert_int_equal(r.peer.flights, 5);
		/* Before 3.1.1 the validation travels with the others. */
		assert_int_equal(r.peer.longest, dialects[i] == 0x0311 ? 3 : 4);
		rig_expect(&r, NS_OK, true);
		assert_int_equal(rig_info(&r).round_trips, 6);
		assert_int_equal(r.peer.flights, 6);
		assert_string_equal(rig_info(&r).user, "user");
		assert_false(conn_no_compound(r.link));
		rig_release(&r);
	}
}

static void nothing_is_validated_that_was_not_offered(void **state)
{
	struct conn_config client = {.highest = 0x0210};
	struct rig r;

	(void)state;
	rig_init(&r, &client, NULL);
	rig_expect(&r, NS_OK, true);
	assert_int_equal(r.peer.offer.dialect_count, 2);
	assert_int_equal(r.peer.offer.capabilities, 0);
	assert_int_equal(r.peer.requests[SMB2_IOCTL], 2);
	rig_release(&r);
}

static void every_cipher_and_signature(void **state)
{
	(void)state;
	for (uint16_t cipher = 1; cipher <= 4; cipher++) {
		for (uint16_t sign = 0; sign <= 2; sign++) {
			struct smbpeer_config server = {
				.cipher = cipher, .sign_alg = sign, .reply = 20};
			struct rig r;

			server.encrypt_session = cipher % 2 == 0;
			rig_init(&r, NULL, &server);
			rig_expect(&r, NS_OK, true);
			assert_int_equal(rig_info(&r).cipher, cipher);
			assert_int_equal(rig_info(&r).encrypted, cipher % 2 == 0);
			assert_int_equal(r.peer.flights, 5);
			rig_release(&r);
		}
	}
}

static void no_signing_context_means_cmac(void **state)
{
	struct smbpeer_config server = {.no_sign_context = true};

	(void)state;
	assert_int_equal(rig_once(NULL, &server), NS_OK);
}

static void encryption_when_we_want_it(void **state)
{
	struct conn_config client = {.require_encryption = true};
	struct smbpeer_config server = {.dialect = 0x0300};
	struct rig r;

	(void)state;
	rig_init(&r, &client, &server);
	rig_expect(&r, NS_OK, true);
	assert_true(rig_info(&r).encrypted);
	assert_int_equal(r.peer.flights, 5);
	rig_release(&r);
}

static void encryption_when_the_share_wants_it(void **state)
{
	static const uint16_t dialects[] = {0x0302, 0x0311};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct smbpeer_config server = {.encrypt_share = true,
						.dialect = dialects[i]};
		struct rig r;

		rig_init(&r, NULL, &server);
		rig_expect(&r, NS_OK, true);
		assert_true(rig_info(&r).encrypted);
		assert_int_equal(r.peer.flights, 6);
		assert_false(conn_no_compound(r.link));
		rig_release(&r);
	}
}

static void a_second_interface_opens_its_own_pipe(void **state)
{
	struct buf reply = {0};
	struct rig r;

	(void)state;
	rig_init(&r, NULL, NULL);
	rig_expect(&r, NS_OK, true);
	assert_int_equal(r.peer.requests[SMB2_CREATE], 1);
	assert_int_equal(link_call(r.link, &WKSSVC, 0, (struct view){0}, 0), NS_OK);
	rig_pump(&r);
	assert_int_equal(link_poll(r.link, &reply), NS_OK);
	buf_release(&reply);
	assert_int_equal(r.peer.requests[SMB2_CREATE], 2);
	assert_int_equal(r.peer.requests[SMB2_TREE_CONNECT], 1);
	assert_int_equal(rig_info(&r).round_trips, 7);
	rig_expect(&r, NS_OK, true);
	assert_int_equal(r.peer.requests[SMB2_CREATE], 2);
	rig_release(&r);
}

static void a_refused_compound_is_taken_apart_and_remembered(void **state)
{
	static const uint16_t dialects[] = {0x0210, 0x0302, 0x0311};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct smbpeer_config server = {.no_compound = true,
						.dialect = dialects[i]};
		struct conn_config client = {.no_compound = true};
		struct rig r;

		rig_init(&r, NULL, &server);
		rig_expect(&r, NS_OK, true);
		assert_true(conn_no_compound(r.link));
		rig_release(&r);
		rig_init(&r, &client, &server);
		rig_expect(&r, NS_OK, true);
		assert_int_equal(r.peer.longest, 1);
		assert_int_equal(rig_info(&r).round_trips, dialects[i] == 0x0311 ? 7 : 8);
		rig_release(&r);
	}
}

static void one_credit_at_a_time_will_do(void **state)
{
	struct smbpeer_config server = {.fixed_grant = true, .grant = 1, .reply = 50000};
	struct rig r;

	(void)state;
	rig_init(&r, NULL, &server);
	rig_expect(&r, NS_OK, true);
	assert_int_equal(r.peer.longest, 1);
	assert_false(conn_no_compound(r.link));
	rig_release(&r);
}

static void a_gift_of_credits_is_taken_with_measure(void **state)
{
	struct smbpeer_config server = {
		.fixed_grant = true, .grant = UINT16_MAX, .reply = 200000};
	struct rig r;

	(void)state;
	rig_init(&r, NULL, &server);
	for (int i = 0; i < 5; i++)
		rig_expect(&r, NS_OK, true);
	rig_release(&r);
}

static void without_credits_we_wait(void **state)
{
	struct smbpeer_config server = {.fixed_grant = true};
	struct buf reply = {0};
	struct rig r;

	(void)state;
	rig_init(&r, NULL, &server);
	rig_expect(&r, NS_AGAIN, true);
	assert_int_equal(r.peer.flights, 1);
	assert_int_equal(link_poll(r.link, &reply), NS_AGAIN);
	rig_release(&r);
}

static void interim_answers_cost_nothing(void **state)
{
	static const bool sealed[] = {false, true};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct smbpeer_config server = {
			.interim = true, .reply = 9, .encrypt_session = sealed[i]};
		struct rig r;

		rig_init(&r, NULL, &server);
		rig_expect(&r, NS_OK, true);
		rig_expect(&r, NS_OK, true);
		assert_int_equal(r.peer.flights, 6);
		rig_release(&r);
	}
}

static void answers_to_a_compound_may_come_one_by_one(void **state)
{
	struct smbpeer_config server = {.separate = true, .reply = 9, .dialect = 0x0302};

	(void)state;
	assert_int_equal(rig_once(NULL, &server), NS_OK);
	server.reverse = true;
	server.dialect = 0x0311;
	/* The bind's answer makes no sense before CREATE's. */
	assert_int_equal(rig_once(NULL, &server), NS_EUNEXPECTED);
}

static void long_answers_are_read_on(void **state)
{
	static const size_t sizes[] = {0, 5800, 5816, 5817, 20000, 1000000};

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		struct smbpeer_config server = {.reply = sizes[i]};
		struct rig r;

		for (int variant = 0; variant < 4; variant++) {
			server.reverse = variant == 1;
			server.cut = variant == 2 ? 1000 : 0;
			server.encrypt_session = variant == 3;
			rig_init(&r, NULL, &server);
			rig_expect(&r, NS_OK, true);
			rig_expect(&r, NS_OK, true);
			assert_int_equal(r.peer.stuck, 0);
			assert_int_equal(r.peer.requests[SMB2_CREATE], 1);
			rig_release(&r);
		}
	}
}

static void many_reads_travel_together(void **state)
{
	struct smbpeer_config server = {.reply = 1000000};
	struct rig r;

	(void)state;
	rig_init(&r, NULL, &server);
	rig_expect(&r, NS_OK, true);
	assert_true(r.peer.requests[SMB2_READ] > 150);
	assert_true(rig_info(&r).round_trips < 24);
	rig_release(&r);
}

static void long_requests_are_written_ahead(void **state)
{
	struct smbpeer_config server = {.reply = 5};
	struct rig r;

	(void)state;
	rig_init(&r, NULL, &server);
	assert_int_equal(rig_call(&r, 30000), NS_OK);
	assert_int_equal(r.peer.requests[SMB2_WRITE], 7);
	assert_int_equal(r.peer.requests[SMB2_IOCTL], 2);
	rig_release(&r);
}

static void refusals_leave_the_link_alive(void **state)
{
	static const struct {
		uint16_t command;
		uint32_t status;
		enum ns_err err;
	} rows[] = {
		{SMB2_TREE_CONNECT, NT_STATUS_ACCESS_DENIED, NS_EACCESS},
		{SMB2_TREE_CONNECT, NT_STATUS_BAD_NETWORK_NAME, NS_ENOPIPE},
		{SMB2_CREATE, NT_STATUS_ACCESS_DENIED, NS_EACCESS},
		{SMB2_CREATE, NT_STATUS_OBJECT_NAME_NOT_FOUND, NS_ENOPIPE},
		{SMB2_CREATE, NT_STATUS_PIPE_NOT_AVAILABLE, NS_ENOPIPE},
		{SMB2_CREATE, NT_STATUS_SHARING_VIOLATION, NS_ESTATUS},
		{SMB2_IOCTL, NT_STATUS_INVALID_PARAMETER, NS_ESTATUS},
		{SMB2_IOCTL, NT_STATUS_CANCELLED, NS_ESTATUS},
		{SMB2_READ, NT_STATUS_ACCESS_DENIED, NS_EACCESS},
		{SMB2_WRITE, NT_STATUS_DISK_FULL, NS_ESTATUS},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct smbpeer_config server = {.reply = 10000};
		struct rig r;

		server.status[rows[i].command] = rows[i].status;
		rig_init(&r, NULL, &server);
		assert_int_equal(rig_call(&r, 10000), rows[i].err);
		assert_true(link_alive(r.link));
		assert_int_equal(rig_info(&r).ntstatus, rows[i].status);
		assert_true(rig_info(&r).text[0] != '\0');
		r.peer.cfg.status[rows[i].command] = 0;
		assert_int_equal(rig_call(&r, 10000), NS_OK);
		assert_int_equal(rig_info(&r).ntstatus, 0);
		rig_release(&r);
	}
}

static void faults_leave_the_pipe_alone(void **state)
{
	struct smbpeer_config server = {.fault = RPC_FAULT_NDR};
	struct rig r;

	(void)state;
	rig_init(&r, NULL, &server);
	rig_expect(&r, NS_EFAULT, true);
	assert_int_equal(rig_info(&r).rpc_fault, RPC_FAULT_NDR);
	r.peer.cfg.fault = RPC_FAULT_ACCESS_DENIED;
	rig_expect(&r, NS_EACCESS, true);
	r.peer.cfg.fault = 0;
	rig_expect(&r, NS_OK, true);
	assert_int_equal(rig_info(&r).rpc_fault, 0);
	assert_int_equal(r.peer.requests[SMB2_CREATE], 1);
	rig_release(&r);
}

static void an_interface_nobody_serves(void **state)
{
	static const struct rpc_iface nobody = {.name = "nobody", .pipe = "\\PIPE\\nobody"};
	struct buf reply = {0};
	struct rig r;

	(void)state;
	rig_init(&r, NULL, NULL);
	assert_int_equal(link_call(r.link, &nobody, 0, (struct view){0}, 0), NS_OK);
	rig_pump(&r);
	assert_int_equal(link_poll(r.link, &reply), NS_ENOPIPE);
	assert_true(link_alive(r.link));
	assert_int_equal(r.peer.requests[SMB2_CLOSE], 1);
	rig_expect(&r, NS_OK, true);
	rig_release(&r);
}

static void leaving_logs_off_and_waits_for_nothing(void **state)
{
	struct buf reply = {0};
	struct rig r;

	(void)state;
	rig_init(&r, NULL, NULL);
	rig_expect(&r, NS_OK, true);
	link_leave(r.link);
	assert_false(link_alive(r.link));
	rig_pump(&r);
	assert_true(r.peer.left);
	assert_int_equal(link_call(r.link, &SRVSVC, 12, (struct view){0}, 0), NS_ECLOSED);
	link_leave(r.link);
	rig_pump(&r);
	assert_int_equal(r.peer.requests[SMB2_LOGOFF], 1);
	rig_release(&r);

	/* In the middle of a call, and before anything was said. */
	rig_init(&r, NULL, NULL);
	assert_int_equal(link_call(r.link, &SRVSVC, 12, (struct view){0}, 0), NS_OK);
	link_leave(r.link);
	assert_int_equal(link_poll(r.link, &reply), NS_ECLOSED);
	rig_release(&r);
}

static void a_cancelled_call_is_named_to_the_server(void **state)
{
	static const bool interim[] = {false, true};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		/* GMAC's nonce is the MessageId, which a CANCEL uses a second time. */
		struct smbpeer_config server = {.sign_alg = SMB2_SIGNING_AES_GMAC};
		struct buf reply = {0};
		struct rig r;

		rig_init(&r, NULL, &server);
		rig_expect(&r, NS_OK, true);
		assert_int_equal(link_call(r.link, &SRVSVC, 12, (struct view){0}, 0),
				 NS_OK);
		r.peer.cfg.silent = !interim[i];
		r.peer.cfg.status[SMB2_IOCTL] = interim[i] ? NT_STATUS_PENDING : 0;
		rig_pump(&r);
		link_cancel(r.link);
		link_cancel(r.link);
		rig_pump(&r);
		assert_int_equal(r.peer.requests[SMB2_CANCEL], 1);
		assert_int_equal(r.peer.cancel.message_id, r.peer.next_id - 1);
		assert_int_equal(r.peer.cancel.async_id,
				 interim[i] ? r.peer.next_id - 1 + 1000 : 0);
		assert_int_equal(link_poll(r.link, &reply), NS_AGAIN);
		rig_release(&r);
	}
}

static void one_call_at_a_time(void **state)
{
	struct buf reply = {0};
	struct rig r;

	(void)state;
	rig_init(&r, NULL, NULL);
	assert_int_equal(link_poll(r.link, &reply), NS_EINVAL);
	assert_int_equal(link_call(r.link, &SRVSVC, 12, (struct view){0}, 0), NS_OK);
	assert_int_equal(link_call(r.link, &SRVSVC, 12, (struct view){0}, 0), NS_EINVAL);
	rig_pump(&r);
	assert_int_equal(link_call(r.link, &SRVSVC, 12, (struct view){0}, 0), NS_EINVAL);
	assert_int_equal(link_poll(r.link, &reply), NS_OK);
	buf_release(&reply);
	rig_expect(&r, NS_OK, true);
	rig_release(&r);
}

static void anonymous_is_unprotected_and_says_so(void **state)
{
	struct auth_credentials nobody = {.anonymous = true};
	struct conn_config client = {.credentials = &nobody};
	struct smbpeer_config server = {.reply = 4, .dialect = 0x0302};
	struct rig r;

	(void)state;
	rig_init(&r, &client, &server);
	rig_expect(&r, NS_OK, true);
	assert_false(rig_info(&r).encrypted);
	rig_release(&r);
	client.require_encryption = true;
	assert_int_equal(rig_once(&client, &server), NS_EUNSUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(five_round_trips_then_one),
		cmocka_unit_test(nothing_is_validated_that_was_not_offered),
		cmocka_unit_test(every_cipher_and_signature),
		cmocka_unit_test(no_signing_context_means_cmac),
		cmocka_unit_test(encryption_when_we_want_it),
		cmocka_unit_test(encryption_when_the_share_wants_it),
		cmocka_unit_test(a_second_interface_opens_its_own_pipe),
		cmocka_unit_test(a_refused_compound_is_taken_apart_and_remembered),
		cmocka_unit_test(one_credit_at_a_time_will_do),
		cmocka_unit_test(a_gift_of_credits_is_taken_with_measure),
		cmocka_unit_test(without_credits_we_wait),
		cmocka_unit_test(interim_answers_cost_nothing),
		cmocka_unit_test(answers_to_a_compound_may_come_one_by_one),
		cmocka_unit_test(long_answers_are_read_on),
		cmocka_unit_test(many_reads_travel_together),
		cmocka_unit_test(long_requests_are_written_ahead),
		cmocka_unit_test(refusals_leave_the_link_alive),
		cmocka_unit_test(faults_leave_the_pipe_alone),
		cmocka_unit_test(an_interface_nobody_serves),
		cmocka_unit_test(leaving_logs_off_and_waits_for_nothing),
		cmocka_unit_test(a_cancelled_call_is_named_to_the_server),
		cmocka_unit_test(one_call_at_a_time),
		cmocka_unit_test(anonymous_is_unprotected_and_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
