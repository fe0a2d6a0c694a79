/* SPDX-License-Identifier: MIT */
/* Extended attributes of files: what a list of wire/fscc_ea.h does to one. */
#ifndef SERVER_FILE_EA_H
#define SERVER_FILE_EA_H

#include <stdint.h>

#include "base/span.h"

struct fs_file;

/* Whether it is a list at all, with names that may be: EA_LIST_INCONSISTENT,
 * INVALID_EA_NAME. */
uint32_t srv_eas_check(struct view list);

/* Sets all of a list that was checked, up to the first that can't be.  For a thread of the
 * pool. */
uint32_t srv_eas_apply(const struct fs_file *file, struct view list);

#endif
