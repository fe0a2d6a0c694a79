/* SPDX-License-Identifier: MIT */
/* The accessors of netsess.h that look at one field or one value of a result. */
#include <stdlib.h>

#include "client/result.h"
#include "client/result_field.h"
#include "client/result_text.h"

size_t netsess_result_fields(const struct netsess_result *r)
{
	return r->shape != NULL ? r->shape->n : 0;
}

const struct netsess_field *netsess_result_field(const struct netsess_result *r,
						 size_t field)
{
	if (field >= netsess_result_fields(r))
		return NULL;
	return result_field_of(r->shape->fields[field]);
}

size_t netsess_result_find(const struct netsess_result *r, const char *name)
{
	size_t n = netsess_result_fields(r);

	for (size_t i = 0; i < n; i++) {
		const struct info_field *f = r->shape->fields[i];

		if (strcmp(f->member, name) == 0 || strcmp(f->key, name) == 0)
			return i;
	}
	return n;
}

/* The page a row is in, and its number there; NULL past the last row. */
static struct result_page *page_of(const struct netsess_result *r, size_t row, uint32_t *at)
{
	size_t low = 0;
	size_t high = r->n_pages;

	if (row >= r->rows)
		return NULL;
	/* The last page that begins at or before the row; empty ones are passed over. */
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (r->pages[middle].first <= row)
			low = middle;
		else
			high = middle;
	}
	*at = (uint32_t)(row - r->pages[low].first);
	return &r->pages[low];
}

/* The same for a value of that type; NULL if the field is of another. */
static struct result_page *value_of(const struct netsess_result *r, size_t row,
				    size_t field, enum netsess_type type, uint32_t *at)
{
	const struct netsess_field *f = netsess_result_field(r, field);

	if (f == NULL || f->type != type)
		return NULL;
	return page_of(r, row, at);
}

uint32_t netsess_result_u32(const struct netsess_result *r, size_t row, size_t field)
{
	uint32_t at;
	const struct result_page *page = value_of(r, row, field, NETSESS_U32, &at);

	return page != NULL ? info_u32(&page->rows, at, field) : 0;
}

uint64_t netsess_result_u64(const struct netsess_result *r, size_t row, size_t field)
{
	uint32_t at;
	const struct result_page *page = value_of(r, row, field, NETSESS_U64, &at);

	return page != NULL ? info_u64(&page->rows, at, field) : 0;
}

const char *netsess_result_text(const struct netsess_result *r, size_t row, size_t field)
{
	/* The texts are a memory of what was asked before: no part of the result's value.
	 */
	struct netsess_result *memory = (struct netsess_result *)(uintptr_t)r;
	uint32_t at;
	struct result_page *page = value_of(r, row, field, NETSESS_TEXT, &at);
	const char **text;

	if (page == NULL)
		return "";
	if (page->text == NULL)
		page->text = calloc((size_t)page->rows.count * r->shape->n, sizeof(*text));
	if (page->text == NULL)
		return "";
	text = &page->text[at * r->shape->n + field];
	if (*text == NULL)
		*text = text_chunks_add(&memory->texts, info_text(&page->rows, at, field));
	return *text != NULL ? *text : ""; /* memory is short; better luck next time */
}

const uint8_t *netsess_result_bytes(const struct netsess_result *r, size_t row,
				    size_t field, size_t *n)
{
	uint32_t at;
	const struct result_page *page = value_of(r, row, field, NETSESS_BYTES, &at);
	struct view bytes = {0};

	if (page != NULL)
		bytes = info_bytes(&page->rows, at, field);
	*n = bytes.n;
	return bytes.n > 0 ? bytes.p : NULL;
}

/* "guest,0x40" to "GUEST|0x40". */
static void shout(char *text)
{
	bool hex = false;

	for (char *p = text; *p != '\0'; p++) {
		if (p == text || p[-1] == '|')
			hex = p[0] == '0' && p[1] == 'x';
		if (*p == ',')
			*p = '|';
		else if (*p >= 'a' && *p <= 'z' && !hex)
			*p = (char)(*p - 'a' + 'A');
	}
}

void netsess_result_flags(const struct netsess_result *r, size_t row, size_t field,
			  char *out, size_t n)
{
	const struct netsess_field *f = netsess_result_field(r, field);
	struct buf text;
	size_t length;

	if (n == 0)
		return;
	out[0] = '\0';
	if (f == NULL || f->show != NETSESS_SHOW_FLAGS)
		return;
	buf_init(&text, RESULT_NOTE_MAX);
	if (info_flags_text(&text, r->shape->fields[field],
			    netsess_result_u32(r, row, field)) == NS_OK &&
	    text.n > 0) {
		length = text.n < n - 1 ? text.n : n - 1;
		memcpy(out, text.p, length);
		out[length] = '\0';
		shout(out);
	}
	buf_release(&text);
}
