/* SPDX-License-Identifier: MIT */
#include "security/auth.h"

#include <time.h>

#include "base/nttime.h"
#include "security/crypto.h"

static uint64_t system_now(void *ctx)
{
	struct timespec ts = {0};

	(void)ctx;
	clock_gettime(CLOCK_REALTIME, &ts);
	return nttime_from_timespec(ts);
}

static enum ns_err system_random(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	return crypto_random(out, n);
}

const struct auth_env auth_env_system = {.now = system_now, .random = system_random};

enum ns_err auth_step(struct auth *a, struct buf *out, struct view in)
{
	return a->ops->step(a, out, in);
}

enum ns_err auth_export_key(const struct auth *a, struct secret *out)
{
	return a->ops->export_key(a, out);
}

struct auth_identity auth_identity(const struct auth *a)
{
	return a->ops->identity(a);
}

unsigned auth_mech(const struct auth *a)
{
	return a->ops->chosen(a);
}

const char *auth_error_text(const struct auth *a)
{
	return a->ops->error_text(a);
}

enum ns_err auth_get_mic(struct auth *a, struct buf *out, struct view msg)
{
	return a->ops->get_mic(a, out, msg);
}

enum ns_err auth_verify_mic(struct auth *a, struct view mic, struct view msg)
{
	return a->ops->verify_mic(a, mic, msg);
}

void auth_free(struct auth *a)
{
	if (a != NULL)
		a->ops->free(a);
}
