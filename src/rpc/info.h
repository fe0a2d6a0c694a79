/* SPDX-License-Identifier: MIT */
/*
 * The one description of every information level: its members, in the order of the wire.
 * The NDR coder, the Win32 buffer, the table's columns and the JSON keys are all read off
 * it; nobody else lists members.
 *
 * A family is a set of levels over one stock of fields: SESSION_INFO_1 and _502 share the
 * very same `struct info_field`, so a value finds its place in another level by comparing
 * pointers (info_level_index()).
 *
 * Win32 layout: a level is a C structure whose members are these fields in this order, each
 * aligned to its size: 4 for INFO_U32 and INFO_SIZE, 8 for INFO_U64, a pointer for
 * INFO_STRING and INFO_BYTES.  Flat NDR 2.0 layout: 4 bytes each, 8 for INFO_U64.
 *
 * The rows themselves live in rpc/info_rows.h.
 */
#ifndef RPC_INFO_H
#define RPC_INFO_H

#include <stdbool.h>

#include "base/buf.h"

enum info_type {
	INFO_U32,    /* DWORD, long, int: 32 bits; `show` says how they are meant */
	INFO_U64,    /* unsigned hyper */
	INFO_STRING, /* [string, unique] wchar_t * */
	INFO_SIZE,  /* DWORD: the number of bytes of the INFO_BYTES field that follows it */
	INFO_BYTES, /* [size_is(the field before)] unsigned char * */
};

/* What a value means, for whoever shows it. */
enum info_show {
	INFO_SHOW_TEXT,    /* a string */
	INFO_SHOW_NUMBER,  /* unsigned decimal */
	INFO_SHOW_SIGNED,  /* the 32 bits are a two's complement number */
	INFO_SHOW_LIMIT,   /* a number; 0xFFFFFFFF is "unlimited" */
	INFO_SHOW_HEX,     /* an identifier or a mask nobody has names for */
	INFO_SHOW_BOOL,    /* 0 is false */
	INFO_SHOW_SECONDS, /* a duration */
	INFO_SHOW_MINUTES, /* a duration; 0xFFFFFFFF is "never" */
	INFO_SHOW_TIME,    /* seconds since 1970, UTC */
	INFO_SHOW_FLAGS,   /* `flags` has names */
	INFO_SHOW_BYTES,   /* binary: a length or hex */
	INFO_SHOW_NEVER,   /* not for eyes: the length of bytes shown anyway, a password */
};

/* Names a value where (value & mask) == bits.  A table ends with a NULL name. */
struct info_flag {
	uint32_t mask;
	uint32_t bits;
	const char *name; /* lower case, for tables and JSON: "guest" */
};

struct info_field {
	const char *member;  /* the specification's, without prefix: "cname" */
	const char *key;     /* JSON, snake_case: "client" */
	const char *heading; /* table column: "CLIENT" */
	enum info_type type;
	enum info_show show;
	const struct info_flag *flags; /* with INFO_SHOW_FLAGS, else NULL */
};

struct info_level {
	const char *name;   /* "SESSION_INFO_502" */
	const char *prefix; /* of its members: "sesi502_" */
	uint32_t level;
	const struct info_field *const *fields;
	size_t n;
};

struct info_family {
	const char *name; /* "SESSION_INFO" */
	const struct info_level *levels;
	size_t n;
};

/* No field has this index. */
#define INFO_NO_FIELD SIZE_MAX

/* The most fields a level has: SERVER_INFO_503. */
#define INFO_FIELDS_MAX 42u

extern const struct info_family SESSION_INFO;     /* 0 1 2 10 502, [MS-SRVS] 2.2.4.11-15 */
extern const struct info_family CONNECTION_INFO;  /* 0 1, [MS-SRVS] 2.2.4.1-2 */
extern const struct info_family FILE_INFO;        /* 2 3, [MS-SRVS] 2.2.4.6-7 */
extern const struct info_family SHARE_INFO;       /* 0 1 2 501 502 503 1005, 2.2.4.22-29 */
extern const struct info_family SERVER_INFO;      /* 100-103 502 503, 2.2.4.40-45 */
extern const struct info_family WKSTA_INFO;       /* 100-102, [MS-WKST] 2.2.5.1-3 */
extern const struct info_family TIME_OF_DAY_INFO; /* 0 (it has but one), 2.2.4.105 */
extern const struct info_family COUNTER_INFO;     /* 0, our own: rpc/counters.h */

/* NULL if the family has no such level: ERROR_INVALID_LEVEL, 124. */
const struct info_level *info_level_find(const struct info_family *family, uint32_t level);

/* The place of a field, or of a member by name, in a level; or INFO_NO_FIELD. */
size_t info_level_index(const struct info_level *level, const struct info_field *field);
size_t info_level_member(const struct info_level *level, const char *member);

/*
 * Appends the names of the flags that `value` has, with commas between them and whatever
 * has no name in hex at the end: "guest", "disk,special", "read,0x40".  Nothing for none.
 */
NS_MUST_USE enum ns_err info_flags_text(struct buf *out, const struct info_field *field,
					uint32_t value);

#endif
