/* SPDX-License-Identifier: MIT */
#include "client/rules.h"

#include <stdio.h>

#include "base/match.h"
#include "base/utf16.h"
#include "base/win32err.h"
#include "client/op_state.h"

#define ON(op)     (1u << (NETSESS_##op))
#define ON_ROW_OPS (ON(SESSION_ENUM) | ON(SESSION_GET))
#define ON_ENUMS   (ON(SESSION_ENUM) | ON(CONNECTION_ENUM) | ON(FILE_ENUM) | ON(SHARE_ENUM))

static bool ask_for_users(struct op *op)
{
	if (op->level != 0 || op->user.n == 0)
		return false;
	op->wire_level = 1;
	return true;
}

static bool ask_lower(struct op *op)
{
	bool raised = op->wire_level > op->level;

	if (op->code != WIN32_ERROR_INVALID_LEVEL &&
	    !(raised && op->code == WIN32_ERROR_ACCESS_DENIED))
		return false;
	if (op->wire_level == 0 || op->pages > 0)
		return false;
	op->wire_level = op->wire_level == 1 ? 0 : 1;
	op_call_method(op, op->method);
	return true;
}

static bool look_denied(struct op *op)
{
	return op->code == WIN32_ERROR_ACCESS_DENIED && op_start_look(op, OP_LOOK_DENIED);
}

static bool look_lost(struct op *op)
{
	op->lost = true;
	return op_start_look(op, OP_LOOK_LOST);
}

static bool none_matched(struct op *op)
{
	if (op->look != OP_LOOK_DENIED || op->left != 0)
		return false;
	op->code = WIN32_NERR_CLIENT_NAME_NOT_FOUND;
	return true;
}

/* Takes over a name as the server spells it; true if it is not the one last sent. */
static bool respell(struct buf *spelling, const struct buf *asked, struct view theirs,
		    const char *prefix)
{
	struct buf fresh;
	bool differs = false;

	if (asked->n == 0 || theirs.n == 0)
		return false;
	buf_init(&fresh, spelling->max);
	if (utf16_from_utf8(&fresh, view_of_string(prefix)) == NS_OK &&
	    buf_append(&fresh, theirs) == NS_OK) {
		const struct buf *sent = spelling->n > 0 ? spelling : asked;

		differs = !utf16_equal_folded(buf_view(sent), buf_view(&fresh));
	}
	if (differs)
		buf_move(spelling, &fresh);
	buf_release(&fresh);
	return differs;
}

static bool del_in_their_spelling(struct op *op)
{
	struct rules_match m;
	const struct info_rows *rows;
	struct view cname, user;
	bool client_differs, user_differs;

	if (op->look != OP_LOOK_DENIED || op->left == 0 || op->left == OP_LEFT_UNKNOWN)
		return false;
	m = rules_count_matches(op);
	rows = &op->result->pages[m.first_page].rows;
	cname = info_text(rows, m.first_row, info_level_member(rows->level, "cname"));
	user = info_text(rows, m.first_row, info_level_member(rows->level, "username"));
	client_differs = respell(&op->del_client, &op->client, cname,
				 match_has_backslashes(cname) ? "" : "\\\\");
	user_differs = respell(&op->del_user, &op->user, user, "");
	return (client_differs || user_differs) && op_repeat_del(op);
}

static bool is_gone(struct op *op)
{
	if (op->look != OP_LOOK_LOST || op->left != 0)
		return false;
	op->code = WIN32_ERROR_SUCCESS;
	return true;
}

static bool del_again(struct op *op)
{
	return op->look == OP_LOOK_LOST && op->left != 0 && op->left != OP_LEFT_UNKNOWN &&
	       op_repeat_del(op);
}

static bool was_ended_before(struct op *op)
{
	if (!op->lost || op->code != WIN32_NERR_CLIENT_NAME_NOT_FOUND)
		return false;
	op->code = WIN32_ERROR_SUCCESS;
	return true;
}

/* clang-format off */
static const struct rule rules[] = {
	{
		.name = "user-column",
		.stage = RULE_ON_START,
		.ops = ON_ROW_OPS,
		.observed = "rows of level 0 have no user: whether a server heeds the user "
			    "name can't be seen in them",
		.done = "level 1 is asked for, and level 0 made of it",
		.apply = ask_for_users,
	}, {
		.name = "level",
		.stage = RULE_ON_CODE,
		.ops = ON_ROW_OPS,
		.observed = "124 for a level that MS-SRVS has",
		.done = "the level is made of level 1, or else of level 0; what nobody sent "
			"is empty",
		.note = "the server does not know this level: what a lower one lacks is empty",
		.apply = ask_lower,
	}, {
		.name = "denied",
		.stage = RULE_ON_CODE,
		.ops = ON(SESSION_DEL),
		.observed = "5 for a Del",
		.done = "the sessions are listed, to see whether it was about rights",
		.apply = look_denied,
	}, {
		.name = "lost",
		.stage = RULE_ON_LOSS,
		.ops = ON(SESSION_DEL),
		.observed = "the connection broke before the Del was answered",
		.done = "the sessions are listed over a fresh one, to see what became of them",
		.apply = look_lost,
	}, {
		.name = "none-matched",
		.stage = RULE_ON_LOOKED,
		.ops = ON(SESSION_DEL),
		.observed = "5 for a Del, while we may list the sessions and none matches",
		.done = "5 becomes 2312",
		.note = "the server denied the request, but has no such session",
		.apply = none_matched,
	}, {
		.name = "spelling",
		.stage = RULE_ON_LOOKED,
		.ops = ON(SESSION_DEL),
		.observed = "5 for a Del, while a session matches that the server spells "
			    "differently",
		.done = "the Del is asked for again with the server's spelling",
		.note = "the server wants the names as it spells them",
		.apply = del_in_their_spelling,
	}, {
		.name = "gone",
		.stage = RULE_ON_LOOKED,
		.ops = ON(SESSION_DEL),
		.observed = "the connection broke, and no session matches any more",
		.done = "that is success",
		.note = "the server dropped our connection while it ended the session, which "
			"is gone",
		.apply = is_gone,
	}, {
		.name = "still-there",
		.stage = RULE_ON_LOOKED,
		.ops = ON(SESSION_DEL),
		.observed = "the connection broke, and a session still matches",
		.done = "the Del is asked for again",
		.note = "the connection broke and the request was made again",
		.apply = del_again,
	}, {
		.name = "filter",
		.stage = RULE_ON_ROWS,
		.ops = ON_ROW_OPS,
		.observed = "rows that the filters should have kept out",
		.done = "they are left out; if nothing is left, 2312 or 2221",
		.note = "the server ignored the names asked for: they were looked for here",
		.apply = rule_filter,
	}, {
		.name = "names",
		.stage = RULE_ON_ROWS,
		.ops = ON_ROW_OPS,
		.observed = "a client without \"\\\\\", or an IPv6 address without brackets",
		.done = "they are added",
		.apply = rule_names,
	}, {
		.name = "clock",
		.stage = RULE_ON_ROWS,
		.ops = ON_ROW_OPS,
		.observed = "a time or idle time of more than 68 years: a negative number",
		.done = "it is 0",
		.apply = rule_clock,
	}, {
		.name = "total",
		.stage = RULE_ON_ROWS,
		.ops = ON_ENUMS,
		.observed = "a complete enumeration whose TotalEntries is not its number of "
			    "rows",
		.done = "the number of rows is given",
		.apply = rule_total,
	}, {
		.name = "ended-before",
		.stage = RULE_ON_END,
		.ops = ON(SESSION_DEL),
		.observed = "2312 for a Del that was asked for again after a lost connection",
		.done = "the first one ended the session: success",
		.note = "it was the first request that ended the session",
		.apply = was_ended_before,
	},
};
/* clang-format on */

#define RULES (sizeof(rules) / sizeof(rules[0]))

const struct rule *rules_table(size_t *n)
{
	*n = RULES;
	return rules;
}

bool rules_apply(struct op *op, enum rule_stage stage)
{
	bool applied = false;

	for (size_t i = 0; i < RULES && !op->strict; i++) {
		const struct rule *rule = &rules[i];

		if (rule->stage != stage || (rule->ops & 1u << op->what) == 0)
			continue;
		if (!rule->apply(op))
			continue;
		if (rule->note != NULL)
			result_note(op->result, "%s", rule->note);
		applied = true;
		if (stage != RULE_ON_ROWS)
			break;
	}
	return applied;
}

/* How many sessions the look saw that should be gone. */
static size_t count_left(const struct op *op)
{
	struct rules_match m;

	if (op->code == WIN32_NERR_CLIENT_NAME_NOT_FOUND ||
	    op->code == WIN32_NERR_USER_NOT_FOUND)
		return 0;
	if (op->code != WIN32_ERROR_SUCCESS)
		return OP_LEFT_UNKNOWN;
	m = rules_count_matches(op);
	/*
	 * After a loss we look from a fresh session of our own, which may match as well,
	 * and is none of those that were to be ended.
	 */
	return op->look == OP_LOOK_LOST ? m.count - m.own : m.count;
}

bool rules_look(struct op *op)
{
	bool again;

	op->left = count_left(op);
	op->code = op->look == OP_LOOK_LOST ? WIN32_ERROR_NETNAME_DELETED
					    : WIN32_ERROR_ACCESS_DENIED;
	op->failure[0] = '\0';
	if (op->look == OP_LOOK_LOST)
		(void)snprintf(
			op->failure, sizeof(op->failure), "%s",
			op->left == OP_LEFT_UNKNOWN
				? "the connection was lost, and what became of the session "
				  "could not be found out"
				: "the connection was lost each time, and the session is "
				  "still there");
	again = rules_apply(op, RULE_ON_LOOKED) && op->asking;
	result_clear(op->result);
	if (!again)
		op->look = OP_LOOK_NOT;
	return again;
}
