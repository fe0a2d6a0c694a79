/* SPDX-License-Identifier: MIT */
/*
 * Two sides of an exchange in one process: a clock that stands, a generator that counts,
 * a handful of accounts, and somebody in between who may change the tokens.
 */
#ifndef TESTS_UNIT_SECURITY_AUTH_LAB_H
#define TESTS_UNIT_SECURITY_AUTH_LAB_H

#include "security/auth_credentials.h"

/* The clock and the generator; lab_reset() starts it over. */
extern const struct auth_env lab_env;
void lab_reset(void);

/*
 * alice, bob (passwords "passalice", "passbob"), "Jürgen" ("pässwörd€"), "жаба"
 * ("secret"); carol is disabled.  Any domain, any case.
 */
struct auth_server_config lab_server(unsigned mechs);

/* Credentials for a user and password; NULL password: none. */
struct auth_credentials lab_credentials(const char *name, const char *password);

/* A client's configuration for host "server1". */
struct auth_client_config lab_client(const struct auth_credentials *creds);

/* Who is in between: `leg` counts tokens from 0, even ones are the client's. */
struct lab_wire {
	void (*touch)(void *ctx, int leg, struct buf *token);
	void *ctx;
};

struct lab_result {
	enum ns_err client; /* the last step of each */
	enum ns_err server;
	int tokens; /* that were sent */
};

/* Runs until one side fails or both are done.  NULL: an honest wire. */
struct lab_result lab_run(struct auth *client, struct auth *server,
			  const struct lab_wire *wire);

/* Both keys are there and equal. */
void lab_assert_same_key(const struct auth *client, const struct auth *server);

/* The next number of a fixed sequence: for mutations that are the same in each run. */
uint32_t lab_next(uint32_t *seed);

/* A changed copy of `v` in a block of its own size: bytes set, cut, or added. */
struct view lab_mutate(struct view v, uint32_t *seed);

#endif
