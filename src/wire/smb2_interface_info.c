/* SPDX-License-Identifier: MIT */
#include "wire/smb2_interface_info.h"

#define FAMILY_V4 0x0002 /* InterNetwork */
#define FAMILY_V6 0x0017 /* InterNetworkV6 */

/* SockAddr_Storage (2.2.32.5.1) has 128 bytes, of which these are used: */
#define REST_V4 120 /* after Family, Port and IPv4Address */
#define REST_V6 100 /* after Family, Port, FlowInfo, IPv6Address and ScopeId */

static void take_address(struct wire_reader *r, struct smb2_interface_info *out)
{
	uint16_t family;

	wire_le16(r, &family); /* 0 Family */
	wire_skip(r, 2);       /* 2 Port */
	out->v6 = family == FAMILY_V6;
	if (family == FAMILY_V6) {
		wire_skip(r, 4);                /* 4 FlowInfo */
		wire_copy(r, out->address, 16); /* 8 IPv6Address */
		wire_skip(r, 4 + REST_V6);      /* 24 ScopeId */
	} else if (family == FAMILY_V4) {
		wire_copy(r, out->address, 4); /* 4 IPv4Address */
		wire_skip(r, REST_V4);
	} else {
		wire_fail(r, NS_EFORMAT);
	}
}

bool smb2_interface_info_next(struct wire_reader *r, struct smb2_interface_info *out)
{
	size_t start = r->pos;
	uint32_t next;

	*out = (struct smb2_interface_info){0};
	if (wire_left(r) == 0 || wire_status(r) != NS_OK)
		return false;
	wire_le32(r, &next);            /*  0 Next */
	wire_le32(r, &out->index);      /*  4 IfIndex */
	wire_le32(r, &out->capability); /*  8 Capability */
	wire_skip(r, 4);                /* 12 Reserved */
	wire_le64(r, &out->link_speed); /* 16 LinkSpeed */
	take_address(r, out);           /* 24 SockAddr_Storage */
	if (wire_status(r) != NS_OK)
		return false;
	if (next == 0)
		wire_skip(r, wire_left(r));
	else if (next < r->pos - start)
		wire_fail(r, NS_EFORMAT);
	else
		wire_skip(r, next - (r->pos - start));
	return wire_status(r) == NS_OK;
}

static void put_address(struct wire_writer *w, const struct smb2_interface_info *v)
{
	wire_put_le16(w, v->v6 ? FAMILY_V6 : FAMILY_V4);
	wire_put_le16(w, 0); /* Port */
	if (v->v6) {
		wire_put_le32(w, 0); /* FlowInfo */
		wire_put_bytes(w, view_of(v->address, 16));
		wire_put_zero(w, 4 + REST_V6);
	} else {
		wire_put_bytes(w, view_of(v->address, 4));
		wire_put_zero(w, REST_V4);
	}
}

void smb2_interface_info_encode(struct wire_writer *w,
				const struct smb2_interface_info *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		wire_put_le32(w, i + 1 < count ? SMB2_INTERFACE_INFO_LEN : 0);
		wire_put_le32(w, list[i].index);
		wire_put_le32(w, list[i].capability);
		wire_put_le32(w, 0);
		wire_put_le64(w, list[i].link_speed);
		put_address(w, &list[i]);
	}
}
