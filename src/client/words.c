/* SPDX-License-Identifier: MIT */
/* The words of netsess.h: what codes and dialects are called. */
#include <string.h>

#include "base/win32err.h"
#include "netsess.h"

const char *netsess_code_name(uint32_t code)
{
	const char *name = win32err_name(code);

	/* The only question mark among them stands for a code without a name. */
	return strchr(name, '?') == NULL ? name : "";
}

const char *netsess_code_text(uint32_t code)
{
	return win32err_text(code);
}

const char *netsess_dialect_name(uint16_t dialect)
{
	switch (dialect) {
	case NETSESS_DIALECT_202:
		return "2.0.2";
	case NETSESS_DIALECT_210:
		return "2.1";
	case NETSESS_DIALECT_300:
		return "3.0";
	case NETSESS_DIALECT_302:
		return "3.0.2";
	case NETSESS_DIALECT_311:
		return "3.1.1";
	default:
		return "";
	}
}
