/* SPDX-License-Identifier: MIT */
/* Who may ask: Administrators and Server Operators, [MS-SRVS] <52> to <55>. */
#include <stdio.h>

#include "base/ntstatus.h"
#include "base/win32err.h"
#include "conform/session_call.h"

#define ENUM(n) .method = METHOD_ENUM, .by_user = true, .level = n
#define DEL     .method = METHOD_DEL, .by_user = true
#define DENIED  CODES(WIN32_ERROR_ACCESS_DENIED)

/* The order of the checks is not specified: what is wrong otherwise may be told first. */
#define DENIED_OR(...) CODES(WIN32_ERROR_ACCESS_DENIED, __VA_ARGS__)

/* clang-format off */
static const struct session_call calls[] = {
	{{"a user lists, level 0", "MS-SRVS 3.1.4.5", NULL}, ENUM(0), DENIED},
	{{"a user lists, level 1", "MS-SRVS 3.1.4.5", NULL}, ENUM(1), DENIED},
	{{"a user lists, level 2", "MS-SRVS 3.1.4.5", NULL}, ENUM(2), DENIED},
	{{"a user lists, level 10", "MS-SRVS 3.1.4.5", NULL}, ENUM(10), DENIED},
	{{"a user lists, level 502", "MS-SRVS 3.1.4.5", NULL}, ENUM(502), DENIED},
	{{"a user lists himself", "MS-SRVS 3.1.4.5", NULL}, ENUM(10), .user = "%1", DENIED},
	{{"a user lists at no level", "MS-SRVS 3.1.4.5", NULL}, ENUM(3),
		DENIED_OR(WIN32_ERROR_INVALID_LEVEL), .fault = true},
	{{"a user ends another", "MS-SRVS 3.1.4.6", NULL}, DEL, .user = "%2", DENIED},
	{{"a user ends another, by both names", "MS-SRVS 3.1.4.6", NULL}, DEL, .client = "\\\\%a", .user = "%2", DENIED},
	{{"a user ends a client", "MS-SRVS 3.1.4.6", NULL}, DEL, .client = "\\\\%b", DENIED},
	{{"a user ends himself", "MS-SRVS 3.1.4.6", NULL}, DEL, .client = "\\\\%a", .user = "%1", DENIED},
	{{"a user ends nobody", "MS-SRVS 3.1.4.6", NULL}, DEL, .user = "%n", DENIED},
	{{"a user ends everybody", "MS-SRVS 3.1.4.6", NULL}, DEL,
		DENIED_OR(WIN32_ERROR_INVALID_PARAMETER, WIN32_NERR_CLIENT_NAME_NOT_FOUND)},
	{{"a user, and a client without backslashes", "MS-SRVS 3.1.4.6", NULL}, DEL, .client = "%b",
		DENIED_OR(WIN32_NERR_CLIENT_NAME_NOT_FOUND)},
};
/* clang-format on */

#define CALLS (sizeof(calls) / sizeof(calls[0]))

/* -------------------------------------------------------------------------- nobody -- */

/* He is in: what he may ask for must be nothing. */
static void ask_as(struct scene *s, struct asker *a, struct outcome *o)
{
	struct enum_call call = {.level = 10, .length = SRVSVC_MAX_PREFERRED_LENGTH};
	struct netr_enum_resp resp = {0};
	struct rpc_answer answer = {0};
	bool fault = false;

	if (session_enum(s, a, &call, &resp, &answer, &fault, o)) {
		outcome_got(o, "signed in; listing: %u", resp.status);
		if (resp.status != WIN32_ERROR_ACCESS_DENIED)
			outcome_fail(o, "may list sessions: %u", resp.status);
	}
	netr_enum_resp_release(&resp);
	rpc_answer_release(&answer);
}

/* Refused at the door, at IPC$ or at the pipe, or by the method: each is right. */
static void try_as(struct scene *s, const struct auth_credentials *who, struct outcome *o)
{
	struct peer_session session = {0};
	struct asker asker = {0};
	uint32_t status = 0;
	struct peer p;
	enum ns_err err;

	peer_init(&p, &s->config);
	err = peer_connect(&p, NULL);
	if (err != NS_OK) {
		outcome_fail(o, "can't connect: %s", ns_err_text(err));
		goto out;
	}
	err = peer_sign_in(&p, &session, who, &status);
	if (err == NS_OK) {
		err = asker_open(&asker, &p, &session, &status);
		if (err == NS_OK)
			ask_as(s, &asker, o);
		else
			outcome_got(o, "signed in; the pipe: %s", ntstatus_name(status));
	} else if (err == NS_EAUTH) {
		outcome_got(o, "%s", ntstatus_name(status));
	} else {
		outcome_got(o, "%s", ns_err_text(err));
	}
	if (err == NS_ECLOSED || err == NS_ETIMEOUT)
		outcome_fail(o, "no answer: %s", ns_err_text(err));
out:
	asker_close(&asker);
	peer_forget(&session);
	peer_close(&p);
}

static void anonymous(struct scene *s, struct outcome *o)
{
	struct auth_credentials who = {.anonymous = true};

	try_as(s, &who, o);
}

/* A name that has no account and a password that is not user1's. */
static void wrong(struct scene *s, const char *user, struct outcome *o)
{
	struct auth_credentials who = {0};

	if (auth_credentials_set_name(&who, user) != NS_OK ||
	    auth_credentials_set_password(&who, "netsess-conform has no such word") !=
		    NS_OK)
		outcome_fail(o, "out of memory");
	else
		try_as(s, &who, o);
	auth_credentials_release(&who);
}

static void stranger(struct scene *s, struct outcome *o)
{
	wrong(s, "netsess-nobody", o);
}

static void impostor(struct scene *s, struct outcome *o)
{
	wrong(s, scene_user(s, USER1), o);
}

#define NOTHING "refused, or may list nothing"

static const struct access_story {
	struct case_head head;
	void (*play)(struct scene *s, struct outcome *o);
} stories[] = {
	{{"nobody (anonymous)", "MS-SRVS <38>", NOTHING}, anonymous},
	{{"a name without an account", "MS-SRVS 3.1.4.5", NOTHING}, stranger},
	{{"a wrong password", "MS-SRVS 3.1.4.5", NOTHING}, impostor},
};

/* --------------------------------------------------------------------------- topic -- */

static const struct case_head *head(size_t i)
{
	return i < CALLS ? &calls[i].head : &stories[i - CALLS].head;
}

static void expects(size_t i, char *out, size_t size)
{
	if (i < CALLS)
		session_call_expects(&calls[i], out, size);
}

static void run(struct scene *s, size_t i, struct outcome *o)
{
	if (i < CALLS) {
		session_call_run(s, &calls[i], o);
		return;
	}
	if (!scene_set(s, A1)) {
		outcome_fail(o, "no scene: %s", s->why);
		return;
	}
	stories[i - CALLS].play(s, o);
	outcome_judge(o, s, 0, false);
}

const struct topic topic_access = {
	.name = "access",
	.title = "Who may ask",
	.n = CALLS + sizeof(stories) / sizeof(stories[0]),
	.head = head,
	.expects = expects,
	.run = run,
};
