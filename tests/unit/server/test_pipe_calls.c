/* SPDX-License-Identifier: MIT */
/* What else can be asked of a pipe: READs that wait, PEEK, PIPE_WAIT, QUERY_INFO, FLUSH. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "svc_rig.h"
#include "wire/fscc_file.h"
#include "wire/smb2_flush.h"
#include "wire/smb2_query_info.h"
#include "wire/smb2_read.h"
#include "wire/smb2_write.h"

/* --------------------------------------------------------------------------- waiting -- */

static void send_read(struct rig_pipe *p, uint64_t *message)
{
	struct rawclient *c = &p->w->c;

	c->tree = p->w->ipc;
	raw_begin(c);
	raw_put_read(raw_add(c, &p->w->s, SMB2_READ), p->id, 4280);
	*message = raw_hdr(c)->message_id;
	raw_send(c);
}

/* An enumeration's request; nothing is received. */
static void send_write(struct rig_pipe *p)
{
	struct smb2_write_req req = {.file_id = p->id};
	struct rawclient *c = &p->w->c;
	struct buf out;

	buf_init(&out, 4096);
	rig_push_list(p, &out);
	req.data = buf_view(&out);
	raw_begin(c);
	smb2_write_req_encode(raw_add(c, &p->w->s, SMB2_WRITE), &req);
	raw_send(c);
	buf_release(&out);
}

static void a_read_waits_and_tells_so_after_50_ms(void **state)
{
	struct desk *d = *state;
	struct smb2_read_rsp rsp;
	struct raw_reply r;
	struct rig_pipe p;
	uint64_t id, async;

	rig_pipe_in(&p, &d->w, &SRVSVC);
	send_read(&p, &id);
	raw_expect_nothing(&d->w.c);
	serverlab_pass(&d->lab, 49);
	raw_expect_nothing(&d->w.c);
	serverlab_pass(&d->lab, 1);
	raw_expect(&d->w.c, &r, SMB2_READ, NT_STATUS_PENDING);
	assert_true(r.hdr.message_id == id);
	assert_true((r.hdr.flags & SMB2_FLAGS_ASYNC_COMMAND) != 0);
	assert_false(r.is_signed);
	async = r.hdr.async_id;
	assert_true(async != 0);
	serverlab_pass(&d->lab, 10000);
	raw_expect_nothing(&d->w.c);
	assert_int_equal(d->lab.server->counters.interims, 1);
	/* The answer finds it: signed, as async, with the same ids. */
	send_write(&p);
	assert_true(raw_next(&d->w.c, &r));
	if (r.hdr.command == SMB2_WRITE)
		assert_true(raw_next(&d->w.c, &r));
	assert_int_equal(r.hdr.command, SMB2_READ);
	assert_int_equal(r.hdr.status, NT_STATUS_SUCCESS);
	assert_true(r.hdr.message_id == id && r.hdr.async_id == async);
	assert_true(r.is_signed);
	assert_int_equal(smb2_read_rsp_decode(&rsp, r.msg), NS_OK);
	rig_fetch(&p, rsp.data);
	rig_pipe_out(&p);
}

static void nothing_quick_is_told_to_wait(void **state)
{
	struct desk *d = *state;
	struct rig_pipe p;

	rig_pipe_in(&p, &d->w, &SRVSVC);
	for (size_t i = 0; i < 20; i++) {
		serverlab_pass(&d->lab, 45);
		rig_list_one(&p);
	}
	assert_int_equal(d->lab.server->counters.interims, 0);
	rig_pipe_out(&p);
}

static void a_read_that_waits_is_cancelled_with_its_pipe(void **state)
{
	struct desk *d = *state;
	struct rawclient *c = &d->w.c;
	struct raw_reply r;
	struct rig_pipe p;
	uint64_t id;

	rig_pipe_in(&p, &d->w, &SRVSVC);
	send_read(&p, &id);
	raw_begin(c);
	raw_put_close(raw_add(c, &d->w.s, SMB2_CLOSE), p.id);
	raw_send(c);
	raw_expect(c, &r, SMB2_READ, NT_STATUS_CANCELLED);
	assert_true(r.hdr.message_id == id);
	assert_true(r.verified);
	raw_expect(c, &r, SMB2_CLOSE, NT_STATUS_SUCCESS);
	raw_expect_nothing(c);
	assert_int_equal(d->lab.server->counters.requests_now, 0);
	assert_int_equal(raw_close(c, &d->w.s, p.id), NT_STATUS_FILE_CLOSED);
	rig_pipe_out(&p);
}

static void a_cancelled_read_takes_no_message(void **state)
{
	struct desk *d = *state;
	struct rawclient *c = &d->w.c;
	struct raw_reply r;
	struct rig_pipe p;
	uint64_t id;

	rig_pipe_in(&p, &d->w, &SRVSVC);
	send_read(&p, &id);
	raw_begin(c);
	smb2_flush_req_encode(raw_add(c, &d->w.s, SMB2_CANCEL),
			      &(struct smb2_flush_req){.file_id = p.id});
	raw_hdr(c)->message_id = id;
	raw_send(c);
	raw_expect(c, &r, SMB2_READ, NT_STATUS_CANCELLED);
	assert_true(r.hdr.message_id == id);
	rig_list_one(&p);
	rig_pipe_out(&p);
}

static void readers_are_served_in_their_order(void **state)
{
	struct desk *d = *state;
	struct rawclient *c = &d->w.c;
	struct raw_reply r;
	struct rig_pipe p;
	uint64_t id[3];

	rig_pipe_in(&p, &d->w, &SRVSVC);
	for (size_t i = 0; i < 3; i++)
		send_read(&p, &id[i]);
	raw_expect_nothing(c);
	send_write(&p);
	/* One answer for one reader, the first; the WRITE's response in whatever order. */
	for (size_t i = 0; i < 2; i++) {
		assert_true(raw_next(c, &r));
		assert_int_equal(r.hdr.status, NT_STATUS_SUCCESS);
		assert_true(r.hdr.command == SMB2_WRITE || r.hdr.message_id == id[0]);
	}
	raw_expect_nothing(c);
	assert_int_equal(d->lab.server->counters.requests_now, 2);
	rig_pipe_out(&p);
}

static void a_reader_learns_of_the_end(void **state)
{
	static const uint8_t junk[32] = "this is no PDU at all, is it?";
	struct desk *d = *state;
	struct rawclient *c = &d->w.c;
	struct raw_reply r;
	struct rig_pipe p;
	uint64_t id[2];
	size_t broken = 0, words = 0;

	rig_pipe_in(&p, &d->w, &SRVSVC);
	send_read(&p, &id[0]);
	send_read(&p, &id[1]);
	raw_begin(c);
	smb2_write_req_encode(raw_add(c, &d->w.s, SMB2_WRITE),
			      &(struct smb2_write_req){.data = view_of(junk, sizeof(junk)),
						       .file_id = p.id});
	raw_send(c);
	while (raw_next(c, &r)) {
		broken += r.hdr.status == NT_STATUS_PIPE_BROKEN;
		words += r.hdr.command == SMB2_READ && r.hdr.status == NT_STATUS_SUCCESS;
	}
	assert_int_equal(words, 1);
	assert_int_equal(broken, 1);
	rig_pipe_out(&p);
}

/* ------------------------------------------------------------- the rest of the calls -- */

/* An enumeration's request is written, its answer left in the pipe. */
static void ask(struct rig_pipe *p)
{
	struct buf out;

	buf_init(&out, 4096);
	rig_push_list(p, &out);
	assert_int_equal(rig_write(p, buf_view(&out)), NT_STATUS_SUCCESS);
	buf_release(&out);
}

static uint32_t ioctl(struct desk *d, uint32_t code, struct smb2_file_id id,
		      struct view input, uint32_t max, struct smb2_ioctl_rsp *rsp)
{
	struct smb2_ioctl_req req = {.ctl_code = code,
				     .file_id = id,
				     .input = input,
				     .max_output = max,
				     .flags = SMB2_0_IOCTL_IS_FSCTL};
	struct raw_reply r;
	uint32_t status;

	d->w.c.tree = d->w.ipc;
	status = raw_ioctl(&d->w.c, &d->w.s, &req, &r);
	if (!ntstatus_is_error(status))
		assert_int_equal(smb2_ioctl_rsp_decode(rsp, r.msg), NS_OK);
	return status;
}

static void peek_shows_and_takes_nothing(void **state)
{
	struct desk *d = *state;
	struct smb2_ioctl_rsp rsp;
	struct rig_pipe p;
	struct view data;
	size_t all;

	rig_pipe_in(&p, &d->w, &SRVSVC);
	assert_int_equal(ioctl(d, FSCTL_PIPE_PEEK, p.id, (struct view){0}, 100, &rsp),
			 NT_STATUS_SUCCESS);
	assert_int_equal(rsp.output.n, 16);
	assert_int_equal(rsp.output.p[0], 3); /* connected */
	assert_int_equal(rsp.output.p[4], 0); /* ReadDataAvailable */
	ask(&p);
	assert_int_equal(ioctl(d, FSCTL_PIPE_PEEK, p.id, (struct view){0}, 20, &rsp),
			 NT_STATUS_BUFFER_OVERFLOW);
	assert_int_equal(rsp.output.n, 20);
	assert_int_equal(rsp.output.p[8], 1); /* NumberOfMessages */
	all = rsp.output.p[12] | (size_t)rsp.output.p[13] << 8;
	assert_int_equal(rsp.output.p[16], 5); /* the PDU's version */
	assert_int_equal(ioctl(d, FSCTL_PIPE_PEEK, p.id, (struct view){0}, 4096, &rsp),
			 NT_STATUS_SUCCESS);
	assert_int_equal(rsp.output.n, 16 + all);
	assert_int_equal(ioctl(d, FSCTL_PIPE_PEEK, p.id, (struct view){0}, 15, &rsp),
			 NT_STATUS_INVALID_PARAMETER);
	assert_int_equal(rig_read(&p, 4280, &data), NT_STATUS_SUCCESS);
	assert_int_equal(data.n, all);
	rig_fetch(&p, data);
	rig_pipe_out(&p);
}

static void class_6_wait_knows_the_pipes_and_never_waits(void **state)
{
	/* Timeout 8, NameLength 4, TimeoutSpecified 1, Padding 1, Name */
	static const uint8_t good[] = {0, 0,   0, 0,   0, 0,   0, 0,   12, 0,   0, 0,   1,
				       0, 's', 0, 'r', 0, 'v', 0, 's', 0,  'v', 0, 'c', 0};
	struct smb2_file_id none = SMB2_FILE_ID_NONE;
	struct desk *d = *state;
	struct smb2_ioctl_rsp rsp;
	uint8_t other[sizeof(good)];

	assert_int_equal(
		ioctl(d, FSCTL_PIPE_WAIT, none, view_of(good, sizeof(good)), 0, &rsp),
		NT_STATUS_SUCCESS);
	assert_int_equal(rsp.output.n, 0);
	for (size_t n = 0; n < sizeof(good); n++)
		assert_int_equal(ioctl(d, FSCTL_PIPE_WAIT, none, view_of(good, n), 0, &rsp),
				 NT_STATUS_OBJECT_NAME_NOT_FOUND);
	memcpy(other, good, sizeof(good));
	other[14] = 'x';
	assert_int_equal(
		ioctl(d, FSCTL_PIPE_WAIT, none, view_of(other, sizeof(other)), 0, &rsp),
		NT_STATUS_OBJECT_NAME_NOT_FOUND);
}

static uint32_t query(struct desk *d, struct smb2_file_id id, uint8_t type, uint8_t class,
		      uint32_t room, struct smb2_query_info_rsp *rsp)
{
	struct smb2_query_info_req req = {
		.info_type = type, .info_class = class, .output_len = room, .file_id = id};
	struct rawclient *c = &d->w.c;
	struct raw_reply r;

	raw_begin(c);
	smb2_query_info_req_encode(raw_add(c, &d->w.s, SMB2_QUERY_INFO), &req);
	raw_send(c);
	assert_true(raw_next(c, &r));
	if (r.hdr.status == NT_STATUS_SUCCESS)
		assert_int_equal(smb2_query_info_rsp_decode(rsp, r.msg), NS_OK);
	return r.hdr.status;
}

static void query_info_knows_a_pipe(void **state)
{
	static const struct {
		uint8_t class;
		uint32_t size;
	} rows[] = {
		{FILE_BASIC_INFORMATION, 40},      {FILE_STANDARD_INFORMATION, 24},
		{FILE_INTERNAL_INFORMATION, 8},    {FILE_EA_INFORMATION, 4},
		{FILE_ACCESS_INFORMATION, 4},      {FILE_PIPE_INFORMATION, 8},
		{FILE_PIPE_LOCAL_INFORMATION, 40},
	};
	struct desk *d = *state;
	struct smb2_query_info_rsp rsp;
	struct fscc_standard standard;
	struct rig_pipe p;

	rig_pipe_in(&p, &d->w, &SRVSVC);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
			query(d, p.id, SMB2_0_INFO_FILE, rows[i].class, 4096, &rsp),
			NT_STATUS_SUCCESS);
		assert_int_equal(rsp.data.n, rows[i].size);
		assert_int_equal(query(d, p.id, SMB2_0_INFO_FILE, rows[i].class,
				       rows[i].size - 1, &rsp),
				 NT_STATUS_INFO_LENGTH_MISMATCH);
	}
	assert_int_equal(
		query(d, p.id, SMB2_0_INFO_FILE, FILE_STANDARD_INFORMATION, 24, &rsp),
		NT_STATUS_SUCCESS);
	assert_int_equal(fscc_standard_decode(&standard, rsp.data), NS_OK);
	assert_int_equal(standard.allocation_size, 4096);
	assert_int_equal(standard.links, 1);
	assert_int_equal(query(d, p.id, SMB2_0_INFO_FILE, 200, 4096, &rsp),
			 NT_STATUS_INVALID_INFO_CLASS);
	assert_int_equal(query(d, p.id, SMB2_0_INFO_SECURITY, 0, 4096, &rsp),
			 NT_STATUS_NOT_SUPPORTED);
	rig_pipe_out(&p);
}

static void flush_has_nothing_to_wait_for(void **state)
{
	struct desk *d = *state;
	struct rawclient *c = &d->w.c;
	struct raw_reply r;
	struct rig_pipe p;

	rig_pipe_in(&p, &d->w, &SRVSVC);
	raw_begin(c);
	smb2_flush_req_encode(raw_add(c, &d->w.s, SMB2_FLUSH),
			      &(struct smb2_flush_req){.file_id = p.id});
	raw_send(c);
	raw_expect(c, &r, SMB2_FLUSH, NT_STATUS_SUCCESS);
	rig_pipe_out(&p);
}

#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, desk_open, desk_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_DESK(a_read_waits_and_tells_so_after_50_ms),
		AT_DESK(nothing_quick_is_told_to_wait),
		AT_DESK(a_read_that_waits_is_cancelled_with_its_pipe),
		AT_DESK(a_cancelled_read_takes_no_message),
		AT_DESK(readers_are_served_in_their_order),
		AT_DESK(a_reader_learns_of_the_end),
		AT_DESK(peek_shows_and_takes_nothing),
		AT_DESK(class_6_wait_knows_the_pipes_and_never_waits),
		AT_DESK(query_info_knows_a_pipe),
		AT_DESK(flush_has_nothing_to_wait_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
