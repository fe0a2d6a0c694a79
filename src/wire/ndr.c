/* SPDX-License-Identifier: MIT */
#include "wire/ndr.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/utf16.h"

/* MIDL's habit, by which stubs are told at a glance: 0x00020000, 0x00020004, ... */
#define REFERENT_FIRST 0x00020000u
#define REFERENT_STEP  4u

/* Bytes of a string or blob that print shows; a dump is for reading. */
#define PRINT_BYTES_MAX 64u

static bool failed(const struct ndr *x)
{
	return ndr_status(x) != NS_OK;
}

void ndr_fail(struct ndr *x, enum ns_err err)
{
	if (x->direction == NDR_PULL)
		wire_fail(&x->in, err);
	else
		wire_put_fail(&x->out, err);
}

void ndr_skip_rest(struct ndr *x)
{
	if (x->direction == NDR_PULL)
		wire_skip(&x->in, wire_left(&x->in));
}

enum ns_err ndr_end(struct ndr *x)
{
	uint8_t byte;

	if (x->direction != NDR_PULL)
		return ndr_status(x);
	if (wire_left(&x->in) > NDR_TAIL_MAX)
		ndr_fail(x, NS_EFORMAT);
	while (x->in.err == NS_OK && wire_left(&x->in) > 0) {
		wire_u8(&x->in, &byte);
		if (byte != 0)
			ndr_fail(x, NS_EFORMAT);
	}
	return ndr_status(x);
}

void ndr_align(struct ndr *x, size_t n)
{
	if (x->direction == NDR_PULL)
		wire_align(&x->in, n);
	else if (x->direction == NDR_PUSH)
		wire_put_align(&x->out, n);
}

static void print_line(struct ndr *x, const char *name, const char *text)
{
	for (unsigned i = 0; i < x->depth; i++)
		wire_put_bytes(&x->out, VIEW_LITERAL("  "));
	wire_put_bytes(&x->out, view_of_string(name));
	wire_put_bytes(&x->out, view_of_string(text));
}

static void print_u32(struct ndr *x, const char *name, uint32_t v)
{
	char text[sizeof(": 4294967295 (0xffffffff)\n")];

	(void)snprintf(text, sizeof(text), ": %u (0x%x)\n", v, v);
	print_line(x, name, text);
}

void ndr_open(struct ndr *x, const char *name)
{
	if (x->direction != NDR_PRINT)
		return;
	print_line(x, name, "\n");
	x->depth++;
}

void ndr_close(struct ndr *x)
{
	if (x->direction == NDR_PRINT)
		x->depth--;
}

/* The number itself, on the wire only. */
static void code_u32(struct ndr *x, uint32_t *v)
{
	ndr_align(x, 4);
	if (x->direction == NDR_PULL)
		wire_le32(&x->in, v);
	else
		wire_put_le32(&x->out, *v);
}

void ndr_u32(struct ndr *x, const char *name, uint32_t *v)
{
	if (x->direction == NDR_PRINT)
		print_u32(x, name, *v);
	else
		code_u32(x, v);
}

void ndr_u64(struct ndr *x, const char *name, uint64_t *v)
{
	char text[sizeof(": 18446744073709551615\n")];

	if (x->direction == NDR_PRINT) {
		(void)snprintf(text, sizeof(text), ": %" PRIu64 "\n", *v);
		print_line(x, name, text);
		return;
	}
	ndr_align(x, 8);
	if (x->direction == NDR_PULL)
		wire_le64(&x->in, v);
	else
		wire_put_le64(&x->out, *v);
}

bool ndr_unique(struct ndr *x, const char *name, bool *present)
{
	uint32_t referent = 0;

	if (x->direction == NDR_PRINT) {
		if (!*present)
			print_line(x, name, ": NULL\n");
		return *present && !failed(x);
	}
	if (x->direction == NDR_PUSH && *present)
		referent = REFERENT_FIRST + REFERENT_STEP * x->referents++;
	code_u32(x, &referent);
	if (x->direction == NDR_PULL)
		*present = referent != 0;
	return *present && !failed(x);
}

void ndr_unique_u32(struct ndr *x, const char *name, bool *present, uint32_t *v)
{
	if (ndr_unique(x, name, present))
		ndr_u32(x, name, v);
	else if (x->direction == NDR_PULL)
		*v = 0;
}

/* Up to the first NUL: Windows' stubs check only the last unit, and its C code stops here.
 */
static struct view until_nul(struct view text)
{
	for (size_t i = 0; i + 1 < text.n; i += 2)
		if (text.p[i] == 0 && text.p[i + 1] == 0)
			return view_slice(text, 0, i);
	return text;
}

static void pull_string(struct ndr *x, struct view *text)
{
	uint32_t max;
	uint32_t offset;
	uint32_t actual;
	uint16_t nul;

	*text = (struct view){0};
	code_u32(x, &max);
	code_u32(x, &offset);
	code_u32(x, &actual);
	if (failed(x))
		return;
	if (offset != 0 || actual == 0 || actual > max) {
		ndr_fail(x, NS_EFORMAT);
		return;
	}
	if (actual > NDR_STRING_MAX) {
		ndr_fail(x, NS_ELIMIT);
		return;
	}
	wire_take(&x->in, 2 * (size_t)(actual - 1), text);
	wire_le16(&x->in, &nul);
	if (nul != 0)
		ndr_fail(x, NS_EFORMAT);
	*text = failed(x) ? (struct view){0} : until_nul(*text);
}

static void push_string(struct ndr *x, struct view text)
{
	uint32_t units = (uint32_t)(text.n / 2 + 1);
	uint32_t offset = 0;

	if (text.n % 2 != 0 || text.n / 2 >= NDR_STRING_MAX) {
		ndr_fail(x, NS_EINVAL);
		return;
	}
	code_u32(x, &units);
	code_u32(x, &offset);
	code_u32(x, &units);
	wire_put_bytes(&x->out, text);
	wire_put_le16(&x->out, 0);
}

/* In quotes; control characters, which a peer may have meant for a terminal, as \u00XX. */
static void print_string(struct ndr *x, const char *name, struct view text)
{
	char escape[sizeof("\\u0000")];
	enum ns_err err = NS_OK;

	print_line(x, name, ": \"");
	for (size_t i = 0, run = 0; i <= text.n / 2 && err == NS_OK; i++) {
		uint16_t unit = i < text.n / 2 ? utf16_unit(text, i) : 0;

		if (unit >= 0x20 && (unit < 0x7f || unit > 0x9f))
			continue;
		err = utf8_from_utf16_lossy(x->out.out,
					    view_slice(text, 2 * run, 2 * (i - run)));
		run = i + 1;
		if (i == text.n / 2)
			break;
		(void)snprintf(escape, sizeof(escape), "\\u%04x", (unsigned)unit);
		wire_put_bytes(&x->out, view_of_string(escape));
	}
	if (err != NS_OK)
		ndr_fail(x, err);
	wire_put_bytes(&x->out, VIEW_LITERAL("\"\n"));
}

void ndr_string(struct ndr *x, const char *name, struct view *text)
{
	if (x->direction == NDR_PULL)
		pull_string(x, text);
	else if (failed(x))
		return;
	else if (x->direction == NDR_PUSH)
		push_string(x, *text);
	else
		print_string(x, name, *text);
}

void ndr_unique_string(struct ndr *x, const char *name, struct ndr_string *s)
{
	bool present = !s->null;

	if (ndr_unique(x, name, &present))
		ndr_string(x, name, &s->text);
	else if (x->direction == NDR_PULL)
		s->text = (struct view){0};
	s->null = !present;
}

void ndr_conformance(struct ndr *x, uint32_t count, size_t least)
{
	uint32_t max = count;

	if (x->direction == NDR_PRINT)
		return;
	code_u32(x, &max);
	if (x->direction != NDR_PULL || failed(x))
		return;
	if (max != count)
		ndr_fail(x, NS_EFORMAT);
	else if (count > wire_left(&x->in) / least)
		ndr_fail(x, NS_ETRUNC);
}

static void print_bytes(struct ndr *x, const char *name, struct view bytes)
{
	char hex[sizeof("00")];
	size_t shown = bytes.n < PRINT_BYTES_MAX ? bytes.n : PRINT_BYTES_MAX;

	print_line(x, name, ": ");
	for (size_t i = 0; i < shown; i++) {
		(void)snprintf(hex, sizeof(hex), "%02x", bytes.p[i]);
		wire_put_bytes(&x->out, view_of_string(hex));
	}
	if (shown < bytes.n)
		wire_put_bytes(&x->out, VIEW_LITERAL("..."));
	wire_put_bytes(&x->out, VIEW_LITERAL("\n"));
}

void ndr_bytes(struct ndr *x, const char *name, uint32_t n, struct view *bytes)
{
	if (x->direction == NDR_PULL)
		*bytes = (struct view){0};
	ndr_conformance(x, n, 1);
	if (failed(x))
		return;
	if (x->direction == NDR_PULL)
		wire_take(&x->in, n, bytes);
	else if (x->direction == NDR_PUSH)
		wire_put_bytes(&x->out, *bytes);
	else
		print_bytes(x, name, *bytes);
}
