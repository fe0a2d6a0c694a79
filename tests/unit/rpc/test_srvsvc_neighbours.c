/* SPDX-License-Identifier: MIT */
/* The methods around the sessions, wkssvc and our own counters: stubs made by hand from the
 * IDL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <uchar.h>

#include <cmocka.h>

#include "lib/hex.h"
#include "rpc/counters.h"
#include "rpc/srvsvc.h"
#include "rpc/wkssvc.h"

#define OUT_MAX  65536u
#define UTF16(s) view_of(s, sizeof(s) - sizeof((s)[0]))

/* "\\s" with its referent, then "x" with whichever comes next */
#define SERVER_HEX "00000200 04000000 00000000 04000000 5c005c0073000000"
#define STR_X      "02000000 00000000 02000000 78000000"

/*
 * Decodes `hex` into the structure that `code` is for, encodes it again, compares, and
 * refuses every truncation.  Leaves the decoded structure in `value`, which borrows from
 * the returned stub.
 */
#define CHECK(value, hex, code, release)                                                   \
	do {                                                                               \
		struct view stub_ = view_of_hex(hex);                                      \
		struct ndr x_ = ndr_pull(stub_);                                           \
		struct buf out_;                                                           \
		buf_init(&out_, OUT_MAX);                                                  \
		memset(&(value), 0, sizeof(value));                                        \
		code(&x_, &(value));                                                       \
		assert_int_equal(ndr_end(&x_), NS_OK);                                     \
		x_ = ndr_push(&out_);                                                      \
		code(&x_, &(value));                                                       \
		assert_int_equal(ndr_end(&x_), NS_OK);                                     \
		assert_view_equal(buf_view(&out_), stub_);                                 \
		release(&(value));                                                         \
		buf_release(&out_);                                                        \
		for (size_t n_ = 0; n_ < stub_.n; n_++) {                                  \
			struct view cut_ = view_dup(view_slice(stub_, 0, n_));             \
			x_ = ndr_pull(cut_);                                               \
			memset(&(value), 0, sizeof(value));                                \
			code(&x_, &(value));                                               \
			assert_int_not_equal(ndr_end(&x_), NS_OK);                         \
			release(&(value));                                                 \
			view_free(cut_);                                                   \
		}                                                                          \
		x_ = ndr_pull(kept = stub_);                                               \
		memset(&(value), 0, sizeof(value));                                        \
		code(&x_, &(value));                                                       \
	} while (0)

static void nothing(void *value)
{
	(void)value;
}

static void connection_enum_goes_both_ways(void **state)
{
	struct netr_connection_enum_req req;
	struct netr_enum_resp resp;
	struct view kept;

	(void)state;
#define RELEASE_REQ(r) netr_enum_params_release(&(r)->params)
	CHECK(req,
	      SERVER_HEX "04000200" STR_X
			 "01000000 01000000 08000200 00000000 00000000 ffffffff 0c000200"
			 "05000000",
	      netr_connection_enum_req_code, RELEASE_REQ);
	assert_view_equal(req.server_name.text, UTF16(u"\\\\s"));
	assert_view_equal(req.qualifier.text, UTF16(u"x"));
	assert_int_equal(req.params.info.level, 1);
	assert_int_equal(req.params.resume_handle, 5);
	netr_enum_params_release(&req.params);
	view_free(kept);

	CHECK(resp,
	      "01000000 01000000 00000200 01000000 04000200 01000000"
	      "07000000 00000000 02000000 01000000 3c000000 08000200 0c000200" STR_X STR_X
	      "01000000 00000000 00000000",
	      netr_connection_enum_resp_code, netr_enum_resp_release);
	assert_int_equal(info_u32(&resp.info.rows, 0, 0), 7);
	assert_int_equal(info_u32(&resp.info.rows, 0, 2), 2);
	assert_int_equal(info_u32(&resp.info.rows, 0, 4), 60);
	assert_view_equal(info_text(&resp.info.rows, 0, 6), UTF16(u"x"));
	netr_enum_resp_release(&resp);
	view_free(kept);
}

/* A hyper stands at a multiple of 8, and so does each structure with one, [C706] 14.2.2. */
static void counters_go_both_ways(void **state)
{
	struct counter_enum_req req;
	struct netr_enum_resp resp;
	struct view kept;

	(void)state;
	CHECK(req,
	      SERVER_HEX "00000000 00000000 04000200 00000000 00000000 ffffffff 08000200"
			 "05000000",
	      counter_enum_req_code, RELEASE_REQ);
	assert_int_equal(req.params.resume_handle, 5);
	netr_enum_params_release(&req.params);
	view_free(kept);

	CHECK(resp,
	      "00000000 00000000 00000200 02000000 04000200 02000000"
	      "08000200 00000000 0700000001000000 0c000200 00000000"
	      "10000200 00000000 ffffffffffffffff 14000200" STR_X STR_X STR_X STR_X
	      "02000000 00000000 00000000",
	      counter_enum_resp_code, netr_enum_resp_release);
	assert_int_equal(resp.info.rows.count, 2);
	assert_true(info_u64(&resp.info.rows, 0, 1) == 0x100000007u);
	assert_true(info_u64(&resp.info.rows, 1, 1) == UINT64_MAX);
	assert_view_equal(info_text(&resp.info.rows, 1, 2), UTF16(u"x"));
	assert_int_equal(info_rows_win32_size(&resp.info.rows, 0, 2), 2 * 24 + 4 * 4);
	netr_enum_resp_release(&resp);
	view_free(kept);
}

static void file_enum_goes_both_ways(void **state)
{
	struct netr_file_enum_req req;
	struct netr_enum_resp resp;
	struct view kept;

	(void)state;
	CHECK(req,
	      "00000000 00000000 00000200" STR_X
	      "03000000 03000000 04000200 00000000 00000000 00100000 00000000",
	      netr_file_enum_req_code, RELEASE_REQ);
	assert_true(req.base_path.null);
	assert_view_equal(req.user_name.text, UTF16(u"x"));
	assert_int_equal(req.params.prefered_maximum_length, 4096);
	netr_enum_params_release(&req.params);
	view_free(kept);

	CHECK(resp,
	      "02000000 02000000 00000200 02000000 04000200 02000000 0b000000 0c000000"
	      "02000000 08000200 00000000 00000000",
	      netr_file_enum_resp_code, netr_enum_resp_release);
	assert_int_equal(resp.info.rows.count, 2);
	assert_int_equal(info_u32(&resp.info.rows, 1, 0), 12);
	netr_enum_resp_release(&resp);
	view_free(kept);
}

static void file_methods_go_both_ways(void **state)
{
	struct netr_file_get_info_req get;
	struct netr_get_info_resp resp;
	struct netr_file_close_req close;
	struct netr_status_resp status;
	struct view kept;

	(void)state;
	CHECK(get, SERVER_HEX "11000000 03000000", netr_file_get_info_req_code, nothing);
	assert_int_equal(get.file_id, 17);
	assert_int_equal(get.level, 3);
	view_free(kept);
	CHECK(resp,
	      "03000000 00000200 11000000 03000000 01000000 04000200 08000200" STR_X STR_X
	      "00000000",
	      netr_file_get_info_resp_code, netr_get_info_resp_release);
	assert_int_equal(resp.info.level, 3);
	assert_int_equal(info_u32(&resp.info.rows, 0, 1), 3);
	assert_view_equal(info_text(&resp.info.rows, 0, 3), UTF16(u"x"));
	netr_get_info_resp_release(&resp);
	view_free(kept);
	CHECK(resp, "03000000 00000000 02000000", netr_file_get_info_resp_code,
	      netr_get_info_resp_release);
	assert_int_equal(resp.info.rows.count, 0);
	assert_int_equal(resp.status, 2);
	view_free(kept);
	CHECK(close, "00000000 11000000", netr_file_close_req_code, nothing);
	assert_int_equal(close.file_id, 17);
	view_free(kept);
	CHECK(status, "0a090000", netr_status_resp_code, nothing);
	assert_int_equal(status.status, 2314);
	view_free(kept);
}

static void share_methods_go_both_ways(void **state)
{
	struct netr_share_enum_req list;
	struct netr_enum_resp resp;
	struct netr_share_get_info_req get;
	struct netr_get_info_resp info;
	struct view kept;

	(void)state;
	CHECK(list,
	      "00000000 01000000 01000000 00000200 00000000 00000000 ffffffff 00000000",
	      netr_share_enum_req_code, RELEASE_REQ);
	assert_int_equal(list.params.info.rows.level->level, 1);
	netr_enum_params_release(&list.params);
	view_free(kept);
	CHECK(resp,
	      "01000000 01000000 00000200 01000000 04000200 01000000"
	      "08000200 03000080 0c000200" STR_X STR_X "01000000 00000000 00000000",
	      netr_share_enum_resp_code, netr_enum_resp_release);
	assert_int_equal(info_u32(&resp.info.rows, 0, 1), 0x80000003u);
	netr_enum_resp_release(&resp);
	view_free(kept);
	/* NetName is a reference: no referent before it */
	CHECK(get, SERVER_HEX STR_X "f6010000", netr_share_get_info_req_code, nothing);
	assert_view_equal(get.net_name, UTF16(u"x"));
	assert_int_equal(get.level, 502);
	view_free(kept);
	CHECK(info,
	      "f6010000 00000200 04000200 00000000 08000200 00000000 ffffffff 01000000"
	      "0c000200 10000200 03000000 14000200" STR_X STR_X STR_X STR_X
	      "03000000 aabbcc 00 00000000",
	      netr_share_get_info_resp_code, netr_get_info_resp_release);
	assert_view_equal(info_bytes(&info.info.rows, 0, 9), VIEW_LITERAL("\xaa\xbb\xcc"));
	assert_int_equal(info_u32(&info.info.rows, 0, 8), 3);
	assert_int_equal(info_u32(&info.info.rows, 0, 4), UINT32_MAX);
	netr_get_info_resp_release(&info);
	view_free(kept);
}

static void server_methods_go_both_ways(void **state)
{
	struct netr_server_get_info_req get;
	struct netr_get_info_resp info;
	struct netr_remote_tod_req ask;
	struct netr_remote_tod_resp tod;
	struct view kept;

	(void)state;
	CHECK(get, SERVER_HEX "65000000", netr_server_get_info_req_code, nothing);
	assert_int_equal(get.level, 101);
	view_free(kept);
	CHECK(info,
	      "65000000 00000200 f4010000 04000200 0a000000 00000000 03900000"
	      "08000200" STR_X STR_X "00000000",
	      netr_server_get_info_resp_code, netr_get_info_resp_release);
	assert_int_equal(info_u32(&info.info.rows, 0, 0), 500);
	assert_int_equal(info_u32(&info.info.rows, 0, 2), 10);
	netr_get_info_resp_release(&info);
	view_free(kept);
	CHECK(ask, SERVER_HEX, netr_remote_tod_req_code, nothing);
	assert_view_equal(ask.server_name.text, UTF16(u"\\\\s"));
	view_free(kept);
	CHECK(tod,
	      "00000200 80436d38 10270000 0c000000 22000000 38000000 05000000 c4ffffff"
	      "36010000 1f000000 0c000000 cf070000 05000000 00000000",
	      netr_remote_tod_resp_code, netr_remote_tod_resp_release);
	assert_int_equal(info_u32(&tod.rows, 0, 0), 0x386d4380);
	assert_int_equal((int32_t)info_u32(&tod.rows, 0, 6), -60);
	assert_int_equal(info_u32(&tod.rows, 0, 10), 1999);
	netr_remote_tod_resp_release(&tod);
	view_free(kept);
	CHECK(tod, "00000000 05000000", netr_remote_tod_resp_code,
	      netr_remote_tod_resp_release);
	assert_int_equal(tod.rows.count, 0);
	assert_int_equal(tod.status, 5);
	view_free(kept);
}

static void disk_enum_goes_both_ways(void **state)
{
	struct netr_server_disk_enum_req req;
	struct netr_server_disk_enum_resp resp;
	struct view kept;

	(void)state;
	CHECK(req,
	      SERVER_HEX           /* ServerName */
	      "00000000"           /* Level */
	      "00000000 00000000"  /* EntriesRead, Buffer NULL */
	      "ffffffff"           /* PreferedMaximumLength */
	      "04000200 00000000", /* ResumeHandle */
	      netr_server_disk_enum_req_code, nothing);
	assert_true(req.disks.no_buffer && req.has_resume);
	assert_int_equal(req.prefered_maximum_length, UINT32_MAX);
	view_free(kept);
	CHECK(resp,
	      "02000000 00000200"                   /* EntriesRead, Buffer */
	      "02000000 00000000 02000000"          /* its three counts */
	      "00000000 03000000 43003a000000 0000" /* "C:" */
	      "00000000 03000000 44003a000000 0000" /* "D:" */
	      "02000000"                            /* TotalEntries */
	      "00000000 00000000",                  /* ResumeHandle NULL, Status */
	      netr_server_disk_enum_resp_code, nothing);
	assert_int_equal(resp.disks.count, 2);
	assert_view_equal(resp.disks.disk[1], UTF16(u"D:"));
	view_free(kept);
}

static void bad_disks_are_refused(void **state)
{
	static const char *const rows[] = {
		"01000000 00000200 01000000 01000000 01000000 00000000 03000000",
		"01000000 00000200 00000000 00000000 01000000 00000000 03000000",
		"01000000 00000200 01000000 00000000 02000000 00000000 03000000",
		"01000000 00000200 01000000 00000000 01000000 01000000 03000000",
		"01000000 00000200 01000000 00000000 01000000 00000000 00000000",
		"01000000 00000200 01000000 00000000 01000000 00000000 04000000",
		"1b000000 00000200 1b000000 00000000 1b000000 00000000 03000000",
		"ffffffff 00000200 ffffffff 00000000 ffffffff 00000000 03000000",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct netr_server_disk_enum_resp resp = {0};
		struct view head = view_of_hex(rows[i]);
		struct ndr x;
		struct buf stub;

		buf_init(&stub, OUT_MAX);
		assert_int_equal(buf_append(&stub, head), NS_OK);
		assert_int_equal(buf_append_zero(&stub, 4096), NS_OK);
		x = ndr_pull(buf_view(&stub));
		netr_server_disk_enum_resp_code(&x, &resp);
		assert_int_not_equal(ndr_status(&x), NS_OK);
		buf_release(&stub);
		view_free(head);
	}
}

static void wksta_get_info_goes_both_ways(void **state)
{
	struct netr_wksta_get_info_req get;
	struct netr_get_info_resp info;
	struct view kept;

	(void)state;
	CHECK(get, SERVER_HEX "64000000", netr_wksta_get_info_req_code, nothing);
	assert_int_equal(get.level, 100);
	view_free(kept);
	CHECK(info,
	      "64000000 00000200 f4010000 04000200 08000200 0a000000 00000000" STR_X STR_X
	      "00000000",
	      netr_wksta_get_info_resp_code, netr_get_info_resp_release);
	assert_view_equal(info_text(&info.info.rows, 0, 1), UTF16(u"x"));
	assert_view_equal(info_text(&info.info.rows, 0, 2), UTF16(u"x"));
	netr_get_info_resp_release(&info);
	view_free(kept);
}

/* Every method can print both its messages; these are about the shortest there are. */
static void every_method_can_be_read(void **state)
{
	static const struct {
		const struct rpc_iface *iface;
		uint16_t opnum;
		const char *request;
		const char *response;
	} rows[] = {
		{&SRVSVC, OPNUM_NETR_CONNECTION_ENUM, "00000000 00000000 63000000 63000000",
		 "63000000 63000000 00000000 00000000 7c000000"},
		{&SRVSVC, OPNUM_NETR_FILE_ENUM,
		 "00000000 00000000 00000000 63000000 63000000",
		 "63000000 63000000 00000000 00000000 7c000000"},
		{&SRVSVC, OPNUM_NETR_FILE_GET_INFO, "00000000 01000000 63000000",
		 "63000000 7c000000"},
		{&SRVSVC, OPNUM_NETR_FILE_CLOSE, "00000000 01000000", "0a090000"},
		{&SRVSVC, OPNUM_NETR_SESSION_ENUM,
		 "00000000 00000000 00000000 63000000 63000000",
		 "63000000 63000000 00000000 00000000 7c000000"},
		{&SRVSVC, OPNUM_NETR_SESSION_DEL, "00000000 00000000 00000000", "57000000"},
		{&SRVSVC, OPNUM_NETR_SHARE_ENUM, "00000000 63000000 63000000",
		 "63000000 63000000 00000000 00000000 7c000000"},
		{&SRVSVC, OPNUM_NETR_SHARE_GET_INFO, "00000000" STR_X "63000000",
		 "63000000 7c000000"},
		{&SRVSVC, OPNUM_NETR_SERVER_GET_INFO, "00000000 63000000",
		 "63000000 7c000000"},
		{&SRVSVC, OPNUM_NETR_SERVER_DISK_ENUM,
		 "00000000 00000000 00000000 00000000 ffffffff 00000000",
		 "00000000 00000000 00000000 00000000 05000000"},
		{&SRVSVC, OPNUM_NETR_REMOTE_TOD, "00000000", "00000000 05000000"},
		{&SRVSVC, OPNUM_NETR_SHARE_ENUM_STICKY, "00000000 63000000 63000000",
		 "63000000 63000000 00000000 00000000 7c000000"},
		{&WKSSVC, OPNUM_NETR_WKSTA_GET_INFO, "00000000 63000000",
		 "63000000 7c000000"},
	};

	(void)state;
	assert_int_equal(SRVSVC.n + WKSSVC.n, sizeof(rows) / sizeof(rows[0]));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct rpc_method *m = rpc_iface_method(rows[i].iface, rows[i].opnum);
		struct view req = view_of_hex(rows[i].request);
		struct view resp = view_of_hex(rows[i].response);
		struct buf text;

		buf_init(&text, OUT_MAX);
		assert_non_null(m);
		assert_memory_equal(m->name, "Netr", 4);
		assert_int_equal(m->print_request(req, &text), NS_OK);
		assert_memory_equal(text.p, "ServerName: NULL\n", 17);
		buf_clear(&text);
		assert_int_equal(m->print_response(resp, &text), NS_OK);
		assert_true(text.n > 10);
		/* what is left behind the end is no message of this method */
		assert_int_equal(m->print_response(view_slice(resp, 0, 2), &text),
				 NS_ETRUNC);
		assert_int_equal(m->print_request(view_slice(req, 0, 2), &text), NS_ETRUNC);
		buf_release(&text);
		view_free(req);
		view_free(resp);
	}
	assert_null(rpc_iface_method(&SRVSVC, 14));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(connection_enum_goes_both_ways),
		cmocka_unit_test(counters_go_both_ways),
		cmocka_unit_test(file_enum_goes_both_ways),
		cmocka_unit_test(file_methods_go_both_ways),
		cmocka_unit_test(share_methods_go_both_ways),
		cmocka_unit_test(server_methods_go_both_ways),
		cmocka_unit_test(disk_enum_goes_both_ways),
		cmocka_unit_test(bad_disks_are_refused),
		cmocka_unit_test(wksta_get_info_goes_both_ways),
		cmocka_unit_test(every_method_can_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
