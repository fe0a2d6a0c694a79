/* SPDX-License-Identifier: MIT */
#include "base/secret.h"

#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum ns_err secret_set(struct secret *s, struct view v)
{
	if (v.n > SECRET_MAX)
		return NS_ELIMIT;
	secret_wipe(s);
	if (v.n > 0)
		memcpy(s->bytes, v.p, v.n);
	s->n = v.n;
	return NS_OK;
}

void secret_wipe(struct secret *s)
{
	secret_wipe_bytes(s, sizeof(*s));
}

void secret_wipe_bytes(void *p, size_t n)
{
	if (n > 0)
		explicit_bzero(p, n);
}

bool secret_equal(struct view a, struct view b)
{
	uint8_t diff = 0;

	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		diff |= (uint8_t)(a.p[i] ^ b.p[i]);
	return diff == 0;
}

/* Stands before the memory handed out, in the same pages. */
struct secret_block {
	size_t size; /* of the mapping */
	max_align_t memory[];
};

void *secret_alloc(size_t n)
{
	struct secret_block *b;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t size;

	if (n > SIZE_MAX - sizeof(*b) - page)
		return NULL;
	size = (sizeof(*b) + n + page - 1) / page * page;
	b = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (b == MAP_FAILED)
		return NULL;
	/* Both are best effort: RLIMIT_MEMLOCK is small, and an old kernel may know
	 * neither. */
	(void)madvise(b, size, MADV_DONTDUMP);
	(void)mlock(b, size);
	b->size = size;
	return b->memory;
}

void secret_free(void *p)
{
	struct secret_block *b;
	size_t size;

	if (p == NULL)
		return;
	b = (struct secret_block *)(void *)((char *)p -
					    offsetof(struct secret_block, memory));
	size = b->size;
	secret_wipe_bytes(b, size);
	(void)munmap(b, size);
}

char *secret_strdup(const char *s)
{
	char *copy;

	if (s == NULL)
		return NULL;
	copy = secret_alloc(strlen(s) + 1);
	if (copy != NULL)
		memcpy(copy, s, strlen(s));
	return copy;
}

void secret_strfree(char *s)
{
	secret_free(s);
}
