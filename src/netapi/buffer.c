/* SPDX-License-Identifier: MIT */
/*
 * NetApiBuffer…: lmapibuf.h says what each does.  A buffer is a block of the C allocator,
 * which knows its size; nothing else needs to be kept.
 */
#include <malloc.h>
#include <stdlib.h>

#include "lmapibuf.h"

NET_API_STATUS NetApiBufferAllocate(DWORD ByteCount, LPVOID *Buffer)
{
	if (Buffer == NULL)
		return ERROR_INVALID_PARAMETER;
	*Buffer = malloc(ByteCount > 0 ? ByteCount : 1);
	return *Buffer != NULL ? NO_ERROR : ERROR_NOT_ENOUGH_MEMORY;
}

NET_API_STATUS NetApiBufferFree(LPVOID Buffer)
{
	free(Buffer);
	return NO_ERROR;
}

NET_API_STATUS NetApiBufferReallocate(LPVOID OldBuffer, DWORD NewByteCount,
				      LPVOID *NewBuffer)
{
	if (NewBuffer == NULL)
		return ERROR_INVALID_PARAMETER;
	*NewBuffer = NULL;
	if (NewByteCount == 0) {
		free(OldBuffer);
		return NO_ERROR;
	}
	*NewBuffer = realloc(OldBuffer, NewByteCount);
	return *NewBuffer != NULL ? NO_ERROR : ERROR_NOT_ENOUGH_MEMORY;
}

NET_API_STATUS NetApiBufferSize(LPVOID Buffer, LPDWORD ByteCount)
{
	size_t n;

	if (Buffer == NULL || ByteCount == NULL)
		return ERROR_INVALID_PARAMETER;
	n = malloc_usable_size(Buffer);
	*ByteCount = n < UINT32_MAX ? (DWORD)n : UINT32_MAX;
	return NO_ERROR;
}
