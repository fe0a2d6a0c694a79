/* SPDX-License-Identifier: MIT */
#include "cli/password.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/prompt.h"
#include "cli/say.h"

char *password_page(void)
{
	void *page = mmap(NULL, PASSWORD_ROOM, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED) {
		say("no memory for a password: %s", strerror(errno));
		return NULL;
	}
	(void)madvise(page, PASSWORD_ROOM, MADV_DONTDUMP);
	(void)mlock(page, PASSWORD_ROOM);
	return page;
}

void password_page_free(char *page)
{
	if (page == NULL)
		return;
	explicit_bzero(page, PASSWORD_ROOM);
	(void)munmap(page, PASSWORD_ROOM);
}

/* The first line of `fd`, byte by byte: what follows it belongs to somebody else. */
static bool password_read_line(char *page, int fd, const char *path)
{
	size_t n = 0;
	ssize_t got;
	char c;

	while ((got = read(fd, &c, 1)) == 1 && c != '\n') {
		if (c == '\0' || n + 1 == PASSWORD_ROOM) {
			say("%s: the first line is no password", path);
			return false;
		}
		page[n++] = c;
	}
	if (got < 0) {
		say("%s: %s", path, strerror(errno));
		return false;
	}
	if (n > 0 && page[n - 1] == '\r')
		n--;
	page[n] = '\0';
	return true;
}

bool password_from_file(char *page, const char *path, bool quiet)
{
	struct stat st;
	bool ok;
	int fd;

	if (strcmp(path, "-") == 0) {
		if (isatty(STDIN_FILENO))
			return prompt_password(page, PASSWORD_ROOM, "Password: ");
		return password_read_line(page, STDIN_FILENO, "standard input");
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		say("%s: %s", path, strerror(errno));
		return false;
	}
	if (!quiet && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_mode & (S_IRGRP | S_IROTH)) != 0)
		say("%s: others can read this password (chmod 600)", path);
	ok = password_read_line(page, fd, path);
	close(fd);
	return ok;
}
