/* SPDX-License-Identifier: MIT */
/* How leases break, who waits for that, and how it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lease_rig.h"
#include "server/file/caching.h"
#include "wire/smb2_query_info.h"
#include "wire/smb2_set_info.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void closes(struct fs_rig *who, struct smb2_file_id id)
{
	assert_status(fs_rig_close(who, id), NT_STATUS_SUCCESS);
}

static void jobs_run(struct oplock_rig *rig)
{
	serverlab_run_jobs(rig->lab);
	serverlab_turn(rig->lab);
}

static const struct server_counters *counters(const struct oplock_rig *rig)
{
	return &rig->lab->server->counters;
}

/* --------------------------------------------------------------------- what breaks it --
 */

/* [MS-FSA] 2.1.4.12, case OPEN: READ_CONTROL is more than an oplock stands. */
static void who_only_looks_breaks_nothing(void **state)
{
	static const struct {
		uint32_t access;
		bool lease, oplock; /* break */
	} rows[] = {
		{FILE_READ_ATTRIBUTES, false, false},
		{FILE_READ_ATTRIBUTES | FILE_WRITE_ATTRIBUTES | ACCESS_SYNCHRONIZE, false,
		 false},
		{ACCESS_READ_CONTROL | FILE_READ_ATTRIBUTES, false, true},
		{FILE_READ_EA, true, true},
		{FILE_READ_DATA, true, true},
		{ACCESS_DELETE, true, true},
	};
	struct oplock_rig *rig = *state;
	struct smb2_create_req how = fs_rig_create(FILE_OPEN);
	uint8_t now;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct smb2_file_id a = who_leases(rig->alice, "a", lease_v1(1, RWH), RWH);

		how.desired_access = rows[i].access;
		fs_rig_ask(&rig->bob, "a", &how);
		if (rows[i].lease) {
			who_is_told_lease(rig->alice, 1, RWH, RH);
			who_acks_lease(rig->alice, 1, RH);
		}
		closes(&rig->bob, who_gets(&rig->bob, NONE));
		closes(rig->alice, a);
		a = who_holds(rig->alice, "a", EXCL, EXCL);
		fs_rig_ask(&rig->bob, "a", &how);
		if (rows[i].oplock) {
			who_is_told(rig->alice, a, II);
			who_acknowledges(rig->alice, a, II, &now);
		}
		closes(&rig->bob, who_gets(&rig->bob, NONE));
		who_waits(rig->alice);
		closes(rig->alice, a);
	}
}

/* Whoever only looks is in nobody's way, and caches like others. */
static void who_looks_may_have_a_lease(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_create_req how = with_lease(FILE_OPEN, lease_v1(1, RWH));
	struct smb2_file_id a, b;
	struct smb2_lease got;

	how.desired_access = FILE_READ_ATTRIBUTES;
	how.share_access = 0;
	fs_rig_ask(rig->alice, "a", &how);
	a = who_gets_lease(rig->alice, &got);
	assert_int_equal(got.state, RWH);
	who_asks_lease(&rig->bob, "a", FILE_OPEN, lease_v1(1, RWH));
	who_is_told_lease(rig->alice, 1, RWH, RH);
	assert_status(who_acks_lease(rig->alice, 1, RH), NT_STATUS_SUCCESS);
	b = who_gets_lease(&rig->bob, &got);
	assert_int_equal(got.state, RH);
	closes(rig->alice, a);
	closes(&rig->bob, b);
	/* Without a lease of hers, she does not count. */
	how.oplock_level = NONE;
	how.contexts = (struct view){0};
	assert_status(fs_rig_open(rig->alice, "a", &how, NULL), NT_STATUS_SUCCESS);
	who_leases(&rig->bob, "a", lease_v1(1, RWH), RWH);
}

static void writes(struct fs_rig *who, struct smb2_file_id id)
{
	who_writes(who, id);
	who_is_refused(who, SMB2_WRITE, NT_STATUS_SUCCESS);
}

static void cuts(struct fs_rig *who, struct smb2_file_id id)
{
	assert_status(fs_rig_set64(who, id, FILE_END_OF_FILE_INFORMATION, 1),
		      NT_STATUS_SUCCESS);
}

/* READ goes when data changes, and with it all; nobody waits; but not one's own. */
static void a_change_of_data_breaks_to_none_at_once(void **state)
{
	void (*const changes[])(struct fs_rig * who, struct smb2_file_id id) = {writes,
										cuts};
	struct oplock_rig *rig = *state;

	for (size_t i = 0; i < COUNT(changes); i++) {
		struct smb2_file_id a, b, c;

		a = who_leases(rig->alice, "a", lease_v1(1, RH), RH);
		b = who_leases(&rig->bob, "a", lease_v1(1, R), R);
		c = who_leases(&rig->carol, "a", lease_v1(1, RH), RH);
		changes[i](&rig->carol, c);
		who_is_told_lease(rig->alice, 1, RH, 0);
		who_is_told_lease(&rig->bob, 1, R, 0);
		who_waits(&rig->carol);
		/* R is gone when that is told, RH when it is acknowledged. */
		assert_int_equal(counters(rig)->leases_now, 2);
		assert_int_equal(counters(rig)->breaks_now, 1);
		assert_int_equal(lease_state(&rig->bob, "a", 1), 0);
		assert_status(who_acks_lease(&rig->bob, 1, 0), NT_STATUS_UNSUCCESSFUL);
		changes[i](&rig->carol, c); /* she knows already */
		who_waits(rig->alice);
		assert_status(who_acks_lease(rig->alice, 1, 0), NT_STATUS_SUCCESS);
		assert_int_equal(counters(rig)->breaks_now, 0);
		assert_int_equal(lease_state(&rig->carol, "a", 1), RH);
		closes(rig->alice, a);
		closes(&rig->bob, b);
		closes(&rig->carol, c);
	}
}

static void who_empties_a_file_waits_for_what_was_written_alone(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_file_id a, b;
	struct smb2_create_req how = with_oplock(FILE_OVERWRITE, NONE);

	a = who_leases(rig->alice, "a", lease_v1(1, RH), RH);
	fs_rig_ask(&rig->bob, "a", &how);
	b = who_gets(&rig->bob, NONE);
	who_is_told_lease(rig->alice, 1, RH, 0);
	disk_holds(rig->alice->disk, "a", "");
	/* Nor does another wait for that break. */
	fs_rig_ask(&rig->carol, "a", &how);
	closes(&rig->carol, who_gets(&rig->carol, NONE));
	closes(&rig->bob, b);
	closes(rig->alice, a);
	a = who_leases(rig->alice, "a", lease_v1(1, RW), RW);
	who_asks(&rig->bob, "a", FILE_OVERWRITE, NONE);
	who_is_told_lease(rig->alice, 1, RW, 0);
	assert_status(who_acks_lease(rig->alice, 1, 0), NT_STATUS_SUCCESS);
	who_gets(&rig->bob, NONE);
}

/* OPEN_BREAK_H: she may close what she only caches; and only H is asked of her. */
static void a_handle_is_asked_for_before_a_sharing_violation(void **state)
{
	static const struct {
		uint32_t held, left;
		bool closes;
	} rows[] = {{RWH, RW, false}, {RH, R, false}, {RWH, RW, true}, {RH, R, true}};
	struct oplock_rig *rig = *state;
	struct smb2_create_req how = with_oplock(FILE_OPEN, NONE);

	how.share_access = FILE_SHARE_READ;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct smb2_file_id a = who_leases(rig->alice, "a",
						   lease_v1(1, rows[i].held), rows[i].held);

		fs_rig_ask(&rig->bob, "a", &how);
		who_waits(&rig->bob);
		who_is_told_lease(rig->alice, 1, rows[i].held, rows[i].left);
		if (rows[i].closes) {
			closes(rig->alice, a);
			closes(&rig->bob, who_gets(&rig->bob, NONE));
			continue;
		}
		assert_status(who_acks_lease(rig->alice, 1, rows[i].left),
			      NT_STATUS_SUCCESS);
		who_is_refused(&rig->bob, SMB2_CREATE, NT_STATUS_SHARING_VIOLATION);
		assert_int_equal(lease_state(rig->alice, "a", 1), rows[i].left);
		/* Who caches no handle is not asked; nor is one's own lease. */
		assert_status(fs_rig_open(&rig->bob, "a", &how, NULL),
			      NT_STATUS_SHARING_VIOLATION);
		closes(rig->alice, a);
	}
	who_leases(rig->alice, "a", lease_v1(1, RWH), RWH);
	how = with_lease(FILE_OPEN, lease_v1(1, RWH));
	how.share_access = FILE_SHARE_READ;
	assert_status(fs_rig_open(rig->alice, "a", &how, NULL),
		      NT_STATUS_SHARING_VIOLATION);
	who_waits(rig->alice);
}

/* All who cache a handle are asked at once, and all are waited for. */
static void several_are_asked_at_once(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_file_id id = who_leases(&rig->carol, "a", lease_v1(1, R), R), a, b;

	a = who_leases(rig->alice, "a", lease_v1(1, RH), RH);
	b = who_leases(&rig->bob, "a", lease_v1(1, RH), RH);
	fs_rig_ask_rename(&rig->carol, id, "b", false);
	who_is_told_lease(rig->alice, 1, RH, R);
	who_is_told_lease(&rig->bob, 1, RH, R);
	who_waits(&rig->carol);
	assert_int_equal(counters(rig)->breaks_now, 2);
	assert_status(who_acks_lease(&rig->bob, 1, R), NT_STATUS_SUCCESS);
	who_waits(&rig->carol);
	closes(rig->alice, a);
	who_is_refused(&rig->carol, SMB2_SET_INFO, NT_STATUS_SUCCESS);
	assert_true(disk_has(rig->alice->disk, "b"));
	closes(&rig->bob, b);
}

static void a_name_goes_when_handles_have_been_asked_for(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_create_req how = with_oplock(FILE_OPEN, NONE);
	struct smb2_file_id a, b;

	/* Deleted: */
	a = who_leases(rig->alice, "a", lease_v1(1, RH), RH);
	b = who_leases(&rig->bob, "a", lease_v1(1, RH), RH);
	raw_begin(&rig->bob.c);
	smb2_set_info_req_encode(raw_add(&rig->bob.c, &rig->bob.s, SMB2_SET_INFO),
				 &(struct smb2_set_info_req){
					 .info_type = SMB2_0_INFO_FILE,
					 .info_class = FILE_DISPOSITION_INFORMATION,
					 .file_id = b,
					 .data = VIEW_LITERAL("\1"),
				 });
	raw_send(&rig->bob.c);
	who_waits(&rig->bob);
	who_is_told_lease(rig->alice, 1, RH, R);
	closes(rig->alice, a);
	who_is_refused(&rig->bob, SMB2_SET_INFO, NT_STATUS_SUCCESS);
	closes(&rig->bob, b);
	assert_false(disk_has(rig->alice->disk, "a"));
	/* Deleted by its close: */
	disk_make(rig->alice->disk, "a", "abc");
	a = who_leases(rig->alice, "a", lease_v1(1, RWH), RWH);
	how.options = FILE_DELETE_ON_CLOSE;
	fs_rig_ask(&rig->bob, "a", &how);
	who_is_told_lease(rig->alice, 1, RWH, R);
	closes(rig->alice, a);
	closes(&rig->bob, who_gets(&rig->bob, NONE));
	assert_false(disk_has(rig->alice->disk, "a"));
	/* Replaced: */
	disk_make(rig->alice->disk, "a", "old");
	disk_make(rig->alice->disk, "b", "new");
	a = who_leases(rig->alice, "a", lease_v1(1, RWH), RWH);
	b = who_holds(&rig->bob, "b", NONE, NONE);
	fs_rig_ask_rename(&rig->bob, b, "a", true);
	who_is_told_lease(rig->alice, 1, RWH, RW);
	closes(rig->alice, a);
	who_is_refused(&rig->bob, SMB2_SET_INFO, NT_STATUS_SUCCESS);
	disk_holds(rig->alice->disk, "a", "new");
}

/* ------------------------------------------------------------ a break that goes on -- */

/* Another wants more than she was told: that is told when she has acknowledged. */
static void a_break_goes_on_in_steps(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_lease lease;

	who_leases(rig->alice, "a", lease_v2(1, RWH, 0x10), RWH);
	who_asks(&rig->bob, "a", FILE_OPEN, NONE);
	who_is_told_epoch(rig->alice, 1, RWH, RH, 0x12);
	who_asks(&rig->carol, "a", FILE_OVERWRITE, NONE);
	who_waits(rig->alice);
	raw_begin(&rig->alice->c);
	smb2_lease_break_ack_encode(
		raw_add(&rig->alice->c, &rig->alice->s, SMB2_OPLOCK_BREAK),
		&(struct smb2_lease_break_ack){
			{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, RH});
	raw_send(&rig->alice->c);
	who_is_told_epoch(rig->alice, 1, RH, R, 0x12);
	who_is_refused(rig->alice, SMB2_OPLOCK_BREAK, NT_STATUS_SUCCESS);
	who_waits(&rig->bob);
	who_waits(&rig->carol);
	raw_begin(&rig->alice->c);
	smb2_lease_break_ack_encode(
		raw_add(&rig->alice->c, &rig->alice->s, SMB2_OPLOCK_BREAK),
		&(struct smb2_lease_break_ack){
			{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, R});
	raw_send(&rig->alice->c);
	who_is_told_epoch(rig->alice, 1, R, 0, 0x12);
	who_is_refused(rig->alice, SMB2_OPLOCK_BREAK, NT_STATUS_SUCCESS);
	who_gets_lease(&rig->bob, &lease);
	who_gets_lease(&rig->carol, &lease);
	assert_int_equal(lease_state(rig->alice, "a", 1), 0);
	assert_int_equal(counters(rig)->breaks_now, 0);
}

/* ------------------------------------------------------------------- how a wait ends -- */

/* 3.3.6.5 */
static void who_never_acknowledges_loses_the_lease(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_file_id a = who_leases(rig->alice, "a", lease_v1(1, RWH), RWH);
	struct smb2_lease got;
	struct raw_reply r;

	who_asks_lease(&rig->bob, "a", FILE_OPEN, lease_v1(1, RWH));
	who_is_told_lease(rig->alice, 1, RWH, RH);
	serverlab_pass(rig->lab, 10000);
	raw_expect(&rig->bob.c, &r, SMB2_CREATE, NT_STATUS_PENDING);
	serverlab_pass(rig->lab, CACHING_BREAK_MS - 10001);
	jobs_run(rig);
	who_waits(&rig->bob);
	serverlab_pass(rig->lab, 1);
	jobs_run(rig);
	who_gets_lease(&rig->bob, &got);
	assert_int_equal(got.state, RH);
	assert_status(who_acks_lease(rig->alice, 1, RH), NT_STATUS_UNSUCCESSFUL);
	assert_int_equal(lease_state(rig->alice, "a", 1), 0);
	/* The open is still hers. */
	assert_status(fs_rig_write(rig->alice, a, 0, VIEW_LITERAL("x")), NT_STATUS_SUCCESS);
	who_is_told_lease(&rig->bob, 1, RH, 0);
}

static void is_ended(struct fs_rig *who)
{
	who_is_ended(who);
}

static void is_gone(struct fs_rig *who)
{
	raw_disconnect(&who->c);
}

static void logs_off(struct fs_rig *who)
{
	assert_status(raw_logoff(&who->c, &who->s), NT_STATUS_SUCCESS);
}

/* NetrSessionDel among them: who waited goes on at once, though she shared nothing. */
static void a_holder_who_goes_leaves_nothing_behind(void **state)
{
	void (*const ends[])(struct fs_rig * who) = {is_ended, is_gone, logs_off};
	struct oplock_rig *rig = *state;

	for (size_t i = 0; i < COUNT(ends); i++) {
		struct smb2_create_req how = with_lease(FILE_OPEN, lease_v1(1, RWH));
		struct fs_rig holder;
		struct smb2_lease got;
		struct smb2_file_id b;

		fs_rig_join(&holder, rig->alice, "alice", "10.0.0.4");
		how.share_access = 0;
		fs_rig_ask(&holder, "a", &how);
		who_gets_lease(&holder, &got);
		assert_int_equal(got.state, RWH);
		who_asks_lease(&rig->bob, "a", FILE_OPEN, lease_v1(1, RWH));
		who_asks_lease(&rig->carol, "a", FILE_OPEN, lease_v1(1, R));
		who_is_told_lease(&holder, 1, RWH, RW);
		ends[i](&holder);
		jobs_run(rig);
		b = who_gets_lease(&rig->bob, &got);
		who_is_told_lease(&rig->bob, 1, RWH, RH);
		assert_status(who_acks_lease(&rig->bob, 1, RH), NT_STATUS_SUCCESS);
		closes(&rig->carol, who_gets_lease(&rig->carol, &got));
		closes(&rig->bob, b);
		fs_rig_leave(&holder);
		assert_int_equal(counters(rig)->opens_now, 0);
		assert_int_equal(counters(rig)->requests_now, 0);
		assert_int_equal(counters(rig)->leases_now, 0);
		assert_int_equal(counters(rig)->breaks_now, 0);
		assert_null(rig->lab->server->leases);
		assert_null(rig->lab->server->cached);
	}
}

/* ------------------------------------------------------------------- how it is told -- */

static void one_more(struct fs_rig *out, struct oplock_rig *rig, struct fs_rig *like,
		     const char *user, const char *password)
{
	*out = (struct fs_rig){.disk = like->disk};
	raw_connect(&out->c, rig->lab, "10.0.0.9");
	memcpy(out->c.guid, like->c.guid, sizeof(out->c.guid));
	raw_negotiate(&out->c, SMB2_DIALECT_311);
	assert_status(raw_sign_in(&out->c, &out->s, user, password), NT_STATUS_SUCCESS);
	assert_status(raw_tree(&out->c, &out->s, "data", &out->c.tree), NT_STATUS_SUCCESS);
}

/* 3.3.4.7: the client's oldest connection, whichever session opened; if not, the next. */
static void the_client_is_told_on_its_oldest_connection(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_file_id b;
	struct fs_rig two;

	one_more(&two, rig, rig->alice, "alice", "passalice");
	who_leases(&two, "a", lease_v1(1, RWH), RWH);
	who_leases(rig->alice, "a", lease_v1(1, 0), RWH);
	who_asks(&rig->bob, "a", FILE_OPEN, NONE);
	who_is_told_lease(rig->alice, 1, RWH, RH);
	who_waits(&two);
	assert_status(who_acks_lease(&two, 1, RH), NT_STATUS_SUCCESS);
	b = who_gets(&rig->bob, NONE);
	raw_disconnect(&rig->alice->c);
	jobs_run(rig);
	writes(&rig->bob, b);
	who_is_told_lease(&two, 1, RH, 0);
	fs_rig_leave(&two);
}

/* Who says he is that client has to be its user, too. */
static void nobody_else_is_told(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_file_id b = who_holds(&rig->bob, "a", NONE, NONE);
	struct fs_rig thief, two;

	one_more(&two, rig, &rig->carol, "alice", "passalice");
	one_more(&thief, rig, &two, "bob", "passbob");
	raw_disconnect(&rig->carol.c);
	jobs_run(rig);
	/* The oldest with that ClientGuid is alice's now; the thief's is older than this:
	 */
	raw_session_release(&two.s);
	raw_disconnect(&two.c);
	jobs_run(rig);
	one_more(&two, rig, &thief, "alice", "passalice");
	who_leases(&two, "a", lease_v1(1, RH), RH);
	writes(&rig->bob, b);
	who_is_told_lease(&two, 1, RH, 0);
	who_waits(&thief);
	fs_rig_leave(&two);
	fs_rig_leave(&thief);
}

/* who_is_told_lease() asserts that it is sealed where alice's requests are. */
static void a_break_is_told_sealed_where_all_is(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_lease got;

	assert_true(rig->alice->s.seal);
	who_leases(rig->alice, "a", lease_v1(1, RWH), RWH);
	who_asks_lease(&rig->bob, "a", FILE_OPEN, lease_v1(1, RWH));
	who_is_told_lease(rig->alice, 1, RWH, RH);
	assert_status(who_acks_lease(rig->alice, 1, RH), NT_STATUS_SUCCESS);
	who_gets_lease(&rig->bob, &got);
	assert_int_equal(got.state, RH);
}

static void a_drain_ends_breaks_and_waits(void **state)
{
	struct oplock_rig *rig = *state;

	who_leases(rig->alice, "a", lease_v1(1, RWH), RWH);
	who_asks(&rig->bob, "a", FILE_OVERWRITE, NONE);
	who_is_told_lease(rig->alice, 1, RWH, 0);
	server_drain(rig->lab->server);
	jobs_run(rig);
	who_is_refused(&rig->bob, SMB2_CREATE, NT_STATUS_CANCELLED);
	assert_int_equal(counters(rig)->opens_now, 0);
	assert_int_equal(counters(rig)->leases_now, 0);
	assert_int_equal(counters(rig)->breaks_now, 0);
	disk_holds(rig->alice->disk, "a", "abc");
}

#define WITH(name, up) cmocka_unit_test_setup_teardown(name, up, oplock_rig_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OPLOCK_TEST(who_only_looks_breaks_nothing),
		OPLOCK_TEST(who_looks_may_have_a_lease),
		OPLOCK_TEST(a_change_of_data_breaks_to_none_at_once),
		OPLOCK_TEST(who_empties_a_file_waits_for_what_was_written_alone),
		OPLOCK_TEST(a_handle_is_asked_for_before_a_sharing_violation),
		OPLOCK_TEST(several_are_asked_at_once),
		OPLOCK_TEST(a_name_goes_when_handles_have_been_asked_for),
		OPLOCK_TEST(a_break_goes_on_in_steps),
		OPLOCK_TEST(who_never_acknowledges_loses_the_lease),
		OPLOCK_TEST(a_holder_who_goes_leaves_nothing_behind),
		OPLOCK_TEST(the_client_is_told_on_its_oldest_connection),
		OPLOCK_TEST(nobody_else_is_told),
		WITH(a_break_is_told_sealed_where_all_is, oplock_rig_up_sealed),
		WITH(a_break_is_told_sealed_where_all_is, oplock_rig_up_all_sealed),
		OPLOCK_TEST(a_drain_ends_breaks_and_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
