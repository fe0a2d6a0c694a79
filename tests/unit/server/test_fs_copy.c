/* SPDX-License-Identifier: MIT */
/* Copies on the server, [MS-SMB2] 3.3.5.15.5 and .6, as a client sees them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "fs_rig.h"
#include "server/limits.h"
#include "server/session_end.h"
#include "server/session_table.h"
#include "wire/smb2_copychunk.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MIB          (1u << 20)

struct asked {
	struct smb2_file_id target;
	struct smb2_resume_key_rsp key;
	uint32_t code; /* 0: FSCTL_SRV_COPYCHUNK */
	uint32_t max_output;
	const struct smb2_copychunk *chunks;
	size_t count;
};

static struct smb2_resume_key_rsp key_of(struct fs_rig *rig, struct smb2_file_id id)
{
	struct smb2_ioctl_req req = {.ctl_code = FSCTL_SRV_REQUEST_RESUME_KEY,
				     .file_id = id,
				     .max_output = SMB2_RESUME_KEY_RSP_LEN};
	struct smb2_resume_key_rsp key;
	struct smb2_ioctl_rsp rsp;

	assert_status(fs_rig_ioctl(rig, &req, &rsp), NT_STATUS_SUCCESS);
	assert_int_equal(rsp.ctl_code, FSCTL_SRV_REQUEST_RESUME_KEY);
	assert_true(rsp.file_id.volatile_id == id.volatile_id);
	assert_int_equal(rsp.output.n, SMB2_RESUME_KEY_RSP_LEN);
	assert_int_equal(smb2_resume_key_rsp_decode(&key, rsp.output), NS_OK);
	return key;
}

static struct asked asks(struct fs_rig *rig, struct smb2_file_id source,
			 struct smb2_file_id target)
{
	return (struct asked){.target = target,
			      .key = key_of(rig, source),
			      .max_output = SMB2_COPYCHUNK_RSP_LEN};
}

static void send_copy(struct fs_rig *rig, const struct asked *a)
{
	struct smb2_copychunk_req what = {.count = (uint32_t)a->count};
	struct buf chunks, input;
	struct wire_writer w;

	memcpy(what.key, a->key.key, sizeof(what.key));
	buf_init(&chunks, 65536);
	w = wire_writer_at_end(&chunks);
	for (size_t i = 0; i < a->count; i++)
		smb2_copychunk_put(&w, &a->chunks[i]);
	what.chunks = buf_view(&chunks);
	buf_init(&input, 65536);
	w = wire_writer_at_end(&input);
	smb2_copychunk_req_encode(&w, &what);
	assert_int_equal(wire_put_status(&w), NS_OK);
	fs_rig_ask_ioctl(rig,
			 &(struct smb2_ioctl_req){
				 .ctl_code = a->code != 0 ? a->code : FSCTL_SRV_COPYCHUNK,
				 .file_id = a->target,
				 .input = buf_view(&input),
				 .max_output = a->max_output,
			 });
	buf_release(&chunks);
	buf_release(&input);
}

static uint32_t copy(struct fs_rig *rig, const struct asked *a,
		     struct smb2_copychunk_rsp *done)
{
	struct smb2_ioctl_rsp rsp;
	uint32_t status;

	send_copy(rig, a);
	status = fs_rig_ioctl_answer(rig, &rsp);
	*done = (struct smb2_copychunk_rsp){0};
	if (rsp.output.n > 0)
		assert_int_equal(smb2_copychunk_rsp_decode(done, rsp.output), NS_OK);
	return status;
}

static uint32_t copy_one(struct fs_rig *rig, struct asked a, struct smb2_copychunk chunk,
			 struct smb2_copychunk_rsp *done)
{
	a.chunks = &chunk;
	a.count = 1;
	return copy(rig, &a, done);
}

static void is(const struct smb2_copychunk_rsp *done, uint32_t chunks, uint32_t bytes,
	       uint32_t total)
{
	assert_int_equal(done->chunks_written, chunks);
	assert_int_equal(done->chunk_bytes_written, bytes);
	assert_int_equal(done->total_bytes_written, total);
}

static void are_the_limits(const struct smb2_copychunk_rsp *done)
{
	is(done, LIMIT_COPY_CHUNKS_MAX, LIMIT_COPY_CHUNK_MAX, LIMIT_COPY_MAX);
}

/* ------------------------------------------------------------------------- what is done --
 */

static void chunks_are_copied_in_their_order(void **state)
{
	static const struct smb2_copychunk chunks[] = {{0, 3, 3}, {3, 0, 3}, {5, 6, 1}};
	struct fs_rig *rig = *state;
	struct smb2_copychunk_rsp done;
	struct smb2_file_id source, target;
	struct asked a;

	disk_make(rig->disk, "s", "abcdef");
	source = fs_rig_opened(rig, "s", FILE_OPEN);
	target = fs_rig_opened(rig, "t", FILE_CREATE);
	a = asks(rig, source, target);
	a.chunks = chunks;
	a.count = COUNT(chunks);
	assert_status(copy(rig, &a, &done), NT_STATUS_SUCCESS);
	is(&done, 3, 0, 7);
	disk_holds(rig->disk, "t", "defabcf");
	a.count = 0;
	assert_status(copy(rig, &a, &done), NT_STATUS_SUCCESS);
	is(&done, 0, 0, 0);
	assert_status(copy_one(rig, a, (struct smb2_copychunk){0, UINT64_MAX, 2}, &done),
		      NT_STATUS_SUCCESS);
	disk_holds(rig->disk, "t", "defabcfab");
}

/* 3.3.5.15.6.1: the first chunk is copied, and the answer says so. */
static void what_was_copied_before_a_failure_is_told(void **state)
{
	static const struct smb2_copychunk chunks[] = {{0, 0, 3}, {4, 3, 3}, {0, 6, 1}};
	struct fs_rig *rig = *state;
	struct smb2_copychunk_rsp done;
	struct smb2_file_id source, target;
	struct asked a;

	disk_make(rig->disk, "s", "abcdef");
	source = fs_rig_opened(rig, "s", FILE_OPEN);
	target = fs_rig_opened(rig, "t", FILE_CREATE);
	a = asks(rig, source, target);
	a.chunks = chunks;
	a.count = COUNT(chunks);
	assert_status(copy(rig, &a, &done), NT_STATUS_INVALID_VIEW_SIZE);
	is(&done, 1, 0, 3);
	disk_holds(rig->disk, "t", "abc");
}

/* Two shares, one session: <alice> copies from the one that she may only read. */
static void a_copy_may_go_from_share_to_share(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_create_req how = fs_rig_create(FILE_OPEN);
	struct smb2_copychunk_rsp done;
	struct smb2_create_rsp rsp;
	struct smb2_file_id target;
	struct asked a;

	disk_make(rig->disk, "s", "abcdef");
	target = fs_rig_opened(rig, "t", FILE_CREATE);
	how.desired_access = GENERIC_READ;
	rig->c.tree = rig->ro;
	assert_status(fs_rig_open(rig, "s", &how, &rsp), NT_STATUS_SUCCESS);
	a = asks(rig, rsp.file_id, target);
	rig->c.tree = rig->data;
	assert_status(copy_one(rig, a, (struct smb2_copychunk){0, 0, 6}, &done),
		      NT_STATUS_SUCCESS);
	is(&done, 1, 0, 6);
	disk_holds(rig->disk, "t", "abcdef");
}

/* ---------------------------------------------------------------------- what is refused --
 */

static void the_limits_are_told_to_who_asks_for_more(void **state)
{
	static const struct smb2_copychunk bad[] = {
		{0, 0, 0},
		{0, 0, LIMIT_COPY_CHUNK_MAX + 1},
		{0, UINT64_MAX - 1, 1},
		{0, (uint64_t)INT64_MAX + 1, 1},
		{0, INT64_MAX, 1},
		{UINT64_MAX, 0, 1},
	};
	static struct smb2_copychunk many[LIMIT_COPY_CHUNKS_MAX + 1];
	struct fs_rig *rig = *state;
	struct smb2_copychunk_rsp done;
	struct smb2_file_id source, target;
	struct asked a;

	disk_make(rig->disk, "s", "abcdef");
	source = fs_rig_opened(rig, "s", FILE_OPEN);
	target = fs_rig_opened(rig, "t", FILE_CREATE);
	a = asks(rig, source, target);
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_status(copy_one(rig, a, bad[i], &done), NT_STATUS_INVALID_PARAMETER);
		are_the_limits(&done);
	}
	for (size_t i = 0; i < COUNT(many); i++)
		many[i] = (struct smb2_copychunk){0, i, 1};
	a.chunks = many;
	a.count = COUNT(many);
	assert_status(copy(rig, &a, &done), NT_STATUS_INVALID_PARAMETER);
	are_the_limits(&done);
	a.count--;
	assert_status(copy(rig, &a, &done), NT_STATUS_SUCCESS);
	is(&done, LIMIT_COPY_CHUNKS_MAX, 0, LIMIT_COPY_CHUNKS_MAX);
	for (size_t i = 0; i < LIMIT_COPY_MAX / LIMIT_COPY_CHUNK_MAX; i++)
		many[i].length = LIMIT_COPY_CHUNK_MAX;
	a.count = LIMIT_COPY_MAX / LIMIT_COPY_CHUNK_MAX + 1;
	assert_status(copy(rig, &a, &done), NT_STATUS_INVALID_PARAMETER);
	are_the_limits(&done);
}

static void what_is_no_copy_is_refused(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_copychunk chunk = {0, 0, 1};
	struct smb2_copychunk_rsp done;
	struct smb2_ioctl_rsp rsp;
	struct smb2_file_id source, target;
	struct asked a, b;

	disk_make(rig->disk, "s", "abcdef");
	source = fs_rig_opened(rig, "s", FILE_OPEN);
	target = fs_rig_opened(rig, "t", FILE_CREATE);
	a = b = asks(rig, source, target);
	b.max_output--;
	assert_status(copy_one(rig, b, chunk, &done), NT_STATUS_INVALID_PARAMETER);
	is(&done, 0, 0, 0);
	b = a;
	b.key.key[0]++;
	assert_status(copy_one(rig, b, chunk, &done), NT_STATUS_OBJECT_NAME_NOT_FOUND);
	b = a;
	b.key.key[23]++;
	assert_status(copy_one(rig, b, chunk, &done), NT_STATUS_OBJECT_NAME_NOT_FOUND);
	b = a;
	b.target.volatile_id++;
	assert_status(copy_one(rig, b, chunk, &done), NT_STATUS_FILE_CLOSED);
	/* A count without chunks. */
	assert_status(
		fs_rig_ioctl(rig,
			     &(struct smb2_ioctl_req){.ctl_code = FSCTL_SRV_COPYCHUNK,
						      .file_id = target,
						      .input = view_of(a.key.key, 24),
						      .max_output = SMB2_COPYCHUNK_RSP_LEN},
			     &rsp),
		NT_STATUS_INVALID_PARAMETER);
	assert_int_equal(smb2_copychunk_rsp_decode(&done, rsp.output), NS_OK);
	are_the_limits(&done);
	assert_status(fs_rig_ioctl(rig,
				   &(struct smb2_ioctl_req){
					   .ctl_code = FSCTL_SRV_REQUEST_RESUME_KEY,
					   .file_id = source,
					   .max_output = SMB2_RESUME_KEY_RSP_LEN - 1},
				   &rsp),
		      NT_STATUS_INVALID_PARAMETER);
	/* Once closed it is no source. */
	assert_status(fs_rig_close(rig, source), NT_STATUS_SUCCESS);
	assert_status(copy_one(rig, a, chunk, &done), NT_STATUS_OBJECT_NAME_NOT_FOUND);
	disk_holds(rig->disk, "t", "");
}

/* Somebody else's key, however he came by it. */
static void a_key_is_good_for_its_own_session_alone(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_copychunk_rsp done;
	struct smb2_file_id source;
	struct fs_rig bob;
	struct asked a;

	disk_make(rig->disk, "s", "abcdef");
	fs_rig_join(&bob, rig, "bob", "10.0.0.2");
	source = fs_rig_opened(rig, "s", FILE_OPEN);
	a = asks(rig, source, fs_rig_opened(&bob, "t", FILE_CREATE));
	assert_status(copy_one(&bob, a, (struct smb2_copychunk){0, 0, 6}, &done),
		      NT_STATUS_OBJECT_NAME_NOT_FOUND);
	fs_rig_leave(&bob);
	serverlab_run_jobs(&rig->lab);
	disk_holds(rig->disk, "t", "");
}

static struct smb2_file_id opened_for(struct fs_rig *rig, const char *name, uint32_t access)
{
	struct smb2_create_req how = fs_rig_create(FILE_OPEN);
	struct smb2_create_rsp rsp;

	how.desired_access = access;
	assert_status(fs_rig_open(rig, name, &how, &rsp), NT_STATUS_SUCCESS);
	return rsp.file_id;
}

static void both_files_must_be_open_for_it(void **state)
{
	static const struct {
		uint32_t source, target;
		uint32_t code;
		uint32_t status;
	} rows[] = {
		{FILE_READ_DATA, FILE_READ_DATA | FILE_WRITE_DATA, FSCTL_SRV_COPYCHUNK,
		 NT_STATUS_SUCCESS},
		{FILE_EXECUTE, FILE_READ_DATA | FILE_APPEND_DATA, FSCTL_SRV_COPYCHUNK,
		 NT_STATUS_SUCCESS},
		{FILE_READ_ATTRIBUTES, GENERIC_READ | GENERIC_WRITE, FSCTL_SRV_COPYCHUNK,
		 NT_STATUS_ACCESS_DENIED},
		{FILE_WRITE_DATA, GENERIC_READ | GENERIC_WRITE, FSCTL_SRV_COPYCHUNK,
		 NT_STATUS_ACCESS_DENIED},
		{FILE_READ_DATA, FILE_READ_DATA, FSCTL_SRV_COPYCHUNK,
		 NT_STATUS_ACCESS_DENIED},
		{FILE_READ_DATA, FILE_READ_DATA, FSCTL_SRV_COPYCHUNK_WRITE,
		 NT_STATUS_ACCESS_DENIED},
		{FILE_READ_DATA, FILE_WRITE_DATA, FSCTL_SRV_COPYCHUNK,
		 NT_STATUS_ACCESS_DENIED},
		{FILE_READ_DATA, FILE_WRITE_DATA | FILE_EXECUTE, FSCTL_SRV_COPYCHUNK,
		 NT_STATUS_ACCESS_DENIED},
		{FILE_READ_DATA, FILE_WRITE_DATA, FSCTL_SRV_COPYCHUNK_WRITE,
		 NT_STATUS_SUCCESS},
	};
	struct fs_rig *rig = *state;
	struct smb2_copychunk_rsp done;
	struct smb2_file_id source, target;
	struct asked a;

	disk_make(rig->disk, "s", "abcdef");
	disk_make(rig->disk, "t", "");
	for (size_t i = 0; i < COUNT(rows); i++) {
		source = opened_for(rig, "s", rows[i].source);
		target = opened_for(rig, "t", rows[i].target);
		a = asks(rig, source, target);
		a.code = rows[i].code;
		assert_status(copy_one(rig, a, (struct smb2_copychunk){0, 0, 6}, &done),
			      rows[i].status);
		is(&done, rows[i].status == NT_STATUS_SUCCESS, 0,
		   rows[i].status == NT_STATUS_SUCCESS ? 6 : 0);
		assert_status(fs_rig_close(rig, source), NT_STATUS_SUCCESS);
		assert_status(fs_rig_close(rig, target), NT_STATUS_SUCCESS);
	}
}

static void directories_and_pipes_are_not_copied(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_copychunk chunk = {0, 0, 1};
	struct smb2_copychunk_rsp done;
	struct smb2_create_rsp rsp;
	struct smb2_create_req how = fs_rig_create(FILE_OPEN);
	struct smb2_file_id file, directory;
	uint32_t ipc;

	disk_make(rig->disk, "dir/", NULL);
	file = fs_rig_opened(rig, "t", FILE_CREATE);
	directory = opened_for(rig, "dir", GENERIC_READ | GENERIC_WRITE);
	assert_status(copy_one(rig, asks(rig, directory, file), chunk, &done),
		      NT_STATUS_INVALID_DEVICE_REQUEST);
	assert_status(copy_one(rig, asks(rig, file, directory), chunk, &done),
		      NT_STATUS_INVALID_DEVICE_REQUEST);
	assert_status(raw_tree(&rig->c, &rig->s, "IPC$", &ipc), NT_STATUS_SUCCESS);
	rig->c.tree = ipc;
	how.desired_access = GENERIC_READ | GENERIC_WRITE;
	assert_status(fs_rig_open(rig, "srvsvc", &how, &rsp), NT_STATUS_SUCCESS);
	rig->c.tree = rig->data;
	{
		struct asked a = asks(rig, file, rsp.file_id);

		rig->c.tree = ipc;
		assert_status(copy_one(rig, a, chunk, &done), NT_STATUS_INVALID_PARAMETER);
		are_the_limits(&done);
		rig->c.tree = rig->data;
		a.target = file;
		a.key = smb2_resume_key_of(rsp.file_id);
		assert_status(copy_one(rig, a, chunk, &done), NT_STATUS_INVALID_PARAMETER);
		are_the_limits(&done);
	}
}

/* ------------------------------------------------------------------------- while it runs
 * -- */

/* A copy of three steps, the first of which has been done. */
static void half_copied(struct fs_rig *rig, struct smb2_file_id *source,
			struct smb2_file_id *target)
{
	static const struct smb2_copychunk chunks[] = {
		{0, 0, MIB}, {MIB, MIB, MIB}, {0, 2 * MIB, MIB}};
	struct serverlab *lab = &rig->lab;
	struct job *job;
	struct asked a;

	rig->c.ask = 4; /* more is asked while the copy pends */
	*source = fs_rig_opened(rig, "s", FILE_CREATE);
	assert_status(
		fs_rig_set64(rig, *source, FILE_END_OF_FILE_INFORMATION, 2 * (uint64_t)MIB),
		NT_STATUS_SUCCESS);
	*target = fs_rig_opened(rig, "t", FILE_CREATE);
	a = asks(rig, *source, *target);
	a.chunks = chunks;
	a.count = COUNT(chunks);
	lab->hold_jobs = true;
	send_copy(rig, &a);
	assert_int_equal(lab->job_count, 1);
	job = lab->jobs[0];
	lab->job_count = 0;
	job->run(job);
	server_job_done(lab->server, job);
	assert_int_equal(lab->job_count, 1); /* it has queued again */
	raw_expect_nothing(&rig->c);
}

static void others_come_between_two_steps(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_file_id source, target;
	struct smb2_copychunk_rsp done;
	struct smb2_ioctl_rsp rsp;
	struct raw_reply r;

	half_copied(rig, &source, &target);
	serverlab_pass(&rig->lab, LIMIT_INTERIM_AFTER_MS);
	raw_expect(&rig->c, &r, SMB2_IOCTL, NT_STATUS_PENDING);
	serverlab_run_jobs(&rig->lab);
	assert_status(fs_rig_ioctl_answer(rig, &rsp), NT_STATUS_SUCCESS);
	assert_int_equal(smb2_copychunk_rsp_decode(&done, rsp.output), NS_OK);
	is(&done, 3, 0, 3 * MIB);
}

static void size_is(struct fs_rig *rig, const char *name, uint64_t size)
{
	struct fs_open how = disk_open(rig->disk, name, FS_OPEN);
	struct fs_file *file = disk_opened(&how);
	struct fs_info info;

	assert_status(fs_stat(file, &info), NT_STATUS_SUCCESS);
	assert_int_equal(info.size, size);
	disk_close(file);
}

/* The step that waits finds nobody; nothing is left of the session. */
static void a_session_that_ends_takes_its_copy_along(void **state)
{
	struct fs_rig *rig = *state;
	size_t fds = disk_descriptors();
	struct smb2_file_id source, target;
	struct session *s;
	struct raw_reply r;

	half_copied(rig, &source, &target);
	s = session_table_find(rig->lab.server->sessions, rig->s.id);
	assert_non_null(s);
	session_end(s, SESSION_END_ADMIN, "admin");
	raw_expect(&rig->c, &r, SMB2_IOCTL, NT_STATUS_CANCELLED);
	assert_true(r.verified);
	serverlab_run_jobs(&rig->lab);
	serverlab_turn(&rig->lab);
	assert_int_equal(rig->lab.server->counters.opens_now, 0);
	assert_int_equal(disk_descriptors(), fds);
	size_is(rig, "t", 2 * (uint64_t)MIB); /* the step under way, and no more */
}

static void a_closed_target_is_answered_at_once(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_file_id source, target;
	struct raw_reply r;

	half_copied(rig, &source, &target);
	raw_begin(&rig->c);
	raw_put_close(raw_add(&rig->c, &rig->s, SMB2_CLOSE), target);
	raw_send(&rig->c);
	raw_expect(&rig->c, &r, SMB2_IOCTL, NT_STATUS_CANCELLED);
	serverlab_run_jobs(&rig->lab);
	raw_expect(&rig->c, &r, SMB2_CLOSE, NT_STATUS_SUCCESS);
	raw_expect_nothing(&rig->c);
}

/* It was open when the copy began: that is enough. */
static void a_source_may_be_closed_meanwhile(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_file_id source, target;
	struct smb2_ioctl_rsp rsp;
	struct raw_reply r;

	half_copied(rig, &source, &target);
	raw_begin(&rig->c);
	raw_put_close(raw_add(&rig->c, &rig->s, SMB2_CLOSE), source);
	raw_send(&rig->c);
	serverlab_run_jobs(&rig->lab);
	raw_expect(&rig->c, &r, SMB2_CLOSE, NT_STATUS_SUCCESS);
	assert_status(fs_rig_ioctl_answer(rig, &rsp), NT_STATUS_SUCCESS);
	size_is(rig, "t", 3 * (uint64_t)MIB);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FS_RIG_TEST(chunks_are_copied_in_their_order),
		FS_RIG_TEST(what_was_copied_before_a_failure_is_told),
		FS_RIG_TEST(a_copy_may_go_from_share_to_share),
		FS_RIG_TEST(the_limits_are_told_to_who_asks_for_more),
		FS_RIG_TEST(what_is_no_copy_is_refused),
		FS_RIG_TEST(a_key_is_good_for_its_own_session_alone),
		FS_RIG_TEST(both_files_must_be_open_for_it),
		FS_RIG_TEST(directories_and_pipes_are_not_copied),
		FS_RIG_TEST(others_come_between_two_steps),
		FS_RIG_TEST(a_session_that_ends_takes_its_copy_along),
		FS_RIG_TEST(a_closed_target_is_answered_at_once),
		FS_RIG_TEST(a_source_may_be_closed_meanwhile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
