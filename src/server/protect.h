/* SPDX-License-Identifier: MIT */
/*
 * Which keys protect what: looked up at the moment they are used, for a session may end
 * between a request and its response, and its keys are then its tombstone's.
 */
#ifndef SERVER_PROTECT_H
#define SERVER_PROTECT_H

#include "security/keys.h"
#include "server/request.h"

/* The keys that sign the response to `rq`, 3.3.4.1.1; NULL: there are none. */
const struct smb_keys *protect_sign_keys(const struct request *rq);

/*
 * The keys that open and seal messages of this session on this connection; NULL: it has
 * none, or is unknown.
 */
struct smb_keys *protect_seal_keys(struct server_conn *conn, uint64_t session_id);

/* Whether the response must be sealed though the request was not, 3.3.4.1.4. */
bool protect_must_seal(const struct request *rq);

#endif
