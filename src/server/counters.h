/* SPDX-License-Identifier: MIT */
/*
 * What the server counts.  A counter that says "now" goes back to zero when everybody has
 * left; a test asserts it.  Where [MS-SRVS] 2.2.4.39 STAT_SERVER_0 or [MS-SMB2] 3.3.1.1
 * ServerStatistics has a name for it, it is in the comment.
 */
#ifndef SERVER_COUNTERS_H
#define SERVER_COUNTERS_H

#include <stdint.h>

/* clang-format off */
/* COUNTER(name, text); each is a uint64_t of struct server_counters. */
#define SERVER_COUNTERS(COUNTER)                                                           \
	COUNTER(conns_now, "connections now")                                              \
	COUNTER(conns_unauthenticated_now, "of these, without a signed-in session")        \
	COUNTER(conns_accepted, "connections taken since the start")                       \
	COUNTER(conns_refused, "connections refused by a limit")                           \
	COUNTER(conns_dropped, "connections dropped for what the peer sent or did not")    \
	COUNTER(sessions_now, "sessions now, signed in")              /* sts0_sopens */    \
	COUNTER(sessions_unauthenticated_now, "sessions now, signing in")                  \
	COUNTER(sessions_opened, "sessions signed in since the start")                     \
	COUNTER(sessions_ended, "sessions ended by an administrator")                      \
	COUNTER(sessions_timed_out, "sessions expired or cut for idleness") /* stimedout */ \
	COUNTER(sessions_errored_out, "sessions lost with their connection") /* serrorout */ \
	COUNTER(password_errors, "sign-ins refused")                  /* sts0_pwerrors */  \
	COUNTER(permission_errors, "requests refused by access")      /* sts0_permerrors */ \
	COUNTER(trees_now, "tree connects now")                                            \
	COUNTER(opens_now, "opens now, files and pipes")                                   \
	COUNTER(durables_now, "of these, durable ones whose client is away")               \
	COUNTER(durables_reconnected, "durable opens that were had back")                  \
	COUNTER(durables_scavenged, "durable opens that nobody came for in time")          \
	COUNTER(oplocks_now, "oplocks held now")                                           \
	COUNTER(leases_now, "leases held now, that give any right")                        \
	COUNTER(breaks_now, "of these, those whose clients are to let go")                 \
	COUNTER(files_opened, "files opened since the start")         /* sts0_fopens */    \
	COUNTER(pipes_opened, "pipes opened since the start")                              \
	COUNTER(locks_now, "byte-range locks now")                                         \
	COUNTER(lock_waits_now, "requests that wait for a lock now")                       \
	COUNTER(requests, "requests since the start")                                      \
	COUNTER(requests_now, "requests pending now")                                      \
	COUNTER(notifies_now, "of these, for changes in a directory")                      \
	COUNTER(watches_now, "directories now that a client has changes of")               \
	COUNTER(interims, "interim responses sent")                                        \
	COUNTER(jobs_now, "jobs in the pool now")                                          \
	COUNTER(bytes_received, "bytes received")                     /* sts0_bytesrcvd */ \
	COUNTER(bytes_sent, "bytes sent")                             /* sts0_bytessent */ \
	COUNTER(system_errors, "requests failed for want of memory")  /* sts0_syserrors */
/* clang-format on */

struct server_counters {
#define COUNTER(name, text) uint64_t name;
	SERVER_COUNTERS(COUNTER)
#undef COUNTER
};

/* Calls `each` with every counter's name, text and value, in the order above. */
void server_counters_each(const struct server_counters *counters,
			  void (*each)(void *ctx, const char *name, const char *text,
				       uint64_t value),
			  void *ctx);

#endif
