/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "auth_lab.h"
#include "base/utf16.h"
#include "lib/hex.h"
#include "security/ntlm.h"
#include "security/ntlm_msg.h"

/* Both sides and what became of them. */
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
	assert_int_equal(ntlm_client_new(&p->client, &client), NS_OK);
	assert_int_equal(ntlm_server_new(&p->server, &p->config), NS_OK);
}

static void pair_release(struct pair *p)
{
	auth_free(p->client);
	auth_free(p->server);
	auth_credentials_release(&p->creds);
}

static void logs_in(const char *name, const char *password, const char *user)
{
	struct auth_identity id;
	struct pair p;

	pair_init(&p, name, password);
	p.result = lab_run(p.client, p.server, NULL);
	assert_int_equal(p.result.client, NS_OK);
	assert_int_equal(p.result.server, NS_OK);
	assert_int_equal(p.result.tokens, 3);
	lab_assert_same_key(p.client, p.server);
	id = auth_identity(p.server);
	assert_string_equal(id.user, user);
	assert_false(id.anonymous);
	assert_false(id.guest);
	assert_int_equal(auth_mech(p.server), AUTH_MECH_NTLM);
	pair_release(&p);
}

static void refused(const char *name, const char *password)
{
	struct secret key = {0};
	struct pair p;

	pair_init(&p, name, password);
	p.result = lab_run(p.client, p.server, NULL);
	assert_int_equal(p.result.server, NS_EAUTH);
	assert_int_equal(auth_export_key(p.server, &key), NS_EINVAL);
	pair_release(&p);
}

static void the_right_password_signs_in(void **state)
{
	(void)state;
	logs_in("alice", "passalice", "alice");
	logs_in("NETSESS\\alice", "passalice", "alice");
	logs_in("netsess.Test\\ALICE", "passalice", "ALICE");
	logs_in("bob@some.where", "passbob", "bob");
}

static void names_need_not_be_english(void **state)
{
	(void)state;
	logs_in("j\xc3\x9cRGEN", "p\xc3\xa4ssw\xc3\xb6rd\xe2\x82\xac", "j\xc3\x9cRGEN");
	logs_in("\xd0\x96\xd0\xb0\xd0\xb1\xd0\x90", "secret",
		"\xd0\x96\xd0\xb0\xd0\xb1\xd0\x90");
}

static void all_else_is_refused_alike(void **state)
{
	(void)state;
	refused("alice", "wrong");
	refused("alice", "PASSALICE");
	refused("alice", "");
	refused("nobody", "passalice");
	refused("carol", "passcarol");
}

static void a_hash_is_as_good_as_its_password(void **state)
{
	struct auth_credentials creds = lab_credentials("alice", NULL);
	struct auth_server_config config = lab_server(AUTH_MECH_NTLM);
	struct auth_client_config client = lab_client(&creds);
	struct auth *c, *s;
	struct lab_result r;

	(void)state;
	assert_int_equal(auth_credentials_set_nt_hash_hex(
				 &creds, "74a1ae1003733f51dd78b3aa776b1745"),
			 NS_OK);
	assert_int_equal(ntlm_client_new(&c, &client), NS_OK);
	assert_int_equal(ntlm_server_new(&s, &config), NS_OK);
	r = lab_run(c, s, NULL);
	assert_int_equal(r.server, NS_OK);
	lab_assert_same_key(c, s);
	auth_free(c);
	auth_free(s);
	auth_credentials_release(&creds);
}

/* Names that do not exist or are disabled are computed with an empty hash, so as not to
 * show by the time it takes: knowing that must not open a door. */
static void an_empty_hash_opens_nothing(void **state)
{
	static const char *const users[] = {"nobody", "carol"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct auth_credentials creds = lab_credentials(users[i], NULL);
		struct auth_server_config config = lab_server(AUTH_MECH_NTLM);
		struct auth_client_config client = lab_client(&creds);
		struct auth *c, *s;

		assert_int_equal(auth_credentials_set_nt_hash_hex(
					 &creds, "00000000000000000000000000000000"),
				 NS_OK);
		assert_int_equal(ntlm_client_new(&c, &client), NS_OK);
		assert_int_equal(ntlm_server_new(&s, &config), NS_OK);
		assert_int_equal(lab_run(c, s, NULL).server, NS_EAUTH);
		auth_free(c);
		auth_free(s);
		auth_credentials_release(&creds);
	}
}

/* The code of one side is verified by the other, and by nobody else. */
static void mics_verify_across(void **state)
{
	struct view list = VIEW_LITERAL("list"), other = VIEW_LITERAL("lost");
	struct buf mic;
	struct pair p;

	(void)state;
	buf_init(&mic, 64);
	pair_init(&p, "alice", "passalice");
	assert_int_equal(auth_get_mic(p.client, &mic, list), NS_EINVAL);
	p.result = lab_run(p.client, p.server, NULL);
	assert_int_equal(auth_get_mic(p.client, &mic, list), NS_OK);
	assert_int_equal(auth_verify_mic(p.server, buf_view(&mic), list), NS_OK);
	assert_int_equal(auth_verify_mic(p.server, buf_view(&mic), other), NS_ESIGNATURE);
	assert_int_equal(auth_verify_mic(p.client, buf_view(&mic), list), NS_ESIGNATURE);
	assert_int_equal(auth_verify_mic(p.server, (struct view){0}, list), NS_ESIGNATURE);
	buf_clear(&mic);
	assert_int_equal(auth_get_mic(p.server, &mic, list), NS_OK);
	assert_int_equal(auth_verify_mic(p.client, buf_view(&mic), list), NS_OK);
	pair_release(&p);
	buf_release(&mic);
}

/* Flips one bit of one token. */
struct flip {
	int leg;
	size_t bit;
	bool past_end;
};

static void flip_bit(void *ctx, int leg, struct buf *token)
{
	struct flip *f = ctx;

	if (leg != f->leg)
		return;
	if (f->bit / 8 >= token->n)
		f->past_end = true;
	else
		token->p[f->bit / 8] ^= (uint8_t)(1u << f->bit % 8);
}

/* The MIC covers all three messages: not one bit of them can be changed. */
static void every_changed_bit_is_refused(void **state)
{
	(void)state;
	for (int leg = 0; leg < 3; leg++) {
		struct flip f = {.leg = leg};
		struct lab_wire wire = {flip_bit, &f};

		for (; !f.past_end; f.bit++) {
			struct pair p;

			pair_init(&p, "alice", "passalice");
			p.result = lab_run(p.client, p.server, &wire);
			if (!f.past_end)
				assert_int_not_equal(p.result.server, NS_OK);
			pair_release(&p);
		}
		assert_true(f.bit > 300);
	}
}

/* How an AUTHENTICATE is changed on its way, and what the server then says. */
struct authenticate_row {
	void (*change)(struct ntlm_authenticate *msg);
	enum ns_err err;
};

static void change_third(void *ctx, int leg, struct buf *token)
{
	const struct authenticate_row *row = ctx;
	struct ntlm_authenticate msg;
	struct buf changed;

	if (leg != 2)
		return;
	buf_init(&changed, NTLM_MESSAGE_MAX);
	assert_int_equal(ntlm_authenticate_decode(&msg, buf_view(token)), NS_OK);
	row->change(&msg);
	assert_int_equal(ntlm_authenticate_encode(&changed, &msg), NS_OK);
	buf_move(token, &changed);
}

static void make_v1(struct ntlm_authenticate *msg)
{
	msg->nt_response = view_slice(msg->nt_response, 0, 24);
}

static void drop_key(struct ntlm_authenticate *msg)
{
	msg->session_key = (struct view){0};
}

static void shorten_key(struct ntlm_authenticate *msg)
{
	msg->session_key = view_slice(msg->session_key, 0, 15);
}

static void drop_unicode(struct ntlm_authenticate *msg)
{
	msg->flags &= ~NTLMSSP_NEGOTIATE_UNICODE;
}

static void odd_user(struct ntlm_authenticate *msg)
{
	msg->user = view_slice(msg->user, 0, msg->user.n - 1);
}

static void user_with_nul(struct ntlm_authenticate *msg)
{
	static const uint8_t name[] = {'b', 0, 'o', 0, 'b', 0, 0, 0, 'x', 0};

	msg->user = view_of(name, sizeof(name));
}

static void lone_surrogate(struct ntlm_authenticate *msg)
{
	static const uint8_t name[] = {'b', 0, 0x00, 0xd8};

	msg->user = view_of(name, sizeof(name));
}

static void no_user(struct ntlm_authenticate *msg)
{
	msg->user = (struct view){0};
}

static void malformed_authenticates_are_refused(void **state)
{
	static struct authenticate_row rows[] = {
		{make_v1, NS_EUNSUPPORTED},   {drop_key, NS_EFORMAT},
		{shorten_key, NS_EFORMAT},    {drop_unicode, NS_EFORMAT},
		{odd_user, NS_EFORMAT},       {user_with_nul, NS_EFORMAT},
		{lone_surrogate, NS_EFORMAT}, {no_user, NS_EAUTH},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct lab_wire wire = {change_third, &rows[i]};
		struct pair p;

		pair_init(&p, "alice", "passalice");
		p.result = lab_run(p.client, p.server, &wire);
		assert_int_equal(p.result.server, rows[i].err);
		pair_release(&p);
	}
}

/* What the client makes of a challenge whose fields were changed. */
struct challenge_change {
	uint32_t clear;
	uint32_t set;
	const char *target_info; /* hex; NULL: as it is */
	bool no_name;
};

static void change_second(void *ctx, int leg, struct buf *token)
{
	const struct challenge_change *change = ctx;
	struct ntlm_challenge msg;
	struct view info = {0};
	struct buf changed;

	if (leg != 1)
		return;
	buf_init(&changed, NTLM_MESSAGE_MAX);
	assert_int_equal(ntlm_challenge_decode(&msg, buf_view(token)), NS_OK);
	msg.flags = (msg.flags & ~change->clear) | change->set;
	if (change->target_info != NULL)
		msg.target_info = info = view_of_hex(change->target_info);
	if (change->no_name)
		msg.target_name = (struct view){0};
	assert_int_equal(ntlm_challenge_encode(&changed, &msg), NS_OK);
	buf_move(token, &changed);
	view_free(info);
}

static void weak_or_malformed_challenges_are_refused(void **state)
{
	static struct challenge_change rows[] = {
		{.clear = NTLMSSP_NEGOTIATE_UNICODE},
		{.clear = NTLMSSP_NEGOTIATE_SIGN},
		{.clear = NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY},
		{.clear = NTLMSSP_NEGOTIATE_TARGET_INFO},
		{.clear = NTLMSSP_NEGOTIATE_128},
		{.clear = NTLMSSP_NEGOTIATE_KEY_EXCH},
		{.target_info = ""},
		{.target_info = "00000000"},
		{.target_info = "02000200410000000000"},
		{.target_info = "01000200410000000000"},
		{.target_info = "0100020041000200020041"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct lab_wire wire = {change_second, &rows[i]};
		struct pair p;

		pair_init(&p, "alice", "passalice");
		p.result = lab_run(p.client, p.server, &wire);
		assert_int_not_equal(p.result.client, NS_OK);
		assert_int_not_equal(p.result.client, NS_AGAIN);
		pair_release(&p);
	}
}

/* An empty TargetName has crashed other clients; for us it is just not used. */
static void an_empty_target_name_is_no_matter(void **state)
{
	struct challenge_change change = {.no_name = true};
	struct lab_wire wire = {change_second, &change};
	struct pair p;

	(void)state;
	pair_init(&p, "alice", "passalice");
	p.result = lab_run(p.client, p.server, &wire);
	assert_int_equal(p.result.client, NS_OK);
	/* The server sees by the MIC that its challenge was changed. */
	assert_int_equal(p.result.server, NS_EAUTH);
	pair_release(&p);
}

/* Cuts one token. */
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

static void every_truncation_is_refused(void **state)
{
	(void)state;
	for (int leg = 0; leg < 3; leg++) {
		struct cut cut = {.leg = leg};
		struct lab_wire wire = {cut_token, &cut};

		for (; !cut.past_end; cut.n++) {
			struct pair p;

			pair_init(&p, "alice", "passalice");
			p.result = lab_run(p.client, p.server, &wire);
			if (!cut.past_end)
				assert_int_not_equal(p.result.server, NS_OK);
			pair_release(&p);
		}
		assert_true(cut.n > 30);
	}
}

/* A random change to one token; the same ones in each run. */
struct mutation {
	int leg;
	uint32_t seed;
	bool changed;
};

static void mutate_token(void *ctx, int leg, struct buf *token)
{
	struct mutation *m = ctx;
	struct view v;

	if (leg != m->leg)
		return;
	v = lab_mutate(buf_view(token), &m->seed);
	m->changed = !view_equal(v, buf_view(token));
	buf_clear(token);
	assert_int_equal(buf_append(token, v), NS_OK);
	view_free(v);
}

static void mutations_never_sign_in(void **state)
{
	struct mutation m = {.seed = 2026};
	struct lab_wire wire = {mutate_token, &m};

	(void)state;
	for (int i = 0; i < 3 * 2000; i++) {
		struct pair p;

		m.leg = i % 3;
		m.changed = false;
		pair_init(&p, "alice", "passalice");
		p.result = lab_run(p.client, p.server, &wire);
		assert_int_equal(p.result.server == NS_OK, !m.changed);
		pair_release(&p);
	}
}

static struct lab_result run_anonymous(bool allow, struct auth_identity *id)
{
	struct auth_credentials creds = {.anonymous = true};
	struct auth_server_config config = lab_server(AUTH_MECH_NTLM);
	struct auth_client_config client = lab_client(&creds);
	struct secret key = {0};
	struct auth *c, *s;
	struct lab_result r;

	config.allow_anonymous = allow;
	assert_int_equal(ntlm_client_new(&c, &client), NS_OK);
	assert_int_equal(ntlm_server_new(&s, &config), NS_OK);
	r = lab_run(c, s, NULL);
	*id = auth_identity(s);
	id->user = id->domain = NULL;
	assert_true(auth_identity(c).anonymous);
	assert_int_equal(auth_export_key(c, &key), NS_EINVAL);
	assert_int_equal(auth_export_key(s, &key), NS_EINVAL);
	auth_free(c);
	auth_free(s);
	return r;
}

static void anonymous_is_an_explicit_case(void **state)
{
	struct auth_identity id;

	(void)state;
	assert_int_equal(run_anonymous(false, &id).server, NS_EAUTH);
	assert_false(id.anonymous);
	assert_int_equal(run_anonymous(true, &id).server, NS_OK);
	assert_true(id.anonymous);
}

/* Guests are unknown users, not those with a wrong password or a closed account. */
static void guests_are_an_explicit_case(void **state)
{
	static const struct {
		const char *user;
		enum ns_err err;
	} rows[] = {{"nobody", NS_OK}, {"alice", NS_EAUTH}, {"carol", NS_EAUTH}};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct secret key = {0};
		struct pair p;

		pair_init(&p, rows[i].user, "whatever");
		p.config.allow_guest = true;
		p.result = lab_run(p.client, p.server, NULL);
		assert_int_equal(p.result.server, rows[i].err);
		assert_int_equal(auth_identity(p.server).guest, rows[i].err == NS_OK);
		assert_int_equal(auth_export_key(p.server, &key), NS_EINVAL);
		pair_release(&p);
	}
}

static void misuse_is_refused(void **state)
{
	struct auth_credentials none = {0}, creds = lab_credentials("alice", NULL);
	struct auth_client_config client = lab_client(&none);
	struct auth_server_config config = {.mechs = AUTH_MECH_NTLM};
	struct auth *a;
	struct buf out;
	struct pair p;

	(void)state;
	assert_int_equal(ntlm_client_new(&a, &client), NS_ENOCREDS);
	assert_null(a);
	client.creds = &creds;
	assert_int_equal(ntlm_client_new(&a, &client), NS_ENOCREDS);
	assert_int_equal(ntlm_server_new(&a, &config), NS_EINVAL);
	buf_init(&out, AUTH_TOKEN_MAX);
	pair_init(&p, "alice", "passalice");
	p.result = lab_run(p.client, p.server, NULL);
	assert_int_equal(auth_step(p.client, &out, (struct view){0}), NS_EINVAL);
	assert_int_equal(auth_step(p.server, &out, (struct view){0}), NS_EINVAL);
	pair_release(&p);
	auth_credentials_release(&creds);
	buf_release(&out);
}

/* Nothing of time or chance comes from anywhere but the environment. */
static void the_same_environment_gives_the_same_key(void **state)
{
	struct secret one = {0}, two = {0};
	struct pair p;

	(void)state;
	pair_init(&p, "alice", "passalice");
	p.result = lab_run(p.client, p.server, NULL);
	assert_int_equal(auth_export_key(p.server, &one), NS_OK);
	pair_release(&p);
	pair_init(&p, "alice", "passalice");
	p.result = lab_run(p.client, p.server, NULL);
	assert_int_equal(auth_export_key(p.server, &two), NS_OK);
	pair_release(&p);
	assert_view_equal(secret_view(&one), secret_view(&two));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_right_password_signs_in),
		cmocka_unit_test(names_need_not_be_english),
		cmocka_unit_test(all_else_is_refused_alike),
		cmocka_unit_test(a_hash_is_as_good_as_its_password),
		cmocka_unit_test(an_empty_hash_opens_nothing),
		cmocka_unit_test(mics_verify_across),
		cmocka_unit_test(every_changed_bit_is_refused),
		cmocka_unit_test(malformed_authenticates_are_refused),
		cmocka_unit_test(weak_or_malformed_challenges_are_refused),
		cmocka_unit_test(an_empty_target_name_is_no_matter),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(mutations_never_sign_in),
		cmocka_unit_test(anonymous_is_an_explicit_case),
		cmocka_unit_test(guests_are_an_explicit_case),
		cmocka_unit_test(misuse_is_refused),
		cmocka_unit_test(the_same_environment_gives_the_same_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
