/* SPDX-License-Identifier: MIT */
/* Names of servers as users write them, and UTF-8 and UTF-16.  The input is the text. */
#include "base/utf16.h"
#include "client/names.h"
#include "client/netbios.h"
#include "fuzz/fuzz.h"
#include "lib/hex.h"

#define TEXT_MAX (1u << 20)

static void server(const char *text)
{
	struct server_name name, again;
	char written[SERVER_HOST_MAX + 16];

	if (server_name_parse(&name, text) != NS_OK) {
		FUZZ_CHECK(name.local);
		return;
	}
	FUZZ_CHECK(memchr(name.host, '\0', sizeof(name.host)) != NULL);
	FUZZ_CHECK(name.local == (name.host[0] == '\0'));
	FUZZ_CHECK(name.local || name.port != 0);
	(void)netbios_name_valid(name.host);
	if (name.local)
		return;
	(void)snprintf(written, sizeof(written),
		       strchr(name.host, ':') != NULL ? "[%s]:%u" : "%s:%u", name.host,
		       name.port);
	FUZZ_CHECK(server_name_parse(&again, written) == NS_OK);
	FUZZ_CHECK(strcmp(name.host, again.host) == 0 && name.port == again.port);
}

/* What is UTF-8 comes back from UTF-16 as it was. */
static void utf8(struct view text)
{
	struct buf wide, narrow;

	buf_init(&wide, TEXT_MAX);
	buf_init(&narrow, TEXT_MAX);
	if (utf16_from_utf8(&wide, text) == NS_OK) {
		FUZZ_CHECK(utf8_from_utf16(&narrow, buf_view(&wide)) == NS_OK);
		FUZZ_CHECK(view_equal(text, buf_view(&narrow)));
		FUZZ_CHECK(utf8_equal_folded(text, buf_view(&narrow)));
	}
	buf_release(&wide);
	buf_release(&narrow);
}

/* Whatever is taken for UTF-16 can be shown. */
static void utf16(struct view text)
{
	struct buf wide, narrow;

	buf_init(&wide, TEXT_MAX);
	buf_init(&narrow, TEXT_MAX);
	FUZZ_CHECK(utf8_from_utf16_lossy(&narrow, text) == NS_OK);
	FUZZ_CHECK(utf16_from_utf8(&wide, buf_view(&narrow)) == NS_OK);
	buf_clear(&narrow);
	if (utf8_from_utf16(&narrow, text) == NS_OK)
		FUZZ_CHECK(view_equal(text, buf_view(&wide)));
	buf_release(&wide);
	buf_release(&narrow);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view text = view_of(data, size);
	char *string = malloc(size + 1);

	FUZZ_CHECK(string != NULL);
	if (size > 0)
		memcpy(string, data, size);
	string[size] = '\0';
	server(string);
	free(string);
	utf8(text);
	utf16(text);
	return 0;
}
