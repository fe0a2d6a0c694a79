/* SPDX-License-Identifier: MIT */
/*
 * Makes the n-th allocation fail.  A program that uses this is linked with
 * -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup; what libraries allocate is
 *not counted.
 *
 *	for (size_t n = 0; failalloc_arm(n), run(), failalloc_hit(); n++)
 *		...;
 *	failalloc_disarm();
 */
#ifndef TESTS_LIB_FAILALLOC_H
#define TESTS_LIB_FAILALLOC_H

#include <stdbool.h>
#include <stddef.h>

/* From now on n allocations succeed, the next one fails, and those after it succeed. */
void failalloc_arm(size_t n);

/* No allocation fails, and none is counted, until the next failalloc_arm(). */
void failalloc_disarm(void);

/* Whether the one that was to fail has come and failed. */
bool failalloc_hit(void);

/* For code of the test itself in the midst of an armed run. */
void failalloc_pause(bool pause);

#endif
