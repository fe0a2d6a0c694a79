/* SPDX-License-Identifier: MIT */
/*
 * Credentials out of files: a password file, whose first line is the password, and an
 * authentication file of lines "key = value" as smbclient's -A takes it.  The bytes are
 * read by plain read() into secret memory, so that no copy is left in a stdio buffer.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/win32err.h"
#include "client/options.h"

/* A file of credentials is some lines long; whatever is larger is another file. */
#define FILE_MAX 16384u

static uint32_t code_of_errno(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		return WIN32_ERROR_FILE_NOT_FOUND;
	case ENOMEM:
		return WIN32_ERROR_NOT_ENOUGH_MEMORY;
	default:
		return WIN32_ERROR_ACCESS_DENIED;
	}
}

/* All of a descriptor as a string; 87 if it is too long or has a NUL in it. */
static uint32_t read_all(int fd, char *text)
{
	size_t n = 0;

	for (;;) {
		ssize_t got = read(fd, text + n, FILE_MAX + 1 - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return code_of_errno(errno);
		if (got == 0)
			break;
		n += (size_t)got;
		if (n > FILE_MAX)
			return WIN32_ERROR_INVALID_PARAMETER;
	}
	text[n] = '\0';
	return strlen(text) == n ? WIN32_ERROR_SUCCESS : WIN32_ERROR_INVALID_PARAMETER;
}

/* *text is to be freed with secret_free(), also on failure. */
static uint32_t read_file(char **text, const char *path)
{
	uint32_t code;
	int fd;

	*text = secret_alloc(FILE_MAX + 1);
	if (*text == NULL)
		return WIN32_ERROR_NOT_ENOUGH_MEMORY;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return code_of_errno(errno);
	code = read_all(fd, *text);
	(void)close(fd);
	return code;
}

/* Ends the line at its line feed; returns the next one, or NULL. */
static char *cut_line(char *line)
{
	char *end = strchr(line, '\n');
	char *next = end != NULL ? end + 1 : NULL;

	if (end == NULL)
		end = line + strlen(line);
	else
		*end = '\0';
	if (end > line && end[-1] == '\r')
		end[-1] = '\0';
	return next;
}

uint32_t options_load_password_file(struct netsess_options *o, const char *path)
{
	char *text;
	uint32_t code = read_file(&text, path);

	if (code == WIN32_ERROR_SUCCESS) {
		(void)cut_line(text);
		code = netsess_options_set_password(o, text);
	}
	secret_free(text);
	return code;
}

static char *skip_blanks(char *p)
{
	while (isblank((unsigned char)*p))
		p++;
	return p;
}

static void trim_end(char *p)
{
	size_t n = strlen(p);

	while (n > 0 && isblank((unsigned char)p[n - 1]))
		p[--n] = '\0';
}

/* One line into `c`.  A password keeps the blanks at its end. */
static uint32_t take_line(struct auth_credentials *c, char *line)
{
	char *key = skip_blanks(line);
	char *value = strchr(key, '=');

	if (key[0] == '\0' || key[0] == '#' || key[0] == ';')
		return WIN32_ERROR_SUCCESS;
	if (value == NULL)
		return WIN32_ERROR_INVALID_PARAMETER;
	*value = '\0';
	value = skip_blanks(value + 1);
	trim_end(key);
	if (strcasecmp(key, "password") == 0)
		return options_code(auth_credentials_set_password(c, value));
	trim_end(value);
	if (strcasecmp(key, "username") == 0)
		return options_code(auth_credentials_set_name(c, value));
	if (strcasecmp(key, "domain") == 0 || strcasecmp(key, "realm") == 0)
		return options_code(auth_credentials_set(&c->domain, value));
	return WIN32_ERROR_INVALID_PARAMETER;
}

/* "DOMAIN\user", or NULL when memory is short. */
static char *shown_name(const struct auth_credentials *c)
{
	char *text;

	if (c->domain == NULL)
		return strdup(c->user);
	return asprintf(&text, "%s\\%s", c->domain, c->user) < 0 ? NULL : text;
}

/* The domain's line may stand before the user's, which would take it away: set it last. */
static uint32_t take_lines(struct auth_credentials *c, char *text)
{
	struct auth_credentials domain = {0};
	uint32_t code = WIN32_ERROR_SUCCESS;

	while (text != NULL && code == WIN32_ERROR_SUCCESS) {
		char *next = cut_line(text);
		char *key = skip_blanks(text);
		bool late = strncasecmp(key, "domain", 6) == 0 ||
			    strncasecmp(key, "realm", 5) == 0;

		code = take_line(late ? &domain : c, text);
		text = next;
	}
	if (code == WIN32_ERROR_SUCCESS && domain.domain != NULL &&
	    domain.domain[0] != '\0')
		code = options_code(auth_credentials_set(&c->domain, domain.domain));
	auth_credentials_release(&domain);
	if (code == WIN32_ERROR_SUCCESS && c->user == NULL)
		code = WIN32_ERROR_INVALID_PARAMETER;
	return code;
}

uint32_t netsess_options_load_auth_file(struct netsess_options *o, const char *path)
{
	struct auth_credentials c = {0};
	char *text = NULL;
	char *shown = NULL;
	uint32_t code;

	if (path == NULL)
		return WIN32_ERROR_INVALID_PARAMETER;
	code = read_file(&text, path);
	if (code == WIN32_ERROR_SUCCESS)
		code = take_lines(&c, text);
	if (code != WIN32_ERROR_SUCCESS)
		goto out;
	shown = shown_name(&c);
	if (shown == NULL) {
		code = WIN32_ERROR_NOT_ENOUGH_MEMORY;
		goto out;
	}

	/* Nothing can fail below.  The file's login replaces all of the one before. */
	c.mechs = o->credentials.mechs;
	c.ccache = o->credentials.ccache;
	c.keytab = o->credentials.keytab;
	o->credentials.ccache = NULL;
	o->credentials.keytab = NULL;
	auth_credentials_release(&o->credentials);
	o->credentials = c;
	c = (struct auth_credentials){0};
	free(o->user);
	o->user = shown;
	o->problems &= ~(unsigned)OPTIONS_BAD_LOGIN;
out:
	auth_credentials_release(&c);
	secret_free(text);
	return code;
}
