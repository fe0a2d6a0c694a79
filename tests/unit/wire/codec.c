/* SPDX-License-Identifier: MIT */
#include "codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct view codec_message(const struct codec *c, const char *hex)
{
	return view_of_hex_behind(c->header, hex);
}

void codec_refuses_truncations(const struct codec *c, const char *hex)
{
	struct view msg = codec_message(c, hex);
	void *out = calloc(1, c->size);

	assert_non_null(out);
	assert_int_equal(c->decode(out, msg), NS_OK);
	for (size_t n = 0; n < msg.n; n++) {
		struct view cut = view_dup(view_of(msg.p, n));

		if (c->decode(out, cut) == NS_OK)
			fail_msg("accepted %zu of %zu bytes", n, msg.n);
		view_free(cut);
	}
	free(out);
	view_free(msg);
}

void codec_gives_errors(const struct codec *c, const char *hex,
			const struct codec_row *rows, size_t count)
{
	void *out = calloc(1, c->size);

	assert_non_null(out);
	for (size_t i = 0; i < count; i++) {
		struct view msg = codec_message(c, hex);
		struct buf b;
		enum ns_err err;

		buf_init(&b, msg.n);
		assert_int_equal(buf_append(&b, msg), NS_OK);
		assert_true(c->header + rows[i].at + rows[i].n <= msg.n);
		for (size_t k = 0; k < rows[i].n; k++)
			b.p[c->header + rows[i].at + k] = (uint8_t)(rows[i].value >> 8 * k);
		view_free(msg);
		msg = view_dup(buf_view(&b));
		err = c->decode(out, msg);
		if (err != rows[i].want)
			fail_msg("%s: %s", rows[i].what, ns_err_name(err));
		view_free(msg);
		buf_release(&b);
	}
	free(out);
}

/* Encodes behind a header of zeroes into at most `max` bytes. */
static enum ns_err encode(struct buf *out, const struct codec *c, const void *v, size_t max)
{
	struct wire_writer w;

	buf_init(out, max);
	w = wire_writer_at_end(out);
	wire_put_zero(&w, c->header);
	c->encode(&w, v);
	return wire_put_status(&w);
}

void codec_is_its_own_inverse(const struct codec *c, const char *hex)
{
	struct view msg = codec_message(c, hex);
	void *v = calloc(1, c->size);
	struct buf b;

	assert_non_null(v);
	assert_int_equal(c->decode(v, msg), NS_OK);
	assert_int_equal(encode(&b, c, v, msg.n), NS_OK);
	assert_view_equal(buf_view(&b), msg);
	buf_release(&b);
	for (size_t max = 0; max < msg.n; max++) {
		assert_int_equal(encode(&b, c, v, max), NS_ELIMIT);
		buf_release(&b);
	}
	free(v);
	view_free(msg);
}
