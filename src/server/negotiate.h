/* SPDX-License-Identifier: MIT */
/*
 * What on_negotiate.c and negotiate_smb1.c have in common: the response of 2.2.4 and what
 * the connection is from then on.
 */
#ifndef SERVER_NEGOTIATE_H
#define SERVER_NEGOTIATE_H

#include "server/conn.h"
#include "wire/smb2_negotiate.h"

/* Whether the configuration allows the dialect, one of ours. */
bool negotiate_allows(const struct server *server, uint16_t dialect);

/*
 * Fills all of `rsp` but the contexts, for this DialectRevision; the connection's
 * client_capabilities must be set.  `token` gets the security buffer, which `rsp` borrows.
 */
NS_MUST_USE enum ns_err negotiate_response(struct smb2_negotiate_rsp *rsp,
					   struct buf *token,
					   const struct server_conn *conn,
					   uint16_t dialect);

/* The connection speaks what the response says. */
void negotiate_settle(struct server_conn *conn, const struct smb2_negotiate_rsp *rsp);

#endif
