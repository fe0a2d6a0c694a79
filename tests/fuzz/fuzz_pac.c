/* SPDX-License-Identifier: MIT */
/* The groups in a ticket: KERB_VALIDATION_INFO.  The input is the buffer. */
#include "fuzz/fuzz.h"
#include "security/auth.h"
#include "security/pac.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf sids;

	buf_init(&sids, AUTH_SIDS_MAX);
	if (pac_sids(&sids, view_of(data, size)) == NS_OK)
		FUZZ_CHECK(sids.n == 0 || sids.p[sids.n - 1] == '\0');
	buf_release(&sids);
	return 0;
}
