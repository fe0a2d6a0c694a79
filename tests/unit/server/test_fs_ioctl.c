/* SPDX-License-Identifier: MIT */
/* IOCTL on files, [MS-SMB2] 3.3.5.15 and [MS-FSCC] 2.3, as a client sees it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "fs_rig.h"
#include "wire/fsctl_info.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static uint32_t ask(struct fs_rig *rig, uint32_t code, struct smb2_file_id id,
		    struct view input, uint32_t max, struct smb2_ioctl_rsp *rsp)
{
	return fs_rig_ioctl(
		rig,
		&(struct smb2_ioctl_req){
			.ctl_code = code, .file_id = id, .input = input, .max_output = max},
		rsp);
}

static struct smb2_file_id opened_for(struct fs_rig *rig, const char *name, uint32_t access)
{
	struct smb2_create_req how = fs_rig_create(FILE_OPEN_IF);
	struct smb2_create_rsp rsp;

	how.desired_access = access;
	assert_status(fs_rig_open(rig, name, &how, &rsp), NT_STATUS_SUCCESS);
	return rsp.file_id;
}

/* Each code that is known, and one that is not, on what it does not go to. */
static void a_code_goes_to_what_it_is_for(void **state)
{
	static const struct {
		uint32_t code;
		uint32_t on_file, on_nothing, on_closed;
	} rows[] = {
		{FSCTL_DFS_GET_REFERRALS, NT_STATUS_INVALID_PARAMETER,
		 NT_STATUS_FS_DRIVER_REQUIRED, NT_STATUS_INVALID_PARAMETER},
		{FSCTL_DFS_GET_REFERRALS_EX, NT_STATUS_INVALID_PARAMETER,
		 NT_STATUS_FS_DRIVER_REQUIRED, NT_STATUS_INVALID_PARAMETER},
		{FSCTL_QUERY_NETWORK_INTERFACE_INFO, NT_STATUS_INVALID_PARAMETER,
		 NT_STATUS_SUCCESS, NT_STATUS_INVALID_PARAMETER},
		{FSCTL_PIPE_TRANSCEIVE, NT_STATUS_INVALID_DEVICE_REQUEST,
		 NT_STATUS_FILE_CLOSED, NT_STATUS_FILE_CLOSED},
		{FSCTL_PIPE_PEEK, NT_STATUS_INVALID_DEVICE_REQUEST, NT_STATUS_FILE_CLOSED,
		 NT_STATUS_FILE_CLOSED},
		{FSCTL_PIPE_WAIT, NT_STATUS_INVALID_PARAMETER,
		 NT_STATUS_INVALID_DEVICE_REQUEST, NT_STATUS_INVALID_PARAMETER},
		{FSCTL_LMR_REQUEST_RESILIENCY, NT_STATUS_NOT_SUPPORTED,
		 NT_STATUS_FILE_CLOSED, NT_STATUS_FILE_CLOSED},
		{FSCTL_GET_REPARSE_POINT, NT_STATUS_NOT_A_REPARSE_POINT,
		 NT_STATUS_FILE_CLOSED, NT_STATUS_FILE_CLOSED},
		{FSCTL_SET_REPARSE_POINT, NT_STATUS_INVALID_DEVICE_REQUEST,
		 NT_STATUS_FILE_CLOSED, NT_STATUS_FILE_CLOSED},
		{FSCTL_DELETE_REPARSE_POINT, NT_STATUS_NOT_A_REPARSE_POINT,
		 NT_STATUS_FILE_CLOSED, NT_STATUS_FILE_CLOSED},
		{FSCTL_GET_COMPRESSION, NT_STATUS_SUCCESS, NT_STATUS_FILE_CLOSED,
		 NT_STATUS_FILE_CLOSED},
		{0x12345678, NT_STATUS_INVALID_DEVICE_REQUEST, NT_STATUS_FILE_CLOSED,
		 NT_STATUS_FILE_CLOSED},
	};
	struct fs_rig *rig = *state;
	struct smb2_file_id id = fs_rig_opened(rig, "f", FILE_CREATE), closed = id;
	struct smb2_ioctl_rsp rsp;

	closed.volatile_id += 17;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct view none = {0};

		assert_status(ask(rig, rows[i].code, id, none, 4096, &rsp),
			      rows[i].on_file);
		assert_status(ask(rig, rows[i].code, SMB2_FILE_ID_NONE, none, 4096, &rsp),
			      rows[i].on_nothing);
		assert_status(ask(rig, rows[i].code, closed, none, 4096, &rsp),
			      rows[i].on_closed);
	}
}

static void files_are_not_compressed(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_file_id id = fs_rig_opened(rig, "f", FILE_CREATE);
	struct smb2_file_id reader = opened_for(rig, "f", GENERIC_READ);
	struct view none = view_of("\0\0", 2), lznt1 = view_of("\2\0", 2);
	struct smb2_ioctl_rsp rsp;
	uint16_t format = 7;

	assert_status(ask(rig, FSCTL_GET_COMPRESSION, reader, (struct view){0}, 2, &rsp),
		      NT_STATUS_SUCCESS);
	assert_int_equal(fsctl_compression_decode(&format, rsp.output), NS_OK);
	assert_int_equal(format, COMPRESSION_FORMAT_NONE);
	assert_status(ask(rig, FSCTL_GET_COMPRESSION, id, (struct view){0}, 1, &rsp),
		      NT_STATUS_INVALID_PARAMETER);
	assert_status(ask(rig, FSCTL_SET_COMPRESSION, id, none, 0, &rsp),
		      NT_STATUS_SUCCESS);
	assert_status(ask(rig, FSCTL_SET_COMPRESSION, id, lznt1, 0, &rsp),
		      NT_STATUS_NOT_SUPPORTED);
	assert_status(ask(rig, FSCTL_SET_COMPRESSION, id, view_of("\0", 1), 0, &rsp),
		      NT_STATUS_INVALID_PARAMETER);
	assert_status(ask(rig, FSCTL_SET_COMPRESSION, reader, none, 0, &rsp),
		      NT_STATUS_ACCESS_DENIED);
}

static void a_file_has_an_id_of_its_own(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_file_id ids[] = {fs_rig_opened(rig, "f", FILE_CREATE),
				     fs_rig_opened(rig, "f", FILE_OPEN),
				     fs_rig_opened(rig, "g", FILE_CREATE)};
	struct fsctl_object_id v[COUNT(ids)];
	struct smb2_ioctl_rsp rsp;

	for (size_t i = 0; i < COUNT(ids); i++) {
		assert_status(ask(rig, FSCTL_CREATE_OR_GET_OBJECT_ID, ids[i],
				  (struct view){0}, FSCTL_OBJECT_ID_LEN, &rsp),
			      NT_STATUS_SUCCESS);
		assert_int_equal(rsp.output.n, FSCTL_OBJECT_ID_LEN);
		assert_int_equal(fsctl_object_id_decode(&v[i], rsp.output), NS_OK);
		assert_memory_equal(v[i].object, v[i].birth_object, 16);
	}
	assert_memory_equal(&v[0], &v[1], sizeof(v[0]));
	assert_memory_not_equal(v[0].object, v[2].object, 16);
	assert_status(ask(rig, FSCTL_CREATE_OR_GET_OBJECT_ID, ids[0], (struct view){0},
			  FSCTL_OBJECT_ID_LEN - 1, &rsp),
		      NT_STATUS_INVALID_PARAMETER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FS_RIG_TEST(a_code_goes_to_what_it_is_for),
		FS_RIG_TEST(files_are_not_compressed),
		FS_RIG_TEST(a_file_has_an_id_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
