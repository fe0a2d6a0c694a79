/* SPDX-License-Identifier: MIT */
/*
 * lmapibuf.h: the buffers in which the network management functions answer.  One buffer is
 * one block: the structures and every string they point to; one free frees all.
 */
#ifndef NETSESS_LMAPIBUF_H
#define NETSESS_LMAPIBUF_H

#include "lmcons.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Allocates ByteCount bytes; 0 gives a buffer that can be freed and measured.
 * Returns NERR_Success, ERROR_INVALID_PARAMETER (Buffer is NULL) or
 * ERROR_NOT_ENOUGH_MEMORY (then *Buffer is NULL).
 */
NETSESS_WINAPI NET_API_STATUS NetApiBufferAllocate(DWORD ByteCount, LPVOID *Buffer);

/* Frees a buffer; NULL is fine.  Always NERR_Success. */
NETSESS_WINAPI NET_API_STATUS NetApiBufferFree(LPVOID Buffer);

/*
 * Resizes: OldBuffer NULL allocates; NewByteCount 0 frees and stores NULL.  When it fails
 * with ERROR_NOT_ENOUGH_MEMORY the old buffer is still good and *NewBuffer is NULL.
 * ERROR_INVALID_PARAMETER: NewBuffer is NULL.
 */
NETSESS_WINAPI NET_API_STATUS NetApiBufferReallocate(LPVOID OldBuffer, DWORD NewByteCount,
						     LPVOID *NewBuffer);

/*
 * The size of a buffer in bytes: what was asked for, or a little more.
 * ERROR_INVALID_PARAMETER: either pointer is NULL.
 */
NETSESS_WINAPI NET_API_STATUS NetApiBufferSize(LPVOID Buffer, LPDWORD ByteCount);

#ifdef __cplusplus
}
#endif

#endif
