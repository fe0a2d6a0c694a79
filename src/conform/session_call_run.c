/* SPDX-License-Identifier: MIT */
/* A row of a table of session calls is played: set the scene, call, judge. */
#include <stdio.h>

#include "base/win32err.h"
#include "conform/session_call.h"

/* Without addresses of their own, workstations share the administrator's. */
static bool playable(const struct scene *s, const struct session_call *row)
{
	bool by_client = row->client != NULL && strchr(row->client, '%') != NULL &&
			 (row->user == NULL || row->user[0] == '\0');
	bool two = row->client != NULL && strstr(row->client, "%b") != NULL;

	return s->addresses || (!by_client && !two);
}

static bool code_is_right(const struct session_call *row, uint32_t code)
{
	for (size_t i = 0; i < row->n_codes; i++)
		if (row->codes[i] == code)
			return true;
	return false;
}

static void judge_code(const struct session_call *row, uint32_t code, struct outcome *o)
{
	char text[CODE_TEXT_MAX];

	code_text(text, code);
	outcome_got(o, "%s", text);
	if (!code_is_right(row, code))
		outcome_fail(o, "the code is %s", text);
}

static unsigned count(unsigned set)
{
	return (unsigned)__builtin_popcount(set);
}

/*
 * The rows must be exactly those of `listed`.  Without a filter the administrator and
 * strangers are listed, too.  At level 0 a row is known by its client alone, so rows are
 * counted as well.
 */
static void judge_rows(const struct scene *s, const struct session_call *row,
		       unsigned listed, const struct netr_enum_resp *resp,
		       struct outcome *o)
{
	const struct info_rows *rows = &resp->info.rows;
	bool filter = (row->client != NULL && row->client[0] != '\0') ||
		      (row->user != NULL && row->user[0] != '\0');
	bool names = info_level_member(rows->level, "username") != INFO_NO_FIELD;
	unsigned seen = 0;
	unsigned strangers = 0;
	unsigned known = 0;
	char text[OUTCOME_TEXT_MAX / 2];

	for (uint32_t i = 0; i < rows->count; i++) {
		unsigned set = session_row(s, rows, i);

		seen |= set;
		known += set != 0;
		strangers += set == 0;
	}
	stations_text(text, sizeof(text), seen);
	outcome_got(o, "0, %u rows: %s", rows->count, text);
	if (names ? seen != listed : (listed & ~seen) != 0)
		outcome_fail(o, "lists %s", text);
	else if ((names || s->addresses) && known != count(listed))
		outcome_fail(o, "lists %u rows for %u sessions", known, count(listed));
	else if (filter && strangers > 0)
		outcome_fail(o, "lists %u rows that the filter excludes", strangers);
}

static struct asker *who_asks(struct scene *s, const struct session_call *row)
{
	return row->by_user ? &s->at[STATION_A1].asker : &s->admin;
}

static void run_del(struct scene *s, const struct session_call *row, struct outcome *o)
{
	unsigned gone = s->addresses ? row->gone : row->gone & ~B1;
	bool fault = false;
	uint32_t code;

	if (!session_del(s, who_asks(s, row), row, &code, row->fault ? &fault : NULL, o)) {
		s->slow |= !fault; /* who cuts off the caller may cut off more */
		outcome_judge(o, s, 0, false);
		return;
	}
	judge_code(row, code, o);
	if (code == WIN32_ERROR_SUCCESS && o->verdict == VERDICT_NOT_OK)
		s->slow = true; /* it ends somebody, and may do so only after this */
	outcome_judge(o, s, code == WIN32_ERROR_SUCCESS ? gone : 0, false);
}

static void run_enum(struct scene *s, const struct session_call *row, struct outcome *o)
{
	struct enum_call call = {
		.client = row->client,
		.user = row->user,
		.level = row->level,
		.length = SRVSVC_MAX_PREFERRED_LENGTH,
	};
	struct netr_enum_resp resp = {0};
	struct rpc_answer answer = {0};
	bool fault = false;

	if (session_enum(s, who_asks(s, row), &call, &resp, &answer,
			 row->fault ? &fault : NULL, o)) {
		judge_code(row, resp.status, o);
		if (o->verdict == VERDICT_OK && resp.status == WIN32_ERROR_SUCCESS &&
		    resp.info.rows.level != NULL)
			judge_rows(s, row, s->addresses ? row->listed : row->listed & ~B1,
				   &resp, o);
	}
	netr_enum_resp_release(&resp);
	rpc_answer_release(&answer);
	outcome_judge(o, s, 0, false);
}

void session_call_run(struct scene *s, const struct session_call *row, struct outcome *o)
{
	if (!playable(s, row)) {
		outcome_skip(o, "needs two addresses for workstations: --from");
		return;
	}
	if (!scene_set(s, s->addresses ? USUAL : USUAL & ~B1)) {
		outcome_fail(o, "no scene: %s", s->why);
		return;
	}
	if (row->method == METHOD_DEL)
		run_del(s, row, o);
	else
		run_enum(s, row, o);
}
