/* SPDX-License-Identifier: MIT */
/* NetrFileEnum, NetrFileGetInfo, NetrFileClose and NetrConnectionEnum, over pipes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "svc_rig.h"

/* admin with a pipe to ask on, alice and bob with one or two open pipes each. */
struct office {
	struct serverlab lab;
	struct workstation admin, alice, bob;
	struct rig_pipe p;
	struct smb2_file_id alices, bobs[2];
};

static void open_pipe(struct workstation *w, const char *name, struct smb2_file_id *id)
{
	w->c.tree = w->ipc;
	assert_int_equal(raw_open_pipe(&w->c, &w->s, name, id), NT_STATUS_SUCCESS);
}

static int office_open(void **state)
{
	struct office *o = calloc(1, sizeof(*o));

	assert_non_null(o);
	serverlab_init(&o->lab);
	assert_non_null(server_config_add_share(&o->lab.config, "Data", "/srv/data"));
	serverlab_start(&o->lab);
	workstation_in(&o->admin, &o->lab, "10.0.0.9", "admin");
	workstation_in(&o->alice, &o->lab, "10.0.0.1", "alice");
	workstation_in(&o->bob, &o->lab, "10.0.0.2", "bob");
	rig_pipe_in(&o->p, &o->admin, &SRVSVC);
	open_pipe(&o->alice, "wkssvc", &o->alices);
	open_pipe(&o->bob, "srvsvc", &o->bobs[0]);
	open_pipe(&o->bob, "wkssvc", &o->bobs[1]);
	*state = o;
	return 0;
}

static int office_close(void **state)
{
	struct office *o = *state;

	rig_pipe_out(&o->p);
	workstation_out(&o->admin);
	workstation_out(&o->alice);
	workstation_out(&o->bob);
	serverlab_stop(&o->lab);
	free(o);
	return 0;
}

#define FILES(...)                                                                         \
	(struct rig_enum)                                                                  \
	{                                                                                  \
		.opnum = OPNUM_NETR_FILE_ENUM, .level = 3, __VA_ARGS__                     \
	}
#define CONNECTIONS(...)                                                                   \
	(struct rig_enum)                                                                  \
	{                                                                                  \
		.opnum = OPNUM_NETR_CONNECTION_ENUM, .level = 1, __VA_ARGS__               \
	}

static char *long_name(size_t chars)
{
	static char name[2048];

	memset(name, 'x', chars);
	name[chars] = '\0';
	return name;
}

/* ------------------------------------------------------------------------- FileEnum -- */

static void opens_are_listed_as_they_are(void **state)
{
	struct office *o = *state;
	struct rig_enum e = FILES(.first = NULL);
	const struct info_rows *rows = &e.resp.info.rows;

	assert_int_equal(rig_enum(&o->p, &e), WIN32_ERROR_SUCCESS);
	assert_int_equal(e.count, 4);
	assert_int_equal(e.total, 4);
	assert_string_equal(rig_text(rows, 0, "pathname"), "\\srvsvc");
	assert_string_equal(rig_text(rows, 0, "username"), "admin");
	assert_int_equal(rig_u32(rows, 0, "permissions"), 7);
	assert_int_equal(rig_u32(rows, 0, "num_locks"), 0);
	assert_string_equal(rig_text(rows, 1, "pathname"), "\\wkssvc");
	assert_string_equal(rig_text(rows, 1, "username"), "alice");
	for (uint32_t i = 1; i < e.count; i++)
		assert_true(rig_u32(rows, i, "id") > rig_u32(rows, i - 1, "id"));
	rig_enum_release(&e);
}

static void filters_and_levels_of_files(void **state)
{
	const struct {
		uint32_t level;
		const char *base, *user;
		uint32_t status, count;
	} rows[] = {
		{2, NULL, NULL, WIN32_ERROR_SUCCESS, 4},
		{3, "", "", WIN32_ERROR_SUCCESS, 4},
		{3, NULL, "bob", WIN32_ERROR_SUCCESS, 2},
		{3, NULL, "BOB", WIN32_ERROR_SUCCESS, 2},
		{3, "\\srvsvc", NULL, WIN32_ERROR_SUCCESS, 2},
		{3, "\\SRVSVC", "bob", WIN32_ERROR_SUCCESS, 1},
		{3, "\\", NULL, WIN32_ERROR_SUCCESS, 4},
		{3, "\\srv", NULL, WIN32_ERROR_SUCCESS, 0}, /* no whole component */
		{3, "\\srvsvc\\x", NULL, WIN32_ERROR_SUCCESS, 0},
		{3, NULL, "nobody", WIN32_ERROR_SUCCESS, 0},
		{0, NULL, NULL, WIN32_ERROR_INVALID_LEVEL, 0},
		{1, NULL, NULL, WIN32_ERROR_INVALID_LEVEL, 0},
		{4, NULL, NULL, WIN32_ERROR_INVALID_LEVEL, 0},
	};
	struct office *o = *state;
	struct rig_enum e;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		e = FILES(.first = rows[i].base, .second = rows[i].user);
		e.level = rows[i].level;
		if (rig_enum(&o->p, &e) != rows[i].status || e.count != rows[i].count)
			fail_msg("row %zu: %u with %u rows", i, (unsigned)e.status,
				 (unsigned)e.count);
		rig_enum_release(&e);
	}
	e = FILES(.first = long_name(1024));
	assert_int_equal(rig_enum(&o->p, &e), WIN32_ERROR_INVALID_PARAMETER);
	rig_enum_release(&e);
	e = FILES(.second = long_name(1024));
	assert_int_equal(rig_enum(&o->p, &e), WIN32_ERROR_INVALID_PARAMETER);
	rig_enum_release(&e);
}

static void files_are_resumed_by_their_ids(void **state)
{
	struct office *o = *state;
	struct rig_enum e = FILES(.max = 60);
	size_t calls = 0, found = 0;

	do {
		assert_true(rig_enum(&o->p, &e) == WIN32_ERROR_MORE_DATA ||
			    e.status == WIN32_ERROR_SUCCESS);
		found += e.count;
		rig_enum_release(&e);
		/* The one just listed goes: the others are found all the same. */
		if (++calls == 2)
			assert_int_equal(raw_close(&o->alice.c, &o->alice.s, o->alices),
					 NT_STATUS_SUCCESS);
	} while (e.status == WIN32_ERROR_MORE_DATA);
	assert_int_equal(found, 4);
	assert_int_equal(calls, 4);
	e = FILES(.max = 30);
	assert_int_equal(rig_enum(&o->p, &e), WIN32_NERR_BUF_TOO_SMALL);
	rig_enum_release(&e);
}

/* ------------------------------------------------------------- FileGetInfo, FileClose --
 */

static uint32_t id_of(struct office *o, const char *user, uint32_t row)
{
	struct rig_enum e = FILES(.second = user);
	uint32_t id;

	assert_int_equal(rig_enum(&o->p, &e), WIN32_ERROR_SUCCESS);
	assert_true(row < e.count);
	id = rig_u32(&e.resp.info.rows, row, "id");
	rig_enum_release(&e);
	return id;
}

static void one_open_is_told(void **state)
{
	struct office *o = *state;
	struct rig_info i = {.opnum = OPNUM_NETR_FILE_GET_INFO, .level = 3};

	i.id = id_of(o, "bob", 1);
	assert_int_equal(rig_info(&o->p, &i), WIN32_ERROR_SUCCESS);
	assert_string_equal(rig_text(&i.resp.info.rows, 0, "pathname"), "\\wkssvc");
	assert_int_equal(rig_u32(&i.resp.info.rows, 0, "id"), i.id);
	rig_info_release(&i);
	i.level = 2;
	assert_int_equal(rig_info(&o->p, &i), WIN32_ERROR_SUCCESS);
	rig_info_release(&i);
	i.level = 502;
	assert_int_equal(rig_info(&o->p, &i), WIN32_ERROR_INVALID_LEVEL);
	rig_info_release(&i);
	i.level = 3;
	i.id = 4711;
	assert_int_equal(rig_info(&o->p, &i), WIN32_ERROR_FILE_NOT_FOUND);
	assert_int_equal(i.resp.info.rows.count, 0);
	rig_info_release(&i);
}

static void exactly_the_one_is_closed(void **state)
{
	struct office *o = *state;
	uint32_t id = id_of(o, "bob", 0);
	struct rig_enum e = FILES(.second = "bob");

	assert_int_equal(rig_file_close(&o->p, id), WIN32_ERROR_SUCCESS);
	assert_int_equal(rig_file_close(&o->p, id), WIN32_NERR_FILE_ID_NOT_FOUND);
	assert_int_equal(rig_file_close(&o->p, 0), WIN32_NERR_FILE_ID_NOT_FOUND);
	assert_int_equal(rig_file_close(&o->p, UINT32_MAX), WIN32_NERR_FILE_ID_NOT_FOUND);
	assert_int_equal(rig_enum(&o->p, &e), WIN32_ERROR_SUCCESS);
	assert_int_equal(e.count, 1);
	rig_enum_release(&e);
	assert_int_equal(raw_close(&o->bob.c, &o->bob.s, o->bobs[0]),
			 NT_STATUS_FILE_CLOSED);
	assert_int_equal(raw_close(&o->bob.c, &o->bob.s, o->bobs[1]), NT_STATUS_SUCCESS);
	assert_true(workstation_lives(&o->bob));
	assert_int_equal(serverlab_audited(&o->lab, "by=admin@10.0.0.9"), 1);
}

/* Whoever closes the pipe he calls on gets the whole answer; the pipe is gone then. */
static void the_own_pipe_is_closed_last(void **state)
{
	struct office *o = *state;
	uint8_t stub[8] = {0}; /* ServerName NULL, FileId */
	struct view data;
	struct buf out;

	stub[4] = (uint8_t)id_of(o, "admin", 0);
	buf_init(&out, 4096);
	assert_int_equal(rpc_client_call(&o->p.rpc, OPNUM_NETR_FILE_CLOSE,
					 view_of(stub, sizeof(stub)), &out),
			 NS_OK);
	assert_int_equal(rig_write(&o->p, buf_view(&out)), NT_STATUS_SUCCESS);
	assert_int_equal(rig_read(&o->p, 20, &data), NT_STATUS_BUFFER_OVERFLOW);
	assert_int_equal(rig_read(&o->p, 100, &data), NT_STATUS_SUCCESS);
	assert_int_equal(data.n, 8); /* 4 of the header's 24 bytes, and the status */
	assert_int_equal(data.p[4], WIN32_ERROR_SUCCESS);
	assert_int_equal(rig_read(&o->p, 100, &data), NT_STATUS_FILE_CLOSED);
	assert_true(workstation_lives(&o->admin));
	assert_int_equal(o->lab.server->counters.opens_now, 3);
	buf_release(&out);
}

static void opens_are_the_managers_business(void **state)
{
	struct office *o = *state;
	uint32_t id = id_of(o, "bob", 0);
	struct rig_info i = {.opnum = OPNUM_NETR_FILE_GET_INFO, .level = 3, .id = id};
	struct rig_enum e = FILES(.first = NULL);
	struct rig_pipe p;

	rig_pipe_in(&p, &o->alice, &SRVSVC);
	assert_int_equal(rig_enum(&p, &e), WIN32_ERROR_ACCESS_DENIED);
	assert_int_equal(e.count, 0);
	rig_enum_release(&e);
	assert_int_equal(rig_info(&p, &i), WIN32_ERROR_ACCESS_DENIED);
	rig_info_release(&i);
	i.id = 4711; /* nor does he learn which numbers there are */
	assert_int_equal(rig_info(&p, &i), WIN32_ERROR_ACCESS_DENIED);
	rig_info_release(&i);
	assert_int_equal(rig_file_close(&p, id), WIN32_ERROR_ACCESS_DENIED);
	assert_int_equal(rig_file_close(&p, 4711), WIN32_ERROR_ACCESS_DENIED);
	e = CONNECTIONS(.first = "IPC$");
	assert_int_equal(rig_enum(&p, &e), WIN32_ERROR_ACCESS_DENIED);
	rig_enum_release(&e);
	rig_pipe_out(&p);
}

/* ------------------------------------------------------------------- ConnectionEnum -- */

static void connections_by_share_and_by_client(void **state)
{
	struct office *o = *state;
	struct rig_enum e = CONNECTIONS(.first = "ipc$");
	const struct info_rows *rows = &e.resp.info.rows;
	uint32_t tree;

	assert_int_equal(raw_tree(&o->bob.c, &o->bob.s, "data", &tree), NT_STATUS_SUCCESS);
	serverlab_pass(&o->lab, 3999);
	assert_int_equal(rig_enum(&o->p, &e), WIN32_ERROR_SUCCESS);
	assert_int_equal(e.count, 3);
	/* By share: the member netname is the client. */
	assert_string_equal(rig_text(rows, 2, "netname"), "\\\\10.0.0.2");
	assert_string_equal(rig_text(rows, 2, "username"), "bob");
	assert_int_equal(rig_u32(rows, 2, "type"), 3);
	assert_int_equal(rig_u32(rows, 2, "num_opens"), 2);
	assert_int_equal(rig_u32(rows, 2, "num_users"), 1);
	assert_int_equal(rig_u32(rows, 2, "time"), 3);
	rig_enum_release(&e);
	e = CONNECTIONS(.first = "\\\\10.0.0.2");
	assert_int_equal(rig_enum(&o->p, &e), WIN32_ERROR_SUCCESS);
	assert_int_equal(e.count, 2);
	/* By client: it is the share. */
	assert_string_equal(rig_text(rows, 0, "netname"), "IPC$");
	assert_string_equal(rig_text(rows, 1, "netname"), "Data");
	assert_int_equal(rig_u32(rows, 1, "type"), 0);
	rig_enum_release(&e);
}

static void what_a_qualifier_may_be(void **state)
{
	const struct {
		const char *qualifier;
		uint32_t level, status;
	} rows[] = {
		{NULL, 1, WIN32_ERROR_INVALID_PARAMETER},
		{"", 1, WIN32_ERROR_INVALID_PARAMETER},
		{long_name(1024), 1, WIN32_ERROR_INVALID_PARAMETER},
		{"IPC$", 2, WIN32_ERROR_INVALID_LEVEL},
		{"IPC$", 0, WIN32_ERROR_SUCCESS},
		{"nosuch", 1, WIN32_NERR_NET_NAME_NOT_FOUND},
		{"Data", 1, WIN32_ERROR_SUCCESS},
		{"\\\\10.0.0.77", 1, WIN32_ERROR_SUCCESS},
	};
	struct office *o = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rig_enum e = CONNECTIONS(.first = rows[i].qualifier);

		e.level = rows[i].level;
		if (rig_enum(&o->p, &e) != rows[i].status)
			fail_msg("row %zu: %u", i, (unsigned)e.status);
		rig_enum_release(&e);
	}
}

#define WITH_OFFICE(test) cmocka_unit_test_setup_teardown(test, office_open, office_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_OFFICE(opens_are_listed_as_they_are),
		WITH_OFFICE(filters_and_levels_of_files),
		WITH_OFFICE(files_are_resumed_by_their_ids),
		WITH_OFFICE(one_open_is_told),
		WITH_OFFICE(exactly_the_one_is_closed),
		WITH_OFFICE(the_own_pipe_is_closed_last),
		WITH_OFFICE(opens_are_the_managers_business),
		WITH_OFFICE(connections_by_share_and_by_client),
		WITH_OFFICE(what_a_qualifier_may_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
