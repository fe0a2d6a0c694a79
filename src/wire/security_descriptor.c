/* SPDX-License-Identifier: MIT */
#include "wire/security_descriptor.h"

#define SE_SACL_PRESENT 0x0010u
#define ACL_REVISION    2
#define ACL_HEADER      8u
#define ACE_HEADER      4u

/* What Control says of the descriptor's form, and not of its content. */
#define SE_FORM (SE_SELF_RELATIVE | SE_DACL_PRESENT | SE_SACL_PRESENT)

bool sid_equal(const struct sid *a, const struct sid *b)
{
	if (a->authority != b->authority || a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->sub[i] != b->sub[i])
			return false;
	return true;
}

static void sid_read(struct wire_reader *r, struct sid *out)
{
	uint8_t revision, byte;

	*out = (struct sid){0};
	wire_u8(r, &revision);   /* 0 Revision */
	wire_u8(r, &out->count); /* 1 SubAuthorityCount */
	if (r->err == NS_OK && (revision != 1 || out->count > SID_SUB_AUTHORITIES_MAX))
		wire_fail(r, NS_EFORMAT);
	for (size_t i = 0; i < 6; i++) { /* 2 IdentifierAuthority, big-endian */
		wire_u8(r, &byte);
		out->authority = out->authority << 8 | byte;
	}
	for (size_t i = 0; r->err == NS_OK && i < out->count; i++)
		wire_le32(r, &out->sub[i]); /* 8 SubAuthority */
}

static void sid_put(struct wire_writer *w, const struct sid *v)
{
	wire_put_u8(w, 1);
	wire_put_u8(w, v->count);
	for (size_t i = 6; i-- > 0;)
		wire_put_u8(w, (uint8_t)(v->authority >> 8 * i));
	for (size_t i = 0; i < v->count; i++)
		wire_put_le32(w, v->sub[i]);
}

/* A reader that stands at an offset of the descriptor, behind its fixed part. */
static struct wire_reader at(struct view v, uint32_t off)
{
	struct wire_reader r = {.msg = v};

	if (off < 20)
		wire_fail(&r, NS_EFORMAT);
	wire_skip(&r, off);
	return r;
}

static enum ns_err sid_at(struct sid *out, struct view v, uint32_t off)
{
	struct wire_reader r = at(v, off);

	sid_read(&r, out);
	return wire_status(&r);
}

static void ace_read(struct wire_reader *r, struct security_descriptor *out)
{
	struct wire_reader body = {0};
	struct security_ace ace = {0};
	uint16_t size;

	wire_u8(r, &ace.type);  /* 0 AceType */
	wire_u8(r, &ace.flags); /* 1 AceFlags */
	wire_le16(r, &size);    /* 2 AceSize, "MUST be a multiple of 4" */
	if (r->err == NS_OK && (size < ACE_HEADER || size % 4 != 0))
		wire_fail(r, NS_EFORMAT);
	if (r->err == NS_OK && ace.type != ACE_ALLOWED && ace.type != ACE_DENIED)
		wire_fail(r, NS_EUNSUPPORTED);
	if (r->err == NS_OK && out->aces == SECURITY_ACES_MAX)
		wire_fail(r, NS_ELIMIT);
	wire_take(r, r->err == NS_OK ? size - ACE_HEADER : 0, &body.msg);
	wire_le32(&body, &ace.mask); /* 4 Mask */
	sid_read(&body, &ace.sid);   /* 8 Sid; what may follow is an application's */
	if (body.err != NS_OK)
		wire_fail(r, body.err);
	if (r->err == NS_OK)
		out->dacl[out->aces++] = ace;
}

static enum ns_err dacl_at(struct security_descriptor *out, struct view v, uint32_t off)
{
	struct wire_reader r = at(v, off);
	uint16_t size, count;

	wire_skip(&r, 2);      /* 0 AclRevision, Sbz1 */
	wire_le16(&r, &size);  /* 2 AclSize */
	wire_le16(&r, &count); /* 4 AceCount */
	wire_skip(&r, 2);      /* 6 Sbz2 */
	if (r.err == NS_OK && (size < ACL_HEADER || size - ACL_HEADER > wire_left(&r)))
		wire_fail(&r, NS_ETRUNC);
	if (r.err == NS_OK)
		r.msg.n = r.pos + size - ACL_HEADER;
	for (size_t i = 0; r.err == NS_OK && i < count; i++)
		ace_read(&r, out);
	return wire_status(&r);
}

enum ns_err security_descriptor_decode(struct security_descriptor *out, struct view v)
{
	struct wire_reader r = {.msg = v};
	uint8_t revision;
	uint32_t owner, group, dacl;
	enum ns_err err;

	*out = (struct security_descriptor){0};
	wire_u8(&r, &revision);       /*  0 Revision */
	wire_skip(&r, 1);             /*  1 Sbz1 */
	wire_le16(&r, &out->control); /*  2 Control */
	wire_le32(&r, &owner);        /*  4 OffsetOwner */
	wire_le32(&r, &group);        /*  8 OffsetGroup */
	wire_skip(&r, 4);             /* 12 OffsetSacl */
	wire_le32(&r, &dacl);         /* 16 OffsetDacl */
	if (r.err == NS_OK && (revision != 1 || (out->control & SE_SELF_RELATIVE) == 0))
		wire_fail(&r, NS_EFORMAT);
	err = wire_status(&r);
	out->has_owner = owner != 0;
	out->has_group = group != 0;
	out->has_dacl = (out->control & SE_DACL_PRESENT) != 0;
	out->null = out->has_dacl && dacl == 0;
	out->control &= (uint16_t)~SE_FORM;
	if (err == NS_OK && out->has_owner)
		err = sid_at(&out->owner, v, owner);
	if (err == NS_OK && out->has_group)
		err = sid_at(&out->group, v, group);
	if (err == NS_OK && out->has_dacl && !out->null)
		err = dacl_at(out, v, dacl);
	return err;
}

static void dacl_put(struct wire_writer *w, const struct security_descriptor *v)
{
	size_t start = wire_pos(w);

	wire_put_u8(w, ACL_REVISION);
	wire_put_u8(w, 0);
	wire_put_le16(w, 0); /* AclSize */
	wire_put_le16(w, (uint16_t)v->aces);
	wire_put_le16(w, 0);
	for (size_t i = 0; i < v->aces; i++) {
		size_t ace = wire_pos(w);

		wire_put_u8(w, v->dacl[i].type);
		wire_put_u8(w, v->dacl[i].flags);
		wire_put_le16(w, 0); /* AceSize */
		wire_put_le32(w, v->dacl[i].mask);
		sid_put(w, &v->dacl[i].sid);
		wire_patch16(w, ace + 2, wire_pos(w) - ace);
	}
	wire_patch16(w, start + 2, wire_pos(w) - start);
}

void security_descriptor_encode(struct wire_writer *w, const struct security_descriptor *v)
{
	size_t start = wire_pos(w);
	unsigned control =
		v->control | SE_SELF_RELATIVE | (v->has_dacl ? SE_DACL_PRESENT : 0u);

	wire_put_u8(w, 1);
	wire_put_u8(w, 0);
	wire_put_le16(w, (uint16_t)control);
	wire_put_zero(w, 16); /* the four offsets */
	if (v->has_owner) {
		wire_patch32(w, start + 4, wire_pos(w) - start);
		sid_put(w, &v->owner);
	}
	if (v->has_group) {
		wire_patch32(w, start + 8, wire_pos(w) - start);
		sid_put(w, &v->group);
	}
	if (v->has_dacl && !v->null) {
		wire_patch32(w, start + 16, wire_pos(w) - start);
		dacl_put(w, v);
	}
}
