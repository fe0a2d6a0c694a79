/* SPDX-License-Identifier: MIT */
/*
 * The accounts file.  The first byte is the length of a name and how its account is to be
 * changed; then the name, then the file.
 */
#include "base/accounts_format.h"
#include "daemon/accounts_file.h"
#include "fuzz/fuzz.h"
#include "lib/hex.h"

static size_t count(struct view file)
{
	struct accounts_text text = accounts_text(file);
	struct account_line line;
	size_t n = 0;

	while (accounts_next(&text, &line)) {
		FUZZ_CHECK(account_name_ok(line.user));
		n++;
	}
	return text.error == NULL ? n : SIZE_MAX;
}

static void parse(struct view file)
{
	char error[ACCOUNTS_ERROR_MAX];
	struct accounts_file *accounts;
	struct secret hash = {0};

	if (accounts_file_parse(&accounts, error, "accounts", file) == NS_OK) {
		FUZZ_CHECK(accounts_file_count(accounts) == count(file));
		(void)!accounts_file_lookup(accounts, &hash, "alice");
		secret_wipe(&hash);
	}
	accounts_file_free(accounts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t nt_hash[ACCOUNT_HASH_LEN] = {1, 2, 3};
	struct fuzz_input in = fuzz_input_of(data, size);
	uint8_t how = fuzz_u8(&in);
	struct view user = fuzz_bytes(&in, how / 4);
	struct accounts_text where;
	struct view file = view_dup(in.rest);
	struct buf changed;

	parse(file);
	buf_init(&changed, ACCOUNTS_FILE_MAX);
	if (accounts_change(&changed, &where, file, how % 4, user, nt_hash) == NS_OK)
		FUZZ_CHECK(count(buf_view(&changed)) != SIZE_MAX);
	buf_release(&changed);
	view_free(file);
	return 0;
}
