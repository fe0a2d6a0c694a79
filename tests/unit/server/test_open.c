/* SPDX-License-Identifier: MIT */
/* Opens: their ids, their rights, what ends them, what is counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "server/open.h"
#include "svc_rig.h"
#include "wire/smb2.h"
#include "wire/smb2_read.h"
#include "wire/smb2_write.h"

struct pair {
	struct serverlab lab;
	struct workstation w, other;
	struct smb2_file_id id;
};

static int pair_open(void **state)
{
	struct pair *d = calloc(1, sizeof(*d));

	assert_non_null(d);
	serverlab_init(&d->lab);
	d->lab.config.max_opens_per_session = 5;
	serverlab_start(&d->lab);
	workstation_in(&d->w, &d->lab, "10.0.0.9", "alice");
	workstation_in(&d->other, &d->lab, "10.0.0.9", "bob");
	assert_int_equal(raw_open_pipe(&d->w.c, &d->w.s, "srvsvc", &d->id),
			 NT_STATUS_SUCCESS);
	*state = d;
	return 0;
}

static int pair_close(void **state)
{
	struct pair *d = *state;

	workstation_out(&d->w);
	workstation_out(&d->other);
	serverlab_stop(&d->lab);
	free(d);
	return 0;
}

static void both_halves_of_a_file_id_count(void **state)
{
	struct pair *d = *state;
	struct smb2_file_id id = d->id;

	id.persistent_id ^= 1;
	assert_int_equal(raw_close(&d->w.c, &d->w.s, id), NT_STATUS_FILE_CLOSED);
	id = d->id;
	id.volatile_id += 1;
	assert_int_equal(raw_close(&d->w.c, &d->w.s, id), NT_STATUS_FILE_CLOSED);
	id = d->id;
	id.volatile_id |= UINT64_C(1) << 32;
	assert_int_equal(raw_close(&d->w.c, &d->w.s, id), NT_STATUS_FILE_CLOSED);
	assert_int_equal(raw_close(&d->w.c, &d->w.s, d->id), NT_STATUS_SUCCESS);
	assert_int_equal(raw_close(&d->w.c, &d->w.s, d->id), NT_STATUS_FILE_CLOSED);
}

static void an_open_is_its_sessions_and_its_trees_own(void **state)
{
	struct pair *d = *state;
	uint32_t tree;

	assert_int_equal(raw_close(&d->other.c, &d->other.s, d->id), NT_STATUS_FILE_CLOSED);
	assert_int_equal(raw_tree(&d->w.c, &d->w.s, "IPC$", &tree), NT_STATUS_SUCCESS);
	d->w.c.tree = tree;
	assert_int_equal(raw_close(&d->w.c, &d->w.s, d->id), NT_STATUS_FILE_CLOSED);
	d->w.c.tree = d->w.ipc;
	assert_int_equal(raw_close(&d->w.c, &d->w.s, d->id), NT_STATUS_SUCCESS);
}

static void ids_are_never_given_twice(void **state)
{
	struct pair *d = *state;
	struct smb2_file_id last = d->id, id;

	for (size_t i = 0; i < 50; i++) {
		assert_int_equal(raw_open_pipe(&d->w.c, &d->w.s, "srvsvc", &id),
				 NT_STATUS_SUCCESS);
		assert_true(id.volatile_id > last.volatile_id);
		assert_true(id.persistent_id != last.persistent_id);
		assert_int_equal(raw_close(&d->w.c, &d->w.s, id), NT_STATUS_SUCCESS);
		last = id;
	}
	assert_int_equal(d->lab.server->counters.opens_now, 1);
	assert_int_equal(d->lab.server->counters.pipes_opened, 51);
}

static void a_session_has_so_many_opens(void **state)
{
	struct pair *d = *state;
	struct smb2_file_id id;

	for (size_t i = 0; i < 4; i++)
		assert_int_equal(raw_open_pipe(&d->w.c, &d->w.s, "srvsvc", &id),
				 NT_STATUS_SUCCESS);
	assert_int_equal(raw_open_pipe(&d->w.c, &d->w.s, "srvsvc", &id),
			 NT_STATUS_INSUFFICIENT_RESOURCES);
	assert_int_equal(raw_open_pipe(&d->other.c, &d->other.s, "srvsvc", &id),
			 NT_STATUS_SUCCESS);
	d->w.c.tree = d->w.ipc;
	assert_int_equal(raw_close(&d->w.c, &d->w.s, d->id), NT_STATUS_SUCCESS);
	assert_int_equal(raw_open_pipe(&d->w.c, &d->w.s, "srvsvc", &id), NT_STATUS_SUCCESS);
}

static void whatever_ends_above_ends_the_opens(void **state)
{
	struct pair *d = *state;
	struct smb2_file_id id;

	assert_int_equal(raw_open_pipe(&d->other.c, &d->other.s, "srvsvc", &id),
			 NT_STATUS_SUCCESS);
	assert_int_equal(d->lab.server->counters.opens_now, 2);
	assert_int_equal(raw_simple(&d->w.c, &d->w.s, SMB2_TREE_DISCONNECT),
			 NT_STATUS_SUCCESS);
	assert_int_equal(d->lab.server->counters.opens_now, 1);
	assert_int_equal(raw_logoff(&d->other.c, &d->other.s), NT_STATUS_SUCCESS);
	assert_int_equal(d->lab.server->counters.opens_now, 0);
	serverlab_turn(&d->lab);
}

static uint32_t read_with(struct pair *d, const struct smb2_read_req *req)
{
	struct rawclient *c = &d->w.c;
	struct raw_reply r;

	raw_begin(c);
	smb2_read_req_encode(raw_add(c, &d->w.s, SMB2_READ), req);
	raw_send(c);
	assert_true(raw_next(c, &r));
	return r.hdr.status;
}

static void lengths_are_paid_for_and_limited(void **state)
{
	struct pair *d = *state;
	struct smb2_read_req req = {.length = 65537, .file_id = d->id};

	assert_int_equal(read_with(d, &req), NT_STATUS_INVALID_PARAMETER);
	req.length = UINT32_MAX;
	assert_int_equal(read_with(d, &req), NT_STATUS_INVALID_PARAMETER);
	req.length = 100;
	req.channel = 1; /* RDMA */
	assert_int_equal(read_with(d, &req), NT_STATUS_INVALID_PARAMETER);
}

static void generic_rights_become_specific_ones(void **state)
{
	const uint32_t all = 0x001f01ff;
	static const struct {
		uint32_t allowed, desired, granted;
		bool may;
	} rows[] = {
		{0x001f01ff, GENERIC_READ, 0x00120089, true},
		{0x001f01ff, GENERIC_WRITE, 0x00120116, true},
		{0x001f01ff, GENERIC_EXECUTE, 0x001200a0, true},
		{0x001f01ff, GENERIC_ALL, 0x001f01ff, true},
		{0x001f01ff, ACCESS_MAXIMUM_ALLOWED, 0x001f01ff, true},
		{0x001200a9, ACCESS_MAXIMUM_ALLOWED, 0x001200a9, true},
		{0x001200a9, GENERIC_READ | GENERIC_EXECUTE, 0x001200a9, true},
		{0x001200a9, GENERIC_WRITE, 0, false},
		{0x001200a9, GENERIC_ALL, 0, false},
		{0x001200a9, FILE_WRITE_DATA, 0, false},
		{0x001200a9, ACCESS_MAXIMUM_ALLOWED | FILE_WRITE_DATA, 0, false},
		{0x001f01ff, ACCESS_SYSTEM_SECURITY, 0, false},
		{0, ACCESS_SYNCHRONIZE, 0x00100000, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t granted = 0;

		assert_int_equal(
			open_map_rights(rows[i].allowed, rows[i].desired, &granted),
			rows[i].may);
		if (rows[i].may)
			assert_int_equal(granted, rows[i].granted);
		assert_int_equal(granted & ~all, 0);
	}
}

#define AS_PAIR(test) cmocka_unit_test_setup_teardown(test, pair_open, pair_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		AS_PAIR(both_halves_of_a_file_id_count),
		AS_PAIR(an_open_is_its_sessions_and_its_trees_own),
		AS_PAIR(ids_are_never_given_twice),
		AS_PAIR(a_session_has_so_many_opens),
		AS_PAIR(whatever_ends_above_ends_the_opens),
		AS_PAIR(lengths_are_paid_for_and_limited),
		cmocka_unit_test(generic_rights_become_specific_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
