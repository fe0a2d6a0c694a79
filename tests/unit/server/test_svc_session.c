/* SPDX-License-Identifier: MIT */
/* NetrSessionDel over a real pipe: who may, what matches, what is answered, who dies. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "office.h"

/* The contract of Del: what is asked, what is answered, who lives then. */
struct del_row {
	const char *client, *user;
	uint32_t status;
	unsigned alive;
};

static const struct del_row del_rows[] = {
	/* both names NULL or "": 87, and nothing is ended */
	{NULL, NULL, WIN32_ERROR_INVALID_PARAMETER, ALL},
	{"", "", WIN32_ERROR_INVALID_PARAMETER, ALL},
	{NULL, "", WIN32_ERROR_INVALID_PARAMETER, ALL},
	{"", NULL, WIN32_ERROR_INVALID_PARAMETER, ALL},
	/* a client without "\\": 2312, whatever it names */
	{"10.0.0.1", NULL, WIN32_NERR_CLIENT_NAME_NOT_FOUND, ALL},
	{"10.0.0.1", "alice", WIN32_NERR_CLIENT_NAME_NOT_FOUND, ALL},
	{"\\10.0.0.1", "alice", WIN32_NERR_CLIENT_NAME_NOT_FOUND, ALL},
	/* nothing matches: 2312, also for a user alone */
	{"\\\\10.0.0.77", NULL, WIN32_NERR_CLIENT_NAME_NOT_FOUND, ALL},
	{NULL, "nobody", WIN32_NERR_CLIENT_NAME_NOT_FOUND, ALL},
	{"\\\\10.0.0.1", "bob", WIN32_NERR_CLIENT_NAME_NOT_FOUND, ALL},
	{"\\\\", NULL, WIN32_NERR_CLIENT_NAME_NOT_FOUND, ALL},
	/* no prefix of a name is the name */
	{"\\\\10.0.0.", NULL, WIN32_NERR_CLIENT_NAME_NOT_FOUND, ALL},
	{NULL, "bo", WIN32_NERR_CLIENT_NAME_NOT_FOUND, ALL},
	{NULL, "bobb", WIN32_NERR_CLIENT_NAME_NOT_FOUND, ALL},
	{"\\\\*", NULL, WIN32_NERR_CLIENT_NAME_NOT_FOUND, ALL},
	{NULL, "*", WIN32_NERR_CLIENT_NAME_NOT_FOUND, ALL},
	/* one client, one user, both */
	{"\\\\10.0.0.1", NULL, WIN32_ERROR_SUCCESS, ALL & ~ALICE},
	{"\\\\10.0.0.1", "", WIN32_ERROR_SUCCESS, ALL & ~ALICE},
	{NULL, "bob", WIN32_ERROR_SUCCESS, ALL & ~(BOB | BOB2)},
	{"", "bob", WIN32_ERROR_SUCCESS, ALL & ~(BOB | BOB2)},
	{"\\\\10.0.0.2", "bob", WIN32_ERROR_SUCCESS, ALL & ~BOB},
	/* no case; addresses by value */
	{NULL, "BoB", WIN32_ERROR_SUCCESS, ALL & ~(BOB | BOB2)},
	{"\\\\[fe80::1]", "bob", WIN32_ERROR_SUCCESS, ALL & ~BOB2},
	{"\\\\fe80::1", NULL, WIN32_ERROR_SUCCESS, ALL & ~BOB2},
	{"\\\\[FE80:0:0:0:0:0:0:1]", NULL, WIN32_ERROR_SUCCESS, ALL & ~BOB2},
	{"\\\\::ffff:10.0.0.2", NULL, WIN32_ERROR_SUCCESS, ALL & ~BOB},
	/* qualified by our own name */
	{NULL, "SERVER1\\bob", WIN32_ERROR_SUCCESS, ALL & ~(BOB | BOB2)},
	{NULL, "OTHER\\bob", WIN32_NERR_CLIENT_NAME_NOT_FOUND, ALL},
};

static void del_keeps_its_contract(void **state)
{
	for (size_t i = 0; i < sizeof(del_rows) / sizeof(del_rows[0]); i++) {
		const struct del_row *row = &del_rows[i];
		struct office *o;
		uint32_t status;
		unsigned alive;

		(void)office_open(state);
		o = *state;
		status = rig_del(&o->p, row->client, row->user);
		alive = living(o);
		if (status != row->status || alive != row->alive)
			fail_msg("Del(%s, %s): %u instead of %u, alive %x instead of %x",
				 row->client != NULL ? row->client : "NULL",
				 row->user != NULL ? row->user : "NULL", (unsigned)status,
				 (unsigned)row->status, alive, row->alive);
		(void)office_close(state);
	}
}

static void a_name_has_at_most_1024_characters_with_its_nul(void **state)
{
	struct office *o = *state;

	assert_int_equal(rig_del(&o->p, long_name(1023, true), NULL),
			 WIN32_NERR_CLIENT_NAME_NOT_FOUND);
	assert_int_equal(rig_del(&o->p, long_name(1024, true), NULL),
			 WIN32_ERROR_INVALID_PARAMETER);
	assert_int_equal(rig_del(&o->p, NULL, long_name(1023, false)),
			 WIN32_NERR_CLIENT_NAME_NOT_FOUND);
	assert_int_equal(rig_del(&o->p, NULL, long_name(1024, false)),
			 WIN32_ERROR_INVALID_PARAMETER);
	/* The length comes before the form. */
	assert_int_equal(rig_del(&o->p, long_name(1024, false), NULL),
			 WIN32_ERROR_INVALID_PARAMETER);
	assert_int_equal(rig_del(&o->p, long_name(1023, false), NULL),
			 WIN32_NERR_CLIENT_NAME_NOT_FOUND);
	assert_int_equal(living(o), ALL);
}

static void others_get_5_for_everything(void **state)
{
	static const uint32_t levels[] = {0, 1, 2, 10, 502, 77};
	struct office *o = *state;
	struct rig_pipe p;

	rig_pipe_in(&p, &o->alice, &SRVSVC);
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		struct rig_enum e = {.level = levels[i]};

		assert_int_equal(rig_enum(&p, &e), WIN32_ERROR_ACCESS_DENIED);
		assert_int_equal(e.count, 0);
		rig_enum_release(&e);
	}
	/* Access comes first: before lengths, form and look-up. */
	assert_int_equal(rig_del(&p, NULL, NULL), WIN32_ERROR_ACCESS_DENIED);
	assert_int_equal(rig_del(&p, NULL, long_name(2000, false)),
			 WIN32_ERROR_ACCESS_DENIED);
	assert_int_equal(rig_del(&p, "10.0.0.2", NULL), WIN32_ERROR_ACCESS_DENIED);
	assert_int_equal(rig_del(&p, NULL, "bob"), WIN32_ERROR_ACCESS_DENIED);
	assert_int_equal(rig_del(&p, NULL, "alice"), WIN32_ERROR_ACCESS_DENIED);
	assert_int_equal(living(o), ALL);
	rig_pipe_out(&p);
}

static void a_server_operator_may(void **state)
{
	struct office *o = *state;
	struct workstation w;
	struct rig_pipe p;

	workstation_in(&w, &o->lab, "10.0.0.8", "operator");
	rig_pipe_in(&p, &w, &SRVSVC);
	assert_int_equal(rig_del(&p, NULL, "alice"), WIN32_ERROR_SUCCESS);
	assert_int_equal(living(o), ALL & ~ALICE);
	rig_pipe_out(&p);
	workstation_out(&w);
}

static void an_end_is_audited_with_who_asked(void **state)
{
	struct office *o = *state;

	assert_int_equal(rig_del(&o->p, "\\\\10.0.0.2", "bob"), WIN32_ERROR_SUCCESS);
	assert_int_equal(serverlab_audited(&o->lab, "by=admin@10.0.0.9"), 1);
	assert_int_equal(serverlab_audited(&o->lab, "reason=administrator"), 1);
	assert_true(o->lab.server->counters.sessions_ended == 1);
}

/* The answer comes whole and signed; then the session is gone, and the others are not. */
static void class_10_who_ends_himself_gets_his_answer_first(void **state)
{
	struct office *o = *state;

	assert_int_equal(rig_del(&o->p, NULL, "admin"), WIN32_ERROR_SUCCESS);
	assert_int_equal(living(o), ALL & ~ADMIN);
	assert_int_equal(serverlab_audited(&o->lab, "by=admin@10.0.0.9"), 1);
}

/* Everything else first, then the reply, then his own session. */
static void class_10_who_ends_all_of_a_user_ends_himself_last(void **state)
{
	struct office *o = *state;
	struct workstation second;

	workstation_in(&second, &o->lab, "10.0.0.7", "admin");
	assert_int_equal(rig_del(&o->p, NULL, "ADMIN"), WIN32_ERROR_SUCCESS);
	assert_false(workstation_lives(&second));
	assert_int_equal(living(o), ALL & ~ADMIN);
	assert_int_equal(o->lab.server->counters.sessions_ended, 2);
	workstation_out(&second);
}

/* Del(NULL, NULL, "admin") */
static const uint8_t del_admin[] = {0,   0, 0,   0, 0,   0, 0,   0, 0,   0, 2, 0,
				    6,   0, 0,   0, 0,   0, 0,   0, 6,   0, 0, 0,
				    'a', 0, 'd', 0, 'm', 0, 'i', 0, 'n', 0, 0, 0};

/* The answer is written and read in pieces: the end waits for the last of them. */
static void an_own_end_waits_for_the_last_byte(void **state)
{
	struct office *o = *state;
	struct buf out;
	struct view data;

	buf_init(&out, 4096);
	assert_int_equal(rpc_client_call(&o->p.rpc, OPNUM_NETR_SESSION_DEL,
					 view_of(del_admin, sizeof(del_admin)), &out),
			 NS_OK);
	assert_int_equal(rig_write(&o->p, buf_view(&out)), NT_STATUS_SUCCESS);
	assert_int_equal(rig_read(&o->p, 10, &data), NT_STATUS_BUFFER_OVERFLOW);
	assert_int_equal(data.n, 10);
	assert_int_equal(rig_read(&o->p, 10, &data), NT_STATUS_BUFFER_OVERFLOW);
	assert_int_equal(rig_read(&o->p, 100, &data), NT_STATUS_SUCCESS);
	assert_int_equal(data.n, 8); /* 24 bytes of header, 4 of status */
	assert_int_equal(living(o), ALL & ~ADMIN);
	buf_release(&out);
}

/* And if he never fetches it: the end comes all the same. */
static void an_own_end_does_not_wait_for_ever(void **state)
{
	struct office *o = *state;
	struct buf out;

	buf_init(&out, 4096);
	assert_int_equal(rpc_client_call(&o->p.rpc, OPNUM_NETR_SESSION_DEL,
					 view_of(del_admin, sizeof(del_admin)), &out),
			 NS_OK);
	assert_int_equal(rig_write(&o->p, buf_view(&out)), NT_STATUS_SUCCESS);
	buf_release(&out);
	serverlab_pass(&o->lab, 1000);
	assert_int_equal(serverlab_audited(&o->lab, "reason=administrator"), 0);
	serverlab_pass(&o->lab, 5000);
	assert_int_equal(serverlab_audited(&o->lab, "reason=administrator"), 1);
	assert_int_equal(living(o), ALL & ~ADMIN);
}

/* ----------------------------------------------------------------------- malformed -- */

static void class_7_malformed_ndr_is_a_fault_and_changes_nothing(void **state)
{
	/* Del(NULL, NULL, "bob"), cut at every place: the pipe lives on. */
	static const uint8_t del[] = {0, 0, 0, 0, 0, 0, 0, 0, 0,   0, 2,   0, 4,   0, 0, 0,
				      0, 0, 0, 0, 4, 0, 0, 0, 'b', 0, 'o', 0, 'b', 0, 0, 0};
	struct office *o = *state;
	struct rig_enum e = {.level = 1};
	struct buf reply;

	buf_init(&reply, 4096);
	for (size_t n = 0; n < sizeof(del); n++) {
		assert_int_equal(
			rig_call(&o->p, OPNUM_NETR_SESSION_DEL, view_of(del, n), &reply),
			RPC_FAULT_NDR);
		assert_int_equal(
			rig_call(&o->p, OPNUM_NETR_SESSION_ENUM, view_of(del, n), &reply),
			RPC_FAULT_NDR);
	}
	assert_int_equal(rig_enum(&o->p, &e), WIN32_ERROR_SUCCESS);
	assert_int_equal(e.count, 4);
	rig_enum_release(&e);
	assert_int_equal(living(o), ALL);
	assert_int_equal(
		rig_call(&o->p, OPNUM_NETR_SESSION_DEL, view_of(del, sizeof(del)), &reply),
		0);
	assert_int_equal(living(o), ALL & ~(BOB | BOB2));
	buf_release(&reply);
}

/* Each word of an honest request, if it were the count of something. */
static void class_7_ndr_counts_are_not_believed(void **state)
{
	static const uint8_t del[] = {0, 0, 0, 0, 0, 0, 0, 0, 0,   0, 2,   0, 4,   0, 0, 0,
				      0, 0, 0, 0, 4, 0, 0, 0, 'x', 0, 'o', 0, 'b', 0, 0, 0};
	static const uint32_t counts[] = {5,          0x10000,    0x7fffffff,
					  0x80000000, 0xfffffffc, UINT32_MAX};
	struct office *o = *state;
	struct rig_enum e = {.level = 1};
	struct buf reply;
	size_t faults = 0;

	buf_init(&reply, 4096);
	for (size_t at = 0; at + 4 <= sizeof(del); at += 4) {
		for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
			uint8_t stub[sizeof(del)];

			memcpy(stub, del, sizeof(del));
			for (unsigned k = 0; k < 4; k++)
				stub[at + k] = (uint8_t)(counts[i] >> 8 * k);
			faults += rig_call(&o->p, OPNUM_NETR_SESSION_DEL,
					   view_of(stub, sizeof(stub)),
					   &reply) == RPC_FAULT_NDR;
			buf_clear(&reply);
		}
	}
	/* Pointers to what is not there, an offset, a count of more than there is. */
	assert_true(faults >= 4 * sizeof(counts) / sizeof(counts[0]));
	assert_int_equal(rig_enum(&o->p, &e), WIN32_ERROR_SUCCESS);
	rig_enum_release(&e);
	assert_int_equal(living(o), ALL);
	buf_release(&reply);
}

/* A fragment of a request for Del(NULL, NULL, "bob"), with an authentication or without. */
static void push_fragment(struct buf *out, uint8_t flags, bool authenticated,
			  struct view stub)
{
	struct wire_writer w = wire_writer_at_end(out);
	size_t length = 24 + stub.n + (authenticated ? 12 : 0);

	wire_put_le16(&w, 5); /* rpc_vers 5.0 */
	wire_put_u8(&w, 0);   /* PTYPE request */
	wire_put_u8(&w, flags);
	wire_put_le32(&w, 0x10); /* drep */
	wire_put_le16(&w, (uint16_t)length);
	wire_put_le16(&w, authenticated ? 4 : 0);
	wire_put_le32(&w, 7);  /* call_id */
	wire_put_le32(&w, 32); /* alloc_hint */
	wire_put_le16(&w, 0);  /* p_cont_id */
	wire_put_le16(&w, OPNUM_NETR_SESSION_DEL);
	wire_put_bytes(&w, stub);
	if (authenticated)
		wire_put_bytes(&w, VIEW_LITERAL("\x0a\2\0\0\0\0\0\0none"));
	assert_int_equal(wire_put_status(&w), NS_OK);
}

/* CVE-2021-23192: what follows a first fragment comes from the same, or the call is none.
 */
static void class_10_fragments_with_another_authentication(void **state)
{
	static const uint8_t del[] = {0, 0, 0, 0, 0, 0, 0, 0, 0,   0, 2,   0, 4,   0, 0, 0,
				      0, 0, 0, 0, 4, 0, 0, 0, 'b', 0, 'o', 0, 'b', 0, 0, 0};
	struct office *o = *state;
	struct view data;

	for (unsigned which = 1; which <= 3; which++) { /* the first, the second, none */
		struct rig_pipe p;
		struct buf out;

		rig_pipe_in(&p, &o->admin, &SRVSVC);
		buf_init(&out, 256);
		push_fragment(&out, 1, which == 1, view_of(del, 16));
		push_fragment(&out, 2, which == 2, view_of(del + 16, 16));
		assert_int_equal(rig_write(&p, buf_view(&out)), NT_STATUS_SUCCESS);
		assert_int_equal(rig_read(&p, 4280, &data), NT_STATUS_SUCCESS);
		assert_int_equal(data.p[2], which == 3 ? RPC_RESPONSE : RPC_FAULT);
		if (which < 3)
			assert_int_equal(rig_read(&p, 4280, &data), NT_STATUS_PIPE_BROKEN);
		assert_int_equal(living(o), which < 3 ? ALL : ALL & ~(BOB | BOB2));
		buf_release(&out);
		rig_pipe_out(&p);
	}
}

/* The level stands in the message twice, and both must agree. */
static void two_levels_in_one_request_are_refused(void **state)
{
	static const uint8_t stub[] = {0, 0, 0, 0, 0,    0,    0,    0,    0, 0, 0, 0, 1, 0,
				       0, 0, 2, 0, 0,    0,    4,    0,    2, 0, 0, 0, 0, 0,
				       0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0};
	struct office *o = *state;
	struct buf reply;

	buf_init(&reply, 4096);
	assert_int_equal(rig_call(&o->p, OPNUM_NETR_SESSION_ENUM,
				  view_of(stub, sizeof(stub)), &reply),
			 RPC_FAULT_NDR);
	buf_release(&reply);
}

static void methods_that_are_not_there_are_out_of_range(void **state)
{
	static const uint16_t opnums[] = {0, 7, 14, 17, 22, 29, 42, 57, 1000, UINT16_MAX};
	struct office *o = *state;
	struct buf reply;

	buf_init(&reply, 4096);
	for (size_t i = 0; i < sizeof(opnums) / sizeof(opnums[0]); i++)
		assert_int_equal(rig_call(&o->p, opnums[i], (struct view){0}, &reply),
				 RPC_FAULT_OP_RANGE);
	buf_release(&reply);
}

static void class_10_who_changed_his_group_is_judged_by_the_new_one(void **state)
{
	struct office *o = *state;
	struct server_config fresh;
	struct rig_enum e = {.level = 0};

	assert_int_equal(server_config_init(&fresh), NS_OK);
	assert_int_equal(config_set(&fresh.name, "SERVER1"), NS_OK);
	assert_int_equal(config_set(&fresh.accounts, "/in/memory"), NS_OK);
	assert_int_equal(
		config_list_add(&fresh.groups[CONFIG_GROUP_ADMINISTRATORS], "alice"),
		NS_OK);
	server_reconfigure(o->lab.server, &fresh);
	assert_int_equal(rig_enum(&o->p, &e), WIN32_ERROR_ACCESS_DENIED);
	rig_enum_release(&e);
	server_reconfigure(o->lab.server, &o->lab.config);
	server_config_release(&fresh);
	assert_int_equal(rig_enum(&o->p, &e), WIN32_ERROR_SUCCESS);
	rig_enum_release(&e);
}

#define WITH_OFFICE(test) cmocka_unit_test_setup_teardown(test, office_open, office_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(del_keeps_its_contract),
		WITH_OFFICE(a_name_has_at_most_1024_characters_with_its_nul),
		WITH_OFFICE(others_get_5_for_everything),
		WITH_OFFICE(a_server_operator_may),
		WITH_OFFICE(an_end_is_audited_with_who_asked),
		WITH_OFFICE(class_10_who_ends_himself_gets_his_answer_first),
		WITH_OFFICE(class_10_who_ends_all_of_a_user_ends_himself_last),
		WITH_OFFICE(an_own_end_waits_for_the_last_byte),
		WITH_OFFICE(an_own_end_does_not_wait_for_ever),
		WITH_OFFICE(class_7_malformed_ndr_is_a_fault_and_changes_nothing),
		WITH_OFFICE(class_7_ndr_counts_are_not_believed),
		WITH_OFFICE(class_10_fragments_with_another_authentication),
		WITH_OFFICE(two_levels_in_one_request_are_refused),
		WITH_OFFICE(methods_that_are_not_there_are_out_of_range),
		WITH_OFFICE(class_10_who_changed_his_group_is_judged_by_the_new_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
