/* SPDX-License-Identifier: MIT */
/*
 * Many questions: a queue in front of run_many().  A question is an operation only from
 * its start to its answer, so that a queue of ten thousand costs little.
 */
#include <stdlib.h>
#include <string.h>

#include "base/win32err.h"
#include "client/result.h"
#include "client/run.h"

#define PARALLEL_DEFAULT 256

struct question {
	struct question *next;
	struct netsess_request request; /* its strings are the caller's */
	void *tag;
	struct op *op;
	struct task *task;
	char server[];
};

struct netsess_batch {
	struct netsess_options *options;
	struct question *head; /* not yet begun */
	struct question **tail;
	struct question *begun;
	bool running;
	netsess_answer *answer;
	void *arg;
};

struct netsess_batch *netsess_batch_new(const struct netsess_options *o)
{
	struct netsess_batch *b = calloc(1, sizeof(*b));

	if (b == NULL)
		return NULL;
	b->tail = &b->head;
	b->options = o != NULL ? netsess_options_copy(o) : netsess_options_new();
	if (b->options == NULL) {
		free(b);
		return NULL;
	}
	return b;
}

void netsess_batch_free(struct netsess_batch *b)
{
	if (b == NULL)
		return;
	while (b->head != NULL) {
		struct question *q = b->head;

		b->head = q->next;
		free(q);
	}
	netsess_options_free(b->options);
	free(b);
}

uint32_t netsess_batch_add(struct netsess_batch *b, const char *server,
			   const struct netsess_request *request, void *tag)
{
	struct question *q;
	size_t n;

	if (b == NULL || request == NULL)
		return WIN32_ERROR_INVALID_PARAMETER;
	if (server == NULL)
		server = "";
	n = strlen(server);
	q = calloc(1, sizeof(*q) + n + 1);
	if (q == NULL)
		return WIN32_ERROR_NOT_ENOUGH_MEMORY;
	memcpy(q->server, server, n + 1);
	q->request = *request;
	q->tag = tag;
	*b->tail = q;
	b->tail = &q->next;
	return 0;
}

static struct question *pop(struct netsess_batch *b)
{
	struct question *q = b->head;

	if (q == NULL)
		return NULL;
	b->head = q->next;
	if (b->head == NULL)
		b->tail = &b->head;
	q->next = NULL;
	return q;
}

/* Gives the answer; the question is gone, and the callee may have added others. */
static void deliver(struct netsess_batch *b, struct question *q,
		    struct netsess_result *result)
{
	b->answer(b->arg, q->tag, q->server, result);
	free(q);
}

static struct task *next_task(void *arg, uint64_t now)
{
	struct netsess_batch *b = arg;
	struct question *q;

	while ((q = pop(b)) != NULL) {
		q->op = op_new(q->server, &q->request, b->options->strict);
		if (q->op != NULL)
			q->task = task_new(q->server, b->options, q->op, now);
		if (q->task != NULL) {
			q->next = b->begun;
			b->begun = q;
			return q->task;
		}
		op_free(q->op);
		deliver(b, q, result_failed(WIN32_ERROR_NOT_ENOUGH_MEMORY, ""));
	}
	return NULL;
}

static struct question *take_begun(struct netsess_batch *b, const struct task *t)
{
	struct question **at = &b->begun;
	struct question *q;

	while ((*at)->task != t)
		at = &(*at)->next;
	q = *at;
	*at = q->next;
	return q;
}

static void task_ended(void *arg, struct task *t, uint64_t now)
{
	struct netsess_batch *b = arg;
	struct question *q = take_begun(b, t);
	struct netsess_result *result = op_take(q->op);

	task_free(t, now);
	op_free(q->op);
	deliver(b, q, result);
}

uint32_t netsess_batch_run(struct netsess_batch *b, unsigned parallel,
			   netsess_answer *answer, void *arg)
{
	struct run_source source = {.next = next_task, .done = task_ended, .arg = b};
	enum ns_err err;

	if (b == NULL || answer == NULL || b->running)
		return WIN32_ERROR_INVALID_PARAMETER;
	b->answer = answer;
	b->arg = arg;
	b->running = true;
	err = run_many(&source, parallel != 0 ? parallel : PARALLEL_DEFAULT);
	b->running = false;
	return err == NS_OK ? 0 : WIN32_ERROR_NOT_ENOUGH_MEMORY;
}
