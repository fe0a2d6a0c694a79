/* SPDX-License-Identifier: MIT */
#include "server/dispatch.h"

#include "server/chain.h"
#include "server/channel.h"
#include "server/open.h"
#include "server/protect.h"
#include "server/session_table.h"
#include "server/tree.h"
#include "wire/smb2_lease_break.h"

/*
 * Which answer is right for a request of a session that is still signing in is left to us
 * (3.3.5.2.9 <272>): for this command there is no such session yet.
 */
#define STATUS_IN_PROGRESS NT_STATUS_USER_SESSION_DELETED

/* clang-format off */
#define ROW(cmd, body, need, tree, file, any, interim, run) \
	[SMB2_##cmd] = {#cmd, body, NEED_##need, tree, file, any, interim, run}
static const struct command commands[SMB2_COMMANDS] = {
	/*   command         body  session tree file any interim handler */
	ROW( NEGOTIATE,       36,  NONE,   0,   0,  0,  0, on_negotiate       ),
	ROW( SESSION_SETUP,   25,  NONE,   0,   0,  0,  0, on_session_setup   ),
	ROW( LOGOFF,           4,  ANY,    0,   0,  0,  0, on_logoff          ),
	ROW( TREE_CONNECT,     9,  VALID,  0,   0,  0,  1, on_tree_connect    ),
	ROW( TREE_DISCONNECT,  4,  VALID,  1,   0,  0,  0, on_tree_disconnect ),
	ROW( CREATE,          57,  VALID,  1,   0,  0,  1, on_create          ),
	ROW( CLOSE,           24,  ANY,    1,   8,  0,  1, on_close           ),
	ROW( FLUSH,           24,  VALID,  1,   8,  0,  1, on_flush           ),
	ROW( READ,            49,  VALID,  1,  16,  0,  1, on_read            ),
	ROW( WRITE,           49,  VALID,  1,  16,  0,  1, on_write           ),
	ROW( LOCK,            48,  ANY,    1,   8,  0,  1, on_lock            ),
	ROW( IOCTL,           57,  VALID,  1,   8,  1,  1, on_ioctl           ),
	ROW( CANCEL,           4,  NONE,   0,   0,  0,  0, NULL               ), /* chain.c */
	ROW( ECHO,             4,  ECHO,   0,   0,  0,  0, on_echo            ),
	ROW( QUERY_DIRECTORY, 33,  VALID,  1,   8,  0,  1, on_query_directory ),
	ROW( CHANGE_NOTIFY,   32,  VALID,  1,   8,  0,  1, on_change_notify   ),
	ROW( QUERY_INFO,      41,  VALID,  1,  24,  0,  1, on_query_info      ),
	ROW( SET_INFO,        33,  VALID,  1,  16,  0,  1, on_set_info        ),
	ROW( OPLOCK_BREAK,    24,  VALID,  1,   8,  0,  0, on_oplock_break    ),
	/* NOTIFICATION goes from server to client alone: no command to us. */
};
#undef ROW
/* clang-format on */

const struct command *srv_command(uint16_t code)
{
	if (code >= SMB2_COMMANDS || commands[code].name == NULL)
		return NULL;
	return &commands[code];
}

/* Each check returns NT_STATUS_SUCCESS, or the status of the response. */

/* ------------------------------------------------------- what a related request means --
 */

/* 3.3.5.2.7.2: ids come from the request before. */
static uint32_t resolve_related(struct request *rq)
{
	struct chain *chain = rq->chain;

	if (!rq->related)
		return NT_STATUS_SUCCESS;
	if (rq->command->need >= NEED_ANY && !chain->has_session)
		return NT_STATUS_INVALID_PARAMETER;
	if (rq->command->tree && !chain->has_tree)
		return NT_STATUS_INVALID_PARAMETER;
	if (chain->has_session)
		rq->hdr.session_id = chain->session_id;
	if (chain->has_tree)
		rq->hdr.tree_id = chain->tree_id;
	return NT_STATUS_SUCCESS;
}

/* What this one found is what the next continues. */
static void forget_chain(struct chain *chain)
{
	chain->has_session = false;
	chain->has_tree = false;
	chain->has_file = false;
	chain->create_status = NT_STATUS_SUCCESS;
}

/* ------------------------------------------------------------------------- session -- */

/* The session of the header, as far as this connection may use it; NULL. */
static struct session *find_session(const struct request *rq)
{
	const struct channel *channel = channel_find(rq->conn, rq->hdr.session_id);

	return channel != NULL ? channel->session : NULL;
}

/* 3.3.5.2.8: whatever becomes of the request. */
static void touch_session(const struct request *rq)
{
	struct session *s = session_table_find(rq->server->sessions, rq->hdr.session_id);

	if (s != NULL)
		session_touch(s, rq->server->now);
}

/*
 * 3.3.5.2.4, signed.  The session may be a tombstone: then the signature decides whether
 * its answer is signed, too.
 */
static uint32_t check_signed(struct request *rq, const struct session *s)
{
	const struct smb_keys *keys = protect_sign_keys(rq);

	rq->sign = keys != NULL && srv_request_verify(rq, keys) == NS_OK;
	rq->echo_signature = s == NULL && !rq->sign;
	if (s == NULL)
		return NT_STATUS_USER_SESSION_DELETED;
	if (keys == NULL)
		return NT_STATUS_NOT_SUPPORTED;
	return rq->sign ? NT_STATUS_SUCCESS : NT_STATUS_ACCESS_DENIED;
}

/*
 * A request that continues nothing names no session, either.  With one alone on its
 * connection it can only be that one's: clients exist that take no refusal unsigned.
 */
static void sign_refusal(struct request *rq)
{
	const struct channel *lone = rq->conn->channels;
	const struct smb_keys *keys;

	if (!rq->is_signed)
		return;
	if (rq->hdr.session_id == UINT64_MAX && lone != NULL && lone->conn_next == NULL)
		rq->hdr.session_id = lone->session->id;
	keys = protect_sign_keys(rq);
	rq->sign = keys != NULL && srv_request_verify(rq, keys) == NS_OK;
}

/* 3.3.5.2.4 for all that did not come sealed. */
static uint32_t check_signature(struct request *rq, const struct session *s)
{
	if (rq->sealed)
		return NT_STATUS_SUCCESS;
	if (rq->is_signed)
		return check_signed(rq, s);
	if (s != NULL && s->signing_required)
		return NT_STATUS_ACCESS_DENIED;
	return NT_STATUS_SUCCESS;
}

/* 3.3.5.2.9 */
static uint32_t check_state(const struct request *rq, const struct session *s)
{
	if (s == NULL)
		return NT_STATUS_USER_SESSION_DELETED;
	if (s->state == SESSION_STATE_IN_PROGRESS && rq->hdr.command != SMB2_LOGOFF)
		return STATUS_IN_PROGRESS;
	if (s->state == SESSION_STATE_EXPIRED && rq->command->need == NEED_VALID)
		return NT_STATUS_NETWORK_SESSION_EXPIRED;
	if (s->encrypt_data && s->reject_unencrypted && !rq->sealed)
		return NT_STATUS_ACCESS_DENIED;
	return NT_STATUS_SUCCESS;
}

/* 3.3.5.17 */
static bool echo_names_session(const struct request *rq)
{
	return rq->is_signed || rq->sealed || rq->hdr.session_id != 0;
}

static uint32_t resolve_session(struct request *rq)
{
	enum session_need need = rq->command->need;
	struct session *s;
	uint32_t status;

	if (need == NEED_NONE || (need == NEED_ECHO && !echo_names_session(rq)))
		return NT_STATUS_SUCCESS;
	s = find_session(rq);
	status = check_signature(rq, s);
	if (status == NT_STATUS_SUCCESS)
		status = check_state(rq, s);
	if (status != NT_STATUS_SUCCESS)
		return status;
	rq->session = s;
	rq->chain->has_session = true;
	rq->chain->session_id = s->id;
	return NT_STATUS_SUCCESS;
}

/* -------------------------------------------------------------------------- tree -- */

/* 3.3.5.2.11 */
static uint32_t resolve_tree(struct request *rq)
{
	if (!rq->command->tree)
		return NT_STATUS_SUCCESS;
	rq->tree = tree_find(rq->session, rq->hdr.tree_id);
	if (rq->tree == NULL)
		return NT_STATUS_NETWORK_NAME_DELETED;
	if (rq->tree->encrypt && !rq->sealed)
		return NT_STATUS_ACCESS_DENIED;
	rq->chain->has_tree = true;
	rq->chain->tree_id = rq->tree->id;
	return NT_STATUS_SUCCESS;
}

/* -------------------------------------------------------------------- body and file -- */

/* OPLOCK_BREAK has two forms: that of a lease is longer, and names no file (3.3.5.22). */
static bool is_lease_break(const struct request *rq)
{
	return rq->hdr.command == SMB2_OPLOCK_BREAK &&
	       rq->conn->dialect >= SMB2_DIALECT_210 && smb2_lease_break_ack_is(rq->msg);
}

static uint32_t check_body(const struct request *rq)
{
	struct wire_reader r;

	if (rq->command->body == 0 || is_lease_break(rq))
		return NT_STATUS_SUCCESS;
	r = smb2_body(rq->msg, rq->command->body);
	return wire_status(&r) == NS_OK ? NT_STATUS_SUCCESS : NT_STATUS_INVALID_PARAMETER;
}

static bool is_no_file(struct smb2_file_id id)
{
	return id.persistent_id == UINT64_MAX && id.volatile_id == UINT64_MAX;
}

/* The FileId in the body; of a related request, that of the one before. */
static uint32_t read_file_id(struct request *rq, bool had_file, struct smb2_file_id file,
			     uint32_t create_status)
{
	struct wire_reader r = {.msg = rq->msg};

	wire_skip(&r, SMB2_HDR_LEN + (size_t)rq->command->file_at);
	smb2_file_id_read(&r, &rq->file_id);
	if (wire_status(&r) != NS_OK)
		return NT_STATUS_INVALID_PARAMETER;
	if (!rq->related || (rq->command->file_any && is_no_file(rq->file_id) && !had_file))
		return NT_STATUS_SUCCESS;
	if (create_status != NT_STATUS_SUCCESS) {
		rq->chain->create_status = create_status; /* and so do those behind */
		return create_status;
	}
	if (!had_file)
		return NT_STATUS_INVALID_HANDLE;
	rq->file_id = file;
	return NT_STATUS_SUCCESS;
}

static uint32_t resolve_file(struct request *rq, const struct chain *before)
{
	uint32_t status;

	if (rq->command->file_at == 0 || is_lease_break(rq))
		return NT_STATUS_SUCCESS;
	status = read_file_id(rq, before->has_file, before->file_id, before->create_status);
	if (status != NT_STATUS_SUCCESS)
		return status;
	rq->chain->has_file = true; /* which may mean nothing: STATUS_FILE_CLOSED then */
	rq->chain->file_id = rq->file_id;
	rq->open = open_find(rq->session, rq->tree, rq->file_id);
	if (rq->open != NULL)
		rq->open->used = true;
	return rq->open != NULL || rq->command->file_any ? NT_STATUS_SUCCESS
							 : NT_STATUS_FILE_CLOSED;
}

/* ------------------------------------------------------------------------ the whole -- */

static uint32_t prepare(struct request *rq)
{
	const struct chain before = *rq->chain;
	uint32_t status = resolve_related(rq);

	if (status != NT_STATUS_SUCCESS)
		sign_refusal(rq);
	forget_chain(rq->chain);
	touch_session(rq);
	if (status == NT_STATUS_SUCCESS)
		status = resolve_session(rq);
	if (status == NT_STATUS_SUCCESS)
		status = resolve_tree(rq);
	if (status == NT_STATUS_SUCCESS)
		status = check_body(rq);
	if (status == NT_STATUS_SUCCESS)
		status = resolve_file(rq, &before);
	return status;
}

uint32_t srv_dispatch(struct request *rq)
{
	uint32_t status = prepare(rq);

	if (status == NT_STATUS_ACCESS_DENIED)
		rq->server->counters.permission_errors++;
	if (status != NT_STATUS_SUCCESS)
		return status;
	if (rq->command->run == NULL)
		return NT_STATUS_NOT_SUPPORTED;
	return rq->command->run(rq);
}
