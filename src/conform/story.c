/* SPDX-License-Identifier: MIT */
#include "conform/story.h"

#include "base/win32err.h"

bool story_end_a1(struct scene *s, struct outcome *o)
{
	struct session_call del = {.client = "\\\\%a", .user = "%1"};
	uint32_t code;

	if (!session_del(s, &s->admin, &del, &code, NULL, o))
		return false;
	if (code != WIN32_ERROR_SUCCESS) {
		outcome_fail(o, "NetrSessionDel gives %u", code);
		return false;
	}
	return true;
}

/* How many rows user1@A has; -1 if the question failed. */
static int rows_of_a1(struct scene *s, struct outcome *o)
{
	struct enum_call call = {.level = 1, .length = SRVSVC_MAX_PREFERRED_LENGTH};
	struct netr_enum_resp resp = {0};
	struct rpc_answer answer = {0};
	int n = -1;

	if (session_enum(s, &s->admin, &call, &resp, &answer, NULL, o)) {
		n = 0;
		for (uint32_t i = 0; i < resp.info.rows.count; i++)
			n += (session_row(s, &resp.info.rows, i) & A1) != 0;
	}
	netr_enum_resp_release(&resp);
	rpc_answer_release(&answer);
	return n;
}

int story_settle(struct scene *s, struct outcome *o)
{
	int n = rows_of_a1(s, o);

	for (unsigned ms = 0; ms < NOTICE_MS && n > 0; ms += NOTICE_STEP_MS) {
		s->slow = true;
		line_pause(NOTICE_STEP_MS);
		n = rows_of_a1(s, o);
	}
	if (s->slow)
		line_pause(NOTICE_STEP_MS * 5);
	return n;
}

/* A server need not speak every dialect, nor encrypt in each. */
void story_no_scene(struct scene *s, struct outcome *o)
{
	if (s->err == NS_EUNSUPPORTED) {
		s->failures = 0;
		outcome_skip(o, "%s", s->why);
	} else {
		outcome_fail(o, "no scene: %s", s->why);
	}
}

bool story_set_neighbours(struct scene *s, const struct story *c, struct outcome *o)
{
	if (scene_set(s, 0) && scene_sign_in(s, STATION_A1, c->dialect, c->seal) &&
	    scene_sign_in(s, STATION_N2, c->dialect, c->seal))
		return true;
	story_no_scene(s, o);
	return false;
}
