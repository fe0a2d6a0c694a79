/* SPDX-License-Identifier: MIT */
/*
 * Frames, what is in them, and compounds: a stream of bytes is cut into frames; each is
 * told by its kind, and its chain walked.
 */
#include "fuzz/stable.h"
#include "wire/nbss.h"
#include "wire/smb2_transform.h"

/* Small, so that inputs can exceed it. */
#define FRAME_MAX 4096

CODEC_BEHIND(0, smb2_hdr);

static enum ns_err transform_decode(void *out, struct view msg)
{
	struct view sealed;

	return smb2_transform_decode(out, &sealed, msg);
}

static void transform_encode(struct wire_writer *w, const void *v)
{
	const struct smb2_transform *t = v;

	smb2_transform_encode(w, t);
	wire_put_zero(w, t->original_size);
}

static const struct codec transform_codec = {sizeof(struct smb2_transform), 0,
					     transform_decode, transform_encode};

static void walk_chain(struct view frame)
{
	struct smb2_chain chain = smb2_chain_of(frame);
	size_t sum = 0;
	struct view msg;

	while (smb2_chain_next(&chain, &msg)) {
		FUZZ_CHECK(msg.n >= SMB2_HDR_LEN);
		sum += msg.n;
		fuzz_stable(&smb2_hdr_codec, msg);
	}
	FUZZ_CHECK(sum <= frame.n);
	FUZZ_CHECK(chain.err != NS_OK || sum == frame.n);
	FUZZ_CHECK(!smb2_chain_next(&chain, &msg));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view rest = view_of(data, size);
	struct view frame;
	size_t total;
	enum ns_err err;

	while ((err = nbss_frame(&frame, &total, rest, FRAME_MAX)) == NS_OK) {
		FUZZ_CHECK(total <= rest.n && total == frame.n + NBSS_HDR_LEN);
		if (smb2_frame_kind(frame) == SMB2_FRAME_SEALED) {
			fuzz_stable(&transform_codec, frame);
			(void)smb2_transform_aad(frame);
		} else {
			walk_chain(frame);
		}
		rest = view_slice(rest, total, SIZE_MAX);
	}
	FUZZ_CHECK(err != NS_AGAIN || rest.n < NBSS_HDR_LEN || rest.n < total);
	return 0;
}
