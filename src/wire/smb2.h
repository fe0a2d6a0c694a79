/* SPDX-License-Identifier: MIT */
/*
 * The numbers of [MS-SMB2] 2.2, named as there.  Status codes are in base/ntstatus.h.
 */
#ifndef WIRE_SMB2_H
#define WIRE_SMB2_H

#include <stdint.h>

/* SMB2_NEGOTIATE, SMB2_SESSION_SETUP ...: [MS-SMB2] 2.2.1.2, from smb2_cmd.def. */
enum smb2_command {
#define SMB2_CMD(name, code, req, rsp) SMB2_##name = (code),
#include "wire/smb2_cmd.def"
#undef SMB2_CMD
	SMB2_COMMANDS /* how many there are */
};

struct smb2_command_info {
	const char *name;  /* "NEGOTIATE" */
	uint16_t req_size; /* StructureSize of the request; 0: see smb2_cmd.def */
	uint16_t rsp_size; /* and of the response */
};

/* The row of smb2_cmd.def; NULL for a code that is no command. */
const struct smb2_command_info *smb2_command_info(uint16_t command);

/* 2.2.1.2 Flags */
#define SMB2_FLAGS_SERVER_TO_REDIR    0x00000001u
#define SMB2_FLAGS_ASYNC_COMMAND      0x00000002u
#define SMB2_FLAGS_RELATED_OPERATIONS 0x00000004u
#define SMB2_FLAGS_SIGNED             0x00000008u
#define SMB2_FLAGS_PRIORITY_MASK      0x00000070u
#define SMB2_FLAGS_DFS_OPERATIONS     0x10000000u
#define SMB2_FLAGS_REPLAY_OPERATION   0x20000000u

/* MessageId of what a server sends unasked: 2.2.44, 3.3.4.6 */
#define SMB2_MESSAGE_ID_UNSOLICITED UINT64_MAX

/* 2.2.3 Dialects */
#define SMB2_DIALECT_202      0x0202u
#define SMB2_DIALECT_210      0x0210u
#define SMB2_DIALECT_300      0x0300u
#define SMB2_DIALECT_302      0x0302u
#define SMB2_DIALECT_311      0x0311u
#define SMB2_DIALECT_WILDCARD 0x02ffu /* 2.2.4: only in answer to an SMB1 NEGOTIATE */

/* 2.2.3 SecurityMode */
#define SMB2_NEGOTIATE_SIGNING_ENABLED  0x0001u
#define SMB2_NEGOTIATE_SIGNING_REQUIRED 0x0002u

/* 2.2.3 Capabilities */
#define SMB2_GLOBAL_CAP_DFS                0x00000001u
#define SMB2_GLOBAL_CAP_LEASING            0x00000002u
#define SMB2_GLOBAL_CAP_LARGE_MTU          0x00000004u
#define SMB2_GLOBAL_CAP_MULTI_CHANNEL      0x00000008u
#define SMB2_GLOBAL_CAP_PERSISTENT_HANDLES 0x00000010u
#define SMB2_GLOBAL_CAP_DIRECTORY_LEASING  0x00000020u
#define SMB2_GLOBAL_CAP_ENCRYPTION         0x00000040u
#define SMB2_GLOBAL_CAP_NOTIFICATIONS      0x00000080u

/* 2.2.3.1 ContextType */
#define SMB2_PREAUTH_INTEGRITY_CAPABILITIES 0x0001u
#define SMB2_ENCRYPTION_CAPABILITIES        0x0002u
#define SMB2_COMPRESSION_CAPABILITIES       0x0003u
#define SMB2_NETNAME_NEGOTIATE_CONTEXT_ID   0x0005u
#define SMB2_TRANSPORT_CAPABILITIES         0x0006u
#define SMB2_RDMA_TRANSFORM_CAPABILITIES    0x0007u
#define SMB2_SIGNING_CAPABILITIES           0x0008u

/* 2.2.3.1.1 HashAlgorithms, 2.2.3.1.2 Ciphers, 2.2.3.1.7 SigningAlgorithms */
#define SMB2_PREAUTH_SHA512      0x0001u
#define SMB2_CIPHER_AES128_CCM   0x0001u
#define SMB2_CIPHER_AES128_GCM   0x0002u
#define SMB2_CIPHER_AES256_CCM   0x0003u
#define SMB2_CIPHER_AES256_GCM   0x0004u
#define SMB2_SIGNING_HMAC_SHA256 0x0000u
#define SMB2_SIGNING_AES_CMAC    0x0001u
#define SMB2_SIGNING_AES_GMAC    0x0002u

/* 2.2.3.1.3, 2.2.3.1.5, 2.2.3.1.6 */
#define SMB2_COMPRESSION_NONE                0x0000u
#define SMB2_COMPRESSION_FLAG_CHAINED        0x00000001u
#define SMB2_ACCEPT_TRANSPORT_LEVEL_SECURITY 0x00000001u
#define SMB2_RDMA_TRANSFORM_NONE             0x0000u
#define SMB2_RDMA_TRANSFORM_ENCRYPTION       0x0001u
#define SMB2_RDMA_TRANSFORM_SIGNING          0x0002u

/* 2.2.5 and 2.2.6 */
#define SMB2_SESSION_FLAG_BINDING      0x01u
#define SMB2_SESSION_FLAG_IS_GUEST     0x0001u
#define SMB2_SESSION_FLAG_IS_NULL      0x0002u
#define SMB2_SESSION_FLAG_ENCRYPT_DATA 0x0004u

/* 2.2.9 Flags, 2.2.10 */
#define SMB2_TREE_CONNECT_FLAG_CLUSTER_RECONNECT 0x0001u
#define SMB2_TREE_CONNECT_FLAG_REDIRECT_TO_OWNER 0x0002u
#define SMB2_TREE_CONNECT_FLAG_EXTENSION_PRESENT 0x0004u
#define SMB2_SHARE_TYPE_DISK                     0x01u
#define SMB2_SHARE_TYPE_PIPE                     0x02u
#define SMB2_SHARE_TYPE_PRINT                    0x03u
#define SMB2_SHAREFLAG_MANUAL_CACHING            0x00000000u
#define SMB2_SHAREFLAG_DFS                       0x00000001u
#define SMB2_SHAREFLAG_NO_CACHING                0x00000030u
#define SMB2_SHAREFLAG_ENCRYPT_DATA              0x00008000u
#define SMB2_SHARE_CAP_DFS                       0x00000008u

/* 2.2.13 RequestedOplockLevel, ImpersonationLevel, ShareAccess */
#define SMB2_OPLOCK_LEVEL_NONE            0x00u
#define SMB2_OPLOCK_LEVEL_II              0x01u
#define SMB2_OPLOCK_LEVEL_EXCLUSIVE       0x08u
#define SMB2_OPLOCK_LEVEL_BATCH           0x09u
#define SMB2_OPLOCK_LEVEL_LEASE           0xffu
#define SMB2_IMPERSONATION_ANONYMOUS      0u
#define SMB2_IMPERSONATION_IDENTIFICATION 1u
#define SMB2_IMPERSONATION_IMPERSONATION  2u
#define SMB2_IMPERSONATION_DELEGATE       3u
#define FILE_SHARE_READ                   0x00000001u
#define FILE_SHARE_WRITE                  0x00000002u
#define FILE_SHARE_DELETE                 0x00000004u

/* 2.2.13 CreateDisposition, 2.2.14 CreateAction */
#define FILE_SUPERSEDE    0x00000000u
#define FILE_OPEN         0x00000001u
#define FILE_CREATE       0x00000002u
#define FILE_OPEN_IF      0x00000003u
#define FILE_OVERWRITE    0x00000004u
#define FILE_OVERWRITE_IF 0x00000005u
#define FILE_SUPERSEDED   0x00000000u
#define FILE_OPENED       0x00000001u
#define FILE_CREATED      0x00000002u
#define FILE_OVERWRITTEN  0x00000003u

/* 2.2.13 CreateOptions */
#define FILE_DIRECTORY_FILE            0x00000001u
#define FILE_WRITE_THROUGH             0x00000002u
#define FILE_SEQUENTIAL_ONLY           0x00000004u
#define FILE_NO_INTERMEDIATE_BUFFERING 0x00000008u
#define FILE_SYNCHRONOUS_IO_ALERT      0x00000010u
#define FILE_SYNCHRONOUS_IO_NONALERT   0x00000020u
#define FILE_NON_DIRECTORY_FILE        0x00000040u
#define FILE_COMPLETE_IF_OPLOCKED      0x00000100u
#define FILE_NO_EA_KNOWLEDGE           0x00000200u
#define FILE_RANDOM_ACCESS             0x00000800u
#define FILE_DELETE_ON_CLOSE           0x00001000u
#define FILE_OPEN_BY_FILE_ID           0x00002000u
#define FILE_OPEN_FOR_BACKUP_INTENT    0x00004000u
#define FILE_NO_COMPRESSION            0x00008000u
#define FILE_RESERVE_OPFILTER          0x00100000u
#define FILE_OPEN_REPARSE_POINT        0x00200000u

/* 2.2.13.1.1 File_Pipe_Printer_Access_Mask */
#define FILE_READ_DATA         0x00000001u
#define FILE_WRITE_DATA        0x00000002u
#define FILE_APPEND_DATA       0x00000004u
#define FILE_READ_EA           0x00000008u
#define FILE_WRITE_EA          0x00000010u
#define FILE_EXECUTE           0x00000020u
#define FILE_DELETE_CHILD      0x00000040u
#define FILE_READ_ATTRIBUTES   0x00000080u
#define FILE_WRITE_ATTRIBUTES  0x00000100u
#define ACCESS_DELETE          0x00010000u
#define ACCESS_READ_CONTROL    0x00020000u
#define ACCESS_WRITE_DAC       0x00040000u
#define ACCESS_WRITE_OWNER     0x00080000u
#define ACCESS_SYNCHRONIZE     0x00100000u
#define ACCESS_SYSTEM_SECURITY 0x01000000u
#define ACCESS_MAXIMUM_ALLOWED 0x02000000u
#define GENERIC_ALL            0x10000000u
#define GENERIC_EXECUTE        0x20000000u
#define GENERIC_WRITE          0x40000000u
#define GENERIC_READ           0x80000000u

/* [MS-FSCC] 2.6 */
#define FILE_ATTRIBUTE_READONLY  0x00000001u
#define FILE_ATTRIBUTE_HIDDEN    0x00000002u
#define FILE_ATTRIBUTE_SYSTEM    0x00000004u
#define FILE_ATTRIBUTE_DIRECTORY 0x00000010u
#define FILE_ATTRIBUTE_ARCHIVE   0x00000020u
#define FILE_ATTRIBUTE_NORMAL    0x00000080u
#define FILE_ATTRIBUTE_TEMPORARY 0x00000100u

/* 2.2.15 Flags, 2.2.19 Channel, 2.2.31 Flags */
#define SMB2_CLOSE_FLAG_POSTQUERY_ATTRIB 0x0001u
#define SMB2_CHANNEL_NONE                0x00000000u
#define SMB2_0_IOCTL_IS_FSCTL            0x00000001u

/* 2.2.31 CtlCode, and of [MS-FSCC] 2.3 what file servers are asked for */
#define FSCTL_DFS_GET_REFERRALS            0x00060194u
#define FSCTL_DFS_GET_REFERRALS_EX         0x000601b0u
#define FSCTL_GET_COMPRESSION              0x0009003cu
#define FSCTL_SET_REPARSE_POINT            0x000900a4u
#define FSCTL_GET_REPARSE_POINT            0x000900a8u
#define FSCTL_DELETE_REPARSE_POINT         0x000900acu
#define FSCTL_CREATE_OR_GET_OBJECT_ID      0x000900c0u
#define FSCTL_SET_SPARSE                   0x000900c4u
#define FSCTL_QUERY_ALLOCATED_RANGES       0x000940cfu
#define FSCTL_SET_ZERO_DATA                0x000980c8u
#define FSCTL_DUPLICATE_EXTENTS_TO_FILE    0x00098344u
#define FSCTL_DUPLICATE_EXTENTS_TO_FILE_EX 0x000983e8u
#define FSCTL_SET_COMPRESSION              0x0009c040u
#define FSCTL_PIPE_WAIT                    0x00110018u
#define FSCTL_PIPE_PEEK                    0x0011400cu
#define FSCTL_PIPE_TRANSCEIVE              0x0011c017u
#define FSCTL_SRV_ENUMERATE_SNAPSHOTS      0x00144064u
#define FSCTL_SRV_REQUEST_RESUME_KEY       0x00140078u
#define FSCTL_LMR_REQUEST_RESILIENCY       0x001401d4u
#define FSCTL_QUERY_NETWORK_INTERFACE_INFO 0x001401fcu
#define FSCTL_VALIDATE_NEGOTIATE_INFO      0x00140204u
#define FSCTL_SRV_READ_HASH                0x001441bbu
#define FSCTL_SRV_COPYCHUNK                0x001440f2u
#define FSCTL_SRV_COPYCHUNK_WRITE          0x001480f2u

/* 2.2.2.1 ErrorId, 2.2.44.1 NotificationType */
#define SMB2_ERROR_ID_DEFAULT        0x00000000u
#define SMB2_ERROR_ID_SHARE_REDIRECT 0x72645253u
#define SMB2_NOTIFY_SESSION_CLOSED   0x00000000u

#endif
