/* SPDX-License-Identifier: MIT */
#include "base/utf16.h"
#include "fs/fs_name.h"

/* The wildcards of [MS-FSA] 2.1.4.3. */
#define DOS_STAR '<'
#define DOS_QM   '>'
#define DOS_DOT  '"'

/*
 * All places in the pattern at once: at[j] says that the first j units of the pattern match
 * what has been read of the name.  So the cost is the product of the lengths, whatever the
 * pattern.
 */
struct states {
	bool at[FS_NAME_UNITS_MAX + 1];
};

/* Where the name is. */
struct place {
	uint16_t unit; /* upper-cased; of no meaning at the end */
	bool end;
	bool more_dots; /* a dot comes after this unit */
};

/* May this unit of the pattern match nothing here? */
static bool may_be_nothing(uint16_t p, const struct place *here)
{
	switch (p) {
	case '*':
	case DOS_STAR:
		return true;
	case DOS_QM:
		return here->end || here->unit == '.';
	case DOS_DOT:
		return here->end;
	default:
		return false;
	}
}

/* Steps over what matches nothing. */
static void settle(struct states *s, struct view pattern, const struct place *here)
{
	for (size_t j = 0; j < pattern.n / 2; j++)
		if (s->at[j] && may_be_nothing(utf16_unit(pattern, j), here))
			s->at[j + 1] = true;
}

/* May this unit of the pattern match this unit of the name and stay for the next one? */
static bool may_stay(uint16_t p, const struct place *here)
{
	return p == '*' || (p == DOS_STAR && (here->unit != '.' || here->more_dots));
}

/* May it match this unit, and no more? */
static bool may_take(uint16_t p, const struct place *here)
{
	switch (p) {
	case '?':
		return true;
	case DOS_QM:
		return here->unit != '.';
	case DOS_DOT:
		return here->unit == '.';
	default:
		return utf16_upcase(p) == here->unit;
	}
}

static bool step(struct states *s, struct view pattern, const struct place *here)
{
	struct states next = {0};
	bool any = false;

	settle(s, pattern, here);
	for (size_t j = 0; j < pattern.n / 2; j++) {
		uint16_t p = utf16_unit(pattern, j);

		if (!s->at[j])
			continue;
		if (may_stay(p, here))
			any = next.at[j] = true;
		if (p != '*' && p != DOS_STAR && may_take(p, here))
			any = next.at[j + 1] = true;
	}
	*s = next;
	return any;
}

bool fs_name_matches(struct view pattern, struct view name)
{
	struct states s = {.at = {true}};
	struct place here = {0};
	size_t n = name.n / 2, last_dot = n;

	if (pattern.n / 2 > FS_NAME_UNITS_MAX)
		return false;
	if (view_equal(pattern, view_of("*\0.\0*\0", 6)))
		return n > 0; /* 2.1.4.4 part 1: as "*" */
	for (size_t i = 0; i < n; i++)
		if (utf16_unit(name, i) == '.')
			last_dot = i;
	for (size_t i = 0; i < n; i++) {
		here.unit = utf16_upcase(utf16_unit(name, i));
		here.more_dots = last_dot != n && i < last_dot;
		if (!step(&s, pattern, &here))
			return false;
	}
	here.end = true;
	settle(&s, pattern, &here);
	return s.at[pattern.n / 2];
}
