/* SPDX-License-Identifier: MIT */
/*
 * Every method of srvsvc, wkssvc and our counters, both directions.  The first byte
 * chooses, the rest is the stub: it is pulled, printed, pushed and pulled again, which
 * gives the same.
 */
#include "fuzz/fuzz.h"
#include "lib/hex.h"
#include "rpc/counters.h"
#include "rpc/srvsvc.h"
#include "rpc/wkssvc.h"

#define TEXT_MAX (4u << 20)
#define STUB_MAX (1u << 20)

union any {
	struct netr_session_enum_req session_enum;
	struct netr_connection_enum_req connection_enum;
	struct netr_file_enum_req file_enum;
	struct netr_share_enum_req share_enum;
	struct netr_enum_resp enumerated;
	struct netr_get_info_resp info;
	struct netr_remote_tod_resp tod;
	struct netr_session_del_req session_del;
	struct netr_status_resp status;
	struct netr_file_get_info_req file_get_info;
	struct netr_file_close_req file_close;
	struct netr_share_get_info_req share_get_info;
	struct netr_server_get_info_req server_get_info;
	struct netr_remote_tod_req tod_req;
	struct netr_wksta_get_info_req wksta_get_info;
	struct counter_enum_req counter_enum;
};

struct message {
	void (*code)(struct ndr *x, union any *v);
	void (*release)(union any *v);
};

#define MESSAGE(name, member)                                                              \
	static void name(struct ndr *x, union any *v)                                      \
	{                                                                                  \
		netr_##name##_code(x, &v->member);                                         \
	}

MESSAGE(session_enum_req, session_enum)
MESSAGE(session_enum_resp, enumerated)
MESSAGE(session_del_req, session_del)
MESSAGE(status_resp, status)
MESSAGE(connection_enum_req, connection_enum)
MESSAGE(connection_enum_resp, enumerated)
MESSAGE(file_enum_req, file_enum)
MESSAGE(file_enum_resp, enumerated)
MESSAGE(file_get_info_req, file_get_info)
MESSAGE(file_get_info_resp, info)
MESSAGE(file_close_req, file_close)
MESSAGE(share_enum_req, share_enum)
MESSAGE(share_enum_resp, enumerated)
MESSAGE(share_get_info_req, share_get_info)
MESSAGE(share_get_info_resp, info)
MESSAGE(server_get_info_req, server_get_info)
MESSAGE(server_get_info_resp, info)
MESSAGE(remote_tod_req, tod_req)
MESSAGE(remote_tod_resp, tod)
MESSAGE(wksta_get_info_req, wksta_get_info)
MESSAGE(wksta_get_info_resp, info)

static void counters_req(struct ndr *x, union any *v)
{
	counter_enum_req_code(x, &v->counter_enum);
}

static void counters_resp(struct ndr *x, union any *v)
{
	counter_enum_resp_code(x, &v->enumerated);
}

static void release_counter_enum(union any *v)
{
	netr_enum_params_release(&v->counter_enum.params);
}

static void release_session_enum(union any *v)
{
	netr_enum_params_release(&v->session_enum.params);
}

static void release_connection_enum(union any *v)
{
	netr_enum_params_release(&v->connection_enum.params);
}

static void release_file_enum(union any *v)
{
	netr_enum_params_release(&v->file_enum.params);
}

static void release_share_enum(union any *v)
{
	netr_enum_params_release(&v->share_enum.params);
}

static void release_enumerated(union any *v)
{
	netr_enum_resp_release(&v->enumerated);
}

static void release_info(union any *v)
{
	netr_get_info_resp_release(&v->info);
}

static void release_tod(union any *v)
{
	netr_remote_tod_resp_release(&v->tod);
}

static void release_nothing(union any *v)
{
	(void)v;
}

/* The place in this table is the first byte of an input: append only. */
static const struct message messages[] = {
	{session_enum_req, release_session_enum},
	{session_enum_resp, release_enumerated},
	{session_del_req, release_nothing},
	{status_resp, release_nothing},
	{connection_enum_req, release_connection_enum},
	{connection_enum_resp, release_enumerated},
	{file_enum_req, release_file_enum},
	{file_enum_resp, release_enumerated},
	{file_get_info_req, release_nothing},
	{file_get_info_resp, release_info},
	{file_close_req, release_nothing},
	{share_enum_req, release_share_enum},
	{share_enum_resp, release_enumerated},
	{share_get_info_req, release_nothing},
	{share_get_info_resp, release_info},
	{server_get_info_req, release_nothing},
	{server_get_info_resp, release_info},
	{remote_tod_req, release_nothing},
	{remote_tod_resp, release_tod},
	{wksta_get_info_req, release_nothing},
	{wksta_get_info_resp, release_info},
	{counters_req, release_counter_enum},
	{counters_resp, release_enumerated},
};

static enum ns_err pull(union any *v, const struct message *m, struct view stub)
{
	struct ndr x = ndr_pull(stub);

	*v = (union any){0};
	m->code(&x, v);
	return ndr_end(&x);
}

static void write_as(struct buf *out, const struct message *m, union any *v, size_t max,
		     struct ndr (*begin)(struct buf *out))
{
	struct ndr x;

	buf_init(out, max);
	x = begin(out);
	m->code(&x, v);
	FUZZ_CHECK(ndr_status(&x) == NS_OK);
}

static void round_trip(const struct message *m, union any *v)
{
	struct buf text, stub, text2, stub2;
	struct view copy;
	union any again;

	write_as(&text, m, v, TEXT_MAX, ndr_print);
	write_as(&stub, m, v, STUB_MAX, ndr_push);
	copy = view_dup(buf_view(&stub));
	FUZZ_CHECK(pull(&again, m, copy) == NS_OK);
	write_as(&text2, m, &again, TEXT_MAX, ndr_print);
	write_as(&stub2, m, &again, STUB_MAX, ndr_push);
	FUZZ_CHECK(view_equal(buf_view(&text), buf_view(&text2)));
	FUZZ_CHECK(view_equal(copy, buf_view(&stub2)));
	m->release(&again);
	view_free(copy);
	buf_release(&text);
	buf_release(&stub);
	buf_release(&text2);
	buf_release(&stub2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input_of(data, size);
	uint8_t which = fuzz_u8(&in);
	struct view stub;
	union any v;

	if (which >= sizeof(messages) / sizeof(messages[0]))
		return 0;
	stub = view_dup(in.rest);
	if (pull(&v, &messages[which], stub) == NS_OK)
		round_trip(&messages[which], &v);
	messages[which].release(&v);
	view_free(stub);
	return 0;
}
