/* SPDX-License-Identifier: MIT */
/* A CLOSE that comes before what was asked of the file has been answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "fs_rig.h"
#include "lib/hex.h"
#include "server/session_end.h"
#include "server/session_table.h"
#include "wire/smb2_read.h"
#include "wire/smb2_simple.h"
#include "wire/smb2_write.h"

static void send_read(struct fs_rig *rig, struct smb2_file_id id)
{
	raw_begin(&rig->c);
	raw_put_read(raw_add(&rig->c, &rig->s, SMB2_READ), id, 100);
	raw_send(&rig->c);
}

static void send_close(struct fs_rig *rig, struct smb2_file_id id)
{
	raw_begin(&rig->c);
	raw_put_close(raw_add(&rig->c, &rig->s, SMB2_CLOSE), id);
	raw_send(&rig->c);
}

/* "a" with this content is open; from now on jobs run when they are told to. */
static struct smb2_file_id held(struct fs_rig *rig, const char *content)
{
	struct smb2_file_id id;

	disk_make(rig->disk, "a", content);
	rig->c.ask = 16;
	id = fs_rig_opened(rig, "a", FILE_OPEN);
	rig->lab.hold_jobs = true;
	return id;
}

static void run(struct fs_rig *rig)
{
	rig->lab.hold_jobs = false;
	serverlab_run_jobs(&rig->lab);
}

static void what_was_asked_before_is_answered_before(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_file_id id = held(rig, "content");
	struct smb2_read_rsp rsp;
	struct raw_reply r;

	send_read(rig, id);
	raw_begin(&rig->c);
	smb2_write_req_encode(
		raw_add(&rig->c, &rig->s, SMB2_WRITE),
		&(struct smb2_write_req){.file_id = id, .data = VIEW_LITERAL("C")});
	raw_send(&rig->c);
	send_close(rig, id);
	raw_expect_nothing(&rig->c);
	run(rig);
	raw_expect(&rig->c, &r, SMB2_READ, NT_STATUS_SUCCESS);
	assert_int_equal(smb2_read_rsp_decode(&rsp, r.msg), NS_OK);
	assert_view_equal(rsp.data, VIEW_LITERAL("content"));
	raw_expect(&rig->c, &r, SMB2_WRITE, NT_STATUS_SUCCESS);
	raw_expect(&rig->c, &r, SMB2_CLOSE, NT_STATUS_SUCCESS);
	raw_expect_nothing(&rig->c);
	disk_holds(rig->disk, "a", "Content");
	assert_int_equal(rig->lab.server->counters.opens_now, 0);
}

static void what_is_asked_after_it_is_refused(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_file_id id = held(rig, "content");
	struct raw_reply r;

	send_read(rig, id);
	send_close(rig, id);
	send_read(rig, id);
	raw_expect(&rig->c, &r, SMB2_READ, NT_STATUS_FILE_CLOSED);
	send_close(rig, id);
	raw_expect(&rig->c, &r, SMB2_CLOSE, NT_STATUS_FILE_CLOSED);
	run(rig);
	raw_expect(&rig->c, &r, SMB2_READ, NT_STATUS_SUCCESS);
	raw_expect(&rig->c, &r, SMB2_CLOSE, NT_STATUS_SUCCESS);
	raw_expect_nothing(&rig->c);
}

/* Who takes his READ back has his CLOSE all the same, and can't take that back. */
static void a_close_is_not_taken_back(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_file_id id = held(rig, "content");
	uint64_t read_id = rig->c.next_id;
	struct raw_reply r;

	send_read(rig, id);
	send_close(rig, id);
	for (uint64_t i = 0; i < 2; i++) {
		raw_begin(&rig->c);
		smb2_simple_encode(raw_add(&rig->c, &rig->s, SMB2_CANCEL));
		raw_hdr(&rig->c)->message_id = read_id + i;
		raw_send(&rig->c);
	}
	raw_expect(&rig->c, &r, SMB2_READ, NT_STATUS_CANCELLED);
	raw_expect_nothing(&rig->c);
	run(rig);
	raw_expect(&rig->c, &r, SMB2_CLOSE, NT_STATUS_SUCCESS);
	raw_expect_nothing(&rig->c);
	assert_int_equal(rig->lab.server->counters.opens_now, 0);
}

static void a_session_that_ends_waits_for_nobody(void **state)
{
	struct fs_rig *rig = *state;
	size_t fds = disk_descriptors();
	struct smb2_file_id id = held(rig, "content");
	struct session *s = session_table_find(rig->lab.server->sessions, rig->s.id);
	struct raw_reply r;

	send_read(rig, id);
	send_close(rig, id);
	assert_non_null(s);
	session_end(s, SESSION_END_ADMIN, "admin");
	raw_expect(&rig->c, &r, SMB2_READ, NT_STATUS_CANCELLED);
	raw_expect(&rig->c, &r, SMB2_CLOSE, NT_STATUS_CANCELLED);
	run(rig);
	serverlab_turn(&rig->lab);
	assert_int_equal(rig->lab.server->counters.opens_now, 0);
	assert_int_equal(disk_descriptors(), fds);
}

static void a_connection_that_breaks_waits_for_nobody(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_file_id id;
	struct fs_rig bob;
	size_t fds;

	fs_rig_join(&bob, rig, "bob", "10.0.0.2");
	fds = disk_descriptors();
	disk_make(rig->disk, "a", "content");
	bob.c.ask = 16;
	id = fs_rig_opened(&bob, "a", FILE_OPEN);
	rig->lab.hold_jobs = true;
	send_read(&bob, id);
	send_close(&bob, id);
	fs_rig_leave(&bob);
	run(rig);
	serverlab_turn(&rig->lab);
	assert_int_equal(rig->lab.server->counters.opens_now, 0);
	assert_int_equal(disk_descriptors(), fds);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FS_RIG_TEST(what_was_asked_before_is_answered_before),
		FS_RIG_TEST(what_is_asked_after_it_is_refused),
		FS_RIG_TEST(a_close_is_not_taken_back),
		FS_RIG_TEST(a_session_that_ends_waits_for_nobody),
		FS_RIG_TEST(a_connection_that_breaks_waits_for_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
