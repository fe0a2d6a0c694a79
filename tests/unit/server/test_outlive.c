/* SPDX-License-Identifier: MIT */
/*
 * What is under way when its session, tree or open ends, and what must not outlive them:
 * bug classes 6, 1 and 3.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "fs_rig.h"
#include "lib/hex.h"
#include "server/open.h"
#include "server/request.h"
#include "server/session_end.h"
#include "server/session_table.h"
#include "wire/smb2_create_context.h"
#include "wire/smb2_flush.h"
#include "wire/smb2_oplock_break.h"
#include "wire/smb2_query_directory.h"
#include "wire/smb2_query_info.h"
#include "wire/smb2_set_info.h"
#include "wire/smb2_simple.h"
#include "wire/smb2_write.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct server_counters *counters(struct fs_rig *rig)
{
	return &rig->lab.server->counters;
}

/* -------------------------------------------------- requests that the pool works on -- */

static void add_create(struct fs_rig *rig, struct smb2_file_id id)
{
	struct smb2_create_req how = fs_rig_create(FILE_OPEN);

	(void)id;
	how.name = view_of("b", 2);
	smb2_create_req_encode(raw_add(&rig->c, &rig->s, SMB2_CREATE), &how);
}

static void add_close(struct fs_rig *rig, struct smb2_file_id id)
{
	raw_put_close(raw_add(&rig->c, &rig->s, SMB2_CLOSE), id);
}

static void add_flush(struct fs_rig *rig, struct smb2_file_id id)
{
	smb2_flush_req_encode(raw_add(&rig->c, &rig->s, SMB2_FLUSH),
			      &(struct smb2_flush_req){id});
}

static void add_read(struct fs_rig *rig, struct smb2_file_id id)
{
	raw_put_read(raw_add(&rig->c, &rig->s, SMB2_READ), id, 100);
}

static void add_write(struct fs_rig *rig, struct smb2_file_id id)
{
	smb2_write_req_encode(
		raw_add(&rig->c, &rig->s, SMB2_WRITE),
		&(struct smb2_write_req){.file_id = id, .data = VIEW_LITERAL("bytes")});
}

static void add_list(struct fs_rig *rig, struct smb2_file_id id)
{
	smb2_query_directory_req_encode(raw_add(&rig->c, &rig->s, SMB2_QUERY_DIRECTORY),
					&(struct smb2_query_directory_req){
						.info_class = FILE_NAMES_INFORMATION,
						.output_len = 4096,
						.pattern = view_of("*", 2),
						.file_id = id,
					});
}

static void add_query(struct fs_rig *rig, struct smb2_file_id id)
{
	smb2_query_info_req_encode(raw_add(&rig->c, &rig->s, SMB2_QUERY_INFO),
				   &(struct smb2_query_info_req){
					   .info_type = SMB2_0_INFO_FILE,
					   .info_class = FILE_ALL_INFORMATION,
					   .output_len = 4096,
					   .file_id = id,
				   });
}

static void add_set(struct fs_rig *rig, struct smb2_file_id id)
{
	smb2_set_info_req_encode(raw_add(&rig->c, &rig->s, SMB2_SET_INFO),
				 &(struct smb2_set_info_req){
					 .info_type = SMB2_0_INFO_FILE,
					 .info_class = FILE_END_OF_FILE_INFORMATION,
					 .file_id = id,
					 .data = VIEW_LITERAL("\3\0\0\0\0\0\0\0"),
				 });
}

static const struct {
	uint16_t command;
	void (*add)(struct fs_rig *rig, struct smb2_file_id id);
	bool directory;
	bool keeps_open; /* it works on an open that can be closed from elsewhere */
} works[] = {
	{SMB2_CREATE, add_create, false, false},
	{SMB2_CLOSE, add_close, false, false},
	{SMB2_FLUSH, add_flush, false, true},
	{SMB2_READ, add_read, false, true},
	{SMB2_WRITE, add_write, false, true},
	{SMB2_QUERY_DIRECTORY, add_list, true, true},
	{SMB2_QUERY_INFO, add_query, false, true},
	{SMB2_SET_INFO, add_set, false, true},
};

/* ---------------------------------------------------------- and what ends meanwhile -- */

enum ending {
	BY_LOGOFF,
	BY_ADMIN,
	BY_TREE_DISCONNECT,
	BY_LOSS,
	BY_FILE_CLOSE, /* NetrFileClose */
	ENDINGS
};

static void simple(struct fs_rig *rig, uint16_t command)
{
	raw_begin(&rig->c);
	smb2_simple_encode(raw_add(&rig->c, &rig->s, command));
	raw_send(&rig->c);
}

static void end(struct fs_rig *rig, enum ending how)
{
	struct server *server = rig->lab.server;

	switch (how) {
	case BY_LOGOFF:
		simple(rig, SMB2_LOGOFF);
		break;
	case BY_ADMIN:
		session_end(session_table_find(server->sessions, rig->s.id),
			    SESSION_END_ADMIN, NULL);
		break;
	case BY_TREE_DISCONNECT:
		simple(rig, SMB2_TREE_DISCONNECT);
		break;
	case BY_LOSS:
		raw_session_release(&rig->s);
		raw_disconnect(&rig->c);
		break;
	default:
		open_end(open_after(server, 0), OPEN_END_CLOSED);
		break;
	}
}

/* The request that was under way is answered, signed, before all that comes of the end. */
static void expect_cancelled(struct fs_rig *rig, uint16_t command)
{
	struct raw_reply r;

	raw_expect(&rig->c, &r, command, NT_STATUS_CANCELLED);
	assert_true(r.is_signed);
	while (raw_next(&rig->c, &r))
		assert_int_equal(r.hdr.status, NT_STATUS_SUCCESS);
}

/* Credits for more than one request at a time. */
static void may_send_more(struct fs_rig *rig)
{
	rig->c.ask = 10;
	assert_int_equal(raw_echo(&rig->c, &rig->s), NT_STATUS_SUCCESS);
}

/* Nobody holds the file: somebody can have it for himself. */
static void is_free(const struct fs_rig *rig, const char *name)
{
	struct fs_open alone = disk_open(rig->disk, name, FS_OPEN);

	alone.share = 0;
	disk_close(disk_opened(&alone));
}

static void end_under_way(size_t work, enum ending how)
{
	struct smb2_file_id id;
	struct fs_rig *rig;
	void *state;

	assert_int_equal(fs_rig_up(&state), 0);
	rig = state;
	disk_make(rig->disk, "a", "abc");
	disk_make(rig->disk, "b", "");
	id = fs_rig_opened(rig, works[work].directory ? "" : "a", FILE_OPEN);
	may_send_more(rig);
	rig->lab.hold_jobs = true;
	raw_begin(&rig->c);
	works[work].add(rig, id);
	raw_send(&rig->c);
	raw_expect_nothing(&rig->c);
	assert_int_equal(rig->lab.job_count, 1);
	end(rig, how);
	if (how != BY_LOSS)
		expect_cancelled(rig, works[work].command);
	assert_int_equal(counters(rig)->requests_now, 0);
	serverlab_turn(&rig->lab);
	serverlab_run_jobs(&rig->lab);
	assert_int_equal(counters(rig)->opens_now, 0);
	assert_int_equal(counters(rig)->jobs_now, 0);
	is_free(rig, "a");
	is_free(rig, "b");
	if (how == BY_LOSS)
		raw_connect(&rig->c, &rig->lab, "10.0.0.1");
	else
		raw_expect_nothing(&rig->c);
	assert_int_equal(fs_rig_down(&state), 0);
}

/* CVE-2023-32258 and its like: whatever is in the pool, whatever ends. */
static void class_6_jobs_come_back_and_find_nobody(void **state)
{
	(void)state;
	for (size_t work = 0; work < COUNT(works); work++)
		for (unsigned how = 0; how < ENDINGS; how++)
			if (how != BY_FILE_CLOSE || works[work].keeps_open)
				end_under_way(work, (enum ending)how);
}

/* Of a CREATE that was cancelled nothing is left: neither what it made, nor a deletion. */
static void class_6_an_open_nobody_heard_of_changes_nothing(void **state)
{
	(void)state;
	for (unsigned how = 0; how < BY_FILE_CLOSE; how++) {
		struct smb2_create_req make = fs_rig_create(FILE_CREATE);
		struct smb2_create_req remove = fs_rig_create(FILE_OPEN);
		struct fs_rig *rig;
		void *up;

		assert_int_equal(fs_rig_up(&up), 0);
		rig = up;
		disk_make(rig->disk, "old", "");
		make.name = view_of("n\0e\0w", 6);
		remove.name = view_of("o\0l\0d", 6);
		remove.options = FILE_DELETE_ON_CLOSE;
		may_send_more(rig);
		rig->lab.hold_jobs = true;
		raw_begin(&rig->c);
		smb2_create_req_encode(raw_add(&rig->c, &rig->s, SMB2_CREATE), &make);
		raw_send(&rig->c);
		raw_begin(&rig->c);
		smb2_create_req_encode(raw_add(&rig->c, &rig->s, SMB2_CREATE), &remove);
		raw_send(&rig->c);
		assert_int_equal(rig->lab.job_count, 2);
		end(rig, (enum ending)how);
		serverlab_turn(&rig->lab);
		serverlab_run_jobs(&rig->lab);
		assert_false(disk_has(rig->disk, "new"));
		assert_true(disk_has(rig->disk, "old"));
		if (how == BY_LOSS)
			raw_connect(&rig->c, &rig->lab, "10.0.0.1");
		assert_int_equal(fs_rig_down(&up), 0);
	}
}

/* CVE-2023-32258: LOGOFF arrives between a CLOSE and its answer, and CLOSE behind LOGOFF.
 */
static void class_3_logoff_and_close_cross(void **state)
{
	struct fs_rig *rig = *state;
	struct smb2_file_id id = fs_rig_opened(rig, "a", FILE_CREATE);
	struct raw_reply r;

	may_send_more(rig);
	rig->lab.hold_jobs = true;
	raw_begin(&rig->c);
	add_close(rig, id);
	raw_send(&rig->c);
	simple(rig, SMB2_LOGOFF);
	raw_begin(&rig->c);
	add_close(rig, id);
	raw_send(&rig->c);
	raw_expect(&rig->c, &r, SMB2_CLOSE, NT_STATUS_CANCELLED);
	raw_expect(&rig->c, &r, SMB2_LOGOFF, NT_STATUS_SUCCESS);
	raw_expect(&rig->c, &r, SMB2_CLOSE, NT_STATUS_USER_SESSION_DELETED);
	serverlab_turn(&rig->lab);
	serverlab_run_jobs(&rig->lab);
	raw_expect_nothing(&rig->c);
	is_free(rig, "a");
}

/* CVE-2025-37899: the other channel's request is in the pool when this one logs off. */
static void class_1_logoff_while_the_other_channel_works(void **state)
{
	struct fs_rig *rig = *state;
	struct raw_session channel;
	const struct raw_setup bind = {
		.user = "alice", .password = "passalice", .bind = &rig->s};

	disk_make(rig->disk, "a", "abc");
	disk_make(rig->disk, "b", "");
	for (size_t work = 0; work < COUNT(works); work++) {
		struct smb2_file_id id =
			fs_rig_opened(rig, works[work].directory ? "" : "a", FILE_OPEN);
		struct fs_rig other = {.disk = rig->disk};
		struct raw_reply r;

		raw_connect(&other.c, &rig->lab, "10.0.0.1");
		raw_negotiate(&other.c, SMB2_DIALECT_311);
		assert_int_equal(raw_sign_in_as(&other.c, &channel, &bind),
				 NT_STATUS_SUCCESS);
		other.s = channel;
		other.c.tree = rig->data;
		rig->lab.hold_jobs = true;
		raw_begin(&other.c);
		works[work].add(&other, id);
		raw_send(&other.c);
		raw_expect_nothing(&other.c);
		simple(rig, SMB2_LOGOFF);
		raw_expect(&rig->c, &r, SMB2_LOGOFF, NT_STATUS_SUCCESS);
		raw_expect(&other.c, &r, works[work].command, NT_STATUS_CANCELLED);
		assert_true(r.verified); /* by this channel's key */
		serverlab_turn(&rig->lab);
		serverlab_run_jobs(&rig->lab);
		rig->lab.hold_jobs = false;
		raw_expect_nothing(&other.c);
		is_free(rig, "a");
		other.c.sessions[0] = NULL;
		raw_session_release(&other.s);
		raw_disconnect(&other.c);
		raw_session_release(&rig->s);
		assert_int_equal(raw_sign_in(&rig->c, &rig->s, "alice", "passalice"),
				 NT_STATUS_SUCCESS);
		assert_int_equal(raw_tree(&rig->c, &rig->s, "data", &rig->data),
				 NT_STATUS_SUCCESS);
		rig->c.tree = rig->data;
	}
}

/*
 * A compound's rest that runs in the midst of its session's end: jobs are done where they
 * are submitted, as loop_submit() has it when memory is short, and so the file that closes
 * with the session lets the chain go on.  Its keys must be somewhere all the time.
 */
static void class_4_a_compound_goes_on_within_the_end(void **state)
{
	struct fs_rig *rig = *state;
	struct raw_reply r;

	disk_make(rig->disk, "a", "");
	may_send_more(rig);
	for (unsigned sealed = 0; sealed < 2; sealed++) {
		struct smb2_file_id file, pipe;
		struct raw_session bob;
		uint32_t ipc;

		assert_int_equal(raw_sign_in(&rig->c, &bob, "bob", "passbob"),
				 NT_STATUS_SUCCESS);
		assert_int_equal(raw_tree(&rig->c, &bob, "data", &rig->c.tree),
				 NT_STATUS_SUCCESS);
		assert_int_equal(raw_tree(&rig->c, &bob, "IPC$", &ipc), NT_STATUS_SUCCESS);
		assert_int_equal(raw_open_pipe(&rig->c, &bob, "a", &file),
				 NT_STATUS_SUCCESS);
		rig->c.tree = ipc;
		assert_int_equal(raw_open_pipe(&rig->c, &bob, "srvsvc", &pipe),
				 NT_STATUS_SUCCESS);
		bob.seal = sealed == 1;
		raw_begin(&rig->c);
		raw_put_read(raw_add(&rig->c, &bob, SMB2_READ), pipe, 100);
		smb2_simple_encode(raw_add(&rig->c, &bob, SMB2_ECHO));
		raw_send(&rig->c);
		raw_expect_nothing(&rig->c);
		rig->lab.inline_jobs = true;
		session_end(session_table_find(rig->lab.server->sessions, bob.id),
			    SESSION_END_ADMIN, NULL);
		rig->lab.inline_jobs = false;
		raw_expect(&rig->c, &r, SMB2_NOTIFICATION, NT_STATUS_SUCCESS);
		raw_expect(&rig->c, &r, SMB2_READ, NT_STATUS_CANCELLED);
		assert_true(r.verified);
		raw_expect(&rig->c, &r, SMB2_ECHO, NT_STATUS_USER_SESSION_DELETED);
		assert_true(r.verified);
		assert_int_equal(r.sealed, sealed == 1);
		raw_expect_nothing(&rig->c);
		assert_false(raw_dropped(&rig->c));
		raw_session_release(&bob);
		is_free(rig, "a");
	}
	rig->c.tree = rig->data;
}

/* --------------------------------------------------- a CREATE that an oplock keeps out --
 */

static struct smb2_file_id open_batch(struct fs_rig *who, const char *name)
{
	struct smb2_create_req how = fs_rig_create(FILE_OPEN);
	struct smb2_create_rsp rsp;

	how.oplock_level = SMB2_OPLOCK_LEVEL_BATCH;
	assert_status(fs_rig_open(who, name, &how, &rsp), NT_STATUS_SUCCESS);
	assert_int_equal(rsp.oplock_level, SMB2_OPLOCK_LEVEL_BATCH);
	return rsp.file_id;
}

/* Alice opens what bob has a batch oplock on. */
static void wait_for_bob(struct fs_rig *rig, struct fs_rig *bob)
{
	struct raw_reply r;

	may_send_more(rig);
	raw_begin(&rig->c);
	add_create(rig, SMB2_FILE_ID_NONE);
	raw_send(&rig->c);
	raw_expect_nothing(&rig->c);
	raw_expect(&bob->c, &r, SMB2_OPLOCK_BREAK, NT_STATUS_SUCCESS);
	assert_int_equal(counters(rig)->requests_now, 1);
}

static void acknowledge(struct fs_rig *bob, struct smb2_file_id id)
{
	struct raw_reply r;

	raw_begin(&bob->c);
	smb2_oplock_break_encode(raw_add(&bob->c, &bob->s, SMB2_OPLOCK_BREAK),
				 &(struct smb2_oplock_break){SMB2_OPLOCK_LEVEL_II, id});
	raw_send(&bob->c);
	raw_expect(&bob->c, &r, SMB2_OPLOCK_BREAK, NT_STATUS_SUCCESS);
}

/* Who waits ends; the break goes its way, and nobody opens the file behind his back. */
static void class_6_a_create_that_waits_ends_with_its_session(void **state)
{
	(void)state;
	for (unsigned how = 0; how < BY_FILE_CLOSE; how++) {
		struct smb2_file_id id;
		struct fs_rig *rig, bob;
		void *up;

		assert_int_equal(fs_rig_up(&up), 0);
		rig = up;
		disk_make(rig->disk, "b", "");
		fs_rig_join(&bob, rig, "bob", "10.0.0.2");
		id = open_batch(&bob, "b");
		wait_for_bob(rig, &bob);
		end(rig, (enum ending)how);
		if (how != BY_LOSS)
			expect_cancelled(rig, SMB2_CREATE);
		serverlab_turn(&rig->lab);
		acknowledge(&bob, id);
		serverlab_run_jobs(&rig->lab);
		assert_int_equal(counters(rig)->opens_now, 1);
		assert_int_equal(counters(rig)->requests_now, 0);
		assert_status(fs_rig_close(&bob, id), NT_STATUS_SUCCESS);
		is_free(rig, "b");
		fs_rig_leave(&bob);
		if (how == BY_LOSS)
			raw_connect(&rig->c, &rig->lab, "10.0.0.1");
		else
			raw_expect_nothing(&rig->c);
		assert_int_equal(fs_rig_down(&up), 0);
	}
}

/* Who is waited for ends, in each way: nobody waits for an answer that can't come. */
static void class_6_nobody_waits_for_a_dead_holder(void **state)
{
	(void)state;
	for (unsigned how = 0; how < ENDINGS; how++) {
		struct fs_rig *rig, bob;
		struct smb2_create_rsp rsp;
		struct raw_reply r;
		void *up;

		assert_int_equal(fs_rig_up(&up), 0);
		rig = up;
		disk_make(rig->disk, "b", "");
		fs_rig_join(&bob, rig, "bob", "10.0.0.2");
		(void)open_batch(&bob, "b");
		wait_for_bob(rig, &bob);
		if (how == BY_LOSS)
			fs_rig_leave(&bob);
		else if (how == BY_LOGOFF || how == BY_TREE_DISCONNECT)
			simple(&bob, how == BY_LOGOFF ? SMB2_LOGOFF : SMB2_TREE_DISCONNECT);
		else if (how == BY_ADMIN)
			session_end(session_table_find(rig->lab.server->sessions, bob.s.id),
				    SESSION_END_ADMIN, NULL);
		else
			end(rig, BY_FILE_CLOSE);
		serverlab_run_jobs(&rig->lab);
		raw_expect(&rig->c, &r, SMB2_CREATE, NT_STATUS_SUCCESS);
		assert_int_equal(smb2_create_rsp_decode(&rsp, r.msg), NS_OK);
		assert_status(fs_rig_close(rig, rsp.file_id), NT_STATUS_SUCCESS);
		is_free(rig, "b");
		if (how != BY_LOSS)
			fs_rig_leave(&bob);
		assert_int_equal(fs_rig_down(&up), 0);
	}
}

/* ------------------------------------------------------------------------ whose it is --
 */

/* What can be asked of a FileId: refused to all but its session on its tree. */
static void is_refused(struct fs_rig *who, struct smb2_file_id id)
{
	struct raw_reply r;

	for (size_t i = 1; i < COUNT(works); i++) {
		raw_begin(&who->c);
		works[i].add(who, id);
		raw_send(&who->c);
		raw_expect(&who->c, &r, works[i].command, NT_STATUS_FILE_CLOSED);
	}
	assert_int_equal(raw_ioctl(&who->c, &who->s,
				   &(struct smb2_ioctl_req){.ctl_code = FSCTL_PIPE_PEEK,
							    .file_id = id,
							    .max_output = 100,
							    .flags = SMB2_0_IOCTL_IS_FSCTL},
				   &r),
			 NT_STATUS_FILE_CLOSED);
	raw_begin(&who->c);
	smb2_oplock_break_encode(raw_add(&who->c, &who->s, SMB2_OPLOCK_BREAK),
				 &(struct smb2_oplock_break){SMB2_OPLOCK_LEVEL_NONE, id});
	raw_send(&who->c);
	raw_expect(&who->c, &r, SMB2_OPLOCK_BREAK, NT_STATUS_FILE_CLOSED);
}

static void class_6_a_file_id_is_of_one_session_and_tree(void **state)
{
	struct fs_rig *rig = *state, bob, again;
	struct smb2_file_id id = fs_rig_opened(rig, "a", FILE_CREATE), wrong;
	struct view data;

	assert_status(fs_rig_write(rig, id, 0, VIEW_LITERAL("mine")), NT_STATUS_SUCCESS);
	fs_rig_join(&bob, rig, "bob", "10.0.0.2");     /* another user */
	fs_rig_join(&again, rig, "alice", "10.0.0.1"); /* another session of hers */
	is_refused(&bob, id);
	is_refused(&again, id);
	rig->c.tree = rig->ro; /* another tree of this one, of the same directory */
	is_refused(rig, id);
	rig->c.tree = rig->data;
	wrong = id;
	wrong.persistent_id ^= 1;
	is_refused(rig, wrong);
	wrong = id;
	wrong.volatile_id += (uint64_t)1 << 32;
	is_refused(rig, wrong);
	assert_status(fs_rig_read(rig, id, 0, 10, &data), NT_STATUS_SUCCESS);
	assert_view_equal(data, VIEW_LITERAL("mine"));
	assert_status(fs_rig_close(rig, id), NT_STATUS_SUCCESS);
	is_refused(rig, id);
	disk_holds(rig->disk, "a", "mine");
	fs_rig_leave(&again);
	fs_rig_leave(&bob);
}

/* ------------------------------------------------------------------ nothing is durable --
 */

/* [MS-SMB2] 2.2.13.2.13: a GUID for a name. */
#define APP_INSTANCE_ID                                                                    \
	VIEW_LITERAL("\x45\xBC\xA6\x6A\xEF\xA7\xF7\x4A\x90\x08\xFA\x46\x2E\x14\x4D\x74")

/* Opens "a" with one context; `rsp` may be NULL. */
static uint32_t open_with(struct fs_rig *who, uint8_t oplock, struct view name,
			  struct view data, struct smb2_create_rsp *rsp)
{
	const struct smb2_create_context context = {name, data};
	struct smb2_create_req how = fs_rig_create(FILE_OPEN);
	struct wire_writer w;
	struct buf chain;
	uint32_t status;

	buf_init(&chain, 256);
	w = wire_writer_at_end(&chain);
	smb2_create_contexts_encode(&w, &context, 1);
	assert_int_equal(wire_put_status(&w), NS_OK);
	how.contexts = buf_view(&chain);
	how.oplock_level = oplock;
	status = fs_rig_open(who, "a", &how, rsp);
	buf_release(&chain);
	return status;
}

/* An application instance that comes again closes nobody's file, not even its own. */
static void class_6_an_application_id_ends_nobodys_open(void **state)
{
	static const uint8_t instance[20] = {20, 0, 0, 0, 'a', 'p', 'p'};
	struct view id = view_of(instance, sizeof(instance));
	struct fs_rig *rig = *state, bob;
	struct smb2_create_rsp rsp, other;
	struct view data;

	disk_make(rig->disk, "a", "abc");
	fs_rig_join(&bob, rig, "bob", "10.0.0.2");
	assert_status(open_with(rig, SMB2_OPLOCK_LEVEL_NONE, APP_INSTANCE_ID, id, &rsp),
		      NT_STATUS_SUCCESS);
	assert_int_equal(rsp.contexts.n, 0);
	/* The same once more: both are open now. */
	assert_status(open_with(&bob, SMB2_OPLOCK_LEVEL_NONE, APP_INSTANCE_ID, id, &other),
		      NT_STATUS_SUCCESS);
	assert_status(fs_rig_read(rig, rsp.file_id, 0, 3, &data), NT_STATUS_SUCCESS);
	assert_status(fs_rig_read(&bob, other.file_id, 0, 3, &data), NT_STATUS_SUCCESS);
	assert_int_equal(counters(rig)->opens_now, 2);
	fs_rig_leave(&bob);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(class_6_jobs_come_back_and_find_nobody),
		cmocka_unit_test(class_6_an_open_nobody_heard_of_changes_nothing),
		FS_RIG_TEST(class_3_logoff_and_close_cross),
		FS_RIG_TEST(class_4_a_compound_goes_on_within_the_end),
		FS_RIG_TEST(class_1_logoff_while_the_other_channel_works),
		cmocka_unit_test(class_6_a_create_that_waits_ends_with_its_session),
		cmocka_unit_test(class_6_nobody_waits_for_a_dead_holder),
		FS_RIG_TEST(class_6_a_file_id_is_of_one_session_and_tree),
		FS_RIG_TEST(class_6_an_application_id_ends_nobodys_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
