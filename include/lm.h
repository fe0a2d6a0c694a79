/* SPDX-License-Identifier: MIT */
/* lm.h: all of the network management headers that this library provides. */
#ifndef NETSESS_LM_H
#define NETSESS_LM_H

#include "lmapibuf.h"
#include "lmcons.h"
#include "lmerr.h"
#include "lmshare.h"

#endif
