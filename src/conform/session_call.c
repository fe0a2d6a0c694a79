/* SPDX-License-Identifier: MIT */
#include "conform/session_call.h"

#include <stdio.h>

#include "base/match.h"
#include "base/utf16.h"
#include "base/win32err.h"

/* Two bytes for each of 1,025 characters. */
#define NAME_BYTES_MAX 4096u

/* A request: two such names. */
#define STUB_MAX 16384u

/* ----------------------------------------------------------------------- the text -- */

static size_t codes_text(const struct session_call *row, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < row->n_codes && n < size; i++)
		n += (size_t)snprintf(out + n, size - n, "%s%u", i > 0 ? " or " : "",
				      row->codes[i]);
	if (row->fault && n < size)
		n += (size_t)snprintf(out + n, size - n, "%sa fault", n > 0 ? " or " : "");
	return n < size ? n : size - 1;
}

void session_call_expects(const struct session_call *row, char *out, size_t size)
{
	size_t n = codes_text(row, out, size);
	bool may_be_zero = false;
	char who[OUTCOME_TEXT_MAX];

	for (size_t i = 0; i < row->n_codes; i++)
		may_be_zero |= row->codes[i] == WIN32_ERROR_SUCCESS;
	if (!may_be_zero)
		return;
	stations_text(who, sizeof(who),
		      row->method == METHOD_DEL ? row->gone : row->listed);
	(void)snprintf(out + n, size - n, "%s%s %s", row->n_codes > 1 ? "; with 0 " : ", ",
		       row->method == METHOD_DEL ? "ends" : "lists", who);
}

/* ---------------------------------------------------------------------- the calls -- */

/* A [string, unique] parameter whose text stays in `buf`. */
static enum ns_err parameter(const struct scene *s, struct ndr_string *out, struct buf *buf,
			     const char *pattern)
{
	enum ns_err err;

	*out = NDR_NO_STRING;
	if (pattern == NULL)
		return NS_OK;
	err = scene_name(s, buf, pattern);
	*out = ndr_string_of(buf_view(buf));
	return err;
}

/* False: there is no stub, and the outcome says what there is. */
static bool need_stub(const struct rpc_answer *answer, bool *fault, struct outcome *o)
{
	char text[OUTCOME_TEXT_MAX / 2];

	if (answer->kind == ANSWER_STUB)
		return true;
	rpc_answer_text(text, sizeof(text), answer);
	outcome_got(o, "%s", text);
	if (fault != NULL && answer->kind == ANSWER_FAULT)
		*fault = true;
	else
		outcome_fail(o, "no answer to the call: %s", text);
	return false;
}

static bool ours(enum ns_err err, struct outcome *o)
{
	if (err != NS_OK)
		outcome_fail(o, "could not ask: %s", ns_err_text(err));
	return err == NS_OK;
}

bool session_del(struct scene *s, struct asker *a, const struct session_call *row,
		 uint32_t *code, bool *fault, struct outcome *o)
{
	struct netr_session_del_req req;
	struct netr_status_resp resp = {0};
	struct rpc_answer answer = {0};
	struct buf names[3];
	struct buf stub;
	struct ndr x;
	enum ns_err err;
	bool ok = false;

	for (size_t i = 0; i < 3; i++)
		buf_init(&names[i], NAME_BYTES_MAX);
	buf_init(&stub, STUB_MAX);
	err = parameter(s, &req.server_name, &names[0], row->server);
	if (err == NS_OK)
		err = parameter(s, &req.client_name, &names[1], row->client);
	if (err == NS_OK)
		err = parameter(s, &req.user_name, &names[2], row->user);
	x = ndr_push(&stub);
	netr_session_del_req_code(&x, &req);
	if (err == NS_OK)
		err = ndr_end(&x);
	if (!ours(err, o))
		goto out;
	asker_call(a, OPNUM_NETR_SESSION_DEL, buf_view(&stub), &answer);
	if (!need_stub(&answer, fault, o))
		goto out;
	x = ndr_pull(buf_view(&answer.stub));
	netr_status_resp_code(&x, &resp);
	*code = resp.status;
	ok = ndr_end(&x) == NS_OK;
	if (!ok)
		outcome_fail(o, "the answer is malformed");
out:
	rpc_answer_release(&answer);
	buf_release(&stub);
	for (size_t i = 0; i < 3; i++)
		buf_release(&names[i]);
	return ok;
}

bool session_enum(struct scene *s, struct asker *a, const struct enum_call *call,
		  struct netr_enum_resp *resp, struct rpc_answer *answer, bool *fault,
		  struct outcome *o)
{
	struct netr_session_enum_req req = {.server_name = NDR_NO_STRING};
	struct buf names[2];
	struct buf stub;
	struct ndr x;
	enum ns_err err;
	bool ok = false;

	for (size_t i = 0; i < 2; i++)
		buf_init(&names[i], NAME_BYTES_MAX);
	buf_init(&stub, STUB_MAX);
	err = parameter(s, &req.client_name, &names[0], call->client);
	if (err == NS_OK)
		err = parameter(s, &req.user_name, &names[1], call->user);
	/* A level that nobody has gets an empty arm. */
	info_enum_init(&req.params.info, &SESSION_INFO, call->level);
	req.params.prefered_maximum_length = call->length;
	req.params.has_resume = !call->no_resume;
	req.params.resume_handle = call->resume;
	x = ndr_push(&stub);
	netr_session_enum_req_code(&x, &req);
	if (err == NS_OK)
		err = ndr_end(&x);
	if (!ours(err, o))
		goto out;
	asker_call(a, OPNUM_NETR_SESSION_ENUM, buf_view(&stub), answer);
	if (!need_stub(answer, fault, o))
		goto out;
	x = ndr_pull(buf_view(&answer->stub));
	netr_session_enum_resp_code(&x, resp);
	ok = ndr_end(&x) == NS_OK && resp->info.level == call->level;
	if (!ok)
		outcome_fail(o, "the answer is malformed");
out:
	netr_enum_params_release(&req.params);
	buf_release(&stub);
	for (size_t i = 0; i < 2; i++)
		buf_release(&names[i]);
	return ok;
}

/* ----------------------------------------------------------------------- the rows -- */

/* Whether a row of an answer has this client (with or without "\\") and this user. */
static bool row_is(const struct info_rows *rows, uint32_t row, const char *client,
		   const char *user)
{
	size_t cname = info_level_member(rows->level, "cname");
	size_t username = info_level_member(rows->level, "username");
	struct match_client a = match_client_of(info_text(rows, row, cname));
	struct buf text;
	bool same = false;

	buf_init(&text, NAME_BYTES_MAX);
	if (utf16_from_utf8(&text, view_of_string(client)) == NS_OK) {
		struct match_client b = match_client_of(buf_view(&text));

		same = match_client_equal(&a, &b);
	}
	buf_clear(&text);
	if (same && username != INFO_NO_FIELD &&
	    utf16_from_utf8(&text, view_of_string(user)) == NS_OK) {
		struct match_user u = match_user_of(info_text(rows, row, username));
		struct match_user v = match_user_of(buf_view(&text));

		same = match_user_equal(&u, &v);
	}
	buf_release(&text);
	return same;
}

unsigned session_row(const struct scene *s, const struct info_rows *rows, uint32_t row)
{
	unsigned set = 0;

	for (unsigned i = 0; i < STATIONS; i++) {
		enum account account = i == STATION_A1 || i == STATION_B1 ? USER1 : USER2;
		char client[CLIENT_NAME_MAX];

		scene_client(s, (enum station_id)i, client);
		if (s->at[i].session.valid &&
		    row_is(rows, row, client, scene_user(s, account)))
			set |= 1u << i;
	}
	return set;
}

bool session_row_admin(const struct scene *s, const struct info_rows *rows, uint32_t row)
{
	return row_is(rows, row, s->admin_peer.own, scene_user(s, ADMIN));
}
