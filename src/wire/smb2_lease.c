/* SPDX-License-Identifier: MIT */
#include "wire/smb2_lease.h"

#define LEN_V1 32
#define LEN_V2 52

enum ns_err smb2_lease_decode(struct smb2_lease *out, struct view data)
{
	struct wire_reader r = {.msg = data};

	*out = (struct smb2_lease){.version = data.n == LEN_V2 ? 2 : 1};
	if (data.n != LEN_V1 && data.n != LEN_V2)
		wire_fail(&r, NS_EFORMAT);
	wire_copy(&r, out->key, sizeof(out->key)); /*  0 LeaseKey */
	wire_le32(&r, &out->state);                /* 16 LeaseState */
	wire_le32(&r, &out->flags);                /* 20 Flags */
	wire_skip(&r, 8);                          /* 24 LeaseDuration */
	if (out->version == 2) {
		wire_copy(&r, out->parent_key, sizeof(out->parent_key)); /* 32 */
		wire_le16(&r, &out->epoch);                              /* 48 Epoch */
		wire_skip(&r, 2);                                        /* 50 Reserved */
	}
	return wire_status(&r);
}

void smb2_lease_encode(struct wire_writer *w, const struct smb2_lease *v)
{
	wire_put_bytes(w, view_of(v->key, sizeof(v->key)));
	wire_put_le32(w, v->state);
	wire_put_le32(w, v->flags);
	wire_put_le64(w, 0);
	if (v->version != 2)
		return;
	wire_put_bytes(w, view_of(v->parent_key, sizeof(v->parent_key)));
	wire_put_le16(w, v->epoch);
	wire_put_le16(w, 0);
}
