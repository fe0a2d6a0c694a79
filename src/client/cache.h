/* SPDX-License-Identifier: MIT */
/*
 * The connections kept for later calls, of the whole process: Win32 calls carry no handle,
 * and a second call on a kept connection costs one round trip where a first costs five.
 *
 * A transport is taken out for a call and given back after it, so that no two threads ever
 * share one.  It is kept for as long as the options say (10 s), looked at when it is taken
 * out, and signed off when it goes.  There is no thread and no timer: what is too old goes
 * when the cache is next used.  A child that forks starts with an empty cache and leaves
 * its parent's connections alone.
 */
#ifndef CLIENT_CACHE_H
#define CLIENT_CACHE_H

#include "client/transport.h"

/* A run over 200 servers leaves 200 behind; the oldest go where there are more. */
#define CACHE_MAX 256

/* A live transport for that server and those options, or NULL.  The caller owns it. */
struct transport *cache_take(const struct server_name *name,
			     const struct netsess_options *o, uint64_t now);

/* Keeps it for keep_ms, or closes it where it is not fit for that. */
void cache_give(struct transport *t, unsigned keep_ms, uint64_t now);

/* Closes all.  True if there were any: their descriptors are free now. */
bool cache_flush(void);

/* What is known of a server from earlier connections: it refuses compounds. */
bool cache_no_compound(const struct server_name *name);
void cache_learn_no_compound(const struct server_name *name);

#endif
