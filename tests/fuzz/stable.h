/* SPDX-License-Identifier: MIT */
/*
 * What every pair of decoder and encoder must stand: what was decoded encodes, and what was
 * encoded decodes to the same again.  (The first input and the first output may differ:
 * reserved fields and padding are not kept.)
 */
#ifndef TESTS_FUZZ_STABLE_H
#define TESTS_FUZZ_STABLE_H

#include "fuzz/fuzz.h"
#include "unit/wire/codec.h"

/* The most that an encoder may write: an input is at most some KiB. */
#define FUZZ_ENCODED_MAX (1u << 20)

/* `message` begins with c->header bytes that the decoder passes over. */
void fuzz_stable(const struct codec *c, struct view message);

/* The body `bytes` behind a header of zeroes, in a block of exactly that size. */
void fuzz_stable_behind(const struct codec *c, struct view bytes);

#endif
