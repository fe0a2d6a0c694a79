/* SPDX-License-Identifier: MIT */
/* Durable opens whose client is away: what becomes of them, and of who wants their files.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "durable_rig.h"
#include "server/session_end.h"
#include "svc_rig.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct server_counters *counters(const struct durable_rig *rig)
{
	return &rig->lab->server->counters;
}

static void expect_gone(struct durable_rig *rig, struct smb2_file_id id)
{
	assert_int_equal(counters(rig)->durables_now, 0);
	durable_again(rig);
	assert_status(durable_back(&rig->again, V2, &id), NT_STATUS_OBJECT_NAME_NOT_FOUND);
}

/* ------------------------------------------------------------- somebody wants the file --
 */

/* There is nobody to be asked: nobody waits, whatever she let others do. */
static void who_wants_the_file_gets_it_at_once(void **state)
{
	static const uint32_t dispositions[] = {FILE_OPEN, FILE_OPEN_IF, FILE_OVERWRITE,
						FILE_SUPERSEDE};
	struct durable_rig *rig = *state;

	for (size_t i = 0; i < COUNT(dispositions); i++) {
		struct smb2_create_req how = with_oplock(dispositions[i], BATCH);
		struct smb2_file_id id =
			durable_open_alone(i == 0 ? rig->alice : &rig->again, "a", V2);

		durable_away(rig);
		fs_rig_ask(rig->bob, "a", &how);
		assert_status(fs_rig_close(rig->bob, who_gets(rig->bob, BATCH)),
			      NT_STATUS_SUCCESS);
		expect_gone(rig, id);
	}
	assert_int_equal(counters(rig)->durables_scavenged, 0);
}

/* Of attributes alone no oplock is broken, [MS-FSA] 2.1.5.1.2. */
static void who_looks_at_attributes_disturbs_nobody(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = durable_open_alone(rig->alice, "a", V2);
	struct smb2_create_req how = fs_rig_create(FILE_OPEN);
	struct smb2_create_rsp rsp;

	durable_away(rig);
	how.desired_access = FILE_READ_ATTRIBUTES;
	assert_status(fs_rig_open(rig->bob, "a", &how, &rsp), NT_STATUS_SUCCESS);
	durable_again(rig);
	assert_status(durable_back(&rig->again, V2, &id), NT_STATUS_SUCCESS);
	assert_status(fs_rig_close(rig->bob, rsp.file_id), NT_STATUS_SUCCESS);
}

/* A directory is renamed over her head: then she is no more in it. */
static void a_name_above_it_may_change(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_create_req how = fs_rig_create(FILE_OPEN);
	struct smb2_create_rsp dir;
	struct smb2_file_id id;

	disk_make(rig->alice->disk, "dir/", NULL);
	disk_make(rig->alice->disk, "dir/x", "x");
	id = durable_open(rig->alice, "dir\\x", V2);
	durable_away(rig);
	how.options = FILE_DIRECTORY_FILE;
	assert_status(fs_rig_open(rig->bob, "dir", &how, &dir), NT_STATUS_SUCCESS);
	fs_rig_ask_rename(rig->bob, dir.file_id, "new", false);
	who_is_refused(rig->bob, SMB2_SET_INFO, NT_STATUS_SUCCESS);
	assert_status(fs_rig_close(rig->bob, dir.file_id), NT_STATUS_SUCCESS);
	assert_true(disk_has(rig->alice->disk, "new/x"));
	expect_gone(rig, id);
}

static void somebody_deletes_it(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = durable_open(rig->alice, "a", V2);
	struct smb2_create_req how = with_oplock(FILE_OPEN, NONE);

	durable_away(rig);
	how.options = FILE_DELETE_ON_CLOSE;
	fs_rig_ask(rig->bob, "a", &how);
	assert_status(fs_rig_close(rig->bob, who_gets(rig->bob, NONE)), NT_STATUS_SUCCESS);
	assert_false(disk_has(rig->alice->disk, "a"));
	expect_gone(rig, id);
}

/* What she was going to delete goes when her open does: and not before. */
static void what_was_to_be_deleted_goes_with_it(void **state)
{
	struct durable_rig *rig = *state;
	struct durable_part ask = durable_part_ask(V2, 0, DURABLE_GUID);
	struct smb2_create_req how = durable_create(FILE_OPEN, BATCH, &ask, 1);
	struct smb2_create_rsp rsp;

	how.options = FILE_DELETE_ON_CLOSE;
	assert_status(fs_rig_open(rig->alice, "a", &how, &rsp), NT_STATUS_SUCCESS);
	durable_away(rig);
	assert_true(disk_has(rig->alice->disk, "a"));
	durable_again(rig);
	assert_status(durable_back(&rig->again, V2, &rsp.file_id), NT_STATUS_SUCCESS);
	durable_away(rig);
	assert_true(disk_has(rig->alice->disk, "a"));
	serverlab_pass(rig->lab, DURABLE_TIMEOUT_MS);
	serverlab_run_jobs(rig->lab);
	assert_false(disk_has(rig->alice->disk, "a"));
}

/* 3.3.7.1: only an oplock that is Held keeps it. */
static void who_was_asked_to_let_go_keeps_nothing(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = durable_open(rig->alice, "a", V2);

	who_asks(rig->bob, "a", FILE_OPEN, NONE);
	who_is_told(rig->alice, id, II);
	durable_away(rig);
	who_gets(rig->bob, NONE);
	expect_gone(rig, id);
}

static void what_was_about_to_be_closed_is_not_kept(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = durable_open(rig->alice, "a", V2);

	rig->alice->c.ask = 4;
	assert_status(raw_echo(&rig->alice->c, &rig->alice->s), NT_STATUS_SUCCESS);
	rig->lab->hold_jobs = true;
	who_writes(rig->alice, id);
	raw_begin(&rig->alice->c);
	raw_put_close(raw_add(&rig->alice->c, &rig->alice->s, SMB2_CLOSE), id);
	raw_send(&rig->alice->c);
	rig->lab->hold_jobs = false;
	durable_away(rig);
	assert_int_equal(counters(rig)->opens_now, 0);
	expect_gone(rig, id);
}

/* --------------------------------------------------------------------- she comes back --
 */

/* What may happen while the disk is asked. */
static void the_file_is_lost_while_she_comes_back(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = durable_open(rig->alice, "a", V2);
	struct durable_part part = durable_part_again(V2, id, DURABLE_GUID, 0);
	struct smb2_create_req how = durable_create(FILE_OPEN, NONE, &part, 1);

	durable_away(rig);
	serverlab_pass(rig->lab, DURABLE_TIMEOUT_MS - 10);
	durable_again(rig);
	rig->lab->hold_jobs = true;
	fs_rig_ask(&rig->again, "a", &how);
	who_waits(&rig->again);
	serverlab_pass(rig->lab, 10);
	rig->lab->hold_jobs = false;
	serverlab_run_jobs(rig->lab);
	who_is_refused(&rig->again, SMB2_CREATE, NT_STATUS_OBJECT_NAME_NOT_FOUND);
	assert_int_equal(counters(rig)->opens_now, 0);
}

static void she_is_lost_again_while_she_comes_back(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = durable_open(rig->alice, "a", V2);
	struct durable_part part = durable_part_again(V2, id, DURABLE_GUID, 0);
	struct smb2_create_req how = durable_create(FILE_OPEN, NONE, &part, 1);

	durable_away(rig);
	durable_again(rig);
	rig->lab->hold_jobs = true;
	fs_rig_ask(&rig->again, "a", &how);
	rig->lab->hold_jobs = false;
	durable_away(rig);
	assert_int_equal(counters(rig)->durables_now, 1);
	durable_again(rig);
	assert_status(durable_back(&rig->again, V2, &id), NT_STATUS_SUCCESS);
}

/* Two connections of hers ask at the same time: one of them has it. */
static void it_is_had_back_once(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = durable_open(rig->alice, "a", V2);
	struct durable_part part = durable_part_again(V2, id, DURABLE_GUID, 0);
	struct smb2_create_req how = durable_create(FILE_OPEN, NONE, &part, 1);
	struct fs_rig twin;

	durable_away(rig);
	durable_again(rig);
	fs_rig_join(&twin, rig->alice, "alice", "10.0.0.1");
	rig->lab->hold_jobs = true;
	fs_rig_ask(&rig->again, "a", &how);
	fs_rig_ask(&twin, "a", &how);
	rig->lab->hold_jobs = false;
	serverlab_run_jobs(rig->lab);
	who_gets(&rig->again, BATCH);
	who_is_refused(&twin, SMB2_CREATE, NT_STATUS_OBJECT_NAME_NOT_FOUND);
	fs_rig_leave(&twin);
	assert_int_equal(counters(rig)->opens_now, 1);
}

/* ------------------------------------------------------------------- what ends it else --
 */

static struct server_share *share_of(struct durable_rig *rig)
{
	struct server_config *config = &rig->lab->config;

	for (size_t i = 0; i < config->share_count; i++)
		if (strcmp(config->shares[i].name, "data") == 0)
			return &config->shares[i];
	fail();
	return NULL;
}

/* 3.3.4.12: of what an administrator ends nothing is kept, and others go on. */
static void an_administrator_keeps_nothing(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = durable_open_alone(rig->alice, "a", V2);
	struct smb2_file_id bobs;

	disk_make(rig->alice->disk, "b", "");
	bobs = durable_open(rig->bob, "b", V2);
	who_is_ended(rig->alice);
	assert_int_equal(counters(rig)->opens_now, 1);
	assert_int_equal(counters(rig)->durables_now, 0);
	who_holds(rig->carol, "a", BATCH, BATCH);
	assert_status(fs_rig_close(rig->bob, bobs), NT_STATUS_SUCCESS);
	durable_again(rig);
	assert_status(durable_back(&rig->again, V2, &id), NT_STATUS_OBJECT_NAME_NOT_FOUND);
}

/* An open without a session is one that an administrator sees, and may close. */
static void it_is_listed_and_can_be_closed(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = durable_open(rig->alice, "a", V2);
	struct rig_enum e = {.opnum = OPNUM_NETR_FILE_ENUM, .level = 3, .second = "alice"};
	struct workstation admin;
	struct rig_pipe p;

	durable_away(rig);
	workstation_in(&admin, rig->lab, "10.0.0.9", "admin");
	rig_pipe_in(&p, &admin, &SRVSVC);
	assert_int_equal(rig_enum(&p, &e), WIN32_ERROR_SUCCESS);
	assert_int_equal(e.count, 1);
	assert_string_equal(rig_text(&e.resp.info.rows, 0, "username"), "alice");
	assert_int_equal(rig_u32(&e.resp.info.rows, 0, "id"), (uint32_t)id.volatile_id);
	rig_enum_release(&e);
	assert_int_equal(rig_file_close(&p, (uint32_t)id.volatile_id), WIN32_ERROR_SUCCESS);
	assert_int_equal(serverlab_audited(rig->lab, "event=open-closed"), 1);
	assert_int_equal(rig_enum(&p, &e), WIN32_ERROR_SUCCESS);
	assert_int_equal(e.count, 0);
	rig_enum_release(&e);
	rig_pipe_out(&p);
	workstation_out(&admin);
	serverlab_run_jobs(rig->lab);
	expect_gone(rig, id);
}

static void a_server_that_stops_keeps_nothing(void **state)
{
	struct durable_rig *rig = *state;

	durable_open(rig->alice, "a", V2);
	durable_away(rig);
	server_drain(rig->lab->server);
	serverlab_run_jobs(rig->lab);
	assert_int_equal(counters(rig)->durables_now, 0);
	assert_int_equal(counters(rig)->opens_now, 0);
}

/* A reload keeps what it has nothing to say about. */
static void a_configuration_without_its_share_ends_it(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = durable_open(rig->alice, "a", V2);
	struct server_config fresh;
	struct server_share *share;

	assert_int_equal(server_config_init(&fresh), NS_OK);
	assert_int_equal(config_set(&fresh.accounts, "/in/memory"), NS_OK);
	share = server_config_add_share(&fresh, "DATA", share_of(rig)->path);
	assert_non_null(share);
	durable_away(rig);
	server_reconfigure(rig->lab->server, &fresh);
	assert_int_equal(counters(rig)->durables_now, 1);
	durable_again(rig);
	assert_status(durable_back(&rig->again, V2, &id), NT_STATUS_SUCCESS);
	durable_away(rig);
	server_reconfigure(rig->lab->server, &rig->lab->config);
	assert_int_equal(counters(rig)->durables_now, 1);
	assert_int_equal(config_set(&share->path, "/"), NS_OK);
	server_reconfigure(rig->lab->server, &fresh);
	assert_int_equal(counters(rig)->durables_now, 0);
	serverlab_run_jobs(rig->lab);
	assert_int_equal(counters(rig)->opens_now, 0);
	server_reconfigure(rig->lab->server, &rig->lab->config);
	server_config_release(&fresh);
}

static void a_configuration_without_its_owner_ends_it(void **state)
{
	struct durable_rig *rig = *state;

	disk_make(rig->alice->disk, "b", "");
	durable_open(rig->alice, "a", V2);
	durable_open(rig->bob, "b", V2);
	durable_away(rig);
	fs_rig_leave(rig->bob);
	assert_int_equal(counters(rig)->durables_now, 2);
	rig->lab->gone[0] = "alice";
	server_reconfigure(rig->lab->server, &rig->lab->config);
	assert_int_equal(counters(rig)->durables_now, 1);
}

/* ------------------------------------------------------------------------- how many -- */

static void a_user_has_a_maximum(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = {0};
	char name[16];

	for (unsigned i = 0; i <= DURABLES_PER_USER_MAX; i++) {
		(void)snprintf(name, sizeof(name), "f%u", i);
		disk_make(rig->alice->disk, name, "");
		id = durable_open(rig->alice, name, V1);
	}
	durable_open(rig->bob, "a", V2);
	durable_away(rig);
	assert_int_equal(counters(rig)->durables_now, DURABLES_PER_USER_MAX);
	durable_again(rig);
	assert_status(durable_back(&rig->again, V1, &id), NT_STATUS_OBJECT_NAME_NOT_FOUND);
	/* That is no other user's affair. */
	fs_rig_leave(rig->bob);
	assert_int_equal(counters(rig)->durables_now, DURABLES_PER_USER_MAX + 1);
	serverlab_pass(rig->lab, DURABLE_TIMEOUT_MS);
	assert_int_equal(counters(rig)->durables_now, 0);
}

static void a_server_has_a_maximum(void **state)
{
	struct durable_rig *rig = *state;

	durable_open(rig->alice, "a", V2);
	counters(rig)->durables_now = DURABLES_DETACHED_MAX;
	durable_away(rig);
	assert_int_equal(counters(rig)->durables_now, DURABLES_DETACHED_MAX);
	assert_int_equal(counters(rig)->opens_now, 0);
	counters(rig)->durables_now = 0;
}

/* Each has its own time, and none ends before it. */
static void each_waits_for_its_own_time(void **state)
{
	static const uint32_t times[] = {5000, 1000, 300000, 1000, 20000};
	struct durable_rig *rig = *state;
	char name[16];

	for (size_t i = 0; i < COUNT(times); i++) {
		struct durable_part ask = durable_part_ask(V2, times[i], (uint8_t)i);
		struct smb2_create_req how = durable_create(FILE_OPEN, BATCH, &ask, 1);

		(void)snprintf(name, sizeof(name), "f%zu", i);
		disk_make(rig->alice->disk, name, "");
		assert_status(fs_rig_open(rig->alice, name, &how, NULL), NT_STATUS_SUCCESS);
	}
	durable_away(rig);
	serverlab_pass(rig->lab, 999);
	assert_int_equal(counters(rig)->durables_now, 5);
	serverlab_pass(rig->lab, 1);
	assert_int_equal(counters(rig)->durables_now, 3);
	serverlab_pass(rig->lab, 4000);
	assert_int_equal(counters(rig)->durables_now, 2);
	serverlab_pass(rig->lab, 15000);
	assert_int_equal(counters(rig)->durables_now, 1);
	serverlab_pass(rig->lab, 279999);
	assert_int_equal(counters(rig)->durables_now, 1);
	serverlab_pass(rig->lab, 1);
	assert_int_equal(counters(rig)->durables_now, 0);
	assert_int_equal(counters(rig)->durables_scavenged, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DURABLE_TEST(who_wants_the_file_gets_it_at_once),
		DURABLE_TEST(who_looks_at_attributes_disturbs_nobody),
		DURABLE_TEST(a_name_above_it_may_change),
		DURABLE_TEST(somebody_deletes_it),
		DURABLE_TEST(what_was_to_be_deleted_goes_with_it),
		DURABLE_TEST(who_was_asked_to_let_go_keeps_nothing),
		DURABLE_TEST(what_was_about_to_be_closed_is_not_kept),
		DURABLE_TEST(the_file_is_lost_while_she_comes_back),
		DURABLE_TEST(she_is_lost_again_while_she_comes_back),
		DURABLE_TEST(it_is_had_back_once),
		DURABLE_TEST(an_administrator_keeps_nothing),
		DURABLE_TEST(it_is_listed_and_can_be_closed),
		DURABLE_TEST(a_server_that_stops_keeps_nothing),
		DURABLE_TEST(a_configuration_without_its_share_ends_it),
		DURABLE_TEST(a_configuration_without_its_owner_ends_it),
		DURABLE_TEST(a_user_has_a_maximum),
		DURABLE_TEST(a_server_has_a_maximum),
		DURABLE_TEST(each_waits_for_its_own_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
