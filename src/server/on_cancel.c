/* SPDX-License-Identifier: MIT */
#include <utlist.h>

#include "server/chain.h"
#include "server/dispatch.h"
#include "server/protect.h"
#include "server/session.h"

/* The request that is meant, by its AsyncId or its MessageId; NULL. */
static struct request *target_of(const struct request *cancel)
{
	bool async = (cancel->hdr.flags & SMB2_FLAGS_ASYNC_COMMAND) != 0;
	struct request *rq;

	DL_FOREACH(cancel->conn->pending, rq)
	if (async ? rq->interim_sent && rq->id == cancel->hdr.async_id
		  : rq->hdr.message_id == cancel->hdr.message_id)
		return rq;
	return NULL;
}

/*
 * A CANCEL of one session must not reach requests of another on the same connection; and
 * where requests have to be protected, so has their CANCEL.
 */
static bool may_cancel(const struct request *cancel, const struct request *target)
{
	const struct smb_keys *keys;

	/* One that continues a request may name whom it likes: who sealed it counts. */
	if ((cancel->sealed ? cancel->chain->seal_id : cancel->hdr.session_id) !=
	    target->hdr.session_id)
		return false;
	if (cancel->sealed || target->session == NULL)
		return true;
	if (target->sealed)
		return false;
	if (!cancel->is_signed)
		return !target->session->signing_required;
	keys = protect_sign_keys(cancel);
	return keys != NULL && srv_request_verify(cancel, keys) == NS_OK;
}

/* [MS-SMB2] 3.3.5.16: there is no response to the CANCEL itself, whatever it is. */
void on_cancel(struct request *cancel)
{
	struct request *target = target_of(cancel);

	if (target == NULL || !may_cancel(cancel, target))
		return;
	if (target->cancel != NULL)
		target->cancel(target);
	else
		srv_request_complete(target, NT_STATUS_CANCELLED);
}
