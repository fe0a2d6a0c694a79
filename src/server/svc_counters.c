/* SPDX-License-Identifier: MIT */
/* What this server counts: rpc/counters.h.  The resume handle is a place in the list. */
#include "rpc/counters.h"

#include "server/svc_rows.h"

struct counter {
	const char *name;
	const char *text;
	uint64_t value;
};

static enum ns_err fill_counter(struct info_rows *rows, const struct server *server,
				const void *object)
{
	const struct counter *counter = object;
	enum ns_err err;

	(void)server;
	info_rows_put_u64(rows, "value", counter->value);
	err = info_rows_put_utf8(rows, "name", view_of_string(counter->name));
	if (err == NS_OK)
		err = info_rows_put_utf8(rows, "meaning", view_of_string(counter->text));
	return err;
}

struct counter_walk {
	struct svc_walk walk;
	uint32_t place; /* of the counter before, from 1 on */
};

static void add_counter(void *ctx, const char *name, const char *text, uint64_t value)
{
	struct counter_walk *w = ctx;
	const struct counter counter = {name, text, value};

	if (++w->place > w->walk.resume)
		svc_walk_add(&w->walk, w->place, fill_counter, &counter);
}

static uint32_t run_enum(const struct svc_call *c, const struct counter_enum_req *req,
			 struct netr_enum_resp *resp)
{
	const struct server *server = c->caller->server;
	uint32_t status = svc_access(c, &COUNTER_INFO, req->params.info.level);
	struct counter_walk w = {0};

	if (status == WIN32_ERROR_SUCCESS)
		status = svc_level(&COUNTER_INFO, req->params.info.level);
	if (status != WIN32_ERROR_SUCCESS)
		return status;
	svc_walk_init(&w.walk, server, resp, &req->params);
	server_counters_each(&server->counters, add_counter, &w);
	return svc_walk_end(&w.walk);
}

static enum ns_err counter_enum(const struct svc_call *c)
{
	struct counter_enum_req req = {0};
	struct netr_enum_resp resp = {0};
	struct ndr in = ndr_pull(c->stub);
	struct ndr out = ndr_push(c->out);
	enum ns_err err;

	counter_enum_req_code(&in, &req);
	err = ndr_end(&in);
	if (err == NS_OK) {
		svc_enum_answer(&resp, &COUNTER_INFO, &req.params);
		resp.status = run_enum(c, &req, &resp);
		counter_enum_resp_code(&out, &resp);
		err = ndr_end(&out);
	}
	netr_enum_params_release(&req.params);
	netr_enum_resp_release(&resp);
	return err;
}

static const struct svc_method methods[] = {
	{.opnum = OPNUM_COUNTER_ENUM, .run = counter_enum},
};

uint32_t svc_counters_call(void *ctx, const struct rpc_method *method, struct view stub,
			   struct buf *out)
{
	return svc_run(methods, sizeof(methods) / sizeof(methods[0]), ctx, method, stub,
		       out);
}
