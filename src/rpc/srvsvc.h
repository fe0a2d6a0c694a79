/* SPDX-License-Identifier: MIT */
/*
 * The Server Service, [MS-SRVS]: the methods that list, inspect and end sessions and their
 * neighbours.  Each method has a request and a response structure with a coder for each
 * ("_code", see wire/ndr.h: it pulls, pushes and prints).  Field names are those of the
 * specification in snake_case.
 *
 * Names are borrowed views: on a push they must outlive the call, on a pull the stub must
 * outlive the structure.  A structure with a release function is zeroed before a pull and
 * released after it, even when it failed.
 *
 * A client must compare a response's level with the one it asked for: the coder only sees
 * to it that the level's two places in the message agree.
 */
#ifndef RPC_SRVSVC_H
#define RPC_SRVSVC_H

#include "rpc/info_ndr.h"
#include "rpc/rpc_iface.h"

/* 4b324fc8-1670-01d3-1278-5a47bf6ee188 version 3.0, [MS-SRVS] 2.1 */
extern const struct rpc_iface SRVSVC;

enum srvsvc_opnum {
	OPNUM_NETR_CONNECTION_ENUM = 8,
	OPNUM_NETR_FILE_ENUM = 9,
	OPNUM_NETR_FILE_GET_INFO = 10,
	OPNUM_NETR_FILE_CLOSE = 11,
	OPNUM_NETR_SESSION_ENUM = 12,
	OPNUM_NETR_SESSION_DEL = 13,
	OPNUM_NETR_SHARE_ENUM = 15,
	OPNUM_NETR_SHARE_GET_INFO = 16,
	OPNUM_NETR_SERVER_GET_INFO = 21,
	OPNUM_NETR_SERVER_DISK_ENUM = 23,
	OPNUM_NETR_REMOTE_TOD = 28,
	OPNUM_NETR_SHARE_ENUM_STICKY = 36,
};

/* PreferedMaximumLength (so spelt): everything, [MS-SRVS] 2.2.2.2 */
#define SRVSVC_MAX_PREFERRED_LENGTH 0xffffffffu

/*
 * The part all enumerations share, behind their names.  When a pulled level is not known,
 * nobody can tell what its arm of the union holds, so nothing behind it is decoded either:
 * info.level has the number, all else is empty, and the answer is 124.
 */
struct netr_enum_params {
	struct info_enum info; /* InfoStruct, [in, out] */
	uint32_t prefered_maximum_length;
	bool has_resume; /* ResumeHandle is not NULL */
	uint32_t resume_handle;
};

/* The response of every enumeration. */
struct netr_enum_resp {
	struct info_enum info;
	uint32_t total_entries;
	bool has_resume;
	uint32_t resume_handle;
	uint32_t status; /* Win32 code */
};

void netr_enum_params_code(struct ndr *x, const struct info_family *family,
			   struct netr_enum_params *p);
void netr_enum_params_release(struct netr_enum_params *p);
void netr_enum_resp_code(struct ndr *x, const struct info_family *family,
			 struct netr_enum_resp *r);
void netr_enum_resp_release(struct netr_enum_resp *r);

/* The response of a method that returns a code and nothing else. */
struct netr_status_resp {
	uint32_t status;
};

void netr_status_resp_code(struct ndr *x, struct netr_status_resp *r);

/* NetrSessionEnum, opnum 12, [MS-SRVS] 3.1.4.5; SESSION_INFO */
struct netr_session_enum_req {
	struct ndr_string server_name;
	struct ndr_string client_name;
	struct ndr_string user_name;
	struct netr_enum_params params;
};

void netr_session_enum_req_code(struct ndr *x, struct netr_session_enum_req *r);
void netr_session_enum_resp_code(struct ndr *x, struct netr_enum_resp *r);

/* NetrSessionDel, opnum 13, [MS-SRVS] 3.1.4.6; netr_status_resp */
struct netr_session_del_req {
	struct ndr_string server_name;
	struct ndr_string client_name;
	struct ndr_string user_name;
};

void netr_session_del_req_code(struct ndr *x, struct netr_session_del_req *r);

/* NetrConnectionEnum, opnum 8, [MS-SRVS] 3.1.4.1; CONNECTION_INFO */
struct netr_connection_enum_req {
	struct ndr_string server_name;
	struct ndr_string qualifier;
	struct netr_enum_params params;
};

void netr_connection_enum_req_code(struct ndr *x, struct netr_connection_enum_req *r);
void netr_connection_enum_resp_code(struct ndr *x, struct netr_enum_resp *r);

/* NetrFileEnum, opnum 9, [MS-SRVS] 3.1.4.2; FILE_INFO */
struct netr_file_enum_req {
	struct ndr_string server_name;
	struct ndr_string base_path;
	struct ndr_string user_name;
	struct netr_enum_params params;
};

void netr_file_enum_req_code(struct ndr *x, struct netr_file_enum_req *r);
void netr_file_enum_resp_code(struct ndr *x, struct netr_enum_resp *r);

/* The response of every GetInfo of this interface and of wkssvc. */
struct netr_get_info_resp {
	struct info_single info;
	uint32_t status;
};

void netr_get_info_resp_code(struct ndr *x, const struct info_family *family,
			     struct netr_get_info_resp *r);
void netr_get_info_resp_release(struct netr_get_info_resp *r);

/* NetrFileGetInfo, opnum 10, [MS-SRVS] 3.1.4.3; FILE_INFO */
struct netr_file_get_info_req {
	struct ndr_string server_name;
	uint32_t file_id;
	uint32_t level;
};

void netr_file_get_info_req_code(struct ndr *x, struct netr_file_get_info_req *r);
void netr_file_get_info_resp_code(struct ndr *x, struct netr_get_info_resp *r);

/* NetrFileClose, opnum 11, [MS-SRVS] 3.1.4.4; netr_status_resp */
struct netr_file_close_req {
	struct ndr_string server_name;
	uint32_t file_id;
};

void netr_file_close_req_code(struct ndr *x, struct netr_file_close_req *r);

/*
 * NetrShareEnum, opnum 15, [MS-SRVS] 3.1.4.8, SHARE_INFO but 1005; and NetrShareEnumSticky,
 * opnum 36, 3.1.4.9, which has the same parameters and no level 501.
 */
struct netr_share_enum_req {
	struct ndr_string server_name;
	struct netr_enum_params params;
};

void netr_share_enum_req_code(struct ndr *x, struct netr_share_enum_req *r);
void netr_share_enum_resp_code(struct ndr *x, struct netr_enum_resp *r);

/* NetrShareGetInfo, opnum 16, [MS-SRVS] 3.1.4.10; SHARE_INFO */
struct netr_share_get_info_req {
	struct ndr_string server_name;
	struct view net_name; /* a reference: it cannot be NULL */
	uint32_t level;
};

void netr_share_get_info_req_code(struct ndr *x, struct netr_share_get_info_req *r);
void netr_share_get_info_resp_code(struct ndr *x, struct netr_get_info_resp *r);

/* NetrServerGetInfo, opnum 21, [MS-SRVS] 3.1.4.17; SERVER_INFO */
struct netr_server_get_info_req {
	struct ndr_string server_name;
	uint32_t level;
};

void netr_server_get_info_req_code(struct ndr *x, struct netr_server_get_info_req *r);
void netr_server_get_info_resp_code(struct ndr *x, struct netr_get_info_resp *r);

/* NetrServerDiskEnum, opnum 23, [MS-SRVS] 3.1.4.19: drives, "C:", of which it has 26. */
#define NETR_DISKS_MAX 26u

struct netr_disks {
	bool no_buffer; /* the array's pointer is NULL */
	uint32_t count;
	struct view disk[NETR_DISKS_MAX];
};

struct netr_server_disk_enum_req {
	struct ndr_string server_name;
	uint32_t level;
	struct netr_disks disks; /* a server ignores it, and the two behind it */
	uint32_t prefered_maximum_length;
	bool has_resume;
	uint32_t resume_handle;
};

struct netr_server_disk_enum_resp {
	struct netr_disks disks;
	uint32_t total_entries;
	bool has_resume;
	uint32_t resume_handle;
	uint32_t status;
};

void netr_server_disk_enum_req_code(struct ndr *x, struct netr_server_disk_enum_req *r);
void netr_server_disk_enum_resp_code(struct ndr *x, struct netr_server_disk_enum_resp *r);

/* NetrRemoteTOD, opnum 28, [MS-SRVS] 3.1.4.21; TIME_OF_DAY_INFO */
struct netr_remote_tod_req {
	struct ndr_string server_name;
};

struct netr_remote_tod_resp {
	struct info_rows rows; /* 0 or 1 of them; the level is set by the coder */
	uint32_t status;
};

void netr_remote_tod_req_code(struct ndr *x, struct netr_remote_tod_req *r);
void netr_remote_tod_resp_code(struct ndr *x, struct netr_remote_tod_resp *r);
void netr_remote_tod_resp_release(struct netr_remote_tod_resp *r);

#endif
