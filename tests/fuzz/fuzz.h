/* SPDX-License-Identifier: MIT */
/*
 * What every fuzz target is made of.  A target is one file with LLVMFuzzerTestOneInput();
 * it is linked with libFuzzer, or with replay.c, which runs it over files: the corpora of
 * tests/fuzz/corpus/ are tests of `make check`.
 *
 * A target takes its input apart with the struct fuzz_input: reads past the end give zeroes
 * and nothing, so every input means something.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include "base/span.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold whatever the input: its failure is a finding. */
#define FUZZ_CHECK(condition)                                                              \
	do {                                                                               \
		if (!(condition)) {                                                        \
			(void)fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__,           \
				      #condition);                                         \
			abort();                                                           \
		}                                                                          \
	} while (0)

struct fuzz_input {
	struct view rest;
};

static inline struct fuzz_input fuzz_input_of(const uint8_t *data, size_t size)
{
	return (struct fuzz_input){.rest = view_of(data, size)};
}

/* The next n bytes, or what is left of them. */
static inline struct view fuzz_bytes(struct fuzz_input *in, size_t n)
{
	struct view v = view_slice(in->rest, 0, n);

	in->rest = view_slice(in->rest, v.n, SIZE_MAX);
	return v;
}

static inline uint8_t fuzz_u8(struct fuzz_input *in)
{
	struct view v = fuzz_bytes(in, 1);

	return v.n > 0 ? v.p[0] : 0;
}

static inline uint16_t fuzz_u16(struct fuzz_input *in)
{
	uint16_t low = fuzz_u8(in);

	return (uint16_t)(low | fuzz_u8(in) << 8);
}

static inline uint32_t fuzz_u32(struct fuzz_input *in)
{
	uint32_t low = fuzz_u16(in);

	return low | (uint32_t)fuzz_u16(in) << 16;
}

/* One of `n` possibilities, n > 0. */
static inline size_t fuzz_below(struct fuzz_input *in, size_t n)
{
	return (n <= 256 ? fuzz_u8(in) : fuzz_u16(in)) % n;
}

#endif
