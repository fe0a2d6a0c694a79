/* SPDX-License-Identifier: MIT */
/*
 * AES-GCM of long messages by GnuTLS, which is twice as fast as nettle there.  It is a
 * library of its own: whoever moves gigabytes links it, calls this before the first message
 * and before any thread, and crypto.h's functions use it; nobody else carries it.
 */
#ifndef SECURITY_GCM_LONG_H
#define SECURITY_GCM_LONG_H

void gcm_long_use(void);

#endif
