/* SPDX-License-Identifier: MIT */
#include "fs/fs_who.h"

#include <stdlib.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"

/*
 * setgroups(2) itself: the C library's would change all threads.  setfsuid() away from 0
 * also takes this thread's rights to override file modes, and gives them back.  Neither of
 * these says whether it worked.
 */
static bool set_groups(const gid_t *groups, size_t n)
{
	return syscall(SYS_setgroups, n, groups) == 0;
}

static bool set_ids(uid_t uid, gid_t gid)
{
	setfsgid(gid);
	setfsuid(uid);
	return setfsuid((uid_t)-1) == (int)uid && setfsgid((gid_t)-1) == (int)gid;
}

/* Whom this thread has become; NULL: nobody. */
static _Thread_local const struct fs_who *present;

bool fs_who_enter(const struct fs_who *who)
{
	if (!who->change)
		return true;
	/* Without CAP_SETGID nothing has changed yet. */
	if (!set_groups(who->groups, who->group_count)) {
		log_error("fs", "can't take on the groups of uid %ld", (long)who->uid);
		return false;
	}
	if (set_ids(who->uid, who->gid)) {
		present = who;
		return true;
	}
	log_error("fs", "can't take on uid %ld", (long)who->uid);
	fs_who_leave(who);
	return false;
}

void fs_who_leave(const struct fs_who *who)
{
	if (!who->change)
		return;
	/* A thread that stayed another user would serve the next one with his rights. */
	if (!set_ids(0, 0) || !set_groups(NULL, 0)) {
		log_error("fs", "can't go back to root");
		abort();
	}
	present = NULL;
}

bool fs_who_visit(const struct fs_who *who, const struct fs_who **home)
{
	*home = present;
	return fs_who_enter(who);
}

void fs_who_return(const struct fs_who *home)
{
	if (present == home)
		return;
	if (home == NULL) {
		fs_who_leave(present);
	} else if (!fs_who_enter(home)) {
		log_error("fs", "can't go back to uid %ld", (long)home->uid);
		abort();
	}
}

/* setfsuid() to 0 gives the rights to override modes back, and tells who it was before. */
uid_t fs_who_lift(void)
{
	return (uid_t)setfsuid(0);
}

void fs_who_drop(uid_t user)
{
	setfsuid(user);
}
