/* SPDX-License-Identifier: MIT */
/*
 * decode ROWS: an answer to NetrSessionEnum with that many rows at level 502 is decoded and
 * made a Win32 buffer.  Prints: rows, seconds, bytes held at the most, bytes of the Win32
 * buffer, for the default width of wchar_t.  The bytes of the answer itself are counted.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "netapi/pack.h"
#include "rpc/srvsvc.h"

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static size_t held(void)
{
	struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

static enum ns_err build(struct info_rows *rows, uint32_t count)
{
	enum ns_err err = NS_OK;
	char text[64];

	info_rows_init(rows, info_level_find(&SESSION_INFO, 502));
	for (uint32_t i = 0; i < count && err == NS_OK; i++) {
		err = info_rows_add(rows);
		snprintf(text, sizeof(text), "\\\\10.%u.%u.%u", i >> 16 & 255, i >> 8 & 255,
			 i & 255);
		if (err == NS_OK)
			err = info_rows_put_utf8(rows, "cname", view_of_string(text));
		snprintf(text, sizeof(text), "user%u", i);
		if (err == NS_OK)
			err = info_rows_put_utf8(rows, "username", view_of_string(text));
		if (err == NS_OK)
			err = info_rows_put_utf8(rows, "transport",
						 VIEW_LITERAL("\\Device\\NetbiosSmb"));
		info_rows_put_u32(rows, "time", i);
	}
	return err;
}

/* What the server would send for the rows: the stub that the client has to hold. */
static enum ns_err encode(struct buf *stub, uint32_t count)
{
	struct netr_enum_resp resp = {.total_entries = count, .has_resume = true};
	struct ndr x = ndr_push(stub);
	enum ns_err err;

	info_enum_init(&resp.info, &SESSION_INFO, 502);
	err = build(&resp.info.rows, count);
	if (err == NS_OK) {
		netr_session_enum_resp_code(&x, &resp);
		err = ndr_end(&x);
	}
	netr_enum_resp_release(&resp);
	return err;
}

static enum ns_err decode(struct buf *stub, uint32_t count)
{
	struct netr_enum_resp resp = {0};
	struct ndr x = ndr_pull(buf_view(stub));
	size_t before = held() - stub->cap;
	double begin = now();
	void *block = NULL;
	double took;
	enum ns_err err;

	netr_session_enum_resp_code(&x, &resp);
	err = ndr_end(&x);
	if (err == NS_OK)
		err = pack_rows(&block, &resp.info.rows, sizeof(wchar_t));
	took = now() - begin;
	if (err == NS_OK && resp.info.rows.count == count)
		printf("%u %.6f %zu %zu\n", count, took, held() - before,
		       malloc_usable_size(block));
	free(block);
	netr_enum_resp_release(&resp);
	return err;
}

int main(int argc, char *argv[])
{
	uint32_t count = argc == 2 ? (uint32_t)strtoul(argv[1], NULL, 10) : 0;
	struct buf stub;
	enum ns_err err;

	buf_init(&stub, 64u << 20);
	err = encode(&stub, count);
	if (err == NS_OK)
		err = decode(&stub, count);
	buf_release(&stub);
	if (err != NS_OK)
		fprintf(stderr, "%s\n", ns_err_text(err));
	return err == NS_OK ? 0 : 1;
}
