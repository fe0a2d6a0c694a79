/* SPDX-License-Identifier: MIT */
#include "svc_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/utf16.h"
#include "wire/smb2_read.h"
#include "wire/smb2_tree.h"
#include "wire/smb2_write.h"

#define NAME_BYTES_MAX 65536
#define STUB_MAX       (1u << 20)

/* The next messages of the connection are about this workstation's IPC$. */
static void on_ipc(struct workstation *w)
{
	w->c.tree = w->ipc;
	w->c.charge = 1;
}

void workstation_in(struct workstation *w, struct serverlab *lab, const char *address,
		    const char *user)
{
	char password[64];

	*w = (struct workstation){0};
	(void)snprintf(password, sizeof(password), "pass%s", user);
	raw_connect(&w->c, lab, address);
	w->c.ask = 32;
	raw_negotiate(&w->c, SMB2_DIALECT_311);
	assert_int_equal(raw_sign_in(&w->c, &w->s, user, password), NT_STATUS_SUCCESS);
	assert_int_equal(raw_tree(&w->c, &w->s, "IPC$", &w->ipc), NT_STATUS_SUCCESS);
	on_ipc(w);
}

void workstation_out(struct workstation *w)
{
	raw_disconnect(&w->c);
	raw_session_release(&w->s);
}

bool workstation_lives(struct workstation *w)
{
	uint32_t tree, status;
	struct raw_reply r;

	if (raw_dropped(&w->c))
		return false;
	while (raw_next(&w->c, &r)) /* a 3.1.1 client may have been told */
		assert_int_equal(r.hdr.command, SMB2_NOTIFICATION);
	status = raw_tree(&w->c, &w->s, "IPC$", &tree);
	if (status != NT_STATUS_SUCCESS) {
		assert_int_equal(status, NT_STATUS_USER_SESSION_DELETED);
		return false;
	}
	w->c.tree = tree;
	assert_int_equal(raw_simple(&w->c, &w->s, SMB2_TREE_DISCONNECT), NT_STATUS_SUCCESS);
	return true;
}

/* ---------------------------------------------------------------------------- pipes -- */

uint32_t rig_write(struct rig_pipe *p, struct view data)
{
	struct smb2_write_req req = {.data = data, .file_id = p->id};
	struct rawclient *c = &p->w->c;
	struct raw_reply r;

	on_ipc(p->w);
	raw_begin(c);
	smb2_write_req_encode(raw_add(c, &p->w->s, SMB2_WRITE), &req);
	raw_send(c);
	assert_true(raw_next(c, &r));
	assert_int_equal(r.hdr.command, SMB2_WRITE);
	return r.hdr.status;
}

uint32_t rig_read(struct rig_pipe *p, uint32_t length, struct view *data)
{
	struct rawclient *c = &p->w->c;
	struct smb2_read_rsp rsp = {0};
	struct raw_reply r;

	on_ipc(p->w);
	raw_begin(c);
	raw_put_read(raw_add(c, &p->w->s, SMB2_READ), p->id, length);
	raw_send(c);
	assert_true(raw_next(c, &r));
	assert_int_equal(r.hdr.command, SMB2_READ);
	p->status = r.hdr.status;
	if (p->status == NT_STATUS_SUCCESS || p->status == NT_STATUS_BUFFER_OVERFLOW)
		assert_int_equal(smb2_read_rsp_decode(&rsp, r.msg), NS_OK);
	if (p->status == NT_STATUS_BUFFER_OVERFLOW)
		p->overflows++;
	*data = rsp.data;
	return p->status;
}

uint32_t rig_transceive(struct rig_pipe *p, struct view data, struct view *answer)
{
	struct smb2_ioctl_req req = {.ctl_code = FSCTL_PIPE_TRANSCEIVE,
				     .file_id = p->id,
				     .input = data,
				     .max_output = p->max_output,
				     .flags = SMB2_0_IOCTL_IS_FSCTL};
	struct smb2_ioctl_rsp rsp = {0};
	struct raw_reply r;

	on_ipc(p->w);
	p->status = raw_ioctl(&p->w->c, &p->w->s, &req, &r);
	if (p->status == NT_STATUS_SUCCESS || p->status == NT_STATUS_BUFFER_OVERFLOW) {
		assert_int_equal(smb2_ioctl_rsp_decode(&rsp, r.msg), NS_OK);
		assert_int_equal(rsp.ctl_code, FSCTL_PIPE_TRANSCEIVE);
		assert_true(rsp.file_id.volatile_id == p->id.volatile_id);
	}
	if (p->status == NT_STATUS_BUFFER_OVERFLOW)
		p->overflows++;
	*answer = rsp.output;
	return p->status;
}

/* Sends the PDUs of `run` and reads until the RPC engine has what it waits for. */
static enum ns_err converse(struct rig_pipe *p, struct view run)
{
	struct view pdu, answer = {0};
	enum ns_err err = NS_AGAIN;

	while (rpc_run_next(&run, &pdu))
		if (run.n > 0)
			assert_int_equal(rig_write(p, pdu), NT_STATUS_SUCCESS);
	(void)rig_transceive(p, pdu, &answer);
	while (p->status == NT_STATUS_SUCCESS || p->status == NT_STATUS_BUFFER_OVERFLOW) {
		err = rpc_client_recv(&p->rpc, answer);
		if (err != NS_AGAIN)
			return err;
		(void)rig_read(p, p->max_output, &answer);
	}
	fail_msg("the pipe answered 0x%08x", (unsigned)p->status);
	return err;
}

void rig_pipe_in(struct rig_pipe *p, struct workstation *w, const struct rpc_iface *iface)
{
	struct buf out;

	*p = (struct rig_pipe){.w = w, .max_output = RPC_FRAG_USUAL};
	on_ipc(w);
	assert_int_equal(raw_open_pipe(&w->c, &w->s, iface->name, &p->id),
			 NT_STATUS_SUCCESS);
	rpc_client_init(&p->rpc, iface, RPC_FRAG_USUAL);
	buf_init(&out, STUB_MAX);
	assert_int_equal(rpc_client_bind(&p->rpc, &out), NS_OK);
	assert_int_equal(converse(p, buf_view(&out)), NS_OK);
	buf_release(&out);
}

void rig_pipe_out(struct rig_pipe *p)
{
	rpc_client_release(&p->rpc);
}

uint32_t rig_call(struct rig_pipe *p, uint16_t opnum, struct view stub, struct buf *reply)
{
	struct buf out;
	enum ns_err err;

	buf_init(&out, 2 * RPC_REQUEST_MAX);
	assert_int_equal(rpc_client_call(&p->rpc, opnum, stub, &out), NS_OK);
	err = converse(p, buf_view(&out));
	buf_release(&out);
	if (err == NS_EFAULT || err == NS_EACCESS)
		return rpc_client_fault(&p->rpc);
	assert_int_equal(err, NS_OK);
	assert_int_equal(rpc_client_reply(&p->rpc, reply), NS_OK);
	return 0;
}

/* ---------------------------------------------------------------------------- calls -- */

/* NULL is a NULL pointer, "" an empty string. */
static struct ndr_string name_of(struct buf *store, const char *text)
{
	buf_init(store, NAME_BYTES_MAX);
	if (text == NULL)
		return NDR_NO_STRING;
	assert_int_equal(utf16_from_utf8(store, view_of_string(text)), NS_OK);
	return ndr_string_of(buf_view(store));
}

static uint32_t status_call(struct rig_pipe *p, uint16_t opnum, const struct buf *stub)
{
	struct netr_status_resp resp;
	struct buf reply = {0};
	struct ndr in;

	buf_init(&reply, STUB_MAX);
	assert_int_equal(rig_call(p, opnum, buf_view(stub), &reply), 0);
	in = ndr_pull(buf_view(&reply));
	netr_status_resp_code(&in, &resp);
	assert_int_equal(ndr_end(&in), NS_OK);
	buf_release(&reply);
	return resp.status;
}

uint32_t rig_del(struct rig_pipe *p, const char *client, const char *user)
{
	struct buf stub, names[2];
	struct netr_session_del_req req = {
		.server_name = NDR_NO_STRING,
		.client_name = name_of(&names[0], client),
		.user_name = name_of(&names[1], user),
	};
	struct ndr out;
	uint32_t status;

	buf_init(&stub, STUB_MAX);
	out = ndr_push(&stub);
	netr_session_del_req_code(&out, &req);
	assert_int_equal(ndr_end(&out), NS_OK);
	status = status_call(p, OPNUM_NETR_SESSION_DEL, &stub);
	buf_release(&stub);
	buf_release(&names[0]);
	buf_release(&names[1]);
	return status;
}

uint32_t rig_file_close(struct rig_pipe *p, uint32_t id)
{
	struct netr_file_close_req req = {.server_name = NDR_NO_STRING, .file_id = id};
	struct buf stub;
	struct ndr out;
	uint32_t status;

	buf_init(&stub, STUB_MAX);
	out = ndr_push(&stub);
	netr_file_close_req_code(&out, &req);
	assert_int_equal(ndr_end(&out), NS_OK);
	status = status_call(p, OPNUM_NETR_FILE_CLOSE, &stub);
	buf_release(&stub);
	return status;
}

static const struct info_family *family_of(uint16_t opnum)
{
	switch (opnum) {
	case OPNUM_NETR_CONNECTION_ENUM:
		return &CONNECTION_INFO;
	case OPNUM_NETR_FILE_ENUM:
	case OPNUM_NETR_FILE_GET_INFO:
		return &FILE_INFO;
	case OPNUM_NETR_SHARE_ENUM:
	case OPNUM_NETR_SHARE_ENUM_STICKY:
	case OPNUM_NETR_SHARE_GET_INFO:
		return &SHARE_INFO;
	case OPNUM_NETR_SERVER_GET_INFO:
		return &SERVER_INFO;
	case OPNUM_NETR_WKSTA_GET_INFO:
		return &WKSTA_INFO;
	default:
		return &SESSION_INFO;
	}
}

/* All of them begin with ServerName and up to two names, and end with the same part. */
static void push_enum(struct ndr *out, const struct rig_enum *e)
{
	struct netr_enum_params params = {
		.prefered_maximum_length = e->max == 0 ? UINT32_MAX : e->max,
		.has_resume = !e->no_resume,
		.resume_handle = e->resume,
	};
	struct ndr_string none = NDR_NO_STRING, first, second;
	struct buf names[2];

	first = name_of(&names[0], e->first);
	second = name_of(&names[1], e->second);
	ndr_unique_string(out, "ServerName", &none);
	if (family_of(e->opnum) != &SHARE_INFO)
		ndr_unique_string(out, "", &first);
	if (e->opnum == OPNUM_NETR_SESSION_ENUM || e->opnum == OPNUM_NETR_FILE_ENUM)
		ndr_unique_string(out, "", &second);
	info_enum_init(&params.info, family_of(e->opnum), e->level);
	netr_enum_params_code(out, family_of(e->opnum), &params);
	netr_enum_params_release(&params);
	buf_release(&names[0]);
	buf_release(&names[1]);
}

uint32_t rig_enum(struct rig_pipe *p, struct rig_enum *e)
{
	struct buf stub;
	struct ndr x;

	if (e->opnum == 0)
		e->opnum = OPNUM_NETR_SESSION_ENUM;
	buf_init(&stub, STUB_MAX);
	x = ndr_push(&stub);
	push_enum(&x, e);
	assert_int_equal(ndr_end(&x), NS_OK);
	buf_init(&e->stub, STUB_MAX);
	assert_int_equal(rig_call(p, e->opnum, buf_view(&stub), &e->stub), 0);
	buf_release(&stub);
	x = ndr_pull(buf_view(&e->stub));
	e->resp = (struct netr_enum_resp){0};
	netr_enum_resp_code(&x, family_of(e->opnum), &e->resp);
	assert_int_equal(ndr_end(&x), NS_OK);
	assert_int_equal(e->resp.info.level, e->level);
	e->status = e->resp.status;
	e->total = e->resp.total_entries;
	e->count = e->resp.info.rows.count;
	e->resume = e->resp.resume_handle;
	return e->status;
}

void rig_enum_release(struct rig_enum *e)
{
	netr_enum_resp_release(&e->resp);
	buf_release(&e->stub);
}

static void push_info(struct ndr *out, struct rig_info *i)
{
	struct ndr_string none = NDR_NO_STRING, name;
	struct buf store;

	name = name_of(&store, i->name);
	ndr_unique_string(out, "ServerName", &none);
	if (i->opnum == OPNUM_NETR_FILE_GET_INFO)
		ndr_u32(out, "FileId", &i->id);
	if (i->opnum == OPNUM_NETR_SHARE_GET_INFO)
		ndr_string(out, "NetName", &name.text);
	ndr_u32(out, "Level", &i->level);
	buf_release(&store);
}

uint32_t rig_info(struct rig_pipe *p, struct rig_info *i)
{
	struct buf stub;
	struct ndr x;

	buf_init(&stub, STUB_MAX);
	x = ndr_push(&stub);
	push_info(&x, i);
	assert_int_equal(ndr_end(&x), NS_OK);
	buf_init(&i->stub, STUB_MAX);
	assert_int_equal(rig_call(p, i->opnum, buf_view(&stub), &i->stub), 0);
	buf_release(&stub);
	x = ndr_pull(buf_view(&i->stub));
	i->resp = (struct netr_get_info_resp){0};
	netr_get_info_resp_code(&x, family_of(i->opnum), &i->resp);
	assert_int_equal(ndr_end(&x), NS_OK);
	assert_int_equal(i->resp.info.level, i->level);
	i->status = i->resp.status;
	return i->status;
}

void rig_info_release(struct rig_info *i)
{
	netr_get_info_resp_release(&i->resp);
	buf_release(&i->stub);
}

/* ----------------------------------------------------------------------------- rows -- */

const char *rig_text(const struct info_rows *rows, uint32_t row, const char *member)
{
	static char text[256];
	size_t field = info_level_member(rows->level, member);
	struct buf utf8;

	assert_true(field != INFO_NO_FIELD);
	assert_false(info_absent(rows, row, field));
	buf_init(&utf8, sizeof(text) - 1);
	assert_int_equal(utf8_from_utf16(&utf8, info_text(rows, row, field)), NS_OK);
	(void)snprintf(text, sizeof(text), "%.*s", (int)utf8.n,
		       utf8.n > 0 ? (const char *)utf8.p : "");
	buf_release(&utf8);
	return text;
}

uint32_t rig_u32(const struct info_rows *rows, uint32_t row, const char *member)
{
	size_t field = info_level_member(rows->level, member);

	assert_true(field != INFO_NO_FIELD);
	return info_u32(rows, row, field);
}

/* --------------------------------------------------------------------------- a desk -- */

int desk_open(void **state)
{
	struct desk *d = calloc(1, sizeof(*d));

	assert_non_null(d);
	serverlab_init(&d->lab);
	serverlab_start(&d->lab);
	workstation_in(&d->w, &d->lab, "10.0.0.9", "admin");
	*state = d;
	return 0;
}

int desk_close(void **state)
{
	struct desk *d = *state;

	workstation_out(&d->w);
	serverlab_stop(&d->lab);
	free(d);
	return 0;
}

void rig_list_one(struct rig_pipe *p)
{
	struct rig_enum e = {.level = 502};

	assert_int_equal(rig_enum(p, &e), WIN32_ERROR_SUCCESS);
	assert_int_equal(e.count, 1);
	rig_enum_release(&e);
}

void rig_push_list(struct rig_pipe *p, struct buf *out)
{
	struct netr_session_enum_req req = {.server_name = NDR_NO_STRING,
					    .client_name = NDR_NO_STRING,
					    .user_name = NDR_NO_STRING};
	struct buf stub;
	struct ndr x;

	buf_init(&stub, 4096);
	x = ndr_push(&stub);
	info_enum_init(&req.params.info, &SESSION_INFO, 502);
	req.params.prefered_maximum_length = UINT32_MAX;
	netr_session_enum_req_code(&x, &req);
	assert_int_equal(ndr_end(&x), NS_OK);
	assert_int_equal(
		rpc_client_call(&p->rpc, OPNUM_NETR_SESSION_ENUM, buf_view(&stub), out),
		NS_OK);
	buf_release(&stub);
}

void rig_fetch(struct rig_pipe *p, struct view answer)
{
	struct buf reply;

	assert_int_equal(rpc_client_recv(&p->rpc, answer), NS_OK);
	buf_init(&reply, 1u << 20);
	assert_int_equal(rpc_client_reply(&p->rpc, &reply), NS_OK);
	assert_true(reply.n > 0);
	buf_release(&reply);
}
