/* SPDX-License-Identifier: MIT */
#include "fuzz/stable.h"

/* As the struct may hold views, what is compared is what they encode to. */
static void encode(struct buf *out, const struct codec *c, const void *v)
{
	struct wire_writer w;

	buf_init(out, FUZZ_ENCODED_MAX);
	w = wire_writer_at_end(out);
	wire_put_zero(&w, c->header);
	c->encode(&w, v);
	FUZZ_CHECK(wire_put_status(&w) == NS_OK);
}

void fuzz_stable(const struct codec *c, struct view message)
{
	void *v = calloc(1, c->size);
	struct buf first, second;
	struct view copy;

	FUZZ_CHECK(v != NULL);
	if (c->decode(v, message) == NS_OK) {
		encode(&first, c, v);
		copy = view_dup(buf_view(&first));
		FUZZ_CHECK(c->decode(v, copy) == NS_OK);
		encode(&second, c, v);
		FUZZ_CHECK(view_equal(copy, buf_view(&second)));
		view_free(copy);
		buf_release(&first);
		buf_release(&second);
	}
	free(v);
}

void fuzz_stable_behind(const struct codec *c, struct view bytes)
{
	uint8_t *message = calloc(1, c->header + bytes.n + 1);
	struct view exact;

	FUZZ_CHECK(message != NULL);
	if (bytes.n > 0)
		memcpy(message + c->header, bytes.p, bytes.n);
	exact = view_dup(view_of(message, c->header + bytes.n));
	free(message);
	fuzz_stable(c, exact);
	view_free(exact);
}
