/* SPDX-License-Identifier: MIT */
/*
 * As whom files are touched.  A daemon that is root takes on, for one operation in one
 * thread of its pool, the user, group and supplementary groups of the Unix user with the
 * session's name; where there is none, and for guests, those of "nobody".  A daemon that is
 * not root does everything as itself.
 */
#ifndef FS_FS_WHO_H
#define FS_FS_WHO_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/span.h"

/* NGROUPS_MAX is 65536; who is in more than this many has the first of them. */
#define FS_GROUPS_MAX 64

struct fs_who {
	bool change; /* false: we are not root, and stay who we are */
	uid_t uid;
	gid_t gid;
	gid_t groups[FS_GROUPS_MAX];
	size_t group_count;
};

/*
 * Looks the user up; may ask name services, and wait.  The answer may be a few seconds old.
 * NULL or "": nobody.  False: memory or descriptors are too short to know.
 */
NS_MUST_USE bool fs_who_find(struct fs_who *out, const char *user);

/*
 * This thread becomes `who` for what files are concerned, until fs_who_leave().  False: it
 * could not, and nothing may be done.
 */
NS_MUST_USE bool fs_who_enter(const struct fs_who *who);
void fs_who_leave(const struct fs_who *who);

/*
 * Between the two the thread may read what its user may not: for what tells of a file and
 * is no part of it.  lift() gives what drop() takes; on a daemon that is not root they do
 * nothing.
 */
uid_t fs_who_lift(void);
void fs_who_drop(uid_t user);

/*
 * The same for a look as somebody else, also in the midst of what another does, who then
 * goes on: fs_who_return() is to be called in any case.
 */
NS_MUST_USE bool fs_who_visit(const struct fs_who *who, const struct fs_who **home);
void fs_who_return(const struct fs_who *home);

#endif
