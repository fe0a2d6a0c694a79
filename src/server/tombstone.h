/* SPDX-License-Identifier: MIT */
/*
 * What stays of a session for a minute after its end: its id and its keys, so that the
 * next request of a client who does not know yet gets STATUS_USER_SESSION_DELETED, signed
 * or sealed as it came.  [MS-SMB2] 3.3.5.2.1.1 would have the server drop the connection
 * over a sealed request for a session it does not know, and with it every other session
 * there: this is our one deliberate deviation.
 *
 * At most TOMBSTONES_MAX are kept; a further one takes the place of the oldest.
 */
#ifndef SERVER_TOMBSTONE_H
#define SERVER_TOMBSTONE_H

#include "server/channel.h"

#define TOMBSTONES_MAX 1024
#define TOMBSTONE_MS   60000

struct tombstone;
struct tombstones;

/* NULL when memory is short. */
struct tombstones *tombstones_new(void);
void tombstones_free(struct tombstones *t);

/*
 * Takes the keys of a session that has just ended, and its channels, which have left their
 * connections.  Does nothing for one that never had keys.
 */
void tombstone_take(struct tombstones *t, struct session *s, uint64_t now);

/*
 * The dead session of that id, if it had a channel on this connection; NULL.
 * tombstone_signing(): the keys by which requests on this connection were signed;
 * tombstone_sealing(): its sealing keys, which smb_seal() changes.
 */
struct tombstone *tombstone_find(struct tombstones *t, uint64_t session_id,
				 uint64_t conn_id, uint64_t now);
const struct smb_keys *tombstone_signing(const struct tombstone *stone, uint64_t conn_id);
struct smb_keys *tombstone_sealing(struct tombstone *stone);

/* Wipes those whose time is over. */
void tombstones_tick(struct tombstones *t, uint64_t now);
size_t tombstones_count(const struct tombstones *t);

/* When the next one's time is over; UINT64_MAX. */
uint64_t tombstones_next_deadline(const struct tombstones *t);

#endif
