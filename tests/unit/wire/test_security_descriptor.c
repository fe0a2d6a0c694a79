/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>

#include "codec.h"
#include "wire/security_descriptor.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

CODEC_BEHIND(0, security_descriptor);

static const char descriptor[] =
	"0100"     /*  0 Revision, Sbz1 */
	"0484"     /*  2 Control: SELF_RELATIVE, DACL_PRESENT, DACL_AUTO_INHERITED */
	"14000000" /*  4 OffsetOwner 20 */
	"24000000" /*  8 OffsetGroup 36 */
	"00000000" /* 12 OffsetSacl */
	"34000000" /* 16 OffsetDacl 52 */
	"0102000000000016" /* 20 owner: S-1-22-1-1000 */
	"01000000e8030000"
	"0102000000000016" /* 36 group: S-1-22-2-100 */
	"0200000064000000"
	"02003000"                 /* 52 AclRevision, AclSize 48 */
	"02000000"                 /* 56 AceCount 2 */
	"0100140016010000"         /* 60 denied, AceSize 20, Mask */
	"010100000000000100000000" /* 68 S-1-1-0 */
	"000b1400a9001200"         /* 80 allowed, OI CI IO, AceSize 20, Mask */
	"010100000000000300000000" /* 88 S-1-3-0 */;

static const char null_dacl[] = "01000480000000000000000000000000"
				"00000000";
static const char empty_dacl[] = "01000480000000000000000000000000"
				 "140000000200080000000000";
static const char nothing[] = "0100008000000000000000000000000000000000";

#define ALL_VECTORS(VECTOR)                                                                \
	VECTOR(descriptor) VECTOR(null_dacl) VECTOR(empty_dacl) VECTOR(nothing)

static void every_truncation_is_refused(void **state)
{
	(void)state;
#define VECTOR(hex) codec_refuses_truncations(&security_descriptor_codec, hex);
	ALL_VECTORS(VECTOR)
#undef VECTOR
}

static void encoding_is_the_inverse(void **state)
{
	(void)state;
#define VECTOR(hex) codec_is_its_own_inverse(&security_descriptor_codec, hex);
	ALL_VECTORS(VECTOR)
#undef VECTOR
}

static struct security_descriptor *decoded(const char *hex)
{
	struct security_descriptor *d = malloc(sizeof(*d));
	struct view v = view_of_hex(hex);

	assert_non_null(d);
	assert_int_equal(security_descriptor_decode(d, v), NS_OK);
	view_free(v);
	return d;
}

static void every_field_is_decoded(void **state)
{
	struct security_descriptor *d = decoded(descriptor);

	(void)state;
	assert_true(d->has_owner && d->has_group && d->has_dacl && !d->null);
	assert_int_equal(d->control, 0x0400);
	assert_int_equal(d->owner.authority, 22);
	assert_int_equal(d->owner.count, 2);
	assert_int_equal(d->owner.sub[0], 1);
	assert_int_equal(d->owner.sub[1], 1000);
	assert_int_equal(d->group.sub[0], 2);
	assert_int_equal(d->group.sub[1], 100);
	assert_int_equal(d->aces, 2);
	assert_int_equal(d->dacl[0].type, ACE_DENIED);
	assert_int_equal(d->dacl[0].flags, 0);
	assert_int_equal(d->dacl[0].mask, 0x116);
	assert_int_equal(d->dacl[0].sid.authority, 1);
	assert_int_equal(d->dacl[0].sid.count, 1);
	assert_int_equal(d->dacl[1].type, ACE_ALLOWED);
	assert_int_equal(d->dacl[1].flags,
			 ACE_OBJECT_INHERIT | ACE_CONTAINER_INHERIT | ACE_INHERIT_ONLY);
	assert_int_equal(d->dacl[1].mask, 0x1200a9);
	assert_true(sid_equal(&d->owner, &d->owner));
	assert_false(sid_equal(&d->owner, &d->group));
	assert_false(sid_equal(&d->dacl[0].sid, &d->dacl[1].sid));
	free(d);
}

/* No DACL, one that is NULL and an empty one mean three things. */
static void a_dacl_may_be_absent_null_or_empty(void **state)
{
	struct security_descriptor *d = decoded(nothing);

	(void)state;
	assert_false(d->has_dacl || d->null || d->has_owner || d->has_group);
	free(d);
	d = decoded(null_dacl);
	assert_true(d->has_dacl && d->null);
	free(d);
	d = decoded(empty_dacl);
	assert_true(d->has_dacl && !d->null);
	assert_int_equal(d->aces, 0);
	free(d);
}

static void bad_descriptors_are_refused(void **state)
{
	static const struct codec_row rows[] = {
		{"another revision", 0, 1, 2, NS_EFORMAT},
		{"not self-relative", 2, 2, 4, NS_EFORMAT},
		{"owner in the fixed part", 4, 4, 19, NS_EFORMAT},
		{"owner past the end", 4, 4, 101, NS_ETRUNC},
		{"owner at the end", 4, 4, 100, NS_ETRUNC},
		{"owner far outside", 4, 4, 0xffffffff, NS_ETRUNC},
		{"group cut off", 8, 4, 96, NS_EFORMAT},
		{"dacl far outside", 16, 4, 0x7fffffff, NS_ETRUNC},
		{"dacl in the fixed part", 16, 4, 4, NS_EFORMAT},
		{"another sid revision", 20, 1, 2, NS_EFORMAT},
		{"too many sub-authorities", 21, 1, 16, NS_EFORMAT},
		{"the most sub-authorities", 21, 1, 15, NS_OK},
		{"sub-authorities past the end", 37, 1, 15, NS_ETRUNC},
		{"acl too long", 54, 2, 49, NS_ETRUNC},
		{"acl shorter than its header", 54, 2, 7, NS_ETRUNC},
		{"acl shorter than its entries", 54, 2, 44, NS_ETRUNC},
		{"more entries than there are", 56, 2, 3, NS_ETRUNC},
		{"all ones entries", 56, 2, 0xffff, NS_ETRUNC},
		{"an object's entry", 60, 1, 5, NS_EUNSUPPORTED},
		{"an audit's entry", 80, 1, 2, NS_EUNSUPPORTED},
		{"entry too short", 62, 2, 3, NS_EFORMAT},
		{"entry of no length", 62, 2, 0, NS_EFORMAT},
		{"entry not aligned", 62, 2, 22, NS_EFORMAT},
		{"entry too long", 62, 2, 44, NS_ETRUNC},
		{"entry without its sid", 62, 2, 8, NS_ETRUNC},
		{"a sid longer than its entry", 69, 1, 2, NS_ETRUNC},
		{"no dacl", 2, 2, 0x8000, NS_OK},
	};

	(void)state;
	codec_gives_errors(&security_descriptor_codec, descriptor, rows, COUNT(rows));
}

/* As many entries as a descriptor holds, and one more. */
static void too_many_entries_are_refused(void **state)
{
	struct security_descriptor *d = decoded(empty_dacl);
	struct wire_writer w;
	struct buf b;

	(void)state;
	d->aces = SECURITY_ACES_MAX;
	for (size_t i = 0; i < d->aces; i++)
		d->dacl[i].sid = (struct sid){.authority = 1, .count = 1};
	buf_init(&b, SECURITY_DESCRIPTOR_MAX);
	w = wire_writer_at_end(&b);
	security_descriptor_encode(&w, d);
	/* and what would be one more */
	wire_put_bytes(&w, view_of(b.p + 28, 20));
	assert_int_equal(wire_put_status(&w), NS_OK);
	assert_int_equal(security_descriptor_decode(d, buf_view(&b)), NS_OK);
	assert_int_equal(d->aces, SECURITY_ACES_MAX);
	wire_patch16(&w, 22, b.n - 20);
	wire_patch16(&w, 24, SECURITY_ACES_MAX + 1);
	assert_int_equal(security_descriptor_decode(d, buf_view(&b)), NS_ELIMIT);
	buf_release(&b);
	free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(encoding_is_the_inverse),
		cmocka_unit_test(every_field_is_decoded),
		cmocka_unit_test(a_dacl_may_be_absent_null_or_empty),
		cmocka_unit_test(bad_descriptors_are_refused),
		cmocka_unit_test(too_many_entries_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
