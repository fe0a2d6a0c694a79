/* SPDX-License-Identifier: MIT */
/*
 * How many connections there may be, and how many of one address on which nobody has signed
 * in: somebody who only connects can't take the places of those who work.
 */
#ifndef SERVER_CONN_LIMITS_H
#define SERVER_CONN_LIMITS_H

#include "server/conn.h"

/* A new connection counts from now on.  False: it may not be. */
NS_MUST_USE bool conn_limits_enter(struct server_conn *conn);

/* Its first session became valid; its last valid one is gone. */
void conn_limits_signed_in(struct server_conn *conn);
void conn_limits_signed_out(struct server_conn *conn);

/* It counts no longer. */
void conn_limits_leave(struct server_conn *conn);

#endif
