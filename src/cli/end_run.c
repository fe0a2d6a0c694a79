/* SPDX-License-Identifier: MIT */
#include "cli/end_run.h"

#include <stdlib.h>
#include <time.h>

#include "cli/mem.h"
#include "cli/outcome.h"

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/*
 * The list for a plan.  Where our own sessions may be among them, all of the user's are
 * needed to tell ours from the others, so the client is left to the plan.
 */
static void list_prepare(const struct common *c, struct end_target *t, struct ask *a)
{
	static const uint32_t fewer[] = {10, 0};
	const struct end_filter *f = &t->filter;
	bool plan_judges =
		f->user != NULL && end_may_hit_us(f, netsess_options_user(c->options));

	*a = (struct ask){
		.server = t->server,
		.request = {.op = NETSESS_SESSION_ENUM,
			    .level = common_level(c, 1),
			    .client = plan_judges ? NULL : f->client,
			    .user = f->user},
		.levels = fewer,
		.n_levels = c->level_given ? 0 : sizeof(fewer) / sizeof(fewer[0]),
	};
}

/* The code of a step becomes the target's, unless it is an answer. */
static void target_take(struct end_target *t, const struct ask *a)
{
	if (t->code != 0 || outcome_is_answer(a->code))
		return;
	t->code = a->code;
	t->note = ask_note(a);
}

void end_look(const struct common *c, struct end_target *targets, size_t n, bool all)
{
	struct ask **heads = mem_array(n, sizeof(*heads));
	size_t asked = 0;

	for (size_t i = 0; i < n; i++) {
		struct end_target *t = &targets[i];

		t->note = "";
		t->looked =
			all || end_may_hit_us(&t->filter, netsess_options_user(c->options));
		if (!t->looked)
			continue;
		list_prepare(c, t, &t->list);
		heads[asked++] = &t->list;
	}
	ask_all(c, heads, asked);
	for (size_t i = 0; i < n; i++) {
		struct end_target *t = &targets[i];

		if (!t->looked)
			continue;
		target_take(t, &t->list);
		end_plan_make(&t->plan, &t->filter, t->code == 0 ? t->list.result : NULL);
	}
	free(heads);
}

static void del_prepare(struct ask *a, const char *server, const char *client,
			const char *user)
{
	*a = (struct ask){
		.server = server,
		.request = {.op = NETSESS_SESSION_DEL, .client = client, .user = user},
	};
}

static void dels_prepare(struct end_target *t)
{
	if (t->code != 0)
		return;
	t->n_dels = t->looked ? t->plan.n_pairs : 1;
	t->dels = mem_array(t->n_dels, sizeof(*t->dels));
	if (!t->looked) {
		del_prepare(&t->dels[0], t->server, t->filter.client, t->filter.user);
		return;
	}
	for (size_t i = 0; i < t->n_dels; i++) {
		del_prepare(&t->dels[i], t->server, t->plan.pairs[i].client,
			    t->plan.pairs[i].user);
		if (i > 0)
			t->dels[i - 1].next = &t->dels[i];
	}
}

static void dels_take(struct end_target *t)
{
	for (size_t i = 0; i < t->n_dels; i++) {
		target_take(t, &t->dels[i]);
		/* Nothing there any more: it went by itself between list and Del. */
		if (t->looked && t->dels[i].code == 0)
			t->ended += t->plan.pairs[i].sessions;
	}
}

void end_do(const struct common *c, struct end_target *targets, size_t n)
{
	struct ask **heads = mem_array(n, sizeof(*heads));
	size_t asked = 0;
	int64_t start;

	for (size_t i = 0; i < n; i++) {
		dels_prepare(&targets[i]);
		if (targets[i].n_dels > 0)
			heads[asked++] = &targets[i].dels[0];
	}
	start = now_ms();
	ask_all(c, heads, asked);
	for (size_t i = 0; i < n; i++) {
		targets[i].ended_at = start;
		dels_take(&targets[i]);
	}
	free(heads);
}

/*
 * Younger than the end: somebody signed in again.  Servers give ages in whole seconds, and
 * Samba subtracts two cut clocks, so that an age may read one second too much.  A session
 * that was hardly a second old when it was ended, and stayed, passes for a new one.
 */
static bool is_younger(const struct end_target *t, size_t row, int64_t now)
{
	const struct netsess_result *r = t->again.result;
	size_t f = netsess_result_find(r, "time");

	/* Without an age it counts as remaining. */
	return f < netsess_result_fields(r) &&
	       (int64_t)netsess_result_u32(r, row, f) * 1000 < now - t->ended_at + 1000;
}

static void again_judge(struct end_target *t)
{
	struct end_filter filter = t->filter;
	struct end_plan plan;
	size_t n = ask_rows(&t->again);
	int64_t now = now_ms();

	/* Also after --include-self: the session that looks again is no remainder. */
	filter.include_self = false;
	end_plan_make(&plan, &filter, t->again.result);
	free(t->hidden);
	t->hidden = mem_array(n, sizeof(*t->hidden));
	t->remaining = t->returned = 0;
	for (size_t row = 0; row < n; row++) {
		t->hidden[row] = plan.spared[row];
		if (plan.spared[row])
			continue;
		if (is_younger(t, row, now))
			t->returned++;
		else
			t->remaining++;
	}
	end_plan_release(&plan);
}

/* One look at the targets in question; what is settled is no longer in question. */
static void again_look(const struct common *c, struct end_target **targets, size_t *n)
{
	struct ask **heads = mem_array(*n, sizeof(*heads));
	size_t left = 0;

	for (size_t i = 0; i < *n; i++) {
		ask_release(&targets[i]->again);
		list_prepare(c, targets[i], &targets[i]->again);
		heads[i] = &targets[i]->again;
	}
	ask_all(c, heads, *n);
	for (size_t i = 0; i < *n; i++) {
		struct end_target *t = targets[i];

		target_take(t, &t->again);
		t->verified = t->code == 0;
		if (!t->verified)
			continue;
		again_judge(t);
		if (t->remaining + t->returned > 0)
			targets[left++] = t;
	}
	*n = left;
	free(heads);
}

void end_look_again(const struct common *c, struct end_target *targets, size_t n)
{
	/*
	 * Samba answers Del when it has told the process that has the session, which may
	 * take its time: what is still there is looked at again within a second.
	 */
	static const long pauses_ms[] = {50, 100, 200, 400};
	const size_t pauses = sizeof(pauses_ms) / sizeof(pauses_ms[0]);
	struct end_target **open = mem_array(n, sizeof(*open));
	struct common silent = *c; /* for the looks after the first */
	size_t left = 0;

	silent.verbose = false;
	silent.quiet = true;
	for (size_t i = 0; i < n; i++) {
		if (targets[i].code == 0 && targets[i].n_dels > 0)
			open[left++] = &targets[i];
	}
	again_look(c, open, &left);
	for (size_t i = 0; i < pauses && left > 0; i++) {
		struct timespec pause = {.tv_nsec = pauses_ms[i] * 1000000};

		nanosleep(&pause, NULL);
		again_look(&silent, open, &left);
	}
	free(open);
}

void end_target_release(struct end_target *t)
{
	ask_release(&t->list);
	ask_release(&t->again);
	for (size_t i = 0; i < t->n_dels; i++)
		ask_release(&t->dels[i]);
	free(t->dels);
	free(t->hidden);
	end_plan_release(&t->plan);
	*t = (struct end_target){0};
}
