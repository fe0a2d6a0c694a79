/* SPDX-License-Identifier: MIT */
/* Security descriptors and extended attributes, as a workstation sets and sees them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fs_rig.h"
#include "server/file/unix_sid.h"
#include "wire/fscc_ea.h"
#include "wire/security_descriptor.h"
#include "wire/smb2_create_context.h"
#include "wire/smb2_query_info.h"
#include "wire/smb2_set_info.h"

#define STRANGER 4242u

#define OF_ALL                                                                             \
	(OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION |                         \
	 DACL_SECURITY_INFORMATION)

static const struct sid everyone = {1, 1, {0}};
static const struct sid domain_admin = {5, 5, {21, 1, 2, 3, 500}};

/* ----------------------------------------------------------------------- descriptors -- */

/* What the file says of itself. */
static struct security_descriptor *told(struct fs_rig *rig, struct smb2_file_id id)
{
	struct security_descriptor *d = malloc(sizeof(*d));
	struct smb2_query_info_rsp rsp;
	struct raw_reply r;

	assert_non_null(d);
	assert_status(fs_rig_query(rig, id, SMB2_0_INFO_SECURITY, 0, 65536, &r),
		      NT_STATUS_SUCCESS);
	assert_int_equal(smb2_query_info_rsp_decode(&rsp, r.msg), NS_OK);
	assert_int_equal(security_descriptor_decode(d, rsp.data), NS_OK);
	return d;
}

static uint32_t set_bytes(struct fs_rig *rig, struct smb2_file_id id, uint32_t parts,
			  struct view bytes)
{
	struct raw_reply r;

	raw_begin(&rig->c);
	smb2_set_info_req_encode(raw_add(&rig->c, &rig->s, SMB2_SET_INFO),
				 &(struct smb2_set_info_req){
					 .info_type = SMB2_0_INFO_SECURITY,
					 .additional = parts,
					 .file_id = id,
					 .data = bytes,
				 });
	raw_send(&rig->c);
	assert_true(raw_next(&rig->c, &r));
	return r.hdr.status;
}

static void encode(struct buf *out, const struct security_descriptor *d)
{
	struct wire_writer w;

	buf_init(out, SECURITY_DESCRIPTOR_MAX);
	w = wire_writer_at_end(out);
	security_descriptor_encode(&w, d);
	assert_int_equal(wire_put_status(&w), NS_OK);
}

static uint32_t set(struct fs_rig *rig, struct smb2_file_id id, uint32_t parts,
		    const struct security_descriptor *d)
{
	struct buf b;
	uint32_t status;

	encode(&b, d);
	status = set_bytes(rig, id, parts, buf_view(&b));
	buf_release(&b);
	return status;
}

/* A new file, with the rights to change all of it. */
static struct smb2_file_id made(struct fs_rig *rig, const char *name)
{
	struct smb2_create_req how = fs_rig_create(FILE_CREATE);
	struct smb2_create_rsp rsp;

	how.desired_access = GENERIC_ALL;
	assert_status(fs_rig_open(rig, name, &how, &rsp), NT_STATUS_SUCCESS);
	return rsp.file_id;
}

static void add_ace(struct security_descriptor *d, uint8_t type, uint32_t mask,
		    struct sid sid)
{
	d->dacl[d->aces++] = (struct security_ace){type, 0, mask, sid};
}

static mode_t mode_of(const struct fs_rig *rig, const char *name)
{
	char path[512];
	struct stat s;

	snprintf(path, sizeof path, "%s/%s", rig->disk->share, name);
	assert_int_equal(stat(path, &s), 0);
	return s.st_mode & 0777u;
}

static void what_is_set_is_told(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_file_id id = made(rig, "a");
	struct security_descriptor *d = told(rig, id), *after;

	d->aces = 0;
	add_ace(d, ACE_DENIED, 0x116, unix_sid_of_user(STRANGER));
	add_ace(d, ACE_ALLOWED, 0x12019f, d->owner);
	add_ace(d, ACE_ALLOWED, 0x12019f, everyone);
	assert_status(set(rig, id, OF_ALL, d), NT_STATUS_SUCCESS);
	after = told(rig, id);
	/* The owner has what Everyone has, and is named all the same. */
	assert_int_equal(after->aces, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(after->dacl[i].type, d->dacl[i].type);
		assert_int_equal(after->dacl[i].mask, d->dacl[i].mask);
		assert_true(sid_equal(&after->dacl[i].sid, &d->dacl[i].sid));
	}
	free(after);
	free(d);
}

static void what_is_wrong_is_refused(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_file_id id = made(rig, "a");
	struct security_descriptor *d = told(rig, id);
	mode_t mode = mode_of(rig, "a");
	struct buf b;

	encode(&b, d);
	for (size_t n = 1; n < b.n; n++)
		assert_int_not_equal(
			set_bytes(rig, id, OF_ALL, view_slice(buf_view(&b), 0, n)),
			NT_STATUS_SUCCESS);
	buf_release(&b);
	assert_status(set_bytes(rig, id, OF_ALL, VIEW_LITERAL("\x01\x00\x04\x80")),
		      NT_STATUS_INVALID_SECURITY_DESCR);
	add_ace(d, ACE_ALLOWED, 0x1f01ff, domain_admin);
	assert_status(set(rig, id, DACL_SECURITY_INFORMATION, d), NT_STATUS_NONE_MAPPED);
	d->aces = 0;
	add_ace(d, ACE_DENIED, 0x116, unix_sid_of_group(STRANGER));
	add_ace(d, ACE_ALLOWED, 0x12019f, unix_sid_of_user(STRANGER));
	assert_status(set(rig, id, DACL_SECURITY_INFORMATION, d), NT_STATUS_NOT_SUPPORTED);
	d->has_dacl = false;
	assert_status(set(rig, id, DACL_SECURITY_INFORMATION, d),
		      NT_STATUS_INVALID_SECURITY_DESCR);
	assert_status(
		set(rig, id, OWNER_SECURITY_INFORMATION | SACL_SECURITY_INFORMATION, d),
		NT_STATUS_ACCESS_DENIED);
	d->owner = everyone;
	assert_status(set(rig, id, OWNER_SECURITY_INFORMATION, d), NT_STATUS_INVALID_OWNER);
	d->group = d->owner;
	assert_status(set(rig, id, GROUP_SECURITY_INFORMATION, d),
		      NT_STATUS_INVALID_PRIMARY_GROUP);
	assert_int_equal(mode_of(rig, "a"), mode);
	free(d);
}

static void rights_are_needed(void **state)
{
	static const struct {
		uint32_t access, parts;
	} rows[] = {
		{ACCESS_READ_CONTROL, DACL_SECURITY_INFORMATION},
		{ACCESS_WRITE_OWNER | ACCESS_READ_CONTROL, DACL_SECURITY_INFORMATION},
		{ACCESS_WRITE_DAC | ACCESS_READ_CONTROL, OWNER_SECURITY_INFORMATION},
		{ACCESS_WRITE_DAC | ACCESS_READ_CONTROL, GROUP_SECURITY_INFORMATION},
	};
	struct fs_rig *rig = *state;
	struct smb2_create_req how = fs_rig_create(FILE_OPEN);
	struct smb2_create_rsp rsp;
	struct raw_reply r;

	disk_make(rig->disk, "a", "");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct security_descriptor *d;

		how.desired_access = rows[i].access;
		assert_status(fs_rig_open(rig, "a", &how, &rsp), NT_STATUS_SUCCESS);
		d = told(rig, rsp.file_id);
		assert_status(set(rig, rsp.file_id, rows[i].parts, d),
			      NT_STATUS_ACCESS_DENIED);
		free(d);
	}
	how.desired_access = ACCESS_WRITE_DAC;
	assert_status(fs_rig_open(rig, "a", &how, &rsp), NT_STATUS_SUCCESS);
	assert_status(fs_rig_query(rig, rsp.file_id, SMB2_0_INFO_SECURITY, 0, 65536, &r),
		      NT_STATUS_ACCESS_DENIED);
}

/* A stranger's file: who may read it may read it, and no more. */
static void a_strangers_file_stays_his(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_create_req how = fs_rig_create(FILE_OPEN);
	struct smb2_create_rsp rsp;
	char path[512];

	if (geteuid() != 0)
		skip();
	disk_make(rig->disk, "a", "");
	snprintf(path, sizeof path, "%s/a", rig->disk->share);
	assert_int_equal(chown(path, STRANGER, STRANGER), 0);
	assert_int_equal(chmod(path, 0644), 0);
	assert_status(fs_rig_open(rig, "a", &how, NULL), NT_STATUS_ACCESS_DENIED);
	how.desired_access = ACCESS_WRITE_DAC;
	assert_status(fs_rig_open(rig, "a", &how, NULL), NT_STATUS_ACCESS_DENIED);
	how.desired_access = FILE_WRITE_ATTRIBUTES;
	assert_status(fs_rig_open(rig, "a", &how, NULL), NT_STATUS_ACCESS_DENIED);
	how.desired_access = ACCESS_MAXIMUM_ALLOWED;
	assert_status(fs_rig_open(rig, "a", &how, &rsp), NT_STATUS_SUCCESS);
	how.desired_access = ACCESS_MAXIMUM_ALLOWED | FILE_WRITE_DATA;
	assert_status(fs_rig_open(rig, "a", &how, NULL), NT_STATUS_ACCESS_DENIED);
	assert_int_equal(chmod(path, 0600), 0);
	how.desired_access = FILE_READ_DATA;
	assert_status(fs_rig_open(rig, "a", &how, NULL), NT_STATUS_ACCESS_DENIED);
	/* Nor is it emptied by one who has asked for nothing else. */
	how = fs_rig_create(FILE_OVERWRITE);
	how.desired_access = FILE_READ_ATTRIBUTES;
	assert_status(fs_rig_open(rig, "a", &how, NULL), NT_STATUS_ACCESS_DENIED);
}

/* -------------------------------------------------------------------- create contexts --
 */

static uint32_t create_with(struct fs_rig *rig, const char *name, struct view context,
			    struct view data, struct smb2_create_rsp *rsp)
{
	const struct smb2_create_context c = {context, data};
	struct smb2_create_req how = fs_rig_create(FILE_OPEN_IF);
	struct wire_writer w;
	struct buf chain;
	uint32_t status;

	buf_init(&chain, 16384);
	w = wire_writer_at_end(&chain);
	smb2_create_contexts_encode(&w, &c, 1);
	assert_int_equal(wire_put_status(&w), NS_OK);
	how.contexts = buf_view(&chain);
	status = fs_rig_open(rig, name, &how, rsp);
	buf_release(&chain);
	return status;
}

static void a_file_is_created_with_a_descriptor(void **state)
{
	static const struct view secd = {(const uint8_t *)"SecD", 4};
	struct fs_rig *rig = *state;
	struct smb2_file_id other = made(rig, "other");
	struct security_descriptor *d = told(rig, other);
	struct smb2_create_rsp rsp;
	struct buf b;

	d->has_owner = d->has_group = false;
	d->aces = 0;
	add_ace(d, ACE_ALLOWED, 0x120089, d->owner);
	encode(&b, d);
	assert_status(create_with(rig, "a", secd, buf_view(&b), &rsp), NT_STATUS_SUCCESS);
	assert_int_equal(rsp.action, FILE_CREATED);
	assert_int_equal(mode_of(rig, "a"), 0400);
	buf_release(&b);
	/* Of what is there already it changes nothing. */
	add_ace(d, ACE_ALLOWED, 0x12019f, everyone);
	encode(&b, d);
	assert_status(create_with(rig, "other", secd, buf_view(&b), &rsp),
		      NT_STATUS_SUCCESS);
	assert_int_equal(rsp.action, FILE_OPENED);
	buf_release(&b);
	/* What can't be had leaves nothing behind. */
	add_ace(d, ACE_ALLOWED, 0x12019f, domain_admin);
	encode(&b, d);
	assert_status(create_with(rig, "b", secd, buf_view(&b), NULL),
		      NT_STATUS_NONE_MAPPED);
	assert_false(disk_has(rig->disk, "b"));
	assert_status(create_with(rig, "b", secd, view_slice(buf_view(&b), 0, 30), NULL),
		      NT_STATUS_INVALID_SECURITY_DESCR);
	assert_false(disk_has(rig->disk, "b"));
	buf_release(&b);
	free(d);
}

/* ---------------------------------------------------------------- extended attributes --
 */

static void eas_of(struct buf *out, const char *name, const char *value)
{
	const struct fscc_ea ea = {.name = view_of_string(name),
				   .value = view_of_string(value)};
	struct fscc_ea_list list = {0};
	struct wire_writer w;

	buf_init(out, 4096);
	w = wire_writer_at_end(out);
	fscc_ea_put(&list, &w, &ea);
	assert_int_equal(wire_put_status(&w), NS_OK);
}

static uint32_t set_ea(struct fs_rig *rig, struct smb2_file_id id, const char *name,
		       const char *value)
{
	struct buf b;
	uint32_t status;

	eas_of(&b, name, value);
	status = fs_rig_set(rig, id, FILE_FULL_EA_INFORMATION, buf_view(&b));
	buf_release(&b);
	return status;
}

/* As many entries, each of which takes away what is not there. */
static uint32_t set_many_eas(struct fs_rig *rig, struct smb2_file_id id, size_t n)
{
	const struct fscc_ea ea = {.name = view_of_string("none")};
	struct fscc_ea_list list = {0};
	struct wire_writer w;
	struct buf b;
	uint32_t status;

	buf_init(&b, 1u << 20);
	w = wire_writer_at_end(&b);
	for (size_t i = 0; i < n; i++)
		fscc_ea_put(&list, &w, &ea);
	assert_int_equal(wire_put_status(&w), NS_OK);
	status = fs_rig_set(rig, id, FILE_FULL_EA_INFORMATION, buf_view(&b));
	buf_release(&b);
	return status;
}

/* How many there are with this room, and the status. */
static uint32_t query_eas(struct fs_rig *rig, struct smb2_file_id id, uint32_t max,
			  size_t *count)
{
	struct smb2_query_info_rsp rsp;
	struct fscc_eas it;
	struct fscc_ea ea;
	struct raw_reply r;
	uint32_t status =
		fs_rig_query(rig, id, SMB2_0_INFO_FILE, FILE_FULL_EA_INFORMATION, max, &r);

	*count = 0;
	if (status != NT_STATUS_SUCCESS && status != NT_STATUS_BUFFER_OVERFLOW)
		return status;
	assert_int_equal(smb2_query_info_rsp_decode(&rsp, r.msg), NS_OK);
	it = fscc_eas_of(rsp.data);
	while (fscc_ea_next(&it, &ea))
		(*count)++;
	assert_int_equal(it.err, NS_OK);
	return status;
}

static void eas_are_set_and_told(void **state)
{
	static const struct view exta = {(const uint8_t *)"ExtA", 4};
	struct fs_rig *rig = *state;
	struct smb2_create_rsp rsp;
	struct buf b;
	size_t count;
	uint32_t status;

	eas_of(&b, "first", "1");
	status = create_with(rig, "a", exta, buf_view(&b), &rsp);
	buf_release(&b);
	if (status == NT_STATUS_EAS_NOT_SUPPORTED) {
		assert_false(disk_has(rig->disk, "a"));
		skip();
	}
	assert_status(status, NT_STATUS_SUCCESS);
	assert_status(set_ea(rig, rsp.file_id, "second", "22"), NT_STATUS_SUCCESS);
	assert_status(query_eas(rig, rsp.file_id, 4096, &count), NT_STATUS_SUCCESS);
	assert_int_equal(count, 2);
	/* One after the other, then again from the beginning. */
	assert_status(query_eas(rig, rsp.file_id, 20, &count), NT_STATUS_BUFFER_OVERFLOW);
	assert_int_equal(count, 1);
	assert_status(query_eas(rig, rsp.file_id, 20, &count), NT_STATUS_SUCCESS);
	assert_int_equal(count, 1);
	assert_status(query_eas(rig, rsp.file_id, 4, &count), NT_STATUS_BUFFER_TOO_SMALL);
	assert_status(set_ea(rig, rsp.file_id, "FIRST", ""), NT_STATUS_SUCCESS);
	assert_status(set_ea(rig, rsp.file_id, "second", ""), NT_STATUS_SUCCESS);
	assert_status(query_eas(rig, rsp.file_id, 4096, &count), NT_STATUS_NO_EAS_ON_FILE);
	assert_status(set_ea(rig, rsp.file_id, "a/b", "1"), NT_STATUS_INVALID_EA_NAME);
	assert_status(set_ea(rig, rsp.file_id, "DOSATTRIB", "1"), NT_STATUS_ACCESS_DENIED);
	assert_status(set_many_eas(rig, rsp.file_id, 256), NT_STATUS_SUCCESS);
	assert_status(set_many_eas(rig, rsp.file_id, 257), NT_STATUS_EA_TOO_LARGE);
	/* A list that is none creates nothing. */
	assert_status(create_with(rig, "b", exta, VIEW_LITERAL("\x01\x02\x03"), NULL),
		      NT_STATUS_EA_LIST_INCONSISTENT);
	assert_false(disk_has(rig->disk, "b"));
}

/* MxAc: what this user may do with this file; nothing to who has seen it already. */
static void maximal_access_is_of_the_file(void **state)
{
	static const struct view mxac = {(const uint8_t *)"MxAc", 4};
	struct fs_rig *rig = *state;
	struct smb2_create_contexts it;
	struct smb2_create_context c;
	struct smb2_create_rsp rsp;
	uint32_t status, access;
	struct wire_reader r;
	uint8_t stamp[8];

	disk_make(rig->disk, "a", "");
	assert_status(create_with(rig, "a", mxac, (struct view){0}, &rsp),
		      NT_STATUS_SUCCESS);
	it = smb2_create_contexts_of(rsp.contexts);
	assert_true(smb2_create_context_next(&it, &c));
	r = (struct wire_reader){.msg = c.data};
	wire_le32(&r, &status);
	wire_le32(&r, &access);
	assert_int_equal(status, NT_STATUS_SUCCESS);
	assert_int_equal(access, 0x1f01ff);
	for (size_t i = 0; i < sizeof(stamp); i++)
		stamp[i] = (uint8_t)(rsp.change_time >> 8 * i);
	assert_status(create_with(rig, "a", mxac, view_of(stamp, sizeof(stamp)), &rsp),
		      NT_STATUS_SUCCESS);
	it = smb2_create_contexts_of(rsp.contexts);
	assert_true(smb2_create_context_next(&it, &c));
	r = (struct wire_reader){.msg = c.data};
	wire_le32(&r, &status);
	wire_le32(&r, &access);
	assert_int_equal(status, NT_STATUS_NONE_MAPPED);
	assert_int_equal(access, 0);
	assert_status(create_with(rig, "a", mxac, view_of(stamp, 3), NULL),
		      NT_STATUS_INVALID_PARAMETER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FS_RIG_TEST(what_is_set_is_told),
		FS_RIG_TEST(what_is_wrong_is_refused),
		FS_RIG_TEST(rights_are_needed),
		FS_RIG_TEST(a_strangers_file_stays_his),
		FS_RIG_TEST(a_file_is_created_with_a_descriptor),
		FS_RIG_TEST(eas_are_set_and_told),
		FS_RIG_TEST(maximal_access_is_of_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
