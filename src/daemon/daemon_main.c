/* SPDX-License-Identifier: MIT */
/*
 * netsessd, the program: netsessd(8).
 *
 *	netsessd [-f FILE] [--check]
 *
 * Stays in the foreground; SIGHUP reloads, SIGTERM and SIGINT drain (twice: at once),
 * SIGUSR1 writes the counters to the log.
 */
#include <argp.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "daemon/daemon.h"
#include "daemon/listen.h"
#include "daemon/local_socket.h"
#include "security/gcm_long.h"

/* NETSESSD_CONFIG and NETSESSD_VERSION come from the build. */

/* As netsessd(8) promises them. */
enum daemon_exit {
	DAEMON_EXIT_DONE = 0,
	DAEMON_EXIT_FAILED = 1, /* a socket, a user, memory could not be had */
	DAEMON_EXIT_USAGE = 2,  /* a wrong command line or configuration */
};

struct arguments {
	const char *config_path;
	bool check;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 'f':
		arguments->config_path = arg;
		return 0;
	case 'c':
		arguments->check = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_usage(state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{.name = "config",
	 .key = 'f',
	 .arg = "FILE",
	 .doc = "The configuration, in place of " NETSESSD_CONFIG},
	{.name = "check",
	 .key = 'c',
	 .doc = "Read the configuration and the accounts, say what is wrong, and go"},
	{0},
};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.doc = "Serve files and sessions over SMB 2 and 3.",
};

/* ------------------------------------------------------------------------- signals -- */

static void on_reload(uv_signal_t *handle, int number)
{
	struct daemon *d = handle->data;

	(void)number;
	loop_enter(&d->loop);
	daemon_systemd_notify("RELOADING=1");
	daemon_reload(d);
	daemon_systemd_notify("READY=1");
}

static void on_stop(uv_signal_t *handle, int number)
{
	struct daemon *d = handle->data;

	log_info("daemon", "%s", strsignal(number));
	daemon_systemd_notify("STOPPING=1");
	loop_drain(&d->loop, d->config->drain_ms);
}

static void on_counters(uv_signal_t *handle, int number)
{
	const struct daemon *d = handle->data;

	(void)number;
	daemon_log_counters(d->server);
}

static bool watch_signals(struct daemon *d)
{
	const struct {
		int number;
		uv_signal_cb act;
	} rows[] = {
		{SIGHUP, on_reload},
		{SIGTERM, on_stop},
		{SIGINT, on_stop},
		{SIGUSR1, on_counters},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int err = uv_signal_init(&d->loop.uv, &d->signals[i]);

		d->signals[i].data = d;
		if (err == 0)
			err = uv_signal_start(&d->signals[i], rows[i].act, rows[i].number);
		if (err != 0) {
			log_error("daemon", "signals: %s", uv_strerror(err));
			return false;
		}
	}
	return true;
}

static void forget_signals(struct daemon *d)
{
	for (size_t i = 0; i < sizeof(d->signals) / sizeof(d->signals[0]); i++)
		uv_close((uv_handle_t *)&d->signals[i], NULL);
}

/* --------------------------------------------------------------------------- start -- */

static bool open_sockets(struct daemon *d)
{
	char error[LISTEN_ERROR_MAX];
	int given = daemon_systemd_sockets(&d->loop);

	if (given != 0)
		return given > 0;
	if (!listen_open(&d->loop, error)) {
		log_error("daemon", "%s", error);
		return false;
	}
	if (d->config->local_socket == NULL || local_socket_open(&d->loop, error))
		return true;
	/* Where a user may not write, he has no socket; the network is served all the same.
	 */
	if (geteuid() != 0 && (errno == EACCES || errno == ENOENT || errno == EROFS)) {
		log_warn("daemon", "%s", error);
		return true;
	}
	log_error("daemon", "%s", error);
	return false;
}

static enum ns_err lookup(void *ctx, struct secret *nt_hash, const char *user,
			  const char *domain)
{
	const struct loop *loop = ctx;
	const struct daemon *d = (const struct daemon *)loop->uv.data;

	(void)domain;
	return d->accounts != NULL ? accounts_file_lookup(d->accounts, nt_hash, user)
				   : NS_EAUTH;
}

static bool make_engine(struct daemon *d)
{
	struct server_env env = {
		.auth = &auth_env_system, .lookup = lookup, .audit = daemon_log_audit};

	d->loop.uv.data = d;
	loop_fill_env(&d->loop, &env);
	d->server = server_new(d->config, &env, loop_now(&d->loop));
	if (d->server == NULL) {
		log_error("daemon", "no memory, or no random numbers");
		return false;
	}
	loop_attach(&d->loop, d->server);
	return true;
}

/* libuv reads the size of its pool from the environment, once. */
static void size_pool(const struct server_config *config)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%u", config->pool_threads);
	(void)setenv("UV_THREADPOOL_SIZE", text, 1);
}

static bool start(struct daemon *d)
{
	int err;

	daemon_priv_limits(d->config);
	size_pool(d->config);
	err = loop_init(&d->loop, d->config);
	if (err != 0) {
		log_error("daemon", "%s", uv_strerror(err));
		return false;
	}
	return open_sockets(d) && daemon_priv_become(d->config) && make_engine(d) &&
	       watch_signals(d);
}

static int run(struct daemon *d)
{
	if (!start(d))
		return DAEMON_EXIT_FAILED;
	daemon_systemd_notify("READY=1");
	log_info("daemon", "is ready, with %zu shares and %zu accounts",
		 d->config->share_count,
		 d->accounts != NULL ? accounts_file_count(d->accounts) : 0);
	loop_run(&d->loop);
	local_socket_remove(&d->loop);
	if (d->loop.abandoned) /* threads of the pool hang: there is no orderly way out */
		_exit(DAEMON_EXIT_DONE);
	forget_signals(d);
	server_free(d->server);
	loop_release(&d->loop);
	log_info("daemon", "has ended");
	return DAEMON_EXIT_DONE;
}

int main(int argc, char **argv)
{
	struct arguments arguments = {.config_path = NETSESSD_CONFIG};
	struct daemon d = {0};
	int status = DAEMON_EXIT_DONE;

	argp_program_version = "netsessd " NETSESSD_VERSION;
	argp_err_exit_status = DAEMON_EXIT_USAGE;
	(void)argp_parse(&argp, argc, argv, 0, NULL, &arguments);
	(void)signal(SIGPIPE, SIG_IGN);
	daemon_log_init();
	gcm_long_use();
	d.config_path = arguments.config_path;
	if (!daemon_load(&d))
		return DAEMON_EXIT_USAGE;
	if (!arguments.check)
		status = run(&d);
	daemon_unload(&d);
	return status;
}
