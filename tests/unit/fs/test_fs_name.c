/* SPDX-License-Identifier: MIT */
#include "fs/fs_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/ntstatus.h"
#include "base/utf16.h"
#include "fs/fs_status.h"
#include "lib/hex.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static uint32_t path_of(struct buf *out, bool *directory, struct view path16)
{
	struct view exact = view_dup(path16);
	uint32_t status;

	buf_init(out, FS_PATH_MAX);
	status = fs_path_from_wire(out, directory, exact);
	view_free(exact);
	return status;
}

static struct buf utf16_of(const char *utf8)
{
	struct buf b;

	buf_init(&b, 65536);
	assert_int_equal(utf16_from_utf8(&b, view_of_string(utf8)), NS_OK);
	return b;
}

static void becomes(const char *wire, const char *disk, bool directory)
{
	struct buf path16 = utf16_of(wire), path;
	bool is_directory;

	assert_int_equal(path_of(&path, &is_directory, buf_view(&path16)),
			 NT_STATUS_SUCCESS);
	assert_string_equal((char *)path.p, disk);
	assert_int_equal(path.n, strlen(disk) + 1);
	assert_int_equal(is_directory, directory);
	buf_release(&path);
	buf_release(&path16);
}

static void is_refused(struct view path16, uint32_t status)
{
	struct buf path;
	bool directory;

	assert_string_equal(ntstatus_name(path_of(&path, &directory, path16)),
			    ntstatus_name(status));
	buf_release(&path);
}

static void good_paths_become_paths_of_the_disk(void **state)
{
	(void)state;
	becomes("", "", false);
	becomes("a.txt", "a.txt", false);
	becomes("Dir\\sub\\a b.txt", "Dir/sub/a b.txt", false);
	becomes("dir\\", "dir", true);
	becomes("dir\\\\a", "dir/a", false);
	becomes("..a", "..a", false);
	becomes("...a\\.hidden", "...a/.hidden", false);
	becomes("caf\u00e9\\\u00df\\\U0001f600", "caf\u00e9/\u00df/\U0001f600", false);
	becomes("dir/sub\\a/", "dir/sub/a", true);
	becomes("a\\..", "", false);
	becomes("a\\..\\b", "b", false);
	becomes("a\\b\\..\\..\\c\\d\\..\\e", "c/e", false);
}

static void hostile_paths_are_refused(void **state)
{
	static const struct {
		const char *wire;
		uint32_t status;
	} rows[] = {
		{"\\a", NT_STATUS_INVALID_PARAMETER},
		{"\\\\server\\share", NT_STATUS_INVALID_PARAMETER},
		{".", NT_STATUS_OBJECT_PATH_SYNTAX_BAD},
		{"..", NT_STATUS_OBJECT_PATH_SYNTAX_BAD},
		{"..\\secret", NT_STATUS_OBJECT_PATH_SYNTAX_BAD},
		{"a\\..\\..\\secret", NT_STATUS_OBJECT_PATH_SYNTAX_BAD},
		{"a\\.", NT_STATUS_OBJECT_PATH_SYNTAX_BAD},
		{"a\\..\\..", NT_STATUS_OBJECT_PATH_SYNTAX_BAD},
		{"a\\.\\b", NT_STATUS_OBJECT_PATH_SYNTAX_BAD},
		{"/etc/passwd", NT_STATUS_INVALID_PARAMETER},
		{"../secret", NT_STATUS_OBJECT_PATH_SYNTAX_BAD},
		{"a/../../secret", NT_STATUS_OBJECT_PATH_SYNTAX_BAD},
		{"C:\\a", NT_STATUS_OBJECT_NAME_INVALID},
		{"a:stream", NT_STATUS_OBJECT_NAME_INVALID},
		{"a:stream:$DATA", NT_STATUS_OBJECT_NAME_INVALID},
		{"a::$INDEX_ALLOCATION", NT_STATUS_OBJECT_NAME_INVALID},
		{"::$DATA", NT_STATUS_OBJECT_NAME_INVALID},
		{"a::$DATA", NT_STATUS_OBJECT_NAME_INVALID},
		{"a::$DATA\\b", NT_STATUS_OBJECT_NAME_INVALID},
		{"a*", NT_STATUS_OBJECT_NAME_INVALID},
		{"a?", NT_STATUS_OBJECT_NAME_INVALID},
		{"a<", NT_STATUS_OBJECT_NAME_INVALID},
		{"a>", NT_STATUS_OBJECT_NAME_INVALID},
		{"a\"", NT_STATUS_OBJECT_NAME_INVALID},
		{"a|", NT_STATUS_OBJECT_NAME_INVALID},
		{"a\x01", NT_STATUS_OBJECT_NAME_INVALID},
		{"a\nb", NT_STATUS_OBJECT_NAME_INVALID},
		{"a.", NT_STATUS_OBJECT_NAME_INVALID},
		{"...", NT_STATUS_OBJECT_NAME_INVALID},
		{"a ", NT_STATUS_OBJECT_NAME_INVALID},
		{"a \\b", NT_STATUS_OBJECT_NAME_INVALID},
		{" ", NT_STATUS_OBJECT_NAME_INVALID},
		/* U+F029 is a dot at a name's end: these would be "." and ".." */
		{"\uf029", NT_STATUS_OBJECT_NAME_INVALID},
		{".\uf029", NT_STATUS_OBJECT_NAME_INVALID},
		{"\uf029\uf029", NT_STATUS_OBJECT_NAME_INVALID},
		{"a\uf029b", NT_STATUS_OBJECT_NAME_INVALID},
		{"a\uf028b", NT_STATUS_OBJECT_NAME_INVALID},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf path16 = utf16_of(rows[i].wire);

		is_refused(buf_view(&path16), rows[i].status);
		buf_release(&path16);
	}
}

static void what_is_no_text_is_refused(void **state)
{
	(void)state;
	is_refused(view_of("a\0b", 3), NT_STATUS_INVALID_PARAMETER);
	is_refused(view_of("a\0\0\0b\0", 6), NT_STATUS_OBJECT_NAME_INVALID);
	is_refused(view_of("\0\0", 2), NT_STATUS_OBJECT_NAME_INVALID);
	is_refused(view_of("\x00\xd8", 2), NT_STATUS_OBJECT_NAME_INVALID);
	is_refused(view_of("\x00\xdc", 2), NT_STATUS_OBJECT_NAME_INVALID);
	is_refused(view_of("\x00\xd8"
			   "a\0",
			   4),
		   NT_STATUS_OBJECT_NAME_INVALID);
	is_refused(view_of("\x00\xdc\x00\xd8", 4), NT_STATUS_OBJECT_NAME_INVALID);
}

static void a_component_has_at_most_255_bytes(void **state)
{
	char name[FS_NAME_BYTES_MAX + 2];
	char smiles[64 * 4 + 1];
	struct buf path16;

	(void)state;
	memset(name, 'a', sizeof name);
	name[FS_NAME_BYTES_MAX] = '\0';
	becomes(name, name, false);
	name[FS_NAME_BYTES_MAX] = 'a';
	name[FS_NAME_BYTES_MAX + 1] = '\0';
	path16 = utf16_of(name);
	is_refused(buf_view(&path16), NT_STATUS_OBJECT_NAME_INVALID);
	buf_release(&path16);
	for (size_t i = 0; i < 64; i++)
		memcpy(smiles + 4 * i, "\U0001f600", 4);
	smiles[63 * 4] = '\0';
	becomes(smiles, smiles, false); /* 252 bytes */
	memcpy(smiles + 63 * 4, "\U0001f600", 5);
	path16 = utf16_of(smiles); /* 256 bytes */
	is_refused(buf_view(&path16), NT_STATUS_OBJECT_NAME_INVALID);
	buf_release(&path16);
}

static void a_path_has_at_most_4095_bytes(void **state)
{
	char *path = malloc(2 * FS_PATH_MAX + 1);
	struct buf path16;

	(void)state;
	assert_non_null(path);
	for (size_t i = 0; i < FS_PATH_MAX; i++)
		memcpy(path + 2 * i, "a\\", 2);
	path[2 * FS_PATH_MAX] = '\0';
	path16 = utf16_of(path);
	is_refused(buf_view(&path16), NT_STATUS_OBJECT_NAME_INVALID);
	buf_release(&path16);
	free(path);
}

/* Names of the disk that no Windows knows travel in the private area, and come back. */
static void reserved_characters_travel_there_and_back(void **state)
{
	static const struct {
		const char *disk, *wire;
	} rows[] = {
		{"a:b", "a\uf022b"},    {"a*", "a\uf021"},
		{"\"", "\uf020"},       {"<>?", "\uf023\uf024\uf025"},
		{"a\\b", "a\uf026b"},   {"|", "\uf027"},
		{"a.", "a\uf029"},      {"a ", "a\uf028"},
		{"a. ", "a.\uf028"},    {"a\x01", "a\uf001"},
		{"a\x1f", "a\uf01f"},   {"...", "..\uf029"},
		{".hidden", ".hidden"}, {"\U0001f600", "\U0001f600"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf wire = utf16_of(rows[i].wire), got;

		buf_init(&got, 1024);
		assert_int_equal(fs_name_to_wire(&got, rows[i].disk), NS_OK);
		assert_view_equal(buf_view(&got), buf_view(&wire));
		becomes(rows[i].wire, rows[i].disk, false);
		buf_release(&got);
		buf_release(&wire);
	}
}

static void names_without_a_way_back_do_not_travel(void **state)
{
	static const char *const names[] = {
		"\xff", "a\xc3", "\xed\xa0\x80", "a\uf022", "\uf029", "\xc0\xaf",
	};
	struct buf got;

	(void)state;
	buf_init(&got, 1024);
	for (size_t i = 0; i < COUNT(names); i++) {
		assert_int_equal(fs_name_to_wire(&got, names[i]), NS_EFORMAT);
		assert_int_equal(got.n, 0);
	}
	buf_release(&got);
}

static void a_path_travels_with_backslashes(void **state)
{
	struct buf want = utf16_of("a\\b c\\d\uf022"), got;

	(void)state;
	buf_init(&got, 1024);
	assert_int_equal(fs_path_to_wire(&got, "a/b c/d:"), NS_OK);
	assert_view_equal(buf_view(&got), buf_view(&want));
	buf_release(&got);
	buf_release(&want);
}

/* [MS-FSA] 2.1.4.4 */
static void patterns_match_as_windows_says(void **state)
{
	static const struct {
		const char *pattern, *name;
		bool matches;
	} rows[] = {
		{"*", "a", true},           {"*", "a.b.c", true},
		{"*.*", "a", true},         {"*.*", "a.b", true},
		{"*.txt", "a.txt", true},   {"*.txt", "a.TXT", true},
		{"*.txt", "a.txt2", false}, {"*.txt", ".txt", true},
		{"a?c", "abc", true},       {"a?c", "ac", false},
		{"a?c", "abbc", false},     {"A", "a", true},
		{"\u00c4", "\u00e4", true}, {"a", "ab", false},
		{"ab", "a", false},         {"*a*b*", "xaxbx", true},
		{"*a*b*", "xbxax", false},  {"", "a", false},
		{"???", "ab", false},       {">>>", "ab", true},
		{">>>.txt", "a.txt", true}, {">>>", "abcd", false},
		{"<.txt", "a.b.txt", true}, {"<.b", "a.b.txt", false},
		{"<", "a.b.c", false},      {"<", "abc", true},
		{"a\"", "a", true},         {"a\"", "a.", true},
		{"a\"txt", "a.txt", true},  {"a\"", "ab", false},
		{"<\"*", "a", true},        {"<\"*", "a.b", true},
		{".", ".", true},           {"..", "..", true},
		{"*", "..", true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf pattern = utf16_of(rows[i].pattern);
		struct buf name = utf16_of(rows[i].name);

		if (fs_name_matches(buf_view(&pattern), buf_view(&name)) != rows[i].matches)
			fail_msg("%s against %s", rows[i].name, rows[i].pattern);
		buf_release(&pattern);
		buf_release(&name);
	}
}

/* Backtracking would take longer than the universe has lasted. */
static void a_costly_pattern_costs_little(void **state)
{
	char stars[255], as[256];
	struct buf pattern, name;

	(void)state;
	for (size_t i = 0; i < 127; i++)
		memcpy(stars + 2 * i, "*a", 2);
	stars[253] = 'b';
	stars[254] = '\0';
	memset(as, 'a', 255);
	as[255] = '\0';
	pattern = utf16_of(stars);
	name = utf16_of(as);
	assert_false(fs_name_matches(buf_view(&pattern), buf_view(&name)));
	buf_release(&pattern);
	pattern = utf16_of("a");
	assert_int_equal(buf_append_zero(&pattern, 2 * FS_NAME_UNITS_MAX), NS_OK);
	assert_false(fs_name_matches(buf_view(&pattern), buf_view(&name)));
	buf_release(&pattern);
	buf_release(&name);
}

static void errors_have_a_status(void **state)
{
	(void)state;
	assert_int_equal(fs_status(0), NT_STATUS_SUCCESS);
	assert_int_equal(fs_status(2), NT_STATUS_OBJECT_NAME_NOT_FOUND);
	assert_int_equal(fs_status(28), NT_STATUS_DISK_FULL);
	assert_int_equal(fs_status(9999), NT_STATUS_UNSUCCESSFUL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_paths_become_paths_of_the_disk),
		cmocka_unit_test(hostile_paths_are_refused),
		cmocka_unit_test(what_is_no_text_is_refused),
		cmocka_unit_test(a_component_has_at_most_255_bytes),
		cmocka_unit_test(a_path_has_at_most_4095_bytes),
		cmocka_unit_test(reserved_characters_travel_there_and_back),
		cmocka_unit_test(names_without_a_way_back_do_not_travel),
		cmocka_unit_test(a_path_travels_with_backslashes),
		cmocka_unit_test(patterns_match_as_windows_says),
		cmocka_unit_test(a_costly_pattern_costs_little),
		cmocka_unit_test(errors_have_a_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
