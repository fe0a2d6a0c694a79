/* SPDX-License-Identifier: MIT */
#include "wire/smb1_negotiate.h"

#define PROTOCOL_ID       0x424d53ffu /* 0xFF 'S' 'M' 'B' */
#define COMMAND_NEGOTIATE 0x72
#define HEADER_REST       27 /* from Status to MID: 32 bytes in all */
#define BUFFER_FORMAT     0x02
#define FLAGS_CASELESS    0x18
#define FLAGS2_LONG_NAMES 0xc843 /* Unicode, NT status, extended security, long names */

/* The text up to its NUL, which is skipped. */
static void take_string(struct wire_reader *r, struct view *out)
{
	struct view rest = view_slice(r->msg, r->pos, SIZE_MAX);
	const uint8_t *nul = rest.n > 0 ? memchr(rest.p, 0, rest.n) : NULL;

	*out = (struct view){0};
	if (nul == NULL) {
		wire_fail(r, NS_ETRUNC);
		return;
	}
	wire_take(r, (size_t)(nul - rest.p), out);
	wire_skip(r, 1);
}

static void take_dialects(struct wire_reader *r, struct smb1_negotiate_req *out)
{
	size_t n = 0;

	while (wire_left(r) > 0 && wire_status(r) == NS_OK) {
		struct view name;
		uint8_t format;

		wire_u8(r, &format); /* BufferFormat */
		if (format != BUFFER_FORMAT)
			wire_fail(r, NS_EFORMAT);
		if (++n > SMB1_DIALECTS_MAX)
			wire_fail(r, NS_ELIMIT);
		take_string(r, &name);
		if (view_equal(name, VIEW_LITERAL("SMB 2.002")))
			out->smb2_002 = true;
		if (view_equal(name, VIEW_LITERAL("SMB 2.???")))
			out->smb2_wildcard = true;
	}
}

enum ns_err smb1_negotiate_req_decode(struct smb1_negotiate_req *out, struct view msg)
{
	struct wire_reader r = {.msg = msg}, names = {0};
	uint8_t command, words;
	uint16_t bytes;

	*out = (struct smb1_negotiate_req){0};
	wire_expect32(&r, PROTOCOL_ID); /*  0 Protocol */
	wire_u8(&r, &command);          /*  4 Command */
	wire_skip(&r, HEADER_REST);     /*  5 Status ... MID */
	wire_u8(&r, &words);            /* 32 WordCount */
	wire_le16(&r, &bytes);          /* 33 ByteCount */
	wire_take(&r, bytes, &names.msg);
	if (wire_status(&r) != NS_OK)
		return wire_status(&r);
	if (command != COMMAND_NEGOTIATE)
		return NS_EUNSUPPORTED;
	if (words != 0 || bytes == 0)
		return NS_EFORMAT;
	take_dialects(&names, out);
	return wire_status(&names);
}

static void put_dialect(struct wire_writer *w, const char *name)
{
	wire_put_u8(w, BUFFER_FORMAT);
	wire_put_bytes(w, view_of_string(name));
	wire_put_u8(w, 0);
}

void smb1_negotiate_req_encode(struct wire_writer *w, const struct smb1_negotiate_req *v)
{
	size_t count_at, start;

	wire_put_le32(w, PROTOCOL_ID);
	wire_put_u8(w, COMMAND_NEGOTIATE);
	wire_put_le32(w, 0); /* Status */
	wire_put_u8(w, FLAGS_CASELESS);
	wire_put_le16(w, FLAGS2_LONG_NAMES);
	wire_put_zero(w, 20); /* PIDHigh ... MID */
	wire_put_u8(w, 0);    /* WordCount */
	count_at = wire_pos(w);
	wire_put_le16(w, 0); /* ByteCount */
	start = wire_pos(w);
	put_dialect(w, "NT LM 0.12");
	if (v->smb2_002)
		put_dialect(w, "SMB 2.002");
	if (v->smb2_wildcard)
		put_dialect(w, "SMB 2.???");
	wire_patch16(w, count_at, wire_pos(w) - start);
}
