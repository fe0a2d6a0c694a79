/* SPDX-License-Identifier: MIT */
/*
 * What an exchange starts from: a client's credentials and target, a server's accounts
 * and names.
 */
#ifndef SECURITY_AUTH_CREDENTIALS_H
#define SECURITY_AUTH_CREDENTIALS_H

#include "security/auth.h"

#define NT_HASH_LEN 16

/*
 * The longest user, domain or password in bytes of UTF-8: Windows stops at 256 characters
 * and NTLM's fields at 64 KiB; this is four bytes for each of 256.
 */
#define AUTH_NAME_MAX 1024

/*
 * A client's credentials.  Strings are owned, NULL where unknown, and wiped on release.
 *
 *	user and password or nt_hash    NTLM; with AUTH_MECH_KERBEROS also a ticket
 *	ccache or keytab                Kerberos; with neither, the default cache
 *	anonymous                       NTLM without a name; all else is not looked at
 */
struct auth_credentials {
	char *user;   /* bare; no domain in it */
	char *domain; /* NetBIOS or DNS domain, or Kerberos realm */
	char *password;
	struct secret nt_hash; /* NT_HASH_LEN bytes, or n == 0 */
	char *ccache;          /* "FILE:/path", "/path", "MEMORY:name" */
	char *keytab;          /* a client keytab */
	unsigned mechs;        /* AUTH_MECH_...; 0: see auth_credentials_mechs() */
	bool anonymous;
};

static inline void auth_credentials_init(struct auth_credentials *c)
{
	*c = (struct auth_credentials){0};
}

void auth_credentials_release(struct auth_credentials *c);

/* `to` must be initialised and empty.  On NS_ENOMEM it is left empty. */
NS_MUST_USE enum ns_err auth_credentials_copy(struct auth_credentials *to,
					      const struct auth_credentials *from);

/*
 * Sets user and domain from "user", "DOMAIN\user" or "user@realm".  NS_EINVAL if the user
 * is empty, a part is too long or not UTF-8.
 */
NS_MUST_USE enum ns_err auth_credentials_set_name(struct auth_credentials *c,
						  const char *name);

/* Replaces the password.  NS_EINVAL if it is too long or not UTF-8. */
NS_MUST_USE enum ns_err auth_credentials_set_password(struct auth_credentials *c,
						      const char *password);

/* From 32 hex digits. */
NS_MUST_USE enum ns_err auth_credentials_set_nt_hash_hex(struct auth_credentials *c,
							 const char *hex);

/*
 * Replaces a path or name: &c->domain, &c->ccache or &c->keytab.  NULL clears it.
 */
NS_MUST_USE enum ns_err auth_credentials_set(char **field, const char *value);

/*
 * Which mechanisms these credentials are good for: `mechs` where it is set.  Else NTLM if
 * there is a user with a password or hash (asking Kerberos about a bare user costs a wait
 * for name servers), Kerberos otherwise.
 */
unsigned auth_credentials_mechs(const struct auth_credentials *c);

/*
 * The same login?  Folds the case of user and domain and compares secrets in constant
 * time: the key of a cache of connections.
 */
bool auth_credentials_equal(const struct auth_credentials *a,
			    const struct auth_credentials *b);

/* A client's side.  All is borrowed while the function that takes it runs, env for good. */
struct auth_client_config {
	const struct auth_credentials *creds;
	const char *host;           /* the target, for cifs@host; NULL: none */
	const char *workstation;    /* our own name, shown by servers; NULL: none */
	struct view hint;           /* SecurityBuffer of the NEGOTIATE response, or empty */
	const struct auth_env *env; /* NULL: the system's */
};

/* A server's side.  All is borrowed for as long as the exchange lives. */
struct auth_server_config {
	unsigned mechs; /* AUTH_MECH_... */
	/*
	 * The accounts.  Fills `nt_hash` and returns NS_OK; NS_EAUTH: no such account;
	 * NS_EACCESS: it may not sign in (the client sees no difference between the two).
	 * The names are UTF-8 in the client's spelling: compare them folded.
	 */
	enum ns_err (*lookup)(void *ctx, struct secret *nt_hash, const char *user,
			      const char *domain);
	void *lookup_ctx;
	const char *netbios_name;   /* "SERVER1": needed for NTLM */
	const char *netbios_domain; /* NULL: as netbios_name */
	const char *dns_name;       /* NULL: left out */
	const char *dns_domain;     /* NULL: left out */
	const char *keytab;         /* NULL: the default keytab */
	const char *host;           /* accept tickets for cifs@host only; NULL: any key */
	bool allow_anonymous;       /* sign in a client without a name */
	bool allow_guest;           /* sign in an unknown user as guest, without keys */
	const struct auth_env *env; /* NULL: the system's */
};

#endif
