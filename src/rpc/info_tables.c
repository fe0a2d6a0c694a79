/* SPDX-License-Identifier: MIT */
/*
 * The members of every information level, [MS-SRVS] 2.2.4 and [MS-WKST] 2.2.5 and our own,
 * in the order of the wire.  A member's meaning is given once, however many levels have it.
 */
#include "rpc/info.h"

/* clang-format off */
#define FIELD(id, ...)   static const struct info_field id = {__VA_ARGS__}
#define NAMES(id, ...)   static const struct info_flag id[] = {__VA_ARGS__, {0, 0, NULL}}
#define MEMBERS(id, ...) static const struct info_field *const id[] = {__VA_ARGS__}
#define COUNT(a)         (sizeof(a) / sizeof((a)[0]))
#define FAMILY(NAME, a)  const struct info_family NAME = {#NAME, a, COUNT(a)}
#define LEVEL(NAME, number, prefix, members) \
	{#NAME "_" #number, prefix, number, members, COUNT(members)}

#define TEXT             INFO_STRING, INFO_SHOW_TEXT, NULL
#define U32(show)        INFO_U32, INFO_SHOW_##show, NULL
#define U64              INFO_U64, INFO_SHOW_NUMBER, NULL
#define FLAGS(names)     INFO_U32, INFO_SHOW_FLAGS, names
#define BIT(bit, name)   {bit, bit, name}
#define WHOLE(v, name)   {UINT32_MAX, v, name}

/* [MS-SRVS] 2.2.2.3 */
NAMES(user_flags,
	BIT(0x1, "guest"),
	BIT(0x2, "no-encryption"));

/* [MS-SRVS] 2.2.2.4: the low byte is a number, the rest are flags */
NAMES(share_types,
	{0xff, 0, "disk"},
	{0xff, 1, "printer"},
	{0xff, 2, "device"},
	{0xff, 3, "ipc"},
	BIT(0x02000000, "cluster"),
	BIT(0x04000000, "cluster-scale-out"),
	BIT(0x08000000, "cluster-dfs"),
	BIT(0x40000000, "temporary"),
	BIT(0x80000000, "special"));

/* [MS-SRVS] 2.2.4.7 */
NAMES(file_permissions,
	BIT(0x1, "read"),
	BIT(0x2, "write"),
	BIT(0x4, "create"));

/* [MS-SRVS] 2.2.4.29 and, for the mask 0x30, 2.2.2.5 */
NAMES(share_flags,
	BIT(0x1, "dfs"),
	BIT(0x2, "dfs-root"),
	{0x30, 0x00, "cache-manual"},
	{0x30, 0x10, "cache-auto"},
	{0x30, 0x20, "cache-programs"},
	{0x30, 0x30, "cache-none"},
	BIT(0x100, "restrict-exclusive-opens"),
	BIT(0x200, "force-shared-delete"),
	BIT(0x400, "namespace-caching"),
	BIT(0x800, "access-based-enumeration"),
	BIT(0x1000, "force-level2-oplock"),
	BIT(0x2000, "hash"),
	BIT(0x4000, "continuously-available"),
	BIT(0x8000, "encrypt"),
	BIT(0x100000, "compress"));

/* [MS-SRVS] 2.2.2.6 */
NAMES(platforms,
	WHOLE(300, "dos"),
	WHOLE(400, "os2"),
	WHOLE(500, "nt"),
	WHOLE(600, "osf"),
	WHOLE(700, "vms"));

/* [MS-SRVS] 2.2.2.7 */
NAMES(server_types,
	BIT(0x00000001, "workstation"),
	BIT(0x00000002, "server"),
	BIT(0x00000004, "sql-server"),
	BIT(0x00000008, "domain-controller"),
	BIT(0x00000010, "backup-domain-controller"),
	BIT(0x00000020, "time-source"),
	BIT(0x00000040, "afp"),
	BIT(0x00000080, "novell"),
	BIT(0x00000100, "domain-member"),
	BIT(0x00000200, "print-server"),
	BIT(0x00000400, "dial-in"),
	BIT(0x00000800, "xenix"),
	BIT(0x00001000, "nt"),
	BIT(0x00002000, "windows-for-workgroups"),
	BIT(0x00004000, "netware"),
	BIT(0x00008000, "nt-server"),
	BIT(0x00010000, "potential-browser"),
	BIT(0x00020000, "backup-browser"),
	BIT(0x00040000, "master-browser"),
	BIT(0x00080000, "domain-master"),
	BIT(0x00400000, "windows"),
	BIT(0x00800000, "dfs"),
	BIT(0x01000000, "cluster"),
	BIT(0x02000000, "terminal-server"),
	BIT(0x04000000, "cluster-virtual-server"),
	BIT(0x10000000, "dce"),
	BIT(0x20000000, "alternate-transport"),
	BIT(0x40000000, "local-list-only"),
	BIT(0x80000000, "domain-enum"));

/* [MS-SRVS] 2.2.4.43 */
NAMES(server_capabilities,
	BIT(0x1, "hash-generation"),
	BIT(0x2, "hash-generation-active"));

/* [MS-SRVS] 2.2.4.11 to 2.2.4.15 */
FIELD(session_cname, "cname", "client", "CLIENT", TEXT);
FIELD(session_username, "username", "user", "USER", TEXT);
FIELD(session_num_opens, "num_opens", "opens", "OPENS", U32(NUMBER));
FIELD(session_time, "time", "time_seconds", "TIME", U32(SECONDS));
FIELD(session_idle_time, "idle_time", "idle_seconds", "IDLE", U32(SECONDS));
FIELD(session_user_flags, "user_flags", "flags", "FLAGS", FLAGS(user_flags));
FIELD(session_cltype_name, "cltype_name", "client_type", "TYPE", TEXT);
FIELD(session_transport, "transport", "transport", "TRANSPORT", TEXT);

MEMBERS(session_0, &session_cname);
MEMBERS(session_1, &session_cname, &session_username, &session_num_opens, &session_time,
	&session_idle_time, &session_user_flags);
MEMBERS(session_2, &session_cname, &session_username, &session_num_opens, &session_time,
	&session_idle_time, &session_user_flags, &session_cltype_name);
MEMBERS(session_10, &session_cname, &session_username, &session_time, &session_idle_time);
MEMBERS(session_502, &session_cname, &session_username, &session_num_opens, &session_time,
	&session_idle_time, &session_user_flags, &session_cltype_name, &session_transport);

static const struct info_level session_levels[] = {
	LEVEL(SESSION_INFO, 0, "sesi0_", session_0),
	LEVEL(SESSION_INFO, 1, "sesi1_", session_1),
	LEVEL(SESSION_INFO, 2, "sesi2_", session_2),
	LEVEL(SESSION_INFO, 10, "sesi10_", session_10),
	LEVEL(SESSION_INFO, 502, "sesi502_", session_502),
};
FAMILY(SESSION_INFO, session_levels);

/* [MS-SRVS] 2.2.4.1 and 2.2.4.2 */
FIELD(connection_id, "id", "id", "ID", U32(NUMBER));
FIELD(connection_type, "type", "type", "TYPE", FLAGS(share_types));
FIELD(connection_num_opens, "num_opens", "opens", "OPENS", U32(NUMBER));
FIELD(connection_num_users, "num_users", "users", "USERS", U32(NUMBER));
FIELD(connection_time, "time", "time_seconds", "TIME", U32(SECONDS));
FIELD(connection_username, "username", "user", "USER", TEXT);
FIELD(connection_netname, "netname", "name", "NAME", TEXT);

MEMBERS(connection_0, &connection_id);
MEMBERS(connection_1, &connection_id, &connection_type, &connection_num_opens,
	&connection_num_users, &connection_time, &connection_username, &connection_netname);

static const struct info_level connection_levels[] = {
	LEVEL(CONNECTION_INFO, 0, "coni0_", connection_0),
	LEVEL(CONNECTION_INFO, 1, "coni1_", connection_1),
};
FAMILY(CONNECTION_INFO, connection_levels);

/* [MS-SRVS] 2.2.4.6 and 2.2.4.7 */
FIELD(file_id, "id", "id", "ID", U32(NUMBER));
FIELD(file_permissions_field, "permissions", "permissions", "ACCESS",
	FLAGS(file_permissions));
FIELD(file_num_locks, "num_locks", "locks", "LOCKS", U32(NUMBER));
FIELD(file_pathname, "pathname", "path", "PATH", TEXT);
FIELD(file_username, "username", "user", "USER", TEXT);

MEMBERS(file_2, &file_id);
MEMBERS(file_3, &file_id, &file_permissions_field, &file_num_locks, &file_pathname,
	&file_username);

static const struct info_level file_levels[] = {
	LEVEL(FILE_INFO, 2, "fi2_", file_2),
	LEVEL(FILE_INFO, 3, "fi3_", file_3),
};
FAMILY(FILE_INFO, file_levels);

/* [MS-SRVS] 2.2.4.22 to 2.2.4.29 */
FIELD(share_netname, "netname", "name", "NAME", TEXT);
FIELD(share_type, "type", "type", "TYPE", FLAGS(share_types));
FIELD(share_remark, "remark", "remark", "REMARK", TEXT);
FIELD(share_permissions, "permissions", "permissions", "ACCESS", U32(HEX));
FIELD(share_max_uses, "max_uses", "max_uses", "MAX", U32(LIMIT));
FIELD(share_current_uses, "current_uses", "current_uses", "USES", U32(NUMBER));
FIELD(share_path, "path", "path", "PATH", TEXT);
FIELD(share_passwd, "passwd", "password", "PASSWORD", INFO_STRING, INFO_SHOW_NEVER, NULL);
FIELD(share_flags_field, "flags", "flags", "FLAGS", FLAGS(share_flags));
FIELD(share_servername, "servername", "server_name", "SERVER", TEXT);
FIELD(share_reserved, "reserved", "security_descriptor_size", "SDSIZE", INFO_SIZE,
	INFO_SHOW_NEVER, NULL);
FIELD(share_descriptor, "security_descriptor", "security_descriptor", "SECURITY",
	INFO_BYTES, INFO_SHOW_BYTES, NULL);

MEMBERS(share_0, &share_netname);
MEMBERS(share_1, &share_netname, &share_type, &share_remark);
MEMBERS(share_2, &share_netname, &share_type, &share_remark, &share_permissions,
	&share_max_uses, &share_current_uses, &share_path, &share_passwd);
MEMBERS(share_501, &share_netname, &share_type, &share_remark, &share_flags_field);
MEMBERS(share_502, &share_netname, &share_type, &share_remark, &share_permissions,
	&share_max_uses, &share_current_uses, &share_path, &share_passwd, &share_reserved,
	&share_descriptor);
MEMBERS(share_503, &share_netname, &share_type, &share_remark, &share_permissions,
	&share_max_uses, &share_current_uses, &share_path, &share_passwd, &share_servername,
	&share_reserved, &share_descriptor);
MEMBERS(share_1005, &share_flags_field);

static const struct info_level share_levels[] = {
	LEVEL(SHARE_INFO, 0, "shi0_", share_0),
	LEVEL(SHARE_INFO, 1, "shi1_", share_1),
	LEVEL(SHARE_INFO, 2, "shi2_", share_2),
	LEVEL(SHARE_INFO, 501, "shi501_", share_501),
	LEVEL(SHARE_INFO, 502, "shi502_", share_502),
	LEVEL(SHARE_INFO, 503, "shi503_", share_503),
	LEVEL(SHARE_INFO, 1005, "shi1005_", share_1005),
};
FAMILY(SHARE_INFO, share_levels);

/* [MS-SRVS] 2.2.4.40 to 2.2.4.43 */
FIELD(server_platform_id, "platform_id", "platform", "PLATFORM", FLAGS(platforms));
FIELD(server_name, "name", "name", "NAME", TEXT);
FIELD(server_version_major, "version_major", "version_major", "MAJOR", U32(NUMBER));
FIELD(server_version_minor, "version_minor", "version_minor", "MINOR", U32(NUMBER));
FIELD(server_type, "type", "type", "TYPE", FLAGS(server_types));
FIELD(server_comment, "comment", "comment", "COMMENT", TEXT);
FIELD(server_users, "users", "max_users", "USERS", U32(LIMIT));
FIELD(server_disc, "disc", "autodisconnect_minutes", "AUTODISC", U32(MINUTES));
FIELD(server_hidden, "hidden", "hidden", "HIDDEN", U32(BOOL));
FIELD(server_announce, "announce", "announce_seconds", "ANNOUNCE", U32(SECONDS));
FIELD(server_anndelta, "anndelta", "announce_delta", "DELTA", U32(NUMBER));
FIELD(server_licenses, "licenses", "licenses", "LICENSES", U32(NUMBER));
FIELD(server_userpath, "userpath", "user_path", "USERPATH", TEXT);
FIELD(server_capabilities_field, "capabilities", "capabilities", "CAPABILITIES",
	FLAGS(server_capabilities));

MEMBERS(server_100, &server_platform_id, &server_name);
MEMBERS(server_101, &server_platform_id, &server_name, &server_version_major,
	&server_version_minor, &server_type, &server_comment);
MEMBERS(server_102, &server_platform_id, &server_name, &server_version_major,
	&server_version_minor, &server_type, &server_comment, &server_users, &server_disc,
	&server_hidden, &server_announce, &server_anndelta, &server_licenses,
	&server_userpath);
MEMBERS(server_103, &server_platform_id, &server_name, &server_version_major,
	&server_version_minor, &server_type, &server_comment, &server_users, &server_disc,
	&server_hidden, &server_announce, &server_anndelta, &server_licenses,
	&server_userpath, &server_capabilities_field);

/* [MS-SRVS] 2.2.4.44 and 2.2.4.45, explained in 2.2.4.46 */
FIELD(server_sessopens, "sessopens", "session_opens", "SESSOPENS", U32(NUMBER));
FIELD(server_sessvcs, "sessvcs", "session_circuits", "SESSVCS", U32(NUMBER));
FIELD(server_opensearch, "opensearch", "open_searches", "OPENSEARCH", U32(NUMBER));
FIELD(server_sizreqbuf, "sizreqbuf", "request_buffer_size", "SIZREQBUF", U32(NUMBER));
FIELD(server_initworkitems, "initworkitems", "initial_work_items", "INITWORK", U32(NUMBER));
FIELD(server_maxworkitems, "maxworkitems", "max_work_items", "MAXWORK", U32(NUMBER));
FIELD(server_rawworkitems, "rawworkitems", "raw_work_items", "RAWWORK", U32(NUMBER));
FIELD(server_irpstacksize, "irpstacksize", "irp_stack_size", "IRPSTACK", U32(NUMBER));
FIELD(server_maxrawbuflen, "maxrawbuflen", "max_raw_buffer", "MAXRAW", U32(NUMBER));
FIELD(server_sessusers, "sessusers", "session_users", "SESSUSERS", U32(NUMBER));
FIELD(server_sessconns, "sessconns", "session_connections", "SESSCONNS", U32(NUMBER));
FIELD(server_maxpaged, "maxpagedmemoryusage", "max_paged_memory", "MAXPAGED", U32(LIMIT));
FIELD(server_maxnonpaged, "maxnonpagedmemoryusage", "max_nonpaged_memory", "MAXNONPAGED",
	U32(LIMIT));
FIELD(server_softcompat, "enablesoftcompat", "soft_compat", "SOFTCOMPAT", U32(BOOL));
FIELD(server_forcedlogoff, "enableforcedlogoff", "forced_logoff", "FORCEDLOGOFF",
	U32(BOOL));
FIELD(server_timesource, "timesource", "time_source", "TIMESOURCE", U32(BOOL));
FIELD(server_downlevel, "acceptdownlevelapis", "downlevel_apis", "DOWNLEVEL", U32(BOOL));
FIELD(server_lmannounce, "lmannounce", "lm_announce", "LMANNOUNCE", U32(BOOL));
FIELD(server_domain, "domain", "domain", "DOMAIN", TEXT);
FIELD(server_maxcopyreadlen, "maxcopyreadlen", "max_copy_read", "MAXCOPYREAD", U32(NUMBER));
FIELD(server_maxcopywritelen, "maxcopywritelen", "max_copy_write", "MAXCOPYWRITE",
	U32(NUMBER));
FIELD(server_minkeepsearch, "minkeepsearch", "min_keep_search", "MINKEEP", U32(NUMBER));
FIELD(server_maxkeepsearch, "maxkeepsearch", "max_keep_search_seconds", "MAXKEEP",
	U32(SECONDS));
FIELD(server_minkeepcompl, "minkeepcomplsearch", "min_keep_complete_search", "MINKEEPC",
	U32(NUMBER));
FIELD(server_maxkeepcompl, "maxkeepcomplsearch", "max_keep_complete_search", "MAXKEEPC",
	U32(NUMBER));
FIELD(server_threadcountadd, "threadcountadd", "thread_count_add", "THREADADD",
	U32(NUMBER));
FIELD(server_numblockthreads, "numblockthreads", "block_threads", "BLOCKTHREADS",
	U32(NUMBER));
FIELD(server_scavtimeout, "scavtimeout", "scavenger_seconds", "SCAVENGER", U32(SECONDS));
FIELD(server_minrcvqueue, "minrcvqueue", "min_receive_queue", "MINRCVQ", U32(NUMBER));
FIELD(server_minfreework, "minfreeworkitems", "min_free_work_items", "MINFREEWORK",
	U32(NUMBER));
FIELD(server_xactmemsize, "xactmemsize", "transaction_memory", "XACTMEM", U32(NUMBER));
FIELD(server_threadpriority, "threadpriority", "thread_priority", "PRIORITY", U32(NUMBER));
FIELD(server_maxmpxct, "maxmpxct", "max_multiplex", "MAXMPX", U32(NUMBER));
FIELD(server_breakwait, "oplockbreakwait", "oplock_break_wait_seconds", "BREAKWAIT",
	U32(SECONDS));
FIELD(server_breakresponse, "oplockbreakresponsewait", "oplock_break_response_seconds",
	"BREAKRESP", U32(SECONDS));
FIELD(server_oplocks, "enableoplocks", "oplocks", "OPLOCKS", U32(BOOL));
FIELD(server_oplockforce, "enableoplockforceclose", "oplock_force_close", "OPLOCKCLOSE",
	U32(BOOL));
FIELD(server_fcbopens, "enablefcbopens", "fcb_opens", "FCBOPENS", U32(BOOL));
FIELD(server_raw, "enableraw", "raw", "RAW", U32(BOOL));
FIELD(server_netdrives, "enablesharednetdrives", "shared_net_drives", "NETDRIVES",
	U32(BOOL));
FIELD(server_minfreeconns, "minfreeconnections", "min_free_connections", "MINFREECONN",
	U32(NUMBER));
FIELD(server_maxfreeconns, "maxfreeconnections", "max_free_connections", "MAXFREECONN",
	U32(NUMBER));

#define SERVER_502_MEMBERS \
	&server_sessopens, &server_sessvcs, &server_opensearch, &server_sizreqbuf, \
	&server_initworkitems, &server_maxworkitems, &server_rawworkitems, \
	&server_irpstacksize, &server_maxrawbuflen, &server_sessusers, &server_sessconns, \
	&server_maxpaged, &server_maxnonpaged, &server_softcompat, &server_forcedlogoff, \
	&server_timesource, &server_downlevel, &server_lmannounce

MEMBERS(server_502, SERVER_502_MEMBERS);
MEMBERS(server_503, SERVER_502_MEMBERS, &server_domain, &server_maxcopyreadlen,
	&server_maxcopywritelen, &server_minkeepsearch, &server_maxkeepsearch,
	&server_minkeepcompl, &server_maxkeepcompl, &server_threadcountadd,
	&server_numblockthreads, &server_scavtimeout, &server_minrcvqueue,
	&server_minfreework, &server_xactmemsize, &server_threadpriority, &server_maxmpxct,
	&server_breakwait, &server_breakresponse, &server_oplocks, &server_oplockforce,
	&server_fcbopens, &server_raw, &server_netdrives, &server_minfreeconns,
	&server_maxfreeconns);
_Static_assert(COUNT(server_503) == INFO_FIELDS_MAX,
	       "the longest level");

static const struct info_level server_levels[] = {
	LEVEL(SERVER_INFO, 100, "sv100_", server_100),
	LEVEL(SERVER_INFO, 101, "sv101_", server_101),
	LEVEL(SERVER_INFO, 102, "sv102_", server_102),
	LEVEL(SERVER_INFO, 103, "sv103_", server_103),
	LEVEL(SERVER_INFO, 502, "sv502_", server_502),
	LEVEL(SERVER_INFO, 503, "sv503_", server_503),
};
FAMILY(SERVER_INFO, server_levels);

/* [MS-WKST] 2.2.5.1 to 2.2.5.3 */
FIELD(wksta_platform_id, "platform_id", "platform", "PLATFORM", FLAGS(platforms));
FIELD(wksta_computername, "computername", "name", "NAME", TEXT);
FIELD(wksta_langroup, "langroup", "domain", "DOMAIN", TEXT);
FIELD(wksta_ver_major, "ver_major", "version_major", "MAJOR", U32(NUMBER));
FIELD(wksta_ver_minor, "ver_minor", "version_minor", "MINOR", U32(NUMBER));
FIELD(wksta_lanroot, "lanroot", "lan_root", "LANROOT", TEXT);
FIELD(wksta_logged_on_users, "logged_on_users", "logged_on_users", "USERS", U32(NUMBER));

MEMBERS(wksta_100, &wksta_platform_id, &wksta_computername, &wksta_langroup,
	&wksta_ver_major, &wksta_ver_minor);
MEMBERS(wksta_101, &wksta_platform_id, &wksta_computername, &wksta_langroup,
	&wksta_ver_major, &wksta_ver_minor, &wksta_lanroot);
MEMBERS(wksta_102, &wksta_platform_id, &wksta_computername, &wksta_langroup,
	&wksta_ver_major, &wksta_ver_minor, &wksta_lanroot, &wksta_logged_on_users);

static const struct info_level wksta_levels[] = {
	LEVEL(WKSTA_INFO, 100, "wki100_", wksta_100),
	LEVEL(WKSTA_INFO, 101, "wki101_", wksta_101),
	LEVEL(WKSTA_INFO, 102, "wki102_", wksta_102),
};
FAMILY(WKSTA_INFO, wksta_levels);

/* [MS-SRVS] 2.2.4.105 */
FIELD(tod_elapsedt, "elapsedt", "time", "TIME", U32(TIME));
FIELD(tod_msecs, "msecs", "uptime_ms", "UPTIME", U32(NUMBER));
FIELD(tod_hours, "hours", "hour", "HOUR", U32(NUMBER));
FIELD(tod_mins, "mins", "minute", "MINUTE", U32(NUMBER));
FIELD(tod_secs, "secs", "second", "SECOND", U32(NUMBER));
FIELD(tod_hunds, "hunds", "hundredth", "HUNDREDTH", U32(NUMBER));
FIELD(tod_timezone, "timezone", "minutes_west", "WEST", U32(SIGNED));
FIELD(tod_tinterval, "tinterval", "tick_interval", "TICK", U32(NUMBER));
FIELD(tod_day, "day", "day", "DAY", U32(NUMBER));
FIELD(tod_month, "month", "month", "MONTH", U32(NUMBER));
FIELD(tod_year, "year", "year", "YEAR", U32(NUMBER));
FIELD(tod_weekday, "weekday", "weekday", "WEEKDAY", U32(NUMBER));

MEMBERS(tod, &tod_elapsedt, &tod_msecs, &tod_hours, &tod_mins, &tod_secs, &tod_hunds,
	&tod_timezone, &tod_tinterval, &tod_day, &tod_month, &tod_year, &tod_weekday);

/* It has no levels on the wire; in our tables it is number 0. */
static const struct info_level tod_levels[] = {
	{"TIME_OF_DAY_INFO", "tod_", 0, tod, COUNT(tod)},
};
FAMILY(TIME_OF_DAY_INFO, tod_levels);

/* What netsessd counts, rpc/counters.h. */
FIELD(counter_name, "name", "counter", "COUNTER", TEXT);
FIELD(counter_value, "value", "value", "VALUE", U64);
FIELD(counter_meaning, "meaning", "meaning", "MEANING", TEXT);

MEMBERS(counter_0, &counter_name, &counter_value, &counter_meaning);

static const struct info_level counter_levels[] = {
	LEVEL(COUNTER_INFO, 0, "cnti0_", counter_0),
};
FAMILY(COUNTER_INFO, counter_levels);
/* clang-format on */
