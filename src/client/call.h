/* SPDX-License-Identifier: MIT */
/*
 * One call, from server name to result, waiting for it: what netsess_call() and the Win32
 * functions are made of.
 */
#ifndef CLIENT_CALL_H
#define CLIENT_CALL_H

#include "client/op.h"
#include "client/options.h"

/*
 * Brings `op` to its end against `server` (NULL or "": this computer).  Whatever happens,
 * op_take() has a result afterwards; the caller owns both.  NULL options: the defaults and
 * the environment.
 */
void call_run(const struct netsess_options *o, const char *server, struct op *op);

#endif
