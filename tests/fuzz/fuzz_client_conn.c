/* SPDX-License-Identifier: MIT */
/*
 * The SMB2 client against a server that the input makes err: tests/lib/smbpeer, whose
 * answers are changed before they are signed or as they go out.  The first bytes are the
 * server's and the client's configuration.
 */
#include "client/conn.h"
#include "fuzz/mutate.h"
#include "fuzz/soft_assert.h"
#include "lib/hex.h"
#include "lib/smbpeer.h"
#include "rpc/srvsvc.h"
#include "rpc/wkssvc.h"

/* Turns between the two, past which the conversation is left. */
#define TURNS_MAX 400

#define CALLS 3

/* Of the leak sanitizer; what a peer that gave up has left behind is no leak of ours. */
void __lsan_disable(void) __attribute__((weak));
void __lsan_enable(void) __attribute__((weak));

struct talk {
	struct fuzz_input in;
	struct smbpeer peer;
	struct link *link;
	size_t chunk;
};

static void twist(struct smbpeer *p, enum smbpeer_when when, uint16_t command,
		  struct buf *b, size_t at)
{
	struct talk *t = p->cfg.arg;

	(void)when;
	(void)command;
	fuzz_mutate(b, at, &t->in);
	while (when == SMBPEER_ELEMENT && b->n < at + SMB2_HDR_LEN)
		FUZZ_CHECK(buf_append_zero(b, 1) == NS_OK);
}

static void peer_config(struct smbpeer_config *cfg, struct fuzz_input *in)
{
	static const uint16_t dialects[] = {0,
					    SMB2_DIALECT_202,
					    SMB2_DIALECT_210,
					    SMB2_DIALECT_300,
					    SMB2_DIALECT_302,
					    SMB2_DIALECT_311};
	uint8_t flags;

	cfg->dialect = dialects[fuzz_below(in, 6)];
	flags = fuzz_u8(in);
	cfg->encrypt_session = (flags & 1) != 0;
	cfg->encrypt_share = (flags & 2) != 0;
	cfg->no_compound = (flags & 4) != 0;
	cfg->interim = (flags & 8) != 0;
	cfg->separate = (flags & 16) != 0;
	cfg->reverse = (flags & 32) != 0;
	cfg->empty_reads = (flags & 64) != 0;
	cfg->fixed_grant = (flags & 128) != 0;
	cfg->grant = 4;
	flags = fuzz_u8(in);
	cfg->validate = flags % 4;
	cfg->reply = (size_t)(flags / 4 % 8) * 1000;
	cfg->cut = (flags & 32) != 0 ? 700 : 0;
	cfg->no_sign_context = (flags & 64) != 0;
	cfg->guest = (flags & 128) != 0;
}

static void begin(struct talk *t)
{
	struct smbpeer_config server = {.twist = twist, .arg = t};
	struct auth_credentials credentials;
	struct conn_config client = {
		.host = "peer.example", .workstation = "WS1", .env = &smbpeer_env};
	uint8_t flags;

	peer_config(&server, &t->in);
	flags = fuzz_u8(&t->in);
	smbpeer_credentials(&credentials);
	client.credentials = &credentials;
	client.require_encryption = (flags & 1) != 0;
	client.no_compound = (flags & 2) != 0;
	client.highest = (flags & 4) != 0 ? SMB2_DIALECT_302 : 0;
	t->chunk = (flags & 8) != 0 ? 1 + flags / 16u : SIZE_MAX;
	t->link = conn_new(&client);
	FUZZ_CHECK(t->link != NULL);
	auth_credentials_release(&credentials);
	smbpeer_init(&t->peer, &server);
}

/* False when the peer gave up on us. */
static bool peer_takes(struct talk *t, struct view bytes)
{
	volatile bool lives = false;

	if (__lsan_disable != NULL)
		__lsan_disable();
	soft_assert_arm();
	if (setjmp(soft_assert_end) == 0) {
		smbpeer_recv(&t->peer, bytes);
		lives = true;
	}
	soft_assert_disarm();
	if (__lsan_enable != NULL)
		__lsan_enable();
	return lives;
}

static bool turn(struct talk *t)
{
	struct view out = link_output(t->link);
	struct view part;

	if (out.n > 0) {
		if (!peer_takes(t, out))
			return false;
		link_sent(t->link, out.n);
		return true;
	}
	part = view_dup(view_slice(buf_view(&t->peer.out), 0, t->chunk));
	buf_consume(&t->peer.out, part.n);
	if (part.n > 0)
		link_recv(t->link, part, 0);
	view_free(part);
	return part.n > 0;
}

static void one_call(struct talk *t, const struct rpc_iface *iface)
{
	static const uint8_t stub[5000];
	struct buf reply = {0};
	struct link_info info;
	enum ns_err err;

	err = link_call(t->link, iface, 0, view_of(stub, fuzz_below(&t->in, 8) * 700), 0);
	FUZZ_CHECK(err == NS_OK || !link_alive(t->link) || err == NS_EINVAL);
	for (unsigned i = 0; i < TURNS_MAX && turn(t); i++)
		;
	err = link_poll(t->link, &reply);
	if (err == NS_AGAIN)
		link_cancel(t->link);
	link_get_info(t->link, &info);
	FUZZ_CHECK(info.text != NULL && info.user != NULL);
	/* Whoever does not know the account's password cannot make us believe an answer. */
	FUZZ_CHECK(err != NS_OK || t->peer.signed_in);
	buf_release(&reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct talk t = {.in = fuzz_input_of(data, size)};
	struct view rest;

	begin(&t);
	for (unsigned i = 0; i < CALLS; i++)
		one_call(&t, i == 1 ? &WKSSVC : &SRVSVC);
	rest = view_dup(t.in.rest);
	link_recv(t.link, rest, 0);
	view_free(rest);
	if (size % 2 == 0)
		link_eof(t.link);
	else
		link_leave(t.link);
	link_free(t.link);
	smbpeer_release(&t.peer);
	return 0;
}
