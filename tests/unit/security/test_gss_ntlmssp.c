/* SPDX-License-Identifier: MIT */
/*
 * Our NTLM and SPNEGO against somebody else's: the gss-ntlmssp package and MIT's SPNEGO,
 * each as client and as server.  Skipped, and said so, where the package is missing.
 */
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
#include "security/ntlm.h"
#include "security/spnego_auth.h"

#define PACKAGE "/etc/gss/mech.d/mech.ntlmssp.conf"

/* What that package and the libraries under it leave behind is not ours to free. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libcrypto\nleak:libkrb5\nleak:gssntlmssp\nleak:libgssapi\n";
}

static char accounts[] = "netsess-accounts-XXXXXX";

/* Our client on their server. */
static void sign_in_to_them(gss_OID mech, const char *name, const char *password, bool good)
{
	struct auth_credentials creds = lab_credentials(name, password);
	struct auth_client_config config = lab_client(&creds);
	struct gss_peer server;
	struct auth *client;
	enum ns_err err;

	if (mech == &gss_peer_spnego)
		assert_int_equal(spnego_client_new(&client, &config), NS_OK);
	else
		assert_int_equal(ntlm_client_new(&client, &config), NS_OK);
	gss_peer_init_server(&server, mech, &gss_peer_ntlm, "server1", "ntlmssp_keyfile",
			     accounts);
	err = gss_peer_run(client, &server);
	if (good) {
		assert_int_equal(err, NS_OK);
		assert_int_equal(server.major, GSS_S_COMPLETE);
		gss_peer_assert_same_key(client, &server);
	} else {
		assert_true(GSS_ERROR(server.major) != 0);
	}
	gss_peer_release(&server);
	auth_free(client);
	auth_credentials_release(&creds);
}

/* Their client on our server. */
static void they_sign_in(gss_OID mech, const char *name, const char *password, bool good)
{
	struct auth_server_config config = lab_server(AUTH_MECH_NTLM);
	struct gss_peer client;
	struct auth *server;
	enum ns_err err;

	config.env = NULL; /* theirs looks at the clock */
	if (mech == &gss_peer_spnego)
		assert_int_equal(spnego_server_new(&server, &config), NS_OK);
	else
		assert_int_equal(ntlm_server_new(&server, &config), NS_OK);
	gss_peer_init_client(&client, mech, &gss_peer_ntlm, name, "server1",
			     "ntlmssp_password", password);
	err = gss_peer_run(server, &client);
	assert_int_equal(err, good ? NS_OK : NS_EAUTH);
	if (good) {
		assert_int_equal(client.major, GSS_S_COMPLETE);
		gss_peer_assert_same_key(server, &client);
	}
	gss_peer_release(&client);
	auth_free(server);
}

static bool is_installed(void)
{
	return access(PACKAGE, R_OK) == 0;
}

static void our_client_their_server(void **state)
{
	(void)state;
	if (!is_installed())
		skip();
	sign_in_to_them(&gss_peer_ntlm, "NETSESS\\alice", "passalice", true);
	sign_in_to_them(&gss_peer_ntlm, "NETSESS\\alice", "wrong", false);
	sign_in_to_them(&gss_peer_ntlm, "NETSESS\\nobody", "passalice", false);
}

static void our_client_their_server_in_spnego(void **state)
{
	(void)state;
	if (!is_installed())
		skip();
	sign_in_to_them(&gss_peer_spnego, "NETSESS\\alice", "passalice", true);
	sign_in_to_them(&gss_peer_spnego, "NETSESS\\alice", "wrong", false);
}

static void their_client_our_server(void **state)
{
	(void)state;
	if (!is_installed())
		skip();
	they_sign_in(&gss_peer_ntlm, "NETSESS\\alice", "passalice", true);
	they_sign_in(&gss_peer_ntlm, "other\\Bob", "passbob", true);
	they_sign_in(&gss_peer_ntlm, "alice", "passalice", true);
	they_sign_in(&gss_peer_ntlm, "NETSESS\\alice", "wrong", false);
	they_sign_in(&gss_peer_ntlm, "NETSESS\\carol", "passcarol", false);
}

static void their_client_our_server_in_spnego(void **state)
{
	(void)state;
	if (!is_installed())
		skip();
	they_sign_in(&gss_peer_spnego, "NETSESS\\alice", "passalice", true);
	they_sign_in(&gss_peer_spnego, "NETSESS\\alice", "wrong", false);
}

static int write_accounts(void **state)
{
	static const char line[] = "NETSESS:alice:passalice\n";
	int fd = mkstemp(accounts);

	(void)state;
	if (fd < 0)
		return -1;
	if (write(fd, line, sizeof(line) - 1) != (ssize_t)sizeof(line) - 1)
		return -1;
	return close(fd);
}

static int remove_accounts(void **state)
{
	(void)state;
	return unlink(accounts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(our_client_their_server),
		cmocka_unit_test(our_client_their_server_in_spnego),
		cmocka_unit_test(their_client_our_server),
		cmocka_unit_test(their_client_our_server_in_spnego),
	};

	if (!is_installed())
		printf("# SKIP %s is missing: install gss-ntlmssp\n", PACKAGE);
	setenv("KRB5_CONFIG", "/dev/null", 1);
	return cmocka_run_group_tests(tests, write_accounts, remove_accounts);
}
