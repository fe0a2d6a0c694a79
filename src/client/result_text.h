/* SPDX-License-Identifier: MIT */
/*
 * UTF-8 copies of the texts of a result.  They are made when asked for and live in chunks,
 * so that a hundred thousand short names do not cost as many blocks.
 */
#ifndef CLIENT_RESULT_TEXT_H
#define CLIENT_RESULT_TEXT_H

#include "base/span.h"

struct text_chunk;

/*
 * The UTF-16LE text in UTF-8 with a NUL; what is not valid UTF-16 becomes U+FFFD.  NULL
 * when memory is short.  Lives until the chunks are freed.
 */
const char *text_chunks_add(struct text_chunk **chunks, struct view utf16le);

void text_chunks_free(struct text_chunk *chunks);

#endif
