/* SPDX-License-Identifier: MIT */
/*
 * What the two sides of a SPNEGO exchange have in common: the mechanism that was agreed
 * on, the list it was taken from, and what is kept of it when it is done.
 */
#ifndef SECURITY_SPNEGO_COMMON_H
#define SECURITY_SPNEGO_COMMON_H

#include "security/auth_credentials.h"
#include "wire/spnego.h"

enum spnego_phase {
	SPNEGO_START,
	SPNEGO_RUNNING,
	SPNEGO_DONE,
	SPNEGO_FAILED,
};

/* Room for a mechanism's description of its failure. */
#define SPNEGO_ERROR_TEXT 512

struct spnego {
	struct auth auth; /* first: a struct auth * is one of these */
	enum spnego_phase phase;
	struct auth *mech; /* owned; NULL before the choice and when DONE */
	unsigned chosen;   /* AUTH_MECH_... of it */
	bool mech_done;
	bool mic_needed; /* not the client's first choice, or asked for by the peer */
	bool mic_sent;
	bool mic_verified;
	struct buf mech_list; /* the DER that mechListMIC covers */
	struct secret key;
	struct auth_identity identity; /* its strings are owned once DONE */
	char error_text[SPNEGO_ERROR_TEXT];
};

void spnego_init(struct spnego *s, const struct auth_ops *ops);
void spnego_release(struct spnego *s);

/* AUTH_MECH_... of a mechanism in a token; 0 for one that is not ours. */
unsigned spnego_mech_bit(enum spnego_mech mech);

/* Keeps what the mechanism says about its failure, for auth_error_text(). */
void spnego_keep_error(struct spnego *s, const struct auth *mech);

/* One step of the mechanism; sets mech_done.  NS_OK also when it goes on. */
NS_MUST_USE enum ns_err spnego_run_mech(struct spnego *s, struct buf *token,
					struct view in);

/* With the mechanism done: is there a MIC that must come and has not? */
bool spnego_mic_is_missing(const struct spnego *s);

/*
 * Verifies the peer's MIC.  Of a mechanism without keys (anonymous, guest) it is not
 * looked at.  NS_EUNEXPECTED before the mechanism is done.
 */
NS_MUST_USE enum ns_err spnego_check_mic(struct spnego *s, struct view mic);

/* Appends our MIC and remembers that; nothing, for a mechanism without keys. */
NS_MUST_USE enum ns_err spnego_make_mic(struct spnego *s, struct buf *mic);

/* Takes key and identity, frees the mechanism, and is DONE. */
NS_MUST_USE enum ns_err spnego_finish(struct spnego *s);

/* The rest of the table, for both sides. */
enum ns_err spnego_export_key(const struct auth *a, struct secret *out);
struct auth_identity spnego_identity(const struct auth *a);
unsigned spnego_chosen(const struct auth *a);
const char *spnego_error_text(const struct auth *a);
enum ns_err spnego_get_mic(struct auth *a, struct buf *out, struct view msg);
enum ns_err spnego_verify_mic(struct auth *a, struct view mic, struct view msg);

#endif
