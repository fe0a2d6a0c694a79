/* SPDX-License-Identifier: MIT */
/*
 * A test double of libnetsess: netsess.h over a script instead of a network.
 *
 * NETSESS_FAKE names the script, a JSON object of servers ("" is this computer); one that
 * is not in it is 53.  Of a server:
 *
 *	sessions, files, shares, server, wksta, time, counters	rows: arrays of {member:
 *value} connections		{qualifier: rows} codes			{"SESSION_ENUM:1":
 *124, "SESSION_DEL": 5}: these are
 *answered note			goes with every answer self_user, self_client, dialect,
 *encrypted stay			Del succeeds and removes nothing returning
 *sessions that are there after a Del
 *
 * NETSESS_FAKE_LOG is appended one JSON line a request: what was asked, and as whom.
 * A batch answers the last question first.
 */
#include <arpa/inet.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/win32err.h"
#include "cli/fake_table.h"

#define NAME_ROOM 64

struct netsess_options {
	json_t *all; /* setter: value, as it goes to the log */
	char *user;
};

struct netsess_result {
	uint32_t code;
	const struct fake_level *level;
	json_t *server; /* NULL: not reached */
	json_t *rows;
};

static json_t *script;

static json_t *fake_script(void)
{
	if (script == NULL)
		script = json_load_file(getenv("NETSESS_FAKE"), 0, NULL);
	if (script == NULL)
		abort();
	return script;
}

/* ------------------------------------------------------------------------- options -- */

struct netsess_options *netsess_options_new(void)
{
	struct netsess_options *o = calloc(1, sizeof(*o));

	o->all = json_object();
	o->user = strdup("");
	return o;
}

struct netsess_options *netsess_options_copy(const struct netsess_options *o)
{
	struct netsess_options *copy = calloc(1, sizeof(*copy));

	copy->all = json_deep_copy(o->all);
	copy->user = strdup(o->user);
	return copy;
}

void netsess_options_free(struct netsess_options *o)
{
	if (o == NULL)
		return;
	json_decref(o->all);
	free(o->user);
	free(o);
}

static uint32_t fake_set(struct netsess_options *o, const char *what, json_t *value)
{
	json_object_set_new(o->all, what, value);
	return 0;
}

uint32_t netsess_options_set_user(struct netsess_options *o, const char *user)
{
	free(o->user);
	o->user = strdup(user);
	return fake_set(o, "as", json_string(user));
}

uint32_t netsess_options_set_password(struct netsess_options *o, const char *password)
{
	return fake_set(o, "password", json_string(password));
}

/* No hash of anything, but of one password always the same. */
uint32_t netsess_nt_hash(const char *password, uint8_t hash[16])
{
	memset(hash, 0, 16);
	for (size_t i = 0; password[i] != '\0'; i++)
		hash[i % 16] = (uint8_t)(hash[i % 16] * 31 + (uint8_t)password[i]);
	return 0;
}

uint32_t netsess_options_set_auth(struct netsess_options *o, enum netsess_auth auth)
{
	return fake_set(o, "auth", json_integer(auth));
}

uint32_t netsess_options_load_auth_file(struct netsess_options *o, const char *path)
{
	FILE *file = fopen(path, "r");

	if (file == NULL)
		return WIN32_ERROR_FILE_NOT_FOUND;
	fclose(file);
	return fake_set(o, "auth_file", json_string(path));
}

uint32_t netsess_options_set_encryption(struct netsess_options *o, bool required)
{
	return fake_set(o, "encrypt", json_boolean(required));
}

uint32_t netsess_options_set_dialects(struct netsess_options *o, uint16_t lowest,
				      uint16_t highest)
{
	fake_set(o, "lowest", json_integer(lowest));
	return fake_set(o, "highest", json_integer(highest));
}

uint32_t netsess_options_set_timeout(struct netsess_options *o, unsigned ms)
{
	return fake_set(o, "timeout", json_integer(ms));
}

uint32_t netsess_options_set_strict(struct netsess_options *o, bool strict)
{
	return fake_set(o, "strict", json_boolean(strict));
}

uint32_t netsess_options_set_wins(struct netsess_options *o, const char *address)
{
	struct in_addr a;

	if (inet_pton(AF_INET, address, &a) != 1)
		return WIN32_ERROR_INVALID_PARAMETER;
	return fake_set(o, "wins", json_string(address));
}

const char *netsess_options_user(const struct netsess_options *o)
{
	return o->user;
}

/* ------------------------------------------------------------------------- results -- */

void netsess_result_free(struct netsess_result *r)
{
	if (r == NULL)
		return;
	json_decref(r->rows);
	free(r);
}

static const char *fake_text(const struct netsess_result *r, const char *member)
{
	const char *s = json_string_value(json_object_get(r->server, member));

	return s != NULL ? s : "";
}

uint32_t netsess_result_code(const struct netsess_result *r)
{
	return r->code;
}

const char *netsess_result_note(const struct netsess_result *r)
{
	return fake_text(r, "note");
}

size_t netsess_result_rows(const struct netsess_result *r)
{
	return json_array_size(r->rows);
}

size_t netsess_result_fields(const struct netsess_result *r)
{
	size_t n = 0;

	while (r->level != NULL && r->level->fields[n] != NULL)
		n++;
	return n;
}

const struct netsess_field *netsess_result_field(const struct netsess_result *r,
						 size_t field)
{
	return field < netsess_result_fields(r) ? r->level->fields[field] : NULL;
}

size_t netsess_result_find(const struct netsess_result *r, const char *name)
{
	size_t n = netsess_result_fields(r);

	for (size_t i = 0; i < n; i++) {
		if (strcmp(r->level->fields[i]->member, name) == 0 ||
		    strcmp(r->level->fields[i]->key, name) == 0)
			return i;
	}
	return n;
}

static json_t *fake_value(const struct netsess_result *r, size_t row, size_t field)
{
	const struct netsess_field *f = netsess_result_field(r, field);

	return f != NULL ? json_object_get(json_array_get(r->rows, row), f->member) : NULL;
}

uint32_t netsess_result_u32(const struct netsess_result *r, size_t row, size_t field)
{
	return (uint32_t)json_integer_value(fake_value(r, row, field));
}

uint64_t netsess_result_u64(const struct netsess_result *r, size_t row, size_t field)
{
	return (uint64_t)json_integer_value(fake_value(r, row, field));
}

const char *netsess_result_text(const struct netsess_result *r, size_t row, size_t field)
{
	const char *s = json_string_value(fake_value(r, row, field));

	return s != NULL ? s : "";
}

/* Bytes are strings in the script. */
const uint8_t *netsess_result_bytes(const struct netsess_result *r, size_t row,
				    size_t field, size_t *n)
{
	json_t *value = fake_value(r, row, field);

	*n = json_string_length(value);
	return *n > 0 ? (const uint8_t *)json_string_value(value) : NULL;
}

void netsess_result_flags(const struct netsess_result *r, size_t row, size_t field,
			  char *out, size_t n)
{
	uint32_t v = netsess_result_u32(r, row, field);

	(void)snprintf(out, n, "%s%s%s", v & 1 ? "GUEST" : "", (v & 3) == 3 ? "|" : "",
		       v & 2 ? "NO-ENCRYPTION" : "");
}

uint16_t netsess_result_dialect(const struct netsess_result *r)
{
	return (uint16_t)json_integer_value(json_object_get(r->server, "dialect"));
}

bool netsess_result_encrypted(const struct netsess_result *r)
{
	return json_is_true(json_object_get(r->server, "encrypted"));
}

const char *netsess_result_self_user(const struct netsess_result *r)
{
	return fake_text(r, "self_user");
}

const char *netsess_result_self_client(const struct netsess_result *r)
{
	return fake_text(r, "self_client");
}

/* --------------------------------------------------------------------------- calls -- */

static void fake_log(const struct netsess_options *o, const char *how, const char *server,
		     const struct netsess_request *q)
{
	const char *path = getenv("NETSESS_FAKE_LOG");
	json_t *line = json_deep_copy(o->all);
	FILE *log = path != NULL ? fopen(path, "a") : NULL;

	if (log != NULL) {
		json_object_set_new(line, "how", json_string(how));
		json_object_set_new(line, "op", json_string(fake_op_name(q->op)));
		json_object_set_new(line, "server", json_string(server));
		json_object_set_new(line, "level", json_integer(q->level));
		json_object_set_new(line, "client",
				    q->client ? json_string(q->client) : json_null());
		json_object_set_new(line, "user",
				    q->user ? json_string(q->user) : json_null());
		json_object_set_new(line, "name",
				    q->name ? json_string(q->name) : json_null());
		json_object_set_new(line, "id", json_integer(q->id));
		json_dumpf(line, log, 0);
		fputc('\n', log);
		fclose(log);
	}
	json_decref(line);
}

static bool fake_matches(const struct netsess_request *q, json_t *row)
{
	const char *client = json_string_value(json_object_get(row, "cname"));
	const char *user = json_string_value(json_object_get(row, "username"));

	return (q->client == NULL || client == NULL ||
		netsess_same_client(q->client, client)) &&
	       (q->user == NULL || user == NULL || netsess_same_user(q->user, user));
}

/* The scripted code for "OP:LEVEL", or else for "OP". */
static uint32_t fake_code(json_t *server, const struct netsess_request *q)
{
	json_t *codes = json_object_get(server, "codes"), *code;
	char name[NAME_ROOM];

	(void)snprintf(name, sizeof(name), "%s:%u", fake_op_name(q->op), q->level);
	code = json_object_get(codes, name);
	if (code == NULL)
		code = json_object_get(codes, fake_op_name(q->op));
	return (uint32_t)json_integer_value(code);
}

static void fake_get(struct netsess_result *r, const struct netsess_request *q)
{
	json_t *list = json_object_get(r->server, r->level->list), *row;
	bool sessions = q->op == NETSESS_SESSION_ENUM || q->op == NETSESS_SESSION_GET;
	json_t *removed = json_object_get(r->server, "removed");
	json_int_t lingering = json_integer_value(json_object_get(r->server, "lingering"));
	size_t i;

	if (sessions && removed != NULL && lingering > 0) {
		list = removed;
		json_object_set_new(r->server, "lingering", json_integer(lingering - 1));
	}

	if (q->op == NETSESS_CONNECTION_ENUM)
		list = json_object_get(list, q->name);
	json_array_foreach(list, i, row)
	{
		if (!sessions || fake_matches(q, row))
			json_array_append(r->rows, row);
	}
	if (sessions && json_array_size(r->rows) == 0 && (q->client || q->user))
		r->code = q->client ? WIN32_NERR_CLIENT_NAME_NOT_FOUND
				    : WIN32_NERR_USER_NOT_FOUND;
}

static uint32_t fake_del(json_t *server, const struct netsess_request *q)
{
	json_t *list = json_object_get(server, "sessions");
	size_t matched = 0;

	json_object_set_new(server, "removed", json_deep_copy(list));
	if (q->client == NULL && q->user == NULL)
		return WIN32_ERROR_INVALID_PARAMETER;
	for (size_t i = json_array_size(list); i-- > 0;) {
		if (!fake_matches(q, json_array_get(list, i)))
			continue;
		matched++;
		if (!json_is_true(json_object_get(server, "stay")))
			json_array_remove(list, i);
	}
	json_array_extend(list, json_object_get(server, "returning"));
	return matched > 0 ? 0 : WIN32_NERR_CLIENT_NAME_NOT_FOUND;
}

static struct netsess_result *fake_ask(const struct netsess_options *o, const char *how,
				       const char *server, const struct netsess_request *q)
{
	struct netsess_result *r = calloc(1, sizeof(*r));

	fake_log(o, how, server != NULL ? server : "", q);
	r->rows = json_array();
	r->server = json_object_get(fake_script(), server != NULL ? server : "");
	if (r->server == NULL) {
		r->code = WIN32_ERROR_BAD_NETPATH;
		return r;
	}
	r->code = fake_code(r->server, q);
	if (r->code != 0)
		return r;
	if (q->op == NETSESS_SESSION_DEL) {
		r->code = fake_del(r->server, q);
		return r;
	}
	if (q->op == NETSESS_FILE_CLOSE)
		return r;
	r->level = fake_level_find(q->op, q->level);
	if (r->level == NULL)
		r->code = WIN32_ERROR_INVALID_LEVEL;
	else
		fake_get(r, q);
	return r;
}

uint32_t netsess_call(const struct netsess_options *o, const char *server,
		      const struct netsess_request *request, struct netsess_result **result)
{
	*result = fake_ask(o, "call", server, request);
	return (*result)->code;
}

void netsess_disconnect_all(void)
{
	json_decref(script);
	script = NULL;
}

struct fake_question {
	const char *server;
	struct netsess_request request;
	void *tag;
};

struct netsess_batch {
	struct netsess_options *options;
	struct fake_question *questions;
	size_t n;
};

struct netsess_batch *netsess_batch_new(const struct netsess_options *o)
{
	struct netsess_batch *b = calloc(1, sizeof(*b));

	b->options = netsess_options_copy(o);
	return b;
}

void netsess_batch_free(struct netsess_batch *b)
{
	if (b == NULL)
		return;
	netsess_options_free(b->options);
	free(b->questions);
	free(b);
}

uint32_t netsess_batch_add(struct netsess_batch *b, const char *server,
			   const struct netsess_request *request, void *tag)
{
	b->questions = reallocarray(b->questions, b->n + 1, sizeof(*b->questions));
	b->questions[b->n++] = (struct fake_question){server, *request, tag};
	return 0;
}

uint32_t netsess_batch_run(struct netsess_batch *b, unsigned parallel,
			   netsess_answer *answer, void *arg)
{
	char how[NAME_ROOM];

	(void)snprintf(how, sizeof(how), "batch %u", parallel);
	while (b->n > 0) {
		struct fake_question q = b->questions[--b->n];

		answer(arg, q.tag, q.server,
		       fake_ask(b->options, how, q.server, &q.request));
	}
	return 0;
}

/* --------------------------------------------------------------------------- words -- */

const char *netsess_code_name(uint32_t code)
{
	return win32err_name(code);
}

const char *netsess_code_text(uint32_t code)
{
	return win32err_text(code);
}

const char *netsess_dialect_name(uint16_t dialect)
{
	return dialect == NETSESS_DIALECT_311 ? "3.1.1" : "";
}

static const char *without_backslashes(const char *s)
{
	return s + strspn(s, "\\");
}

bool netsess_same_client(const char *a, const char *b)
{
	return strcasecmp(without_backslashes(a), without_backslashes(b)) == 0;
}

bool netsess_same_user(const char *a, const char *b)
{
	const char *domain = strchr(a, '\\');

	return strcasecmp(domain != NULL ? domain + 1 : a, b) == 0;
}
