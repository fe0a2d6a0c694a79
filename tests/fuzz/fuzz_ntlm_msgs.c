/* SPDX-License-Identifier: MIT */
/* The messages of NTLM and the lists in them.  The first byte chooses. */
#include "fuzz/fuzz.h"
#include "lib/hex.h"
#include "security/ntlm_msg.h"

#define ENCODED_MAX (1u << 18)

static void negotiate(struct view msg)
{
	struct ntlm_negotiate a, b;
	struct buf out;

	if (ntlm_negotiate_decode(&a, msg) != NS_OK)
		return;
	buf_init(&out, ENCODED_MAX);
	FUZZ_CHECK(ntlm_negotiate_encode(&out, &a) == NS_OK);
	FUZZ_CHECK(ntlm_negotiate_decode(&b, buf_view(&out)) == NS_OK);
	FUZZ_CHECK(a.flags == b.flags);
	buf_release(&out);
}

static void pairs(struct view list)
{
	struct ntlm_av_pairs v;
	struct buf out;

	if (ntlm_av_decode(&v, list) != NS_OK)
		return;
	buf_init(&out, ENCODED_MAX);
	if (ntlm_av_answer(&out, list, VIEW_LITERAL("c\0i\0f\0s\0")) == NS_OK)
		FUZZ_CHECK(ntlm_av_decode(&v, buf_view(&out)) == NS_OK);
	buf_release(&out);
}

static void challenge(struct view msg)
{
	struct ntlm_challenge a, b;
	struct buf out;

	if (ntlm_challenge_decode(&a, msg) != NS_OK)
		return;
	pairs(a.target_info);
	buf_init(&out, ENCODED_MAX);
	FUZZ_CHECK(ntlm_challenge_encode(&out, &a) == NS_OK);
	FUZZ_CHECK(ntlm_challenge_decode(&b, buf_view(&out)) == NS_OK);
	FUZZ_CHECK(a.flags == b.flags && view_equal(a.target_name, b.target_name));
	FUZZ_CHECK(view_equal(a.target_info, b.target_info));
	buf_release(&out);
}

static void authenticate(struct view msg)
{
	struct ntlm_authenticate a, b;
	struct buf out;

	if (ntlm_authenticate_decode(&a, msg) != NS_OK)
		return;
	buf_init(&out, ENCODED_MAX);
	FUZZ_CHECK(ntlm_authenticate_encode(&out, &a) == NS_OK);
	FUZZ_CHECK(ntlm_authenticate_decode(&b, buf_view(&out)) == NS_OK);
	FUZZ_CHECK(a.flags == b.flags && b.has_mic);
	FUZZ_CHECK(view_equal(a.lm_response, b.lm_response));
	FUZZ_CHECK(view_equal(a.nt_response, b.nt_response));
	FUZZ_CHECK(view_equal(a.domain, b.domain) && view_equal(a.user, b.user));
	FUZZ_CHECK(view_equal(a.workstation, b.workstation));
	FUZZ_CHECK(view_equal(a.session_key, b.session_key));
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const decoders[])(struct view msg) = {negotiate, challenge,
							    authenticate, pairs};
	struct fuzz_input in = fuzz_input_of(data, size);
	uint8_t which = fuzz_u8(&in);
	struct view msg = view_dup(in.rest);

	if (which < sizeof(decoders) / sizeof(decoders[0]))
		decoders[which](msg);
	view_free(msg);
	return 0;
}
