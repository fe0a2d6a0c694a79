/* SPDX-License-Identifier: MIT */
/*
 * The parts of SESSION_SETUP, between on_session_setup.c and the login.
 */
#ifndef SERVER_SESSION_SETUP_H
#define SERVER_SESSION_SETUP_H

#include "server/login.h"
#include "wire/smb2_session_setup.h"

/*
 * [MS-SMB2] 3.3.5.5, binding: the channel of the session that the header names on this
 * connection, made if this is the first message.  Every refusal is here, and none of them
 * changes anything about the session.  session_bind.c.
 */
uint32_t session_bind(struct request *rq, struct channel **c);

/* login_done: makes of a step's outcome what it means for the session.  session_setup.c. */
uint32_t session_setup_step(struct request *rq, struct channel *c,
			    const struct login_step *step);

/*
 * The login has failed: a first one takes its session with it, as does a re-authentication
 * (3.3.5.5.3); a binding only its channel.  Returns `status`.
 */
uint32_t session_setup_fail(struct request *rq, struct channel *c, uint32_t status);

#endif
