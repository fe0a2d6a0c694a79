/* SPDX-License-Identifier: MIT */
/*
 * Which principal a file server is.  It is the one that our caller named and no other: the
 * library, given a host-based name, would first ask the DNS what the host is really called,
 * and whoever answers that could send us to any server that has a key of its own.
 */
#ifndef SECURITY_GSS_TARGET_H
#define SECURITY_GSS_TARGET_H

#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

/*
 * "cifs/host@REALM" into `out`, of n bytes; the realm is the one the configuration maps the
 * host to, and empty where it says nothing: then the user's own Kerberos server is to say.
 * NS_EINVAL: too long.
 */
NS_MUST_USE enum ns_err gss_target(char *out, size_t n, const char *host);

#endif
