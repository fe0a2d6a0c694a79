/* SPDX-License-Identifier: MIT */
#include "server/dispatch.h"
#include "server/file/file.h"
#include "server/pipe.h"
#include "wire/smb2_create_context.h"

/* [MS-SMB2] 3.3.5.9, "Create Context Validation": the chain is whole, each name known by
 * its four letters or longer. */
static bool contexts_well_formed(struct view chain)
{
	struct smb2_create_contexts it = smb2_create_contexts_of(chain);
	struct smb2_create_context context;

	while (smb2_create_context_next(&it, &context))
		if (context.name.n < 4)
			return false;
	return it.err == NS_OK;
}

uint32_t open_check_create(const struct smb2_create_req *req)
{
	if (req->disposition > FILE_OVERWRITE_IF)
		return NT_STATUS_INVALID_PARAMETER;
	if (req->impersonation_level > SMB2_IMPERSONATION_DELEGATE)
		return NT_STATUS_BAD_IMPERSONATION_LEVEL;
	return NT_STATUS_SUCCESS;
}

/* What holds for every share; the rest is the kind's affair. */
uint32_t on_create(struct request *rq)
{
	struct smb2_create_req req;

	if (smb2_create_req_decode(&req, rq->msg) != NS_OK || req.name.n % 2 != 0 ||
	    !contexts_well_formed(req.contexts))
		return NT_STATUS_INVALID_PARAMETER;
	if (rq->tree->share == NULL)
		return srv_pipe_create(rq, &req);
	return srv_file_create(rq, &req);
}
