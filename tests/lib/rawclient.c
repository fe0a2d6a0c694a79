/* SPDX-License-Identifier: MIT */
#include "lib/rawclient.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "security/seal.h"
#include "security/sign.h"
#include "server/limits.h"
#include "wire/nbss.h"
#include "wire/smb2_transform.h"

#define RAW_BUFFER_MAX (64u << 20)

/* ------------------------------------------------------------------- connections -- */

void raw_connect(struct rawclient *c, struct serverlab *lab, const char *address)
{
	static uint8_t clients;

	*c = (struct rawclient){.lab = lab, .ask = 1, .credits = 1};
	c->guid[0] = ++clients;
	buf_init(&c->msg, RAW_BUFFER_MAX);
	buf_init(&c->in, RAW_BUFFER_MAX);
	buf_init(&c->plain, RAW_BUFFER_MAX);
	buf_init(&c->sealed, RAW_BUFFER_MAX);
	preauth_init(&c->preauth);
	c->conn = serverlab_connect(lab, address);
	c->refused = c->conn == NULL;
}

void raw_disconnect(struct rawclient *c)
{
	if (c->conn != NULL) {
		server_conn_eof(c->conn);
		server_conn_free(c->conn);
		serverlab_turn(c->lab);
	}
	buf_release(&c->msg);
	buf_release(&c->in);
	buf_release(&c->plain);
	buf_release(&c->sealed);
	*c = (struct rawclient){0};
}

void raw_pump(struct rawclient *c)
{
	struct view out;

	if (c->conn == NULL)
		return;
	do {
		out = server_conn_output(c->conn);
		assert_int_equal(buf_append(&c->in, out), NS_OK);
		server_conn_sent(c->conn, out.n);
	} while (out.n > 0);
	if (!server_conn_over(c->conn))
		return;
	server_conn_free(c->conn);
	c->conn = NULL;
}

bool raw_dropped(const struct rawclient *c)
{
	return c->conn == NULL || server_conn_over(c->conn);
}

/* As the daemon's loop does. */
static void deliver(struct server_conn *conn, struct view bytes)
{
	while (bytes.n > 0) {
		size_t n;
		uint8_t *room = server_conn_room(conn, &n);

		if (room == NULL) {
			server_conn_recv(conn, bytes);
			return;
		}
		n = n < bytes.n ? n : bytes.n;
		memcpy(room, bytes.p, n);
		server_conn_filled(conn, n);
		bytes = view_slice(bytes, n, SIZE_MAX);
	}
}

void raw_bytes(struct rawclient *c, struct view bytes)
{
	size_t piece = c->piece > 0 ? c->piece : bytes.n + 1;

	assert_non_null(c->conn);
	server_turn(c->lab->server, c->lab->now);
	for (size_t at = 0; at < bytes.n; at += piece)
		deliver(c->conn, view_slice(bytes, at, piece));
	if (!c->lab->hold_jobs)
		serverlab_run_jobs(c->lab);
	raw_pump(c);
}

void raw_frame(struct rawclient *c, struct view message)
{
	struct buf frame;

	buf_init(&frame, RAW_BUFFER_MAX);
	assert_int_equal(nbss_put(&frame), NS_OK);
	assert_int_equal(buf_append(&frame, message), NS_OK);
	assert_int_equal(nbss_patch(&frame, 0), NS_OK);
	raw_bytes(c, buf_view(&frame));
	buf_release(&frame);
}

/* ------------------------------------------------------------------------- sending -- */

void raw_begin(struct rawclient *c)
{
	buf_clear(&c->msg);
	c->elements = 0;
	c->w = (struct wire_writer){0};
}

/* The header as the test wants it to be goes over the one written first. */
static void finish_header(struct rawclient *c)
{
	struct raw_element *e = &c->element[c->elements - 1];
	struct wire_writer w;
	struct buf bytes;

	buf_init(&bytes, SMB2_HDR_LEN);
	w = wire_writer_at_end(&bytes);
	smb2_hdr_encode(&w, &e->hdr);
	wire_patch_bytes(&c->w, 0, buf_view(&bytes));
	buf_release(&bytes);
}

struct wire_writer *raw_add(struct rawclient *c, struct raw_session *s, uint16_t command)
{
	struct raw_element *e = &c->element[c->elements];
	uint16_t charge = c->charge > 0 ? c->charge : c->agreed.dialect >= 0x0210 ? 1 : 0;

	assert_true(c->elements < RAW_ELEMENTS_MAX);
	if (c->elements > 0) {
		finish_header(c);
		smb2_hdr_patch_next(&c->w);
		assert_int_equal(wire_put_status(&c->w), NS_OK);
	}
	*e = (struct raw_element){.start = c->msg.n, .session = s};
	e->hdr = (struct smb2_hdr){
		.credit_charge = charge,
		.command = command,
		.credits = c->ask,
		.flags = c->related && c->elements > 0 ? SMB2_FLAGS_RELATED_OPERATIONS : 0,
		.tree_id = c->tree,
		.session_id = s != NULL ? s->id : 0,
	};
	if (command != SMB2_CANCEL) {
		e->hdr.message_id = c->next_id;
		c->next_id += charge > 0 ? charge : 1;
	}
	c->elements++;
	c->w = wire_writer_at_end(&c->msg);
	smb2_hdr_encode(&c->w, &e->hdr);
	return &c->w;
}

struct smb2_hdr *raw_hdr(struct rawclient *c)
{
	return &c->element[c->elements - 1].hdr;
}

/* NextCommand is written over by finish_header(): it comes from where the next one begins.
 */
static void link_elements(struct rawclient *c)
{
	for (size_t i = 0; i + 1 < c->elements; i++) {
		struct wire_writer w = {.out = &c->msg, .base = c->element[i].start};

		wire_patch32(&w, 20, c->element[i + 1].start - c->element[i].start);
		assert_int_equal(wire_put_status(&w), NS_OK);
	}
}

static void sign_elements(struct rawclient *c)
{
	for (size_t i = 0; i < c->elements; i++) {
		const struct raw_element *e = &c->element[i];
		size_t end = i + 1 < c->elements ? c->element[i + 1].start : c->msg.n;
		struct raw_session *s = e->session;

		if (s != NULL && s->has_keys && !s->unsigned_)
			assert_int_equal(
				smb_sign(&s->keys, &c->msg, e->start, end - e->start),
				NS_OK);
	}
}

static void remember(struct rawclient *c, struct raw_session *s)
{
	for (size_t i = 0; i < RAW_SESSIONS_MAX; i++) {
		if (c->sessions[i] == s)
			return;
		if (c->sessions[i] == NULL) {
			c->sessions[i] = s;
			s->client = c;
			return;
		}
	}
	fail_msg("too many sessions");
}

void raw_send(struct rawclient *c)
{
	struct raw_session *s = c->element[0].session;

	finish_header(c);
	assert_int_equal(wire_put_status(&c->w), NS_OK);
	link_elements(c);
	for (size_t i = 0; i < c->elements; i++)
		if (c->element[i].session != NULL)
			remember(c, c->element[i].session);
	if (s == NULL || !s->seal) {
		sign_elements(c);
		if (c->touch != NULL)
			c->touch(c, &c->msg);
		raw_frame(c, buf_view(&c->msg));
		return;
	}
	buf_clear(&c->sealed);
	assert_int_equal(smb_seal(&s->keys, &c->sealed, s->id, buf_view(&c->msg)), NS_OK);
	if (c->touch != NULL)
		c->touch(c, &c->sealed);
	raw_frame(c, buf_view(&c->sealed));
}

/* ----------------------------------------------------------------------- receiving -- */

static struct raw_session *session_by_id(const struct rawclient *c, uint64_t id)
{
	for (size_t i = 0; i < RAW_SESSIONS_MAX; i++)
		if (c->sessions[i] != NULL && c->sessions[i]->id == id)
			return c->sessions[i];
	return NULL;
}

/* Makes c->plain the next frame; false: there is none. */
static bool next_frame(struct rawclient *c)
{
	struct smb2_transform transform;
	struct view frame, sealed;
	struct raw_session *s;
	size_t total;

	if (nbss_frame(&frame, &total, buf_view(&c->in), NBSS_LEN_MAX) != NS_OK)
		return false;
	buf_clear(&c->plain);
	c->walk_sealed = smb2_frame_kind(frame) == SMB2_FRAME_SEALED;
	if (c->walk_sealed) {
		assert_int_equal(smb2_transform_decode(&transform, &sealed, frame), NS_OK);
		s = session_by_id(c, transform.session_id);
		assert_non_null(s);
		assert_int_equal(smb_open(&s->keys, &c->plain, frame), NS_OK);
	} else {
		assert_int_equal(buf_append(&c->plain, frame), NS_OK);
	}
	buf_consume(&c->in, total);
	c->walk = smb2_chain_of(buf_view(&c->plain));
	c->frames++;
	return true;
}

/*
 * The answer that completes a SESSION_SETUP is signed by keys that come of it: who waits
 * for it verifies it.
 */
static bool completes_setup(const struct smb2_hdr *hdr)
{
	return hdr->command == SMB2_SESSION_SETUP && hdr->status == NT_STATUS_SUCCESS;
}

bool raw_next(struct rawclient *c, struct raw_reply *r)
{
	struct raw_session *s;

	raw_pump(c);
	*r = (struct raw_reply){0};
	while (!smb2_chain_next(&c->walk, &r->msg)) {
		assert_int_equal(c->walk.err, NS_OK);
		if (!next_frame(c))
			return false;
	}
	assert_int_equal(smb2_hdr_decode(&r->hdr, r->msg), NS_OK);
	assert_true(r->hdr.flags & SMB2_FLAGS_SERVER_TO_REDIR);
	r->frame = c->frames;
	r->sealed = c->walk_sealed;
	c->credits += r->hdr.credits;
	s = session_by_id(c, r->hdr.session_id);
	if ((r->hdr.flags & SMB2_FLAGS_SIGNED) != 0 && s != NULL && s->has_keys &&
	    !completes_setup(&r->hdr)) {
		r->is_signed = smb_verify(&s->keys, r->msg) == NS_OK;
		/* Without keys the server can do no more than send our signature back. */
		if (!r->is_signed)
			assert_int_equal(r->hdr.status, NT_STATUS_USER_SESSION_DELETED);
	}
	r->verified = r->sealed || r->is_signed;
	return true;
}

void raw_expect(struct rawclient *c, struct raw_reply *r, uint16_t command, uint32_t status)
{
	if (!raw_next(c, r))
		fail_msg("no response to command %u", command);
	assert_int_equal(r->hdr.command, command);
	if (r->hdr.status != status)
		fail_msg("%s instead of %s", ntstatus_name(r->hdr.status),
			 ntstatus_name(status));
}

void raw_expect_nothing(struct rawclient *c)
{
	struct raw_reply r;

	if (raw_next(c, &r))
		fail_msg("a response to command %u: %s", r.hdr.command,
			 ntstatus_name(r.hdr.status));
}
