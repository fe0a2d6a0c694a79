/* SPDX-License-Identifier: MIT */
/* What the one who was ended sees on his connection, and his neighbour on it. */
#include <string.h>

#include "base/ntstatus.h"
#include "conform/story.h"

static void show_fate(struct outcome *o, enum station_id id, enum fate fate)
{
	outcome_got(o, "%s %s", station_name(id), fate_text(fate));
}

/*
 * Two sessions on one connection.  The survivor is looked at first: what the dead one's
 * next request does to an encrypted connection ([MS-SMB2] 3.3.5.2.1.1: it is dropped) is
 * another matter.
 */
void story_neighbour(struct scene *s, const struct story *c, struct outcome *o)
{
	enum fate fate;

	if (!story_set_neighbours(s, c, o))
		return;
	if (!story_end_a1(s, o))
		return;
	(void)story_settle(s, o);
	fate = scene_look(s, STATION_N2);
	show_fate(o, STATION_N2, fate);
	if (fate != FATE_LIVES) {
		outcome_fail(o, "%s %s", station_name(STATION_N2), fate_text(fate));
		return;
	}
	fate = scene_look(s, STATION_A1);
	if (fate == FATE_GONE || (s->at[STATION_A1].session.seal && fate == FATE_DROPPED))
		return;
	outcome_fail(o, "%s %s", station_name(STATION_A1), fate_text(fate));
}

/* STATUS_USER_SESSION_DELETED, and the transport stays. */
void story_connection_stays(struct scene *s, const struct story *c, struct outcome *o)
{
	bool sealed;

	if (!scene_set(s, 0) || !scene_sign_in(s, STATION_A1, c->dialect, false)) {
		story_no_scene(s, o);
		return;
	}
	if (!story_end_a1(s, o))
		return;
	(void)story_settle(s, o);
	sealed = s->at[STATION_A1].session.seal;
	show_fate(o, STATION_A1, scene_look(s, STATION_A1));
	/* Encrypted, 3.3.5.2.1.1 has the connection dropped. */
	outcome_judge(o, s, A1, !sealed);
}

/* A new connection from the same address; without one the next request fails. */
static void connect_anew(struct peer *p)
{
	char from[ADDRESS_TEXT_MAX];

	memcpy(from, p->own, sizeof(from));
	peer_close(p);
	(void)!peer_connect(p, from);
}

/*
 * An end is no ban: the same connection takes another sign-in.  A server may drop that of
 * one who seals and is alone on it, 3.3.5.2.1.1.
 */
void story_sign_in_again(struct scene *s, const struct story *c, struct outcome *o)
{
	struct station *st = &s->at[STATION_A1];
	bool sealed = st->session.seal;
	uint32_t status = 0;
	enum ns_err err;

	(void)c;
	if (!story_end_a1(s, o))
		return;
	(void)story_settle(s, o);
	asker_close(&st->asker);
	if (sealed)
		connect_anew(st->peer);
	err = peer_sign_in(st->peer, &st->session, &s->options->account[USER1]->credentials,
			   &status);
	if (err == NS_OK)
		err = asker_open(&st->asker, st->peer, &st->session, &status);
	outcome_got(o, "%s",
		    err == NS_OK  ? "signed in"
		    : status != 0 ? ntstatus_name(status)
				  : ns_err_text(err));
	if (err != NS_OK)
		outcome_fail(o, "%s", o->got);
	else
		outcome_judge(o, s, 0, true);
}

/*
 * [MS-SMB2] 3.3.4.17: what is in flight is answered before the session goes, signed or
 * sealed as it came; the neighbour on the connection must survive the answer, too.
 */
void story_in_flight(struct scene *s, const struct story *c, struct outcome *o)
{
	struct station *st = &s->at[STATION_A1];
	struct peer_reply reply;
	uint64_t message_id;
	enum fate fate;
	enum ns_err err;

	if (!story_set_neighbours(s, c, o))
		return;
	err = asker_post_read(&st->asker, &message_id);
	if (err != NS_OK) {
		outcome_fail(o, "could not ask: %s", ns_err_text(err));
		return;
	}
	/* The READ must be there before the end is: they come on two connections. */
	line_pause(NOTICE_STEP_MS);
	if (!story_end_a1(s, o))
		return;
	err = peer_await(st->peer, &reply, &st->session, message_id, SMB2_READ);
	outcome_got(o, "%s",
		    err == NS_OK ? ntstatus_name(reply.hdr.status) : ns_err_text(err));
	fate = scene_look(s, STATION_N2);
	if (err != NS_OK || !ntstatus_is_error(reply.hdr.status))
		outcome_fail(o, "the READ in flight: %s; %s %s", o->got,
			     station_name(STATION_N2), fate_text(fate));
	else if (fate != FATE_LIVES)
		outcome_fail(o, "%s %s", station_name(STATION_N2), fate_text(fate));
}
