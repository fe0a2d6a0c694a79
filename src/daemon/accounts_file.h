/* SPDX-License-Identifier: MIT */
/*
 * The accounts of the daemon: the file of base/accounts_format.h, read into a table.
 *
 * A table never changes: a reload reads a new one and swaps it in when it is good. Look-ups
 * cost the same for ten accounts and ten thousand, and fold case.
 */
#ifndef DAEMON_ACCOUNTS_FILE_H
#define DAEMON_ACCOUNTS_FILE_H

#include "base/buf.h"
#include "base/secret.h"

struct accounts_file;

/* What accounts_file_read() could not do, for a person: "FILE:LINE: what". */
#define ACCOUNTS_ERROR_MAX 512

/*
 * Reads a file.  NS_OK and *out is ours to free; else *out is NULL and `error` says why.  A
 * file that others than its owner and group can read, or write, is refused: whoever has a
 * hash can sign in with it.
 */
NS_MUST_USE enum ns_err accounts_file_read(struct accounts_file **out,
					   char error[ACCOUNTS_ERROR_MAX],
					   const char *path);

/* The same from text, for tests; `path` is for the messages. */
NS_MUST_USE enum ns_err accounts_file_parse(struct accounts_file **out,
					    char error[ACCOUNTS_ERROR_MAX],
					    const char *path, struct view text);

/* As server_env.lookup: NS_OK, NS_EAUTH (no such account), NS_EACCESS (disabled). */
NS_MUST_USE enum ns_err accounts_file_lookup(const struct accounts_file *accounts,
					     struct secret *nt_hash, const char *user);

size_t accounts_file_count(const struct accounts_file *accounts);

/* Wipes the hashes; NULL is fine. */
void accounts_file_free(struct accounts_file *accounts);

#endif
