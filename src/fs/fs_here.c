/* SPDX-License-Identifier: MIT */
#include "fs/fs_here.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include "base/log.h"

int fs_here_enter(struct fs_here *here, int directory)
{
	here->before = -1;
	/* A second time it does nothing. */
	if (unshare(CLONE_FS) != 0)
		return directory;
	here->before = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (here->before < 0)
		return directory;
	if (fchdir(directory) == 0)
		return AT_FDCWD;
	close(here->before);
	here->before = -1;
	return directory;
}

void fs_here_leave(struct fs_here *here)
{
	if (here->before < 0)
		return;
	/* Nobody else needs the thread where it was, but it must not stay: a file system
	 * could not be unmounted. */
	if (fchdir(here->before) != 0 && chdir("/") != 0)
		log_error("fs", "a thread can't leave a directory");
	close(here->before);
	here->before = -1;
}
