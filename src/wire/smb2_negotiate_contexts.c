/* SPDX-License-Identifier: MIT */
#include "wire/smb2_negotiate_contexts.h"

#define CONTEXT_ALIGNMENT  8
#define DATA_LENGTH_BEFORE 6 /* DataLength stands this far before Data */
#define RDMA_RESERVED      6 /* Reserved1, Reserved2 */

static void algorithms_decode(struct wire_reader *r, struct smb2_algorithms *out,
			      uint16_t count)
{
	if (count == 0 || out->count > 0) /* a context that says nothing, or comes twice */
		wire_fail(r, NS_EFORMAT);
	if (count > SMB2_ALGORITHMS_MAX)
		wire_fail(r, NS_ELIMIT);
	if (wire_status(r) != NS_OK)
		return;
	for (size_t i = 0; i < count; i++)
		wire_le16(r, &out->id[i]);
	out->count = count;
}

static void algorithms_put(struct wire_writer *w, const struct smb2_algorithms *v)
{
	for (size_t i = 0; i < v->count; i++)
		wire_put_le16(w, v->id[i]);
}

/* 2.2.3.1.1 */
static void preauth_decode(struct wire_reader *r, struct smb2_negotiate_contexts *out)
{
	uint16_t count, salt;

	wire_le16(r, &count); /* 0 HashAlgorithmCount */
	wire_le16(r, &salt);  /* 2 SaltLength */
	algorithms_decode(r, &out->preauth, count);
	wire_take(r, salt, &out->preauth_salt);
}

/* 2.2.3.1.2, 2.2.3.1.6 and 2.2.3.1.7: a count, reserved bytes or none, the list. */
static void list_decode(struct wire_reader *r, struct smb2_algorithms *out, size_t reserved)
{
	uint16_t count;

	wire_le16(r, &count); /* 0 CipherCount, TransformCount, SigningAlgorithmCount */
	wire_skip(r, reserved);
	algorithms_decode(r, out, count);
}

/* 2.2.3.1.3 */
static void compression_decode(struct wire_reader *r, struct smb2_negotiate_contexts *out)
{
	uint16_t count;

	wire_le16(r, &count);                  /* 0 CompressionAlgorithmCount */
	wire_skip(r, 2);                       /* 2 Padding */
	wire_le32(r, &out->compression_flags); /* 4 Flags */
	algorithms_decode(r, &out->compression, count);
}

/* 2.2.3.1.5 */
static void transport_decode(struct wire_reader *r, struct smb2_negotiate_contexts *out)
{
	if (out->has_transport)
		wire_fail(r, NS_EFORMAT);
	wire_le32(r, &out->transport_flags); /* 0 Flags */
	out->has_transport = true;
}

/*
 * What stands behind a context's known fields, inside its DataLength, is left unread: that
 * is where a later version would put more.
 */
static enum ns_err data_decode(struct smb2_negotiate_contexts *out, uint16_t type,
			       struct view data)
{
	struct wire_reader r = {.msg = data};

	switch (type) {
	case SMB2_PREAUTH_INTEGRITY_CAPABILITIES:
		preauth_decode(&r, out);
		break;
	case SMB2_ENCRYPTION_CAPABILITIES:
		list_decode(&r, &out->encryption, 0);
		break;
	case SMB2_COMPRESSION_CAPABILITIES:
		compression_decode(&r, out);
		break;
	case SMB2_NETNAME_NEGOTIATE_CONTEXT_ID:
		if (out->netname.n > 0)
			return NS_EFORMAT;
		out->netname = data;
		break;
	case SMB2_TRANSPORT_CAPABILITIES:
		transport_decode(&r, out);
		break;
	case SMB2_RDMA_TRANSFORM_CAPABILITIES:
		list_decode(&r, &out->rdma, RDMA_RESERVED);
		break;
	case SMB2_SIGNING_CAPABILITIES:
		list_decode(&r, &out->signing, 0);
		break;
	default: /* the peer may know more types than we do */
		break;
	}
	return wire_status(&r);
}

enum ns_err smb2_negotiate_contexts_decode(struct smb2_negotiate_contexts *out,
					   struct view list, size_t count)
{
	struct wire_reader r = {.msg = list};

	*out = (struct smb2_negotiate_contexts){0};
	for (size_t i = 0; i < count && wire_status(&r) == NS_OK; i++) {
		struct view data;
		uint16_t type, length;

		wire_align(&r, CONTEXT_ALIGNMENT);
		wire_le16(&r, &type);   /* 0 ContextType */
		wire_le16(&r, &length); /* 2 DataLength */
		wire_skip(&r, 4);       /* 4 Reserved */
		wire_take(&r, length, &data);
		if (wire_status(&r) == NS_OK)
			wire_fail(&r, data_decode(out, type, data));
	}
	return wire_status(&r);
}

/* Returns where Data begins, for context_end(). */
static size_t context_begin(struct wire_writer *w, uint16_t type)
{
	wire_put_align(w, CONTEXT_ALIGNMENT);
	wire_put_le16(w, type);
	wire_put_le16(w, 0); /* DataLength: context_end() */
	wire_put_le32(w, 0);
	return wire_pos(w);
}

static void context_end(struct wire_writer *w, size_t data)
{
	wire_patch16(w, data - DATA_LENGTH_BEFORE, wire_pos(w) - data);
}

/* Each of these appends its context if it is present, and returns how many that were. */

static size_t preauth_put(struct wire_writer *w, const struct smb2_negotiate_contexts *v)
{
	size_t data;

	if (v->preauth.count == 0)
		return 0;
	data = context_begin(w, SMB2_PREAUTH_INTEGRITY_CAPABILITIES);
	wire_put_le16(w, (uint16_t)v->preauth.count);
	wire_put_le16(w, 0); /* SaltLength */
	algorithms_put(w, &v->preauth);
	wire_patch16(w, data + 2, v->preauth_salt.n);
	wire_put_bytes(w, v->preauth_salt);
	context_end(w, data);
	return 1;
}

/* 2.2.3.1.2, 2.2.3.1.6 and 2.2.3.1.7: a count, reserved bytes or none, the list. */
static size_t list_put(struct wire_writer *w, uint16_t type,
		       const struct smb2_algorithms *v, size_t reserved)
{
	size_t data;

	if (v->count == 0)
		return 0;
	data = context_begin(w, type);
	wire_put_le16(w, (uint16_t)v->count);
	wire_put_zero(w, reserved);
	algorithms_put(w, v);
	context_end(w, data);
	return 1;
}

static size_t netname_put(struct wire_writer *w, struct view netname)
{
	size_t data;

	if (netname.n == 0)
		return 0;
	data = context_begin(w, SMB2_NETNAME_NEGOTIATE_CONTEXT_ID);
	wire_put_bytes(w, netname);
	context_end(w, data);
	return 1;
}

static size_t transport_put(struct wire_writer *w, const struct smb2_negotiate_contexts *v)
{
	size_t data;

	if (!v->has_transport)
		return 0;
	data = context_begin(w, SMB2_TRANSPORT_CAPABILITIES);
	wire_put_le32(w, v->transport_flags);
	context_end(w, data);
	return 1;
}

size_t smb2_negotiate_contexts_encode(struct wire_writer *w,
				      const struct smb2_negotiate_contexts *v)
{
	size_t count = 0;

	count += preauth_put(w, v);
	count += list_put(w, SMB2_ENCRYPTION_CAPABILITIES, &v->encryption, 0);
	count += netname_put(w, v->netname);
	count += transport_put(w, v);
	count += list_put(w, SMB2_RDMA_TRANSFORM_CAPABILITIES, &v->rdma, RDMA_RESERVED);
	count += list_put(w, SMB2_SIGNING_CAPABILITIES, &v->signing, 0);
	return count;
}
