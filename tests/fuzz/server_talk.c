/* SPDX-License-Identifier: MIT */
#include "fuzz/server_talk.h"

#include <stdlib.h>

#include "base/utf16.h"
#include "rpc/rpc_client.h"
#include "rpc/srvsvc.h"
#include "rpc/wkssvc.h"
#include "wire/fscc.h"
#include "wire/security_descriptor.h"
#include "wire/smb2_change_notify.h"
#include "wire/smb2_close.h"
#include "wire/smb2_copychunk.h"
#include "wire/smb2_create.h"
#include "wire/smb2_create_context.h"
#include "wire/smb2_durable.h"
#include "wire/smb2_flush.h"
#include "wire/smb2_lease_break.h"
#include "wire/smb2_lock.h"
#include "wire/smb2_oplock_break.h"
#include "wire/smb2_query_directory.h"
#include "wire/smb2_query_info.h"
#include "wire/smb2_read.h"
#include "wire/smb2_set_info.h"
#include "wire/smb2_simple.h"
#include "wire/smb2_tree.h"
#include "wire/smb2_write.h"

#define DATA_MAX 512
#define PDU_MAX  (64u << 10)

/* Create contexts of one request. */
#define CONTEXTS_MAX 3

/* ------------------------------------------------------------------------- choices -- */

uint32_t talk_tree(struct talk *t)
{
	size_t which = fuzz_below(&t->in, TALK_IDS + 1);

	if (which == TALK_IDS)
		return fuzz_u32(&t->in);
	return t->trees[t->n_trees > 0 ? which % t->n_trees : 0];
}

struct smb2_file_id talk_file(struct talk *t)
{
	size_t which = fuzz_below(&t->in, TALK_IDS + 2);
	struct smb2_file_id id = SMB2_FILE_ID_NONE;

	if (which < TALK_IDS)
		return t->files[t->n_files > 0 ? which % t->n_files : 0];
	if (which == TALK_IDS)
		id.volatile_id = fuzz_u8(&t->in);
	return id;
}

struct raw_session *talk_session(struct talk *t, struct rawclient *c)
{
	size_t which = fuzz_below(&t->in, TALK_SESSIONS + 1);

	(void)c;
	return which < TALK_SESSIONS && t->on[which] < TALK_CONNS ? &t->s[which] : NULL;
}

static struct view name16(struct buf *text, const char *utf8)
{
	buf_init(text, 1024);
	FUZZ_CHECK(utf16_from_utf8(text, view_of_string(utf8)) == NS_OK);
	return buf_view(text);
}

/* -------------------------------------------------------------------------- bodies -- */

/* Few keys, so that one is met again. */
static void put_lease(struct talk *t, struct wire_writer *w)
{
	uint8_t how = fuzz_u8(&t->in);
	struct smb2_lease lease = {.version = 1 + how % 2, .state = how >> 1};

	lease.key[0] = fuzz_u8(&t->in) % 4;
	smb2_lease_encode(w, &lease);
}

/* The data of a context: what it is to be, with the input's numbers, or the input's. */
static void put_context(struct talk *t, struct wire_writer *w, size_t which)
{
	struct smb2_durable_reconnect_v2 again = {.file_id = talk_file(t)};
	struct smb2_durable_request_v2 ask = {.timeout = fuzz_u16(&t->in)};

	/* Few guids, so that one is met again. */
	ask.create_guid[0] = again.create_guid[0] = fuzz_u8(&t->in) % 4;
	switch (which) {
	case 0:
		smb2_durable_request_encode(w);
		break;
	case 1:
		smb2_durable_reconnect_encode(
			w, &(struct smb2_durable_reconnect){again.file_id});
		break;
	case 2:
		smb2_durable_request_v2_encode(w, &ask);
		break;
	case 3:
		smb2_durable_reconnect_v2_encode(w, &again);
		break;
	case 10:
		put_lease(t, w);
		break;
	default:
		wire_put_bytes(w, fuzz_bytes(&t->in, fuzz_u8(&t->in) % 64));
		break;
	}
}

/* Any bytes, or a chain of those that mean something. */
static struct view contexts(struct talk *t, struct buf *out)
{
	static const char *const names[] = {"DHnQ", "DHnC", "DH2Q", "DH2C", "ExtA", "SecD",
					    "AlSi", "MxAc", "TWrp", "QFid", "RqLs", "????"};
	struct smb2_create_context list[CONTEXTS_MAX];
	struct buf data[CONTEXTS_MAX];
	size_t n = fuzz_u8(&t->in) % (CONTEXTS_MAX + 1);
	struct wire_writer w;

	if (n == 0)
		return fuzz_bytes(&t->in, fuzz_u8(&t->in) % 128);
	for (size_t i = 0; i < n; i++) {
		size_t which = fuzz_below(&t->in, sizeof(names) / sizeof(names[0]));

		buf_init(&data[i], DATA_MAX);
		w = wire_writer_at_end(&data[i]);
		put_context(t, &w, which);
		FUZZ_CHECK(wire_put_status(&w) == NS_OK);
		list[i] = (struct smb2_create_context){view_of_string(names[which]),
						       buf_view(&data[i])};
	}
	buf_init(out, CONTEXTS_MAX * DATA_MAX);
	w = wire_writer_at_end(out);
	smb2_create_contexts_encode(&w, list, n);
	FUZZ_CHECK(wire_put_status(&w) == NS_OK);
	for (size_t i = 0; i < n; i++)
		buf_release(&data[i]);
	return buf_view(out);
}

static void put_create(struct talk *t, struct wire_writer *w)
{
	static const char *const names[] = {"srvsvc", "wkssvc", "",       "a.txt",
					    "dir",    "new",    "dir\\b", "..",
					    "link",   "A.TXT",  "x:y",    "no\\such"};
	static const uint32_t access[] = {GENERIC_READ, GENERIC_READ | GENERIC_WRITE,
					  0x02000000 /* MAXIMUM_ALLOWED */,
					  0x00010000 /* DELETE */, 0x001f01ff};
	struct buf text = {0}, chain = {0};
	struct smb2_create_req req = {.impersonation_level =
					      SMB2_IMPERSONATION_IMPERSONATION};
	size_t which = fuzz_below(&t->in, 16);

	req.oplock_level = fuzz_u8(&t->in) % 16;
	if (req.oplock_level == 15)
		req.oplock_level = SMB2_OPLOCK_LEVEL_LEASE;
	req.share_access = fuzz_u8(&t->in) % 8;
	req.disposition = fuzz_u8(&t->in) % 7;
	req.desired_access = access[fuzz_below(&t->in, 5)];
	req.options = fuzz_u16(&t->in);
	req.name = which < 12 ? name16(&text, names[which])
			      : fuzz_bytes(&t->in, fuzz_u8(&t->in) % 64);
	req.contexts = contexts(t, &chain);
	smb2_create_req_encode(w, &req);
	buf_release(&text);
	buf_release(&chain);
}

static void put_close(struct talk *t, struct wire_writer *w)
{
	struct smb2_close_req req = {.file_id = talk_file(t)};

	req.flags = fuzz_u8(&t->in) % 2;
	smb2_close_req_encode(w, &req);
}

static void put_pdu(struct talk *t, struct buf *out)
{
	static const uint8_t opnums[] = {8, 9, 10, 11, 12, 13, 15, 16, 21, 28, 0, 99};
	struct rpc_pdu pdu = {.ptype = RPC_REQUEST, .flags = RPC_PFC_WHOLE, .call_id = 3};
	struct rpc_client client;
	uint8_t how = fuzz_u8(&t->in);

	if (how % 4 == 0) {
		rpc_client_init(&client, (how & 4) != 0 ? &WKSSVC : &SRVSVC,
				RPC_FRAG_USUAL);
		FUZZ_CHECK(rpc_client_bind(&client, out) == NS_OK);
		rpc_client_release(&client);
		return;
	}
	if (how % 4 == 1) {
		FUZZ_CHECK(buf_append(out, fuzz_bytes(&t->in, fuzz_u8(&t->in))) == NS_OK);
		return;
	}
	pdu.u.call.opnum = opnums[fuzz_below(&t->in, sizeof(opnums))];
	pdu.u.call.stub = fuzz_bytes(&t->in, fuzz_u8(&t->in));
	FUZZ_CHECK(rpc_pdu_encode(out, &pdu) == NS_OK);
}

/* The key of a file that is open, and chunks of which some are too long. */
static void put_copy(struct talk *t, struct buf *out)
{
	struct smb2_resume_key_rsp key = smb2_resume_key_of(talk_file(t));
	struct wire_writer w = wire_writer_at_end(out);
	uint32_t count = fuzz_u8(&t->in) % 5;

	wire_put_bytes(&w, view_of(key.key, sizeof(key.key)));
	wire_put_le32(&w, count);
	wire_put_le32(&w, 0);
	for (uint32_t i = 0; i < count; i++)
		smb2_copychunk_put(&w, &(struct smb2_copychunk){
					       .source_offset = fuzz_u8(&t->in),
					       .target_offset = fuzz_u8(&t->in),
					       .length = fuzz_u16(&t->in) * 8u,
				       });
	FUZZ_CHECK(wire_put_status(&w) == NS_OK);
}

/* Small numbers, for files are short; now and then any. */
static void put_ranges(struct talk *t, struct buf *out, uint32_t code)
{
	struct wire_writer w = wire_writer_at_end(out);
	bool any = fuzz_u8(&t->in) == 0;

	if (code == FSCTL_DUPLICATE_EXTENTS_TO_FILE_EX)
		wire_put_le64(&w, 0x30);
	if (code == FSCTL_DUPLICATE_EXTENTS_TO_FILE ||
	    code == FSCTL_DUPLICATE_EXTENTS_TO_FILE_EX)
		smb2_file_id_put(&w, talk_file(t));
	for (int i = 0; i < 4; i++)
		wire_put_le64(&w, any ? UINT64_MAX - fuzz_u16(&t->in) : fuzz_u16(&t->in));
	FUZZ_CHECK(wire_put_status(&w) == NS_OK);
}

static bool is_of_ranges(uint32_t code)
{
	return code == FSCTL_SET_ZERO_DATA || code == FSCTL_QUERY_ALLOCATED_RANGES ||
	       code == FSCTL_DUPLICATE_EXTENTS_TO_FILE ||
	       code == FSCTL_DUPLICATE_EXTENTS_TO_FILE_EX;
}

static void put_ioctl(struct talk *t, struct wire_writer *w)
{
	static const uint32_t codes[] = {FSCTL_PIPE_TRANSCEIVE,
					 FSCTL_PIPE_TRANSCEIVE,
					 FSCTL_PIPE_TRANSCEIVE,
					 FSCTL_PIPE_PEEK,
					 FSCTL_PIPE_WAIT,
					 FSCTL_DFS_GET_REFERRALS,
					 FSCTL_QUERY_NETWORK_INTERFACE_INFO,
					 FSCTL_VALIDATE_NEGOTIATE_INFO,
					 FSCTL_SRV_REQUEST_RESUME_KEY,
					 FSCTL_SRV_COPYCHUNK,
					 FSCTL_SRV_COPYCHUNK_WRITE,
					 FSCTL_GET_COMPRESSION,
					 FSCTL_SET_COMPRESSION,
					 FSCTL_CREATE_OR_GET_OBJECT_ID,
					 FSCTL_SET_SPARSE,
					 FSCTL_SET_ZERO_DATA,
					 FSCTL_QUERY_ALLOCATED_RANGES,
					 FSCTL_DUPLICATE_EXTENTS_TO_FILE,
					 FSCTL_DUPLICATE_EXTENTS_TO_FILE_EX};
	struct smb2_ioctl_req req = {.flags = SMB2_0_IOCTL_IS_FSCTL};
	struct buf pdu;

	buf_init(&pdu, PDU_MAX);
	req.ctl_code = codes[fuzz_below(&t->in, sizeof(codes) / sizeof(codes[0]))];
	req.file_id = talk_file(t);
	req.max_output = fuzz_u16(&t->in);
	if (req.ctl_code == FSCTL_PIPE_TRANSCEIVE)
		put_pdu(t, &pdu);
	else if (req.ctl_code == FSCTL_SRV_COPYCHUNK ||
		 req.ctl_code == FSCTL_SRV_COPYCHUNK_WRITE)
		put_copy(t, &pdu);
	else if (is_of_ranges(req.ctl_code))
		put_ranges(t, &pdu, req.ctl_code);
	else
		FUZZ_CHECK(buf_append(&pdu, fuzz_bytes(&t->in, fuzz_u8(&t->in))) == NS_OK);
	req.input = buf_view(&pdu);
	smb2_ioctl_req_encode(w, &req);
	buf_release(&pdu);
}

static void put_read(struct talk *t, struct wire_writer *w)
{
	struct smb2_read_req req = {.file_id = talk_file(t)};

	req.length = fuzz_u8(&t->in) * 256u;
	req.offset = fuzz_u8(&t->in) == 255 ? UINT64_MAX - 5 : fuzz_u8(&t->in);
	req.minimum_count = fuzz_u8(&t->in);
	smb2_read_req_encode(w, &req);
}

static void put_write(struct talk *t, struct wire_writer *w)
{
	struct smb2_write_req req = {.file_id = talk_file(t)};
	struct buf pdu;

	buf_init(&pdu, PDU_MAX);
	req.offset = fuzz_u8(&t->in) == 255 ? UINT64_MAX - 5 : fuzz_u8(&t->in);
	req.flags = fuzz_u8(&t->in) % 4;
	put_pdu(t, &pdu);
	req.data = buf_view(&pdu);
	smb2_write_req_encode(w, &req);
	buf_release(&pdu);
}

/* Small ranges, so that they meet, and now and then one at the end of all. */
/* The acknowledgment of an oplock, or of a lease. */
static void put_oplock_break(struct talk *t, struct wire_writer *w)
{
	struct smb2_oplock_break v = {.file_id = talk_file(t)};
	struct smb2_lease_break_ack ack = {.state = fuzz_u8(&t->in) % 8};

	ack.key[0] = fuzz_u8(&t->in) % 4;
	v.oplock_level = ack.state == 0 ? SMB2_OPLOCK_LEVEL_II : SMB2_OPLOCK_LEVEL_NONE;
	if (fuzz_u8(&t->in) % 2 == 0)
		smb2_oplock_break_encode(w, &v);
	else
		smb2_lease_break_ack_encode(w, &ack);
}

static void put_lock(struct talk *t, struct wire_writer *w)
{
	static const uint32_t flags[] = {
		SMB2_LOCKFLAG_SHARED_LOCK,
		SMB2_LOCKFLAG_EXCLUSIVE_LOCK,
		SMB2_LOCKFLAG_SHARED_LOCK | SMB2_LOCKFLAG_FAIL_IMMEDIATELY,
		SMB2_LOCKFLAG_EXCLUSIVE_LOCK | SMB2_LOCKFLAG_FAIL_IMMEDIATELY,
		SMB2_LOCKFLAG_UNLOCK,
		SMB2_LOCKFLAG_UNLOCK | SMB2_LOCKFLAG_SHARED_LOCK};
	struct smb2_lock_req req = {.file_id = talk_file(t)};
	size_t count = 1 + fuzz_below(&t->in, 4);
	struct wire_writer list;
	struct buf locks;

	buf_init(&locks, DATA_MAX);
	list = wire_writer_at_end(&locks);
	req.sequence_index = fuzz_u8(&t->in) % (SMB2_LOCK_SEQUENCES + 2);
	req.sequence_number = fuzz_u8(&t->in) % 16;
	for (size_t i = 0; i < count; i++) {
		struct smb2_lock_element e = {.offset = fuzz_u8(&t->in) % 16};

		if (e.offset == 15)
			e.offset = UINT64_MAX - 5;
		e.length = fuzz_u8(&t->in) % 8;
		e.flags = flags[fuzz_below(&t->in, 6)];
		smb2_lock_element_put(&list, &e);
	}
	FUZZ_CHECK(wire_put_status(&list) == NS_OK);
	req.locks = buf_view(&locks);
	smb2_lock_req_encode(w, &req);
	buf_release(&locks);
}

static void put_query_directory(struct talk *t, struct wire_writer *w)
{
	static const uint8_t classes[] = {1, 2, 3, 12, 37, 38, 60, 99};
	struct smb2_query_directory_req req = {.file_id = talk_file(t)};
	struct buf text = {0};
	uint8_t how = fuzz_u8(&t->in);

	req.info_class = classes[fuzz_below(&t->in, sizeof(classes))];
	req.flags = fuzz_u8(&t->in);
	req.output_len = fuzz_u8(&t->in) * 32u;
	req.pattern = how % 4 == 0 ? fuzz_bytes(&t->in, how / 4)
				   : name16(&text, how % 4 == 1 ? "*" : "a*.?x<\">t");
	smb2_query_directory_req_encode(w, &req);
	buf_release(&text);
}

static void put_change_notify(struct talk *t, struct wire_writer *w)
{
	struct smb2_change_notify_req req = {.file_id = talk_file(t)};

	req.flags = fuzz_u8(&t->in) % 4;
	req.filter = fuzz_u8(&t->in) * 0x11u;
	req.output_len = fuzz_u8(&t->in) * 16u;
	smb2_change_notify_req_encode(w, &req);
}

static void put_query_info(struct talk *t, struct wire_writer *w)
{
	struct smb2_query_info_req req = {.file_id = talk_file(t)};

	req.info_type = (uint8_t)(fuzz_u8(&t->in) % 5);
	req.info_class = fuzz_u8(&t->in) % 70;
	req.output_len = fuzz_u8(&t->in) * 16u;
	req.additional = fuzz_u8(&t->in);
	req.input = fuzz_bytes(&t->in, fuzz_u8(&t->in) % 32);
	smb2_query_info_req_encode(w, &req);
}

/* One that decodes, of few entries for people who are known. */
static void put_descriptor(struct talk *t, struct buf *out)
{
	static const struct sid people[] = {{1, 1, {0}},        {3, 1, {0}},
					    {3, 1, {1}},        {22, 2, {1, 1001}},
					    {22, 2, {2, 1001}}, {5, 1, {18}}};
	struct security_descriptor *d = calloc(1, sizeof(*d));
	struct wire_writer w = wire_writer_at_end(out);

	if (d == NULL)
		return;
	d->has_owner = d->has_group = d->has_dacl = true;
	d->owner = people[3];
	d->group = people[4];
	d->null = fuzz_u8(&t->in) == 0;
	d->aces = fuzz_below(&t->in, 8);
	for (size_t i = 0; i < d->aces; i++) {
		d->dacl[i].type = fuzz_u8(&t->in) % 2;
		d->dacl[i].flags = fuzz_u8(&t->in);
		d->dacl[i].mask = fuzz_u8(&t->in) | (uint32_t)fuzz_u8(&t->in) << 12;
		d->dacl[i].sid = people[fuzz_below(&t->in, 6)];
	}
	security_descriptor_encode(&w, d);
	free(d);
}

static void put_set_info(struct talk *t, struct wire_writer *w)
{
	static const uint8_t classes[] = {
		FILE_BASIC_INFORMATION,       FILE_RENAME_INFORMATION,
		FILE_DISPOSITION_INFORMATION, FILE_END_OF_FILE_INFORMATION,
		FILE_ALLOCATION_INFORMATION,  FILE_DISPOSITION_INFORMATION_EX,
		FILE_POSITION_INFORMATION,    FILE_MODE_INFORMATION,
		FILE_LINK_INFORMATION,        FILE_RENAME_INFORMATION_EX};
	struct smb2_set_info_req req = {.info_type = SMB2_0_INFO_FILE,
					.file_id = talk_file(t)};

	uint8_t how;
	struct buf bytes;

	req.info_class = classes[fuzz_below(&t->in, 8)];
	how = fuzz_u8(&t->in);
	if (how == 0)
		req.info_type = fuzz_u8(&t->in);
	buf_init(&bytes, PDU_MAX);
	if (how == 1) {
		req.info_type = SMB2_0_INFO_SECURITY;
		req.additional = fuzz_u8(&t->in) % 16;
		put_descriptor(t, &bytes);
		req.data = buf_view(&bytes);
	} else {
		req.data = fuzz_bytes(&t->in, fuzz_u8(&t->in) % 80);
	}
	smb2_set_info_req_encode(w, &req);
	buf_release(&bytes);
}

static void put_tree(struct talk *t, struct rawclient *c, struct wire_writer *w)
{
	static const char *const shares[] = {"IPC$", "ro", "rw", "none"};

	raw_put_tree(c, w, shares[fuzz_below(&t->in, 4)]);
}

static void put_session_setup(struct talk *t, struct wire_writer *w)
{
	struct smb2_session_setup_req req = {.security_mode =
						     SMB2_NEGOTIATE_SIGNING_ENABLED};

	req.flags = fuzz_u8(&t->in) % 2;
	req.previous_session = t->s[fuzz_below(&t->in, TALK_SESSIONS)].id;
	req.token = fuzz_bytes(&t->in, fuzz_u8(&t->in));
	smb2_session_setup_req_encode(w, &req);
}

static void put_raw(struct talk *t, struct wire_writer *w)
{
	wire_put_bytes(w, fuzz_bytes(&t->in, fuzz_u8(&t->in) % DATA_MAX));
}

void talk_body(struct talk *t, struct rawclient *c, uint16_t command, struct wire_writer *w)
{
	switch (command) {
	case SMB2_NEGOTIATE:
		raw_negotiate_req(c, SMB2_DIALECT_311);
		smb2_negotiate_req_encode(w, &c->asked);
		break;
	case SMB2_SESSION_SETUP:
		put_session_setup(t, w);
		break;
	case SMB2_LOGOFF:
	case SMB2_TREE_DISCONNECT:
	case SMB2_ECHO:
	case SMB2_CANCEL:
		smb2_simple_encode(w);
		break;
	case SMB2_TREE_CONNECT:
		put_tree(t, c, w);
		break;
	case SMB2_CREATE:
		put_create(t, w);
		break;
	case SMB2_CLOSE:
		put_close(t, w);
		break;
	case SMB2_FLUSH:
		smb2_flush_req_encode(w, &(struct smb2_flush_req){.file_id = talk_file(t)});
		break;
	case SMB2_READ:
		put_read(t, w);
		break;
	case SMB2_WRITE:
		put_write(t, w);
		break;
	case SMB2_IOCTL:
		put_ioctl(t, w);
		break;
	case SMB2_OPLOCK_BREAK:
		put_oplock_break(t, w);
		break;
	case SMB2_LOCK:
		put_lock(t, w);
		break;
	case SMB2_QUERY_DIRECTORY:
		put_query_directory(t, w);
		break;
	case SMB2_CHANGE_NOTIFY:
		put_change_notify(t, w);
		break;
	case SMB2_QUERY_INFO:
		put_query_info(t, w);
		break;
	case SMB2_SET_INFO:
		put_set_info(t, w);
		break;
	default:
		put_raw(t, w);
		break;
	}
}
