/* SPDX-License-Identifier: MIT */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cli/mem.h"
#include "cli/out_cells.h"
#include "cli/outcome.h"
#include "cli/say.h"
#include "cli/text.h"

/* jansson gives NULL for want of memory only, as the strings are UTF-8 and keys differ. */
static json_t *json_need(json_t *value)
{
	if (value == NULL) {
		say("out of memory");
		exit(CLI_EXIT_BROKEN);
	}
	return value;
}

static void json_put(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, json_need(value)) != 0)
		json_need(NULL);
}

static void json_push(json_t *array, json_t *value)
{
	if (json_array_append_new(array, json_need(value)) != 0)
		json_need(NULL);
}

static json_t *json_text(const char *s)
{
	char *valid = text_utf8(s);
	json_t *value = json_need(json_string(valid));

	free(valid);
	return value;
}

/* The names are separated by "," or "|", and have neither in them. */
static json_t *json_flag_names(const struct netsess_result *r, size_t row, size_t field)
{
	json_t *names = json_need(json_array());
	char *text = cells_flags(r, row, field), *rest = text;
	const char *name;

	while ((name = strsep(&rest, ",|")) != NULL) {
		if (name[0] != '\0')
			json_push(names, json_text(name));
	}
	free(text);
	return names;
}

static json_t *json_number(const struct netsess_field *field, uint32_t v)
{
	if (cells_have_no_limit(field, v))
		return json_null();
	if (field->show == NETSESS_SHOW_BOOL)
		return json_boolean(v != 0);
	if (field->show == NETSESS_SHOW_SIGNED)
		return json_integer((int32_t)v);
	return json_integer(v);
}

/* JSON has no unsigned numbers: what no counter reaches is the greatest there is. */
static json_t *json_large(uint64_t v)
{
	return json_integer(v < INT64_MAX ? (json_int_t)v : INT64_MAX);
}

static void json_put_field(json_t *object, const struct netsess_result *r, size_t row,
			   size_t field)
{
	const struct netsess_field *f = netsess_result_field(r, field);
	char *text;

	if (!cells_are_shown(f))
		return;
	if (f->type == NETSESS_U32) {
		json_put(object, f->key, json_number(f, netsess_result_u32(r, row, field)));
		if (f->show == NETSESS_SHOW_FLAGS) {
			text = mem_printf("%s_names", f->key);
			json_put(object, text, json_flag_names(r, row, field));
			free(text);
		}
		return;
	}
	if (f->type == NETSESS_U64) {
		json_put(object, f->key, json_large(netsess_result_u64(r, row, field)));
		return;
	}
	text = cells_for_programs(r, row, field);
	json_put(object, f->key, json_string(text));
	free(text);
}

static void json_row(json_t *rows, const struct out_sheet *sheet,
		     const struct out_part *part, size_t row)
{
	json_t *object = json_need(json_object());

	if (sheet->mark_key != NULL)
		json_put(object, sheet->mark_key, json_text(part->mark));
	for (size_t f = 0; f < netsess_result_fields(part->result); f++)
		json_put_field(object, part->result, row, f);
	json_push(rows, object);
}

static json_t *json_rows(const struct out_sheet *sheet, const struct out_answer *a)
{
	json_t *rows = json_need(json_array());

	for (size_t k = 0; k < a->n_parts; k++) {
		const struct out_part *p = &a->parts[k];
		size_t n = p->result != NULL ? netsess_result_rows(p->result) : 0;

		for (size_t row = 0; row < n; row++) {
			if (p->left_out == NULL || !p->left_out[row])
				json_row(rows, sheet, p, row);
		}
	}
	return rows;
}

static json_t *json_answer(const struct out_sheet *sheet, const struct out_answer *a)
{
	json_t *object = json_need(json_object());
	bool failed = !outcome_is_answer(a->code);

	json_put(object, "server", json_text(a->server));
	json_put(object, "code", json_integer(a->code));
	json_put(object, "name", json_text(netsess_code_name(a->code)));
	json_put(object, "error",
		 failed ? json_text(netsess_code_text(a->code)) : json_null());
	json_put(object, "note", a->note[0] != '\0' ? json_text(a->note) : json_null());
	for (size_t i = 0; i < a->n_items; i++) {
		const struct out_item *item = &a->items[i];

		json_put(object, item->key,
			 item->known ? json_integer((json_int_t)item->n) : json_null());
	}
	json_put(object, "rows", json_rows(sheet, a));
	return object;
}

/*
 * Server by server, so that a thousand of them need the memory of one.  ASCII only: then
 * no name can do anything to a terminal, and no locale can hurt it.
 */
void out_json(const struct out *o, const struct out_sheet *sheet)
{
	fputs("[", o->to);
	for (size_t i = 0; i < sheet->n; i++) {
		json_t *object = json_answer(sheet, &sheet->answers[i]);

		fputs(i > 0 ? ",\n" : "\n", o->to);
		/* What the stream did not take is out_finish()'s to say. */
		(void)json_dumpf(object, o->to, JSON_INDENT(2) | JSON_ENSURE_ASCII);
		json_decref(object);
	}
	fputs("\n]\n", o->to);
}
