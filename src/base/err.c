/* SPDX-License-Identifier: MIT */
#include "base/err.h"

const char *ns_err_name(enum ns_err err)
{
	switch (err) {
#define ERR(name, value, text)                                                             \
	case name:                                                                         \
		return #name;
#include "base/err.def"
#undef ERR
	}
	return "NS_E?";
}

const char *ns_err_text(enum ns_err err)
{
	switch (err) {
#define ERR(name, value, text)                                                             \
	case name:                                                                         \
		return text;
#include "base/err.def"
#undef ERR
	}
	return "unknown error";
}
