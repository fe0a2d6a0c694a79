/* SPDX-License-Identifier: MIT */
/*
 * For the tests with memory short: it is short inside of the engine, and of its jobs; the
 * test's own is not.  Linked with -Wl,--wrap= for each of these, and lib/failalloc.c.
 */
#include "lib/failalloc.h"
#include "lib/serverlab.h"

void __real_server_conn_recv(struct server_conn *conn, struct view bytes);
void __real_server_conn_eof(struct server_conn *conn);
void __real_server_tick(struct server *server);
void __real_serverlab_run_jobs(struct serverlab *lab);
void __wrap_server_conn_recv(struct server_conn *conn, struct view bytes);
void __wrap_server_conn_eof(struct server_conn *conn);
void __wrap_server_tick(struct server *server);
void __wrap_serverlab_run_jobs(struct serverlab *lab);

void __wrap_server_conn_recv(struct server_conn *conn, struct view bytes)
{
	failalloc_pause(false);
	__real_server_conn_recv(conn, bytes);
	failalloc_pause(true);
}

void __wrap_server_conn_eof(struct server_conn *conn)
{
	failalloc_pause(false);
	__real_server_conn_eof(conn);
	failalloc_pause(true);
}

void __wrap_server_tick(struct server *server)
{
	failalloc_pause(false);
	__real_server_tick(server);
	failalloc_pause(true);
}

void __wrap_serverlab_run_jobs(struct serverlab *lab)
{
	failalloc_pause(false);
	__real_serverlab_run_jobs(lab);
	failalloc_pause(true);
}
