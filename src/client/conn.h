/* SPDX-License-Identifier: MIT */
/*
 * The SMB2 client engine: one connection, one session, and on it the pipes of the
 * interfaces that are called.  Sans-IO: see client/link.h for how a driver runs it.
 *
 * What a call costs, in round trips: NEGOTIATE, SESSION_SETUP (two with NTLM, one with
 * Kerberos), one compound {TREE_CONNECT IPC$, CREATE pipe, IOCTL bind}, one IOCTL that
 * carries the request.  The next call on the same interface costs the last alone.  A
 * server that refuses the compound is asked for its elements one by one, on the same
 * connection; conn_no_compound() tells, so that the next connection starts that way.
 *
 * What it holds against the peer ([MS-SMB2] 3.2.5.1):
 *	- an answer must be to a request that is in flight, once, and to that command;
 *	- from the last SESSION_SETUP response on, each must be signed or sealed with the
 *	  session's keys, but for interim responses;
 *	- once the session (or IPC$) is encrypted, an answer in the clear is refused;
 *	- for 3.0 and 3.0.2, and where a 2.x was chosen though we offered 3.x, the NEGOTIATE
 *	  exchange is validated before any method call is sent (3.2.5.5);
 *	- no message is longer than CONN_MESSAGE_MAX.
 *
 * Errors as they come out of link_poll():
 *	NS_ETRUNC, NS_EFORMAT, NS_ELIMIT	the server's bytes make no sense; dead
 *	NS_EUNEXPECTED		a replay, an unsolicited answer, one to another command;
 *dead NS_ESIGNATURE		does not verify, or should be protected and is not; dead
 *	NS_EUNSUPPORTED		no common dialect, cipher or mechanism; dead
 *	NS_EAUTH		the credentials were refused, or made us a guest; dead
 *	NS_EACCESS		this account may not sign in (dead), use IPC$ or the pipe
 *				(lives on), or the fault said so (lives on)
 *	NS_ENOPIPE		no such pipe, or no such interface behind it; lives on
 *	NS_EFAULT		RPC fault, its status in link_info.rpc_fault; lives on
 *	NS_ESTATUS		another error status, in link_info.ntstatus; lives on
 *	NS_EENDED		the session was ended by the server or has expired; dead
 *	NS_ECLOSED		link_eof() came in the middle, or the pipe broke; dead
 *	NS_ENOCREDS, NS_ENOMEM	as their texts say; dead
 * A server that never answers leaves NS_AGAIN standing: deadlines are the driver's.
 *
 * link_cancel() makes the call under way end early where the server obeys; the engine then
 * still waits for its answer.  After link_leave() only link_output() makes sense.
 */
#ifndef CLIENT_CONN_H
#define CLIENT_CONN_H

#include "client/link.h"
#include "security/auth_credentials.h"

/* The longest SMB2 message taken, transform header and all: 8 MiB of data and room. */
#define CONN_MESSAGE_MAX ((8u << 20) + 64u * 1024)

struct conn_config {
	/* As the user named it, without port: for the UNC path and the service principal.
	 */
	const char *host;
	const char *workstation; /* our own name, shown by servers; NULL: none */
	const struct auth_credentials *credentials;
	uint16_t lowest;  /* [MS-SMB2] 2.2.3 Dialects; 0: SMB2_DIALECT_202 */
	uint16_t highest; /* 0: SMB2_DIALECT_311 */
	bool require_encryption;
	bool no_compound;        /* what conn_no_compound() said of an earlier connection */
	uint8_t client_guid[16]; /* ClientGuid; zeroes: one is drawn */
	/* The time and the random numbers; NULL: the system's.  Borrowed for good. */
	const struct auth_env *env;
};

/*
 * NULL when memory is short.  All of `cfg` is copied but `env`; the copy of the credentials
 * is wiped once signed in.
 */
struct link *conn_new(const struct conn_config *cfg);

/* Whether the server refused a compound.  Only for links that conn_new() made. */
bool conn_no_compound(const struct link *l);

#endif
