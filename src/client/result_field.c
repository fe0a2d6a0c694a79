/* SPDX-License-Identifier: MIT */
#include "client/result_field.h"

#include <assert.h>
#include <pthread.h>

/* Fields of all levels of all families, each counted once: some 140. */
#define FIELDS_MAX 256u

static struct {
	const struct info_field *of;
	struct netsess_field field;
} fields[FIELDS_MAX];
static size_t n_fields;
static pthread_once_t fields_once = PTHREAD_ONCE_INIT;

static enum netsess_type type_of(enum info_type type)
{
	switch (type) {
	case INFO_STRING:
		return NETSESS_TEXT;
	case INFO_BYTES:
		return NETSESS_BYTES;
	case INFO_U64:
		return NETSESS_U64;
	case INFO_U32:
	case INFO_SIZE:
		break;
	}
	return NETSESS_U32;
}

static enum netsess_show show_of(enum info_show show)
{
	switch (show) {
	case INFO_SHOW_SIGNED:
		return NETSESS_SHOW_SIGNED;
	case INFO_SHOW_LIMIT:
		return NETSESS_SHOW_LIMIT;
	case INFO_SHOW_HEX:
		return NETSESS_SHOW_HEX;
	case INFO_SHOW_BOOL:
		return NETSESS_SHOW_BOOL;
	case INFO_SHOW_SECONDS:
		return NETSESS_SHOW_SECONDS;
	case INFO_SHOW_MINUTES:
		return NETSESS_SHOW_MINUTES;
	case INFO_SHOW_TIME:
		return NETSESS_SHOW_TIME;
	case INFO_SHOW_FLAGS:
		return NETSESS_SHOW_FLAGS;
	case INFO_SHOW_NEVER:
		return NETSESS_SHOW_NEVER;
	case INFO_SHOW_TEXT:
	case INFO_SHOW_NUMBER:
	case INFO_SHOW_BYTES:
		break;
	}
	return NETSESS_SHOW_PLAIN;
}

static size_t place_of(const struct info_field *field)
{
	size_t i = 0;

	while (i < n_fields && fields[i].of != field)
		i++;
	return i;
}

static void add_level(const struct info_level *level)
{
	for (size_t i = 0; i < level->n; i++) {
		const struct info_field *f = level->fields[i];

		if (place_of(f) < n_fields)
			continue;
		assert(n_fields < FIELDS_MAX);
		fields[n_fields].of = f;
		fields[n_fields].field = (struct netsess_field){
			.member = f->member,
			.key = f->key,
			.heading = f->heading,
			.type = type_of(f->type),
			.show = show_of(f->show),
		};
		n_fields++;
	}
}

static void fill(void)
{
	static const struct info_family *const families[] = {
		&SESSION_INFO, &CONNECTION_INFO, &FILE_INFO,        &SHARE_INFO,
		&SERVER_INFO,  &WKSTA_INFO,      &TIME_OF_DAY_INFO, &COUNTER_INFO,
	};

	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		for (size_t l = 0; l < families[i]->n; l++)
			add_level(&families[i]->levels[l]);
	}
}

const struct netsess_field *result_field_of(const struct info_field *field)
{
	(void)pthread_once(&fields_once, fill);
	return &fields[place_of(field)].field;
}
