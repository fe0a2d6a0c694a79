/* SPDX-License-Identifier: MIT */
#include "fs/fs_status.h"

#include <errno.h>
#include <stddef.h>

struct row {
	int error;
	uint32_t status;
};

/* clang-format off */
static const struct row rows[] = {
	{0,            NT_STATUS_SUCCESS},
	{EPERM,        NT_STATUS_ACCESS_DENIED},
	{EACCES,       NT_STATUS_ACCESS_DENIED},
	{ELOOP,        NT_STATUS_ACCESS_DENIED}, /* a link that we do not follow */
	{EROFS,        NT_STATUS_MEDIA_WRITE_PROTECTED},
	{ENOENT,       NT_STATUS_OBJECT_NAME_NOT_FOUND},
	{ESTALE,       NT_STATUS_OBJECT_NAME_NOT_FOUND},
	{ENOTDIR,      NT_STATUS_NOT_A_DIRECTORY},
	{EISDIR,       NT_STATUS_FILE_IS_A_DIRECTORY},
	{EEXIST,       NT_STATUS_OBJECT_NAME_COLLISION},
	{ENOTEMPTY,    NT_STATUS_DIRECTORY_NOT_EMPTY},
	{ENAMETOOLONG, NT_STATUS_OBJECT_NAME_INVALID},
	{EILSEQ,       NT_STATUS_OBJECT_NAME_INVALID},
	{EXDEV,        NT_STATUS_NOT_SAME_DEVICE},
	{EBUSY,        NT_STATUS_SHARING_VIOLATION},
	{ETXTBSY,      NT_STATUS_SHARING_VIOLATION},
	{EBADF,        NT_STATUS_INVALID_HANDLE},
	{EINVAL,       NT_STATUS_INVALID_PARAMETER},
	{EFBIG,        NT_STATUS_DISK_FULL},
	{ENOSPC,       NT_STATUS_DISK_FULL},
	{EDQUOT,       NT_STATUS_QUOTA_EXCEEDED},
	{EMFILE,       NT_STATUS_TOO_MANY_OPENED_FILES},
	{ENFILE,       NT_STATUS_TOO_MANY_OPENED_FILES},
	{ENOMEM,       NT_STATUS_NO_MEMORY},
	{EMLINK,       NT_STATUS_TOO_MANY_LINKS},
	{EAGAIN,       NT_STATUS_INSUFFICIENT_RESOURCES},
	{ENXIO,        NT_STATUS_ACCESS_DENIED}, /* a pipe, a socket, a device */
	{ENODEV,       NT_STATUS_ACCESS_DENIED},
	{EOPNOTSUPP,   NT_STATUS_NOT_SUPPORTED},
	{ENOSYS,       NT_STATUS_NOT_SUPPORTED},
	{ETIMEDOUT,    NT_STATUS_IO_TIMEOUT},
};
/* clang-format on */

uint32_t fs_status(int error)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (rows[i].error == error)
			return rows[i].status;
	return NT_STATUS_UNSUCCESSFUL;
}

bool fs_status_is_short(int error)
{
	return error == ENOMEM || error == EMFILE || error == ENFILE;
}
