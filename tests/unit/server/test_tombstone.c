/* SPDX-License-Identifier: MIT */
#include "sess_rig.h"

#include "server/tombstone.h"

static struct tombstones *stones(struct rig *rig)
{
	return rig->lab.server->tombstones;
}

static struct tombstone *find(struct rig *rig, uint64_t id, const struct rawclient *c)
{
	return tombstone_find(stones(rig), id, c->conn->id, rig->lab.server->now);
}

static void a_dead_session_leaves_its_keys(void **state)
{
	struct raw_session s;
	struct tombstone *stone;
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_302);
	rig_sign_in(&rig.one, &s, "alice");
	assert_null(find(&rig, s.id, &rig.one));
	session_end(rig_session(&rig, &s), SESSION_END_ADMIN, NULL);
	stone = find(&rig, s.id, &rig.one);
	assert_non_null(stone);
	assert_true(secret_equal(
		secret_view(&tombstone_signing(stone, rig.one.conn->id)->signing),
		secret_view(&s.keys.signing)));
	assert_true(secret_equal(secret_view(&tombstone_sealing(stone)->open),
				 secret_view(&s.keys.seal)));
	assert_null(find(&rig, s.id, &rig.two)); /* it was never there */
	assert_null(find(&rig, s.id + 1, &rig.one));
	raw_session_release(&s);
	rig_stop(&rig);
}

static void it_stands_for_a_minute(void **state)
{
	struct raw_session s;
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_302);
	rig_sign_in(&rig.one, &s, "alice");
	session_end(rig_session(&rig, &s), SESSION_END_ADMIN, NULL);
	assert_true(tombstones_next_deadline(stones(&rig)) == rig.lab.now + TOMBSTONE_MS);
	assert_null(tombstone_find(stones(&rig), s.id, rig.one.conn->id,
				   rig.lab.now + TOMBSTONE_MS));
	tombstones_tick(stones(&rig), rig.lab.now + TOMBSTONE_MS - 1);
	assert_int_equal(tombstones_count(stones(&rig)), 1);
	tombstones_tick(stones(&rig), rig.lab.now + TOMBSTONE_MS);
	assert_int_equal(tombstones_count(stones(&rig)), 0);
	assert_true(tombstones_next_deadline(stones(&rig)) == UINT64_MAX);
	raw_session_release(&s);
	rig_stop(&rig);
}

/* The last TOMBSTONES_MAX dead are remembered. */
static void there_are_only_so_many(void **state)
{
	uint64_t first = 0, last = 0;
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_302);
	for (size_t i = 0; i <= TOMBSTONES_MAX; i++) {
		struct raw_session s;

		rig_sign_in(&rig.one, &s, "alice");
		first = i == 0 ? s.id : first;
		last = s.id;
		session_end(rig_session(&rig, &s), SESSION_END_ADMIN, NULL);
		raw_session_release(&s);
		serverlab_turn(&rig.lab);
	}
	assert_int_equal(tombstones_count(stones(&rig)), TOMBSTONES_MAX);
	assert_null(find(&rig, first, &rig.one));
	assert_non_null(find(&rig, last, &rig.one));
	rig_stop(&rig);
}

static void allow_anonymous(struct server_config *config)
{
	config->allow_anonymous = true;
}

static void without_keys_there_is_no_stone(void **state)
{
	struct raw_session s;
	struct rig rig;

	(void)state;
	rig_begin(&rig, allow_anonymous, SMB2_DIALECT_302);
	assert_int_equal(raw_sign_in(&rig.one, &s, NULL, NULL), NT_STATUS_SUCCESS);
	session_end(rig_session(&rig, &s), SESSION_END_ADMIN, NULL);
	assert_int_equal(tombstones_count(stones(&rig)), 0);
	raw_session_release(&s);
	rig_stop(&rig);
}

static void each_channel_is_remembered(void **state)
{
	struct raw_session s, channel;
	struct raw_setup setup = {.user = "alice", .password = "passalice", .bind = &s};
	struct tombstone *stone;
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_302);
	rig_sign_in(&rig.one, &s, "alice");
	assert_int_equal(raw_sign_in_as(&rig.two, &channel, &setup), NT_STATUS_SUCCESS);
	session_end(rig_session(&rig, &s), SESSION_END_ADMIN, NULL);
	stone = find(&rig, s.id, &rig.two);
	assert_non_null(stone);
	assert_true(secret_equal(
		secret_view(&tombstone_signing(stone, rig.two.conn->id)->signing),
		secret_view(&channel.keys.signing)));
	raw_session_release(&channel);
	raw_session_release(&s);
	rig_stop(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_dead_session_leaves_its_keys),
		cmocka_unit_test(it_stands_for_a_minute),
		cmocka_unit_test(there_are_only_so_many),
		cmocka_unit_test(without_keys_there_is_no_stone),
		cmocka_unit_test(each_channel_is_remembered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
