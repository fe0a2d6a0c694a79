/* SPDX-License-Identifier: MIT */
/* netsessd.conf: what is accepted, and what is refused with its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/config.h"
#include "daemon/config_check.h"

static char folder[64];
static char path[128];

static int make_folder(void **state)
{
	(void)state;
	(void)snprintf(folder, sizeof(folder), "/tmp/netsess-config-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/conf", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(folder);
}

static void write_text(const char *name, const char *text)
{
	FILE *file = fopen(name, "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void read_good(struct server_config *c, const char *text)
{
	char error[CONFIG_ERROR_MAX];

	write_text(path, text);
	if (config_read(c, error, path) != NS_OK)
		fail_msg("%s", error);
}

#define SIGN_IN "server { accounts = \"/etc/accounts\" }\n"

static void test_defaults(void **state)
{
	struct server_config c;

	(void)state;
	read_good(&c, SIGN_IN);
	assert_string_equal(c.accounts, "/etc/accounts");
	assert_string_equal(c.name, "NETSESS");
	assert_string_equal(c.domain, "WORKGROUP");
	assert_int_equal(c.min_dialect, 0x0202);
	assert_int_equal(c.max_dialect, 0x0311);
	assert_true(c.signing_required);
	assert_int_equal(c.encryption, CONFIG_ENCRYPTION_OPTIONAL);
	assert_false(c.allow_guest || c.allow_anonymous);
	assert_int_equal(c.listen_count, 1);
	assert_string_equal(c.listen[0].host, "*");
	assert_int_equal(c.listen[0].port, 445);
	assert_int_equal(c.autodisconnect_ms, 15 * 60 * 1000);
	assert_string_equal(c.local_socket, "/run/netsess/srvsvc");
	assert_int_equal(c.share_count, 0);
	server_config_release(&c);
}

static void test_every_key(void **state)
{
	struct server_config c;

	(void)state;
	read_good(&c, "# a comment\n"
		      "server {\n"
		      "  name = files-1\n"
		      "  domain = \"Corp\"\n"
		      "  dns_name = files-1.corp.example\n"
		      "  dns_domain = corp.example\n"
		      "  comment = \"Akten\"\n"
		      "  listen = {\"127.0.0.1\", \"[::1]:4450\", \"*:139\"}\n"
		      "  port = 4445\n"
		      "  local_socket = \"\"\n"
		      "  min_protocol = \"2.1\"\n"
		      "  max_protocol = \"3.0.2\"\n"
		      "  signing = optional\n"
		      "  encryption = required\n"
		      "  multichannel = no\n"
		      "  keytab = \"FILE:/etc/krb5.keytab\"\n"
		      "  kerberos_host = files-1.corp.example\n"
		      "  guest = yes\n"
		      "  anonymous = true\n"
		      "  autodisconnect = 0\n"
		      "  max_connections = 1\n"
		      "  max_unauthenticated = 2\n"
		      "  max_sessions = 3\n"
		      "  max_sessions_per_connection = 4\n"
		      "  max_sessions_per_user = 5\n"
		      "  max_sessions_per_client = 6\n"
		      "  max_opens_per_session = 7\n"
		      "  keepalive = 8\n"
		      "  drain = 9\n"
		      "  threads = 10\n"
		      "  user = nobody\n"
		      "  log_level = debug\n"
		      "}\n"
		      "share \"Data\" {\n"
		      "  path = \"/tmp\"\n"
		      "  comment = \"all\"\n"
		      "  read_only = yes\n"
		      "  encrypt = yes\n"
		      "  users = {\"alice@REALM.EXAMPLE\", \"S-1-5-21-1-2-3-513\"}\n"
		      "  users += {bob}\n"
		      "  max_uses = 11\n"
		      "  oplocks = false\n"
		      "}\n"
		      "share \"hid$\" { path = \"/\" }\n"
		      "group \"administrators\" { members = {admin} }\n"
		      "group \"Server Operators\" { members = {op, \"@root\"} }\n");
	assert_string_equal(c.name, "FILES-1");
	assert_string_equal(c.domain, "CORP");
	assert_string_equal(c.dns_name, "files-1.corp.example");
	assert_string_equal(c.comment, "Akten");
	assert_int_equal(c.listen_count, 3);
	assert_string_equal(c.listen[0].host, "127.0.0.1");
	assert_int_equal(c.listen[0].port, 4445);
	assert_string_equal(c.listen[1].host, "::1");
	assert_int_equal(c.listen[1].port, 4450);
	assert_int_equal(c.listen[2].port, 139);
	assert_null(c.local_socket);
	assert_null(c.accounts);
	assert_int_equal(c.min_dialect, 0x0210);
	assert_int_equal(c.max_dialect, 0x0302);
	assert_false(c.signing_required || c.multichannel);
	assert_int_equal(c.encryption, CONFIG_ENCRYPTION_REQUIRED);
	assert_true(c.allow_guest && c.allow_anonymous);
	assert_int_equal(c.autodisconnect_ms, 0);
	assert_int_equal(c.max_connections, 1);
	assert_int_equal(c.max_unauthenticated, 2);
	assert_int_equal(c.max_sessions, 3);
	assert_int_equal(c.max_sessions_per_connection, 4);
	assert_int_equal(c.max_sessions_per_user, 5);
	assert_int_equal(c.max_sessions_per_client, 6);
	assert_int_equal(c.max_opens_per_session, 7);
	assert_int_equal(c.keepalive_s, 8);
	assert_int_equal(c.drain_ms, 9000);
	assert_int_equal(c.pool_threads, 10);
	assert_string_equal(c.user, "nobody");
	assert_string_equal(c.log_level, "debug");
	assert_int_equal(c.share_count, 2);
	assert_string_equal(c.shares[0].name, "Data");
	assert_true(c.shares[0].read_only && c.shares[0].encrypt && !c.shares[0].hidden);
	assert_int_equal(c.shares[0].users.n, 3);
	assert_string_equal(c.shares[0].users.v[2], "bob");
	assert_int_equal(c.shares[0].max_uses, 11);
	assert_true(!c.shares[0].oplocks && c.shares[1].oplocks);
	assert_true(c.shares[1].hidden);
	assert_int_equal(c.shares[1].max_uses, UINT32_MAX);
	assert_string_equal(c.groups[CONFIG_GROUP_ADMINISTRATORS].v[0], "admin");
	assert_true(c.groups[CONFIG_GROUP_SERVER_OPERATORS].n >= 2);
	assert_string_equal(c.groups[CONFIG_GROUP_SERVER_OPERATORS].v[1], "root");
	server_config_release(&c);
}

static void test_last_word_counts(void **state)
{
	struct server_config c;

	(void)state;
	read_good(&c, "server { port = 1 listen = {a, b} }\n"
		      "server { port = 2 accounts = \"/x\" listen = {c} }\n");
	assert_int_equal(c.listen_count, 1);
	assert_string_equal(c.listen[0].host, "c");
	assert_int_equal(c.listen[0].port, 2);
	server_config_release(&c);
}

/* Each is refused, by a message with this line number that says this. */
static const struct {
	const char *text;
	unsigned line;
	const char *says;
} refused[] = {
	{"server { port = 0 }", 1, "port: 0 is not between 1 and 65535"},
	{"server {\n port = 65536\n}", 2, "65536"},
	{"server {\n\n port = many\n}", 3, "invalid integer value for option 'port'"},
	{"server {\n port = -1\n}", 2, "-1 is not between"},
	{"server {\n prot = 1\n}", 2, "no such option 'prot'"},
	{"servers { }", 1, "no such option 'servers'"},
	{"server {\n guest = maybe\n}", 2, "invalid boolean value"},
	{"server {\n name = \"\"\n}", 2, "name: a NetBIOS name has"},
	{"server {\n name = sixteen-letters-\n}", 2, "1 to 15 characters"},
	{"server {\n name = \"a b\"\n}", 2, "letters, digits"},
	{"server {\n min_protocol = \"1.0\"\n}", 2, "one of these, please: \"2.0.2\""},
	{"server {\n signing = off\n}", 2, "\"required\" \"optional\""},
	{"server {\n encryption = maybe\n}", 2, "\"off\" \"optional\" \"required\""},
	{"server {\n log_level = loud\n}", 2, "\"error\""},
	{"server {\n accounts = \"accounts\"\n}", 2, "accounts: a path begins with /"},
	{"server {\n listen = {\"1.2.3.4\",\n \"1.2.3.4:0\"}\n}", 3, "listen: a port is"},
	{"server {\n listen = {\"[::1\"}\n}", 2, "in brackets ends in ]"},
	{"server {\n max_sessions = 0\n}", 2, "max_sessions: 0 is not between 1"},
	{"server {\n autodisconnect = 525601\n}", 2, "autodisconnect: 525601"},
	{"server {\n keepalive = 0\n}", 2, "keepalive"},
	{"server {\n}\n", 2, "nobody could sign in"},
	{"\n", 0, "nobody could sign in"},
	{"server {\n accounts = \"/a\"\n min_protocol = \"3.0\"\n max_protocol = \"2.1\"\n}\n",
	 5, "min_protocol is above max_protocol"},
	{"server {\n accounts = \"/a\"\n encryption = required\n max_protocol = \"2.1\"\n}",
	 5, "encryption is required"},
	{SIGN_IN "share \"x\" {\n}\n", 3, "share \"x\": a share needs a path"},
	{SIGN_IN "share \"x\" {\n path = \"/no/such/folder\"\n}", 3,
	 "path: there is no such"},
	{SIGN_IN "share \"x\" {\n path = \"/dev/null\"\n}", 3,
	 "path: there is no such folder"},
	{SIGN_IN "share \"x\" {\n path = tmp\n}", 3, "path: a path begins with /"},
	{SIGN_IN "share \"a/b\" {\n path = \"/\"\n}", 4, "a share's name is without"},
	{SIGN_IN "share \"ipc$\" { path = \"/\" }", 2, "this name is the server's own"},
	{SIGN_IN "share \"a\" { path = \"/\" }\nshare \"A\" { path = \"/\" }", 3,
	 "there is a share of this name already"},
	{SIGN_IN "share \"a\" { path = \"/\" }\nshare \"a\" { path = \"/\" }", 3, "a"},
	{SIGN_IN "share \"x\" {\n path = \"/\"\n users = {\"DOM\\\\bob\"}\n}", 4,
	 "neither the name of an account"},
	{SIGN_IN "share \"x\" {\n path = \"/\"\n users = {\"bob@\"}\n}", 4, "user@REALM"},
	{SIGN_IN "share \"x\" {\n path = \"/\"\n users = {\"bob@a@b\"}\n}", 4,
	 "user@REALM"},
	{SIGN_IN "share \"x\" {\n path = \"/\"\n max_uses = 0\n}", 4, "max_uses"},
	{SIGN_IN "share \"x\" {\n port = 1\n}", 3, "no such option 'port'"},
	{SIGN_IN "group \"Users\" {\n}", 3, "the groups are \"Administrators\""},
	{SIGN_IN "group \"Administrators\" {\n members = {\"@no-such-group\"}\n}", 3,
	 "members: this computer has no such group"},
	{"server {\n", 2, ""},
	{"server = 1\n", 1, ""},
};

static void test_refused(void **state)
{
	char error[CONFIG_ERROR_MAX];
	char start[sizeof(path) + 16];

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct server_config c;

		write_text(path, refused[i].text);
		if (config_read(&c, error, path) == NS_OK)
			fail_msg("accepted: %s", refused[i].text);
		if (refused[i].line > 0)
			(void)snprintf(start, sizeof(start), "%s:%u: ", path,
				       refused[i].line);
		else
			(void)snprintf(start, sizeof(start), "%s: ", path);
		if (strncmp(error, start, strlen(start)) != 0 ||
		    strstr(error, refused[i].says) == NULL)
			fail_msg("%s\nis refused by: %s", refused[i].text, error);
		/* Empty, so that releasing it is fine, and so is releasing it never. */
		assert_null(c.name);
		server_config_release(&c);
	}
}

static void test_no_file(void **state)
{
	char error[CONFIG_ERROR_MAX];
	struct server_config c;

	(void)state;
	assert_int_equal(config_read(&c, error, "/no/such/file"), NS_ESYSTEM);
	assert_string_equal(error, "/no/such/file: No such file or directory");
}

static void test_include(void **state)
{
	char error[CONFIG_ERROR_MAX];
	struct server_config c;
	char other[160], expected[200];

	(void)state;
	(void)snprintf(other, sizeof(other), "%s/more", folder);
	write_text(other, "share \"more\" { path = \"/\" }\n");
	/* By a name in the folder of the file that includes it. */
	read_good(&c, SIGN_IN "include(\"more\")\nshare \"last\" { path = \"/\" }\n");
	assert_int_equal(c.share_count, 2);
	assert_string_equal(c.shares[0].name, "more");
	server_config_release(&c);
	write_text(other, "\nshare \"more\" {\n path = x }\n");
	write_text(path, SIGN_IN "include(\"more\")\n");
	assert_int_equal(config_read(&c, error, path), NS_EFORMAT);
	(void)snprintf(expected, sizeof(expected), "%s:3: path", other);
	if (strncmp(error, expected, strlen(expected)) != 0)
		fail_msg("%s", error);
	assert_int_equal(unlink(other), 0);
}

static void test_sids(void **state)
{
	(void)state;
	assert_true(config_is_sid("S-1-5-32-544"));
	assert_true(config_is_sid("S-1-5-21-1-2-3-1000"));
	assert_false(config_is_sid("S-1-5"));
	assert_false(config_is_sid("S-1"));
	assert_false(config_is_sid("S-1-5-"));
	assert_false(config_is_sid("S-1-5-32x"));
	assert_false(config_is_sid("S-2-5-32-1"));
	assert_true(config_is_sid("S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15"));
	assert_false(config_is_sid("S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_every_key),
		cmocka_unit_test(test_last_word_counts),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_no_file),
		cmocka_unit_test(test_include),
		cmocka_unit_test(test_sids),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
