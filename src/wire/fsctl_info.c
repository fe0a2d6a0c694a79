/* SPDX-License-Identifier: MIT */
#include "wire/fsctl_info.h"

enum ns_err fsctl_compression_decode(uint16_t *out, struct view v)
{
	struct wire_reader r = {.msg = v};

	wire_le16(&r, out); /* 0 CompressionState */
	return wire_status(&r);
}

void fsctl_compression_encode(struct wire_writer *w, uint16_t format)
{
	wire_put_le16(w, format);
}

enum ns_err fsctl_object_id_decode(struct fsctl_object_id *out, struct view v)
{
	struct wire_reader r = {.msg = v};

	wire_copy(&r, out->object, sizeof(out->object));             /*  0 ObjectId */
	wire_copy(&r, out->birth_volume, sizeof(out->birth_volume)); /* 16 BirthVolumeId */
	wire_copy(&r, out->birth_object, sizeof(out->birth_object)); /* 32 BirthObjectId */
	wire_skip(&r, 16);                                           /* 48 DomainId */
	return wire_status(&r);
}

void fsctl_object_id_encode(struct wire_writer *w, const struct fsctl_object_id *v)
{
	wire_put_bytes(w, view_of(v->object, sizeof(v->object)));
	wire_put_bytes(w, view_of(v->birth_volume, sizeof(v->birth_volume)));
	wire_put_bytes(w, view_of(v->birth_object, sizeof(v->birth_object)));
	wire_put_zero(w, 16);
}
