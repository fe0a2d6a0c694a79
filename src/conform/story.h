/* SPDX-License-Identifier: MIT */
/*
 * Stories: the cases of what an end means.  Each sets its scene, ends somebody in its own
 * way, and looks.  cases_session.c has their table and most of them, story_end.c those that
 * look at the connection of the one who was ended, story_file.c those with files.
 */
#ifndef CONFORM_STORY_H
#define CONFORM_STORY_H

#include "conform/session_call.h"

/* For the server to notice that a connection is gone. */
#define NOTICE_MS      3000u
#define NOTICE_STEP_MS 50u

struct story {
	struct case_head head;
	void (*play)(struct scene *s, const struct story *c, struct outcome *o);
	uint16_t dialect; /* 0: any */
	bool seal;
};

/* -------------------------------------------------------------------- story_end.c -- */

void story_neighbour(struct scene *s, const struct story *c, struct outcome *o);
void story_connection_stays(struct scene *s, const struct story *c, struct outcome *o);
void story_sign_in_again(struct scene *s, const struct story *c, struct outcome *o);
void story_in_flight(struct scene *s, const struct story *c, struct outcome *o);

/* ------------------------------------------------------------------- story_file.c -- */

void story_file(struct scene *s, const struct story *c, struct outcome *o);

/* ------------------------------------------------------------------------ story.c -- */

/* user1@A and user2+A1 and nobody else, as the story wants them. */
bool story_set_neighbours(struct scene *s, const struct story *c, struct outcome *o);

/* Ends user1@A by both names.  False, and the outcome says why, if the code is not 0. */
bool story_end_a1(struct scene *s, struct outcome *o);

/*
 * Until user1@A is not listed any more, or long enough: a server that ends sessions after
 * it has answered gets its time, and some more for those it takes along.  How many rows it
 * still has; -1 if that can't be asked.
 */
int story_settle(struct scene *s, struct outcome *o);

/* The scene could not be set: not OK, or skipped where the server lacks the dialect. */
void story_no_scene(struct scene *s, struct outcome *o);

#endif
