/* SPDX-License-Identifier: MIT */
/*
 * THE command table: all that must hold before a command's handler may run, and the
 * handlers.  Only dispatch() looks at the table; a handler never asks "is there a
 * session?".
 *
 * The order of checks is that of [MS-SMB2] 3.3.5.2: negotiated? signature or seal, session,
 * tree, encryption where the tree asks for it, the body's StructureSize, credit charge for
 * the payload, open.
 */
#ifndef SERVER_DISPATCH_H
#define SERVER_DISPATCH_H

#include "server/request.h"
#include "wire/smb2_ioctl.h"

typedef uint32_t srv_handler(struct request *rq);

/* Whether a command needs a session, 3.3.5.2.9. */
enum session_need {
	NEED_NONE,  /* NEGOTIATE; SESSION_SETUP, which finds and verifies its own */
	NEED_ECHO,  /* 3.3.5.17: verified if the request is signed or names a session */
	NEED_ANY,   /* needs one, in whatever state: LOGOFF, CLOSE, LOCK */
	NEED_VALID, /* needs one, signed in and not expired */
};

struct command {
	const char *name;
	uint16_t body; /* StructureSize of the request; 0: the handler looks */
	enum session_need need;
	bool tree;        /* needs a tree connect, 3.3.5.2.11 */
	uint8_t file_at;  /* where in the body its FileId is; 0: it has none */
	bool file_any;    /* it may mean no open: the handler decides (IOCTL) */
	bool interim;     /* may be answered by an interim response, 3.3.4.2 */
	srv_handler *run; /* NULL: STATUS_NOT_SUPPORTED */
};

/* NULL for a code that is no command. */
const struct command *srv_command(uint16_t code);

/*
 * Runs one element.  Returns the status of its response, or NT_STATUS_PENDING.  An element
 * that asks for the connection's end drops it; then nothing is answered.
 */
uint32_t srv_dispatch(struct request *rq);

/* ------------------------------------------- the handlers, each in the file named so -- */

srv_handler on_negotiate;       /* on_negotiate.c */
srv_handler on_session_setup;   /* on_session_setup.c */
srv_handler on_logoff;          /* on_logoff.c */
srv_handler on_tree_connect;    /* on_tree.c */
srv_handler on_tree_disconnect; /* on_tree.c */
srv_handler on_create;          /* on_create.c */
srv_handler on_close;           /* on_close.c */
srv_handler on_flush;           /* on_flush.c */
srv_handler on_read;            /* on_rw.c */
srv_handler on_write;           /* on_rw.c */
srv_handler on_lock;            /* on_lock.c */
srv_handler on_ioctl;           /* on_ioctl.c */
srv_handler on_echo;            /* on_echo.c */
srv_handler on_oplock_break;    /* on_oplock_break.c */
srv_handler on_change_notify;   /* on_change_notify.c */
srv_handler on_query_directory; /* on_query_directory.c */
srv_handler on_query_info;      /* on_query_info.c */
srv_handler on_set_info;        /* on_set_info.c */

/* CANCEL has no response: on_cancel.c. */
void on_cancel(struct request *rq);

/*
 * IOCTL: on_ioctl.c has a table of control codes and decodes the request; these take it
 * from there.  rq->open is there for all that need one, and is what the table says.
 */
typedef uint32_t srv_fsctl(struct request *rq, const struct smb2_ioctl_req *req);

/* The body of their answer. */
void srv_ioctl_reply(struct request *rq, uint32_t ctl_code, struct view output);

srv_fsctl on_fsctl_validate_negotiate; /* on_ioctl_conn.c */
srv_fsctl on_fsctl_interfaces;         /* on_ioctl_conn.c */
srv_fsctl on_fsctl_pipe_transceive;    /* on_ioctl_pipe.c */
srv_fsctl on_fsctl_pipe_wait;          /* on_ioctl_pipe.c; no open */
srv_fsctl on_fsctl_pipe_peek;          /* on_ioctl_pipe.c */
srv_fsctl on_fsctl_resume_key;         /* ioctl_copy.c */
srv_fsctl on_fsctl_copychunk;          /* ioctl_copy.c */
srv_fsctl on_fsctl_get_compression;    /* ioctl.c */
srv_fsctl on_fsctl_set_compression;    /* ioctl.c */
srv_fsctl on_fsctl_object_id;          /* ioctl.c */
srv_fsctl on_fsctl_set_sparse;         /* ioctl_ranges.c */
srv_fsctl on_fsctl_zero_data;          /* ioctl_ranges.c */
srv_fsctl on_fsctl_ranges;             /* ioctl_ranges.c */
srv_fsctl on_fsctl_duplicate;          /* ioctl_ranges.c */

#endif
