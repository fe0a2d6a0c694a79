/* SPDX-License-Identifier: MIT */
#include "wire/nbss.h"

#include "wire/reader.h"

#define NBSS_SESSION_MESSAGE 0x00u

enum ns_err nbss_frame(struct view *msg, size_t *total, struct view in, size_t max)
{
	struct wire_reader r = {.msg = in};
	uint8_t type, length[3];
	size_t n;

	*msg = (struct view){0};
	*total = NBSS_HDR_LEN;
	wire_u8(&r, &type);
	if (type != NBSS_SESSION_MESSAGE)
		return NS_EFORMAT;
	wire_copy(&r, length, sizeof(length));
	if (wire_status(&r) != NS_OK)
		return NS_AGAIN;
	n = (size_t)length[0] << 16 | (size_t)length[1] << 8 | length[2];
	if (n > max)
		return NS_ELIMIT;
	*total += n;
	wire_take(&r, n, msg);
	return wire_status(&r) == NS_OK ? NS_OK : NS_AGAIN;
}

enum ns_err nbss_put(struct buf *out)
{
	return buf_append_zero(out, NBSS_HDR_LEN);
}

enum ns_err nbss_patch(struct buf *out, size_t at)
{
	struct wire_writer w = {.out = out, .base = at};
	size_t n = wire_pos(&w) - NBSS_HDR_LEN;
	uint8_t length[3] = {(uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};

	if (n > NBSS_LEN_MAX)
		return NS_ELIMIT;
	wire_patch_bytes(&w, 1, view_of(length, sizeof(length)));
	return wire_put_status(&w);
}
