/* SPDX-License-Identifier: MIT */
/*
 * DACLs and POSIX ACLs, both ways.  A DACL is written as smbcacls and icacls would: entries
 * "A:FLAGS:MASK:WHO" (D: denied), an ACL as getfacl would: "o:rwx u1003:r-x g:r-x x:---".
 * The file is S-1-22-1-1001's, of the group S-1-22-2-100.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/file/acl_map.h"
#include "server/file/unix_sid.h"
#include "wire/smb2.h"

#define OWNER    1001u
#define GROUP    100u
#define TEXT_MAX 4096

static const struct acl_of file = {false, OWNER, GROUP};
static const struct acl_of directory = {true, OWNER, GROUP};

/* ------------------------------------------------------------------------ the texts -- */

struct text {
	char s[TEXT_MAX];
	size_t n;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *t, const char *format,
						      ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(t->s + t->n, sizeof(t->s) - t->n, format, args);
	va_end(args);
	assert_true(n >= 0 && (size_t)n < sizeof(t->s) - t->n);
	t->n += (size_t)n;
}

static struct sid sid_of(const char *who)
{
	static const struct {
		const char *name;
		struct sid sid;
	} known[] = {
		{"everyone", {1, 1, {0}}},
		{"creator", {3, 1, {0}}},
		{"creatorgroup", {3, 1, {1}}},
		{"ownerrights", {3, 1, {4}}},
		{"system", {5, 1, {18}}},
		{"anonymous", {5, 1, {7}}},
		{"authenticated", {5, 1, {11}}},
		{"administrators", {5, 2, {32, 544}}},
		{"domain", {5, 5, {21, 1, 2, 3, 500}}},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].name, who) == 0)
			return known[i].sid;
	assert_true(*who == 'u' || *who == 'g');
	return *who == 'u' ? unix_sid_of_user((uint32_t)strtoul(who + 1, NULL, 10))
			   : unix_sid_of_group((uint32_t)strtoul(who + 1, NULL, 10));
}

static void dacl_of(struct security_descriptor *d, const char *text)
{
	char *copy = strdup(text), *rest = copy, *word;
	char type, who[64];
	unsigned flags, mask;

	*d = (struct security_descriptor){.has_dacl = true};
	assert_non_null(copy);
	while ((word = strsep(&rest, " ")) != NULL) {
		if (*word == '\0')
			continue;
		assert_int_equal(sscanf(word, "%c:%x:%x:%63s", &type, &flags, &mask, who),
				 4);
		d->dacl[d->aces++] =
			(struct security_ace){type == 'D' ? ACE_DENIED : ACE_ALLOWED,
					      (uint8_t)flags, mask, sid_of(who)};
	}
	free(copy);
}

static bool same_dacl(const struct security_descriptor *a,
		      const struct security_descriptor *b)
{
	if (a->aces != b->aces)
		return false;
	for (size_t i = 0; i < a->aces; i++)
		if (a->dacl[i].type != b->dacl[i].type ||
		    a->dacl[i].flags != b->dacl[i].flags ||
		    a->dacl[i].mask != b->dacl[i].mask ||
		    !sid_equal(&a->dacl[i].sid, &b->dacl[i].sid))
			return false;
	return true;
}

static void print_acl(struct text *out, const struct fs_acl *acl)
{
	static const char tags[] = "oUgGx";

	*out = (struct text){.n = 0};
	for (enum fs_acl_tag tag = FS_ACL_OWNER; tag <= FS_ACL_OTHER; tag++)
		for (size_t i = 0; i < acl->count; i++) {
			const struct fs_acl_entry *e = &acl->entries[i];

			if (e->tag != tag)
				continue;
			add(out, "%c", tags[tag]);
			if (tag == FS_ACL_USER || tag == FS_ACL_GROUP)
				add(out, "%u", e->id);
			add(out, ":%c%c%c ", e->may & 4u ? 'r' : '-',
			    e->may & 2u ? 'w' : '-', e->may & 1u ? 'x' : '-');
		}
	if (acl->extended)
		add(out, "+");
}

/* Expects the DACL to become this; "" of a default ACL: none. */
static void becomes(const struct acl_of *of, const char *dacl, const char *own,
		    const char *down)
{
	struct security_descriptor *d = malloc(sizeof(*d));
	struct text text;
	struct acl_pair acl;

	dacl_of(d, dacl);
	assert_int_equal(acl_to_disk(&acl, of, d), NT_STATUS_SUCCESS);
	print_acl(&text, &acl.own);
	assert_string_equal(text.s, own);
	print_acl(&text, &acl.handed_down);
	assert_string_equal(text.s, down);
	free(d);
}

static void comes_back_as(const struct acl_of *of, const char *dacl, const char *want)
{
	struct security_descriptor *d = malloc(sizeof(*d)), *back = malloc(sizeof(*d));
	struct acl_pair acl;

	dacl_of(d, dacl);
	assert_int_equal(acl_to_disk(&acl, of, d), NT_STATUS_SUCCESS);
	dacl_of(d, want);
	*back = (struct security_descriptor){0};
	acl_from_disk(back, of, &acl);
	assert_true(back->has_dacl && !back->null);
	if (!same_dacl(d, back)) {
		for (size_t i = 0; i < back->aces; i++)
			print_error("%c:%x:%x:%u-%u\n", back->dacl[i].type ? 'D' : 'A',
				    back->dacl[i].flags, back->dacl[i].mask,
				    (unsigned)back->dacl[i].sid.authority,
				    back->dacl[i].sid.sub[1]);
		fail_msg("\"%s\" did not come back", dacl);
	}
	free(back);
	free(d);
}

static void refused(const struct acl_of *of, const char *dacl, uint32_t status)
{
	struct security_descriptor *d = malloc(sizeof(*d));
	struct acl_pair acl;

	dacl_of(d, dacl);
	assert_int_equal(acl_to_disk(&acl, of, d), status);
	free(d);
}

/* ------------------------------------------------------------------------ the tests -- */

/* What Windows Explorer's dialog and smbcacls set: Read, Write, Modify, Full Control. */
static void usual_edits_come_back(void **state)
{
	static const char *const of_files[] = {
		"A:0:12019f:u1001 A:0:120089:g100 A:0:120089:everyone", /* 0644 */
		"A:0:1f01ff:u1001 A:0:1200a9:g100 A:0:1200a9:everyone", /* 0755 */
		"A:0:1f01ff:u1001",
		"A:0:12019f:u1001 A:0:120089:g100",
		"A:0:1f01ff:u1001 A:0:1200a9:everyone", /* the group is not named */
		"A:0:12019f:u1001 A:0:120089:u1003 A:0:120089:g100 A:0:120089:everyone",
		"A:0:12019f:u1001 A:0:1301bf:u1003 A:0:120089:everyone",
		"A:0:1200a9:u1001 A:0:1301bf:u1003 A:0:1200a9:g100 A:0:1200a9:everyone",
		"A:0:1f01ff:u1001 A:0:12019f:u1003 A:0:1200a9:u1004 A:0:1301bf:g101",
		"A:0:1301bf:u1003",
		"D:0:116:u1003 A:0:12019f:u1001 A:0:12019f:everyone",
		"D:0:9:u1003 A:0:12019f:u1001 A:0:120089:g100 A:0:120089:everyone",
		"D:0:11f:u1003 D:0:116:u1004 A:0:12019f:u1001 A:0:12019f:everyone",
		"D:0:116:g100 A:0:12019f:u1001 A:0:12019f:everyone",
		"D:0:11f:u1003 A:0:12019f:u1001 A:0:12019f:g100",
		"",
	};
	static const char *const of_directories[] = {
		"A:0:1f01ff:u1001 A:0:1200a9:g100 A:0:1200a9:everyone",
		"A:3:1f01ff:u1001 A:3:1301bf:u1003 A:3:1200a9:everyone",
		"A:3:1f01ff:u1001 A:3:1200a9:g100 A:3:1200a9:everyone",
		"A:0:1f01ff:u1001 A:3:1301bf:u1003 A:0:1200a9:g100 A:0:1200a9:everyone",
		"A:0:1f01ff:u1001 A:3:1301bf:g101 A:b:1200a9:creator",
		"A:3:1f01ff:u1001 A:3:1301bf:g100",
		"A:3:1301bf:g101 A:b:1200a9:creator A:b:120089:creatorgroup",
		"D:3:116:u1003 A:3:1f01ff:u1001 A:3:1301bf:everyone",
		"D:b:116:u1003 A:0:1f01ff:u1001 A:b:1301bf:everyone",
		"A:b:0:creator",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(of_files) / sizeof(of_files[0]); i++)
		comes_back_as(&file, of_files[i], of_files[i]);
	for (size_t i = 0; i < sizeof(of_directories) / sizeof(of_directories[0]); i++)
		comes_back_as(&directory, of_directories[i], of_directories[i]);
}

/* What has another form comes back in ours, and gives the same or less. */
static void the_rest_comes_back_as_it_is_on_the_disk(void **state)
{
	(void)state;
	/* Generic rights; order. */
	comes_back_as(&file, "A:0:80000000:everyone A:0:10000000:u1001",
		      "A:0:1f01ff:u1001 A:0:120089:everyone");
	/* Nobody but the owner has what owning gives. */
	comes_back_as(&file, "A:0:1f01ff:u1003", "A:0:1301bf:u1003");
	comes_back_as(&file, "A:0:1f01ff:everyone", "A:0:1301bf:everyone");
	/* Everyone's is bob's, too. */
	comes_back_as(&file, "A:0:120116:u1003 A:0:120089:everyone",
		      "A:0:12019f:u1003 A:0:120089:everyone");
	/* Two entries are one. */
	comes_back_as(&file, "A:0:120089:u1003 A:0:120116:u1003", "A:0:12019f:u1003");
	comes_back_as(&directory, "A:0:1f01ff:u1001 A:b:1f01ff:u1001", "A:3:1f01ff:u1001");
	/* INHERITED is not kept. */
	comes_back_as(&directory, "A:13:1f01ff:u1001", "A:3:1f01ff:u1001");
	/* Denied and given to the same. */
	comes_back_as(&file, "D:0:116:u1003 A:0:12019f:u1003", "A:0:120089:u1003");
	/* What is given first can't be denied any more. */
	comes_back_as(&file, "A:0:12019f:u1003 D:0:116:u1003", "A:0:12019f:u1003");
	/* Of SYSTEM and Administrators nothing needs to be said. */
	comes_back_as(&file, "A:0:1f01ff:system A:0:1f01ff:administrators A:0:1f01ff:u1001",
		      "A:0:1f01ff:u1001");
	comes_back_as(&file, "D:0:1f01ff:anonymous A:0:1f01ff:u1001", "A:0:1f01ff:u1001");
}

static void a_dacl_becomes_an_acl(void **state)
{
	(void)state;
	becomes(&file, "A:0:12019f:u1001 A:0:120089:g100 A:0:120089:everyone",
		"o:rw- g:r-- x:r-- ", "");
	becomes(&file, "A:0:1f01ff:u1001 A:0:1200a9:everyone", "o:rwx g:r-x x:r-x +", "");
	becomes(&file, "A:0:1f01ff:u1001 A:0:1301bf:u1003", "o:rwx U1003:rwx g:--- x:--- +",
		"");
	becomes(&file, "", "o:--- g:--- x:--- ", "");
	/* What a file is given to hand down concerns nobody. */
	becomes(&file, "A:3:1f01ff:u1001 A:b:1f01ff:everyone A:b:1f01ff:creator",
		"o:rwx g:--- x:--- ", "");
	becomes(&directory, "A:3:1f01ff:u1001 A:3:1301bf:g100", "o:rwx g:rwx x:--- ",
		"o:rwx U1001:rwx g:--- G100:rwx x:--- +");
	becomes(&directory, "A:0:1f01ff:u1001 A:b:1f01ff:creator A:b:1200a9:creatorgroup",
		"o:rwx g:--- x:--- ", "o:rwx g:r-x x:--- ");
	/* CREATOR OWNER is nobody, where he hands nothing down. */
	becomes(&directory, "A:0:1f01ff:creator", "o:--- g:--- x:--- ", "");
	/* Half an inheritance is none for who is given something, and a whole one for who
	 * is denied it. */
	becomes(&directory, "A:1:1301bf:u1003", "o:--- U1003:rwx g:--- x:--- +", "");
	becomes(&directory, "A:2:1301bf:u1003", "o:--- U1003:rwx g:--- x:--- +", "");
	becomes(&directory, "A:7:1301bf:u1003", "o:--- U1003:rwx g:--- x:--- +", "");
	becomes(&directory, "D:2:116:u1003 A:3:1301bf:everyone",
		"o:rwx U1003:r-x g:rwx x:rwx +", "o:rwx U1003:r-x g:rwx x:rwx +");
}

/* Less than all that a bit gives is none of it. */
static void nothing_is_given_that_was_not_asked_for(void **state)
{
	static const uint32_t rights[] = {0x1,     0x2,     0x4,    0x8,   0x10,
					  0x20,    0x40,    0x80,   0x100, 0x10000,
					  0x20000, 0x40000, 0x80000};
	/* All have them, or an rwx of a file is told with it: see acl_map.h. */
	const uint32_t always = 0x120080 | FILE_WRITE_ATTRIBUTES;
	struct security_descriptor *d = calloc(1, sizeof(*d));
	struct security_descriptor *back = calloc(1, sizeof(*back));

	(void)state;
	for (uint32_t n = 0; n < 1u << 13; n++)
		for (int dir = 0; dir < 2; dir++) {
			const struct acl_of *of = dir ? &directory : &file;
			uint32_t mask = 0, given = 0;
			struct acl_pair acl;

			for (size_t i = 0; i < 13; i++)
				mask |= n >> i & 1u ? rights[i] : 0u;
			d->aces = 1;
			d->dacl[0] = (struct security_ace){ACE_ALLOWED, ACL_INHERIT, mask,
							   unix_sid_of_user(1003)};
			assert_int_equal(acl_to_disk(&acl, of, d), NT_STATUS_SUCCESS);
			acl_from_disk(back, of, &acl);
			for (size_t i = 0; i < back->aces; i++) {
				assert_true(
					sid_equal(&back->dacl[i].sid, &d->dacl[0].sid) ||
					back->dacl[i].mask == 0);
				given |= back->dacl[i].mask;
			}
			given &= ~always;
			if (!dir || (mask & FILE_DELETE_CHILD) != 0)
				given &= ~ACCESS_DELETE;
			assert_int_equal(given & ~mask, 0);
		}
	free(back);
	free(d);
}

static void who_writes_a_directory_deletes_in_it(void **state)
{
	(void)state;
	becomes(&directory, "A:0:1201bf:u1003", "o:--- U1003:r-x g:--- x:--- +", "");
	becomes(&directory, "A:0:1301bf:u1003", "o:--- U1003:rwx g:--- x:--- +", "");
	becomes(&directory, "A:0:1201ff:u1003", "o:--- U1003:rwx g:--- x:--- +", "");
	/* Without x he does not get at what is in it. */
	becomes(&directory, "A:0:12019f:u1003", "o:--- U1003:rw- g:--- x:--- +", "");
	/* The owner may take it anyway. */
	becomes(&directory, "A:0:1e01bf:u1001", "o:rwx g:--- x:--- ", "");
	becomes(&file, "A:0:1:u1001 A:0:1:u1003", "o:r-- U1003:--- g:--- x:--- +", "");
	becomes(&file, "A:0:2:u1001 A:0:6:u1003", "o:-w- U1003:--- g:--- x:--- +", "");
}

static void what_posix_cannot_do_is_refused(void **state)
{
	(void)state;
	refused(&file, "A:0:1f01ff:domain", NT_STATUS_NONE_MAPPED);
	refused(&file, "A:0:1f01ff:authenticated", NT_STATUS_NONE_MAPPED);
	refused(&file, "D:0:1f01ff:ownerrights", NT_STATUS_NONE_MAPPED);
	refused(&file, "A:0:1f01ff:u4294967295", NT_STATUS_NONE_MAPPED);
	refused(&file, "D:0:116:system", NT_STATUS_NOT_SUPPORTED);
	refused(&file, "D:0:116:administrators", NT_STATUS_NOT_SUPPORTED);
	/* bob may be in that group, or in the other one */
	refused(&file, "D:0:116:g101 A:0:12019f:u1003", NT_STATUS_NOT_SUPPORTED);
	refused(&file, "D:0:116:g101 A:0:12019f:g102", NT_STATUS_NOT_SUPPORTED);
	refused(&file, "D:0:116:g101 A:0:12019f:g100", NT_STATUS_NOT_SUPPORTED);
	refused(&directory, "D:b:116:g101 A:b:12019f:u1003", NT_STATUS_NOT_SUPPORTED);
	/* but he keeps what is not denied, and the owner what he may take */
	becomes(&file, "D:0:116:g101 A:0:120089:u1003 A:0:12019f:u1001",
		"o:rw- U1003:r-- g:--- G101:--- x:--- +", "");
}

static void too_many_people_are_refused(void **state)
{
	struct text text = {.n = 0};

	(void)state;
	for (unsigned i = 0; i < FS_ACL_MAX - 3; i++)
		add(&text, "A:0:120089:u%u ", 2000 + i);
	comes_back_as(&file, text.s, text.s);
	add(&text, "A:0:120089:u%u", 3000);
	refused(&file, text.s, NT_STATUS_INSUFFICIENT_RESOURCES);
}

static void a_null_dacl_gives_all(void **state)
{
	struct security_descriptor *d = calloc(1, sizeof(*d));
	struct acl_pair acl;
	struct text text;

	(void)state;
	d->has_dacl = d->null = true;
	assert_int_equal(acl_to_disk(&acl, &directory, d), NT_STATUS_SUCCESS);
	print_acl(&text, &acl.own);
	assert_string_equal(text.s, "o:rwx g:rwx x:rwx ");
	assert_int_equal(acl.handed_down.count, 0);
	free(d);
}

/* An entry that gives nothing, where nobody else does, may be gone. */
static unsigned may_of(const struct fs_acl *acl, const struct fs_acl_entry *like)
{
	const struct fs_acl_entry *e = fs_acl_find(acl, like->tag, like->id);

	assert_true(e != NULL || like->tag == FS_ACL_USER);
	return e != NULL ? e->may : 0;
}

/* Whatever is on the disk: the DACL that tells of it, set, changes nothing. */
static void the_disks_acl_survives_its_own_dacl(const struct acl_of *of, bool named)
{
	struct security_descriptor *d = calloc(1, sizeof(*d));
	struct acl_pair acl, back;

	for (unsigned n = 0; n < 010000; n++) {
		const unsigned other = n & 7u, group = n >> 3 & 7u, user = n >> 6 & 7u;
		uint32_t status;

		acl.own = (struct fs_acl){.count = 3,
					  .entries = {{FS_ACL_OWNER, 0, n >> 9 & 7u},
						      {FS_ACL_OWNING_GROUP, 0, group},
						      {FS_ACL_OTHER, 0, other}}};
		if (named)
			assert_true(fs_acl_put(
				&acl.own, (struct fs_acl_entry){FS_ACL_USER, 1003, user}));
		acl.handed_down = of->directory ? acl.own : (struct fs_acl){0};
		acl_from_disk(d, of, &acl);
		status = acl_to_disk(&back, of, d);
		/* The one thing that Windows can't say of users and groups. */
		if (named && (other & ~group & user) != 0) {
			assert_int_equal(status, NT_STATUS_NOT_SUPPORTED);
			continue;
		}
		assert_int_equal(status, NT_STATUS_SUCCESS);
		for (size_t i = 0; i < acl.own.count; i++) {
			const struct fs_acl_entry *e = &acl.own.entries[i];

			assert_int_equal(may_of(&back.own, e), e->may);
			if (of->directory)
				assert_int_equal(may_of(&back.handed_down, e), e->may);
		}
	}
	free(d);
}

static void what_is_told_leads_back(void **state)
{
	(void)state;
	the_disks_acl_survives_its_own_dacl(&file, false);
	the_disks_acl_survives_its_own_dacl(&file, true);
	the_disks_acl_survives_its_own_dacl(&directory, false);
	the_disks_acl_survives_its_own_dacl(&directory, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(usual_edits_come_back),
		cmocka_unit_test(the_rest_comes_back_as_it_is_on_the_disk),
		cmocka_unit_test(a_dacl_becomes_an_acl),
		cmocka_unit_test(nothing_is_given_that_was_not_asked_for),
		cmocka_unit_test(who_writes_a_directory_deletes_in_it),
		cmocka_unit_test(what_posix_cannot_do_is_refused),
		cmocka_unit_test(too_many_people_are_refused),
		cmocka_unit_test(a_null_dacl_gives_all),
		cmocka_unit_test(what_is_told_leads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
