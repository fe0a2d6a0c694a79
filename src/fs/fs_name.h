/* SPDX-License-Identifier: MIT */
/*
 * Names as they travel (UTF-16LE, components parted by backslashes, [MS-FSCC] 2.1.5) and
 * names as they stand on the disk (UTF-8, parted by slashes).
 *
 * A file here may have a name that no Windows knows: with a reserved character (" * : < >
 * ? \ |), a control character, or a dot or blank at its end.  Each of these travels as the
 * character of Unicode's private area that Services for Macintosh gave it, U+F001 to
 * U+F029, which Linux and macOS clients turn back.  The mapping is one to one: what has no
 * name that would lead back to it (bytes that are not UTF-8, a private character of that
 * range on the disk) has no name on the network at all.
 */
#ifndef FS_FS_NAME_H
#define FS_FS_NAME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* [MS-FSCC] 2.1.5.2: "no more than 255 characters"; and NAME_MAX bytes on the disk. */
#define FS_NAME_UNITS_MAX 255
#define FS_NAME_BYTES_MAX 255

/* The longest path within a share, with its NUL: what the kernel takes (PATH_MAX). */
#define FS_PATH_MAX 4096

/*
 * Makes a path relative to the share's root, "" for the root itself, with a NUL behind it
 * that out->n counts.  *directory: it ended in a backslash.  Doubled backslashes are one,
 *and a slash is a backslash.  Returns an NTSTATUS:
 *
 *	INVALID_PARAMETER	a backslash at the front, an odd length
 *	OBJECT_PATH_SYNTAX_BAD	".", or a ".." that leads above the root; any other takes
 *				the component before it back, without a look at the disk
 *	OBJECT_NAME_INVALID	a reserved or control character, a stream (its own,
 *"::$DATA", too), half a surrogate pair, a dot or blank at a name's end, too long
 */
uint32_t fs_path_from_wire(struct buf *out, bool *directory, struct view path16);

/* Appends the name as it travels.  NS_EFORMAT: it has none. */
NS_MUST_USE enum ns_err fs_name_to_wire(struct buf *out, const char *name);

/* The same for a path: slashes become backslashes. */
NS_MUST_USE enum ns_err fs_path_to_wire(struct buf *out, const char *path);

/*
 * Whether a name matches a pattern with the wildcards of [MS-FSA] 2.1.4.4 (* ? and the
 * three that stand for DOS's), ignoring case.  Both UTF-16LE.
 */
bool fs_name_matches(struct view pattern16, struct view name16);

#endif
