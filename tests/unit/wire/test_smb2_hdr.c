/* SPDX-License-Identifier: MIT */
#include "wire/smb2_hdr.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "codec.h"

CODEC_BEHIND(0, smb2_hdr);

static const char sync_hdr[] = "fe534d42"         /* ProtocolId */
			       "4000"             /* StructureSize 64 */
			       "0100"             /* CreditCharge */
			       "160000c0"         /* Status */
			       "0100"             /* Command SESSION_SETUP */
			       "2100"             /* CreditResponse */
			       "09000000"         /* Flags SERVER_TO_REDIR, SIGNED */
			       "50000000"         /* NextCommand 80 */
			       "0200000000000000" /* MessageId */
			       "00000000"         /* Reserved */
			       "78563412"         /* TreeId */
			       "efcdab8967452301" /* SessionId */
			       "000102030405060708090a0b0c0d0e0f"; /* Signature */

static const char async_hdr[] = "fe534d42"         /* ProtocolId */
				"4000"             /* StructureSize 64 */
				"0000"             /* CreditCharge */
				"03010000"         /* Status STATUS_PENDING */
				"0b00"             /* Command IOCTL */
				"0100"             /* CreditResponse */
				"03000000"         /* Flags SERVER_TO_REDIR, ASYNC */
				"00000000"         /* NextCommand */
				"0700000000000000" /* MessageId */
				"0800000009000000" /* AsyncId */
				"efcdab8967452301" /* SessionId */
				"00000000000000000000000000000000"; /* Signature */

static void every_field_of_a_sync_header_is_decoded(void **state)
{
	struct view msg = view_of_hex(sync_hdr);
	struct smb2_hdr h;

	(void)state;
	assert_int_equal(smb2_hdr_decode(&h, msg), NS_OK);
	assert_int_equal(h.credit_charge, 1);
	assert_true(h.status == 0xc0000016);
	assert_int_equal(smb2_hdr_channel_sequence(&h), 0x0016);
	assert_int_equal(h.command, SMB2_SESSION_SETUP);
	assert_int_equal(h.credits, 33);
	assert_int_equal(h.flags, SMB2_FLAGS_SERVER_TO_REDIR | SMB2_FLAGS_SIGNED);
	assert_int_equal(h.next, 80);
	assert_int_equal(h.message_id, 2);
	assert_int_equal(h.async_id, 0);
	assert_int_equal(h.tree_id, 0x12345678);
	assert_true(h.session_id == 0x0123456789abcdef);
	assert_int_equal(h.signature[1], 1);
	assert_int_equal(h.signature[15], 15);
	view_free(msg);
}

static void an_async_header_has_an_async_id_and_no_tree(void **state)
{
	struct view msg = view_of_hex(async_hdr);
	struct smb2_hdr h;

	(void)state;
	assert_int_equal(smb2_hdr_decode(&h, msg), NS_OK);
	assert_int_equal(h.status, 0x103);
	assert_true(h.async_id == 0x0000000900000008);
	assert_int_equal(h.tree_id, 0);
	assert_true(h.session_id == 0x0123456789abcdef);
	view_free(msg);
}

static void every_truncation_is_refused(void **state)
{
	(void)state;
	codec_refuses_truncations(&smb2_hdr_codec, sync_hdr);
	codec_refuses_truncations(&smb2_hdr_codec, async_hdr);
}

static void what_is_no_header_is_refused(void **state)
{
	static const struct codec_row rows[] = {
		{"SMB1", 0, 1, 0xff, NS_EFORMAT},
		{"sealed", 0, 1, 0xfd, NS_EFORMAT},
		{"another protocol", 3, 1, 'C', NS_EFORMAT},
		{"StructureSize", 4, 2, 63, NS_EFORMAT},
	};

	(void)state;
	codec_gives_errors(&smb2_hdr_codec, sync_hdr, rows, COUNT(rows));
}

static void encoding_is_the_inverse(void **state)
{
	(void)state;
	codec_is_its_own_inverse(&smb2_hdr_codec, sync_hdr);
	codec_is_its_own_inverse(&smb2_hdr_codec, async_hdr);
}

static void a_body_has_its_structure_size(void **state)
{
	struct view msg = view_of_hex_behind(SMB2_HDR_LEN, "0900");
	struct wire_reader r = smb2_body(msg, 9);

	(void)state;
	assert_int_equal(wire_status(&r), NS_OK);
	assert_int_equal(r.pos, SMB2_HDR_LEN + 2);
	r = smb2_body(msg, 8);
	assert_int_equal(wire_status(&r), NS_EFORMAT);
	r = smb2_body(view_of(msg.p, msg.n - 1), 9);
	assert_int_equal(wire_status(&r), NS_ETRUNC);
	view_free(msg);
}

/* Three messages with bodies of 3, 8 and 1 bytes. */
static void put_chain(struct buf *b)
{
	static const size_t bodies[] = {3, 8, 1};

	for (size_t i = 0; i < COUNT(bodies); i++) {
		struct wire_writer w = wire_writer_at_end(b);
		struct smb2_hdr h = {.message_id = 10 + i};

		smb2_hdr_encode(&w, &h);
		wire_put_zero(&w, bodies[i]);
		if (i + 1 < COUNT(bodies))
			smb2_hdr_patch_next(&w);
		assert_int_equal(wire_put_status(&w), NS_OK);
	}
}

static void a_written_chain_is_walked_with_its_padding(void **state)
{
	static const size_t lengths[] = {72, 72, 65};
	struct smb2_chain chain;
	struct smb2_hdr h;
	struct view msg;
	struct buf b;

	(void)state;
	buf_init(&b, 1024);
	put_chain(&b);
	chain = smb2_chain_of(buf_view(&b));
	for (size_t i = 0; i < COUNT(lengths); i++) {
		assert_true(smb2_chain_next(&chain, &msg));
		assert_int_equal(msg.n, lengths[i]);
		assert_int_equal(smb2_hdr_decode(&h, msg), NS_OK);
		assert_int_equal(h.message_id, 10 + i);
	}
	assert_false(smb2_chain_next(&chain, &msg));
	assert_int_equal(chain.err, NS_OK);
	assert_int_equal(msg.n, 0);
	buf_release(&b);
}

/* How the walk of `payload` ends, after how many elements. */
static enum ns_err walk(struct view payload, size_t *count)
{
	struct smb2_chain chain = smb2_chain_of(payload);
	struct view msg;

	for (*count = 0; smb2_chain_next(&chain, &msg); ++*count)
		assert_true(*count < 3);
	assert_false(smb2_chain_next(&chain, &msg));
	return chain.err;
}

static void every_truncated_chain_is_refused(void **state)
{
	struct buf b;
	size_t count;

	(void)state;
	buf_init(&b, 1024);
	put_chain(&b);
	assert_int_equal(walk((struct view){0}, &count), NS_OK);
	assert_int_equal(count, 0);
	for (size_t n = 1; n < 72 + 72 + 64; n++) {
		struct view cut = view_dup(view_of(b.p, n));

		assert_int_not_equal(walk(cut, &count), NS_OK);
		/* an element whose successor has no whole header is not given out */
		assert_int_equal(count, n < 72 + 64 ? 0 : 1);
		view_free(cut);
	}
	/* What the last one may lose is its body: that is for the body's decoder to see. */
	assert_int_equal(walk(view_of(b.p, b.n - 1), &count), NS_OK);
	assert_int_equal(count, 3);
	buf_release(&b);
}

static void a_bad_next_command_ends_the_walk(void **state)
{
	static const uint8_t bad[][4] = {
		{1},                      /* into the header, not aligned */
		{8},                      /* into the header */
		{56},                     /* the last aligned place in the header */
		{68},                     /* not aligned */
		{152},                    /* at the third header less the rest: too near */
		{209},                    /* the end */
		{0xf8, 0xff, 0xff, 0xff}, /* aligned, far out */
		{0xff, 0xff, 0xff, 0xff},
	};
	struct smb2_chain chain;
	struct view msg;
	struct buf b;

	(void)state;
	buf_init(&b, 1024);
	put_chain(&b);
	for (size_t i = 0; i < COUNT(bad); i++) {
		for (size_t k = 0; k < 4; k++)
			b.p[20 + k] = bad[i][k];
		chain = smb2_chain_of(buf_view(&b));
		assert_false(smb2_chain_next(&chain, &msg));
		assert_int_equal(chain.err, NS_EFORMAT);
	}
	buf_release(&b);
}

static void a_signature_is_patched_where_it_belongs(void **state)
{
	static const uint8_t signature[SMB2_SIGNATURE_LEN] = "0123456789abcdef";
	struct smb2_hdr h;
	struct buf b;

	(void)state;
	buf_init(&b, 1024);
	put_chain(&b);
	smb2_hdr_patch_signature(&b, 72, signature);
	assert_int_equal(smb2_hdr_decode(&h, view_slice(buf_view(&b), 72, 72)), NS_OK);
	assert_memory_equal(h.signature, signature, sizeof(signature));
	assert_int_equal(h.message_id, 11);
	assert_int_equal(smb2_hdr_decode(&h, buf_view(&b)), NS_OK);
	assert_int_equal(h.signature[0], 0);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_of_a_sync_header_is_decoded),
		cmocka_unit_test(an_async_header_has_an_async_id_and_no_tree),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(what_is_no_header_is_refused),
		cmocka_unit_test(encoding_is_the_inverse),
		cmocka_unit_test(a_body_has_its_structure_size),
		cmocka_unit_test(a_written_chain_is_walked_with_its_padding),
		cmocka_unit_test(every_truncated_chain_is_refused),
		cmocka_unit_test(a_bad_next_command_ends_the_walk),
		cmocka_unit_test(a_signature_is_patched_where_it_belongs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
