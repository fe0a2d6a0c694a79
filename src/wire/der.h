/* SPDX-License-Identifier: MIT */
/*
 * The little of DER (X.690) that SPNEGO needs: tags of one byte, definite lengths of at
 * most four bytes, on the same bounded reader and writer as everything else.  A length that
 * takes more bytes than it must is accepted, for some peers send such; none is written.
 *
 * Reading goes inwards: der_enter() gives a reader for an element's contents, der_leave()
 * carries its error back.  Nothing recurses, so depth needs no limit.
 */
#ifndef WIRE_DER_H
#define WIRE_DER_H

#include <stdbool.h>

#include "wire/reader.h"
#include "wire/writer.h"

#define DER_OCTET_STRING   0x04u
#define DER_OID            0x06u
#define DER_ENUMERATED     0x0au
#define DER_GENERAL_STRING 0x1bu
#define DER_SEQUENCE       0x30u
#define DER_APPLICATION_0  0x60u
#define DER_CONTEXT(n)     (0xa0u | (n)) /* constructed, n < 31 */

/* Is the next element's tag `tag`?  False at the end. */
bool der_is(const struct wire_reader *r, uint8_t tag);

/* The contents of the next element, which must have `tag`; else NS_EFORMAT. */
void der_take(struct wire_reader *r, uint8_t tag, struct view *contents);

/* The whole of it, tag and length included. */
void der_take_whole(struct wire_reader *r, uint8_t tag, struct view *element);

/* The next element, whatever it is. */
void der_skip(struct wire_reader *r);

/* der_take() as a reader of its own. */
struct wire_reader der_enter(struct wire_reader *r, uint8_t tag);

/* The error of `inner`, or NS_EFORMAT if it was not read to its end, is that of `r`. */
void der_leave(struct wire_reader *r, const struct wire_reader *inner);

/* As der_leave(), where ASN.1 has "...": what is left must be whole elements. */
void der_leave_open(struct wire_reader *r, struct wire_reader *inner);

/* An element of n bytes of contents takes this many with its tag and length. */
size_t der_size(size_t n);

/* Tag and (shortest) length; the contents follow. */
void der_put_head(struct wire_writer *w, uint8_t tag, size_t n);
void der_put(struct wire_writer *w, uint8_t tag, struct view contents);

#endif
