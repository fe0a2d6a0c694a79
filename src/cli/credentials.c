/* SPDX-License-Identifier: MIT */
#include "cli/credentials.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/common.h"
#include "cli/outcome.h"
#include "cli/prompt.h"
#include "cli/say.h"

/*
 * Room for a password and its NUL.  Windows takes 256 characters at the most, and four
 * bytes is the longest UTF-8 has for one.
 */
#define PASSWORD_ROOM 1032

void credentials_forbid_cores(void)
{
	struct rlimit limit;

	/*
	 * One byte is less than the smallest core file, and the kernel takes it to mean
	 * that a program behind a core_pattern pipe gets nothing either (0 does not).
	 */
	if (getrlimit(RLIMIT_CORE, &limit) != 0)
		return;
	if (limit.rlim_cur > 1)
		limit.rlim_cur = 1;
	if (limit.rlim_max > 1)
		limit.rlim_max = 1;
	(void)setrlimit(RLIMIT_CORE, &limit);
}

/* A page of our own, neither swapped (if we may) nor dumped; NULL is said. */
static char *password_page(void)
{
	void *page = mmap(NULL, PASSWORD_ROOM, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED) {
		say("no memory for a password: %s", strerror(errno));
		return NULL;
	}
	(void)madvise(page, PASSWORD_ROOM, MADV_DONTDUMP);
	(void)mlock(page, PASSWORD_ROOM);
	return page;
}

static void password_page_free(char *page)
{
	if (page == NULL)
		return;
	explicit_bzero(page, PASSWORD_ROOM);
	(void)munmap(page, PASSWORD_ROOM);
}

/* The first line of `fd`, byte by byte: what follows it belongs to somebody else. */
static bool password_read_line(char *page, int fd, const char *path)
{
	size_t n = 0;
	ssize_t got;
	char c;

	while ((got = read(fd, &c, 1)) == 1 && c != '\n') {
		if (c == '\0' || n + 1 == PASSWORD_ROOM) {
			say("%s: the first line is no password", path);
			return false;
		}
		page[n++] = c;
	}
	if (got < 0) {
		say("%s: %s", path, strerror(errno));
		return false;
	}
	if (n > 0 && page[n - 1] == '\r')
		n--;
	page[n] = '\0';
	return true;
}

static bool password_from_file(const struct common *c, char *page)
{
	const char *path = c->password_file;
	struct stat st;
	bool ok;
	int fd;

	if (strcmp(path, "-") == 0) {
		if (isatty(STDIN_FILENO))
			return prompt_password(page, PASSWORD_ROOM, "Password: ");
		return password_read_line(page, STDIN_FILENO, "standard input");
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		say("%s: %s", path, strerror(errno));
		return false;
	}
	if (!c->quiet && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_mode & (S_IRGRP | S_IROTH)) != 0)
		say("%s: others can read this password (chmod 600)", path);
	ok = password_read_line(page, fd, path);
	close(fd);
	return ok;
}

static bool environment_has(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && value[0] != '\0';
}

/* A user was named, and nothing that could hold that user's password. */
static bool password_is_missing(const struct common *c)
{
	return c->user != NULL && c->auth_file == NULL && !c->kerberos &&
	       servers_are_remote(&c->servers) && !environment_has("NETSESS_PASSWD_FILE") &&
	       !environment_has("NETSESS_AUTH_FILE");
}

static bool password_from_terminal(const struct common *c, char *page)
{
	char question[512];

	(void)snprintf(question, sizeof(question), "Password for %s: ", c->user);
	return prompt_password(page, PASSWORD_ROOM, question);
}

static int password_ready(const struct common *c)
{
	char *page = NULL;
	bool ok = false;
	uint32_t code = 0;

	if (c->password_file == NULL && !password_is_missing(c))
		return CLI_EXIT_DONE;
	page = password_page();
	if (page == NULL)
		return CLI_EXIT_BROKEN;
	ok = c->password_file != NULL ? password_from_file(c, page)
				      : password_from_terminal(c, page);
	if (ok)
		code = netsess_options_set_password(c->options, page);
	password_page_free(page);
	if (code != 0)
		say("the password can't be used: %s", netsess_code_text(code));
	return ok && code == 0 ? CLI_EXIT_DONE : CLI_EXIT_USAGE;
}

static enum netsess_auth credentials_auth(const struct common *c)
{
	if (c->kerberos)
		return NETSESS_AUTH_KERBEROS;
	return c->ntlm ? NETSESS_AUTH_NTLM : NETSESS_AUTH_ANY;
}

/* One setter: says which option it was when the value is refused. */
static bool credentials_set(const char *option, const char *value, uint32_t code)
{
	if (code != 0)
		say("%s %s: %s", option, value, netsess_code_text(code));
	return code == 0;
}

static bool credentials_apply(const struct common *c)
{
	struct netsess_options *o = c->options;
	uint16_t lowest = c->lowest != 0 ? c->lowest : NETSESS_DIALECT_202;
	uint16_t highest = c->highest != 0 ? c->highest : NETSESS_DIALECT_311;

	if (c->auth_file != NULL &&
	    !credentials_set("-A", c->auth_file,
			     netsess_options_load_auth_file(o, c->auth_file)))
		return false;
	if (c->user != NULL &&
	    !credentials_set("-U", c->user, netsess_options_set_user(o, c->user)))
		return false;
	if (c->wins != NULL &&
	    !credentials_set("--wins", c->wins, netsess_options_set_wins(o, c->wins)))
		return false;
	if (c->timeout_ms != 0 &&
	    !credentials_set("--timeout", "",
			     netsess_options_set_timeout(o, c->timeout_ms)))
		return false;
	if (c->strict &&
	    !credentials_set("--strict", "", netsess_options_set_strict(o, true)))
		return false;
	return credentials_set("sign-in", "",
			       netsess_options_set_auth(o, credentials_auth(c))) &&
	       credentials_set("--encrypt", "",
			       netsess_options_set_encryption(o, c->encrypt)) &&
	       credentials_set("--min-protocol, --max-protocol", "",
			       netsess_options_set_dialects(o, lowest, highest));
}

int credentials_ready(struct common *c)
{
	c->options = netsess_options_new();
	if (c->options == NULL) {
		say("out of memory");
		return CLI_EXIT_BROKEN;
	}
	if (!credentials_apply(c))
		return CLI_EXIT_USAGE;
	return password_ready(c);
}
