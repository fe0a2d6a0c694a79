/* SPDX-License-Identifier: MIT */
#include "security/gss_target.h"

#include <stdio.h>

#include <krb5.h>

enum ns_err gss_target(char *out, size_t n, const char *host)
{
	krb5_context ctx;
	char **realms = NULL;
	int length = -1;

	if (krb5_init_context(&ctx) != 0)
		return NS_ENOMEM;
	if (krb5_get_host_realm(ctx, host, &realms) == 0) {
		length = snprintf(out, n, "cifs/%s@%s", host, realms[0]);
		krb5_free_host_realm(ctx, realms);
	}
	krb5_free_context(ctx);
	return length >= 0 && (size_t)length < n ? NS_OK : NS_EINVAL;
}
