/* SPDX-License-Identifier: MIT */
/* SPNEGO's tokens and the DER they are made of.  The input is one token. */
#include "fuzz/stable.h"
#include "wire/der.h"
#include "wire/spnego.h"

static enum ns_err init_decode(void *out, struct view token)
{
	struct spnego_init *v = out;
	enum ns_err err = spnego_init_decode(v, token);

	/* A mechanism that we don't know has no name to be written with. */
	for (size_t i = 0; err == NS_OK && i < v->mech_count; i++)
		if (v->mechs[i] == SPNEGO_MECH_OTHER)
			return NS_EUNSUPPORTED;
	return err;
}

static void init_encode(struct wire_writer *w, const void *v)
{
	spnego_init_encode(w, v);
}

static enum ns_err resp_decode(void *out, struct view token)
{
	struct spnego_resp *v = out;
	enum ns_err err = spnego_resp_decode(v, token);

	return err == NS_OK && v->mech == SPNEGO_MECH_OTHER ? NS_EUNSUPPORTED : err;
}

static void resp_encode(struct wire_writer *w, const void *v)
{
	spnego_resp_encode(w, v);
}

static const struct codec init_codec = {sizeof(struct spnego_init), 0, init_decode,
					init_encode};
static const struct codec resp_codec = {sizeof(struct spnego_resp), 0, resp_decode,
					resp_encode};

/* Every element, as far as they are some. */
static void walk(struct view bytes)
{
	struct wire_reader r = {.msg = bytes};
	size_t before;

	while (wire_left(&r) > 0 && wire_status(&r) == NS_OK) {
		before = r.pos;
		der_skip(&r);
		FUZZ_CHECK(wire_status(&r) != NS_OK || r.pos > before);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view token = view_of(data, size);
	enum spnego_mech mech;
	struct view inner;

	walk(token);
	(void)spnego_kind(token);
	if (gss_frame_decode(&mech, &inner, token) == NS_OK)
		FUZZ_CHECK(inner.n <= token.n);
	fuzz_stable(&init_codec, token);
	fuzz_stable(&resp_codec, token);
	return 0;
}
