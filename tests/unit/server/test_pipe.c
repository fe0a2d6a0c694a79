/* SPDX-License-Identifier: MIT */
/*
 * Named pipes: which there are, how messages come out of them, several at once, what a
 * broken PDU does and what it does not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/pipe.h"
#include "svc_rig.h"
#include "wire/smb2_create.h"

/* --------------------------------------------------------------------------- opening -- */

static void class_7_names_of_pipes(void **state)
{
	static const struct {
		const char *name;
		uint32_t status;
	} rows[] = {
		{"srvsvc", NT_STATUS_SUCCESS},
		{"SrvSvc", NT_STATUS_SUCCESS},
		{"wkssvc", NT_STATUS_SUCCESS},
		{"\\srvsvc", NT_STATUS_SUCCESS},
		{"", NT_STATUS_OBJECT_NAME_NOT_FOUND},
		{"\\", NT_STATUS_OBJECT_NAME_NOT_FOUND},
		{"srvsv", NT_STATUS_OBJECT_NAME_NOT_FOUND},
		{"srvsvcc", NT_STATUS_OBJECT_NAME_NOT_FOUND},
		{"samr", NT_STATUS_OBJECT_NAME_NOT_FOUND},
		{"..\\srvsvc", NT_STATUS_OBJECT_NAME_NOT_FOUND},
		{"/etc/passwd", NT_STATUS_OBJECT_NAME_NOT_FOUND},
	};
	struct desk *d = *state;
	struct smb2_file_id id;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(raw_open_pipe(&d->w.c, &d->w.s, rows[i].name, &id),
				 rows[i].status);
	assert_int_equal(d->lab.server->counters.opens_now, 4);
	assert_int_equal(d->lab.server->counters.pipes_opened, 4);
	assert_int_equal(d->lab.server->counters.files_opened, 0);
}

static uint32_t create(struct desk *d, const struct smb2_create_req *req)
{
	struct rawclient *c = &d->w.c;
	struct raw_reply r;

	raw_begin(c);
	smb2_create_req_encode(raw_add(c, &d->w.s, SMB2_CREATE), req);
	raw_send(c);
	assert_true(raw_next(c, &r));
	return r.hdr.status;
}

static void what_a_create_may_ask_of_a_pipe(void **state)
{
	static const uint8_t srvsvc[] = {'s', 0, 'r', 0, 'v', 0, 's', 0, 'v', 0, 'c', 0};
	const struct smb2_create_req good = {
		.impersonation_level = SMB2_IMPERSONATION_IMPERSONATION,
		.desired_access = 0x0012019f,
		.disposition = FILE_OPEN,
		.name = view_of(srvsvc, sizeof(srvsvc)),
	};
	struct smb2_create_req req = good;
	struct desk *d = *state;

	assert_int_equal(create(d, &req), NT_STATUS_SUCCESS);
	req.desired_access = ACCESS_MAXIMUM_ALLOWED;
	assert_int_equal(create(d, &req), NT_STATUS_SUCCESS);
	req.desired_access = ACCESS_SYSTEM_SECURITY;
	assert_int_equal(create(d, &req), NT_STATUS_ACCESS_DENIED);
	req = good;
	req.impersonation_level = SMB2_IMPERSONATION_DELEGATE;
	assert_int_equal(create(d, &req), NT_STATUS_BAD_IMPERSONATION_LEVEL);
	req.impersonation_level = 0x12345678;
	assert_int_equal(create(d, &req), NT_STATUS_BAD_IMPERSONATION_LEVEL);
	req = good;
	req.options = FILE_DIRECTORY_FILE;
	assert_int_equal(create(d, &req), NT_STATUS_NOT_A_DIRECTORY);
	req = good;
	req.disposition = 6;
	assert_int_equal(create(d, &req), NT_STATUS_INVALID_PARAMETER);
	req = good;
	req.name.n = 11;
	assert_int_equal(create(d, &req), NT_STATUS_INVALID_PARAMETER);
	assert_int_equal(d->lab.server->counters.opens_now, 2);
}

static void anonymous_opens_no_pipe(void **state)
{
	struct serverlab lab;
	struct rawclient c;
	struct raw_session s = {0};
	struct raw_setup nobody = {0};
	struct smb2_file_id id;
	uint32_t tree;

	(void)state;
	serverlab_init(&lab);
	lab.config.allow_anonymous = true;
	lab.config.signing_required = false;
	serverlab_start(&lab);
	raw_connect(&c, &lab, "10.0.0.3");
	raw_negotiate(&c, SMB2_DIALECT_302);
	assert_int_equal(raw_sign_in_as(&c, &s, &nobody), NT_STATUS_SUCCESS);
	assert_int_equal(raw_tree(&c, &s, "IPC$", &tree), NT_STATUS_SUCCESS);
	c.tree = tree;
	assert_int_equal(raw_open_pipe(&c, &s, "srvsvc", &id), NT_STATUS_ACCESS_DENIED);
	assert_int_equal(lab.server->counters.permission_errors, 1);
	raw_disconnect(&c);
	raw_session_release(&s);
	serverlab_stop(&lab);
}

static void pipes_of_a_session_are_few(void **state)
{
	struct desk *d = *state;
	struct smb2_file_id id;

	for (size_t i = 0; i < PIPES_PER_SESSION; i++)
		assert_int_equal(raw_open_pipe(&d->w.c, &d->w.s, "srvsvc", &id),
				 NT_STATUS_SUCCESS);
	assert_int_equal(raw_open_pipe(&d->w.c, &d->w.s, "srvsvc", &id),
			 NT_STATUS_INSUFFICIENT_RESOURCES);
}

/* -------------------------------------------------------------------------- messages -- */

static void several_pipes_at_once_do_not_mix(void **state)
{
	struct desk *d = *state;
	struct rig_info info = {.opnum = OPNUM_NETR_WKSTA_GET_INFO, .level = 100};
	struct rig_pipe a, b, w;
	struct buf first, second;
	struct view data;

	rig_pipe_in(&a, &d->w, &SRVSVC);
	rig_pipe_in(&w, &d->w, &WKSSVC);
	rig_pipe_in(&b, &d->w, &SRVSVC);
	buf_init(&first, 4096);
	buf_init(&second, 4096);
	rig_push_list(&a, &first);
	rig_push_list(&b, &second);
	/* Both are asked before either is read, and half of a request is half a request. */
	assert_int_equal(rig_write(&b, view_slice(buf_view(&second), 0, 30)),
			 NT_STATUS_SUCCESS);
	assert_int_equal(rig_write(&a, buf_view(&first)), NT_STATUS_SUCCESS);
	assert_int_equal(rig_info(&w, &info), WIN32_ERROR_SUCCESS);
	rig_info_release(&info);
	assert_int_equal(rig_write(&b, view_slice(buf_view(&second), 30, SIZE_MAX)),
			 NT_STATUS_SUCCESS);
	assert_int_equal(rig_read(&b, 4280, &data), NT_STATUS_SUCCESS);
	rig_fetch(&b, data);
	assert_int_equal(rig_read(&a, 4280, &data), NT_STATUS_SUCCESS);
	rig_fetch(&a, data);
	rig_list_one(&a);
	rig_list_one(&b);
	buf_release(&first);
	buf_release(&second);
	rig_pipe_out(&a);
	rig_pipe_out(&b);
	rig_pipe_out(&w);
}

static void a_long_answer_is_read_on(void **state)
{
	struct desk *d = *state;
	struct rig_pipe p;

	rig_pipe_in(&p, &d->w, &SRVSVC);
	for (uint32_t max = 1; max < 300; max = max * 2 + 1) {
		p.max_output = max;
		p.overflows = 0;
		rig_list_one(&p);
		assert_true((p.overflows > 0) == (max < 220));
	}
	rig_pipe_out(&p);
}

/* An answer of several fragments: each is a message of its own. */
static void a_fragment_is_a_message(void **state)
{
	struct desk *d = *state;
	struct workstation *others = calloc(60, sizeof(*others));
	struct rig_enum e = {.level = 502};
	struct rig_pipe p;
	struct buf out;
	struct view data;
	char address[32];

	assert_non_null(others);
	for (size_t i = 0; i < 60; i++) {
		(void)snprintf(address, sizeof(address), "10.3.0.%zu", i);
		workstation_in(&others[i], &d->lab, address, "carol");
	}
	rig_pipe_in(&p, &d->w, &SRVSVC);
	buf_init(&out, 4096);
	rig_push_list(&p, &out);
	p.max_output = 65536;
	assert_int_equal(rig_transceive(&p, buf_view(&out), &data), NT_STATUS_SUCCESS);
	assert_true(data.n <= RPC_FRAG_USUAL && data.n > 4000);
	assert_int_equal(rpc_client_recv(&p.rpc, data), NS_AGAIN);
	/* a READ with room for everything gets one fragment */
	assert_int_equal(rig_read(&p, 65536, &data), NT_STATUS_SUCCESS);
	assert_true(data.n <= RPC_FRAG_USUAL);
	while (rpc_client_recv(&p.rpc, data) == NS_AGAIN)
		assert_int_equal(rig_read(&p, 65536, &data), NT_STATUS_SUCCESS);
	buf_clear(&out);
	assert_int_equal(rpc_client_reply(&p.rpc, &out), NS_OK);
	buf_release(&out);
	assert_int_equal(rig_enum(&p, &e), WIN32_ERROR_SUCCESS);
	assert_int_equal(e.count, 61);
	rig_enum_release(&e);
	rig_pipe_out(&p);
	for (size_t i = 0; i < 60; i++)
		workstation_out(&others[i]);
	free(others);
}

/* A request of several fragments, the last with TRANSCEIVE, the others with WRITE. */
static void a_long_request_arrives_in_fragments(void **state)
{
	struct desk *d = *state;
	char *name = malloc(6001);
	struct rig_pipe p;

	assert_non_null(name);
	memset(name, 'x', 6000);
	name[6000] = '\0';
	rig_pipe_in(&p, &d->w, &SRVSVC);
	assert_int_equal(rig_del(&p, NULL, name), WIN32_ERROR_INVALID_PARAMETER);
	rig_list_one(&p);
	rig_pipe_out(&p);
	free(name);
}

/* ---------------------------------------------------------------------- broken PDUs -- */

static void a_broken_pdu_ends_the_pipe_and_not_the_session(void **state)
{
	static const uint8_t junk[32] = "this is no PDU at all, is it?";
	struct desk *d = *state;
	struct rig_pipe p, other;
	struct view data;

	rig_pipe_in(&p, &d->w, &SRVSVC);
	rig_pipe_in(&other, &d->w, &SRVSVC);
	assert_int_equal(rig_write(&p, view_of(junk, sizeof(junk))), NT_STATUS_SUCCESS);
	/* its last words */
	assert_int_equal(rig_read(&p, 4280, &data), NT_STATUS_SUCCESS);
	assert_true(data.n >= RPC_HEADER_SIZE);
	assert_int_equal(data.p[2], RPC_FAULT);
	assert_int_equal(rig_read(&p, 4280, &data), NT_STATUS_PIPE_BROKEN);
	assert_int_equal(rig_write(&p, view_of(junk, sizeof(junk))),
			 NT_STATUS_PIPE_CLOSING);
	assert_int_equal(rig_transceive(&p, view_of(junk, sizeof(junk)), &data),
			 NT_STATUS_PIPE_CLOSING);
	rig_list_one(&other);
	assert_int_equal(raw_close(&d->w.c, &d->w.s, p.id), NT_STATUS_SUCCESS);
	rig_pipe_out(&p);
	rig_pipe_out(&other);
}

static void a_bind_to_another_interface_is_refused(void **state)
{
	struct desk *d = *state;
	struct rpc_client rpc;
	struct rig_pipe p = {.w = &d->w, .max_output = 4280};
	struct buf out;
	struct view data;

	assert_int_equal(raw_open_pipe(&d->w.c, &d->w.s, "srvsvc", &p.id),
			 NT_STATUS_SUCCESS);
	rpc_client_init(&rpc, &WKSSVC, RPC_FRAG_USUAL);
	buf_init(&out, 4096);
	assert_int_equal(rpc_client_bind(&rpc, &out), NS_OK);
	assert_int_equal(rig_transceive(&p, buf_view(&out), &data), NT_STATUS_SUCCESS);
	assert_int_equal(rpc_client_recv(&rpc, data), NS_ENOPIPE);
	rpc_client_release(&rpc);
	buf_release(&out);
}

static void who_never_reads_is_stopped(void **state)
{
	struct desk *d = *state;
	struct workstation *others = calloc(60, sizeof(*others));
	struct rig_pipe p;
	struct buf out;
	char address[32];
	uint32_t status;
	size_t n = 0;

	assert_non_null(others);
	for (size_t i = 0; i < 60; i++) {
		(void)snprintf(address, sizeof(address), "10.3.0.%zu", i);
		workstation_in(&others[i], &d->lab, address, "carol");
	}
	rig_pipe_in(&p, &d->w, &SRVSVC);
	buf_init(&out, 4096);
	rig_push_list(&p, &out);
	do {
		status = rig_write(&p, buf_view(&out));
	} while (status == NT_STATUS_SUCCESS && ++n < 1000);
	assert_int_equal(status, NT_STATUS_INSUFFICIENT_RESOURCES);
	assert_true(n > 50 && n < 300); /* some 10 KiB each, up to 1 MiB */
	buf_release(&out);
	rig_pipe_out(&p);
	for (size_t i = 0; i < 60; i++)
		workstation_out(&others[i]);
	free(others);
}

#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, desk_open, desk_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_DESK(class_7_names_of_pipes),
		AT_DESK(what_a_create_may_ask_of_a_pipe),
		cmocka_unit_test(anonymous_opens_no_pipe),
		AT_DESK(pipes_of_a_session_are_few),
		AT_DESK(several_pipes_at_once_do_not_mix),
		AT_DESK(a_long_answer_is_read_on),
		AT_DESK(a_fragment_is_a_message),
		AT_DESK(a_long_request_arrives_in_fragments),
		AT_DESK(a_broken_pdu_ends_the_pipe_and_not_the_session),
		AT_DESK(a_bind_to_another_interface_is_refused),
		AT_DESK(who_never_reads_is_stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
