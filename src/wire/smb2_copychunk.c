/* SPDX-License-Identifier: MIT */
#include "wire/smb2_copychunk.h"

#define CHUNK_LEN 24

/* ------------------------------------------------------------------------- the key -- */

struct smb2_resume_key_rsp smb2_resume_key_of(struct smb2_file_id id)
{
	struct smb2_resume_key_rsp rsp = {0};
	uint64_t persistent = id.persistent_id, v = id.volatile_id;

	for (size_t i = 0; i < sizeof(uint64_t); i++) {
		rsp.key[i] = (uint8_t)(persistent >> 8 * i);
		rsp.key[8 + i] = (uint8_t)(v >> 8 * i);
	}
	return rsp;
}

bool smb2_resume_key_file_id(struct smb2_file_id *out,
			     const uint8_t key[SMB2_RESUME_KEY_LEN])
{
	struct wire_reader r = {.msg = view_of(key, SMB2_RESUME_KEY_LEN)};
	uint64_t zero;

	smb2_file_id_read(&r, out);
	wire_le64(&r, &zero);
	return wire_status(&r) == NS_OK && zero == 0;
}

enum ns_err smb2_resume_key_rsp_decode(struct smb2_resume_key_rsp *out, struct view v)
{
	struct wire_reader r = {.msg = v};
	uint32_t context_length;

	wire_copy(&r, out->key, sizeof(out->key)); /*  0 ResumeKey */
	wire_le32(&r, &context_length);            /* 24 ContextLength, "MUST ignore" */
	wire_skip(&r, 4);                          /* 28 Context */
	return wire_status(&r);
}

void smb2_resume_key_rsp_encode(struct wire_writer *w, const struct smb2_resume_key_rsp *v)
{
	wire_put_bytes(w, view_of(v->key, sizeof(v->key)));
	wire_put_le32(w, 0);
	wire_put_le32(w, 0);
}

/* --------------------------------------------------------------------- what is asked -- */

enum ns_err smb2_copychunk_req_decode(struct smb2_copychunk_req *out, struct view v)
{
	struct wire_reader r = {.msg = v};

	wire_copy(&r, out->key, sizeof(out->key));                   /*  0 SourceKey */
	wire_le32(&r, &out->count);                                  /* 24 ChunkCount */
	wire_skip(&r, 4);                                            /* 28 Reserved */
	wire_take(&r, (size_t)out->count * CHUNK_LEN, &out->chunks); /* 32 Chunks */
	return wire_status(&r);
}

void smb2_copychunk_req_encode(struct wire_writer *w, const struct smb2_copychunk_req *v)
{
	wire_put_bytes(w, view_of(v->key, sizeof(v->key)));
	wire_put_le32(w, v->count);
	wire_put_le32(w, 0);
	wire_put_bytes(w, v->chunks);
}

bool smb2_copychunk_next(struct wire_reader *r, struct smb2_copychunk *out)
{
	*out = (struct smb2_copychunk){0};
	if (wire_left(r) == 0)
		return false;
	wire_le64(r, &out->source_offset); /*  0 SourceOffset */
	wire_le64(r, &out->target_offset); /*  8 TargetOffset */
	wire_le32(r, &out->length);        /* 16 Length */
	wire_skip(r, 4);                   /* 20 Reserved */
	return wire_status(r) == NS_OK;
}

void smb2_copychunk_put(struct wire_writer *w, const struct smb2_copychunk *v)
{
	wire_put_le64(w, v->source_offset);
	wire_put_le64(w, v->target_offset);
	wire_put_le32(w, v->length);
	wire_put_le32(w, 0);
}

/* ---------------------------------------------------------------------- the response -- */

enum ns_err smb2_copychunk_rsp_decode(struct smb2_copychunk_rsp *out, struct view v)
{
	struct wire_reader r = {.msg = v};

	wire_le32(&r, &out->chunks_written);      /* 0 ChunksWritten */
	wire_le32(&r, &out->chunk_bytes_written); /* 4 ChunkBytesWritten */
	wire_le32(&r, &out->total_bytes_written); /* 8 TotalBytesWritten */
	return wire_status(&r);
}

void smb2_copychunk_rsp_encode(struct wire_writer *w, const struct smb2_copychunk_rsp *v)
{
	wire_put_le32(w, v->chunks_written);
	wire_put_le32(w, v->chunk_bytes_written);
	wire_put_le32(w, v->total_bytes_written);
}
