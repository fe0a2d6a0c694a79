/* SPDX-License-Identifier: MIT */
#include "wire/security_descriptor.h"

#define SE_DACL_PRESENT  0x0004u
#define SE_SELF_RELATIVE 0x8000u
#define ACL_REVISION     2
#define ACE_ALLOWED      0x00u

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
	struct security_ace *ace;
	uint8_t type;
	uint16_t size;

	wire_u8(r, &type);   /* 0 AceType */
	wire_skip(r, 1);     /* 1 AceFlags */
	wire_le16(r, &size); /* 2 AceSize */
	if (r->err == NS_OK && size < 4)
		wire_fail(r, NS_EFORMAT);
	if (r->err != NS_OK)
		return;
	wire_take(r, size - 4u, &body.msg);
	if (r->err != NS_OK || type != ACE_ALLOWED)
		return;
	if (out->aces == SECURITY_ACES_MAX) {
		wire_fail(r, NS_ELIMIT);
		return;
	}
	ace = &out->dacl[out->aces++];
	wire_le32(&body, &ace->mask); /* 4 Mask */
	sid_read(&body, &ace->sid);   /* 8 Sid */
	wire_fail(r, wire_status(&body));
}

static enum ns_err dacl_at(struct security_descriptor *out, struct view v, uint32_t off)
{
	struct wire_reader r = at(v, off);
	uint16_t size, count;

	wire_skip(&r, 2);      /* 0 AclRevision, Sbz1 */
	wire_le16(&r, &size);  /* 2 AclSize */
	wire_le16(&r, &count); /* 4 AceCount */
	wire_skip(&r, 2);      /* 6 Sbz2 */
	if (r.err == NS_OK && (size < 8 || size - 8u > wire_left(&r)))
		wire_fail(&r, NS_ETRUNC);
	if (r.err == NS_OK)
		r.msg.n = r.pos + size - 8u;
	for (size_t i = 0; r.err == NS_OK && i < count; i++)
		ace_read(&r, out);
	return wire_status(&r);
}

enum ns_err security_descriptor_decode(struct security_descriptor *out, struct view v)
{
	struct wire_reader r = {.msg = v};
	uint16_t control;
	uint32_t owner, group, dacl;
	enum ns_err err;

	*out = (struct security_descriptor){0};
	wire_skip(&r, 2);        /*  0 Revision, Sbz1 */
	wire_le16(&r, &control); /*  2 Control */
	wire_le32(&r, &owner);   /*  4 OffsetOwner */
	wire_le32(&r, &group);   /*  8 OffsetGroup */
	wire_skip(&r, 4);        /* 12 OffsetSacl */
	wire_le32(&r, &dacl);    /* 16 OffsetDacl */
	err = wire_status(&r);
	out->has_owner = owner != 0;
	out->has_group = group != 0;
	out->has_dacl = (control & SE_DACL_PRESENT) && dacl != 0;
	if (err == NS_OK && out->has_owner)
		err = sid_at(&out->owner, v, owner);
	if (err == NS_OK && out->has_group)
		err = sid_at(&out->group, v, group);
	if (err == NS_OK && out->has_dacl)
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

		wire_put_u8(w, ACE_ALLOWED);
		wire_put_u8(w, 0);
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
	unsigned control = SE_SELF_RELATIVE | (v->has_dacl ? SE_DACL_PRESENT : 0u);

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
	if (v->has_dacl) {
		wire_patch32(w, start + 16, wire_pos(w) - start);
		dacl_put(w, v);
	}
}
