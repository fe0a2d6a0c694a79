/* SPDX-License-Identifier: MIT */
/*
 * The keys of netsessd.conf, one row each: what kind of value they take, where it goes,
 * within which bounds.  config.c feeds the values in as it reads the file; what a key
 * refuses, it says in words.
 */
#ifndef DAEMON_CONFIG_KEYS_H
#define DAEMON_CONFIG_KEYS_H

#include "server/server_config.h"

enum config_kind {
	KEY_TEXT,       /* char *; "" is stored as NULL where the row says `optional` */
	KEY_PATH,       /* the same, beginning with '/' */
	KEY_FOLDER,     /* the same, and a folder is there */
	KEY_NETBIOS,    /* char *, 1-15 characters, stored in upper case */
	KEY_FLAG,       /* bool */
	KEY_NUMBER,     /* uint32_t, from least to most */
	KEY_MINUTES,    /* a number into uint64_t, in ms */
	KEY_SECONDS,    /* likewise */
	KEY_SIGNING,    /* bool: "required", "optional" */
	KEY_ENCRYPTION, /* enum config_encryption: "off", "optional", "required" */
	KEY_DIALECT,    /* uint16_t: "2.0.2" to "3.1.1" */
	KEY_LOG_LEVEL,  /* char *: a name of base/log.h */
	KEY_LISTEN,     /* a list of addresses, into the struct server_config itself */
	KEY_MEMBERS,    /* a list of names, SIDs and @groups, into struct config_list */
};

struct config_key {
	const char *name; /* NULL ends a table */
	enum config_kind kind;
	size_t offset; /* of the field in the target */
	bool optional;
	uint32_t least, most;
};

/* Targets: struct server_config, struct server_share, struct config_list. */
extern const struct config_key config_server_keys[];
extern const struct config_key config_share_keys[];
extern const struct config_key config_group_keys[];

/* The kinds that are a number, a yes or no, a list; all others are one text. */
bool config_kind_is_number(enum config_kind kind);
bool config_kind_is_list(enum config_kind kind);

/* One value: the member that the key's kind asks for. */
struct config_value {
	const char *text;
	long number;
	bool flag;
};

#define CONFIG_WHY_MAX 256

/*
 * Stores the value, or adds it to the list.  False, and `why` says why not: "0 is not
 * between 1 and 65535".
 */
bool config_key_set(const struct config_key *key, void *target,
		    const struct config_value *value, char why[CONFIG_WHY_MAX]);

/* Empties a list; a key of another kind keeps what it has. */
void config_key_clear(const struct config_key *key, void *target);

#endif
