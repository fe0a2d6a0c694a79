/* SPDX-License-Identifier: MIT */
#include "cli/accounts_store.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"
#include "cli/mem.h"
#include "cli/outcome.h"
#include "cli/say.h"

static bool failed(const char *path)
{
	say("%s: %s", path, strerror(errno));
	return false;
}

/*
 * The open file, locked.  Whoever changes it puts a new one in its place, so the one that
 * we hold the lock of may be out of the folder by the time we have it.
 */
static int open_locked(const char *path, int flags)
{
	struct stat ours, theirs;
	int fd;

	while ((fd = open(path, flags | O_RDWR | O_CLOEXEC, 0600)) >= 0) {
		bool locked = flock(fd, LOCK_EX) == 0;

		if (locked && fstat(fd, &ours) == 0 && stat(path, &theirs) == 0 &&
		    ours.st_ino == theirs.st_ino && ours.st_dev == theirs.st_dev)
			return fd;
		close(fd);
		if (!locked)
			return -1;
	}
	return -1;
}

static bool read_whole(struct buf *out, int fd)
{
	uint8_t part[4096];
	ssize_t n;

	while ((n = read(fd, part, sizeof(part))) > 0) {
		if (buf_append(out, view_of(part, (size_t)n)) != NS_OK) {
			errno = EFBIG;
			return false;
		}
	}
	secret_wipe_bytes(part, sizeof(part));
	return n == 0;
}

static bool write_whole(int fd, struct view text)
{
	while (text.n > 0) {
		ssize_t n = write(fd, text.p, text.n);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			text = view_slice(text, (size_t)n, text.n);
	}
	return fsync(fd) == 0;
}

/* The rename is on the disk only when the folder is. */
static void sync_folder(const char *path)
{
	char *copy = mem_strdup(path);
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		(void)fsync(fd);
		close(fd);
	}
	free(copy);
}

/* A new file in the place of the old, with its owner and rights. */
static bool replace(const char *path, int old, struct view text)
{
	char *name = mem_printf("%s.XXXXXX", path);
	int fd = mkstemp(name);
	struct stat st;
	bool ok = fd >= 0 && fstat(old, &st) == 0 && fchmod(fd, st.st_mode & 07777) == 0 &&
		  (fchown(fd, st.st_uid, st.st_gid) == 0 || errno == EPERM) &&
		  write_whole(fd, text) && rename(name, path) == 0;

	if (!ok) {
		(void)failed(path);
		if (fd >= 0)
			(void)unlink(name);
	}
	if (fd >= 0)
		close(fd);
	if (ok)
		sync_folder(path);
	free(name);
	return ok;
}

static int refused(const char *path, enum ns_err err, const struct accounts_text *where,
		   const char *user)
{
	switch (err) {
	case NS_EINVAL:
		say("\"%s\" can't be the name of an account", user);
		return CLI_EXIT_USAGE;
	case NS_EAUTH:
		say("%s: there is no account %s", path, user);
		return CLI_EXIT_NOTHING;
	case NS_EFORMAT:
		say("%s:%zu: %s", path, where->line, where->error);
		return CLI_EXIT_FAILED;
	default:
		say("%s: %s", path, ns_err_text(err));
		return CLI_EXIT_BROKEN;
	}
}

int accounts_store_change(const char *path, enum account_edit edit, const char *user,
			  const uint8_t nt_hash[ACCOUNT_HASH_LEN])
{
	int fd = open_locked(path, edit == ACCOUNT_SET ? O_CREAT : 0);
	struct accounts_text where;
	int status = CLI_EXIT_FAILED;
	struct buf old, new;
	enum ns_err err;

	buf_init(&old, ACCOUNTS_FILE_MAX);
	buf_init(&new, ACCOUNTS_FILE_MAX);
	if (fd < 0 || !read_whole(&old, fd)) {
		(void)failed(path);
		goto out;
	}
	err = accounts_change(&new, &where, buf_view(&old), edit, view_of_string(user),
			      nt_hash);
	if (err != NS_OK)
		status = refused(path, err, &where, user);
	else if (replace(path, fd, buf_view(&new)))
		status = CLI_EXIT_DONE;
out:
	buf_wipe(&old);
	buf_wipe(&new);
	if (fd >= 0)
		close(fd);
	return status;
}
