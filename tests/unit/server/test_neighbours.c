/* SPDX-License-Identifier: MIT */
/*
 * Two users on one connection, each with a file open on a real disk.  An administrator ends
 * one of them by NetrSessionDel; the other's file stays open and readable on the same
 * connection, signed and encrypted alike, and what he had asked is answered.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fs_rig.h"
#include "lib/hex.h"
#include "svc_rig.h"
#include "wire/smb2_read.h"
#include "wire/smb2_write.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum protection { SIGNED, SEALED_SESSION, SEALED_SHARE };

struct way {
	uint16_t dialect;
	uint16_t algorithm; /* 3.1.1: of the signature, or the cipher */
	enum protection how;
};

/* One of the two; the connection is shared. */
struct user {
	struct rawclient *c;
	struct raw_session s;
	uint32_t tree;
	struct smb2_file_id file;
};

/* ------------------------------------------------------------------------ requests -- */

/* The next answer that is no notification; protected as the way has it. */
static uint32_t answer(struct user *u, uint16_t command, struct raw_reply *r)
{
	do
		assert_true(raw_next(u->c, r));
	while (r->hdr.command == SMB2_NOTIFICATION);
	assert_int_equal(r->hdr.command, command);
	assert_true(r->hdr.session_id == u->s.id);
	assert_true(r->verified);
	assert_int_equal(r->sealed, u->s.seal);
	return r->hdr.status;
}

static struct wire_writer *begin(struct user *u, uint16_t command)
{
	u->c->tree = u->tree;
	raw_begin(u->c);
	return raw_add(u->c, &u->s, command);
}

/* Existing; `share` as in FILE_SHARE_... */
static uint32_t open_file(struct user *u, const char *name, uint32_t share)
{
	struct smb2_create_req how = fs_rig_create(FILE_OPEN);
	uint8_t name16[64] = {0};
	struct smb2_create_rsp rsp;
	struct raw_reply r;
	uint32_t status;

	for (size_t i = 0; name[i] != '\0'; i++)
		name16[2 * i] = (uint8_t)name[i];
	how.name = view_of(name16, 2 * strlen(name));
	how.share_access = share;
	smb2_create_req_encode(begin(u, SMB2_CREATE), &how);
	raw_send(u->c);
	status = answer(u, SMB2_CREATE, &r);
	if (status != NT_STATUS_SUCCESS)
		return status;
	assert_int_equal(smb2_create_rsp_decode(&rsp, r.msg), NS_OK);
	u->file = rsp.file_id;
	return status;
}

static void send_read(struct user *u)
{
	raw_put_read(begin(u, SMB2_READ), u->file, 100);
	raw_send(u->c);
}

static void expect_data(struct user *u, const char *data)
{
	struct smb2_read_rsp rsp;
	struct raw_reply r;

	assert_status(answer(u, SMB2_READ, &r), NT_STATUS_SUCCESS);
	assert_int_equal(smb2_read_rsp_decode(&rsp, r.msg), NS_OK);
	assert_view_equal(rsp.data, view_of_string(data));
}

static void send_write(struct user *u, const char *data)
{
	smb2_write_req_encode(
		begin(u, SMB2_WRITE),
		&(struct smb2_write_req){.file_id = u->file, .data = view_of_string(data)});
	raw_send(u->c);
}

static uint32_t close_file(struct user *u)
{
	struct raw_reply r;

	raw_put_close(begin(u, SMB2_CLOSE), u->file);
	raw_send(u->c);
	return answer(u, SMB2_CLOSE, &r);
}

/* --------------------------------------------------------------------------- scene -- */

struct scene {
	struct fs_rig *rig; /* the engine and its disk */
	struct rawclient c; /* the connection of two */
	struct user alice, bob;
	struct workstation admin;
	struct rig_pipe pipe;
};

static void user_in(struct user *u, struct scene *s, const char *name, enum protection how)
{
	char password[32];

	*u = (struct user){.c = &s->c};
	snprintf(password, sizeof(password), "pass%s", name);
	assert_status(raw_sign_in(&s->c, &u->s, name, password), NT_STATUS_SUCCESS);
	assert_int_equal(u->s.seal, how == SEALED_SESSION);
	u->s.seal = how != SIGNED;
	assert_status(raw_tree(&s->c, &u->s, "data", &u->tree), NT_STATUS_SUCCESS);
}

static void connect_two(struct scene *s, const struct way *way)
{
	const struct smb2_algorithms only = {.id = {way->algorithm}, .count = 1};

	raw_connect(&s->c, &s->rig->lab, "10.0.0.1");
	s->c.ask = 20;
	raw_negotiate_req(&s->c, way->dialect);
	if (way->algorithm != 0 && way->how == SIGNED)
		s->c.asked.contexts.signing = only;
	else if (way->algorithm != 0)
		s->c.asked.contexts.encryption = only;
	assert_status(raw_negotiate_as(&s->c, &s->c.asked), NT_STATUS_SUCCESS);
	if (way->algorithm != 0)
		assert_int_equal(way->how == SIGNED ? s->c.sign_alg : s->c.cipher,
				 way->algorithm);
}

static void enter(struct scene *s, const struct way *way)
{
	struct server_config *config;

	s->rig = NULL;
	assert_int_equal(fs_rig_up((void **)&s->rig), 0);
	disk_make(s->rig->disk, "alice.txt", "of alice");
	disk_make(s->rig->disk, "bob.txt", "of bob");
	config = &s->rig->lab.config;
	if (way->how == SEALED_SESSION)
		config->encryption = CONFIG_ENCRYPTION_REQUIRED;
	config->shares[0].encrypt = way->how == SEALED_SHARE;
	connect_two(s, way);
	user_in(&s->alice, s, "alice", way->how);
	user_in(&s->bob, s, "bob", way->how);
	workstation_in(&s->admin, &s->rig->lab, "10.0.0.9", "admin");
	rig_pipe_in(&s->pipe, &s->admin, &SRVSVC);
}

static void leave(struct scene *s)
{
	rig_pipe_out(&s->pipe);
	workstation_out(&s->admin);
	raw_session_release(&s->alice.s);
	raw_session_release(&s->bob.s);
	raw_disconnect(&s->c);
	assert_int_equal(fs_rig_down((void **)&s->rig), 0);
}

/* Bob is gone, and knows; in each way that he can ask. */
static void bob_is_gone(struct scene *s)
{
	struct raw_reply r;

	send_read(&s->bob);
	assert_status(answer(&s->bob, SMB2_READ, &r), NT_STATUS_USER_SESSION_DELETED);
	assert_status(open_file(&s->bob, "bob.txt", 0), NT_STATUS_USER_SESSION_DELETED);
	assert_status(close_file(&s->bob), NT_STATUS_USER_SESSION_DELETED);
	assert_false(raw_dropped(&s->c));
}

/* Alice is as she was, and can have for herself what was bob's alone. */
static void alice_goes_on(struct scene *s)
{
	struct raw_reply r;

	send_write(&s->alice, "by ALICE");
	assert_status(answer(&s->alice, SMB2_WRITE, &r), NT_STATUS_SUCCESS);
	send_read(&s->alice);
	expect_data(&s->alice, "by ALICE");
	assert_status(close_file(&s->alice), NT_STATUS_SUCCESS);
	assert_status(open_file(&s->alice, "bob.txt", 0), NT_STATUS_SUCCESS);
	send_read(&s->alice);
	expect_data(&s->alice, "of bob");
	assert_status(close_file(&s->alice), NT_STATUS_SUCCESS);
	disk_holds(s->rig->disk, "alice.txt", "by ALICE");
}

static void play(const struct way *way)
{
	struct scene s;
	struct raw_reply r;

	enter(&s, way);
	assert_status(open_file(&s.alice, "alice.txt", 0), NT_STATUS_SUCCESS);
	assert_status(open_file(&s.bob, "bob.txt", 0), NT_STATUS_SUCCESS);
	/* Both have asked something, and wait for the disk. */
	s.rig->lab.hold_jobs = true;
	send_read(&s.alice);
	send_read(&s.bob);
	assert_int_equal(s.rig->lab.job_count, 2);
	assert_int_equal(rig_del(&s.pipe, NULL, "bob"), WIN32_ERROR_SUCCESS);
	assert_status(answer(&s.bob, SMB2_READ, &r), NT_STATUS_CANCELLED);
	s.rig->lab.hold_jobs = false;
	serverlab_run_jobs(&s.rig->lab);
	expect_data(&s.alice, "of alice");
	bob_is_gone(&s);
	alice_goes_on(&s);
	bob_is_gone(&s);
	leave(&s);
}

static void play_all(const struct way *ways, size_t n)
{
	for (size_t i = 0; i < n; i++)
		play(&ways[i]);
}

static void signed_in_every_dialect(void **state)
{
	static const struct way ways[] = {
		{SMB2_DIALECT_202, 0, SIGNED},
		{SMB2_DIALECT_210, 0, SIGNED},
		{SMB2_DIALECT_300, 0, SIGNED},
		{SMB2_DIALECT_302, 0, SIGNED},
		{SMB2_DIALECT_311, SMB2_SIGNING_HMAC_SHA256, SIGNED},
		{SMB2_DIALECT_311, SMB2_SIGNING_AES_CMAC, SIGNED},
		{SMB2_DIALECT_311, SMB2_SIGNING_AES_GMAC, SIGNED},
	};

	(void)state;
	play_all(ways, COUNT(ways));
}

static void sealed_with_every_cipher(enum protection how)
{
	const struct way ways[] = {
		{SMB2_DIALECT_300, 0, how},
		{SMB2_DIALECT_302, 0, how},
		{SMB2_DIALECT_311, SMB2_CIPHER_AES128_CCM, how},
		{SMB2_DIALECT_311, SMB2_CIPHER_AES128_GCM, how},
		{SMB2_DIALECT_311, SMB2_CIPHER_AES256_CCM, how},
		{SMB2_DIALECT_311, SMB2_CIPHER_AES256_GCM, how},
	};

	play_all(ways, COUNT(ways));
}

static void sealed_by_the_session(void **state)
{
	(void)state;
	sealed_with_every_cipher(SEALED_SESSION);
}

static void sealed_by_the_share(void **state)
{
	(void)state;
	sealed_with_every_cipher(SEALED_SHARE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signed_in_every_dialect),
		cmocka_unit_test(sealed_by_the_session),
		cmocka_unit_test(sealed_by_the_share),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
