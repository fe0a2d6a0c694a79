/* SPDX-License-Identifier: MIT */
#include "client/conn_recv.h"

#include "base/ntstatus.h"
#include "security/seal.h"
#include "security/sign.h"
#include "wire/nbss.h"
#include "wire/smb2_notification.h"
#include "wire/smb2_transform.h"

typedef enum ns_err on_answer(struct conn *c, const struct answer *a);

static enum ns_err on_nothing(struct conn *c, const struct answer *a)
{
	(void)c;
	(void)a;
	return NS_OK;
}

/*
 * Who takes the answer, and whether it may come without protection: before there are keys
 * (SESSION_SETUP's function verifies its own, for it first has to derive them).
 */
static const struct {
	on_answer *take;
	bool early;
} steps[STEPS] = {
	[STEP_NEGOTIATE] = {conn_on_negotiate, true},
	[STEP_SESSION_SETUP] = {conn_on_setup, true},
	[STEP_TREE] = {pipe_on_tree, false},
	[STEP_VALIDATE] = {conn_on_validate, false},
	[STEP_CREATE] = {pipe_on_create, false},
	[STEP_BIND] = {pipe_on_data, false},
	[STEP_WRITE] = {pipe_on_write, false},
	[STEP_CALL] = {pipe_on_data, false},
	[STEP_READ] = {pipe_on_data, false},
	[STEP_CLOSE] = {on_nothing, false},
	[STEP_LOGOFF] = {on_nothing, false},
};

/*
 * Statuses that a server which has lost our session cannot sign; some send our own
 * signature back.  Unproven they are no more than a reason to sign in again.
 */
static bool says_session_lost(uint32_t status)
{
	return status == NT_STATUS_USER_SESSION_DELETED ||
	       status == NT_STATUS_NETWORK_NAME_DELETED ||
	       status == NT_STATUS_NETWORK_SESSION_EXPIRED;
}

/* 3.2.5.1.3, for what came in the clear. */
static enum ns_err check_plain(struct conn *c, const struct request *r,
			       const struct answer *a)
{
	bool is_signed = !r->sealed && (a->hdr.flags & SMB2_FLAGS_SIGNED) != 0;
	enum ns_err err = NS_ESIGNATURE;

	if (steps[r->step].early || !c->session.protect)
		return NS_OK;
	if (is_signed)
		err = smb_verify(&c->session.keys, a->msg);
	if (err == NS_OK)
		return NS_OK;
	if (says_session_lost(a->hdr.status))
		return conn_note(c, NS_EENDED, a->hdr.status, NULL);
	if (is_signed)
		return err;
	return conn_note(c, NS_ESIGNATURE, a->hdr.status,
			 r->sealed ? "the server answered in the clear what we had sealed"
				   : "the server did not sign an answer");
}

/*
 * 3.2.5.1.5.  An interim response need not be signed; all it can do is to make us wait and
 * to grant credits.
 */
static enum ns_err take_interim(struct conn *c, struct request *r,
				const struct smb2_hdr *hdr)
{
	if ((hdr->flags & SMB2_FLAGS_ASYNC_COMMAND) == 0 || hdr->async_id == 0)
		return NS_EFORMAT;
	if (r->async_id != 0 && r->async_id != hdr->async_id)
		return NS_EUNEXPECTED;
	if (++r->interims > INTERIMS_MAX)
		return NS_ELIMIT;
	r->async_id = hdr->async_id;
	requests_grant(&c->requests, hdr->credits);
	return NS_OK;
}

/*
 * What comes unasked: oplock breaks (we hold none) and the server's word that it ended our
 * session, 3.2.5.20, which counts only if it can prove who it is.
 */
static enum ns_err take_notice(struct conn *c, const struct answer *a, bool sealed)
{
	struct smb2_notification notification;
	enum ns_err err;

	if (++c->notices > CONN_NOTICES_MAX)
		return NS_ELIMIT;
	if (a->hdr.command == SMB2_OPLOCK_BREAK)
		return NS_OK;
	if (a->hdr.command != SMB2_NOTIFICATION)
		return NS_EUNEXPECTED;
	if (!c->session.protect || a->hdr.session_id != c->session.id)
		return NS_OK;
	if (!sealed && smb_verify(&c->session.keys, a->msg) != NS_OK)
		return NS_OK;
	err = smb2_notification_decode(&notification, a->msg);
	if (err != NS_OK || notification.type != SMB2_NOTIFY_SESSION_CLOSED)
		return err;
	return conn_note(c, NS_EENDED, NT_STATUS_USER_SESSION_DELETED, NULL);
}

/* A step that had failed in company succeeded alone: the server takes no compounds. */
static void settle_doubt(struct conn *c, const struct answer *a)
{
	if (c->doubt && a->request.step == c->doubted && !a->request.compound &&
	    a->hdr.status == NT_STATUS_SUCCESS)
		c->no_compound = true;
}

/* The final answer to `r`. */
static enum ns_err take_final(struct conn *c, struct request *r, struct answer *a)
{
	if ((a->hdr.flags & SMB2_FLAGS_ASYNC_COMMAND) != 0 && r->async_id != 0 &&
	    r->async_id != a->hdr.async_id)
		return NS_EUNEXPECTED;
	requests_grant(&c->requests, a->hdr.credits);
	c->answered = true;
	a->request = *r;
	requests_remove(&c->requests, r);
	settle_doubt(c, a);
	return steps[a->request.step].take(c, a);
}

static enum ns_err take_answer(struct conn *c, struct answer *a, bool sealed)
{
	struct request *r;
	enum ns_err err;

	err = smb2_hdr_decode(&a->hdr, a->msg);
	if (err != NS_OK)
		return err;
	if ((a->hdr.flags & SMB2_FLAGS_SERVER_TO_REDIR) == 0)
		return NS_EUNEXPECTED;
	if (a->hdr.message_id == SMB2_MESSAGE_ID_UNSOLICITED ||
	    a->hdr.command == SMB2_NOTIFICATION)
		return take_notice(c, a, sealed);
	r = requests_find(&c->requests, a->hdr.message_id);
	if (r == NULL || r->command != a->hdr.command)
		return NS_EUNEXPECTED;
	if (sealed && a->hdr.session_id != c->session.id)
		return NS_EUNEXPECTED;
	if (a->hdr.status == NT_STATUS_PENDING)
		return take_interim(c, r, &a->hdr);
	err = sealed ? NS_OK : check_plain(c, r, a);
	return err == NS_OK ? take_final(c, r, a) : err;
}

static enum ns_err take_chain(struct conn *c, struct view message, bool sealed)
{
	struct smb2_chain chain = smb2_chain_of(message);
	struct answer a = {.frame = message};

	while (smb2_chain_next(&chain, &a.msg)) {
		enum ns_err err = take_answer(c, &a, sealed);

		if (err != NS_OK)
			return err;
	}
	return chain.err;
}

/* 3.2.5.1.1.1 */
static enum ns_err take_sealed(struct conn *c, struct view frame)
{
	struct smb2_transform transform;
	struct view sealed;
	enum ns_err err;

	err = smb2_transform_decode(&transform, &sealed, frame);
	if (err != NS_OK)
		return err;
	if (!c->session.valid || transform.session_id != c->session.id ||
	    c->session.keys.cipher == 0)
		return NS_EUNEXPECTED;
	buf_clear(&c->plain);
	err = smb_open(&c->session.keys, &c->plain, frame);
	if (err != NS_OK)
		return err;
	if (smb2_frame_kind(buf_view(&c->plain)) != SMB2_FRAME_PLAIN)
		return NS_EFORMAT;
	return take_chain(c, buf_view(&c->plain), true);
}

static enum ns_err take_frame(struct conn *c, struct view frame)
{
	switch (smb2_frame_kind(frame)) {
	case SMB2_FRAME_PLAIN:
		return take_chain(c, frame, false);
	case SMB2_FRAME_SEALED:
		return take_sealed(c, frame);
	case SMB2_FRAME_COMPRESSED: /* never negotiated */
		return NS_EUNEXPECTED;
	default:
		return NS_EFORMAT;
	}
}

/* A frame is worked off as a whole before we answer it. */
static void take_whole(struct conn *c, struct view frame)
{
	enum ns_err err = take_frame(c, frame);

	if (err != NS_OK)
		conn_fail(c, err);
	else
		conn_flow(c);
}

static size_t message_max(const struct conn *c)
{
	return c->session.valid ? CONN_MESSAGE_MAX : CONN_EARLY_MESSAGE_MAX;
}

/* Adds to c->in what its frame still lacks, and works the frame off once it is whole. */
static enum ns_err take_rest(struct conn *c, struct view *bytes, size_t total)
{
	struct view part = view_slice(*bytes, 0, total - c->in.n);
	struct view frame;
	enum ns_err err;

	err = buf_append(&c->in, part);
	if (err != NS_OK)
		return err;
	*bytes = view_slice(*bytes, part.n, SIZE_MAX);
	err = nbss_frame(&frame, &total, buf_view(&c->in), message_max(c));
	if (err != NS_OK)
		return err;
	take_whole(c, frame);
	buf_clear(&c->in);
	return NS_OK;
}

/* A frame that is whole in `bytes` is worked off where it lies. */
static enum ns_err take_next(struct conn *c, struct view *bytes)
{
	struct view frame;
	size_t total;
	enum ns_err err;

	if (c->in.n > 0) {
		err = nbss_frame(&frame, &total, buf_view(&c->in), message_max(c));
		return err == NS_AGAIN ? take_rest(c, bytes, total) : err;
	}
	err = nbss_frame(&frame, &total, *bytes, message_max(c));
	if (err == NS_AGAIN) {
		err = buf_append(&c->in, *bytes);
		*bytes = (struct view){0};
	}
	if (err != NS_OK || bytes->n == 0)
		return err;
	take_whole(c, frame);
	*bytes = view_slice(*bytes, total, SIZE_MAX);
	return NS_OK;
}

void conn_take(struct conn *c, struct view bytes)
{
	while (bytes.n > 0 && c->err == NS_OK && !c->left) {
		enum ns_err err = take_next(c, &bytes);

		if (err != NS_OK && err != NS_AGAIN)
			conn_fail(c, err);
	}
}
