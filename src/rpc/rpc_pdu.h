/* SPDX-License-Identifier: MIT */
/*
 * The PDUs of connection-oriented DCE/RPC, [C706] chapter 12 and [MS-RPCE] 2.2.2, both
 * ways.  Only version 5.0 (and its minor 1), little-endian.
 *
 * A decoded PDU borrows its views from the fragment.  An authentication trailer is found
 * and cut off, but nobody here can verify it: the engines refuse a PDU that has one (the
 * SMB session already says who speaks).
 */
#ifndef RPC_RPC_PDU_H
#define RPC_RPC_PDU_H

#include "rpc/rpc_iface.h"

#define RPC_HEADER_SIZE 16u

/* Header and fixed part of a request or a response: where the stub begins. */
#define RPC_STUB_OFFSET 24u

/* Every implementation takes fragments of this size, [C706] 12.6.3.1 (MustRecvFragSize). */
#define RPC_FRAG_MIN 1432u

/* frag_length is 16 bits. */
#define RPC_FRAG_MAX 65535u

/* What Windows offers over SMB and Samba answers with; the vectors' value, too. */
#define RPC_FRAG_USUAL 4280u

/*
 * Presentation contexts in a bind and transfer syntaxes in one of them.  Windows offers
 * three contexts of one syntax; more than these is answered with local_limit_exceeded.
 */
#define RPC_CONTEXTS_MAX  16u
#define RPC_TRANSFERS_MAX 8u

enum rpc_ptype {
	RPC_REQUEST = 0,
	RPC_RESPONSE = 2,
	RPC_FAULT = 3,
	RPC_BIND = 11,
	RPC_BIND_ACK = 12,
	RPC_BIND_NAK = 13,
	RPC_ALTER_CONTEXT = 14,
	RPC_ALTER_CONTEXT_RESP = 15,
	RPC_CO_CANCEL = 18,
	RPC_ORPHANED = 19,
};

/* pfc_flags */
#define RPC_PFC_FIRST_FRAG      0x01u
#define RPC_PFC_LAST_FRAG       0x02u
#define RPC_PFC_PENDING_CANCEL  0x04u
#define RPC_PFC_CONC_MPX        0x10u
#define RPC_PFC_DID_NOT_EXECUTE 0x20u
#define RPC_PFC_MAYBE           0x40u
#define RPC_PFC_OBJECT_UUID     0x80u
#define RPC_PFC_WHOLE           (RPC_PFC_FIRST_FRAG | RPC_PFC_LAST_FRAG)

/* p_cont_def_result_t, [MS-RPCE] 2.2.2.4 */
enum rpc_result {
	RPC_ACCEPTANCE = 0,
	RPC_USER_REJECTION = 1,
	RPC_PROVIDER_REJECTION = 2,
	RPC_NEGOTIATE_ACK = 3,
};

/* p_provider_reason_t, [C706] 12.6.3.1 */
enum rpc_provider_reason {
	RPC_REASON_NOT_SPECIFIED = 0,
	RPC_ABSTRACT_SYNTAX_NOT_SUPPORTED = 1,
	RPC_TRANSFER_SYNTAXES_NOT_SUPPORTED = 2,
	RPC_LOCAL_LIMIT_EXCEEDED = 3,
};

/* provider_reject_reason of a bind_nak, [MS-RPCE] 2.2.2.5 */
enum rpc_nak_reason {
	RPC_NAK_NOT_SPECIFIED = 0,
	RPC_NAK_LOCAL_LIMIT_EXCEEDED = 2,
	RPC_NAK_PROTOCOL_VERSION = 4,
	RPC_NAK_AUTHENTICATION_TYPE = 8,
};

/* The status of a fault: [C706] appendix E and the Win32 codes Windows sends instead. */
#define RPC_FAULT_ACCESS_DENIED 0x00000005u /* nca_s_fault_access_denied */
#define RPC_FAULT_NDR           0x000006f7u /* RPC_X_BAD_STUB_DATA */
#define RPC_FAULT_OUT_OF_MEMORY 0x1c00001bu /* nca_s_fault_remote_no_memory */
#define RPC_FAULT_OP_RANGE      0x1c010002u /* nca_op_rng_error */
#define RPC_FAULT_UNKNOWN_IF    0x1c010003u /* nca_unk_if */
#define RPC_FAULT_PROTOCOL      0x1c01000bu /* nca_proto_error */

struct rpc_context {
	uint16_t id; /* p_cont_id */
	struct rpc_syntax abstract;
	uint8_t n_transfers;
	struct rpc_syntax transfers[RPC_TRANSFERS_MAX];
};

/* bind and alter_context */
struct rpc_bind {
	uint16_t max_xmit_frag;
	uint16_t max_recv_frag;
	uint32_t assoc_group_id;
	uint8_t n_contexts;
	struct rpc_context contexts[RPC_CONTEXTS_MAX];
};

struct rpc_context_result {
	uint16_t result; /* enum rpc_result */
	uint16_t reason; /* enum rpc_provider_reason; with NEGOTIATE_ACK a bit mask */
	struct rpc_syntax transfer;
};

/* bind_ack and alter_context_resp */
struct rpc_bind_ack {
	uint16_t max_xmit_frag;
	uint16_t max_recv_frag;
	uint32_t assoc_group_id;
	struct view secondary_address; /* without its NUL */
	uint8_t n_results;
	struct rpc_context_result results[RPC_CONTEXTS_MAX];
};

struct rpc_call_pdu {
	uint32_t alloc_hint;
	uint16_t context_id;
	uint16_t opnum;         /* request */
	bool has_object;        /* request; RPC_PFC_OBJECT_UUID follows it on encoding */
	struct rpc_uuid object; /* request */
	uint8_t cancel_count;   /* response, fault */
	uint32_t status;        /* fault */
	struct view stub; /* request, response; a fault's is ignored, [MS-RPCE] 2.2.2.8 */
};

struct rpc_pdu {
	uint8_t ptype;
	uint8_t flags;
	uint32_t call_id;
	bool has_auth; /* decoding: an authentication trailer was there */
	union {
		struct rpc_bind bind;     /* RPC_BIND, RPC_ALTER_CONTEXT */
		struct rpc_bind_ack ack;  /* RPC_BIND_ACK, RPC_ALTER_CONTEXT_RESP */
		uint16_t nak_reason;      /* RPC_BIND_NAK */
		struct rpc_call_pdu call; /* RPC_REQUEST, RPC_RESPONSE, RPC_FAULT */
	} u;                              /* none for RPC_CO_CANCEL and RPC_ORPHANED */
};

/* The start of a PDU, enough to know where it ends. */
struct rpc_header {
	uint8_t ptype;
	uint8_t flags;
	uint16_t frag_length;
	uint16_t auth_length;
	uint32_t call_id;
};

/*
 * NS_AGAIN with fewer than RPC_HEADER_SIZE bytes; NS_EFORMAT for another version, another
 * byte order or a frag_length below the header's own.  Once the bytes are there the
 * ptype and call_id are filled in even when it fails, so that an answer can name them.
 */
NS_MUST_USE enum ns_err rpc_header_decode(struct rpc_header *h, struct view bytes);

/*
 * `fragment` is exactly one PDU.  NS_ELIMIT for more contexts or syntaxes than the limits
 * above, NS_EUNSUPPORTED for a type that is none of enum rpc_ptype.
 */
NS_MUST_USE enum ns_err rpc_pdu_decode(struct rpc_pdu *pdu, struct view fragment);

/* Appends the PDU with its frag_length.  Never with an authentication trailer. */
NS_MUST_USE enum ns_err rpc_pdu_encode(struct buf *out, const struct rpc_pdu *pdu);

#endif
