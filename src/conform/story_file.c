/* SPDX-License-Identifier: MIT */
/* What becomes of open files: that of the one who was ended, and his neighbour's. */
#include <stdio.h>

#include "base/ntstatus.h"
#include "base/utf16.h"
#include "conform/story.h"
#include "wire/smb2_close.h"
#include "wire/smb2_create.h"
#include "wire/smb2_read.h"
#include "wire/smb2_write.h"

/* "netsess-conform-", eight digits that no other run has, and whose it is. */
#define NAME_MAX_CHARS 40u

static const char content[] = "what user2 has written";

struct file {
	struct peer *peer;
	struct peer_session *session;
	uint32_t tree;
	char name[NAME_MAX_CHARS];
	struct smb2_file_id id;
};

/* ------------------------------------------------------------------------- requests -- */

/* NS_ESTATUS for any status but success. */
static enum ns_err ask(const struct file *f, struct peer_reply *reply, uint32_t *status)
{
	enum ns_err err = peer_ask(f->peer, reply);

	*status = err == NS_OK ? reply->hdr.status : 0;
	if (err == NS_OK && *status != NT_STATUS_SUCCESS)
		err = NS_ESTATUS;
	return err;
}

/* For itself alone; what is made goes when it closes, however that comes about. */
static enum ns_err create(struct file *f, const char *name, uint32_t disposition,
			  uint32_t *status)
{
	struct smb2_create_req req = {
		.oplock_level = SMB2_OPLOCK_LEVEL_NONE,
		.impersonation_level = SMB2_IMPERSONATION_IMPERSONATION,
		.desired_access = FILE_READ_DATA | FILE_WRITE_DATA | ACCESS_DELETE,
		.disposition = disposition,
		.options = FILE_NON_DIRECTORY_FILE | FILE_DELETE_ON_CLOSE,
	};
	struct smb2_create_rsp rsp;
	struct peer_reply reply;
	struct buf name16;
	enum ns_err err;

	*status = 0;
	buf_init(&name16, 2 * NAME_MAX_CHARS);
	err = utf16_from_utf8(&name16, view_of_string(name));
	if (err == NS_OK) {
		req.name = buf_view(&name16);
		smb2_create_req_encode(
			peer_begin(f->peer, f->session, f->tree, SMB2_CREATE), &req);
		err = ask(f, &reply, status);
	}
	buf_release(&name16);
	if (err == NS_OK)
		err = smb2_create_rsp_decode(&rsp, reply.msg);
	if (err == NS_OK)
		f->id = rsp.file_id;
	return err;
}

static enum ns_err write_content(const struct file *f, uint32_t *status)
{
	const struct smb2_write_req req = {.data = view_of_string(content),
					   .file_id = f->id};
	struct peer_reply reply;

	smb2_write_req_encode(peer_begin(f->peer, f->session, f->tree, SMB2_WRITE), &req);
	return ask(f, &reply, status);
}

/* NS_EFORMAT: something else is in it. */
static enum ns_err read_content(const struct file *f, uint32_t *status)
{
	const struct smb2_read_req req = {.length = 1024, .file_id = f->id};
	struct smb2_read_rsp rsp;
	struct peer_reply reply;
	enum ns_err err;

	smb2_read_req_encode(peer_begin(f->peer, f->session, f->tree, SMB2_READ), &req);
	err = ask(f, &reply, status);
	if (err == NS_OK)
		err = smb2_read_rsp_decode(&rsp, reply.msg);
	if (err == NS_OK && !view_equal(rsp.data, view_of_string(content)))
		err = NS_EFORMAT;
	return err;
}

static enum ns_err close_it(const struct file *f, uint32_t *status)
{
	const struct smb2_close_req req = {.file_id = f->id};
	struct peer_reply reply;

	smb2_close_req_encode(peer_begin(f->peer, f->session, f->tree, SMB2_CLOSE), &req);
	return ask(f, &reply, status);
}

/* --------------------------------------------------------------------------- the story --
 */

static const char *text(enum ns_err err, uint32_t status)
{
	return status != 0 ? ntstatus_name(status) : ns_err_text(err);
}

/* A share may be for reading alone: nothing can be said then. */
static bool may_not(uint32_t status)
{
	return status == NT_STATUS_ACCESS_DENIED ||
	       status == NT_STATUS_MEDIA_WRITE_PROTECTED;
}

/* A new file of this workstation, with its content. */
static bool make(struct file *f, struct scene *s, enum station_id id, struct outcome *o)
{
	struct station *st = &s->at[id];
	const uint8_t *unique = st->peer->guid;
	uint32_t status = 0;
	enum ns_err err;

	*f = (struct file){.peer = st->peer, .session = &st->session};
	(void)snprintf(f->name, sizeof(f->name), "netsess-conform-%02x%02x%02x%02x-%u",
		       unique[0], unique[1], unique[2], unique[3], (unsigned)id);
	err = peer_tree(f->peer, f->session, s->options->share, &f->tree, &status);
	if (err == NS_OK)
		err = create(f, f->name, FILE_CREATE, &status);
	if (err == NS_OK)
		err = write_content(f, &status);
	if (err == NS_OK)
		return true;
	if (err == NS_ESTATUS && may_not(status))
		outcome_skip(o, "%s may not make a file on %s", station_name(id),
			     s->options->share);
	else
		outcome_fail(o, "%s can't make a file: %s", station_name(id),
			     text(err, status));
	return false;
}

/* Whether there is nothing of this name any more; a server that is late gets its time. */
static bool is_gone(const struct file *asker, const char *name, uint32_t *status)
{
	struct file f = *asker;
	enum ns_err err;

	for (unsigned ms = 0; ms < NOTICE_MS; ms += NOTICE_STEP_MS) {
		err = create(&f, name, FILE_OPEN, status);
		if (err != NS_ESTATUS || *status == NT_STATUS_OBJECT_NAME_NOT_FOUND)
			break;
		line_pause(NOTICE_STEP_MS);
	}
	return *status == NT_STATUS_OBJECT_NAME_NOT_FOUND;
}

static void look(const struct file *own, const struct file *others, struct outcome *o)
{
	uint32_t status;
	enum ns_err err = read_content(own, &status);

	outcome_got(o, "%s", err == NS_OK ? "reads on" : text(err, status));
	if (err != NS_OK) {
		outcome_fail(o, "user2's open file: %s", text(err, status));
		return;
	}
	if (!is_gone(own, others->name, &status)) {
		outcome_fail(o, "user1's file is still open: %s", text(NS_OK, status));
		return;
	}
	err = close_it(own, &status);
	if (err != NS_OK)
		outcome_fail(o, "CLOSE of user2's file: %s", text(err, status));
}

/*
 * Two on one connection, each with a file that nobody else may open.  One is ended: the
 * other's is open and as it was, and the first one's has been closed, for it was to be
 * deleted then.
 */
void story_file(struct scene *s, const struct story *c, struct outcome *o)
{
	struct file own, others;

	if (!story_set_neighbours(s, c, o) || !make(&others, s, STATION_A1, o) ||
	    !make(&own, s, STATION_N2, o))
		return;
	if (!story_end_a1(s, o))
		return;
	(void)story_settle(s, o);
	look(&own, &others, o);
}
