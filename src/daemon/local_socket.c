/* SPDX-License-Identifier: MIT */
#include "daemon/local_socket.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "daemon/loop_stream.h"
#include "daemon/unix_names.h"
#include "server/local.h"

/* --------------------------------------------------------------------- its streams -- */

/* server/local.h knows no "gone": the stream is then simply over, as when we drain. */
struct local_end {
	const struct loop *loop;
	struct server_local *local;
	bool gone;
};

static void end_recv(void *object, struct view bytes)
{
	server_local_recv(((struct local_end *)object)->local, bytes);
}

static struct view end_output(const void *object)
{
	return server_local_output(((const struct local_end *)object)->local);
}

static void end_sent(void *object, size_t n)
{
	server_local_sent(((struct local_end *)object)->local, n);
}

static bool end_wants_input(const void *object)
{
	const struct local_end *end = object;

	return !end->gone && server_local_wants_input(end->local);
}

static void end_eof(void *object)
{
	((struct local_end *)object)->gone = true;
}

static bool end_over(const void *object)
{
	const struct local_end *end = object;

	return end->gone || end->loop->draining || server_local_over(end->local);
}

static void end_free(void *object)
{
	struct local_end *end = object;

	server_local_free(end->local);
	free(end);
}

static const struct loop_stream_ops end_ops = {
	.recv = end_recv,
	.output = end_output,
	.sent = end_sent,
	.wants_input = end_wants_input,
	.eof = end_eof,
	.over = end_over,
	.free = end_free,
};

static bool peer_of(struct local_peer *peer, int fd)
{
	struct ucred who;
	socklen_t n = sizeof(who);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) != 0)
		return false;
	peer->trusted = who.uid == 0 || who.uid == geteuid();
	unix_user_name(peer->name, sizeof(peer->name), who.uid);
	return true;
}

void local_socket_accepted(struct loop *loop, int fd)
{
	struct local_end *end = calloc(1, sizeof(*end));
	struct local_peer peer;

	if (end != NULL)
		end->loop = loop;
	if (end != NULL && peer_of(&peer, fd))
		end->local = server_local_new(loop->server, &peer);
	if (end == NULL || end->local == NULL ||
	    loop_stream_new(loop, fd, &end_ops, end) == NULL) {
		if (end != NULL)
			server_local_free(end->local);
		free(end);
		(void)close(fd);
	}
}

/* ------------------------------------------------------------------------ its name -- */

static bool address_of(struct sockaddr_un *address, const char *path)
{
	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	return (size_t)snprintf(address->sun_path, sizeof(address->sun_path), "%s", path) <
	       sizeof(address->sun_path);
}

/* The folder of the socket, where only that is missing. */
static void make_folder(const char *path)
{
	char folder[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
	char *slash;

	(void)snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	if (slash == NULL || slash == folder)
		return;
	*slash = '\0';
	(void)mkdir(folder, 0755);
}

/* Whether somebody listens there; if nobody does, the name is taken away. */
static bool somebody_listens(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool listens = fd >= 0 &&
		       connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0;

	if (fd >= 0 && !listens && errno == ECONNREFUSED)
		(void)unlink(address->sun_path);
	if (fd >= 0)
		(void)close(fd);
	return listens;
}

/* A listening socket at that name, or -1 with errno set. */
static int open_at(const char *path)
{
	struct sockaddr_un address;
	int saved, fd;

	if (!address_of(&address, path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	make_folder(path);
	if (somebody_listens(&address)) {
		errno = EADDRINUSE;
		return -1;
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	/* Anybody may connect: what the kernel says of the caller decides, not the mode. */
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
	    chmod(path, 0666) == 0 && listen(fd, SOMAXCONN) == 0)
		return fd;
	saved = errno;
	(void)close(fd);
	errno = saved;
	return -1;
}

bool local_socket_open(struct loop *loop, char error[LISTEN_ERROR_MAX])
{
	const char *path = loop->config->local_socket;
	int fd = open_at(path);
	int err = fd < 0 ? -errno : listener_add(loop, fd, local_socket_accepted);

	if (err == 0) {
		loop->owns_local_socket = true;
		log_info("daemon", "listens on %s", path);
		return true;
	}
	if (fd >= 0)
		(void)close(fd);
	(void)snprintf(error, LISTEN_ERROR_MAX, "cannot listen on %s: %s", path,
		       uv_strerror(err));
	errno = -err;
	return false;
}

void local_socket_remove(const struct loop *loop)
{
	struct sockaddr_un address;

	/* The listener is closed: only a socket of nobody refuses. */
	if (loop->owns_local_socket && loop->config->local_socket != NULL &&
	    address_of(&address, loop->config->local_socket))
		(void)somebody_listens(&address);
}
