/* SPDX-License-Identifier: MIT */
/* The names that cases speak of, as this scene has them. */
#include <ctype.h>
#include <stdio.h>

#include "base/utf16.h"
#include "conform/scene.h"

/* [MS-SRVS] 3.1.4.6: the longest name that is not refused, its NUL not counted. */
#define NAME_CHARS_MAX 1023u

/* A pattern's text before it is filled up: two addresses and a name of an account. */
#define TEXT_MAX 4096u

const char *scene_user(const struct scene *s, enum account account)
{
	const char *user = s->options->account[account]->credentials.user;

	return user != NULL ? user : "";
}

/* [MS-SRVS] clients show an IPv6 address in brackets. */
void scene_client(const struct scene *s, enum station_id id, char out[CLIENT_NAME_MAX])
{
	const char *own = s->at[id].peer->own;

	(void)snprintf(out, CLIENT_NAME_MAX, strchr(own, ':') != NULL ? "[%s]" : "%s", own);
}

static enum ns_err put(struct buf *out, const char *text)
{
	return buf_append(out, view_of_string(text));
}

static enum ns_err put_client(const struct scene *s, struct buf *out, enum station_id id)
{
	char text[CLIENT_NAME_MAX];

	scene_client(s, id, text);
	return put(out, text);
}

/* An IPv6 address has no such form: it goes without its brackets then. */
static enum ns_err put_mapped(const struct scene *s, struct buf *out)
{
	const char *own = s->at[STATION_A1].peer->own;
	char text[CLIENT_NAME_MAX + sizeof("[::ffff:]")];

	(void)snprintf(text, sizeof(text), strchr(own, ':') != NULL ? "%s" : "[::ffff:%s]",
		       own);
	return put(out, text);
}

static enum ns_err put_inverted(struct buf *out, const char *text)
{
	enum ns_err err = NS_OK;

	for (; *text != '\0' && err == NS_OK; text++) {
		unsigned char c = (unsigned char)*text;
		uint8_t other = (uint8_t)(isupper(c) ? tolower(c) : toupper(c));

		err = buf_append(out, view_of(&other, 1));
	}
	return err;
}

static enum ns_err fill_up(struct buf *out, size_t chars)
{
	enum ns_err err = NS_OK;

	while (out->n < chars && err == NS_OK)
		err = put(out, "x");
	return err;
}

static enum ns_err put_key(const struct scene *s, struct buf *out, char key)
{
	switch (key) {
	case 'a':
		return put_client(s, out, STATION_A1);
	case 'b':
		return put_client(s, out, STATION_B1);
	case 'm':
		return put_mapped(s, out);
	case '1':
		return put(out, scene_user(s, USER1));
	case '2':
		return put(out, scene_user(s, USER2));
	case 'I':
		return put_inverted(out, scene_user(s, USER1));
	case 'n':
		return put(out, "netsess-nobody");
	case 'L':
		return fill_up(out, NAME_CHARS_MAX);
	case 'M':
		return fill_up(out, NAME_CHARS_MAX + 1);
	default:
		return NS_EINVAL;
	}
}

enum ns_err scene_name(const struct scene *s, struct buf *utf16, const char *pattern)
{
	struct buf text;
	enum ns_err err = NS_OK;

	buf_init(&text, TEXT_MAX);
	for (const char *p = pattern; *p != '\0' && err == NS_OK; p++) {
		if (*p == '%')
			err = put_key(s, &text, *++p);
		else
			err = buf_append(&text, view_of(p, 1));
	}
	if (err == NS_OK)
		err = utf16_from_utf8(utf16, buf_view(&text));
	buf_release(&text);
	return err;
}
