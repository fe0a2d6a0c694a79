/* SPDX-License-Identifier: MIT */
#include "base/nttime.h"

/* Seconds from 1601-01-01 to 1970-01-01: 369 years, 89 of them leap years. */
#define UNIX_EPOCH INT64_C(11644473600)

#define NTTIME_STEP_NS 100u

static uint64_t from_parts(int64_t seconds, uint64_t steps)
{
	const int64_t last = (int64_t)(NTTIME_MAX / NTTIME_PER_SECOND) - UNIX_EPOCH;

	if (seconds < -UNIX_EPOCH)
		return 0;
	if (seconds >= last)
		return NTTIME_MAX;
	return (uint64_t)(seconds + UNIX_EPOCH) * NTTIME_PER_SECOND + steps;
}

uint64_t nttime_from_unix(int64_t seconds)
{
	return from_parts(seconds, 0);
}

uint64_t nttime_from_timespec(struct timespec ts)
{
	return from_parts(ts.tv_sec, (uint64_t)ts.tv_nsec / NTTIME_STEP_NS);
}

int64_t nttime_to_unix(uint64_t t)
{
	if (t > NTTIME_MAX)
		t = NTTIME_MAX;
	return (int64_t)(t / NTTIME_PER_SECOND) - UNIX_EPOCH;
}

struct timespec nttime_to_timespec(uint64_t t)
{
	if (t > NTTIME_MAX)
		t = NTTIME_MAX;
	return (struct timespec){
		.tv_sec = nttime_to_unix(t),
		.tv_nsec = (long)(t % NTTIME_PER_SECOND * NTTIME_STEP_NS),
	};
}
