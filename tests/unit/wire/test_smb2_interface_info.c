/* SPDX-License-Identifier: MIT */
#include "wire/smb2_interface_info.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "codec.h"

static const char heads[2][256] = {
	"98000000"         /*  0 Next 152 */
	"02000000"         /*  4 IfIndex */
	"01000000"         /*  8 Capability: RSS */
	"00000000"         /* 12 Reserved */
	"00e40b5402000000" /* 16 LinkSpeed 10 Gb/s */
	"0200"             /* 24 Family InterNetwork */
	"0000"             /* 26 Port */
	"0a000001",        /* 28 IPv4Address */
	"00000000"         /*  0 Next */
	"03000000"
	"00000000"
	"00000000"
	"0000000000000000"
	"1700" /* 24 Family InterNetworkV6 */
	"0000"
	"00000000" /* 28 FlowInfo */
	"fe800000000000000000000000000001",
};

/* Both, each at its full length; in a block of its own. */
static struct view both(void)
{
	uint8_t bytes[2 * SMB2_INTERFACE_INFO_LEN] = {0};

	for (size_t i = 0; i < 2; i++) {
		struct view head = view_of_hex(heads[i]);

		memcpy(bytes + i * SMB2_INTERFACE_INFO_LEN, head.p, head.n);
		view_free(head);
	}
	return view_dup(view_of(bytes, sizeof(bytes)));
}

static void every_field_is_decoded(void **state)
{
	struct smb2_interface_info info;
	struct view list = both();
	struct wire_reader r = {.msg = list};

	(void)state;
	assert_true(smb2_interface_info_next(&r, &info));
	assert_int_equal(info.index, 2);
	assert_int_equal(info.capability, SMB2_INTERFACE_RSS_CAPABLE);
	assert_true(info.link_speed == 10000000000);
	assert_false(info.v6);
	assert_memory_equal(info.address, "\x0a\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_true(smb2_interface_info_next(&r, &info));
	assert_int_equal(info.index, 3);
	assert_true(info.v6);
	assert_memory_equal(info.address, "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x01", 16);
	assert_false(smb2_interface_info_next(&r, &info));
	assert_int_equal(r.err, NS_OK);
	view_free(list);
}

static void every_truncation_is_refused(void **state)
{
	struct smb2_interface_info info;
	struct view list = both();

	(void)state;
	for (size_t n = 1; n < list.n; n++) {
		struct view cut = view_dup(view_slice(list, 0, n));
		struct wire_reader r = {.msg = cut};

		while (smb2_interface_info_next(&r, &info))
			;
		/* Cut between the two, the first still says that another follows. */
		if (n != SMB2_INTERFACE_INFO_LEN)
			assert_int_not_equal(r.err, NS_OK);
		view_free(cut);
	}
	view_free(list);
}

static void a_bad_next_or_family_is_refused(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		enum ns_err want;
	} rows[] = {
		{0, 151, NS_EFORMAT}, {0, 1, NS_EFORMAT},
		{1, 2, NS_ETRUNC}, /* Next past the end */
		{24, 3, NS_EFORMAT},  {24, 0, NS_EFORMAT},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct smb2_interface_info info;
		struct view list = both();
		uint8_t *copy = malloc(list.n);
		struct wire_reader r = {.msg = view_of(copy, list.n)};

		memcpy(copy, list.p, list.n);
		copy[rows[i].at] = rows[i].value;
		while (smb2_interface_info_next(&r, &info))
			;
		assert_int_equal(r.err, rows[i].want);
		free(copy);
		view_free(list);
	}
}

static void encoding_is_the_inverse(void **state)
{
	struct smb2_interface_info list[2];
	struct view want = both();
	struct wire_reader r = {.msg = want};
	struct wire_writer w;
	struct buf b;

	(void)state;
	for (size_t i = 0; i < 2; i++)
		assert_true(smb2_interface_info_next(&r, &list[i]));
	buf_init(&b, sizeof(list) * 10);
	w = wire_writer_at_end(&b);
	smb2_interface_info_encode(&w, list, 2);
	assert_int_equal(wire_put_status(&w), NS_OK);
	assert_view_equal(buf_view(&b), want);
	buf_release(&b);
	view_free(want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_decoded),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(a_bad_next_or_family_is_refused),
		cmocka_unit_test(encoding_is_the_inverse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
