/* SPDX-License-Identifier: MIT */
#include "unit/client/conn_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/hex.h"

void rig_init(struct rig *r, const struct conn_config *client,
	      const struct smbpeer_config *server)
{
	static const struct smbpeer_config plain_server = {.reply = 100};
	struct auth_credentials credentials;
	struct conn_config config = {0};

	*r = (struct rig){.most = SIZE_MAX};
	if (client != NULL)
		config = *client;
	smbpeer_credentials(&credentials);
	if (config.credentials == NULL)
		config.credentials = &credentials;
	if (config.host == NULL)
		config.host = "peer.example";
	config.env = &smbpeer_env;
	r->link = conn_new(&config);
	auth_credentials_release(&credentials);
	smbpeer_init(&r->peer, server != NULL ? server : &plain_server);
}

void rig_release(struct rig *r)
{
	link_free(r->link);
	smbpeer_release(&r->peer);
}

static bool to_peer(struct rig *r)
{
	struct view out = link_output(r->link);

	if (out.n == 0)
		return false;
	smbpeer_recv(&r->peer, out);
	link_sent(r->link, out.n);
	return true;
}

static bool to_client(struct rig *r)
{
	struct view out = buf_view(&r->peer.out);
	struct view copy;

	if (r->chunk > 0)
		out = view_slice(out, 0, r->chunk);
	out = view_slice(out, 0, r->most - r->to_client);
	if (out.n == 0)
		return false;
	copy = view_dup(out);
	buf_consume(&r->peer.out, out.n);
	r->to_client += copy.n;
	link_recv(r->link, copy, 0);
	view_free(copy);
	return true;
}

void rig_pump(struct rig *r)
{
	while (to_peer(r) || to_client(r))
		;
}

static void check_pattern(const struct rig *r, const struct buf *stub)
{
	assert_int_equal(stub->n, r->peer.cfg.reply);
	for (size_t i = 0; i < stub->n; i++)
		assert_int_equal(stub->p[i], smbpeer_pattern(i));
}

enum ns_err rig_call(struct rig *r, size_t n)
{
	uint8_t *stub = calloc(1, n + 1);
	struct buf reply = {0};
	enum ns_err err;

	assert_non_null(stub);
	err = link_call(r->link, &SRVSVC, OPNUM_NETR_SESSION_ENUM, view_of(stub, n), 0);
	free(stub);
	if (err != NS_OK)
		return err;
	rig_pump(r);
	err = link_poll(r->link, &reply);
	if (err == NS_OK && r->peer.cfg.twist == NULL)
		check_pattern(r, &reply);
	buf_release(&reply);
	return err;
}

enum ns_err rig_once(const struct conn_config *client, const struct smbpeer_config *server)
{
	struct rig r;
	enum ns_err err;

	rig_init(&r, client, server);
	err = rig_call(&r, 8);
	rig_release(&r);
	return err;
}

struct link_info rig_info(const struct rig *r)
{
	struct link_info info;

	link_get_info(r->link, &info);
	return info;
}

void rig_expect(struct rig *r, enum ns_err err, bool alive)
{
	assert_string_equal(ns_err_name(rig_call(r, 8)), ns_err_name(err));
	assert_int_equal(link_alive(r->link), alive);
}
