/* SPDX-License-Identifier: MIT */
/* The process-wide options of the Win32 functions: one shared object behind a lock. */
#include <pthread.h>

#include "base/win32err.h"
#include "client/options.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct netsess_options *shared; /* NULL: to be made when first needed */
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* Files of credentials are read under the lock: a fork must not catch it held. */
static void before_fork(void)
{
	(void)pthread_mutex_lock(&lock);
}

static void after_fork(void)
{
	(void)pthread_mutex_unlock(&lock);
}

static void prepare(void)
{
	(void)pthread_atfork(before_fork, after_fork, after_fork);
}

static void take_lock(void)
{
	(void)pthread_once(&once, prepare);
	(void)pthread_mutex_lock(&lock);
}

uint32_t netsess_set_credentials(const struct netsess_options *o)
{
	struct netsess_options *fresh = NULL;
	struct netsess_options *old;

	if (o != NULL) {
		fresh = netsess_options_copy(o);
		if (fresh == NULL)
			return WIN32_ERROR_NOT_ENOUGH_MEMORY;
	}
	take_lock();
	old = shared;
	shared = fresh;
	(void)pthread_mutex_unlock(&lock);
	netsess_options_free(old); /* calls that use it still hold it */
	return WIN32_ERROR_SUCCESS;
}

struct netsess_options *options_default(void)
{
	struct netsess_options *o;

	take_lock();
	if (shared == NULL)
		shared = netsess_options_new();
	o = shared;
	if (o != NULL)
		(void)atomic_fetch_add(&o->references, 1);
	(void)pthread_mutex_unlock(&lock);
	return o;
}
