/* SPDX-License-Identifier: MIT */
/*
 * Every limit of the engine that is not the administrator's to set (those stand in
 * server/server_config.h), with its reason.
 */
#ifndef SERVER_LIMITS_H
#define SERVER_LIMITS_H

/*
 * MaxTransactSize, MaxReadSize and MaxWriteSize, [MS-SMB2] 3.3.5.4.  1 MiB is what Windows
 * Server gives small machines, and asks 16 credits; 2.0.2 has no multi-credit requests and
 * stays at 64 KiB ("MUST", 3.3.5.4 <244>).
 */
#define LIMIT_DATA_MAX     (1u << 20)
#define LIMIT_DATA_MAX_202 (64u << 10)

/* The longest message: the data, and room for headers and create contexts. */
#define LIMIT_MESSAGE_MAX (LIMIT_DATA_MAX + (64u << 10))

/*
 * Before a session is valid nobody has proved anything: NEGOTIATE and SESSION_SETUP carry a
 * token of at most 64 KiB (SecurityBufferLength has 16 bits).
 */
#define LIMIT_EARLY_MESSAGE_MAX (128u << 10)

/*
 * Bytes promised to a peer: output that waits, and what pending requests may yet answer.
 * Past this no further request of its is looked at, until it reads.
 */
#define LIMIT_PROMISED_MAX (8u << 20)

/*
 * Bytes queued for a peer, whatever they are.  Past this it is dropped: eight times what
 * was promised to it is waiting and it does not read.
 */
#define LIMIT_OUTPUT_MAX (64u << 20)

/* Bytes of a peer that wait because it does not read what was promised: two messages. */
#define LIMIT_INPUT_MAX (2u * LIMIT_MESSAGE_MAX)

/* Bytes of one compound's answers: the longest chain a client may build is bounded by it.
 */
#define LIMIT_REPLY_MAX (4u << 20)

/* ErrorData of a response: a symbolic link's target, a required size. */
#define LIMIT_ERROR_DATA_MAX (16u << 10)

/* Elements in a compound; Windows clients send at most 5, Samba's tests 10 and more. */
#define LIMIT_COMPOUND_MAX 64

/*
 * Credits a connection may hold, which is also the width of its MessageId window: 8192 as
 * Windows Server and Samba give.  Before anybody has signed in, enough for several
 * sessions to sign in at once.
 */
#define LIMIT_CREDITS_MAX       8192
#define LIMIT_CREDITS_EARLY_MAX 64

/* [MS-SMB2] 3.3.5.2.5: one credit for each 64 KiB of payload. */
#define LIMIT_CREDIT_BYTES 65536u

/* Pending requests of a connection; 3.3.4.2: past it STATUS_INSUFFICIENT_RESOURCES. */
#define LIMIT_PENDING_MAX 1024

/*
 * Locks in all files together, 128 MiB of them: an open may have many thousands, and a user
 * many opens.
 */
#define LIMIT_LOCKS_MAX (1u << 20)

/*
 * A request that may wait for ever is refused when so many are pending on its connection;
 * as many as Windows Server lets wait (3.3.4.2 <242>).  Past LIMIT_PENDING_MAX nothing is
 * read, and there must be room for what ends the waiting.
 */
#define LIMIT_WAITING_MAX 512

/* LOCK requests that wait for one file: each unlock of it tries them all. */
#define LIMIT_LOCK_WAITS_MAX 1024

/*
 * What is kept for CHANGE_NOTIFY between requests: of an open no more than Windows takes at
 * once (3.3.5.19 <411>), of all opens a thousand times that.  And a session's open
 * directories of which it is kept: each costs a walk through its tree.
 */
#define LIMIT_NOTIFY_BUFFER (64u << 10)
#define LIMIT_NOTIFY_BYTES  (64u << 20)
#define LIMIT_NOTIFY_OPENS  1024

/* An interim response goes out when an operation has been pending this long, ms. */
#define LIMIT_INTERIM_AFTER_MS 50

/* A connection without a valid session is dropped, [MS-SMB2] 3.3.6.3 <442>, ms. */
#define LIMIT_UNAUTHENTICATED_MS 45000

/* How long a frame may take from its first byte to its last: slow loris, ms. */
#define LIMIT_FRAME_MS 60000

/*
 * How long output may wait while the peer reads nothing at all, ms: longer than any real
 * network's pause, shorter than a person's patience with a server's memory.
 */
#define LIMIT_STALLED_MS 60000

/* The server's housekeeping: expiry, idle sessions, tombstones ([MS-SMB2] <219>: 45 s). */
#define LIMIT_SWEEP_MS 5000

/*
 * FSCTL_SRV_COPYCHUNK: chunks of a request, bytes of one and of all, as Windows and Samba
 * have them; [MS-SMB2] 3.3.1.5 leaves them to us.
 */
#define LIMIT_COPY_CHUNKS_MAX 256u
#define LIMIT_COPY_CHUNK_MAX  (1u << 20)
#define LIMIT_COPY_MAX        (16u << 20)

/* Network interfaces told by FSCTL_QUERY_NETWORK_INTERFACE_INFO: 152 bytes each. */
#define LIMIT_INTERFACES_MAX 32

#endif
