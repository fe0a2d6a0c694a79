/* SPDX-License-Identifier: MIT */
#include "client/result.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "client/result_text.h"

struct netsess_result *result_new(uint32_t level, const struct info_level *shape)
{
	struct netsess_result *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->level = level;
	r->shape = shape;
	return r;
}

struct netsess_result *result_failed(uint32_t code, const char *note)
{
	struct netsess_result *r = result_new(0, NULL);

	if (r == NULL)
		return NULL;
	r->code = code;
	if (note[0] != '\0')
		result_note(r, "%s", note);
	return r;
}

void result_note(struct netsess_result *r, const char *format, ...)
{
	size_t n = strlen(r->note);
	va_list args;

	if (n > 0 && n + sizeof("; ") < sizeof(r->note)) {
		memcpy(r->note + n, "; ", sizeof("; "));
		n += 2;
	}
	va_start(args, format);
	(void)vsnprintf(r->note + n, sizeof(r->note) - n, format, args);
	va_end(args);
}

enum ns_err result_add(struct netsess_result *r, struct info_rows *rows)
{
	size_t bytes = rows->owned.n;
	struct result_page *pages;

	if (rows->count == 0) {
		info_rows_release(rows);
		return NS_OK;
	}
	if (r->n_pages == RESULT_PAGES_MAX || bytes > RESULT_BYTES_MAX - r->bytes)
		return NS_ELIMIT;
	/* Powers of two: the array grows when the count reaches one. */
	if ((r->n_pages & (r->n_pages - 1)) == 0) {
		size_t room = r->n_pages == 0 ? 1 : 2 * r->n_pages;

		pages = realloc(r->pages, room * sizeof(*pages));
		if (pages == NULL)
			return NS_ENOMEM;
		r->pages = pages;
	}
	r->pages[r->n_pages] = (struct result_page){.first = r->rows};
	info_rows_move(&r->pages[r->n_pages].rows, rows);
	r->rows += r->pages[r->n_pages].rows.count;
	r->bytes += bytes;
	r->n_pages++;
	return NS_OK;
}

void result_clear(struct netsess_result *r)
{
	for (size_t i = 0; i < r->n_pages; i++) {
		info_rows_release(&r->pages[i].rows);
		free(r->pages[i].text);
	}
	free(r->pages);
	r->pages = NULL;
	r->n_pages = 0;
	r->rows = 0;
	r->bytes = 0;
}

void result_recount(struct netsess_result *r)
{
	size_t kept = 0;

	r->rows = 0;
	for (size_t i = 0; i < r->n_pages; i++) {
		struct result_page *page = &r->pages[i];

		page->first = r->rows;
		r->rows += page->rows.count;
		if (page->rows.count > 0)
			r->pages[kept++] = *page;
		else
			info_rows_release(&page->rows);
	}
	r->n_pages = kept;
}

void result_keep_first(struct netsess_result *r, size_t n)
{
	for (size_t i = 0; i < r->n_pages; i++) {
		struct info_rows *rows = &r->pages[i].rows;

		if (rows->count > n)
			rows->count = (uint32_t)n;
		n -= rows->count;
	}
	result_recount(r);
}

void result_set_peer(struct netsess_result *r, const struct link_info *info)
{
	r->dialect = info->dialect;
	r->encrypted = info->encrypted;
	if (info->user == NULL || info->user[0] == '\0')
		return;
	free(r->self_user);
	r->self_user = strdup(info->user);
}

void result_set_self_address(struct netsess_result *r, const char *address)
{
	bool v6 = strchr(address, ':') != NULL;
	char *text;

	if (asprintf(&text, v6 ? "\\\\[%s]" : "\\\\%s", address) < 0)
		return;
	free(r->self_client);
	r->self_client = text;
}

void netsess_result_free(struct netsess_result *r)
{
	if (r == NULL)
		return;
	result_clear(r);
	text_chunks_free(r->texts);
	free(r->self_user);
	free(r->self_client);
	free(r);
}

uint32_t netsess_result_code(const struct netsess_result *r)
{
	return r->code;
}

const char *netsess_result_note(const struct netsess_result *r)
{
	return r->note;
}

uint32_t netsess_result_level(const struct netsess_result *r)
{
	return r->level;
}

size_t netsess_result_rows(const struct netsess_result *r)
{
	return r->rows;
}

uint32_t netsess_result_total(const struct netsess_result *r)
{
	return r->total;
}

uint32_t netsess_result_resume(const struct netsess_result *r)
{
	return r->resume;
}

uint16_t netsess_result_dialect(const struct netsess_result *r)
{
	return r->dialect;
}

bool netsess_result_encrypted(const struct netsess_result *r)
{
	return r->encrypted;
}

const char *netsess_result_self_user(const struct netsess_result *r)
{
	return r->self_user != NULL ? r->self_user : "";
}

const char *netsess_result_self_client(const struct netsess_result *r)
{
	return r->self_client != NULL ? r->self_client : "";
}
