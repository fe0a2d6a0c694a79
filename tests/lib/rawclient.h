/* SPDX-License-Identifier: MIT */
/*
 * A client with no will of its own: it sends what the test tells it to, well or badly
 * formed, and shows what comes back.  It keeps just what every client must: MessageIds, and
 * each session's keys.
 *
 *	struct rawclient c;
 *	struct raw_session s;
 *	struct raw_reply r;
 *
 *	raw_connect(&c, &lab, "10.0.0.1");
 *	raw_negotiate(&c, SMB2_DIALECT_311);
 *	assert_int_equal(raw_sign_in(&c, &s, "alice", "passalice"), NT_STATUS_SUCCESS);
 *
 *	raw_begin(&c);
 *	smb2_simple_encode(raw_add(&c, &s, SMB2_ECHO));
 *	raw_send(&c);
 *	raw_expect(&c, &r, SMB2_ECHO, NT_STATUS_SUCCESS);
 *
 *	raw_session_release(&s);
 *	raw_disconnect(&c);
 *
 * A message that raw_send() sends is signed if its session has keys, sealed if the session
 * says so; both can be switched off.  Whatever is asserted here fails the test.
 */
#ifndef TESTS_LIB_RAWCLIENT_H
#define TESTS_LIB_RAWCLIENT_H

#include "base/ntstatus.h"
#include "lib/serverlab.h"
#include "security/auth.h"
#include "security/keys.h"
#include "security/preauth.h"
#include "wire/smb2_file_id.h"
#include "wire/smb2_hdr.h"
#include "wire/smb2_ioctl.h"
#include "wire/smb2_negotiate.h"
#include "wire/smb2_session_setup.h"

#define RAW_ELEMENTS_MAX 80
#define RAW_SESSIONS_MAX 16

struct rawclient;

struct raw_session {
	uint64_t id;
	struct smb_keys keys; /* of this connection's channel */
	bool has_keys;
	bool unsigned_; /* sends without signature, for tests of refusals */
	bool seal;      /* sends sealed */
	uint16_t flags; /* SessionFlags of the last SESSION_SETUP response */
	struct auth *auth;
	struct preauth preauth;
	struct buf token;         /* the last of the server, for the next leg */
	struct buf sent;          /* the last of ours */
	struct rawclient *client; /* where its answers are verified */
};

/* One response: good until the next raw_next() of this client. */
struct raw_reply {
	struct smb2_hdr hdr;
	struct view msg;
	size_t frame;   /* which frame it came in, counted from 1 */
	bool is_signed; /* and the signature verified */
	bool sealed;
	bool verified; /* one of the two, with the keys of the session it names */
};

struct raw_element {
	size_t start;
	struct raw_session *session;
	struct smb2_hdr hdr;
};

struct rawclient {
	struct serverlab *lab;
	struct server_conn *conn; /* NULL once it was refused or dropped */
	bool refused;
	struct smb2_negotiate_req asked;
	struct smb2_negotiate_rsp agreed; /* its views are not to be used */
	uint16_t cipher;
	uint16_t sign_alg;
	struct preauth preauth;
	uint8_t guid[SMB2_GUID_LEN];

	uint64_t next_id; /* MessageId */
	uint64_t credits; /* granted and not spent */
	uint16_t ask;     /* CreditRequest of each message; 1 at first */
	uint16_t charge;  /* CreditCharge of the next element; 0: 1 where it counts */
	uint32_t tree;    /* TreeId of the next elements */
	bool related;     /* all but the first element continue the one before */
	size_t piece;     /* bytes reach the server in pieces of so many; 0: all at once */

	/* Changes the message before it goes (signed or sealed already); NULL: it stays. */
	void (*touch)(struct rawclient *c, struct buf *msg);

	struct raw_session *sessions[RAW_SESSIONS_MAX];
	struct buf msg;
	struct wire_writer w;
	struct raw_element element[RAW_ELEMENTS_MAX];
	size_t elements;

	struct buf in;     /* from the server: frames */
	struct buf plain;  /* the frame being looked at */
	struct buf sealed; /* the last that went out so */
	struct smb2_chain walk;
	bool walk_sealed;
	size_t frames;
};

/* ------------------------------------------------------------------- connections -- */

/* c->refused: the server took no connection. */
void raw_connect(struct rawclient *c, struct serverlab *lab, const char *address);

/* The peer is gone; all is freed. */
void raw_disconnect(struct rawclient *c);

/* Whether the server has ended the connection. */
bool raw_dropped(const struct rawclient *c);

/* These bytes, as they are. */
void raw_bytes(struct rawclient *c, struct view bytes);

/* A frame with these bytes in it. */
void raw_frame(struct rawclient *c, struct view message);

/* Fetches what the server has for us; raw_send() and raw_next() do so, too. */
void raw_pump(struct rawclient *c);

/* ---------------------------------------------------------------------- messages -- */

/* Begins a message, of one request or more. */
void raw_begin(struct rawclient *c);

/*
 * Begins the next request; its body is to be written into what this returns.  `s` may be
 * NULL.  The header's fields can be changed in raw_hdr() until the next raw_add().
 */
struct wire_writer *raw_add(struct rawclient *c, struct raw_session *s, uint16_t command);
struct smb2_hdr *raw_hdr(struct rawclient *c);

/* Protects and sends it.  The server works on it at once; jobs run unless they are held. */
void raw_send(struct rawclient *c);

/* The next response; false: there is none. */
bool raw_next(struct rawclient *c, struct raw_reply *r);

/* There is one, to this command, with this status. */
void raw_expect(struct rawclient *c, struct raw_reply *r, uint16_t command,
		uint32_t status);

/* There is none. */
void raw_expect_nothing(struct rawclient *c);

/* --------------------------------------------------------- requests of every test -- */

/* One dialect, the usual algorithms and capabilities; 3.1.1 with all contexts. */
void raw_negotiate(struct rawclient *c, uint16_t dialect);

/* The request that raw_negotiate() sends, to be changed; and the same with another one. */
void raw_negotiate_req(struct rawclient *c, uint16_t dialect);
uint32_t raw_negotiate_as(struct rawclient *c, const struct smb2_negotiate_req *req);

/* SESSION_SETUP to its end, over NTLM; returns the last status. */
uint32_t raw_sign_in(struct rawclient *c, struct raw_session *s, const char *user,
		     const char *password);

/* What of a SESSION_SETUP differs from the first of a new session. */
struct raw_setup {
	const char *user; /* NULL: anonymous */
	const char *password;
	uint64_t previous;
	uint8_t security_mode;
	struct raw_session *bind; /* bind this session, of another connection, to ours */
	bool again;               /* re-authenticate `s` */
	unsigned legs;            /* stop after so many; 0: go on to the end */
};

uint32_t raw_sign_in_as(struct rawclient *c, struct raw_session *s,
			const struct raw_setup *setup);

/* A sign-in that `legs` interrupted goes on by one leg. */
uint32_t raw_sign_in_more(struct rawclient *c, struct raw_session *s,
			  const struct raw_setup *setup);

/*
 * One SESSION_SETUP with this token and nothing else, however little it fits; `s` may be
 * NULL.  NT_STATUS_PENDING: there was no answer.
 */
uint32_t raw_setup_token(struct rawclient *c, struct raw_session *s, struct view token);

void raw_session_release(struct raw_session *s);

/* Each sends one request, expects one response and returns its status. */
uint32_t raw_simple(struct rawclient *c, struct raw_session *s, uint16_t command);
uint32_t raw_echo(struct rawclient *c, struct raw_session *s);
uint32_t raw_logoff(struct rawclient *c, struct raw_session *s);
uint32_t raw_tree(struct rawclient *c, struct raw_session *s, const char *share,
		  uint32_t *tree);
uint32_t raw_open_pipe(struct rawclient *c, struct raw_session *s, const char *name,
		       struct smb2_file_id *id);
uint32_t raw_close(struct rawclient *c, struct raw_session *s, struct smb2_file_id id);
uint32_t raw_ioctl(struct rawclient *c, struct raw_session *s,
		   const struct smb2_ioctl_req *req, struct raw_reply *r);

/* The bodies, for compounds. */
void raw_put_tree(struct rawclient *c, struct wire_writer *w, const char *share);
void raw_put_create(struct wire_writer *w, const char *name);
void raw_put_close(struct wire_writer *w, struct smb2_file_id id);
void raw_put_read(struct wire_writer *w, struct smb2_file_id id, uint32_t length);

#endif
