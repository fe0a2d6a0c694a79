/* SPDX-License-Identifier: MIT */
/*
 * NEGOTIATE, [MS-SMB2] 2.2.3 and 2.2.4, with the negotiate contexts of 3.1.1.
 */
#ifndef WIRE_SMB2_NEGOTIATE_H
#define WIRE_SMB2_NEGOTIATE_H

#include "wire/smb2_hdr.h"

#define SMB2_GUID_LEN 16

/* Five dialects exist; a client that offers more than this many is no client. */
#define SMB2_DIALECTS_MAX 64

/* At most six algorithms of a kind are defined; room for those to come. */
#define SMB2_ALGORITHMS_MAX 32

struct smb2_algorithms {
	uint16_t id[SMB2_ALGORITHMS_MAX]; /* most preferred first */
	size_t count;                     /* 0: the context is absent */
};

/*
 * A context of a known type may come once, in any order; unknown types are skipped.  Which
 * must be there, and that a response has one algorithm of a kind, is the caller's to check.
 */
struct smb2_negotiate_contexts {
	struct smb2_algorithms preauth;    /* 2.2.3.1.1 */
	struct view preauth_salt;          /* of the same context */
	struct smb2_algorithms encryption; /* 2.2.3.1.2 */
	struct smb2_algorithms
		compression; /* 2.2.3.1.3: never encoded, we don't compress */
	uint32_t compression_flags;
	struct view netname;            /* 2.2.3.1.4, UTF-16LE; empty: absent */
	bool has_transport;             /* 2.2.3.1.5 */
	uint32_t transport_flags;       /* SMB2_ACCEPT_TRANSPORT_LEVEL_SECURITY */
	struct smb2_algorithms rdma;    /* 2.2.3.1.6 */
	struct smb2_algorithms signing; /* 2.2.3.1.7 */
};

struct smb2_negotiate_req {
	uint16_t security_mode;
	uint32_t capabilities;
	uint8_t client_guid[SMB2_GUID_LEN];
	uint16_t dialects[SMB2_DIALECTS_MAX];
	size_t dialect_count;
	struct smb2_negotiate_contexts contexts; /* only if 3.1.1 is among the dialects */
};

struct smb2_negotiate_rsp {
	uint16_t security_mode;
	uint16_t dialect;
	uint8_t server_guid[SMB2_GUID_LEN];
	uint32_t capabilities;
	uint32_t max_transact_size;
	uint32_t max_read_size;
	uint32_t max_write_size;
	uint64_t system_time; /* FILETIME */
	uint64_t server_start_time;
	struct view token;                       /* SecurityBuffer */
	struct smb2_negotiate_contexts contexts; /* only if dialect is 3.1.1 */
};

bool smb2_negotiate_req_offers(const struct smb2_negotiate_req *req, uint16_t dialect);

/* No dialect at all is NS_EFORMAT, more than SMB2_DIALECTS_MAX NS_ELIMIT. */
NS_MUST_USE enum ns_err smb2_negotiate_req_decode(struct smb2_negotiate_req *out,
						  struct view msg);
void smb2_negotiate_req_encode(struct wire_writer *w, const struct smb2_negotiate_req *v);

NS_MUST_USE enum ns_err smb2_negotiate_rsp_decode(struct smb2_negotiate_rsp *out,
						  struct view msg);
void smb2_negotiate_rsp_encode(struct wire_writer *w, const struct smb2_negotiate_rsp *v);

#endif
