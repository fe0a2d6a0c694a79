/* SPDX-License-Identifier: MIT */
#include "client/call.h"

#include "base/win32err.h"
#include "client/cache.h"
#include "client/result.h"
#include "client/run.h"

/* The task could not even begin: the operation still has to end. */
static void end_without_task(struct op *op, enum ns_err err)
{
	struct link_info info = {.user = "", .text = ""};
	struct op_call call;
	struct buf none = {0};

	while (op_ask(op, &call))
		op_answer(op, err, &none, &info);
}

void call_run(const struct netsess_options *o, const char *server, struct op *op)
{
	struct netsess_options *own = NULL;
	struct task *t = NULL;

	if (o == NULL)
		o = own = netsess_options_new();
	if (o != NULL)
		t = task_new(server, o, op, socket_clock());
	if (t != NULL)
		run_one(t);
	else
		end_without_task(op, NS_ENOMEM);
	task_free(t, socket_clock());
	netsess_options_free(own);
}

static struct netsess_result *ask(const struct netsess_options *o, const char *server,
				  const struct netsess_request *request)
{
	struct netsess_result *r = NULL;
	struct op *op;

	if (request == NULL)
		return result_failed(WIN32_ERROR_INVALID_PARAMETER, "there is no request");
	op = op_new(server, request, o->strict);
	if (op == NULL)
		return result_failed(WIN32_ERROR_NOT_ENOUGH_MEMORY, "");
	call_run(o, server, op);
	r = op_take(op);
	op_free(op);
	return r;
}

uint32_t netsess_call(const struct netsess_options *o, const char *server,
		      const struct netsess_request *request, struct netsess_result **result)
{
	struct netsess_options *own = NULL;
	struct netsess_result *r = NULL;
	uint32_t code = WIN32_ERROR_NOT_ENOUGH_MEMORY;

	if (o == NULL)
		o = own = netsess_options_new();
	if (o != NULL)
		r = ask(o, server, request);
	if (r != NULL)
		code = netsess_result_code(r);
	netsess_options_free(own);
	if (result != NULL)
		*result = r;
	else
		netsess_result_free(r);
	return code;
}

void netsess_disconnect_all(void)
{
	(void)cache_flush();
}
