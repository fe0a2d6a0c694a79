/* SPDX-License-Identifier: MIT */
/* Answers to a NetBIOS name query.  The first two bytes are the query's number. */
#include "client/netbios.h"
#include "fuzz/fuzz.h"
#include "lib/hex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input_of(data, size);
	uint16_t id = fuzz_u16(&in);
	struct netbios_answer answer;
	struct view packet = view_dup(in.rest);

	if (netbios_answer_decode(&answer, packet, id, "FILESERVER") == NS_OK)
		FUZZ_CHECK(answer.n <= NETBIOS_ADDRESSES_MAX &&
			   (answer.positive || answer.n == 0));
	view_free(packet);
	return 0;
}
