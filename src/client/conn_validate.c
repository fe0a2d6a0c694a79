/* SPDX-License-Identifier: MIT */
/*
 * VALIDATE_NEGOTIATE_INFO, [MS-SMB2] 3.2.5.5 and 3.2.5.14.12: before 3.1.1 nothing protects
 * the NEGOTIATE exchange, so it is repeated under the session's keys.  It travels in the
 * compound, behind TREE_CONNECT: no method call is sent before its answer is in.
 */
#include "base/ntstatus.h"
#include "client/conn_state.h"
#include "wire/smb2_ioctl.h"

/* 2.2.32.6 */
#define VALIDATE_RSP_LEN 24

/* 26 bytes and two for each dialect */
#define VALIDATE_REQ_MAX 64

void conn_put_validate(struct conn *c, struct wire_writer *w)
{
	struct smb2_ioctl_req req = {
		.ctl_code = FSCTL_VALIDATE_NEGOTIATE_INFO,
		.file_id = SMB2_FILE_ID_NONE,
		.max_output = VALIDATE_RSP_LEN,
		.flags = SMB2_0_IOCTL_IS_FSCTL,
	};
	struct wire_writer body;
	struct buf input;

	buf_init(&input, VALIDATE_REQ_MAX);
	body = wire_writer_at_end(&input);
	smb2_validate_negotiate_req_encode(&body, &c->negotiated.ours);
	wire_put_fail(w, wire_put_status(&body));
	req.input = buf_view(&input);
	smb2_ioctl_req_encode(w, &req);
	buf_release(&input);
}

/*
 * What servers answer, signed, that do not know the control code: Samba 3.6 and 4.0 say
 * FILE_CLOSED.  That answer proves as much as a good one, for a server that was made to
 * choose an old dialect would know it.
 */
static bool says_unknown(uint32_t status)
{
	return status == NT_STATUS_NOT_SUPPORTED ||
	       status == NT_STATUS_INVALID_DEVICE_REQUEST ||
	       status == NT_STATUS_FILE_CLOSED;
}

static bool same_answer(const struct smb2_validate_negotiate_rsp *a,
			const struct smb2_validate_negotiate_rsp *b)
{
	return a->capabilities == b->capabilities && a->security_mode == b->security_mode &&
	       a->dialect == b->dialect &&
	       view_equal(view_of(a->guid, sizeof(a->guid)),
			  view_of(b->guid, sizeof(b->guid)));
}

enum ns_err conn_on_validate(struct conn *c, const struct answer *a)
{
	static const char forged[] = "somebody has changed what the server negotiated";
	struct smb2_validate_negotiate_rsp rsp;
	struct smb2_ioctl_rsp ioctl;
	enum ns_err err;

	if (says_unknown(a->hdr.status)) {
		c->negotiated.validate = false;
		return NS_OK;
	}
	if (a->hdr.status == NT_STATUS_ACCESS_DENIED &&
	    (a->request.sealed || !c->session.encrypt))
		return conn_note(c, NS_ESIGNATURE, a->hdr.status, forged);
	if (a->hdr.status != NT_STATUS_SUCCESS)
		return conn_refused(c, a);
	err = smb2_ioctl_rsp_decode(&ioctl, a->msg);
	if (err != NS_OK)
		return err;
	err = smb2_validate_negotiate_rsp_decode(&rsp, ioctl.output);
	if (err != NS_OK)
		return err;
	if (!same_answer(&rsp, &c->negotiated.theirs))
		return conn_note(c, NS_ESIGNATURE, 0, forged);
	c->negotiated.validate = false;
	return NS_OK;
}
