/* SPDX-License-Identifier: MIT */
#include "server/negotiate.h"

#include "security/spnego_auth.h"
#include "server/accounts.h"
#include "server/limits.h"
#include "server/server_config.h"

bool negotiate_allows(const struct server *server, uint16_t dialect)
{
	return dialect >= server->config->min_dialect &&
	       dialect <= server->config->max_dialect;
}

static uint32_t capabilities(const struct server_conn *conn, uint16_t dialect)
{
	const struct server_config *config = conn->server->config;
	uint32_t theirs = conn->client_capabilities, ours = 0;

	if (dialect >= SMB2_DIALECT_210) /* 0x02ff, too: 3.3.5.3.1 */
		ours |= SMB2_GLOBAL_CAP_LARGE_MTU | SMB2_GLOBAL_CAP_LEASING;
	if (dialect < SMB2_DIALECT_300)
		return ours;
	if (config->multichannel)
		ours |= theirs & SMB2_GLOBAL_CAP_MULTI_CHANNEL;
	/* 3.1.1 has a context for it, and the bit must be clear, 2.2.4. */
	if (dialect != SMB2_DIALECT_311 && config->encryption != CONFIG_ENCRYPTION_OFF)
		ours |= theirs & SMB2_GLOBAL_CAP_ENCRYPTION;
	if (dialect == SMB2_DIALECT_311)
		ours |= theirs & SMB2_GLOBAL_CAP_NOTIFICATIONS;
	return ours;
}

enum ns_err negotiate_response(struct smb2_negotiate_rsp *rsp, struct buf *token,
			       const struct server_conn *conn, uint16_t dialect)
{
	const struct server *server = conn->server;
	struct auth_server_config acceptor = accounts_acceptor(server);
	uint32_t max = dialect == SMB2_DIALECT_202 ? LIMIT_DATA_MAX_202 : LIMIT_DATA_MAX;
	enum ns_err err = spnego_server_hint(token, &acceptor);

	*rsp = (struct smb2_negotiate_rsp){
		.security_mode = SMB2_NEGOTIATE_SIGNING_ENABLED,
		.dialect = dialect,
		.capabilities = capabilities(conn, dialect),
		.max_transact_size = max,
		.max_read_size = max,
		.max_write_size = max,
		.system_time = server_time(server),
		.token = buf_view(token),
	};
	if (server->config->signing_required)
		rsp->security_mode |= SMB2_NEGOTIATE_SIGNING_REQUIRED;
	memcpy(rsp->server_guid, server->guid, sizeof(rsp->server_guid));
	return err;
}

void negotiate_settle(struct server_conn *conn, const struct smb2_negotiate_rsp *rsp)
{
	conn->dialect = rsp->dialect;
	conn->server_security_mode = rsp->security_mode;
	conn->server_capabilities = rsp->capabilities;
	conn->max_data = rsp->max_transact_size;
	conn->multi_credit = (rsp->capabilities & SMB2_GLOBAL_CAP_LARGE_MTU) != 0;
	conn->notifications = (rsp->capabilities & SMB2_GLOBAL_CAP_NOTIFICATIONS) != 0;
}
