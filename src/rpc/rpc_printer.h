/* SPDX-License-Identifier: MIT */
/*
 * Defines a function for the print columns of an interface's method table: it decodes a
 * stub strictly with the type's own coder, then prints it with the same.
 *
 * `code` and `release` are expressions over `x`, the struct ndr, and `v`, the structure.
 */
#ifndef RPC_RPC_PRINTER_H
#define RPC_RPC_PRINTER_H

#include "wire/ndr.h"

/* clang-format off */
#define RPC_PRINTER(name, type, code, release)						\
	static void name##_code(struct ndr *x, type *v)					\
	{										\
		code;									\
	}										\
	static enum ns_err name(struct view stub, struct buf *text)			\
	{										\
		type value = {0};							\
		type *v = &value;							\
		struct ndr x = ndr_pull(stub);						\
		enum ns_err err;							\
											\
		name##_code(&x, v);							\
		err = ndr_end(&x);							\
		if (err == NS_OK) {							\
			x = ndr_print(text);						\
			name##_code(&x, v);						\
			err = ndr_status(&x);						\
		}									\
		release;								\
		return err;								\
	}
/* clang-format on */

#endif
