/* SPDX-License-Identifier: MIT */
/*
 * A share's directory for a test: made anew in a temporary place, removed with all that is
 * in it.  Beside it lies "secret", which no path may reach.
 */
#ifndef TESTS_UNIT_FS_DISK_H
#define TESTS_UNIT_FS_DISK_H

#include "fs/fs_file.h"

struct disk {
	char *top;           /* holds share/ and secret */
	char *share;         /* fs_open.root */
	struct fs_who owner; /* of all that is made */
};

/* cmocka's setup and teardown: *state is a struct disk. */
int disk_setup(void **state);
int disk_teardown(void **state);

/* Whose what is made from now on is, the share, too; to begin with, nobody's. */
void disk_is_of(struct disk *d, const char *user);

/* Beneath the share; directories with a slash at the end. */
void disk_make(const struct disk *d, const char *path, const char *content);
void disk_link(const struct disk *d, const char *path, const char *target);
bool disk_has(const struct disk *d, const char *path);
/* Compares a file's content. */
void disk_holds(const struct disk *d, const char *path, const char *content);

/* Everything allowed, everything shared. */
struct fs_open disk_open(const struct disk *d, const char *path, enum fs_disposition how);

/* Opens, expecting success; the file is one reference. */
struct fs_file *disk_opened(const struct fs_open *how);
/* Opens, expecting this status. */
void disk_refuses(const struct fs_open *how, uint32_t status);
/* fs_file_close() and _unref(). */
void disk_close(struct fs_file *file);

#define assert_status(got, want)                                                           \
	assert_string_equal(ntstatus_name(got), ntstatus_name(want))

/* How many descriptors this process has open, give or take a constant: for leaks. */
size_t disk_descriptors(void);

#endif
