/* SPDX-License-Identifier: MIT */
#include "wire/smb2_simple.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "lib/hex.h"

static void four_bytes_are_the_body(void **state)
{
	struct view msg = view_of_hex_behind(SMB2_HDR_LEN, "0400 0000");
	struct view reserved = view_of_hex_behind(SMB2_HDR_LEN, "0400 ffff");
	struct view wrong = view_of_hex_behind(SMB2_HDR_LEN, "0500 0000");

	(void)state;
	assert_int_equal(smb2_simple_decode(msg), NS_OK);
	assert_int_equal(smb2_simple_decode(reserved), NS_OK);
	assert_int_equal(smb2_simple_decode(wrong), NS_EFORMAT);
	view_free(msg);
	view_free(reserved);
	view_free(wrong);
}

static void every_truncation_is_refused(void **state)
{
	struct view msg = view_of_hex_behind(SMB2_HDR_LEN, "0400 0000");

	(void)state;
	for (size_t n = 0; n < msg.n; n++) {
		struct view cut = view_dup(view_of(msg.p, n));

		assert_int_equal(smb2_simple_decode(cut), NS_ETRUNC);
		view_free(cut);
	}
	view_free(msg);
}

static void it_is_written_as_it_is_read(void **state)
{
	struct view want = view_of_hex("0400 0000");
	struct wire_writer w;
	struct buf b;

	(void)state;
	buf_init(&b, 4);
	w = wire_writer_at_end(&b);
	smb2_simple_encode(&w);
	assert_int_equal(wire_put_status(&w), NS_OK);
	assert_view_equal(buf_view(&b), want);
	buf_release(&b);
	view_free(want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(four_bytes_are_the_body),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(it_is_written_as_it_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
