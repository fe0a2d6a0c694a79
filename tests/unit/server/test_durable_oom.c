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
#include "lock_rig.h"
#include "wire/smb2_lease.h"

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

/*
 * Her durable open, by a lease; and another one, whose lease is told of what is done by
 * the first, or whose lock waits for it.  Telling, or answering, fails, and with it the
 * connection goes, on which there is a request in the midst of its work.
 */
struct two {
	struct smb2_file_id kept, other;
};

static struct smb2_file_id leases(struct fs_rig *who, uint8_t key, uint32_t state,
				  bool durable)
{
	struct durable_part parts[2] = {durable_part_ask(V2, 0, DURABLE_GUID),
					{.name = SMB2_CREATE_REQUEST_LEASE}};
	struct smb2_lease lease = {.version = 1, .state = state};
	struct smb2_create_req how;
	struct smb2_create_rsp rsp;
	struct wire_writer w;
	struct buf data;

	memset(lease.key, key, sizeof(lease.key));
	buf_init(&data, sizeof(parts[1].data));
	w = wire_writer_at_end(&data);
	smb2_lease_encode(&w, &lease);
	memcpy(parts[1].data, data.p, data.n);
	parts[1].n = data.n;
	buf_release(&data);
	how = durable_create(FILE_OPEN, SMB2_OPLOCK_LEVEL_LEASE, parts + !durable,
			     durable ? 2 : 1);
	assert_status(fs_rig_open(who, "a", &how, &rsp), NT_STATUS_SUCCESS);
	return rsp.file_id;
}

static void writes(struct fs_rig *who, const struct two *two)
{
	who_writes(who, two->kept);
}

static void locks(struct fs_rig *who, const struct two *two)
{
	lock_asks(who, two->kept, 0, 1, EXCLUSIVE);
}

static void lets_the_other_wait(struct fs_rig *who, const struct two *two)
{
	struct raw_reply r;

	lock_asks(who, two->kept, 0, 1, EXCLUSIVE);
	lock_asks(who, two->other, 0, 1, EXCLUSIVE);
	while (raw_next(&who->c, &r))
		; /* a break of the lease that reads, too */
}

static void closes(struct fs_rig *who, const struct two *two)
{
	raw_begin(&who->c);
	raw_put_close(raw_add(&who->c, &who->s, SMB2_CLOSE), two->kept);
	raw_send(&who->c);
}

struct midst {
	void (*before)(struct fs_rig *who, const struct two *two);
	void (*asks)(struct fs_rig *who, const struct two *two);
};

static bool breaks_in(const struct midst *m, size_t n)
{
	const struct server_counters *c;
	struct durable_rig *rig;
	struct two two;
	void *state;
	bool hit;

	assert_int_equal(durable_rig_up(&state), 0);
	rig = state;
	rig->alice->c.ask = 16;
	c = &rig->lab->server->counters;
	two.kept = leases(rig->alice, 1,
			  SMB2_LEASE_READ_CACHING | SMB2_LEASE_HANDLE_CACHING, true);
	two.other = leases(rig->alice, 2, SMB2_LEASE_READ_CACHING, false);
	if (m->before != NULL)
		m->before(rig->alice, &two);
	rig->lab->hold_jobs = true;
	failalloc_arm(n);
	failalloc_pause(true);
	m->asks(rig->alice, &two);
	hit = failalloc_hit();
	failalloc_disarm();
	serverlab_turn(rig->lab); /* the connection is freed */
	serverlab_run_jobs(rig->lab);
	durable_away(rig);
	serverlab_pass(rig->lab, DURABLE_TIMEOUT_MS);
	serverlab_run_jobs(rig->lab);
	assert_int_equal(c->opens_now, 0);
	assert_int_equal(c->requests_now, 0);
	assert_int_equal(c->locks_now, 0);
	rig->lab->hold_jobs = false;
	durable_rig_down(&state);
	return hit;
}

static void its_connection_may_break_in_the_midst(void **state)
{
	static const struct midst list[] = {
		{NULL, writes},
		{NULL, locks},
		{lets_the_other_wait, closes},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		size_t n = 0;

		while (breaks_in(&list[i], n))
			n++;
		assert_true(n > 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_allocation_may_fail),
		cmocka_unit_test(its_connection_may_break_in_the_midst),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
