/* SPDX-License-Identifier: MIT */
/* The buffers of the file system's controls: wire/fsctl_*.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "codec.h"
#include "wire/fsctl_info.h"
#include "wire/fsctl_ranges.h"

CODEC_BEHIND(0, fsctl_range);
CODEC_BEHIND(0, fsctl_zero_data);
CODEC_BEHIND(0, fsctl_duplicate);
CODEC_BEHIND(0, fsctl_object_id);

static enum ns_err duplicate_ex_decode_any(void *out, struct view msg)
{
	return fsctl_duplicate_ex_decode(out, msg);
}

static void duplicate_ex_encode_any(struct wire_writer *w, const void *v)
{
	fsctl_duplicate_ex_encode(w, v);
}

static const struct codec fsctl_duplicate_ex_codec = {sizeof(struct fsctl_duplicate), 0,
						      duplicate_ex_decode_any,
						      duplicate_ex_encode_any};

static enum ns_err compression_decode_any(void *out, struct view msg)
{
	return fsctl_compression_decode(out, msg);
}

static void compression_encode_any(struct wire_writer *w, const void *v)
{
	fsctl_compression_encode(w, *(const uint16_t *)v);
}

static const struct codec fsctl_compression_codec = {
	sizeof(uint16_t), 0, compression_decode_any, compression_encode_any};

static const char range[] = "0010000000000000"  /* FileOffset */
			    "ffffffffffffff7f"; /* Length */

static const char zero_data[] = "0010000000000000"  /* FileOffset */
				"0020000000000000"; /* BeyondFinalZero */

#define DUPLICATE                                                                          \
	"0807060504030201"                                                                 \
	"1817161514131211" /* SourceFileID */                                              \
	"0010000000000000" /* SourceFileOffset */                                          \
	"0020000000000000" /* TargetFileOffset */                                          \
	"0030000000000000" /* ByteCount */

static const char duplicate_ex[] = "3000000000000000" /* StructureSize */
	DUPLICATE "01000000"                          /* Flags: SOURCE_ATOMIC */
				   "00000000";        /* Reserved */

static const char compression[] = "0200"; /* CompressionState: LZNT1 */

static const char object_id[] = "000102030405060708090a0b0c0d0e0f"  /* ObjectId */
				"101112131415161718191a1b1c1d1e1f"  /* BirthVolumeId */
				"202122232425262728292a2b2c2d2e2f"  /* BirthObjectId */
				"00000000000000000000000000000000"; /* DomainId */

#define ALL_VECTORS(VECTOR)                                                                \
	VECTOR(fsctl_range, range)                                                         \
	VECTOR(fsctl_zero_data, zero_data)                                                 \
	VECTOR(fsctl_duplicate, DUPLICATE)                                                 \
	VECTOR(fsctl_duplicate_ex, duplicate_ex)                                           \
	VECTOR(fsctl_compression, compression)                                             \
	VECTOR(fsctl_object_id, object_id)

static void every_field_is_decoded(void **state)
{
	struct view msg = codec_message(&fsctl_duplicate_ex_codec, duplicate_ex);
	struct fsctl_duplicate d;
	struct fsctl_object_id id;
	struct fsctl_zero_data z;
	struct fsctl_range r;

	(void)state;
	assert_int_equal(fsctl_duplicate_ex_decode(&d, msg), NS_OK);
	assert_true(d.source.persistent_id == 0x0102030405060708);
	assert_true(d.source.volatile_id == 0x1112131415161718);
	assert_int_equal(d.source_offset, 0x1000);
	assert_int_equal(d.target_offset, 0x2000);
	assert_int_equal(d.length, 0x3000);
	assert_int_equal(d.flags, FSCTL_DUPLICATE_SOURCE_ATOMIC);
	assert_int_equal(fsctl_duplicate_decode(&d, view_slice(msg, 8, 40)), NS_OK);
	assert_int_equal(d.length, 0x3000);
	assert_int_equal(d.flags, 0);
	view_free(msg);
	msg = codec_message(&fsctl_range_codec, range);
	assert_int_equal(fsctl_range_decode(&r, msg), NS_OK);
	assert_int_equal(r.offset, 0x1000);
	assert_true(r.length == INT64_MAX);
	view_free(msg);
	msg = codec_message(&fsctl_zero_data_codec, zero_data);
	assert_int_equal(fsctl_zero_data_decode(&z, msg), NS_OK);
	assert_int_equal(z.offset, 0x1000);
	assert_int_equal(z.beyond, 0x2000);
	view_free(msg);
	msg = codec_message(&fsctl_object_id_codec, object_id);
	assert_int_equal(fsctl_object_id_decode(&id, msg), NS_OK);
	assert_int_equal(id.object[15], 0x0f);
	assert_int_equal(id.birth_volume[0], 0x10);
	assert_int_equal(id.birth_object[0], 0x20);
	view_free(msg);
}

/* [MS-FSCC] 2.3.83: without a buffer it is as if TRUE stood in it. */
static void no_buffer_makes_a_file_sparse(void **state)
{
	struct wire_writer w;
	struct buf b;
	bool sparse = false;

	(void)state;
	assert_int_equal(fsctl_set_sparse_decode(&sparse, (struct view){0}), NS_OK);
	assert_true(sparse);
	assert_int_equal(fsctl_set_sparse_decode(&sparse, view_of("\0\0", 2)), NS_OK);
	assert_false(sparse);
	buf_init(&b, 1);
	w = wire_writer_at_end(&b);
	fsctl_set_sparse_encode(&w, true);
	assert_int_equal(wire_put_status(&w), NS_OK);
	assert_int_equal(fsctl_set_sparse_decode(&sparse, buf_view(&b)), NS_OK);
	assert_true(sparse);
	buf_release(&b);
}

#define TRUNCATIONS(name, vector) codec_refuses_truncations(&name##_codec, vector);
#define INVERSE(name, vector)     codec_is_its_own_inverse(&name##_codec, vector);

static void every_truncation_is_refused(void **state)
{
	(void)state;
	ALL_VECTORS(TRUNCATIONS)
}

static void encoding_is_the_inverse(void **state)
{
	(void)state;
	ALL_VECTORS(INVERSE)
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_decoded),
		cmocka_unit_test(no_buffer_makes_a_file_sparse),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(encoding_is_the_inverse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
