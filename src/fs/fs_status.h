/* SPDX-License-Identifier: MIT */
/* What an errno means to an SMB client: the one table. */
#ifndef FS_FS_STATUS_H
#define FS_FS_STATUS_H

#include <stdbool.h>

#include "base/ntstatus.h"

/*
 * Of a positive errno; 0 is success.  What no row says is NT_STATUS_UNSUCCESSFUL.  ENOENT
 * is the last component's; who knows that it was one before says OBJECT_PATH_NOT_FOUND.
 */
uint32_t fs_status(int error);

/* Memory or descriptors are short: what failed may succeed later, and proves nothing. */
bool fs_status_is_short(int error);

#endif
