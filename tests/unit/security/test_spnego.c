/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "auth_lab.h"
#include "lib/hex.h"
#include "security/ntlm.h"
#include "security/spnego_auth.h"
#include "wire/spnego.h"

struct pair {
	struct auth_credentials creds;
	struct auth_server_config config;
	struct auth *client, *server;
	struct lab_result result;
};

static void pair_init(struct pair *p, const char *name, const char *password)
{
	struct auth_client_config client;

	lab_reset();
	*p = (struct pair){.creds = lab_credentials(name, password),
			   .config = lab_server(AUTH_MECH_NTLM)};
	client = lab_client(&p->creds);
	assert_int_equal(spnego_client_new(&p->client, &client), NS_OK);
	assert_int_equal(spnego_server_new(&p->server, &p->config), NS_OK);
}

static void pair_release(struct pair *p)
{
	auth_free(p->client);
	auth_free(p->server);
	auth_credentials_release(&p->creds);
}

static void ntlm_takes_two_legs(void **state)
{
	struct auth_identity id;
	struct secret key = {0};
	struct buf out;
	struct pair p;

	(void)state;
	buf_init(&out, AUTH_TOKEN_MAX);
	pair_init(&p, "NETSESS\\alice", "passalice");
	assert_int_equal(auth_mech(p.client), 0);
	assert_int_equal(auth_export_key(p.client, &key), NS_EINVAL);
	p.result = lab_run(p.client, p.server, NULL);
	assert_int_equal(p.result.client, NS_OK);
	assert_int_equal(p.result.server, NS_OK);
	assert_int_equal(p.result.tokens, 4);
	lab_assert_same_key(p.client, p.server);
	id = auth_identity(p.server);
	assert_string_equal(id.user, "alice");
	assert_string_equal(id.domain, "NETSESS");
	assert_string_equal(auth_identity(p.client).user, "alice");
	assert_int_equal(auth_mech(p.client), AUTH_MECH_NTLM);
	assert_int_equal(auth_mech(p.server), AUTH_MECH_NTLM);
	assert_int_equal(auth_step(p.client, &out, (struct view){0}), NS_EINVAL);
	assert_int_equal(auth_step(p.server, &out, (struct view){0}), NS_EINVAL);
	pair_release(&p);
}

static void a_wrong_password_is_refused(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, "alice", "wrong");
	p.result = lab_run(p.client, p.server, NULL);
	assert_int_equal(p.result.server, NS_EAUTH);
	assert_string_equal(auth_identity(p.server).user, "");
	pair_release(&p);
}

/* Kerberos was asked for too, but there is no ticket: the offer is NTLM alone. */
static void what_has_no_ticket_is_not_offered(void **state)
{
	struct auth_server_config config = lab_server(AUTH_MECH_NTLM | AUTH_MECH_KERBEROS);
	struct auth_credentials creds = lab_credentials("alice", NULL);
	struct auth_client_config client = lab_client(&creds);
	struct lab_result r;
	struct auth *c, *s;

	(void)state;
	assert_int_equal(auth_credentials_set_nt_hash_hex(
				 &creds, "26a9d7b4e6ab7a7e9d44ae5a5d0b0ff2"),
			 NS_OK);
	creds.mechs = AUTH_MECH_NTLM | AUTH_MECH_KERBEROS;
	assert_int_equal(spnego_client_new(&c, &client), NS_OK);
	assert_int_equal(spnego_server_new(&s, &config), NS_OK);
	r = lab_run(c, s, NULL);
	assert_int_equal(auth_mech(s), AUTH_MECH_NTLM);
	assert_int_equal(r.tokens, 3);
	assert_int_equal(r.server, NS_EAUTH);
	auth_free(c);
	auth_free(s);
	auth_credentials_release(&creds);
}

static void without_any_ticket_kerberos_says_why(void **state)
{
	struct auth_credentials creds = {0};
	struct auth_client_config client = lab_client(&creds);
	struct auth *c;
	struct buf out;

	(void)state;
	buf_init(&out, AUTH_TOKEN_MAX);
	assert_int_equal(spnego_client_new(&c, &client), NS_OK);
	assert_int_equal(auth_step(c, &out, (struct view){0}), NS_ENOCREDS);
	assert_int_equal(out.n, 0);
	assert_non_null(strstr(auth_error_text(c), "Kerberos: "));
	auth_free(c);
}

static void hints_rule_out_mechanisms(void **state)
{
	struct auth_server_config ntlm = lab_server(AUTH_MECH_NTLM);
	struct auth_server_config both = lab_server(AUTH_MECH_NTLM | AUTH_MECH_KERBEROS);
	struct auth_credentials creds = {.mechs = AUTH_MECH_KERBEROS};
	struct auth_client_config client = lab_client(&creds);
	struct spnego_init init;
	struct auth *c;
	struct buf hint;

	(void)state;
	buf_init(&hint, 256);
	assert_int_equal(spnego_server_hint(&hint, &ntlm), NS_OK);
	/* As Windows and Samba send it. */
	assert_int_equal(hint.n, 74);
	client.hint = buf_view(&hint);
	assert_int_equal(spnego_client_new(&c, &client), NS_EUNSUPPORTED);
	assert_null(c);
	buf_clear(&hint);
	assert_int_equal(spnego_server_hint(&hint, &both), NS_OK);
	client.hint = buf_view(&hint);
	assert_int_equal(spnego_init_decode(&init, client.hint), NS_OK);
	assert_int_equal(init.mech_count, 3);
	assert_int_equal(spnego_client_new(&c, &client), NS_OK);
	auth_free(c);
	client.hint = VIEW_LITERAL("no token at all");
	assert_int_equal(spnego_client_new(&c, &client), NS_OK);
	auth_free(c);
	buf_release(&hint);
}

/* Rewrites a NegTokenResp on its way; or the NegTokenInit. */
struct rewrite {
	int leg;
	void (*resp)(struct spnego_resp *resp);
	void (*init)(struct spnego_init *init);
};

static void rewrite_token(void *ctx, int leg, struct buf *token)
{
	const struct rewrite *rewrite = ctx;
	struct spnego_init init;
	struct spnego_resp resp;
	struct buf changed;
	struct wire_writer w = {.out = &changed};

	if (leg != rewrite->leg)
		return;
	buf_init(&changed, AUTH_TOKEN_MAX);
	if (rewrite->init != NULL) {
		assert_int_equal(spnego_init_decode(&init, buf_view(token)), NS_OK);
		rewrite->init(&init);
		spnego_init_encode(&w, &init);
	} else {
		assert_int_equal(spnego_resp_decode(&resp, buf_view(token)), NS_OK);
		rewrite->resp(&resp);
		spnego_resp_encode(&w, &resp);
	}
	assert_int_equal(wire_put_status(&w), NS_OK);
	buf_move(token, &changed);
}

static void drop_mic(struct spnego_resp *resp)
{
	resp->mic = (struct view){0};
}

static void wrong_mic(struct spnego_resp *resp)
{
	static const uint8_t mic[16] = {1};

	resp->mic = view_of(mic, sizeof(mic));
}

static void reject(struct spnego_resp *resp)
{
	*resp = (struct spnego_resp){.state = SPNEGO_REJECT};
}

static void choose_kerberos(struct spnego_resp *resp)
{
	resp->mech = SPNEGO_MECH_KRB5;
}

static void early_success(struct spnego_resp *resp)
{
	resp->state = SPNEGO_ACCEPT_COMPLETED;
}

static void no_token(struct spnego_resp *resp)
{
	resp->response_token = (struct view){0};
}

static void want_mic(struct spnego_resp *resp)
{
	resp->state = SPNEGO_REQUEST_MIC;
}

static void name_no_mech(struct spnego_resp *resp)
{
	resp->mech = SPNEGO_MECH_NONE;
}

static void add_mech_behind(struct spnego_init *init)
{
	init->mechs[init->mech_count++] = SPNEGO_MECH_KRB5;
}

static void add_mech_before(struct spnego_init *init)
{
	init->mechs[1] = init->mechs[0];
	init->mechs[0] = SPNEGO_MECH_KRB5;
	init->mech_count++;
}

static void only_other_mechs(struct spnego_init *init)
{
	init->mechs[0] = SPNEGO_MECH_KRB5;
}

static void rewritten_tokens_are_judged(void **state)
{
	static const struct {
		struct rewrite rewrite;
		enum ns_err client, server;
	} rows[] = {
		/* The MIC of either side is wrong, or covers another list. */
		{{2, wrong_mic, NULL}, NS_AGAIN, NS_ESIGNATURE},
		{{3, wrong_mic, NULL}, NS_ESIGNATURE, NS_OK},
		{{0, NULL, add_mech_behind}, NS_AGAIN, NS_ESIGNATURE},
		{{0, NULL, add_mech_before}, NS_EUNEXPECTED, NS_AGAIN},
		{{0, NULL, only_other_mechs}, NS_AGAIN, NS_EUNSUPPORTED},
		/* It is optional where the first choice was taken (RFC 4178 5) ... */
		{{2, drop_mic, NULL}, NS_OK, NS_OK},
		{{3, drop_mic, NULL}, NS_OK, NS_OK},
		/* ... unless one asks for it. */
		{{1, want_mic, NULL}, NS_OK, NS_OK},
		{{1, reject, NULL}, NS_EAUTH, NS_AGAIN},
		{{3, reject, NULL}, NS_EAUTH, NS_OK},
		{{2, reject, NULL}, NS_AGAIN, NS_EAUTH},
		{{1, choose_kerberos, NULL}, NS_EUNEXPECTED, NS_AGAIN},
		{{3, choose_kerberos, NULL}, NS_EUNEXPECTED, NS_OK},
		{{1, early_success, NULL}, NS_EUNEXPECTED, NS_AGAIN},
		{{1, no_token, NULL}, NS_EUNEXPECTED, NS_AGAIN},
		{{2, no_token, NULL}, NS_AGAIN, NS_ETRUNC},
		{{1, name_no_mech, NULL}, NS_OK, NS_OK},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rewrite rewrite = rows[i].rewrite;
		struct lab_wire wire = {rewrite_token, &rewrite};
		struct pair p;

		pair_init(&p, "alice", "passalice");
		p.result = lab_run(p.client, p.server, &wire);
		assert_int_equal(p.result.client, rows[i].client);
		assert_int_equal(p.result.server, rows[i].server);
		pair_release(&p);
	}
}

/* Asked for with the challenge and then stripped at the end: not accepted. */
static void strip_both(void *ctx, int leg, struct buf *token)
{
	struct rewrite ask = {1, want_mic, NULL}, strip = {3, drop_mic, NULL};

	(void)ctx;
	rewrite_token(&ask, leg, token);
	rewrite_token(&strip, leg, token);
}

static void a_mic_that_was_asked_for_must_come(void **state)
{
	struct lab_wire wire = {strip_both, NULL};
	struct pair p;

	(void)state;
	pair_init(&p, "alice", "passalice");
	p.result = lab_run(p.client, p.server, &wire);
	assert_int_equal(p.result.client, NS_ESIGNATURE);
	pair_release(&p);
}

struct cut {
	int leg;
	size_t n;
	bool past_end;
};

static void cut_token(void *ctx, int leg, struct buf *token)
{
	struct cut *c = ctx;

	if (leg != c->leg)
		return;
	c->past_end = c->n >= token->n;
	if (!c->past_end)
		token->n = c->n;
}

/* From one byte on: nothing at all is how some servers end. */
static void every_truncation_is_refused(void **state)
{
	(void)state;
	for (int leg = 0; leg < 4; leg++) {
		struct cut cut = {.leg = leg, .n = 1};
		struct lab_wire wire = {cut_token, &cut};

		for (; !cut.past_end; cut.n++) {
			struct pair p;

			pair_init(&p, "alice", "passalice");
			p.result = lab_run(p.client, p.server, &wire);
			if (!cut.past_end)
				assert_int_not_equal(p.result.client, NS_OK);
			pair_release(&p);
		}
		assert_true(cut.n > 8);
	}
}

static void an_empty_end_is_an_end(void **state)
{
	struct cut cut = {.leg = 3, .n = 0};
	struct lab_wire wire = {cut_token, &cut};
	struct pair p;

	(void)state;
	pair_init(&p, "alice", "passalice");
	p.result = lab_run(p.client, p.server, &wire);
	assert_int_equal(p.result.client, NS_OK);
	lab_assert_same_key(p.client, p.server);
	pair_release(&p);
}

struct mutation {
	int leg;
	uint32_t seed;
};

static void mutate_token(void *ctx, int leg, struct buf *token)
{
	struct mutation *m = ctx;
	struct view v;

	if (leg != m->leg)
		return;
	v = lab_mutate(buf_view(token), &m->seed);
	buf_clear(token);
	assert_int_equal(buf_append(token, v), NS_OK);
	view_free(v);
}

/* Whatever happens to a token: no crash, and who is signed in has the right key. */
static void mutations_do_no_harm(void **state)
{
	struct mutation m = {.seed = 4178};
	struct lab_wire wire = {mutate_token, &m};
	int survived = 0;

	(void)state;
	for (int i = 0; i < 4 * 2000; i++) {
		struct pair p;

		m.leg = i % 4;
		pair_init(&p, "alice", "passalice");
		p.result = lab_run(p.client, p.server, &wire);
		if (p.result.client == NS_OK && p.result.server == NS_OK) {
			lab_assert_same_key(p.client, p.server);
			survived++;
		}
		pair_release(&p);
	}
	assert_true(survived < 2000);
}

static void anonymous_and_guest_have_no_key(void **state)
{
	struct auth_credentials anonymous = {.anonymous = true};
	struct auth_server_config config = lab_server(AUTH_MECH_NTLM);
	struct auth_client_config client = lab_client(&anonymous);
	struct secret key = {0};
	struct lab_result r;
	struct auth *c, *s;
	struct pair p;

	(void)state;
	config.allow_anonymous = true;
	assert_int_equal(spnego_client_new(&c, &client), NS_OK);
	assert_int_equal(spnego_server_new(&s, &config), NS_OK);
	r = lab_run(c, s, NULL);
	assert_int_equal(r.client, NS_OK);
	assert_int_equal(r.server, NS_OK);
	assert_true(auth_identity(s).anonymous);
	assert_true(auth_identity(c).anonymous);
	assert_int_equal(auth_export_key(s, &key), NS_EINVAL);
	assert_int_equal(auth_export_key(c, &key), NS_EINVAL);
	auth_free(c);
	auth_free(s);

	pair_init(&p, "nobody", "x");
	p.config.allow_guest = true;
	p.result = lab_run(p.client, p.server, NULL);
	assert_int_equal(p.result.server, NS_OK);
	assert_true(auth_identity(p.server).guest);
	assert_int_equal(auth_export_key(p.server, &key), NS_EINVAL);
	pair_release(&p);
}

/* Linux's client sends NTLMSSP as it is. */
static void a_client_without_spnego_is_served(void **state)
{
	struct auth_server_config config = lab_server(AUTH_MECH_NTLM);
	struct auth_credentials creds = lab_credentials("bob", "passbob");
	struct auth_client_config client = lab_client(&creds);
	struct lab_result r;
	struct auth *c, *s;

	(void)state;
	assert_int_equal(ntlm_client_new(&c, &client), NS_OK);
	assert_int_equal(spnego_server_new(&s, &config), NS_OK);
	r = lab_run(c, s, NULL);
	assert_int_equal(r.server, NS_OK);
	assert_int_equal(r.tokens, 3);
	lab_assert_same_key(c, s);
	assert_string_equal(auth_identity(s).user, "bob");
	auth_free(s);
	auth_free(c);

	config.mechs = AUTH_MECH_KERBEROS;
	assert_int_equal(ntlm_client_new(&c, &client), NS_OK);
	assert_int_equal(spnego_server_new(&s, &config), NS_OK);
	assert_int_equal(lab_run(c, s, NULL).server, NS_EUNSUPPORTED);
	auth_free(s);
	auth_free(c);
	auth_credentials_release(&creds);
}

static void misuse_is_refused(void **state)
{
	struct auth_server_config config = lab_server(0);
	struct auth_credentials creds = {.mechs = AUTH_MECH_NTLM};
	struct auth_client_config client = lab_client(&creds);
	struct auth *a;

	(void)state;
	assert_int_equal(spnego_server_new(&a, &config), NS_EINVAL);
	assert_null(a);
	assert_int_equal(spnego_client_new(&a, &client), NS_ENOCREDS);
	assert_null(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ntlm_takes_two_legs),
		cmocka_unit_test(a_wrong_password_is_refused),
		cmocka_unit_test(what_has_no_ticket_is_not_offered),
		cmocka_unit_test(without_any_ticket_kerberos_says_why),
		cmocka_unit_test(hints_rule_out_mechanisms),
		cmocka_unit_test(rewritten_tokens_are_judged),
		cmocka_unit_test(a_mic_that_was_asked_for_must_come),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(an_empty_end_is_an_end),
		cmocka_unit_test(mutations_do_no_harm),
		cmocka_unit_test(anonymous_and_guest_have_no_key),
		cmocka_unit_test(a_client_without_spnego_is_served),
		cmocka_unit_test(misuse_is_refused),
	};

	/* No realm, no name servers, no tickets. */
	setenv("KRB5_CONFIG", "/dev/null", 1);
	setenv("KRB5CCNAME", "FILE:/nonexistent/ccache", 1);
	setenv("KRB5_KTNAME", "FILE:/nonexistent/keytab", 1);
	setenv("KRB5_CLIENT_KTNAME", "FILE:/nonexistent/keytab", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
