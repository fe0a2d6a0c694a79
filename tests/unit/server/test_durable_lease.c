/* SPDX-License-Identifier: MIT */
/* Durable opens by a lease: what belongs to having one back, and how it is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "durable_rig.h"
#include "wire/smb2_lease.h"
#include "wire/smb2_lease_break.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define R   SMB2_LEASE_READ_CACHING
#define RH  (R | SMB2_LEASE_HANDLE_CACHING)
#define RW  (R | SMB2_LEASE_WRITE_CACHING)
#define RWH (RH | SMB2_LEASE_WRITE_CACHING)

/* Alice's key: all of it is this byte. */
#define KEY 5

static const struct server_counters *counters(const struct durable_rig *rig)
{
	return &rig->lab->server->counters;
}

static struct durable_part lease_part(unsigned version, uint8_t key, uint32_t state)
{
	struct smb2_lease v = {.version = version, .state = state};
	struct durable_part p = {.name = SMB2_CREATE_REQUEST_LEASE};
	struct wire_writer w;
	struct buf data;

	memset(v.key, key, sizeof(v.key));
	buf_init(&data, sizeof(p.data));
	w = wire_writer_at_end(&data);
	smb2_lease_encode(&w, &v);
	assert_int_equal(wire_put_status(&w), NS_OK);
	p.n = data.n;
	memcpy(p.data, data.p, data.n);
	buf_release(&data);
	return p;
}

/* The state that a response tells; 0 if it has no lease. */
static uint32_t state_of(const struct smb2_create_rsp *rsp)
{
	struct smb2_create_contexts it = smb2_create_contexts_of(rsp->contexts);
	struct smb2_create_context c;
	struct smb2_lease v = {0};

	while (smb2_create_context_next(&it, &c))
		if (view_equal(c.name, VIEW_LITERAL("RqLs")))
			assert_int_equal(smb2_lease_decode(&v, c.data), NS_OK);
	return v.state;
}

static struct smb2_file_id open_with(struct fs_rig *who, uint32_t state, uint32_t share,
				     int granted)
{
	struct durable_part parts[] = {durable_part_ask(V2, 0, DURABLE_GUID),
				       lease_part(1, KEY, state)};
	struct smb2_create_req how = durable_create(FILE_OPEN, LEASE, parts, 2);
	struct smb2_create_rsp rsp;
	uint32_t timeout;

	how.share_access = share;
	assert_status(fs_rig_open(who, "a", &how, &rsp), NT_STATUS_SUCCESS);
	assert_int_equal(rsp.oplock_level, LEASE);
	assert_int_equal(state_of(&rsp), state);
	assert_int_equal(durable_granted(&rsp, &timeout), granted);
	return rsp.file_id;
}

#define ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

/* Asks for it back, by this key and this name. */
static uint32_t back(struct fs_rig *who, struct smb2_file_id id, uint8_t key,
		     const char *name, struct smb2_create_rsp *rsp)
{
	struct durable_part parts[] = {durable_part_again(V2, id, DURABLE_GUID, 0),
				       lease_part(1, key, RWH)};
	struct smb2_create_req how = durable_create(FILE_OPEN, LEASE, parts, 2);

	return fs_rig_open(who, name, &how, rsp);
}

static void expect_gone(struct durable_rig *rig, struct smb2_file_id id)
{
	assert_int_equal(counters(rig)->durables_now, 0);
	durable_again(rig);
	assert_status(back(&rig->again, id, KEY, "a", NULL),
		      NT_STATUS_OBJECT_NAME_NOT_FOUND);
}

/* 3.3.5.9.6 */
static void only_a_lease_with_handle_caching_makes_it_durable(void **state)
{
	static const uint32_t states[] = {R, RW, RH, RWH};
	struct durable_rig *rig = *state;

	for (size_t i = 0; i < COUNT(states); i++) {
		bool handle = (states[i] & SMB2_LEASE_HANDLE_CACHING) != 0;
		struct smb2_file_id id =
			open_with(rig->alice, states[i], ALL, handle ? V2 : 0);

		assert_status(fs_rig_close(rig->alice, id), NT_STATUS_SUCCESS);
	}
}

static void the_lease_is_had_back_with_it(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = open_with(rig->alice, RWH, ALL, V2);
	struct smb2_create_rsp rsp;
	struct raw_reply r;
	uint32_t timeout;

	durable_away(rig);
	assert_int_equal(counters(rig)->leases_now, 1);
	durable_again(rig);
	assert_status(back(&rig->again, id, KEY, "A", &rsp), NT_STATUS_SUCCESS);
	assert_int_equal(rsp.oplock_level, LEASE);
	assert_int_equal(state_of(&rsp), RWH);
	assert_int_equal(durable_granted(&rsp, &timeout), 0);
	/* And it is broken as ever. */
	who_asks(rig->bob, "a", FILE_OPEN, NONE);
	raw_expect(&rig->again.c, &r, SMB2_OPLOCK_BREAK, NT_STATUS_SUCCESS);
	assert_status(fs_rig_close(&rig->again, rsp.file_id), NT_STATUS_SUCCESS);
	who_gets(rig->bob, NONE);
}

/* 3.3.5.9.12 */
static void what_does_not_fit_is_refused(void **state)
{
	static const uint8_t stranger[SMB2_GUID_LEN] = {0xff, 1};
	struct durable_rig *rig = *state;
	struct smb2_file_id id = open_with(rig->alice, RWH, ALL, V2);
	struct durable_part parts[] = {durable_part_again(V2, id, DURABLE_GUID, 0),
				       lease_part(2, KEY, RWH)};
	struct smb2_create_req how;
	struct fs_rig other;

	durable_away(rig);
	durable_again(rig);
	assert_status(durable_back(&rig->again, V2, &id), NT_STATUS_OBJECT_NAME_NOT_FOUND);
	assert_status(durable_back(&rig->again, V1, &id), NT_STATUS_OBJECT_NAME_NOT_FOUND);
	assert_status(back(&rig->again, id, KEY + 1, "a", NULL),
		      NT_STATUS_OBJECT_NAME_NOT_FOUND);
	assert_status(back(&rig->again, id, KEY, "b", NULL), NT_STATUS_INVALID_PARAMETER);
	assert_status(back(&rig->again, id, KEY, "", NULL), NT_STATUS_INVALID_PARAMETER);
	how = durable_create(FILE_OPEN, LEASE, parts, 2);
	assert_status(fs_rig_open(&rig->again, "a", &how, NULL),
		      NT_STATUS_OBJECT_NAME_NOT_FOUND);
	assert_status(back(rig->bob, id, KEY, "a", NULL), NT_STATUS_ACCESS_DENIED);
	durable_alice(&other, rig, stranger);
	assert_status(back(&other, id, KEY, "a", NULL), NT_STATUS_OBJECT_NAME_NOT_FOUND);
	fs_rig_leave(&other);
	assert_status(back(&rig->again, id, KEY, "a", NULL), NT_STATUS_SUCCESS);
}

/* An open with an oplock is not asked for by a lease. */
static void a_lease_is_not_had_by_the_way(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = durable_open(rig->alice, "a", V2);

	durable_away(rig);
	durable_again(rig);
	assert_status(back(&rig->again, id, KEY, "a", NULL),
		      NT_STATUS_OBJECT_NAME_NOT_FOUND);
	assert_status(durable_back(&rig->again, V2, &id), NT_STATUS_SUCCESS);
}

/* What is to be deleted may have lost its name, 3.3.5.9.7: Lease.FileDeleteOnClose. */
static void what_is_going_is_had_back_by_any_name(void **state)
{
	struct durable_rig *rig = *state;
	struct durable_part parts[] = {durable_part_ask(V2, 0, DURABLE_GUID),
				       lease_part(1, KEY, RWH)};
	struct smb2_create_req how = durable_create(FILE_OPEN, LEASE, parts, 2);
	struct smb2_create_rsp rsp;

	how.options = FILE_DELETE_ON_CLOSE;
	assert_status(fs_rig_open(rig->alice, "a", &how, &rsp), NT_STATUS_SUCCESS);
	durable_away(rig);
	durable_again(rig);
	assert_status(back(&rig->again, rsp.file_id, KEY, "b", &rsp), NT_STATUS_SUCCESS);
	assert_status(fs_rig_close(&rig->again, rsp.file_id), NT_STATUS_SUCCESS);
	assert_false(disk_has(rig->alice->disk, "a"));
}

/* ------------------------------------------------------------- somebody wants the file --
 */

/* RH stands in nobody's way who shares what she shares. */
static void who_takes_nothing_from_her_disturbs_nobody(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = open_with(rig->alice, RH, ALL, V2);

	durable_away(rig);
	who_holds(rig->bob, "a", NONE, NONE);
	assert_int_equal(counters(rig)->durables_now, 1);
	durable_again(rig);
	assert_status(back(&rig->again, id, KEY, "a", NULL), NT_STATUS_SUCCESS);
}

static void who_opens_what_she_writes_behind_gets_it(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = open_with(rig->alice, RWH, ALL, V2);

	durable_away(rig);
	who_holds(rig->bob, "a", NONE, NONE);
	expect_gone(rig, id);
}

static void who_is_kept_out_by_her_share_mode_gets_in(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = open_with(rig->alice, RH, FILE_SHARE_READ, V2);

	durable_away(rig);
	who_holds(rig->bob, "a", NONE, NONE);
	expect_gone(rig, id);
}

/* What she has read is stale now, and she can't be told. */
static void who_writes_ends_it(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = open_with(rig->alice, RH, ALL, V2), bobs;

	durable_away(rig);
	bobs = who_holds(rig->bob, "a", NONE, NONE);
	assert_status(fs_rig_write(rig->bob, bobs, 0, VIEW_LITERAL("x")),
		      NT_STATUS_SUCCESS);
	expect_gone(rig, id);
}

/* 3.3.7.1: only what is Held is kept; else he would wait for what nobody acknowledges. */
static void who_was_asked_to_let_go_keeps_nothing(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = open_with(rig->alice, RWH, ALL, V2);

	who_asks(rig->bob, "a", FILE_OPEN, NONE);
	durable_away(rig);
	who_gets(rig->bob, NONE);
	expect_gone(rig, id);
}

/*
 * One client, two connections, one lease: it is told on the one that is left, and what
 * waits for the other to come back goes with HANDLE.
 */
static void another_connection_of_hers_is_told(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = open_with(rig->alice, RH, FILE_SHARE_READ, V2), twins;
	struct smb2_lease_break_ack ack = {.state = R};
	struct durable_part lease = lease_part(1, KEY, RH);
	struct smb2_create_req how = durable_create(FILE_OPEN, LEASE, &lease, 1);
	struct smb2_create_rsp rsp;
	struct raw_reply r;
	struct fs_rig twin;

	durable_alice(&twin, rig, rig->guid);
	how.desired_access = FILE_READ_DATA;
	assert_status(fs_rig_open(&twin, "a", &how, &rsp), NT_STATUS_SUCCESS);
	twins = rsp.file_id;
	durable_away(rig);
	assert_int_equal(counters(rig)->durables_now, 1);
	who_asks(rig->bob, "a", FILE_OPEN, NONE);
	raw_expect(&twin.c, &r, SMB2_OPLOCK_BREAK, NT_STATUS_SUCCESS);
	assert_int_equal(counters(rig)->durables_now, 0);
	memset(ack.key, KEY, sizeof(ack.key));
	raw_begin(&twin.c);
	smb2_lease_break_ack_encode(raw_add(&twin.c, &twin.s, SMB2_OPLOCK_BREAK), &ack);
	raw_send(&twin.c);
	raw_expect(&twin.c, &r, SMB2_OPLOCK_BREAK, NT_STATUS_SUCCESS);
	who_gets(rig->bob, NONE);
	assert_status(fs_rig_close(&twin, twins), NT_STATUS_SUCCESS);
	fs_rig_leave(&twin);
	expect_gone(rig, id);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DURABLE_TEST(only_a_lease_with_handle_caching_makes_it_durable),
		DURABLE_TEST(the_lease_is_had_back_with_it),
		DURABLE_TEST(what_does_not_fit_is_refused),
		DURABLE_TEST(a_lease_is_not_had_by_the_way),
		DURABLE_TEST(what_is_going_is_had_back_by_any_name),
		DURABLE_TEST(who_takes_nothing_from_her_disturbs_nobody),
		DURABLE_TEST(who_opens_what_she_writes_behind_gets_it),
		DURABLE_TEST(who_is_kept_out_by_her_share_mode_gets_in),
		DURABLE_TEST(who_writes_ends_it),
		DURABLE_TEST(who_was_asked_to_let_go_keeps_nothing),
		DURABLE_TEST(another_connection_of_hers_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
