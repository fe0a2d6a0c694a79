/* SPDX-License-Identifier: MIT */
/*
 * netsess.h: the native interface of libnetsess.
 *
 * List, inspect and end the SMB sessions of any server that speaks MS-SRVS (Windows, Samba,
 * netsessd), one at a time or thousands at once.  Strings are UTF-8.  Codes are Win32 codes
 * (0 is success), the same that the functions of lmshare.h return; netsess_code_text() says
 * them in words.
 *
 * All functions may be called from any thread.  One object (options, batch, result) belongs
 * to one thread at a time, but one options object may serve many calls at once as long as
 * nobody changes it.
 *
 * A call that returns an object through a pointer stores NULL there when it fails.  Every
 * netsess_…_free() takes NULL.
 */
#ifndef NETSESS_H
#define NETSESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NETSESS_VERSION "0.1.0"

#if defined(__GNUC__)
#define NETSESS_API __attribute__((visibility("default")))
#else
#define NETSESS_API
#endif

/* ------------------------------------------------------------------------- options -- */

/* How a call signs in, protects itself, and how long it may take. */
struct netsess_options;

/*
 * Which mechanisms may be used.  NETSESS_AUTH_ANY is NTLM for a user with a password or an
 * NT hash, and Kerberos otherwise.
 */
enum netsess_auth {
	NETSESS_AUTH_ANY,
	NETSESS_AUTH_KERBEROS,
	NETSESS_AUTH_NTLM,
};

/* SMB dialects, as [MS-SMB2] 2.2.3 numbers them. */
#define NETSESS_DIALECT_202 0x0202
#define NETSESS_DIALECT_210 0x0210
#define NETSESS_DIALECT_300 0x0300
#define NETSESS_DIALECT_302 0x0302
#define NETSESS_DIALECT_311 0x0311

/* The deadline of a call that was given none, in milliseconds. */
#define NETSESS_DEFAULT_TIMEOUT 30000

/*
 * New options with the defaults: no explicit credentials (the Kerberos cache is used),
 * dialects 2.0.2 to 3.1.1, signing always, encryption when the server asks for it, 30 s.
 * The environment is honoured: NETSESS_USER, NETSESS_PASSWD_FILE (first line of that file),
 * NETSESS_AUTH_FILE, NETSESS_TIMEOUT (seconds), NETSESS_STRICT=1, NETSESS_WINS.
 * NULL when memory is short.
 */
NETSESS_API struct netsess_options *netsess_options_new(void);
NETSESS_API struct netsess_options *netsess_options_copy(const struct netsess_options *o);
NETSESS_API void netsess_options_free(struct netsess_options *o);

/* The setters copy what they are given, and return 0, 8 (no memory) or 87 (not valid). */

/* "user", "DOMAIN\\user" or "user@REALM"; NULL or "" removes it. */
NETSESS_API uint32_t netsess_options_set_user(struct netsess_options *o, const char *user);
/* Kept in memory that is wiped and stays out of core dumps; NULL removes it. */
NETSESS_API uint32_t netsess_options_set_password(struct netsess_options *o,
						  const char *password);
/* The NT hash in place of a password: 16 bytes. */
NETSESS_API uint32_t netsess_options_set_nt_hash(struct netsess_options *o,
						 const uint8_t hash[16]);
/*
 * The NT hash of a password, MD4 of its UTF-16LE: what the function above takes and the
 * accounts file of netsessd holds.  It signs in as well as the password does.
 */
NETSESS_API uint32_t netsess_nt_hash(const char *password, uint8_t hash[16]);
NETSESS_API uint32_t netsess_options_set_auth(struct netsess_options *o,
					      enum netsess_auth auth);
/* Kerberos: a credential cache or client keytab other than the default one. */
NETSESS_API uint32_t netsess_options_set_ccache(struct netsess_options *o,
						const char *name);
NETSESS_API uint32_t netsess_options_set_keytab(struct netsess_options *o,
						const char *name);
/*
 * An authentication file as smbclient's -A takes it: lines "username = …", "password = …",
 * "domain = …".  Errors: 2 (no such file), 5 (not readable), 87 (not of that form).
 */
NETSESS_API uint32_t netsess_options_load_auth_file(struct netsess_options *o,
						    const char *path);
/* Refuse servers that cannot encrypt (50 ERROR_NOT_SUPPORTED). */
NETSESS_API uint32_t netsess_options_set_encryption(struct netsess_options *o,
						    bool required);
/* Lowest and highest dialect to offer: NETSESS_DIALECT_…. */
NETSESS_API uint32_t netsess_options_set_dialects(struct netsess_options *o,
						  uint16_t lowest, uint16_t highest);
/* For one call from name look-up to answer, in milliseconds, 1 or more. */
NETSESS_API uint32_t netsess_options_set_timeout(struct netsess_options *o, unsigned ms);
/* Pass on what the server says; no rule for servers that fall short is applied. */
NETSESS_API uint32_t netsess_options_set_strict(struct netsess_options *o, bool strict);
/* Address of a WINS server for single-label names that DNS does not know. */
NETSESS_API uint32_t netsess_options_set_wins(struct netsess_options *o,
					      const char *address);
/* How long an unused connection is kept for the next call, in ms; 0: not at all. */
NETSESS_API uint32_t netsess_options_set_keep(struct netsess_options *o, unsigned ms);

/* The user a call would sign in as ("" when the Kerberos cache decides); borrowed. */
NETSESS_API const char *netsess_options_user(const struct netsess_options *o);

/*
 * The process-wide options of the Win32 functions (NetSessionDel, …); copied.  NULL goes
 * back to the defaults and the environment.  Returns 0 or 8.
 */
NETSESS_API uint32_t netsess_set_credentials(const struct netsess_options *o);

/* ------------------------------------------------------------------------ requests -- */

/* What a server is asked; the method of [MS-SRVS] or [MS-WKST] behind it. */
enum netsess_op {
	NETSESS_SESSION_ENUM,    /* NetrSessionEnum: levels 0, 1, 2, 10, 502 */
	NETSESS_SESSION_GET,     /* one session, over NetrSessionEnum: 0, 1, 2, 10 */
	NETSESS_SESSION_DEL,     /* NetrSessionDel */
	NETSESS_CONNECTION_ENUM, /* NetrConnectionEnum: 0, 1; `name`: "\\\\client" or share
				  */
	NETSESS_FILE_ENUM,       /* NetrFileEnum: 2, 3; `name`: base path or NULL */
	NETSESS_FILE_GET,        /* NetrFileGetInfo: 2, 3; `id` */
	NETSESS_FILE_CLOSE,      /* NetrFileClose: `id` */
	NETSESS_SHARE_ENUM,      /* NetrShareEnum: 0, 1, 2, 501, 502, 503 */
	NETSESS_SHARE_GET,       /* NetrShareGetInfo: the same and 1005; `name` */
	NETSESS_SERVER_GET,      /* NetrServerGetInfo: 100, 101, 102, 103, 502, 503 */
	NETSESS_WKSTA_GET,       /* NetrWkstaGetInfo: 100, 101, 102 */
	NETSESS_TIME_GET,        /* NetrRemoteTOD */
	NETSESS_COUNTER_ENUM,    /* what netsessd counts: 0; 1722 from any other server */
};

/* Everything there is: MAX_PREFERRED_LENGTH. */
#define NETSESS_ALL 0xffffffffu

/*
 * One question.  Zero-initialise it, then name what you need.  The strings are borrowed
 * for the call (for a batch: until it has run).  NULL and "" both mean "any".
 */
struct netsess_request {
	enum netsess_op op;
	uint32_t level;
	const char *client; /* "\\\\client", as the server shows it; needs the "\\\\" */
	const char *user;
	const char *name;
	uint32_t id;
	uint32_t prefmaxlen; /* bytes wanted at the most in one page; 0 means NETSESS_ALL */
	uint32_t resume; /* where to go on: netsess_result_resume() of the page before */
	bool one_page;   /* stop after one answer (code 234: there is more) */
};

/* ------------------------------------------------------------------------- results -- */

enum netsess_type {
	NETSESS_U32,
	NETSESS_TEXT,
	NETSESS_BYTES,
	NETSESS_U64,
};

/* How a value wants to be shown. */
enum netsess_show {
	NETSESS_SHOW_PLAIN,
	NETSESS_SHOW_HEX,
	NETSESS_SHOW_SECONDS, /* a duration */
	NETSESS_SHOW_FLAGS,   /* names come from netsess_result_flags() */
	NETSESS_SHOW_SIGNED,  /* the 32 bits are a two's complement number */
	NETSESS_SHOW_LIMIT,   /* a number; 0xffffffff is "unlimited" */
	NETSESS_SHOW_BOOL,    /* 0 is false */
	NETSESS_SHOW_MINUTES, /* a duration; 0xffffffff is "never" */
	NETSESS_SHOW_TIME,    /* seconds since 1970, UTC */
	NETSESS_SHOW_NEVER, /* not for eyes: a password, or the length of bytes shown anyway
			     */
};

/* One member of an information level, e.g. sesi502_cname.  Static, never freed. */
struct netsess_field {
	const char *member;  /* "cname": the spec's name without its prefix */
	const char *key;     /* "client": for JSON */
	const char *heading; /* "CLIENT": for a table */
	enum netsess_type type;
	enum netsess_show show;
};

/* The answer to one request: a table that describes itself.  Also holds what went wrong. */
struct netsess_result;

NETSESS_API void netsess_result_free(struct netsess_result *r);

/* The Win32 code; 234 ERROR_MORE_DATA comes with rows. */
NETSESS_API uint32_t netsess_result_code(const struct netsess_result *r);
/* A sentence on what happened, for a person: "" when there is nothing to add.  Borrowed. */
NETSESS_API const char *netsess_result_note(const struct netsess_result *r);
/* The level the rows are of, as asked for. */
NETSESS_API uint32_t netsess_result_level(const struct netsess_result *r);
NETSESS_API size_t netsess_result_rows(const struct netsess_result *r);
NETSESS_API size_t netsess_result_fields(const struct netsess_result *r);
/* NULL past the last. */
NETSESS_API const struct netsess_field *netsess_result_field(const struct netsess_result *r,
							     size_t field);
/* The field with that spec name or JSON key; netsess_result_fields() when there is none. */
NETSESS_API size_t netsess_result_find(const struct netsess_result *r, const char *name);
/* 0 for a field of another type. */
NETSESS_API uint32_t netsess_result_u32(const struct netsess_result *r, size_t row,
					size_t field);
NETSESS_API uint64_t netsess_result_u64(const struct netsess_result *r, size_t row,
					size_t field);
/* "" for a field of another type or one that was not sent.  Borrowed from the result. */
NETSESS_API const char *netsess_result_text(const struct netsess_result *r, size_t row,
					    size_t field);
/* NULL and *n = 0 for a field of another type or an empty one.  Borrowed. */
NETSESS_API const uint8_t *netsess_result_bytes(const struct netsess_result *r, size_t row,
						size_t field, size_t *n);
/*
 * A flags field in words, "GUEST|NOENCRYPTION", into `out` (of n bytes, always ended with a
 * NUL).  Unknown bits appear as hex.
 */
NETSESS_API void netsess_result_flags(const struct netsess_result *r, size_t row,
				      size_t field, char *out, size_t n);
/* TotalEntries as the server counts: a hint. */
NETSESS_API uint32_t netsess_result_total(const struct netsess_result *r);
NETSESS_API uint32_t netsess_result_resume(const struct netsess_result *r);
/* How the server was reached; for -v.  0 or "" when it was not.  Borrowed. */
NETSESS_API uint16_t netsess_result_dialect(const struct netsess_result *r);
NETSESS_API bool netsess_result_encrypted(const struct netsess_result *r);
/* The user name the server knows us by: what a session of our own would be listed under. */
NETSESS_API const char *netsess_result_self_user(const struct netsess_result *r);
/* Our own address on that connection, as a client column would show it: "\\\\192.0.2.7". */
NETSESS_API const char *netsess_result_self_client(const struct netsess_result *r);

/* --------------------------------------------------------------------------- calls -- */

/*
 * Asks one server and waits.
 *
 * server: "host", "\\\\host", "host:port", "[2001:db8::1]:port"; NULL or "" is this
 *         computer, over netsessd's local socket (NETSESS_SOCKET in the environment names
 *         another).
 * o:      NULL means the defaults.
 * result: optional; on success and on failure alike a result that the caller frees (NULL
 *         only when memory is short).
 *
 * Returns the code: the server's own, or 5 access denied, 8 no memory, 50 no common
 * dialect or protection, 53 not found or not reachable, 58 an answer that makes no sense,
 * 64 connection lost, 87 a parameter is not valid, 121 deadline, 124 unknown level, 1326
 * credentials refused or missing, 1722 no such pipe, 1726 RPC fault, 2114 (local) no
 * netsessd.
 */
NETSESS_API uint32_t netsess_call(const struct netsess_options *o, const char *server,
				  const struct netsess_request *request,
				  struct netsess_result **result);

/* Closes the connections kept for later calls (each is signed off). */
NETSESS_API void netsess_disconnect_all(void);

/* --------------------------------------------------------------------------- batch -- */

/* Many servers at once, in one thread and one loop. */
struct netsess_batch;

/* `o` is copied. NULL when memory is short. */
NETSESS_API struct netsess_batch *netsess_batch_new(const struct netsess_options *o);
NETSESS_API void netsess_batch_free(struct netsess_batch *b);

/* One more question for one server; `tag` comes back with the answer.  0, 8 or 87. */
NETSESS_API uint32_t netsess_batch_add(struct netsess_batch *b, const char *server,
				       const struct netsess_request *request, void *tag);

/*
 * Called once for each question, as it is answered, from within netsess_batch_run().  The
 * callee owns `result` and frees it.  It may add further questions to the same batch.
 */
typedef void netsess_answer(void *arg, void *tag, const char *server,
			    struct netsess_result *result);

/*
 * Asks all, at most `parallel` servers at a time (0: 256), and returns when each has its
 * answer: 0, or 8 when memory or descriptors did not even suffice for the loop itself.
 */
NETSESS_API uint32_t netsess_batch_run(struct netsess_batch *b, unsigned parallel,
				       netsess_answer *answer, void *arg);

/* --------------------------------------------------------------------------- words -- */

/* "NERR_ClientNameNotFound" for 2312; "" when the code has no name here.  Static. */
NETSESS_API const char *netsess_code_name(uint32_t code);
/* A sentence for a person; never empty.  Static. */
NETSESS_API const char *netsess_code_text(uint32_t code);
/* "3.1.1" for 0x0311; "" for an unknown one.  Static. */
NETSESS_API const char *netsess_dialect_name(uint16_t dialect);

/*
 * Whether two client names mean the same computer, as the filters do: addresses compare as
 * addresses (with or without "\\\\" and brackets, IPv4-mapped or not), names without case.
 */
NETSESS_API bool netsess_same_client(const char *a, const char *b);
/* Whether two user names mean the same user: "bob", "DOMAIN\\bob" and "bob@REALM" do. */
NETSESS_API bool netsess_same_user(const char *a, const char *b);

#ifdef __cplusplus
}
#endif

#endif
