/* SPDX-License-Identifier: MIT */
#include "wire/smb2.h"

#include <stddef.h>

static const struct smb2_command_info commands[SMB2_COMMANDS] = {
#define SMB2_CMD(name, code, req, rsp) [SMB2_##name] = {#name, (req), (rsp)},
#include "wire/smb2_cmd.def"
#undef SMB2_CMD
};

const struct smb2_command_info *smb2_command_info(uint16_t command)
{
	return command < SMB2_COMMANDS ? &commands[command] : NULL;
}
