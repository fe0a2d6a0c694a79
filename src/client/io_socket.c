/* SPDX-License-Identifier: MIT */
#include "client/io_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

void addresses_add(struct addresses *list, const struct sockaddr *sa, uint16_t port)
{
	union address *a = &list->at[list->n];

	if (list->n == ADDRESSES_MAX)
		return;
	if (sa->sa_family == AF_INET) {
		memcpy(&a->v4, sa, sizeof(a->v4));
		a->v4.sin_port = htons(port);
		list->n++;
	} else if (sa->sa_family == AF_INET6) {
		memcpy(&a->v6, sa, sizeof(a->v6));
		a->v6.sin6_port = htons(port);
		list->n++;
	}
}

void address_text(char out[ADDRESS_TEXT_MAX], const union address *a)
{
	const void *bytes = &a->v4.sin_addr;

	out[0] = '\0';
	if (a->sa.sa_family == AF_INET6)
		bytes = &a->v6.sin6_addr;
	else if (a->sa.sa_family != AF_INET)
		return;
	if (inet_ntop(a->sa.sa_family, bytes, out, ADDRESS_TEXT_MAX) == NULL)
		out[0] = '\0';
}

uint64_t socket_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* There may be room once others have finished; anything else will be the same again. */
static bool is_shortage(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

static int open_stream(int family)
{
	return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

enum ns_err socket_connect(int *out, const union address *to, int *error)
{
	socklen_t length = to->sa.sa_family == AF_INET6 ? sizeof(to->v6) : sizeof(to->v4);
	int fd = open_stream(to->sa.sa_family);
	int on = 1;

	*out = -1;
	*error = 0;
	if (fd < 0)
		goto fail;
	/* Each of our messages is a question: to hold it back gains nothing. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(fd, &to->sa, length) != 0 && errno != EINPROGRESS && errno != EINTR)
		goto fail;
	*out = fd;
	return socket_connected(fd, error);
fail:
	*error = errno;
	socket_close(fd);
	return is_shortage(*error) ? NS_ESYSTEM : NS_EUNREACHABLE;
}

enum ns_err socket_connected(int fd, int *error)
{
	union address peer;
	socklen_t length = sizeof(*error);

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, error, &length) != 0)
		*error = errno;
	if (*error != 0)
		return NS_EUNREACHABLE;
	length = sizeof(peer);
	if (getpeername(fd, &peer.sa, &length) == 0)
		return NS_OK;
	return NS_AGAIN;
}

enum ns_err socket_connect_local(int *out, const char *path, int *error)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	size_t n = strlen(path);
	int fd = -1;

	*out = -1;
	*error = ENAMETOOLONG;
	if (n >= sizeof(to.sun_path))
		return NS_ENODAEMON;
	memcpy(to.sun_path, path, n + 1);
	fd = open_stream(AF_UNIX);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0) {
		*out = fd;
		*error = 0;
		return NS_OK;
	}
	*error = errno;
	socket_close(fd);
	if (is_shortage(*error))
		return NS_ESYSTEM;
	if (*error == EAGAIN || *error == EINTR)
		return NS_AGAIN;
	return *error == EACCES || *error == EPERM ? NS_EACCESS : NS_ENODAEMON;
}

enum ns_err socket_send(int fd, struct view bytes, size_t *sent)
{
	ssize_t n;

	*sent = 0;
	do
		n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN || errno == ENOBUFS ? NS_AGAIN : NS_ECLOSED;
	*sent = (size_t)n;
	return NS_OK;
}

enum ns_err socket_recv(int fd, uint8_t *to, size_t max, size_t *got)
{
	ssize_t n;

	*got = 0;
	do
		n = recv(fd, to, max, 0);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? NS_AGAIN : NS_ECLOSED;
	*got = (size_t)n;
	return n == 0 ? NS_ECLOSED : NS_OK;
}

bool socket_idle(int fd)
{
	uint8_t byte;

	return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

void socket_own_address(char out[ADDRESS_TEXT_MAX], int fd)
{
	union address own = {0};
	socklen_t length = sizeof(own);

	out[0] = '\0';
	if (getsockname(fd, &own.sa, &length) == 0)
		address_text(out, &own);
}

void socket_close(int fd)
{
	if (fd >= 0)
		close(fd);
}
