/* SPDX-License-Identifier: MIT */
#include "conform/scene.h"

#include <poll.h>
#include <stdio.h>

#include "base/ntstatus.h"
#include "client/io_resolve.h"
#include "rpc/srvsvc.h"

/* How long a server that ends sessions after it has answered may take for it. */
#define GRACE_MS      2000u
#define GRACE_STEP_MS 25u

/* What such a server is given before one looks whether others died, too. */
#define SLOW_MS 250u

static const struct {
	const char *name;
	enum account account;
	unsigned from; /* index of options.from */
} stations[STATIONS] = {
	[STATION_A1] = {"user1@A", USER1, 0},
	[STATION_A2] = {"user2@A", USER2, 0},
	[STATION_B1] = {"user1@B", USER1, 1},
	[STATION_N2] = {"user2+A1", USER2, 0},
};

const char *station_name(enum station_id id)
{
	return stations[id].name;
}

const char *fate_text(enum fate fate)
{
	static const char *const texts[] = {
		[FATE_ABSENT] = "was not there",
		[FATE_LIVES] = "lives",
		[FATE_GONE] = "is gone",
		[FATE_DROPPED] = "lost its connection",
		[FATE_UNCLEAR] = "is neither alive nor gone",
	};

	return texts[fate];
}

/* ------------------------------------------------------------------ life and death -- */

static enum ns_err resolve(struct addresses *to, const struct server_name *name,
			   unsigned limit_ms)
{
	struct lookup *lookup;
	struct pollfd p;
	enum ns_err err;

	*to = (struct addresses){0};
	if (resolve_numeric(to, name->host, name->port))
		return NS_OK;
	err = lookup_new(&lookup, name->host, name->port);
	if (err != NS_OK)
		return err;
	p = (struct pollfd){.fd = lookup_fd(lookup), .events = POLLIN};
	(void)poll(&p, 1, (int)limit_ms);
	err = lookup_poll(lookup, to);
	lookup_free(lookup);
	return err == NS_AGAIN ? NS_ETIMEOUT : err;
}

enum ns_err scene_init(struct scene *s, const struct options *o)
{
	*s = (struct scene){.options = o};
	s->config.host = o->server.host;
	s->config.limit_ms = o->limit_ms;
	s->addresses = o->from[0] != NULL && o->from[1] != NULL;
	peer_init(&s->admin_peer, &s->config);
	for (size_t i = 0; i < STATIONS; i++) {
		peer_init(&s->at[i].own, &s->config);
		s->at[i].peer = &s->at[i == STATION_N2 ? STATION_A1 : i].own;
	}
	return resolve(&s->config.to, &o->server, o->limit_ms);
}

void scene_sign_off(struct scene *s, enum station_id id)
{
	struct station *st = &s->at[id];

	asker_close(&st->asker);
	peer_forget(&st->session);
	if (st->peer != &st->own)
		return;
	peer_close(&st->own);
	if (id == STATION_A1 && s->at[STATION_N2].session.valid)
		scene_sign_off(s, STATION_N2);
}

static void admin_off(struct scene *s)
{
	asker_close(&s->admin);
	peer_forget(&s->admin_session);
	peer_close(&s->admin_peer);
}

void scene_clear(struct scene *s)
{
	for (unsigned i = 0; i < STATIONS; i++)
		scene_sign_off(s, (enum station_id)i);
	admin_off(s);
}

void scene_release(struct scene *s)
{
	scene_clear(s);
}

bool scene_has(const struct scene *s, unsigned wanted)
{
	return s->addresses || (wanted & B1) == 0;
}

/* ------------------------------------------------------------------------ sign in -- */

static const struct auth_credentials *credentials(const struct scene *s, enum account a)
{
	return &s->options->account[a]->credentials;
}

static bool fail(struct scene *s, const char *who, const char *what, enum ns_err err,
		 uint32_t status)
{
	s->failures++;
	s->err = err;
	(void)snprintf(s->why, sizeof(s->why), "%s can't %s: %s", who, what,
		       status != 0 ? ntstatus_name(status) : ns_err_text(err));
	return false;
}

bool scene_sign_in(struct scene *s, enum station_id id, uint16_t dialect, bool seal)
{
	struct station *st = &s->at[id];
	const char *name = stations[id].name;
	uint32_t status = 0;
	enum ns_err err = NS_OK;

	if (st->peer == &st->own) {
		st->own.only = dialect;
		err = peer_connect(&st->own, s->options->from[stations[id].from]);
	}
	if (err != NS_OK)
		return fail(s, name, "connect", err, 0);
	err = peer_sign_in(st->peer, &st->session, credentials(s, stations[id].account),
			   &status);
	/* [MS-SMB2] 3.3.5.5: a server that wants all encrypted refuses who cannot. */
	if (status == NT_STATUS_ACCESS_DENIED && dialect != 0 && dialect < SMB2_DIALECT_300)
		err = NS_EUNSUPPORTED;
	if (err != NS_OK)
		return fail(s, name, "sign in", err, status);
	if (seal && st->peer->cipher == 0)
		return fail(s, name, "encrypt", NS_EUNSUPPORTED, 0);
	if (seal)
		st->session.seal = true;
	err = asker_open(&st->asker, st->peer, &st->session, &status);
	if (err != NS_OK)
		return fail(s, name, "open \\PIPE\\srvsvc", err, status);
	return true;
}

bool scene_set_admin(struct scene *s)
{
	uint32_t status = 0;
	enum ns_err err;

	if (s->admin.open && scene_pipe_answers(&s->admin))
		return true;
	admin_off(s);
	err = peer_connect(&s->admin_peer, NULL);
	if (err != NS_OK)
		return fail(s, "the administrator", "connect", err, 0);
	err = peer_sign_in(&s->admin_peer, &s->admin_session, credentials(s, ADMIN),
			   &status);
	if (err != NS_OK)
		return fail(s, "the administrator", "sign in", err, status);
	err = asker_open(&s->admin, &s->admin_peer, &s->admin_session, &status);
	if (err != NS_OK)
		return fail(s, "the administrator", "open \\PIPE\\srvsvc", err, status);
	return true;
}

bool scene_set(struct scene *s, unsigned wanted)
{
	if (!scene_set_admin(s))
		return false;
	for (unsigned i = 0; i < STATIONS; i++) {
		enum station_id id = (enum station_id)i;

		if ((wanted & 1u << i) == 0)
			scene_sign_off(s, id);
		else if (scene_look(s, id) != FATE_LIVES) {
			scene_sign_off(s, id);
			if (!scene_sign_in(s, id, 0, false))
				return false;
		}
	}
	s->failures = 0;
	return true;
}

/* --------------------------------------------------------------------------- look -- */

bool scene_pipe_answers(struct asker *a)
{
	struct rpc_answer answer = {0};
	struct netr_remote_tod_req req = {.server_name = NDR_NO_STRING};
	struct buf stub;
	struct ndr x;
	bool ok;

	buf_init(&stub, RPC_FRAG_USUAL);
	x = ndr_push(&stub);
	netr_remote_tod_req_code(&x, &req);
	asker_call(a, OPNUM_NETR_REMOTE_TOD, buf_view(&stub), &answer);
	ok = answer.kind == ANSWER_STUB || answer.kind == ANSWER_FAULT;
	rpc_answer_release(&answer);
	buf_release(&stub);
	return ok;
}

enum fate scene_look(struct scene *s, enum station_id id)
{
	struct station *st = &s->at[id];
	uint32_t tree;
	uint32_t status;
	enum ns_err err;

	if (!st->session.valid)
		return FATE_ABSENT;
	err = peer_tree(st->peer, &st->session, s->options->share, &tree, &status);
	if (err == NS_ECLOSED)
		return FATE_DROPPED;
	if (err == NS_ESTATUS && status == NT_STATUS_USER_SESSION_DELETED)
		return FATE_GONE;
	if (err != NS_OK)
		return FATE_UNCLEAR;
	err = peer_simple(st->peer, &st->session, tree, SMB2_TREE_DISCONNECT, &status);
	if (err != NS_OK || status != NT_STATUS_SUCCESS)
		return FATE_UNCLEAR;
	return scene_pipe_answers(&st->asker) ? FATE_LIVES : FATE_UNCLEAR;
}

/* As scene_look(), and a server that is late with an end is waited for. */
static enum fate look_for_end(struct scene *s, enum station_id id)
{
	enum fate fate = scene_look(s, id);

	for (unsigned ms = 0; fate == FATE_LIVES && ms < GRACE_MS; ms += GRACE_STEP_MS) {
		line_pause(GRACE_STEP_MS);
		fate = scene_look(s, id);
		if (fate != FATE_LIVES)
			s->slow = true;
	}
	return fate;
}

static bool as_it_should(enum fate fate, bool gone, bool strict)
{
	if (!gone)
		return fate == FATE_LIVES;
	return fate == FATE_GONE || (fate == FATE_DROPPED && !strict);
}

bool scene_judge(struct scene *s, unsigned gone, bool strict, char *why, size_t size)
{
	enum fate fates[STATIONS] = {0};
	bool right = true;
	size_t n = 0;

	if (size > 0)
		why[0] = '\0';
	for (unsigned i = 0; i < STATIONS; i++)
		if ((gone & 1u << i) != 0)
			fates[i] = look_for_end(s, (enum station_id)i);
	if (s->slow)
		line_pause(SLOW_MS);
	for (unsigned i = 0; i < STATIONS; i++) {
		bool must_go = (gone & 1u << i) != 0;

		if (!s->at[i].session.valid)
			continue;
		if (!must_go)
			fates[i] = scene_look(s, (enum station_id)i);
		if (as_it_should(fates[i], must_go, strict))
			continue;
		right = false;
		if (n < size)
			n += (size_t)snprintf(why + n, size - n, "%s%s %s",
					      n > 0 ? ", " : "", stations[i].name,
					      fate_text(fates[i]));
	}
	for (unsigned i = 0; i < STATIONS; i++)
		if (fates[i] != FATE_LIVES && fates[i] != FATE_ABSENT)
			scene_sign_off(s, (enum station_id)i);
	return right;
}
