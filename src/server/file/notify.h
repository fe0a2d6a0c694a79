/* SPDX-License-Identifier: MIT */
/*
 * CHANGE_NOTIFY, [MS-SMB2] 3.3.5.19 and [MS-FSA] 2.1.5.11: what an open directory keeps
 * between its requests, and the requests that wait.
 *
 * The first request on an open says what it is about, for as long as the open lives: which
 * changes, whether of the whole tree, and how much may be kept of what nobody has asked
 * for yet.  What does not fit is forgotten, and the next request is told to look for itself
 * (STATUS_NOTIFY_ENUM_DIR).
 *
 * The changes come from fs/fs_watch.h: by the end of whichever job they come to be known
 * in, before that job's own answer.
 */
#ifndef SERVER_FILE_NOTIFY_H
#define SERVER_FILE_NOTIFY_H

#include <stdint.h>

struct notify; /* of an open */
struct request;
struct server;
struct smb2_change_notify_req;
struct srv_file;

/* For open_ops.change_notify. */
uint32_t srv_file_change_notify(struct request *rq,
				const struct smb2_change_notify_req *req);

/* The open ends, and its requests have been answered; without one, nothing happens. */
void notify_end(struct srv_file *f);

/* A job is back: whoever has news gets them. */
void notify_collect(struct server *server);

#endif
