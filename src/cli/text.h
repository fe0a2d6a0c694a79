/* SPDX-License-Identifier: MIT */
/*
 * Text as it is shown.  A server (or whoever signed in at it) chooses the names in its
 * answers: a name may hold terminal escapes, or marks that turn the reading direction.
 *
 * All strings returned are the caller's to free.
 */
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

#include <stddef.h>
#include <stdint.h>

/*
 * For eyes: control characters, direction marks and bytes that are no UTF-8 are spelled
 * out, "\x1b", "\u202e".
 */
char *text_safe(const char *s);
/* NULL for NULL and when memory is short: for the messages about that. */
char *text_safe_or_null(const char *s);

/* For programs: what is no UTF-8 becomes U+FFFD, all else stays. */
char *text_utf8(const char *s);

/* "45s", "12m05s", "1h02m", "3d04h". */
char *text_duration(uint32_t seconds);

/* Seconds since 1970 as "2026-11-22 15:10:53 UTC". */
char *text_utc(uint32_t seconds);

/*
 * A client as a server shows it, from what a person types: "ws1" is "\\ws1", and "::1" is
 * "\\[::1]".
 */
char *text_client(const char *typed);

/* "this computer" for ""; borrowed. */
const char *text_server(const char *server);

#endif
