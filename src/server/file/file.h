/* SPDX-License-Identifier: MIT */
/*
 * A file or directory on a disk share: an open whose other end is a struct fs_file
 * (fs/fs_file.h).  Whatever touches the disk is a job; the open itself holds only what the
 * protocol has to know, and one reference to the file.
 *
 *	create.c	CREATE: what is asked, and whether it may be
 *	contexts.c	its contexts, asked and answered
 *	created.c	what a CREATE answers
 *	reconnect.c	a CREATE that means an open which there is already
 *	close.c		CLOSE, and the end of an open for any other reason
 *	job.c		what all other jobs have in common
 *	rw.c		READ, WRITE, FLUSH
 *	locking.c	LOCK
 *	query.c		QUERY_INFO of files; query_volume.c: of their file system
 *	security.c	their security descriptors; acl_map.h: what becomes of a DACL
 *	ea.c		their extended attributes
 *	set.c		SET_INFO
 *	dir.c		QUERY_DIRECTORY
 *	ioctl.c		IOCTL; ioctl_copy.c: copies from another file;
 *			ioctl_ranges.c: holes, zeroes, shared extents
 *	notify.c	CHANGE_NOTIFY
 *
 * A job holds a reference of its own to the file, so the file stays good whatever becomes
 * of the open; a reference is dropped in the pool's thread where it can be, for the last
 * one closes a descriptor.
 */
#ifndef SERVER_FILE_FILE_H
#define SERVER_FILE_FILE_H

#include "fs/fs_file.h"
#include "server/file/durable.h"
#include "server/file/lease.h"
#include "server/file/notify.h"
#include "server/file/oplock.h"
#include "server/job.h"
#include "server/open.h"
#include "server/request.h"
#include "wire/smb2_lock.h"

struct srv_file {
	struct open open;     /* first */
	struct fs_file *file; /* one reference; NULL once the open has ended */
	struct job *closing; /* made with the open, so that closing can't fail; then NULL */
	uint32_t mode;       /* Open.Mode, of CreateOptions: FileModeInformation */
	uint64_t position;   /* FilePositionInformation: told, never used */
	struct oplock oplock;  /* oplock.c's */
	struct notify *notify; /* notify.c's; NULL: no CHANGE_NOTIFY has come */
	struct lease *lease;   /* lease.c's; NULL: none.  Then it has no oplock */
	struct srv_file *lease_prev, *lease_next;
	uint32_t working;     /* job.c's: jobs that are to be answered before it closes */
	uint64_t close_waits; /* close.c's: the CLOSE that waits for them; 0: none */
	uint32_t lock_waits;  /* lock.c's: requests on it that wait for a lock */
	/* Open.LockSequenceArray: 0 is not Valid, else one more than the SequenceNumber. */
	uint8_t lock_sequences[SMB2_LOCK_SEQUENCES];
	struct durable *durable; /* durable.c's; NULL: nothing of the kind */
	uint32_t next_ea;        /* Open.NextEaEntry: so many have been told */
};

/* CREATE on a disk share: `req` is decoded. */
uint32_t srv_file_create(struct request *rq, const struct smb2_create_req *req);

/* ------------------------------------------------------- for the files named above -- */

extern const struct open_ops srv_file_ops;

static inline struct srv_file *srv_file_of(struct open *o)
{
	return (struct srv_file *)o;
}

/* The oplock, or the lease, that it has. */
static inline const struct caching *srv_file_caching(const struct srv_file *f)
{
	return f->lease != NULL ? &f->lease->caching : &f->oplock.caching;
}

/*
 * Whether its client may cache the handle itself (it has a batch oplock, or a lease with
 * that right), and need not let go just now: only then is an open durable, 3.3.5.9.6 and
 * 3.3.7.1.
 */
static inline bool srv_file_handle_cached(const struct srv_file *f)
{
	const struct caching *c = srv_file_caching(f);

	return (c->rights & FS_CACHE_HANDLE) != 0 &&
	       (!c->breaking || (c->to & FS_CACHE_HANDLE) != 0);
}

/* close.c: the job that an open needs for its end; NULL when memory is short. */
struct job *srv_file_closing_new(void);
void srv_file_closing_free(struct job *job);
/* Lets go of a file that has no open, in a job; takes both over. */
void srv_file_drop(struct server *server, struct job *closing, struct fs_file *file);

/*
 * job.c: a job on the file of an open, for a request that waits for it.  The first
 * member of one with more to carry; made by calloc().
 */
struct srv_file_job {
	struct job job;         /* first */
	struct fs_file *file;   /* a reference of its own */
	struct fs_id id;        /* the file's */
	uint32_t open_id;       /* GlobalFileId of the open */
	bool counts;            /* among srv_file.working */
	bool writes;            /* its data: who reads from his cache is told */
	uint32_t status;        /* what work() returned */
	struct fs_conflict met; /* of OPLOCK_BREAK_IN_PROGRESS: what is waited for */
	struct fs_owner owner;  /* whose caching it does not disturb: the file's */
	struct caching_waiter waiter;

	/* In the pool's thread.  NT_STATUS_PENDING: there is more to do, after others. */
	uint32_t (*work)(struct srv_file_job *job);
	/* In the engine's: the same without waiting, job.h; NULL: it always may wait. */
	bool (*try_work)(struct srv_file_job *job);
	/* In the engine's, while the request is still there; returns its final status. */
	uint32_t (*answer)(struct request *rq, struct srv_file_job *job);
	/* In the engine's, in any case: what the job carries; NULL: nothing. */
	void (*release)(struct srv_file_job *job);
};

/*
 * Fills in work() and the reference, pends the request and submits: NT_STATUS_PENDING. Else
 * the status to return; the job is freed.  A NULL job is NT_STATUS_NO_MEMORY.
 */
uint32_t srv_file_submit(struct request *rq, struct srv_file_job *job);

/*
 * The status of an answer with what was written, cut to what the client can take.  The
 * writer's buffer holds nothing else, and is released.
 */
struct srv_file_body {
	const struct wire_writer *written;
	size_t fixed; /* less than this can't be told at all */
	uint32_t max; /* OutputBufferLength */
};
uint32_t srv_file_reply_info(struct request *rq, const struct srv_file_body *body);

/* [MS-SMB2] 3.3.5.20.3: the client must come again with room for so many bytes. */
uint32_t srv_file_too_small(struct request *rq, uint32_t needed);

/* close.c: the last job has come back, and a CLOSE may wait for it. */
void srv_file_idle(struct srv_file *f);

uint32_t srv_file_close(struct request *rq, const struct smb2_close_req *req);
void srv_file_let_go(struct open *o, enum session_end_reason reason);
bool srv_file_keep(struct open *o);
void srv_file_end(struct open *o, enum session_end_reason reason);
void srv_file_free(struct open *o);
uint32_t srv_file_read(struct request *rq, const struct smb2_read_req *req);
uint32_t srv_file_write(struct request *rq, const struct smb2_write_req *req);
uint32_t srv_file_flush(struct request *rq);
uint32_t srv_file_lock(struct request *rq, const struct smb2_lock_req *req);
uint32_t srv_file_query(struct request *rq, const struct smb2_query_info_req *req);
uint32_t srv_file_set(struct request *rq, const struct smb2_set_info_req *req);
uint32_t srv_file_query_directory(struct request *rq,
				  const struct smb2_query_directory_req *req);

/* The parts of QUERY_INFO and SET_INFO that are no file's own. */
uint32_t srv_file_query_volume(struct request *rq, const struct smb2_query_info_req *req);
uint32_t srv_file_query_security(struct request *rq, const struct smb2_query_info_req *req);
uint32_t srv_file_set_security(struct request *rq, const struct smb2_set_info_req *req);
uint32_t srv_file_query_ea(struct request *rq, const struct smb2_query_info_req *req);
uint32_t srv_file_set_ea(struct request *rq, const struct smb2_set_info_req *req);

/* query.c: FileAttributes of a file, [MS-FSCC] 2.6. */
uint32_t srv_file_attributes(const struct fs_info *info);

/* create.c: what rights on the disk (FS_...) are to a client; others than files have, too.
 */
uint32_t srv_file_rights(unsigned had);

/* create.c: a CREATE while the disk is asked. */
struct create_job {
	struct job job; /* first */
	struct fs_open how;
	char *root, *path, *user; /* owned; how's */
	uint32_t access;          /* as mapped from DesiredAccess */
	bool has_stamp;           /* SMB2_CREATE_QUERY_MAXIMAL_ACCESS has a Timestamp */
	uint64_t stamp;
	unsigned contexts;     /* those that were asked: bits, contexts.c's */
	uint8_t oplock_wanted; /* RequestedOplockLevel */
	struct lease_request lease_wanted;
	struct lease *lease; /* that it got */
	struct durable_ask durable;
	struct security_descriptor *descriptor; /* owned; of what is created; NULL: none */
	struct buf eas;                         /* the same: a list, checked */
	uint32_t global_id;    /* reconnect.c's: of an open that there is already */
	struct srv_file *file; /* made, not open yet */
	struct fs_opened opened;
	uint32_t status;
	struct caching_waiter waiter; /* for who caches the file to let go */
};

void create_job_free(struct create_job *job);

/* created.c: job.done of a CREATE. */
void srv_file_created(struct server *server, struct job *job);

/* And the body of its response: of j what was asked, and opened.action and .info. */
void srv_file_reply_create(struct request *rq, const struct create_job *j,
			   const struct srv_file *f);

/*
 * reconnect.c: whether the CREATE asks for an open that there is already, to have it
 * back or to be told of it again.  True: *status is the handler's; if NT_STATUS_PENDING,
 * the job was taken over.
 */
bool srv_file_reopen(struct request *rq, const struct smb2_create_req *req,
		     struct create_job *j, uint32_t *status);

/*
 * The path of an open as NetrFileEnum shows it: the share's directory and, beneath it, the
 * path on the disk.
 */
NS_MUST_USE enum ns_err srv_file_path16(struct buf *out, const char *root,
					const char *path);

#endif
