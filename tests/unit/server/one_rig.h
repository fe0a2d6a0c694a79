/* SPDX-License-Identifier: MIT */
/*
 * What the tests of one connection have in common: an engine and one workstation, 10.0.0.1,
 * connected to it.
 */
#ifndef TESTS_UNIT_SERVER_ONE_RIG_H
#define TESTS_UNIT_SERVER_ONE_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/rawclient.h"

static struct serverlab lab;
static struct rawclient c;

static inline int one_up(void **state)
{
	(void)state;
	serverlab_init(&lab);
	serverlab_start(&lab);
	raw_connect(&c, &lab, "10.0.0.1");
	return 0;
}

static inline int one_down(void **state)
{
	(void)state;
	raw_disconnect(&c);
	serverlab_stop(&lab);
	return 0;
}

/* Another connection, after one was dropped or is done. */
static inline void one_reconnect(void)
{
	raw_disconnect(&c);
	raw_connect(&c, &lab, "10.0.0.1");
}

/* Alice signs in by 3.1.1, asking for so many credits a request, and connects to IPC$. */
static inline void one_sign_in(struct raw_session *s, uint16_t credits)
{
	raw_negotiate(&c, SMB2_DIALECT_311);
	c.ask = credits;
	assert_int_equal(raw_sign_in(&c, s, "alice", "passalice"), NT_STATUS_SUCCESS);
	assert_int_equal(raw_tree(&c, s, "IPC$", &c.tree), NT_STATUS_SUCCESS);
}

#endif
