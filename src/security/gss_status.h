/* SPDX-License-Identifier: MIT */
/* What a status of GSSAPI and of the Kerberos behind it is to us: gss_status.def. */
#ifndef SECURITY_GSS_STATUS_H
#define SECURITY_GSS_STATUS_H

#include <stdint.h>

#include "base/err.h"

/* By the reason that Kerberos gives (`minor`), else by GSSAPI's.  Never NS_OK. */
enum ns_err gss_status_to_err(uint32_t major, uint32_t minor);

#endif
