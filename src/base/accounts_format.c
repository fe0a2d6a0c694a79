/* SPDX-License-Identifier: MIT */
#include "base/accounts_format.h"

#include "base/utf16.h"

#define HEX_LEN (2 * (size_t)ACCOUNT_HASH_LEN)

/* Takes a line off the front of `rest`, without its end; false when nothing is left. */
static bool line_next(struct view *rest, struct view *line)
{
	const uint8_t *end;
	size_t n;

	if (rest->n == 0)
		return false;
	end = memchr(rest->p, '\n', rest->n);
	n = end != NULL ? (size_t)(end - rest->p) : rest->n;
	*line = view_slice(*rest, 0, n);
	*rest = view_slice(*rest, n + 1, rest->n);
	return true;
}

/* Up to the first ':', which is taken, too; all of `v` where there is none. */
static struct view field_next(struct view *v)
{
	const uint8_t *colon = v->n > 0 ? memchr(v->p, ':', v->n) : NULL;
	size_t n = colon != NULL ? (size_t)(colon - v->p) : v->n;
	struct view field = view_slice(*v, 0, n);

	*v = view_slice(*v, n + 1, v->n);
	return field;
}

static struct view without_cr(struct view line)
{
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

static bool line_is_empty(struct view line)
{
	for (size_t i = 0; i < line.n; i++) {
		if (line.p[i] == '#')
			return true;
		if (line.p[i] != ' ' && line.p[i] != '\t')
			return false;
	}
	return true;
}

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool hash_from_hex(uint8_t out[ACCOUNT_HASH_LEN], struct view hex)
{
	if (hex.n != HEX_LEN)
		return false;
	for (size_t i = 0; i < ACCOUNT_HASH_LEN; i++) {
		int high = hex_digit(hex.p[2 * i]);
		int low = hex_digit(hex.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static bool is_utf8(struct view text)
{
	struct buf units;
	enum ns_err err;

	buf_init(&units, 2 * (size_t)ACCOUNT_NAME_MAX);
	err = utf16_from_utf8(&units, text);
	buf_release(&units);
	return err == NS_OK;
}

bool account_name_ok(struct view user)
{
	if (user.n == 0 || user.n > ACCOUNT_NAME_MAX || user.p[0] == '#' ||
	    user.p[0] == ' ' || user.p[user.n - 1] == ' ')
		return false;
	for (size_t i = 0; i < user.n; i++) {
		uint8_t c = user.p[i];

		if (c < ' ' || c == 0x7f || c == ':' || c == '\\' || c == '/' || c == '@')
			return false;
	}
	return is_utf8(user);
}

/* What is wrong with the line of an account; NULL: nothing. */
static const char *account_parse(struct account_line *out, struct view line)
{
	struct view rest = line;
	struct view hash, flag;

	out->user = field_next(&rest);
	hash = field_next(&rest);
	flag = rest;
	out->disabled = flag.n > 0;
	if (!account_name_ok(out->user))
		return "this is no name of an account";
	if (!hash_from_hex(out->nt_hash, hash))
		return "behind the name and a colon go 32 hexadecimal digits";
	if (flag.n > 0 && !view_equal(flag, VIEW_LITERAL("disabled")))
		return "behind the hash only the word \"disabled\" may stand";
	return NULL;
}

bool accounts_next(struct accounts_text *t, struct account_line *out)
{
	struct view line;

	while (t->error == NULL && line_next(&t->rest, &line)) {
		t->line++;
		line = without_cr(line);
		if (line_is_empty(line))
			continue;
		t->error = account_parse(out, line);
		return t->error == NULL;
	}
	return false;
}

static enum ns_err append_account(struct buf *out, const struct account_line *account)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t hex[HEX_LEN];
	enum ns_err err;

	for (size_t i = 0; i < ACCOUNT_HASH_LEN; i++) {
		hex[2 * i] = (uint8_t)digits[account->nt_hash[i] >> 4];
		hex[2 * i + 1] = (uint8_t)digits[account->nt_hash[i] & 15];
	}
	err = buf_append(out, account->user);
	if (err == NS_OK)
		err = buf_append(out, VIEW_LITERAL(":"));
	if (err == NS_OK)
		err = buf_append(out, view_of(hex, sizeof(hex)));
	if (err == NS_OK && account->disabled)
		err = buf_append(out, VIEW_LITERAL(":disabled"));
	return err == NS_OK ? buf_append(out, VIEW_LITERAL("\n")) : err;
}

struct change {
	enum account_edit edit;
	struct view user;
	const uint8_t *nt_hash;
	bool found;
};

static void account_change(struct account_line *account, const struct change *c)
{
	if (c->edit == ACCOUNT_SET)
		memcpy(account->nt_hash, c->nt_hash, ACCOUNT_HASH_LEN);
	account->disabled = c->edit == ACCOUNT_DISABLE;
}

/* One line of the text, which may be the account's: copied, changed or left out. */
static enum ns_err change_line(struct buf *out, struct accounts_text *where,
			       struct change *c, struct view line)
{
	struct account_line account;
	enum ns_err err;

	where->line++;
	if (!line_is_empty(without_cr(line))) {
		where->error = account_parse(&account, without_cr(line));
		if (where->error != NULL)
			return NS_EFORMAT;
		if (utf8_equal_folded(account.user, c->user)) {
			c->found = true;
			if (c->edit == ACCOUNT_REMOVE)
				return NS_OK;
			account_change(&account, c);
			return append_account(out, &account);
		}
	}
	err = buf_append(out, line);
	return err == NS_OK ? buf_append(out, VIEW_LITERAL("\n")) : err;
}

enum ns_err accounts_change(struct buf *out, struct accounts_text *where, struct view text,
			    enum account_edit edit, struct view user,
			    const uint8_t nt_hash[ACCOUNT_HASH_LEN])
{
	struct change c = {.edit = edit, .user = user, .nt_hash = nt_hash};
	struct accounts_text here = accounts_text(text);
	enum ns_err err = account_name_ok(user) ? NS_OK : NS_EINVAL;
	struct account_line added = {.user = user};
	struct view line;

	while (err == NS_OK && line_next(&here.rest, &line))
		err = change_line(out, &here, &c, line);
	if (where != NULL)
		*where = here;
	if (err != NS_OK || c.found)
		return err;
	if (edit != ACCOUNT_SET)
		return NS_EAUTH;
	account_change(&added, &c);
	return append_account(out, &added);
}
