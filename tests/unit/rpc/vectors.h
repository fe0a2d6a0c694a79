/* SPDX-License-Identifier: MIT */
/* The stubs of tests/vectors/ndr-vectors.txt, one a line: "label ... | length | hex". */
#ifndef TESTS_UNIT_RPC_VECTORS_H
#define TESTS_UNIT_RPC_VECTORS_H

#include "lib/hex.h"

/* The bytes of the vector with this label, on the heap; fails the test if there is none. */
struct view vector(const char *label);

#endif
