/* SPDX-License-Identifier: MIT */
/*
 * lock KIND HOW WHEN FILE OFFSET LENGTH COMMAND...: locks a part of a file and runs the
 * command with it.  The guest's busybox has no such thing.
 *
 *	KIND	flock, of the whole file whatever part is named, or fcntl
 *	HOW	shared or exclusive
 *	WHEN	wait, or try: exit status 1 if somebody is in the way
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define USAGE   2
#define REFUSED 1

static int take(int fd, char **words)
{
	int exclusive = strcmp(words[2], "exclusive") == 0;
	int wait = strcmp(words[3], "wait") == 0;
	struct flock part = {.l_type = exclusive ? F_WRLCK : F_RDLCK,
			     .l_whence = SEEK_SET,
			     .l_start = strtoll(words[5], NULL, 10),
			     .l_len = strtoll(words[6], NULL, 10)};

	if (strcmp(words[1], "flock") == 0)
		return flock(fd, (exclusive ? LOCK_EX : LOCK_SH) | (wait ? 0 : LOCK_NB));
	return fcntl(fd, wait ? F_SETLKW : F_SETLK, &part);
}

int main(int count, char **words)
{
	int fd;

	if (count < 8)
		return USAGE;
	fd = open(words[4], O_RDWR);
	if (fd < 0) {
		perror(words[4]);
		return USAGE;
	}
	if (take(fd, words) != 0) {
		int why = errno;

		perror("lock");
		return why == EAGAIN || why == EACCES ? REFUSED : USAGE;
	}
	execvp(words[7], words + 7);
	perror(words[7]);
	return USAGE;
}
