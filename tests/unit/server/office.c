/* SPDX-License-Identifier: MIT */
#include "office.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

int office_open(void **state)
{
	struct office *o = calloc(1, sizeof(*o));

	assert_non_null(o);
	serverlab_init(&o->lab);
	serverlab_start(&o->lab);
	workstation_in(&o->admin, &o->lab, "10.0.0.9", "admin");
	workstation_in(&o->alice, &o->lab, "10.0.0.1", "alice");
	workstation_in(&o->bob, &o->lab, "10.0.0.2", "bob");
	workstation_in(&o->bob2, &o->lab, "fe80::1", "bob");
	rig_pipe_in(&o->p, &o->admin, &SRVSVC);
	*state = o;
	return 0;
}

int office_close(void **state)
{
	struct office *o = *state;

	rig_pipe_out(&o->p);
	workstation_out(&o->admin);
	workstation_out(&o->alice);
	workstation_out(&o->bob);
	workstation_out(&o->bob2);
	serverlab_stop(&o->lab);
	free(o);
	return 0;
}

unsigned living(struct office *o)
{
	return (workstation_lives(&o->admin) ? ADMIN : 0) |
	       (workstation_lives(&o->alice) ? ALICE : 0) |
	       (workstation_lives(&o->bob) ? BOB : 0) |
	       (workstation_lives(&o->bob2) ? BOB2 : 0);
}

char *long_name(size_t chars, bool backslashes)
{
	static char name[4096];

	memset(name, 'x', chars);
	if (backslashes)
		memcpy(name, "\\\\", 2);
	name[chars] = '\0';
	return name;
}
