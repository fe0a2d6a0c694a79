/* SPDX-License-Identifier: MIT */
#include "oplock_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "server/session_end.h"
#include "server/session_table.h"
#include "wire/smb2_write.h"

static int up(void **state, int (*alice)(void **state))
{
	struct oplock_rig *rig = calloc(1, sizeof(*rig));
	void *first;

	assert_non_null(rig);
	alice(&first);
	rig->alice = first;
	rig->lab = &rig->alice->lab;
	fs_rig_join(&rig->bob, rig->alice, "bob", "10.0.0.2");
	fs_rig_join(&rig->carol, rig->alice, "carol", "10.0.0.3");
	disk_make(rig->alice->disk, "a", "abc");
	*state = rig;
	return 0;
}

int oplock_rig_up(void **state)
{
	return up(state, fs_rig_up);
}

int oplock_rig_up_sealed(void **state)
{
	return up(state, fs_rig_up_sealed);
}

int oplock_rig_up_all_sealed(void **state)
{
	return up(state, fs_rig_up_all_sealed);
}

int oplock_rig_down(void **state)
{
	struct oplock_rig *rig = *state;
	void *first = rig->alice;

	fs_rig_leave(&rig->bob);
	fs_rig_leave(&rig->carol);
	free(rig);
	return fs_rig_down(&first);
}

struct smb2_create_req with_oplock(uint32_t disposition, uint8_t level)
{
	struct smb2_create_req how = fs_rig_create(disposition);

	how.oplock_level = level;
	return how;
}

struct smb2_file_id who_holds(struct fs_rig *who, const char *name, uint8_t wanted,
			      uint8_t got)
{
	struct smb2_create_req how = with_oplock(FILE_OPEN, wanted);

	fs_rig_ask(who, name, &how);
	return who_gets(who, got);
}

void who_asks(struct fs_rig *who, const char *name, uint32_t disposition, uint8_t level)
{
	struct smb2_create_req how = with_oplock(disposition, level);

	fs_rig_ask(who, name, &how);
	who_waits(who);
}

void who_waits(struct fs_rig *who)
{
	raw_expect_nothing(&who->c);
}

struct smb2_file_id who_gets(struct fs_rig *who, uint8_t level)
{
	struct smb2_create_rsp rsp;
	struct raw_reply r;

	raw_expect(&who->c, &r, SMB2_CREATE, NT_STATUS_SUCCESS);
	assert_true(r.verified);
	assert_int_equal(smb2_create_rsp_decode(&rsp, r.msg), NS_OK);
	assert_int_equal(rsp.oplock_level, level);
	return rsp.file_id;
}

void who_is_refused(struct fs_rig *who, uint16_t command, uint32_t status)
{
	struct raw_reply r;

	raw_expect(&who->c, &r, command, status);
	assert_true(r.verified);
}

/* 3.3.4.6 and 2.2.23.1.  On a share that encrypts it is sealed, and signed never. */
void who_is_told(struct fs_rig *who, struct smb2_file_id id, uint8_t level)
{
	struct smb2_oplock_break v;
	struct raw_reply r;

	raw_expect(&who->c, &r, SMB2_OPLOCK_BREAK, NT_STATUS_SUCCESS);
	assert_true(r.hdr.message_id == UINT64_MAX);
	assert_int_equal(r.hdr.flags, SMB2_FLAGS_SERVER_TO_REDIR);
	assert_true(r.hdr.session_id == who->s.id);
	assert_int_equal(r.hdr.tree_id, 0);
	assert_int_equal(r.hdr.credits, 0);
	assert_int_equal(r.hdr.credit_charge, 0);
	assert_int_equal(r.sealed, who->s.seal);
	assert_int_equal(r.msg.n, SMB2_HDR_LEN + 24);
	assert_int_equal(r.msg.p[SMB2_HDR_LEN], 24);
	assert_int_equal(smb2_oplock_break_decode(&v, r.msg), NS_OK);
	assert_int_equal(v.oplock_level, level);
	assert_true(v.file_id.persistent_id == id.persistent_id);
	assert_true(v.file_id.volatile_id == id.volatile_id);
}

uint32_t who_acknowledges(struct fs_rig *who, struct smb2_file_id id, uint8_t level,
			  uint8_t *now)
{
	struct smb2_oplock_break v = {level, id};
	struct raw_reply r;

	raw_begin(&who->c);
	smb2_oplock_break_encode(raw_add(&who->c, &who->s, SMB2_OPLOCK_BREAK), &v);
	raw_send(&who->c);
	assert_true(raw_next(&who->c, &r));
	assert_int_equal(r.hdr.command, SMB2_OPLOCK_BREAK);
	assert_true(r.hdr.message_id != UINT64_MAX);
	assert_true(r.verified);
	if (r.hdr.status == NT_STATUS_SUCCESS) {
		assert_int_equal(smb2_oplock_break_decode(&v, r.msg), NS_OK);
		assert_true(v.file_id.persistent_id == id.persistent_id);
		assert_true(v.file_id.volatile_id == id.volatile_id);
		*now = v.oplock_level;
	}
	return r.hdr.status;
}

void who_is_ended(struct fs_rig *who)
{
	struct serverlab *lab = who->c.lab;
	struct session *s = session_table_find(lab->server->sessions, who->s.id);

	assert_non_null(s);
	session_end(s, SESSION_END_ADMIN, "admin");
	serverlab_run_jobs(lab);
	serverlab_turn(lab);
}

void who_writes(struct fs_rig *who, struct smb2_file_id id)
{
	raw_begin(&who->c);
	smb2_write_req_encode(
		raw_add(&who->c, &who->s, SMB2_WRITE),
		&(struct smb2_write_req){.file_id = id, .data = VIEW_LITERAL("x")});
	raw_send(&who->c);
}
