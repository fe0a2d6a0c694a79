/* SPDX-License-Identifier: MIT */
/*
 * The cases, by topic.  A case is a row of its topic's table: what is sent, what may come
 * back (as the specification says, and where it leaves a choice, every choice), who must
 * live and who must be gone.  A topic knows how to play one of its rows.
 */
#ifndef CONFORM_CASES_H
#define CONFORM_CASES_H

#include "conform/scene.h"

#define OUTCOME_TEXT_MAX 240

enum verdict {
	VERDICT_OK,
	VERDICT_NOT_OK,
	VERDICT_SKIPPED,
};

/* What came of a case. */
struct outcome {
	enum verdict verdict;
	char got[OUTCOME_TEXT_MAX]; /* the code, or what happened */
	char why[OUTCOME_TEXT_MAX]; /* why it is not OK or was skipped; else "" */
};

/* The beginning of every row. */
struct case_head {
	const char *name;
	const char *section; /* of the specification that says so */
	const char *expects; /* for a person; NULL: the topic makes it out of the row */
};

struct topic {
	const char *name;
	const char *title;
	size_t n;
	const struct case_head *(*head)(size_t i);
	void (*expects)(size_t i, char *out, size_t size);
	void (*run)(struct scene *s, size_t i, struct outcome *o);
};

extern const struct topic topic_del;     /* cases_del.c */
extern const struct topic topic_enum;    /* cases_enum.c */
extern const struct topic topic_rows;    /* cases_rows.c */
extern const struct topic topic_resume;  /* cases_resume.c */
extern const struct topic topic_access;  /* cases_access.c */
extern const struct topic topic_ndr;     /* cases_ndr.c */
extern const struct topic topic_rpc;     /* cases_rpc.c */
extern const struct topic topic_session; /* cases_session.c */

extern const struct topic *const topics[];
extern const size_t topics_n;

/* ---------------------------------------------------------------------- outcome.c -- */

/* `o` is not OK: printf-like, why. */
__attribute__((format(printf, 2, 3))) void outcome_fail(struct outcome *o, const char *why,
							...);
__attribute__((format(printf, 2, 3))) void outcome_skip(struct outcome *o, const char *why,
							...);
__attribute__((format(printf, 2, 3))) void outcome_got(struct outcome *o, const char *got,
						       ...);

/* "2312 NERR_ClientNameNotFound" */
#define CODE_TEXT_MAX 64
void code_text(char out[CODE_TEXT_MAX], uint32_t code);

/* "user1@A, user2@A" */
void stations_text(char *out, size_t size, unsigned set);

/*
 * Sees to it that those in `gone` are dead and the others live, and fails the outcome if
 * not.
 */
void outcome_judge(struct outcome *o, struct scene *s, unsigned gone, bool strict);

#endif
