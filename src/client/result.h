/* SPDX-License-Identifier: MIT */
/*
 * What struct netsess_result of netsess.h is inside: a code, and the rows of an answer in
 * the pages in which they came.  A page owns the stub its rows point into, so that nothing
 * is copied; a text becomes UTF-8 when it is first asked for, and is kept until the result
 * is freed.
 *
 * op.c builds it; netapi/ reads the rows of result_page() as they are.
 */
#ifndef CLIENT_RESULT_H
#define CLIENT_RESULT_H

#include "client/link.h"
#include "netsess.h"
#include "rpc/info_rows.h"

/* Room for one or two sentences. */
#define RESULT_NOTE_MAX 512

/*
 * Most pages of one result.  An honest server sends pages of at least a kilobyte, so this
 * is more than any answer; a server that doles out its rows one by one ends here.
 */
#define RESULT_PAGES_MAX 65536u

/* Most bytes of stubs in one result: a million sessions at level 502. */
#define RESULT_BYTES_MAX (256u << 20)

struct text_chunk; /* converted texts lie in these */

struct result_page {
	struct info_rows rows;
	size_t first;      /* the number of its first row in the whole result */
	const char **text; /* of each value, as far as converted; NULL: none is yet */
};

struct netsess_result {
	uint32_t code;
	uint32_t level;
	uint32_t total;
	uint32_t resume;
	const struct info_level *shape; /* of the rows, or of those that were asked for */
	struct result_page *pages;
	size_t n_pages;
	size_t rows;
	size_t bytes; /* of all stubs */
	char note[RESULT_NOTE_MAX];
	uint16_t dialect;
	bool encrypted;
	char *self_user;   /* NULL: not known */
	char *self_client; /* NULL: not known */
	struct text_chunk *texts;
};

/* An empty result: code 0, no rows.  NULL when memory is short. */
struct netsess_result *result_new(uint32_t level, const struct info_level *shape);

/* For what fails before there is an operation; `note` may be "".  NULL: memory is short. */
struct netsess_result *result_failed(uint32_t code, const char *note);

/* Adds a sentence to the note; what does not fit is cut off. */
void result_note(struct netsess_result *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Moves rows that own their stub to the end of the result; no rows make no page.
 * NS_ELIMIT past the maxima, NS_ENOMEM: `rows` keeps them.
 */
NS_MUST_USE enum ns_err result_add(struct netsess_result *r, struct info_rows *rows);

/* Forgets all rows; the shape stays. */
void result_clear(struct netsess_result *r);

/*
 * To be called when rows were removed from pages: counts anew, and drops pages that are
 * empty now.  Not once a text was asked for.
 */
void result_recount(struct netsess_result *r);

/* Removes all rows but the first n. */
void result_keep_first(struct netsess_result *r, size_t n);

/* What the link says of the peer; best effort where memory is short. */
void result_set_peer(struct netsess_result *r, const struct link_info *info);

/* `address` in text, "192.0.2.7" or "2001:db8::1". */
void result_set_self_address(struct netsess_result *r, const char *address);

/* The rows as they are: UTF-16LE views, good while the result lives.  i < n_pages. */
static inline const struct info_rows *result_page(const struct netsess_result *r, size_t i)
{
	return &r->pages[i].rows;
}

#endif
