/* SPDX-License-Identifier: MIT */
#include "cli/servers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/mem.h"
#include "cli/say.h"

void servers_release(struct servers *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->names[i]);
	free(s->names);
	*s = (struct servers){0};
}

static void servers_append(struct servers *s, const char *name)
{
	/* Doubles at each power of two: a file may name thousands. */
	if ((s->n & (s->n - 1)) == 0)
		s->names = mem_resize(s->names, s->n > 0 ? 2 * s->n : 1, sizeof(*s->names));
	s->names[s->n++] = mem_strdup(name);
}

bool servers_add(struct servers *s, const char *name_or_file)
{
	if (name_or_file[0] == '@')
		return servers_load(s, name_or_file + 1);
	servers_append(s, name_or_file);
	return true;
}

/* Cuts the comment and the blanks around the name off, in place. */
static char *servers_trim(char *line)
{
	static const char blanks[] = " \t\r\n\v\f";
	size_t n;

	line[strcspn(line, "#")] = '\0';
	line += strspn(line, blanks);
	for (n = strlen(line); n > 0 && strchr(blanks, line[n - 1]) != NULL; n--)
		line[n - 1] = '\0';
	return line;
}

static bool servers_read(struct servers *s, FILE *file, const char *path)
{
	size_t before = s->n, room = 0;
	char *line = NULL;

	while (getline(&line, &room, file) >= 0) {
		const char *name = servers_trim(line);

		if (name[0] != '\0')
			servers_append(s, name);
	}
	free(line);
	if (ferror(file))
		say("%s: %s", path, strerror(errno));
	else if (s->n == before)
		say("%s: names no server", path);
	return !ferror(file) && s->n > before;
}

bool servers_load(struct servers *s, const char *path)
{
	FILE *file;
	bool ok;

	if (strcmp(path, "-") == 0)
		return servers_read(s, stdin, "standard input");
	file = fopen(path, "re");
	if (file == NULL) {
		say("%s: %s", path, strerror(errno));
		return false;
	}
	ok = servers_read(s, file, path);
	fclose(file);
	return ok;
}

bool servers_are_remote(const struct servers *s)
{
	for (size_t i = 0; i < s->n; i++) {
		if (s->names[i][0] != '\0')
			return true;
	}
	return false;
}
