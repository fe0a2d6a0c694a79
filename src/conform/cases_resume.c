/* SPDX-License-Identifier: MIT */
/* NetrSessionEnum in pieces: PreferedMaximumLength, TotalEntries, ResumeHandle. */
#include <stdio.h>

#include "base/win32err.h"
#include "conform/session_call.h"

/* A walk of more calls than this does not end. */
#define CALLS_MAX 1000u

struct resume_case {
	struct case_head head;
	struct enum_call call;
	void (*play)(struct scene *s, const struct resume_case *c, struct outcome *o);
};

/* One call and what of its answer matters here. */
struct piece {
	uint32_t code;
	uint32_t rows;
	uint32_t total;
	bool has_resume;
	uint32_t resume;
	uint64_t largest; /* the largest row, in the bytes Windows lays it out in */
	unsigned once;    /* workstations listed, */
	unsigned again;   /* and those that were so before */
};

static bool ask(struct scene *s, const struct enum_call *call, struct piece *p,
		struct outcome *o)
{
	struct netr_enum_resp resp = {0};
	struct rpc_answer answer = {0};
	bool ok = session_enum(s, &s->admin, call, &resp, &answer, NULL, o);
	const struct info_rows *rows = &resp.info.rows;

	p->code = resp.status;
	p->rows = rows->count;
	p->total = resp.total_entries;
	p->has_resume = resp.has_resume;
	p->resume = resp.resume_handle;
	for (uint32_t i = 0; ok && i < rows->count; i++) {
		uint64_t size = info_rows_win32_size(rows, i, i + 1);
		unsigned set = session_row(s, rows, i);

		p->again |= p->once & set;
		p->once |= set;
		if (size > p->largest)
			p->largest = size;
	}
	netr_enum_resp_release(&resp);
	rpc_answer_release(&answer);
	if (ok) {
		char text[CODE_TEXT_MAX];

		code_text(text, p->code);
		outcome_got(o, "%s, %u rows, total %u", text, p->rows, p->total);
	}
	return ok;
}

/* All of it, which says how large a row is.  False: the outcome says why not. */
static bool ask_all(struct scene *s, const struct enum_call *like, struct piece *p,
		    struct outcome *o)
{
	struct enum_call call = *like;

	call.length = SRVSVC_MAX_PREFERRED_LENGTH;
	call.resume = 0;
	call.no_resume = false;
	*p = (struct piece){0};
	if (!ask(s, &call, p, o))
		return false;
	if (p->code != WIN32_ERROR_SUCCESS)
		outcome_fail(o, "the whole list cannot be had: %u", p->code);
	return p->code == WIN32_ERROR_SUCCESS;
}

/* --------------------------------------------------------------------------- walks -- */

static unsigned present(const struct scene *s)
{
	return s->addresses ? USUAL : USUAL & ~B1;
}

/* Each call has room for one row, so each brings one, and none comes twice. */
static void walk(struct scene *s, const struct resume_case *c, struct outcome *o)
{
	unsigned wanted = c->call.user != NULL ? present(s) & (A1 | B1) : present(s);
	bool names = c->call.level != 0;
	struct enum_call call = c->call;
	struct piece all;
	struct piece p = {0};
	uint32_t rows = 0;
	unsigned calls = 0;

	if (!ask_all(s, &c->call, &all, o))
		return;
	call.length = (uint32_t)all.largest;
	do {
		uint32_t before = call.resume;

		if (!ask(s, &call, &p, o))
			return;
		rows += p.rows;
		call.resume = p.resume;
		calls++;
		if (p.code == WIN32_ERROR_MORE_DATA && (p.rows == 0 || p.resume == before))
			break;
	} while (p.code == WIN32_ERROR_MORE_DATA && calls < CALLS_MAX);
	outcome_got(o, "%u rows in %u calls, at last %u", rows, calls, p.code);
	if (p.code != WIN32_ERROR_SUCCESS)
		outcome_fail(o, "the walk does not end: %u after %u calls", p.code, calls);
	else if (rows != all.rows)
		outcome_fail(o, "%u rows in pieces and %u at once", rows, all.rows);
	else if ((names && p.again != 0) || p.once != wanted)
		outcome_fail(o, "rows are missing or repeated");
	else if (calls < 2)
		outcome_fail(o, "PreferedMaximumLength is ignored");
}

/* -------------------------------------------------------------------- single calls -- */

static bool is_too_small(const struct piece *p)
{
	return (p->code == WIN32_NERR_BUF_TOO_SMALL || p->code == WIN32_ERROR_MORE_DATA) &&
	       p->rows == 0;
}

static void too_small(struct scene *s, const struct resume_case *c, struct outcome *o)
{
	struct piece p = {0};

	if (ask(s, &c->call, &p, o) && !is_too_small(&p))
		outcome_fail(o, "code %u with %u rows", p.code, p.rows);
}

static void total_whole(struct scene *s, const struct resume_case *c, struct outcome *o)
{
	struct piece p;

	if (ask_all(s, &c->call, &p, o) && p.total != p.rows)
		outcome_fail(o, "TotalEntries is %u for %u rows", p.total, p.rows);
}

static void total_rest(struct scene *s, const struct resume_case *c, struct outcome *o)
{
	struct enum_call call = c->call;
	struct piece all;
	struct piece first = {0};
	struct piece second = {0};

	if (!ask_all(s, &c->call, &all, o))
		return;
	call.length = (uint32_t)all.largest;
	if (!ask(s, &call, &first, o))
		return;
	call.resume = first.resume;
	if (!ask(s, &call, &second, o))
		return;
	outcome_got(o, "%u of %u rows, then TotalEntries %u", first.rows, first.total,
		    second.total);
	if (first.total != all.rows || second.total != all.rows - first.rows)
		outcome_fail(o, "TotalEntries is %u, then %u; there are %u, then %u",
			     first.total, second.total, all.rows, all.rows - first.rows);
}

static void past_end(struct scene *s, const struct resume_case *c, struct outcome *o)
{
	struct piece p = {0};

	if (ask(s, &c->call, &p, o) && (p.code != WIN32_ERROR_SUCCESS || p.rows != 0))
		outcome_fail(o, "code %u with %u rows", p.code, p.rows);
}

static void no_handle(struct scene *s, const struct resume_case *c, struct outcome *o)
{
	struct piece p = {0};

	if (!ask(s, &c->call, &p, o))
		return;
	if (p.code != WIN32_ERROR_SUCCESS || p.once != present(s))
		outcome_fail(o, "code %u, or rows are missing", p.code);
	else if (p.has_resume)
		outcome_fail(o, "a handle is returned that was not given");
}

static void no_handle_cut(struct scene *s, const struct resume_case *c, struct outcome *o)
{
	struct enum_call call = c->call;
	struct piece all;
	struct piece p = {0};

	if (!ask_all(s, &c->call, &all, o))
		return;
	call.length = (uint32_t)all.largest;
	if (ask(s, &call, &p, o) && (p.code != WIN32_ERROR_MORE_DATA || p.has_resume))
		outcome_fail(o, "code %u%s", p.code, p.has_resume ? ", with a handle" : "");
}

#define S     "MS-SRVS 3.1.4.5"
#define ONCE  "each row once, then 0"
#define SMALL "2123, or 234 without rows"
#define ALL   .length = SRVSVC_MAX_PREFERRED_LENGTH
#define PAST  "0 and no rows"

/* clang-format off */
static const struct resume_case rows[] = {
	{{"a row at a time, level 0", S, ONCE}, {.level = 0}, walk},
	{{"a row at a time, level 1", S, ONCE}, {.level = 1}, walk},
	{{"a row at a time, level 2", S, ONCE}, {.level = 2}, walk},
	{{"a row at a time, level 10", S, ONCE}, {.level = 10}, walk},
	{{"a row at a time, level 502", S, ONCE}, {.level = 502}, walk},
	{{"a row at a time of one user", S, ONCE}, {.level = 10, .user = "%1"}, walk},
	{{"room for no row: 1 byte", S, SMALL}, {.level = 1, .length = 1}, too_small},
	{{"room for no row: 0 bytes", S, SMALL}, {.level = 1, .length = 0}, too_small},
	{{"TotalEntries of a whole answer", S, "the number of rows"}, {.level = 1}, total_whole},
	{{"TotalEntries of a piece", S, "the rows from there on"}, {.level = 1}, total_rest},
	{{"a handle past the end", S, PAST}, {.level = 1, ALL, .resume = 0xfffffff0}, past_end},
	{{"a handle past the end, with a filter", S, PAST},
		{.level = 1, ALL, .resume = 0xfffffff0, .user = "%1"}, past_end},
	{{"no handle", S, "everything, and no handle"}, {.level = 1, ALL, .no_resume = true}, no_handle},
	{{"no handle and little room", S, "234, and no handle"}, {.level = 1, .no_resume = true}, no_handle_cut},
};
/* clang-format on */

static const struct case_head *head(size_t i)
{
	return &rows[i].head;
}

static void run(struct scene *s, size_t i, struct outcome *o)
{
	if (!scene_set(s, present(s))) {
		outcome_fail(o, "no scene: %s", s->why);
		return;
	}
	rows[i].play(s, &rows[i], o);
	outcome_judge(o, s, 0, false);
}

const struct topic topic_resume = {
	.name = "resume",
	.title = "NetrSessionEnum in pieces",
	.n = sizeof(rows) / sizeof(rows[0]),
	.head = head,
	.run = run,
};
