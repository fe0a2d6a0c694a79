/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "lib/hex.h"
#include "rpc/info.h"

static const struct info_family *const families[] = {
	&SESSION_INFO, &CONNECTION_INFO, &FILE_INFO,        &SHARE_INFO,
	&SERVER_INFO,  &WKSTA_INFO,      &TIME_OF_DAY_INFO,
};

#define N_FAMILIES (sizeof(families) / sizeof(families[0]))

/* [MS-SRVS] 2.2.4 and [MS-WKST] 2.2.5: the members in the order of the IDL. */
static const struct {
	const struct info_family *family;
	uint32_t level;
	const char *members;
} idl[] = {
	{&SESSION_INFO, 0, "cname"},
	{&SESSION_INFO, 1, "cname username num_opens time idle_time user_flags"},
	{&SESSION_INFO, 2,
	 "cname username num_opens time idle_time user_flags cltype_name"},
	{&SESSION_INFO, 10, "cname username time idle_time"},
	{&SESSION_INFO, 502,
	 "cname username num_opens time idle_time user_flags cltype_name transport"},
	{&CONNECTION_INFO, 0, "id"},
	{&CONNECTION_INFO, 1, "id type num_opens num_users time username netname"},
	{&FILE_INFO, 2, "id"},
	{&FILE_INFO, 3, "id permissions num_locks pathname username"},
	{&SHARE_INFO, 0, "netname"},
	{&SHARE_INFO, 1, "netname type remark"},
	{&SHARE_INFO, 2,
	 "netname type remark permissions max_uses current_uses path passwd"},
	{&SHARE_INFO, 501, "netname type remark flags"},
	{&SHARE_INFO, 502,
	 "netname type remark permissions max_uses current_uses path passwd reserved "
	 "security_descriptor"},
	{&SHARE_INFO, 503,
	 "netname type remark permissions max_uses current_uses path passwd servername "
	 "reserved security_descriptor"},
	{&SHARE_INFO, 1005, "flags"},
	{&SERVER_INFO, 100, "platform_id name"},
	{&SERVER_INFO, 101, "platform_id name version_major version_minor type comment"},
	{&SERVER_INFO, 102,
	 "platform_id name version_major version_minor type comment users disc hidden "
	 "announce anndelta licenses userpath"},
	{&SERVER_INFO, 103,
	 "platform_id name version_major version_minor type comment users disc hidden "
	 "announce anndelta licenses userpath capabilities"},
	{&SERVER_INFO, 502,
	 "sessopens sessvcs opensearch sizreqbuf initworkitems maxworkitems rawworkitems "
	 "irpstacksize maxrawbuflen sessusers sessconns maxpagedmemoryusage "
	 "maxnonpagedmemoryusage enablesoftcompat enableforcedlogoff timesource "
	 "acceptdownlevelapis lmannounce"},
	{&SERVER_INFO, 503,
	 "sessopens sessvcs opensearch sizreqbuf initworkitems maxworkitems rawworkitems "
	 "irpstacksize maxrawbuflen sessusers sessconns maxpagedmemoryusage "
	 "maxnonpagedmemoryusage enablesoftcompat enableforcedlogoff timesource "
	 "acceptdownlevelapis lmannounce domain maxcopyreadlen maxcopywritelen "
	 "minkeepsearch maxkeepsearch minkeepcomplsearch maxkeepcomplsearch threadcountadd "
	 "numblockthreads scavtimeout minrcvqueue minfreeworkitems xactmemsize "
	 "threadpriority maxmpxct oplockbreakwait oplockbreakresponsewait enableoplocks "
	 "enableoplockforceclose enablefcbopens enableraw enablesharednetdrives "
	 "minfreeconnections maxfreeconnections"},
	{&WKSTA_INFO, 100, "platform_id computername langroup ver_major ver_minor"},
	{&WKSTA_INFO, 101, "platform_id computername langroup ver_major ver_minor lanroot"},
	{&WKSTA_INFO, 102,
	 "platform_id computername langroup ver_major ver_minor lanroot logged_on_users"},
	{&TIME_OF_DAY_INFO, 0,
	 "elapsedt msecs hours mins secs hunds timezone tinterval day month year weekday"},
};

#define N_IDL (sizeof(idl) / sizeof(idl[0]))

static void members_stand_in_the_order_of_the_idl(void **state)
{
	size_t levels = 0;

	(void)state;
	for (size_t i = 0; i < N_IDL; i++) {
		const struct info_level *level =
			info_level_find(idl[i].family, idl[i].level);
		char members[1024] = "";
		size_t n = 0;

		assert_non_null(level);
		for (size_t f = 0; f < level->n; f++)
			n += (size_t)snprintf(members + n, sizeof(members) - n, "%s%s",
					      f == 0 ? "" : " ", level->fields[f]->member);
		assert_string_equal(members, idl[i].members);
	}
	for (size_t i = 0; i < N_FAMILIES; i++)
		levels += families[i]->n;
	assert_int_equal(levels, N_IDL);
}

static void assert_level_is_sound(const struct info_level *level)
{
	for (size_t f = 0; f < level->n; f++) {
		const struct info_field *field = level->fields[f];

		assert_true(field->key[0] != '\0' && field->heading[0] != '\0');
		assert_int_equal(field->flags != NULL, field->show == INFO_SHOW_FLAGS);
		assert_int_equal(field->show == INFO_SHOW_BYTES, field->type == INFO_BYTES);
		/* the coders look for a length right before the bytes */
		if (field->type == INFO_BYTES)
			assert_int_equal(level->fields[f - 1]->type, INFO_SIZE);
		if (field->type == INFO_SIZE)
			assert_int_equal(level->fields[f + 1]->type, INFO_BYTES);
		assert_int_equal(info_level_index(level, field), f);
		assert_int_equal(info_level_member(level, field->member), f);
		for (size_t g = 0; g < f; g++) {
			assert_string_not_equal(field->key, level->fields[g]->key);
			assert_string_not_equal(field->heading, level->fields[g]->heading);
		}
	}
}

static void every_level_is_sound(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_FAMILIES; i++) {
		for (size_t j = 0; j < families[i]->n; j++) {
			const struct info_level *level = &families[i]->levels[j];

			assert_ptr_equal(info_level_find(families[i], level->level), level);
			assert_memory_equal(level->name, families[i]->name,
					    strlen(families[i]->name));
			assert_true(level->n > 0 && level->n <= INFO_FIELDS_MAX);
			assert_level_is_sound(level);
		}
	}
}

static void what_is_not_there_is_not_found(void **state)
{
	const struct info_level *level = info_level_find(&SESSION_INFO, 10);

	(void)state;
	assert_null(info_level_find(&SESSION_INFO, 3));
	assert_null(info_level_find(&SESSION_INFO, UINT32_MAX));
	assert_int_equal(info_level_member(level, "transport"), INFO_NO_FIELD);
	assert_int_equal(info_level_index(level, FILE_INFO.levels[0].fields[0]),
			 INFO_NO_FIELD);
}

static void assert_flags(const struct info_family *family, uint32_t level,
			 const char *member, uint32_t value, const char *want)
{
	const struct info_level *l = info_level_find(family, level);
	const struct info_field *field = l->fields[info_level_member(l, member)];
	struct buf out;

	buf_init(&out, 256);
	assert_int_equal(buf_append(&out, VIEW_LITERAL("x")), NS_OK);
	assert_int_equal(info_flags_text(&out, field, value), NS_OK);
	assert_view_equal(view_slice(buf_view(&out), 1, 256), view_of_string(want));
	buf_release(&out);
}

static void flags_have_names(void **state)
{
	(void)state;
	assert_flags(&SESSION_INFO, 1, "user_flags", 0, "");
	assert_flags(&SESSION_INFO, 1, "user_flags", 1, "guest");
	assert_flags(&SESSION_INFO, 1, "user_flags", 3, "guest,no-encryption");
	assert_flags(&SESSION_INFO, 1, "user_flags", 0x41, "guest,0x40");
	assert_flags(&SESSION_INFO, 1, "user_flags", 0x40, "0x40");
	assert_flags(&SHARE_INFO, 1, "type", 0, "disk");
	assert_flags(&SHARE_INFO, 1, "type", 0x80000003, "ipc,special");
	assert_flags(&SHARE_INFO, 1, "type", 0x00000009, "0x9");
	assert_flags(&SHARE_INFO, 501, "flags", 0x830,
		     "cache-none,access-based-enumeration");
	assert_flags(&SERVER_INFO, 100, "platform_id", 500, "nt");
	assert_flags(&FILE_INFO, 3, "permissions", 0x23, "read,write,0x20");
	assert_flags(&SESSION_INFO, 1, "num_opens", 0x23, "0x23"); /* no table at all */
}

static void flags_do_not_outgrow_their_buffer(void **state)
{
	const struct info_field *field = info_level_find(&SHARE_INFO, 1)->fields[1];

	(void)state;
	for (size_t max = 0; max < strlen("ipc,special,0x100"); max++) {
		struct buf out;

		buf_init(&out, max);
		assert_int_equal(info_flags_text(&out, field, 0x80000103), NS_ELIMIT);
		buf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_stand_in_the_order_of_the_idl),
		cmocka_unit_test(every_level_is_sound),
		cmocka_unit_test(what_is_not_there_is_not_found),
		cmocka_unit_test(flags_have_names),
		cmocka_unit_test(flags_do_not_outgrow_their_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
