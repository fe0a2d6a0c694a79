/* SPDX-License-Identifier: MIT */
/* Long messages, however they come: their bytes are not copied, and are the right ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fs_rig.h"
#include "server/limits.h"
#include "server/outbox.h"
#include "wire/smb2_close.h"
#include "wire/smb2_read.h"
#include "wire/smb2_simple.h"
#include "wire/smb2_write.h"

static uint8_t data[LIMIT_DATA_MAX];

static void fill_data(void)
{
	uint32_t x = 1;

	for (size_t i = 0; i < sizeof(data); i++) {
		x = x * 1664525u + 1013904223u;
		data[i] = (uint8_t)(x >> 24);
	}
}

/* A first request that brings the credits for long ones. */
static void get_credits(struct fs_rig *rig)
{
	rig->c.ask = 256;
	assert_status(raw_echo(&rig->c, &rig->s), NT_STATUS_SUCCESS);
	rig->c.charge = LIMIT_DATA_MAX / LIMIT_CREDIT_BYTES;
}

static void is_written_and_read(struct fs_rig *rig, size_t n)
{
	struct smb2_file_id id = fs_rig_opened(rig, "long", FILE_OVERWRITE_IF);
	struct view got;

	assert_status(fs_rig_write(rig, id, 0, view_of(data, n)), NT_STATUS_SUCCESS);
	assert_status(fs_rig_read(rig, id, 0, (uint32_t)n, &got), NT_STATUS_SUCCESS);
	assert_int_equal(got.n, n);
	assert_memory_equal(got.p, data, n);
	assert_status(fs_rig_read(rig, id, n - 10, (uint32_t)n, &got), NT_STATUS_SUCCESS);
	assert_int_equal(got.n, 10);
	assert_memory_equal(got.p, data + n - 10, 10);
	assert_status(fs_rig_close(rig, id), NT_STATUS_SUCCESS);
}

/* Lengths around those from which a message counts as long, pieces that meet their ends. */
static void any_length_in_any_pieces(struct fs_rig *rig)
{
	static const size_t pieces[] = {0, 1000, 4096, 65536, 300000};
	static const size_t lengths[] = {10, 16000, 32500, 32768, 65536, sizeof(data)};

	fill_data();
	get_credits(rig);
	for (size_t p = 0; p < sizeof(pieces) / sizeof(pieces[0]); p++)
		for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
			rig->c.piece = pieces[p];
			is_written_and_read(rig, lengths[i]);
		}
	assert_int_equal(rig->c.conn->in.cap, 0);
	assert_null(rig->c.conn->out.first);
}

static void signed_ones_are_whole(void **state)
{
	any_length_in_any_pieces(*state);
}

static void sealed_ones_are_whole(void **state)
{
	any_length_in_any_pieces(*state);
}

/* Whose data change on the way. */
static void touch_last(struct rawclient *c, struct buf *msg)
{
	(void)c;
	msg->p[msg->n - 1] ^= 1;
}

static void send_forged(struct fs_rig *rig)
{
	struct smb2_file_id id = fs_rig_opened(rig, "long", FILE_OVERWRITE_IF);
	const struct smb2_write_req req = {.data = view_of(data, 100000), .file_id = id};

	get_credits(rig);
	rig->c.piece = 5000;
	rig->c.touch = touch_last;
	raw_begin(&rig->c);
	smb2_write_req_encode(raw_add(&rig->c, &rig->s, SMB2_WRITE), &req);
	raw_send(&rig->c);
	rig->c.touch = NULL;
}

static void a_forged_one_writes_nothing(void **state)
{
	struct fs_rig *rig = *state;
	struct raw_reply r;

	send_forged(rig);
	raw_expect(&rig->c, &r, SMB2_WRITE, NT_STATUS_ACCESS_DENIED);
	disk_holds(rig->disk, "long", "");
}

static void a_forged_sealed_one_ends_the_connection(void **state)
{
	struct fs_rig *rig = *state;

	send_forged(rig);
	assert_true(raw_dropped(&rig->c));
	disk_holds(rig->disk, "long", "");
}

/* The message's bytes stay for those that come after the WRITE. */
static void what_stands_behind_a_long_write_runs(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_file_id id = fs_rig_opened(rig, "long", FILE_OVERWRITE_IF);
	const struct smb2_write_req write = {.data = view_of(data, 100000), .file_id = id};
	const struct smb2_read_req read = {.length = 100000, .file_id = id};
	struct smb2_read_rsp got;
	struct raw_reply r;

	fill_data();
	get_credits(rig);
	rig->c.piece = 7000;
	rig->c.related = true;
	raw_begin(&rig->c);
	smb2_write_req_encode(raw_add(&rig->c, &rig->s, SMB2_WRITE), &write);
	smb2_read_req_encode(raw_add(&rig->c, &rig->s, SMB2_READ), &read);
	smb2_close_req_encode(raw_add(&rig->c, &rig->s, SMB2_CLOSE),
			      &(struct smb2_close_req){.file_id = id});
	raw_send(&rig->c);
	raw_expect(&rig->c, &r, SMB2_WRITE, NT_STATUS_SUCCESS);
	raw_expect(&rig->c, &r, SMB2_READ, NT_STATUS_SUCCESS);
	assert_int_equal(smb2_read_rsp_decode(&got, r.msg), NS_OK);
	assert_int_equal(got.data.n, 100000);
	assert_memory_equal(got.data.p, data, 100000);
	raw_expect(&rig->c, &r, SMB2_CLOSE, NT_STATUS_SUCCESS);
}

/* A READ that begins the answer, and one more behind it. */
static void two_long_reads_share_a_frame(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_file_id id = fs_rig_opened(rig, "long", FILE_OVERWRITE_IF);
	struct smb2_read_req req = {.length = 50000, .file_id = id};
	struct smb2_read_rsp got;
	struct raw_reply r;
	size_t frame = 0;

	fill_data();
	get_credits(rig);
	assert_status(fs_rig_write(rig, id, 0, view_of(data, 100000)), NT_STATUS_SUCCESS);
	raw_begin(&rig->c);
	smb2_read_req_encode(raw_add(&rig->c, &rig->s, SMB2_READ), &req);
	req.offset = 50000;
	smb2_read_req_encode(raw_add(&rig->c, &rig->s, SMB2_READ), &req);
	raw_send(&rig->c);
	for (size_t at = 0; at < 100000; at += 50000) {
		raw_expect(&rig->c, &r, SMB2_READ, NT_STATUS_SUCCESS);
		assert_int_equal(smb2_read_rsp_decode(&got, r.msg), NS_OK);
		assert_int_equal(got.data.n, 50000);
		assert_memory_equal(got.data.p, data + at, 50000);
		assert_true(frame == 0 || r.frame == frame);
		frame = r.frame;
	}
}

/*
 * A disk that takes its time: the client is told that it has to wait, but it can't have
 * the server keep more of its bytes by that.
 */
static void no_more_is_taken_in_than_was_promised(void **state)
{
	struct fs_rig *rig = *state;
	const size_t most = LIMIT_PROMISED_MAX / LIMIT_DATA_MAX + 1, sent = most + 3;
	struct smb2_write_req req = {.data = view_of(data, sizeof(data))};
	size_t written = 0;
	struct raw_reply r;

	get_credits(rig);
	req.file_id = fs_rig_opened(rig, "long", FILE_OVERWRITE_IF);
	rig->lab.hold_jobs = true;
	for (size_t i = 0; i < sent; i++) {
		if (i >= most && !server_conn_wants_input(rig->c.conn))
			break;
		raw_begin(&rig->c);
		smb2_write_req_encode(raw_add(&rig->c, &rig->s, SMB2_WRITE), &req);
		raw_send(&rig->c);
		written++;
		serverlab_pass(&rig->lab, LIMIT_INTERIM_AFTER_MS);
	}
	assert_int_equal(written, most);
	assert_int_equal(rig->lab.job_count, most);
	/* Nor does he lose his connection over the message that he could not go on with. */
	server_conn_recv(rig->c.conn, view_of("\0\0\1\0", 4));
	raw_pump(&rig->c);
	serverlab_pass(&rig->lab, LIMIT_FRAME_MS + LIMIT_SWEEP_MS);
	rig->lab.hold_jobs = false;
	serverlab_run_jobs(&rig->lab);
	while (written > 0) {
		assert_true(raw_next(&rig->c, &r));
		if (r.hdr.status == NT_STATUS_PENDING)
			continue;
		assert_status(r.hdr.status, NT_STATUS_SUCCESS);
		written--;
	}
	assert_true(server_conn_wants_input(rig->c.conn));
	assert_int_equal(rig->c.conn->promised, 0);
	serverlab_pass(&rig->lab, LIMIT_FRAME_MS - LIMIT_SWEEP_MS);
	assert_false(raw_dropped(&rig->c));
	serverlab_pass(&rig->lab, 2 * LIMIT_SWEEP_MS);
	assert_true(raw_dropped(&rig->c));
}

/* ------------------------------------------------------------------------ what waits -- */

static void put(struct outbox *o, size_t n)
{
	struct buf frame;

	buf_init(&frame, 2 * sizeof(data));
	assert_int_equal(buf_append(&frame, VIEW_LITERAL("room")), NS_OK);
	assert_int_equal(buf_append(&frame, view_of(data, n)), NS_OK);
	assert_int_equal(outbox_add(o, &frame, 4), NS_OK);
	buf_release(&frame);
}

/* Frames large and small leave in their order, in whatever pieces the peer takes them. */
static void what_waits_keeps_its_order(void **state)
{
	static const size_t lengths[] = {1,     100000, 5,     70000, 40000,
					 40000, 9,      16384, 16383};
	size_t total = 0, at = 0, i = 0;
	struct outbox o;

	(void)state;
	fill_data();
	outbox_init(&o, 2 * sizeof(data));
	for (size_t k = 0; k < sizeof(lengths) / sizeof(lengths[0]); k++) {
		put(&o, lengths[k]);
		total += lengths[k];
	}
	assert_int_equal(o.n, total);
	while (o.n > 0) {
		size_t n = outbox_front(&o).n < 777 ? outbox_front(&o).n : 777;

		for (size_t k = 0; k < n; k++) {
			assert_int_equal(outbox_front(&o).p[k], data[at]);
			if (++at == lengths[i]) {
				at = 0;
				i++;
			}
		}
		outbox_sent(&o, n);
	}
	assert_int_equal(i, sizeof(lengths) / sizeof(lengths[0]));
	assert_null(o.first);
	assert_int_equal(outbox_front(&o).n, 0);
}

static void no_more_waits_than_may(void **state)
{
	struct outbox o;
	struct buf frame;

	(void)state;
	outbox_init(&o, 100000);
	put(&o, 60000);
	buf_init(&frame, sizeof(data));
	assert_int_equal(buf_append(&frame, view_of(data, 40001)), NS_OK);
	assert_int_equal(outbox_add(&o, &frame, 0), NS_ELIMIT);
	assert_int_equal(frame.n, 40001);
	assert_int_equal(outbox_add(&o, &frame, 1), NS_OK);
	assert_int_equal(frame.n, 0);
	assert_int_equal(o.n, 100000);
	outbox_release(&o);
	assert_int_equal(o.n, 0);
	assert_null(o.first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FS_RIG_TEST(signed_ones_are_whole),
		cmocka_unit_test_setup_teardown(sealed_ones_are_whole, fs_rig_up_all_sealed,
						fs_rig_down),
		FS_RIG_TEST(a_forged_one_writes_nothing),
		cmocka_unit_test_setup_teardown(a_forged_sealed_one_ends_the_connection,
						fs_rig_up_all_sealed, fs_rig_down),
		FS_RIG_TEST(what_stands_behind_a_long_write_runs),
		FS_RIG_TEST(no_more_is_taken_in_than_was_promised),
		cmocka_unit_test_setup_teardown(two_long_reads_share_a_frame,
						fs_rig_up_sealed, fs_rig_down),
		cmocka_unit_test(what_waits_keeps_its_order),
		cmocka_unit_test(no_more_waits_than_may),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
