/* SPDX-License-Identifier: MIT */
#include "cli/fake_table.h"

#define U32(id, member, key, heading, show)                                                \
	static const struct netsess_field id = {member, key, heading, NETSESS_U32, show}
#define TEXT(id, member, key, heading)                                                     \
	static const struct netsess_field id = {member, key, heading, NETSESS_TEXT,        \
						NETSESS_SHOW_PLAIN}

/* clang-format off */
TEXT(client,   "cname",         "client",       "CLIENT");
TEXT(user,     "username",      "user",         "USER");
U32( opens,    "num_opens",     "opens",        "OPENS",  NETSESS_SHOW_PLAIN);
U32( age,      "time",          "time_seconds", "TIME",   NETSESS_SHOW_SECONDS);
U32( idle,     "idle_time",     "idle_seconds", "IDLE",   NETSESS_SHOW_SECONDS);
U32( flags,    "user_flags",    "flags",        "FLAGS",  NETSESS_SHOW_FLAGS);
TEXT(cltype,   "cltype_name",   "client_type",  "TYPE");
U32( id,       "id",            "id",           "ID",     NETSESS_SHOW_PLAIN);
U32( type,     "type",          "type",         "TYPE",   NETSESS_SHOW_FLAGS);
TEXT(netname,  "netname",       "name",         "NAME");
TEXT(remark,   "remark",        "remark",       "REMARK");
U32( max_uses, "max_uses",      "max_uses",     "MAX",    NETSESS_SHOW_LIMIT);
TEXT(path,     "pathname",      "path",         "PATH");
U32( perms,    "permissions",   "permissions",  "ACCESS", NETSESS_SHOW_HEX);
TEXT(name,     "name",          "name",         "NAME");
U32( disc,     "disc",          "autodisconnect_minutes", "AUTODISC", NETSESS_SHOW_MINUTES);
U32( hidden,   "hidden",        "hidden",       "HIDDEN", NETSESS_SHOW_BOOL);
TEXT(counter,  "name",          "counter",      "COUNTER");
TEXT(meaning,  "meaning",       "meaning",      "MEANING");
TEXT(computer, "computername",  "name",         "NAME");
U32( elapsed,  "elapsedt",      "time",         "TIME",   NETSESS_SHOW_TIME);
U32( zone,     "timezone",      "minutes_west", "WEST",   NETSESS_SHOW_SIGNED);
static const struct netsess_field value = {"value", "value", "VALUE", NETSESS_U64,
					   NETSESS_SHOW_PLAIN};
static const struct netsess_field sd = {"security_descriptor", "security_descriptor",
					"SECURITY", NETSESS_BYTES, NETSESS_SHOW_PLAIN};
static const struct netsess_field secret = {"reserved", "never_shown", "NEVER", NETSESS_U32,
					    NETSESS_SHOW_NEVER};

static const struct fake_level levels[] = {
	{NETSESS_SESSION_ENUM, 0, "sessions", {&client}},
	{NETSESS_SESSION_ENUM, 1, "sessions", {&client, &user, &opens, &age, &idle, &flags}},
	{NETSESS_SESSION_ENUM, 2, "sessions", {&client, &user, &opens, &age, &idle, &flags, &cltype}},
	{NETSESS_SESSION_ENUM, 10, "sessions", {&client, &user, &age, &idle}},
	{NETSESS_SESSION_GET, 1, "sessions", {&client, &user, &opens, &age, &idle, &flags}},
	{NETSESS_SESSION_GET, 2, "sessions", {&client, &user, &opens, &age, &idle, &flags, &cltype}},
	{NETSESS_CONNECTION_ENUM, 0, "connections", {&id}},
	{NETSESS_CONNECTION_ENUM, 1, "connections", {&id, &type, &opens, &age, &user, &netname}},
	{NETSESS_FILE_ENUM, 2, "files", {&id}},
	{NETSESS_FILE_ENUM, 3, "files", {&id, &perms, &path, &user}},
	{NETSESS_SHARE_ENUM, 0, "shares", {&netname}},
	{NETSESS_SHARE_ENUM, 1, "shares", {&netname, &type, &remark}},
	{NETSESS_SHARE_ENUM, 502, "shares", {&netname, &type, &remark, &max_uses, &secret, &sd}},
	{NETSESS_SERVER_GET, 100, "server", {&name}},
	{NETSESS_SERVER_GET, 101, "server", {&name, &type}},
	{NETSESS_SERVER_GET, 102, "server", {&name, &type, &disc, &hidden}},
	{NETSESS_WKSTA_GET, 100, "wksta", {&computer}},
	{NETSESS_WKSTA_GET, 102, "wksta", {&computer}},
	{NETSESS_TIME_GET, 0, "time", {&elapsed, &zone}},
	{NETSESS_COUNTER_ENUM, 0, "counters", {&counter, &value, &meaning}},
};

static const char *const op_names[] = {
	[NETSESS_SESSION_ENUM] = "SESSION_ENUM",
	[NETSESS_SESSION_GET] = "SESSION_GET",
	[NETSESS_SESSION_DEL] = "SESSION_DEL",
	[NETSESS_CONNECTION_ENUM] = "CONNECTION_ENUM",
	[NETSESS_FILE_ENUM] = "FILE_ENUM",
	[NETSESS_FILE_GET] = "FILE_GET",
	[NETSESS_FILE_CLOSE] = "FILE_CLOSE",
	[NETSESS_SHARE_ENUM] = "SHARE_ENUM",
	[NETSESS_SHARE_GET] = "SHARE_GET",
	[NETSESS_SERVER_GET] = "SERVER_GET",
	[NETSESS_WKSTA_GET] = "WKSTA_GET",
	[NETSESS_TIME_GET] = "TIME_GET",
	[NETSESS_COUNTER_ENUM] = "COUNTER_ENUM",
};
/* clang-format on */

const struct fake_level *fake_level_find(enum netsess_op op, uint32_t level)
{
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		if (levels[i].op == op && levels[i].level == level)
			return &levels[i];
	}
	return NULL;
}

const char *fake_op_name(enum netsess_op op)
{
	return op_names[op];
}
