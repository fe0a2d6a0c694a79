/* SPDX-License-Identifier: MIT */
/*
 * The parameter rules of the session functions.  The server named here would be refused a
 * connection at once (53), so that any other code proves that nothing was sent.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <lm.h>

#define TOO_LONG 1024 /* characters, which with the NUL are one too many */

static wchar_t server[] = L"\\\\127.0.0.1:1";
static wchar_t client[] = L"\\\\10.0.0.5";
static wchar_t bare[] = L"10.0.0.5";
static wchar_t user[] = L"bob";
static wchar_t empty[] = L"";
static wchar_t half[] = {'b', (wchar_t)0xd800, 'b', 0};

static wchar_t *long_name(size_t n)
{
	static wchar_t name[TOO_LONG + 2];

	wmemset(name, L'x', n);
	name[0] = name[1] = L'\\';
	name[n] = L'\0';
	return name;
}

static void del_checks_its_names_before_it_sends(void **state)
{
	(void)state;
	assert_int_equal(NetSessionDel(server, NULL, NULL), ERROR_INVALID_PARAMETER);
	assert_int_equal(NetSessionDel(server, empty, empty), ERROR_INVALID_PARAMETER);
	assert_int_equal(NetSessionDel(server, empty, NULL), ERROR_INVALID_PARAMETER);
	assert_int_equal(NetSessionDel(server, bare, NULL), NERR_ClientNameNotFound);
	assert_int_equal(NetSessionDel(server, bare, user), NERR_ClientNameNotFound);
	assert_int_equal(NetSessionDel(server, long_name(TOO_LONG), NULL),
			 ERROR_INVALID_PARAMETER);
	assert_int_equal(NetSessionDel(server, NULL, long_name(TOO_LONG)),
			 ERROR_INVALID_PARAMETER);
	assert_int_equal(NetSessionDel(server, NULL, half), ERROR_INVALID_PARAMETER);
	assert_int_equal(NetSessionDel(half, NULL, user), ERROR_INVALID_PARAMETER);
}

static void the_longest_name_and_the_plain_ones_are_sent(void **state)
{
	(void)state;
	assert_int_equal(NetSessionDel(server, long_name(TOO_LONG - 1), NULL),
			 ERROR_BAD_NETPATH);
	assert_int_equal(NetSessionDel(server, client, user), ERROR_BAD_NETPATH);
	assert_int_equal(NetSessionDel(server, NULL, user), ERROR_BAD_NETPATH);
	assert_int_equal(NetSessionDel(server, client, empty), ERROR_BAD_NETPATH);
}

static NET_API_STATUS enumerate(LMSTR c, LMSTR u, DWORD level)
{
	LPBYTE rows = (LPBYTE)1;
	DWORD read = 7, total = 7, resume = 0;
	NET_API_STATUS code = NetSessionEnum(server, c, u, level, &rows,
					     MAX_PREFERRED_LENGTH, &read, &total, &resume);

	assert_null(rows);
	assert_int_equal(read, 0);
	assert_int_equal(total, 0);
	return code;
}

static void enum_checks_its_names_and_level(void **state)
{
	static const DWORD known[] = {0, 1, 2, 10, 502};
	static const DWORD unknown[] = {3, 11, 501, 0xffffffff};

	(void)state;
	assert_int_equal(enumerate(bare, NULL, 1), NERR_InvalidComputer);
	assert_int_equal(enumerate(long_name(TOO_LONG), NULL, 1), ERROR_INVALID_PARAMETER);
	assert_int_equal(enumerate(NULL, half, 1), ERROR_INVALID_PARAMETER);
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		assert_int_equal(enumerate(NULL, NULL, unknown[i]), ERROR_INVALID_LEVEL);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		assert_int_equal(enumerate(NULL, NULL, known[i]), ERROR_BAD_NETPATH);
}

static void enum_needs_somewhere_to_answer(void **state)
{
	LPBYTE rows;
	DWORD n;

	(void)state;
	assert_int_equal(NetSessionEnum(server, NULL, NULL, 1, NULL, 1, &n, &n, NULL),
			 ERROR_INVALID_PARAMETER);
	assert_int_equal(NetSessionEnum(server, NULL, NULL, 1, &rows, 1, NULL, &n, NULL),
			 ERROR_INVALID_PARAMETER);
	assert_int_equal(NetSessionEnum(server, NULL, NULL, 1, &rows, 1, &n, NULL, NULL),
			 ERROR_INVALID_PARAMETER);
}

static NET_API_STATUS get(LMSTR c, LMSTR u, DWORD level)
{
	LPBYTE row = (LPBYTE)1;
	NET_API_STATUS code = NetSessionGetInfo(server, c, u, level, &row);

	assert_null(row);
	return code;
}

static void get_info_needs_both_names_and_its_own_levels(void **state)
{
	(void)state;
	assert_int_equal(get(NULL, user, 1), ERROR_INVALID_PARAMETER);
	assert_int_equal(get(client, NULL, 1), ERROR_INVALID_PARAMETER);
	assert_int_equal(get(empty, user, 1), ERROR_INVALID_PARAMETER);
	assert_int_equal(get(client, empty, 1), ERROR_INVALID_PARAMETER);
	assert_int_equal(get(client, user, 502), ERROR_INVALID_LEVEL);
	assert_int_equal(get(client, user, 3), ERROR_INVALID_LEVEL);
	assert_int_equal(get(bare, user, 10), NERR_InvalidComputer);
	assert_int_equal(get(client, user, 10), ERROR_BAD_NETPATH);
	assert_int_equal(NetSessionGetInfo(server, client, user, 1, NULL),
			 ERROR_INVALID_PARAMETER);
}

static void without_a_daemon_this_computer_has_no_server(void **state)
{
	(void)state;
	assert_int_equal(NetSessionDel(NULL, client, NULL), NERR_ServerNotStarted);
	assert_int_equal(NetSessionDel(empty, client, NULL), NERR_ServerNotStarted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(del_checks_its_names_before_it_sends),
		cmocka_unit_test(the_longest_name_and_the_plain_ones_are_sent),
		cmocka_unit_test(enum_checks_its_names_and_level),
		cmocka_unit_test(enum_needs_somewhere_to_answer),
		cmocka_unit_test(get_info_needs_both_names_and_its_own_levels),
		cmocka_unit_test(without_a_daemon_this_computer_has_no_server),
	};

	setenv("NETSESS_SOCKET", "/nonexistent/netsess", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
