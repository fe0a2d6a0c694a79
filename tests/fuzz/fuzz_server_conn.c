/* SPDX-License-Identifier: MIT */
/*
 * The server engine.  The first bytes are the configuration and who is signed in; then the
 * input is a row of acts: requests, honest or changed before they are signed, compounds,
 * sign-ins, raw bytes, time, jobs that are held and let go, peers that leave.
 *
 * What must hold: nothing crashes or leaks, what the server sends are whole frames of whole
 * messages, and when all peers are gone nothing is counted any more (serverlab_stop()).
 */
#include "fuzz/mutate.h"
#include "fuzz/server_disk.h"
#include "fuzz/server_talk.h"
#include "fuzz/soft_assert.h"
#include "security/seal.h"
#include "wire/nbss.h"
#include "wire/smb2_create.h"
#include "wire/smb2_transform.h"

#define ELEMENTS_MAX 4

/* Jobs that may be held back at once. */
#define HELD_MAX 200

static struct talk talk;

/* -------------------------------------------------------------------- what comes back --
 */

/* Ids that the server gave out. */
static void learn(struct talk *t, struct view msg)
{
	struct smb2_create_rsp created;
	struct smb2_hdr hdr;

	FUZZ_CHECK(smb2_hdr_decode(&hdr, msg) == NS_OK);
	FUZZ_CHECK((hdr.flags & SMB2_FLAGS_SERVER_TO_REDIR) != 0);
	if (hdr.status != NT_STATUS_SUCCESS)
		return;
	if (hdr.command == SMB2_TREE_CONNECT)
		t->trees[t->n_trees++ % TALK_IDS] = hdr.tree_id;
	if (hdr.command == SMB2_CREATE && smb2_create_rsp_decode(&created, msg) == NS_OK)
		t->files[t->n_files++ % TALK_IDS] = created.file_id;
	if (t->n_trees >= 2 * TALK_IDS)
		t->n_trees = TALK_IDS;
	if (t->n_files >= 2 * TALK_IDS)
		t->n_files = TALK_IDS;
}

static void look_at(struct talk *t, struct view message)
{
	struct smb2_chain chain = smb2_chain_of(message);
	struct view msg;

	while (smb2_chain_next(&chain, &msg))
		learn(t, msg);
	FUZZ_CHECK(chain.err == NS_OK);
}

static void open_sealed(struct talk *t, struct view frame)
{
	struct smb2_transform transform;
	struct view sealed;
	struct buf plain;

	FUZZ_CHECK(smb2_transform_decode(&transform, &sealed, frame) == NS_OK);
	buf_init(&plain, NBSS_LEN_MAX);
	for (size_t i = 0; i < TALK_SESSIONS; i++) {
		if (!t->s[i].has_keys || t->s[i].id != transform.session_id)
			continue;
		buf_clear(&plain);
		if (smb_open(&t->s[i].keys, &plain, frame) == NS_OK) {
			look_at(t, buf_view(&plain));
			break;
		}
	}
	buf_release(&plain);
}

static void drain(struct talk *t, struct rawclient *c)
{
	struct view frame;
	size_t total;

	raw_pump(c);
	while (nbss_frame(&frame, &total, buf_view(&c->in), NBSS_LEN_MAX) == NS_OK) {
		if (smb2_frame_kind(frame) == SMB2_FRAME_SEALED)
			open_sealed(t, frame);
		else
			look_at(t, frame);
		buf_consume(&c->in, total);
	}
	FUZZ_CHECK(c->in.n == 0);
}

/* ------------------------------------------------------------------------------ acts -- */

static void touch(struct rawclient *c, struct buf *msg)
{
	(void)c;
	fuzz_mutate(msg, 0, &talk.in);
}

/* A request or a compound; changed before it is signed if the input says so. */
static void request(struct talk *t, struct rawclient *c)
{
	uint8_t how = fuzz_u8(&t->in);
	size_t n = (how & 3) == 3 ? 1 + fuzz_below(&t->in, ELEMENTS_MAX) : 1;
	struct raw_session *s = talk_session(t, c);

	c->related = (how & 4) != 0;
	c->charge = (how & 8) != 0 ? fuzz_u8(&t->in) : 0;
	c->touch = (how & 16) != 0 ? touch : NULL;
	raw_begin(c);
	for (size_t i = 0; i < n; i++) {
		uint16_t command = fuzz_u8(&t->in) % 21;

		c->tree = talk_tree(t);
		talk_body(t, c, command, raw_add(c, s, command));
		if ((how & 32) != 0)
			raw_hdr(c)->message_id -= fuzz_u8(&t->in);
		if ((how & 128) != 0)
			raw_hdr(c)->flags |= SMB2_FLAGS_REPLAY_OPERATION;
		if (c->msg.n >= c->w.base + SMB2_HDR_LEN)
			fuzz_mutate(&c->msg, c->w.base + SMB2_HDR_LEN, &t->in);
	}
	if ((how & 64) != 0 && s != NULL && s->client == c && s->has_keys && c->cipher != 0)
		s->seal = !s->seal;
	raw_send(c);
}

/* Leg by leg: the server may have had enough of us in between. */
static void sign_in_as(struct rawclient *c, struct raw_session *s, struct raw_setup *setup,
		       unsigned legs)
{
	uint32_t status;

	c->touch = NULL;
	setup->legs = 1;
	status = raw_sign_in_as(c, s, setup);
	while (--legs > 0 && status == NT_STATUS_MORE_PROCESSING_REQUIRED &&
	       c->conn != NULL && !raw_dropped(c))
		status = raw_sign_in_more(c, s, setup);
}

static void sign_in(struct talk *t, size_t conn, size_t which)
{
	static const char *const users[][2] = {
		{"admin", "passadmin"}, {"alice", "passalice"}, {"bob", "passbob"},
		{"alice", "wrong"},     {NULL, NULL},           {"nobody", ""}};
	uint8_t how = fuzz_u8(&t->in);
	const char *const *user = users[how % 6];
	struct raw_setup setup = {.user = user[0], .password = user[1]};
	size_t other = fuzz_below(&t->in, TALK_SESSIONS);

	if ((how & 64) != 0)
		setup.previous = t->s[other].id;
	if (t->on[which] == conn && t->s[which].has_keys)
		setup.again = true;
	else if (t->on[other] < TALK_CONNS && t->on[other] != conn && other != which &&
		 t->s[other].has_keys && how >= 192)
		setup.bind = &t->s[other];
	if (!setup.again)
		raw_session_release(&t->s[which]);
	t->on[which] = conn;
	sign_in_as(&t->c[conn], &t->s[which], &setup, (how & 128) != 0 ? 1 : 3);
}

/* Its sessions are no longer to be verified or signed there. */
static void reconnect(struct talk *t, size_t conn)
{
	static const uint16_t dialects[] = {SMB2_DIALECT_311, SMB2_DIALECT_202,
					    SMB2_DIALECT_210, SMB2_DIALECT_300,
					    SMB2_DIALECT_302};
	struct rawclient *c = &t->c[conn];
	uint8_t how = fuzz_u8(&t->in);

	for (size_t i = 0; i < TALK_SESSIONS; i++) {
		if (t->on[i] != conn)
			continue;
		raw_session_release(&t->s[i]);
		t->on[i] = TALK_CONNS;
	}
	raw_disconnect(c);
	raw_connect(c, &t->lab, conn == 0 ? "10.0.0.1" : "fe80::2");
	if (c->refused)
		return;
	c->ask = 16;
	if (how % 8 != 7)
		raw_negotiate(c, dialects[how % 5]);
}

static void pass_time(struct talk *t)
{
	static const uint64_t ms[] = {1, 499, 501, 5000, 45001, 60000, 900001, 3600000};

	serverlab_pass(&t->lab, ms[fuzz_below(&t->in, 8)]);
}

static void hold(struct talk *t)
{
	t->lab.hold_jobs = !t->lab.hold_jobs;
	if (!t->lab.hold_jobs)
		serverlab_run_jobs(&t->lab);
}

static void act(struct talk *t)
{
	uint8_t what = fuzz_u8(&t->in);
	size_t conn = what % TALK_CONNS;
	struct rawclient *c = &t->c[conn];

	if (c->conn == NULL || raw_dropped(c)) {
		reconnect(t, conn);
		return;
	}
	switch (what / TALK_CONNS % 16) {
	case 0:
		raw_bytes(c, fuzz_bytes(&t->in, fuzz_u8(&t->in)));
		break;
	case 1:
		raw_frame(c, fuzz_bytes(&t->in, fuzz_u8(&t->in)));
		break;
	case 2:
		pass_time(t);
		break;
	case 3:
		sign_in(t, conn, fuzz_below(&t->in, TALK_SESSIONS));
		break;
	case 4:
		reconnect(t, conn);
		break;
	case 5:
		hold(t);
		break;
	default:
		request(t, c);
		break;
	}
}

/* An act may leave the talk in the middle where the honest client is at its wits' end. */
static void act_or_give_up(struct talk *t)
{
	if (setjmp(soft_assert_end) == 0) {
		soft_assert_arm();
		act(t);
	}
	soft_assert_disarm();
	for (size_t i = 0; i < TALK_CONNS; i++)
		drain(t, &t->c[i]);
	if (t->lab.job_count > HELD_MAX)
		serverlab_run_jobs(&t->lab);
}

/* ------------------------------------------------------------------------- its frame -- */

static void configure(struct talk *t, uint8_t how)
{
	struct server_share *share;

	t->lab.config.signing_required = (how & 1) != 0;
	t->lab.config.encryption = how / 2 % 3;
	t->lab.config.allow_guest = (how & 8) != 0;
	t->lab.config.allow_anonymous = (how & 16) != 0;
	t->lab.config.autodisconnect_ms = (how & 32) != 0 ? 600000 : 0;
	share = server_config_add_share(&t->lab.config, "ro", server_disk("ro"));
	FUZZ_CHECK(share != NULL);
	share->read_only = true;
	share = server_config_add_share(&t->lab.config, "rw", server_disk("rw"));
	FUZZ_CHECK(share != NULL);
	share->encrypt = (how & 64) != 0;
	share->oplocks = true;
}

/* Somebody is signed in, to IPC$ and a share: most acts are about that. */
static void begin(struct talk *t)
{
	uint8_t how = fuzz_u8(&t->in);

	server_disk_reset();
	serverlab_init(&t->lab);
	configure(t, how);
	serverlab_start(&t->lab);
	for (size_t i = 0; i < TALK_SESSIONS; i++)
		t->on[i] = TALK_CONNS;
	reconnect(t, 0);
	reconnect(t, 1);
}

static void end(struct talk *t)
{
	t->lab.hold_jobs = false;
	serverlab_run_jobs(&t->lab);
	for (size_t i = 0; i < TALK_SESSIONS; i++)
		raw_session_release(&t->s[i]);
	for (size_t i = 0; i < TALK_CONNS; i++)
		raw_disconnect(&t->c[i]);
	serverlab_stop(&t->lab);
}

static void begin_or_give_up(struct talk *t)
{
	if (setjmp(soft_assert_end) == 0) {
		soft_assert_arm();
		if (t->c[0].conn != NULL)
			sign_in(t, 0, 0);
		if (t->c[0].conn != NULL)
			(void)raw_tree(&t->c[0], &t->s[0], "rw", &t->trees[t->n_trees++]);
		if (t->c[0].conn != NULL)
			(void)raw_tree(&t->c[0], &t->s[0], "IPC$", &t->trees[t->n_trees++]);
		t->c[0].tree = t->trees[1];
		if (t->c[0].conn != NULL)
			(void)raw_open_pipe(&t->c[0], &t->s[0], "srvsvc",
					    &t->files[t->n_files++]);
	}
	soft_assert_disarm();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	talk = (struct talk){.in = fuzz_input_of(data, size)};
	server_disk("ro");
	begin(&talk);
	begin_or_give_up(&talk);
	while (talk.in.rest.n > 0)
		act_or_give_up(&talk);
	end(&talk);
	return 0;
}
