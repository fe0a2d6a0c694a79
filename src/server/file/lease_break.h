/* SPDX-License-Identifier: MIT */
/* How a lease breaks: of lease.c alone. */
#ifndef SERVER_FILE_LEASE_BREAK_H
#define SERVER_FILE_LEASE_BREAK_H

#include "server/file/lease.h"

extern const struct caching_kind lease_kind;

#endif
