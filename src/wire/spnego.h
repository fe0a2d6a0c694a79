/* SPDX-License-Identifier: MIT */
/*
 * The tokens of SPNEGO, RFC 4178 and [MS-SPNG]: shells around the tokens of a mechanism.
 * Views borrow from the token that was decoded.
 */
#ifndef WIRE_SPNEGO_H
#define WIRE_SPNEGO_H

#include <stdbool.h>

#include "wire/reader.h"
#include "wire/writer.h"

enum spnego_mech {
	SPNEGO_MECH_NONE,    /* no supportedMech */
	SPNEGO_MECH_KRB5,    /* 1.2.840.113554.1.2.2 */
	SPNEGO_MECH_MS_KRB5, /* 1.2.840.48018.1.2.2: the same with a bit lost, long ago */
	SPNEGO_MECH_NTLMSSP, /* 1.3.6.1.4.1.311.2.2.10 */
	SPNEGO_MECH_SPNEGO,  /* 1.3.6.1.5.5.2: frames initial tokens, never a choice */
	SPNEGO_MECH_OTHER,   /* one we don't know; cannot be encoded */
};

/* The contents of the OID; empty for NONE and OTHER. */
struct view spnego_mech_oid(enum spnego_mech mech);
enum spnego_mech spnego_mech_of(struct view oid);

/* Windows offers five; a list longer than this is NS_ELIMIT. */
#define SPNEGO_MECHS_MAX 32

/* What Windows and Samba say in a hint, [MS-SPNG] 3.2.5.2. */
#define SPNEGO_HINT VIEW_LITERAL("not_defined_in_RFC4178@please_ignore")

/*
 * NegTokenInit (RFC 4178 4.2.1), and with a hint NegTokenInit2 ([MS-SPNG] 2.2.1), which a
 * server sends in its NEGOTIATE response.  An empty view is an absent field.
 */
struct spnego_init {
	enum spnego_mech mechs[SPNEGO_MECHS_MAX]; /* most preferred first */
	size_t mech_count;
	struct view mech_list;  /* decoded: the bytes that a mechListMIC covers */
	struct view mech_token; /* of mechs[0] */
	struct view hint_name;
	struct view mic; /* mechListMIC */
};

enum spnego_state {
	SPNEGO_ACCEPT_COMPLETED = 0,
	SPNEGO_ACCEPT_INCOMPLETE = 1,
	SPNEGO_REJECT = 2,
	SPNEGO_REQUEST_MIC = 3,
	SPNEGO_STATE_NONE, /* no negState */
};

/* NegTokenResp, RFC 4178 4.2.2. */
struct spnego_resp {
	enum spnego_state state;
	enum spnego_mech mech; /* supportedMech */
	struct view response_token;
	struct view mic; /* mechListMIC */
};

enum spnego_kind {
	SPNEGO_KIND_UNKNOWN,
	SPNEGO_KIND_INIT,
	SPNEGO_KIND_RESP,
	SPNEGO_KIND_RAW_NTLMSSP, /* no SPNEGO at all: some clients do */
};

enum spnego_kind spnego_kind(struct view token);

/*
 * With or without the GSS-API frame (RFC 2743 3.1).  An empty list of mechanisms is
 * NS_EFORMAT; reqFlags and hintAddress are skipped.
 */
NS_MUST_USE enum ns_err spnego_init_decode(struct spnego_init *out, struct view token);

/* Framed.  mech_list is not looked at: spnego_mech_list_encode() gives its bytes. */
void spnego_init_encode(struct wire_writer *w, const struct spnego_init *v);

/* The DER of MechTypeList, what a mechListMIC covers (RFC 4178 5). */
void spnego_mech_list_encode(struct wire_writer *w, const enum spnego_mech *mechs,
			     size_t count);

NS_MUST_USE enum ns_err spnego_resp_decode(struct spnego_resp *out, struct view token);
void spnego_resp_encode(struct wire_writer *w, const struct spnego_resp *v);

/* The GSS-API frame of an initial token, RFC 2743 3.1: mechanism and what it frames. */
NS_MUST_USE enum ns_err gss_frame_decode(enum spnego_mech *mech, struct view *inner,
					 struct view token);

/* The frame's head; `n` bytes of the mechanism follow. */
void gss_frame_put(struct wire_writer *w, enum spnego_mech mech, size_t n);

#endif
