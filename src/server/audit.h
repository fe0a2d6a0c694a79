/* SPDX-License-Identifier: MIT */
/*
 * The audit log: one line for every session that began or ended, as key=value pairs that
 * a program can take apart.  A value with a blank, a quote or a control character in it is
 * quoted, with \" \\ and \xNN.
 *
 *	event=session-end time=2026-11-22T15:49:07Z session=0x9f... number=17
 *	user=bob domain=CORP client=10.0.0.5 reason=administrator by=admin@10.0.0.9
 *	opens=3 trees=2 age=3661 idle=5
 */
#ifndef SERVER_AUDIT_H
#define SERVER_AUDIT_H

#include "server/session_end.h"

/* The longest line; a pair that would make it longer is left out. */
#define AUDIT_LINE_MAX 1024

void audit_session_begin(const struct session *s, unsigned mech);

/* Before trees and opens go, so that they can be counted.  `by` may be NULL. */
void audit_session_end(const struct session *s, enum session_end_reason reason,
		       const char *by);

/* A login that was refused: `user` as far as it is known, "" otherwise. */
void audit_login_failed(const struct server_conn *conn, const char *user, uint32_t status);

/* An administrator closes one open: NetrFileClose. */
struct open;
void audit_open_closed(const struct open *o, const char *path, const char *by);

#endif
