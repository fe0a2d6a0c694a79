/* SPDX-License-Identifier: MIT */
#include "server/svc_rows.h"

void svc_enum_answer(struct netr_enum_resp *resp, const struct info_family *family,
		     const struct netr_enum_params *params)
{
	*resp = (struct netr_enum_resp){.has_resume = params->has_resume,
					.resume_handle = params->resume_handle};
	info_enum_init(&resp->info, family, params->info.level);
}

void svc_walk_init(struct svc_walk *w, const struct server *server,
		   struct netr_enum_resp *resp, const struct netr_enum_params *params)
{
	*w = (struct svc_walk){
		.server = server,
		.resp = resp,
		.max = params->prefered_maximum_length,
		.resume = params->has_resume ? params->resume_handle : 0,
	};
	if (w->max > SVC_ANSWER_MAX)
		w->max = SVC_ANSWER_MAX;
}

/* One row more, or the rows as they were: NS_ELIMIT if it does not fit. */
static enum ns_err take(struct svc_walk *w, svc_fill *fill, const void *object)
{
	struct info_rows *rows = &w->resp->info.rows;
	uint32_t count = rows->count;
	size_t pool = rows->owned.n;
	enum ns_err err = info_rows_add(rows);
	uint64_t size;

	if (err != NS_OK)
		return err;
	err = fill(rows, w->server, object);
	size = err == NS_OK ? info_rows_win32_size(rows, count, count + 1) : 0;
	if (err == NS_OK && size <= w->max - w->used) {
		w->used += size;
		return NS_OK;
	}
	rows->count = count;
	rows->owned.n = pool;
	rows->pool = buf_view(&rows->owned);
	return err == NS_OK ? NS_ELIMIT : err;
}

void svc_walk_add(struct svc_walk *w, uint32_t id, svc_fill *fill, const void *object)
{
	enum ns_err err;

	w->resp->total_entries++;
	if (w->full || w->err != NS_OK)
		return;
	err = take(w, fill, object);
	if (err == NS_OK)
		w->last = id;
	else if (err == NS_ELIMIT)
		w->full = true;
	else
		w->err = err;
}

/* An answer that carries an error carries nothing else. */
static uint32_t fail(struct svc_walk *w, uint32_t status)
{
	w->resp->info.rows.count = 0;
	w->resp->total_entries = 0;
	return status;
}

uint32_t svc_walk_end(struct svc_walk *w)
{
	struct netr_enum_resp *resp = w->resp;

	if (w->err != NS_OK)
		return fail(w, svc_error(w->err));
	if (w->full && resp->info.rows.count == 0)
		return WIN32_NERR_BUF_TOO_SMALL;
	resp->resume_handle = w->full ? w->last : 0;
	return w->full ? WIN32_ERROR_MORE_DATA : WIN32_ERROR_SUCCESS;
}

uint32_t svc_single_answer(struct netr_get_info_resp *resp,
			   const struct info_family *family, uint32_t level,
			   uint32_t status, const struct server *server, svc_fill *fill,
			   const void *object)
{
	struct info_rows *rows = &resp->info.rows;
	enum ns_err err;

	info_single_init(&resp->info, family, level);
	if (status != WIN32_ERROR_SUCCESS)
		return status;
	err = info_rows_add(rows);
	if (err == NS_OK)
		err = fill(rows, server, object);
	if (err == NS_OK)
		return WIN32_ERROR_SUCCESS;
	rows->count = 0;
	return svc_error(err);
}
