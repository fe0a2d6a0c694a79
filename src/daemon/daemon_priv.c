/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "daemon/daemon.h"

/* Descriptors for all that is no connection: listeners, files of shares, the log. */
#define OTHER_DESCRIPTORS 256

static void raise_descriptors(const struct server_config *config)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_max != RLIM_INFINITY &&
	    limit.rlim_max < (rlim_t)config->max_connections + OTHER_DESCRIPTORS)
		log_warn("daemon", "max_connections is %u, the limit of descriptors %llu",
			 config->max_connections, (unsigned long long)limit.rlim_max);
}

void daemon_priv_limits(const struct server_config *config)
{
	raise_descriptors(config);
	/* Keys and hashes are in this memory: no core file, no debugger of another user. */
	(void)prctl(PR_SET_DUMPABLE, 0);
	/* Nothing that we might ever start gets more than we have. */
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

bool daemon_priv_become(const struct server_config *config)
{
	const struct passwd *user;

	if (config->user == NULL)
		return true;
	errno = 0;
	user = getpwnam(config->user);
	if (user == NULL) {
		log_error("daemon", "this computer has no user %s", config->user);
		return false;
	}
	if (user->pw_uid == geteuid())
		return true;
	if (initgroups(user->pw_name, user->pw_gid) != 0 ||
	    setresgid(user->pw_gid, user->pw_gid, user->pw_gid) != 0 ||
	    setresuid(user->pw_uid, user->pw_uid, user->pw_uid) != 0) {
		log_error("daemon", "cannot become %s: %s", config->user, strerror(errno));
		return false;
	}
	/* setresuid() has made us undumpable anyway; say it for what comes after. */
	(void)prctl(PR_SET_DUMPABLE, 0);
	return true;
}
