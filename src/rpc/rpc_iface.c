/* SPDX-License-Identifier: MIT */
#include "rpc/rpc_iface.h"

const struct rpc_syntax RPC_NDR20 = {
	.uuid = {{0x04, 0x5d, 0x88, 0x8a, 0xeb, 0x1c, 0xc9, 0x11, 0x9f, 0xe8, 0x08, 0x00,
		  0x2b, 0x10, 0x48, 0x60}},
	.major = 2,
};

const struct rpc_syntax RPC_NDR64 = {
	.uuid = {{0x33, 0x05, 0x71, 0x71, 0xba, 0xbe, 0x37, 0x49, 0x83, 0x19, 0xb5, 0xdb,
		  0xef, 0x9c, 0xcc, 0x36}},
	.major = 1,
};

bool rpc_uuid_equal(const struct rpc_uuid *a, const struct rpc_uuid *b)
{
	return view_equal(view_of(a->bytes, sizeof(a->bytes)),
			  view_of(b->bytes, sizeof(b->bytes)));
}

bool rpc_syntax_equal(const struct rpc_syntax *a, const struct rpc_syntax *b)
{
	return rpc_uuid_equal(&a->uuid, &b->uuid) && a->major == b->major &&
	       a->minor == b->minor;
}

const struct rpc_method *rpc_iface_method(const struct rpc_iface *iface, uint16_t opnum)
{
	for (size_t i = 0; i < iface->n; i++)
		if (iface->methods[i].opnum == opnum)
			return &iface->methods[i];
	return NULL;
}
