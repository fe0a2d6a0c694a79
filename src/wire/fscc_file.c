/* SPDX-License-Identifier: MIT */
#include "wire/fscc_file.h"

enum ns_err fscc_le32_decode(uint32_t *out, struct view v)
{
	struct wire_reader r = {.msg = v};

	wire_le32(&r, out);
	return wire_status(&r);
}

enum ns_err fscc_le64_decode(uint64_t *out, struct view v)
{
	struct wire_reader r = {.msg = v};

	wire_le64(&r, out);
	return wire_status(&r);
}

static void basic_read(struct wire_reader *r, struct fscc_basic *out)
{
	wire_le64(r, &out->creation_time);    /*  0 CreationTime */
	wire_le64(r, &out->last_access_time); /*  8 LastAccessTime */
	wire_le64(r, &out->last_write_time);  /* 16 LastWriteTime */
	wire_le64(r, &out->change_time);      /* 24 ChangeTime */
	wire_le32(r, &out->attributes);       /* 32 FileAttributes */
	wire_skip(r, 4);                      /* 36 Reserved */
}

enum ns_err fscc_basic_decode(struct fscc_basic *out, struct view v)
{
	struct wire_reader r = {.msg = v};

	basic_read(&r, out);
	return wire_status(&r);
}

void fscc_basic_encode(struct wire_writer *w, const struct fscc_basic *v)
{
	wire_put_le64(w, v->creation_time);
	wire_put_le64(w, v->last_access_time);
	wire_put_le64(w, v->last_write_time);
	wire_put_le64(w, v->change_time);
	wire_put_le32(w, v->attributes);
	wire_put_le32(w, 0);
}

static void bool_read(struct wire_reader *r, bool *out)
{
	uint8_t v;

	wire_u8(r, &v);
	*out = v != 0;
}

static void standard_read(struct wire_reader *r, struct fscc_standard *out)
{
	wire_le64(r, &out->allocation_size); /*  0 AllocationSize */
	wire_le64(r, &out->end_of_file);     /*  8 EndOfFile */
	wire_le32(r, &out->links);           /* 16 NumberOfLinks */
	bool_read(r, &out->delete_pending);  /* 20 DeletePending */
	bool_read(r, &out->directory);       /* 21 Directory */
	wire_skip(r, 2);                     /* 22 Reserved */
}

enum ns_err fscc_standard_decode(struct fscc_standard *out, struct view v)
{
	struct wire_reader r = {.msg = v};

	standard_read(&r, out);
	return wire_status(&r);
}

void fscc_standard_encode(struct wire_writer *w, const struct fscc_standard *v)
{
	wire_put_le64(w, v->allocation_size);
	wire_put_le64(w, v->end_of_file);
	wire_put_le32(w, v->links);
	wire_put_u8(w, v->delete_pending);
	wire_put_u8(w, v->directory);
	wire_put_le16(w, 0);
}

static void name_read(struct wire_reader *r, struct view *out)
{
	uint32_t len;

	wire_le32(r, &len);     /* 0 FileNameLength */
	wire_take(r, len, out); /* 4 FileName */
}

enum ns_err fscc_all_decode(struct fscc_all *out, struct view v)
{
	struct wire_reader r = {.msg = v};

	basic_read(&r, &out->basic);       /*  0 BasicInformation */
	standard_read(&r, &out->standard); /* 40 StandardInformation */
	wire_le64(&r, &out->index_number); /* 64 InternalInformation */
	wire_le32(&r, &out->ea_size);      /* 72 EaInformation */
	wire_le32(&r, &out->access_flags); /* 76 AccessInformation */
	wire_le64(&r, &out->position);     /* 80 PositionInformation */
	wire_le32(&r, &out->mode);         /* 88 ModeInformation */
	wire_le32(&r, &out->alignment);    /* 92 AlignmentInformation */
	name_read(&r, &out->name);         /* 96 NameInformation */
	return wire_status(&r);
}

void fscc_all_encode(struct wire_writer *w, const struct fscc_all *v)
{
	fscc_basic_encode(w, &v->basic);
	fscc_standard_encode(w, &v->standard);
	wire_put_le64(w, v->index_number);
	wire_put_le32(w, v->ea_size);
	wire_put_le32(w, v->access_flags);
	wire_put_le64(w, v->position);
	wire_put_le32(w, v->mode);
	wire_put_le32(w, v->alignment);
	fscc_name_encode(w, v->name);
}

enum ns_err fscc_network_open_decode(struct fscc_network_open *out, struct view v)
{
	struct wire_reader r = {.msg = v};

	wire_le64(&r, &out->creation_time);    /*  0 CreationTime */
	wire_le64(&r, &out->last_access_time); /*  8 LastAccessTime */
	wire_le64(&r, &out->last_write_time);  /* 16 LastWriteTime */
	wire_le64(&r, &out->change_time);      /* 24 ChangeTime */
	wire_le64(&r, &out->allocation_size);  /* 32 AllocationSize */
	wire_le64(&r, &out->end_of_file);      /* 40 EndOfFile */
	wire_le32(&r, &out->attributes);       /* 48 FileAttributes */
	wire_skip(&r, 4);                      /* 52 Reserved */
	return wire_status(&r);
}

void fscc_network_open_encode(struct wire_writer *w, const struct fscc_network_open *v)
{
	wire_put_le64(w, v->creation_time);
	wire_put_le64(w, v->last_access_time);
	wire_put_le64(w, v->last_write_time);
	wire_put_le64(w, v->change_time);
	wire_put_le64(w, v->allocation_size);
	wire_put_le64(w, v->end_of_file);
	wire_put_le32(w, v->attributes);
	wire_put_le32(w, 0);
}

enum ns_err fscc_attribute_tag_decode(struct fscc_attribute_tag *out, struct view v)
{
	struct wire_reader r = {.msg = v};

	wire_le32(&r, &out->attributes);  /* 0 FileAttributes */
	wire_le32(&r, &out->reparse_tag); /* 4 ReparseTag */
	return wire_status(&r);
}

void fscc_attribute_tag_encode(struct wire_writer *w, const struct fscc_attribute_tag *v)
{
	wire_put_le32(w, v->attributes);
	wire_put_le32(w, v->reparse_tag);
}

enum ns_err fscc_stream_decode(struct fscc_stream *out, struct view v)
{
	struct wire_reader r = {.msg = v};
	uint32_t next, len;

	wire_le32(&r, &next);                 /*  0 NextEntryOffset */
	wire_le32(&r, &len);                  /*  4 StreamNameLength */
	wire_le64(&r, &out->size);            /*  8 StreamSize */
	wire_le64(&r, &out->allocation_size); /* 16 StreamAllocationSize */
	wire_take(&r, len, &out->name);       /* 24 StreamName */
	if (next != 0 && (next < r.pos || next > v.n))
		wire_fail(&r, NS_EFORMAT);
	return wire_status(&r);
}

void fscc_stream_encode(struct wire_writer *w, const struct fscc_stream *v)
{
	wire_put_le32(w, 0);
	wire_put_le32(w, (uint32_t)v->name.n);
	wire_put_le64(w, v->size);
	wire_put_le64(w, v->allocation_size);
	wire_put_bytes(w, v->name);
}

enum ns_err fscc_id_decode(struct fscc_id *out, struct view v)
{
	struct wire_reader r = {.msg = v};

	wire_le64(&r, &out->volume_serial);               /* 0 VolumeSerialNumber */
	wire_copy(&r, out->file_id, sizeof out->file_id); /* 8 FileId */
	return wire_status(&r);
}

void fscc_id_encode(struct wire_writer *w, const struct fscc_id *v)
{
	wire_put_le64(w, v->volume_serial);
	wire_put_bytes(w, view_of(v->file_id, sizeof v->file_id));
}

enum ns_err fscc_name_decode(struct view *out, struct view v)
{
	struct wire_reader r = {.msg = v};

	name_read(&r, out);
	return wire_status(&r);
}

void fscc_name_encode(struct wire_writer *w, struct view name)
{
	wire_put_le32(w, (uint32_t)name.n);
	wire_put_bytes(w, name);
}

enum ns_err fscc_compression_decode(struct fscc_compression *out, struct view v)
{
	struct wire_reader r = {.msg = v};

	wire_le64(&r, &out->size);   /*  0 CompressedFileSize */
	wire_le16(&r, &out->format); /*  8 CompressionFormat */
	wire_skip(&r, 6);            /* 10 ...Shift, Reserved */
	return wire_status(&r);
}

void fscc_compression_encode(struct wire_writer *w, const struct fscc_compression *v)
{
	wire_put_le64(w, v->size);
	wire_put_le16(w, v->format);
	wire_put_zero(w, 6);
}
