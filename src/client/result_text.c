/* SPDX-License-Identifier: MIT */
#include "client/result_text.h"

#include <stdlib.h>

#include "base/utf16.h"

/* Holds some thousand names, and is little for a result that has one. */
#define CHUNK_SIZE 16384u

/* A UTF-16 unit is three bytes of UTF-8 at the most. */
#define UTF8_PER_UNIT 3u

struct text_chunk {
	struct text_chunk *next;
	size_t used;
	size_t size;
	char bytes[];
};

/* A place for n bytes; chunks are filled one after the other, the newest comes first. */
static char *chunk_take(struct text_chunk **chunks, size_t n)
{
	struct text_chunk *c = *chunks;
	size_t size = n > CHUNK_SIZE ? n : CHUNK_SIZE;

	if (c == NULL || n > c->size - c->used) {
		c = malloc(sizeof(*c) + size);
		if (c == NULL)
			return NULL;
		*c = (struct text_chunk){.next = *chunks, .size = size};
		*chunks = c;
	}
	c->used += n;
	return c->bytes + c->used - n;
}

const char *text_chunks_add(struct text_chunk **chunks, struct view utf16le)
{
	struct buf utf8;
	char *text = NULL;

	if (utf16le.n == 0)
		return "";
	buf_init(&utf8, (utf16le.n / 2 + 1) * UTF8_PER_UNIT);
	if (utf8_from_utf16_lossy(&utf8, utf16le) == NS_OK)
		text = chunk_take(chunks, utf8.n + 1);
	if (text != NULL) {
		memcpy(text, utf8.p, utf8.n);
		text[utf8.n] = '\0';
	}
	buf_release(&utf8);
	return text;
}

void text_chunks_free(struct text_chunk *chunks)
{
	while (chunks != NULL) {
		struct text_chunk *next = chunks->next;

		free(chunks);
		chunks = next;
	}
}
