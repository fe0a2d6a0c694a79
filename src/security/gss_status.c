/* SPDX-License-Identifier: MIT */
#include "security/gss_status.h"

#include <stddef.h>

#include <gssapi/gssapi.h>
#include <krb5.h>

struct status_row {
	OM_uint32 code;
	enum ns_err err;
};

static const struct status_row minors[] = {
#define MINOR(code, err) {(OM_uint32)(code), (err)},
#include "security/gss_status.def"
#undef MINOR
};

static const struct status_row majors[] = {
#define MAJOR(code, err) {(code), (err)},
#include "security/gss_status.def"
#undef MAJOR
};

enum ns_err gss_status_to_err(uint32_t major, uint32_t minor)
{
	for (size_t i = 0; i < sizeof(minors) / sizeof(minors[0]); i++) {
		if (minors[i].code == minor)
			return minors[i].err;
	}
	for (size_t i = 0; i < sizeof(majors) / sizeof(majors[0]); i++) {
		if (majors[i].code == GSS_ROUTINE_ERROR(major))
			return majors[i].err;
	}
	return GSS_CALLING_ERROR(major) != 0 ? NS_EFORMAT : NS_EAUTH;
}
