/* SPDX-License-Identifier: MIT */
#include "lib/serverlab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "base/nttime.h"
#include "security/ntlm_crypto.h"
#include "server/file/durable.h"

#define WALL_AT_START 1795363200 /* 2026-11-22, as time_t */
#define NOW_AT_START  UINT64_C(1000000)

static const char *const accounts[] = {"admin", "operator", "alice", "bob", "carol"};

/* ------------------------------------------------------------------------ the world -- */

static uint64_t wall_clock(void *ctx)
{
	return ((struct serverlab *)ctx)->wall;
}

/* Numbers that look like none of a protocol's, and repeat only after a test's life. */
static enum ns_err draw(void *ctx, uint8_t *out, size_t n)
{
	struct serverlab *lab = ctx;

	for (size_t i = 0; i < n; i++) {
		uint64_t x = ++lab->drawn * UINT64_C(0x9e3779b97f4a7c15);

		x ^= x >> 29;
		out[i] = (uint8_t)((x * UINT64_C(0xbf58476d1ce4e5b9)) >> 56);
	}
	return NS_OK;
}

static enum ns_err lookup(void *ctx, struct secret *nt_hash, const char *user,
			  const char *domain)
{
	const struct serverlab *lab = ctx;
	char password[64] = "pass";

	(void)domain;
	if (strcasecmp(user, "disabled") == 0)
		return NS_EACCESS;
	for (size_t i = 0; i < sizeof(lab->gone) / sizeof(lab->gone[0]); i++)
		if (lab->gone[i] != NULL && strcasecmp(user, lab->gone[i]) == 0)
			return NS_EAUTH;
	for (size_t i = 0; i < sizeof(accounts) / sizeof(accounts[0]); i++) {
		if (strcasecmp(user, accounts[i]) != 0)
			continue;
		memcpy(password + 4, accounts[i], strlen(accounts[i]) + 1);
		return ntlm_nt_hash(nt_hash, view_of_string(password));
	}
	return NS_EAUTH;
}

static void submit(void *ctx, struct job *job)
{
	struct serverlab *lab = ctx;

	if (lab->inline_jobs) {
		job->run(job);
		server_job_done(lab->server, job);
		return;
	}
	assert_true(lab->job_count < SERVERLAB_JOBS_MAX);
	lab->jobs[lab->job_count++] = job;
}

static void output(void *ctx, struct server_conn *conn)
{
	(void)conn;
	((struct serverlab *)ctx)->outputs++;
}

static size_t interfaces(void *ctx, struct server_interface *out, size_t max)
{
	static const struct server_interface two[] = {
		{.index = 2,
		 .link_speed = 10000000000,
		 .rss = true,
		 .address = {10, 0, 0, 1}},
		{.index = 3, .v6 = true, .address = {0xfe, 0x80, [15] = 1}},
	};

	(void)ctx;
	assert_true(max >= 2);
	memcpy(out, two, sizeof(two));
	return 2;
}

static void audit(void *ctx, const char *line)
{
	struct serverlab *lab = ctx;
	char *copy = strdup(line);

	if (copy == NULL)
		return; /* a test of short memory */
	if (lab->audit_count == SERVERLAB_AUDIT_MAX) {
		free(lab->audit[0]);
		memmove(lab->audit, lab->audit + 1,
			(SERVERLAB_AUDIT_MAX - 1) * sizeof(lab->audit[0]));
		lab->audit_count--;
	}
	lab->audit[lab->audit_count++] = copy;
}

/* ------------------------------------------------------------------------- its life -- */

void serverlab_init(struct serverlab *lab)
{
	*lab = (struct serverlab){.now = NOW_AT_START,
				  .wall = nttime_from_unix(WALL_AT_START)};
	assert_int_equal(server_config_init(&lab->config), NS_OK);
	assert_int_equal(config_set(&lab->config.name, "SERVER1"), NS_OK);
	assert_int_equal(
		config_list_add(&lab->config.groups[CONFIG_GROUP_ADMINISTRATORS], "admin"),
		NS_OK);
	assert_int_equal(config_list_add(&lab->config.groups[CONFIG_GROUP_SERVER_OPERATORS],
					 "operator"),
			 NS_OK);
	assert_int_equal(config_set(&lab->config.accounts, "/in/memory"), NS_OK);
	lab->config.multichannel = true;
}

void serverlab_start(struct serverlab *lab)
{
	struct server_env env = {
		.ctx = lab,
		.auth = &lab->auth,
		.lookup = lookup,
		.submit = submit,
		.output = output,
		.interfaces = interfaces,
		.audit = audit,
	};

	lab->auth = (struct auth_env){.now = wall_clock, .random = draw, .ctx = lab};
	lab->server = server_new(&lab->config, &env, lab->now);
	assert_non_null(lab->server);
}

void serverlab_stop(struct serverlab *lab)
{
	const struct server_counters *n = &lab->server->counters;

	while (lab->server->conns != NULL) {
		server_conn_eof(lab->server->conns);
		server_conn_free(lab->server->conns);
	}
	durables_end_all(lab->server); /* they alone outlive their sessions */
	serverlab_run_jobs(lab);
	serverlab_turn(lab);
	assert_null(lab->server->owners);
	assert_int_equal(n->durables_now, 0);
	assert_int_equal(n->conns_now, 0);
	assert_int_equal(n->conns_unauthenticated_now, 0);
	assert_int_equal(n->sessions_now, 0);
	assert_int_equal(n->sessions_unauthenticated_now, 0);
	assert_int_equal(n->trees_now, 0);
	assert_int_equal(n->opens_now, 0);
	assert_int_equal(n->locks_now, 0);
	assert_int_equal(n->lock_waits_now, 0);
	assert_int_equal(n->requests_now, 0);
	assert_int_equal(n->notifies_now, 0);
	assert_int_equal(n->watches_now, 0);
	assert_int_equal(n->jobs_now, 0);
	server_free(lab->server);
	server_config_release(&lab->config);
	for (size_t i = 0; i < lab->audit_count; i++)
		free(lab->audit[i]);
	*lab = (struct serverlab){0};
}

/* ---------------------------------------------------------------------------- time -- */

void serverlab_run_jobs(struct serverlab *lab)
{
	for (size_t i = 0; i < lab->job_count; i++) {
		struct job *job = lab->jobs[i]; /* done() may submit more */

		job->run(job);
		server_job_done(lab->server, job);
	}
	lab->job_count = 0;
}

void serverlab_turn(struct serverlab *lab)
{
	server_turn(lab->server, lab->now);
}

void serverlab_pass(struct serverlab *lab, uint64_t ms)
{
	uint64_t end = lab->now + ms;

	while (lab->now < end) {
		uint64_t due = server_next_deadline(lab->server);
		uint64_t to = due < end ? due : end;

		if (to <= lab->now)
			to = lab->now + 1;
		lab->wall += (to - lab->now) * (NTTIME_PER_SECOND / 1000);
		lab->now = to;
		server_turn(lab->server, lab->now);
		if (server_next_deadline(lab->server) <= lab->now)
			server_tick(lab->server);
	}
	serverlab_turn(lab);
}

size_t serverlab_audited(const struct serverlab *lab, const char *text)
{
	size_t n = 0;

	for (size_t i = 0; i < lab->audit_count; i++)
		if (strstr(lab->audit[i], text) != NULL)
			n++;
	return n;
}

struct server_conn *serverlab_connect(struct serverlab *lab, const char *address)
{
	struct peer peer = {.port = 50000};

	assert_true(strlen(address) < sizeof(peer.name));
	memcpy(peer.name, address, strlen(address) + 1);
	return server_conn_new(lab->server, &peer);
}
