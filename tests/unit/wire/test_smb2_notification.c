/* SPDX-License-Identifier: MIT */
#include "wire/smb2_notification.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "lib/hex.h"

static const char closed[] = "0c00"      /* StructureSize 12 */
			     "0000"      /* Reserved */
			     "00000000"  /* NotificationType: session closed */
			     "00000000"; /* Reserved */

static void a_closed_session_is_told(void **state)
{
	struct view msg = view_of_hex_behind(SMB2_HDR_LEN, closed);
	struct smb2_notification n;

	(void)state;
	assert_int_equal(smb2_notification_decode(&n, msg), NS_OK);
	assert_int_equal(n.type, SMB2_NOTIFY_SESSION_CLOSED);
	assert_int_equal(n.data.n, 0);
	view_free(msg);
}

static void the_size_of_the_documents_example_is_read_too(void **state)
{
	struct view msg = view_of_hex_behind(SMB2_HDR_LEN, "1200 0000 00000000 00000000");
	struct smb2_notification n;

	(void)state;
	assert_int_equal(smb2_notification_decode(&n, msg), NS_OK);
	view_free(msg);
}

static void a_type_we_do_not_know_keeps_its_data(void **state)
{
	struct view msg = view_of_hex_behind(SMB2_HDR_LEN, "0a00 0000 07000000 6162");
	struct smb2_notification n;

	(void)state;
	assert_int_equal(smb2_notification_decode(&n, msg), NS_OK);
	assert_int_equal(n.type, 7);
	assert_view_equal(n.data, VIEW_LITERAL("ab"));
	view_free(msg);
}

static void every_truncation_is_refused(void **state)
{
	struct view msg = view_of_hex_behind(SMB2_HDR_LEN, closed);
	struct smb2_notification n;

	(void)state;
	for (size_t i = 0; i < msg.n; i++) {
		struct view cut = view_dup(view_of(msg.p, i));

		assert_int_equal(smb2_notification_decode(&n, cut), NS_ETRUNC);
		view_free(cut);
	}
	view_free(msg);
}

static void it_is_written_as_it_is_read(void **state)
{
	struct view want = view_of_hex(closed);
	struct wire_writer w;
	struct buf b;

	(void)state;
	buf_init(&b, 12);
	w = wire_writer_at_end(&b);
	smb2_notification_session_closed_encode(&w);
	assert_int_equal(wire_put_status(&w), NS_OK);
	assert_view_equal(buf_view(&b), want);
	buf_release(&b);
	view_free(want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_closed_session_is_told),
		cmocka_unit_test(the_size_of_the_documents_example_is_read_too),
		cmocka_unit_test(a_type_we_do_not_know_keeps_its_data),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(it_is_written_as_it_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
