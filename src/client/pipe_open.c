/* SPDX-License-Identifier: MIT */
#include "client/pipe_open.h"

#include "base/ntstatus.h"
#include "base/utf16.h"
#include "wire/smb2_create.h"
#include "wire/smb2_ioctl.h"
#include "wire/smb2_tree.h"

/* "\\", a name of at most 1024 bytes, "\IPC$", two bytes a character */
#define PATH_MAX_BYTES 2200

/* A fragment is shorter than 64 KiB, so nothing is gained by asking for more. */
#define PIPE_READ_MAX 65536u

/*
 * The fragment size we offer.  It costs no more than the usual one, and saves fragments
 * with servers that go along (Samba: 5840).
 */
#define PIPE_FRAG 5840u

/* What Windows asks for on a pipe: read, write, and attributes. */
#define PIPE_ACCESS                                                                        \
	(FILE_READ_DATA | FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_READ_EA |              \
	 FILE_WRITE_EA | FILE_READ_ATTRIBUTES | FILE_WRITE_ATTRIBUTES |                    \
	 ACCESS_READ_CONTROL | ACCESS_SYNCHRONIZE)

uint32_t pipe_read_size(uint32_t server_max)
{
	return server_max < PIPE_READ_MAX ? server_max : PIPE_READ_MAX;
}

static void put_tree(struct conn *c, struct wire_writer *w)
{
	struct smb2_tree_connect_req req = {0};
	struct buf path;
	enum ns_err err;

	buf_init(&path, PATH_MAX_BYTES);
	err = utf16_from_utf8(&path, VIEW_LITERAL("\\\\"));
	if (err == NS_OK)
		err = utf16_from_utf8(&path, view_of_string(c->host));
	if (err == NS_OK)
		err = utf16_from_utf8(&path, VIEW_LITERAL("\\IPC$"));
	if (err != NS_OK)
		wire_put_fail(w, err);
	req.path = buf_view(&path);
	smb2_tree_connect_req_encode(w, &req);
	buf_release(&path);
}

static void put_create(struct conn *c, struct wire_writer *w)
{
	struct smb2_create_req req = {
		.oplock_level = SMB2_OPLOCK_LEVEL_NONE,
		.impersonation_level = SMB2_IMPERSONATION_IMPERSONATION,
		.desired_access = PIPE_ACCESS,
		.share_access = FILE_SHARE_READ | FILE_SHARE_WRITE,
		.disposition = FILE_OPEN,
	};
	struct buf name;
	enum ns_err err;

	buf_init(&name, PATH_MAX_BYTES);
	err = utf16_from_utf8(&name, view_of_string(c->call.pipe->iface->name));
	if (err != NS_OK)
		wire_put_fail(w, err);
	req.name = buf_view(&name);
	smb2_create_req_encode(w, &req);
	buf_release(&name);
}

void pipe_put_transceive(struct conn *c, struct wire_writer *w, struct view input)
{
	const struct pipe *p = c->call.pipe;
	struct smb2_ioctl_req req = {
		.ctl_code = FSCTL_PIPE_TRANSCEIVE,
		.file_id = p->open ? p->file_id : SMB2_FILE_ID_NONE,
		.input = input,
		.max_output = pipe_read_size(c->negotiated.max_transact),
		.flags = SMB2_0_IOCTL_IS_FSCTL,
	};

	smb2_ioctl_req_encode(w, &req);
}

/* An earlier try may have got as far as the bind: each starts with a new association. */
static void put_bind(struct conn *c, struct wire_writer *w)
{
	struct pipe *p = c->call.pipe;
	struct buf pdu;
	enum ns_err err;

	buf_init(&pdu, RPC_FRAG_MAX);
	rpc_client_release(&p->rpc);
	rpc_client_init(&p->rpc, p->iface, PIPE_FRAG);
	err = rpc_client_bind(&p->rpc, &pdu);
	if (err != NS_OK)
		wire_put_fail(w, err);
	pipe_put_transceive(c, w, buf_view(&pdu));
	buf_release(&pdu);
}

static void put_step(struct conn *c, struct wire_writer *w, enum request_step step)
{
	switch (step) {
	case STEP_TREE:
		put_tree(c, w);
		break;
	case STEP_VALIDATE:
		conn_put_validate(c, w);
		break;
	case STEP_CREATE:
		put_create(c, w);
		break;
	default:
		put_bind(c, w);
		break;
	}
}

/* The steps that are still to be taken, in order. */
static size_t steps_missing(const struct conn *c, enum request_step steps[COMPOUND_MAX])
{
	const struct pipe *p = c->call.pipe;
	size_t n = 0;

	if (!c->tree.valid)
		steps[n++] = STEP_TREE;
	/* Without keys there is nothing to validate with. */
	if (c->negotiated.validate && c->session.protect)
		steps[n++] = STEP_VALIDATE;
	if (!p->open)
		steps[n++] = STEP_CREATE;
	if (!p->open || !rpc_client_usable(&p->rpc))
		steps[n++] = STEP_BIND;
	return n;
}

enum ns_err pipe_send_open(bool *sent, struct conn *c)
{
	enum request_step steps[COMPOUND_MAX];
	size_t room = requests_room(&c->requests);
	size_t n = steps_missing(c, steps);
	struct outgoing o;

	*sent = n > 0;
	if (n == 0 || room == 0)
		return NS_OK;
	if (c->no_compound || c->doubt || room < n)
		n = 1;
	outgoing_init(&o, c);
	for (size_t i = 0; i < n; i++)
		put_step(c, outgoing_add(&o, steps[i]), steps[i]);
	return outgoing_send(&o);
}

enum ns_err pipe_on_tree(struct conn *c, const struct answer *a)
{
	struct smb2_tree_connect_rsp rsp;
	enum ns_err err;

	if (a->hdr.status != NT_STATUS_SUCCESS)
		return conn_refused(c, a);
	err = smb2_tree_connect_rsp_decode(&rsp, a->msg);
	if (err != NS_OK)
		return err;
	if (rsp.share_type != SMB2_SHARE_TYPE_PIPE)
		return NS_EUNEXPECTED;
	c->tree.id = a->hdr.tree_id;
	c->tree.valid = true;
	/* 3.2.5.5; where the server cannot, the flag means nothing */
	if ((rsp.share_flags & SMB2_SHAREFLAG_ENCRYPT_DATA) != 0 &&
	    c->session.keys.cipher != 0)
		c->session.encrypt = true;
	return NS_OK;
}

enum ns_err pipe_on_create(struct conn *c, const struct answer *a)
{
	struct smb2_create_rsp rsp;
	enum ns_err err;

	if (a->hdr.status != NT_STATUS_SUCCESS)
		return conn_refused(c, a);
	err = smb2_create_rsp_decode(&rsp, a->msg);
	if (err != NS_OK)
		return err;
	if (!conn_calling(c) || a->request.call != c->call.number)
		return NS_OK;
	c->call.pipe->file_id = rsp.file_id;
	c->call.pipe->open = true;
	return NS_OK;
}
