/* SPDX-License-Identifier: MIT */
#include <langinfo.h>
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>

#include "cli/mem.h"
#include "cli/out_cells.h"
#include "cli/outcome.h"
#include "cli/say.h"
#include "cli/text.h"

struct table {
	struct libscols_table *scols;
	const struct out_sheet *sheet;
	struct cells_columns columns;
	bool servers; /* a SERVER column: there is more than one */
};

/* libsmartcols fails for want of memory only. */
static void table_need(bool ok)
{
	if (!ok) {
		say("out of memory");
		exit(CLI_EXIT_BROKEN);
	}
}

static void table_column(struct table *t, const char *heading, int flags)
{
	table_need(scols_table_new_column(t->scols, heading, 0, flags) != NULL);
}

static void table_head(struct table *t)
{
	if (t->servers)
		table_column(t, "SERVER", 0);
	if (t->sheet->mark_heading != NULL)
		table_column(t, t->sheet->mark_heading, 0);
	for (size_t i = 0; i < t->columns.n; i++) {
		const struct netsess_field *f = t->columns.fields[i];
		bool number = (f->type == NETSESS_U32 || f->type == NETSESS_U64) &&
			      f->show != NETSESS_SHOW_FLAGS;

		table_column(t, f->heading, number ? SCOLS_FL_RIGHT : 0);
	}
}

/* Takes `text` over. */
static void table_cell(struct libscols_line *line, size_t *column, char *text)
{
	table_need(scols_line_refer_data(line, (*column)++, text) == 0);
}

static void table_row(void *arg, const struct out_answer *answer,
		      const struct out_part *part, size_t row)
{
	struct table *t = arg;
	struct libscols_line *line = scols_table_new_line(t->scols, NULL);
	size_t column = 0;

	table_need(line != NULL);
	if (t->servers)
		table_cell(line, &column, text_safe(text_server(answer->server)));
	if (t->sheet->mark_heading != NULL)
		table_cell(line, &column, text_safe(part->mark));
	for (size_t i = 0; i < t->columns.n; i++) {
		size_t f = cells_find(part->result, t->columns.fields[i]);

		table_cell(line, &column,
			   f < netsess_result_fields(part->result)
				   ? cells_for_people(part->result, row, f)
				   : mem_strdup("-"));
	}
}

void out_table(const struct out *o, const struct out_sheet *sheet)
{
	struct table t = {.sheet = sheet, .servers = sheet->n > 1};

	cells_columns(&t.columns, sheet);
	t.scols = scols_new_table();
	table_need(t.scols != NULL);
	scols_table_set_stream(t.scols, o->to);
	/* Never cut: a name that is cut can't be given to another command. */
	scols_table_set_termforce(t.scols, SCOLS_TERMFORCE_NEVER);
	scols_table_enable_noheadings(t.scols, !o->header);
	/*
	 * The cells are safe already, and its own encoding would turn the "\x" of "\\xps"
	 * into "\x5cx".  Outside UTF-8 it loops for ever without encoding, though.
	 */
	scols_table_enable_noencoding(t.scols, strcmp(nl_langinfo(CODESET), "UTF-8") == 0);
	table_head(&t);
	cells_each(sheet, table_row, &t);
	/* What the stream did not take is out_finish()'s to say. */
	if (scols_table_get_nlines(t.scols) > 0)
		(void)scols_print_table(t.scols);
	scols_unref_table(t.scols);
	cells_columns_release(&t.columns);
}
