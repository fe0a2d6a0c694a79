/* SPDX-License-Identifier: MIT */
/* NetrShareEnum and NetrShareGetInfo: every level, who may, hidden shares, resuming. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "svc_rig.h"

struct office {
	struct serverlab lab;
	struct workstation admin, alice;
	struct rig_pipe p, q; /* admin's, alice's */
};

static int office_open(void **state)
{
	struct office *o = calloc(1, sizeof(*o));
	struct server_share *share;

	assert_non_null(o);
	serverlab_init(&o->lab);
	share = server_config_add_share(&o->lab.config, "Data", "/srv/data");
	assert_non_null(share);
	assert_int_equal(config_set(&share->comment, "gr\xc3\xbc\xc3\x9f"), NS_OK);
	share->max_uses = 7;
	share->encrypt = true;
	share = server_config_add_share(&o->lab.config, "vault$", "/srv/vault");
	assert_non_null(share);
	share->hidden = true;
	assert_non_null(server_config_add_share(&o->lab.config, "Open", "/srv/open"));
	serverlab_start(&o->lab);
	workstation_in(&o->admin, &o->lab, "10.0.0.9", "admin");
	workstation_in(&o->alice, &o->lab, "10.0.0.1", "alice");
	rig_pipe_in(&o->p, &o->admin, &SRVSVC);
	rig_pipe_in(&o->q, &o->alice, &SRVSVC);
	*state = o;
	return 0;
}

static int office_close(void **state)
{
	struct office *o = *state;

	rig_pipe_out(&o->p);
	rig_pipe_out(&o->q);
	workstation_out(&o->admin);
	workstation_out(&o->alice);
	serverlab_stop(&o->lab);
	free(o);
	return 0;
}

static struct rig_enum shares(uint32_t level)
{
	return (struct rig_enum){.opnum = OPNUM_NETR_SHARE_ENUM, .level = level};
}

static struct rig_info one(const char *name, uint32_t level)
{
	return (struct rig_info){
		.opnum = OPNUM_NETR_SHARE_GET_INFO, .level = level, .name = name};
}

static void shares_stand_in_the_order_of_the_configuration(void **state)
{
	struct office *o = *state;
	struct rig_enum e = shares(502);
	const struct info_rows *rows = &e.resp.info.rows;
	uint32_t tree;

	assert_int_equal(raw_tree(&o->alice.c, &o->alice.s, "open", &tree),
			 NT_STATUS_SUCCESS);
	assert_int_equal(rig_enum(&o->p, &e), WIN32_ERROR_SUCCESS);
	assert_int_equal(e.count, 4);
	assert_string_equal(rig_text(rows, 0, "netname"), "Data");
	assert_string_equal(rig_text(rows, 0, "remark"), "gr\xc3\xbc\xc3\x9f");
	assert_string_equal(rig_text(rows, 0, "path"), "/srv/data");
	assert_int_equal(rig_u32(rows, 0, "type"), 0);
	assert_int_equal(rig_u32(rows, 0, "max_uses"), 7);
	assert_int_equal(rig_u32(rows, 0, "current_uses"), 0);
	assert_string_equal(rig_text(rows, 1, "netname"), "vault$");
	assert_string_equal(rig_text(rows, 2, "netname"), "Open");
	assert_int_equal(rig_u32(rows, 2, "current_uses"), 1);
	assert_int_equal(rig_u32(rows, 2, "max_uses"), UINT32_MAX);
	assert_string_equal(rig_text(rows, 3, "netname"), "IPC$");
	assert_int_equal(rig_u32(rows, 3, "type"), 0x80000003);
	assert_int_equal(rig_u32(rows, 3, "current_uses"), 2);
	rig_enum_release(&e);
}

static void levels_and_who_may(void **state)
{
	const struct {
		uint32_t level, admin, alice;
	} rows[] = {
		{0, WIN32_ERROR_SUCCESS, WIN32_ERROR_SUCCESS},
		{1, WIN32_ERROR_SUCCESS, WIN32_ERROR_SUCCESS},
		{2, WIN32_ERROR_SUCCESS, WIN32_ERROR_ACCESS_DENIED},
		{501, WIN32_ERROR_SUCCESS, WIN32_ERROR_SUCCESS},
		{502, WIN32_ERROR_SUCCESS, WIN32_ERROR_ACCESS_DENIED},
		{503, WIN32_ERROR_SUCCESS, WIN32_ERROR_ACCESS_DENIED},
		{1005, WIN32_ERROR_INVALID_LEVEL, WIN32_ERROR_ACCESS_DENIED},
		{3, WIN32_ERROR_INVALID_LEVEL, WIN32_ERROR_INVALID_LEVEL},
	};
	struct office *o = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rig_enum e = shares(rows[i].level);
		struct rig_info info = one("data", rows[i].level);
		uint32_t level_1005 = rows[i].level == 1005;

		assert_int_equal(rig_enum(&o->p, &e), rows[i].admin);
		rig_enum_release(&e);
		assert_int_equal(rig_info(&o->p, &info),
				 level_1005 ? WIN32_ERROR_SUCCESS : rows[i].admin);
		rig_info_release(&info);
		assert_int_equal(rig_info(&o->q, &info),
				 level_1005 ? WIN32_ERROR_SUCCESS : rows[i].alice);
		rig_info_release(&info);
		e = shares(rows[i].level);
		if (!level_1005)
			assert_int_equal(rig_enum(&o->q, &e), rows[i].alice);
		if (!level_1005)
			rig_enum_release(&e);
	}
}

static void a_hidden_share_is_told_to_managers_alone(void **state)
{
	struct office *o = *state;
	struct rig_enum e = shares(1);
	const struct info_rows *rows = &e.resp.info.rows;

	assert_int_equal(rig_enum(&o->q, &e), WIN32_ERROR_SUCCESS);
	assert_int_equal(e.count, 3);
	assert_int_equal(e.total, 3);
	assert_string_equal(rig_text(rows, 1, "netname"), "Open");
	rig_enum_release(&e);
}

static void shares_are_resumed_by_their_places(void **state)
{
	struct office *o = *state;
	struct rig_enum e = shares(1);
	size_t calls = 0, found = 0;

	e.max = 60;
	do {
		(void)rig_enum(&o->q, &e);
		found += e.count;
		calls++;
		rig_enum_release(&e);
	} while (e.status == WIN32_ERROR_MORE_DATA && calls < 10);
	assert_int_equal(e.status, WIN32_ERROR_SUCCESS);
	assert_int_equal(found, 3);
	assert_int_equal(calls, 3);
	e.resume = 4;
	assert_int_equal(rig_enum(&o->q, &e), WIN32_ERROR_SUCCESS);
	assert_int_equal(e.count, 0);
	rig_enum_release(&e);
	e.max = 8;
	e.resume = 0;
	assert_int_equal(rig_enum(&o->q, &e), WIN32_NERR_BUF_TOO_SMALL);
	rig_enum_release(&e);
}

static void one_share_by_its_name(void **state)
{
	struct office *o = *state;
	struct rig_info i = one("DATA", 1005);
	char name[1100];

	assert_int_equal(rig_info(&o->p, &i), WIN32_ERROR_SUCCESS);
	assert_int_equal(rig_u32(&i.resp.info.rows, 0, "flags"), 0x8000);
	rig_info_release(&i);
	i = one("ipc$", 1);
	assert_int_equal(rig_info(&o->q, &i), WIN32_ERROR_SUCCESS);
	assert_string_equal(rig_text(&i.resp.info.rows, 0, "netname"), "IPC$");
	rig_info_release(&i);
	i = one("nosuch", 1);
	assert_int_equal(rig_info(&o->p, &i), WIN32_NERR_NET_NAME_NOT_FOUND);
	assert_int_equal(i.resp.info.rows.count, 0);
	rig_info_release(&i);
	i = one("", 1);
	assert_int_equal(rig_info(&o->p, &i), WIN32_ERROR_INVALID_PARAMETER);
	rig_info_release(&i);
	memset(name, 'x', 1024);
	name[1024] = '\0';
	i = one(name, 1);
	assert_int_equal(rig_info(&o->p, &i), WIN32_ERROR_INVALID_PARAMETER);
	rig_info_release(&i);
}

/* What a restart brings back: the configuration's shares, and no level 501. */
static void sticky_shares_are_those_of_the_configuration(void **state)
{
	struct office *o = *state;
	struct rig_enum e = shares(1);

	e.opnum = OPNUM_NETR_SHARE_ENUM_STICKY;
	assert_int_equal(rig_enum(&o->p, &e), WIN32_ERROR_SUCCESS);
	assert_int_equal(e.count, 3);
	assert_string_equal(rig_text(&e.resp.info.rows, 2, "netname"), "Open");
	rig_enum_release(&e);
	assert_int_equal(rig_enum(&o->q, &e), WIN32_ERROR_SUCCESS);
	assert_int_equal(e.count, 2);
	rig_enum_release(&e);
	e.level = 501;
	assert_int_equal(rig_enum(&o->p, &e), WIN32_ERROR_INVALID_LEVEL);
	rig_enum_release(&e);
}

#define WITH_OFFICE(test) cmocka_unit_test_setup_teardown(test, office_open, office_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_OFFICE(shares_stand_in_the_order_of_the_configuration),
		WITH_OFFICE(levels_and_who_may),
		WITH_OFFICE(a_hidden_share_is_told_to_managers_alone),
		WITH_OFFICE(shares_are_resumed_by_their_places),
		WITH_OFFICE(one_share_by_its_name),
		WITH_OFFICE(sticky_shares_are_those_of_the_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
