/* SPDX-License-Identifier: MIT */
#include "wire/smb2_durable.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "codec.h"

CODEC_BEHIND(0, smb2_durable_reconnect);
CODEC_BEHIND(0, smb2_durable_request_v2);
CODEC_BEHIND(0, smb2_durable_reconnect_v2);
CODEC_BEHIND(0, smb2_durable_response_v2);

/* The two without a field. */
static enum ns_err request_decode(void *out, struct view data)
{
	(void)out;
	return smb2_durable_request_decode(data);
}

static void request_encode(struct wire_writer *w, const void *v)
{
	(void)v;
	smb2_durable_request_encode(w);
}

static enum ns_err response_decode(void *out, struct view data)
{
	(void)out;
	return smb2_durable_response_decode(data);
}

static void response_encode(struct wire_writer *w, const void *v)
{
	(void)v;
	smb2_durable_response_encode(w);
}

static const struct codec request_codec = {1, 0, request_decode, request_encode};
static const struct codec response_codec = {1, 0, response_decode, response_encode};

static const char request[] = "00000000000000000000000000000000"; /* DurableRequest */
static const char response[] = "0000000000000000";                /* Reserved */

static const char reconnect[] = "8877665544332211"  /* Data: FileId.Persistent */
				"efcdab8967452301"; /* FileId.Volatile */

static const char request_v2[] = "30750000"                          /* Timeout 30000 */
				 "02000000"                          /* Flags: persistent */
				 "0000000000000000"                  /* Reserved */
				 "000102030405060708090a0b0c0d0e0f"; /* CreateGuid */

static const char reconnect_v2[] = "8877665544332211" /* FileId */
				   "efcdab8967452301" /* its volatile part */
				   "000102030405060708090a0b0c0d0e0f" /* CreateGuid */
				   "02000000"; /* Flags: persistent */

static const char response_v2[] = "30750000"  /* Timeout 30000 */
				  "02000000"; /* Flags: persistent */

static const struct {
	const struct codec *codec;
	const char *vector;
} all[] = {
	{&request_codec, request},
	{&response_codec, response},
	{&smb2_durable_reconnect_codec, reconnect},
	{&smb2_durable_request_v2_codec, request_v2},
	{&smb2_durable_reconnect_v2_codec, reconnect_v2},
	{&smb2_durable_response_v2_codec, response_v2},
};

static void assert_guid(const uint8_t *guid)
{
	for (size_t i = 0; i < SMB2_GUID_LEN; i++)
		assert_int_equal(guid[i], i);
}

static void assert_file_id(struct smb2_file_id id)
{
	assert_true(id.persistent_id == 0x1122334455667788);
	assert_true(id.volatile_id == 0x0123456789abcdef);
}

static void the_id_of_a_reconnect_is_decoded(void **state)
{
	struct view data = codec_message(&smb2_durable_reconnect_codec, reconnect);
	struct smb2_durable_reconnect v;

	(void)state;
	assert_int_equal(smb2_durable_reconnect_decode(&v, data), NS_OK);
	assert_file_id(v.file_id);
	view_free(data);
}

static void every_field_of_v2_is_decoded(void **state)
{
	struct view asked = codec_message(&smb2_durable_request_v2_codec, request_v2);
	struct view again = codec_message(&smb2_durable_reconnect_v2_codec, reconnect_v2);
	struct view told = codec_message(&smb2_durable_response_v2_codec, response_v2);
	struct smb2_durable_request_v2 q;
	struct smb2_durable_reconnect_v2 c;
	struct smb2_durable_response_v2 r;

	(void)state;
	assert_int_equal(smb2_durable_request_v2_decode(&q, asked), NS_OK);
	assert_int_equal(q.timeout, 30000);
	assert_int_equal(q.flags, SMB2_DHANDLE_FLAG_PERSISTENT);
	assert_guid(q.create_guid);
	assert_int_equal(smb2_durable_reconnect_v2_decode(&c, again), NS_OK);
	assert_file_id(c.file_id);
	assert_guid(c.create_guid);
	assert_int_equal(c.flags, SMB2_DHANDLE_FLAG_PERSISTENT);
	assert_int_equal(smb2_durable_response_v2_decode(&r, told), NS_OK);
	assert_int_equal(r.timeout, 30000);
	assert_int_equal(r.flags, SMB2_DHANDLE_FLAG_PERSISTENT);
	view_free(asked);
	view_free(again);
	view_free(told);
}

static void every_truncation_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(all); i++)
		codec_refuses_truncations(all[i].codec, all[i].vector);
}

/* Else a v2 would pass for a v1. */
static void what_is_longer_is_refused(void **state)
{
	char longer[256];

	(void)state;
	for (size_t i = 0; i < COUNT(all); i++) {
		struct view data;
		union {
			struct smb2_durable_request_v2 q;
			struct smb2_durable_reconnect_v2 c;
		} any;

		(void)snprintf(longer, sizeof(longer), "%s00", all[i].vector);
		data = codec_message(all[i].codec, longer);
		assert_int_equal(all[i].codec->decode(&any, data), NS_EFORMAT);
		view_free(data);
	}
}

static void encoding_is_the_inverse(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(all); i++)
		codec_is_its_own_inverse(all[i].codec, all[i].vector);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_id_of_a_reconnect_is_decoded),
		cmocka_unit_test(every_field_of_v2_is_decoded),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(what_is_longer_is_refused),
		cmocka_unit_test(encoding_is_the_inverse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
