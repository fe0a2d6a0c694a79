/* SPDX-License-Identifier: MIT */
#include "notify_rig.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf16.h"
#include "wire/fscc_notify.h"
#include "wire/smb2_simple.h"

#define WAIT_MS 20000 /* for inotify: nothing takes a hundredth of it */

struct smb2_file_id notify_directory(struct fs_rig *who, const char *name)
{
	struct smb2_create_req how = fs_rig_create(FILE_OPEN_IF);
	struct smb2_create_rsp rsp;

	how.options = FILE_DIRECTORY_FILE;
	how.desired_access = FILE_READ_DATA | FILE_READ_ATTRIBUTES;
	assert_status(fs_rig_open(who, name, &how, &rsp), NT_STATUS_SUCCESS);
	return rsp.file_id;
}

void notify_make(struct fs_rig *who, const char *name)
{
	assert_status(fs_rig_close(who, fs_rig_opened(who, name, FILE_CREATE)),
		      NT_STATUS_SUCCESS);
}

void notify_put(struct wire_writer *w, struct smb2_file_id id, uint32_t filter,
		uint16_t flags, uint32_t max)
{
	const struct smb2_change_notify_req req = {
		.flags = flags, .output_len = max, .file_id = id, .filter = filter};

	smb2_change_notify_req_encode(w, &req);
}

void notify_ask(struct fs_rig *who, struct smb2_file_id id, uint32_t filter, uint16_t flags,
		uint32_t max)
{
	raw_begin(&who->c);
	notify_put(raw_add(&who->c, &who->s, SMB2_CHANGE_NOTIFY), id, filter, flags, max);
	raw_send(&who->c);
}

uint64_t notify_waits(struct fs_rig *who, struct smb2_file_id id, uint32_t filter,
		      uint16_t flags, uint32_t max)
{
	struct raw_reply r;

	notify_ask(who, id, filter, flags, max);
	raw_expect_nothing(&who->c);
	serverlab_pass(who->c.lab, 1); /* as soon as the directory is watched */
	raw_expect(&who->c, &r, SMB2_CHANGE_NOTIFY, NT_STATUS_PENDING);
	assert_true((r.hdr.flags & SMB2_FLAGS_ASYNC_COMMAND) != 0);
	return r.hdr.async_id;
}

/* The records of an answer, as notify_rig.h writes them. */
static void tell(struct buf *out, struct view records)
{
	static const char marks[] = "?+-~><";
	struct fscc_notify_walk walk = fscc_notify_walk_of(records);
	struct fscc_notify_record record;

	while (fscc_notify_next(&walk, &record)) {
		char mark[] = {' ', marks[record.action], '\0'};

		assert_true(record.action < sizeof(marks) - 1);
		assert_int_equal(
			buf_append(out, view_of_string(out->n > 0 ? mark : mark + 1)),
			NS_OK);
		assert_int_equal(utf8_from_utf16(out, record.name), NS_OK);
	}
	assert_int_equal(walk.err, NS_OK);
}

static uint64_t hears(struct fs_rig *who, const char *what)
{
	struct smb2_change_notify_rsp rsp;
	struct raw_reply r;
	struct buf text;

	raw_expect(&who->c, &r, SMB2_CHANGE_NOTIFY, NT_STATUS_SUCCESS);
	assert_true(r.verified);
	assert_int_equal(smb2_change_notify_rsp_decode(&rsp, r.msg), NS_OK);
	buf_init(&text, 1u << 20);
	tell(&text, rsp.data);
	assert_int_equal(buf_append_zero(&text, 1), NS_OK);
	assert_string_equal((const char *)text.p, what);
	buf_release(&text);
	return r.hdr.async_id;
}

uint64_t notify_hears(struct fs_rig *who, const char *what)
{
	return hears(who, what);
}

void notify_waits_not(struct fs_rig *who, struct smb2_file_id id, uint32_t filter,
		      uint16_t flags, uint32_t max, const char *what)
{
	notify_ask(who, id, filter, flags, max);
	(void)hears(who, what);
}

void notify_is_to_look(struct fs_rig *who)
{
	struct smb2_change_notify_rsp rsp;
	struct raw_reply r;

	raw_expect(&who->c, &r, SMB2_CHANGE_NOTIFY, NT_STATUS_NOTIFY_ENUM_DIR);
	assert_int_equal(smb2_change_notify_rsp_decode(&rsp, r.msg), NS_OK);
	assert_int_equal(rsp.data.n, 0);
}

void notify_cancelled(struct fs_rig *who)
{
	uint64_t id = who->c.next_id;
	struct raw_reply r;

	raw_begin(&who->c);
	smb2_simple_encode(raw_add(&who->c, &who->s, SMB2_CANCEL));
	raw_hdr(&who->c)->message_id = id - 1;
	raw_send(&who->c);
	raw_expect(&who->c, &r, SMB2_CHANGE_NOTIFY, NT_STATUS_CANCELLED);
}

void notify_reads(struct serverlab *lab, int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	assert_int_equal(poll(&p, 1, WAIT_MS), 1);
	server_watch_ready(lab->server);
	serverlab_run_jobs(lab);
	serverlab_turn(lab);
}
