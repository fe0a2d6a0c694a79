/* SPDX-License-Identifier: MIT */
/*
 * NetrSessionEnum and NetrSessionDel, [MS-SRVS] 3.1.4.5 and 3.1.4.6.  Where the documents
 * leave a choice, or two of them differ:
 *
 *	both names NULL or "" in Del	87; nothing is ended
 *	a client name without "\\"	Del 2312, Enum 2351
 *	nothing matches			Del 2312; Enum 2312 if no session has that client,
 *					else 2221; neither on going on behind a resume
 *handle the caller's own session	is matched like any other, and ended when the answer
 *					has gone out
 *
 * NULL and "" are the same everywhere.
 */
#include "base/match.h"
#include "server/session_end.h"
#include "server/session_table.h"
#include "server/svc_rows.h"

/* SESS_GUEST, [MS-SRVS] 2.2.2.3 */
#define SESS_GUEST 0x1u

/* Direct TCP, as Windows names it: [MS-SRVS] <28>. */
#define TRANSPORT_DIRECT_TCP VIEW_LITERAL("\\Device\\NetbiosSmb")

/* [MS-SMB2] 3.3.4.18 */
static enum ns_err fill_session(struct info_rows *rows, const struct server *server,
				const void *object)
{
	const struct session *s = object;
	enum ns_err err;

	info_rows_put_u32(rows, "num_opens", s->open_count);
	info_rows_put_u32(rows, "time", session_age(s, server->now));
	info_rows_put_u32(rows, "idle_time", session_idle(s, server->now));
	info_rows_put_u32(rows, "user_flags", s->guest ? SESS_GUEST : 0);
	err = info_rows_put_text(rows, "cname", buf_view(&s->client16));
	if (err == NS_OK)
		err = info_rows_put_text(rows, "username", buf_view(&s->user16));
	if (err == NS_OK)
		err = info_rows_put_utf8(rows, "transport", TRANSPORT_DIRECT_TCP);
	return err;
}

/* Lengths of both names. */
static uint32_t check_lengths(const struct session_filter *filter)
{
	uint32_t status = svc_length(filter->client);

	return status != WIN32_ERROR_SUCCESS ? status : svc_length(filter->user);
}

static bool well_formed(const struct session_filter *filter)
{
	return filter->client.n == 0 || match_has_backslashes(filter->client);
}

/* The first call of an enumeration found nothing: why? */
static uint32_t nothing_found(const struct session_table *t,
			      const struct session_filter *filter)
{
	if (filter->client.n > 0 && !session_table_has_client(t, filter->client))
		return WIN32_NERR_CLIENT_NAME_NOT_FOUND;
	if (filter->client.n > 0 || filter->user.n > 0)
		return WIN32_NERR_USER_NOT_FOUND;
	return WIN32_ERROR_SUCCESS;
}

/*
 * TotalEntries has those, too, that did not fit.  Without a filter they are counted and not
 * looked at: a page costs what it holds, and so a list in pages is linear.
 */
static uint32_t count_after(const struct session_table *t,
			    const struct session_filter *filter, uint32_t id)
{
	uint32_t n = 0;

	if (filter->client.n == 0 && filter->user.n == 0 && t->waiting == 0)
		return (uint32_t)order_count_after(&t->by_global_id, id);
	for (struct session *s = session_table_after(t, id); s != NULL;
	     s = session_table_after(t, s->global_id))
		n += session_matches(s, filter);
	return n;
}

static uint32_t list_sessions(const struct server *server,
			      const struct session_filter *filter,
			      const struct netr_enum_params *params,
			      struct netr_enum_resp *resp)
{
	const struct session_table *t = server->sessions;
	struct session *s;
	struct svc_walk w;
	uint32_t id;

	svc_walk_init(&w, server, resp, params);
	id = w.resume;
	while (!w.full && (s = session_table_after(t, id)) != NULL) {
		id = s->global_id;
		if (session_matches(s, filter))
			svc_walk_add(&w, id, fill_session, s);
	}
	if (w.full)
		resp->total_entries += count_after(t, filter, id);
	if (resp->total_entries == 0 && w.resume == 0)
		return nothing_found(t, filter);
	return svc_walk_end(&w);
}

static uint32_t run_enum(const struct svc_call *c, const struct netr_session_enum_req *req,
			 struct netr_enum_resp *resp)
{
	const struct session_filter filter = {.client = req->client_name.text,
					      .user = req->user_name.text};
	uint32_t level = req->params.info.level;
	uint32_t status = svc_access(c, &SESSION_INFO, level);

	if (status == WIN32_ERROR_SUCCESS)
		status = check_lengths(&filter);
	if (status == WIN32_ERROR_SUCCESS)
		status = svc_level(&SESSION_INFO, level);
	if (status == WIN32_ERROR_SUCCESS && !well_formed(&filter))
		status = WIN32_NERR_INVALID_COMPUTER;
	if (status == WIN32_ERROR_SUCCESS)
		status = list_sessions(c->caller->server, &filter, &req->params, resp);
	return status;
}

enum ns_err svc_session_enum(const struct svc_call *c)
{
	struct netr_session_enum_req req = {0};
	struct netr_enum_resp resp = {0};
	struct ndr in = ndr_pull(c->stub);
	struct ndr out = ndr_push(c->out);
	enum ns_err err;

	netr_session_enum_req_code(&in, &req);
	err = ndr_end(&in);
	if (err != NS_OK)
		goto out;
	svc_enum_answer(&resp, &SESSION_INFO, &req.params);
	resp.status = run_enum(c, &req, &resp);
	netr_session_enum_resp_code(&out, &resp);
	err = ndr_end(&out);
out:
	netr_enum_params_release(&req.params);
	netr_enum_resp_release(&resp);
	return err;
}

static uint32_t run_del(const struct svc_call *c, const struct netr_session_del_req *req)
{
	const struct session_filter filter = {.client = req->client_name.text,
					      .user = req->user_name.text};
	struct svc_caller *caller = c->caller;
	uint32_t status = svc_access(c, &SESSION_INFO, 0);
	char by[SVC_CALLER_NAME_MAX];

	if (status == WIN32_ERROR_SUCCESS)
		status = check_lengths(&filter);
	if (status != WIN32_ERROR_SUCCESS)
		return status;
	if (filter.client.n == 0 && filter.user.n == 0)
		return WIN32_ERROR_INVALID_PARAMETER;
	if (!well_formed(&filter))
		return WIN32_NERR_CLIENT_NAME_NOT_FOUND;
	svc_caller_name(caller, by);
	if (session_end_matching(caller->server, &filter, caller->session, by) == 0)
		return WIN32_NERR_CLIENT_NAME_NOT_FOUND;
	caller->end_own = caller->session != NULL && caller->session->end_waits;
	return WIN32_ERROR_SUCCESS;
}

enum ns_err svc_session_del(const struct svc_call *c)
{
	struct netr_session_del_req req = {0};
	struct netr_status_resp resp = {0};
	struct ndr in = ndr_pull(c->stub);
	struct ndr out = ndr_push(c->out);
	enum ns_err err;

	netr_session_del_req_code(&in, &req);
	err = ndr_end(&in);
	if (err != NS_OK)
		return err;
	/* Room for the answer first: once sessions have ended nothing may fail. */
	err = buf_reserve(c->out, sizeof(resp.status));
	if (err != NS_OK)
		return err;
	resp.status = run_del(c, &req);
	netr_status_resp_code(&out, &resp);
	return ndr_end(&out);
}
