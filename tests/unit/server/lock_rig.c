/* SPDX-License-Identifier: MIT */
#include "lock_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "wire/smb2_simple.h"

/* Credits, for requests that wait one beside the other. */
#define ENOUGH 16

int lock_rig_up(void **state)
{
	struct lock_rig *rig = calloc(1, sizeof(*rig));
	void *who;

	assert_non_null(rig);
	oplock_rig_up(&who);
	rig->who = who;
	rig->alice = rig->who->alice;
	rig->bob = &rig->who->bob;
	rig->carol = &rig->who->carol;
	disk_make(rig->alice->disk, "ten", "0123456789");
	rig->alice->c.ask = ENOUGH;
	rig->bob->c.ask = ENOUGH;
	rig->carol->c.ask = ENOUGH;
	rig->a = who_holds(rig->alice, "ten", NONE, NONE);
	rig->b = who_holds(rig->bob, "ten", NONE, NONE);
	rig->c = who_holds(rig->carol, "ten", NONE, NONE);
	*state = rig;
	return 0;
}

int lock_rig_down(void **state)
{
	struct lock_rig *rig = *state;
	void *who = rig->who;

	free(rig);
	return oplock_rig_down(&who);
}

void lock_put(struct fs_rig *who, const struct lock_ask *ask)
{
	struct smb2_lock_req req = {.file_id = ask->id,
				    .sequence_index = ask->sequence_index,
				    .sequence_number = ask->sequence_number};
	struct wire_writer w;
	struct buf locks;

	buf_init(&locks, ask->count * SMB2_LOCK_ELEMENT_LEN);
	w = wire_writer_at_end(&locks);
	for (size_t i = 0; i < ask->count; i++)
		smb2_lock_element_put(&w, &ask->elements[i]);
	assert_int_equal(wire_put_status(&w), NS_OK);
	req.locks = buf_view(&locks);
	smb2_lock_req_encode(raw_add(&who->c, &who->s, SMB2_LOCK), &req);
	buf_release(&locks);
}

void lock_send(struct fs_rig *who, const struct lock_ask *ask)
{
	raw_begin(&who->c);
	lock_put(who, ask);
	raw_send(&who->c);
}

void lock_asks(struct fs_rig *who, struct smb2_file_id id, uint64_t offset, uint64_t length,
	       uint32_t flags)
{
	const struct smb2_lock_element one = {offset, length, flags};

	lock_send(who, &(struct lock_ask){.id = id, .elements = &one, .count = 1});
}

void lock_waits(struct fs_rig *who, struct smb2_file_id id, uint64_t offset,
		uint64_t length, uint32_t flags)
{
	lock_asks(who, id, offset, length, flags);
	who_waits(who);
}

uint32_t lock_now(struct fs_rig *who, struct smb2_file_id id, uint64_t offset,
		  uint64_t length, uint32_t flags)
{
	struct raw_reply r;

	lock_asks(who, id, offset, length, flags);
	assert_true(raw_next(&who->c, &r));
	assert_int_equal(r.hdr.command, SMB2_LOCK);
	assert_false(r.hdr.flags & SMB2_FLAGS_ASYNC_COMMAND);
	assert_true(r.verified);
	if (r.hdr.status == NT_STATUS_SUCCESS)
		assert_int_equal(smb2_simple_decode(r.msg), NS_OK);
	return r.hdr.status;
}

void lock_ends(struct fs_rig *who, uint32_t status)
{
	struct raw_reply r;

	raw_expect(&who->c, &r, SMB2_LOCK, status);
	assert_true(r.verified);
	if (status == NT_STATUS_SUCCESS)
		assert_int_equal(smb2_simple_decode(r.msg), NS_OK);
}

struct server_counters *lock_counters(const struct lock_rig *rig)
{
	return &rig->who->lab->server->counters;
}

uint32_t lock_count(const struct lock_rig *rig, struct smb2_file_id id)
{
	const struct open *o = NULL;
	uint32_t at = 0;

	while ((o = open_after(rig->who->lab->server, at)) != NULL) {
		at = o->global_id;
		if (o->id.volatile_id == id.volatile_id)
			return o->num_locks;
	}
	fail_msg("no such open");
	return 0;
}
