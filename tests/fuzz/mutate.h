/* SPDX-License-Identifier: MIT */
/*
 * An honest message, changed as the input says.  Each byte of an input that is even leaves
 * the message alone, so a short input is an honest conversation.
 */
#ifndef TESTS_FUZZ_MUTATE_H
#define TESTS_FUZZ_MUTATE_H

#include "base/buf.h"
#include "fuzz/fuzz.h"

/* Changes what of `b` begins at `from`; nothing once the input is used up. */
void fuzz_mutate(struct buf *b, size_t from, struct fuzz_input *in);

#endif
