/* SPDX-License-Identifier: MIT */
#include "auth_lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/utf16.h"
#include "lib/hex.h"
#include "security/ntlm_crypto.h"

static uint8_t counter;

static uint64_t lab_now(void *ctx)
{
	(void)ctx;
	return UINT64_C(133000000000000000);
}

static enum ns_err lab_random(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	for (size_t i = 0; i < n; i++)
		out[i] = counter++;
	return NS_OK;
}

const struct auth_env lab_env = {.now = lab_now, .random = lab_random};

void lab_reset(void)
{
	counter = 1;
}

static const struct {
	const char *user, *password;
	enum ns_err state;
} accounts[] = {
	{"alice", "passalice", NS_OK},
	{"bob", "passbob", NS_OK},
	{"carol", "passcarol", NS_EACCESS},
	{"J\xc3\xbcrgen", "p\xc3\xa4ssw\xc3\xb6rd\xe2\x82\xac", NS_OK},
	{"\xd0\xb6\xd0\xb0\xd0\xb1\xd0\xb0", "secret", NS_OK},
};

static enum ns_err lookup(void *ctx, struct secret *nt_hash, const char *user,
			  const char *domain)
{
	(void)ctx;
	assert_non_null(domain);
	for (size_t i = 0; i < sizeof(accounts) / sizeof(accounts[0]); i++) {
		if (!utf8_equal_folded(view_of_string(accounts[i].user),
				       view_of_string(user)))
			continue;
		if (accounts[i].state != NS_OK)
			return accounts[i].state;
		return ntlm_nt_hash(nt_hash, view_of_string(accounts[i].password));
	}
	return NS_EAUTH;
}

struct auth_server_config lab_server(unsigned mechs)
{
	return (struct auth_server_config){.mechs = mechs,
					   .lookup = lookup,
					   .netbios_name = "SERVER1",
					   .dns_name = "server1.netsess.test",
					   .env = &lab_env};
}

struct auth_credentials lab_credentials(const char *name, const char *password)
{
	struct auth_credentials c;

	auth_credentials_init(&c);
	assert_int_equal(auth_credentials_set_name(&c, name), NS_OK);
	if (password != NULL)
		assert_int_equal(auth_credentials_set_password(&c, password), NS_OK);
	return c;
}

struct auth_client_config lab_client(const struct auth_credentials *creds)
{
	return (struct auth_client_config){
		.creds = creds, .host = "server1", .workstation = "WS1", .env = &lab_env};
}

/* One token on its way: in a block of exactly its size, perhaps changed. */
static struct view carry(struct buf *token, int leg, const struct lab_wire *wire)
{
	if (wire != NULL)
		wire->touch(wire->ctx, leg, token);
	return view_dup(buf_view(token));
}

struct lab_result lab_run(struct auth *client, struct auth *server,
			  const struct lab_wire *wire)
{
	struct lab_result r = {.client = NS_AGAIN, .server = NS_AGAIN};
	struct view in = {0};
	struct buf token;

	buf_init(&token, AUTH_TOKEN_MAX);
	while (r.tokens < 20) {
		buf_clear(&token);
		r.client = auth_step(client, &token, in);
		view_free(in);
		in = (struct view){0};
		if ((r.client != NS_OK && r.client != NS_AGAIN) || token.n == 0)
			break;
		in = carry(&token, r.tokens++, wire);
		buf_clear(&token);
		r.server = auth_step(server, &token, in);
		view_free(in);
		in = (struct view){0};
		if ((r.server != NS_OK && r.server != NS_AGAIN) || r.client == NS_OK)
			break;
		in = carry(&token, r.tokens, wire);
		r.tokens += token.n > 0 ? 1 : 0;
	}
	view_free(in);
	buf_release(&token);
	return r;
}

void lab_assert_same_key(const struct auth *client, const struct auth *server)
{
	struct secret a = {0}, b = {0};

	assert_int_equal(auth_export_key(client, &a), NS_OK);
	assert_int_equal(auth_export_key(server, &b), NS_OK);
	assert_true(a.n >= NTLM_KEY_LEN);
	assert_view_equal(secret_view(&a), secret_view(&b));
}

uint32_t lab_next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

struct view lab_mutate(struct view v, uint32_t *seed)
{
	size_t n = v.n;
	uint8_t *p;

	if (lab_next(seed) % 4 == 0)
		n = lab_next(seed) % (v.n + 20);
	p = malloc(n > 0 ? n : 1);
	assert_non_null(p);
	for (size_t i = 0; i < n; i++)
		p[i] = i < v.n ? v.p[i] : (uint8_t)lab_next(seed);
	for (uint32_t k = 1 + lab_next(seed) % 4; n > 0 && k > 0; k--) {
		static const uint8_t telling[] = {0, 1, 0x7f, 0x80, 0xff};
		uint32_t pick = lab_next(seed) % 8;

		p[lab_next(seed) % n] = pick < 5 ? telling[pick] : (uint8_t)lab_next(seed);
	}
	return view_of(p, n);
}
