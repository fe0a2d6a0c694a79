/* SPDX-License-Identifier: MIT */
#include "security/ntlm_msg.h"

#include "wire/reader.h"
#include "wire/writer.h"

enum message_type {
	NTLM_NEGOTIATE = 1,
	NTLM_CHALLENGE = 2,
	NTLM_AUTHENTICATE = 3,
};

static const uint8_t signature[8] = {'N', 'T', 'L', 'M', 'S', 'S', 'P', 0};

/*
 * 2.2.2.10 VERSION, for people who read traces: NTLMRevisionCurrent is what Windows has
 * sent since 2003, and 6.1 the first release that knew all that is used here.
 */
static const uint8_t version[8] = {6, 1, 0, 0, 0, 0, 0, 0x0f};

/* Offsets of the payload, which is where the fixed parts end. */
#define NEGOTIATE_PAYLOAD    40
#define CHALLENGE_PAYLOAD    56
#define AUTHENTICATE_PAYLOAD 88

/* Each of these says that a CHALLENGE_MESSAGE has a TargetName. */
#define HAS_TARGET_NAME                                                                    \
	(NTLMSSP_REQUEST_TARGET | NTLMSSP_TARGET_TYPE_DOMAIN | NTLMSSP_TARGET_TYPE_SERVER)

/* A variable field's length and offset, as the fixed part has them. */
struct field {
	uint16_t len;
	uint32_t off;
};

static void read_head(struct wire_reader *r, enum message_type type, struct view msg)
{
	struct view sig;

	if (msg.n > NTLM_MESSAGE_MAX)
		wire_fail(r, NS_ELIMIT);
	wire_take(r, sizeof(signature), &sig); /*  0 Signature */
	wire_expect32(r, (uint32_t)type);      /*  8 MessageType */
	if (!view_equal(sig, view_of(signature, sizeof(signature))))
		wire_fail(r, NS_EFORMAT);
}

static void read_field(struct wire_reader *r, struct field *f)
{
	wire_le16(r, &f->len);
	wire_skip(r, 2); /* MaxLen: MUST be ignored on receipt */
	wire_le32(r, &f->off);
}

static void write_head(struct wire_writer *w, enum message_type type)
{
	wire_put_bytes(w, view_of(signature, sizeof(signature)));
	wire_put_le32(w, (uint32_t)type);
}

/* A field in the fixed part whose bytes will stand at *payload; moves that on. */
static void write_field(struct wire_writer *w, size_t *payload, struct view v)
{
	if (v.n > UINT16_MAX)
		wire_put_fail(w, NS_ELIMIT);
	wire_put_le16(w, (uint16_t)v.n);
	wire_put_le16(w, (uint16_t)v.n);
	wire_put_le32(w, (uint32_t)*payload);
	*payload += v.n;
}

enum ns_err ntlm_negotiate_decode(struct ntlm_negotiate *out, struct view msg)
{
	struct wire_reader r = {.msg = msg};

	read_head(&r, NTLM_NEGOTIATE, msg);
	wire_le32(&r, &out->flags); /* 12 NegotiateFlags; the first clients ended here */
	return wire_status(&r);
}

enum ns_err ntlm_negotiate_encode(struct buf *out, const struct ntlm_negotiate *msg)
{
	struct wire_writer w = wire_writer_at_end(out);
	size_t payload = NEGOTIATE_PAYLOAD;

	write_head(&w, NTLM_NEGOTIATE);
	wire_put_le32(&w, msg->flags);                         /* 12 NegotiateFlags */
	write_field(&w, &payload, (struct view){0});           /* 16 DomainName */
	write_field(&w, &payload, (struct view){0});           /* 24 Workstation */
	wire_put_bytes(&w, view_of(version, sizeof(version))); /* 32 Version */
	return wire_put_status(&w);
}

enum ns_err ntlm_challenge_decode(struct ntlm_challenge *out, struct view msg)
{
	struct wire_reader r = {.msg = msg};
	struct field name, info;

	*out = (struct ntlm_challenge){0};
	read_head(&r, NTLM_CHALLENGE, msg);
	read_field(&r, &name);                                    /* 12 TargetName */
	wire_le32(&r, &out->flags);                               /* 20 NegotiateFlags */
	wire_copy(&r, out->server_challenge, NTLM_CHALLENGE_LEN); /* 24 ServerChallenge */
	wire_skip(&r, 8);                                         /* 32 Reserved */
	read_field(&r, &info);                                    /* 40 TargetInfo */
	if ((out->flags & HAS_TARGET_NAME) != 0)
		wire_view(&r, name.off, name.len, &out->target_name);
	if ((out->flags & NTLMSSP_NEGOTIATE_TARGET_INFO) != 0)
		wire_view(&r, info.off, info.len, &out->target_info);
	return wire_status(&r);
}

enum ns_err ntlm_challenge_encode(struct buf *out, const struct ntlm_challenge *msg)
{
	struct wire_writer w = wire_writer_at_end(out);
	size_t payload = CHALLENGE_PAYLOAD;

	write_head(&w, NTLM_CHALLENGE);
	write_field(&w, &payload, msg->target_name);
	wire_put_le32(&w, msg->flags);
	wire_put_bytes(&w, view_of(msg->server_challenge, NTLM_CHALLENGE_LEN));
	wire_put_zero(&w, 8);
	write_field(&w, &payload, msg->target_info);
	wire_put_bytes(&w, view_of(version, sizeof(version))); /* 48 Version */
	wire_put_bytes(&w, msg->target_name);
	wire_put_bytes(&w, msg->target_info);
	return wire_put_status(&w);
}

/*
 * The MIC was added to an older message: it is there if all of the payload begins behind
 * it.  Empty fields may point anywhere.
 */
static bool has_room_for_mic(const struct field *fields, size_t n, struct view msg)
{
	if (msg.n < AUTHENTICATE_PAYLOAD)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (fields[i].len > 0 && fields[i].off < AUTHENTICATE_PAYLOAD)
			return false;
	}
	return true;
}

enum ns_err ntlm_authenticate_decode(struct ntlm_authenticate *out, struct view msg)
{
	struct wire_reader r = {.msg = msg};
	struct field f[6] = {{0}};
	struct view *views[6] = {&out->lm_response, &out->nt_response, &out->domain,
				 &out->user,        &out->workstation, &out->session_key};

	*out = (struct ntlm_authenticate){0};
	read_head(&r, NTLM_AUTHENTICATE, msg);
	for (size_t i = 0; i < 6; i++)
		read_field(&r, &f[i]); /* 12, 20, 28, 36, 44, 52 */
	wire_le32(&r, &out->flags);    /* 60 NegotiateFlags */
	out->has_mic = r.err == NS_OK && has_room_for_mic(f, 6, msg);
	if (out->has_mic) {
		wire_skip(&r, 8);                      /* 64 Version */
		wire_copy(&r, out->mic, NTLM_MIC_LEN); /* 72 MIC */
	}
	for (size_t i = 0; i < 6; i++)
		wire_view(&r, f[i].off, f[i].len, views[i]);
	return wire_status(&r);
}

enum ns_err ntlm_authenticate_encode(struct buf *out, const struct ntlm_authenticate *msg)
{
	struct wire_writer w = wire_writer_at_end(out);
	size_t payload = AUTHENTICATE_PAYLOAD;
	/* The order of the fields is the order of the payload. */
	struct view views[6] = {msg->lm_response, msg->nt_response, msg->domain,
				msg->user,        msg->workstation, msg->session_key};

	write_head(&w, NTLM_AUTHENTICATE);
	for (size_t i = 0; i < 6; i++)
		write_field(&w, &payload, views[i]);
	wire_put_le32(&w, msg->flags);
	wire_put_bytes(&w, view_of(version, sizeof(version)));
	wire_put_bytes(&w, view_of(msg->mic, NTLM_MIC_LEN));
	for (size_t i = 0; i < 6; i++)
		wire_put_bytes(&w, views[i]);
	return wire_put_status(&w);
}

/* One AV_PAIR; false at MsvAvEOL or on an error. */
static bool av_next(struct wire_reader *r, uint16_t *id, struct view *value)
{
	uint16_t len;

	wire_le16(r, id);
	wire_le16(r, &len);
	wire_take(r, len, value);
	return wire_status(r) == NS_OK && *id != NTLM_AV_EOL;
}

enum ns_err ntlm_av_decode(struct ntlm_av_pairs *out, struct view list)
{
	struct wire_reader r = {.msg = list};
	struct wire_reader flags, timestamp;
	struct view value;
	uint16_t id;

	*out = (struct ntlm_av_pairs){0};
	while (av_next(&r, &id, &value)) {
		if (id >= NTLM_AV_KNOWN || out->present[id])
			continue;
		out->present[id] = true;
		out->value[id] = value;
	}
	if (wire_status(&r) != NS_OK)
		return wire_status(&r);
	flags = (struct wire_reader){.msg = out->value[NTLM_AV_FLAGS]};
	timestamp = (struct wire_reader){.msg = out->value[NTLM_AV_TIMESTAMP]};
	if (out->present[NTLM_AV_FLAGS])
		wire_le32(&flags, &out->flags);
	if (out->present[NTLM_AV_TIMESTAMP])
		wire_le64(&timestamp, &out->timestamp);
	if (wire_status(&flags) != NS_OK || wire_left(&flags) != 0 ||
	    wire_status(&timestamp) != NS_OK || wire_left(&timestamp) != 0)
		return NS_EFORMAT;
	return NS_OK;
}

enum ns_err ntlm_av_put(struct buf *out, enum ntlm_av_id id, struct view value)
{
	struct wire_writer w = wire_writer_at_end(out);

	if (value.n > UINT16_MAX)
		return NS_ELIMIT;
	wire_put_le16(&w, (uint16_t)id);
	wire_put_le16(&w, (uint16_t)value.n);
	wire_put_bytes(&w, value);
	return wire_put_status(&w);
}

/* The server's pairs that a client passes on: those it does not set itself. */
static enum ns_err put_server_pairs(struct buf *out, struct view server_list)
{
	struct wire_reader r = {.msg = server_list};
	enum ns_err err = NS_OK;
	struct view value;
	uint16_t id;

	while (err == NS_OK && av_next(&r, &id, &value)) {
		if (id != NTLM_AV_FLAGS && id != NTLM_AV_TARGET_NAME &&
		    id != NTLM_AV_CHANNEL_BINDINGS)
			err = ntlm_av_put(out, (enum ntlm_av_id)id, value);
	}
	return err != NS_OK ? err : wire_status(&r);
}

enum ns_err ntlm_av_answer(struct buf *out, struct view server_list,
			   struct view service_name)
{
	static const uint8_t no_bindings[16] = {0};
	uint8_t flags[4] = {NTLM_AV_FLAG_MIC, 0, 0, 0};
	struct ntlm_av_pairs av;
	enum ns_err err;

	err = ntlm_av_decode(&av, server_list);
	if (err == NS_OK)
		err = put_server_pairs(out, server_list);
	/* Of the server's flags the lowest byte is all that was ever defined. */
	flags[0] |= (uint8_t)av.flags;
	if (err == NS_OK)
		err = ntlm_av_put(out, NTLM_AV_FLAGS, view_of(flags, sizeof(flags)));
	if (err == NS_OK)
		err = ntlm_av_put(out, NTLM_AV_CHANNEL_BINDINGS,
				  view_of(no_bindings, sizeof(no_bindings)));
	if (err == NS_OK)
		err = ntlm_av_put(out, NTLM_AV_TARGET_NAME, service_name);
	return err == NS_OK ? ntlm_av_put(out, NTLM_AV_EOL, (struct view){0}) : err;
}
