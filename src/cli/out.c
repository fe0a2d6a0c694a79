/* SPDX-License-Identifier: MIT */
#include "cli/out.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/out_cells.h"
#include "cli/say.h"
#include "cli/text.h"

void out_rows(const struct out *o, const struct out_sheet *sheet)
{
	switch (o->format) {
	case OUT_TABLE:
		out_table(o, sheet);
		break;
	case OUT_JSON:
		out_json(o, sheet);
		break;
	case OUT_CSV:
		out_csv(o, sheet);
		break;
	}
}

struct records {
	const struct out *o;
	const struct out_sheet *sheet;
	size_t width; /* of the longest key */
	size_t n;
};

/* The length of a key without its unit: "time_seconds" has a value like "1h02m". */
static size_t records_key_length(const char *key)
{
	static const char *const units[] = {"_seconds", "_minutes"};
	size_t n = strlen(key);

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		size_t unit = strlen(units[i]);

		if (n > unit && strcmp(key + n - unit, units[i]) == 0)
			return n - unit;
	}
	return n;
}

static void records_line(const struct records *r, const char *key, const char *value)
{
	int n = (int)records_key_length(key);
	char *safe = text_safe(value);

	fprintf(r->o->to, "%.*s:%*s%s\n", n, key, (int)r->width - n + 1, "", safe);
	free(safe);
}

static void records_row(void *arg, const struct out_answer *answer,
			const struct out_part *part, size_t row)
{
	struct records *r = arg;

	if (r->n++ > 0)
		fputc('\n', r->o->to);
	if (r->sheet->n > 1)
		records_line(r, "server", text_server(answer->server));
	if (r->sheet->mark_key != NULL)
		records_line(r, r->sheet->mark_key, part->mark);
	for (size_t f = 0; f < netsess_result_fields(part->result); f++) {
		const struct netsess_field *field = netsess_result_field(part->result, f);
		char *value;

		if (!cells_are_shown(field))
			continue;
		value = cells_for_people(part->result, row, f);
		records_line(r, field->key, value);
		free(value);
	}
}

static size_t records_width(const struct out_sheet *sheet)
{
	struct cells_columns columns;
	size_t width = sizeof("server") - 1;

	if (sheet->mark_key != NULL && strlen(sheet->mark_key) > width)
		width = strlen(sheet->mark_key);
	cells_columns(&columns, sheet);
	for (size_t i = 0; i < columns.n; i++) {
		size_t n = records_key_length(columns.fields[i]->key);

		width = n > width ? n : width;
	}
	cells_columns_release(&columns);
	return width;
}

void out_records(const struct out *o, const struct out_sheet *sheet)
{
	struct records r = {.o = o, .sheet = sheet};

	if (o->format == OUT_CSV && sheet->mark_key != NULL) {
		out_csv_values(o, sheet);
		return;
	}
	if (o->format != OUT_TABLE) {
		out_rows(o, sheet);
		return;
	}
	r.width = records_width(sheet);
	cells_each(sheet, records_row, &r);
}

bool out_finish(void)
{
	bool failed = ferror(stdout) != 0;

	errno = 0;
	/* Closing shows what a full disk or a broken network file system kept back. */
	if (fclose(stdout) != 0)
		failed = true;
	if (!failed)
		return true;
	/* Whoever closed the pipe has seen enough: an exit status will do. */
	if (errno != EPIPE)
		say("standard output: %s", errno != 0 ? strerror(errno) : "write error");
	return false;
}
