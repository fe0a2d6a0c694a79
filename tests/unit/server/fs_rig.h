/* SPDX-License-Identifier: MIT */
/*
 * What the tests of files have in common: an engine with two shares over one directory of a
 * real disk ("data", and "ro", which is read-only), and alice at a workstation, signed in
 * and connected to "data".
 */
#ifndef TESTS_UNIT_SERVER_FS_RIG_H
#define TESTS_UNIT_SERVER_FS_RIG_H

#include "lib/rawclient.h"
#include "unit/fs/disk.h"
#include "wire/fscc.h"
#include "wire/smb2_create.h"

struct fs_rig {
	struct disk *disk;
	struct serverlab lab;
	struct rawclient c;
	struct raw_session s;
	uint32_t data, ro; /* TreeIds; c.tree is data */
};

/* cmocka's setup and teardown: *state is a struct fs_rig. */
int fs_rig_up(void **state);
int fs_rig_down(void **state);

/* The same with another dialect than 3.1.1; with `data` encrypted; with all of it. */
int fs_rig_up_with(void **state, uint16_t dialect);
int fs_rig_up_sealed(void **state);
int fs_rig_up_all_sealed(void **state);

/*
 * Somebody else at a workstation of his own, connected to "data" of the same server: the
 * functions below take him as they take alice.  Once he has left he is all zero.
 */
void fs_rig_join(struct fs_rig *guest, struct fs_rig *rig, const char *user,
		 const char *address);
void fs_rig_leave(struct fs_rig *guest);

/* A CREATE of an existing file with all rights, everything shared; `name` is UTF-8. */
struct smb2_create_req fs_rig_create(uint32_t disposition);
/* Sends it; the answer is the caller's to await. */
void fs_rig_ask(struct fs_rig *rig, const char *name, const struct smb2_create_req *how);
uint32_t fs_rig_open(struct fs_rig *rig, const char *name,
		     const struct smb2_create_req *how, struct smb2_create_rsp *rsp);
/* Opens with fs_rig_create(disposition), expecting success. */
struct smb2_file_id fs_rig_opened(struct fs_rig *rig, const char *name,
				  uint32_t disposition);

uint32_t fs_rig_read(struct fs_rig *rig, struct smb2_file_id id, uint64_t offset,
		     uint32_t length, struct view *data);
uint32_t fs_rig_write(struct fs_rig *rig, struct smb2_file_id id, uint64_t offset,
		      struct view data);
uint32_t fs_rig_query(struct fs_rig *rig, struct smb2_file_id id, uint8_t type,
		      uint8_t info_class, uint32_t max, struct raw_reply *r);
uint32_t fs_rig_set(struct fs_rig *rig, struct smb2_file_id id, uint8_t info_class,
		    struct view data);
uint32_t fs_rig_set64(struct fs_rig *rig, struct smb2_file_id id, uint8_t info_class,
		      uint64_t value);
uint32_t fs_rig_rename(struct fs_rig *rig, struct smb2_file_id id, const char *name,
		       bool replace);
/* FILE_LINK_INFORMATION, or FILE_RENAME_INFORMATION_EX with its flags. */
uint32_t fs_rig_new_name(struct fs_rig *rig, struct smb2_file_id id, uint8_t info_class,
			 const char *name, uint32_t flags);
/* Sends it; the answer is the caller's to await. */
void fs_rig_ask_rename(struct fs_rig *rig, struct smb2_file_id id, const char *name,
		       bool replace);
/* An IOCTL, FSCTL_...; sends it, and awaits the answer.  `rsp` borrows from it. */
void fs_rig_ask_ioctl(struct fs_rig *rig, const struct smb2_ioctl_req *req);
uint32_t fs_rig_ioctl_answer(struct fs_rig *rig, struct smb2_ioctl_rsp *rsp);
uint32_t fs_rig_ioctl(struct fs_rig *rig, const struct smb2_ioctl_req *req,
		      struct smb2_ioctl_rsp *rsp);
uint32_t fs_rig_close(struct fs_rig *rig, struct smb2_file_id id);

#define FS_RIG_TEST(name) cmocka_unit_test_setup_teardown(name, fs_rig_up, fs_rig_down)

#endif
