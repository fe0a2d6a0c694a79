/* SPDX-License-Identifier: MIT */
/*
 * What every message codec must stand, said once: a vector decodes, each of its truncations
 * is refused, bad offsets and lengths are refused, and what was decoded encodes to the same
 * bytes, or to nothing if the buffer may not hold them.
 *
 * A vector is the hex of a message's body; it is put behind a header of zeroes, which no
 * body decoder looks at.
 */
#ifndef TESTS_UNIT_WIRE_CODEC_H
#define TESTS_UNIT_WIRE_CODEC_H

#include "lib/hex.h"
#include "wire/smb2_hdr.h"

struct codec {
	size_t size;   /* of the plain struct */
	size_t header; /* bytes in front of the body */
	enum ns_err (*decode)(void *out, struct view msg);
	void (*encode)(struct wire_writer *w, const void *v);
};

/* Defines `<message>_codec` for struct <message> with <message>_decode() and _encode(). */
#define CODEC_BEHIND(header, message)                                                      \
	static enum ns_err message##_decode_any(void *out, struct view msg)                \
	{                                                                                  \
		return message##_decode(out, msg);                                         \
	}                                                                                  \
	static void message##_encode_any(struct wire_writer *w, const void *v)             \
	{                                                                                  \
		message##_encode(w, v);                                                    \
	}                                                                                  \
	static const struct codec message##_codec = {                                      \
		sizeof(struct message),                                                    \
		(header),                                                                  \
		message##_decode_any,                                                      \
		message##_encode_any,                                                      \
	}

#define CODEC(message) CODEC_BEHIND(SMB2_HDR_LEN, message)

/* `n` bytes at `at` in the body are overwritten with `value`, little-endian. */
struct codec_row {
	const char *what;
	size_t at;
	size_t n;
	uint32_t value;
	enum ns_err want;
};

/* The message of a vector, freed with view_free(). */
struct view codec_message(const struct codec *c, const char *hex);

void codec_refuses_truncations(const struct codec *c, const char *hex);
void codec_gives_errors(const struct codec *c, const char *hex,
			const struct codec_row *rows, size_t count);

/* decode, then encode, gives the vector; a smaller maximum gives NS_ELIMIT. */
void codec_is_its_own_inverse(const struct codec *c, const char *hex);

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
