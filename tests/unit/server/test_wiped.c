/* SPDX-License-Identifier: MIT */
/*
 * Keys are wiped before their memory is given back: bug class 9.  One conversation is held
 * twice, and comes out the same to the bit, for the lab's random numbers are counted.  The
 * first time its keys are noted; the second time whatever is freed is searched for them.
 */
#include "sess_rig.h"

#include <malloc.h>
#include <stdlib.h>

#include "security/ntlm_crypto.h"
#include "server/tombstone.h"

#define KEYS_MAX 8

static struct secret keys[KEYS_MAX];
static size_t key_count;
static bool searching;
static size_t found;

void __real_free(void *p);
void *__real_realloc(void *p, size_t n);
void __wrap_free(void *p);
void *__wrap_realloc(void *p, size_t n);

static bool holds_key(const void *p)
{
	size_t n = p != NULL ? malloc_usable_size((void *)(uintptr_t)p) : 0;

	for (size_t i = 0; i < key_count; i++)
		if (memmem(p, n, keys[i].bytes, keys[i].n) != NULL)
			return true;
	return false;
}

void __wrap_free(void *p)
{
	if (searching && p != NULL)
		found += holds_key(p);
	__real_free(p);
}

/* What is moved is freed as well. */
void *__wrap_realloc(void *p, size_t n)
{
	bool held = searching && p != NULL && holds_key(p);
	uintptr_t before = (uintptr_t)p;
	void *after = __real_realloc(p, n);

	if (held && (uintptr_t)after != before)
		found++;
	return after;
}

static void note(struct view key)
{
	assert_true(key_count < KEYS_MAX && key.n >= 16);
	assert_int_equal(secret_set(&keys[key_count++], key), NS_OK);
}

static void note_keys(const struct raw_session *s, bool sealed)
{
	struct secret key = {0};

	key_count = 0;
	note(secret_view(&s->keys.signing));
	if (sealed) {
		note(secret_view(&s->keys.seal));
		note(secret_view(&s->keys.open));
		note(secret_view(&s->keys.app));
	}
	assert_int_equal(auth_export_key(s->auth, &key), NS_OK);
	note(secret_view(&key));
	assert_int_equal(ntlm_nt_hash(&key, VIEW_LITERAL("passalice")), NS_OK);
	note(secret_view(&key));
}

static void same_keys(const struct raw_session *s)
{
	assert_true(secret_equal(secret_view(&s->keys.signing), secret_view(&keys[0])));
}

/* How a session may go; its keys live on in a tombstone, and go with that. */
static void end(struct rig *rig, struct raw_session *s, unsigned how)
{
	const struct raw_setup wrong = {
		.user = "alice", .password = "wrong", .again = true};

	switch (how) {
	case 0:
		assert_int_equal(raw_logoff(&rig->one, s), NT_STATUS_SUCCESS);
		break;
	case 1:
		session_end(rig_session(rig, s), SESSION_END_ADMIN, NULL);
		break;
	case 2:
		assert_int_equal(raw_sign_in_as(&rig->one, s, &wrong),
				 NT_STATUS_LOGON_FAILURE);
		break;
	default: /* with its connection */
		break;
	}
}

static void converse(uint16_t dialect, unsigned how, bool first)
{
	struct raw_session s;
	struct rig rig;

	searching = !first;
	rig_start(&rig, NULL);
	raw_connect(&rig.one, &rig.lab, "10.0.0.1");
	rig.one.guid[0] = 7; /* the same each time */
	raw_negotiate(&rig.one, dialect);
	rig_sign_in(&rig.one, &s, "alice");
	if (first)
		note_keys(&s, dialect >= SMB2_DIALECT_300);
	else
		same_keys(&s);
	assert_int_equal(raw_echo(&rig.one, &s), NT_STATUS_SUCCESS);
	end(&rig, &s, how);
	serverlab_pass(&rig.lab, TOMBSTONE_MS + 1);
	raw_session_release(&s);
	rig_stop(&rig);
	searching = false;
}

static void class_9_keys_are_wiped_with_whatever_held_them(void **state)
{
	static const uint16_t dialects[] = {SMB2_DIALECT_202, SMB2_DIALECT_210,
					    SMB2_DIALECT_300, SMB2_DIALECT_311};

	(void)state;
	for (size_t i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++) {
		for (unsigned how = 0; how < 4; how++) {
			converse(dialects[i], how, true);
			found = 0;
			converse(dialects[i], how, false);
			assert_int_equal(found, 0);
		}
	}
}

/* And the search finds what it is to find. */
static void a_key_that_is_left_is_found(void **state)
{
	struct buf one, other;

	(void)state;
	key_count = 0;
	note(VIEW_LITERAL("a key of 16 byte"));
	buf_init(&one, 1000);
	buf_init(&other, 1000);
	assert_int_equal(buf_append_zero(&one, 33), NS_OK);
	assert_int_equal(buf_append(&one, secret_view(&keys[0])), NS_OK);
	assert_int_equal(buf_append(&other, secret_view(&keys[0])), NS_OK);
	found = 0;
	searching = true;
	buf_wipe(&other);
	assert_int_equal(found, 0);
	buf_release(&one);
	assert_int_equal(found, 1);
	searching = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_that_is_left_is_found),
		cmocka_unit_test(class_9_keys_are_wiped_with_whatever_held_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
