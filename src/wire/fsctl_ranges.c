/* SPDX-License-Identifier: MIT */
#include "wire/fsctl_ranges.h"

#define DUPLICATE_EX_LEN 0x30 /* "MUST be set to 0x30" */

enum ns_err fsctl_range_decode(struct fsctl_range *out, struct view v)
{
	struct wire_reader r = {.msg = v};

	wire_le64(&r, &out->offset); /* 0 FileOffset */
	wire_le64(&r, &out->length); /* 8 Length */
	return wire_status(&r);
}

void fsctl_range_encode(struct wire_writer *w, const struct fsctl_range *v)
{
	wire_put_le64(w, v->offset);
	wire_put_le64(w, v->length);
}

enum ns_err fsctl_set_sparse_decode(bool *out, struct view v)
{
	struct wire_reader r = {.msg = v};
	uint8_t sparse = 1;

	if (v.n > 0)
		wire_u8(&r, &sparse); /* 0 SetSparse */
	*out = sparse != 0;
	return wire_status(&r);
}

void fsctl_set_sparse_encode(struct wire_writer *w, bool sparse)
{
	wire_put_u8(w, sparse);
}

enum ns_err fsctl_zero_data_decode(struct fsctl_zero_data *out, struct view v)
{
	struct wire_reader r = {.msg = v};

	wire_le64(&r, &out->offset); /* 0 FileOffset */
	wire_le64(&r, &out->beyond); /* 8 BeyondFinalZero */
	return wire_status(&r);
}

void fsctl_zero_data_encode(struct wire_writer *w, const struct fsctl_zero_data *v)
{
	wire_put_le64(w, v->offset);
	wire_put_le64(w, v->beyond);
}

static void take_duplicate(struct wire_reader *r, struct fsctl_duplicate *out)
{
	smb2_file_id_read(r, &out->source); /*  0 SourceFileID */
	wire_le64(r, &out->source_offset);  /* 16 SourceFileOffset */
	wire_le64(r, &out->target_offset);  /* 24 TargetFileOffset */
	wire_le64(r, &out->length);         /* 32 ByteCount */
}

static void put_duplicate(struct wire_writer *w, const struct fsctl_duplicate *v)
{
	smb2_file_id_put(w, v->source);
	wire_put_le64(w, v->source_offset);
	wire_put_le64(w, v->target_offset);
	wire_put_le64(w, v->length);
}

enum ns_err fsctl_duplicate_decode(struct fsctl_duplicate *out, struct view v)
{
	struct wire_reader r = {.msg = v};

	take_duplicate(&r, out);
	out->flags = 0;
	return wire_status(&r);
}

void fsctl_duplicate_encode(struct wire_writer *w, const struct fsctl_duplicate *v)
{
	put_duplicate(w, v);
}

enum ns_err fsctl_duplicate_ex_decode(struct fsctl_duplicate *out, struct view v)
{
	struct wire_reader r = {.msg = v};

	wire_skip(&r, 8);           /*  0 StructureSize */
	take_duplicate(&r, out);    /*  8 */
	wire_le32(&r, &out->flags); /* 48 Flags */
	wire_skip(&r, 4);           /* 52 Reserved */
	return wire_status(&r);
}

void fsctl_duplicate_ex_encode(struct wire_writer *w, const struct fsctl_duplicate *v)
{
	wire_put_le64(w, DUPLICATE_EX_LEN);
	put_duplicate(w, v);
	wire_put_le32(w, v->flags);
	wire_put_le32(w, 0);
}
