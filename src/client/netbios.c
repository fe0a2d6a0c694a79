/* SPDX-License-Identifier: MIT */
#include "client/netbios.h"

#include <string.h>

#include "wire/reader.h"
#include "wire/writer.h"

/* RFC 1002 4.2.1.1, the word behind NAME_TRN_ID. */
#define FLAG_RESPONSE  0x8000
#define FLAGS_OPCODE   0x7800 /* 0: query */
#define FLAG_RECURSION 0x0100 /* RD: asked of a name server */
#define FLAG_BROADCAST 0x0010
#define FLAGS_RCODE    0x000f
#define TYPE_NB        0x0020
#define CLASS_IN       0x0001
#define NB_FLAG_GROUP  0x8000 /* 4.2.1.3 */
#define SUFFIX_SERVER  0x20   /* the file service */
#define NAME_ENCODED   (2 * (NETBIOS_NAME_MAX + 1))
#define LABEL_POINTER  0xc0 /* 4.2.1.2: the rest of the name stands elsewhere */
#define ADDR_ENTRY_LEN 6    /* NB_FLAGS and NB_ADDRESS */

static uint16_t read_be16(struct wire_reader *r)
{
	uint8_t high, low;

	wire_u8(r, &high);
	wire_u8(r, &low);
	return (uint16_t)(high << 8 | low);
}

static void put_be16(struct wire_writer *w, uint16_t v)
{
	wire_put_u8(w, (uint8_t)(v >> 8));
	wire_put_u8(w, (uint8_t)v);
}

bool netbios_name_valid(const char *name)
{
	size_t n = strlen(name);

	if (n == 0 || n > NETBIOS_NAME_MAX)
		return false;
	for (size_t i = 0; i < n; i++)
		if (name[i] <= ' ' || name[i] > '~' || strchr("./\\:[]*?\"<>|", name[i]))
			return false;
	return true;
}

/* RFC 1001 14.1, first-level encoding: each half byte as a letter from A on. */
static void name_encode(uint8_t out[NAME_ENCODED], const char *name)
{
	uint8_t bytes[NETBIOS_NAME_MAX + 1];
	size_t n = strlen(name);

	for (size_t i = 0; i < NETBIOS_NAME_MAX; i++) {
		char c = i < n ? name[i] : ' ';

		bytes[i] = (uint8_t)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
	}
	bytes[NETBIOS_NAME_MAX] = SUFFIX_SERVER;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		out[2 * i] = (uint8_t)('A' + (bytes[i] >> 4));
		out[2 * i + 1] = (uint8_t)('A' + (bytes[i] & 0x0f));
	}
}

enum ns_err netbios_query_encode(struct buf *out, uint16_t id, const char *name,
				 bool broadcast)
{
	struct wire_writer w = wire_writer_at_end(out);
	uint8_t encoded[NAME_ENCODED];

	if (!netbios_name_valid(name))
		return NS_EINVAL;
	name_encode(encoded, name);
	put_be16(&w, id); /* NAME_TRN_ID */
	put_be16(&w, FLAG_RECURSION | (broadcast ? FLAG_BROADCAST : 0));
	put_be16(&w, 1);               /* QDCOUNT */
	wire_put_zero(&w, 6);          /* ANCOUNT, NSCOUNT, ARCOUNT */
	wire_put_u8(&w, NAME_ENCODED); /* QUESTION_NAME: one label, */
	wire_put_bytes(&w, view_of(encoded, sizeof(encoded)));
	wire_put_u8(&w, 0);     /* no scope */
	put_be16(&w, TYPE_NB);  /* QUESTION_TYPE */
	put_be16(&w, CLASS_IN); /* QUESTION_CLASS */
	return wire_put_status(&w);
}

/*
 * A name without scope.  A pointer can only point at the question, which is compared where
 * it stands: so it counts as the same name there, and as malformed where none was sent.
 */
static bool read_name(struct wire_reader *r, const uint8_t want[NAME_ENCODED],
		      bool pointer_allowed)
{
	struct view name;
	uint8_t length, end;

	wire_u8(r, &length);
	if ((length & LABEL_POINTER) == LABEL_POINTER) {
		wire_skip(r, 1);
		if (!pointer_allowed)
			wire_fail(r, NS_EFORMAT);
		return true;
	}
	if (length != NAME_ENCODED)
		wire_fail(r, NS_EFORMAT);
	wire_take(r, NAME_ENCODED, &name);
	wire_u8(r, &end);
	return r->err == NS_OK && end == 0 && view_equal(name, view_of(want, NAME_ENCODED));
}

/* NB_FLAGS and NB_ADDRESS, as often as RDLENGTH has room for; groups are no server. */
static void read_addresses(struct wire_reader *r, size_t length, struct netbios_answer *out)
{
	if (length == 0 || length % ADDR_ENTRY_LEN != 0 || length > wire_left(r))
		wire_fail(r, NS_EFORMAT);
	for (size_t at = 0; r->err == NS_OK && at < length; at += ADDR_ENTRY_LEN) {
		uint16_t flags = read_be16(r);
		uint8_t address[4];

		wire_copy(r, address, sizeof(address));
		if ((flags & NB_FLAG_GROUP) != 0 || out->n == NETBIOS_ADDRESSES_MAX)
			continue;
		memcpy(out->address[out->n++], address, sizeof(address));
	}
}

enum ns_err netbios_answer_decode(struct netbios_answer *out, struct view packet,
				  uint16_t id, const char *name)
{
	struct wire_reader r = {.msg = packet};
	uint8_t want[NAME_ENCODED];
	uint16_t got_id, flags, questions, answers, type, class, length;
	bool ours = true;

	*out = (struct netbios_answer){0};
	if (!netbios_name_valid(name))
		return NS_EINVAL;
	name_encode(want, name);
	got_id = read_be16(&r);
	flags = read_be16(&r);
	questions = read_be16(&r);
	answers = read_be16(&r);
	wire_skip(&r, 4); /* NSCOUNT, ARCOUNT */
	if (r.err == NS_OK &&
	    (got_id != id || (flags & FLAG_RESPONSE) == 0 || (flags & FLAGS_OPCODE) != 0))
		return NS_EUNEXPECTED;
	if (questions > 1)
		wire_fail(&r, NS_EFORMAT);
	if (questions == 1) {
		ours = read_name(&r, want, false);
		wire_skip(&r, 4); /* QUESTION_TYPE, QUESTION_CLASS */
	}
	out->positive = (flags & FLAGS_RCODE) == 0;
	if (!out->positive && answers == 0)
		goto out; /* some say no without a record */
	ours = read_name(&r, want, questions == 1) && ours;
	type = read_be16(&r);
	class = read_be16(&r);
	wire_skip(&r, 4); /* TTL */
	length = read_be16(&r);
	if (out->positive && type == TYPE_NB)
		read_addresses(&r, length, out);
	else
		wire_skip(&r, length);
	if (r.err == NS_OK && class != CLASS_IN)
		ours = false;
	if (r.err == NS_OK && out->positive && out->n == 0)
		ours = false;
out:
	if (r.err == NS_OK && !ours)
		r.err = NS_EUNEXPECTED;
	if (r.err != NS_OK)
		*out = (struct netbios_answer){0};
	return r.err;
}
