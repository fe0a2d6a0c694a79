/* SPDX-License-Identifier: MIT */
#include "server/open.h"

#include <assert.h>
#include <utlist.h>

#include "base/log.h"
#include "server/channel.h"
#include "server/open_owner.h"
#include "server/request.h"
#include "server/server_config.h"

/* What GENERIC_READ, _WRITE and _EXECUTE mean for files and pipes, [MS-SMB2] 2.2.13.1.1. */
#define RIGHTS_READ                                                                        \
	(FILE_READ_DATA | FILE_READ_EA | FILE_READ_ATTRIBUTES | ACCESS_READ_CONTROL |      \
	 ACCESS_SYNCHRONIZE)
#define RIGHTS_WRITE                                                                       \
	(FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_WRITE_EA | FILE_WRITE_ATTRIBUTES |      \
	 ACCESS_READ_CONTROL | ACCESS_SYNCHRONIZE)
#define RIGHTS_EXECUTE                                                                     \
	(FILE_EXECUTE | FILE_READ_ATTRIBUTES | ACCESS_READ_CONTROL | ACCESS_SYNCHRONIZE)
#define RIGHTS_ALL                                                                         \
	(RIGHTS_READ | RIGHTS_WRITE | RIGHTS_EXECUTE | FILE_DELETE_CHILD | ACCESS_DELETE | \
	 ACCESS_WRITE_DAC | ACCESS_WRITE_OWNER)
#define RIGHTS_GENERIC                                                                     \
	(GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE | GENERIC_ALL |                    \
	 ACCESS_MAXIMUM_ALLOWED)

/* In every right to a share there is the right to wait, and to see what one may see. */
#define RIGHTS_ALWAYS (ACCESS_SYNCHRONIZE | FILE_READ_ATTRIBUTES | ACCESS_READ_CONTROL)

bool open_map_rights(uint32_t allowed, uint32_t desired, uint32_t *granted)
{
	uint32_t wanted = desired & ~RIGHTS_GENERIC;

	if ((desired & GENERIC_READ) != 0)
		wanted |= RIGHTS_READ;
	if ((desired & GENERIC_WRITE) != 0)
		wanted |= RIGHTS_WRITE;
	if ((desired & GENERIC_EXECUTE) != 0)
		wanted |= RIGHTS_EXECUTE;
	if ((desired & GENERIC_ALL) != 0)
		wanted |= RIGHTS_ALL;
	allowed |= RIGHTS_ALWAYS;
	if ((wanted & ~allowed) != 0)
		return false;
	if ((desired & ACCESS_MAXIMUM_ALLOWED) != 0)
		wanted |= allowed & RIGHTS_ALL;
	*granted = wanted;
	return true;
}

bool open_map_access(const struct tree *tree, uint32_t desired, uint32_t *granted)
{
	return open_map_rights(tree->maximal_access, desired, granted);
}

uint32_t open_status(enum ns_err err)
{
	return err == NS_ENOMEM ? NT_STATUS_NO_MEMORY : NT_STATUS_INSUFFICIENT_RESOURCES;
}

static enum ns_err give_ids(struct open *o, struct server *server)
{
	enum ns_err err;

	err = server_random(server, &o->id.persistent_id, sizeof(o->id.persistent_id));
	if (err != NS_OK)
		return err;
	err = order_add(&server->opens, &o->global_id, o);
	if (err != NS_OK)
		return err;
	/* 32 bits, so never all ones, which mean no file. */
	o->id.volatile_id = o->global_id;
	return NS_OK;
}

static bool has_room(const struct session *s)
{
	return s->open_count < s->server->config->max_opens_per_session;
}

static void join(struct open *o, struct tree *tree)
{
	assert(!tree->ended);
	o->tree = tree;
	DL_APPEND(tree->opens, o);
	tree->open_count++;
	tree->session->open_count++;
}

static void part(struct open *o)
{
	struct tree *tree = o->tree;

	DL_DELETE(tree->opens, o);
	tree->open_count--;
	tree->session->open_count--;
}

enum ns_err open_add(struct open *o, struct tree *tree)
{
	struct session *s = tree->session;
	struct server *server = s->server;
	enum ns_err err;

	if (!has_room(s))
		return NS_ELIMIT;
	err = give_ids(o, server);
	if (err != NS_OK)
		return err;
	o->server = server;
	o->created = server->now;
	join(o, tree);
	server->counters.opens_now++;
	if (o->ops->is_pipe)
		server->counters.pipes_opened++;
	else
		server->counters.files_opened++;
	log_debug(session_log_name(s), "%s %u opened", o->ops->kind,
		  (unsigned)o->global_id);
	return NS_OK;
}

static void open_bury(struct grave *grave)
{
	struct open *o =
		(struct open *)(void *)((char *)grave - offsetof(struct open, grave));

	buf_release(&o->path16);
	open_owner_put(o->owner);
	o->ops->free(o);
}

static const char *log_name(const struct open *o)
{
	return open_is_attached(o) ? session_log_name(open_session(o)) : "detached";
}

static void end_requests(struct open *o)
{
	channels_end_requests(open_session(o), NULL, o);
}

static void let_go(struct open *o, enum session_end_reason reason)
{
	if (o->ops->let_go != NULL)
		o->ops->let_go(o, reason);
}

void opens_let_go(struct tree *tree, enum session_end_reason reason)
{
	struct open *o;

	/* Answers may end opens by the way: these then lead on to the end of the list. */
	DL_FOREACH(tree->opens, o)
	{
		if (!o->ended)
			let_go(o, reason);
	}
}

/* Of one that was attached, tree and session stay reachable until the turn ends. */
void open_end(struct open *o, enum session_end_reason reason)
{
	struct server *server = o->server;

	if (o->ended)
		return;
	o->ended = true;
	let_go(o, reason);
	order_remove(&server->opens, o->global_id);
	server->counters.opens_now--;
	if (open_is_attached(o)) {
		part(o);
		end_requests(o);
	}
	log_debug(log_name(o), "%s %u closed", o->ops->kind, (unsigned)o->global_id);
	o->ops->end(o, reason);
	server_bury(server, &o->grave, open_bury);
}

void open_lose_tree(struct open *o, enum session_end_reason reason)
{
	if (!session_end_keeps_durable(reason) || o->ops->keep == NULL ||
	    !o->ops->keep(o)) {
		open_end(o, OPEN_END_CLOSED);
		return;
	}
	log_debug(log_name(o), "%s %u detached", o->ops->kind, (unsigned)o->global_id);
	part(o);
	o->tree = NULL;
}

/* The volatile part's upper half counts; a little less than all ones is its end. */
static uint64_t next_volatile(uint64_t id)
{
	return (id + (UINT64_C(1) << 32)) & ~(UINT64_C(1) << 63);
}

enum ns_err open_attach(struct open *o, struct tree *tree)
{
	if (!has_room(tree->session))
		return NS_ELIMIT;
	o->id.volatile_id = next_volatile(o->id.volatile_id);
	join(o, tree);
	log_debug(log_name(o), "%s %u attached", o->ops->kind, (unsigned)o->global_id);
	return NS_OK;
}

struct match_user open_user(const struct open *o)
{
	if (!open_is_attached(o))
		return open_owner_user(o->owner);
	return (struct match_user){
		.name = buf_view(&open_session(o)->user16),
		.domain = buf_view(&open_session(o)->domain16),
		.realm = buf_view(&open_session(o)->domain16),
	};
}

bool open_is_listed(const struct open *o)
{
	return !open_is_attached(o) || session_is_listed(open_session(o));
}

struct open *open_find_in_session(const struct session *s, struct smb2_file_id id)
{
	struct open *o = order_find(&s->server->opens, (uint32_t)id.volatile_id);

	if (o == NULL || o->tree == NULL || o->tree->session != s ||
	    o->id.volatile_id != id.volatile_id || o->id.persistent_id != id.persistent_id)
		return NULL;
	return o;
}

struct open *open_find(const struct session *s, const struct tree *tree,
		       struct smb2_file_id id)
{
	struct open *o = open_find_in_session(s, id);

	return o != NULL && o->tree == tree ? o : NULL;
}

struct open *open_find_global(const struct server *server, uint32_t global_id)
{
	return order_find(&server->opens, global_id);
}

struct open *open_after(const struct server *server, uint32_t global_id)
{
	return order_after(&server->opens, global_id);
}
