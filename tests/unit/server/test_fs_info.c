/* SPDX-License-Identifier: MIT */
/* QUERY_INFO, SET_INFO and QUERY_DIRECTORY of files, as a client sees them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/nttime.h"
#include "base/utf16.h"
#include "fs_rig.h"
#include "lib/hex.h"
#include "server/open.h"
#include "wire/fscc_dir.h"
#include "wire/fscc_file.h"
#include "wire/fscc_set.h"
#include "wire/fscc_volume.h"
#include "wire/security_descriptor.h"
#include "wire/smb2_error.h"
#include "wire/smb2_query_directory.h"
#include "wire/smb2_query_info.h"
#include "wire/smb2_set_info.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct view queried(struct fs_rig *rig, struct smb2_file_id id, uint8_t type,
			   uint8_t info_class, struct raw_reply *r)
{
	struct smb2_query_info_rsp rsp;

	assert_status(fs_rig_query(rig, id, type, info_class, 65536, r), NT_STATUS_SUCCESS);
	assert_int_equal(smb2_query_info_rsp_decode(&rsp, r->msg), NS_OK);
	return rsp.data;
}

static void a_file_tells_of_itself(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_file_id id;
	struct fscc_network_open n;
	struct fscc_stream s;
	struct fscc_all all;
	struct raw_reply r;
	struct view name;

	disk_make(rig->disk, "Dir/", NULL);
	disk_make(rig->disk, "Dir/.a", "abc");
	id = fs_rig_opened(rig, "dir\\.A", FILE_OPEN);
	assert_int_equal(fscc_all_decode(&all, queried(rig, id, SMB2_0_INFO_FILE,
						       FILE_ALL_INFORMATION, &r)),
			 NS_OK);
	assert_int_equal(all.standard.end_of_file, 3);
	assert_int_equal(all.standard.links, 1);
	assert_false(all.standard.directory);
	assert_int_equal(all.basic.attributes,
			 FILE_ATTRIBUTE_ARCHIVE | FILE_ATTRIBUTE_HIDDEN);
	assert_true(all.access_flags & ACCESS_DELETE);
	assert_true(all.index_number != 0);
	assert_view_equal(all.name, view_of("\\\0D\0i\0r\0\\\0.\0a\0", 14));
	assert_int_equal(
		fscc_network_open_decode(&n, queried(rig, id, SMB2_0_INFO_FILE,
						     FILE_NETWORK_OPEN_INFORMATION, &r)),
		NS_OK);
	assert_int_equal(n.end_of_file, 3);
	assert_true(n.last_write_time == all.basic.last_write_time);
	assert_int_equal(fscc_stream_decode(&s, queried(rig, id, SMB2_0_INFO_FILE,
							FILE_STREAM_INFORMATION, &r)),
			 NS_OK);
	assert_int_equal(s.size, 3);
	assert_int_equal(
		fscc_name_decode(&name, queried(rig, id, SMB2_0_INFO_FILE,
						FILE_NORMALIZED_NAME_INFORMATION, &r)),
		NS_OK);
	assert_memory_equal(name.p, "D\0i\0r\0\\\0.\0a\0", name.n);
	assert_int_equal(name.n, 12);
}

/* Every class that has an answer has one, and refuses what it must. */
static void each_class_has_its_size(void **state)
{
	static const struct {
		uint8_t type, info_class;
		size_t fixed, whole;
	} rows[] = {
		{SMB2_0_INFO_FILE, FILE_BASIC_INFORMATION, 40, 40},
		{SMB2_0_INFO_FILE, FILE_STANDARD_INFORMATION, 24, 24},
		{SMB2_0_INFO_FILE, FILE_INTERNAL_INFORMATION, 8, 8},
		{SMB2_0_INFO_FILE, FILE_EA_INFORMATION, 4, 4},
		{SMB2_0_INFO_FILE, FILE_ACCESS_INFORMATION, 4, 4},
		{SMB2_0_INFO_FILE, FILE_POSITION_INFORMATION, 8, 8},
		{SMB2_0_INFO_FILE, FILE_MODE_INFORMATION, 4, 4},
		{SMB2_0_INFO_FILE, FILE_ALIGNMENT_INFORMATION, 4, 4},
		{SMB2_0_INFO_FILE, FILE_ALL_INFORMATION, 104, 104},
		{SMB2_0_INFO_FILE, FILE_STREAM_INFORMATION, 32, 38},
		{SMB2_0_INFO_FILE, FILE_NETWORK_OPEN_INFORMATION, 56, 56},
		{SMB2_0_INFO_FILE, FILE_ATTRIBUTE_TAG_INFORMATION, 8, 8},
		{SMB2_0_INFO_FILE, FILE_NORMALIZED_NAME_INFORMATION, 4, 6},
		{SMB2_0_INFO_FILE, FILE_ID_INFORMATION, 24, 24},
		{SMB2_0_INFO_FILESYSTEM, FILE_FS_VOLUME_INFORMATION, 24, 26},
		{SMB2_0_INFO_FILESYSTEM, FILE_FS_SIZE_INFORMATION, 24, 24},
		{SMB2_0_INFO_FILESYSTEM, FILE_FS_DEVICE_INFORMATION, 8, 8},
		{SMB2_0_INFO_FILESYSTEM, FILE_FS_ATTRIBUTE_INFORMATION, 16, 20},
		{SMB2_0_INFO_FILESYSTEM, FILE_FS_FULL_SIZE_INFORMATION, 32, 32},
		{SMB2_0_INFO_FILESYSTEM, FILE_FS_SECTOR_SIZE_INFORMATION, 28, 28},
		{SMB2_0_INFO_FILESYSTEM, FILE_FS_CONTROL_INFORMATION, 48, 48},
		{SMB2_0_INFO_FILESYSTEM, FILE_FS_OBJECTID_INFORMATION, 64, 64},
	};
	struct fs_rig *rig = *state;
	struct smb2_file_id id = fs_rig_opened(rig, "a", FILE_CREATE);
	struct smb2_query_info_rsp rsp;
	struct raw_reply r;

	for (size_t i = 0; i < COUNT(rows); i++) {
		uint8_t type = rows[i].type, class = rows[i].info_class;
		uint32_t fixed = (uint32_t)rows[i].fixed;

		assert_int_equal(queried(rig, id, type, class, &r).n, rows[i].whole);
		assert_status(fs_rig_query(rig, id, type, class, fixed - 1, &r),
			      NT_STATUS_INFO_LENGTH_MISMATCH);
		assert_status(fs_rig_query(rig, id, type, class, 0, &r),
			      NT_STATUS_INFO_LENGTH_MISMATCH);
		assert_status(fs_rig_query(rig, id, type, class, fixed, &r),
			      rows[i].whole > rows[i].fixed ? NT_STATUS_BUFFER_OVERFLOW
							    : NT_STATUS_SUCCESS);
		assert_int_equal(smb2_query_info_rsp_decode(&rsp, r.msg), NS_OK);
		assert_int_equal(rsp.data.n, fixed);
	}
}

/* Clients believe the flags: what they name must be there. */
static void a_volume_promises_what_it_keeps(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_file_id id = fs_rig_opened(rig, "a", FILE_CREATE);
	struct fscc_fs_attribute a;
	struct raw_reply r;

	assert_int_equal(
		fscc_fs_attribute_decode(&a, queried(rig, id, SMB2_0_INFO_FILESYSTEM,
						     FILE_FS_ATTRIBUTE_INFORMATION, &r)),
		NS_OK);
	assert_int_equal(a.attributes, FILE_CASE_PRESERVED_NAMES | FILE_UNICODE_ON_DISK |
					       FILE_SUPPORTS_SPARSE_FILES |
					       FILE_SUPPORTS_HARD_LINKS);
}

static void other_classes_are_refused(void **state)
{
	static const struct {
		uint8_t type, info_class;
		uint32_t status;
	} rows[] = {
		{SMB2_0_INFO_FILE, 0, NT_STATUS_INVALID_INFO_CLASS},
		{SMB2_0_INFO_FILE, 200, NT_STATUS_INVALID_INFO_CLASS},
		{SMB2_0_INFO_FILE, FILE_NAMES_INFORMATION, NT_STATUS_INVALID_INFO_CLASS},
		{SMB2_0_INFO_FILE, FILE_ALTERNATE_NAME_INFORMATION,
		 NT_STATUS_OBJECT_NAME_NOT_FOUND},
		{SMB2_0_INFO_FILE, FILE_FULL_EA_INFORMATION, NT_STATUS_NO_EAS_ON_FILE},
		{SMB2_0_INFO_FILE, FILE_PIPE_INFORMATION, NT_STATUS_NOT_SUPPORTED},
		{SMB2_0_INFO_FILESYSTEM, FILE_FS_LABEL_INFORMATION,
		 NT_STATUS_NOT_SUPPORTED},
		{SMB2_0_INFO_FILESYSTEM, 99, NT_STATUS_INVALID_INFO_CLASS},
		{SMB2_0_INFO_QUOTA, 0, NT_STATUS_NOT_SUPPORTED},
		{0, 4, NT_STATUS_INVALID_PARAMETER},
		{5, 4, NT_STATUS_INVALID_PARAMETER},
	};
	struct fs_rig *rig = *state;
	struct smb2_file_id id = fs_rig_opened(rig, "a", FILE_CREATE);
	struct raw_reply r;

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_status(
			fs_rig_query(rig, id, rows[i].type, rows[i].info_class, 4096, &r),
			rows[i].status);
}

/* What dialects below 3.1.1 do not know. */
static int up_with_210(void **state)
{
	return fs_rig_up_with(state, SMB2_DIALECT_210);
}

static void an_old_dialect_has_old_classes(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_file_id id = fs_rig_opened(rig, "a", FILE_CREATE);
	struct smb2_error_rsp error;
	struct raw_reply r;

	assert_status(fs_rig_query(rig, id, SMB2_0_INFO_FILE, FILE_ID_INFORMATION, 100, &r),
		      NT_STATUS_NOT_SUPPORTED);
	assert_status(fs_rig_query(rig, id, SMB2_0_INFO_FILE,
				   FILE_NORMALIZED_NAME_INFORMATION, 100, &r),
		      NT_STATUS_NOT_SUPPORTED);
	assert_status(fs_rig_query(rig, id, SMB2_0_INFO_SECURITY, 0, 10, &r),
		      NT_STATUS_BUFFER_TOO_SMALL);
	assert_int_equal(smb2_error_rsp_decode(&error, r.msg), NS_OK);
	assert_int_equal(error.context_count, 0);
	assert_int_equal(error.data.n, 4);
}

static void a_descriptor_is_made_of_the_mode(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_file_id id;
	struct security_descriptor d;
	struct smb2_error_rsp error;
	struct raw_reply r;
	struct view data;

	disk_make(rig->disk, "a", "");
	id = fs_rig_opened(rig, "a", FILE_OPEN);
	data = queried(rig, id, SMB2_0_INFO_SECURITY, 0, &r);
	assert_int_equal(security_descriptor_decode(&d, data), NS_OK);
	assert_true(d.has_owner && d.has_group && d.has_dacl);
	assert_int_equal(d.owner.authority, 22);
	assert_int_equal(d.aces, 3);
	assert_true(d.dacl[2].mask & FILE_WRITE_DATA);
	assert_false(d.dacl[2].mask & FILE_EXECUTE);
	/* Never a part of it: the error says how much room there must be. */
	assert_status(
		fs_rig_query(rig, id, SMB2_0_INFO_SECURITY, 0, (uint32_t)data.n - 1, &r),
		NT_STATUS_BUFFER_TOO_SMALL);
	assert_int_equal(smb2_error_rsp_decode(&error, r.msg), NS_OK);
	assert_int_equal(error.context_count, 1);
}

/* ------------------------------------------------------------------------ SET_INFO -- */

static uint32_t set_with(struct fs_rig *rig, struct smb2_file_id id, uint8_t class,
			 struct buf *b, const struct wire_writer *w)
{
	uint32_t status;

	assert_int_equal(wire_put_status(w), NS_OK);
	status = fs_rig_set(rig, id, class, buf_view(b));
	buf_release(b);
	return status;
}

static uint32_t set_basic(struct fs_rig *rig, struct smb2_file_id id,
			  const struct fscc_basic *basic)
{
	struct wire_writer w;
	struct buf b;

	buf_init(&b, 64);
	w = wire_writer_at_end(&b);
	fscc_basic_encode(&w, basic);
	return set_with(rig, id, FILE_BASIC_INFORMATION, &b, &w);
}

static void a_file_is_renamed(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_file_id id = fs_rig_opened(rig, "a", FILE_CREATE);
	const struct open *o = open_after(rig->lab.server, 0);
	struct buf shown;

	disk_make(rig->disk, "b", "b");
	disk_make(rig->disk, "dir/", NULL);
	assert_status(fs_rig_rename(rig, id, "b", false), NT_STATUS_OBJECT_NAME_COLLISION);
	assert_status(fs_rig_rename(rig, id, "..\\x", true),
		      NT_STATUS_OBJECT_PATH_SYNTAX_BAD);
	assert_status(fs_rig_rename(rig, id, "x:y", true), NT_STATUS_OBJECT_NAME_INVALID);
	assert_status(fs_rig_rename(rig, id, "", true), NT_STATUS_INVALID_PARAMETER);
	assert_status(fs_rig_rename(rig, id, "\\dir\\c", false), NT_STATUS_SUCCESS);
	assert_true(disk_has(rig->disk, "dir/c"));
	assert_false(disk_has(rig->disk, "a"));
	/* What an administrator sees of it. */
	buf_init(&shown, 4096);
	assert_int_equal(utf8_from_utf16(&shown, buf_view(&o->path16)), NS_OK);
	assert_int_equal(buf_append_zero(&shown, 1), NS_OK);
	assert_string_equal((char *)shown.p + strlen(rig->disk->share), "/dir/c");
	buf_release(&shown);
	assert_status(fs_rig_rename(rig, id, "b", true), NT_STATUS_SUCCESS);
	disk_holds(rig->disk, "b", "");
}

static uint32_t links_of(struct fs_rig *rig, struct smb2_file_id id)
{
	struct fscc_standard s;
	struct raw_reply r;

	assert_int_equal(fscc_standard_decode(&s, queried(rig, id, SMB2_0_INFO_FILE,
							  FILE_STANDARD_INFORMATION, &r)),
			 NS_OK);
	return s.links;
}

static void a_name_that_is_to_go_is_no_link(void **state)
{
	const struct view yes = VIEW_LITERAL("\x01");
	struct fs_rig *rig = *state;
	struct smb2_file_id file = fs_rig_opened(rig, "a", FILE_CREATE), dir;

	disk_make(rig->disk, "Dir/", NULL);
	disk_make(rig->disk, "Dir/Sub/", NULL);
	dir = fs_rig_opened(rig, "Dir", FILE_OPEN);
	assert_int_equal(links_of(rig, dir), 1);
	dir = fs_rig_opened(rig, "Dir\\Sub", FILE_OPEN);
	assert_status(fs_rig_set(rig, dir, FILE_DISPOSITION_INFORMATION, yes),
		      NT_STATUS_SUCCESS);
	assert_int_equal(links_of(rig, dir), 0);
	assert_int_equal(links_of(rig, file), 1);
	assert_status(fs_rig_set(rig, file, FILE_DISPOSITION_INFORMATION, yes),
		      NT_STATUS_SUCCESS);
	assert_int_equal(links_of(rig, file), 0);
}

static void a_file_is_deleted_by_its_disposition(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_file_id id = fs_rig_opened(rig, "a", FILE_CREATE);
	struct smb2_create_req how = fs_rig_create(FILE_OPEN);
	struct fscc_standard s;
	struct raw_reply r;

	assert_status(
		fs_rig_set(rig, id, FILE_DISPOSITION_INFORMATION, VIEW_LITERAL("\x01")),
		NT_STATUS_SUCCESS);
	assert_int_equal(fscc_standard_decode(&s, queried(rig, id, SMB2_0_INFO_FILE,
							  FILE_STANDARD_INFORMATION, &r)),
			 NS_OK);
	assert_true(s.delete_pending);
	assert_status(fs_rig_open(rig, "a", &how, NULL), NT_STATUS_DELETE_PENDING);
	assert_status(fs_rig_set(rig, id, FILE_DISPOSITION_INFORMATION_EX,
				 VIEW_LITERAL("\0\0\0\0")),
		      NT_STATUS_SUCCESS);
	assert_status(fs_rig_open(rig, "a", &how, NULL), NT_STATUS_SUCCESS);
	assert_status(fs_rig_set(rig, id, FILE_DISPOSITION_INFORMATION_EX,
				 VIEW_LITERAL("\x08\0\0\0")),
		      NT_STATUS_NOT_SUPPORTED);
}

static uint64_t position_of(struct fs_rig *rig, struct smb2_file_id id)
{
	uint64_t position = UINT64_MAX;
	struct raw_reply r;

	assert_int_equal(
		fscc_le64_decode(&position, queried(rig, id, SMB2_0_INFO_FILE,
						    FILE_POSITION_INFORMATION, &r)),
		NS_OK);
	return position;
}

/* It is told, and nothing goes by it: each request says where. */
static void the_position_is_where_it_was_last_read_or_written(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_file_id id = fs_rig_opened(rig, "a", FILE_CREATE);
	struct view data;

	assert_true(position_of(rig, id) == 0);
	assert_status(fs_rig_write(rig, id, 10, VIEW_LITERAL("abc")), NT_STATUS_SUCCESS);
	assert_true(position_of(rig, id) == 13);
	assert_status(fs_rig_read(rig, id, 2, 100, &data), NT_STATUS_SUCCESS);
	assert_true(position_of(rig, id) == 13);
	assert_status(fs_rig_read(rig, id, 1, 4, &data), NT_STATUS_SUCCESS);
	assert_true(position_of(rig, id) == 5);
	assert_status(fs_rig_read(rig, id, 13, 1, &data), NT_STATUS_END_OF_FILE);
	assert_true(position_of(rig, id) == 5);
	assert_status(fs_rig_set64(rig, id, FILE_POSITION_INFORMATION, 77),
		      NT_STATUS_SUCCESS);
	assert_true(position_of(rig, id) == 77);
}

static void sizes_times_and_attributes_are_set(void **state)
{
	const uint64_t then = nttime_from_unix(1000000000);
	struct fs_rig *rig = *state;
	struct smb2_file_id id;
	struct fscc_basic basic;
	struct raw_reply r;

	id = fs_rig_opened(rig, "a", FILE_CREATE);
	assert_status(fs_rig_write(rig, id, 0, VIEW_LITERAL("abc")), NT_STATUS_SUCCESS);
	assert_status(fs_rig_set64(rig, id, FILE_END_OF_FILE_INFORMATION, 2),
		      NT_STATUS_SUCCESS);
	disk_holds(rig->disk, "a", "ab");
	assert_status(fs_rig_set64(rig, id, FILE_END_OF_FILE_INFORMATION, UINT64_MAX),
		      NT_STATUS_INVALID_PARAMETER);
	assert_status(fs_rig_set64(rig, id, FILE_ALLOCATION_INFORMATION, 1),
		      NT_STATUS_SUCCESS);
	disk_holds(rig->disk, "a", "a");
	assert_status(fs_rig_set64(rig, id, FILE_POSITION_INFORMATION, 77),
		      NT_STATUS_SUCCESS);
	assert_status(set_basic(rig, id,
				&(struct fscc_basic){
					.creation_time = FSCC_TIME_FREEZE,
					.last_access_time = FSCC_TIME_THAW,
					.last_write_time = then,
					.attributes = FILE_ATTRIBUTE_READONLY,
				}),
		      NT_STATUS_SUCCESS);
	assert_int_equal(fscc_basic_decode(&basic, queried(rig, id, SMB2_0_INFO_FILE,
							   FILE_BASIC_INFORMATION, &r)),
			 NS_OK);
	assert_true(basic.last_write_time == then);
	assert_true(basic.last_access_time != then);
	assert_true(basic.attributes & FILE_ATTRIBUTE_READONLY);
	assert_status(
		set_basic(rig, id, &(struct fscc_basic){.last_write_time = 1ull << 63}),
		NT_STATUS_INVALID_PARAMETER);
	assert_status(
		set_basic(rig, id,
			  &(struct fscc_basic){.attributes = FILE_ATTRIBUTE_DIRECTORY}),
		NT_STATUS_INVALID_PARAMETER);
}

static void short_and_unknown_sets_are_refused(void **state)
{
	static const struct {
		uint8_t info_class;
		uint32_t status;
	} rows[] = {
		{FILE_BASIC_INFORMATION, NT_STATUS_INFO_LENGTH_MISMATCH},
		{FILE_RENAME_INFORMATION, NT_STATUS_INFO_LENGTH_MISMATCH},
		{FILE_END_OF_FILE_INFORMATION, NT_STATUS_INFO_LENGTH_MISMATCH},
		{FILE_ALLOCATION_INFORMATION, NT_STATUS_INFO_LENGTH_MISMATCH},
		{FILE_POSITION_INFORMATION, NT_STATUS_INFO_LENGTH_MISMATCH},
		{FILE_MODE_INFORMATION, NT_STATUS_INFO_LENGTH_MISMATCH},
		{FILE_DISPOSITION_INFORMATION_EX, NT_STATUS_INFO_LENGTH_MISMATCH},
		{FILE_RENAME_INFORMATION_EX, NT_STATUS_INFO_LENGTH_MISMATCH},
		{FILE_LINK_INFORMATION, NT_STATUS_INFO_LENGTH_MISMATCH},
		{FILE_FULL_EA_INFORMATION, NT_STATUS_EA_LIST_INCONSISTENT},
		{FILE_STANDARD_INFORMATION, NT_STATUS_INVALID_INFO_CLASS},
		{FILE_ALL_INFORMATION, NT_STATUS_INVALID_INFO_CLASS},
		{200, NT_STATUS_INVALID_INFO_CLASS},
	};
	struct fs_rig *rig = *state;
	struct smb2_file_id id = fs_rig_opened(rig, "a", FILE_CREATE);

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_status(fs_rig_set(rig, id, rows[i].info_class,
					 VIEW_LITERAL("\x01\x02\x03")),
			      rows[i].status);
	assert_status(fs_rig_set(rig, id, FILE_BASIC_INFORMATION, (struct view){0}),
		      NT_STATUS_INVALID_PARAMETER);
}

/* ----------------------------------------------------------------- QUERY_DIRECTORY -- */

static uint32_t list(struct fs_rig *rig, const struct smb2_query_directory_req *req,
		     struct raw_reply *r)
{
	raw_begin(&rig->c);
	smb2_query_directory_req_encode(raw_add(&rig->c, &rig->s, SMB2_QUERY_DIRECTORY),
					req);
	raw_send(&rig->c);
	assert_true(raw_next(&rig->c, r));
	assert_int_equal(r->hdr.command, SMB2_QUERY_DIRECTORY);
	return r->hdr.status;
}

static size_t count_names(const struct raw_reply *r, uint8_t class)
{
	struct smb2_query_directory_rsp rsp;
	struct fscc_dir_entry entry;
	struct fscc_dir_walk walk;
	size_t n = 0;

	assert_int_equal(smb2_query_directory_rsp_decode(&rsp, r->msg), NS_OK);
	walk = fscc_dir_walk_of(class, rsp.data);
	while (fscc_dir_next(&walk, &entry))
		n++;
	assert_int_equal(walk.err, NS_OK);
	return n;
}

static void a_directory_is_listed_in_each_class(void **state)
{
	static const uint8_t classes[] = {
		FILE_NAMES_INFORMATION,
		FILE_DIRECTORY_INFORMATION,
		FILE_FULL_DIRECTORY_INFORMATION,
		FILE_BOTH_DIRECTORY_INFORMATION,
		FILE_ID_FULL_DIRECTORY_INFORMATION,
		FILE_ID_BOTH_DIRECTORY_INFORMATION,
		FILE_ID_EXTD_DIRECTORY_INFORMATION,
	};
	struct fs_rig *rig = *state;
	struct smb2_query_directory_req req = {.output_len = 65536,
					       .pattern = view_of("*", 2),
					       .flags = SMB2_RESTART_SCANS};
	struct raw_reply r;

	disk_make(rig->disk, "a", "abc");
	disk_make(rig->disk, "dir/", NULL);
	req.file_id = fs_rig_opened(rig, "", FILE_OPEN);
	for (size_t i = 0; i < COUNT(classes); i++) {
		req.info_class = classes[i];
		assert_status(list(rig, &req, &r), NT_STATUS_SUCCESS);
		assert_int_equal(count_names(&r, classes[i]), 4);
	}
	req.flags = 0;
	assert_status(list(rig, &req, &r), NT_STATUS_NO_MORE_FILES);
	req.flags = SMB2_REOPEN;
	req.pattern = view_of("x", 2);
	assert_status(list(rig, &req, &r), NT_STATUS_NO_SUCH_FILE);
	req.flags = SMB2_RESTART_SCANS | SMB2_RETURN_SINGLE_ENTRY;
	req.pattern = view_of("A", 2);
	assert_status(list(rig, &req, &r), NT_STATUS_SUCCESS);
	assert_int_equal(count_names(&r, req.info_class), 1);
}

/* In small pieces it is the same listing: nothing twice, nothing lost. */
static void a_long_directory_comes_in_pieces(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_query_directory_req req = {
		.info_class = FILE_ID_BOTH_DIRECTORY_INFORMATION,
		.output_len = 512,
		.pattern = view_of("*", 2),
	};
	struct raw_reply r;
	size_t n = 0, answers = 0;
	uint32_t status;

	for (int i = 0; i < 50; i++) {
		char name[16];

		snprintf(name, sizeof name, "file %d", i);
		disk_make(rig->disk, name, "");
	}
	req.file_id = fs_rig_opened(rig, "", FILE_OPEN);
	while ((status = list(rig, &req, &r)) == NT_STATUS_SUCCESS) {
		n += count_names(&r, req.info_class);
		answers++;
	}
	assert_status(status, NT_STATUS_NO_MORE_FILES);
	assert_int_equal(n, 52);
	assert_true(answers > 10);
}

static void bad_listings_are_refused(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_create_req how = fs_rig_create(FILE_OPEN);
	struct smb2_query_directory_req req = {
		.info_class = FILE_NAMES_INFORMATION,
		.output_len = 4096,
		.pattern = view_of("*", 2),
	};
	struct smb2_create_rsp rsp;
	struct raw_reply r;

	req.file_id = fs_rig_opened(rig, "a", FILE_CREATE);
	assert_status(list(rig, &req, &r), NT_STATUS_INVALID_PARAMETER);
	how.desired_access = FILE_READ_ATTRIBUTES;
	assert_status(fs_rig_open(rig, "", &how, &rsp), NT_STATUS_SUCCESS);
	req.file_id = rsp.file_id;
	assert_status(list(rig, &req, &r), NT_STATUS_ACCESS_DENIED);
	req.file_id = fs_rig_opened(rig, "", FILE_OPEN);
	req.info_class = FILE_ALL_INFORMATION;
	assert_status(list(rig, &req, &r), NT_STATUS_INVALID_INFO_CLASS);
	req.info_class = FILE_NAMES_INFORMATION;
	req.output_len = 11;
	assert_status(list(rig, &req, &r), NT_STATUS_INFO_LENGTH_MISMATCH);
	req.output_len = UINT32_MAX;
	assert_status(list(rig, &req, &r), NT_STATUS_INVALID_PARAMETER);
	req.output_len = 4096;
	req.pattern = view_of("\\\0*\0", 4);
	assert_status(list(rig, &req, &r), NT_STATUS_OBJECT_NAME_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FS_RIG_TEST(the_position_is_where_it_was_last_read_or_written),
		FS_RIG_TEST(a_file_tells_of_itself),
		FS_RIG_TEST(each_class_has_its_size),
		FS_RIG_TEST(a_volume_promises_what_it_keeps),
		FS_RIG_TEST(other_classes_are_refused),
		cmocka_unit_test_setup_teardown(an_old_dialect_has_old_classes, up_with_210,
						fs_rig_down),
		FS_RIG_TEST(a_descriptor_is_made_of_the_mode),
		FS_RIG_TEST(a_file_is_renamed),
		FS_RIG_TEST(a_name_that_is_to_go_is_no_link),
		FS_RIG_TEST(a_file_is_deleted_by_its_disposition),
		FS_RIG_TEST(sizes_times_and_attributes_are_set),
		FS_RIG_TEST(short_and_unknown_sets_are_refused),
		FS_RIG_TEST(a_directory_is_listed_in_each_class),
		FS_RIG_TEST(a_long_directory_comes_in_pieces),
		FS_RIG_TEST(bad_listings_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
