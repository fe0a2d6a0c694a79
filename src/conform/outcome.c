/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>

#include "base/win32err.h"
#include "conform/cases.h"

const struct topic *const topics[] = {
	&topic_del,    &topic_enum, &topic_rows, &topic_resume,
	&topic_access, &topic_ndr,  &topic_rpc,  &topic_session,
};
const size_t topics_n = sizeof(topics) / sizeof(topics[0]);

void outcome_fail(struct outcome *o, const char *why, ...)
{
	va_list ap;

	o->verdict = VERDICT_NOT_OK;
	va_start(ap, why);
	(void)vsnprintf(o->why, sizeof(o->why), why, ap);
	va_end(ap);
}

void outcome_skip(struct outcome *o, const char *why, ...)
{
	va_list ap;

	o->verdict = VERDICT_SKIPPED;
	va_start(ap, why);
	(void)vsnprintf(o->why, sizeof(o->why), why, ap);
	va_end(ap);
}

void outcome_got(struct outcome *o, const char *got, ...)
{
	va_list ap;

	va_start(ap, got);
	(void)vsnprintf(o->got, sizeof(o->got), got, ap);
	va_end(ap);
}

void code_text(char out[CODE_TEXT_MAX], uint32_t code)
{
	(void)snprintf(out, CODE_TEXT_MAX, "%u %s", code, win32err_name(code));
}

void stations_text(char *out, size_t size, unsigned set)
{
	size_t n = 0;

	(void)snprintf(out, size, "nobody");
	for (unsigned i = 0; i < STATIONS; i++)
		if ((set & 1u << i) != 0 && n < size)
			n += (size_t)snprintf(out + n, size - n, "%s%s", n > 0 ? ", " : "",
					      station_name((enum station_id)i));
}

void outcome_judge(struct outcome *o, struct scene *s, unsigned gone, bool strict)
{
	char why[SCENE_WHY_MAX];

	if (scene_judge(s, gone, strict, why, sizeof(why)))
		return;
	if (o->verdict == VERDICT_NOT_OK) {
		size_t n = strlen(o->why);

		(void)snprintf(o->why + n, sizeof(o->why) - n, "; %s", why);
	} else {
		outcome_fail(o, "%s", why);
	}
}
