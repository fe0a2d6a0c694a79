/* SPDX-License-Identifier: MIT */
#include "cli/ask.h"

#include <stdio.h>
#include <unistd.h>

#include "base/win32err.h"
#include "cli/outcome.h"
#include "cli/say.h"
#include "cli/text.h"

/* "1000000/1000000 servers, 1000000 failed" fits. */
#define PROGRESS_ROOM 96

struct progress {
	bool shown;
	size_t servers;
	size_t done;
	size_t failed;
};

struct round {
	struct netsess_batch *batch;
	struct progress progress;
};

/*
 * Takes one answer in.  An answer replaces an earlier refusal, a second refusal does not:
 * the first says more about what was asked.  True if another level is to be tried.
 */
static bool ask_take(struct ask *a, struct netsess_result *result)
{
	uint32_t code = result != NULL ? netsess_result_code(result)
				       : WIN32_ERROR_NOT_ENOUGH_MEMORY;

	if (a->result == NULL || outcome_is_answer(code)) {
		netsess_result_free(a->result);
		a->result = result;
		a->code = code;
	} else {
		netsess_result_free(result);
	}
	if ((code != WIN32_ERROR_ACCESS_DENIED && code != WIN32_ERROR_INVALID_LEVEL) ||
	    a->n_levels == 0)
		return false;
	a->request.level = *a->levels++;
	a->n_levels--;
	return true;
}

/*
 * What to ask next of this server.  Where the server is out of reach or does not let us
 * in, the rest of the chain shares that fate instead of waiting for it again.
 */
static struct ask *ask_next(struct ask *a)
{
	enum cli_exit what = outcome_of(a->code);

	if (what != CLI_EXIT_UNREACHABLE &&
	    (what != CLI_EXIT_DENIED || a->code == WIN32_ERROR_ACCESS_DENIED))
		return a->next;
	for (struct ask *rest = a->next; rest != NULL; rest = rest->next)
		rest->code = a->code;
	return NULL;
}

static void progress_show(const struct progress *p)
{
	char line[PROGRESS_ROOM];

	if (!p->shown)
		return;
	(void)snprintf(line, sizeof(line),
		       p->failed > 0 ? "%zu/%zu servers, %zu failed" : "%zu/%zu servers",
		       p->done, p->servers, p->failed);
	say_progress(line);
}

static void progress_step(struct progress *p, const struct ask *a)
{
	p->done++;
	if (!outcome_is_answer(a->code))
		p->failed++;
	progress_show(p);
}

static bool round_add(struct round *r, struct ask *a)
{
	a->code = netsess_batch_add(r->batch, a->server, &a->request, a);
	return a->code == 0;
}

/* netsess_answer: the next level, the next of the chain, or the server is done. */
static void round_answer(void *arg, void *tag, const char *server,
			 struct netsess_result *result)
{
	struct round *r = arg;
	struct ask *a = tag;

	(void)server;
	if (ask_take(a, result)) {
		if (netsess_batch_add(r->batch, a->server, &a->request, a) == 0)
			return;
		a->n_levels = 0;
	}
	for (a = ask_next(a); a != NULL; a = ask_next(a)) {
		if (round_add(r, a))
			return;
	}
	a = tag;
	progress_step(&r->progress, a);
}

static void ask_round(const struct common *c, struct ask *const *asks, size_t n)
{
	struct round r = {
		.batch = netsess_batch_new(c->options),
		.progress = {.shown = !c->quiet && isatty(STDERR_FILENO), .servers = n},
	};
	uint32_t code = r.batch != NULL ? 0 : WIN32_ERROR_NOT_ENOUGH_MEMORY;

	progress_show(&r.progress);
	for (size_t i = 0; i < n && code == 0; i++)
		round_add(&r, asks[i]);
	if (code == 0)
		code = netsess_batch_run(r.batch, c->parallel, round_answer, &r);
	say_progress("");
	netsess_batch_free(r.batch);
	for (size_t i = 0; i < n && code != 0; i++) {
		if (asks[i]->result == NULL)
			asks[i]->code = code;
	}
}

static void ask_chain(const struct common *c, struct ask *a)
{
	for (; a != NULL; a = ask_next(a)) {
		struct netsess_result *result;

		do {
			netsess_call(c->options, a->server, &a->request, &result);
		} while (ask_take(a, result));
	}
}

static void ask_say_how(const struct ask *a)
{
	const struct netsess_result *r = a->result;
	const char *note = netsess_result_note(r);

	if (netsess_result_dialect(r) != 0)
		say("%s: SMB %s, %s, signed in as %s from %s", text_server(a->server),
		    netsess_dialect_name(netsess_result_dialect(r)),
		    netsess_result_encrypted(r) ? "encrypted" : "signed",
		    netsess_result_self_user(r), netsess_result_self_client(r));
	/* outcome_say() gives the note of a failure. */
	if (note[0] != '\0' && outcome_is_answer(a->code))
		say("%s: %s", text_server(a->server), note);
}

void ask_all(const struct common *c, struct ask *const *asks, size_t n)
{
	if (n == 1)
		ask_chain(c, asks[0]);
	else if (n > 1)
		ask_round(c, asks, n);
	for (size_t i = 0; i < n && c->verbose; i++) {
		if (asks[i]->result != NULL)
			ask_say_how(asks[i]);
	}
}

void ask_one(const struct common *c, struct ask *a)
{
	ask_all(c, &a, 1);
}

void ask_release(struct ask *a)
{
	netsess_result_free(a->result);
	a->result = NULL;
}

const char *ask_note(const struct ask *a)
{
	return a->result != NULL ? netsess_result_note(a->result) : "";
}

size_t ask_rows(const struct ask *a)
{
	return a->result != NULL ? netsess_result_rows(a->result) : 0;
}
