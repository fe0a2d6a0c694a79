/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "codec.h"
#include "wire/fscc_file.h"
#include "wire/fscc_set.h"
#include "wire/fscc_volume.h"

/* No header in front: these are what stands in a message's buffer. */
CODEC_BEHIND(0, fscc_basic);
CODEC_BEHIND(0, fscc_standard);
CODEC_BEHIND(0, fscc_all);
CODEC_BEHIND(0, fscc_network_open);
CODEC_BEHIND(0, fscc_attribute_tag);
CODEC_BEHIND(0, fscc_stream);
CODEC_BEHIND(0, fscc_id);
CODEC_BEHIND(0, fscc_rename);

static enum ns_err fscc_rename_ex_decode_any(void *out, struct view msg)
{
	return fscc_rename_ex_decode(out, msg);
}

static void fscc_rename_ex_encode_any(struct wire_writer *w, const void *v)
{
	fscc_rename_ex_encode(w, v);
}

static const struct codec fscc_rename_ex_codec = {sizeof(struct fscc_rename), 0,
						  fscc_rename_ex_decode_any,
						  fscc_rename_ex_encode_any};

CODEC_BEHIND(0, fscc_fs_volume);
CODEC_BEHIND(0, fscc_fs_size);
CODEC_BEHIND(0, fscc_fs_full_size);
CODEC_BEHIND(0, fscc_fs_device);
CODEC_BEHIND(0, fscc_fs_attribute);
CODEC_BEHIND(0, fscc_fs_sector_size);
CODEC_BEHIND(0, fscc_fs_control);
CODEC_BEHIND(0, fscc_fs_object_id);
CODEC_BEHIND(0, fscc_compression);

#define BASIC                                                                              \
	"1100000000000000" /* CreationTime */                                              \
	"2200000000000000" /* LastAccessTime */                                            \
	"3300000000000000" /* LastWriteTime */                                             \
	"4400000000000000" /* ChangeTime */                                                \
	"21000000"         /* FileAttributes: READONLY, ARCHIVE */                         \
	"00000000"         /* Reserved */
#define STANDARD                                                                           \
	"0010000000000000" /* AllocationSize */                                            \
	"0500000000000000" /* EndOfFile */                                                 \
	"02000000"         /* NumberOfLinks */                                             \
	"01"               /* DeletePending */                                             \
	"00"               /* Directory */                                                 \
	"0000"             /* Reserved */

static const char all[] = BASIC STANDARD "6600000000000000" /* IndexNumber */
					 "07000000"         /* EaSize */
					 "89001200"         /* AccessFlags */
					 "0800000000000000" /* CurrentByteOffset */
					 "02000000"         /* Mode */
					 "01000000"         /* AlignmentRequirement */
					 "04000000"         /* FileNameLength */
					 "61006200";        /* FileName */

static const char network_open[] =
	"1100000000000000220000000000000033000000000000004400000000"
	"000000"           /* four times */
	"0010000000000000" /* AllocationSize */
	"0500000000000000" /* EndOfFile */
	"10000000"         /* FileAttributes */
	"00000000";        /* Reserved */

static const char attribute_tag[] = "10040000"  /* FileAttributes */
				    "0c0000a0"; /* ReparseTag */

static const char stream[] = "00000000"         /* NextEntryOffset */
			     "0e000000"         /* StreamNameLength */
			     "0500000000000000" /* StreamSize */
			     "0010000000000000" /* StreamAllocationSize */
			     "3a003a002400440041005400"
			     "4100"; /* StreamName: ::$DATA */

static const char id[] = "0807060504030201"                  /* VolumeSerialNumber */
			 "000102030405060708090a0b0c0d0e0f"; /* FileId */

static const char rename_[] = "01"               /* ReplaceIfExists */
			      "00000000000000"   /* Reserved */
			      "0000000000000000" /* RootDirectory */
			      "06000000"         /* FileNameLength */
			      "61005c006200";    /* FileName: a\b */

static const char rename_ex[] = "43000000"         /* Flags: replace, POSIX, read-only */
				"00000000"         /* Reserved */
				"0000000000000000" /* RootDirectory */
				"06000000"         /* FileNameLength */
				"61005c006200";    /* FileName: a\b */

static const char volume[] = "1100000000000000" /* VolumeCreationTime */
			     "44332211"         /* VolumeSerialNumber */
			     "04000000"         /* VolumeLabelLength */
			     "01"               /* SupportsObjects */
			     "00"               /* Reserved */
			     "64006500";        /* VolumeLabel */

static const char size[] = "0001000000000000" /* TotalAllocationUnits */
			   "8000000000000000" /* AvailableAllocationUnits */
			   "08000000"         /* SectorsPerAllocationUnit */
			   "00020000";        /* BytesPerSector */

static const char full_size[] = "0001000000000000" /* TotalAllocationUnits */
				"8000000000000000" /* CallerAvailableAllocationUnits */
				"9000000000000000" /* ActualAvailableAllocationUnits */
				"08000000"         /* SectorsPerAllocationUnit */
				"00020000";        /* BytesPerSector */

static const char device[] = "07000000"  /* DeviceType: DISK */
			     "20000000"; /* Characteristics: MOUNTED */

static const char attribute[] = "06000000"          /* FileSystemAttributes */
				"ff000000"          /* MaximumComponentNameLength */
				"08000000"          /* FileSystemNameLength */
				"4e00540046005300"; /* FileSystemName: NTFS */

static const char sector_size[] = "00020000"  /* LogicalBytesPerSector */
				  "00100000"  /* ...ForAtomicity */
				  "00200000"  /* ...ForPerformance */
				  "00400000"  /* FileSystemEffective... */
				  "03000000"  /* Flags */
				  "01000000"  /* ByteOffsetForSectorAlignment */
				  "02000000"; /* ByteOffsetForPartitionAlignment */

static const char control[] =
	"000000000000000000000000000000000000000000000000" /* FreeSpace */
	"1100000000000000"                                 /* DefaultQuotaThreshold */
	"ffffffffffffffff"                                 /* DefaultQuotaLimit */
	"08000000"                                         /* FileSystemControlFlags */
	"00000000";                                        /* Padding */

static const char object_id[] = "000102030405060708090a0b0c0d0e0f" /* ObjectId */
				"00000000000000000000000000000000"
				"00000000000000000000000000000000"
				"00000000000000000000000000000000"; /* ExtendedInfo */

static const char compression[] = "0010000000000000" /* CompressedFileSize */
				  "0200"             /* CompressionFormat */
				  "000000"           /* ...Shift */
				  "000000";          /* Reserved */

#define ALL_VECTORS(VECTOR)                                                                \
	VECTOR(fscc_all, all)                                                              \
	VECTOR(fscc_basic, BASIC)                                                          \
	VECTOR(fscc_standard, STANDARD)                                                    \
	VECTOR(fscc_network_open, network_open)                                            \
	VECTOR(fscc_attribute_tag, attribute_tag)                                          \
	VECTOR(fscc_stream, stream)                                                        \
	VECTOR(fscc_id, id)                                                                \
	VECTOR(fscc_rename, rename_)                                                       \
	VECTOR(fscc_rename_ex, rename_ex)                                                  \
	VECTOR(fscc_fs_volume, volume)                                                     \
	VECTOR(fscc_fs_size, size)                                                         \
	VECTOR(fscc_fs_full_size, full_size)                                               \
	VECTOR(fscc_fs_device, device)                                                     \
	VECTOR(fscc_fs_attribute, attribute)                                               \
	VECTOR(fscc_fs_sector_size, sector_size)                                           \
	VECTOR(fscc_fs_control, control)                                                   \
	VECTOR(fscc_fs_object_id, object_id)                                               \
	VECTOR(fscc_compression, compression)

static void every_truncation_is_refused(void **state)
{
	(void)state;
#define VECTOR(codec, hex) codec_refuses_truncations(&codec##_codec, hex);
	ALL_VECTORS(VECTOR)
#undef VECTOR
}

static void encoding_is_the_inverse(void **state)
{
	(void)state;
#define VECTOR(codec, hex) codec_is_its_own_inverse(&codec##_codec, hex);
	ALL_VECTORS(VECTOR)
#undef VECTOR
}

static void every_field_of_all_is_decoded(void **state)
{
	struct view v = view_of_hex(all);
	struct fscc_all a;

	(void)state;
	assert_int_equal(v.n, FSCC_ALL_LEN + 4);
	assert_int_equal(fscc_all_decode(&a, v), NS_OK);
	assert_int_equal(a.basic.creation_time, 0x11);
	assert_int_equal(a.basic.last_access_time, 0x22);
	assert_int_equal(a.basic.last_write_time, 0x33);
	assert_int_equal(a.basic.change_time, 0x44);
	assert_int_equal(a.basic.attributes, 0x21);
	assert_int_equal(a.standard.allocation_size, 4096);
	assert_int_equal(a.standard.end_of_file, 5);
	assert_int_equal(a.standard.links, 2);
	assert_true(a.standard.delete_pending);
	assert_false(a.standard.directory);
	assert_int_equal(a.index_number, 0x66);
	assert_int_equal(a.ea_size, 7);
	assert_int_equal(a.access_flags, 0x120089);
	assert_int_equal(a.position, 8);
	assert_int_equal(a.mode, 2);
	assert_int_equal(a.alignment, 1);
	assert_view_equal(a.name, view_of("a\0b", 4));
	view_free(v);
}

static void every_field_of_the_others_is_decoded(void **state)
{
	struct view v = view_of_hex(network_open);
	struct fscc_network_open n;
	struct fscc_attribute_tag t;
	struct fscc_stream s;
	struct fscc_id i;

	(void)state;
	assert_int_equal(fscc_network_open_decode(&n, v), NS_OK);
	assert_int_equal(n.creation_time, 0x11);
	assert_int_equal(n.last_access_time, 0x22);
	assert_int_equal(n.last_write_time, 0x33);
	assert_int_equal(n.change_time, 0x44);
	assert_int_equal(n.allocation_size, 4096);
	assert_int_equal(n.end_of_file, 5);
	assert_int_equal(n.attributes, 0x10);
	view_free(v);
	v = view_of_hex(attribute_tag);
	assert_int_equal(fscc_attribute_tag_decode(&t, v), NS_OK);
	assert_int_equal(t.attributes, 0x410);
	assert_true(t.reparse_tag == 0xa000000c);
	view_free(v);
	v = view_of_hex(stream);
	assert_int_equal(fscc_stream_decode(&s, v), NS_OK);
	assert_int_equal(s.size, 5);
	assert_int_equal(s.allocation_size, 4096);
	assert_int_equal(s.name.n, 14);
	view_free(v);
	v = view_of_hex(id);
	assert_int_equal(fscc_id_decode(&i, v), NS_OK);
	assert_true(i.volume_serial == 0x0102030405060708);
	assert_int_equal(i.file_id[15], 15);
	view_free(v);
}

static void every_field_of_a_volume_is_decoded(void **state)
{
	struct view v = view_of_hex(volume);
	struct fscc_fs_volume vol;
	struct fscc_fs_full_size f;
	struct fscc_fs_attribute a;
	struct fscc_fs_sector_size s;
	struct fscc_fs_control c;
	struct fscc_fs_object_id o;
	struct fscc_compression z;

	(void)state;
	assert_int_equal(fscc_fs_volume_decode(&vol, v), NS_OK);
	assert_int_equal(vol.creation_time, 0x11);
	assert_int_equal(vol.serial, 0x11223344);
	assert_true(vol.supports_objects);
	assert_view_equal(vol.label, view_of("d\0e", 4));
	view_free(v);
	v = view_of_hex(full_size);
	assert_int_equal(fscc_fs_full_size_decode(&f, v), NS_OK);
	assert_int_equal(f.total_units, 256);
	assert_int_equal(f.caller_available_units, 128);
	assert_int_equal(f.actual_available_units, 144);
	assert_int_equal(f.sectors_per_unit, 8);
	assert_int_equal(f.bytes_per_sector, 512);
	view_free(v);
	v = view_of_hex(attribute);
	assert_int_equal(fscc_fs_attribute_decode(&a, v), NS_OK);
	assert_int_equal(a.attributes, FILE_CASE_PRESERVED_NAMES | FILE_UNICODE_ON_DISK);
	assert_int_equal(a.max_component, 255);
	assert_view_equal(a.name, view_of("N\0T\0F\0S", 8));
	view_free(v);
	v = view_of_hex(sector_size);
	assert_int_equal(fscc_fs_sector_size_decode(&s, v), NS_OK);
	assert_int_equal(s.logical, 512);
	assert_int_equal(s.physical_atomicity, 4096);
	assert_int_equal(s.physical_performance, 8192);
	assert_int_equal(s.effective_atomicity, 16384);
	assert_int_equal(s.flags, 3);
	assert_int_equal(s.sector_alignment, 1);
	assert_int_equal(s.partition_alignment, 2);
	view_free(v);
	v = view_of_hex(control);
	assert_int_equal(fscc_fs_control_decode(&c, v), NS_OK);
	assert_true(c.quota_threshold == 0x11 && c.quota_limit == UINT64_MAX);
	assert_int_equal(c.flags, FILE_VC_CONTENT_INDEX_DISABLED);
	view_free(v);
	v = view_of_hex(object_id);
	assert_int_equal(fscc_fs_object_id_decode(&o, v), NS_OK);
	assert_view_equal(view_of(o.id, sizeof(o.id)), view_slice(v, 0, 16));
	view_free(v);
	v = view_of_hex(compression);
	assert_int_equal(fscc_compression_decode(&z, v), NS_OK);
	assert_true(z.size == 4096 && z.format == 2);
	view_free(v);
}

static void a_rename_is_decoded_and_padded(void **state)
{
	struct fscc_rename r = {.name = view_of("x", 2)};
	struct view v = view_of_hex(rename_);
	struct wire_writer w;
	struct buf b;
	bool pending;

	(void)state;
	assert_int_equal(fscc_rename_decode(&r, v), NS_OK);
	assert_int_equal(r.flags, FILE_RENAME_REPLACE_IF_EXISTS);
	assert_int_equal(r.root_directory, 0);
	assert_view_equal(r.name, view_of("a\0\\\0b", 6));
	view_free(v);
	buf_init(&b, 64);
	w = wire_writer_at_end(&b);
	fscc_rename_encode(&w, &(struct fscc_rename){.name = view_of("x", 2)});
	assert_int_equal(wire_put_status(&w), NS_OK);
	assert_int_equal(b.n, FSCC_RENAME_LEN);
	assert_int_equal(fscc_rename_decode(&r, buf_view(&b)), NS_OK);
	assert_int_equal(r.flags, 0);
	assert_int_equal(r.name.n, 2);
	v = view_of_hex(rename_ex);
	assert_int_equal(fscc_rename_ex_decode(&r, v), NS_OK);
	assert_int_equal(r.flags, FILE_RENAME_REPLACE_IF_EXISTS |
					  FILE_RENAME_POSIX_SEMANTICS |
					  FILE_RENAME_IGNORE_READONLY_ATTRIBUTE);
	assert_view_equal(r.name, view_of("a\0\\\0b", 6));
	view_free(v);
	buf_clear(&b);
	w = wire_writer_at_end(&b);
	fscc_disposition_encode(&w, true);
	assert_int_equal(fscc_disposition_decode(&pending, buf_view(&b)), NS_OK);
	assert_true(pending);
	assert_int_not_equal(fscc_disposition_decode(&pending, view_of("", 0)), NS_OK);
	buf_release(&b);
}

static void bad_lengths_are_refused(void **state)
{
	static const struct codec_row names[] = {
		{"one more", 96, 4, 5, NS_ETRUNC},
		{"all ones", 96, 4, 0xffffffff, NS_ETRUNC},
		{"none", 96, 4, 0, NS_OK},
	};
	static const struct codec_row streams[] = {
		{"next into the name", 0, 4, 37, NS_EFORMAT},
		{"next past the end", 0, 4, 39, NS_EFORMAT},
		{"next far outside", 0, 4, 0xffffffff, NS_EFORMAT},
		{"next at the end", 0, 4, 38, NS_OK},
		{"name too long", 4, 4, 15, NS_ETRUNC},
	};
	static const struct codec_row renames[] = {
		{"one more", 16, 4, 7, NS_ETRUNC},
		{"all ones", 16, 4, 0xffffffff, NS_ETRUNC},
	};

	(void)state;
	codec_gives_errors(&fscc_all_codec, all, names, COUNT(names));
	codec_gives_errors(&fscc_stream_codec, stream, streams, COUNT(streams));
	codec_gives_errors(&fscc_rename_codec, rename_, renames, COUNT(renames));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(encoding_is_the_inverse),
		cmocka_unit_test(every_field_of_all_is_decoded),
		cmocka_unit_test(every_field_of_the_others_is_decoded),
		cmocka_unit_test(every_field_of_a_volume_is_decoded),
		cmocka_unit_test(a_rename_is_decoded_and_padded),
		cmocka_unit_test(bad_lengths_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
