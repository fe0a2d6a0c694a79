/* SPDX-License-Identifier: MIT */
/*
 * Oplocks, [MS-SMB2] 3.3.1.10: who opens a file alone may cache what he reads and writes,
 * until somebody else wants it.  One open's own; what breaking and waiting is, caching.h
 * says.
 */
#ifndef SERVER_FILE_OPLOCK_H
#define SERVER_FILE_OPLOCK_H

#include "server/file/caching.h"

struct srv_file;

/* Of an open.  All zero: it has none. */
struct oplock {
	struct caching caching;
};

/* The open, which has been entered, gets what it can of this RequestedOplockLevel. */
void oplock_grant(struct srv_file *f, uint8_t wanted);

/* Open.OplockLevel */
uint8_t oplock_level(const struct srv_file *f);

/* 3.3.5.22.1; `now` is the level that the open has then. */
uint32_t oplock_acknowledge(struct srv_file *f, uint8_t level, uint8_t *now);

/* The open ends: see caching_leave(). */
struct caching_waiter *oplock_leave(struct srv_file *f);

#endif
