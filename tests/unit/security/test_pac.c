/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/hex.h"
#include "security/auth.h"
#include "security/pac.h"

/* KERB_VALIDATION_INFO of "bob" of CORP, written by an independent encoder. */
static const char good[] =
	"01100800cccccccc" /* version 1, little-endian, header of 8, filler */
	"d401000000000000" /* ObjectBufferLength, filler */
	"00000200"         /* the pointer to it all */
	"0000000000000000 0000000000000000 0000000000000000" /* six times */
	"0000000000000000 0000000000000000 0000000000000000"
	"06000600 04000200"                 /* EffectiveName */
	"0a000a00 08000200"                 /* FullName */
	"00000000 0c000200"                 /* LogonScript */
	"00000000 10000200"                 /* ProfilePath */
	"00000000 14000200"                 /* HomeDirectory */
	"00000000 18000200"                 /* HomeDirectoryDrive */
	"00000000"                          /* LogonCount, BadPasswordCount */
	"4f040000"                          /* UserId 1103 */
	"01020000"                          /* PrimaryGroupId 513 */
	"02000000 1c000200"                 /* GroupCount, GroupIds */
	"00000000"                          /* UserFlags */
	"00000000000000000000000000000000"  /* UserSessionKey */
	"06000800 20000200"                 /* LogonServer */
	"08000a00 24000200"                 /* LogonDomainName */
	"28000200"                          /* LogonDomainId */
	"0000000000000000"                  /* Reserved1 */
	"00000000 00000000"                 /* UserAccountControl, SubAuthStatus */
	"0000000000000000 0000000000000000" /* two times */
	"00000000 00000000"                 /* FailedILogonCount, Reserved3 */
	"01000000 2c000200"                 /* SidCount, ExtraSids */
	"30000200"                          /* ResourceGroupDomainSid */
	"01000000 34000200"                 /* ResourceGroupCount, ResourceGroupIds */
	"03000000 00000000 03000000 62006f006200 0000"        /* "bob" */
	"05000000 00000000 05000000 42006f006200200042000000" /* "Bob B" */
	"00000000 00000000 00000000"
	"00000000 00000000 00000000"
	"00000000 00000000 00000000"
	"00000000 00000000 00000000"
	"02000000 01020000 07000000 b1040000 07000000" /* 513, 1201 */
	"04000000 00000000 03000000 440043003100 0000" /* "DC1" */
	"05000000 00000000 04000000 43004f0052005000"  /* "CORP" */
	"04000000 01 04 000000000005 15000000 0b000000 16000000 21000000"
	"01000000 38000200 07000000"           /* one extra SID */
	"01000000 01 01 000000000012 01000000" /* S-1-18-1 */
	"04000000 01 04 000000000005 15000000 2c000000 37000000 42000000"
	"01000000 dc050000 07000020"; /* 1500 */

static const char *const want[] = {
	"S-1-5-21-11-22-33-1103",
	"S-1-5-21-11-22-33-513",
	"S-1-5-21-11-22-33-513",
	"S-1-5-21-11-22-33-1201",
	"S-1-18-1",
	"S-1-5-21-44-55-66-1500",
};

static void every_sid_is_found(void **state)
{
	struct view pac = view_of_hex(good);
	size_t at = 0;
	struct buf out;

	(void)state;
	buf_init(&out, AUTH_SIDS_MAX);
	assert_int_equal(pac_sids(&out, pac), NS_OK);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		assert_true(at < out.n);
		assert_string_equal((const char *)out.p + at, want[i]);
		at += strlen(want[i]) + 1;
	}
	assert_int_equal(at, out.n);
	buf_release(&out);
	view_free(pac);
}

static void every_truncation_is_refused(void **state)
{
	struct view pac = view_of_hex(good);

	(void)state;
	for (size_t n = 0; n < pac.n; n++) {
		struct view cut = view_dup(view_slice(pac, 0, n));
		struct buf out;

		buf_init(&out, AUTH_SIDS_MAX);
		assert_int_not_equal(pac_sids(&out, cut), NS_OK);
		buf_release(&out);
		view_free(cut);
	}
	view_free(pac);
}

/* A byte changed, and what must come of it. */
static void counts_that_lie_are_refused(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
	} rows[] = {
		{0, 2},      /* version */
		{1, 0},      /* big-endian */
		{2, 16},     /* header of another length */
		{18, 0},     /* no pointer */
		{128, 0xff}, /* GroupCount, not that of the array */
		{216, 0x7f}, /* SidCount */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct view pac = view_of_hex(good);
		struct buf changed, out;

		buf_init(&changed, 4096);
		buf_init(&out, AUTH_SIDS_MAX);
		assert_int_equal(buf_append(&changed, pac), NS_OK);
		changed.p[rows[i].at] = rows[i].value;
		if (pac_sids(&out, buf_view(&changed)) == NS_OK)
			fail_msg("row %zu", i);
		buf_release(&changed);
		buf_release(&out);
		view_free(pac);
	}
}

static void too_many_sids_are_refused(void **state)
{
	struct view pac = view_of_hex(good);
	struct buf out;

	(void)state;
	buf_init(&out, 64);
	assert_int_equal(pac_sids(&out, pac), NS_ELIMIT);
	buf_release(&out);
	view_free(pac);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_sid_is_found),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(counts_that_lie_are_refused),
		cmocka_unit_test(too_many_sids_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
