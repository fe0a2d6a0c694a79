/* SPDX-License-Identifier: MIT */
#include "security/gss.h"

#include <stdio.h>
#include <stdlib.h>

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>

#include "security/crypto.h"
#include "security/gss_status.h"
#include "security/gss_target.h"
#include "security/gss_ticket.h"

/* Room for both parts of a status, as gss_display_status() words them. */
#define ERROR_TEXT_MAX 512

enum kerberos_state {
	KRB_START,
	KRB_RUNNING, /* client: the AP-REQ is out */
	KRB_DONE,
	KRB_FAILED,
};

struct kerberos {
	struct auth auth; /* first: a struct auth * is one of these */
	enum kerberos_state state;
	struct auth_credentials creds;           /* client */
	const struct auth_server_config *config; /* server; NULL: a client */
	char *host;                              /* client: of the target */
	gss_cred_id_t cred;
	gss_ctx_id_t ctx;
	struct secret key;
	char *user; /* of the peer or, for a client, its own */
	char *realm;
	struct gss_ticket ticket; /* server */
	char error_text[ERROR_TEXT_MAX];
};

static struct kerberos *kerberos_of(struct auth *a)
{
	return (struct kerberos *)a;
}

/* The library takes pointers to what it only reads. */
static gss_buffer_desc buffer_of(struct view v)
{
	return (gss_buffer_desc){.length = v.n, .value = (void *)(uintptr_t)v.p};
}

/* Appends one message of the library to the text, which has its size as its limit. */
static void append_status(struct kerberos *k, OM_uint32 code, int type)
{
	size_t at = strlen(k->error_text);
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor, more = 0;

	if (code == 0)
		return;
	if (gss_display_status(&minor, code, type, gss_mech_krb5, &more, &text) !=
	    GSS_S_COMPLETE)
		return;
	snprintf(k->error_text + at, sizeof(k->error_text) - at, ": %.*s", (int)text.length,
		 (const char *)text.value);
	gss_release_buffer(&minor, &text);
}

/* Keeps the words for the user and says what it is to us. */
static enum ns_err fail(struct kerberos *k, OM_uint32 major, OM_uint32 minor)
{
	snprintf(k->error_text, sizeof(k->error_text), "Kerberos");
	/* "Unspecified GSS failure" is what it says whenever Kerberos has a reason. */
	if (minor == 0 || GSS_ROUTINE_ERROR(major) != GSS_S_FAILURE)
		append_status(k, major, GSS_C_GSS_CODE);
	append_status(k, minor, GSS_C_MECH_CODE);
	return gss_status_to_err(major, minor);
}

static enum ns_err import_name(struct kerberos *k, gss_name_t *out, const char *name,
			       gss_OID type)
{
	gss_buffer_desc text = buffer_of(view_of_string(name));
	OM_uint32 major, minor;

	major = gss_import_name(&minor, &text, type, out);
	return GSS_ERROR(major) != 0 ? fail(k, major, minor) : NS_OK;
}

/* The host-based name of a file server, "cifs@host". */
static enum ns_err import_service(struct kerberos *k, gss_name_t *out, const char *host)
{
	char name[AUTH_NAME_MAX];
	int n = snprintf(name, sizeof(name), "cifs@%s", host);

	if (n < 0 || (size_t)n >= sizeof(name))
		return NS_EINVAL;
	return import_name(k, out, name, GSS_C_NT_HOSTBASED_SERVICE);
}

/* The server that our caller named. */
static enum ns_err import_target(struct kerberos *k, gss_name_t *out)
{
	char name[2 * AUTH_NAME_MAX];
	enum ns_err err = gss_target(name, sizeof(name), k->host);

	if (err != NS_OK)
		return err;
	return import_name(k, out, name, (gss_OID)GSS_KRB5_NT_PRINCIPAL_NAME);
}

/* "user@REALM", or "user" of the default realm; none if the credentials name nobody. */
static enum ns_err import_user(struct kerberos *k, gss_name_t *out)
{
	char name[2 * AUTH_NAME_MAX + 2];
	const struct auth_credentials *c = &k->creds;
	int n;

	*out = GSS_C_NO_NAME;
	if (c->user == NULL)
		return NS_OK;
	n = snprintf(name, sizeof(name), "%s%s%s", c->user, c->domain != NULL ? "@" : "",
		     c->domain != NULL ? c->domain : "");
	if (n < 0 || (size_t)n >= sizeof(name))
		return NS_EINVAL;
	return import_name(k, out, name, GSS_C_NT_USER_NAME);
}

/* Acquires from a store of one entry (value NULL: none) and perhaps a cache. */
static enum ns_err acquire(struct kerberos *k, gss_name_t name, gss_cred_usage_t usage,
			   const char *key, const char *value, const char *ccache)
{
	gss_key_value_element_desc set[] = {{key, value}, {"ccache", ccache}};
	gss_key_value_set_desc store = {.count = ccache != NULL ? 2 : 1, .elements = set};
	gss_OID_set_desc krb5 = {1, gss_mech_krb5};
	OM_uint32 major, minor;

	major = gss_acquire_cred_from(&minor, name, GSS_C_INDEFINITE, &krb5, usage,
				      value != NULL ? &store : GSS_C_NO_CRED_STORE,
				      &k->cred, NULL, NULL);
	return GSS_ERROR(major) != 0 ? fail(k, major, minor) : NS_OK;
}

/* The tickets go to a cache in memory that the credential owns and takes with it. */
static enum ns_err acquire_with_password(struct kerberos *k, gss_name_t name)
{
	gss_buffer_desc password = buffer_of(view_of_string(k->creds.password));
	gss_OID_set_desc krb5 = {1, gss_mech_krb5};
	OM_uint32 major, minor;

	if (name == GSS_C_NO_NAME)
		return NS_ENOCREDS;
	major = gss_acquire_cred_with_password(&minor, name, &password, GSS_C_INDEFINITE,
					       &krb5, GSS_C_INITIATE, &k->cred, NULL, NULL);
	return GSS_ERROR(major) != 0 ? fail(k, major, minor) : NS_OK;
}

/*
 * Left to itself the library would put a keytab's tickets into the user's own cache.  One
 * in memory, named after keytab and user, serves all servers of the process: each would
 * otherwise cost an exchange with the key distribution center.
 */
static enum ns_err acquire_with_keytab(struct kerberos *k, gss_name_t name)
{
	const struct auth_credentials *c = &k->creds;
	struct view user = view_of_string(c->user != NULL ? c->user : "");
	struct view realm = view_of_string(c->domain != NULL ? c->domain : "");
	uint8_t h[CRYPTO_SHA256_LEN];
	char cache[64];

	crypto_sha256(h, PARTS(view_of_string(c->keytab), VIEW_LITERAL("\n"), user,
			       VIEW_LITERAL("\n"), realm));
	snprintf(cache, sizeof(cache), "MEMORY:netsess-%02x%02x%02x%02x%02x%02x%02x%02x",
		 h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7]);
	return acquire(k, name, GSS_C_INITIATE, "client_keytab", c->keytab, cache);
}

static enum ns_err acquire_client(struct kerberos *k)
{
	gss_name_t name = GSS_C_NO_NAME;
	OM_uint32 minor;
	enum ns_err err = import_user(k, &name);

	if (err == NS_OK && k->creds.password != NULL)
		err = acquire_with_password(k, name);
	else if (err == NS_OK && k->creds.keytab != NULL)
		err = acquire_with_keytab(k, name);
	else if (err == NS_OK)
		err = acquire(k, name, GSS_C_INITIATE, "ccache", k->creds.ccache, NULL);
	if (name != GSS_C_NO_NAME)
		gss_release_name(&minor, &name);
	return err;
}

static enum ns_err acquire_server(struct kerberos *k)
{
	gss_name_t name = GSS_C_NO_NAME;
	OM_uint32 minor;
	enum ns_err err = NS_OK;

	if (k->config->host != NULL)
		err = import_service(k, &name, k->config->host);
	if (err == NS_OK)
		err = acquire(k, name, GSS_C_ACCEPT, "keytab", k->config->keytab, NULL);
	if (name != GSS_C_NO_NAME)
		gss_release_name(&minor, &name);
	return err;
}

/* The session key, [MS-KILE] 3.1.1.2: the first element; the second is its type. */
static enum ns_err take_key(struct kerberos *k, struct secret *key)
{
	gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
	OM_uint32 major, minor;
	enum ns_err err = NS_EUNSUPPORTED;

	major = gss_inquire_sec_context_by_oid(&minor, k->ctx, GSS_C_INQ_SSPI_SESSION_KEY,
					       &set);
	if (GSS_ERROR(major) != 0)
		return fail(k, major, minor);
	if (set != GSS_C_NO_BUFFER_SET && set->count > 0 && set->elements[0].length > 0) {
		err = secret_set(key,
				 view_of(set->elements[0].value, set->elements[0].length));
		secret_wipe_bytes(set->elements[0].value, set->elements[0].length);
	}
	gss_release_buffer_set(&minor, &set);
	return err;
}

/* Splits "user@REALM" at its last "@". */
static enum ns_err set_user(struct kerberos *k, struct view name)
{
	size_t at = name.n;

	/* A principal with a NUL in it would end early and be somebody else. */
	if (name.n == 0 || memchr(name.p, '\0', name.n) != NULL)
		return NS_EFORMAT;
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '@')
			at = i;
	}
	k->user = strndup((const char *)name.p, at);
	k->realm = at < name.n ? strndup((const char *)name.p + at + 1, name.n - at - 1)
			       : strdup("");
	return k->user != NULL && k->realm != NULL ? NS_OK : NS_ENOMEM;
}

/* Who signed in, as the context knows it. */
static enum ns_err take_user(struct kerberos *k)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	gss_name_t name = GSS_C_NO_NAME;
	OM_uint32 major, minor, ignored;
	enum ns_err err;

	major = gss_inquire_context(&minor, k->ctx, &name, NULL, NULL, NULL, NULL, NULL,
				    NULL);
	if (GSS_ERROR(major) == 0)
		major = gss_display_name(&minor, name, &text, NULL);
	if (GSS_ERROR(major) == 0)
		err = set_user(k, view_of(text.value, text.length));
	else
		err = fail(k, major, minor);
	if (err == NS_OK && k->config != NULL)
		err = gss_ticket_read(&k->ticket, k->ctx, name, k->config->env);
	gss_release_buffer(&ignored, &text);
	if (name != GSS_C_NO_NAME)
		gss_release_name(&ignored, &name);
	return err;
}

static enum ns_err complete(struct kerberos *k)
{
	struct secret key = {0};
	enum ns_err err = take_key(k, &key);

	if (err == NS_OK)
		err = take_user(k);
	if (err == NS_OK) {
		k->key = key;
		k->state = KRB_DONE;
	}
	secret_wipe(&key);
	return err;
}

/* The token that a call of the library gave, and what its status means. */
static enum ns_err take_result(struct kerberos *k, struct buf *out, gss_buffer_desc *token,
			       OM_uint32 major, OM_uint32 minor)
{
	OM_uint32 ignored;
	enum ns_err err;

	if (GSS_ERROR(major) != 0)
		err = fail(k, major, minor);
	else
		err = buf_append(out, view_of(token->value, token->length));
	gss_release_buffer(&ignored, token);
	if (err != NS_OK)
		return err;
	if (major == GSS_S_CONTINUE_NEEDED) {
		k->state = KRB_RUNNING;
		return NS_AGAIN;
	}
	return complete(k);
}

static enum ns_err initiate(struct kerberos *k, struct buf *out, struct view in)
{
	gss_buffer_desc input = buffer_of(in), token = GSS_C_EMPTY_BUFFER;
	gss_name_t target = GSS_C_NO_NAME;
	OM_uint32 major, minor, ignored;
	enum ns_err err;

	err = import_target(k, &target);
	if (err != NS_OK)
		return err;
	major = gss_init_sec_context(&minor, k->cred, &k->ctx, target, gss_mech_krb5,
				     GSS_C_MUTUAL_FLAG | GSS_C_INTEG_FLAG, 0,
				     GSS_C_NO_CHANNEL_BINDINGS, &input, NULL, &token, NULL,
				     NULL);
	gss_release_name(&ignored, &target);
	return take_result(k, out, &token, major, minor);
}

static enum ns_err accept_token(struct kerberos *k, struct buf *out, struct view in)
{
	gss_buffer_desc input = buffer_of(in), token = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor, flags = 0;

	major = gss_accept_sec_context(&minor, &k->ctx, k->cred, &input,
				       GSS_C_NO_CHANNEL_BINDINGS, NULL, NULL, &token,
				       &flags, NULL, NULL);
	if (GSS_ERROR(major) == 0 && (flags & GSS_C_ANON_FLAG) != 0) {
		gss_release_buffer(&minor, &token);
		return NS_EAUTH;
	}
	return take_result(k, out, &token, major, minor);
}

/* The first step also looks for credentials, which a client may have to wait for. */
static enum ns_err step(struct auth *a, struct buf *out, struct view in)
{
	struct kerberos *k = kerberos_of(a);
	bool server = k->config != NULL;
	enum ns_err err = NS_EINVAL;

	if (k->state == KRB_START)
		err = server ? acquire_server(k) : acquire_client(k);
	else if (k->state == KRB_RUNNING)
		err = NS_OK;
	if (err == NS_OK)
		err = server ? accept_token(k, out, in) : initiate(k, out, in);
	if (err != NS_OK && err != NS_AGAIN)
		k->state = KRB_FAILED;
	return err;
}

static enum ns_err export_key(const struct auth *a, struct secret *out)
{
	const struct kerberos *k = (const struct kerberos *)a;

	return k->state == KRB_DONE ? secret_set(out, secret_view(&k->key)) : NS_EINVAL;
}

static struct auth_identity identity(const struct auth *a)
{
	const struct kerberos *k = (const struct kerberos *)a;

	return (struct auth_identity){.user = k->user != NULL ? k->user : "",
				      .domain = k->realm != NULL ? k->realm : "",
				      .expires = k->ticket.expires,
				      .sids = buf_view(&k->ticket.sids)};
}

static unsigned chosen(const struct auth *a)
{
	(void)a;
	return AUTH_MECH_KERBEROS;
}

static const char *error_text(const struct auth *a)
{
	return ((const struct kerberos *)a)->error_text;
}

static enum ns_err get_mic(struct auth *a, struct buf *out, struct view msg)
{
	struct kerberos *k = kerberos_of(a);
	gss_buffer_desc input = buffer_of(msg), mic = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor;
	enum ns_err err;

	if (k->state != KRB_DONE)
		return NS_EINVAL;
	major = gss_get_mic(&minor, k->ctx, GSS_C_QOP_DEFAULT, &input, &mic);
	if (GSS_ERROR(major) != 0)
		return fail(k, major, minor);
	err = buf_append(out, view_of(mic.value, mic.length));
	gss_release_buffer(&minor, &mic);
	return err;
}

static enum ns_err verify_mic(struct auth *a, struct view mic, struct view msg)
{
	struct kerberos *k = kerberos_of(a);
	gss_buffer_desc input = buffer_of(msg), code = buffer_of(mic);
	OM_uint32 major, minor;

	if (k->state != KRB_DONE)
		return NS_EINVAL;
	major = gss_verify_mic(&minor, k->ctx, &input, &code, NULL);
	if (GSS_ERROR(major) == 0)
		return NS_OK;
	(void)fail(k, major, minor);
	return NS_ESIGNATURE;
}

/* Context and credential are freed with the object: SPNEGO does so at once (a context
 * takes 4 KiB, a hundred thousand sessions would keep 400 MiB). */
static void kerberos_free(struct auth *a)
{
	struct kerberos *k = kerberos_of(a);
	OM_uint32 minor;

	if (k->ctx != GSS_C_NO_CONTEXT)
		gss_delete_sec_context(&minor, &k->ctx, GSS_C_NO_BUFFER);
	if (k->cred != GSS_C_NO_CREDENTIAL)
		gss_release_cred(&minor, &k->cred);
	auth_credentials_release(&k->creds);
	secret_wipe(&k->key);
	buf_release(&k->ticket.sids);
	free(k->host);
	free(k->user);
	free(k->realm);
	free(k);
}

static const struct auth_ops kerberos_ops = {
	.step = step,
	.export_key = export_key,
	.identity = identity,
	.chosen = chosen,
	.error_text = error_text,
	.get_mic = get_mic,
	.verify_mic = verify_mic,
	.free = kerberos_free,
};

enum ns_err kerberos_client_new(struct auth **out, const struct auth_client_config *config)
{
	struct kerberos *k;
	enum ns_err err;

	*out = NULL;
	if (config->host == NULL || config->creds->anonymous)
		return NS_EINVAL;
	k = calloc(1, sizeof(*k));
	if (k == NULL)
		return NS_ENOMEM;
	k->auth.ops = &kerberos_ops;
	err = auth_credentials_copy(&k->creds, config->creds);
	k->host = strdup(config->host);
	if (err != NS_OK || k->host == NULL) {
		kerberos_free(&k->auth);
		return NS_ENOMEM;
	}
	*out = &k->auth;
	return NS_OK;
}

enum ns_err kerberos_server_new(struct auth **out, const struct auth_server_config *config)
{
	struct kerberos *k = calloc(1, sizeof(*k));

	*out = NULL;
	if (k == NULL)
		return NS_ENOMEM;
	k->auth.ops = &kerberos_ops;
	k->config = config;
	*out = &k->auth;
	return NS_OK;
}
