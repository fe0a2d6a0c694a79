/* SPDX-License-Identifier: MIT */
#include "net_peers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "answers.h"
#include "base/utf16.h"
#include "base/win32err.h"
#include "lib/smbpeer.h"
#include "rpc/rpc_server.h"
#include "rpc/srvsvc.h"

#define CONNECTIONS_MAX 512
#define OUT_MAX         (1u << 20)

/* One kind of peer: what it does with a connection's bytes. */
struct manner {
	void *(*open)(void);
	struct buf *(*recv)(void *conn, struct view bytes); /* what is to be sent */
	void (*close)(void *conn);
};

/* ------------------------------------------------------------ the server service -- */

struct local_conn {
	struct rpc_server rpc;
	struct buf out;
};

static bool is_name(const struct ndr_string *s, const char *name)
{
	struct buf text;
	bool same;

	buf_init(&text, 1024);
	same = utf8_from_utf16(&text, s->text) == NS_OK &&
	       view_equal(buf_view(&text), view_of_string(name));
	buf_release(&text);
	return same;
}

static uint32_t del(struct view stub)
{
	struct netr_session_del_req req = {0};
	struct ndr x = ndr_pull(stub);

	netr_session_del_req_code(&x, &req);
	if (ndr_end(&x) != NS_OK)
		return WIN32_ERROR_INVALID_PARAMETER;
	if (is_name(&req.user_name, "alice") || is_name(&req.user_name, "bob"))
		return WIN32_ERROR_SUCCESS;
	return WIN32_NERR_CLIENT_NAME_NOT_FOUND;
}

static uint32_t local_call(void *ctx, const struct rpc_method *method, struct view stub,
			   struct buf *out)
{
	static const struct session_row rows[] = {{"\\\\alpha", "alice", 7},
						  {"\\\\beta", "bob", 8}};
	const struct session_answer answer = {
		.level = 10, .rows = rows, .n = 2, .total = 2};
	struct buf reply;

	(void)ctx;
	reply = method->opnum == OPNUM_NETR_SESSION_DEL ? status_stub(del(stub))
							: session_stub(&answer);
	assert_int_equal(buf_append(out, buf_view(&reply)), NS_OK);
	buf_release(&reply);
	return 0;
}

static void *local_open(void)
{
	static const struct rpc_service service = {.iface = &SRVSVC, .call = local_call};
	struct local_conn *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	buf_init(&c->out, OUT_MAX);
	rpc_server_init(&c->rpc, &service, 1, 1);
	return c;
}

static struct buf *local_recv(void *conn, struct view bytes)
{
	struct local_conn *c = conn;

	(void)!rpc_server_recv(&c->rpc, bytes, &c->out);
	return &c->out;
}

static void local_close(void *conn)
{
	struct local_conn *c = conn;

	rpc_server_release(&c->rpc);
	buf_release(&c->out);
	free(c);
}

static const struct manner local_manner = {local_open, local_recv, local_close};

/* -------------------------------------------------------------------- an SMB server -- */

static void *smb_open(void)
{
	static const struct smbpeer_config config = {.reply = 4};
	struct smbpeer *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	smbpeer_init(p, &config);
	return p;
}

static struct buf *smb_recv(void *conn, struct view bytes)
{
	struct smbpeer *p = conn;

	smbpeer_recv(p, bytes);
	return &p->out;
}

static void smb_close(void *conn)
{
	smbpeer_release(conn);
	free(conn);
}

static const struct manner smb_manner = {smb_open, smb_recv, smb_close};

/* ------------------------------------------------------------------------ the process --
 */

struct host {
	const struct manner *manner;
	atomic_uint *accepted;
	struct pollfd fd[1 + CONNECTIONS_MAX]; /* 0: the listener */
	void *conn[1 + CONNECTIONS_MAX];
	nfds_t n;
};

static void take_one(struct host *h)
{
	int fd = accept(h->fd[0].fd, NULL, NULL);

	if (fd < 0 || h->n == 1 + CONNECTIONS_MAX)
		_exit(1);
	atomic_fetch_add(h->accepted, 1);
	h->conn[h->n] = h->manner->open();
	h->fd[h->n++] = (struct pollfd){.fd = fd, .events = POLLIN};
}

static bool turn(struct host *h, nfds_t i)
{
	uint8_t bytes[4096];
	ssize_t n = recv(h->fd[i].fd, bytes, sizeof(bytes), 0);
	struct buf *out;
	ssize_t sent;

	if (n <= 0)
		return false;
	out = h->manner->recv(h->conn[i], view_of(bytes, (size_t)n));
	if (out->n == 0)
		return true;
	sent = send(h->fd[i].fd, out->p, out->n, MSG_NOSIGNAL);
	if (sent > 0)
		buf_consume(out, (size_t)sent);
	return sent > 0;
}

static void drop(struct host *h, nfds_t i)
{
	h->manner->close(h->conn[i]);
	close(h->fd[i].fd);
	h->fd[i] = h->fd[--h->n];
	h->conn[i] = h->conn[h->n];
}

_Noreturn static void serve(struct host *h)
{
	while (poll(h->fd, h->n, -1) >= 0) {
		for (nfds_t i = h->n; i-- > 1;)
			if (h->fd[i].revents != 0 && !turn(h, i))
				drop(h, i);
		if (h->fd[0].revents != 0)
			take_one(h);
	}
	_exit(1);
}

static void start(struct net_peer *p, const struct manner *manner, int listener)
{
	static struct host host;

	p->accepted = mmap(NULL, sizeof(*p->accepted), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(p->accepted, MAP_FAILED);
	p->pid = fork();
	assert_true(p->pid >= 0);
	if (p->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		host = (struct host){.manner = manner, .accepted = p->accepted, .n = 1};
		host.fd[0] = (struct pollfd){.fd = listener, .events = POLLIN};
		serve(&host);
	}
	close(listener);
}

void net_peer_local(struct net_peer *p)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(p->name, sizeof(p->name), "/tmp/netsess-peer-%d", (int)getpid());
	memcpy(at.sun_path, p->name, sizeof(p->name));
	unlink(p->name);
	assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, SOMAXCONN), 0);
	start(p, &local_manner, fd);
}

void net_peer_smb(struct net_peer *p)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	socklen_t length = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, SOMAXCONN), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &length), 0);
	snprintf(p->name, sizeof(p->name), "127.0.0.1:%u", ntohs(at.sin_port));
	start(p, &smb_manner, fd);
}

void net_peer_stop(struct net_peer *p)
{
	int status = 0;

	kill(p->pid, SIGKILL);
	assert_int_equal(waitpid(p->pid, &status, 0), p->pid);
	assert_int_equal(WTERMSIG(status), SIGKILL); /* it had not ended by itself */
	if (p->name[0] == '/')
		unlink(p->name);
	munmap(p->accepted, sizeof(*p->accepted));
}
