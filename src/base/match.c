/* SPDX-License-Identifier: MIT */
#include "base/match.h"

#include <arpa/inet.h>

#include "base/utf16.h"

/* Bytes of a UTF-16 code unit. */
#define UNIT 2u

static const uint8_t v4_mapped[12] = {[10] = 0xff, [11] = 0xff};

static size_t units(struct view v)
{
	return v.n / UNIT;
}

static struct view from(struct view v, size_t unit)
{
	return view_slice(v, unit * UNIT, v.n);
}

static struct view until(struct view v, size_t unit)
{
	return view_slice(v, 0, unit * UNIT);
}

/* The index of the first unit that is `c`; units(v) where there is none. */
static size_t find(struct view v, uint16_t c)
{
	size_t i = 0;

	while (i < units(v) && utf16_unit(v, i) != c)
		i++;
	return i;
}

/* The same for the last one. */
static size_t find_last(struct view v, uint16_t c)
{
	for (size_t i = units(v); i > 0; i--) {
		if (utf16_unit(v, i - 1) == c)
			return i - 1;
	}
	return units(v);
}

bool match_has_backslashes(struct view name)
{
	return units(name) >= 2 && utf16_unit(name, 0) == '\\' &&
	       utf16_unit(name, 1) == '\\';
}

/* Into a C string; false for what can't be the text of an address. */
static bool ascii(char *out, size_t n, struct view v)
{
	if (units(v) >= n)
		return false;
	for (size_t i = 0; i < units(v); i++) {
		uint16_t c = utf16_unit(v, i);

		if (c == 0 || c > 0x7f)
			return false;
		out[i] = (char)c;
	}
	out[units(v)] = '\0';
	return true;
}

static struct view without_brackets(struct view v)
{
	size_t n = units(v);

	if (n < 2 || utf16_unit(v, 0) != '[' || utf16_unit(v, n - 1) != ']')
		return v;
	return from(until(v, n - 1), 1);
}

struct match_client match_client_of(struct view name)
{
	struct match_client m = {.name = match_has_backslashes(name) ? from(name, 2)
								     : name};
	struct view address = without_brackets(m.name);
	size_t zone = find(address, '%');
	char text[INET6_ADDRSTRLEN];

	if (!ascii(text, sizeof(text), until(address, zone)))
		return m;
	if (inet_pton(AF_INET6, text, m.address) == 1) {
		m.is_address = true;
		m.zone = from(address, zone + 1);
	} else if (zone == units(address) &&
		   inet_pton(AF_INET, text, m.address + sizeof(v4_mapped)) == 1) {
		memcpy(m.address, v4_mapped, sizeof(v4_mapped));
		m.is_address = true;
	}
	return m;
}

/* Two optional words: they part two names only where both are there. */
static bool compatible(struct view a, struct view b)
{
	return a.n == 0 || b.n == 0 || utf16_equal_folded(a, b);
}

bool match_client_equal(const struct match_client *a, const struct match_client *b)
{
	if (a->is_address != b->is_address)
		return false;
	if (!a->is_address)
		return utf16_equal_folded(a->name, b->name);
	return view_equal(view_of(a->address, sizeof(a->address)),
			  view_of(b->address, sizeof(b->address))) &&
	       compatible(a->zone, b->zone);
}

struct match_user match_user_of(struct view name)
{
	struct match_user m = {.name = name};
	size_t backslash = find(name, '\\');
	size_t at;

	if (backslash < units(name)) {
		m.domain = until(name, backslash);
		m.name = from(name, backslash + 1);
		return m;
	}
	at = find_last(name, '@');
	if (at < units(name) && at > 0) {
		m.name = until(name, at);
		m.realm = from(name, at + 1);
	}
	return m;
}

bool match_user_equal(const struct match_user *a, const struct match_user *b)
{
	return utf16_equal_folded(a->name, b->name) && compatible(a->domain, b->domain) &&
	       compatible(a->realm, b->realm);
}
