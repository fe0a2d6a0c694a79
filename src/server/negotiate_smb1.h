/* SPDX-License-Identifier: MIT */
/*
 * The only SMB1 message we know: the SMB_COM_NEGOTIATE with which clients start that do not
 * know yet whether a server speaks SMB2, [MS-SMB2] 3.3.5.3.  "SMB 2.???" is answered by
 * 0x02FF, and an SMB2 NEGOTIATE must follow; "SMB 2.002" alone settles on 2.0.2 at once.
 * Anything else ends the connection: SMB1 itself is never spoken.
 */
#ifndef SERVER_NEGOTIATE_SMB1_H
#define SERVER_NEGOTIATE_SMB1_H

#include "server/conn.h"

/* `frame` begins with the SMB1 header. */
void negotiate_smb1(struct server_conn *conn, struct view frame);

#endif
