/* SPDX-License-Identifier: MIT */
#include "fs/fs_nameset.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/utf16.h"

/* Names in a chain before there are to be more of them. */
#define CHAIN_LENGTH  2
#define BUCKETS_FIRST 256

struct fs_nameset_name {
	struct fs_nameset_name *next;
	uint32_t hash;
	uint16_t n;
	char text[]; /* with a NUL */
};

static uint32_t hash_of(struct view name)
{
	uint64_t h = utf8_hash_folded(name, FS_NAMESET_SEED);

	return (uint32_t)(h ^ h >> 32);
}

static struct fs_nameset_name **chain(const struct fs_nameset *set, uint32_t hash)
{
	return &set->buckets[hash & (set->bucket_count - 1)];
}

static struct view text_of(const struct fs_nameset_name *name)
{
	return view_of(name->text, name->n);
}

/* What malloc() takes for one, about. */
static size_t cost(const struct fs_nameset_name *name)
{
	return sizeof(*name) + name->n + 1u + sizeof(void *);
}

/* Where there is no memory for more chains, they become longer. */
static bool grow(struct fs_nameset *set)
{
	struct fs_nameset old = *set, more = *set;

	more.bucket_count =
		old.bucket_count == 0 ? BUCKETS_FIRST : old.bucket_count * 2 * CHAIN_LENGTH;
	more.buckets = calloc(more.bucket_count, sizeof(struct fs_nameset_name *));
	if (more.buckets == NULL)
		return old.bucket_count > 0;
	for (size_t i = 0; i < old.bucket_count; i++) {
		struct fs_nameset_name *name = old.buckets[i], *next;

		for (; name != NULL; name = next) {
			struct fs_nameset_name **at = chain(&more, name->hash);

			next = name->next;
			name->next = *at;
			*at = name;
		}
	}
	more.bytes += (more.bucket_count - old.bucket_count) * sizeof(void *);
	free(old.buckets);
	*set = more;
	return true;
}

/* The place in its chain of this very name, behind `before`; of NULL: there is none. */
static struct fs_nameset_name **exact(const struct fs_nameset *set, struct view name,
				      uint32_t hash, size_t *before)
{
	struct fs_nameset_name **at = chain(set, hash);

	*before = 0;
	while (*at != NULL && ((*at)->hash != hash || !view_equal(text_of(*at), name))) {
		at = &(*at)->next;
		++*before;
	}
	return at;
}

bool fs_nameset_add(struct fs_nameset *set, struct view name)
{
	uint32_t hash = hash_of(name);
	struct fs_nameset_name *one, **at;
	size_t before;

	if (set->count >= set->bucket_count * CHAIN_LENGTH && !grow(set))
		return false;
	at = exact(set, name, hash, &before);
	if (*at != NULL)
		return true;
	if (before >= FS_NAMESET_CHAIN_MAX)
		return false;
	one = malloc(sizeof(*one) + name.n + 1);
	if (one == NULL || name.n > UINT16_MAX) {
		free(one);
		return false;
	}
	one->next = NULL;
	one->hash = hash;
	one->n = (uint16_t)name.n;
	memcpy(one->text, name.p, name.n);
	one->text[name.n] = '\0';
	*at = one;
	set->count++;
	set->bytes += cost(one);
	return true;
}

void fs_nameset_remove(struct fs_nameset *set, struct view name)
{
	struct fs_nameset_name **at, *one;
	size_t before;

	if (set->bucket_count == 0)
		return;
	at = exact(set, name, hash_of(name), &before);
	one = *at;
	if (one == NULL)
		return;
	*at = one->next;
	set->count--;
	set->bytes -= cost(one);
	free(one);
}

const char *fs_nameset_find(const struct fs_nameset *set, struct view name)
{
	uint32_t hash = hash_of(name);

	if (set->bucket_count == 0)
		return NULL;
	for (const struct fs_nameset_name *one = *chain(set, hash); one != NULL;
	     one = one->next)
		if (one->hash == hash && utf8_equal_folded(text_of(one), name))
			return one->text;
	return NULL;
}

void fs_nameset_release(struct fs_nameset *set)
{
	for (size_t i = 0; i < set->bucket_count; i++) {
		struct fs_nameset_name *name = set->buckets[i], *next;

		for (; name != NULL; name = next) {
			next = name->next;
			free(name);
		}
	}
	free(set->buckets);
	*set = (struct fs_nameset){0};
}
