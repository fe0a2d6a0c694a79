/* SPDX-License-Identifier: MIT */
#include "wire/smb2_negotiate.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "codec.h"
#include "wire/smb2_negotiate_contexts.h"

CODEC(smb2_negotiate_req);
CODEC(smb2_negotiate_rsp);

static const char request_302[] = "2400"     /*  0 StructureSize 36 */
				  "0200"     /*  2 DialectCount 2 */
				  "0100"     /*  4 SecurityMode: signing enabled */
				  "0000"     /*  6 Reserved */
				  "7f000000" /*  8 Capabilities */
				  "00112233445566778899aabbccddeeff" /* 12 ClientGuid */
				  "0000000000000000" /* 28 ClientStartTime */
				  "02020203";        /* 36 Dialects 2.0.2, 3.0.2 */

/* Every context of 3.1.1 but compression, which is never written. */
static const char request_311[] =
	"2400"                             /*   0 StructureSize 36 */
	"0200"                             /*   2 DialectCount 2 */
	"0300"                             /*   4 SecurityMode: signing required */
	"0000"                             /*   6 Reserved */
	"c4000000"                         /*   8 Capabilities */
	"00112233445566778899aabbccddeeff" /*  12 ClientGuid */
	"68000000"                         /*  28 NegotiateContextOffset 104 */
	"0600"                             /*  32 NegotiateContextCount 6 */
	"0000"                             /*  34 Reserved2 */
	"02021103"                         /*  36 Dialects 2.0.2, 3.1.1 */
	"0100 0a00 00000000"               /*  40 preauth integrity, 10 bytes */
	"0100 0400 0100 a1a2a3a4"          /*  48 one hash, salt of 4: SHA-512, salt */
	"000000000000"                     /*  58 padding */
	"0200 0600 00000000"               /*  64 encryption, 6 bytes */
	"0200 0200 0400"                   /*  72 two: AES-128-GCM, AES-256-GCM */
	"0000"                             /*  78 padding */
	"0500 0400 00000000"               /*  80 netname, 4 bytes */
	"61006200"                         /*  88 "ab" */
	"00000000"                         /*  92 padding */
	"0600 0400 00000000"               /*  96 transport, 4 bytes */
	"01000000"                         /* 104 accept transport level security */
	"00000000"                         /* 108 padding */
	"0700 0c00 00000000"               /* 112 RDMA transform, 12 bytes */
	"0200 0000 00000000 0100 0200"     /* 120 two: encryption, signing */
	"00000000"                         /* 132 padding */
	"0800 0600 00000000"               /* 136 signing, 6 bytes */
	"0200 0200 0100";                  /* 144 two: AES-GMAC, AES-CMAC */

static const char response_210[] = "4100" /*  0 StructureSize 65 */
				   "0100" /*  2 SecurityMode */
				   "1002" /*  4 DialectRevision 2.1 */
				   "0000" /*  6 Reserved */
				   "00112233445566778899aabbccddeeff" /*  8 ServerGuid */
				   "07000000"                         /* 24 Capabilities */
				   "00001000"         /* 28 MaxTransactSize */
				   "00002000"         /* 32 MaxReadSize */
				   "00004000"         /* 36 MaxWriteSize */
				   "1100000000000000" /* 40 SystemTime */
				   "2200000000000000" /* 48 ServerStartTime */
				   "8000"             /* 56 SecurityBufferOffset 128 */
				   "0400"             /* 58 SecurityBufferLength 4 */
				   "00000000"         /* 60 Reserved2 */
				   "60024101";        /* 64 the token */

static const char response_311[] = "4100" /*  0 StructureSize 65 */
				   "0300" /*  2 SecurityMode */
				   "1103" /*  4 DialectRevision 3.1.1 */
				   "0200" /*  6 NegotiateContextCount 2 */
				   "00112233445566778899aabbccddeeff" /*  8 ServerGuid */
				   "87000000"                         /* 24 Capabilities */
				   "00001000"           /* 28 MaxTransactSize */
				   "00002000"           /* 32 MaxReadSize */
				   "00004000"           /* 36 MaxWriteSize */
				   "1100000000000000"   /* 40 SystemTime */
				   "0000000000000000"   /* 48 ServerStartTime */
				   "8000"               /* 56 SecurityBufferOffset 128 */
				   "0300"               /* 58 SecurityBufferLength 3 */
				   "88000000"           /* 60 NegotiateContextOffset 136 */
				   "600141"             /* 64 the token */
				   "0000000000"         /* 67 padding */
				   "0100 0600 00000000" /* 72 preauth integrity, 6 bytes */
				   "0100 0000 0100"     /* 80 one hash, no salt: SHA-512 */
				   "0000"               /* 86 padding */
				   "0800 0400 00000000" /* 88 signing, 4 bytes */
				   "0100 0100";         /* 96 one: AES-CMAC */

/* As smbd 4.17 answered a smbclient. */
static const char response_samba[] =
	"4100 0100 1103 0300"                 /* 3.1.1, three contexts */
	"6c6162737276 00000000000000000000"   /* ServerGuid */
	"0f000000 00008000 00008000 00008000" /* Capabilities, the three sizes */
	"7832f951977add01 0000000000000000"   /* SystemTime, ServerStartTime */
	"8000 4a00 d0000000"                  /* token at 128, 74; contexts at 208 */
	"604806062b0601050502a03e303ca00e300c060a2b06010401823702020aa32a3028a0261b24"
	"6e6f745f646566696e65645f696e5f5246433431373840706c656173655f69676e6f7265"
	"000000000000"                      /* padding */
	"0100 2600 00000000 0100 2000 0100" /* SHA-512, salt of 32 */
	"be48dfa559d5e4b492d9a1ec941019f9829336e04cde9c1fb83fc2ae9c87cc50"
	"0000"                                  /* padding */
	"0200 0400 00000000 0100 0200 00000000" /* AES-128-GCM, padding */
	"0800 0400 00000000 0100 0200";         /* AES-GMAC */

static void a_request_of_an_old_client_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_negotiate_req_codec, request_302);
	struct smb2_negotiate_req req;

	(void)state;
	assert_int_equal(smb2_negotiate_req_decode(&req, msg), NS_OK);
	assert_int_equal(req.security_mode, SMB2_NEGOTIATE_SIGNING_ENABLED);
	assert_int_equal(req.capabilities, 0x7f);
	assert_int_equal(req.client_guid[1], 0x11);
	assert_int_equal(req.client_guid[15], 0xff);
	assert_int_equal(req.dialect_count, 2);
	assert_int_equal(req.dialects[0], SMB2_DIALECT_202);
	assert_int_equal(req.dialects[1], SMB2_DIALECT_302);
	assert_true(smb2_negotiate_req_offers(&req, SMB2_DIALECT_302));
	assert_false(smb2_negotiate_req_offers(&req, SMB2_DIALECT_311));
	assert_int_equal(req.contexts.preauth.count, 0);
	view_free(msg);
}

static void every_context_of_a_request_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_negotiate_req_codec, request_311);
	struct smb2_negotiate_contexts *c;
	struct smb2_negotiate_req req;

	(void)state;
	assert_int_equal(smb2_negotiate_req_decode(&req, msg), NS_OK);
	c = &req.contexts;
	assert_int_equal(c->preauth.count, 1);
	assert_int_equal(c->preauth.id[0], SMB2_PREAUTH_SHA512);
	assert_view_equal(c->preauth_salt, VIEW_LITERAL("\xa1\xa2\xa3\xa4"));
	assert_int_equal(c->encryption.count, 2);
	assert_int_equal(c->encryption.id[0], SMB2_CIPHER_AES128_GCM);
	assert_int_equal(c->encryption.id[1], SMB2_CIPHER_AES256_GCM);
	assert_int_equal(c->compression.count, 0);
	assert_view_equal(c->netname, VIEW_LITERAL("a\0b\0"));
	assert_true(c->has_transport);
	assert_int_equal(c->transport_flags, SMB2_ACCEPT_TRANSPORT_LEVEL_SECURITY);
	assert_int_equal(c->rdma.count, 2);
	assert_int_equal(c->rdma.id[1], SMB2_RDMA_TRANSFORM_SIGNING);
	assert_int_equal(c->signing.count, 2);
	assert_int_equal(c->signing.id[0], SMB2_SIGNING_AES_GMAC);
	assert_int_equal(c->signing.id[1], SMB2_SIGNING_AES_CMAC);
	view_free(msg);
}

static void every_field_of_a_response_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_negotiate_rsp_codec, response_311);
	struct smb2_negotiate_rsp rsp;

	(void)state;
	assert_int_equal(smb2_negotiate_rsp_decode(&rsp, msg), NS_OK);
	assert_int_equal(rsp.security_mode, 3);
	assert_int_equal(rsp.dialect, SMB2_DIALECT_311);
	assert_int_equal(rsp.server_guid[15], 0xff);
	assert_int_equal(rsp.capabilities, 0x87);
	assert_int_equal(rsp.max_transact_size, 0x100000);
	assert_int_equal(rsp.max_read_size, 0x200000);
	assert_int_equal(rsp.max_write_size, 0x400000);
	assert_int_equal(rsp.system_time, 0x11);
	assert_int_equal(rsp.server_start_time, 0);
	assert_view_equal(rsp.token, VIEW_LITERAL("\x60\x01\x41"));
	assert_int_equal(rsp.contexts.preauth.id[0], SMB2_PREAUTH_SHA512);
	assert_int_equal(rsp.contexts.preauth_salt.n, 0);
	assert_int_equal(rsp.contexts.signing.count, 1);
	assert_int_equal(rsp.contexts.signing.id[0], SMB2_SIGNING_AES_CMAC);
	assert_int_equal(rsp.contexts.encryption.count, 0);
	view_free(msg);
}

static void the_response_of_a_real_server_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_negotiate_rsp_codec, response_samba);
	struct smb2_negotiate_rsp rsp;

	(void)state;
	assert_int_equal(smb2_negotiate_rsp_decode(&rsp, msg), NS_OK);
	assert_int_equal(rsp.dialect, SMB2_DIALECT_311);
	assert_int_equal(rsp.max_read_size, 8 << 20);
	assert_int_equal(rsp.token.n, 74);
	assert_int_equal(rsp.contexts.preauth.id[0], SMB2_PREAUTH_SHA512);
	assert_int_equal(rsp.contexts.preauth_salt.n, 32);
	assert_int_equal(rsp.contexts.encryption.id[0], SMB2_CIPHER_AES128_GCM);
	assert_int_equal(rsp.contexts.signing.id[0], SMB2_SIGNING_AES_GMAC);
	view_free(msg);
}

static void every_truncation_is_refused(void **state)
{
	(void)state;
	codec_refuses_truncations(&smb2_negotiate_rsp_codec, response_samba);
	codec_refuses_truncations(&smb2_negotiate_req_codec, request_302);
	codec_refuses_truncations(&smb2_negotiate_req_codec, request_311);
	codec_refuses_truncations(&smb2_negotiate_rsp_codec, response_210);
	codec_refuses_truncations(&smb2_negotiate_rsp_codec, response_311);
}

static void bad_requests_are_refused(void **state)
{
	static const struct codec_row rows_302[] = {
		{"no dialect", 2, 2, 0, NS_EFORMAT},
		{"too many", 2, 2, 3, NS_ETRUNC},
		{"over the limit", 2, 2, SMB2_DIALECTS_MAX + 1, NS_ELIMIT},
		{"ClientStartTime is ignored", 28, 4, 0xffffffff, NS_OK},
		{"and its upper half", 32, 4, 0xffffffff, NS_OK},
		{"3.1.1 with no contexts", 38, 2, SMB2_DIALECT_311, NS_OK},
	};
	static const struct codec_row rows_311[] = {
		{"size", 0, 2, 37, NS_EFORMAT},
		{"list into the dialects", 28, 4, 96, NS_EFORMAT},
		{"list not aligned", 28, 4, 106, NS_EFORMAT},
		{"list at the end", 28, 4, 216, NS_ETRUNC},
		{"list far out", 28, 4, 0xfffffff8, NS_ETRUNC},
		{"one context too many", 32, 2, 7, NS_ETRUNC},
		{"most contexts", 32, 2, 0xffff, NS_ETRUNC},
		{"no contexts, offset anything", 32, 2, 0, NS_OK},
		{"an unknown context", 40, 2, 0x0100, NS_OK},
		{"a context twice", 40, 2, SMB2_SIGNING_CAPABILITIES, NS_EFORMAT},
		{"data too long", 138, 2, 7, NS_ETRUNC},
		{"data too short", 138, 2, 5, NS_ETRUNC},
		{"a context of nothing", 138, 2, 0, NS_ETRUNC},
		{"no hash", 48, 2, 0, NS_EFORMAT},
		{"two hashes, salt too long", 48, 2, 2, NS_ETRUNC},
		{"salt too long", 50, 2, 5, NS_ETRUNC},
		{"no cipher", 72, 2, 0, NS_EFORMAT},
		{"too many ciphers", 72, 2, 3, NS_ETRUNC},
		{"ciphers over the limit", 72, 2, SMB2_ALGORITHMS_MAX + 1, NS_ELIMIT},
		{"most ciphers", 72, 2, 0xffff, NS_ELIMIT},
		{"transport of three bytes", 98, 2, 3, NS_ETRUNC},
		{"no RDMA transform", 120, 2, 0, NS_EFORMAT},
		{"no signing algorithm", 144, 2, 0, NS_EFORMAT},
	};

	(void)state;
	codec_gives_errors(&smb2_negotiate_req_codec, request_302, rows_302,
			   COUNT(rows_302));
	codec_gives_errors(&smb2_negotiate_req_codec, request_311, rows_311,
			   COUNT(rows_311));
}

static void bad_responses_are_refused(void **state)
{
	static const struct codec_row rows_210[] = {
		{"size", 0, 2, 64, NS_EFORMAT},
		{"token in the fixed part", 56, 2, 127, NS_EFORMAT},
		{"token past the end", 56, 2, 129, NS_EFORMAT},
		{"token too long", 58, 2, 5, NS_EFORMAT},
		{"no token", 56, 4, 0, NS_OK},
		{"no contexts before 3.1.1", 6, 2, 9, NS_OK},
		{"Reserved2 is anything", 60, 4, 0x204d4c20, NS_OK},
	};
	static const struct codec_row rows_311[] = {
		{"list in the fixed part", 60, 4, 120, NS_EFORMAT},
		{"list not aligned", 60, 4, 137, NS_EFORMAT},
		{"list past the end", 60, 4, 0xfffffff8, NS_ETRUNC},
		{"one context too many", 6, 2, 3, NS_ETRUNC},
	};

	(void)state;
	codec_gives_errors(&smb2_negotiate_rsp_codec, response_210, rows_210,
			   COUNT(rows_210));
	codec_gives_errors(&smb2_negotiate_rsp_codec, response_311, rows_311,
			   COUNT(rows_311));
}

static void encoding_is_the_inverse(void **state)
{
	(void)state;
	codec_is_its_own_inverse(&smb2_negotiate_req_codec, request_302);
	codec_is_its_own_inverse(&smb2_negotiate_req_codec, request_311);
	codec_is_its_own_inverse(&smb2_negotiate_rsp_codec, response_210);
	codec_is_its_own_inverse(&smb2_negotiate_rsp_codec, response_311);
	codec_is_its_own_inverse(&smb2_negotiate_rsp_codec, response_samba);
}

static const char compression[] = "0300 0c00 00000000" /* compression, 12 bytes */
				  "0200 0000"          /* two, Padding */
				  "01000000"           /* Flags: chained */
				  "0100 0400"          /* LZNT1, Pattern_V1 */
				  "00000000"           /* padding */
				  "7777 0300 00000000" /* unknown, 3 bytes */
				  "616263";

static void compression_is_read_and_not_written(void **state)
{
	struct view list = view_of_hex(compression);
	struct smb2_negotiate_contexts c;
	struct wire_writer w;
	struct buf b;

	(void)state;
	assert_int_equal(smb2_negotiate_contexts_decode(&c, list, 2), NS_OK);
	assert_int_equal(c.compression.count, 2);
	assert_int_equal(c.compression.id[0], 1);
	assert_int_equal(c.compression.id[1], 4);
	assert_int_equal(c.compression_flags, SMB2_COMPRESSION_FLAG_CHAINED);
	buf_init(&b, 64);
	w = wire_writer_at_end(&b);
	assert_int_equal(smb2_negotiate_contexts_encode(&w, &c), 0);
	assert_int_equal(b.n, 0);
	view_free(list);
}

static void a_known_context_comes_once(void **state)
{
	static const char *const twice[] = {
		"0500 0200 00000000 6100 000000000000 0500 0200 00000000 6100",
		"0600 0400 00000000 00000000 00000000 0600 0400 00000000 00000000",
	};
	struct smb2_negotiate_contexts c;

	(void)state;
	for (size_t i = 0; i < COUNT(twice); i++) {
		struct view list = view_of_hex(twice[i]);

		assert_int_equal(smb2_negotiate_contexts_decode(&c, list, 1), NS_OK);
		assert_int_equal(smb2_negotiate_contexts_decode(&c, list, 2), NS_EFORMAT);
		view_free(list);
	}
}

static void bytes_behind_known_fields_are_left(void **state)
{
	struct view list = view_of_hex("0800 0600 00000000 0100 0100 ffff");
	struct smb2_negotiate_contexts c;

	(void)state;
	assert_int_equal(smb2_negotiate_contexts_decode(&c, list, 1), NS_OK);
	assert_int_equal(c.signing.count, 1);
	view_free(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_of_an_old_client_is_decoded),
		cmocka_unit_test(every_context_of_a_request_is_decoded),
		cmocka_unit_test(every_field_of_a_response_is_decoded),
		cmocka_unit_test(the_response_of_a_real_server_is_decoded),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(bad_requests_are_refused),
		cmocka_unit_test(bad_responses_are_refused),
		cmocka_unit_test(encoding_is_the_inverse),
		cmocka_unit_test(compression_is_read_and_not_written),
		cmocka_unit_test(a_known_context_comes_once),
		cmocka_unit_test(bytes_behind_known_fields_are_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
