/* SPDX-License-Identifier: MIT */
/*
 * Each request on a file, again and again on a new disk, and each time the next of the
 * server's allocations fails.  The request may be refused for want of memory, or the
 * connection dropped for want of an answer; but nothing crashes, leaks or stays open, the
 * disk is as it was or as it should be, and the next client is served.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>

#include "fs_rig.h"
#include "lib/failalloc.h"
#include "wire/fscc_set.h"
#include "wire/smb2_close.h"
#include "wire/smb2_copychunk.h"
#include "wire/smb2_create_context.h"
#include "wire/smb2_flush.h"
#include "wire/smb2_query_directory.h"
#include "wire/smb2_query_info.h"
#include "wire/smb2_set_info.h"
#include "wire/smb2_write.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Memory is short inside of the engine and its jobs only: the test's own is not. */
void __real_server_conn_recv(struct server_conn *conn, struct view bytes);
void __wrap_server_conn_recv(struct server_conn *conn, struct view bytes);
void __real_serverlab_run_jobs(struct serverlab *lab);
void __wrap_serverlab_run_jobs(struct serverlab *lab);

void __wrap_server_conn_recv(struct server_conn *conn, struct view bytes)
{
	failalloc_pause(false);
	__real_server_conn_recv(conn, bytes);
	failalloc_pause(true);
}

void __wrap_serverlab_run_jobs(struct serverlab *lab)
{
	failalloc_pause(false);
	__real_serverlab_run_jobs(lab);
	failalloc_pause(true);
}

/* ------------------------------------------------------------------------ one request --
 */

struct op {
	const char *open; /* this file first; NULL: none */
	uint16_t command;
	void (*add)(struct fs_rig *rig, struct smb2_file_id id, const struct op *op);
	/* `status` may be NT_STATUS_PENDING: nobody knows, the connection was dropped. */
	void (*check)(const struct fs_rig *rig, uint32_t status);
	uint8_t type, info_class;
	uint32_t code;
	struct view data;
	uint32_t disposition, options;
};

/* Refused for want of memory, the one that failed being this request's. */
static bool is_short(uint32_t status)
{
	return status == NT_STATUS_NO_MEMORY || status == NT_STATUS_INSUFFICIENT_RESOURCES;
}

static uint32_t ask(struct fs_rig *rig, struct smb2_file_id id, const struct op *op,
		    size_t n)
{
	struct raw_reply r;

	failalloc_arm(n);
	failalloc_pause(true);
	raw_begin(&rig->c);
	op->add(rig, id, op);
	raw_send(&rig->c);
	failalloc_disarm();
	if (!raw_next(&rig->c, &r)) {
		assert_true(raw_dropped(&rig->c));
		return NT_STATUS_PENDING;
	}
	assert_int_equal(r.hdr.command, op->command);
	return r.hdr.status;
}

/* Somebody else has the disk for himself, and all of it works. */
static void next_is_served(struct fs_rig *rig)
{
	struct smb2_create_req how = fs_rig_create(FILE_OPEN);
	struct smb2_create_rsp rsp;
	struct fs_rig bob;

	fs_rig_join(&bob, rig, "bob", "10.0.0.2");
	how.share_access = 0;
	assert_status(fs_rig_open(&bob, "other", &how, &rsp), NT_STATUS_SUCCESS);
	assert_status(fs_rig_write(&bob, rsp.file_id, 0, VIEW_LITERAL("bob")),
		      NT_STATUS_SUCCESS);
	assert_status(fs_rig_close(&bob, rsp.file_id), NT_STATUS_SUCCESS);
	fs_rig_leave(&bob);
}

/* False: there is no n-th allocation. */
static bool play(const struct op *op, size_t n)
{
	struct smb2_file_id id = SMB2_FILE_ID_NONE;
	size_t fds = disk_descriptors();
	struct fs_rig *rig;
	uint32_t status;
	void *state;

	assert_int_equal(fs_rig_up(&state), 0);
	rig = state;
	disk_make(rig->disk, "dir/", NULL);
	disk_make(rig->disk, "other", "...");
	disk_make(rig->disk, "there", "content");
	/* Its times and attributes are the owner's to set. */
	id = fs_rig_opened(rig, "mine", FILE_CREATE);
	assert_status(fs_rig_write(rig, id, 0, VIEW_LITERAL("content")), NT_STATUS_SUCCESS);
	assert_status(fs_rig_close(rig, id), NT_STATUS_SUCCESS);
	if (op->open != NULL)
		id = fs_rig_opened(rig, op->open, FILE_OPEN);
	status = ask(rig, id, op, n);
	if (!failalloc_hit())
		assert_status(status, NT_STATUS_SUCCESS);
	else if (status != NT_STATUS_PENDING && status != NT_STATUS_SUCCESS)
		assert_true(is_short(status));
	next_is_served(rig);
	/* What was open closes; then the disk must be right. */
	raw_session_release(&rig->s);
	raw_disconnect(&rig->c);
	serverlab_run_jobs(&rig->lab);
	assert_int_equal(rig->lab.server->counters.opens_now, 0);
	op->check(rig, status);
	raw_connect(&rig->c, &rig->lab, "10.0.0.1");
	assert_int_equal(fs_rig_down(&state), 0);
	assert_int_equal(disk_descriptors(), fds);
	return failalloc_hit();
}

static void play_all(const struct op *ops, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t n = 0;

		while (play(&ops[i], n))
			n++;
		assert_true(n > 3); /* the request, its job, its answer */
	}
}

/* ----------------------------------------------------------------- what may have become --
 */

static void as_it_was(const struct fs_rig *rig, uint32_t status)
{
	(void)status;
	disk_holds(rig->disk, "mine", "content");
	disk_holds(rig->disk, "there", "content");
	disk_holds(rig->disk, "other", "bob");
	assert_false(disk_has(rig->disk, "new"));
}

/* Done if the client was told so, not done if it was told otherwise. */
static bool was_done(uint32_t status, bool seen)
{
	return status == NT_STATUS_PENDING ? seen : status == NT_STATUS_SUCCESS;
}

static void is_made(const struct fs_rig *rig, uint32_t status)
{
	bool has = disk_has(rig->disk, "new");

	assert_int_equal(has, was_done(status, has));
}

static void has_moved(const struct fs_rig *rig, uint32_t status)
{
	bool has = disk_has(rig->disk, "dir/moved");

	assert_int_equal(has, was_done(status, has));
	assert_int_equal(disk_has(rig->disk, "mine"), !has);
	disk_holds(rig->disk, has ? "dir/moved" : "mine", "content");
}

static void is_linked(const struct fs_rig *rig, uint32_t status)
{
	bool has = disk_has(rig->disk, "dir/moved");

	assert_int_equal(has, was_done(status, has));
	disk_holds(rig->disk, "mine", "content");
	if (has)
		disk_holds(rig->disk, "dir/moved", "content");
}

static void has_gone(const struct fs_rig *rig, uint32_t status)
{
	bool gone = !disk_has(rig->disk, "mine");

	assert_int_equal(gone, was_done(status, gone));
}

/* ---------------------------------------------------------------------------- requests --
 */

static void add_create(struct fs_rig *rig, struct smb2_file_id id, const struct op *op)
{
	/* Everyone may do anything with what is made. */
	static const uint8_t descriptor[] = {1, 0, 4, 0x80, 0,  0, 0,  0, 0,    0, 0,    0,
					     0, 0, 0, 0,    20, 0, 0,  0, 2,    0, 28,   0,
					     1, 0, 0, 0,    0,  0, 20, 0, 0xff, 1, 0x1f, 0,
					     1, 1, 0, 0,    0,  0, 0,  1, 0,    0, 0,    0};
	static const struct smb2_create_context asked[] = {
		{{(const uint8_t *)"SecD", 4}, {descriptor, sizeof(descriptor)}},
		{{(const uint8_t *)"MxAc", 4}, {0}},
		{{(const uint8_t *)"QFid", 4}, {0}},
	};
	struct smb2_create_req how = fs_rig_create(op->disposition);
	struct wire_writer w;
	struct buf chain;

	(void)id;
	buf_init(&chain, 256);
	w = wire_writer_at_end(&chain);
	smb2_create_contexts_encode(&w, asked, COUNT(asked));
	assert_int_equal(wire_put_status(&w), NS_OK);
	how.contexts = buf_view(&chain);
	how.name = op->data;
	how.options = op->options;
	how.oplock_level = SMB2_OPLOCK_LEVEL_BATCH;
	smb2_create_req_encode(raw_add(&rig->c, &rig->s, SMB2_CREATE), &how);
	buf_release(&chain);
}

static void add_close(struct fs_rig *rig, struct smb2_file_id id, const struct op *op)
{
	(void)op;
	smb2_close_req_encode(raw_add(&rig->c, &rig->s, SMB2_CLOSE),
			      &(struct smb2_close_req){.flags = 1, .file_id = id});
}

static void add_flush(struct fs_rig *rig, struct smb2_file_id id, const struct op *op)
{
	(void)op;
	smb2_flush_req_encode(raw_add(&rig->c, &rig->s, SMB2_FLUSH),
			      &(struct smb2_flush_req){id});
}

static void add_read(struct fs_rig *rig, struct smb2_file_id id, const struct op *op)
{
	(void)op;
	raw_put_read(raw_add(&rig->c, &rig->s, SMB2_READ), id, 100);
}

static void add_write(struct fs_rig *rig, struct smb2_file_id id, const struct op *op)
{
	smb2_write_req_encode(raw_add(&rig->c, &rig->s, SMB2_WRITE),
			      &(struct smb2_write_req){.file_id = id, .data = op->data});
}

static void add_list(struct fs_rig *rig, struct smb2_file_id id, const struct op *op)
{
	smb2_query_directory_req_encode(raw_add(&rig->c, &rig->s, SMB2_QUERY_DIRECTORY),
					&(struct smb2_query_directory_req){
						.info_class = op->info_class,
						.output_len = 4096,
						.pattern = view_of("*", 2),
						.file_id = id,
					});
}

static void add_query(struct fs_rig *rig, struct smb2_file_id id, const struct op *op)
{
	smb2_query_info_req_encode(raw_add(&rig->c, &rig->s, SMB2_QUERY_INFO),
				   &(struct smb2_query_info_req){
					   .info_type = op->type,
					   .info_class = op->info_class,
					   .output_len = 4096,
					   .additional = OWNER_SECURITY_INFORMATION |
							 GROUP_SECURITY_INFORMATION |
							 DACL_SECURITY_INFORMATION,
					   .file_id = id,
				   });
}

static void add_set(struct fs_rig *rig, struct smb2_file_id id, const struct op *op)
{
	smb2_set_info_req_encode(raw_add(&rig->c, &rig->s, SMB2_SET_INFO),
				 &(struct smb2_set_info_req){
					 .info_type = SMB2_0_INFO_FILE,
					 .info_class = op->info_class,
					 .file_id = id,
					 .data = op->data,
				 });
}

static void add_ioctl(struct fs_rig *rig, struct smb2_file_id id, const struct op *op)
{
	smb2_ioctl_req_encode(raw_add(&rig->c, &rig->s, SMB2_IOCTL),
			      &(struct smb2_ioctl_req){
				      .ctl_code = op->code,
				      .file_id = id,
				      .input = op->data,
				      .max_output = 4096,
				      .flags = SMB2_0_IOCTL_IS_FSCTL,
			      });
}

/* Onto itself: the kernel copies no overlap, so this is by hand. */
static void add_copy(struct fs_rig *rig, struct smb2_file_id id, const struct op *op)
{
	struct smb2_resume_key_rsp key = smb2_resume_key_of(id);
	struct smb2_copychunk_req what = {.count = 1};
	struct op with = *op;
	struct buf chunk, input;
	struct wire_writer w;

	buf_init(&chunk, 64);
	w = wire_writer_at_end(&chunk);
	smb2_copychunk_put(&w, &(struct smb2_copychunk){0, 0, 7});
	memcpy(what.key, key.key, sizeof(what.key));
	what.chunks = buf_view(&chunk);
	buf_init(&input, 128);
	w = wire_writer_at_end(&input);
	smb2_copychunk_req_encode(&w, &what);
	assert_int_equal(wire_put_status(&w), NS_OK);
	with.data = buf_view(&input);
	add_ioctl(rig, id, &with);
	buf_release(&chunk);
	buf_release(&input);
}

/* ------------------------------------------------------------------------------- tests --
 */

#define NAME(text)                                                                         \
	{                                                                                  \
		(const uint8_t *)(text), sizeof(text)                                      \
	}

static void opening(void **state)
{
	static const struct op ops[] = {
		{.add = add_create,
		 .command = SMB2_CREATE,
		 .check = as_it_was,
		 .data = NAME("m\0i\0n\0e"),
		 .disposition = FILE_OPEN},
		{.add = add_create,
		 .command = SMB2_CREATE,
		 .check = as_it_was,
		 .data = NAME("M\0I\0N\0E"),
		 .disposition = FILE_OPEN_IF},
		{.add = add_create,
		 .command = SMB2_CREATE,
		 .check = is_made,
		 .data = NAME("n\0e\0w"),
		 .disposition = FILE_CREATE},
		{.add = add_create,
		 .command = SMB2_CREATE,
		 .check = is_made,
		 .data = NAME("n\0e\0w"),
		 .disposition = FILE_OPEN_IF,
		 .options = FILE_DIRECTORY_FILE},
		{.add = add_create,
		 .command = SMB2_CREATE,
		 .check = has_gone,
		 .data = NAME("m\0i\0n\0e"),
		 .disposition = FILE_OPEN,
		 .options = FILE_DELETE_ON_CLOSE},
	};

	(void)state;
	play_all(ops, COUNT(ops));
}

static void data_and_closing(void **state)
{
	static const struct op ops[] = {
		{.open = "mine", .add = add_read, .command = SMB2_READ, .check = as_it_was},
		{.open = "mine",
		 .add = add_flush,
		 .command = SMB2_FLUSH,
		 .check = as_it_was},
		{.open = "mine",
		 .add = add_write,
		 .command = SMB2_WRITE,
		 .check = as_it_was,
		 .data = {(const uint8_t *)"content", 7}},
		{.open = "mine",
		 .add = add_close,
		 .command = SMB2_CLOSE,
		 .check = as_it_was},
	};

	(void)state;
	play_all(ops, COUNT(ops));
}

static void asking(void **state)
{
	static const uint8_t classes[][2] = {
		{SMB2_0_INFO_FILE, FILE_BASIC_INFORMATION},
		{SMB2_0_INFO_FILE, FILE_STANDARD_INFORMATION},
		{SMB2_0_INFO_FILE, FILE_INTERNAL_INFORMATION},
		{SMB2_0_INFO_FILE, FILE_EA_INFORMATION},
		{SMB2_0_INFO_FILE, FILE_ACCESS_INFORMATION},
		{SMB2_0_INFO_FILE, FILE_POSITION_INFORMATION},
		{SMB2_0_INFO_FILE, FILE_MODE_INFORMATION},
		{SMB2_0_INFO_FILE, FILE_ALIGNMENT_INFORMATION},
		{SMB2_0_INFO_FILE, FILE_ALL_INFORMATION},
		{SMB2_0_INFO_FILE, FILE_STREAM_INFORMATION},
		{SMB2_0_INFO_FILE, FILE_NETWORK_OPEN_INFORMATION},
		{SMB2_0_INFO_FILE, FILE_ATTRIBUTE_TAG_INFORMATION},
		{SMB2_0_INFO_FILE, FILE_NORMALIZED_NAME_INFORMATION},
		{SMB2_0_INFO_FILE, FILE_ID_INFORMATION},
		{SMB2_0_INFO_FILESYSTEM, FILE_FS_VOLUME_INFORMATION},
		{SMB2_0_INFO_FILESYSTEM, FILE_FS_SIZE_INFORMATION},
		{SMB2_0_INFO_FILESYSTEM, FILE_FS_DEVICE_INFORMATION},
		{SMB2_0_INFO_FILESYSTEM, FILE_FS_ATTRIBUTE_INFORMATION},
		{SMB2_0_INFO_FILESYSTEM, FILE_FS_FULL_SIZE_INFORMATION},
		{SMB2_0_INFO_FILESYSTEM, FILE_FS_SECTOR_SIZE_INFORMATION},
		{SMB2_0_INFO_SECURITY, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(classes); i++) {
		const struct op op = {.open = "mine",
				      .add = add_query,
				      .command = SMB2_QUERY_INFO,
				      .check = as_it_was,
				      .type = classes[i][0],
				      .info_class = classes[i][1]};

		play_all(&op, 1);
	}
}

static void listing(void **state)
{
	static const uint8_t classes[] = {
		FILE_DIRECTORY_INFORMATION,         FILE_FULL_DIRECTORY_INFORMATION,
		FILE_BOTH_DIRECTORY_INFORMATION,    FILE_NAMES_INFORMATION,
		FILE_ID_BOTH_DIRECTORY_INFORMATION,
	};

	(void)state;
	for (size_t i = 0; i < COUNT(classes); i++) {
		const struct op op = {.open = "",
				      .add = add_list,
				      .command = SMB2_QUERY_DIRECTORY,
				      .check = as_it_was,
				      .info_class = classes[i]};

		play_all(&op, 1);
	}
}

/* FILE_RENAME_INFORMATION_TYPE_2, [MS-FSCC] 2.4.42.2: "dir\moved", and what is there stays.
 */
static const uint8_t rename_to[20 + 18] = {
	[16] = 18,  [20] = 'd', [22] = 'i', [24] = 'r', [26] = '\\',
	[28] = 'm', [30] = 'o', [32] = 'v', [34] = 'e', [36] = 'd'};
static const uint8_t zeroes[40];
static const uint8_t seven[8] = {7};
static const uint8_t one[4] = {1};
static const uint8_t seven_bytes[16] = {[8] = 7}; /* from the first on */

static void setting(void **state)
{
	static const struct {
		uint8_t info_class;
		struct view data;
		void (*check)(const struct fs_rig *rig, uint32_t status);
	} rows[] = {
		{FILE_BASIC_INFORMATION, {zeroes, sizeof(zeroes)}, as_it_was},
		{FILE_END_OF_FILE_INFORMATION, {seven, sizeof(seven)}, as_it_was},
		{FILE_ALLOCATION_INFORMATION, {seven, sizeof(seven)}, as_it_was},
		{FILE_RENAME_INFORMATION, {rename_to, sizeof(rename_to)}, has_moved},
		{FILE_RENAME_INFORMATION_EX, {rename_to, sizeof(rename_to)}, has_moved},
		{FILE_LINK_INFORMATION, {rename_to, sizeof(rename_to)}, is_linked},
		{FILE_DISPOSITION_INFORMATION, {one, 1}, has_gone},
		{FILE_DISPOSITION_INFORMATION_EX, {one, sizeof(one)}, has_gone},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct op op = {.open = "mine",
				      .add = add_set,
				      .command = SMB2_SET_INFO,
				      .check = rows[i].check,
				      .info_class = rows[i].info_class,
				      .data = rows[i].data};

		play_all(&op, 1);
	}
}

static void controls(void **state)
{
	static const struct {
		uint32_t code;
		struct view input;
	} rows[] = {
		{FSCTL_SRV_REQUEST_RESUME_KEY, {0}},
		{FSCTL_SRV_COPYCHUNK, {0}},
		{FSCTL_GET_COMPRESSION, {0}},
		{FSCTL_SET_COMPRESSION, {zeroes, 2}},
		{FSCTL_CREATE_OR_GET_OBJECT_ID, {0}},
		{FSCTL_SET_SPARSE, {0}},
		{FSCTL_SET_ZERO_DATA, {zeroes, 16}},
		{FSCTL_QUERY_ALLOCATED_RANGES, {seven_bytes, sizeof(seven_bytes)}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool copies = rows[i].code == FSCTL_SRV_COPYCHUNK;
		const struct op op = {.open = "mine",
				      .add = copies ? add_copy : add_ioctl,
				      .command = SMB2_IOCTL,
				      .check = as_it_was,
				      .code = rows[i].code,
				      .data = rows[i].input};

		play_all(&op, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opening), cmocka_unit_test(data_and_closing),
		cmocka_unit_test(asking),  cmocka_unit_test(listing),
		cmocka_unit_test(setting), cmocka_unit_test(controls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
