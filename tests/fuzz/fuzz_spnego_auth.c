/* SPDX-License-Identifier: MIT */
/*
 * A login over SPNEGO and NTLM, with somebody in between who changes the tokens; or (first
 * byte odd) tokens of the input alone, for either side.
 */
#include "fuzz/mutate.h"
#include "lib/hex.h"
#include "security/spnego_auth.h"
#include "unit/security/auth_lab.h"

static void touch(void *ctx, int leg, struct buf *token)
{
	(void)leg;
	fuzz_mutate(token, 0, ctx);
}

/* Both say yes: then they hold the same key, and the server knows who it is. */
static void check_success(const struct auth *client, const struct auth *server,
			  const char *user)
{
	struct auth_identity identity = auth_identity(server);

	if (identity.guest || identity.anonymous)
		return;
	FUZZ_CHECK(user != NULL && strcmp(identity.user, user) == 0);
	lab_assert_same_key(client, server);
}

static void in_between(struct auth *client, struct auth *server, const char *user,
		       struct fuzz_input *in)
{
	struct lab_wire wire = {.touch = touch, .ctx = in};
	struct lab_result result = lab_run(client, server, &wire);

	(void)auth_error_text(client);
	(void)auth_error_text(server);
	if (result.client == NS_OK && result.server == NS_OK)
		check_success(client, server, user);
}

/* Tokens with a byte of length each; nobody can sign in who knows no password. */
static void tokens(struct auth *a, bool is_client, struct fuzz_input *in)
{
	struct buf out;
	struct view token = {0};
	enum ns_err err = NS_AGAIN;

	buf_init(&out, AUTH_TOKEN_MAX);
	if (is_client)
		err = auth_step(a, &out, token);
	while (err == NS_AGAIN && in->rest.n > 0) {
		token = view_dup(fuzz_bytes(in, fuzz_u16(in) % 2048));
		buf_clear(&out);
		err = auth_step(a, &out, token);
		view_free(token);
	}
	if (err == NS_OK && !is_client)
		FUZZ_CHECK(auth_identity(a).guest || auth_identity(a).anonymous);
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const users[][2] = {{"alice", "passalice"}, {"bob", "passbob"},
					       {"carol", "passcarol"}, {"alice", "wrong"},
					       {"nobody", "none"},     {NULL, NULL}};
	struct fuzz_input in = fuzz_input_of(data, size);
	uint8_t how = fuzz_u8(&in);
	const char *const *who = users[fuzz_below(&in, 6)];
	struct auth_server_config server_config = lab_server(AUTH_MECH_NTLM);
	struct auth_credentials creds =
		lab_credentials(who[0] != NULL ? who[0] : "alice", who[1]);
	struct auth_client_config client_config = lab_client(&creds);
	struct auth *client, *server;

	lab_reset();
	creds.mechs = AUTH_MECH_NTLM;
	creds.anonymous = who[0] == NULL;
	server_config.allow_anonymous = (how & 2) != 0;
	server_config.allow_guest = (how & 4) != 0;
	FUZZ_CHECK(spnego_client_new(&client, &client_config) == NS_OK);
	FUZZ_CHECK(spnego_server_new(&server, &server_config) == NS_OK);
	if (how % 2 == 0)
		in_between(client, server, who[0], &in);
	else
		tokens((how & 8) != 0 ? client : server, (how & 8) != 0, &in);
	auth_free(client);
	auth_free(server);
	auth_credentials_release(&creds);
	return 0;
}
