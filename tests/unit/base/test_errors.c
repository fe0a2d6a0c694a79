/* SPDX-License-Identifier: MIT */
/* The three error tables: err.def, ntstatus.def and win32err.def. */
#include "base/err.h"
#include "base/ntstatus.h"
#include "base/win32err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const enum ns_err errs[] = {
#define ERR(name, value, text) name,
#include "base/err.def"
#undef ERR
};

static const uint32_t statuses[] = {
#define STATUS(name, value, err, text) NT_STATUS_##name,
#include "base/ntstatus.def"
#undef STATUS
};

static const uint32_t codes[] = {
#define WIN32(constant, value, name, text) WIN32_##constant,
#include "base/win32err.def"
#undef WIN32
};

/* One row's text for a person: there is some, it is no sentence end, it has no names. */
static void assert_readable(const char *text)
{
	assert_non_null(text);
	assert_true(strlen(text) >= 5);
	assert_int_not_equal(text[strlen(text) - 1], '.');
	assert_null(strchr(text, '_'));
}

static void rows_ascend_so_none_is_double(void **state)
{
	(void)state;
	for (size_t i = 1; i < COUNT(errs); i++)
		assert_true(errs[i] > errs[i - 1]);
	for (size_t i = 1; i < COUNT(statuses); i++)
		assert_true(statuses[i] > statuses[i - 1]);
	for (size_t i = 1; i < COUNT(codes); i++)
		assert_true(codes[i] > codes[i - 1]);
}

static void every_row_has_its_own_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(statuses); i++) {
		assert_memory_equal(ntstatus_name(statuses[i]), "NT_STATUS_", 10);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(ntstatus_name(statuses[i]),
						ntstatus_name(statuses[j]));
	}
	for (size_t i = 0; i < COUNT(codes); i++) {
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(win32err_name(codes[i]),
						win32err_name(codes[j]));
	}
}

static void every_row_has_a_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(errs); i++)
		assert_readable(ns_err_text(errs[i]));
	for (size_t i = 0; i < COUNT(statuses); i++)
		assert_readable(ntstatus_text(statuses[i]));
	for (size_t i = 0; i < COUNT(codes); i++)
		assert_readable(win32err_text(codes[i]));
}

static void unknown_values_have_names_and_texts_too(void **state)
{
	(void)state;
	assert_string_equal(ns_err_name((enum ns_err)299), "NS_E?");
	assert_readable(ns_err_text((enum ns_err)299));
	assert_string_equal(ntstatus_name(0xdeadbeef), "NT_STATUS_?");
	assert_readable(ntstatus_text(0xdeadbeef));
	assert_string_equal(win32err_name(0xdeadbeef), "ERROR_?");
	assert_readable(win32err_text(0xdeadbeef));
}

static void the_class_is_the_hundreds_digit(void **state)
{
	(void)state;
	assert_int_equal(ns_err_class(NS_OK), NS_CLASS_OK);
	assert_int_equal(ns_err_class(NS_AGAIN), NS_CLASS_AGAIN);
	assert_int_equal(ns_err_class(NS_ESIGNATURE), NS_CLASS_PEER);
	assert_int_equal(ns_err_class(NS_EENDED), NS_CLASS_REFUSED);
	assert_int_equal(ns_err_class(NS_EINVAL), NS_CLASS_OURS);
	assert_int_equal(ns_err_class(NS_ESYSTEM), NS_CLASS_ENVIRONMENT);
	assert_string_equal(ns_err_name(NS_ETRUNC), "NS_ETRUNC");
}

static void statuses_mean_what_the_design_says(void **state)
{
	static const struct {
		uint32_t status;
		enum ns_err want;
	} rows[] = {
		{0x00000000, NS_OK},           /* SUCCESS */
		{0xC000006D, NS_EAUTH},        /* LOGON_FAILURE */
		{0xC0000072, NS_EAUTH},        /* ACCOUNT_DISABLED */
		{0xC0000234, NS_EAUTH},        /* ACCOUNT_LOCKED_OUT */
		{0xC0000193, NS_EAUTH},        /* ACCOUNT_EXPIRED */
		{0xC000006E, NS_EAUTH},        /* ACCOUNT_RESTRICTION */
		{0xC0000071, NS_EAUTH},        /* PASSWORD_EXPIRED */
		{0xC0000224, NS_EAUTH},        /* PASSWORD_MUST_CHANGE */
		{0xC000006A, NS_EAUTH},        /* WRONG_PASSWORD */
		{0xC0000064, NS_EAUTH},        /* NO_SUCH_USER */
		{0xC0000022, NS_EACCESS},      /* ACCESS_DENIED */
		{0xC0000034, NS_ENOPIPE},      /* OBJECT_NAME_NOT_FOUND */
		{0xC00000CC, NS_ENOPIPE},      /* BAD_NETWORK_NAME */
		{0xC00000AC, NS_ENOPIPE},      /* PIPE_NOT_AVAILABLE */
		{0xC0000203, NS_EENDED},       /* USER_SESSION_DELETED */
		{0xC000035C, NS_EENDED},       /* NETWORK_SESSION_EXPIRED */
		{0xC00000BB, NS_EUNSUPPORTED}, /* NOT_SUPPORTED */
		{0xC000009A, NS_ESTATUS},      /* INSUFFICIENT_RESOURCES */
		{0x00000103, NS_ESTATUS},      /* PENDING */
		{0xDEADBEEF, NS_ESTATUS},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(ntstatus_to_err(rows[i].status), rows[i].want);
	for (size_t i = 0; i < COUNT(statuses); i++)
		assert_true((ntstatus_to_err(statuses[i]) == NS_OK) == (statuses[i] == 0));
}

static void severity_is_in_the_two_highest_bits(void **state)
{
	(void)state;
	assert_true(ntstatus_is_error(NT_STATUS_ACCESS_DENIED));
	assert_false(ntstatus_is_error(NT_STATUS_BUFFER_OVERFLOW));
	assert_false(ntstatus_is_error(NT_STATUS_PENDING));
	assert_false(ntstatus_is_error(NT_STATUS_SUCCESS));
}

static void our_errors_become_the_documented_codes(void **state)
{
	static const struct {
		enum ns_err err;
		uint32_t want;
	} rows[] = {
		{NS_OK, 0},
		{NS_AGAIN, 31},
		{NS_ETRUNC, 58},
		{NS_EFORMAT, 58},
		{NS_ELIMIT, 58},
		{NS_ESIGNATURE, 58},
		{NS_EUNEXPECTED, 58},
		{NS_EAUTH, 1326},
		{NS_EACCESS, 5},
		{NS_EUNSUPPORTED, 50},
		{NS_ENOPIPE, 1722},
		{NS_EFAULT, 1726},
		{NS_ESTATUS, 59},
		{NS_EENDED, 64},
		{NS_EINVAL, 87},
		{NS_ENOCREDS, 1326},
		{NS_ENOMEM, 8},
		{NS_ECLOSED, 64},
		{NS_ETIMEOUT, 121},
		{NS_ENONAME, 53},
		{NS_EUNREACHABLE, 53},
		{NS_ENODAEMON, 2114},
		{NS_ESYSTEM, 31},
	};

	(void)state;
	assert_int_equal(COUNT(rows), COUNT(errs));
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(errs[i], rows[i].err);
		assert_int_equal(win32err_from_ns(rows[i].err), rows[i].want);
		assert_string_not_equal(win32err_name(rows[i].want), "ERROR_?");
	}
}

static void names_are_spelled_as_in_windows(void **state)
{
	(void)state;
	assert_string_equal(win32err_name(5), "ERROR_ACCESS_DENIED");
	assert_string_equal(win32err_name(53), "ERROR_BAD_NETPATH");
	assert_string_equal(win32err_name(1722), "RPC_S_SERVER_UNAVAILABLE");
	assert_string_equal(win32err_name(2221), "NERR_UserNotFound");
	assert_string_equal(win32err_name(2312), "NERR_ClientNameNotFound");
	assert_string_equal(win32err_name(2351), "NERR_InvalidComputer");
	assert_int_equal(WIN32_NERR_CLIENT_NAME_NOT_FOUND, 2312);
	assert_string_equal(ntstatus_name(0xC0000203), "NT_STATUS_USER_SESSION_DELETED");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_ascend_so_none_is_double),
		cmocka_unit_test(every_row_has_its_own_name),
		cmocka_unit_test(every_row_has_a_text),
		cmocka_unit_test(unknown_values_have_names_and_texts_too),
		cmocka_unit_test(the_class_is_the_hundreds_digit),
		cmocka_unit_test(statuses_mean_what_the_design_says),
		cmocka_unit_test(severity_is_in_the_two_highest_bits),
		cmocka_unit_test(our_errors_become_the_documented_codes),
		cmocka_unit_test(names_are_spelled_as_in_windows),
	};

	return cmocka_run_group_tests_name("base/errors", tests, NULL, NULL);
}
