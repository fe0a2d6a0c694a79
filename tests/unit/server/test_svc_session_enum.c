/* SPDX-License-Identifier: MIT */
/*
 * NetrSessionEnum over a real pipe: levels, filters, rows, and how an enumeration goes on
 * while sessions come and go.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "office.h"
#include "server/session_end.h"
#include "server/session_table.h"

struct enum_row {
	uint32_t level;
	const char *client, *user;
	uint32_t status, count;
};

static const struct enum_row enum_rows[] = {
	/* no filter */
	{0, NULL, NULL, WIN32_ERROR_SUCCESS, 4},
	{1, "", "", WIN32_ERROR_SUCCESS, 4},
	{2, NULL, "", WIN32_ERROR_SUCCESS, 4},
	{10, "", NULL, WIN32_ERROR_SUCCESS, 4},
	{502, NULL, NULL, WIN32_ERROR_SUCCESS, 4},
	/* unknown levels */
	{3, NULL, NULL, WIN32_ERROR_INVALID_LEVEL, 0},
	{77, "\\\\10.0.0.1", NULL, WIN32_ERROR_INVALID_LEVEL, 0},
	{UINT32_MAX, NULL, NULL, WIN32_ERROR_INVALID_LEVEL, 0},
	/* filters */
	{10, "\\\\10.0.0.1", NULL, WIN32_ERROR_SUCCESS, 1},
	{10, NULL, "bob", WIN32_ERROR_SUCCESS, 2},
	{10, "\\\\10.0.0.2", "BOB", WIN32_ERROR_SUCCESS, 1},
	{10, "\\\\[FE80::1]", NULL, WIN32_ERROR_SUCCESS, 1},
	/* a client without "\\": 2351 */
	{10, "10.0.0.1", NULL, WIN32_NERR_INVALID_COMPUTER, 0},
	{10, "\\10.0.0.1", "bob", WIN32_NERR_INVALID_COMPUTER, 0},
	/* nothing matches: 2312 if no session has that client, else 2221 */
	{10, "\\\\10.0.0.77", NULL, WIN32_NERR_CLIENT_NAME_NOT_FOUND, 0},
	{10, "\\\\10.0.0.77", "bob", WIN32_NERR_CLIENT_NAME_NOT_FOUND, 0},
	{10, "\\\\10.0.0.1", "bob", WIN32_NERR_USER_NOT_FOUND, 0},
	{10, NULL, "nobody", WIN32_NERR_USER_NOT_FOUND, 0},
};

static void enum_keeps_its_contract(void **state)
{
	struct office *o = *state;

	for (size_t i = 0; i < sizeof(enum_rows) / sizeof(enum_rows[0]); i++) {
		const struct enum_row *row = &enum_rows[i];
		struct rig_enum e = {
			.level = row->level, .first = row->client, .second = row->user};

		if (rig_enum(&o->p, &e) != row->status || e.count != row->count)
			fail_msg("row %zu: %u with %u rows", i, (unsigned)e.status,
				 (unsigned)e.count);
		assert_int_equal(e.total, row->count);
		rig_enum_release(&e);
	}
}

static void names_of_enum_have_the_same_limit(void **state)
{
	struct office *o = *state;
	struct rig_enum e = {.level = 10, .first = long_name(1024, true)};

	assert_int_equal(rig_enum(&o->p, &e), WIN32_ERROR_INVALID_PARAMETER);
	rig_enum_release(&e);
	e = (struct rig_enum){.level = 10, .second = long_name(1024, false)};
	assert_int_equal(rig_enum(&o->p, &e), WIN32_ERROR_INVALID_PARAMETER);
	rig_enum_release(&e);
	e = (struct rig_enum){.level = 10, .second = long_name(1023, false)};
	assert_int_equal(rig_enum(&o->p, &e), WIN32_NERR_USER_NOT_FOUND);
	rig_enum_release(&e);
}

static void a_row_says_what_windows_says(void **state)
{
	struct office *o = *state;
	struct rig_enum e = {.level = 502};
	const struct info_rows *rows = &e.resp.info.rows;

	serverlab_pass(&o->lab, 7400);
	assert_int_equal(rig_enum(&o->p, &e), WIN32_ERROR_SUCCESS);
	assert_string_equal(rig_text(rows, 0, "cname"), "\\\\10.0.0.9");
	assert_string_equal(rig_text(rows, 0, "username"), "admin");
	assert_int_equal(rig_u32(rows, 0, "num_opens"), 1); /* his pipe */
	assert_int_equal(rig_u32(rows, 0, "idle_time"), 0);
	assert_string_equal(rig_text(rows, 1, "cname"), "\\\\10.0.0.1");
	assert_string_equal(rig_text(rows, 1, "username"), "alice");
	assert_int_equal(rig_u32(rows, 1, "num_opens"), 0);
	assert_int_equal(rig_u32(rows, 1, "time"), 7);
	assert_int_equal(rig_u32(rows, 1, "idle_time"), 7);
	assert_int_equal(rig_u32(rows, 1, "user_flags"), 0);
	assert_string_equal(rig_text(rows, 1, "cltype_name"), "");
	assert_string_equal(rig_text(rows, 1, "transport"), "\\Device\\NetbiosSmb");
	assert_string_equal(rig_text(rows, 3, "cname"), "\\\\[fe80::1]");
	rig_enum_release(&e);
}

/* What Enum gives as a client's name, Del takes back. */
static void enum_and_del_speak_of_the_same_names(void **state)
{
	struct office *o = *state;
	struct rig_enum e = {.level = 10, .second = "bob"};
	char client[64];

	assert_int_equal(rig_enum(&o->p, &e), WIN32_ERROR_SUCCESS);
	(void)snprintf(client, sizeof(client), "%s",
		       rig_text(&e.resp.info.rows, 1, "cname"));
	rig_enum_release(&e);
	assert_int_equal(rig_del(&o->p, client, "bob"), WIN32_ERROR_SUCCESS);
	assert_int_equal(living(o), ALL & ~BOB2);
}

static void who_is_signing_in_is_neither_listed_nor_matched(void **state)
{
	struct office *o = *state;
	struct raw_setup setup = {.user = "carol", .password = "passcarol", .legs = 1};
	struct rig_enum e = {.level = 0};
	struct rawclient c;
	struct raw_session s = {0};

	raw_connect(&c, &o->lab, "10.0.0.50");
	raw_negotiate(&c, SMB2_DIALECT_311);
	assert_int_equal(raw_sign_in_as(&c, &s, &setup),
			 NT_STATUS_MORE_PROCESSING_REQUIRED);
	assert_int_equal(rig_enum(&o->p, &e), WIN32_ERROR_SUCCESS);
	assert_int_equal(e.count, 4);
	rig_enum_release(&e);
	assert_int_equal(rig_del(&o->p, "\\\\10.0.0.50", NULL),
			 WIN32_NERR_CLIENT_NAME_NOT_FOUND);
	setup.legs = 0;
	assert_int_equal(raw_sign_in_more(&c, &s, &setup), NT_STATUS_SUCCESS);
	assert_int_equal(rig_del(&o->p, "\\\\10.0.0.50", NULL), WIN32_ERROR_SUCCESS);
	raw_session_release(&s);
	raw_disconnect(&c);
}

/* -------------------------------------------------------------- lengths and resuming -- */

/* SESSION_INFO_10 on 64-bit Windows: 24 bytes, and both strings with their NULs. */
static uint32_t size_of(const char *client, const char *user)
{
	return 24 + 2 * (uint32_t)(strlen(client) + 1 + strlen(user) + 1);
}

static void whole_rows_only(void **state)
{
	struct office *o = *state;
	uint32_t first = size_of("\\\\10.0.0.9", "admin");
	uint32_t second = size_of("\\\\10.0.0.1", "alice");
	const struct {
		uint32_t max, status, count;
	} rows[] = {
		{1, WIN32_NERR_BUF_TOO_SMALL, 0},
		{first - 1, WIN32_NERR_BUF_TOO_SMALL, 0},
		{first, WIN32_ERROR_MORE_DATA, 1},
		{first + second - 1, WIN32_ERROR_MORE_DATA, 1},
		{first + second, WIN32_ERROR_MORE_DATA, 2},
		{4096, WIN32_ERROR_SUCCESS, 4},
		{UINT32_MAX, WIN32_ERROR_SUCCESS, 4},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rig_enum e = {.level = 10, .max = rows[i].max};

		if (rig_enum(&o->p, &e) != rows[i].status || e.count != rows[i].count)
			fail_msg("max %u: %u with %u rows", (unsigned)rows[i].max,
				 (unsigned)e.status, (unsigned)e.count);
		assert_int_equal(e.total, 4);
		assert_true(e.resp.has_resume);
		rig_enum_release(&e);
	}
}

static void what_does_not_fit_leaves_the_handle_as_it_was(void **state)
{
	struct office *o = *state;
	struct rig_enum e = {.level = 10, .max = 8, .resume = 1};

	assert_int_equal(rig_enum(&o->p, &e), WIN32_NERR_BUF_TOO_SMALL);
	assert_int_equal(e.resume, 1);
	assert_int_equal(e.total, 3);
	rig_enum_release(&e);
	e = (struct rig_enum){.level = 10, .max = 8, .no_resume = true};
	assert_int_equal(rig_enum(&o->p, &e), WIN32_NERR_BUF_TOO_SMALL);
	assert_false(e.resp.has_resume);
	rig_enum_release(&e);
}

/* Also with a filter, and without one who is as good as gone. */
static void what_does_not_fit_is_counted(void **state)
{
	struct office *o = *state;
	struct session_table *t = o->lab.server->sessions;
	struct rig_enum e = {
		.level = 10, .second = "bob", .max = size_of("\\\\10.0.0.2", "bob")};

	assert_int_equal(rig_enum(&o->p, &e), WIN32_ERROR_MORE_DATA);
	assert_int_equal(e.count, 1);
	assert_int_equal(e.total, 2);
	rig_enum_release(&e);
	session_end_later(session_table_find(t, o->bob2.s.id), SESSION_END_ADMIN, NULL);
	e = (struct rig_enum){.level = 10, .max = size_of("\\\\10.0.0.9", "admin")};
	assert_int_equal(rig_enum(&o->p, &e), WIN32_ERROR_MORE_DATA);
	assert_int_equal(e.count, 1);
	assert_int_equal(e.total, 3);
	rig_enum_release(&e);
}

static void behind_the_end_there_is_nothing(void **state)
{
	struct office *o = *state;
	const uint32_t handles[] = {4, 5, 1000, UINT32_MAX};

	for (size_t i = 0; i < sizeof(handles) / sizeof(handles[0]); i++) {
		/* also with a filter that nothing passes any more */
		struct rig_enum e = {.level = 10, .second = "admin", .resume = handles[i]};

		assert_int_equal(rig_enum(&o->p, &e), WIN32_ERROR_SUCCESS);
		assert_int_equal(e.count, 0);
		assert_int_equal(e.total, 0);
		rig_enum_release(&e);
	}
}

#define CROWD 40

/* Everybody who is there all the time is listed once, whoever comes and goes meanwhile. */
static void nobody_is_listed_twice_or_missed(void **state)
{
	struct office *o = *state;
	struct workstation *crowd = calloc(2 * CROWD, sizeof(*crowd));
	size_t seen[CROWD] = {0}, arrived = CROWD;
	struct rig_enum e = {.level = 10, .max = 200};
	char address[32];

	assert_non_null(crowd);
	for (size_t i = 0; i < CROWD; i++) {
		(void)snprintf(address, sizeof(address), "10.1.0.%zu", i);
		workstation_in(&crowd[i], &o->lab, address, "carol");
	}
	do {
		rig_enum(&o->p, &e);
		assert_true(e.status == WIN32_ERROR_MORE_DATA ||
			    e.status == WIN32_ERROR_SUCCESS);
		for (uint32_t row = 0; row < e.count; row++) {
			unsigned n;
			const char *name = rig_text(&e.resp.info.rows, row, "cname");

			if (sscanf(name, "\\\\10.1.0.%u", &n) == 1 && n < CROWD)
				seen[n]++;
		}
		rig_enum_release(&e);
		/* The odd ones go, one after each page; others come. */
		if (arrived < 2 * CROWD && arrived % 2 == 0) {
			size_t leaver = 2 * (arrived - CROWD) / 2 + 1;

			if (leaver < CROWD)
				(void)raw_logoff(&crowd[leaver].c, &crowd[leaver].s);
		}
		if (arrived < 2 * CROWD) {
			(void)snprintf(address, sizeof(address), "10.2.0.%zu", arrived);
			workstation_in(&crowd[arrived++], &o->lab, address, "carol");
		}
	} while (e.status == WIN32_ERROR_MORE_DATA);
	for (size_t i = 0; i < CROWD; i += 2)
		assert_int_equal(seen[i], 1);
	for (size_t i = 1; i < CROWD; i += 2)
		assert_true(seen[i] <= 1);
	for (size_t i = 0; i < arrived; i++)
		workstation_out(&crowd[i]);
	free(crowd);
}

#define WITH_OFFICE(test) cmocka_unit_test_setup_teardown(test, office_open, office_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_OFFICE(enum_keeps_its_contract),
		WITH_OFFICE(names_of_enum_have_the_same_limit),
		WITH_OFFICE(a_row_says_what_windows_says),
		WITH_OFFICE(enum_and_del_speak_of_the_same_names),
		WITH_OFFICE(who_is_signing_in_is_neither_listed_nor_matched),
		WITH_OFFICE(whole_rows_only),
		WITH_OFFICE(what_does_not_fit_leaves_the_handle_as_it_was),
		WITH_OFFICE(what_does_not_fit_is_counted),
		WITH_OFFICE(behind_the_end_there_is_nothing),
		WITH_OFFICE(nobody_is_listed_twice_or_missed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
