/* SPDX-License-Identifier: MIT */
/*
 * The two conventions of systemd, without its library: sd_listen_fds(3) and sd_notify(3)
 * are an environment variable and a datagram each.
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "daemon/daemon.h"
#include "daemon/listen.h"
#include "daemon/local_socket.h"

/* SD_LISTEN_FDS_START: the first descriptor behind the standard three. */
#define FIRST_FD 3

/* More than any unit lists. */
#define SOCKETS_MAX 1000

static int environment_number(const char *name)
{
	const char *text = getenv(name);
	char *end;
	long n;

	if (text == NULL || text[0] == '\0')
		return 0;
	n = strtol(text, &end, 10);
	return *end == '\0' && n > 0 && n < INT32_MAX ? (int)n : 0;
}

static bool take_socket(struct loop *loop, int fd)
{
	struct sockaddr_storage address;
	socklen_t n = sizeof(address);
	int listens = 0, err;
	socklen_t size = sizeof(listens);

	if (getsockname(fd, (struct sockaddr *)&address, &n) != 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 ||
	    listens == 0) {
		log_error("daemon", "descriptor %d from systemd does not listen", fd);
		return false;
	}
	(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	(void)fcntl(fd, F_SETFL, O_NONBLOCK);
	err = listener_add(loop, fd,
			   address.ss_family == AF_UNIX ? local_socket_accepted
							: listen_accepted_tcp);
	if (err != 0)
		log_error("daemon", "descriptor %d from systemd: %s", fd, uv_strerror(err));
	return err == 0;
}

int daemon_systemd_sockets(struct loop *loop)
{
	int n = environment_number("LISTEN_FDS");

	if (environment_number("LISTEN_PID") != (int)getpid())
		n = 0;
	if (n > SOCKETS_MAX)
		n = SOCKETS_MAX;
	for (int i = 0; i < n; i++) {
		if (!take_socket(loop, FIRST_FD + i))
			return -1;
	}
	(void)unsetenv("LISTEN_FDS");
	(void)unsetenv("LISTEN_PID");
	(void)unsetenv("LISTEN_FDNAMES");
	return n;
}

void daemon_systemd_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t n;
	int fd;

	if (path == NULL || (path[0] != '/' && path[0] != '@'))
		return;
	n = (size_t)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (n >= sizeof(address.sun_path))
		return;
	if (path[0] == '@') /* an abstract name */
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	if (sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address,
		   (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)) < 0)
		log_warn("daemon", "systemd does not listen: %s", strerror(errno));
	(void)close(fd);
}
