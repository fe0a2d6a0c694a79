/* SPDX-License-Identifier: MIT */
/*
 * Messages in, [MS-SMB2] 3.2.5.1: cuts frames, opens sealed ones, walks compounds, finds
 * the request each answer is for, verifies, counts credits, and hands the answer to its
 * step.
 */
#ifndef CLIENT_CONN_RECV_H
#define CLIENT_CONN_RECV_H

#include "client/conn_state.h"

/* Takes all of `bytes`; what goes wrong kills the connection. */
void conn_take(struct conn *c, struct view bytes);

#endif
