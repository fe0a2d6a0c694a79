/* SPDX-License-Identifier: MIT */
/* Four people who are signed in, for the tests of the session calls. */
#ifndef TESTS_UNIT_SERVER_OFFICE_H
#define TESTS_UNIT_SERVER_OFFICE_H

#include "svc_rig.h"

/* admin, alice and bob at three workstations, bob at another one as well. */
struct office {
	struct serverlab lab;
	struct workstation admin, alice, bob, bob2;
	struct rig_pipe p; /* admin's */
};

int office_open(void **state);
int office_close(void **state);

/* Who still lives: one bit each, in the order of the office. */
#define ADMIN 1u
#define ALICE 2u
#define BOB   4u
#define BOB2  8u
#define ALL   15u

unsigned living(struct office *o);

/* A name of so many characters, two backslashes among them or none; a static buffer. */
char *long_name(size_t chars, bool backslashes);

#endif
