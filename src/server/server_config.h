/* SPDX-License-Identifier: MIT */
/*
 * What the administrator decides, as plain data: the engine reads it, config.c makes it
 * from the configuration file, tests fill it by hand.
 *
 *	struct server_config c;
 *	server_config_init(&c);		every field at its default
 *	...
 *	server_config_release(&c);	frees what was added
 *
 * The configuration owns all its strings (malloc) and arrays.  The engine borrows the whole
 * and never changes it: a reload makes a new one, server_reconfigure() moves over to it,
 * and the old one is released.  Strings are UTF-8.
 *
 * The manual of the keys is netsessd.conf(5); the defaults stand in server_config.c alone.
 */
#ifndef SERVER_SERVER_CONFIG_H
#define SERVER_SERVER_CONFIG_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

/* A list of strings; both the strings and the array are owned. */
struct config_list {
	char **v; /* NULL while n is 0 */
	size_t n;
};

/* Where to listen.  `host` is a numeric address or a name; "*": all, both families. */
struct config_listen {
	char *host;
	uint16_t port;
};

/* One disk share.  IPC$ is always there and stands in no configuration. */
struct server_share {
	char *name;    /* 1-80 characters, unique when folded, no '$'-only or pipe names */
	char *path;    /* absolute; a directory when the configuration was read */
	char *comment; /* "" */
	bool read_only;
	bool encrypt; /* Share.EncryptData: [MS-SMB2] 3.3.1.6 */
	bool oplocks; /* are granted, and leases: see caching.h */
	bool hidden;  /* not told to callers who may not manage; name ends in '$' */
	/*
	 * Who may connect: account names and SIDs, "@group" already replaced by its
	 * members. Empty: every user who signed in.
	 */
	struct config_list users;
	uint32_t max_uses; /* Share.MaxUses; UINT32_MAX: no limit */
};

/* Bit n of session.groups is group n: see ACCESS_... in server/access.h. */
enum config_group {
	CONFIG_GROUP_ADMINISTRATORS,
	CONFIG_GROUP_SERVER_OPERATORS,
	CONFIG_GROUPS
};

enum config_encryption {
	CONFIG_ENCRYPTION_OFF,      /* no cipher is offered */
	CONFIG_ENCRYPTION_OPTIONAL, /* who asks for it, or for a share with `encrypt` */
	CONFIG_ENCRYPTION_REQUIRED  /* EncryptData and RejectUnencryptedAccess, 3.3.1.5 */
};

struct server_config {
	/* --- names --- */
	char *name;     /* NetBIOS name, upper case, 1-15 characters: NTLM, ServerGetInfo */
	char *domain;   /* NetBIOS domain or workgroup */
	char *dns_name; /* NULL: unknown */
	char *dns_domain; /* NULL: unknown */
	char *comment;    /* SERVER_INFO_101.comment; "" */

	/* --- protocol --- */
	uint16_t min_dialect; /* SMB2_DIALECT_... */
	uint16_t max_dialect;
	bool signing_required;
	enum config_encryption encryption;
	bool multichannel;

	/* --- who --- */
	char *accounts;      /* path of the file of NT hashes; NULL: no NTLM logins */
	char *keytab;        /* NULL: no Kerberos logins */
	char *kerberos_host; /* tickets for cifs@this alone; NULL: any key of the keytab */
	bool allow_guest;
	bool allow_anonymous;
	/* The same. */
	struct config_list groups[CONFIG_GROUPS];

	/* --- sessions and limits; a 0 in a max_ is refused by config.c --- */
	uint64_t autodisconnect_ms; /* without opens and requests for so long; 0: never */
	uint32_t max_connections;
	uint32_t max_unauthenticated; /* per client address, see LIMIT_UNAUTHENTICATED_MS */
	uint32_t max_sessions;
	uint32_t max_sessions_per_connection;
	uint32_t max_sessions_per_user;
	uint32_t max_sessions_per_client;
	uint32_t max_opens_per_session; /* files and pipes */

	/* --- shares, in the order of the file --- */
	struct server_share *shares; /* NULL while share_count is 0 */
	size_t share_count;

	/* --- the daemon's alone: the engine does not look --- */
	struct config_listen *listen; /* NULL while listen_count is 0 */
	size_t listen_count;
	uint32_t port;      /* of listen addresses that name none */
	char *local_socket; /* NULL: none */
	char *user;         /* whom to become after the sockets are open; NULL: stay */
	char *log_level;    /* "error", "warning", "info", "debug" */
	uint64_t drain_ms; /* how long SIGTERM waits for peers to take their last answers */
	uint32_t pool_threads;
	uint32_t keepalive_s; /* TCP keep-alive: silence before the first probe */
};

/*
 * Every field at its default: no share, no listen address, no account, SMB 2.0.2-3.1.1 with
 * signing required.  NS_ENOMEM leaves it empty, good for release.
 */
NS_MUST_USE enum ns_err server_config_init(struct server_config *config);

/* Frees all it owns and leaves it empty; an all-zero one is fine. */
void server_config_release(struct server_config *config);

/* Appends a copy of the string. */
NS_MUST_USE enum ns_err config_list_add(struct config_list *list, const char *text);
void config_list_release(struct config_list *list);

/* A share at its defaults, in the caller's memory.  NS_ENOMEM leaves it empty. */
NS_MUST_USE enum ns_err server_share_init(struct server_share *share, const char *name,
					  const char *path);
void server_share_release(struct server_share *share);

/* A new last share with this name and path, all else default; NULL on NS_ENOMEM. */
struct server_share *server_config_add_share(struct server_config *config, const char *name,
					     const char *path);

NS_MUST_USE enum ns_err server_config_add_listen(struct server_config *config,
						 const char *host, uint16_t port);

/* Replaces an owned string by a copy; `text` NULL clears it. */
NS_MUST_USE enum ns_err config_set(char **field, const char *text);

#endif
