/* SPDX-License-Identifier: MIT */
/* The fields of rpc/info.h as netsess.h shows them. */
#ifndef CLIENT_RESULT_FIELD_H
#define CLIENT_RESULT_FIELD_H

#include "netsess.h"
#include "rpc/info.h"

/* Static, and always the same for the same field. */
const struct netsess_field *result_field_of(const struct info_field *field);

#endif
