/* SPDX-License-Identifier: MIT */
/*
 * People at workstations, each with one connection, one session and a tree on IPC$, and
 * pipes on which they call the services: for the tests of pipes and services.
 *
 *	struct serverlab lab;
 *	struct workstation admin;
 *	struct rig_pipe p;
 *
 *	serverlab_init(&lab), serverlab_start(&lab);
 *	workstation_in(&admin, &lab, "10.0.0.9", "admin");
 *	rig_pipe_in(&p, &admin, &SRVSVC);
 *	assert_int_equal(rig_del(&p, NULL, "bob"), WIN32_ERROR_SUCCESS);
 *	rig_pipe_out(&p);
 *	workstation_out(&admin);
 *	serverlab_stop(&lab);
 */
#ifndef TESTS_UNIT_SERVER_SVC_RIG_H
#define TESTS_UNIT_SERVER_SVC_RIG_H

#include "base/win32err.h"
#include "lib/rawclient.h"
#include "rpc/rpc_client.h"
#include "rpc/srvsvc.h"
#include "rpc/wkssvc.h"

struct workstation {
	struct rawclient c;
	struct raw_session s;
	uint32_t ipc; /* TreeId */
};

/* Signs in; the password is the lab's. */
void workstation_in(struct workstation *w, struct serverlab *lab, const char *address,
		    const char *user);
void workstation_out(struct workstation *w);

/* Whether its session still lives: a tree connect, which costs nobody anything. */
bool workstation_lives(struct workstation *w);

struct rig_pipe {
	struct workstation *w;
	struct smb2_file_id id;
	struct rpc_client rpc;
	uint32_t max_output; /* of TRANSCEIVE and the READs behind it */
	size_t overflows;    /* answers with STATUS_BUFFER_OVERFLOW so far */
	uint32_t status;     /* of the last IOCTL or READ */
};

/* Opens the interface's pipe and binds it. */
void rig_pipe_in(struct rig_pipe *p, struct workstation *w, const struct rpc_iface *iface);
void rig_pipe_out(struct rig_pipe *p);

/* Requests on the pipe itself; data is borrowed until the workstation's next request. */
uint32_t rig_write(struct rig_pipe *p, struct view data);
uint32_t rig_read(struct rig_pipe *p, uint32_t length, struct view *data);
uint32_t rig_transceive(struct rig_pipe *p, struct view data, struct view *answer);

/* One call.  0: `reply` has the stub of the response; else the fault's status. */
uint32_t rig_call(struct rig_pipe *p, uint16_t opnum, struct view stub, struct buf *reply);

/* Calls that answer a Win32 code; a fault fails the test.  Names are UTF-8 or NULL. */
uint32_t rig_del(struct rig_pipe *p, const char *client, const char *user);
uint32_t rig_file_close(struct rig_pipe *p, uint32_t id);

/* One enumeration: what is asked, and what came. */
struct rig_enum {
	uint16_t opnum; /* 0: NetrSessionEnum */
	uint32_t level;
	const char *first;  /* ClientName, Qualifier, BasePath; or NULL */
	const char *second; /* UserName; or NULL */
	uint32_t max;       /* PreferedMaximumLength; 0: everything */
	bool no_resume;     /* ResumeHandle is a NULL pointer */
	uint32_t resume;    /* in and out */

	uint32_t status;
	uint32_t total;
	uint32_t count;
	struct netr_enum_resp resp;
	struct buf stub;
};

/* Returns the status, which is also in e->status; release it before the next one. */
uint32_t rig_enum(struct rig_pipe *p, struct rig_enum *e);
void rig_enum_release(struct rig_enum *e);

/* A GetInfo: opnum, level and what it is about. */
struct rig_info {
	uint16_t opnum;
	uint32_t level;
	uint32_t id;      /* FileId */
	const char *name; /* NetName */

	uint32_t status;
	struct netr_get_info_resp resp;
	struct buf stub;
};

uint32_t rig_info(struct rig_pipe *p, struct rig_info *i);
void rig_info_release(struct rig_info *i);

/* A member of a row, which must not be NULL; text is good until the next call. */
const char *rig_text(const struct info_rows *rows, uint32_t row, const char *member);
uint32_t rig_u32(const struct info_rows *rows, uint32_t row, const char *member);

/* One administrator at one workstation, for a test's set-up and tear-down. */
struct desk {
	struct serverlab lab;
	struct workstation w;
};

int desk_open(void **state);
int desk_close(void **state);

/* A whole call at a desk: a list with one session in it. */
void rig_list_one(struct rig_pipe *p);

/* The same in two halves: the request's PDU is appended to `out`, the answer is taken. */
void rig_push_list(struct rig_pipe *p, struct buf *out);
void rig_fetch(struct rig_pipe *p, struct view answer);

#endif
