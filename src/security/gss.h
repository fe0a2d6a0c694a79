/* SPDX-License-Identifier: MIT */
/*
 * Kerberos as a mechanism, [MS-KILE], through MIT's GSSAPI and its krb5 mechanism alone;
 * gss.c and its helpers gss_*.c are the only files that know the library.
 *
 * Nothing is written to disk: tickets got from a password or a keytab live in memory and
 * die with the process.  The first step looks for credentials and may, as any step, wait
 * for a Kerberos server; creating the object does not.
 */
#ifndef SECURITY_GSS_H
#define SECURITY_GSS_H

#include "security/auth_credentials.h"

/*
 * The client, for cifs@host, with mutual authentication.  Credentials are those of
 * `config->creds`: a password, else a client keytab, else a cache.  NS_EINVAL without a
 * host.
 *
 * The first step says NS_ENOCREDS: there are none, or they have expired; NS_EAUTH: the
 * password is wrong or the name unknown; NS_EUNSUPPORTED: Kerberos does not know the
 * host; NS_EUNREACHABLE: no Kerberos server answers.
 */
NS_MUST_USE enum ns_err kerberos_client_new(struct auth **out,
					    const struct auth_client_config *config);

/* The server, with a keytab.  A step says NS_ENOCREDS if that cannot be read. */
NS_MUST_USE enum ns_err kerberos_server_new(struct auth **out,
					    const struct auth_server_config *config);

#endif
