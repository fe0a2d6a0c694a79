/* SPDX-License-Identifier: MIT */
#include "security/pac.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include "wire/reader.h"

/* [MS-DTYP] 2.4.2: a SID has at most fifteen subauthorities. */
#define SUBAUTHORITIES_MAX 15

/* "S-1-", the authority, and "-4294967295" for each subauthority and the one put behind. */
#define SID_TEXT_MAX 256

/* [MS-RPCE] 2.2.6: version 1, little-endian, headers of 8 bytes each. */
#define SERIAL_VERSION   1
#define SERIAL_LITTLE    0x10
#define SERIAL_HEADER    8
#define STRINGS_BEFORE   6 /* EffectiveName ... HomeDirectoryDrive */
#define GROUP_ATTRIBUTES 4

struct sid {
	uint64_t authority;
	uint32_t sub[SUBAUTHORITIES_MAX];
	uint8_t n;
};

/* A pointer in the structure, and what it needs to be read when its turn comes. */
struct member {
	bool present;
	uint32_t count;
};

struct logon_info {
	struct member strings[STRINGS_BEFORE + 2];
	uint32_t user_id;
	uint32_t primary_group;
	struct member groups;
	struct member domain;
	struct member extra;
	struct member resource_domain;
	struct member resource_groups;
};

static bool pull_pointer(struct wire_reader *r)
{
	uint32_t referent;

	wire_le32(r, &referent);
	return referent != 0;
}

/* RPC_UNICODE_STRING: its lengths come again with the pointee. */
static void pull_string(struct wire_reader *r, struct member *m)
{
	wire_skip(r, 4);
	m->present = pull_pointer(r);
}

static void pull_counted(struct wire_reader *r, struct member *m)
{
	wire_le32(r, &m->count);
	m->present = pull_pointer(r);
}

/* KERB_VALIDATION_INFO in the order of its members. */
static void pull_info(struct wire_reader *r, struct logon_info *info)
{
	wire_skip(r, 6 * 8); /* LogonTime ... PasswordMustChange */
	for (size_t i = 0; i < STRINGS_BEFORE; i++)
		pull_string(r, &info->strings[i]);
	wire_skip(r, 4); /* LogonCount, BadPasswordCount */
	wire_le32(r, &info->user_id);
	wire_le32(r, &info->primary_group);
	pull_counted(r, &info->groups);
	wire_skip(r, 4 + 16); /* UserFlags, UserSessionKey */
	pull_string(r, &info->strings[STRINGS_BEFORE]);
	pull_string(r, &info->strings[STRINGS_BEFORE + 1]);
	info->domain.present = pull_pointer(r);
	wire_skip(r, 2 * 4 + 4 + 4 + 2 * 8 + 4 + 4); /* Reserved1 ... Reserved3 */
	pull_counted(r, &info->extra);
	info->resource_domain.present = pull_pointer(r);
	pull_counted(r, &info->resource_groups);
}

/* A string's pointee; what it says is of no use here. */
static void skip_string(struct wire_reader *r, const struct member *m)
{
	uint32_t units;

	if (!m->present)
		return;
	wire_align(r, 4);
	wire_skip(r, 4 + 4);
	wire_le32(r, &units);
	wire_skip(r, (size_t)units * 2);
}

/* RPC_SID, a conformant structure: the count of its array comes first. */
static void pull_sid(struct wire_reader *r, struct sid *sid)
{
	uint32_t count;
	uint8_t revision, byte;

	*sid = (struct sid){0};
	wire_align(r, 4);
	wire_le32(r, &count);
	wire_u8(r, &revision);
	wire_u8(r, &sid->n);
	for (int i = 0; i < 6; i++) {
		wire_u8(r, &byte); /* the one big-endian number of all this */
		sid->authority = sid->authority << 8 | byte;
	}
	if (revision != 1 || count != sid->n || sid->n > SUBAUTHORITIES_MAX) {
		wire_fail(r, NS_EFORMAT);
		sid->n = 0;
	}
	for (size_t i = 0; i < sid->n; i++)
		wire_le32(r, &sid->sub[i]);
}

/* "S-1-5-21-1-2-3" and, if there is one, the relative id behind it. */
static enum ns_err put_sid(struct buf *out, const struct sid *sid, const uint32_t *rid)
{
	char text[SID_TEXT_MAX];
	size_t n = (size_t)snprintf(text, sizeof(text), "S-1-%" PRIu64, sid->authority);

	for (size_t i = 0; i < sid->n; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "-%" PRIu32, sid->sub[i]);
	if (rid != NULL)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "-%" PRIu32, *rid);
	return buf_append(out, view_of(text, n + 1));
}

/*
 * GROUP_MEMBERSHIPs are read before the SID of their domain is known: their place is kept,
 * and gone back to.
 */
static struct wire_reader skip_groups(struct wire_reader *r, const struct member *m)
{
	struct wire_reader groups = {.err = NS_EUNEXPECTED};
	uint32_t count;

	if (!m->present)
		return groups;
	wire_align(r, 4);
	wire_le32(r, &count);
	if (count != m->count)
		wire_fail(r, NS_EFORMAT);
	groups = *r;
	wire_skip(r, (size_t)m->count * 8);
	return groups;
}

static enum ns_err put_groups(struct buf *out, const struct sid *domain,
			      struct wire_reader groups, const struct member *m)
{
	enum ns_err err = NS_OK;
	uint32_t rid;

	for (uint32_t i = 0; m->present && i < m->count && err == NS_OK; i++) {
		wire_le32(&groups, &rid);
		wire_skip(&groups, GROUP_ATTRIBUTES);
		err = wire_status(&groups);
		if (err == NS_OK)
			err = put_sid(out, domain, &rid);
	}
	return err;
}

/* KERB_SID_AND_ATTRIBUTES: all pointers first, then the SIDs. */
static enum ns_err put_extra(struct buf *out, struct wire_reader *r, const struct member *m)
{
	enum ns_err err = NS_OK;
	struct wire_reader pointers;
	struct sid sid;
	uint32_t count;

	if (!m->present)
		return NS_OK;
	wire_align(r, 4);
	wire_le32(r, &count);
	if (count != m->count)
		wire_fail(r, NS_EFORMAT);
	pointers = *r;
	wire_skip(r, (size_t)m->count * 8);
	for (uint32_t i = 0; i < m->count && err == NS_OK && r->err == NS_OK; i++) {
		bool present = pull_pointer(&pointers);

		wire_skip(&pointers, GROUP_ATTRIBUTES);
		if (!present)
			continue;
		pull_sid(r, &sid);
		if (r->err == NS_OK)
			err = put_sid(out, &sid, NULL);
	}
	return err != NS_OK ? err : wire_status(r);
}

/* What the pointers point to, in their order. */
static enum ns_err put_all(struct buf *out, struct wire_reader *r,
			   const struct logon_info *info)
{
	struct sid domain = {0}, resource_domain = {0};
	struct wire_reader groups, resource_groups;
	enum ns_err err;

	for (size_t i = 0; i < STRINGS_BEFORE; i++)
		skip_string(r, &info->strings[i]);
	groups = skip_groups(r, &info->groups);
	skip_string(r, &info->strings[STRINGS_BEFORE]);
	skip_string(r, &info->strings[STRINGS_BEFORE + 1]);
	if (!info->domain.present)
		return NS_EFORMAT;
	pull_sid(r, &domain);
	err = wire_status(r);
	if (err == NS_OK)
		err = put_sid(out, &domain, &info->user_id);
	if (err == NS_OK)
		err = put_sid(out, &domain, &info->primary_group);
	if (err == NS_OK)
		err = put_groups(out, &domain, groups, &info->groups);
	if (err == NS_OK)
		err = put_extra(out, r, &info->extra);
	if (err != NS_OK || !info->resource_domain.present)
		return err;
	pull_sid(r, &resource_domain);
	resource_groups = skip_groups(r, &info->resource_groups);
	err = wire_status(r);
	return err != NS_OK ? err
			    : put_groups(out, &resource_domain, resource_groups,
					 &info->resource_groups);
}

enum ns_err pac_sids(struct buf *out, struct view logon_info)
{
	struct wire_reader r = {.msg = logon_info};
	struct logon_info info = {0};
	uint8_t version, order;
	enum ns_err err;

	wire_u8(&r, &version);
	wire_u8(&r, &order);
	wire_expect16(&r, SERIAL_HEADER);
	wire_skip(&r, 4 + SERIAL_HEADER); /* filler; ObjectBufferLength and filler */
	if (version != SERIAL_VERSION || order != SERIAL_LITTLE || !pull_pointer(&r))
		wire_fail(&r, NS_EFORMAT);
	pull_info(&r, &info);
	err = wire_status(&r);
	return err == NS_OK ? put_all(out, &r, &info) : err;
}
