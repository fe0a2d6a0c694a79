/* SPDX-License-Identifier: MIT */
/*
 * What QUERY_INFO, SET_INFO and QUERY_DIRECTORY carry: [MS-FSCC] structures and security
 * descriptors.  The first byte chooses, the rest is the structure.
 */
#include "fuzz/stable.h"
#include "wire/fscc_dir.h"
#include "wire/fscc_ea.h"
#include "wire/fscc_file.h"
#include "wire/fscc_notify.h"
#include "wire/fscc_set.h"
#include "wire/fscc_volume.h"
#include "wire/fsctl_info.h"
#include "wire/fsctl_ranges.h"
#include "wire/security_descriptor.h"
#include "wire/smb2_copychunk.h"

#define ENTRIES_MAX 64

CODEC_BEHIND(0, fscc_basic);
CODEC_BEHIND(0, fscc_standard);
CODEC_BEHIND(0, fscc_all);
CODEC_BEHIND(0, fscc_network_open);
CODEC_BEHIND(0, fscc_attribute_tag);
CODEC_BEHIND(0, fscc_stream);
CODEC_BEHIND(0, fscc_id);
CODEC_BEHIND(0, fscc_rename);
CODEC_BEHIND(0, fscc_fs_volume);
CODEC_BEHIND(0, fscc_fs_size);
CODEC_BEHIND(0, fscc_fs_full_size);
CODEC_BEHIND(0, fscc_fs_device);
CODEC_BEHIND(0, fscc_fs_attribute);
CODEC_BEHIND(0, fscc_fs_sector_size);
CODEC_BEHIND(0, fscc_fs_control);
CODEC_BEHIND(0, fscc_fs_object_id);
CODEC_BEHIND(0, fscc_compression);
CODEC_BEHIND(0, security_descriptor);
CODEC_BEHIND(0, fsctl_range);
CODEC_BEHIND(0, fsctl_zero_data);
CODEC_BEHIND(0, fsctl_duplicate);
CODEC_BEHIND(0, fsctl_object_id);
CODEC_BEHIND(0, smb2_resume_key_rsp);
CODEC_BEHIND(0, smb2_copychunk_req);
CODEC_BEHIND(0, smb2_copychunk_rsp);

static enum ns_err name_decode(void *out, struct view msg)
{
	return fscc_name_decode(out, msg);
}

static void name_encode(struct wire_writer *w, const void *v)
{
	fscc_name_encode(w, *(const struct view *)v);
}

static enum ns_err disposition_decode(void *out, struct view msg)
{
	return fscc_disposition_decode(out, msg);
}

static void disposition_encode(struct wire_writer *w, const void *v)
{
	fscc_disposition_encode(w, *(const bool *)v);
}

static enum ns_err le32_decode(void *out, struct view msg)
{
	return fscc_le32_decode(out, msg);
}

static void le32_encode(struct wire_writer *w, const void *v)
{
	wire_put_le32(w, *(const uint32_t *)v);
}

static enum ns_err le64_decode(void *out, struct view msg)
{
	return fscc_le64_decode(out, msg);
}

static void le64_encode(struct wire_writer *w, const void *v)
{
	wire_put_le64(w, *(const uint64_t *)v);
}

static const struct codec name_codec = {sizeof(struct view), 0, name_decode, name_encode};
static const struct codec disposition_codec = {sizeof(bool), 0, disposition_decode,
					       disposition_encode};
static const struct codec le32_codec = {sizeof(uint32_t), 0, le32_decode, le32_encode};
static const struct codec le64_codec = {sizeof(uint64_t), 0, le64_decode, le64_encode};

/* The first two of a list; a list of one is written like one of two. */
struct eas {
	struct fscc_ea ea[2];
	size_t n;
};

static enum ns_err eas_decode(void *out, struct view msg)
{
	struct fscc_eas it = fscc_eas_of(msg);
	struct eas *v = out;
	struct fscc_ea ea;

	v->n = 0;
	while (fscc_ea_next(&it, &ea))
		if (v->n < 2)
			v->ea[v->n++] = ea;
	return it.err;
}

static void eas_encode(struct wire_writer *w, const void *v)
{
	const struct eas *eas = v;
	struct fscc_ea_list list = {0};

	for (size_t i = 0; i < eas->n; i++)
		fscc_ea_put(&list, w, &eas->ea[i]);
}

static const struct codec eas_codec = {sizeof(struct eas), 0, eas_decode, eas_encode};

static enum ns_err ea_names_decode(void *out, struct view msg)
{
	struct fscc_eas it = fscc_eas_of(msg);
	struct eas *v = out;
	struct view name;

	v->n = 0;
	while (fscc_ea_name_next(&it, &name))
		if (v->n < 2)
			v->ea[v->n++].name = name;
	return it.err;
}

static void ea_names_encode(struct wire_writer *w, const void *v)
{
	const struct eas *eas = v;
	struct fscc_ea_list list = {0};

	for (size_t i = 0; i < eas->n; i++)
		fscc_ea_name_put(&list, w, eas->ea[i].name);
}

static const struct codec ea_names_codec = {sizeof(struct eas), 0, ea_names_decode,
					    ea_names_encode};

static const struct codec *const codecs[] = {
	&fscc_basic_codec,
	&fscc_standard_codec,
	&fscc_all_codec,
	&fscc_network_open_codec,
	&fscc_attribute_tag_codec,
	&fscc_stream_codec,
	&fscc_id_codec,
	&fscc_rename_codec,
	&fscc_fs_volume_codec,
	&fscc_fs_size_codec,
	&fscc_fs_full_size_codec,
	&fscc_fs_device_codec,
	&fscc_fs_attribute_codec,
	&fscc_fs_sector_size_codec,
	&security_descriptor_codec,
	&name_codec,
	&disposition_codec,
	&le32_codec,
	&le64_codec,
	&fsctl_range_codec,
	&fsctl_zero_data_codec,
	&fsctl_duplicate_codec,
	&fsctl_object_id_codec,
	&smb2_resume_key_rsp_codec,
	&smb2_copychunk_req_codec,
	&smb2_copychunk_rsp_codec,
	&fscc_fs_control_codec,
	&fscc_fs_object_id_codec,
	&fscc_compression_codec,
	&eas_codec,
	&ea_names_codec,
};

/* The class of a directory listing is the first byte less this. */
#define DIRECTORY 0x40

struct listing {
	struct fscc_dir_entry entry[ENTRIES_MAX];
	size_t n;
};

static enum ns_err list(struct listing *out, unsigned info_class, struct view bytes)
{
	struct fscc_dir_walk walk = fscc_dir_walk_of(info_class, bytes);
	struct fscc_dir_entry entry;

	out->n = 0;
	while (fscc_dir_next(&walk, &entry))
		if (out->n < ENTRIES_MAX)
			out->entry[out->n++] = entry;
	return walk.err;
}

static void put(struct buf *out, unsigned info_class, const struct listing *l)
{
	struct fscc_dir_list list = {.info_class = info_class};
	struct wire_writer w;

	buf_init(out, FUZZ_ENCODED_MAX);
	w = wire_writer_at_end(out);
	for (size_t i = 0; i < l->n; i++) {
		size_t before = out->n;
		size_t cost = fscc_dir_cost(&list, &w, l->entry[i].name.n);

		fscc_dir_put(&list, &w, &l->entry[i]);
		FUZZ_CHECK(out->n - before == cost);
	}
	FUZZ_CHECK(wire_put_status(&w) == NS_OK);
}

static void directory(unsigned info_class, struct view bytes)
{
	static struct listing l;
	struct buf first, second;
	struct view copy;

	if (list(&l, info_class, bytes) != NS_OK || fscc_dir_fixed_len(info_class) == 0)
		return;
	put(&first, info_class, &l);
	copy = view_dup(buf_view(&first));
	FUZZ_CHECK(list(&l, info_class, copy) == NS_OK);
	put(&second, info_class, &l);
	FUZZ_CHECK(view_equal(copy, buf_view(&second)));
	view_free(copy);
	buf_release(&first);
	buf_release(&second);
}

/* What changed in a directory has this first byte. */
#define NOTIFY 0xff

struct records {
	struct fscc_notify_record record[ENTRIES_MAX];
	size_t n;
};

static enum ns_err list_records(struct records *out, struct view bytes)
{
	struct fscc_notify_walk walk = fscc_notify_walk_of(bytes);
	struct fscc_notify_record record;

	out->n = 0;
	while (fscc_notify_next(&walk, &record))
		if (out->n < ENTRIES_MAX)
			out->record[out->n++] = record;
	return walk.err;
}

static void put_records(struct buf *out, const struct records *l)
{
	struct fscc_notify_list list = {0};
	struct wire_writer w;

	buf_init(out, FUZZ_ENCODED_MAX);
	w = wire_writer_at_end(out);
	for (size_t i = 0; i < l->n; i++)
		fscc_notify_put(&list, &w, &l->record[i]);
	FUZZ_CHECK(wire_put_status(&w) == NS_OK);
}

static void notify(struct view bytes)
{
	static struct records l;
	struct buf first, second;
	struct view copy;

	if (list_records(&l, bytes) != NS_OK)
		return;
	put_records(&first, &l);
	copy = view_dup(buf_view(&first));
	FUZZ_CHECK(list_records(&l, copy) == NS_OK);
	put_records(&second, &l);
	FUZZ_CHECK(view_equal(copy, buf_view(&second)));
	view_free(copy);
	buf_release(&first);
	buf_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input_of(data, size);
	uint8_t which = fuzz_u8(&in);

	if (which == NOTIFY)
		notify(in.rest);
	else if (which >= DIRECTORY)
		directory(which - DIRECTORY, in.rest);
	else if (which < COUNT(codecs))
		fuzz_stable_behind(codecs[which], in.rest);
	return 0;
}
