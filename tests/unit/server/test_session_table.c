/* SPDX-License-Identifier: MIT */
#include "sess_rig.h"

#include <stdlib.h>

#include "base/utf16.h"
#include "server/order.h"

/* ------------------------------------------------------------------------- order.h -- */

static void ids_only_grow_and_holes_are_passed_over(void **state)
{
	struct order o;
	uint32_t id[100];
	int object[100];

	(void)state;
	order_init(&o);
	for (size_t i = 0; i < 100; i++) {
		assert_int_equal(order_add(&o, &id[i], &object[i]), NS_OK);
		assert_int_equal(id[i], i + 1);
	}
	for (size_t i = 0; i < 100; i++) {
		if (i % 10 != 3)
			order_remove(&o, id[i]);
	}
	assert_int_equal(o.live, 10);
	assert_true(o.n <= 20); /* holes were closed */
	assert_null(order_find(&o, id[0]));
	assert_ptr_equal(order_find(&o, id[13]), &object[13]);
	assert_ptr_equal(order_after(&o, 0), &object[3]);
	assert_ptr_equal(order_after(&o, id[3]), &object[13]);
	assert_ptr_equal(order_after(&o, id[90]), &object[93]);
	assert_null(order_after(&o, id[93]));
	assert_int_equal(order_count_after(&o, 0), o.live);
	assert_int_equal(order_count_after(&o, id[3]), o.live - 1);
	assert_int_equal(order_count_after(&o, id[93]), 0);
	order_remove(&o, id[93]);
	assert_int_equal(order_add(&o, &id[0], &object[0]), NS_OK);
	assert_int_equal(id[0], 101); /* no id is given twice */
	order_release(&o);
}

/* Who is still there keeps his id, and the walk meets everybody once. */
static void after_the_last_id_they_begin_anew(void **state)
{
	static const uint32_t given[] = {UINT32_MAX - 1, UINT32_MAX, 1, 3, 4, 5};
	int old, object[6];
	struct order o;
	uint32_t id;
	size_t seen = 0;

	(void)state;
	order_init(&o);
	o.last = 1;
	assert_int_equal(order_add(&o, &id, &old), NS_OK);
	assert_int_equal(id, 2);
	o.last = UINT32_MAX - 2;
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(order_add(&o, &id, &object[i]), NS_OK);
		assert_int_equal(id, given[i]);
		assert_ptr_equal(order_find(&o, id), &object[i]);
	}
	assert_ptr_equal(order_find(&o, 2), &old);
	for (id = 0; order_after(&o, id) != NULL; seen++)
		id = o.slots[seen].id;
	assert_int_equal(seen, 7);
	assert_int_equal(id, UINT32_MAX);
	/* A hole of the last round is filled where it is. */
	order_remove(&o, 4);
	o.last = 3;
	assert_int_equal(order_add(&o, &id, &old), NS_OK);
	assert_int_equal(id, 4);
	assert_int_equal(o.n, 7);
	order_release(&o);
}

/* ---------------------------------------------------------------------- the table -- */

static struct buf text16(const char *text)
{
	struct buf b;

	buf_init(&b, 4096);
	assert_int_equal(utf16_from_utf8(&b, view_of_string(text)), NS_OK);
	return b;
}

static void set_text(struct buf *b, const char *text)
{
	buf_release(b);
	buf_init(b, 4096);
	assert_int_equal(utf16_from_utf8(b, view_of_string(text)), NS_OK);
}

/* A session of the table alone: no connection, no keys. */
static struct session *put(struct session_table *t, uint64_t id, const char *user,
			   const char *client)
{
	struct session *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->id = id;
	set_text(&s->user16, user);
	set_text(&s->client16, client);
	assert_int_equal(session_table_add(t, s), NS_OK);
	assert_int_equal(session_table_index(t, s), NS_OK);
	session_table_enter(t, s, SESSION_STATE_VALID);
	return s;
}

static void drop(struct session_table *t, struct session *s)
{
	session_table_remove(t, s);
	session_free(s);
}

static void drop_all(struct session_table *t)
{
	struct session *s;

	while ((s = session_table_after(t, 0)) != NULL)
		drop(t, s);
	session_table_free(t);
}

static void count_one(void *ctx, struct session *s)
{
	(void)s;
	++*(size_t *)ctx;
}

static size_t matching(struct session_table *t, const char *client, const char *user)
{
	struct buf c = text16(client), u = text16(user);
	struct session_filter filter = {.client = buf_view(&c), .user = buf_view(&u)};
	size_t n = 0;

	session_table_each(t, &filter, count_one, &n);
	buf_release(&c);
	buf_release(&u);
	return n;
}

static bool has_client(struct session_table *t, const char *client)
{
	struct buf c = text16(client);
	bool has = session_table_has_client(t, buf_view(&c));

	buf_release(&c);
	return has;
}

static void sessions_are_found_by_each_key(void **state)
{
	struct session_table *t = session_table_new();
	struct session *a = put(t, 7, "alice", "\\\\10.0.0.1");
	struct session *b = put(t, 9, "bob", "\\\\10.0.0.1");

	(void)state;
	assert_ptr_equal(session_table_find(t, 7), a);
	assert_null(session_table_find(t, 8));
	assert_ptr_equal(session_table_find_global(t, b->global_id), b);
	assert_ptr_equal(session_table_after(t, a->global_id), b);
	assert_null(session_table_after(t, b->global_id));
	assert_int_equal(session_table_listed(t), 2);
	drop(t, a);
	assert_null(session_table_find(t, 7));
	assert_ptr_equal(session_table_after(t, 0), b);
	assert_int_equal(session_table_listed(t), 1);
	drop_all(t);
}

struct match_row {
	const char *client, *user;
	size_t n;
};

/* Sessions: ALICE from 10.0.0.1, alice from fe80::2, Jörg from WS1. */
static const struct match_row match_rows[] = {
	{"", "", 3},
	{"", "alice", 2},
	{"", "AlIcE", 2},
	{"", "JÖRG", 1},
	{"", "bob", 0},
	{"\\\\10.0.0.1", "", 1},
	{"\\\\::ffff:10.0.0.1", "", 1},
	{"\\\\[fe80::2]", "", 1},
	{"\\\\fe80:0:0:0:0:0:0:2", "alice", 1},
	{"\\\\[fe80::2]", "jörg", 0},
	{"\\\\ws1", "", 1},
	{"\\\\ws1", "jörg", 1},
	{"\\\\10.0.0.2", "", 0},
	{"\\\\10.0.0.2", "alice", 0},
};

static void filters_match_folded_names_and_addresses(void **state)
{
	struct session_table *t = session_table_new();

	(void)state;
	put(t, 1, "ALICE", "\\\\10.0.0.1");
	put(t, 2, "alice", "\\\\[fe80::2]");
	put(t, 3, "Jörg", "\\\\WS1");
	for (size_t i = 0; i < sizeof(match_rows) / sizeof(match_rows[0]); i++) {
		const struct match_row *row = &match_rows[i];

		if (matching(t, row->client, row->user) != row->n)
			fail_msg("client \"%s\" user \"%s\"", row->client, row->user);
	}
	assert_true(has_client(t, "\\\\ws1"));
	assert_false(has_client(t, "\\\\ws2"));
	drop_all(t);
}

static void the_unlisted_do_not_match(void **state)
{
	struct session_table *t = session_table_new();
	struct session *a = put(t, 1, "alice", "\\\\10.0.0.1");

	(void)state;
	session_table_enter(t, a, SESSION_STATE_EXPIRED);
	assert_int_equal(matching(t, "", "alice"), 1); /* expired ones are still there */
	a->end_waits = true;
	assert_int_equal(matching(t, "", "alice"), 0);
	assert_int_equal(matching(t, "", ""), 0);
	assert_false(has_client(t, "\\\\10.0.0.1"));
	t->waiting++;
	drop_all(t);
}

static void a_session_moves_to_its_next_client(void **state)
{
	struct session_table *t = session_table_new();
	struct session *a = put(t, 1, "alice", "\\\\10.0.0.1");
	struct buf to = text16("\\\\10.0.0.2");

	(void)state;
	put(t, 2, "bob", "\\\\10.0.0.1");
	assert_int_equal(session_table_move_client(t, a, buf_view(&to)), NS_OK);
	assert_int_equal(matching(t, "\\\\10.0.0.1", ""), 1);
	assert_int_equal(matching(t, "\\\\10.0.0.2", "alice"), 1);
	assert_int_equal(session_table_count_client(t, buf_view(&to)), 1);
	buf_release(&to);
	drop_all(t);
}

struct remover {
	struct session_table *t;
	size_t n;
};

static void remove_it(void *ctx, struct session *s)
{
	struct remover *r = ctx;

	r->n++;
	session_table_remove(r->t, s);
	session_free(s);
}

/* Del costs what it ends: the other 10,000 are not looked at, and are still there. */
static void ten_thousand_go_and_ten_thousand_stay(void **state)
{
	struct session_table *t = session_table_new();
	struct buf bob = text16("bob");
	struct session_filter filter = {.user = buf_view(&bob)};
	struct remover r = {.t = t};
	char client[32];

	(void)state;
	for (uint64_t i = 1; i <= 10000; i++) {
		snprintf(client, sizeof(client), "\\\\10.0.%u.%u", (unsigned)(i / 250),
			 (unsigned)(i % 250));
		put(t, 2 * i, "bob", client);
		put(t, 2 * i + 1, "carol", client);
	}
	session_table_each(t, &filter, remove_it, &r);
	assert_int_equal(r.n, 10000);
	assert_int_equal(session_table_listed(t), 10000);
	assert_int_equal(matching(t, "", "carol"), 10000);
	assert_int_equal(matching(t, "", "bob"), 0);
	assert_int_equal(session_table_count_user(t, buf_view(&bob)), 0);
	buf_release(&bob);
	drop_all(t);
}

/* A walk that resumes by id repeats nothing and loses nothing while others come and go. */
static void a_resumed_walk_repeats_and_loses_nothing(void **state)
{
	struct session_table *t = session_table_new();
	struct session *s;
	uint32_t last = 0;
	size_t seen = 0;

	(void)state;
	for (uint64_t i = 1; i <= 100; i++)
		put(t, i, "user", "\\\\10.0.0.1");
	while ((s = session_table_after(t, last)) != NULL && seen < 50) {
		assert_true(s->global_id > last);
		last = s->global_id;
		seen++;
	}
	for (uint64_t i = 1; i <= 50; i++) /* all that were seen, the last one, too */
		drop(t, session_table_find(t, i));
	put(t, 1000, "late", "\\\\10.0.0.1");
	while ((s = session_table_after(t, last)) != NULL) {
		assert_true(s->global_id > last);
		last = s->global_id;
		seen++;
	}
	assert_int_equal(seen, 101);
	drop_all(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_only_grow_and_holes_are_passed_over),
		cmocka_unit_test(after_the_last_id_they_begin_anew),
		cmocka_unit_test(sessions_are_found_by_each_key),
		cmocka_unit_test(filters_match_folded_names_and_addresses),
		cmocka_unit_test(the_unlisted_do_not_match),
		cmocka_unit_test(a_session_moves_to_its_next_client),
		cmocka_unit_test(ten_thousand_go_and_ten_thousand_stay),
		cmocka_unit_test(a_resumed_walk_repeats_and_loses_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
