/* SPDX-License-Identifier: MIT */
/*
 * The client engine with Kerberos: runs in the realm that unit/security/kerberos.sh sets
 * up; its folder is in KDC_DIR.  The server is called localhost there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "unit/client/conn_rig.h"

static char keytab[1024];

static void set_ccache(struct auth_credentials *c, const char *file)
{
	char path[1024];

	(void)snprintf(path, sizeof(path), "FILE:%s/%s", getenv("KDC_DIR"), file);
	auth_credentials_init(c);
	c->mechs = AUTH_MECH_KERBEROS;
	assert_int_equal(auth_credentials_set(&c->ccache, path), NS_OK);
}

static void four_round_trips(void **state)
{
	static const uint16_t dialects[] = {0x0202, 0x0210, 0x0300, 0x0302, 0x0311};
	struct auth_credentials alice;
	struct conn_config client = {.host = "localhost", .credentials = &alice};

	(void)state;
	set_ccache(&alice, "alice.ccache");
	for (size_t i = 0; i < 5; i++) {
		struct smbpeer_config server = {
			.dialect = dialects[i], .keytab = keytab, .reply = 50};
		struct rig r;

		client.require_encryption = dialects[i] >= 0x0300;
		rig_init(&r, &client, &server);
		rig_expect(&r, NS_OK, true);
		assert_int_equal(rig_info(&r).round_trips, 4);
		assert_int_equal(r.peer.flights, 4);
		assert_string_equal(rig_info(&r).user, "alice");
		rig_release(&r);
	}
	auth_credentials_release(&alice);
}

static void keys_as_long_as_the_cipher(void **state)
{
	struct auth_credentials alice;
	struct conn_config client = {
		.host = "localhost", .credentials = &alice, .require_encryption = true};

	(void)state;
	set_ccache(&alice, "alice.ccache");
	for (uint16_t cipher = 1; cipher <= 4; cipher++) {
		struct smbpeer_config server = {.cipher = cipher, .keytab = keytab};

		assert_int_equal(rig_once(&client, &server), NS_OK);
	}
	auth_credentials_release(&alice);
}

static void tickets_that_are_not_there(void **state)
{
	struct auth_credentials nobody;
	struct conn_config client = {.host = "localhost", .credentials = &nobody};
	struct smbpeer_config server = {.keytab = keytab};
	struct rig r;

	(void)state;
	set_ccache(&nobody, "no-such.ccache");
	rig_init(&r, &client, &server);
	rig_expect(&r, NS_ENOCREDS, false);
	assert_true(rig_info(&r).text[0] != '\0');
	rig_release(&r);
	auth_credentials_release(&nobody);
	set_ccache(&nobody, "stale.ccache");
	assert_int_equal(rig_once(&client, &server), NS_ENOCREDS);
	auth_credentials_release(&nobody);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(four_round_trips),
		cmocka_unit_test(keys_as_long_as_the_cipher),
		cmocka_unit_test(tickets_that_are_not_there),
	};

	(void)snprintf(keytab, sizeof(keytab), "%s/server.keytab", getenv("KDC_DIR"));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
