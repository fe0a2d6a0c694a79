/* SPDX-License-Identifier: MIT */
/*
 * FILETIME: 100-nanosecond steps since 1601-01-01 UTC ([MS-DTYP] 2.3.3), as a uint64_t.
 * All functions are pure; no clock is read here.
 */
#ifndef BASE_NTTIME_H
#define BASE_NTTIME_H

#include <stdint.h>
#include <time.h>

#define NTTIME_PER_SECOND UINT64_C(10000000)

/* Windows reads the highest bit as a sign (a relative time), so no date has it. */
#define NTTIME_MAX UINT64_C(0x7fffffffffffffff)

/* A time before 1601 becomes 0, one past NTTIME_MAX becomes NTTIME_MAX. */
uint64_t nttime_from_unix(int64_t seconds);
uint64_t nttime_from_timespec(struct timespec ts);

/* Rounded down to the second.  A value above NTTIME_MAX counts as NTTIME_MAX. */
int64_t nttime_to_unix(uint64_t t);

/* tv_nsec is in [0, 999999900] also for times before 1970. */
struct timespec nttime_to_timespec(uint64_t t);

#endif
