/* SPDX-License-Identifier: MIT */
/*
 * A server in a process of its own that speaks the toy protocol of toy_link.h over real
 * sockets, and can misbehave.  What it saw is counted in memory that both processes see.
 */
#ifndef TESTS_CLIENT_STUB_SERVER_H
#define TESTS_CLIENT_STUB_SERVER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum stub_manner {
	STUB_ANSWERS,
	STUB_CLOSES_AT_ONCE,
	STUB_CLOSES_WHEN_ASKED,
	STUB_CLOSES_AFTER_ANSWER,
	STUB_CLOSES_WHEN_ASKED_AGAIN, /* the second question on one connection */
	STUB_ENDS_WHEN_ASKED_AGAIN,   /* says that the session has ended */
	STUB_IS_SILENT,
	STUB_TRICKLES, /* a byte without meaning each millisecond */
};

struct stub_counts {
	atomic_uint accepted;
	atomic_uint questions;
	atomic_uint goodbyes;
	atomic_uint cancels;
	atomic_uint closed; /* by the client */
};

struct stub_server {
	pid_t pid;
	uint16_t port;
	char name[64]; /* "127.0.0.1:port", or the socket's path */
	struct stub_counts *counts;
};

/* path NULL: TCP on 127.0.0.1, on a port that was free. */
void stub_start(struct stub_server *s, enum stub_manner manner, const char *path);
void stub_stop(struct stub_server *s);

/* Waits until the counter is there, and fails the test when it isn't after a long time. */
void stub_wait_for(const atomic_uint *counter, unsigned value);

#endif
