/* SPDX-License-Identifier: MIT */
#include <grp.h>
#include <pthread.h>
#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fs/fs_status.h"
#include "fs/fs_who.h"

#define NOBODY_ID 65534 /* the kernel's overflow id, where no user has the name */

/* A passwd entry's strings; sysconf's hint is 1 KiB, a long gecos is not longer than this.
 */
#define PASSWD_MAX 16384

/* ------------------------------------------------------------------ the name services --
 */

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

static bool look_up(struct fs_who *out, const char *user)
{
	struct passwd entry, *found = NULL;
	char *room = malloc(PASSWD_MAX);
	int error;

	be_nobody(out);
	if (room == NULL)
		return false;
	error = getpwnam_r(user, &entry, room, PASSWD_MAX, &found);
	if (error == 0 && found != NULL) {
		out->uid = entry.pw_uid;
		out->gid = entry.pw_gid;
		take_groups(out, user);
	}
	free(room);
	return !fs_status_is_short(error);
}

/* ----------------------------------------------------------------- who was looked up -- */

/*
 * A look-up reads /etc/passwd and /etc/group, or asks a directory over the network; files
 * are opened by the thousand.  So an answer is good for a few seconds: somebody who was
 * taken out of a group opens no file by it any more after that.
 */
#define FRESH_S 5

/* Users who are remembered at a time, each in the one place that his name's hash says. */
#define REMEMBERED 64
#define USER_MAX   64 /* with its NUL; who has a longer name is looked up each time */

struct remembered {
	char user[USER_MAX];
	time_t until; /* 0: nobody is here */
	struct fs_who who;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct remembered places[REMEMBERED];

static time_t seconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

/* FNV-1a */
static struct remembered *place_of(const char *user)
{
	uint32_t hash = 2166136261u;

	for (; *user != '\0'; user++)
		hash = (hash ^ (uint8_t)*user) * 16777619u;
	return &places[hash % REMEMBERED];
}

static bool recall(struct fs_who *out, const char *user, time_t now)
{
	const struct remembered *place = place_of(user);
	bool good;

	pthread_mutex_lock(&lock);
	good = now < place->until && strcmp(place->user, user) == 0;
	if (good)
		*out = place->who;
	pthread_mutex_unlock(&lock);
	return good;
}

static void remember(const struct fs_who *who, const char *user, time_t now)
{
	struct remembered *place = place_of(user);

	if (strlen(user) >= sizeof place->user)
		return;
	pthread_mutex_lock(&lock);
	memcpy(place->user, user, strlen(user) + 1);
	place->until = now + FRESH_S;
	place->who = *who;
	pthread_mutex_unlock(&lock);
}

bool fs_who_find(struct fs_who *out, const char *user)
{
	time_t now;

	*out = (struct fs_who){.change = geteuid() == 0};
	if (!out->change)
		return true;
	if (user == NULL || *user == '\0')
		user = "nobody";
	now = seconds_now();
	if (recall(out, user, now))
		return true;
	if (!look_up(out, user))
		return false;
	remember(out, user, now);
	return true;
}
