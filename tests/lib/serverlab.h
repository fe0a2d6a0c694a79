/* SPDX-License-Identifier: MIT */
/*
 * A server engine in memory: its own clock, a generator that counts, a handful of accounts,
 * jobs that run when the test says, an audit log that can be read.
 *
 *	struct serverlab lab;
 *	serverlab_init(&lab);			configuration at its defaults
 *	lab.config.signing_required = false;	... change it
 *	serverlab_start(&lab);
 *	... rawclient.h, or the client engine, over server_conn_new(lab.server, ...) ...
 *	serverlab_stop(&lab);			asserts that all counters are zero again
 *
 * Accounts: "admin", who is in Administrators; "operator", in Server Operators; "alice",
 * "bob", "carol"; the password is "pass" and the name.  "disabled" may not sign in.
 */
#ifndef TESTS_LIB_SERVERLAB_H
#define TESTS_LIB_SERVERLAB_H

#include "server/conn.h"
#include "server/job.h"
#include "server/server.h"
#include "server/server_config.h"

#define SERVERLAB_AUDIT_MAX 64
#define SERVERLAB_JOBS_MAX  1024

struct serverlab {
	struct server_config config;
	struct server *server; /* NULL before serverlab_start() */
	uint64_t now;          /* ms, monotonic */
	uint64_t wall;         /* FILETIME; moves with `now`, or where the test sets it */
	uint64_t drawn;        /* random bytes so far */
	struct auth_env auth;

	/*
	 * Jobs that were submitted and have not come back.  serverlab_run_jobs() runs them;
	 * rawclient.h does so after each message it sends, unless hold_jobs is set.
	 */
	struct job *jobs[SERVERLAB_JOBS_MAX];
	size_t job_count;
	bool hold_jobs;
	bool inline_jobs; /* they come back inside of server_submit() */

	char *audit[SERVERLAB_AUDIT_MAX]; /* the last lines, oldest first */
	size_t audit_count;

	const char *gone[4]; /* accounts that server_env.lookup no longer knows */
	size_t outputs;      /* calls of server_env.output */
};

void serverlab_init(struct serverlab *lab);
void serverlab_start(struct serverlab *lab);

/* Frees what connections are left; then nothing may be counted "now" any more. */
void serverlab_stop(struct serverlab *lab);

/* Runs all jobs, and those that these submit. */
void serverlab_run_jobs(struct serverlab *lab);

/* Time passes: a turn of the loop, with server_tick() wherever it was due on the way. */
void serverlab_pass(struct serverlab *lab, uint64_t ms);

/* One turn of the loop, at the same moment: what died is freed. */
void serverlab_turn(struct serverlab *lab);

/* How many audit lines hold this text. */
size_t serverlab_audited(const struct serverlab *lab, const char *text);

/* A connection from this address. */
struct server_conn *serverlab_connect(struct serverlab *lab, const char *address);

#endif
