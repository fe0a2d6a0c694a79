/* SPDX-License-Identifier: MIT */
#include "server/counters.h"

void server_counters_each(const struct server_counters *counters,
			  void (*each)(void *ctx, const char *name, const char *text,
				       uint64_t value),
			  void *ctx)
{
#define COUNTER(name, text) each(ctx, #name, text, counters->name);
	SERVER_COUNTERS(COUNTER)
#undef COUNTER
}
