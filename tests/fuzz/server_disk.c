/* SPDX-License-Identifier: MIT */
#include "fuzz/server_disk.h"

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz/fuzz.h"

/*
 * No file of a share gets longer, whatever it is told; long enough for the list that
 * libFuzzer writes when it merges.
 */
#define FILE_SIZE_MAX (64u << 20)

#define PATH_LENGTH_MAX 512

static char folder[PATH_LENGTH_MAX];

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *walk)
{
	(void)st;
	(void)type;
	return walk->level == 0 ? 0 : remove(path);
}

static void empty(void)
{
	(void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void at_exit(void)
{
	empty();
	(void)rmdir(folder);
}

static void path_of(char path[PATH_LENGTH_MAX * 2], const char *share, const char *name)
{
	(void)snprintf(path, (size_t)PATH_LENGTH_MAX * 2, "%s/%s/%s", folder, share, name);
}

static void fill(const char *share)
{
	char path[PATH_LENGTH_MAX * 2];
	int fd;

	path_of(path, share, "");
	FUZZ_CHECK(mkdir(path, 0755) == 0);
	path_of(path, share, "dir");
	FUZZ_CHECK(mkdir(path, 0755) == 0);
	path_of(path, share, "a.txt");
	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
	FUZZ_CHECK(fd >= 0 && write(fd, "hello", 5) == 5 && close(fd) == 0);
	path_of(path, share, "link");
	FUZZ_CHECK(symlink("../../..", path) == 0);
}

static void make(void)
{
	const struct rlimit limit = {FILE_SIZE_MAX, FILE_SIZE_MAX};
	const char *where = getenv("TMPDIR");

	(void)snprintf(folder, sizeof(folder), "%s/netsess-fuzz-XXXXXX",
		       where != NULL ? where : "/tmp");
	FUZZ_CHECK(mkdtemp(folder) != NULL);
	(void)atexit(at_exit);
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)setrlimit(RLIMIT_FSIZE, &limit);
	fill("ro");
	fill("rw");
}

const char *server_disk(const char *share)
{
	static char path[PATH_LENGTH_MAX * 2];

	if (folder[0] == '\0')
		make();
	(void)snprintf(path, sizeof(path), "%s/%s", folder, share);
	return path;
}

void server_disk_reset(void)
{
	empty();
	fill("ro");
	fill("rw");
}
