/* SPDX-License-Identifier: MIT */
/*
 * A login on its way: the exchange of SESSION_SETUP messages on one channel, from the first
 * token to the last.  A first login, a re-authentication and a binding are alike here; what
 * becomes of the session, on_session_setup.c says.
 *
 * NTLM takes microseconds and asks the accounts, which belong to the engine's thread, so it
 * is stepped at once.  Kerberos reads files and may wait for its replay cache: its step is
 * a job.  The job owns the exchange while it runs; a login whose channel goes meanwhile
 * leaves it to the job.
 */
#ifndef SERVER_LOGIN_H
#define SERVER_LOGIN_H

#include "security/auth_credentials.h"
#include "security/preauth.h"
#include "server/channel.h"
#include "server/request.h"

/*
 * How long a login may take from its first message to its last, ms: a person may type a
 * password into a smart card reader meanwhile, but not go for lunch.  [MS-SMB2] <442> gives
 * a connection without a valid session as long.
 */
#define LOGIN_MS 45000

/*
 * Messages of one login: NTLM takes 2, Kerberos 1 or 2, SPNEGO adds one or two where the
 * two sides prefer different mechanisms.
 */
#define LOGIN_LEGS_MAX 8

/*
 * The exchange with all it borrows, so that neither a reload of the configuration nor the
 * end of its channel can take anything from under it.
 */
struct exchange {
	struct auth_server_config config; /* its strings are owned */
	struct auth *auth;
};

struct login {
	struct exchange *exchange; /* NULL while a job has it */
	struct preauth preauth;    /* 3.1.1: of these messages */
	uint64_t deadline;
	uint64_t previous_session; /* of the last request: PreviousSessionId */
	unsigned security_mode;    /* and SecurityMode */
	unsigned legs;
};

/* Whether a job has the exchange: another message must wait for its answer. */
static inline bool login_is_busy(const struct login *l)
{
	return l->exchange == NULL;
}

/* What a step came to; `token` goes out with the answer. */
struct login_step {
	enum ns_err err; /* NS_AGAIN, NS_OK, or what failed */
	struct auth *auth;
	struct view token;
};

/* A new login on a channel that has none.  NS_ENOMEM. */
NS_MUST_USE enum ns_err login_new(struct login **out, struct channel *c);

/* Also one that is busy: the job frees the exchange when it comes back. */
void login_free(struct login *l);

/* Ends the channel's login, if it has one. */
void login_cancel(struct channel *c);

/*
 * One leg of the channel's login, which is not busy.  `done` gets the result before this
 * returns, or later, out of a job; it returns the response's status.  Later means that the
 * request was pended; if request or channel have gone meanwhile, `done` is not called.
 * Returns `done`'s status or NT_STATUS_PENDING.
 */
typedef uint32_t login_done(struct request *rq, struct channel *c,
			    const struct login_step *step);
uint32_t login_run(struct request *rq, struct channel *c, struct view token,
		   login_done *done);

/* The NTSTATUS by which a failed step is answered. */
uint32_t login_status(enum ns_err err);

#endif
