/* SPDX-License-Identifier: MIT */
#include "rpc/info.h"

#include <stdio.h>

const struct info_level *info_level_find(const struct info_family *family, uint32_t level)
{
	for (size_t i = 0; i < family->n; i++)
		if (family->levels[i].level == level)
			return &family->levels[i];
	return NULL;
}

size_t info_level_index(const struct info_level *level, const struct info_field *field)
{
	for (size_t i = 0; i < level->n; i++)
		if (level->fields[i] == field)
			return i;
	return INFO_NO_FIELD;
}

size_t info_level_member(const struct info_level *level, const char *member)
{
	for (size_t i = 0; i < level->n; i++)
		if (strcmp(level->fields[i]->member, member) == 0)
			return i;
	return INFO_NO_FIELD;
}

static enum ns_err append_name(struct buf *out, size_t start, const char *name)
{
	enum ns_err err = NS_OK;

	if (out->n > start)
		err = buf_append(out, VIEW_LITERAL(","));
	return err == NS_OK ? buf_append(out, view_of_string(name)) : err;
}

enum ns_err info_flags_text(struct buf *out, const struct info_field *field, uint32_t value)
{
	char hex[sizeof("0xffffffff")];
	uint32_t rest = value;
	size_t start = out->n;
	enum ns_err err = NS_OK;

	for (const struct info_flag *f = field->flags; f != NULL && f->name != NULL; f++) {
		if ((value & f->mask) != f->bits)
			continue;
		rest &= ~f->mask;
		err = append_name(out, start, f->name);
		if (err != NS_OK)
			return err;
	}
	if (rest == 0)
		return NS_OK;
	(void)snprintf(hex, sizeof(hex), "0x%x", (unsigned)rest);
	return append_name(out, start, hex);
}
