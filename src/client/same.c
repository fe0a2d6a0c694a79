/* SPDX-License-Identifier: MIT */
/* netsess_same_client() and netsess_same_user(): base/match.h for UTF-8. */
#include "base/buf.h"
#include "base/match.h"
#include "base/utf16.h"
#include "netsess.h"

/*
 * The longest name compared, in UTF-16 bytes: four for each of the 1024 characters that
 * MS-SRVS allows.
 */
#define MATCH_NAME_MAX 4096u

/* Both in UTF-16; false where one is not UTF-8, too long, or memory is short. */
static bool both(struct buf *a, struct buf *b, const char *x, const char *y)
{
	buf_init(a, MATCH_NAME_MAX);
	buf_init(b, MATCH_NAME_MAX);
	return utf16_from_utf8(a, view_of_string(x != NULL ? x : "")) == NS_OK &&
	       utf16_from_utf8(b, view_of_string(y != NULL ? y : "")) == NS_OK;
}

bool netsess_same_client(const char *a, const char *b)
{
	struct buf x, y;
	bool same = false;

	if (both(&x, &y, a, b)) {
		struct match_client ca = match_client_of(buf_view(&x));
		struct match_client cb = match_client_of(buf_view(&y));

		same = match_client_equal(&ca, &cb);
	}
	buf_release(&x);
	buf_release(&y);
	return same;
}

bool netsess_same_user(const char *a, const char *b)
{
	struct buf x, y;
	bool same = false;

	if (both(&x, &y, a, b)) {
		struct match_user ua = match_user_of(buf_view(&x));
		struct match_user ub = match_user_of(buf_view(&y));

		same = match_user_equal(&ua, &ub);
	}
	buf_release(&x);
	buf_release(&y);
	return same;
}
