/* SPDX-License-Identifier: MIT */
/*
 * crowd PORT COUNT USER PASSWORD: signs in COUNT times, each on a connection of its own to
 * 127.0.0.1, prints "ready SECONDS" and holds them all until its standard input ends.  A
 * session here is a whole one: signed in, with IPC$ and an open pipe.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf16.h"
#include "client/conn.h"
#include "client/io_socket.h"
#include "rpc/srvsvc.h"

struct member {
	struct link *link;
	int fd;
};

static struct auth_credentials credentials;

/* What signs it in and binds the pipe: any call will do. */
static enum ns_err encode_call(struct buf *stub)
{
	struct netr_server_get_info_req req = {.server_name = NDR_NO_STRING, .level = 100};
	struct ndr x = ndr_push(stub);

	netr_server_get_info_req_code(&x, &req);
	return ndr_end(&x);
}

static enum ns_err wait_for(int fd, short events)
{
	struct pollfd p = {.fd = fd, .events = events};

	return poll(&p, 1, 30000) == 1 ? NS_OK : NS_ETIMEOUT;
}

static enum ns_err flush(struct member *m)
{
	while (link_output(m->link).n > 0) {
		size_t sent = 0;
		enum ns_err err = socket_send(m->fd, link_output(m->link), &sent);

		link_sent(m->link, sent);
		if (err == NS_AGAIN)
			err = wait_for(m->fd, POLLOUT);
		if (err != NS_OK)
			return err;
	}
	return NS_OK;
}

static enum ns_err talk(struct member *m)
{
	static uint8_t bytes[65536];
	struct buf reply;
	enum ns_err err;
	size_t got = 0;

	buf_init(&reply, 1u << 20);
	while ((err = link_poll(m->link, &reply)) == NS_AGAIN) {
		err = flush(m);
		if (err == NS_OK)
			err = wait_for(m->fd, POLLIN);
		if (err == NS_OK)
			err = socket_recv(m->fd, bytes, sizeof(bytes), &got);
		if (err != NS_OK)
			break;
		link_recv(m->link, view_of(bytes, got), socket_clock());
	}
	buf_release(&reply);
	return err;
}

static enum ns_err join(struct member *m, uint16_t port, struct view stub)
{
	const struct conn_config config = {.host = "127.0.0.1",
					   .credentials = &credentials};
	union address to = {.v4 = {.sin_family = AF_INET,
				   .sin_port = htons(port),
				   .sin_addr = {htonl(INADDR_LOOPBACK)}}};
	enum ns_err err;
	int error;

	m->link = conn_new(&config);
	if (m->link == NULL)
		return NS_ENOMEM;
	err = socket_connect(&m->fd, &to, &error);
	if (err == NS_AGAIN)
		err = wait_for(m->fd, POLLOUT);
	if (err == NS_OK)
		err = link_call(m->link, &SRVSVC, OPNUM_NETR_SERVER_GET_INFO, stub,
				socket_clock());
	return err == NS_OK ? talk(m) : err;
}

static enum ns_err gather(struct member *members, size_t count, uint16_t port)
{
	struct buf stub;
	enum ns_err err;

	buf_init(&stub, 1024);
	err = encode_call(&stub);
	for (size_t i = 0; i < count && err == NS_OK; i++)
		err = join(&members[i], port, buf_view(&stub));
	buf_release(&stub);
	return err;
}

int main(int argc, char *argv[])
{
	size_t count = argc == 5 ? strtoul(argv[2], NULL, 10) : 0;
	struct member *members = calloc(count + 1, sizeof(*members));
	uint64_t begin = socket_clock();
	enum ns_err err = NS_EINVAL;

	auth_credentials_init(&credentials);
	if (members != NULL && count > 0)
		err = auth_credentials_set_name(&credentials, argv[3]);
	if (err == NS_OK)
		err = auth_credentials_set_password(&credentials, argv[4]);
	if (err == NS_OK)
		err = gather(members, count, (uint16_t)strtoul(argv[1], NULL, 10));
	if (err != NS_OK) {
		fprintf(stderr, "crowd: %s\n", ns_err_text(err));
		return 1;
	}
	printf("ready %.3f\n", (double)(socket_clock() - begin) / 1000);
	fflush(stdout);
	while (getchar() != EOF)
		continue;
	free(members);
	return 0;
}
