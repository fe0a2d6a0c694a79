/* SPDX-License-Identifier: MIT */
#include "fs/fs_who.h"

#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"
#include "fs/fs_status.h"

#define NOBODY_ID 65534 /* the kernel's overflow id, where no user has the name */

/* A passwd entry's strings; sysconf's hint is 1 KiB, a long gecos is not longer than this.
 */
#define PASSWD_MAX 16384

static void be_nobody(struct fs_who *out)
{
	out->uid = NOBODY_ID;
	out->gid = NOBODY_ID;
	out->group_count = 0;
}

static void take_groups(struct fs_who *out, const char *user)
{
	int n = FS_GROUPS_MAX;

	/* With too little room it fills what there is and says how many there are. */
	if (getgrouplist(user, out->gid, out->groups, &n) < 0)
		n = FS_GROUPS_MAX;
	out->group_count = (size_t)n;
}

bool fs_who_find(struct fs_who *out, const char *user)
{
	struct passwd entry, *found = NULL;
	char *room;
	int error;

	*out = (struct fs_who){.change = geteuid() == 0};
	if (!out->change)
		return true;
	be_nobody(out);
	room = malloc(PASSWD_MAX);
	if (room == NULL)
		return false;
	if (user == NULL || *user == '\0')
		user = "nobody";
	error = getpwnam_r(user, &entry, room, PASSWD_MAX, &found);
	if (error == 0 && found != NULL) {
		out->uid = entry.pw_uid;
		out->gid = entry.pw_gid;
		take_groups(out, user);
	}
	free(room);
	return !fs_status_is_short(error);
}

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

bool fs_who_enter(const struct fs_who *who)
{
	if (!who->change)
		return true;
	/* Without CAP_SETGID nothing has changed yet. */
	if (!set_groups(who->groups, who->group_count)) {
		log_error("fs", "can't take on the groups of uid %ld", (long)who->uid);
		return false;
	}
	if (set_ids(who->uid, who->gid))
		return true;
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
