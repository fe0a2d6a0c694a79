/* SPDX-License-Identifier: MIT */
#include "wire/spnego.h"

#include "wire/der.h"

/* The CHOICE of RFC 4178 4.2 */
#define NEG_TOKEN_INIT DER_CONTEXT(0u)
#define NEG_TOKEN_RESP DER_CONTEXT(1u)

/* As VIEW_LITERAL(), which is no constant expression. */
#define OID(s)                                                                             \
	{                                                                                  \
		(const uint8_t *)(s), sizeof(s) - 1                                        \
	}

static const struct view oids[] = {
	[SPNEGO_MECH_NONE] = {0},
	[SPNEGO_MECH_KRB5] = OID("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"),
	[SPNEGO_MECH_MS_KRB5] = OID("\x2a\x86\x48\x82\xf7\x12\x01\x02\x02"),
	[SPNEGO_MECH_NTLMSSP] = OID("\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a"),
	[SPNEGO_MECH_SPNEGO] = OID("\x2b\x06\x01\x05\x05\x02"),
	[SPNEGO_MECH_OTHER] = {0},
};

struct view spnego_mech_oid(enum spnego_mech mech)
{
	return oids[mech];
}

enum spnego_mech spnego_mech_of(struct view oid)
{
	for (enum spnego_mech m = SPNEGO_MECH_KRB5; m < SPNEGO_MECH_OTHER; m++) {
		if (view_equal(oids[m], oid))
			return m;
	}
	return SPNEGO_MECH_OTHER;
}

enum spnego_kind spnego_kind(struct view token)
{
	struct wire_reader r = {.msg = token};
	struct view raw = VIEW_LITERAL("NTLMSSP\0");

	if (der_is(&r, DER_APPLICATION_0) || der_is(&r, NEG_TOKEN_INIT))
		return SPNEGO_KIND_INIT;
	if (der_is(&r, NEG_TOKEN_RESP))
		return SPNEGO_KIND_RESP;
	if (view_equal(view_slice(token, 0, raw.n), raw))
		return SPNEGO_KIND_RAW_NTLMSSP;
	return SPNEGO_KIND_UNKNOWN;
}

enum ns_err gss_frame_decode(enum spnego_mech *mech, struct view *inner, struct view token)
{
	struct wire_reader r = {.msg = token};
	struct wire_reader frame = der_enter(&r, DER_APPLICATION_0);
	struct view oid;

	der_take(&frame, DER_OID, &oid);
	wire_take(&frame, wire_left(&frame), inner);
	der_leave(&r, &frame);
	if (wire_left(&r) > 0)
		wire_fail(&r, NS_EFORMAT);
	*mech = spnego_mech_of(oid);
	return wire_status(&r);
}

void gss_frame_put(struct wire_writer *w, enum spnego_mech mech, size_t n)
{
	struct view oid = spnego_mech_oid(mech);

	der_put_head(w, DER_APPLICATION_0, der_size(oid.n) + n);
	der_put(w, DER_OID, oid);
}

/* [n] SomeString OPTIONAL: its contents, empty if absent. */
static void take_string(struct wire_reader *r, uint8_t n, uint8_t tag, struct view *out)
{
	struct wire_reader field;

	*out = (struct view){0};
	if (!der_is(r, DER_CONTEXT(n)))
		return;
	field = der_enter(r, DER_CONTEXT(n));
	der_take(&field, tag, out);
	der_leave(r, &field);
}

static size_t string_size(struct view v)
{
	return v.n > 0 ? der_size(der_size(v.n)) : 0;
}

static void put_string(struct wire_writer *w, uint8_t n, uint8_t tag, struct view v)
{
	if (v.n == 0)
		return;
	der_put_head(w, DER_CONTEXT(n), der_size(v.n));
	der_put(w, tag, v);
}

/* MechTypeList, RFC 4178 4.1 */
static void mech_list_decode(struct wire_reader *r, struct spnego_init *out)
{
	struct wire_reader field = der_enter(r, DER_CONTEXT(0u));
	struct wire_reader whole, list;
	struct view oid;

	der_take_whole(&field, DER_SEQUENCE, &out->mech_list);
	whole = (struct wire_reader){.msg = out->mech_list};
	list = der_enter(&whole, DER_SEQUENCE);
	while (wire_left(&list) > 0 && wire_status(&list) == NS_OK) {
		der_take(&list, DER_OID, &oid);
		if (out->mech_count == SPNEGO_MECHS_MAX)
			wire_fail(&list, NS_ELIMIT);
		else
			out->mechs[out->mech_count++] = spnego_mech_of(oid);
	}
	der_leave(&field, &list);
	der_leave(r, &field);
	if (out->mech_count == 0)
		wire_fail(r, NS_EFORMAT);
}

/* NegHints, [MS-SPNG] 2.2.1 */
static void hints_decode(struct wire_reader *r, struct spnego_init *out)
{
	struct wire_reader field = der_enter(r, DER_CONTEXT(3u));
	struct wire_reader hints = der_enter(&field, DER_SEQUENCE);

	take_string(&hints, 0, DER_GENERAL_STRING, &out->hint_name);
	der_leave_open(&field, &hints);
	der_leave(r, &field);
}

/* Field 3 is negHints in a NegTokenInit2 and mechListMIC in a NegTokenInit. */
static bool field_3_is_hints(const struct wire_reader *r)
{
	struct wire_reader ahead = *r;
	struct wire_reader field = der_enter(&ahead, DER_CONTEXT(3u));

	return der_is(&field, DER_SEQUENCE);
}

static void init_fields_decode(struct wire_reader *r, struct spnego_init *out)
{
	mech_list_decode(r, out);
	if (der_is(r, DER_CONTEXT(1u)))
		der_skip(r); /* reqFlags: unprotected, so of no use */
	take_string(r, 2, DER_OCTET_STRING, &out->mech_token);
	if (field_3_is_hints(r)) {
		hints_decode(r, out);
		take_string(r, 4, DER_OCTET_STRING, &out->mic);
	} else {
		take_string(r, 3, DER_OCTET_STRING, &out->mic);
	}
}

enum ns_err spnego_init_decode(struct spnego_init *out, struct view token)
{
	struct wire_reader r = {.msg = token};
	struct wire_reader choice, fields;
	enum spnego_mech mech = SPNEGO_MECH_SPNEGO;

	*out = (struct spnego_init){0};
	if (der_is(&r, DER_APPLICATION_0)) {
		enum ns_err err = gss_frame_decode(&mech, &r.msg, token);

		wire_fail(&r, err);
	}
	if (mech != SPNEGO_MECH_SPNEGO)
		wire_fail(&r, NS_EFORMAT);
	choice = der_enter(&r, NEG_TOKEN_INIT);
	fields = der_enter(&choice, DER_SEQUENCE);
	init_fields_decode(&fields, out);
	der_leave_open(&choice, &fields);
	der_leave(&r, &choice);
	if (wire_left(&r) > 0)
		wire_fail(&r, NS_EFORMAT);
	return wire_status(&r);
}

static size_t mech_list_size(const enum spnego_mech *mechs, size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		n += der_size(spnego_mech_oid(mechs[i]).n);
	return n;
}

void spnego_mech_list_encode(struct wire_writer *w, const enum spnego_mech *mechs,
			     size_t count)
{
	der_put_head(w, DER_SEQUENCE, mech_list_size(mechs, count));
	for (size_t i = 0; i < count; i++) {
		struct view oid = spnego_mech_oid(mechs[i]);

		if (oid.n == 0)
			wire_put_fail(w, NS_EINVAL);
		der_put(w, DER_OID, oid);
	}
}

static void hints_put(struct wire_writer *w, struct view name)
{
	size_t n = string_size(name);

	if (n == 0)
		return;
	der_put_head(w, DER_CONTEXT(3u), der_size(n));
	der_put_head(w, DER_SEQUENCE, n);
	put_string(w, 0, DER_GENERAL_STRING, name);
}

void spnego_init_encode(struct wire_writer *w, const struct spnego_init *v)
{
	bool hints = v->hint_name.n > 0;
	size_t mechs = der_size(mech_list_size(v->mechs, v->mech_count));
	size_t n = der_size(mechs) + string_size(v->mech_token) + string_size(v->mic);

	if (hints)
		n += der_size(der_size(string_size(v->hint_name)));
	gss_frame_put(w, SPNEGO_MECH_SPNEGO, der_size(der_size(n)));
	der_put_head(w, NEG_TOKEN_INIT, der_size(n));
	der_put_head(w, DER_SEQUENCE, n);
	der_put_head(w, DER_CONTEXT(0u), mechs);
	spnego_mech_list_encode(w, v->mechs, v->mech_count);
	put_string(w, 2, DER_OCTET_STRING, v->mech_token);
	hints_put(w, v->hint_name);
	put_string(w, hints ? 4 : 3, DER_OCTET_STRING, v->mic);
}

static void state_decode(struct wire_reader *r, struct spnego_resp *out)
{
	struct view state;

	if (!der_is(r, DER_CONTEXT(0u)))
		return;
	take_string(r, 0, DER_ENUMERATED, &state);
	if (state.n != 1 || state.p[0] >= SPNEGO_STATE_NONE)
		wire_fail(r, NS_EFORMAT);
	else
		out->state = (enum spnego_state)state.p[0];
}

enum ns_err spnego_resp_decode(struct spnego_resp *out, struct view token)
{
	struct wire_reader r = {.msg = token};
	struct wire_reader choice = der_enter(&r, NEG_TOKEN_RESP);
	struct wire_reader fields = der_enter(&choice, DER_SEQUENCE);
	struct view oid;

	*out = (struct spnego_resp){.state = SPNEGO_STATE_NONE, .mech = SPNEGO_MECH_NONE};
	state_decode(&fields, out);
	take_string(&fields, 1, DER_OID, &oid);
	if (oid.n > 0)
		out->mech = spnego_mech_of(oid);
	take_string(&fields, 2, DER_OCTET_STRING, &out->response_token);
	take_string(&fields, 3, DER_OCTET_STRING, &out->mic);
	der_leave_open(&choice, &fields);
	der_leave(&r, &choice);
	if (wire_left(&r) > 0)
		wire_fail(&r, NS_EFORMAT);
	return wire_status(&r);
}

void spnego_resp_encode(struct wire_writer *w, const struct spnego_resp *v)
{
	uint8_t state = (uint8_t)v->state;
	struct view state_view = view_of(&state, v->state < SPNEGO_STATE_NONE ? 1 : 0);
	struct view oid = spnego_mech_oid(v->mech);
	size_t n = string_size(state_view) + string_size(oid) +
		   string_size(v->response_token) + string_size(v->mic);

	if (v->mech == SPNEGO_MECH_OTHER)
		wire_put_fail(w, NS_EINVAL);
	der_put_head(w, NEG_TOKEN_RESP, der_size(n));
	der_put_head(w, DER_SEQUENCE, n);
	put_string(w, 0, DER_ENUMERATED, state_view);
	put_string(w, 1, DER_OID, oid);
	put_string(w, 2, DER_OCTET_STRING, v->response_token);
	put_string(w, 3, DER_OCTET_STRING, v->mic);
}
