/* SPDX-License-Identifier: MIT */
/*
 * The server's local socket: DCE/RPC by the input, or honest binds and requests whose stubs
 * are the input's.  The first byte says who calls, and whether somebody is signed in to be
 * listed and ended.
 */
#include "fuzz/mutate.h"
#include "lib/hex.h"
#include "lib/rawclient.h"
#include "rpc/rpc_client.h"
#include "server/local.h"

#define OUT_MAX (1u << 20)

/* As long as an input's requests may be. */
#define STUB_MAX 600

struct rig {
	struct serverlab lab;
	struct rawclient c;
	struct raw_session s;
	struct server_local *local;
	uint32_t call_id;
};

static void put_bind(struct buf *out, const struct rpc_iface *iface)
{
	struct rpc_client client;

	rpc_client_init(&client, iface, RPC_FRAG_USUAL);
	FUZZ_CHECK(rpc_client_bind(&client, out) == NS_OK);
	rpc_client_release(&client);
}

static void put_request(struct rig *r, struct buf *out, struct fuzz_input *in)
{
	static const uint8_t opnums[] = {8, 9, 10, 11, 12, 13, 15, 16, 21, 28, 0, 99};
	struct rpc_pdu pdu = {
		.ptype = RPC_REQUEST,
		.flags = RPC_PFC_WHOLE,
		.call_id = ++r->call_id,
		.u.call = {.opnum = opnums[fuzz_below(in, sizeof(opnums))]},
	};

	pdu.u.call.stub = fuzz_bytes(in, fuzz_u16(in) % STUB_MAX);
	FUZZ_CHECK(rpc_pdu_encode(out, &pdu) == NS_OK);
}

static void send(struct rig *r, struct view bytes)
{
	struct view exact = view_dup(bytes);
	struct view out, pdu;

	server_turn(r->lab.server, r->lab.now);
	server_local_recv(r->local, exact);
	view_free(exact);
	serverlab_run_jobs(&r->lab);
	out = server_local_output(r->local);
	while (rpc_run_next(&out, &pdu))
		;
	FUZZ_CHECK(out.n == 0); /* whole PDUs, whatever came */
	server_local_sent(r->local, server_local_output(r->local).n);
}

static void act(struct rig *r, struct fuzz_input *in)
{
	struct buf out;

	buf_init(&out, OUT_MAX);
	switch (fuzz_below(in, 8)) {
	case 0:
		FUZZ_CHECK(buf_append(&out, fuzz_bytes(in, fuzz_u8(in))) == NS_OK);
		break;
	case 1:
		put_bind(&out, &SRVSVC);
		break;
	case 2:
		put_bind(&out, &WKSSVC);
		break;
	case 3:
		put_bind(&out, &SRVSVC);
		fuzz_mutate(&out, 0, in);
		break;
	case 4:
		serverlab_pass(&r->lab, fuzz_u8(in) * UINT64_C(1000));
		break;
	case 5:
		put_request(r, &out, in);
		fuzz_mutate(&out, 0, in);
		break;
	default:
		put_request(r, &out, in);
		break;
	}
	send(r, buf_view(&out));
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input_of(data, size);
	uint8_t how = fuzz_u8(&in);
	struct local_peer peer = {.trusted = how % 2 == 0};
	static struct rig r;

	r = (struct rig){0};
	(void)snprintf(peer.name, sizeof(peer.name), "%s",
		       (how & 2) != 0 ? "bob" : "operator");
	serverlab_init(&r.lab);
	serverlab_start(&r.lab);
	raw_connect(&r.c, &r.lab, "10.0.0.1");
	if ((how & 4) != 0) {
		raw_negotiate(&r.c, SMB2_DIALECT_311);
		FUZZ_CHECK(raw_sign_in(&r.c, &r.s, "alice", "passalice") ==
			   NT_STATUS_SUCCESS);
	}
	r.local = server_local_new(r.lab.server, &peer);
	FUZZ_CHECK(r.local != NULL);
	if ((how & 8) == 0) {
		struct buf bind;

		buf_init(&bind, OUT_MAX);
		put_bind(&bind, (how & 16) != 0 ? &WKSSVC : &SRVSVC);
		send(&r, buf_view(&bind));
		buf_release(&bind);
	}
	while (in.rest.n > 0 && !server_local_over(r.local))
		act(&r, &in);
	server_local_free(r.local);
	raw_session_release(&r.s);
	raw_disconnect(&r.c);
	serverlab_stop(&r.lab);
	return 0;
}
