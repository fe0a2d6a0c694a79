/* SPDX-License-Identifier: MIT */
#include "lease_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "wire/smb2_create_context.h"

#define CONTEXTS_MAX 256

struct smb2_lease lease_v1(uint8_t key, uint32_t state)
{
	struct smb2_lease lease = {.version = 1, .state = state};

	memset(lease.key, key, sizeof(lease.key));
	return lease;
}

struct smb2_lease lease_v2(uint8_t key, uint32_t state, uint16_t epoch)
{
	struct smb2_lease lease = lease_v1(key, state);

	lease.version = 2;
	lease.epoch = epoch;
	return lease;
}

struct smb2_create_req with_lease(uint32_t disposition, struct smb2_lease lease)
{
	static uint8_t bytes[CONTEXTS_MAX];
	struct smb2_create_req how = with_oplock(disposition, LEASE);
	struct smb2_create_context context = {
		.name = view_of_string(SMB2_CREATE_REQUEST_LEASE)};
	struct buf data, chain;
	struct wire_writer w;

	buf_init(&data, CONTEXTS_MAX);
	buf_init(&chain, CONTEXTS_MAX);
	w = wire_writer_at_end(&data);
	smb2_lease_encode(&w, &lease);
	assert_int_equal(wire_put_status(&w), NS_OK);
	context.data = buf_view(&data);
	w = wire_writer_at_end(&chain);
	smb2_create_contexts_encode(&w, &context, 1);
	assert_int_equal(wire_put_status(&w), NS_OK);
	memcpy(bytes, chain.p, chain.n);
	how.contexts = view_of(bytes, chain.n);
	buf_release(&data);
	buf_release(&chain);
	return how;
}

void who_asks_lease(struct fs_rig *who, const char *name, uint32_t disposition,
		    struct smb2_lease lease)
{
	struct smb2_create_req how = with_lease(disposition, lease);

	fs_rig_ask(who, name, &how);
	who_waits(who);
}

struct smb2_file_id who_gets_lease(struct fs_rig *who, struct smb2_lease *lease)
{
	struct smb2_create_contexts it;
	struct smb2_create_context c;
	struct smb2_create_rsp rsp;
	struct raw_reply r;

	*lease = (struct smb2_lease){0};
	raw_expect(&who->c, &r, SMB2_CREATE, NT_STATUS_SUCCESS);
	assert_true(r.verified);
	assert_int_equal(smb2_create_rsp_decode(&rsp, r.msg), NS_OK);
	it = smb2_create_contexts_of(rsp.contexts);
	while (smb2_create_context_next(&it, &c)) {
		assert_true(view_equal(c.name, view_of_string(SMB2_CREATE_REQUEST_LEASE)));
		assert_int_equal(lease->version, 0);
		assert_int_equal(smb2_lease_decode(lease, c.data), NS_OK);
	}
	assert_int_equal(it.err, NS_OK);
	assert_int_equal(rsp.oplock_level, lease->version != 0 ? LEASE : NONE);
	return rsp.file_id;
}

struct smb2_file_id who_leases(struct fs_rig *who, const char *name,
			       struct smb2_lease lease, uint32_t got)
{
	struct smb2_create_req how = with_lease(FILE_OPEN_IF, lease);
	struct smb2_lease granted;
	struct smb2_file_id id;

	fs_rig_ask(who, name, &how);
	id = who_gets_lease(who, &granted);
	assert_memory_equal(granted.key, lease.key, sizeof(lease.key));
	assert_int_equal(granted.state, got);
	return id;
}

void who_is_told_epoch(struct fs_rig *who, uint8_t key, uint32_t from, uint32_t to,
		       uint16_t epoch)
{
	uint8_t bytes[SMB2_LEASE_KEY_LEN];
	struct smb2_lease_break v;
	struct raw_reply r;

	memset(bytes, key, sizeof(bytes));
	raw_expect(&who->c, &r, SMB2_OPLOCK_BREAK, NT_STATUS_SUCCESS);
	assert_true(r.hdr.message_id == UINT64_MAX);
	assert_int_equal(r.hdr.flags, SMB2_FLAGS_SERVER_TO_REDIR);
	assert_true(r.hdr.session_id == 0);
	assert_int_equal(r.hdr.tree_id, 0);
	assert_int_equal(r.hdr.credits, 0);
	assert_int_equal(r.sealed, who->s.seal);
	assert_int_equal(r.msg.n, SMB2_HDR_LEN + 44);
	assert_int_equal(smb2_lease_break_decode(&v, r.msg), NS_OK);
	assert_memory_equal(v.key, bytes, sizeof(bytes));
	assert_int_equal(v.current_state, from);
	assert_int_equal(v.new_state, to);
	assert_int_equal(v.flags,
			 from == R ? 0 : SMB2_NOTIFY_BREAK_LEASE_FLAG_ACK_REQUIRED);
	assert_int_equal(v.new_epoch, epoch);
}

void who_is_told_lease(struct fs_rig *who, uint8_t key, uint32_t from, uint32_t to)
{
	who_is_told_epoch(who, key, from, to, 0);
}

uint32_t who_acks_lease(struct fs_rig *who, uint8_t key, uint32_t state)
{
	struct smb2_lease_break_ack ack = {.state = state}, answer;
	struct raw_reply r;

	memset(ack.key, key, sizeof(ack.key));
	raw_begin(&who->c);
	smb2_lease_break_ack_encode(raw_add(&who->c, &who->s, SMB2_OPLOCK_BREAK), &ack);
	raw_send(&who->c);
	do /* what it brings may come before its answer */
		assert_true(raw_next(&who->c, &r));
	while (r.hdr.message_id == UINT64_MAX);
	assert_int_equal(r.hdr.command, SMB2_OPLOCK_BREAK);
	assert_true(r.verified);
	if (r.hdr.status == NT_STATUS_SUCCESS) {
		assert_int_equal(smb2_lease_break_ack_decode(&answer, r.msg), NS_OK);
		assert_memory_equal(answer.key, ack.key, sizeof(ack.key));
		assert_int_equal(answer.state, state);
	}
	return r.hdr.status;
}

uint32_t lease_state(struct fs_rig *who, const char *name, uint8_t key)
{
	struct smb2_create_req how = with_lease(FILE_OPEN, lease_v1(key, 0));
	struct smb2_lease lease;

	fs_rig_ask(who, name, &how);
	assert_status(fs_rig_close(who, who_gets_lease(who, &lease)), NT_STATUS_SUCCESS);
	return lease.state;
}
