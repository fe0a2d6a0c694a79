/* SPDX-License-Identifier: MIT */
/*
 * The other kind of link: DCE/RPC straight over a byte stream, as the session server of
 * this computer speaks it on its Unix socket.  No SMB2 and no credentials: the kernel
 * vouches for the caller.
 *
 * The stream carries one association, hence one interface: the one of the first call.  A
 * call on another one is NS_ENOPIPE, and the link lives on.  A stream has no CANCEL and no
 * LOGOFF: link_cancel() and link_leave() do nothing to the peer.
 *
 * Errors are those of client/conn.h as far as they apply: NS_ENOPIPE when the bind is
 * refused (dead, for the association is), NS_EACCESS and NS_EFAULT for a fault; whatever
 * the RPC engine finds malformed kills the link.
 */
#ifndef CLIENT_LOCAL_H
#define CLIENT_LOCAL_H

#include "client/link.h"

/* NULL when memory is short. */
struct link *local_new(void);

#endif
