/* SPDX-License-Identifier: MIT */
/*
 * The Win32 and LAN Manager error codes that the calls of this library return or a server
 * sends ([MS-ERREF] 2.2).  A code is a plain uint32_t wherever it is stored.  The names
 * carry WIN32_ so that they never clash with the macros of the public <lmerr.h>.
 */
#ifndef BASE_WIN32ERR_H
#define BASE_WIN32ERR_H

#include <stdint.h>

#include "base/err.h"

enum {
#define WIN32(constant, value, name, text) WIN32_##constant = (value),
#include "base/win32err.def"
#undef WIN32
};

/* The spelling of the Windows headers, "NERR_ClientNameNotFound"; never NULL. */
const char *win32err_name(uint32_t code);

/* A sentence for a person, without a full stop; never NULL. */
const char *win32err_text(uint32_t code);

/* The one place where our errors become Win32 codes.  NS_AGAIN is a bug: GEN_FAILURE. */
uint32_t win32err_from_ns(enum ns_err err);

#endif
