/* SPDX-License-Identifier: MIT */
#include "fs_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/utf16.h"
#include "wire/fscc_set.h"
#include "wire/smb2_query_info.h"
#include "wire/smb2_read.h"
#include "wire/smb2_set_info.h"
#include "wire/smb2_write.h"

static void sign_in(struct fs_rig *rig, struct serverlab *lab, const char *user,
		    const char *address, uint16_t dialect)
{
	char password[64];

	(void)snprintf(password, sizeof(password), "pass%s", user);
	raw_connect(&rig->c, lab, address);
	raw_negotiate(&rig->c, dialect);
	assert_int_equal(raw_sign_in(&rig->c, &rig->s, user, password), NT_STATUS_SUCCESS);
	rig->s.seal = (rig->s.flags & SMB2_SESSION_FLAG_ENCRYPT_DATA) != 0;
	assert_int_equal(raw_tree(&rig->c, &rig->s, "data", &rig->data), NT_STATUS_SUCCESS);
	rig->c.tree = rig->data;
}

static int up(void **state, uint16_t dialect, bool share_sealed, bool all_sealed)
{
	struct fs_rig *rig = calloc(1, sizeof(*rig));
	struct server_share *data, *ro;
	void *disk;

	assert_non_null(rig);
	assert_int_equal(disk_setup(&disk), 0);
	rig->disk = disk;
	disk_is_of(rig->disk, "alice");
	serverlab_init(&rig->lab);
	data = server_config_add_share(&rig->lab.config, "data", rig->disk->share);
	assert_non_null(data);
	data->encrypt = share_sealed;
	ro = server_config_add_share(&rig->lab.config, "ro", rig->disk->share);
	assert_non_null(ro);
	ro->read_only = true;
	ro->oplocks = false;
	if (all_sealed)
		rig->lab.config.encryption = CONFIG_ENCRYPTION_REQUIRED;
	serverlab_start(&rig->lab);
	sign_in(rig, &rig->lab, "alice", "10.0.0.1", dialect);
	assert_int_equal(raw_tree(&rig->c, &rig->s, "ro", &rig->ro), NT_STATUS_SUCCESS);
	rig->s.seal = rig->s.seal || share_sealed;
	*state = rig;
	return 0;
}

int fs_rig_up_with(void **state, uint16_t dialect)
{
	return up(state, dialect, false, false);
}

int fs_rig_up(void **state)
{
	return up(state, SMB2_DIALECT_311, false, false);
}

int fs_rig_up_sealed(void **state)
{
	return up(state, SMB2_DIALECT_311, true, false);
}

int fs_rig_up_all_sealed(void **state)
{
	return up(state, SMB2_DIALECT_311, false, true);
}

void fs_rig_join(struct fs_rig *guest, struct fs_rig *rig, const char *user,
		 const char *address)
{
	*guest = (struct fs_rig){.disk = rig->disk};
	sign_in(guest, &rig->lab, user, address, SMB2_DIALECT_311);
	guest->s.seal = rig->s.seal;
}

void fs_rig_leave(struct fs_rig *guest)
{
	raw_session_release(&guest->s);
	if (guest->c.lab != NULL)
		raw_disconnect(&guest->c);
	*guest = (struct fs_rig){0};
}

int fs_rig_down(void **state)
{
	struct fs_rig *rig = *state;
	void *disk = rig->disk;

	raw_session_release(&rig->s);
	raw_disconnect(&rig->c);
	rig->lab.hold_jobs = false;
	serverlab_run_jobs(&rig->lab);
	serverlab_stop(&rig->lab);
	assert_int_equal(disk_teardown(&disk), 0);
	free(rig);
	return 0;
}

/* The status of the one response there must be. */
static uint32_t answer(struct fs_rig *rig, uint16_t command, struct raw_reply *r)
{
	assert_true(raw_next(&rig->c, r));
	assert_int_equal(r->hdr.command, command);
	assert_true(r->verified);
	return r->hdr.status;
}

static uint32_t status_of(struct fs_rig *rig, uint16_t command, struct raw_reply *r)
{
	raw_send(&rig->c);
	return answer(rig, command, r);
}

struct smb2_create_req fs_rig_create(uint32_t disposition)
{
	return (struct smb2_create_req){
		.impersonation_level = SMB2_IMPERSONATION_IMPERSONATION,
		.desired_access = GENERIC_READ | GENERIC_WRITE | ACCESS_DELETE,
		.share_access = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
		.disposition = disposition,
	};
}

void fs_rig_ask(struct fs_rig *rig, const char *name, const struct smb2_create_req *how)
{
	struct smb2_create_req req = *how;
	struct buf name16;

	buf_init(&name16, 65536);
	assert_int_equal(utf16_from_utf8(&name16, view_of_string(name)), NS_OK);
	req.name = buf_view(&name16);
	raw_begin(&rig->c);
	smb2_create_req_encode(raw_add(&rig->c, &rig->s, SMB2_CREATE), &req);
	buf_release(&name16);
	raw_send(&rig->c);
}

uint32_t fs_rig_open(struct fs_rig *rig, const char *name,
		     const struct smb2_create_req *how, struct smb2_create_rsp *rsp)
{
	struct raw_reply r;
	uint32_t status;

	fs_rig_ask(rig, name, how);
	status = answer(rig, SMB2_CREATE, &r);
	if (status == NT_STATUS_SUCCESS && rsp != NULL)
		assert_int_equal(smb2_create_rsp_decode(rsp, r.msg), NS_OK);
	return status;
}

struct smb2_file_id fs_rig_opened(struct fs_rig *rig, const char *name,
				  uint32_t disposition)
{
	struct smb2_create_req how = fs_rig_create(disposition);
	struct smb2_create_rsp rsp;

	assert_status(fs_rig_open(rig, name, &how, &rsp), NT_STATUS_SUCCESS);
	return rsp.file_id;
}

uint32_t fs_rig_read(struct fs_rig *rig, struct smb2_file_id id, uint64_t offset,
		     uint32_t length, struct view *data)
{
	struct smb2_read_rsp rsp;
	struct raw_reply r;
	uint32_t status;

	raw_begin(&rig->c);
	smb2_read_req_encode(
		raw_add(&rig->c, &rig->s, SMB2_READ),
		&(struct smb2_read_req){.length = length, .offset = offset, .file_id = id});
	status = status_of(rig, SMB2_READ, &r);
	if (status == NT_STATUS_SUCCESS) {
		assert_int_equal(smb2_read_rsp_decode(&rsp, r.msg), NS_OK);
		*data = rsp.data;
	}
	return status;
}

uint32_t fs_rig_write(struct fs_rig *rig, struct smb2_file_id id, uint64_t offset,
		      struct view data)
{
	struct smb2_write_rsp rsp;
	struct raw_reply r;
	uint32_t status;

	raw_begin(&rig->c);
	smb2_write_req_encode(
		raw_add(&rig->c, &rig->s, SMB2_WRITE),
		&(struct smb2_write_req){.offset = offset, .file_id = id, .data = data});
	status = status_of(rig, SMB2_WRITE, &r);
	if (status == NT_STATUS_SUCCESS) {
		assert_int_equal(smb2_write_rsp_decode(&rsp, r.msg), NS_OK);
		assert_int_equal(rsp.count, data.n);
	}
	return status;
}

uint32_t fs_rig_query(struct fs_rig *rig, struct smb2_file_id id, uint8_t type,
		      uint8_t info_class, uint32_t max, struct raw_reply *r)
{
	raw_begin(&rig->c);
	smb2_query_info_req_encode(raw_add(&rig->c, &rig->s, SMB2_QUERY_INFO),
				   &(struct smb2_query_info_req){
					   .info_type = type,
					   .info_class = info_class,
					   .output_len = max,
					   .additional = OWNER_SECURITY_INFORMATION |
							 GROUP_SECURITY_INFORMATION |
							 DACL_SECURITY_INFORMATION,
					   .file_id = id,
				   });
	return status_of(rig, SMB2_QUERY_INFO, r);
}

static void ask_set(struct fs_rig *rig, struct smb2_file_id id, uint8_t info_class,
		    struct view data)
{
	raw_begin(&rig->c);
	smb2_set_info_req_encode(raw_add(&rig->c, &rig->s, SMB2_SET_INFO),
				 &(struct smb2_set_info_req){
					 .info_type = SMB2_0_INFO_FILE,
					 .info_class = info_class,
					 .file_id = id,
					 .data = data,
				 });
	raw_send(&rig->c);
}

uint32_t fs_rig_set(struct fs_rig *rig, struct smb2_file_id id, uint8_t info_class,
		    struct view data)
{
	struct raw_reply r;

	ask_set(rig, id, info_class, data);
	return answer(rig, SMB2_SET_INFO, &r);
}

uint32_t fs_rig_set64(struct fs_rig *rig, struct smb2_file_id id, uint8_t info_class,
		      uint64_t value)
{
	struct wire_writer w;
	struct buf b;
	uint32_t status;

	buf_init(&b, 64);
	w = wire_writer_at_end(&b);
	wire_put_le64(&w, value);
	assert_int_equal(wire_put_status(&w), NS_OK);
	status = fs_rig_set(rig, id, info_class, buf_view(&b));
	buf_release(&b);
	return status;
}

static void ask_new_name(struct fs_rig *rig, struct smb2_file_id id, uint8_t info_class,
			 const char *name, uint32_t flags)
{
	struct fscc_rename v = {.flags = flags};
	struct buf name16, b;
	struct wire_writer w;

	buf_init(&b, 4096);
	buf_init(&name16, 4096);
	assert_int_equal(utf16_from_utf8(&name16, view_of_string(name)), NS_OK);
	v.name = buf_view(&name16);
	w = wire_writer_at_end(&b);
	if (info_class == FILE_RENAME_INFORMATION_EX)
		fscc_rename_ex_encode(&w, &v);
	else
		fscc_rename_encode(&w, &v);
	assert_int_equal(wire_put_status(&w), NS_OK);
	ask_set(rig, id, info_class, buf_view(&b));
	buf_release(&name16);
	buf_release(&b);
}

uint32_t fs_rig_new_name(struct fs_rig *rig, struct smb2_file_id id, uint8_t info_class,
			 const char *name, uint32_t flags)
{
	struct raw_reply r;

	ask_new_name(rig, id, info_class, name, flags);
	return answer(rig, SMB2_SET_INFO, &r);
}

void fs_rig_ask_rename(struct fs_rig *rig, struct smb2_file_id id, const char *name,
		       bool replace)
{
	ask_new_name(rig, id, FILE_RENAME_INFORMATION, name,
		     replace ? FILE_RENAME_REPLACE_IF_EXISTS : 0);
}

uint32_t fs_rig_rename(struct fs_rig *rig, struct smb2_file_id id, const char *name,
		       bool replace)
{
	struct raw_reply r;

	fs_rig_ask_rename(rig, id, name, replace);
	return answer(rig, SMB2_SET_INFO, &r);
}

void fs_rig_ask_ioctl(struct fs_rig *rig, const struct smb2_ioctl_req *req)
{
	struct smb2_ioctl_req v = *req;

	v.flags = SMB2_0_IOCTL_IS_FSCTL;
	raw_begin(&rig->c);
	smb2_ioctl_req_encode(raw_add(&rig->c, &rig->s, SMB2_IOCTL), &v);
	raw_send(&rig->c);
}

/* Some errors have a body of their own. */
uint32_t fs_rig_ioctl_answer(struct fs_rig *rig, struct smb2_ioctl_rsp *rsp)
{
	struct raw_reply r;
	uint32_t status = answer(rig, SMB2_IOCTL, &r);

	*rsp = (struct smb2_ioctl_rsp){0};
	if (smb2_ioctl_rsp_decode(rsp, r.msg) != NS_OK)
		assert_true(ntstatus_is_error(status));
	return status;
}

uint32_t fs_rig_ioctl(struct fs_rig *rig, const struct smb2_ioctl_req *req,
		      struct smb2_ioctl_rsp *rsp)
{
	fs_rig_ask_ioctl(rig, req);
	return fs_rig_ioctl_answer(rig, rsp);
}

uint32_t fs_rig_close(struct fs_rig *rig, struct smb2_file_id id)
{
	return raw_close(&rig->c, &rig->s, id);
}
