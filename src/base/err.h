/* SPDX-License-Identifier: MIT */
/*
 * The one error type of the tree.  NTSTATUS, GSS majors and errno are data: each is mapped
 * to it, or from it to Win32, in one place at the edge.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum ns_err {
#define ERR(name, value, text) name = (value),
#include "base/err.def"
#undef ERR
};

enum ns_err_class {
	NS_CLASS_OK = 0,
	NS_CLASS_AGAIN = 1,
	NS_CLASS_PEER = 2,
	NS_CLASS_REFUSED = 3,
	NS_CLASS_OURS = 4,
	NS_CLASS_ENVIRONMENT = 5,
};

static inline enum ns_err_class ns_err_class(enum ns_err err)
{
	return (enum ns_err_class)((int)err / 100);
}

/* The enum constant's own name, "NS_ETRUNC"; never NULL. */
const char *ns_err_name(enum ns_err err);

/* A sentence for a person, without a full stop; never NULL. */
const char *ns_err_text(enum ns_err err);

#endif
