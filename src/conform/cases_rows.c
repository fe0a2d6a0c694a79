/* SPDX-License-Identifier: MIT */
/* What a row of NetrSessionEnum says of a session, [MS-SRVS] 3.1.4.5, [MS-SMB2] 3.3.4.18.
 */
#include <stdio.h>

#include "base/match.h"
#include "base/utf16.h"
#include "base/win32err.h"
#include "conform/session_call.h"

/* A case does not run longer than this many seconds, or the server's clock is off. */
#define SECONDS_MAX 3600u

/* For a duration of at least one second to have passed, on whatever clock. */
#define A_SECOND_MS 2100u

#define TEXT_MAX 256u

struct found {
	const struct info_rows *rows;
	uint32_t row;
	size_t field;
};

struct row_case {
	struct case_head head;
	uint32_t level;
	const char *member;
	bool wait; /* a while between signing in and asking */
	bool (*right)(const struct scene *s, const struct found *f);
};

static uint32_t number(const struct found *f)
{
	return info_u32(f->rows, f->row, f->field);
}

static bool is_unc(const struct scene *s, const struct found *f)
{
	(void)s;
	return match_has_backslashes(info_text(f->rows, f->row, f->field));
}

static bool is_bare_user(const struct scene *s, const struct found *f)
{
	struct buf name;
	bool same;

	buf_init(&name, TEXT_MAX * 4);
	same = utf16_from_utf8(&name, view_of_string(scene_user(s, USER1))) == NS_OK &&
	       utf16_equal_folded(info_text(f->rows, f->row, f->field), buf_view(&name));
	buf_release(&name);
	return same;
}

/* The workstation has its pipe open. */
static bool has_opens(const struct scene *s, const struct found *f)
{
	(void)s;
	return number(f) >= 1;
}

static bool is_short(const struct scene *s, const struct found *f)
{
	(void)s;
	return number(f) < SECONDS_MAX;
}

static bool is_counting(const struct scene *s, const struct found *f)
{
	(void)s;
	return number(f) >= 1 && number(f) < SECONDS_MAX;
}

static bool is_zero(const struct scene *s, const struct found *f)
{
	(void)s;
	return number(f) == 0;
}

/* Never NULL: old programs follow it.  Empty: SMB2 knows no client type. */
static bool is_empty_text(const struct scene *s, const struct found *f)
{
	(void)s;
	return !info_absent(f->rows, f->row, f->field) &&
	       info_text(f->rows, f->row, f->field).n == 0;
}

static bool is_text(const struct scene *s, const struct found *f)
{
	(void)s;
	return info_text(f->rows, f->row, f->field).n > 0;
}

#define UNC    "begins with \\\\, as NetrSessionDel wants it back"
#define BARE   "the bare account name"
#define OPENS  "at least 1: the pipe it has open"
#define SHORT  "less than an hour"
#define SECOND "at least 1 after two seconds without a request"
#define AGED   "at least 1 after two seconds"
#define ZERO   "0: neither a guest nor unencrypted"
#define EMPTY  "an empty string, not NULL"
#define TEXT   "not empty"
#define SMB2   "MS-SMB2 3.3.4.18"

/* clang-format off */
static const struct row_case rows[] = {
	{{"cname at level 0", "MS-SRVS 3.1.4.6", UNC}, 0, "cname", false, is_unc},
	{{"cname at level 1", "MS-SRVS 3.1.4.6", UNC}, 1, "cname", false, is_unc},
	{{"cname at level 2", "MS-SRVS 3.1.4.6", UNC}, 2, "cname", false, is_unc},
	{{"cname at level 10", "MS-SRVS 3.1.4.6", UNC}, 10, "cname", false, is_unc},
	{{"cname at level 502", "MS-SRVS 3.1.4.6", UNC}, 502, "cname", false, is_unc},
	{{"username at level 1", SMB2, BARE}, 1, "username", false, is_bare_user},
	{{"username at level 2", SMB2, BARE}, 2, "username", false, is_bare_user},
	{{"username at level 10", SMB2, BARE}, 10, "username", false, is_bare_user},
	{{"username at level 502", SMB2, BARE}, 502, "username", false, is_bare_user},
	{{"num_opens at level 1", SMB2, OPENS}, 1, "num_opens", false, has_opens},
	{{"num_opens at level 2", SMB2, OPENS}, 2, "num_opens", false, has_opens},
	{{"num_opens at level 502", SMB2, OPENS}, 502, "num_opens", false, has_opens},
	{{"time at level 1", SMB2, AGED}, 1, "time", true, is_counting},
	{{"time at level 10", SMB2, SHORT}, 10, "time", false, is_short},
	{{"time at level 502", SMB2, SHORT}, 502, "time", false, is_short},
	{{"idle_time at level 1", SMB2, SECOND}, 1, "idle_time", true, is_counting},
	{{"idle_time at level 10", SMB2, SHORT}, 10, "idle_time", false, is_short},
	{{"idle_time at level 502", SMB2, SHORT}, 502, "idle_time", false, is_short},
	{{"user_flags at level 1", SMB2, ZERO}, 1, "user_flags", false, is_zero},
	{{"user_flags at level 2", SMB2, ZERO}, 2, "user_flags", false, is_zero},
	{{"user_flags at level 502", SMB2, ZERO}, 502, "user_flags", false, is_zero},
	{{"cltype_name at level 2", SMB2, EMPTY}, 2, "cltype_name", false, is_empty_text},
	{{"cltype_name at level 502", SMB2, EMPTY}, 502, "cltype_name", false, is_empty_text},
	{{"transport at level 502", SMB2, TEXT}, 502, "transport", false, is_text},
};
/* clang-format on */

/* The value as a person sees it. */
static void show(const struct found *f, struct outcome *o)
{
	const struct info_field *field = f->rows->level->fields[f->field];
	struct buf text;

	if (field->type != INFO_STRING) {
		outcome_got(o, "%u", number(f));
		return;
	}
	if (info_absent(f->rows, f->row, f->field)) {
		outcome_got(o, "NULL");
		return;
	}
	buf_init(&text, TEXT_MAX);
	if (utf8_from_utf16_lossy(&text, info_text(f->rows, f->row, f->field)) == NS_OK)
		outcome_got(o, "\"%.*s\"", (int)text.n, text.n > 0 ? (char *)text.p : "");
	buf_release(&text);
}

/* The row of user1@A; at level 0 all rows of its client look alike. */
static bool find_row(const struct scene *s, struct found *f)
{
	for (f->row = 0; f->row < f->rows->count; f->row++)
		if ((session_row(s, f->rows, f->row) & A1) != 0)
			return true;
	return false;
}

static void judge(const struct scene *s, const struct row_case *c,
		  const struct netr_enum_resp *resp, struct outcome *o)
{
	struct found f = {.rows = &resp->info.rows};
	char code[CODE_TEXT_MAX];

	if (resp->status != WIN32_ERROR_SUCCESS) {
		code_text(code, resp->status);
		outcome_got(o, "%s", code);
		outcome_fail(o, "the level cannot be asked for: %s", code);
		return;
	}
	if (!find_row(s, &f)) {
		outcome_got(o, "no row");
		outcome_fail(o, "user1@A is not listed");
		return;
	}
	f.field = info_level_member(f.rows->level, c->member);
	show(&f, o);
	if (!c->right(s, &f))
		outcome_fail(o, "%s is %s", c->member, o->got);
}

static void run(struct scene *s, size_t i, struct outcome *o)
{
	const struct row_case *c = &rows[i];
	struct enum_call call = {.level = c->level, .length = SRVSVC_MAX_PREFERRED_LENGTH};
	struct netr_enum_resp resp = {0};
	struct rpc_answer answer = {0};

	if (!scene_set(s, s->addresses ? USUAL : USUAL & ~B1)) {
		outcome_fail(o, "no scene: %s", s->why);
		return;
	}
	if (c->wait)
		line_pause(A_SECOND_MS);
	if (session_enum(s, &s->admin, &call, &resp, &answer, NULL, o))
		judge(s, c, &resp, o);
	netr_enum_resp_release(&resp);
	rpc_answer_release(&answer);
}

static const struct case_head *head(size_t i)
{
	return &rows[i].head;
}

const struct topic topic_rows = {
	.name = "rows",
	.title = "NetrSessionEnum: what a row says",
	.n = sizeof(rows) / sizeof(rows[0]),
	.head = head,
	.run = run,
};
