/* SPDX-License-Identifier: MIT */
/*
 * Files that a user or administrator writes.  The first byte chooses: authentication file,
 * password file, list of servers, netsessd.conf; the rest is the file.
 */
#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/mem.h"
#include "cli/say.h"
#include "cli/servers.h"
#include "client/options.h"
#include "daemon/config.h"
#include "fuzz/fuzz.h"

/* What is said about a bad file is of no interest here. */
void say(const char *format, ...)
{
	(void)format;
}

static void options(const char *path, bool password)
{
	struct netsess_options *o = options_new_plain();

	FUZZ_CHECK(o != NULL);
	if (password)
		(void)options_load_password_file(o, path);
	else
		(void)netsess_options_load_auth_file(o, path);
	netsess_options_free(o);
}

static void server_list(const char *path)
{
	struct servers servers = {0};

	if (servers_load(&servers, path))
		FUZZ_CHECK(servers.n > 0 && servers_are_remote(&servers));
	servers_release(&servers);
}

/* Not "include": what other files hold is not this input's. */
static void daemon_config(const char *path, struct view text)
{
	char error[CONFIG_ERROR_MAX];
	struct server_config config;

	if (memmem(text.p, text.n, "include", 7) != NULL)
		return;
	if (config_read(&config, error, path) == NS_OK)
		server_config_release(&config);
	else
		FUZZ_CHECK(error[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input_of(data, size);
	uint8_t which = fuzz_u8(&in);
	char path[64];
	int fd;

	if (in.rest.n == 0)
		return 0;
	fd = memfd_create("settings", MFD_CLOEXEC);
	FUZZ_CHECK(fd >= 0);
	FUZZ_CHECK(write(fd, in.rest.p, in.rest.n) == (ssize_t)in.rest.n);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	switch (which) {
	case 0:
	case 1:
		options(path, which == 1);
		break;
	case 2:
		server_list(path);
		break;
	case 3:
		daemon_config(path, in.rest);
		break;
	default:
		break;
	}
	(void)close(fd);
	return 0;
}
