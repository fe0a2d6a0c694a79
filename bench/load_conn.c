/* SPDX-License-Identifier: MIT */
#include "load_conn.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/ntstatus.h"
#include "base/utf16.h"
#include "security/seal.h"
#include "security/sign.h"
#include "wire/nbss.h"
#include "wire/smb2_transform.h"
#include "wire/smb2_tree.h"

/* The longest message: 1 MiB and its headers. */
#define MESSAGE_MAX (2u << 20)

/* Taken at once, while it is not known how long the next frame is. */
#define RECV_AHEAD (64u << 10)

/* What a credit pays for, [MS-SMB2] 3.2.4.1.5. */
#define CREDIT_BYTES (64u << 10)

/* So many are asked for until so many are there. */
#define CREDITS_WANTED 512

void load_fail(const char *what, const char *why)
{
	fprintf(stderr, "disk_load: %s: %s\n", what, why);
	exit(1);
}

static void must(enum ns_err err, const char *what)
{
	if (err != NS_OK)
		load_fail(what, ns_err_text(err));
}

/* ---------------------------------------------------------------------- the socket -- */

static void send_all(const struct load_conn *c, struct view bytes)
{
	while (bytes.n > 0) {
		ssize_t n = send(c->base.fd, bytes.p, bytes.n, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			load_fail("send", strerror(errno));
		if (n > 0)
			bytes = view_slice(bytes, (size_t)n, SIZE_MAX);
	}
}

/* At least one byte, at most `max`. */
static void receive(struct load_conn *c, size_t max)
{
	ssize_t n;

	must(buf_reserve(&c->in, max), "memory");
	do
		n = recv(c->base.fd, c->in.p + c->in.n, max, 0);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		load_fail("recv", n == 0 ? "the server has gone" : strerror(errno));
	c->in.n += (size_t)n;
}

static void connect_to(struct load_conn *c, uint16_t port)
{
	const struct sockaddr_in to = {.sin_family = AF_INET,
				       .sin_port = htons(port),
				       .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int on = 1;

	c->base.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->base.fd < 0 ||
	    connect(c->base.fd, (const struct sockaddr *)&to, sizeof(to)) != 0)
		load_fail("connect", strerror(errno));
	(void)setsockopt(c->base.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

/* ------------------------------------------------------------------------- requests -- */

static uint16_t charge_of(size_t bytes)
{
	return (uint16_t)(bytes == 0 ? 1 : (bytes - 1) / CREDIT_BYTES + 1);
}

bool load_may(const struct load_conn *c, size_t bytes)
{
	return c->credits >= charge_of(bytes);
}

/* A request that is not sealed is written where it leaves from. */
struct wire_writer *load_begin(struct load_conn *c, uint16_t command, size_t bytes)
{
	struct buf *to = c->protection == LOAD_SEALED ? &c->message : &c->out;
	uint16_t charge = charge_of(bytes);

	c->hdr = (struct smb2_hdr){
		.credit_charge = charge,
		.command = command,
		.credits = c->credits < CREDITS_WANTED ? CREDITS_WANTED : charge,
		.message_id = c->next_id,
		.tree_id = c->tree,
		.session_id = c->session.id,
	};
	buf_clear(&c->message);
	buf_clear(&c->out);
	must(nbss_put(&c->out), "memory");
	c->w = wire_writer_at_end(to);
	smb2_hdr_encode(&c->w, &c->hdr);
	return &c->w;
}

uint64_t load_send(struct load_conn *c)
{
	/* 3.3.5.7: of 3.1.1 a TREE_CONNECT in the clear ends the connection. */
	bool sign = c->protection == LOAD_SIGNED || c->hdr.command == SMB2_TREE_CONNECT;

	must(wire_put_status(&c->w), "a request");
	if (c->protection == LOAD_SEALED)
		must(smb_seal(&c->session.keys, &c->out, c->session.id,
			      buf_view(&c->message)),
		     "sealing");
	else if (sign)
		must(smb_sign(&c->session.keys, &c->out, NBSS_HDR_LEN,
			      c->out.n - NBSS_HDR_LEN),
		     "signing");
	must(nbss_patch(&c->out, 0), "a frame");
	send_all(c, buf_view(&c->out));
	c->next_id += c->hdr.credit_charge;
	c->credits -= c->hdr.credit_charge;
	c->under_way++;
	return c->hdr.message_id;
}

/* -------------------------------------------------------------------------- answers -- */

static struct view next_frame(struct load_conn *c)
{
	struct view frame;
	size_t total;
	enum ns_err err;

	for (;;) {
		struct view have = view_slice(buf_view(&c->in), c->in_at, SIZE_MAX);

		err = nbss_frame(&frame, &total, have, MESSAGE_MAX);
		if (err != NS_AGAIN)
			break;
		/* What is there of the next frame is little: nothing is read past one. */
		buf_consume(&c->in, c->in_at);
		c->in_at = 0;
		receive(c, total > have.n + RECV_AHEAD ? total - have.n : RECV_AHEAD);
	}
	must(err, "a frame");
	c->in_at += total;
	return frame;
}

static struct view next_message(struct load_conn *c)
{
	struct view frame = next_frame(c);

	if (smb2_frame_kind(frame) != SMB2_FRAME_SEALED)
		return frame;
	buf_clear(&c->plain);
	must(smb_open(&c->session.keys, &c->plain, frame), "a sealed answer");
	return buf_view(&c->plain);
}

/* Interim answers and what a server says unasked are passed over. */
void load_receive(struct load_conn *c, struct smb2_hdr *hdr, struct view *msg)
{
	do {
		*msg = next_message(c);
		must(smb2_hdr_decode(hdr, *msg), "an answer");
		c->credits += hdr->credits;
	} while (hdr->status == NT_STATUS_PENDING || hdr->message_id == UINT64_MAX);
	if (hdr->flags & SMB2_FLAGS_SIGNED)
		must(smb_verify(&c->session.keys, *msg), "a signature");
	else if (c->protection == LOAD_SIGNED)
		load_fail("an answer", "it is not signed");
	c->under_way--;
}

void load_expect(struct load_conn *c, struct view *msg, const char *what)
{
	struct smb2_hdr hdr;

	load_receive(c, &hdr, msg);
	if (hdr.status != NT_STATUS_SUCCESS)
		load_fail(what, ntstatus_name(hdr.status));
}

/* ------------------------------------------------------------------------- its life -- */

static void sign_in(struct load_conn *c)
{
	must(crowd_conn_sign_in(&c->base), "signing in");
	while (!crowd_conn_idle(&c->base)) {
		enum ns_err err;

		send_all(c, buf_view(&c->base.out));
		buf_clear(&c->base.out);
		buf_clear(&c->in);
		receive(c, RECV_AHEAD);
		err = crowd_conn_take(&c->base, buf_view(&c->in));
		if (err != NS_OK)
			load_fail("signing in", err == NS_ESTATUS
							? ntstatus_name(c->base.status)
							: ns_err_text(err));
	}
	buf_clear(&c->in);
	c->next_id = c->base.next_id;
	c->credits = 1;
}

static void connect_tree(struct load_conn *c, const char *share)
{
	char path[128];
	struct buf path16;
	struct view msg;
	struct wire_writer *w = load_begin(c, SMB2_TREE_CONNECT, 0);

	buf_init(&path16, sizeof(path) * 2);
	(void)snprintf(path, sizeof(path), "\\\\127.0.0.1\\%s", share);
	must(utf16_from_utf8(&path16, view_of_string(path)), "the share's name");
	smb2_tree_connect_req_encode(
		w, &(struct smb2_tree_connect_req){.path = buf_view(&path16)});
	buf_release(&path16);
	load_send(c);
	load_expect(c, &msg, "TREE_CONNECT");
	must(smb2_hdr_decode(&c->hdr, msg), "TREE_CONNECT");
	c->tree = c->hdr.tree_id;
}

void load_open(struct load_conn *c, uint16_t port, struct crowd_user *user,
	       const char *share, enum load_protection protection)
{
	*c = (struct load_conn){.protection = protection, .session = {.user = user}};
	buf_init(&c->message, MESSAGE_MAX);
	buf_init(&c->out, MESSAGE_MAX);
	buf_init(&c->in, 2 * MESSAGE_MAX);
	buf_init(&c->plain, MESSAGE_MAX);
	crowd_conn_init(&c->base, &c->session, 1);
	connect_to(c, port);
	sign_in(c);
	connect_tree(c, share);
}

void load_close(struct load_conn *c)
{
	close(c->base.fd);
	crowd_conn_release(&c->base);
	buf_release(&c->message);
	buf_release(&c->out);
	buf_release(&c->in);
	buf_release(&c->plain);
}
