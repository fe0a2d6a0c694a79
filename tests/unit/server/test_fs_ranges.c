/* SPDX-License-Identifier: MIT */
/* Sparse files, zeroes and shared extents, as a client sees them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>

#include "fs_rig.h"
#include "server/session_end.h"
#include "server/session_table.h"
#include "wire/fscc_file.h"
#include "wire/fsctl_ranges.h"
#include "wire/smb2_query_info.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define BLOCK        65536u /* a multiple of what any disk allocates */

static uint32_t ask(struct fs_rig *rig, uint32_t code, struct smb2_file_id id,
		    struct view input, uint32_t max, struct smb2_ioctl_rsp *rsp)
{
	return fs_rig_ioctl(
		rig,
		&(struct smb2_ioctl_req){
			.ctl_code = code, .file_id = id, .input = input, .max_output = max},
		rsp);
}

static uint32_t ask64(struct fs_rig *rig, uint32_t code, struct smb2_file_id id, uint64_t a,
		      uint64_t b, uint32_t max, struct smb2_ioctl_rsp *rsp)
{
	struct wire_writer w;
	struct buf input;
	uint32_t status;

	buf_init(&input, 16);
	w = wire_writer_at_end(&input);
	fsctl_range_encode(&w, &(struct fsctl_range){a, b});
	assert_int_equal(wire_put_status(&w), NS_OK);
	status = ask(rig, code, id, buf_view(&input), max, rsp);
	buf_release(&input);
	return status;
}

static uint32_t zero(struct fs_rig *rig, struct smb2_file_id id, uint64_t from, uint64_t to)
{
	struct smb2_ioctl_rsp rsp;

	return ask64(rig, FSCTL_SET_ZERO_DATA, id, from, to, 0, &rsp);
}

static uint32_t set_sparse(struct fs_rig *rig, struct smb2_file_id id, bool sparse)
{
	struct smb2_ioctl_rsp rsp;

	return ask(rig, FSCTL_SET_SPARSE, id, view_of(sparse ? "\1" : "\0", 1), 0, &rsp);
}

/* How many ranges there are, and whether they are these. */
static void ranges_are(struct fs_rig *rig, struct smb2_file_id id,
		       const struct fsctl_range *want, size_t count)
{
	struct smb2_ioctl_rsp rsp;
	struct fsctl_range got;

	assert_status(
		ask64(rig, FSCTL_QUERY_ALLOCATED_RANGES, id, 0, INT64_MAX, 1024, &rsp),
		NT_STATUS_SUCCESS);
	assert_int_equal(rsp.output.n, count * FSCTL_RANGE_LEN);
	for (size_t i = 0; i < count; i++) {
		struct view one =
			view_slice(rsp.output, i * FSCTL_RANGE_LEN, FSCTL_RANGE_LEN);

		assert_int_equal(fsctl_range_decode(&got, one), NS_OK);
		assert_int_equal(got.offset, want[i].offset);
		assert_int_equal(got.length, want[i].length);
	}
}

static bool is_sparse(struct fs_rig *rig, struct smb2_file_id id)
{
	struct smb2_query_info_rsp rsp;
	struct fscc_basic v;
	struct raw_reply r;

	assert_status(
		fs_rig_query(rig, id, SMB2_0_INFO_FILE, FILE_BASIC_INFORMATION, 64, &r),
		NT_STATUS_SUCCESS);
	assert_int_equal(smb2_query_info_rsp_decode(&rsp, r.msg), NS_OK);
	assert_int_equal(fscc_basic_decode(&v, rsp.data), NS_OK);
	return (v.attributes & FS_ATTR_SPARSE) != 0;
}

/* Three blocks of data. */
static struct smb2_file_id three_blocks(struct fs_rig *rig, const char *name)
{
	static uint8_t block[BLOCK];
	struct smb2_file_id id = fs_rig_opened(rig, name, FILE_CREATE);

	memset(block, 'x', sizeof(block));
	for (uint64_t i = 0; i < 3; i++)
		assert_status(
			fs_rig_write(rig, id, i * BLOCK, view_of(block, sizeof(block))),
			NT_STATUS_SUCCESS);
	return id;
}

static void a_sparse_file_tells_its_holes(void **state)
{
	static const struct fsctl_range whole = {0, (uint64_t)3 * BLOCK};
	static const struct fsctl_range parts[] = {{0, BLOCK},
						   {2 * (uint64_t)BLOCK, BLOCK}};
	struct fs_rig *rig = *state;
	struct smb2_file_id id = three_blocks(rig, "f");
	struct smb2_ioctl_rsp rsp;

	assert_false(is_sparse(rig, id));
	ranges_are(rig, id, &whole, 1);
	assert_status(set_sparse(rig, id, true), NT_STATUS_SUCCESS);
	if (!is_sparse(rig, id))
		skip(); /* the disk keeps no attributes beside a file */
	ranges_are(rig, id, &whole, 1);
	assert_status(zero(rig, id, BLOCK, 2 * (uint64_t)BLOCK), NT_STATUS_SUCCESS);
	ranges_are(rig, id, parts, 2);
	/* Of two ranges there is room for one, or for none. */
	assert_status(ask64(rig, FSCTL_QUERY_ALLOCATED_RANGES, id, 0, INT64_MAX, 31, &rsp),
		      NT_STATUS_BUFFER_OVERFLOW);
	assert_int_equal(rsp.output.n, FSCTL_RANGE_LEN);
	assert_status(ask64(rig, FSCTL_QUERY_ALLOCATED_RANGES, id, 0, INT64_MAX, 15, &rsp),
		      NT_STATUS_BUFFER_TOO_SMALL);
	assert_status(ask64(rig, FSCTL_QUERY_ALLOCATED_RANGES, id, BLOCK, BLOCK, 0, &rsp),
		      NT_STATUS_SUCCESS);
	assert_int_equal(rsp.output.n, 0);
	/* What is sparse no more has space for all of it. */
	assert_status(set_sparse(rig, id, false), NT_STATUS_SUCCESS);
	assert_false(is_sparse(rig, id));
	ranges_are(rig, id, &whole, 1);
}

static void what_is_no_range_is_refused(void **state)
{
	static const struct {
		uint32_t code;
		uint64_t a, b;
		uint32_t status;
	} rows[] = {
		{FSCTL_SET_ZERO_DATA, 2, 1, NT_STATUS_INVALID_PARAMETER},
		{FSCTL_SET_ZERO_DATA, 0, UINT64_MAX, NT_STATUS_INVALID_PARAMETER},
		{FSCTL_SET_ZERO_DATA, UINT64_MAX, UINT64_MAX, NT_STATUS_INVALID_PARAMETER},
		{FSCTL_SET_ZERO_DATA, 0, 0, NT_STATUS_SUCCESS},
		{FSCTL_SET_ZERO_DATA, INT64_MAX, INT64_MAX, NT_STATUS_SUCCESS},
		{FSCTL_SET_ZERO_DATA, 4 * (uint64_t)BLOCK, INT64_MAX, NT_STATUS_SUCCESS},
		{FSCTL_QUERY_ALLOCATED_RANGES, 0, UINT64_MAX, NT_STATUS_INVALID_PARAMETER},
		{FSCTL_QUERY_ALLOCATED_RANGES, UINT64_MAX, 0, NT_STATUS_INVALID_PARAMETER},
		{FSCTL_QUERY_ALLOCATED_RANGES, INT64_MAX, 1, NT_STATUS_INVALID_PARAMETER},
		{FSCTL_QUERY_ALLOCATED_RANGES, INT64_MAX, 0, NT_STATUS_SUCCESS},
		{FSCTL_QUERY_ALLOCATED_RANGES, 4 * (uint64_t)BLOCK, 5, NT_STATUS_SUCCESS},
	};
	struct fs_rig *rig = *state;
	struct smb2_file_id id = three_blocks(rig, "f");
	struct smb2_file_id dir;
	struct smb2_ioctl_rsp rsp;

	disk_make(rig->disk, "dir/", NULL);
	dir = fs_rig_opened(rig, "dir", FILE_OPEN);
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_status(ask64(rig, rows[i].code, id, rows[i].a, rows[i].b, 64, &rsp),
			      rows[i].status);
		assert_int_equal(rsp.output.n, 0);
		assert_status(ask(rig, rows[i].code, id, view_of("123456789012345", 15), 64,
				  &rsp),
			      NT_STATUS_INVALID_PARAMETER);
		assert_status(ask64(rig, rows[i].code, dir, 0, 1, 64, &rsp),
			      NT_STATUS_INVALID_PARAMETER);
	}
	assert_status(set_sparse(rig, dir, true), NT_STATUS_INVALID_PARAMETER);
}

static void each_needs_a_right_to_the_file(void **state)
{
	static const struct {
		uint32_t access;
		bool sparse, zero, query;
	} rows[] = {
		{FILE_READ_ATTRIBUTES, false, false, false},
		{FILE_READ_DATA, false, false, true},
		{FILE_WRITE_DATA, true, true, false},
		{FILE_APPEND_DATA, true, false, false},
		{FILE_WRITE_ATTRIBUTES, true, false, false},
	};
	struct fs_rig *rig = *state;
	struct smb2_create_req how = fs_rig_create(FILE_OPEN);
	struct smb2_create_rsp file;
	struct smb2_ioctl_rsp rsp;

	assert_status(fs_rig_close(rig, three_blocks(rig, "f")), NT_STATUS_SUCCESS);
	for (size_t i = 0; i < COUNT(rows); i++) {
		how.desired_access = rows[i].access;
		assert_status(fs_rig_open(rig, "f", &how, &file), NT_STATUS_SUCCESS);
		assert_status(set_sparse(rig, file.file_id, true),
			      rows[i].sparse ? NT_STATUS_SUCCESS : NT_STATUS_ACCESS_DENIED);
		assert_status(zero(rig, file.file_id, 0, 1),
			      rows[i].zero ? NT_STATUS_SUCCESS : NT_STATUS_ACCESS_DENIED);
		assert_status(ask64(rig, FSCTL_QUERY_ALLOCATED_RANGES, file.file_id, 0, 1,
				    64, &rsp),
			      rows[i].query ? NT_STATUS_SUCCESS : NT_STATUS_ACCESS_DENIED);
		assert_status(fs_rig_close(rig, file.file_id), NT_STATUS_SUCCESS);
	}
}

/* A client that asks about thousands of parts gets them all, in several steps. */
static void many_ranges_are_told_in_one_answer(void **state)
{
	enum { PARTS = 1500 };
	struct fs_rig *rig = *state;
	struct smb2_file_id id = fs_rig_opened(rig, "f", FILE_CREATE);
	struct smb2_ioctl_rsp rsp;

	assert_status(set_sparse(rig, id, true), NT_STATUS_SUCCESS);
	if (!is_sparse(rig, id))
		skip();
	for (uint64_t i = 0; i < PARTS; i++)
		assert_status(fs_rig_write(rig, id, i * BLOCK, VIEW_LITERAL("x")),
			      NT_STATUS_SUCCESS);
	assert_status(
		ask64(rig, FSCTL_QUERY_ALLOCATED_RANGES, id, 0, INT64_MAX, BLOCK, &rsp),
		NT_STATUS_SUCCESS);
	assert_int_equal(rsp.output.n, (size_t)PARTS * FSCTL_RANGE_LEN);
}

/* More than a step has: an end of the session comes between two of them. */
static void a_session_that_ends_ends_its_zeroes(void **state)
{
	struct fs_rig *rig = *state;
	struct serverlab *lab = &rig->lab;
	size_t fds = disk_descriptors();
	struct smb2_file_id id = fs_rig_opened(rig, "f", FILE_CREATE);
	struct session *s;
	struct raw_reply r;
	struct job *job;
	struct wire_writer w;
	struct buf input;

	assert_status(
		fs_rig_set64(rig, id, FILE_END_OF_FILE_INFORMATION, UINT64_C(1) << 32),
		NT_STATUS_SUCCESS);
	assert_status(set_sparse(rig, id, true), NT_STATUS_SUCCESS);
	lab->hold_jobs = true;
	buf_init(&input, 16);
	w = wire_writer_at_end(&input);
	fsctl_range_encode(&w, &(struct fsctl_range){0, UINT64_C(1) << 32});
	fs_rig_ask_ioctl(rig, &(struct smb2_ioctl_req){.ctl_code = FSCTL_SET_ZERO_DATA,
						       .file_id = id,
						       .input = buf_view(&input)});
	buf_release(&input);
	assert_int_equal(lab->job_count, 1);
	job = lab->jobs[0];
	lab->job_count = 0;
	job->run(job);
	server_job_done(lab->server, job);
	assert_int_equal(lab->job_count, 1); /* it has queued again */
	s = session_table_find(lab->server->sessions, rig->s.id);
	assert_non_null(s);
	session_end(s, SESSION_END_ADMIN, "admin");
	raw_expect(&rig->c, &r, SMB2_IOCTL, NT_STATUS_CANCELLED);
	lab->hold_jobs = false;
	serverlab_run_jobs(lab);
	serverlab_turn(lab);
	assert_int_equal(lab->server->counters.opens_now, 0);
	assert_int_equal(disk_descriptors(), fds);
}

static uint32_t duplicate(struct fs_rig *rig, struct smb2_file_id source,
			  struct smb2_file_id target, uint64_t length, bool ex)
{
	const struct fsctl_duplicate v = {.source = source, .length = length};
	struct smb2_ioctl_rsp rsp;
	struct wire_writer w;
	struct buf input;
	uint32_t status;

	buf_init(&input, 64);
	w = wire_writer_at_end(&input);
	if (ex)
		fsctl_duplicate_ex_encode(&w, &v);
	else
		fsctl_duplicate_encode(&w, &v);
	assert_int_equal(wire_put_status(&w), NS_OK);
	status = ask(rig,
		     ex ? FSCTL_DUPLICATE_EXTENTS_TO_FILE_EX
			: FSCTL_DUPLICATE_EXTENTS_TO_FILE,
		     target, buf_view(&input), 0, &rsp);
	buf_release(&input);
	return status;
}

static void extents_are_shared_or_cleanly_refused(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_create_req how = fs_rig_create(FILE_OPEN);
	struct smb2_file_id source = three_blocks(rig, "s"), none = source;
	struct smb2_file_id target = fs_rig_opened(rig, "t", FILE_CREATE);
	struct smb2_create_rsp writer;
	struct smb2_ioctl_rsp rsp;
	struct view data;

	none.volatile_id++;
	how.desired_access = FILE_WRITE_DATA;
	assert_status(fs_rig_open(rig, "s", &how, &writer), NT_STATUS_SUCCESS);
	for (int ex = 0; ex < 2; ex++) {
		uint32_t status = duplicate(rig, source, target, BLOCK, ex);

		if (status == NT_STATUS_SUCCESS) {
			assert_status(fs_rig_read(rig, target, 0, 1, &data), status);
			assert_int_equal(data.p[0], 'x');
		} else {
			assert_status(status, NT_STATUS_INVALID_DEVICE_REQUEST);
		}
		assert_status(duplicate(rig, source, target, 0, ex), NT_STATUS_SUCCESS);
		assert_status(duplicate(rig, source, target, 4 * (uint64_t)BLOCK, ex),
			      NT_STATUS_NOT_SUPPORTED);
		assert_status(duplicate(rig, source, source, BLOCK, ex),
			      NT_STATUS_NOT_SUPPORTED);
		assert_status(duplicate(rig, none, target, BLOCK, ex),
			      NT_STATUS_INVALID_HANDLE);
		assert_status(duplicate(rig, writer.file_id, target, BLOCK, ex),
			      NT_STATUS_INVALID_PARAMETER);
	}
	assert_status(
		ask(rig, FSCTL_DUPLICATE_EXTENTS_TO_FILE, target, view_of("x", 1), 0, &rsp),
		NT_STATUS_INVALID_PARAMETER);
	assert_status(set_sparse(rig, source, true), NT_STATUS_SUCCESS);
	if (is_sparse(rig, source))
		assert_status(duplicate(rig, source, target, BLOCK, false),
			      NT_STATUS_NOT_SUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FS_RIG_TEST(a_sparse_file_tells_its_holes),
		FS_RIG_TEST(what_is_no_range_is_refused),
		FS_RIG_TEST(each_needs_a_right_to_the_file),
		FS_RIG_TEST(many_ranges_are_told_in_one_answer),
		FS_RIG_TEST(a_session_that_ends_ends_its_zeroes),
		FS_RIG_TEST(extents_are_shared_or_cleanly_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
