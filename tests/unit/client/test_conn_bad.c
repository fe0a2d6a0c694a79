/* SPDX-License-Identifier: MIT */
/*
 * Servers whose bytes are cut, changed, late or missing.  Whatever they do, a call ends
 * with an error that fits (or goes on waiting, where nothing came), the link says whether
 * it is still good, and the sanitizers see nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "unit/client/conn_rig.h"
#include "wire/nbss.h"

/* Frames of a whole first call in 3.0.2: NEGOTIATE, SESSION_SETUP twice, compound, answer.
 */
#define FIRST_CALL_FRAMES 5

static bool well_ended(enum ns_err err, bool alive)
{
	enum ns_err_class class = ns_err_class(err);

	if (class == NS_CLASS_PEER || class == NS_CLASS_ENVIRONMENT)
		return !alive;
	return err == NS_OK || err == NS_AGAIN || class == NS_CLASS_REFUSED;
}

/* ------------------------------------------------------------- where and how it ends -- */

static void closed_after_every_byte(void **state)
{
	static const bool sealed[] = {false, true};

	(void)state;
	for (size_t s = 0; s < 2; s++) {
		for (size_t most = 0;; most++) {
			struct smbpeer_config server = {.reply = 10,
							.encrypt_session = sealed[s]};
			struct buf reply = {0};
			enum ns_err err;
			struct rig r;

			rig_init(&r, NULL, &server);
			r.most = most;
			err = rig_call(&r, 8);
			if (err == NS_OK) {
				rig_release(&r);
				break;
			}
			assert_int_equal(err, NS_AGAIN);
			link_eof(r.link);
			assert_int_equal(link_poll(r.link, &reply), NS_ECLOSED);
			assert_false(link_alive(r.link));
			rig_release(&r);
		}
	}
}

static void closed_between_calls(void **state)
{
	struct buf reply = {0};
	struct rig r;

	(void)state;
	rig_init(&r, NULL, NULL);
	rig_expect(&r, NS_OK, true);
	link_eof(r.link);
	assert_false(link_alive(r.link));
	assert_int_equal(link_poll(r.link, &reply), NS_ECLOSED);
	assert_int_equal(rig_call(&r, 8), NS_ECLOSED);
	link_cancel(r.link);
	link_leave(r.link);
	assert_int_equal(link_output(r.link).n, 0);
	rig_release(&r);
}

static void one_byte_at_a_time(void **state)
{
	struct smbpeer_config server = {.reply = 20000, .encrypt_session = true};
	struct rig r;

	(void)state;
	rig_init(&r, NULL, &server);
	r.chunk = 1;
	rig_expect(&r, NS_OK, true);
	rig_release(&r);
	rig_init(&r, NULL, &server);
	r.chunk = 7;
	rig_expect(&r, NS_OK, true);
	rig_release(&r);
}

static void silence_leaves_us_waiting(void **state)
{
	struct smbpeer_config server = {.silent = true};
	struct buf reply = {0};
	struct rig r;

	(void)state;
	rig_init(&r, NULL, &server);
	rig_expect(&r, NS_AGAIN, true);
	assert_int_equal(link_poll(r.link, &reply), NS_AGAIN);
	rig_release(&r);
}

/* --------------------------------------------------- answers that are cut or changed -- */

struct change {
	unsigned frame; /* which frame of the peer's */
	size_t at;      /* which byte of its message */
	size_t n;       /* how many bytes */
	uint8_t value;
	bool cut;      /* instead: the message ends there */
	bool past_end; /* set when the message was shorter */
};

/* Changes the message before it is signed: such a server means what it says. */
static void change_element(struct smbpeer *p, enum smbpeer_when when, uint16_t command,
			   struct buf *b, size_t at)
{
	struct change *c = p->cfg.arg;

	(void)command;
	(void)at;
	if (when != SMBPEER_ELEMENT || p->frames != c->frame)
		return;
	/* Of a compound the last element sees the whole message. */
	c->past_end = c->at >= b->n;
	if (c->past_end)
		return;
	if (c->cut) {
		b->n = c->at;
		return;
	}
	for (size_t i = 0; i < c->n && c->at + i < b->n; i++)
		b->p[c->at + i] = c->value;
}

/* All messages, every place, one way of changing them. */
static void change_everything(size_t step, size_t n, uint8_t value)
{
	static const uint16_t dialects[] = {0x0302, 0x0311};

	for (size_t d = 0; d < 2; d++) {
		for (unsigned frame = 0; frame < FIRST_CALL_FRAMES; frame++) {
			struct change change = {.frame = frame, .n = n, .value = value};

			for (; !change.past_end; change.at += step) {
				struct smbpeer_config server = {
					.dialect = dialects[d],
					.reply = 10,
					.twist = change_element,
					.arg = &change,
				};
				enum ns_err err;
				struct rig r;

				rig_init(&r, NULL, &server);
				err = rig_call(&r, 8);
				assert_true(well_ended(err, link_alive(r.link)));
				rig_release(&r);
			}
		}
	}
}

static void every_byte_changed(void **state)
{
	(void)state;
	change_everything(1, 1, 0xff);
	change_everything(1, 1, 0x00);
	change_everything(1, 1, 0x41);
}

/* 4 GiB, 64 KiB or more than all there is, in whatever field counts bytes or things. */
static void every_length_enormous(void **state)
{
	(void)state;
	change_everything(2, 4, 0xff);
	change_everything(2, 2, 0xff);
	change_everything(4, 4, 0x7f);
	change_everything(4, 8, 0xff);
}

/* Cuts the frame of an unprotected answer, length and all, behind every byte. */
static void cut_frame(struct smbpeer *p, enum smbpeer_when when, uint16_t command,
		      struct buf *b, size_t at)
{
	struct change *c = p->cfg.arg;

	(void)command;
	if (when != SMBPEER_FRAME || p->frames - 1 != c->frame)
		return;
	c->past_end = c->at >= b->n - at - NBSS_HDR_LEN;
	if (c->past_end)
		return;
	b->n = at + NBSS_HDR_LEN + c->at;
	assert_int_equal(nbss_patch(b, at), NS_OK);
}

static void every_message_cut(void **state)
{
	static const bool sealed[] = {false, true};

	(void)state;
	for (size_t s = 0; s < 2; s++) {
		for (unsigned frame = 0; frame < FIRST_CALL_FRAMES; frame++) {
			struct change change = {.frame = frame};

			for (;; change.at++) {
				struct smbpeer_config server = {
					.dialect = 0x0302,
					.reply = 10,
					.encrypt_session = sealed[s],
					.twist = cut_frame,
					.arg = &change,
				};
				enum ns_err err = rig_once(NULL, &server);

				if (change.past_end)
					break;
				/* What is missing may be the token's last byte. */
				assert_true(ns_err_class(err) == NS_CLASS_PEER ||
					    err == NS_EAUTH);
			}
		}
	}
}

/* --------------------------------------------------------------------------- frames -- */

/* What comes of these bytes as the server's first. */
static enum ns_err first_bytes(const void *bytes, size_t n)
{
	struct smbpeer_config server = {.silent = true};
	struct buf reply = {0};
	struct rig r;
	enum ns_err err;

	rig_init(&r, NULL, &server);
	assert_int_equal(rig_call(&r, 8), NS_AGAIN);
	link_recv(r.link, view_of(bytes, n), 0);
	err = link_poll(r.link, &reply);
	assert_int_equal(link_alive(r.link), err == NS_AGAIN);
	rig_release(&r);
	return err;
}

static void frames_that_are_none(void **state)
{
	(void)state;
	assert_int_equal(first_bytes("\x00\x00\x00\x00", 4), NS_EFORMAT);
	assert_int_equal(first_bytes("\x82\x00\x00\x00", 4), NS_EFORMAT);
	assert_int_equal(first_bytes("HTTP/1.1 400", 12), NS_EFORMAT);
	/* Too long is told from the length, before anything is kept. */
	assert_int_equal(first_bytes("\x00\xff\xff\xff", 4), NS_ELIMIT);
	assert_int_equal(first_bytes("\x00\x02\x00\x01", 4), NS_ELIMIT);
	assert_int_equal(first_bytes("\x00\x02\x00\x00", 4), NS_AGAIN);
	assert_int_equal(first_bytes("\x00\x00\x00\x05\xff\x53\x4d\x42\x72", 9),
			 NS_EFORMAT);
	assert_int_equal(first_bytes("\x00\x00\x00\x04\xfe\x53\x4d\x42", 8), NS_ETRUNC);
	/* Compressed, and sealed before there are keys. */
	assert_int_equal(
		first_bytes("\x00\x00\x00\x08\xfc\x53\x4d\x42\x00\x00\x00\x01", 12),
		NS_EUNEXPECTED);
	assert_int_equal(
		first_bytes("\x00\x00\x00\x08\xfd\x53\x4d\x42\x00\x00\x00\x01", 12),
		NS_ETRUNC);
}

/* A frame this long may come once we are signed in, and no longer one. */
static void the_longest_message(void **state)
{
	static const uint8_t longest[] = {0x00, 0x81, 0x00, 0x00};
	static const uint8_t too_long[] = {0x00, 0x81, 0x00, 0x01};
	struct rig r;

	(void)state;
	rig_init(&r, NULL, NULL);
	rig_expect(&r, NS_OK, true);
	link_recv(r.link, view_of(longest, 4), 0);
	assert_true(link_alive(r.link));
	rig_release(&r);
	rig_init(&r, NULL, NULL);
	rig_expect(&r, NS_OK, true);
	link_recv(r.link, view_of(too_long, 4), 0);
	assert_false(link_alive(r.link));
	rig_release(&r);
}

/* arg: the NextCommand that the first element of the compound gets. */
static void change_next(struct smbpeer *p, enum smbpeer_when when, uint16_t command,
			struct buf *b, size_t at)
{
	struct wire_writer w = {.out = b, .base = 0};

	(void)at;
	if (when == SMBPEER_ELEMENT && command == SMB2_IOCTL && b->n > 200)
		wire_patch32(&w, 20, *(uint32_t *)p->cfg.arg);
}

static void compounds_that_go_nowhere(void **state)
{
	static uint32_t nexts[] = {1,       4,        8,          56,        63,
				   65,      72,       84,         127,       1024,
				   0x10000, 1u << 31, 0xfffffff8, 0xffffffff};

	(void)state;
	for (size_t i = 0; i < sizeof(nexts) / sizeof(nexts[0]); i++) {
		struct smbpeer_config server = {.twist = change_next, .arg = &nexts[i]};
		enum ns_err err = rig_once(NULL, &server);

		assert_int_equal(ns_err_class(err), NS_CLASS_PEER);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(closed_after_every_byte),
		cmocka_unit_test(closed_between_calls),
		cmocka_unit_test(one_byte_at_a_time),
		cmocka_unit_test(silence_leaves_us_waiting),
		cmocka_unit_test(every_byte_changed),
		cmocka_unit_test(every_length_enormous),
		cmocka_unit_test(every_message_cut),
		cmocka_unit_test(frames_that_are_none),
		cmocka_unit_test(the_longest_message),
		cmocka_unit_test(compounds_that_go_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
