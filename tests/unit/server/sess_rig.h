/* SPDX-License-Identifier: MIT */
/*
 * What the tests of sessions have in common: an engine with two workstations connected, and
 * the engine's own view of a raw client's session.
 */
#ifndef TESTS_UNIT_SERVER_SESS_RIG_H
#define TESTS_UNIT_SERVER_SESS_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "lib/rawclient.h"
#include "server/channel.h"
#include "server/server_config.h"
#include "server/session.h"
#include "server/session_end.h"
#include "server/session_table.h"

struct rig {
	struct serverlab lab;
	struct rawclient one, two; /* 10.0.0.1 and fe80::2 */
};

/* The engine with its configuration as `change` leaves it (NULL: as it is), no client. */
static inline void rig_start(struct rig *rig, void (*change)(struct server_config *))
{
	*rig = (struct rig){0};
	serverlab_init(&rig->lab);
	if (change != NULL)
		change(&rig->lab.config);
	serverlab_start(&rig->lab);
}

/* Both clients connect and speak this dialect. */
static inline void rig_connect(struct rig *rig, uint16_t dialect)
{
	raw_connect(&rig->one, &rig->lab, "10.0.0.1");
	raw_negotiate(&rig->one, dialect);
	raw_connect(&rig->two, &rig->lab, "fe80::2");
	raw_negotiate(&rig->two, dialect);
}

static inline void rig_begin(struct rig *rig, void (*change)(struct server_config *),
			     uint16_t dialect)
{
	rig_start(rig, change);
	rig_connect(rig, dialect);
}

static inline void rig_stop(struct rig *rig)
{
	if (rig->one.lab != NULL)
		raw_disconnect(&rig->one);
	if (rig->two.lab != NULL)
		raw_disconnect(&rig->two);
	serverlab_stop(&rig->lab);
}

static inline struct session *rig_session(struct rig *rig, const struct raw_session *s)
{
	return session_table_find(rig->lab.server->sessions, s->id);
}

static inline void rig_sign_in(struct rawclient *c, struct raw_session *s, const char *user)
{
	char password[64];

	snprintf(password, sizeof(password), "pass%s", user);
	assert_int_equal(raw_sign_in(c, s, user, password), NT_STATUS_SUCCESS);
}

static inline size_t rig_listed(const struct rig *rig)
{
	return session_table_listed(rig->lab.server->sessions);
}

#endif
