/* SPDX-License-Identifier: MIT */
/*
 * Somebody else's side of an exchange: MIT's GSSAPI with whatever mechanisms are installed,
 * against one of ours.
 */
#ifndef TESTS_UNIT_SECURITY_GSS_PEER_H
#define TESTS_UNIT_SECURITY_GSS_PEER_H

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>

#include "security/auth.h"

extern gss_OID_desc gss_peer_spnego, gss_peer_ntlm, gss_peer_krb5;

struct gss_peer {
	gss_OID mech;
	bool initiator;
	gss_cred_id_t cred;
	gss_ctx_id_t ctx;
	gss_name_t target; /* cifs@host */
	OM_uint32 major;   /* of the last step */
};

/*
 * A client (user, or with NULL the credentials' own name) or a server of cifs@host, from
 * one entry of a credential store.  SPNEGO is kept to `inner`.
 */
void gss_peer_init_client(struct gss_peer *p, gss_OID mech, gss_OID inner, const char *user,
			  const char *host, const char *key, const char *value);
void gss_peer_init_server(struct gss_peer *p, gss_OID mech, gss_OID inner, const char *host,
			  const char *key, const char *value);
void gss_peer_release(struct gss_peer *p);

/* Runs ours against theirs; returns our last answer. */
enum ns_err gss_peer_run(struct auth *ours, struct gss_peer *theirs);

void gss_peer_assert_same_key(const struct auth *ours, const struct gss_peer *theirs);

#endif
