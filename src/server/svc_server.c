/* SPDX-License-Identifier: MIT */
/*
 * The server itself: NetrServerGetInfo, NetrServerDiskEnum and NetrRemoteTOD, [MS-SRVS]
 * 3.1.4.17, 3.1.4.19 and 3.1.4.21.
 */
#include "base/nttime.h"
#include "server/limits.h"
#include "server/server_config.h"
#include "server/svc_rows.h"
#include "server/tree.h"

/* SV_TYPE_WORKSTATION, _SERVER, _NT, _SERVER_NT, [MS-SRVS] 2.2.2.7 */
#define SERVER_TYPE 0x00009003u

/* sv103_disc: never, [MS-SRVS] 2.2.4.43 */
#define SV_NODISC UINT32_MAX

/* tod_tinterval: our clock ticks every 10 ms, in steps of 0.1 ms. */
#define TICK_INTERVAL 100u

/*
 * Members of 502 and 503 that mean something to a server of 1993 alone: as Windows has
 * them, [MS-SRVS] <41>.  What is not here is 0, and what we know stands below.
 */
static const struct {
	const char *member;
	uint32_t value;
} historical[] = {
	{"announce", 240},
	{"anndelta", 3000},
	{"sessvcs", 1},
	{"opensearch", 2048},
	{"sizreqbuf", 4356},
	{"initworkitems", 4},
	{"maxworkitems", 16},
	{"rawworkitems", 4},
	{"irpstacksize", 11},
	{"maxrawbuflen", 65535},
	{"maxpagedmemoryusage", UINT32_MAX},
	{"maxnonpagedmemoryusage", UINT32_MAX},
	{"enablesoftcompat", 1},
	{"enableforcedlogoff", 1},
	{"maxcopyreadlen", 8192},
	{"minkeepsearch", 480},
	{"maxkeepsearch", 3600},
	{"minkeepcomplsearch", 240},
	{"maxkeepcomplsearch", 600},
	{"threadcountadd", 2},
	{"numblockthreads", 2},
	{"scavtimeout", 30},
	{"minrcvqueue", 2},
	{"minfreeworkitems", 2},
	{"xactmemsize", 0x100000},
	{"threadpriority", 1},
	{"oplockbreakwait", 35},
	{"oplockbreakresponsewait", 35},
	{"enableoplocks", 1}, /* on shares that do not say otherwise */
	{"minfreeconnections", 2},
	{"maxfreeconnections", 2},
};

/* Whole minutes, upwards: a minute that has begun is one. */
static uint32_t disc_minutes(uint64_t ms)
{
	uint64_t minutes = ms / 60000 + (ms % 60000 != 0);

	return ms == 0 || minutes > SV_NODISC ? SV_NODISC : (uint32_t)minutes;
}

static enum ns_err fill_names(struct info_rows *rows, const struct server_config *config)
{
	enum ns_err err = info_rows_put_utf8(rows, "name", view_of_string(config->name));

	if (err == NS_OK)
		err = info_rows_put_utf8(rows, "comment", view_of_string(config->comment));
	if (err == NS_OK)
		err = info_rows_put_utf8(rows, "userpath", VIEW_LITERAL("c:\\"));
	if (err == NS_OK)
		err = info_rows_put_utf8(rows, "domain", view_of_string(config->domain));
	return err;
}

/*
 * Our own name always: the specification would have the caller's ServerName given back to
 * him, from which nobody learns anything.
 */
static enum ns_err fill_server(struct info_rows *rows, const struct server *server,
			       const void *object)
{
	const struct server_config *config = object;

	(void)server;
	for (size_t i = 0; i < sizeof(historical) / sizeof(historical[0]); i++)
		info_rows_put_u32(rows, historical[i].member, historical[i].value);
	info_rows_put_u32(rows, "platform_id", SVC_PLATFORM_NT);
	info_rows_put_u32(rows, "version_major", SVC_VERSION_MAJOR);
	info_rows_put_u32(rows, "version_minor", SVC_VERSION_MINOR);
	info_rows_put_u32(rows, "type", SERVER_TYPE);
	info_rows_put_u32(rows, "users", config->max_sessions);
	info_rows_put_u32(rows, "disc", disc_minutes(config->autodisconnect_ms));
	info_rows_put_u32(rows, "sessopens", config->max_opens_per_session);
	info_rows_put_u32(rows, "sessusers", config->max_sessions_per_connection);
	info_rows_put_u32(rows, "sessconns", SESSION_TREES_MAX);
	info_rows_put_u32(rows, "maxmpxct", LIMIT_PENDING_MAX);
	return fill_names(rows, config);
}

enum ns_err svc_server_get_info(const struct svc_call *c)
{
	const struct server *server = c->caller->server;
	struct netr_server_get_info_req req = {0};
	struct netr_get_info_resp resp = {0};
	struct ndr in = ndr_pull(c->stub);
	struct ndr out = ndr_push(c->out);
	uint32_t status;
	enum ns_err err;

	netr_server_get_info_req_code(&in, &req);
	err = ndr_end(&in);
	if (err != NS_OK)
		return err;
	status = svc_access(c, &SERVER_INFO, req.level);
	if (status == WIN32_ERROR_SUCCESS)
		status = svc_level(&SERVER_INFO, req.level);
	resp.status = svc_single_answer(&resp, &SERVER_INFO, req.level, status, server,
					fill_server, server->config);
	netr_server_get_info_resp_code(&out, &resp);
	err = ndr_end(&out);
	netr_get_info_resp_release(&resp);
	return err;
}

/* Our shares lie on no drives: there is none to tell of. */
enum ns_err svc_disk_enum(const struct svc_call *c)
{
	struct netr_server_disk_enum_req req = {0};
	struct netr_server_disk_enum_resp resp = {.disks = {.no_buffer = true}};
	struct ndr in = ndr_pull(c->stub);
	struct ndr out = ndr_push(c->out);
	enum ns_err err;

	netr_server_disk_enum_req_code(&in, &req);
	err = ndr_end(&in);
	if (err != NS_OK)
		return err;
	resp.has_resume = req.has_resume;
	resp.status = svc_access(c, &SERVER_INFO, req.level);
	if (resp.status == WIN32_ERROR_SUCCESS && req.level != 0)
		resp.status = WIN32_ERROR_INVALID_LEVEL;
	netr_server_disk_enum_resp_code(&out, &resp);
	return ndr_end(&out);
}

/* The time is told in UTC, and so is the time zone: the engine knows no other. */
static enum ns_err fill_time(struct info_rows *rows, const struct server *server)
{
	uint64_t now = server_time(server);
	int64_t seconds = nttime_to_unix(now);
	time_t t = (time_t)seconds;
	enum ns_err err = info_rows_add(rows);
	struct tm tm;

	if (err != NS_OK)
		return err;
	if (gmtime_r(&t, &tm) == NULL)
		return NS_ESYSTEM;
	info_rows_put_u32(rows, "elapsedt", (uint32_t)seconds);
	info_rows_put_u32(rows, "msecs", (uint32_t)(server->now - server->start_now));
	info_rows_put_u32(rows, "hours", (uint32_t)tm.tm_hour);
	info_rows_put_u32(rows, "mins", (uint32_t)tm.tm_min);
	info_rows_put_u32(rows, "secs", (uint32_t)tm.tm_sec);
	info_rows_put_u32(rows, "hunds",
			  (uint32_t)(now % NTTIME_PER_SECOND / (NTTIME_PER_SECOND / 100)));
	info_rows_put_u32(rows, "timezone", 0);
	info_rows_put_u32(rows, "tinterval", TICK_INTERVAL);
	info_rows_put_u32(rows, "day", (uint32_t)tm.tm_mday);
	info_rows_put_u32(rows, "month", (uint32_t)tm.tm_mon + 1);
	info_rows_put_u32(rows, "year", (uint32_t)tm.tm_year + 1900);
	info_rows_put_u32(rows, "weekday", (uint32_t)tm.tm_wday);
	return NS_OK;
}

enum ns_err svc_remote_tod(const struct svc_call *c)
{
	struct netr_remote_tod_req req = {0};
	struct netr_remote_tod_resp resp = {0};
	struct ndr in = ndr_pull(c->stub);
	struct ndr out = ndr_push(c->out);
	enum ns_err err;

	netr_remote_tod_req_code(&in, &req);
	err = ndr_end(&in);
	if (err != NS_OK)
		return err;
	info_rows_init(&resp.rows, info_level_find(&TIME_OF_DAY_INFO, 0));
	err = fill_time(&resp.rows, c->caller->server);
	if (err != NS_OK)
		resp.rows.count = 0;
	resp.status = svc_error(err);
	netr_remote_tod_resp_code(&out, &resp);
	err = ndr_end(&out);
	netr_remote_tod_resp_release(&resp);
	return err;
}
