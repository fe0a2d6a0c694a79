/* SPDX-License-Identifier: MIT */
#include "wire/fscc_notify.h"

#define ALIGNMENT 4

void fscc_notify_put(struct fscc_notify_list *list, struct wire_writer *w,
		     const struct fscc_notify_record *v)
{
	wire_put_align(w, ALIGNMENT);
	if (list->count > 0)
		wire_patch32(w, list->last, wire_pos(w) - list->last);
	list->last = wire_pos(w);
	list->count++;
	wire_put_le32(w, 0); /* NextEntryOffset */
	wire_put_le32(w, v->action);
	wire_put_le32(w, (uint32_t)v->name.n);
	wire_put_bytes(w, v->name);
}

bool fscc_notify_next(struct fscc_notify_walk *walk, struct fscc_notify_record *out)
{
	struct wire_reader r = {.msg = walk->rest};
	uint32_t next, len;

	if (walk->err != NS_OK || walk->rest.n == 0)
		return false;
	wire_le32(&r, &next);           /*  0 NextEntryOffset */
	wire_le32(&r, &out->action);    /*  4 Action */
	wire_le32(&r, &len);            /*  8 FileNameLength */
	wire_take(&r, len, &out->name); /* 12 FileName */
	if (len % 2 != 0 ||
	    (next != 0 && (next % ALIGNMENT != 0 || next < r.pos || next >= walk->rest.n)))
		wire_fail(&r, NS_EFORMAT);
	walk->err = wire_status(&r);
	if (walk->err != NS_OK)
		return false;
	walk->rest =
		next == 0 ? (struct view){0} : view_slice(walk->rest, next, walk->rest.n);
	return true;
}
