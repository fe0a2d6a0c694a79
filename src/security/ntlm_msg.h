/* SPDX-License-Identifier: MIT */
/*
 * The three messages of NTLM, [MS-NLMP] 2.2, in both directions.  What a decoder gives
 * borrows from the message.  Strings are UTF-16LE as they travel.
 */
#ifndef SECURITY_NTLM_MSG_H
#define SECURITY_NTLM_MSG_H

#include <stdbool.h>

#include "base/buf.h"

/* NegotiateFlags, 2.2.2.5. */
#define NTLMSSP_NEGOTIATE_UNICODE                  0x00000001u
#define NTLMSSP_REQUEST_TARGET                     0x00000004u
#define NTLMSSP_NEGOTIATE_SIGN                     0x00000010u
#define NTLMSSP_NEGOTIATE_SEAL                     0x00000020u
#define NTLMSSP_NEGOTIATE_NTLM                     0x00000200u
#define NTLMSSP_NEGOTIATE_ANONYMOUS                0x00000800u
#define NTLMSSP_NEGOTIATE_ALWAYS_SIGN              0x00008000u
#define NTLMSSP_TARGET_TYPE_DOMAIN                 0x00010000u
#define NTLMSSP_TARGET_TYPE_SERVER                 0x00020000u
#define NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY 0x00080000u
#define NTLMSSP_NEGOTIATE_TARGET_INFO              0x00800000u
#define NTLMSSP_NEGOTIATE_VERSION                  0x02000000u
#define NTLMSSP_NEGOTIATE_128                      0x20000000u
#define NTLMSSP_NEGOTIATE_KEY_EXCH                 0x40000000u
#define NTLMSSP_NEGOTIATE_56                       0x80000000u

#define NTLM_CHALLENGE_LEN 8
#define NTLM_MIC_LEN       16

/* Where the MIC stands in an AUTHENTICATE_MESSAGE, 2.2.1.3. */
#define NTLM_MIC_AT 72

/*
 * More than any honest message: five names of 256 characters and a target information of
 * a few hundred bytes.  Copies of the first two messages are kept for the third.
 */
#define NTLM_MESSAGE_MAX 8192

/* 2.2.1.1 NEGOTIATE_MESSAGE; its two OEM names are not used by anybody. */
struct ntlm_negotiate {
	uint32_t flags;
};

NS_MUST_USE enum ns_err ntlm_negotiate_decode(struct ntlm_negotiate *out, struct view msg);
NS_MUST_USE enum ns_err ntlm_negotiate_encode(struct buf *out,
					      const struct ntlm_negotiate *msg);

/* 2.2.1.2 CHALLENGE_MESSAGE. */
struct ntlm_challenge {
	uint32_t flags;
	uint8_t server_challenge[NTLM_CHALLENGE_LEN];
	struct view target_name;
	struct view target_info; /* AV_PAIRs */
};

NS_MUST_USE enum ns_err ntlm_challenge_decode(struct ntlm_challenge *out, struct view msg);
NS_MUST_USE enum ns_err ntlm_challenge_encode(struct buf *out,
					      const struct ntlm_challenge *msg);

/* 2.2.1.3 AUTHENTICATE_MESSAGE. */
struct ntlm_authenticate {
	struct view lm_response;
	struct view nt_response;
	struct view domain;
	struct view user;
	struct view workstation;
	struct view session_key; /* EncryptedRandomSessionKey */
	uint32_t flags;
	bool has_mic; /* the fixed part is long enough to hold one */
	uint8_t mic[NTLM_MIC_LEN];
};

/* has_mic says that there is room; whether it means something, an AV_PAIR says. */
NS_MUST_USE enum ns_err ntlm_authenticate_decode(struct ntlm_authenticate *out,
						 struct view msg);

/* Always with a MIC field, as given; it is filled in later (NTLM_MIC_AT). */
NS_MUST_USE enum ns_err ntlm_authenticate_encode(struct buf *out,
						 const struct ntlm_authenticate *msg);

/* AvId, 2.2.2.1. */
enum ntlm_av_id {
	NTLM_AV_EOL = 0,
	NTLM_AV_NB_COMPUTER = 1,
	NTLM_AV_NB_DOMAIN = 2,
	NTLM_AV_DNS_COMPUTER = 3,
	NTLM_AV_DNS_DOMAIN = 4,
	NTLM_AV_DNS_TREE = 5,
	NTLM_AV_FLAGS = 6,
	NTLM_AV_TIMESTAMP = 7,
	NTLM_AV_SINGLE_HOST = 8,
	NTLM_AV_TARGET_NAME = 9,
	NTLM_AV_CHANNEL_BINDINGS = 10,
	NTLM_AV_KNOWN, /* their number */
};

/* MsvAvFlags: the AUTHENTICATE_MESSAGE has a MIC. */
#define NTLM_AV_FLAG_MIC 0x00000002u

/* The pairs of a list by their id; where one stands twice, the first counts. */
struct ntlm_av_pairs {
	bool present[NTLM_AV_KNOWN];
	struct view value[NTLM_AV_KNOWN];
	uint32_t flags;     /* MsvAvFlags, or 0 */
	uint64_t timestamp; /* MsvAvTimestamp, or 0 */
};

/*
 * The list must end with MsvAvEOL; what follows that is not looked at.  NS_EFORMAT for a
 * flag or time of a wrong length.
 */
NS_MUST_USE enum ns_err ntlm_av_decode(struct ntlm_av_pairs *out, struct view list);

/* Appends one pair; NTLM_AV_EOL with an empty value ends a list. */
NS_MUST_USE enum ns_err ntlm_av_put(struct buf *out, enum ntlm_av_id id, struct view value);

/*
 * Appends a client's list, 3.1.5.1.2: the server's pairs, the flag that announces a MIC,
 * no channel bindings, and the service name (UTF-16LE) it wanted to reach.
 */
NS_MUST_USE enum ns_err ntlm_av_answer(struct buf *out, struct view server_list,
				       struct view service_name);

#endif
