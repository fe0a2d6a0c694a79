/* SPDX-License-Identifier: MIT */
#include "security/gss_ticket.h"

#include <gssapi/gssapi_ext.h>

#include "base/nttime.h"
#include "security/pac.h"

/*
 * An acceptor's library counts a ticket as good for the clock skew longer than it says.
 * Whoever configured another skew sees sessions expire by the difference sooner or later.
 */
#define CLOCK_SKEW_SECONDS 300u

/* KERB_VALIDATION_INFO, as the library names the parts of a PAC it has verified. */
static char logon_info_name[] = "urn:mspac:logon-info";

static uint64_t expiry(gss_ctx_id_t ctx, const struct auth_env *env)
{
	OM_uint32 minor, left = 0;

	if (env == NULL)
		env = &auth_env_system;
	if (gss_context_time(&minor, ctx, &left) != GSS_S_COMPLETE)
		left = 0;
	if (left == GSS_C_INDEFINITE)
		return 0;
	left = left > CLOCK_SKEW_SECONDS ? left - CLOCK_SKEW_SECONDS : 0;
	return env->now(env->ctx) + left * NTTIME_PER_SECOND;
}

static enum ns_err read_sids(struct buf *sids, gss_name_t name)
{
	gss_buffer_desc attribute = {.length = sizeof(logon_info_name) - 1,
				     .value = logon_info_name};
	gss_buffer_desc value = GSS_C_EMPTY_BUFFER, shown = GSS_C_EMPTY_BUFFER;
	int authenticated = 0, complete = 0, more = -1;
	OM_uint32 major, minor;
	enum ns_err err = NS_OK;

	major = gss_get_name_attribute(&minor, name, &attribute, &authenticated, &complete,
				       &value, &shown, &more);
	if (GSS_ERROR(major) == 0 && authenticated != 0)
		err = pac_sids(sids, view_of(value.value, value.length));
	gss_release_buffer(&minor, &value);
	gss_release_buffer(&minor, &shown);
	return err;
}

enum ns_err gss_ticket_read(struct gss_ticket *out, gss_ctx_id_t ctx, gss_name_t name,
			    const struct auth_env *env)
{
	struct buf sids;
	enum ns_err err;

	buf_init(&sids, AUTH_SIDS_MAX);
	err = read_sids(&sids, name);
	if (err != NS_OK) {
		buf_release(&sids);
		return err;
	}
	out->expires = expiry(ctx, env);
	out->sids = sids;
	return NS_OK;
}
