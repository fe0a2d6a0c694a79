/* SPDX-License-Identifier: MIT */
/* The rules for servers that fall short in the rows they send; see client/rules.h. */
#include <assert.h>

#include "base/match.h"
#include "base/utf16.h"
#include "base/win32err.h"
#include "client/op_state.h"
#include "client/rules.h"

/* The filters of a request, taken apart once; and what was seen while they were applied. */
struct filter {
	bool by_client;
	bool by_user;
	struct match_client client;
	struct match_user user;
	size_t cname; /* the fields' places in the rows */
	size_t username;
	bool client_seen; /* a session of that client, whoever's it is */
	size_t removed;
};

static struct filter filter_of(const struct op *op, const struct info_level *level)
{
	struct filter f = {
		.cname = info_level_member(level, "cname"),
		.username = info_level_member(level, "username"),
		.client = match_client_of(buf_view(&op->client)),
		.user = match_user_of(buf_view(&op->user)),
	};

	/* What the level does not show can't be compared. */
	f.by_client = op->client.n > 0 && f.cname != INFO_NO_FIELD;
	f.by_user = op->user.n > 0 && f.username != INFO_NO_FIELD;
	return f;
}

static bool passes(void *ctx, const struct info_rows *rows, uint32_t row)
{
	struct filter *f = ctx;

	if (f->by_client) {
		struct match_client c = match_client_of(info_text(rows, row, f->cname));

		if (!match_client_equal(&f->client, &c)) {
			f->removed++;
			return false;
		}
		f->client_seen = true;
	}
	if (f->by_user) {
		struct match_user u = match_user_of(info_text(rows, row, f->username));

		if (!match_user_equal(&f->user, &u)) {
			f->removed++;
			return false;
		}
	}
	return true;
}

/*
 * A row that the filters do not let through proves that they were ignored.  If nothing is
 * left, the code is that of our own server: 2312 if no session has the client, else 2221.
 */
bool rule_filter(struct op *op)
{
	struct netsess_result *r = op->result;
	struct filter f;

	if (r->n_pages == 0)
		return false;
	f = filter_of(op, r->pages[0].rows.level);
	for (size_t i = 0; i < r->n_pages; i++)
		info_rows_filter(&r->pages[i].rows, passes, &f);
	if (f.removed == 0)
		return false;
	result_recount(r);
	if (r->rows == 0 && op->code == WIN32_ERROR_SUCCESS)
		op->code = f.by_client && !f.client_seen ? WIN32_NERR_CLIENT_NAME_NOT_FOUND
							 : WIN32_NERR_USER_NOT_FOUND;
	return true;
}

/* Appends ASCII to the rows' pool as UTF-16LE. */
static enum ns_err append_ascii(struct buf *pool, const char *text)
{
	enum ns_err err = NS_OK;

	for (; *text != '\0' && err == NS_OK; text++) {
		const uint8_t unit[2] = {(uint8_t)*text, 0};

		err = buf_append(pool, view_of(unit, sizeof(unit)));
	}
	return err;
}

static bool has_colon(struct view text)
{
	for (size_t i = 0; i < text.n / 2; i++) {
		if (utf16_unit(text, i) == ':')
			return true;
	}
	return false;
}

/* "10.0.0.5" to "\\10.0.0.5", "::1" to "\\[::1]"; at the end of the pool. */
static enum ns_err append_name(struct info_rows *rows, struct view name, bool brackets)
{
	struct buf *pool = &rows->owned;
	enum ns_err err;

	/* The name lies in the pool: room first, and only then is it looked at again. */
	size_t off = (size_t)(name.p - pool->p);

	err = buf_reserve(pool, name.n + sizeof("\\\\[]") * 2);
	if (err == NS_OK)
		err = append_ascii(pool, brackets ? "\\\\[" : "\\\\");
	if (err == NS_OK)
		err = buf_append(pool, view_of(pool->p + off, name.n));
	if (err == NS_OK && brackets)
		err = append_ascii(pool, "]");
	return err;
}

static enum ns_err fix_name(struct info_rows *rows, uint32_t row, size_t field)
{
	struct view text = info_text(rows, row, field);
	struct match_client c = match_client_of(text);
	bool brackets = c.is_address && c.name.n > 0 && utf16_unit(c.name, 0) != '[' &&
			has_colon(c.name);
	union info_value *value = &rows->values[(size_t)row * rows->level->n + field];
	size_t off = rows->owned.n;
	enum ns_err err;

	if (text.n == 0 || (match_has_backslashes(text) && !brackets))
		return NS_OK;
	err = append_name(rows, c.name, brackets);
	if (err != NS_OK)
		return err;
	rows->pool = buf_view(&rows->owned);
	value->span.off = (uint32_t)off;
	value->span.len = (uint32_t)(rows->owned.n - off);
	return NS_OK;
}

/* Client names as Windows shows them, so that they can be given to a Del as they are. */
bool rule_names(struct op *op)
{
	struct netsess_result *r = op->result;
	enum ns_err err = NS_OK;

	for (size_t i = 0; i < r->n_pages; i++) {
		struct info_rows *rows = &r->pages[i].rows;
		size_t field = info_level_member(rows->level, "cname");

		if (field == INFO_NO_FIELD || rows->count == 0)
			continue;
		assert(rows->pool.p == rows->owned.p); /* op.c saw to it */
		for (uint32_t row = 0; row < rows->count && err == NS_OK; row++)
			err = fix_name(rows, row, field);
	}
	if (err != NS_OK)
		op->code = WIN32_ERROR_NOT_ENOUGH_MEMORY;
	return false; /* nothing to tell of */
}

static void clamp(struct info_rows *rows, const char *member)
{
	size_t field = info_level_member(rows->level, member);

	if (field == INFO_NO_FIELD)
		return;
	for (uint32_t row = 0; row < rows->count; row++) {
		union info_value *v = &rows->values[(size_t)row * rows->level->n + field];

		if (v->u32 > INT32_MAX)
			v->u32 = 0;
	}
}

/* A server whose clock was set back, or that rounds two clocks, shows a time below zero. */
bool rule_clock(struct op *op)
{
	for (size_t i = 0; i < op->result->n_pages; i++) {
		clamp(&op->result->pages[i].rows, "time");
		clamp(&op->result->pages[i].rows, "idle_time");
	}
	return false;
}

/*
 * After a complete enumeration TotalEntries, which counts from the resume position on, is
 * the number of rows; Samba gives that of all sessions.
 */
bool rule_total(struct op *op)
{
	if (op->code == WIN32_ERROR_SUCCESS)
		op->result->total = (uint32_t)op->result->rows;
	return false;
}

/* Whether a row can be the session we ask with; its user is known to be `user`. */
static bool is_own(const struct op *op, const struct info_rows *rows, uint32_t row,
		   const struct filter *f)
{
	struct match_user user = match_user_of(info_text(rows, row, f->username));
	struct buf self;
	struct match_user self_user;
	bool own = false;

	if (op->result->self_user == NULL)
		return false;
	buf_init(&self, OP_NAME_UNITS * sizeof(uint16_t));
	if (utf16_from_utf8(&self, view_of_string(op->result->self_user)) == NS_OK) {
		self_user = match_user_of(buf_view(&self));
		own = match_user_equal(&self_user, &user);
	}
	buf_clear(&self);
	if (own && op->result->self_client != NULL &&
	    utf16_from_utf8(&self, view_of_string(op->result->self_client)) == NS_OK) {
		struct match_client a = match_client_of(buf_view(&self));
		struct match_client b = match_client_of(info_text(rows, row, f->cname));

		own = match_client_equal(&a, &b);
	}
	buf_release(&self);
	return own;
}

struct rules_match rules_count_matches(const struct op *op)
{
	const struct netsess_result *r = op->result;
	struct rules_match m = {0};

	for (size_t i = 0; i < r->n_pages; i++) {
		const struct info_rows *rows = &r->pages[i].rows;
		struct filter f = filter_of(op, rows->level);

		for (uint32_t row = 0; row < rows->count; row++) {
			if (!passes(&f, rows, row))
				continue;
			if (m.count++ == 0) {
				m.first_page = i;
				m.first_row = row;
			}
			if (m.own == 0 && is_own(op, rows, row, &f))
				m.own = 1;
		}
	}
	return m;
}
