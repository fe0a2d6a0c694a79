/* SPDX-License-Identifier: MIT */
/*
 * What struct netsess_options of netsess.h is inside.  The whole object lies in pages that
 * are left out of core dumps and wiped when freed, and so do the strings in it that are
 * secret.
 *
 * Set while one thread has it; read by many.  options_default() hands out one object to
 * many threads, counted: nobody may set anything in it.
 */
#ifndef CLIENT_OPTIONS_H
#define CLIENT_OPTIONS_H

#include <stdatomic.h>

#include "base/err.h"
#include "netsess.h"
#include "security/auth_credentials.h"

/* How long an unused connection is kept, in ms: as long as Windows does ([MS-SMB2] <104>).
 */
#define OPTIONS_DEFAULT_KEEP 10000u

/*
 * What the environment asked for and could not have.  A call with such options must fail
 * with options_problem()'s code rather than sign in as somebody else; setting the thing
 * itself clears it.
 */
enum options_problem {
	OPTIONS_BAD_LOGIN = 1,   /* NETSESS_USER, NETSESS_PASSWD_FILE, NETSESS_AUTH_FILE */
	OPTIONS_BAD_TIMEOUT = 2, /* NETSESS_TIMEOUT */
	OPTIONS_BAD_WINS = 4,    /* NETSESS_WINS */
};

struct netsess_options {
	atomic_uint references;
	struct auth_credentials credentials; /* .mechs as `auth` says */
	char *user; /* as netsess_options_user() shows it, or NULL */
	enum netsess_auth auth;
	bool require_encryption;
	uint16_t lowest; /* dialects to offer, NETSESS_DIALECT_... */
	uint16_t highest;
	unsigned timeout_ms;
	unsigned keep_ms;
	bool strict;
	char *wins;        /* an IPv4 address in text, or NULL */
	unsigned problems; /* a set of enum options_problem */
};

/* 0, or the code a call must fail with; `text` then says why, else it is "". */
uint32_t options_problem(const struct netsess_options *o, const char **text);

/*
 * The process-wide options: those of netsess_set_credentials(), or else the defaults and
 * the environment, read when first needed.  Shared: to be freed with
 * netsess_options_free(), never to be changed.  NULL when memory is short.
 */
struct netsess_options *options_default(void);

/* The defaults without the environment.  NULL when memory is short. */
struct netsess_options *options_new_plain(void);

/*
 * For options.c: what the environment says, into fresh options.  False when memory is
 * short; what is not valid lands in o->problems.
 */
bool options_from_environment(struct netsess_options *o);

/* The first line of a file as the password: 0, 2, 5, 8 or 87. */
uint32_t options_load_password_file(struct netsess_options *o, const char *path);

/* NS_OK, NS_ENOMEM or NS_EINVAL as the code that netsess.h's setters return. */
uint32_t options_code(enum ns_err err);

#endif
