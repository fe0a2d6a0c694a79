/* SPDX-License-Identifier: MIT */
#include "gss_peer.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "lib/hex.h"

#define OID(s)                                                                             \
	{                                                                                  \
		sizeof(s) - 1, (void *)(uintptr_t)(s)                                      \
	}

gss_OID_desc gss_peer_spnego = OID("\x2b\x06\x01\x05\x05\x02");
gss_OID_desc gss_peer_ntlm = OID("\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a");
gss_OID_desc gss_peer_krb5 = OID("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02");

static gss_name_t name_of(const char *text, gss_OID type)
{
	gss_buffer_desc b = {strlen(text), (void *)(uintptr_t)text};
	gss_name_t name = GSS_C_NO_NAME;
	OM_uint32 minor;

	assert_int_equal(gss_import_name(&minor, &b, type, &name), GSS_S_COMPLETE);
	return name;
}

static gss_name_t service_of(const char *host)
{
	struct buf b;
	gss_name_t name;

	buf_init(&b, 256);
	assert_int_equal(buf_append(&b, VIEW_LITERAL("cifs@")), NS_OK);
	assert_int_equal(buf_append(&b, view_of(host, strlen(host) + 1)), NS_OK);
	name = name_of((const char *)b.p, GSS_C_NT_HOSTBASED_SERVICE);
	buf_release(&b);
	return name;
}

static void acquire(struct gss_peer *p, gss_name_t name, gss_OID inner, const char *key,
		    const char *value)
{
	gss_key_value_element_desc element = {key, value};
	gss_key_value_set_desc store = {1, &element};
	gss_OID_set_desc set = {1, p->mech}, inner_set = {1, inner};
	OM_uint32 minor;

	assert_int_equal(gss_acquire_cred_from(&minor, name, GSS_C_INDEFINITE, &set,
					       p->initiator ? GSS_C_INITIATE : GSS_C_ACCEPT,
					       &store, &p->cred, NULL, NULL),
			 GSS_S_COMPLETE);
	if (p->mech == &gss_peer_spnego)
		assert_int_equal(gss_set_neg_mechs(&minor, p->cred, &inner_set),
				 GSS_S_COMPLETE);
	if (name != GSS_C_NO_NAME)
		gss_release_name(&minor, &name);
	p->major = GSS_S_CONTINUE_NEEDED;
}

void gss_peer_init_client(struct gss_peer *p, gss_OID mech, gss_OID inner, const char *user,
			  const char *host, const char *key, const char *value)
{
	*p = (struct gss_peer){.mech = mech, .initiator = true, .target = service_of(host)};
	acquire(p, user != NULL ? name_of(user, GSS_C_NT_USER_NAME) : GSS_C_NO_NAME, inner,
		key, value);
}

void gss_peer_init_server(struct gss_peer *p, gss_OID mech, gss_OID inner, const char *host,
			  const char *key, const char *value)
{
	*p = (struct gss_peer){.mech = mech, .target = service_of(host)};
	acquire(p, service_of(host), inner, key, value);
}

void gss_peer_release(struct gss_peer *p)
{
	OM_uint32 minor;

	if (p->ctx != GSS_C_NO_CONTEXT)
		gss_delete_sec_context(&minor, &p->ctx, GSS_C_NO_BUFFER);
	gss_release_cred(&minor, &p->cred);
	gss_release_name(&minor, &p->target);
}

static void peer_step(struct gss_peer *p, struct buf *out, struct view in)
{
	gss_buffer_desc input = {in.n, (void *)(uintptr_t)in.p};
	gss_buffer_desc output = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor, flags = GSS_C_MUTUAL_FLAG | GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG;

	if (p->initiator)
		p->major = gss_init_sec_context(
			&minor, p->cred, &p->ctx, p->target, p->mech, flags, 0,
			GSS_C_NO_CHANNEL_BINDINGS, in.n > 0 ? &input : GSS_C_NO_BUFFER,
			NULL, &output, NULL, NULL);
	else
		p->major = gss_accept_sec_context(&minor, &p->ctx, p->cred, &input,
						  GSS_C_NO_CHANNEL_BINDINGS, NULL, NULL,
						  &output, NULL, NULL, NULL);
	assert_int_equal(buf_append(out, view_of(output.value, output.length)), NS_OK);
	gss_release_buffer(&minor, &output);
}

enum ns_err gss_peer_run(struct auth *ours, struct gss_peer *theirs)
{
	enum ns_err err = NS_AGAIN;
	struct buf a, b;

	buf_init(&a, AUTH_TOKEN_MAX);
	buf_init(&b, AUTH_TOKEN_MAX);
	if (theirs->initiator)
		peer_step(theirs, &b, (struct view){0});
	for (int i = 0; i < 10 && !GSS_ERROR(theirs->major); i++) {
		buf_clear(&a);
		err = auth_step(ours, &a, buf_view(&b));
		if ((err != NS_OK && err != NS_AGAIN) || a.n == 0)
			break;
		if (theirs->major != GSS_S_CONTINUE_NEEDED)
			break;
		buf_clear(&b);
		peer_step(theirs, &b, buf_view(&a));
		if (err == NS_OK)
			break;
	}
	buf_release(&a);
	buf_release(&b);
	return err;
}

void gss_peer_assert_same_key(const struct auth *ours, const struct gss_peer *theirs)
{
	gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
	struct secret key = {0};
	OM_uint32 minor;

	assert_int_equal(gss_inquire_sec_context_by_oid(&minor, theirs->ctx,
							GSS_C_INQ_SSPI_SESSION_KEY, &set),
			 GSS_S_COMPLETE);
	assert_int_equal(auth_export_key(ours, &key), NS_OK);
	assert_view_equal(secret_view(&key),
			  view_of(set->elements[0].value, set->elements[0].length));
	gss_release_buffer_set(&minor, &set);
}
