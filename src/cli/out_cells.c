/* SPDX-License-Identifier: MIT */
#include "cli/out_cells.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/mem.h"
#include "cli/text.h"

/* All flags of a field have names of some ten letters, and there are 32 bits at the most.
 */
#define FLAGS_ROOM 512

bool cells_are_shown(const struct netsess_field *field)
{
	return field->show != NETSESS_SHOW_NEVER;
}

static void columns_add(struct cells_columns *columns, const struct netsess_field *field)
{
	if (!cells_are_shown(field))
		return;
	for (size_t i = 0; i < columns->n; i++) {
		if (strcmp(columns->fields[i]->key, field->key) == 0)
			return;
	}
	columns->fields = mem_resize(columns->fields, columns->n + 1, sizeof(const void *));
	columns->fields[columns->n++] = field;
}

void cells_columns(struct cells_columns *columns, const struct out_sheet *sheet)
{
	*columns = (struct cells_columns){0};
	for (size_t i = 0; i < sheet->n; i++) {
		for (size_t k = 0; k < sheet->answers[i].n_parts; k++) {
			const struct netsess_result *r = sheet->answers[i].parts[k].result;
			size_t n = r != NULL ? netsess_result_fields(r) : 0;

			for (size_t f = 0; f < n; f++)
				columns_add(columns, netsess_result_field(r, f));
		}
	}
}

void cells_columns_release(struct cells_columns *columns)
{
	free(columns->fields);
	*columns = (struct cells_columns){0};
}

size_t cells_find(const struct netsess_result *r, const struct netsess_field *column)
{
	return netsess_result_find(r, column->key);
}

void cells_each(const struct out_sheet *sheet, cells_row *visit, void *arg)
{
	for (size_t i = 0; i < sheet->n; i++) {
		const struct out_answer *a = &sheet->answers[i];

		for (size_t k = 0; k < a->n_parts; k++) {
			const struct out_part *p = &a->parts[k];
			size_t n = p->result != NULL ? netsess_result_rows(p->result) : 0;

			for (size_t row = 0; row < n; row++) {
				if (p->left_out == NULL || !p->left_out[row])
					visit(arg, a, p, row);
			}
		}
	}
}

char *cells_flags(const struct netsess_result *r, size_t row, size_t field)
{
	char names[FLAGS_ROOM];

	netsess_result_flags(r, row, field, names, sizeof(names));
	return mem_strdup(names);
}

char *cells_hex(const uint8_t *p, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	char *out = mem_array(2 * n + 1, 1);

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[p[i] >> 4];
		out[2 * i + 1] = digits[p[i] & 0x0f];
	}
	return out;
}

bool cells_have_no_limit(const struct netsess_field *field, uint32_t v)
{
	return v == UINT32_MAX &&
	       (field->show == NETSESS_SHOW_LIMIT || field->show == NETSESS_SHOW_MINUTES);
}

static char *cells_number(const struct netsess_result *r, size_t row, size_t field)
{
	const struct netsess_field *f = netsess_result_field(r, field);
	uint32_t v = netsess_result_u32(r, row, field);

	switch (f->show) {
	case NETSESS_SHOW_HEX:
		return mem_printf("0x%x", v);
	case NETSESS_SHOW_SECONDS:
		return text_duration(v);
	case NETSESS_SHOW_MINUTES:
		return cells_have_no_limit(f, v) ? mem_strdup("never")
						 : mem_printf("%um", v);
	case NETSESS_SHOW_LIMIT:
		return cells_have_no_limit(f, v) ? mem_strdup("unlimited")
						 : mem_printf("%u", v);
	case NETSESS_SHOW_TIME:
		return text_utc(v);
	case NETSESS_SHOW_BOOL:
		return mem_strdup(v != 0 ? "yes" : "no");
	case NETSESS_SHOW_SIGNED:
		return mem_printf("%d", (int32_t)v);
	case NETSESS_SHOW_FLAGS:
		return cells_flags(r, row, field);
	case NETSESS_SHOW_PLAIN:
	case NETSESS_SHOW_NEVER:
		break;
	}
	return mem_printf("%u", v);
}

static char *cells_number_for_programs(const struct netsess_field *field, uint32_t v)
{
	if (cells_have_no_limit(field, v))
		return mem_strdup("");
	if (field->show == NETSESS_SHOW_SIGNED)
		return mem_printf("%d", (int32_t)v);
	return mem_printf("%u", field->show == NETSESS_SHOW_BOOL ? v != 0 : v);
}

char *cells_for_people(const struct netsess_result *r, size_t row, size_t field)
{
	char *raw = NULL, *safe;
	size_t n = 0;

	switch (netsess_result_field(r, field)->type) {
	case NETSESS_U32:
		raw = cells_number(r, row, field);
		break;
	case NETSESS_U64:
		raw = cells_for_programs(r, row, field);
		break;
	case NETSESS_BYTES:
		(void)netsess_result_bytes(r, row, field, &n);
		raw = n > 0 ? mem_printf("%zu bytes", n) : mem_strdup("");
		break;
	case NETSESS_TEXT:
		raw = mem_strdup(netsess_result_text(r, row, field));
		break;
	}
	safe = text_safe(raw != NULL && raw[0] != '\0' ? raw : "-");
	free(raw);
	return safe;
}

char *cells_for_programs(const struct netsess_result *r, size_t row, size_t field)
{
	const struct netsess_field *f = netsess_result_field(r, field);
	const uint8_t *p;
	size_t n = 0;

	switch (f->type) {
	case NETSESS_U32:
		return cells_number_for_programs(f, netsess_result_u32(r, row, field));
	case NETSESS_U64:
		return mem_printf("%" PRIu64, netsess_result_u64(r, row, field));
	case NETSESS_BYTES:
		p = netsess_result_bytes(r, row, field, &n);
		return cells_hex(p, n);
	case NETSESS_TEXT:
	default:
		return text_utf8(netsess_result_text(r, row, field));
	}
}
