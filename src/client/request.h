/* SPDX-License-Identifier: MIT */
/*
 * The requests in flight of one connection, and the window of MessageIds they are taken
 * from ([MS-SMB2] 3.2.4.1.6): `next` is the lowest identifier not yet used, `limit` the
 * first that the server has not granted.  Their distance is our credits.
 */
#ifndef CLIENT_REQUEST_H
#define CLIENT_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A compound of four, a row of READs, and a CLOSE or LOGOFF nobody waits for. */
#define REQUESTS_MAX 32

/*
 * Credits asked for when signing in: a compound, or a full row of READs with a request to
 * spare.  Windows and Samba both grant far more.
 */
#define CREDITS_WANTED 32

/*
 * The most credits we keep, however many a server grants.  What is not taken up is never
 * used as an identifier, so the window stays within the server's.
 */
#define CREDITS_MAX 512

/*
 * Interim responses taken for one request: servers send one.  A server that sends more
 * than this is keeping us busy.
 */
#define INTERIMS_MAX 16

/* What a request is for; with it, which function takes the answer. */
enum request_step {
	STEP_NEGOTIATE,
	STEP_SESSION_SETUP,
	STEP_TREE,
	STEP_VALIDATE,
	STEP_CREATE,
	STEP_BIND,
	STEP_WRITE,
	STEP_CALL,
	STEP_READ,
	STEP_CLOSE,
	STEP_LOGOFF,
	STEPS
};

struct request {
	enum request_step step;
	uint16_t command;
	uint64_t message_id;
	uint64_t async_id; /* of its interim response; 0: there was none */
	unsigned interims;
	bool sealed;   /* sent encrypted: so must its answer be */
	bool compound; /* sent together with others */
	uint32_t call; /* the number of the call it was sent for */
};

struct requests {
	struct request list[REQUESTS_MAX]; /* in the order they were sent */
	size_t n;
	uint64_t next;
	uint64_t limit;
};

/* A fresh connection has the window { 0 }. */
void requests_init(struct requests *rs);

/* How many requests of one credit may be sent now: bounded by the table, too. */
size_t requests_room(const struct requests *rs);

/*
 * A request takes one identifier: none of ours moves more than 64 KiB either way, for an
 * RPC fragment's length has 16 bits ([MS-SMB2] 3.1.5.2).  requests_room() must not be 0.
 * Borrowed until the next requests_...() that changes the table.
 */
struct request *requests_add(struct requests *rs, enum request_step step, uint16_t command);

/* NULL if no request of this MessageId is in flight. */
struct request *requests_find(struct requests *rs, uint64_t message_id);

/* `r` is in the table; the others keep their order. */
void requests_remove(struct requests *rs, struct request *r);

/* CreditResponse of an answer. */
void requests_grant(struct requests *rs, uint16_t credits);

/* Whether any request of this step is in flight. */
bool requests_has(const struct requests *rs, enum request_step step);

#endif
