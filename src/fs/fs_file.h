/* SPDX-License-Identifier: MIT */
/*
 * A file or directory that somebody holds open.  Knows nothing of the protocol but its
 * rules about files ([MS-FSA]): share modes, deletion on the last close, names that are
 * found whatever their case.  Errors are NTSTATUS, for that is what those rules give.
 *
 * Everything here may wait for a disk and runs in threads of a pool; a file may be used by
 * several at once.  It is counted: each job holds a reference.  fs_file_close() ends it as
 * an open (its share mode is gone, a deletion that waited for it happens), whatever
 * references there are; the descriptor stays good until the last of them.
 *
 * One table of all files in this process knows who holds what (fs_table.h).
 */
#ifndef FS_FS_FILE_H
#define FS_FS_FILE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/ntstatus.h"
#include "base/span.h"
#include "fs/fs_cache.h"
#include "fs/fs_root.h"
#include "fs/fs_who.h"

/*
 * What an open may do with a file, fs_rights.h says who.  The first five can conflict; the
 * first two and FS_DELETE are what a share mode lets others do, FS_READ for FS_EXECUTE and
 * FS_WRITE for FS_APPEND.
 */
#define FS_READ     1u /* data, or a directory's names */
#define FS_WRITE    2u /* data anywhere */
#define FS_APPEND   4u /* data at the end */
#define FS_DELETE   8u /* the name: deletion and renaming */
#define FS_EXECUTE  16u
#define FS_READ_EA  32u
#define FS_WRITE_EA 64u
#define FS_CHILDREN 128u /* the deletion of what is in a directory */
#define FS_TELL     256u /* what is told of it: times and attributes */
#define FS_OWN      512u /* who may do what with it, and whose it is */
#define FS_RIGHTS   1023u

enum fs_disposition {
	FS_SUPERSEDE,    /* replaces what is there */
	FS_OPEN,         /* must be there */
	FS_CREATE,       /* must not be there */
	FS_OPEN_IF,      /* either */
	FS_OVERWRITE,    /* must be there, is emptied */
	FS_OVERWRITE_IF, /* either, is emptied */
};

enum fs_action {
	FS_SUPERSEDED,
	FS_OPENED,
	FS_CREATED,
	FS_OVERWRITTEN,
};

/* What an open is there for: to look does not disturb who caches, [MS-FSA] 2.1.4.12. */
enum fs_looks {
	FS_USES,
	FS_LOOKS_AT_SECURITY, /* at attributes, too */
	FS_LOOKS,             /* at attributes alone */
};

/* The attributes of a file, numbered as in [MS-FSCC] 2.6. */
#define FS_ATTR_READ_ONLY   0x00000001u
#define FS_ATTR_HIDDEN      0x00000002u /* also what begins with a dot */
#define FS_ATTR_SYSTEM      0x00000004u
#define FS_ATTR_DIRECTORY   0x00000010u
#define FS_ATTR_ARCHIVE     0x00000020u
#define FS_ATTR_TEMPORARY   0x00000100u
#define FS_ATTR_SPARSE      0x00000200u
#define FS_ATTR_OFFLINE     0x00001000u
#define FS_ATTR_NOT_INDEXED 0x00002000u

/* Those that are somebody's to set, [MS-FSA] 2.1.5.15.2 ValidSetAttributes. */
#define FS_ATTR_SETTABLE                                                                   \
	(FS_ATTR_READ_ONLY | FS_ATTR_HIDDEN | FS_ATTR_SYSTEM | FS_ATTR_ARCHIVE |           \
	 FS_ATTR_TEMPORARY | FS_ATTR_OFFLINE | FS_ATTR_NOT_INDEXED)

/* And those that are kept. */
#define FS_ATTR_KEPT (FS_ATTR_SETTABLE | FS_ATTR_SPARSE)

/* What is known of a file.  Times are FILETIMEs. */
struct fs_info {
	uint64_t created; /* where nothing keeps it: its oldest time */
	uint64_t accessed;
	uint64_t written;
	uint64_t changed;
	uint64_t size; /* 0 for a directory, as on Windows */
	uint64_t allocated;
	uint64_t id; /* inode */
	uint64_t device;
	uint32_t links;
	mode_t mode;
	uid_t uid;
	gid_t gid;
	bool directory;
	bool read_only;      /* FS_ATTR_READ_ONLY is among them */
	uint32_t attributes; /* FS_ATTR_... */
};

struct fs_inode;  /* fs_table.c */
struct fs_lock;   /* fs_lock_tree.h */
struct fs_cursor; /* fs_list.c */
struct fs_path;   /* fs_table.h */
struct fs_watch;  /* fs_watch_table.h */

struct fs_file {
	atomic_uint references;
	int fd; /* O_PATH if neither reading nor writing was asked for */
	struct fs_root *root;
	struct fs_who who;
	dev_t device;
	ino_t id;
	bool directory;
	unsigned access; /* FS_...: had */
	unsigned share;  /* FS_READ, FS_WRITE, FS_DELETE: what others may */
	enum fs_looks looks;
	bool empties; /* what was there */
	bool removes; /* it, on its close */
	struct fs_owner owner;
	atomic_bool written_held; /* fs_basic.hold_... */
	atomic_bool changed_held;
	atomic_bool modified; /* fs_written() */

	/* --- fs_table.c's, under its lock --- */
	struct fs_path *path; /* beneath the root, as it stands on the disk */
	bool delete_on_close;
	bool discard; /* fs_file_discard() */
	bool closed;
	unsigned caches;       /* FS_CACHE_...; all of one owner the same */
	struct fs_lock *locks; /* list: fs_lock.c's, as are the next two */
	uint32_t lock_count;
	uint32_t locks_of_nothing; /* of these, of {0, 0} */
	struct fs_inode *inode;
	struct fs_file *prev, *next;           /* of one inode */
	struct fs_file *same_prev, *same_next; /* a ring: of these, of one owner */

	struct fs_cursor *cursor; /* fs_list.c's; made with a directory */
	struct fs_watch *watch;   /* fs_watch.c's; NULL: nobody watches by it */
	atomic_uint untold;       /* FS_CHANGE_..., told when it is closed */
};

struct fs_open {
	const char *root; /* the share's directory */
	const char *path; /* from fs_path_from_wire() */
	const char *user; /* whose rights: fs_who_find() */
	bool read_only;   /* the share is */
	bool directory;   /* must be one, or becomes one */
	bool file;        /* must be none */
	unsigned access;
	unsigned must; /* at `maximum`: of `access`, what it can't do without */
	unsigned share;
	enum fs_looks looks;          /* unless it empties what is there */
	bool maximum;                 /* takes of `access` what it can have */
	bool tell;                    /* fs_opened.rights is wanted */
	const struct fs_owner *owner; /* of a lease that it shares; NULL: none */
	const struct fs_id *only; /* the file that the lease is for; NULL: for any yet */
	enum fs_disposition disposition;
	uint32_t attributes;  /* FS_ATTR_...: of what is created or emptied */
	uint64_t allocation;  /* that is reserved for it */
	bool delete_on_close; /* asks for FS_DELETE, too */

	/* For what is created, before the caller has it; an error undoes it.  `bare`: until
	 * then it is its owner's alone, for this says whose it is. */
	uint32_t (*made)(void *ctx, const struct fs_file *file);
	void *ctx;
	bool bare;
};

/* Bytes of a file. */
struct fs_range {
	uint64_t offset;
	uint64_t length;
};

/* [MS-FSA] 2.1.5.3, 2.1.5.4: an offset is signed, and so is the end. */
static inline bool fs_range_is_valid(struct fs_range range)
{
	return range.offset <= INT64_MAX && range.length <= INT64_MAX - range.offset;
}

struct fs_opened {
	struct fs_file *file; /* one reference, the caller's */
	enum fs_action action;
	struct fs_info info;
	unsigned rights;        /* all that its user has to the file, opened or not */
	struct fs_conflict met; /* see fs_open() */
};

/*
 * The rights that were had are in out->file->access.  OPLOCK_BREAK_IN_PROGRESS: somebody
 * caches what he must let go of first, out->met; nothing has happened to the file.
 * INVALID_PARAMETER: another file than the only one, and nothing has happened either.
 */
uint32_t fs_open(struct fs_opened *out, const struct fs_open *how);

static inline struct fs_id fs_file_id(const struct fs_file *file)
{
	return (struct fs_id){file->device, file->id};
}

struct fs_file *fs_file_ref(struct fs_file *file);
/* The last one frees; fs_file_close() must have been called.  NULL is fine. */
void fs_file_unref(struct fs_file *file);

/* Ends the open, see above; calling again does nothing. */
void fs_file_close(struct fs_file *file);

/*
 * Nobody is going to hear of this open, so it is to be as if it had never been: a deletion
 * that it was to bring does not happen, and what it created goes with it, unless somebody
 * else has found it by then.
 */
void fs_file_discard(struct fs_file *file, bool created);

/*
 * FILE_LOCK_CONFLICT: somebody has locked some of it (fs_lock.h).  A read at or behind the
 * end is END_OF_FILE, if anything was asked for.
 */
uint32_t fs_read(const struct fs_file *file, uint64_t offset, void *out, size_t n,
		 size_t *got);
/*
 * The same without waiting for the disk, for what is in memory already.  False: it would
 * have to wait, or the file system can't say; nothing is known then.
 */
NS_MUST_USE bool fs_read_now(const struct fs_file *file, uint64_t offset, void *out,
			     size_t n, size_t *got, uint32_t *status);
/* All of it, or an error; `through`: it is on the disk when this returns. */
uint32_t fs_write(struct fs_file *file, uint64_t offset, struct view data, bool through);
uint32_t fs_flush(const struct fs_file *file);
uint32_t fs_set_size(struct fs_file *file, uint64_t size);
/* Reserves space, or frees what lies behind; the size only shrinks. */
uint32_t fs_set_allocation(struct fs_file *file, uint64_t size);

uint32_t fs_stat(const struct fs_file *file, struct fs_info *out);
/*
 * A file's attributes and times; all of it in its turn, whoever else changes them.  The
 * time of its last change is not ours to set: a Unix has no call for it.
 */
struct fs_basic {
	uint64_t created; /* FILETIMEs; 0: keep */
	uint64_t accessed;
	uint64_t written;
	uint64_t changed; /* until it is changed again */
	uint32_t mask;    /* of FS_ATTR_KEPT: those that become as in `bits` */
	uint32_t bits;
	/* What is done by this open from now on leaves that time alone, or no longer does:
	 * writing the one, setting any of these the other. */
	bool hold_written, free_written;
	bool hold_changed, free_changed;
};

uint32_t fs_set_basic(struct fs_file *file, const struct fs_basic *basic);
uint32_t fs_set_attributes(const struct fs_file *file, uint32_t mask, uint32_t bits);

/*
 * The file goes when the last one who holds it closes; nobody may open it until then.
 * `force`: though it is read-only.  OPLOCK_BREAK_IN_PROGRESS: as fs_rename().
 */
uint32_t fs_set_delete(struct fs_file *file, bool delete_it, bool force,
		       struct fs_conflict *met);
bool fs_delete_pending(const struct fs_file *file);

/*
 * Of a new name: what is there goes, if nobody holds it; also if somebody does who lets it
 * be deleted, and then goes on without its name; also if it is read-only.
 */
#define FS_REPLACE           1u
#define FS_REPLACE_OPEN      2u
#define FS_REPLACE_READ_ONLY 4u

/*
 * `path` is beneath the same root; `how` is of FS_REPLACE....
 * SHARING_VIOLATION: somebody may delete the directory that the file is to be in, or lets
 * nobody write to it.  OPLOCK_BREAK_IN_PROGRESS: somebody caches `*met`, which may be all
 * he holds a file for; nothing has happened.
 */
uint32_t fs_rename(struct fs_file *file, const char *path, unsigned how,
		   struct fs_conflict *met);

/*
 * The file has one more name, [MS-FSA] 2.1.5.15.7; the rest as above.
 * FILE_IS_A_DIRECTORY, TOO_MANY_LINKS.
 */
uint32_t fs_link(struct fs_file *file, const char *path, unsigned how,
		 struct fs_conflict *met);

/* The file system. */
struct fs_volume {
	uint64_t units; /* in all */
	uint64_t free;
	uint64_t available; /* to who is not root */
	uint32_t unit;      /* bytes */
	uint64_t created;   /* of the share's directory */
	uint32_t serial;
	uint64_t id;
};

uint32_t fs_volume(const struct fs_file *file, struct fs_volume *out);

/* A copy of where it is, beneath the root; NULL when memory is short. */
char *fs_file_path(const struct fs_file *file);

/* ------------------------------------------------------------------- directories -- */

struct fs_entry {
	struct view name16; /* as it travels; borrowed for the call */
	struct fs_info info;
};

struct fs_list {
	struct view pattern16; /* empty: that of the query before, or "*" */
	bool restart;
	bool single;
	bool names_alone; /* nobody looks at what is kept beside the inodes */

	/* False: there is no room for it, and the next query begins with it. */
	bool (*each)(void *ctx, const struct fs_entry *entry);
	void *ctx;
};

/*
 * Goes on where the query before ended.  NO_SUCH_FILE: nothing matches; NO_MORE_FILES: no
 * more do; INFO_LENGTH_MISMATCH: there was no room for the first.
 */
uint32_t fs_list(struct fs_file *directory, const struct fs_list *how);

#endif
