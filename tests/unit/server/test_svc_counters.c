/* SPDX-License-Identifier: MIT */
/* CounterEnum: what the server counts, over the pipe "netsess". */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rpc/counters.h"
#include "svc_rig.h"

#define STUB_MAX 65536u

struct office {
	struct serverlab lab;
	struct workstation admin, alice;
	struct rig_pipe p, q;
};

static int office_open(void **state)
{
	struct office *o = calloc(1, sizeof(*o));

	assert_non_null(o);
	serverlab_init(&o->lab);
	serverlab_start(&o->lab);
	workstation_in(&o->admin, &o->lab, "10.0.0.9", "admin");
	workstation_in(&o->alice, &o->lab, "10.0.0.1", "alice");
	rig_pipe_in(&o->p, &o->admin, &COUNTERS);
	rig_pipe_in(&o->q, &o->alice, &COUNTERS);
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

struct page {
	struct netr_enum_resp resp; /* borrows from the stub */
	struct buf stub;
};

static uint32_t ask(struct rig_pipe *p, struct page *page, uint32_t level, uint32_t max,
		    uint32_t resume)
{
	struct counter_enum_req req = {
		.server_name = NDR_NO_STRING,
		.params = {.prefered_maximum_length = max,
			   .has_resume = true,
			   .resume_handle = resume},
	};
	struct buf stub;
	struct ndr x;

	*page = (struct page){0};
	buf_init(&stub, STUB_MAX);
	buf_init(&page->stub, STUB_MAX);
	info_enum_init(&req.params.info, &COUNTER_INFO, level);
	x = ndr_push(&stub);
	counter_enum_req_code(&x, &req);
	assert_int_equal(ndr_end(&x), NS_OK);
	assert_int_equal(rig_call(p, OPNUM_COUNTER_ENUM, buf_view(&stub), &page->stub), 0);
	x = ndr_pull(buf_view(&page->stub));
	counter_enum_resp_code(&x, &page->resp);
	assert_int_equal(ndr_end(&x), NS_OK);
	netr_enum_params_release(&req.params);
	buf_release(&stub);
	return page->resp.status;
}

static void page_release(struct page *page)
{
	netr_enum_resp_release(&page->resp);
	buf_release(&page->stub);
}

/* The value of a counter; the page must have it. */
static uint64_t value_of(const struct page *page, const char *name)
{
	const struct info_rows *rows = &page->resp.info.rows;
	uint32_t row = 0;

	while (row < rows->count && strcmp(rig_text(rows, row, "name"), name) != 0)
		row++;
	assert_true(row < rows->count);
	return info_u64(rows, row, info_level_member(rows->level, "value"));
}

static void managers_see_what_is_counted(void **state)
{
	struct office *o = *state;
	struct page page;

	assert_int_equal(ask(&o->p, &page, 0, UINT32_MAX, 0), WIN32_ERROR_SUCCESS);
	assert_int_equal(value_of(&page, "sessions_now"), 2);
	assert_int_equal(value_of(&page, "opens_now"), 2);
	page_release(&page);
	o->lab.server->counters.bytes_sent = (uint64_t)5 << 32;
	assert_int_equal(ask(&o->p, &page, 0, UINT32_MAX, 0), WIN32_ERROR_SUCCESS);
	assert_true(value_of(&page, "bytes_sent") >= (uint64_t)5 << 32);
	page_release(&page);
	assert_int_equal(ask(&o->q, &page, 0, UINT32_MAX, 0), WIN32_ERROR_ACCESS_DENIED);
	assert_int_equal(page.resp.info.rows.count, 0);
	page_release(&page);
	assert_int_equal(ask(&o->p, &page, 1, UINT32_MAX, 0), WIN32_ERROR_INVALID_LEVEL);
	page_release(&page);
}

/* Page by page it is the same list, each counter once. */
static void pages_add_up(void **state)
{
	struct office *o = *state;
	struct page page;
	uint32_t status, all, seen = 0, resume = 0;

	assert_int_equal(ask(&o->p, &page, 0, UINT32_MAX, 0), WIN32_ERROR_SUCCESS);
	all = page.resp.info.rows.count;
	assert_int_equal(page.resp.total_entries, all);
	page_release(&page);
	do {
		status = ask(&o->p, &page, 0, 500, resume);
		assert_true(page.resp.info.rows.count > 0);
		assert_int_equal(page.resp.total_entries, all - seen);
		seen += page.resp.info.rows.count;
		resume = page.resp.resume_handle;
		page_release(&page);
	} while (status == WIN32_ERROR_MORE_DATA);
	assert_int_equal(status, WIN32_ERROR_SUCCESS);
	assert_int_equal(seen, all);
	assert_int_equal(ask(&o->p, &page, 0, 8, 0), WIN32_NERR_BUF_TOO_SMALL);
	page_release(&page);
}

#define WITH_OFFICE(test) cmocka_unit_test_setup_teardown(test, office_open, office_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_OFFICE(managers_see_what_is_counted),
		WITH_OFFICE(pages_add_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
