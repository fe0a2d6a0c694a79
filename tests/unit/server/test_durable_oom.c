/* SPDX-License-Identifier: MIT */
/*
 * A durable open asked for, lost and had back again and again, and each time the next of
 * the server's allocations fails.  It may be refused, or not be durable, or gone; but no
 * open is half of one: what is not hers is closed, and the file is free in the end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "durable_rig.h"
#include "lib/failalloc.h"

/* Memory is short inside of the engine, and of its jobs: the test's own is not. */
void __real_server_conn_recv(struct server_conn *conn, struct view bytes);
void __real_server_conn_eof(struct server_conn *conn);
void __real_serverlab_run_jobs(struct serverlab *lab);
void __wrap_server_conn_recv(struct server_conn *conn, struct view bytes);
void __wrap_server_conn_eof(struct server_conn *conn);
void __wrap_serverlab_run_jobs(struct serverlab *lab);

void __wrap_server_conn_recv(struct server_conn *conn, struct view bytes)
{
	failalloc_pause(false);
	__real_server_conn_recv(conn, bytes);
	failalloc_pause(true);
}

void __wrap_server_conn_eof(struct server_conn *conn)
{
	failalloc_pause(false);
	__real_server_conn_eof(conn);
	failalloc_pause(true);
}

void __wrap_serverlab_run_jobs(struct serverlab *lab)
{
	failalloc_pause(false);
	__real_serverlab_run_jobs(lab);
	failalloc_pause(true);
}

/* What came: the version that was granted, 0 for an open without, -1 for none. */
static int answer(struct fs_rig *who, struct smb2_create_rsp *rsp)
{
	struct raw_reply r;
	uint32_t timeout;

	if (raw_dropped(&who->c) || !raw_next(&who->c, &r))
		return -1;
	assert_int_equal(r.hdr.command, SMB2_CREATE);
	if (r.hdr.status != NT_STATUS_SUCCESS)
		return -1;
	assert_int_equal(smb2_create_rsp_decode(rsp, r.msg), NS_OK);
	return durable_granted(rsp, &timeout);
}

/* Whether there was one to fail. */
static bool with_the_nth_failing(size_t n, int version)
{
	struct durable_part part = durable_part_ask(version, 0, DURABLE_GUID);
	struct smb2_create_req how = durable_create(FILE_OPEN, BATCH, &part, 1);
	struct smb2_create_rsp rsp = {0};
	const struct server_counters *c;
	struct durable_rig *rig;
	void *state;
	int granted;
	bool hit;

	assert_int_equal(durable_rig_up(&state), 0);
	rig = state;
	c = &rig->lab->server->counters;
	failalloc_arm(n);
	failalloc_pause(true);
	fs_rig_ask(rig->alice, "a", &how);
	granted = answer(rig->alice, &rsp);
	durable_away(rig);
	/* Short of memory an answer goes without the context, of an open that has it. */
	assert_true(granted <= 0 || c->durables_now == 1);
	assert_true(c->opens_now == c->durables_now);
	part = durable_part_again(version, rsp.file_id, DURABLE_GUID, 0);
	how = durable_create(FILE_OPEN, NONE, &part, 1);
	hit = failalloc_hit();
	failalloc_disarm();
	if (c->durables_now == 1) {
		struct smb2_create_rsp back = {0};

		durable_again(rig);
		failalloc_arm(n);
		failalloc_pause(true);
		fs_rig_ask(&rig->again, "a", &how);
		if (answer(&rig->again, &back) >= 0)
			assert_int_equal(c->durables_now, 0);
		assert_int_equal(c->opens_now, 1);
		serverlab_pass(rig->lab, DURABLE_TIMEOUT_MS);
		hit = hit || failalloc_hit();
		failalloc_disarm();
	}
	fs_rig_leave(&rig->again);
	serverlab_pass(rig->lab, DURABLE_TIMEOUT_MS);
	serverlab_run_jobs(rig->lab);
	assert_int_equal(c->opens_now, 0);
	how = with_oplock(FILE_OPEN, BATCH);
	how.share_access = 0;
	fs_rig_ask(rig->carol, "a", &how);
	who_gets(rig->carol, BATCH);
	durable_rig_down(&state);
	return hit;
}

static void every_allocation_may_fail(void **state)
{
	(void)state;
	for (int version = V1; version <= V2; version++) {
		size_t n = 0;

		while (with_the_nth_failing(n, version))
			n++;
		assert_true(n > 20);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
