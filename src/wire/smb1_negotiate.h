/* SPDX-License-Identifier: MIT */
/*
 * SMB_COM_NEGOTIATE, [MS-CIFS] 2.2.4.52: the one SMB1 message that an SMB2 server meets,
 * from clients that offer both ([MS-SMB2] 1.7 and 3.3.5.3).  Of it all that matters is
 * which SMB2 dialect strings it names; its answer is an SMB2 message.
 */
#ifndef WIRE_SMB1_NEGOTIATE_H
#define WIRE_SMB1_NEGOTIATE_H

#include <stdbool.h>

#include "wire/reader.h"
#include "wire/writer.h"

/* A client names some ten dialects; this many is no client. */
#define SMB1_DIALECTS_MAX 64

struct smb1_negotiate_req {
	bool smb2_002;      /* "SMB 2.002" */
	bool smb2_wildcard; /* "SMB 2.???" */
};

/*
 * `msg` begins with the SMB1 header.  NS_EUNSUPPORTED: another SMB1 command; NS_ETRUNC,
 * NS_EFORMAT, NS_ELIMIT: as their texts say.
 */
NS_MUST_USE enum ns_err smb1_negotiate_req_decode(struct smb1_negotiate_req *out,
						  struct view msg);

/* Names "NT LM 0.12", as clients do, and what `v` says. */
void smb1_negotiate_req_encode(struct wire_writer *w, const struct smb1_negotiate_req *v);

#endif
