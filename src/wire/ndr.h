/* SPDX-License-Identifier: MIT */
/*
 * NDR 2.0 ([C706] chapter 14), little-endian: the language of RPC parameters.
 *
 * One coder per type serves all three directions.  The direction is the coder's first
 * argument's affair: a struct ndr made by ndr_pull() reads a stub into the variables it is
 * shown, one made by ndr_push() writes the variables as a stub, and one made by ndr_print()
 * writes them for a person to read.  So a type's layout is written down once, and what we
 * send is by construction what we would accept.
 *
 *	struct ndr x = ndr_pull(stub);
 *
 *	netr_session_del_req_code(&x, &req);
 *	err = ndr_end(&x);
 *
 * The first failure sticks: from then on nothing moves, pulls store zero, and the coder
 * need not ask until its end.  Everything pulled as a view borrows from the stub.
 *
 * Pointers are unique pointers.  A top-level pointer's pointee follows at once; those
 * embedded in a structure or array follow the outermost construct, in order: the coder
 * codes all the referents first (ndr_unique()) and the pointees afterwards.
 */
#ifndef WIRE_NDR_H
#define WIRE_NDR_H

#include <stdbool.h>

#include "wire/reader.h"
#include "wire/writer.h"

/*
 * Longest string that is pulled, in UTF-16 units with the NUL.  A UNICODE_STRING holds
 * 32,767 and the longest Windows path is as long; no name of an honest peer is longer, and
 * names past a method's own, smaller limit must still arrive for it to answer 87.
 */
#define NDR_STRING_MAX 0x8000u

/* What is left behind the last parameter: padding of the transport, if all of it is zero.
 */
#define NDR_TAIL_MAX 7u

enum ndr_direction {
	NDR_PULL,
	NDR_PUSH,
	NDR_PRINT,
};

struct ndr {
	enum ndr_direction direction;
	struct wire_reader in;  /* pull; positions count from the start of the stub */
	struct wire_writer out; /* push: the stub; print: the text */
	uint32_t referents;     /* push: how many were handed out */
	unsigned depth;         /* print: indentation */
};

/* A [string, unique] parameter: UTF-16LE without its NUL, or no string at all. */
struct ndr_string {
	struct view text; /* empty when null */
	bool null;
};

#define NDR_NO_STRING ((struct ndr_string){.null = true})

static inline struct ndr_string ndr_string_of(struct view utf16le)
{
	return (struct ndr_string){.text = utf16le};
}

static inline struct ndr ndr_pull(struct view stub)
{
	return (struct ndr){.direction = NDR_PULL, .in = {.msg = stub}};
}

/* The stub begins at the present end of `out`, whose maximum bounds it. */
static inline struct ndr ndr_push(struct buf *out)
{
	return (struct ndr){.direction = NDR_PUSH, .out = wire_writer_at_end(out)};
}

/* Appends UTF-8 text, one line a value; control characters of a peer are escaped. */
static inline struct ndr ndr_print(struct buf *text)
{
	return (struct ndr){.direction = NDR_PRINT, .out = wire_writer_at_end(text)};
}

void ndr_fail(struct ndr *x, enum ns_err err);

NS_MUST_USE static inline enum ns_err ndr_status(const struct ndr *x)
{
	return x->direction == NDR_PULL ? x->in.err : x->out.err;
}

/* ndr_status(), and a pull must have used up the stub but for NDR_TAIL_MAX zero bytes. */
NS_MUST_USE enum ns_err ndr_end(struct ndr *x);

/* Pull: what remains is not looked at (the rest of a union arm nobody knows). */
void ndr_skip_rest(struct ndr *x);

/* n is a power of two, counted from the start of the stub.  Primitives align themselves. */
void ndr_align(struct ndr *x, size_t n);

/* `name` is the parameter's name in the specification; only print looks at it. */
void ndr_u32(struct ndr *x, const char *name, uint32_t *v);
void ndr_u64(struct ndr *x, const char *name, uint64_t *v); /* unsigned hyper */

/*
 * The referent of a unique pointer.  True if its pointee is to be coded: the pointer is
 * not NULL and nothing has failed.  Print writes a line only for NULL.
 */
bool ndr_unique(struct ndr *x, const char *name, bool *present);

/* [in, out, unique] DWORD *: a top-level pointer with its pointee. */
void ndr_unique_u32(struct ndr *x, const char *name, bool *present, uint32_t *v);

/*
 * A conformant varying string of UTF-16 with its NUL.  A pull refuses an offset that is
 * not 0, an actual count above the maximum count or NDR_STRING_MAX, and a last unit that is
 * not NUL; the text ends at the first NUL, as Windows reads it.
 */
void ndr_string(struct ndr *x, const char *name, struct view *text);

/* A top-level [string, unique] parameter. */
void ndr_unique_string(struct ndr *x, const char *name, struct ndr_string *s);

/*
 * The maximum count that stands before a conformant array of `count` elements.  On a pull
 * it must equal `count`, and the array must be able to lie in what is left of the stub:
 * `least` is the least number of bytes one element takes there.  Nothing may be allocated
 * for the elements before this was asked.
 */
void ndr_conformance(struct ndr *x, uint32_t count, size_t least);

/* A conformant array of n bytes: its maximum count, which must be n, then the bytes. */
void ndr_bytes(struct ndr *x, const char *name, uint32_t n, struct view *bytes);

/* Print only: a line that opens an indented block, and the end of that block. */
void ndr_open(struct ndr *x, const char *name);
void ndr_close(struct ndr *x);

#endif
