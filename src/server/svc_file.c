/* SPDX-License-Identifier: MIT */
/* Opens: NetrFileEnum, NetrFileGetInfo, NetrFileClose, [MS-SRVS] 3.1.4.2 to 3.1.4.4. */
#include "base/match.h"
#include "base/utf16.h"
#include "server/audit.h"
#include "server/open.h"
#include "server/svc_rows.h"

/* PERM_FILE_READ, _WRITE, _CREATE, [MS-SRVS] 2.2.4.7: the rights of the same values. */
#define PERMISSIONS (FILE_READ_DATA | FILE_WRITE_DATA | FILE_APPEND_DATA)

/* [MS-SMB2] 3.3.4.20 */
static enum ns_err fill_file(struct info_rows *rows, const struct server *server,
			     const void *object)
{
	const struct open *o = object;
	enum ns_err err;

	(void)server;
	info_rows_put_u32(rows, "id", o->global_id);
	info_rows_put_u32(rows, "permissions", o->access & PERMISSIONS);
	info_rows_put_u32(rows, "num_locks", o->num_locks);
	err = info_rows_put_text(rows, "pathname", buf_view(&o->path16));
	if (err == NS_OK)
		err = info_rows_put_text(rows, "username", open_user(o).name);
	return err;
}

static bool is_separator(uint16_t unit)
{
	return unit == '\\' || unit == '/';
}

/* "A prefix is the path component up to a backslash"; our disks have slashes. */
static bool is_below(struct view path, struct view base)
{
	size_t n = base.n / 2;

	if (n == 0)
		return true;
	if (!utf16_equal_folded(view_slice(path, 0, base.n), base))
		return false;
	return path.n == base.n || is_separator(utf16_unit(base, n - 1)) ||
	       is_separator(utf16_unit(path, n));
}

struct file_filter {
	struct view base;
	bool by_user;
	struct match_user user;
};

static bool passes(const struct open *o, const struct file_filter *filter)
{
	struct match_user mine = open_user(o);

	return open_is_listed(o) && is_below(buf_view(&o->path16), filter->base) &&
	       (!filter->by_user || match_user_equal(&mine, &filter->user));
}

static uint32_t run_enum(const struct svc_call *c, const struct netr_file_enum_req *req,
			 struct netr_enum_resp *resp)
{
	const struct server *server = c->caller->server;
	uint32_t level = req->params.info.level;
	uint32_t status = svc_access(c, &FILE_INFO, level);
	struct file_filter filter = {.base = req->base_path.text,
				     .by_user = req->user_name.text.n > 0};
	struct svc_walk w;

	if (status == WIN32_ERROR_SUCCESS)
		status = svc_length(req->base_path.text);
	if (status == WIN32_ERROR_SUCCESS)
		status = svc_length(req->user_name.text);
	if (status == WIN32_ERROR_SUCCESS)
		status = svc_level(&FILE_INFO, level);
	if (status != WIN32_ERROR_SUCCESS)
		return status;
	if (filter.by_user)
		filter.user = match_user_of(req->user_name.text);
	svc_walk_init(&w, server, resp, &req->params);
	for (struct open *o = open_after(server, w.resume); o != NULL;
	     o = open_after(server, o->global_id))
		if (passes(o, &filter))
			svc_walk_add(&w, o->global_id, fill_file, o);
	return svc_walk_end(&w);
}

enum ns_err svc_file_enum(const struct svc_call *c)
{
	struct netr_file_enum_req req = {0};
	struct netr_enum_resp resp = {0};
	struct ndr in = ndr_pull(c->stub);
	struct ndr out = ndr_push(c->out);
	enum ns_err err;

	netr_file_enum_req_code(&in, &req);
	err = ndr_end(&in);
	if (err != NS_OK)
		goto out;
	svc_enum_answer(&resp, &FILE_INFO, &req.params);
	resp.status = run_enum(c, &req, &resp);
	netr_file_enum_resp_code(&out, &resp);
	err = ndr_end(&out);
out:
	netr_enum_params_release(&req.params);
	netr_enum_resp_release(&resp);
	return err;
}

/* NULL: nobody can see an open of that number. */
static struct open *find_file(const struct server *server, uint32_t id)
{
	struct open *o = open_find_global(server, id);

	return o != NULL && open_is_listed(o) ? o : NULL;
}

enum ns_err svc_file_get_info(const struct svc_call *c)
{
	struct netr_file_get_info_req req = {0};
	struct netr_get_info_resp resp = {0};
	struct ndr in = ndr_pull(c->stub);
	struct ndr out = ndr_push(c->out);
	const struct open *o;
	uint32_t status;
	enum ns_err err;

	netr_file_get_info_req_code(&in, &req);
	err = ndr_end(&in);
	if (err != NS_OK)
		return err;
	o = find_file(c->caller->server, req.file_id);
	status = svc_access(c, &FILE_INFO, req.level);
	if (status == WIN32_ERROR_SUCCESS)
		status = svc_level(&FILE_INFO, req.level);
	if (status == WIN32_ERROR_SUCCESS && o == NULL)
		status = WIN32_ERROR_FILE_NOT_FOUND;
	resp.status = svc_single_answer(&resp, &FILE_INFO, req.level, status,
					c->caller->server, fill_file, o);
	netr_file_get_info_resp_code(&out, &resp);
	err = ndr_end(&out);
	netr_get_info_resp_release(&resp);
	return err;
}

static void audit_close(const struct svc_caller *caller, const struct open *o)
{
	char by[SVC_CALLER_NAME_MAX];
	struct buf path;

	svc_caller_name(caller, by);
	buf_init(&path, 2 * OPEN_PATH_MAX);
	if (utf8_from_utf16_lossy(&path, buf_view(&o->path16)) != NS_OK ||
	    buf_append_zero(&path, 1) != NS_OK)
		audit_open_closed(o, "?", by);
	else
		audit_open_closed(o, (const char *)path.p, by);
	buf_release(&path);
}

static uint32_t run_close(const struct svc_call *c, uint32_t id)
{
	struct svc_caller *caller = c->caller;
	struct open *o = find_file(caller->server, id);
	uint32_t status = svc_access(c, &FILE_INFO, 0);

	if (status != WIN32_ERROR_SUCCESS)
		return status;
	if (o == NULL)
		return WIN32_NERR_FILE_ID_NOT_FOUND;
	audit_close(caller, o);
	if (o == caller->open)
		caller->close_own = true;
	else
		open_end(o, OPEN_END_CLOSED);
	return WIN32_ERROR_SUCCESS;
}

enum ns_err svc_file_close(const struct svc_call *c)
{
	struct netr_file_close_req req = {0};
	struct netr_status_resp resp = {0};
	struct ndr in = ndr_pull(c->stub);
	struct ndr out = ndr_push(c->out);
	enum ns_err err;

	netr_file_close_req_code(&in, &req);
	err = ndr_end(&in);
	if (err == NS_OK)
		err = buf_reserve(c->out, sizeof(resp.status)); /* before it is closed */
	if (err != NS_OK)
		return err;
	resp.status = run_close(c, req.file_id);
	netr_status_resp_code(&out, &resp);
	return ndr_end(&out);
}
