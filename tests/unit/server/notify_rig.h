/* SPDX-License-Identifier: MIT */
/*
 * What the tests of CHANGE_NOTIFY have in common.  What somebody hears is written
 * "+a -b ~c >d <e": added, removed, modified, the old and the new name of a rename.
 */
#ifndef TESTS_UNIT_SERVER_NOTIFY_RIG_H
#define TESTS_UNIT_SERVER_NOTIFY_RIG_H

#include "fs_rig.h"
#include "wire/smb2_change_notify.h"

#define NOTIFY_ALL 0xfffu

/* Opens a directory to read it, or makes it; a file is made and closed. */
struct smb2_file_id notify_directory(struct fs_rig *who, const char *name);
void notify_make(struct fs_rig *who, const char *name);

/* The body of a request; and sends one, whose answer is the caller's to await. */
void notify_put(struct wire_writer *w, struct smb2_file_id id, uint32_t filter,
		uint16_t flags, uint32_t max);
void notify_ask(struct fs_rig *who, struct smb2_file_id id, uint32_t filter, uint16_t flags,
		uint32_t max);

/* Sends one that has to wait, and gets its interim response; returns its AsyncId. */
uint64_t notify_waits(struct fs_rig *who, struct smb2_file_id id, uint32_t filter,
		      uint16_t flags, uint32_t max);
/* Sends one that is answered at once, with this. */
void notify_waits_not(struct fs_rig *who, struct smb2_file_id id, uint32_t filter,
		      uint16_t flags, uint32_t max, const char *what);

/* The answer of one that waited is there: with this; returns its AsyncId. */
uint64_t notify_hears(struct fs_rig *who, const char *what);
/* Or STATUS_NOTIFY_ENUM_DIR. */
void notify_is_to_look(struct fs_rig *who);

/* Cancels the one that was sent last, and gets its answer. */
void notify_cancelled(struct fs_rig *who);

/* inotify has something to say by `fd`, or will have: the server reads it. */
void notify_reads(struct serverlab *lab, int fd);

#endif
