/* SPDX-License-Identifier: MIT */
/*
 * A stub SMB server in memory, for scenarios against the client engine: one connection,
 * one session, IPC$ and pipes behind which an RPC server answers every method with a
 * pattern.  It is strict with its client (signatures, MessageIds, credits: cmocka asserts)
 * and can be told to misbehave: by its configuration, or by a function that may change any
 * answer before it is signed and any frame before it goes out.
 */
#ifndef TESTS_LIB_SMBPEER_H
#define TESTS_LIB_SMBPEER_H

#include "rpc/rpc_server.h"
#include "security/auth_credentials.h"
#include "security/keys.h"
#include "security/preauth.h"
#include "wire/smb2_file_id.h"
#include "wire/smb2_negotiate.h"

#define SMBPEER_SESSION_ID 0x1122334455667701u
#define SMBPEER_TREE_ID    5u
#define SMBPEER_PIPES      4

struct smbpeer;

enum smbpeer_validate {
	SMBPEER_VALIDATE_GOOD,
	SMBPEER_VALIDATE_UNKNOWN, /* NOT_SUPPORTED, signed */
	SMBPEER_VALIDATE_FORGED,  /* other capabilities than in the NEGOTIATE response */
	SMBPEER_VALIDATE_DENIED,
};

enum smbpeer_when {
	SMBPEER_ELEMENT, /* one answer, complete but for its signature */
	SMBPEER_FRAME,   /* a frame with its length, as it will be sent */
};

/* `at` is where the answer, or the frame, begins in `b`; it reaches to the end. */
typedef void smbpeer_twist(struct smbpeer *p, enum smbpeer_when when, uint16_t command,
			   struct buf *b, size_t at);

struct smbpeer_config {
	uint16_t dialect; /* 0: the highest that is offered */
	uint16_t cipher;  /* 3.1.1; 0: AES128-GCM */
	uint16_t sign_alg;
	bool no_sign_context; /* 3.1.1: leaves the signing context out */
	bool no_preauth;      /* 3.1.1: leaves the preauthentication context out */
	bool no_encryption;
	bool encrypt_session;
	bool encrypt_share;
	bool guest;
	bool no_signature; /* answers are not signed */
	bool no_compound;  /* the second and later requests of a compound fail */
	bool interim;      /* an IOCTL gets an interim response first */
	bool separate;     /* the answers to a compound come in frames of their own */
	bool reverse;      /* frames that could be sent together go out last first */
	bool empty_reads;  /* a READ is answered with success and nothing */
	bool silent;       /* takes everything and says nothing */
	bool fixed_grant;  /* `grant` credits with each answer, not what was asked for */
	uint16_t grant;
	enum smbpeer_validate validate;
	uint32_t status[SMB2_COMMANDS]; /* not 0: the answer to this command */
	uint32_t fault;                 /* not 0: every RPC call ends in this fault */
	size_t reply;                   /* bytes of an RPC answer's stub */
	size_t cut;                     /* not 0: at most so many bytes an IOCTL or READ */
	const char *keytab; /* not NULL: Kerberos instead of NTLM, with these keys */
	smbpeer_twist *twist;
	void *arg; /* for the twist */
};

struct smbpeer_pipe {
	bool open;
	struct rpc_server rpc;
	struct buf run; /* PDUs to be read */
	size_t read;
};

struct smbpeer {
	struct smbpeer_config cfg;
	uint16_t dialect;
	struct smb2_negotiate_req offer;
	struct preauth preauth;
	struct auth_server_config auth_config;
	struct auth *auth;
	struct smb_keys keys;
	bool signed_in;
	bool has_keys;
	bool left;
	bool connected; /* to IPC$ */
	struct smbpeer_pipe pipes[SMBPEER_PIPES];
	struct smb2_file_id last; /* what a related request means by "the file" */
	uint64_t next_id;         /* one more than the last MessageId that came */
	uint64_t used_ids;
	uint64_t limit;

	struct buf in;
	struct buf plain;
	struct buf msg;
	struct buf out;
	bool sealed;                      /* the frame being worked off came sealed */
	uint32_t status;                  /* of the answer being made */
	unsigned requests[SMB2_COMMANDS]; /* how many of each came */
	struct smb2_hdr cancel;           /* the last CANCEL */
	unsigned flights;                 /* frames that came */
	unsigned longest;                 /* requests in the longest compound */
	unsigned frames;                  /* frames sent */
	unsigned stuck;                   /* READs that found nothing */
};

/* The user that every peer knows: "user", whose NT hash is 16 bytes of 0x5a. */
extern const uint8_t smbpeer_nt_hash[NT_HASH_LEN];

/* A clock that stands still and random numbers that are the same each time. */
extern const struct auth_env smbpeer_env;

/* Fills the credentials of that user; released with auth_credentials_release(). */
void smbpeer_credentials(struct auth_credentials *c);

void smbpeer_init(struct smbpeer *p, const struct smbpeer_config *cfg);
void smbpeer_release(struct smbpeer *p);

/* Takes bytes of the client; the answers are in p->out. */
void smbpeer_recv(struct smbpeer *p, struct view bytes);

/* Byte i of every RPC answer. */
static inline uint8_t smbpeer_pattern(size_t i)
{
	return (uint8_t)(i * 7 + i / 256);
}

/* For twists: frames `message` and appends it to the output as it is. */
void smbpeer_send_raw(struct smbpeer *p, struct view message);

/* Begins an answer in `b` with the ids of the session: an unsolicited one, say. */
void smbpeer_header(struct wire_writer *w, uint16_t command, uint64_t message_id,
		    uint32_t flags);

/* The body of the answer to one request behind the header in `w`; sets p->status. */
void smbpeer_answer(struct smbpeer *p, struct wire_writer *w, const struct smb2_hdr *hdr,
		    struct view msg);

#endif
