/* SPDX-License-Identifier: MIT */
/* Hard links, and renames with flags, as a client sees them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "fs_rig.h"
#include "lib/hex.h"
#include "wire/fscc_file.h"
#include "wire/smb2_query_info.h"

#define REPLACE FILE_RENAME_REPLACE_IF_EXISTS

static uint32_t make_link(struct fs_rig *rig, struct smb2_file_id id, const char *name,
			  uint32_t flags)
{
	return fs_rig_new_name(rig, id, FILE_LINK_INFORMATION, name, flags);
}

static uint32_t links_of(struct fs_rig *rig, struct smb2_file_id id)
{
	struct smb2_query_info_rsp rsp;
	struct fscc_standard v;
	struct raw_reply r;

	assert_status(
		fs_rig_query(rig, id, SMB2_0_INFO_FILE, FILE_STANDARD_INFORMATION, 64, &r),
		NT_STATUS_SUCCESS);
	assert_int_equal(smb2_query_info_rsp_decode(&rsp, r.msg), NS_OK);
	assert_int_equal(fscc_standard_decode(&v, rsp.data), NS_OK);
	return v.links;
}

static struct smb2_file_id opened_for(struct fs_rig *rig, const char *name, uint32_t access)
{
	struct smb2_create_req how = fs_rig_create(FILE_OPEN);
	struct smb2_create_rsp rsp;

	how.desired_access = access;
	assert_status(fs_rig_open(rig, name, &how, &rsp), NT_STATUS_SUCCESS);
	return rsp.file_id;
}

static void a_link_is_one_more_name(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_file_id id;

	disk_make(rig->disk, "a", "content");
	disk_make(rig->disk, "dir/", NULL);
	disk_make(rig->disk, "b", "old");
	id = opened_for(rig, "a", FILE_READ_ATTRIBUTES);
	assert_status(make_link(rig, id, "dir\\c", 0), NT_STATUS_SUCCESS);
	assert_status(make_link(rig, id, "\\b", 0), NT_STATUS_OBJECT_NAME_COLLISION);
	assert_status(make_link(rig, id, "\\b", REPLACE), NT_STATUS_SUCCESS);
	disk_holds(rig->disk, "dir/c", "content");
	disk_holds(rig->disk, "b", "content");
	assert_int_equal(links_of(rig, id), 3);
	assert_status(fs_rig_close(rig, id), NT_STATUS_SUCCESS);
}

static void what_is_no_link_is_refused(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_file_id id;

	disk_make(rig->disk, "a", "content");
	disk_make(rig->disk, "dir/", NULL);
	id = opened_for(rig, "a", FILE_READ_ATTRIBUTES);
	assert_status(make_link(rig, id, "x?", 0), NT_STATUS_OBJECT_NAME_INVALID);
	assert_status(make_link(rig, id, "", 0), NT_STATUS_INVALID_PARAMETER);
	assert_status(make_link(rig, id, "..\\x", 0), NT_STATUS_OBJECT_PATH_SYNTAX_BAD);
	assert_status(make_link(rig, id, "no\\x", 0), NT_STATUS_OBJECT_PATH_NOT_FOUND);
	id = opened_for(rig, "dir", FILE_READ_ATTRIBUTES);
	assert_status(make_link(rig, id, "x", 0), NT_STATUS_FILE_IS_A_DIRECTORY);
	/* A share that is read alone gets no names. */
	rig->c.tree = rig->ro;
	id = opened_for(rig, "a", FILE_READ_ATTRIBUTES);
	assert_status(make_link(rig, id, "x", 0), NT_STATUS_ACCESS_DENIED);
	rig->c.tree = rig->data;
	assert_false(disk_has(rig->disk, "x"));
}

/* Explorer's own way: who has the old one open keeps what he has. */
static void posix_semantics_replace_what_is_open(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_file_id id, held;
	struct view data;

	disk_make(rig->disk, "a", "new");
	disk_make(rig->disk, "b", "old");
	id = fs_rig_opened(rig, "a", FILE_OPEN);
	held = opened_for(rig, "b", FILE_READ_DATA);
	assert_status(fs_rig_new_name(rig, id, FILE_RENAME_INFORMATION_EX, "b", REPLACE),
		      NT_STATUS_ACCESS_DENIED);
	assert_status(fs_rig_new_name(rig, id, FILE_RENAME_INFORMATION_EX, "b",
				      REPLACE | FILE_RENAME_POSIX_SEMANTICS),
		      NT_STATUS_SUCCESS);
	assert_status(fs_rig_read(rig, held, 0, 10, &data), NT_STATUS_SUCCESS);
	assert_view_equal(data, VIEW_LITERAL("old"));
	disk_holds(rig->disk, "b", "new");
	assert_false(disk_has(rig->disk, "a"));
}

/* Each of many renames onto one name, one after the other and all at once. */
static void many_renames_onto_one_name_leave_one(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_file_id id[8];
	char name[] = "0";
	struct raw_reply r;
	size_t done = 0;

	rig->c.ask = 16;
	for (size_t i = 0; i < 8; i++) {
		name[0] = (char)('0' + i);
		disk_make(rig->disk, name, name);
		id[i] = fs_rig_opened(rig, name, FILE_OPEN);
	}
	rig->lab.hold_jobs = true;
	for (size_t i = 0; i < 8; i++)
		fs_rig_ask_rename(rig, id[i], "one", false);
	rig->lab.hold_jobs = false;
	serverlab_run_jobs(&rig->lab);
	for (size_t i = 0; i < 8; i++) {
		assert_true(raw_next(&rig->c, &r));
		if (r.hdr.status == NT_STATUS_SUCCESS)
			done++;
		else
			assert_status(r.hdr.status, NT_STATUS_OBJECT_NAME_COLLISION);
	}
	assert_int_equal(done, 1);
	disk_holds(rig->disk, "one", "0");
	assert_true(disk_has(rig->disk, "7"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FS_RIG_TEST(a_link_is_one_more_name),
		FS_RIG_TEST(what_is_no_link_is_refused),
		FS_RIG_TEST(posix_semantics_replace_what_is_open),
		FS_RIG_TEST(many_renames_onto_one_name_leave_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
