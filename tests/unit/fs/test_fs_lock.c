/* SPDX-License-Identifier: MIT */
/* Byte-range locks: [MS-FSA] 2.1.4.10, 2.1.5.8, 2.1.5.9. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>

#include "disk.h"
#include "fs/fs_copy.h"
#include "fs/fs_lock.h"
#include "fs/fs_ranges.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MAX          UINT64_MAX

/* Two opens of one file, and one of another. */
struct scene {
	struct disk *d;
	struct fs_file *a, *b, *other;
};

static struct scene scene_of(void **state)
{
	struct scene s = {.d = *state};
	struct fs_open how = disk_open(s.d, "a", FS_OPEN_IF);

	s.a = disk_opened(&how);
	s.b = disk_opened(&how);
	how.path = "other";
	s.other = disk_opened(&how);
	return s;
}

static void scene_end(struct scene *s)
{
	disk_close(s->a);
	disk_close(s->b);
	disk_close(s->other);
}

static uint32_t lock(struct fs_file *file, uint64_t offset, uint64_t length, bool exclusive)
{
	struct fs_locking one = {{offset, length}, exclusive};

	return fs_lock(file, &one, 1);
}

static uint32_t unlock(struct fs_file *file, uint64_t offset, uint64_t length)
{
	return fs_unlock(file, (struct fs_range){offset, length});
}

static void unlocks(struct fs_file *file, uint64_t offset, uint64_t length)
{
	assert_status(unlock(file, offset, length), NT_STATUS_SUCCESS);
}

static bool may(const struct fs_file *file, uint64_t offset, uint64_t length, bool write)
{
	return fs_lock_permits(file, (struct fs_range){offset, length}, write);
}

/* --------------------------------------------------------------------------- ranges -- */

static const struct {
	struct fs_range one, two;
	bool meet;
} pairs[] = {
	{{0, 1}, {0, 1}, true},
	{{0, 4}, {2, 4}, true},
	{{0, 4}, {4, 4}, false},
	{{4, 4}, {0, 4}, false},
	{{0, 10}, {3, 1}, true},
	{{5, MAX - 5}, {MAX - 1, 1}, true},
	{{5, MAX - 5}, {MAX, 1}, false},
	{{5, MAX - 4}, {MAX, 1}, true}, /* its last byte is the last of all */
	{{0, MAX}, {MAX, 1}, false},
	{{0, MAX}, {MAX - 1, 1}, true},
	{{MAX, 1}, {MAX, 1}, true},
	{{MAX, 0}, {MAX, 0}, false},
	{{MAX, 0}, {MAX - 1, 2}, true},
	{{1ull << 63, 1}, {(1ull << 63) - 1, 1}, false},
	{{1ull << 63, 1}, {(1ull << 63) - 1, 2}, true},
	/* Of no bytes: it meets what has bytes on both sides of it. */
	{{10, 0}, {10, 0}, false},
	{{10, 0}, {9, 1}, false},
	{{10, 0}, {10, 1}, false},
	{{10, 0}, {11, 1}, false},
	{{10, 0}, {9, 2}, true},
	{{10, 0}, {10, 2}, false},
	{{10, 0}, {9, 3}, true},
	{{10, 0}, {0, MAX}, true},
	{{0, 0}, {0, 0}, false},
	{{0, 0}, {0, MAX}, false},
	{{1, 0}, {0, 1}, false},
	{{1, 0}, {0, 2}, true},
};

static void meets(struct scene *s, struct fs_range one, struct fs_range two, bool meet)
{
	uint32_t want = meet ? NT_STATUS_LOCK_NOT_GRANTED : NT_STATUS_SUCCESS;
	struct fs_file *const who[] = {s->a, s->b};

	assert_status(lock(s->a, one.offset, one.length, true), NT_STATUS_SUCCESS);
	for (size_t i = 0; i < 2; i++) {
		assert_status(lock(who[i], two.offset, two.length, true), want);
		if (!meet)
			unlocks(who[i], two.offset, two.length);
	}
	assert_int_equal(may(s->b, two.offset, two.length, false), !meet);
	assert_int_equal(may(s->b, two.offset, two.length, true), !meet);
	assert_true(may(s->a, two.offset, two.length, false));
	assert_true(may(s->a, two.offset, two.length, true));
	assert_true(may(s->other, two.offset, two.length, true));
	unlocks(s->a, one.offset, one.length);
	assert_int_equal(fs_locks_held(s->a), 0);
	assert_int_equal(fs_locks_held(s->b), 0);
}

static void two_ranges_meet_or_not_either_way_round(void **state)
{
	struct scene s = scene_of(state);

	for (size_t i = 0; i < COUNT(pairs); i++) {
		meets(&s, pairs[i].one, pairs[i].two, pairs[i].meet);
		meets(&s, pairs[i].two, pairs[i].one, pairs[i].meet);
	}
	scene_end(&s);
}

static void a_range_ends_at_two_to_the_64(void **state)
{
	static const struct {
		struct fs_range range;
		bool fits;
	} rows[] = {
		{{MAX, 1}, true},      {{MAX, 2}, false}, {{MAX, MAX}, false},
		{{1, MAX}, true},      {{2, MAX}, false}, {{MAX, 0}, true},
		{{MAX - 1, 2}, true},  {{0, MAX}, true},  {{0, 0}, true},
		{{MAX - 1, 3}, false},
	};
	struct scene s = scene_of(state);

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fs_range r = rows[i].range;
		uint32_t bad = NT_STATUS_INVALID_LOCK_RANGE;

		assert_status(lock(s.a, r.offset, r.length, true),
			      rows[i].fits ? NT_STATUS_SUCCESS : bad);
		assert_status(unlock(s.a, r.offset, r.length),
			      rows[i].fits ? NT_STATUS_SUCCESS : bad);
		assert_status(unlock(s.a, r.offset, r.length),
			      rows[i].fits ? NT_STATUS_RANGE_NOT_LOCKED : bad);
	}
	scene_end(&s);
}

/* ------------------------------------------------------- who may what beside a lock -- */

static void shared_and_exclusive_beside_each_other(void **state)
{
	static const struct {
		bool first, second; /* exclusive */
		bool same, another; /* whether the second is granted to whom */
	} rows[] = {
		{false, false, true, true},
		{false, true, false, false},
		{true, false, true, false},
		{true, true, false, false},
	};
	struct scene s = scene_of(state);

	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_status(lock(s.a, 10, 10, rows[i].first), NT_STATUS_SUCCESS);
		assert_status(lock(s.a, 15, 10, rows[i].second),
			      rows[i].same ? NT_STATUS_SUCCESS
					   : NT_STATUS_LOCK_NOT_GRANTED);
		if (rows[i].same)
			unlocks(s.a, 15, 10);
		assert_status(lock(s.b, 15, 10, rows[i].second),
			      rows[i].another ? NT_STATUS_SUCCESS
					      : NT_STATUS_LOCK_NOT_GRANTED);
		if (rows[i].another)
			unlocks(s.b, 15, 10);
		unlocks(s.a, 10, 10);
	}
	scene_end(&s);
}

/* "shared byte-range locks will block all access with exclusive intent" */
static void a_shared_lock_keeps_its_owner_from_writing(void **state)
{
	struct scene s = scene_of(state);

	assert_status(lock(s.a, 10, 10, false), NT_STATUS_SUCCESS);
	for (size_t i = 0; i < 2; i++) {
		struct fs_file *who = i == 0 ? s.a : s.b;

		assert_true(may(who, 0, 100, false));
		assert_false(may(who, 0, 100, true));
		assert_true(may(who, 0, 10, true));
		assert_true(may(who, 20, 10, true));
	}
	scene_end(&s);
}

static void data_is_what_locks_say(void **state)
{
	struct scene s = scene_of(state);
	char bytes[4];
	size_t got;

	assert_status(fs_write(s.a, 0, VIEW_LITERAL("0123456789"), false),
		      NT_STATUS_SUCCESS);
	assert_status(lock(s.a, 4, 2, true), NT_STATUS_SUCCESS);
	assert_status(fs_read(s.b, 2, bytes, 3, &got), NT_STATUS_FILE_LOCK_CONFLICT);
	assert_status(fs_write(s.b, 2, VIEW_LITERAL("abc"), false),
		      NT_STATUS_FILE_LOCK_CONFLICT);
	assert_status(fs_read(s.b, 2, bytes, 2, &got), NT_STATUS_SUCCESS);
	assert_status(fs_write(s.b, 6, VIEW_LITERAL("x"), false), NT_STATUS_SUCCESS);
	assert_status(fs_write(s.a, 2, VIEW_LITERAL("abc"), false), NT_STATUS_SUCCESS);
	/* 2.1.5.3: nothing is read before locks are asked, */
	assert_status(fs_read(s.b, 5, bytes, 0, &got), NT_STATUS_SUCCESS);
	assert_status(fs_write(s.b, 5, VIEW_LITERAL(""), false), NT_STATUS_SUCCESS);
	/* ... and locks before the end. */
	assert_status(lock(s.a, 100, 1, true), NT_STATUS_SUCCESS);
	assert_status(fs_read(s.b, 100, bytes, 1, &got), NT_STATUS_FILE_LOCK_CONFLICT);
	assert_status(fs_read(s.b, 101, bytes, 1, &got), NT_STATUS_END_OF_FILE);
	/* Its size is nobody's range. */
	assert_status(fs_set_size(s.b, 5), NT_STATUS_SUCCESS);
	disk_holds(s.d, "a", "01abc");
	scene_end(&s);
}

/* Nor past fs_read() and fs_write(). */
static void what_is_copied_or_zeroed_is_read_and_written(void **state)
{
	struct scene s = scene_of(state);
	struct fs_copy copy = {.source = s.a, .target = s.other, .length = 6};
	struct fs_sharing sharing = {.source = s.a, .target = s.other, .length = 6};
	struct fs_copy back = {.source = s.other, .target = s.a, .length = 6};
	uint64_t offset = 0;
	size_t done;

	assert_status(fs_write(s.b, 0, VIEW_LITERAL("abcdef"), false), NT_STATUS_SUCCESS);
	assert_status(fs_write(s.other, 0, VIEW_LITERAL("012345"), false),
		      NT_STATUS_SUCCESS);
	assert_status(lock(s.b, 5, 1, false), NT_STATUS_SUCCESS);
	assert_status(fs_copy(&copy, &done), NT_STATUS_SUCCESS);
	assert_status(fs_copy(&back, &done), NT_STATUS_FILE_LOCK_CONFLICT);
	assert_status(fs_ranges_zero(s.a, &offset, 6, false), NT_STATUS_FILE_LOCK_CONFLICT);
	assert_status(fs_ranges_zero(s.a, &offset, 5, false), NT_STATUS_SUCCESS);
	unlocks(s.b, 5, 1);
	assert_status(lock(s.b, 5, 1, true), NT_STATUS_SUCCESS);
	assert_status(fs_copy(&copy, &done), NT_STATUS_FILE_LOCK_CONFLICT);
	assert_status(fs_ranges_share(&sharing), NT_STATUS_FILE_LOCK_CONFLICT);
	copy.length = 5;
	assert_status(fs_copy(&copy, &done), NT_STATUS_SUCCESS);
	scene_end(&s);
}

static void a_second_name_is_the_same_file(void **state)
{
	struct scene s = scene_of(state);
	struct fs_open how = disk_open(s.d, "link", FS_OPEN);
	struct fs_file *file;

	disk_link(s.d, "link", "a");
	file = disk_opened(&how);
	assert_status(lock(s.a, 0, 1, true), NT_STATUS_SUCCESS);
	assert_status(lock(file, 0, 1, false), NT_STATUS_LOCK_NOT_GRANTED);
	disk_close(file);
	scene_end(&s);
}

static void a_directory_has_none(void **state)
{
	struct fs_open how = disk_open(*state, "dir", FS_CREATE);
	struct fs_file *dir;

	how.directory = true;
	dir = disk_opened(&how);
	assert_status(lock(dir, 0, 1, false), NT_STATUS_INVALID_PARAMETER);
	assert_status(unlock(dir, 0, 1), NT_STATUS_INVALID_PARAMETER);
	disk_close(dir);
}

/* ------------------------------------------------------------------------ unlocking -- */

static void only_the_same_range_of_the_same_open_unlocks(void **state)
{
	struct scene s = scene_of(state);

	assert_status(lock(s.a, 10, 10, false), NT_STATUS_SUCCESS);
	assert_status(unlock(s.b, 10, 10), NT_STATUS_RANGE_NOT_LOCKED);
	assert_status(unlock(s.a, 10, 9), NT_STATUS_RANGE_NOT_LOCKED);
	assert_status(unlock(s.a, 11, 9), NT_STATUS_RANGE_NOT_LOCKED);
	assert_status(unlock(s.a, 10, 0), NT_STATUS_RANGE_NOT_LOCKED);
	assert_status(unlock(s.a, 0, 0), NT_STATUS_RANGE_NOT_LOCKED);
	assert_status(unlock(s.other, 10, 10), NT_STATUS_RANGE_NOT_LOCKED);
	/* Two that touch are not one. */
	assert_status(lock(s.a, 20, 10, false), NT_STATUS_SUCCESS);
	assert_status(unlock(s.a, 10, 20), NT_STATUS_RANGE_NOT_LOCKED);
	assert_int_equal(fs_locks_held(s.a), 2);
	unlocks(s.a, 10, 10);
	assert_status(unlock(s.a, 10, 10), NT_STATUS_RANGE_NOT_LOCKED);
	scene_end(&s);
}

static void stacked_locks_go_one_by_one_the_exclusive_first(void **state)
{
	static const uint64_t lengths[] = {10, 0};
	struct scene s = scene_of(state);

	for (size_t i = 0; i < COUNT(lengths); i++) {
		uint64_t n = lengths[i];

		assert_status(lock(s.a, 10, n, true), NT_STATUS_SUCCESS);
		assert_status(lock(s.a, 10, n, false), NT_STATUS_SUCCESS);
		assert_status(lock(s.a, 10, n, false), NT_STATUS_SUCCESS);
		assert_int_equal(fs_locks_held(s.a), 3);
		assert_status(lock(s.b, 5, 10, false), NT_STATUS_LOCK_NOT_GRANTED);
		unlocks(s.a, 10, n);
		assert_status(lock(s.b, 5, 10, false), NT_STATUS_SUCCESS);
		unlocks(s.b, 5, 10);
		assert_status(lock(s.b, 5, 10, true), NT_STATUS_LOCK_NOT_GRANTED);
		unlocks(s.a, 10, n);
		unlocks(s.a, 10, n);
		assert_status(unlock(s.a, 10, n), NT_STATUS_RANGE_NOT_LOCKED);
	}
	scene_end(&s);
}

static void locks_of_nothing_are_counted(void **state)
{
	struct scene s = scene_of(state);

	assert_status(lock(s.a, 0, 0, true), NT_STATUS_SUCCESS);
	assert_status(lock(s.a, 0, 0, true), NT_STATUS_SUCCESS);
	assert_status(lock(s.b, 0, 0, false), NT_STATUS_SUCCESS);
	assert_int_equal(fs_locks_held(s.a), 2);
	unlocks(s.a, 0, 0);
	unlocks(s.a, 0, 0);
	assert_status(unlock(s.a, 0, 0), NT_STATUS_RANGE_NOT_LOCKED);
	assert_int_equal(fs_locks_held(s.b), 1);
	fs_unlock_all(s.b);
	assert_int_equal(fs_locks_held(s.b), 0);
	scene_end(&s);
}

/* ----------------------------------------------------------------- several in one -- */

static void several_are_locked_all_or_none(void **state)
{
	const struct fs_locking locks[] = {
		{{0, 10}, true}, {{0, 0}, false}, {{20, 10}, false}, {{40, 10}, true}};
	const struct fs_locking bad[] = {{{0, 10}, true}, {{MAX, 2}, true}};
	const struct fs_locking own[] = {{{0, 10}, true}, {{9, 1}, true}};
	struct scene s = scene_of(state);

	assert_status(lock(s.b, 45, 1, false), NT_STATUS_SUCCESS);
	assert_status(lock(s.a, 20, 10, false), NT_STATUS_SUCCESS);
	assert_status(fs_lock(s.a, locks, COUNT(locks)), NT_STATUS_LOCK_NOT_GRANTED);
	assert_status(fs_lock(s.a, bad, COUNT(bad)), NT_STATUS_INVALID_LOCK_RANGE);
	assert_status(fs_lock(s.a, own, COUNT(own)), NT_STATUS_LOCK_NOT_GRANTED);
	assert_int_equal(fs_locks_held(s.a), 1);
	assert_true(may(s.b, 0, 10, true));
	unlocks(s.b, 45, 1);
	assert_status(fs_lock(s.a, locks, COUNT(locks)), NT_STATUS_SUCCESS);
	assert_int_equal(fs_locks_held(s.a), 5);
	for (size_t i = 0; i < COUNT(locks); i++)
		unlocks(s.a, locks[i].range.offset, locks[i].range.length);
	unlocks(s.a, 20, 10);
	assert_int_equal(fs_locks_held(s.a), 0);
	scene_end(&s);
}

/* What is taken back is what was taken, not the like of it that was there before. */
static void taking_back_leaves_what_was_there(void **state)
{
	const struct fs_locking locks[] = {{{0, 10}, false}, {{5, 1}, true}};
	struct scene s = scene_of(state);

	assert_status(lock(s.a, 0, 10, true), NT_STATUS_SUCCESS);
	assert_status(fs_lock(s.a, locks, COUNT(locks)), NT_STATUS_LOCK_NOT_GRANTED);
	assert_int_equal(fs_locks_held(s.a), 1);
	assert_status(lock(s.b, 0, 1, false), NT_STATUS_LOCK_NOT_GRANTED);
	scene_end(&s);
}

/* ---------------------------------------------------------------------------- ending -- */

static void locks_go_with_their_open(void **state)
{
	struct scene s = scene_of(state);
	struct fs_open how = disk_open(s.d, "a", FS_OPEN);

	assert_status(lock(s.a, 0, 10, true), NT_STATUS_SUCCESS);
	assert_status(lock(s.a, 5, 1, false), NT_STATUS_SUCCESS);
	assert_status(lock(s.b, 20, 10, true), NT_STATUS_SUCCESS);
	assert_status(lock(s.b, 0, 1, false), NT_STATUS_LOCK_NOT_GRANTED);
	/* A job may still hold it: it gets no lock, and minds those of others. */
	fs_file_ref(s.a);
	disk_close(s.a);
	assert_status(lock(s.b, 0, 10, true), NT_STATUS_SUCCESS);
	assert_status(lock(s.a, 50, 10, true), NT_STATUS_FILE_CLOSED);
	assert_status(unlock(s.a, 0, 10), NT_STATUS_RANGE_NOT_LOCKED);
	assert_status(fs_write(s.a, 0, VIEW_LITERAL("x"), false),
		      NT_STATUS_FILE_LOCK_CONFLICT);
	assert_int_equal(fs_locks_held(s.a), 0);
	fs_unlock_all(s.a);
	fs_file_unref(s.a);
	fs_unlock_all(s.b);
	assert_int_equal(fs_locks_held(s.b), 0);
	s.a = disk_opened(&how);
	assert_status(lock(s.a, 0, MAX, true), NT_STATUS_SUCCESS);
	scene_end(&s);
}

/* ------------------------------------------------------------------------------ many -- */

#define MODEL_LOCKS 8192
#define MODEL_ROOM  40

/* What the documents' loop over all locks would say. */
struct model {
	struct {
		struct fs_range range;
		const struct fs_file *owner;
		bool exclusive;
	} locks[MODEL_LOCKS];
	size_t n;
};

static bool model_meets(const struct model *m, struct fs_range r,
			const struct fs_file *owner, bool exclusive, bool lock_intent)
{
	if (r.offset == 0 && r.length == 0)
		return false;
	for (size_t i = 0; i < m->n; i++) {
		struct fs_range l = m->locks[i].range;

		if ((l.offset == 0 && l.length == 0) ||
		    r.offset > l.offset + l.length - 1 ||
		    r.offset + r.length - 1 < l.offset)
			continue;
		if (m->locks[i].exclusive
			    ? m->locks[i].owner != owner || (exclusive && lock_intent)
			    : exclusive)
			return true;
	}
	return false;
}

static bool model_unlock(struct model *m, struct fs_range r, const struct fs_file *owner)
{
	size_t found = m->n;

	for (size_t i = 0; i < m->n; i++)
		if (m->locks[i].owner == owner && m->locks[i].range.offset == r.offset &&
		    m->locks[i].range.length == r.length &&
		    (found == m->n || m->locks[i].exclusive))
			found = i;
	if (found == m->n)
		return false;
	m->locks[found] = m->locks[--m->n];
	return true;
}

static unsigned seed;

static uint64_t below(unsigned n)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % n;
}

static void model_step(struct model *m, struct fs_file *who)
{
	struct fs_range r = {below(MODEL_ROOM), below(4)};
	bool exclusive = below(3) == 0;
	bool granted;

	if (below(2) == 0) {
		assert_status(unlock(who, r.offset, r.length),
			      model_unlock(m, r, who) ? NT_STATUS_SUCCESS
						      : NT_STATUS_RANGE_NOT_LOCKED);
		return;
	}
	granted = !model_meets(m, r, who, exclusive, true);
	assert_status(lock(who, r.offset, r.length, exclusive),
		      granted ? NT_STATUS_SUCCESS : NT_STATUS_LOCK_NOT_GRANTED);
	if (!granted)
		return;
	assert_true(m->n < MODEL_LOCKS);
	m->locks[m->n].range = r;
	m->locks[m->n].owner = who;
	m->locks[m->n++].exclusive = exclusive;
}

static void the_tree_says_what_a_walk_over_all_would(void **state)
{
	struct scene s = scene_of(state);
	static struct model m;
	size_t most = 0;

	seed = 1;
	for (size_t i = 0; i < 20000; i++) {
		struct fs_range r = {below(MODEL_ROOM), below(8)};
		struct fs_file *who = below(2) == 0 ? s.a : s.b;
		bool write = below(2) == 0;

		model_step(&m, who);
		assert_int_equal(may(s.a, r.offset, r.length, write),
				 !model_meets(&m, r, s.a, write, false));
		assert_int_equal(fs_locks_held(s.a) + fs_locks_held(s.b), m.n);
		most = m.n > most ? m.n : most;
	}
	assert_true(most > 50);
	scene_end(&s);
}

/* Every other one somebody else's, so that no part of the tree has one owner. */
static void as_many_as_may_be_and_no_more(void **state)
{
	struct scene s = scene_of(state);
	struct fs_locking two[] = {{{1, 0}, true}, {{2, 0}, true}};

	for (uint64_t i = 0; i < FS_LOCKS_MAX; i++)
		assert_status(lock(i % 2 == 0 ? s.a : s.b, i * 2, 1, true),
			      NT_STATUS_SUCCESS);
	assert_status(lock(s.a, MAX, 1, false), NT_STATUS_INSUFFICIENT_RESOURCES);
	assert_status(lock(s.b, 0, 0, true), NT_STATUS_INSUFFICIENT_RESOURCES);
	assert_status(lock(s.other, 0, 1, false), NT_STATUS_SUCCESS);
	for (uint64_t i = 0; i < FS_LOCKS_MAX; i++) {
		struct fs_file *who = i % 2 == 0 ? s.a : s.b;

		assert_true(may(who, i * 2, 2, true));
		assert_false(may(who, i * 2, 3, false) && i + 1 < FS_LOCKS_MAX);
	}
	unlocks(s.a, 0, 1);
	assert_status(fs_lock(s.a, two, 2), NT_STATUS_INSUFFICIENT_RESOURCES);
	assert_status(fs_lock(s.a, two, 1), NT_STATUS_SUCCESS);
	fs_unlock_all(s.b);
	assert_int_equal(fs_locks_held(s.a), FS_LOCKS_MAX / 2);
	assert_true(may(s.a, 2, 1, true));
	assert_false(may(s.b, 4, 1, false));
	scene_end(&s);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, disk_setup, disk_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(two_ranges_meet_or_not_either_way_round),
		TEST(a_range_ends_at_two_to_the_64),
		TEST(shared_and_exclusive_beside_each_other),
		TEST(a_shared_lock_keeps_its_owner_from_writing),
		TEST(data_is_what_locks_say),
		TEST(what_is_copied_or_zeroed_is_read_and_written),
		TEST(a_second_name_is_the_same_file),
		TEST(a_directory_has_none),
		TEST(only_the_same_range_of_the_same_open_unlocks),
		TEST(stacked_locks_go_one_by_one_the_exclusive_first),
		TEST(locks_of_nothing_are_counted),
		TEST(several_are_locked_all_or_none),
		TEST(taking_back_leaves_what_was_there),
		TEST(locks_go_with_their_open),
		TEST(the_tree_says_what_a_walk_over_all_would),
		TEST(as_many_as_may_be_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
