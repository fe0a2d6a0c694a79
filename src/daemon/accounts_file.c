/* SPDX-License-Identifier: MIT */
/* A hash that can't grow refuses what is added, instead of ending the process. */
#define HASH_NONFATAL_OOM 1

#include "daemon/accounts_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uthash.h>

#include "base/accounts_format.h"
#include "base/utf16.h"

struct account {
	UT_hash_handle hh;
	uint8_t nt_hash[ACCOUNT_HASH_LEN];
	bool disabled;
	uint8_t key[]; /* the name in UTF-16LE, upper case */
};

struct accounts_file {
	struct account *by_name;
};

static enum ns_err name_key(struct buf *out, struct view user)
{
	buf_init(out, 2 * (size_t)ACCOUNT_NAME_MAX);
	return utf16_upper_from_utf8(out, user);
}

static struct account *find(const struct accounts_file *accounts, struct view key)
{
	struct account *found = NULL;

	HASH_FIND(hh, accounts->by_name, key.p, key.n, found);
	return found;
}

static enum ns_err add(struct accounts_file *accounts, const struct account_line *line,
		       const char **wrong)
{
	struct account *a = NULL;
	struct buf key;
	enum ns_err err = name_key(&key, line->user);

	if (err != NS_OK)
		goto out;
	err = NS_EFORMAT;
	*wrong = "this account stands above already";
	if (find(accounts, buf_view(&key)) != NULL)
		goto out;
	err = NS_ENOMEM;
	*wrong = "out of memory";
	a = malloc(sizeof(*a) + key.n);
	if (a == NULL)
		goto out;
	memcpy(a->nt_hash, line->nt_hash, sizeof(a->nt_hash));
	a->disabled = line->disabled;
	memcpy(a->key, key.p, key.n);
	HASH_ADD_KEYPTR(hh, accounts->by_name, a->key, key.n, a);
	if (a->hh.tbl == NULL) {
		secret_wipe_bytes(a, sizeof(*a));
		free(a);
		goto out;
	}
	err = NS_OK;
out:
	buf_release(&key);
	return err;
}

enum ns_err accounts_file_parse(struct accounts_file **out, char error[ACCOUNTS_ERROR_MAX],
				const char *path, struct view text)
{
	struct accounts_file *accounts = calloc(1, sizeof(*accounts));
	struct accounts_text t = accounts_text(text);
	struct account_line line;
	const char *wrong = "out of memory";
	enum ns_err err = accounts != NULL ? NS_OK : NS_ENOMEM;

	*out = NULL;
	while (err == NS_OK && accounts_next(&t, &line))
		err = add(accounts, &line, &wrong);
	if (err == NS_OK && t.error != NULL) {
		err = NS_EFORMAT;
		wrong = t.error;
	}
	secret_wipe_bytes(&line, sizeof(line));
	if (err != NS_OK) {
		(void)snprintf(error, ACCOUNTS_ERROR_MAX, "%s:%zu: %s", path, t.line,
			       wrong);
		accounts_file_free(accounts);
		return err;
	}
	*out = accounts;
	return NS_OK;
}

/*
 * What is wrong with the open file; NULL: nothing.  Room for all of it is made at once: a
 * buffer that grows leaves its contents behind.
 */
static const char *file_refused(struct buf *room, int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return strerror(errno);
	if (!S_ISREG(st.st_mode))
		return "this is no file";
	if (st.st_size > ACCOUNTS_FILE_MAX)
		return "this is too long for a file of accounts";
	if ((st.st_mode & (S_IROTH | S_IWOTH | S_IWGRP)) != 0)
		return "others can read or write this file (chmod 600)";
	return buf_reserve(room, (size_t)st.st_size) == NS_OK ? NULL : "out of memory";
}

static const char *read_all(struct buf *out, int fd)
{
	uint8_t part[4096];
	const char *wrong = NULL;
	ssize_t n;

	while (wrong == NULL && (n = read(fd, part, sizeof(part))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			wrong = strerror(errno);
		else if (buf_append(out, view_of(part, (size_t)n)) != NS_OK)
			wrong = "out of memory";
	}
	secret_wipe_bytes(part, sizeof(part));
	return wrong;
}

enum ns_err accounts_file_read(struct accounts_file **out, char error[ACCOUNTS_ERROR_MAX],
			       const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum ns_err err = NS_ESYSTEM;
	const char *wrong;
	struct buf text;

	*out = NULL;
	buf_init(&text, ACCOUNTS_FILE_MAX);
	wrong = fd < 0 ? strerror(errno) : file_refused(&text, fd);
	if (wrong == NULL)
		wrong = read_all(&text, fd);
	if (wrong == NULL)
		err = accounts_file_parse(out, error, path, buf_view(&text));
	else
		(void)snprintf(error, ACCOUNTS_ERROR_MAX, "%s: %s", path, wrong);
	buf_wipe(&text);
	if (fd >= 0)
		close(fd);
	return err;
}

enum ns_err accounts_file_lookup(const struct accounts_file *accounts,
				 struct secret *nt_hash, const char *user)
{
	const struct account *a = NULL;
	struct buf key;
	enum ns_err err = name_key(&key, view_of_string(user));

	if (err == NS_OK)
		a = find(accounts, buf_view(&key));
	buf_release(&key);
	if (err == NS_ENOMEM)
		return err;
	if (a == NULL)
		return NS_EAUTH;
	if (a->disabled)
		return NS_EACCESS;
	return secret_set(nt_hash, view_of(a->nt_hash, sizeof(a->nt_hash)));
}

size_t accounts_file_count(const struct accounts_file *accounts)
{
	return HASH_COUNT(accounts->by_name);
}

void accounts_file_free(struct accounts_file *accounts)
{
	struct account *a, *next;

	if (accounts == NULL)
		return;
	HASH_ITER(hh, accounts->by_name, a, next)
	{
		HASH_DEL(accounts->by_name, a);
		secret_wipe_bytes(a, sizeof(*a));
		free(a);
	}
	free(accounts);
}
