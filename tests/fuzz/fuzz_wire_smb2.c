/* SPDX-License-Identifier: MIT */
/*
 * Every message of SMB2, and the lists inside of them.  The first byte chooses, the rest is
 * the body (without the header, which no body decoder looks at).
 */
#include "fuzz/stable.h"
#include "wire/smb1_negotiate.h"
#include "wire/smb2_change_notify.h"
#include "wire/smb2_close.h"
#include "wire/smb2_create.h"
#include "wire/smb2_create_context.h"
#include "wire/smb2_durable.h"
#include "wire/smb2_error.h"
#include "wire/smb2_flush.h"
#include "wire/smb2_interface_info.h"
#include "wire/smb2_ioctl.h"
#include "wire/smb2_lease_break.h"
#include "wire/smb2_lock.h"
#include "wire/smb2_negotiate.h"
#include "wire/smb2_notification.h"
#include "wire/smb2_query_directory.h"
#include "wire/smb2_query_info.h"
#include "wire/smb2_read.h"
#include "wire/smb2_session_setup.h"
#include "wire/smb2_set_info.h"
#include "wire/smb2_simple.h"
#include "wire/smb2_tree.h"
#include "wire/smb2_validate_negotiate.h"
#include "wire/smb2_write.h"

#define LIST_MAX 64

CODEC(smb2_negotiate_req);
CODEC(smb2_negotiate_rsp);
CODEC(smb2_session_setup_req);
CODEC(smb2_session_setup_rsp);
CODEC(smb2_tree_connect_req);
CODEC(smb2_tree_connect_rsp);
CODEC(smb2_create_req);
CODEC(smb2_create_rsp);
CODEC(smb2_close_req);
CODEC(smb2_close_rsp);
CODEC(smb2_flush_req);
CODEC(smb2_read_req);
CODEC(smb2_read_rsp);
CODEC(smb2_write_req);
CODEC(smb2_write_rsp);
CODEC(smb2_ioctl_req);
CODEC(smb2_ioctl_rsp);
CODEC(smb2_lock_req);
CODEC(smb2_lease_break);
CODEC(smb2_lease_break_ack);
CODEC_BEHIND(0, smb2_lease);
CODEC(smb2_query_directory_req);
CODEC(smb2_query_directory_rsp);
CODEC(smb2_change_notify_req);
CODEC(smb2_change_notify_rsp);
CODEC(smb2_query_info_req);
CODEC(smb2_query_info_rsp);
CODEC(smb2_set_info_req);
CODEC(smb2_error_rsp);
CODEC_BEHIND(0, smb2_validate_negotiate_req);
CODEC_BEHIND(0, smb2_validate_negotiate_rsp);
CODEC_BEHIND(0, smb1_negotiate_req);
CODEC_BEHIND(0, smb2_durable_reconnect);
CODEC_BEHIND(0, smb2_durable_request_v2);
CODEC_BEHIND(0, smb2_durable_reconnect_v2);
CODEC_BEHIND(0, smb2_durable_response_v2);

/* ------------------------------------------------------- those without a struct -- */

static enum ns_err simple_decode(void *out, struct view msg)
{
	(void)out;
	return smb2_simple_decode(msg);
}

static void simple_encode(struct wire_writer *w, const void *v)
{
	(void)v;
	smb2_simple_encode(w);
}

static enum ns_err set_info_rsp_decode(void *out, struct view msg)
{
	(void)out;
	return smb2_set_info_rsp_decode(msg);
}

static void set_info_rsp_encode(struct wire_writer *w, const void *v)
{
	(void)v;
	smb2_set_info_rsp_encode(w);
}

static enum ns_err notification_decode(void *out, struct view msg)
{
	return smb2_notification_decode(out, msg);
}

static void notification_encode(struct wire_writer *w, const void *v)
{
	(void)v;
	smb2_notification_session_closed_encode(w);
}

static const struct codec simple_codec = {1, SMB2_HDR_LEN, simple_decode, simple_encode};
static const struct codec set_info_rsp_codec = {1, SMB2_HDR_LEN, set_info_rsp_decode,
						set_info_rsp_encode};
static const struct codec notification_codec = {sizeof(struct smb2_notification),
						SMB2_HDR_LEN, notification_decode,
						notification_encode};

/* -------------------------------------------------------------------------- lists -- */

struct create_contexts {
	struct smb2_create_context list[LIST_MAX];
	size_t n;
};

static enum ns_err create_contexts_decode(void *out, struct view bytes)
{
	struct smb2_create_contexts it = smb2_create_contexts_of(bytes);
	struct smb2_create_context context;
	struct create_contexts *v = out;

	v->n = 0;
	while (smb2_create_context_next(&it, &context))
		if (v->n < LIST_MAX)
			v->list[v->n++] = context;
	return it.err;
}

static void create_contexts_encode(struct wire_writer *w, const void *in)
{
	const struct create_contexts *v = in;

	smb2_create_contexts_encode(w, v->list, v->n);
}

struct error_contexts {
	struct smb2_error_context list[UINT8_MAX];
	size_t n;
};

/* The first byte says how many there are. */
static enum ns_err error_contexts_decode(void *out, struct view bytes)
{
	struct smb2_error_rsp rsp = {
		.context_count = bytes.n > 0 ? bytes.p[0] : 0,
		.data = view_slice(bytes, 1, SIZE_MAX),
	};
	struct smb2_error_contexts it = smb2_error_contexts_of(&rsp);
	struct error_contexts *v = out;

	v->n = 0;
	while (smb2_error_context_next(&it, &v->list[v->n]))
		v->n++;
	FUZZ_CHECK(v->n <= rsp.context_count);
	return it.r.err;
}

static void error_contexts_encode(struct wire_writer *w, const void *in)
{
	const struct error_contexts *v = in;
	struct wire_writer list;

	wire_put_u8(w, (uint8_t)v->n);
	list = wire_writer_at_end(w->out);
	smb2_error_contexts_encode(&list, v->list, v->n);
	FUZZ_CHECK(wire_put_status(&list) == NS_OK);
}

struct interfaces {
	struct smb2_interface_info list[LIST_MAX];
	size_t n;
};

static enum ns_err interfaces_decode(void *out, struct view bytes)
{
	struct wire_reader r = {.msg = bytes};
	struct smb2_interface_info info;
	struct interfaces *v = out;

	v->n = 0;
	while (smb2_interface_info_next(&r, &info))
		if (v->n < LIST_MAX)
			v->list[v->n++] = info;
	return wire_status(&r);
}

static void interfaces_encode(struct wire_writer *w, const void *in)
{
	const struct interfaces *v = in;

	smb2_interface_info_encode(w, v->list, v->n);
}

static const struct codec create_contexts_codec = {
	sizeof(struct create_contexts), 0, create_contexts_decode, create_contexts_encode};
static const struct codec error_contexts_codec = {
	sizeof(struct error_contexts), 0, error_contexts_decode, error_contexts_encode};
static const struct codec interfaces_codec = {sizeof(struct interfaces), 0,
					      interfaces_decode, interfaces_encode};

/* The place in this table is the first byte of an input: append only. */
static const struct codec *const codecs[] = {
	&smb2_negotiate_req_codec,
	&smb2_negotiate_rsp_codec,
	&smb2_session_setup_req_codec,
	&smb2_session_setup_rsp_codec,
	&smb2_tree_connect_req_codec,
	&smb2_tree_connect_rsp_codec,
	&smb2_create_req_codec,
	&smb2_create_rsp_codec,
	&smb2_close_req_codec,
	&smb2_close_rsp_codec,
	&smb2_flush_req_codec,
	&smb2_read_req_codec,
	&smb2_read_rsp_codec,
	&smb2_write_req_codec,
	&smb2_write_rsp_codec,
	&smb2_ioctl_req_codec,
	&smb2_ioctl_rsp_codec,
	&smb2_query_directory_req_codec,
	&smb2_query_directory_rsp_codec,
	&smb2_query_info_req_codec,
	&smb2_query_info_rsp_codec,
	&smb2_set_info_req_codec,
	&smb2_error_rsp_codec,
	&smb2_validate_negotiate_req_codec,
	&smb2_validate_negotiate_rsp_codec,
	&smb1_negotiate_req_codec,
	&simple_codec,
	&set_info_rsp_codec,
	&notification_codec,
	&create_contexts_codec,
	&error_contexts_codec,
	&interfaces_codec,
	&smb2_lock_req_codec,
	&smb2_change_notify_req_codec,
	&smb2_change_notify_rsp_codec,
	&smb2_durable_reconnect_codec,
	&smb2_durable_request_v2_codec,
	&smb2_durable_reconnect_v2_codec,
	&smb2_durable_response_v2_codec,
	&smb2_lease_codec,
	&smb2_lease_break_codec,
	&smb2_lease_break_ack_codec,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input_of(data, size);
	uint8_t which = fuzz_u8(&in);

	if (which < COUNT(codecs))
		fuzz_stable_behind(codecs[which], in.rest);
	return 0;
}
