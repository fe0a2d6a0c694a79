/* SPDX-License-Identifier: MIT */
/*
 * disk_load PORT SHARE plain|sign|seal WORK...: a load on a disk share, from one client
 * that does the same to every server.  WORK is one of
 *
 *	write NAME BYTES	a new file, in order, 1 MiB a request
 *	read NAME BYTES		a file, in the same way
 *	random NAME BYTES N	N reads of 4 KiB, anywhere in the file
 *	cycle DIR N		N times: a file made, written to, closed, and deleted
 *	fill DIR N		N files made, written to and closed; then all of them
 *deleted list DIR N		a directory, all of it: it must have N entries
 *	many N			N clients, each on a connection of its own, write 64 KiB to
 *				files of their own and read it, until told to stop
 *
 * Says "ready" when signed in, works when a line comes ("many" stops at the next), says
 * "took SECONDS" and leaves at the end of its input: so whoever looks at the servers can do
 * so before their connections go.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <poll.h>

#include "base/ntstatus.h"
#include "base/utf16.h"
#include "load_conn.h"
#include "security/gcm_long.h"
#include "wire/fscc_dir.h"
#include "wire/smb2_close.h"
#include "wire/smb2_create.h"
#include "wire/smb2_query_directory.h"
#include "wire/smb2_read.h"
#include "wire/smb2_write.h"

#define BLOCK  (1u << 20)  /* of work in order */
#define SMALL  4096u       /* of random reads, and of small files */
#define CHUNK  (64u << 10) /* of each of many clients */
#define LISTED (64u << 10) /* for one page of a listing: what Windows asks */

/* Requests under way. */
#define WINDOW_BLOCKS 8
#define WINDOW_SMALL  32

struct load {
	struct crowd_user user;
	uint16_t port;
	const char *share;
	enum load_protection protection;
	struct load_conn conn;
	char **args; /* of the work */
	uint8_t data[BLOCK];
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---------------------------------------------------------------------- small steps -- */

struct how {
	uint32_t access;
	uint32_t disposition;
	uint32_t options;
};

static const struct how to_make = {GENERIC_READ | GENERIC_WRITE, FILE_OVERWRITE_IF,
				   FILE_NON_DIRECTORY_FILE};
static const struct how to_read = {GENERIC_READ, FILE_OPEN, FILE_NON_DIRECTORY_FILE};
static const struct how to_list = {GENERIC_READ, FILE_OPEN, FILE_DIRECTORY_FILE};
static const struct how to_delete = {ACCESS_DELETE, FILE_OPEN,
				     FILE_NON_DIRECTORY_FILE | FILE_DELETE_ON_CLOSE};

static struct smb2_file_id open_file(struct load_conn *c, const char *name,
				     const struct how *how)
{
	struct smb2_create_req req = {
		.impersonation_level = SMB2_IMPERSONATION_IMPERSONATION,
		.desired_access = how->access,
		.share_access = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
		.disposition = how->disposition,
		.options = how->options,
	};
	struct smb2_create_rsp rsp;
	struct buf name16;
	struct view msg;

	buf_init(&name16, 1024);
	if (utf16_from_utf8(&name16, view_of_string(name)) != NS_OK)
		load_fail(name, "no name");
	req.name = buf_view(&name16);
	smb2_create_req_encode(load_begin(c, SMB2_CREATE, 0), &req);
	buf_release(&name16);
	load_send(c);
	load_expect(c, &msg, name);
	if (smb2_create_rsp_decode(&rsp, msg) != NS_OK)
		load_fail(name, "a malformed answer");
	return rsp.file_id;
}

static void close_file(struct load_conn *c, struct smb2_file_id id)
{
	struct view msg;

	smb2_close_req_encode(load_begin(c, SMB2_CLOSE, 0),
			      &(struct smb2_close_req){.file_id = id});
	load_send(c);
	load_expect(c, &msg, "CLOSE");
}

static void send_read(struct load_conn *c, struct smb2_file_id id, uint64_t at, uint32_t n)
{
	const struct smb2_read_req req = {.length = n, .offset = at, .file_id = id};

	smb2_read_req_encode(load_begin(c, SMB2_READ, n), &req);
	load_send(c);
}

static void send_write(struct load_conn *c, struct smb2_file_id id, uint64_t at,
		       struct view data)
{
	const struct smb2_write_req req = {.data = data, .offset = at, .file_id = id};

	smb2_write_req_encode(load_begin(c, SMB2_WRITE, data.n), &req);
	load_send(c);
}

/* Of either: all of the bytes. */
static void receive_data(struct load_conn *c, size_t n)
{
	struct smb2_read_rsp read = {0};
	struct smb2_write_rsp written = {0};
	struct smb2_hdr hdr;
	struct view msg;

	load_receive(c, &hdr, &msg);
	if (hdr.status != NT_STATUS_SUCCESS)
		load_fail("data", ntstatus_name(hdr.status));
	if (hdr.command == SMB2_WRITE ? smb2_write_rsp_decode(&written, msg) != NS_OK
				      : smb2_read_rsp_decode(&read, msg) != NS_OK)
		load_fail("data", "a malformed answer");
	if (written.count + read.data.n != n)
		load_fail("data", "not all of it");
}

/* -------------------------------------------------------------- one file, in blocks -- */

static void do_blocks(struct load *l, const struct how *how)
{
	struct load_conn *c = &l->conn;
	struct smb2_file_id id = open_file(c, l->args[0], how);
	uint64_t size = strtoull(l->args[1], NULL, 10);

	for (uint64_t at = 0; at < size || c->under_way > 0;) {
		if (at == size || c->under_way == WINDOW_BLOCKS || !load_may(c, BLOCK)) {
			receive_data(c, BLOCK);
			continue;
		}
		if (how == &to_make)
			send_write(c, id, at, view_of(l->data, BLOCK));
		else
			send_read(c, id, at, BLOCK);
		at += BLOCK;
	}
	close_file(c, id);
}

static void do_write(struct load *l)
{
	do_blocks(l, &to_make);
}

static void do_read(struct load *l)
{
	do_blocks(l, &to_read);
}

/* xorshift64: the same places in every run. */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void do_random(struct load *l)
{
	struct load_conn *c = &l->conn;
	struct smb2_file_id id = open_file(c, l->args[0], &to_read);
	uint64_t places = strtoull(l->args[1], NULL, 10) / SMALL;
	uint64_t left = strtoull(l->args[2], NULL, 10);
	uint64_t state = 88172645463325252u;

	while (left > 0 || c->under_way > 0) {
		if (left == 0 || c->under_way == WINDOW_SMALL || !load_may(c, SMALL)) {
			receive_data(c, SMALL);
			continue;
		}
		send_read(c, id, next_random(&state) % places * SMALL, SMALL);
		left--;
	}
	close_file(c, id);
}

/* ---------------------------------------------------------------- many small files -- */

static void name_file(char *out, size_t max, const char *dir, size_t i)
{
	(void)snprintf(out, max, "%s\\file%06zu.txt", dir, i);
}

static void make_file(struct load *l, size_t i)
{
	struct load_conn *c = &l->conn;
	struct smb2_file_id id;
	char name[256];

	name_file(name, sizeof(name), l->args[0], i);
	id = open_file(c, name, &to_make);
	send_write(c, id, 0, view_of(l->data, SMALL));
	receive_data(c, SMALL);
	close_file(c, id);
}

static void delete_file(struct load *l, size_t i)
{
	char name[256];

	name_file(name, sizeof(name), l->args[0], i);
	close_file(&l->conn, open_file(&l->conn, name, &to_delete));
}

static void do_cycle(struct load *l)
{
	size_t count = strtoul(l->args[1], NULL, 10);

	for (size_t i = 0; i < count; i++) {
		make_file(l, i);
		delete_file(l, i);
	}
}

static void do_fill(struct load *l)
{
	size_t count = strtoul(l->args[1], NULL, 10);

	for (size_t i = 0; i < count; i++)
		make_file(l, i);
	for (size_t i = 0; i < count; i++)
		delete_file(l, i);
}

/* The entries of one page. */
static size_t count_entries(struct view msg)
{
	struct smb2_query_directory_rsp rsp;
	struct fscc_dir_entry entry;
	struct fscc_dir_walk walk;
	size_t n = 0;

	if (smb2_query_directory_rsp_decode(&rsp, msg) != NS_OK)
		load_fail("a listing", "a malformed answer");
	walk = fscc_dir_walk_of(FILE_ID_BOTH_DIRECTORY_INFORMATION, rsp.data);
	while (fscc_dir_next(&walk, &entry))
		n++;
	if (walk.err != NS_OK)
		load_fail("a listing", "malformed entries");
	return n;
}

static void do_list(struct load *l)
{
	struct load_conn *c = &l->conn;
	struct smb2_query_directory_req req = {
		.info_class = FILE_ID_BOTH_DIRECTORY_INFORMATION,
		.file_id = open_file(c, l->args[0], &to_list),
		.output_len = LISTED,
		.pattern = view_of("*", 2),
	};
	size_t n = 0;
	struct smb2_hdr hdr;
	struct view msg;

	for (;;) {
		smb2_query_directory_req_encode(load_begin(c, SMB2_QUERY_DIRECTORY, LISTED),
						&req);
		load_send(c);
		load_receive(c, &hdr, &msg);
		if (hdr.status != NT_STATUS_SUCCESS)
			break;
		n += count_entries(msg);
	}
	if (hdr.status != NT_STATUS_NO_MORE_FILES)
		load_fail("a listing", ntstatus_name(hdr.status));
	if (n != strtoul(l->args[1], NULL, 10) + 2)
		load_fail("a listing", "not all of it");
	close_file(c, req.file_id);
}

/* ---------------------------------------------------------------------- many clients -- */

struct client {
	struct load_conn conn;
	struct smb2_file_id id;
};

/* Everybody has asked before the first is waited for. */
static void do_round(const struct load *l, struct client *clients, size_t n)
{
	for (size_t i = 0; i < n; i++)
		send_write(&clients[i].conn, clients[i].id, 0, view_of(l->data, CHUNK));
	for (size_t i = 0; i < n; i++)
		receive_data(&clients[i].conn, CHUNK);
	for (size_t i = 0; i < n; i++)
		send_read(&clients[i].conn, clients[i].id, 0, CHUNK);
	for (size_t i = 0; i < n; i++)
		receive_data(&clients[i].conn, CHUNK);
}

static void wait_for_line(void)
{
	char line[64];

	fflush(stdout);
	if (fgets(line, sizeof(line), stdin) == NULL)
		exit(0);
}

static void do_many(struct load *l)
{
	struct pollfd in = {.fd = fileno(stdin), .events = POLLIN};
	size_t n = strtoul(l->args[0], NULL, 10);
	struct client *clients = calloc(n, sizeof(*clients));
	size_t rounds = 0;
	char name[64];

	for (size_t i = 0; i < n && clients != NULL; i++) {
		load_open(&clients[i].conn, l->port, &l->user, l->share, l->protection);
		(void)snprintf(name, sizeof(name), "client%04zu", i);
		clients[i].id = open_file(&clients[i].conn, name, &to_make);
	}
	puts("working");
	fflush(stdout);
	for (; clients != NULL && poll(&in, 1, 0) == 0; rounds++)
		do_round(l, clients, n);
	for (size_t i = 0; i < n && clients != NULL; i++)
		close_file(&clients[i].conn, clients[i].id);
	wait_for_line();
	printf("rounds %zu\n", rounds);
}

/* ------------------------------------------------------------------------- the whole -- */

static const struct work {
	const char *name;
	int args;
	void (*run)(struct load *l);
} works[] = {
	{"write", 2, do_write}, {"read", 2, do_read}, {"random", 3, do_random},
	{"cycle", 2, do_cycle}, {"fill", 2, do_fill}, {"list", 2, do_list},
	{"many", 1, do_many},
};

static const struct work *find_work(const char *name, int args)
{
	for (size_t i = 0; i < sizeof(works) / sizeof(works[0]); i++)
		if (strcmp(works[i].name, name) == 0 && works[i].args == args)
			return &works[i];
	load_fail(name, "no such work, or not so many arguments");
}

static enum load_protection find_protection(const char *name)
{
	static const char *const names[] = {"plain", "sign", "seal"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return (enum load_protection)i;
	load_fail(name, "no such protection");
}

static void make_user(struct crowd_user *user)
{
	auth_credentials_init(&user->credentials);
	user->credentials.mechs = AUTH_MECH_NTLM;
	if (auth_credentials_set_name(&user->credentials, "alice") != NS_OK ||
	    auth_credentials_set_password(&user->credentials, "passalice") != NS_OK)
		load_fail("alice", "no memory");
}

int main(int argc, char *argv[])
{
	static struct load l;
	const struct work *work;
	double begin;
	char rest[64];

	if (argc < 6)
		load_fail("usage", "disk_load PORT SHARE plain|sign|seal WORK ARGUMENT...");
	work = find_work(argv[4], argc - 5);
	l.port = (uint16_t)strtoul(argv[1], NULL, 10);
	l.share = argv[2];
	l.protection = find_protection(argv[3]);
	l.args = argv + 5;
	memset(l.data, 'x', sizeof(l.data));
	setvbuf(stdin, NULL, _IONBF, 0); /* do_many() polls it */
	gcm_long_use();                  /* the client is not to be what is measured */
	make_user(&l.user);
	load_open(&l.conn, l.port, &l.user, l.share, l.protection);
	puts("ready");
	wait_for_line();
	begin = now();
	work->run(&l);
	printf("took %.6f\n", now() - begin);
	fflush(stdout);
	while (fgets(rest, sizeof(rest), stdin) != NULL)
		continue;
	load_close(&l.conn);
	auth_credentials_release(&l.user.credentials);
	return 0;
}
