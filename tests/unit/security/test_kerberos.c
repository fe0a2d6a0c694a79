/* SPDX-License-Identifier: MIT */
/* Runs in the realm that kerberos.sh sets up; its folder is in KDC_DIR. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "auth_lab.h"
#include "gss_peer.h"
#include "lib/hex.h"
#include "security/gss.h"
#include "security/spnego_auth.h"
#include "wire/spnego.h"

#define BOTH (AUTH_MECH_NTLM | AUTH_MECH_KERBEROS)

static const char *in_dir(const char *file)
{
	static char path[4][1024];
	static int next;
	char *p = path[next++ % 4];

	snprintf(p, sizeof(path[0]), "%s/%s", getenv("KDC_DIR"), file);
	return p;
}

/* Credentials for Kerberos alone; what is NULL is left out. */
static struct auth_credentials creds_of(const char *name, const char *password,
					const char *ccache, const char *keytab)
{
	struct auth_credentials c;

	auth_credentials_init(&c);
	if (name != NULL)
		assert_int_equal(auth_credentials_set_name(&c, name), NS_OK);
	if (password != NULL)
		assert_int_equal(auth_credentials_set_password(&c, password), NS_OK);
	if (ccache != NULL)
		assert_int_equal(auth_credentials_set(&c.ccache, in_dir(ccache)), NS_OK);
	if (keytab != NULL)
		assert_int_equal(auth_credentials_set(&c.keytab, in_dir(keytab)), NS_OK);
	c.mechs = AUTH_MECH_KERBEROS;
	return c;
}

static struct auth_server_config server_config(unsigned mechs)
{
	struct auth_server_config config = lab_server(mechs);

	config.keytab = in_dir("server.keytab");
	return config;
}

/* Signs in by SPNEGO and expects `user` with one leg; releases the credentials. */
static void signs_in(struct auth_credentials creds, const char *user)
{
	struct auth_server_config config = server_config(AUTH_MECH_KERBEROS);
	struct auth_client_config client = lab_client(&creds);
	struct lab_result r;
	struct auth *c, *s;

	assert_int_equal(spnego_client_new(&c, &client), NS_OK);
	assert_int_equal(spnego_server_new(&s, &config), NS_OK);
	r = lab_run(c, s, NULL);
	assert_string_equal(auth_error_text(c), "");
	assert_int_equal(r.client, NS_OK);
	assert_int_equal(r.server, NS_OK);
	assert_int_equal(r.tokens, 2);
	lab_assert_same_key(c, s);
	assert_string_equal(auth_identity(s).user, user);
	assert_string_equal(auth_identity(s).domain, "NETSESS.TEST");
	assert_string_equal(auth_identity(c).user, user);
	assert_int_equal(auth_mech(c), AUTH_MECH_KERBEROS);
	auth_free(c);
	auth_free(s);
	auth_credentials_release(&creds);
}

/* The first step fails so, and says why; releases the credentials. */
static void fails(struct auth_credentials creds, const char *host, enum ns_err err)
{
	struct auth_client_config client = lab_client(&creds);
	struct auth *c;
	struct buf out;

	client.host = host;
	buf_init(&out, AUTH_TOKEN_MAX);
	assert_int_equal(spnego_client_new(&c, &client), NS_OK);
	assert_int_equal(auth_step(c, &out, (struct view){0}), err);
	assert_int_equal(out.n, 0);
	assert_int_equal(strncmp(auth_error_text(c), "Kerberos: ", 10), 0);
	assert_true(strlen(auth_error_text(c)) > 20);
	assert_int_equal(auth_step(c, &out, (struct view){0}), NS_EINVAL);
	auth_free(c);
	auth_credentials_release(&creds);
}

/* The user's own cache: named by the environment, and not there unless we made it. */
static bool default_cache_exists(void)
{
	return access(in_dir("ccache"), F_OK) == 0;
}

static void a_password_signs_in(void **state)
{
	(void)state;
	signs_in(creds_of("alice", "passalice", NULL, NULL), "alice");
	signs_in(creds_of("bob@NETSESS.TEST", "passbob", NULL, NULL), "bob");
	assert_false(default_cache_exists());
}

static void a_keytab_signs_in(void **state)
{
	(void)state;
	signs_in(creds_of("alice", NULL, NULL, "alice.keytab"), "alice");
	signs_in(creds_of(NULL, NULL, NULL, "alice.keytab"), "alice");
	assert_false(default_cache_exists());
}

static void a_cache_signs_in(void **state)
{
	(void)state;
	signs_in(creds_of(NULL, NULL, "alice.ccache", NULL), "alice");
	signs_in(creds_of("bob", NULL, "bob.ccache", NULL), "bob");
	setenv("KRB5CCNAME", in_dir("bob.ccache"), 1);
	signs_in(creds_of(NULL, NULL, NULL, NULL), "bob");
	setenv("KRB5CCNAME", in_dir("ccache"), 1);
}

static void bad_credentials_are_told_apart(void **state)
{
	(void)state;
	fails(creds_of("alice", "wrong", NULL, NULL), "server1", NS_EAUTH);
	fails(creds_of("nobody", "x", NULL, NULL), "server1", NS_EAUTH);
	fails(creds_of(NULL, NULL, NULL, NULL), "server1", NS_ENOCREDS);
	fails(creds_of(NULL, NULL, "missing.ccache", NULL), "server1", NS_ENOCREDS);
	fails(creds_of("bob", NULL, "alice.ccache", NULL), "server1", NS_ENOCREDS);
	fails(creds_of(NULL, NULL, NULL, "missing.keytab"), "server1", NS_ENOCREDS);
	fails(creds_of(NULL, NULL, "stale.ccache", NULL), "server1", NS_ENOCREDS);
	fails(creds_of(NULL, NULL, "alice.ccache", NULL), "elsewhere", NS_EUNSUPPORTED);
	fails(creds_of("alice@OTHER.REALM", "x", NULL, NULL), "server1", NS_EUNREACHABLE);
}

static void a_silent_realm_is_unreachable(void **state)
{
	(void)state;
	setenv("KRB5_CONFIG", in_dir("dead.conf"), 1);
	fails(creds_of("alice", "passalice", NULL, NULL), "server1", NS_EUNREACHABLE);
	setenv("KRB5_CONFIG", in_dir("krb5.conf"), 1);
}

/* A reverse look-up of 127.0.0.1 says "localhost", for which there would be a ticket. */
static void the_dns_has_no_say_in_whom_we_trust(void **state)
{
	(void)state;
	setenv("KRB5_CONFIG", in_dir("dns.conf"), 1);
	fails(creds_of(NULL, NULL, "alice.ccache", NULL), "127.0.0.1", NS_EUNSUPPORTED);
	setenv("KRB5_CONFIG", in_dir("krb5.conf"), 1);
}

/* Without a mapping of the host, the KDC is asked who knows it. */
static void a_host_of_no_known_realm(void **state)
{
	(void)state;
	setenv("KRB5_CONFIG", in_dir("unmapped.conf"), 1);
	signs_in(creds_of("alice", "passalice", NULL, NULL), "alice");
	setenv("KRB5_CONFIG", in_dir("krb5.conf"), 1);
}

static struct lab_result run_bare(const struct auth_server_config *config,
				  const struct lab_wire *wire, struct auth **c,
				  struct auth **s)
{
	struct auth_credentials creds = creds_of(NULL, NULL, "alice.ccache", NULL);
	struct auth_client_config client = lab_client(&creds);
	struct lab_result r;

	assert_int_equal(kerberos_client_new(c, &client), NS_OK);
	assert_int_equal(kerberos_server_new(s, config), NS_OK);
	auth_credentials_release(&creds);
	r = lab_run(*c, *s, wire);
	return r;
}

static void a_server_without_the_key_refuses(void **state)
{
	static const struct {
		const char *keytab, *host;
		enum ns_err err;
	} rows[] = {
		{"missing.keytab", NULL, NS_ENOCREDS},
		{"alice.keytab", NULL, NS_EAUTH},
		{"server.keytab", "localhost", NS_EAUTH},
		{"server.keytab", "server1", NS_OK},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct auth_server_config config = server_config(AUTH_MECH_KERBEROS);
		struct auth *c, *s;

		config.keytab = in_dir(rows[i].keytab);
		config.host = rows[i].host;
		assert_int_equal(run_bare(&config, NULL, &c, &s).server, rows[i].err);
		assert_int_equal(*auth_error_text(s) == '\0', rows[i].err == NS_OK);
		auth_free(c);
		auth_free(s);
	}
}

static void mics_verify_across(void **state)
{
	struct auth_server_config config = server_config(AUTH_MECH_KERBEROS);
	struct view list = VIEW_LITERAL("list"), other = VIEW_LITERAL("lost");
	struct auth *c, *s;
	struct buf mic;

	(void)state;
	buf_init(&mic, 256);
	assert_int_equal(run_bare(&config, NULL, &c, &s).client, NS_OK);
	assert_int_equal(auth_get_mic(c, &mic, list), NS_OK);
	assert_int_equal(auth_verify_mic(s, buf_view(&mic), other), NS_ESIGNATURE);
	assert_int_equal(auth_verify_mic(s, buf_view(&mic), list), NS_OK);
	buf_clear(&mic);
	assert_int_equal(auth_get_mic(s, &mic, list), NS_OK);
	assert_int_equal(auth_verify_mic(c, buf_view(&mic), list), NS_OK);
	auth_free(c);
	auth_free(s);
	buf_release(&mic);
}

/* Two mechanisms on offer: `server` has those of `mechs`. */
static struct lab_result run_both(unsigned mechs, const struct lab_wire *wire,
				  unsigned *chosen)
{
	struct auth_server_config config = server_config(mechs);
	struct auth_credentials creds = creds_of("alice", "passalice", NULL, NULL);
	struct auth_client_config client = lab_client(&creds);
	struct lab_result r;
	struct auth *c, *s;

	creds.mechs = BOTH;
	assert_int_equal(spnego_client_new(&c, &client), NS_OK);
	assert_int_equal(spnego_server_new(&s, &config), NS_OK);
	r = lab_run(c, s, wire);
	*chosen = auth_mech(c);
	if (r.client == NS_OK && r.server == NS_OK)
		lab_assert_same_key(c, s);
	auth_free(c);
	auth_free(s);
	auth_credentials_release(&creds);
	return r;
}

static void the_best_common_mechanism_is_chosen(void **state)
{
	struct lab_result r;
	unsigned chosen;

	(void)state;
	r = run_both(BOTH, NULL, &chosen);
	assert_int_equal(r.client, NS_OK);
	assert_int_equal(r.tokens, 2);
	assert_int_equal(chosen, AUTH_MECH_KERBEROS);
	r = run_both(AUTH_MECH_NTLM, NULL, &chosen);
	assert_int_equal(r.client, NS_OK);
	assert_int_equal(r.server, NS_OK);
	assert_int_equal(r.tokens, 6);
	assert_int_equal(chosen, AUTH_MECH_NTLM);
}

/* Leaves NTLM alone in the client's list. */
static void strip_kerberos(void *ctx, int leg, struct buf *token)
{
	struct spnego_init init;
	struct buf changed;
	struct wire_writer w = {.out = &changed};

	(void)ctx;
	if (leg != 0)
		return;
	buf_init(&changed, AUTH_TOKEN_MAX);
	assert_int_equal(spnego_init_decode(&init, buf_view(token)), NS_OK);
	assert_int_equal(init.mech_count, 2);
	init.mechs[0] = SPNEGO_MECH_NTLMSSP;
	init.mech_count = 1;
	init.mech_token = (struct view){0};
	spnego_init_encode(&w, &init);
	assert_int_equal(wire_put_status(&w), NS_OK);
	buf_move(token, &changed);
}

/* The same, and all MICs are taken out. */
static void strip_kerberos_and_mics(void *ctx, int leg, struct buf *token)
{
	struct spnego_resp resp;
	struct buf changed;
	struct wire_writer w = {.out = &changed};

	strip_kerberos(ctx, leg, token);
	if (leg == 0)
		return;
	buf_init(&changed, AUTH_TOKEN_MAX);
	assert_int_equal(spnego_resp_decode(&resp, buf_view(token)), NS_OK);
	resp.mic = (struct view){0};
	spnego_resp_encode(&w, &resp);
	assert_int_equal(wire_put_status(&w), NS_OK);
	buf_move(token, &changed);
}

static void a_downgrade_is_detected(void **state)
{
	struct lab_wire strip = {strip_kerberos, NULL};
	struct lab_wire strip_all = {strip_kerberos_and_mics, NULL};
	unsigned chosen;

	(void)state;
	assert_int_equal(run_both(BOTH, &strip, &chosen).server, NS_ESIGNATURE);
	assert_int_equal(chosen, AUTH_MECH_NTLM);
	assert_int_equal(run_both(BOTH, &strip_all, &chosen).client, NS_ESIGNATURE);
}

struct change {
	int leg;
	size_t cut; /* 0: mutate */
	uint32_t seed;
};

static void change_token(void *ctx, int leg, struct buf *token)
{
	struct change *change = ctx;
	struct view v;

	if (leg != change->leg)
		return;
	if (change->cut > 0) {
		token->n = change->cut;
		return;
	}
	v = lab_mutate(buf_view(token), &change->seed);
	buf_clear(token);
	assert_int_equal(buf_append(token, v), NS_OK);
	view_free(v);
}

static void changed_tickets_are_refused(void **state)
{
	struct auth_server_config config = server_config(AUTH_MECH_KERBEROS);
	struct change change = {.seed = 4120};
	struct lab_wire wire = {change_token, &change};
	int survived = 0;

	(void)state;
	for (int i = 0; i < 300; i++) {
		struct lab_result r;
		struct auth *c, *s;

		change.leg = i % 3 == 2 ? 1 : 0;
		change.cut = i % 3 == 1 ? (size_t)(1 + i * 2) : 0;
		r = run_bare(&config, &wire, &c, &s);
		/* DER may spell a thing in two ways: what survives has the right key. */
		if (r.client == NS_OK && r.server == NS_OK) {
			lab_assert_same_key(c, s);
			survived++;
		}
		assert_true(change.cut == 0 || r.server != NS_OK);
		auth_free(c);
		auth_free(s);
	}
	assert_true(survived < 10);
}

/* MIT's own SPNEGO, as server and as client. */
static void spnego_agrees_with_mit(void **state)
{
	struct auth_server_config config = server_config(BOTH);
	struct auth_credentials creds = creds_of(NULL, NULL, "alice.ccache", NULL);
	struct auth_client_config client_config = lab_client(&creds);
	struct gss_peer peer;
	struct auth *a;

	(void)state;
	gss_peer_init_server(&peer, &gss_peer_spnego, &gss_peer_krb5, "server1", "keytab",
			     in_dir("server.keytab"));
	assert_int_equal(spnego_client_new(&a, &client_config), NS_OK);
	assert_int_equal(gss_peer_run(a, &peer), NS_OK);
	assert_int_equal(peer.major, GSS_S_COMPLETE);
	gss_peer_assert_same_key(a, &peer);
	auth_free(a);
	gss_peer_release(&peer);

	gss_peer_init_client(&peer, &gss_peer_spnego, &gss_peer_krb5, NULL, "server1",
			     "ccache", in_dir("bob.ccache"));
	assert_int_equal(spnego_server_new(&a, &config), NS_OK);
	assert_int_equal(gss_peer_run(a, &peer), NS_OK);
	assert_int_equal(peer.major, GSS_S_COMPLETE);
	gss_peer_assert_same_key(a, &peer);
	assert_string_equal(auth_identity(a).user, "bob");
	auth_free(a);
	gss_peer_release(&peer);
	auth_credentials_release(&creds);
}

static void misuse_is_refused(void **state)
{
	struct auth_credentials creds = creds_of(NULL, NULL, "alice.ccache", NULL);
	struct auth_client_config client = lab_client(&creds);
	struct auth_server_config config = server_config(AUTH_MECH_KERBEROS);
	struct secret key = {0};
	struct buf out;
	struct auth *a, *s;

	(void)state;
	client.host = NULL;
	assert_int_equal(kerberos_client_new(&a, &client), NS_EINVAL);
	assert_null(a);
	buf_init(&out, AUTH_TOKEN_MAX);
	client.host = "server1";
	assert_int_equal(kerberos_client_new(&a, &client), NS_OK);
	assert_int_equal(auth_export_key(a, &key), NS_EINVAL);
	assert_int_equal(auth_get_mic(a, &out, VIEW_LITERAL("x")), NS_EINVAL);
	assert_int_equal(auth_verify_mic(a, VIEW_LITERAL("x"), VIEW_LITERAL("x")),
			 NS_EINVAL);
	auth_free(a);
	assert_int_equal(run_bare(&config, NULL, &a, &s).client, NS_OK);
	assert_int_equal(auth_step(a, &out, (struct view){0}), NS_EINVAL);
	assert_int_equal(auth_step(s, &out, (struct view){0}), NS_EINVAL);
	auth_free(a);
	auth_free(s);
	auth_credentials_release(&creds);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_password_signs_in),
		cmocka_unit_test(a_keytab_signs_in),
		cmocka_unit_test(a_cache_signs_in),
		cmocka_unit_test(bad_credentials_are_told_apart),
		cmocka_unit_test(a_silent_realm_is_unreachable),
		cmocka_unit_test(the_dns_has_no_say_in_whom_we_trust),
		cmocka_unit_test(a_host_of_no_known_realm),
		cmocka_unit_test(a_server_without_the_key_refuses),
		cmocka_unit_test(mics_verify_across),
		cmocka_unit_test(the_best_common_mechanism_is_chosen),
		cmocka_unit_test(a_downgrade_is_detected),
		cmocka_unit_test(changed_tickets_are_refused),
		cmocka_unit_test(spnego_agrees_with_mit),
		cmocka_unit_test(misuse_is_refused),
	};

	if (getenv("KDC_DIR") == NULL) {
		printf("Bail out! run me by kerberos.sh\n");
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
