/* SPDX-License-Identifier: MIT */
/*
 * The scene in which a case plays: an administrator who asks, and workstations that are
 * signed in and have a pipe open.  After each case one looks at every workstation, on its
 * own connection: that is the only proof that the right session died and no other.
 *
 *	user1@A    the first user, from the first address, on a connection of his own
 *	user2@A    the second user, from the same address
 *	user1@B    the first user again, from the second address
 *	user2+A1   the second user on the connection of user1@A: a neighbour
 */
#ifndef CONFORM_SCENE_H
#define CONFORM_SCENE_H

#include "conform/asker.h"
#include "conform/options.h"

enum station_id { STATION_A1, STATION_A2, STATION_B1, STATION_N2, STATIONS };

/* Sets of workstations. */
#define A1 (1u << STATION_A1)
#define A2 (1u << STATION_A2)
#define B1 (1u << STATION_B1)
#define N2 (1u << STATION_N2)

/* Those of most cases. */
#define USUAL (A1 | A2 | B1)

enum fate {
	FATE_ABSENT, /* was never signed in */
	FATE_LIVES,
	FATE_GONE,    /* STATUS_USER_SESSION_DELETED, and the connection goes on */
	FATE_DROPPED, /* the whole connection is gone */
	FATE_UNCLEAR, /* anything else */
};

struct station {
	struct peer own;
	struct peer *peer; /* its own, or its neighbour's */
	struct peer_session session;
	struct asker asker;
	bool seal; /* encrypts, for a case that wants it */
};

#define SCENE_WHY_MAX 200

/*
 * After so many scenes in a row that could not be set the server is gone or hangs, and each
 * further case would cost its whole time limit.
 */
#define SCENE_FAILURES_MAX 5u

struct scene {
	const struct options *options;
	struct peer_config config;
	bool addresses; /* workstations come from two addresses that are not the admin's */
	struct peer admin_peer;
	struct peer_session admin_session;
	struct asker admin;
	struct station at[STATIONS];
	bool slow;               /* this server ends sessions after it has answered */
	unsigned failures;       /* scenes in a row that could not be set */
	enum ns_err err;         /* of the last of them */
	char why[SCENE_WHY_MAX]; /* what went wrong in setting it */
};

/* Finds the server.  NS_ENONAME; NS_ETIMEOUT. */
NS_MUST_USE enum ns_err scene_init(struct scene *s, const struct options *o);
void scene_release(struct scene *s);

/*
 * Sees to it that the administrator and these workstations, and no others, are signed in
 * and well.  False: s->why.
 */
bool scene_set(struct scene *s, unsigned stations);

/* Only the administrator. */
bool scene_set_admin(struct scene *s);

/* Ends all connections: the next scene_set() starts anew. */
void scene_clear(struct scene *s);

/* Whether a workstation can be had at all. */
bool scene_has(const struct scene *s, unsigned stations);

/*
 * Signs a workstation in on `dialect` (0: any), sealed or not; it must be absent.  N2 needs
 * A1.
 */
bool scene_sign_in(struct scene *s, enum station_id id, uint16_t dialect, bool seal);

/* Signs a workstation off: its connection closes, unless it is a neighbour's. */
void scene_sign_off(struct scene *s, enum station_id id);

/* What became of a workstation: its tree connect works and its open pipe answers. */
enum fate scene_look(struct scene *s, enum station_id id);

/* Whether a bound pipe still answers a call, be it with a fault. */
bool scene_pipe_answers(struct asker *a);

const char *fate_text(enum fate fate);
const char *station_name(enum station_id id);

/*
 * Looks at all that were signed in: those in `gone` must be dead, the others live.  Where
 * `strict`, a dead session's connection must go on.  False, and `why`, otherwise.  The dead
 * are signed off.
 */
bool scene_judge(struct scene *s, unsigned gone, bool strict, char *why, size_t size);

/* "127.0.0.2": where a workstation comes from, as a client name without "\\". */
#define CLIENT_NAME_MAX (ADDRESS_TEXT_MAX + 2)
void scene_client(const struct scene *s, enum station_id id, char out[CLIENT_NAME_MAX]);

/* The bare name of an account. */
const char *scene_user(const struct scene *s, enum account account);

/*
 * A client or user name out of a pattern, as UTF-16LE:
 *	%a %b	the clients of user1@A and user1@B
 *	%m	that of user1@A, written differently: IPv4-mapped
 *	%1 %2	the users;  %I the first with upper and lower case exchanged
 *	%n	a name nobody has
 *	%L %M	filled with 'x' to 1,024 and to 1,025 characters, the NUL among them
 */
NS_MUST_USE enum ns_err scene_name(const struct scene *s, struct buf *utf16,
				   const char *pattern);

#endif
