/* SPDX-License-Identifier: MIT */
/*
 * What it means that a session ends, [MS-SMB2] 3.3.4.12: it and nothing else, whatever the
 * connection looks like.
 */
#include <stdio.h>

#include "base/ntstatus.h"
#include "base/utf16.h"
#include "base/win32err.h"
#include "conform/story.h"

/* A name out of a row, as UTF-8. */
#define NAME_MAX_BYTES 1024u

static void not_listed(struct scene *s, const struct story *c, struct outcome *o)
{
	int n;

	(void)c;
	if (!story_end_a1(s, o))
		return;
	n = story_settle(s, o);
	outcome_got(o, "%d rows", n);
	if (n > 0)
		outcome_fail(o, "the dead session is listed");
	outcome_judge(o, s, A1, false);
}

static void twice(struct scene *s, const struct story *c, struct outcome *o)
{
	struct session_call del = {.client = "\\\\%a", .user = "%1"};
	uint32_t code;

	(void)c;
	if (!story_end_a1(s, o))
		return;
	(void)story_settle(s, o);
	if (!session_del(s, &s->admin, &del, &code, NULL, o))
		return;
	outcome_got(o, "0, then %u", code);
	if (code != WIN32_NERR_CLIENT_NAME_NOT_FOUND)
		outcome_fail(o, "the second time: %u", code);
	outcome_judge(o, s, A1, false);
}

/* Two sessions of one user from one client: one call ends both. */
static void all_of_them(struct scene *s, const struct story *c, struct outcome *o)
{
	const struct auth_credentials *who = &s->options->account[USER1]->credentials;
	struct peer_session session = {0};
	uint32_t status = 0;
	struct peer p;
	enum ns_err err;

	(void)c;
	peer_init(&p, &s->config);
	err = peer_connect(&p, s->options->from[0]);
	if (err == NS_OK)
		err = peer_sign_in(&p, &session, who, &status);
	if (err != NS_OK) {
		outcome_fail(o, "no scene: %s", ns_err_text(err));
	} else if (story_end_a1(s, o)) {
		(void)story_settle(s, o);
		err = peer_tree(&p, &session, s->options->share, NULL, &status);
		outcome_got(o, "%s",
			    status != 0 ? ntstatus_name(status) : ns_err_text(err));
		if (err == NS_OK)
			outcome_fail(o, "the other session of the same user lives");
		outcome_judge(o, s, A1, false);
	}
	peer_forget(&session);
	peer_close(&p);
}

/* The answer first, then the session that carries it. */
static void oneself(struct scene *s, const struct story *c, struct outcome *o)
{
	struct session_call del = {.user = NULL};
	char client[ADDRESS_TEXT_MAX + 8];
	uint32_t status = 0;
	uint32_t code;
	enum ns_err err;

	(void)c;
	(void)snprintf(client, sizeof(client),
		       strchr(s->admin_peer.own, ':') != NULL ? "\\\\[%s]" : "\\\\%s",
		       s->admin_peer.own);
	del.client = client;
	del.user = scene_user(s, ADMIN);
	if (!session_del(s, &s->admin, &del, &code, NULL, o))
		return;
	outcome_got(o, "%u", code);
	if (code != WIN32_ERROR_SUCCESS)
		outcome_fail(o, "the code is %u", code);
	for (unsigned ms = 0; ms < NOTICE_MS; ms += NOTICE_STEP_MS) {
		err = peer_tree(&s->admin_peer, &s->admin_session, "IPC$", NULL, &status);
		if (err != NS_OK)
			break;
		line_pause(NOTICE_STEP_MS);
	}
	if (err == NS_OK && code == WIN32_ERROR_SUCCESS)
		outcome_fail(o, "the code is 0, and the session lives");
	outcome_judge(o, s, 0, false);
}

/* What Enum shows is what Del takes. */
static void round_trip(struct scene *s, const struct story *c, struct outcome *o)
{
	struct enum_call call = {.level = 1, .length = SRVSVC_MAX_PREFERRED_LENGTH};
	struct session_call del = {.user = "%1"};
	struct netr_enum_resp resp = {0};
	struct rpc_answer answer = {0};
	const struct info_rows *rows = &resp.info.rows;
	struct buf name;
	uint32_t code;

	(void)c;
	buf_init(&name, NAME_MAX_BYTES);
	if (!session_enum(s, &s->admin, &call, &resp, &answer, NULL, o))
		goto out;
	for (uint32_t i = 0; i < rows->count && name.n == 0; i++) {
		size_t field = info_level_member(rows->level, "cname");
		enum ns_err err = NS_OK;

		if ((session_row(s, rows, i) & A1) != 0)
			err = utf8_from_utf16(&name, info_text(rows, i, field));
		if (err != NS_OK)
			goto out;
	}
	if (name.n == 0 || buf_append_zero(&name, 1) != NS_OK) {
		outcome_fail(o, "user1@A is not listed");
		goto out;
	}
	del.client = (const char *)name.p;
	if (!session_del(s, &s->admin, &del, &code, NULL, o))
		goto out;
	outcome_got(o, "%s: %u", del.client, code);
	if (code != WIN32_ERROR_SUCCESS)
		outcome_fail(o, "the listed name %s gives %u", del.client, code);
	outcome_judge(o, s, code == WIN32_ERROR_SUCCESS ? A1 : 0, false);
out:
	netr_enum_resp_release(&resp);
	rpc_answer_release(&answer);
	buf_release(&name);
}

/* ------------------------------------------------------------------- other endings -- */

/* A session that its own side ended; `slow` is about other ends than this. */
static void must_be_unlisted(struct scene *s, struct outcome *o)
{
	bool slow = s->slow;
	int n = story_settle(s, o);

	s->slow = slow;
	outcome_got(o, "%d rows", n);
	if (n > 0)
		outcome_fail(o, "the session is still listed");
}

static void logoff(struct scene *s, const struct story *c, struct outcome *o)
{
	struct station *st = &s->at[STATION_A1];
	uint32_t status = 0;
	enum ns_err err;

	(void)c;
	err = peer_simple(st->peer, &st->session, 0, SMB2_LOGOFF, &status);
	if (err != NS_OK || status != NT_STATUS_SUCCESS)
		outcome_fail(o, "LOGOFF: %s",
			     err == NS_OK ? ntstatus_name(status) : ns_err_text(err));
	else
		must_be_unlisted(s, o);
}

static void disconnect(struct scene *s, const struct story *c, struct outcome *o)
{
	(void)c;
	line_close(&s->at[STATION_A1].own.line);
	must_be_unlisted(s, o);
}

/* A call in several fragments is one call. */
static void in_fragments(struct scene *s, const struct story *c, struct outcome *o)
{
	struct session_call del = {.server = "%L", .client = "\\\\%a", .user = "%1"};
	size_t usual = s->admin.rpc.max_xmit;
	uint32_t code;

	(void)c;
	s->admin.rpc.max_xmit = RPC_FRAG_MIN;
	if (session_del(s, &s->admin, &del, &code, NULL, o)) {
		outcome_got(o, "%u", code);
		if (code != WIN32_ERROR_SUCCESS)
			outcome_fail(o, "the code is %u", code);
	}
	s->admin.rpc.max_xmit = usual;
	outcome_judge(o, s, o->verdict == VERDICT_OK ? A1 : 0, false);
}

#define NEIGHBOUR "user2 goes on; user1 is gone"
#define FLIGHT    "is answered with an error; user2 goes on"
#define OWN_FILE  "user2 reads on; user1's file is closed"
#define END       "MS-SMB2 3.3.4.12"

/* clang-format off */
static const struct story rows[] = {
	{{"two on one connection, SMB 2.0.2", END, NEIGHBOUR}, story_neighbour, SMB2_DIALECT_202, false},
	{{"two on one connection, SMB 2.1", END, NEIGHBOUR}, story_neighbour, SMB2_DIALECT_210, false},
	{{"two on one connection, SMB 3.0", END, NEIGHBOUR}, story_neighbour, SMB2_DIALECT_300, false},
	{{"two on one connection, SMB 3.0.2", END, NEIGHBOUR}, story_neighbour, SMB2_DIALECT_302, false},
	{{"two on one connection, SMB 3.1.1", END, NEIGHBOUR}, story_neighbour, SMB2_DIALECT_311, false},
	{{"two on one connection, SMB 3.0, encrypted", END, NEIGHBOUR}, story_neighbour, SMB2_DIALECT_300, true},
	{{"two on one connection, SMB 3.1.1, encrypted", END, NEIGHBOUR}, story_neighbour, SMB2_DIALECT_311, true},
	{{"a neighbour's open file, SMB 2.0.2", END, OWN_FILE}, story_file, SMB2_DIALECT_202, false},
	{{"a neighbour's open file, SMB 2.1", END, OWN_FILE}, story_file, SMB2_DIALECT_210, false},
	{{"a neighbour's open file, SMB 3.0", END, OWN_FILE}, story_file, SMB2_DIALECT_300, false},
	{{"a neighbour's open file, SMB 3.0.2", END, OWN_FILE}, story_file, SMB2_DIALECT_302, false},
	{{"a neighbour's open file, SMB 3.1.1", END, OWN_FILE}, story_file, SMB2_DIALECT_311, false},
	{{"a neighbour's open file, SMB 3.0, encrypted", END, OWN_FILE}, story_file, SMB2_DIALECT_300, true},
	{{"a neighbour's open file, SMB 3.1.1, encrypted", END, OWN_FILE}, story_file, SMB2_DIALECT_311, true},
	{{"the dead one's next request, SMB 2.1", "MS-SMB2 3.3.5.2.9",
		"STATUS_USER_SESSION_DELETED; the connection stays"}, story_connection_stays, SMB2_DIALECT_210, false},
	{{"the dead one's next request, SMB 3.1.1", "MS-SMB2 3.3.5.2.9",
		"STATUS_USER_SESSION_DELETED; the connection stays"}, story_connection_stays, SMB2_DIALECT_311, false},
	{{"signing in again on the same connection", END, "works: an end is no ban"}, story_sign_in_again, 0, false},
	{{"a request in flight, SMB 2.1", "MS-SMB2 3.3.4.17", FLIGHT}, story_in_flight, SMB2_DIALECT_210, false},
	{{"a request in flight, SMB 3.1.1", "MS-SMB2 3.3.4.17", FLIGHT}, story_in_flight, SMB2_DIALECT_311, false},
	{{"a request in flight, SMB 3.1.1, encrypted", "MS-SMB2 3.3.4.17", FLIGHT}, story_in_flight, SMB2_DIALECT_311, true},
	{{"Enum after Del", END, "the dead session is not listed"}, not_listed, 0, false},
	{{"Del twice", "MS-SRVS 3.1.4.6", "0, then 2312"}, twice, 0, false},
	{{"two sessions of one user and client", "MS-SRVS 3.1.4.6", "both end"}, all_of_them, 0, false},
	{{"the administrator ends himself", "MS-SRVS 3.1.4.6", "0, then his session is gone"}, oneself, 0, false},
	{{"a listed name ends its session", "MS-SRVS 3.1.4.6", "0, ends user1@A"}, round_trip, 0, false},
	{{"LOGOFF", "MS-SMB2 3.3.5.6", "the session is not listed any more"}, logoff, 0, false},
	{{"a lost connection", "MS-SMB2 3.3.7.1", "the session is not listed any more"}, disconnect, 0, false},
	{{"a call in fragments", "C706 12.6.4", "0, ends user1@A"}, in_fragments, 0, false},
};
/* clang-format on */

/* Stories with a dialect set their own scene; N2 would hide behind user2@A in a list. */
static void run(struct scene *s, size_t i, struct outcome *o)
{
	if (rows[i].dialect == 0 && !scene_set(s, s->addresses ? USUAL : USUAL & ~B1)) {
		story_no_scene(s, o);
		return;
	}
	rows[i].play(s, &rows[i], o);
	if (rows[i].dialect != 0 || o->verdict == VERDICT_NOT_OK)
		scene_clear(s);
	else
		scene_sign_off(s, STATION_A1);
}

static const struct case_head *head(size_t i)
{
	return &rows[i].head;
}

const struct topic topic_session = {
	.name = "session",
	.title = "What an end means",
	.n = sizeof(rows) / sizeof(rows[0]),
	.head = head,
	.run = run,
};
