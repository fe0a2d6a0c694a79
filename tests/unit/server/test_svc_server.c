/* SPDX-License-Identifier: MIT */
/* NetrServerGetInfo, NetrRemoteTOD and NetrWkstaGetInfo. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/nttime.h"
#include "svc_rig.h"

struct office {
	struct serverlab lab;
	struct workstation admin, alice;
	struct rig_pipe p, q;   /* srvsvc: admin's, alice's */
	struct rig_pipe wp, wq; /* wkssvc */
};

static int office_open(void **state)
{
	struct office *o = calloc(1, sizeof(*o));

	assert_non_null(o);
	serverlab_init(&o->lab);
	assert_int_equal(config_set(&o->lab.config.domain, "OFFICE"), NS_OK);
	assert_int_equal(config_set(&o->lab.config.comment, "the one in the corner"),
			 NS_OK);
	o->lab.config.autodisconnect_ms = 15 * 60000;
	o->lab.config.max_opens_per_session = 1234;
	serverlab_start(&o->lab);
	workstation_in(&o->admin, &o->lab, "10.0.0.9", "admin");
	workstation_in(&o->alice, &o->lab, "10.0.0.1", "alice");
	rig_pipe_in(&o->p, &o->admin, &SRVSVC);
	rig_pipe_in(&o->q, &o->alice, &SRVSVC);
	rig_pipe_in(&o->wp, &o->admin, &WKSSVC);
	rig_pipe_in(&o->wq, &o->alice, &WKSSVC);
	*state = o;
	return 0;
}

static int office_close(void **state)
{
	struct office *o = *state;

	rig_pipe_out(&o->p);
	rig_pipe_out(&o->q);
	rig_pipe_out(&o->wp);
	rig_pipe_out(&o->wq);
	workstation_out(&o->admin);
	workstation_out(&o->alice);
	serverlab_stop(&o->lab);
	free(o);
	return 0;
}

static struct rig_info server(uint32_t level)
{
	return (struct rig_info){.opnum = OPNUM_NETR_SERVER_GET_INFO, .level = level};
}

static void who_may_see_which_level(void **state)
{
	const struct {
		uint32_t level, admin, alice;
	} rows[] = {
		{100, WIN32_ERROR_SUCCESS, WIN32_ERROR_SUCCESS},
		{101, WIN32_ERROR_SUCCESS, WIN32_ERROR_SUCCESS},
		{102, WIN32_ERROR_SUCCESS, WIN32_ERROR_ACCESS_DENIED},
		{103, WIN32_ERROR_SUCCESS, WIN32_ERROR_ACCESS_DENIED},
		{502, WIN32_ERROR_SUCCESS, WIN32_ERROR_ACCESS_DENIED},
		{503, WIN32_ERROR_SUCCESS, WIN32_ERROR_ACCESS_DENIED},
		{99, WIN32_ERROR_INVALID_LEVEL, WIN32_ERROR_INVALID_LEVEL},
		{0, WIN32_ERROR_INVALID_LEVEL, WIN32_ERROR_INVALID_LEVEL},
	};
	struct office *o = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rig_info info = server(rows[i].level);

		assert_int_equal(rig_info(&o->p, &info), rows[i].admin);
		assert_int_equal(info.resp.info.rows.count,
				 rows[i].admin == WIN32_ERROR_SUCCESS);
		rig_info_release(&info);
		assert_int_equal(rig_info(&o->q, &info), rows[i].alice);
		rig_info_release(&info);
	}
}

static void the_server_says_what_it_is(void **state)
{
	struct office *o = *state;
	struct rig_info i = server(103);
	const struct info_rows *rows = &i.resp.info.rows;

	assert_int_equal(rig_info(&o->p, &i), WIN32_ERROR_SUCCESS);
	assert_int_equal(rig_u32(rows, 0, "platform_id"), 500);
	assert_string_equal(rig_text(rows, 0, "name"), "SERVER1");
	assert_string_equal(rig_text(rows, 0, "comment"), "the one in the corner");
	assert_int_equal(rig_u32(rows, 0, "version_major"), 10);
	assert_int_equal(rig_u32(rows, 0, "type"), 0x9003);
	assert_int_equal(rig_u32(rows, 0, "disc"), 15);
	assert_int_equal(rig_u32(rows, 0, "users"), o->lab.config.max_sessions);
	assert_int_equal(rig_u32(rows, 0, "hidden"), 0);
	rig_info_release(&i);
	i = server(503);
	assert_int_equal(rig_info(&o->p, &i), WIN32_ERROR_SUCCESS);
	assert_int_equal(rig_u32(rows, 0, "sessopens"), 1234);
	assert_int_equal(rig_u32(rows, 0, "sessvcs"), 1);
	assert_int_equal(rig_u32(rows, 0, "enableoplocks"), 1);
	assert_string_equal(rig_text(rows, 0, "domain"), "OFFICE");
	rig_info_release(&i);
}

static void autodisconnect_is_told_in_minutes(void **state)
{
	static const struct {
		uint64_t ms;
		uint32_t minutes;
	} rows[] = {
		{0, UINT32_MAX}, {1, 1}, {60000, 1}, {60001, 2}, {UINT64_MAX, UINT32_MAX}};
	struct office *o = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rig_info info = server(102);

		o->lab.config.autodisconnect_ms = rows[i].ms;
		assert_int_equal(rig_info(&o->p, &info), WIN32_ERROR_SUCCESS);
		assert_int_equal(rig_u32(&info.resp.info.rows, 0, "disc"), rows[i].minutes);
		rig_info_release(&info);
	}
}

static void the_time_of_day(void **state)
{
	static const uint8_t no_name[4] = {0};
	struct office *o = *state;
	struct netr_remote_tod_resp resp = {0};
	struct buf reply;
	struct ndr in;

	/* a leap day, a Thursday, 23:59:58.37 */
	o->lab.wall = nttime_from_unix(1709251198) + 37 * (NTTIME_PER_SECOND / 100);
	buf_init(&reply, 4096);
	/* anybody may ask */
	assert_int_equal(rig_call(&o->q, OPNUM_NETR_REMOTE_TOD,
				  view_of(no_name, sizeof(no_name)), &reply),
			 0);
	in = ndr_pull(buf_view(&reply));
	netr_remote_tod_resp_code(&in, &resp);
	assert_int_equal(ndr_end(&in), NS_OK);
	assert_int_equal(resp.status, WIN32_ERROR_SUCCESS);
	assert_int_equal(rig_u32(&resp.rows, 0, "elapsedt"), 1709251198);
	assert_int_equal(rig_u32(&resp.rows, 0, "hours"), 23);
	assert_int_equal(rig_u32(&resp.rows, 0, "mins"), 59);
	assert_int_equal(rig_u32(&resp.rows, 0, "secs"), 58);
	assert_int_equal(rig_u32(&resp.rows, 0, "hunds"), 37);
	assert_int_equal(rig_u32(&resp.rows, 0, "timezone"), 0);
	assert_int_equal(rig_u32(&resp.rows, 0, "day"), 29);
	assert_int_equal(rig_u32(&resp.rows, 0, "month"), 2);
	assert_int_equal(rig_u32(&resp.rows, 0, "year"), 2024);
	assert_int_equal(rig_u32(&resp.rows, 0, "weekday"), 4);
	netr_remote_tod_resp_release(&resp);
	buf_release(&reply);
}

/* ServerName NULL, Level, no disks, everything, no handle. */
static uint32_t disks(struct rig_pipe *p, uint32_t level)
{
	struct netr_server_disk_enum_req req = {
		.server_name = NDR_NO_STRING, .level = level, .disks = {.no_buffer = true}};
	struct netr_server_disk_enum_resp resp = {0};
	struct buf stub, reply;
	struct ndr x;

	buf_init(&stub, 4096);
	buf_init(&reply, 4096);
	x = ndr_push(&stub);
	netr_server_disk_enum_req_code(&x, &req);
	assert_int_equal(ndr_end(&x), NS_OK);
	assert_int_equal(rig_call(p, OPNUM_NETR_SERVER_DISK_ENUM, buf_view(&stub), &reply),
			 0);
	x = ndr_pull(buf_view(&reply));
	netr_server_disk_enum_resp_code(&x, &resp);
	assert_int_equal(ndr_end(&x), NS_OK);
	assert_int_equal(resp.disks.count, 0);
	assert_int_equal(resp.total_entries, 0);
	buf_release(&stub);
	buf_release(&reply);
	return resp.status;
}

static void there_are_no_drives(void **state)
{
	struct office *o = *state;

	assert_int_equal(disks(&o->p, 0), WIN32_ERROR_SUCCESS);
	assert_int_equal(disks(&o->p, 1), WIN32_ERROR_INVALID_LEVEL);
	assert_int_equal(disks(&o->q, 0), WIN32_ERROR_ACCESS_DENIED);
}

static void the_workstation_says_the_same(void **state)
{
	struct office *o = *state;
	struct rig_info i = {.opnum = OPNUM_NETR_WKSTA_GET_INFO, .level = 100};
	const struct info_rows *rows = &i.resp.info.rows;

	assert_int_equal(rig_info(&o->wq, &i), WIN32_ERROR_SUCCESS);
	assert_string_equal(rig_text(rows, 0, "computername"), "SERVER1");
	assert_string_equal(rig_text(rows, 0, "langroup"), "OFFICE");
	assert_int_equal(rig_u32(rows, 0, "platform_id"), 500);
	assert_int_equal(rig_u32(rows, 0, "ver_major"), 10);
	rig_info_release(&i);
	i.level = 102;
	assert_int_equal(rig_info(&o->wq, &i), WIN32_ERROR_ACCESS_DENIED);
	rig_info_release(&i);
	assert_int_equal(rig_info(&o->wp, &i), WIN32_ERROR_SUCCESS);
	assert_int_equal(rig_u32(rows, 0, "logged_on_users"), 2);
	rig_info_release(&i);
	i.level = 502;
	assert_int_equal(rig_info(&o->wp, &i), WIN32_ERROR_INVALID_LEVEL);
	rig_info_release(&i);
}

/* Every method: a stub cut anywhere is a fault, and the pipe answers the next call. */
static void no_stub_breaks_a_pipe(void **state)
{
	static const uint16_t opnums[] = {8, 9, 10, 11, 12, 13, 15, 16, 21, 23, 28, 36};
	static const uint8_t noise[64] = {1, 0, 0,    0,    0xff, 0xff, 0xff, 0xff, 0,  0,
					  0, 0, 0xff, 0xff, 0xff, 0xff, 'x',  0,    'y'};
	struct office *o = *state;
	struct rig_info i = server(100);
	struct buf reply;

	buf_init(&reply, 4096);
	for (size_t m = 0; m < sizeof(opnums) / sizeof(opnums[0]); m++)
		for (size_t n = 0; n <= sizeof(noise); n++)
			assert_int_equal(
				rig_call(&o->p, opnums[m], view_of(noise, n), &reply),
				RPC_FAULT_NDR);
	assert_int_equal(rig_info(&o->p, &i), WIN32_ERROR_SUCCESS);
	rig_info_release(&i);
	buf_release(&reply);
}

#define WITH_OFFICE(test) cmocka_unit_test_setup_teardown(test, office_open, office_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_OFFICE(who_may_see_which_level),
		WITH_OFFICE(the_server_says_what_it_is),
		WITH_OFFICE(autodisconnect_is_told_in_minutes),
		WITH_OFFICE(the_time_of_day),
		WITH_OFFICE(there_are_no_drives),
		WITH_OFFICE(the_workstation_says_the_same),
		WITH_OFFICE(no_stub_breaks_a_pipe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
