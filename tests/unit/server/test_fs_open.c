/* SPDX-License-Identifier: MIT */
/* CREATE, READ, WRITE, FLUSH and CLOSE of files, as a client sees them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "fs_rig.h"
#include "server/open.h"
#include "wire/smb2_create_context.h"
#include "wire/smb2_flush.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void a_file_is_made_written_read_and_closed(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_create_req how = fs_rig_create(FILE_CREATE);
	struct smb2_create_rsp rsp;
	struct raw_reply r;
	struct view data;

	assert_status(fs_rig_open(rig, "new.txt", &how, &rsp), NT_STATUS_SUCCESS);
	assert_int_equal(rsp.action, FILE_CREATED);
	assert_int_equal(rsp.oplock_level, SMB2_OPLOCK_LEVEL_NONE);
	assert_int_equal(rsp.end_of_file, 0);
	assert_int_equal(rsp.file_attributes, FILE_ATTRIBUTE_ARCHIVE);
	assert_true(rsp.creation_time > 0 && rsp.last_write_time > 0);
	assert_status(fs_rig_write(rig, rsp.file_id, 0, VIEW_LITERAL("hello")),
		      NT_STATUS_SUCCESS);
	assert_status(fs_rig_write(rig, rsp.file_id, 0, (struct view){0}),
		      NT_STATUS_SUCCESS);
	assert_status(fs_rig_read(rig, rsp.file_id, 1, 100, &data), NT_STATUS_SUCCESS);
	assert_int_equal(data.n, 4);
	assert_memory_equal(data.p, "ello", 4);
	assert_status(fs_rig_read(rig, rsp.file_id, 5, 100, &data), NT_STATUS_END_OF_FILE);
	raw_begin(&rig->c);
	smb2_flush_req_encode(raw_add(&rig->c, &rig->s, SMB2_FLUSH),
			      &(struct smb2_flush_req){rsp.file_id});
	raw_send(&rig->c);
	raw_expect(&rig->c, &r, SMB2_FLUSH, NT_STATUS_SUCCESS);
	assert_status(fs_rig_close(rig, rsp.file_id), NT_STATUS_SUCCESS);
	assert_status(fs_rig_close(rig, rsp.file_id), NT_STATUS_FILE_CLOSED);
	disk_holds(rig->disk, "new.txt", "hello");
}

static void a_close_tells_attributes_if_asked(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_file_id id;
	struct smb2_close_rsp rsp;
	struct raw_reply r;

	disk_make(rig->disk, "a", "abc");
	for (uint16_t flags = 0; flags < 2; flags++) {
		id = fs_rig_opened(rig, "a", FILE_OPEN);
		raw_begin(&rig->c);
		smb2_close_req_encode(raw_add(&rig->c, &rig->s, SMB2_CLOSE),
				      &(struct smb2_close_req){flags, id});
		raw_send(&rig->c);
		raw_expect(&rig->c, &r, SMB2_CLOSE, NT_STATUS_SUCCESS);
		assert_int_equal(smb2_close_rsp_decode(&rsp, r.msg), NS_OK);
		assert_int_equal(rsp.flags, flags);
		assert_int_equal(rsp.end_of_file, flags ? 3 : 0);
		assert_int_equal(rsp.file_attributes, flags ? FILE_ATTRIBUTE_ARCHIVE : 0);
	}
}

static void hostile_names_are_refused(void **state)
{
	static const struct {
		const char *name;
		uint32_t status;
	} rows[] = {
		{"..\\secret", NT_STATUS_OBJECT_PATH_SYNTAX_BAD},
		{"a\\..\\..\\secret", NT_STATUS_OBJECT_PATH_SYNTAX_BAD},
		{"\\etc\\passwd", NT_STATUS_INVALID_PARAMETER},
		{"/etc/passwd", NT_STATUS_INVALID_PARAMETER},
		{"../secret", NT_STATUS_OBJECT_PATH_SYNTAX_BAD},
		{"a:stream", NT_STATUS_OBJECT_NAME_INVALID},
		{"a*", NT_STATUS_OBJECT_NAME_INVALID},
		{"a.", NT_STATUS_OBJECT_NAME_INVALID},
		{".\uf029\\secret", NT_STATUS_OBJECT_NAME_INVALID},
		{"outside", NT_STATUS_ACCESS_DENIED},
		{"up\\secret", NT_STATUS_ACCESS_DENIED},
	};
	struct fs_rig *rig = *state;
	struct smb2_create_req how = fs_rig_create(FILE_OPEN_IF);

	disk_link(rig->disk, "outside", "../secret");
	disk_link(rig->disk, "up", "..");
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_status(fs_rig_open(rig, rows[i].name, &how, NULL), rows[i].status);
}

static void options_and_masks_are_checked(void **state)
{
	static const struct {
		uint32_t access, options, share, disposition;
		uint32_t status;
	} rows[] = {
		{0, 0, 7, FILE_OPEN, NT_STATUS_ACCESS_DENIED},
		{GENERIC_READ, 0, 8, FILE_OPEN, NT_STATUS_INVALID_PARAMETER},
		{GENERIC_READ, 0, 7, 6, NT_STATUS_INVALID_PARAMETER},
		{GENERIC_READ, FILE_DIRECTORY_FILE | FILE_NON_DIRECTORY_FILE, 7, FILE_OPEN,
		 NT_STATUS_INVALID_PARAMETER},
		{GENERIC_READ, FILE_DIRECTORY_FILE, 7, FILE_OVERWRITE_IF,
		 NT_STATUS_INVALID_PARAMETER},
		{GENERIC_READ, FILE_DIRECTORY_FILE, 7, FILE_OPEN,
		 NT_STATUS_NOT_A_DIRECTORY},
		{GENERIC_READ, FILE_OPEN_BY_FILE_ID, 7, FILE_OPEN, NT_STATUS_NOT_SUPPORTED},
		{GENERIC_READ, FILE_RESERVE_OPFILTER, 7, FILE_OPEN,
		 NT_STATUS_NOT_SUPPORTED},
		{GENERIC_READ, FILE_DELETE_ON_CLOSE, 7, FILE_OPEN,
		 NT_STATUS_INVALID_PARAMETER},
		{ACCESS_SYSTEM_SECURITY, 0, 7, FILE_OPEN, NT_STATUS_ACCESS_DENIED},
	};
	struct fs_rig *rig = *state;

	disk_make(rig->disk, "a", "");
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct smb2_create_req how = fs_rig_create(rows[i].disposition);

		how.desired_access = rows[i].access;
		how.options = rows[i].options;
		how.share_access = rows[i].share;
		assert_status(fs_rig_open(rig, "a", &how, NULL), rows[i].status);
	}
	assert_int_equal(rig->lab.server->counters.opens_now, 0);
}

static void rights_are_those_that_were_opened(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_create_req how = fs_rig_create(FILE_OPEN);
	struct smb2_create_rsp rsp;
	struct view data;

	disk_make(rig->disk, "a", "abc");
	how.desired_access = FILE_READ_ATTRIBUTES;
	assert_status(fs_rig_open(rig, "a", &how, &rsp), NT_STATUS_SUCCESS);
	assert_status(fs_rig_read(rig, rsp.file_id, 0, 1, &data), NT_STATUS_ACCESS_DENIED);
	assert_status(fs_rig_write(rig, rsp.file_id, 0, VIEW_LITERAL("x")),
		      NT_STATUS_ACCESS_DENIED);
	assert_status(fs_rig_set(rig, rsp.file_id, FILE_DISPOSITION_INFORMATION,
				 VIEW_LITERAL("\x01")),
		      NT_STATUS_ACCESS_DENIED);
	how.desired_access = ACCESS_MAXIMUM_ALLOWED;
	assert_status(fs_rig_open(rig, "a", &how, &rsp), NT_STATUS_SUCCESS);
	assert_status(fs_rig_write(rig, rsp.file_id, 0, VIEW_LITERAL("x")),
		      NT_STATUS_SUCCESS);
	disk_holds(rig->disk, "a", "xbc");
}

static void a_read_only_share_is_read_only(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_create_req how = fs_rig_create(FILE_OPEN);
	struct smb2_create_rsp rsp;
	struct view data;

	disk_make(rig->disk, "a", "abc");
	rig->c.tree = rig->ro;
	assert_status(fs_rig_open(rig, "a", &how, NULL), NT_STATUS_ACCESS_DENIED);
	how.desired_access = GENERIC_READ;
	how.disposition = FILE_OVERWRITE_IF;
	assert_status(fs_rig_open(rig, "a", &how, NULL), NT_STATUS_ACCESS_DENIED);
	assert_status(fs_rig_open(rig, "new", &how, NULL), NT_STATUS_ACCESS_DENIED);
	how.disposition = FILE_OPEN;
	how.desired_access = ACCESS_MAXIMUM_ALLOWED;
	assert_status(fs_rig_open(rig, "a", &how, &rsp), NT_STATUS_SUCCESS);
	assert_status(fs_rig_write(rig, rsp.file_id, 0, VIEW_LITERAL("x")),
		      NT_STATUS_ACCESS_DENIED);
	assert_status(fs_rig_set(rig, rsp.file_id, FILE_DISPOSITION_INFORMATION,
				 VIEW_LITERAL("\x01")),
		      NT_STATUS_ACCESS_DENIED);
	assert_status(fs_rig_read(rig, rsp.file_id, 0, 3, &data), NT_STATUS_SUCCESS);
	disk_holds(rig->disk, "a", "abc");
}

static void contexts_are_answered(void **state)
{
	struct fs_rig *rig = *state;
	const struct smb2_create_context asked[] = {
		{view_of_string(SMB2_CREATE_QUERY_MAXIMAL_ACCESS), {0}},
		{view_of_string(SMB2_CREATE_QUERY_ON_DISK_ID), {0}},
	};
	struct smb2_create_req how = fs_rig_create(FILE_OPEN_IF);
	struct smb2_create_contexts it;
	struct smb2_create_context got;
	struct smb2_create_rsp rsp;
	struct wire_writer w;
	struct buf chain;

	buf_init(&chain, 256);
	w = wire_writer_at_end(&chain);
	smb2_create_contexts_encode(&w, asked, COUNT(asked));
	assert_int_equal(wire_put_status(&w), NS_OK);
	how.contexts = buf_view(&chain);
	assert_status(fs_rig_open(rig, "a", &how, &rsp), NT_STATUS_SUCCESS);
	it = smb2_create_contexts_of(rsp.contexts);
	assert_true(smb2_create_context_next(&it, &got));
	assert_true(view_equal(got.name, view_of_string(SMB2_CREATE_QUERY_MAXIMAL_ACCESS)));
	assert_int_equal(got.data.n, 8);
	assert_true(smb2_create_context_next(&it, &got));
	assert_true(view_equal(got.name, view_of_string(SMB2_CREATE_QUERY_ON_DISK_ID)));
	assert_int_equal(got.data.n, 32);
	assert_false(smb2_create_context_next(&it, &got));
	buf_release(&chain);
}

/* 2.2.13.2.6: room for a new file, and none for one that is there already. */
static void a_file_may_be_given_room(void **state)
{
	static const struct {
		uint32_t disposition;
		size_t n; /* bytes of the context */
		uint32_t status;
		uint64_t least, most;
	} rows[] = {
		{FILE_CREATE, 7, NT_STATUS_INVALID_PARAMETER, 0, 0},
		{FILE_CREATE, 8, NT_STATUS_SUCCESS, 1 << 20, 2 << 20},
		{FILE_OVERWRITE, 8, NT_STATUS_SUCCESS, 1 << 20, 2 << 20},
		{FILE_SUPERSEDE, 0, NT_STATUS_SUCCESS, 0, 8192},
		{FILE_OPEN, 8, NT_STATUS_SUCCESS, 0, 8192},
	};
	static const char room[] = "\0\0\x10\0\0\0\0\0";
	struct fs_rig *rig = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct smb2_create_context context = {
			view_of_string(SMB2_CREATE_ALLOCATION_SIZE),
			view_of(room, rows[i].n)};
		struct smb2_create_req how = fs_rig_create(rows[i].disposition);
		struct smb2_create_rsp rsp;
		struct wire_writer w;
		struct buf chain;

		buf_init(&chain, 256);
		w = wire_writer_at_end(&chain);
		smb2_create_contexts_encode(&w, &context, 1);
		assert_int_equal(wire_put_status(&w), NS_OK);
		if (rows[i].n > 0)
			how.contexts = buf_view(&chain);
		assert_status(fs_rig_open(rig, "a", &how, &rsp), rows[i].status);
		if (rows[i].status == NT_STATUS_SUCCESS) {
			assert_in_range(rsp.allocation_size, rows[i].least, rows[i].most);
			assert_int_equal(rsp.end_of_file, 0);
			assert_status(fs_rig_close(rig, rsp.file_id), NT_STATUS_SUCCESS);
		}
		buf_release(&chain);
	}
}

/* Who wants yesterday's file must not get another. */
static void class_6_what_is_not_kept_is_not_found(void **state)
{
	const struct smb2_create_context yesterday = {
		VIEW_LITERAL(SMB2_CREATE_TIMEWARP_TOKEN), VIEW_LITERAL("12345678")};
	struct fs_rig *rig = *state;
	struct smb2_create_req how = fs_rig_create(FILE_OPEN);
	struct wire_writer w;
	struct buf chain;

	disk_make(rig->disk, "a", "");
	buf_init(&chain, 256);
	w = wire_writer_at_end(&chain);
	smb2_create_contexts_encode(&w, &yesterday, 1);
	assert_int_equal(wire_put_status(&w), NS_OK);
	how.contexts = buf_view(&chain);
	assert_status(fs_rig_open(rig, "a", &how, NULL), NT_STATUS_OBJECT_NAME_NOT_FOUND);
	buf_release(&chain);
}

static void share_modes_hold_between_opens(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_create_req how = fs_rig_create(FILE_OPEN);
	struct smb2_create_rsp rsp;

	disk_make(rig->disk, "a", "");
	how.share_access = 0;
	assert_status(fs_rig_open(rig, "a", &how, &rsp), NT_STATUS_SUCCESS);
	how.share_access = 7;
	assert_status(fs_rig_open(rig, "A", &how, NULL), NT_STATUS_SHARING_VIOLATION);
	assert_status(fs_rig_close(rig, rsp.file_id), NT_STATUS_SUCCESS);
	assert_status(fs_rig_open(rig, "A", &how, NULL), NT_STATUS_SUCCESS);
}

/* Whatever ends the open: the name is free again, the file that was to go has gone. */
static void a_tree_that_goes_takes_its_opens_along(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_create_req how = fs_rig_create(FILE_CREATE);

	how.share_access = 0;
	how.options = FILE_DELETE_ON_CLOSE;
	assert_status(fs_rig_open(rig, "a", &how, NULL), NT_STATUS_SUCCESS);
	assert_true(disk_has(rig->disk, "a"));
	assert_int_equal(raw_simple(&rig->c, &rig->s, SMB2_TREE_DISCONNECT),
			 NT_STATUS_SUCCESS);
	serverlab_run_jobs(&rig->lab);
	assert_false(disk_has(rig->disk, "a"));
	assert_int_equal(rig->lab.server->counters.opens_now, 0);
}

/* Bug class: a job comes back and its connection, session and request are gone. */
static void class_6_a_create_whose_client_has_gone_leaves_nothing_open(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_create_req how = fs_rig_create(FILE_OPEN);
	struct fs_open direct = disk_open(rig->disk, "a", FS_OPEN);

	disk_make(rig->disk, "a", "");
	how.share_access = 0;
	how.name = view_of("a", 2);
	rig->lab.hold_jobs = true;
	raw_begin(&rig->c);
	smb2_create_req_encode(raw_add(&rig->c, &rig->s, SMB2_CREATE), &how);
	raw_send(&rig->c);
	assert_int_equal(rig->lab.job_count, 1);
	raw_session_release(&rig->s);
	raw_disconnect(&rig->c);
	serverlab_turn(&rig->lab);
	serverlab_run_jobs(&rig->lab);
	assert_int_equal(rig->lab.server->counters.opens_now, 0);
	disk_close(disk_opened(&direct));
	raw_connect(&rig->c, &rig->lab, "10.0.0.1");
}

/* The same for a write: the file was closed meanwhile, the bytes arrive all the same. */
static void class_6_a_write_whose_client_has_gone_ends_well(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_file_id id = fs_rig_opened(rig, "a", FILE_CREATE);

	rig->lab.hold_jobs = true;
	raw_begin(&rig->c);
	smb2_write_req_encode(
		raw_add(&rig->c, &rig->s, SMB2_WRITE),
		&(struct smb2_write_req){.file_id = id, .data = VIEW_LITERAL("bytes")});
	raw_send(&rig->c);
	raw_session_release(&rig->s);
	raw_disconnect(&rig->c);
	serverlab_turn(&rig->lab);
	serverlab_run_jobs(&rig->lab);
	disk_holds(rig->disk, "a", "bytes");
	raw_connect(&rig->c, &rig->lab, "10.0.0.1");
}

/* How clients look at a file: three related requests in one message. */
static void a_compound_opens_queries_and_closes(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_create_req how = fs_rig_create(FILE_OPEN);
	struct raw_reply r;

	disk_make(rig->disk, "a", "abc");
	how.name = view_of("a", 2);
	rig->c.ask = 8;
	assert_int_equal(raw_echo(&rig->c, &rig->s), NT_STATUS_SUCCESS);
	rig->c.related = true;
	raw_begin(&rig->c);
	smb2_create_req_encode(raw_add(&rig->c, &rig->s, SMB2_CREATE), &how);
	raw_put_read(raw_add(&rig->c, &rig->s, SMB2_READ), SMB2_FILE_ID_NONE, 10);
	raw_put_close(raw_add(&rig->c, &rig->s, SMB2_CLOSE), SMB2_FILE_ID_NONE);
	raw_send(&rig->c);
	raw_expect(&rig->c, &r, SMB2_CREATE, NT_STATUS_SUCCESS);
	raw_expect(&rig->c, &r, SMB2_READ, NT_STATUS_SUCCESS);
	raw_expect(&rig->c, &r, SMB2_CLOSE, NT_STATUS_SUCCESS);
	assert_int_equal(rig->lab.server->counters.opens_now, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FS_RIG_TEST(a_file_is_made_written_read_and_closed),
		FS_RIG_TEST(a_close_tells_attributes_if_asked),
		FS_RIG_TEST(hostile_names_are_refused),
		FS_RIG_TEST(options_and_masks_are_checked),
		FS_RIG_TEST(rights_are_those_that_were_opened),
		FS_RIG_TEST(a_read_only_share_is_read_only),
		FS_RIG_TEST(contexts_are_answered),
		FS_RIG_TEST(a_file_may_be_given_room),
		FS_RIG_TEST(class_6_what_is_not_kept_is_not_found),
		FS_RIG_TEST(share_modes_hold_between_opens),
		FS_RIG_TEST(a_tree_that_goes_takes_its_opens_along),
		FS_RIG_TEST(class_6_a_create_whose_client_has_gone_leaves_nothing_open),
		FS_RIG_TEST(class_6_a_write_whose_client_has_gone_ends_well),
		FS_RIG_TEST(a_compound_opens_queries_and_closes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
