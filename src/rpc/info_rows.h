/* SPDX-License-Identifier: MIT */
/*
 * Rows of one information level, as they came in an answer or as a server builds them.
 *
 * A row is level->n values of 8 bytes; strings and bytes are places in a pool.  Rows that
 * were pulled point into the stub they were pulled from and copy nothing: the stub must
 * live as long, or be handed over with info_rows_adopt().  Rows that are built own their
 * pool.
 */
#ifndef RPC_INFO_ROWS_H
#define RPC_INFO_ROWS_H

#include "rpc/info.h"

/*
 * Most bytes of strings that built rows may hold: as much as the longest answer
 * (RPC_STUB_MAX) could carry.
 */
#define INFO_POOL_MAX (64u << 20)

/* The `off` of a string or of bytes whose pointer is NULL. */
#define INFO_ABSENT UINT32_MAX

union info_value {
	uint32_t u32; /* INFO_U32, INFO_SIZE */
	uint64_t u64; /* INFO_U64 */
	struct {
		uint32_t off; /* in the pool, or INFO_ABSENT */
		uint32_t len; /* in bytes, without a string's NUL */
	} span;               /* INFO_STRING, INFO_BYTES */
};

struct info_rows {
	const struct info_level *level; /* NULL: a level that is not known */
	uint32_t count;
	uint32_t room;            /* rows that `values` has space for */
	union info_value *values; /* row by row, level->n each */
	struct view pool;         /* of `owned`, or borrowed from a stub */
	struct buf owned;
};

/* Zeroed memory is as good as initialised with a NULL level. */
void info_rows_init(struct info_rows *rows, const struct info_level *level);
void info_rows_release(struct info_rows *rows);

/* `to` is released and takes everything; `from` is left empty, of the same level. */
void info_rows_move(struct info_rows *to, struct info_rows *from);

/*
 * Takes over the stub the rows were pulled from, whose bytes do not move thereby; `stub`
 * is left empty.
 */
void info_rows_adopt(struct info_rows *rows, struct buf *stub);

/* Reading.  `row` < count, `field` < level->n, and the field has the type asked for. */
uint32_t info_u32(const struct info_rows *rows, uint32_t row, size_t field);
uint64_t info_u64(const struct info_rows *rows, uint32_t row, size_t field);
bool info_absent(const struct info_rows *rows, uint32_t row, size_t field);

/* UTF-16LE without NUL, or bytes; empty when absent. */
struct view info_text(const struct info_rows *rows, uint32_t row, size_t field);
struct view info_bytes(const struct info_rows *rows, uint32_t row, size_t field);

/*
 * Building.  info_rows_add() appends a row of zeroes and empty strings (never NULL ones:
 * programs exist that follow cltype_name blindly) and no bytes; the info_rows_put_...
 * then fill members of the last row by the name they have in the specification.  A member
 * that the level lacks is passed over, so that one function fills every level.
 */
NS_MUST_USE enum ns_err info_rows_add(struct info_rows *rows);
void info_rows_put_u32(struct info_rows *rows, const char *member, uint32_t v);
void info_rows_put_u64(struct info_rows *rows, const char *member, uint64_t v);
NS_MUST_USE enum ns_err info_rows_put_text(struct info_rows *rows, const char *member,
					   struct view utf16le);
/* The same from UTF-8; NS_EFORMAT if it is none. */
NS_MUST_USE enum ns_err info_rows_put_utf8(struct info_rows *rows, const char *member,
					   struct view utf8);
/* Sets the INFO_SIZE field before it, too. */
NS_MUST_USE enum ns_err info_rows_put_bytes(struct info_rows *rows, const char *member,
					    struct view bytes);

/*
 * Makes rows of `level` out of the rows of another level of the same family: members that
 * the old level lacks are 0, "" and no bytes.  The rows must have a level.  On failure they
 * are as they were.
 */
NS_MUST_USE enum ns_err info_rows_project(struct info_rows *rows,
					  const struct info_level *level);

/* Removes the rows for which `keep` says false; the others stay in order. */
void info_rows_filter(struct info_rows *rows,
		      bool (*keep)(void *ctx, const struct info_rows *rows, uint32_t row),
		      void *ctx);

/*
 * The bytes that the rows from `first` to before `end` take as Windows lays them out on a
 * 64-bit computer, structures and strings: what prefmaxlen is measured against.
 */
uint64_t info_rows_win32_size(const struct info_rows *rows, uint32_t first, uint32_t end);

#endif
