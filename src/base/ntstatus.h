/* SPDX-License-Identifier: MIT */
/*
 * The NTSTATUS codes that an SMB2 or RPC peer of ours meets ([MS-ERREF] 2.3.1).  A status
 * is a plain uint32_t wherever it is stored, for a peer may send any value; the names
 * below are integer constants, good for case labels and static tables.
 *
 * What a status means for our caller is decided here and nowhere else: ntstatus_to_err().
 */
#ifndef BASE_NTSTATUS_H
#define BASE_NTSTATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* __extension__: ISO C17 wants enumerators to fit int, and 0xC0000022 does not. */
__extension__ enum {
#define STATUS(name, value, err, text) NT_STATUS_##name = (value),
#include "base/ntstatus.def"
#undef STATUS
};

/* [MS-ERREF] 2.3: the two highest bits are the severity; 3 is an error, 2 a warning. */
static inline bool ntstatus_is_error(uint32_t status)
{
	return status >> 30 == 3;
}

/* "NT_STATUS_ACCESS_DENIED"; "NT_STATUS_?" for a value not in the table; never NULL. */
const char *ntstatus_name(uint32_t status);

/* A sentence for a person, without a full stop; never NULL. */
const char *ntstatus_text(uint32_t status);

/*
 * NS_OK for success only.  Statuses that are no failure in one command and are in another
 * (PENDING, MORE_PROCESSING_REQUIRED, BUFFER_OVERFLOW) are NS_ESTATUS: who expects them
 * asks for them by name first.
 */
enum ns_err ntstatus_to_err(uint32_t status);

#endif
