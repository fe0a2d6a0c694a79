/* SPDX-License-Identifier: MIT */
/*
 * The response of which all is an output buffer, the same for QUERY_DIRECTORY,
 * CHANGE_NOTIFY and QUERY_INFO: [MS-SMB2] 2.2.34, 2.2.36 and 2.2.38.
 */
#ifndef WIRE_SMB2_OUTPUT_H
#define WIRE_SMB2_OUTPUT_H

#include "wire/smb2_hdr.h"

NS_MUST_USE enum ns_err smb2_output_rsp_decode(struct view *data, struct view msg);
void smb2_output_rsp_encode(struct wire_writer *w, struct view data);

#endif
