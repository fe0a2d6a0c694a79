/* SPDX-License-Identifier: MIT */
#include "durable_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

int durable_rig_up(void **state)
{
	struct durable_rig *rig = calloc(1, sizeof(*rig));
	void *who;

	assert_non_null(rig);
	assert_int_equal(oplock_rig_up(&who), 0);
	rig->who = who;
	rig->lab = rig->who->lab;
	rig->alice = rig->who->alice;
	rig->bob = &rig->who->bob;
	rig->carol = &rig->who->carol;
	memcpy(rig->guid, rig->alice->c.guid, SMB2_GUID_LEN);
	*state = rig;
	return 0;
}

int durable_rig_down(void **state)
{
	struct durable_rig *rig = *state;
	void *who = rig->who;

	fs_rig_leave(&rig->again);
	free(rig);
	return oplock_rig_down(&who);
}

/* -------------------------------------------------------------------------- contexts -- */

static struct durable_part part(const char *name, const struct buf *data,
				const struct wire_writer *w)
{
	struct durable_part p = {.name = name, .n = data->n};

	assert_int_equal(wire_put_status(w), NS_OK);
	memcpy(p.data, data->p, data->n);
	return p;
}

struct durable_part durable_part_ask(int version, uint32_t timeout, uint8_t guid)
{
	struct smb2_durable_request_v2 v = {.timeout = timeout};
	struct durable_part p;
	struct wire_writer w;
	struct buf data;

	buf_init(&data, sizeof(p.data));
	w = wire_writer_at_end(&data);
	memset(v.create_guid, guid, SMB2_GUID_LEN);
	if (version == V1)
		smb2_durable_request_encode(&w);
	else
		smb2_durable_request_v2_encode(&w, &v);
	p = part(version == V1 ? SMB2_CREATE_DURABLE_HANDLE_REQUEST
			       : SMB2_CREATE_DURABLE_HANDLE_REQUEST_V2,
		 &data, &w);
	buf_release(&data);
	return p;
}

struct durable_part durable_part_again(int version, struct smb2_file_id id, uint8_t guid,
				       uint32_t flags)
{
	struct smb2_durable_reconnect_v2 v = {.file_id = id, .flags = flags};
	struct durable_part p;
	struct wire_writer w;
	struct buf data;

	buf_init(&data, sizeof(p.data));
	w = wire_writer_at_end(&data);
	memset(v.create_guid, guid, SMB2_GUID_LEN);
	if (version == V1)
		smb2_durable_reconnect_encode(&w, &(struct smb2_durable_reconnect){id});
	else
		smb2_durable_reconnect_v2_encode(&w, &v);
	p = part(version == V1 ? SMB2_CREATE_DURABLE_HANDLE_RECONNECT
			       : SMB2_CREATE_DURABLE_HANDLE_RECONNECT_V2,
		 &data, &w);
	buf_release(&data);
	return p;
}

struct smb2_create_req durable_create(uint32_t disposition, uint8_t oplock,
				      const struct durable_part *parts, size_t count)
{
	static uint8_t bytes[512];
	struct smb2_create_req how = with_oplock(disposition, oplock);
	struct smb2_create_context list[4];
	struct wire_writer w;
	struct buf chain;

	assert_true(count <= 4);
	for (size_t i = 0; i < count; i++)
		list[i] = (struct smb2_create_context){view_of_string(parts[i].name),
						       view_of(parts[i].data, parts[i].n)};
	buf_init(&chain, sizeof(bytes));
	w = wire_writer_at_end(&chain);
	smb2_create_contexts_encode(&w, list, count);
	assert_int_equal(wire_put_status(&w), NS_OK);
	memcpy(bytes, chain.p, chain.n);
	how.contexts = view_of(bytes, chain.n);
	buf_release(&chain);
	return how;
}

int durable_granted(const struct smb2_create_rsp *rsp, uint32_t *timeout)
{
	struct smb2_create_contexts it = smb2_create_contexts_of(rsp->contexts);
	struct smb2_create_context c;
	int version = 0;

	while (smb2_create_context_next(&it, &c)) {
		struct smb2_durable_response_v2 v;

		if (view_equal(c.name, VIEW_LITERAL("DHnQ"))) {
			assert_int_equal(version, 0);
			assert_int_equal(smb2_durable_response_decode(c.data), NS_OK);
			version = V1;
		}
		if (!view_equal(c.name, VIEW_LITERAL("DH2Q")))
			continue;
		assert_int_equal(version, 0);
		assert_int_equal(smb2_durable_response_v2_decode(&v, c.data), NS_OK);
		assert_int_equal(v.flags, 0);
		*timeout = v.timeout;
		version = V2;
	}
	assert_int_equal(it.err, NS_OK);
	return version;
}

/* ------------------------------------------------------------------------- the story -- */

static struct smb2_file_id open_it(struct fs_rig *who, const char *name, int version,
				   uint32_t share)
{
	struct durable_part ask = durable_part_ask(version, 0, DURABLE_GUID);
	struct smb2_create_req how = durable_create(FILE_OPEN, BATCH, &ask, 1);
	struct smb2_create_rsp rsp;
	uint32_t timeout = 0;

	how.share_access = share;
	assert_status(fs_rig_open(who, name, &how, &rsp), NT_STATUS_SUCCESS);
	assert_int_equal(rsp.oplock_level, BATCH);
	assert_int_equal(durable_granted(&rsp, &timeout), version);
	assert_int_equal(timeout, version == V2 ? DURABLE_TIMEOUT_MS : 0);
	return rsp.file_id;
}

struct smb2_file_id durable_open(struct fs_rig *who, const char *name, int version)
{
	return open_it(who, name, version,
		       FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE);
}

struct smb2_file_id durable_open_alone(struct fs_rig *who, const char *name, int version)
{
	return open_it(who, name, version, 0);
}

void durable_away(struct durable_rig *rig)
{
	struct fs_rig *who = rig->again.c.lab != NULL ? &rig->again : rig->alice;

	raw_session_release(&who->s);
	raw_disconnect(&who->c);
	if (who == &rig->again)
		rig->again = (struct fs_rig){0};
	serverlab_run_jobs(rig->lab);
	serverlab_turn(rig->lab);
}

void durable_alice(struct fs_rig *who, struct durable_rig *rig, const uint8_t *guid)
{
	*who = (struct fs_rig){.disk = rig->alice->disk};
	raw_connect(&who->c, rig->lab, "10.0.0.1");
	memcpy(who->c.guid, guid, SMB2_GUID_LEN);
	raw_negotiate(&who->c, SMB2_DIALECT_311);
	assert_status(raw_sign_in(&who->c, &who->s, "alice", "passalice"),
		      NT_STATUS_SUCCESS);
	assert_status(raw_tree(&who->c, &who->s, "data", &who->data), NT_STATUS_SUCCESS);
	who->c.tree = who->data;
}

void durable_again(struct durable_rig *rig)
{
	durable_alice(&rig->again, rig, rig->guid);
}

uint32_t durable_back(struct fs_rig *who, int version, struct smb2_file_id *id)
{
	struct durable_part again = durable_part_again(version, *id, DURABLE_GUID, 0);
	struct smb2_create_req how = durable_create(FILE_OPEN, NONE, &again, 1);
	struct smb2_create_rsp rsp;
	uint32_t status = fs_rig_open(who, "a", &how, &rsp);

	if (status != NT_STATUS_SUCCESS)
		return status;
	assert_true(rsp.file_id.persistent_id == id->persistent_id);
	assert_true(rsp.file_id.volatile_id != id->volatile_id);
	assert_int_equal(rsp.oplock_level, BATCH);
	assert_int_equal(rsp.action, FILE_OPENED);
	assert_int_equal(rsp.contexts.n, 0);
	*id = rsp.file_id;
	return status;
}
