/* SPDX-License-Identifier: MIT */
/*
 * The text of an accounts file: who may sign in with which password.  netsessd reads it,
 * `netsess passwd` changes it; both through here, and neither file nor clock is touched.
 *
 *	# comment
 *	alice:209c6174da490caeb422f3fa5a7ae634
 *	bob:a4f49c406510bdcab6824ee7c30fd852:disabled
 *
 * A line is a name, the MD4 of the password's UTF-16LE in hexadecimal, and perhaps the word
 * "disabled".  The hash signs in as well as the password does: the file is a secret.
 *
 * Names are UTF-8, without ':', control characters, '\', '/' or '@', and do not begin with
 * '#', '@' or a blank; two that are equal when folded are the same account.
 */
#ifndef BASE_ACCOUNTS_FORMAT_H
#define BASE_ACCOUNTS_FORMAT_H

#include <stdbool.h>

#include "base/buf.h"

#define ACCOUNT_HASH_LEN 16

/* In characters Windows stops at 256; in bytes of UTF-8 that is at most this. */
#define ACCOUNT_NAME_MAX 1024

/* A file may be so long: a hundred thousand accounts take 5 MiB. */
#define ACCOUNTS_FILE_MAX (64u << 20)

struct account_line {
	struct view user; /* borrowed from the text */
	uint8_t nt_hash[ACCOUNT_HASH_LEN];
	bool disabled;
};

/* Walks the lines of a text; `line` and `error` say where and why it stopped. */
struct accounts_text {
	struct view rest;
	size_t line;       /* of the account last returned, from 1 */
	const char *error; /* NULL, or what is wrong with that line */
};

static inline struct accounts_text accounts_text(struct view text)
{
	return (struct accounts_text){.rest = text};
}

/* The next account; false at the end, and at a line that is none (t->error is set). */
bool accounts_next(struct accounts_text *t, struct account_line *out);

/* Whether a name can stand in the file. */
bool account_name_ok(struct view user);

/* What `netsess passwd` does to an account. */
enum account_edit {
	ACCOUNT_SET, /* the hash, for an account that is there or a new one; enabled */
	ACCOUNT_REMOVE,
	ACCOUNT_DISABLE,
	ACCOUNT_ENABLE,
};

/*
 * Appends to `out` the whole text with one account changed; every other line, comments
 * too, stays as it is.  `nt_hash` is for ACCOUNT_SET alone.  NS_EINVAL: the name cannot
 * stand in a file; NS_EAUTH: no such account; NS_EFORMAT: see `where`, which may be NULL.
 */
NS_MUST_USE enum ns_err accounts_change(struct buf *out, struct accounts_text *where,
					struct view text, enum account_edit edit,
					struct view user,
					const uint8_t nt_hash[ACCOUNT_HASH_LEN]);

#endif
