/* SPDX-License-Identifier: MIT */
#include "cli/query.h"

#include <stdlib.h>

#include "cli/ask.h"
#include "cli/mem.h"
#include "cli/outcome.h"
#include "cli/say.h"
#include "cli/text.h"

enum cli_exit query_outcome(const struct common *c, const struct query *q,
			    const char *server, uint32_t code, const char *note,
			    size_t rows)
{
	enum cli_exit what = outcome_of(code);

	if (what == CLI_EXIT_DONE && rows == 0 && q->filtered)
		what = CLI_EXIT_NOTHING;
	if (!outcome_is_answer(code))
		outcome_say(server, code, note);
	else if (rows == 0 && !c->quiet && c->out.format == OUT_TABLE)
		say("%s: no %s%s", text_server(server), q->what,
		    q->filtered ? " that match" : "");
	return what;
}

static void query_print(const struct common *c, const struct ask *asks, size_t n)
{
	struct out_answer *answers = mem_array(n, sizeof(*answers));
	struct out_part *parts = mem_array(n, sizeof(*parts));

	for (size_t i = 0; i < n; i++) {
		parts[i].result = asks[i].result;
		answers[i] = (struct out_answer){
			.server = asks[i].server,
			.code = asks[i].code,
			.note = ask_note(&asks[i]),
			.parts = &parts[i],
			.n_parts = 1,
		};
	}
	out_rows(&c->out, &(struct out_sheet){.answers = answers, .n = n});
	free(parts);
	free(answers);
}

int query_run(struct common *c, const struct query *q)
{
	size_t n = c->servers.n;
	struct ask *asks = mem_array(n, sizeof(*asks));
	struct ask **heads = mem_array(n, sizeof(*heads));
	struct outcome outcome = {0};

	for (size_t i = 0; i < n; i++) {
		asks[i].server = c->servers.names[i];
		asks[i].request = q->request;
		asks[i].request.level = common_level(c, q->request.level);
		asks[i].levels = q->levels;
		asks[i].n_levels = c->level_given ? 0 : q->n_levels;
		heads[i] = &asks[i];
	}
	ask_all(c, heads, n);
	query_print(c, asks, n);
	for (size_t i = 0; i < n; i++)
		outcome_add(&outcome,
			    query_outcome(c, q, asks[i].server, asks[i].code,
					  ask_note(&asks[i]), ask_rows(&asks[i])));
	for (size_t i = 0; i < n; i++)
		ask_release(&asks[i]);
	free(heads);
	free(asks);
	return (int)outcome_exit(&outcome);
}
