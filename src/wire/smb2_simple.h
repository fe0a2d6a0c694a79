/* SPDX-License-Identifier: MIT */
/*
 * The nine messages whose body is StructureSize 4 and two reserved bytes: LOGOFF (2.2.7,
 * 2.2.8), TREE_DISCONNECT (2.2.11, 2.2.12), ECHO (2.2.28, 2.2.29), each way; the CANCEL
 * request (2.2.30); the responses to FLUSH (2.2.18) and LOCK (2.2.27).
 */
#ifndef WIRE_SMB2_SIMPLE_H
#define WIRE_SMB2_SIMPLE_H

#include "wire/smb2_hdr.h"

NS_MUST_USE enum ns_err smb2_simple_decode(struct view msg);
void smb2_simple_encode(struct wire_writer *w);

#endif
