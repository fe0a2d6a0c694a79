/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/mem.h"
#include "cli/out_cells.h"
#include "cli/text.h"

struct csv {
	const struct out *o;
	const struct out_sheet *sheet;
	struct cells_columns columns;
	bool begun; /* the line has a value already */
};

/* RFC 4180, 2: quotes where there is a comma, a quote or a line break, "" for a quote. */
static void csv_quote(FILE *to, const char *s)
{
	if (strpbrk(s, ",\"\r\n") == NULL) {
		fputs(s, to);
		return;
	}
	fputc('"', to);
	for (; *s != '\0'; s++) {
		if (*s == '"')
			fputc('"', to);
		fputc(*s, to);
	}
	fputc('"', to);
}

/* A file gets every name exactly as it is; a terminal gets it harmless. */
static void csv_value(struct csv *csv, const char *s)
{
	char *shown = isatty(fileno(csv->o->to)) ? text_safe(s) : text_utf8(s);

	if (csv->begun)
		fputc(',', csv->o->to);
	csv->begun = true;
	csv_quote(csv->o->to, shown);
	free(shown);
}

static void csv_value_free(struct csv *csv, char *s)
{
	csv_value(csv, s);
	free(s);
}

static void csv_end(struct csv *csv)
{
	fputs("\r\n", csv->o->to);
	csv->begun = false;
}

static void csv_row(void *arg, const struct out_answer *answer, const struct out_part *part,
		    size_t row)
{
	struct csv *csv = arg;
	const struct netsess_result *r = part->result;

	csv_value(csv, answer->server);
	if (csv->sheet->mark_key != NULL)
		csv_value(csv, part->mark);
	for (size_t i = 0; i < csv->columns.n; i++) {
		size_t f = cells_find(r, csv->columns.fields[i]);

		csv_value_free(csv, f < netsess_result_fields(r)
					    ? cells_for_programs(r, row, f)
					    : mem_strdup(""));
	}
	csv_end(csv);
}

static void csv_rows(struct csv *csv)
{
	if (csv->o->header && csv->columns.n > 0) {
		csv_value(csv, "server");
		if (csv->sheet->mark_key != NULL)
			csv_value(csv, csv->sheet->mark_key);
		for (size_t i = 0; i < csv->columns.n; i++)
			csv_value(csv, csv->columns.fields[i]->key);
		csv_end(csv);
	}
	cells_each(csv->sheet, csv_row, csv);
}

static void csv_items(struct csv *csv)
{
	for (size_t i = 0; i < csv->sheet->n; i++) {
		const struct out_answer *a = &csv->sheet->answers[i];

		if (i == 0 && csv->o->header) {
			csv_value(csv, "server");
			csv_value(csv, "code");
			for (size_t k = 0; k < a->n_items; k++)
				csv_value(csv, a->items[k].key);
			csv_end(csv);
		}
		csv_value(csv, a->server);
		csv_value_free(csv, mem_printf("%u", a->code));
		for (size_t k = 0; k < a->n_items; k++)
			csv_value_free(csv, a->items[k].known
						    ? mem_printf("%zu", a->items[k].n)
						    : mem_strdup(""));
		csv_end(csv);
	}
}

void out_csv(const struct out *o, const struct out_sheet *sheet)
{
	struct csv csv = {.o = o, .sheet = sheet};

	cells_columns(&csv.columns, sheet);
	if (sheet->n > 0 && sheet->answers[0].n_items > 0)
		csv_items(&csv);
	else
		csv_rows(&csv);
	cells_columns_release(&csv.columns);
}

static void csv_record(void *arg, const struct out_answer *answer,
		       const struct out_part *part, size_t row)
{
	struct csv *csv = arg;

	for (size_t f = 0; f < netsess_result_fields(part->result); f++) {
		const struct netsess_field *field = netsess_result_field(part->result, f);

		if (!cells_are_shown(field))
			continue;
		csv_value(csv, answer->server);
		csv_value(csv, part->mark);
		csv_value(csv, field->key);
		csv_value_free(csv, cells_for_programs(part->result, row, f));
		csv_end(csv);
	}
}

void out_csv_values(const struct out *o, const struct out_sheet *sheet)
{
	struct csv csv = {.o = o, .sheet = sheet};

	if (o->header) {
		csv_value(&csv, "server");
		csv_value(&csv, sheet->mark_key);
		csv_value(&csv, "key");
		csv_value(&csv, "value");
		csv_end(&csv);
	}
	cells_each(sheet, csv_record, &csv);
}
