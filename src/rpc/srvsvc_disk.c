/* SPDX-License-Identifier: MIT */
/* The drives of a server: [MS-SRVS] 3.1.4.19. */
#include "rpc/srvsvc.h"

/* A letter, a colon, a NUL: [MS-SRVS] 2.2.4.91. */
#define DISK_UNITS_MAX 3u

/* DISK_INFO: a varying string in an array of fixed length, so without a maximum count. */
static void disk_code(struct ndr *x, struct view *disk)
{
	uint32_t offset = 0, units = (uint32_t)(disk->n / 2 + 1);

	if (x->direction == NDR_PRINT) {
		ndr_string(x, "Disk", disk);
		return;
	}
	ndr_u32(x, "Offset", &offset);
	ndr_u32(x, "ActualCount", &units);
	if (offset != 0 || units == 0 || units > DISK_UNITS_MAX)
		ndr_fail(x, NS_EFORMAT);
	if (x->direction == NDR_PUSH) {
		wire_put_bytes(&x->out, *disk);
		wire_put_le16(&x->out, 0);
		return;
	}
	wire_take(&x->in, 2 * (size_t)units, disk);
	if (disk->n >= 2)
		disk->n -= 2; /* its NUL */
}

/* The counts before a conformant varying array: they must all say the same. */
static void counts_code(struct ndr *x, uint32_t count)
{
	uint32_t max = count, offset = 0, actual = count;

	if (x->direction == NDR_PRINT)
		return;
	ndr_u32(x, "MaximumCount", &max);
	ndr_u32(x, "Offset", &offset);
	ndr_u32(x, "ActualCount", &actual);
	if (offset != 0 || actual != count || max < actual)
		ndr_fail(x, NS_EFORMAT);
}

/* DISK_ENUM_CONTAINER, [MS-SRVS] 2.2.4.92 */
static void disks_code(struct ndr *x, struct netr_disks *d)
{
	bool present = !d->no_buffer;

	ndr_u32(x, "EntriesRead", &d->count);
	if (ndr_unique(x, "Buffer", &present)) {
		counts_code(x, d->count);
		if (d->count > NETR_DISKS_MAX)
			ndr_fail(x, NS_ELIMIT);
		for (uint32_t i = 0; i < d->count && ndr_status(x) == NS_OK; i++)
			disk_code(x, &d->disk[i]);
	} else if (x->direction == NDR_PULL) {
		d->count = 0; /* of nothing, whatever the number says */
	}
	if (x->direction == NDR_PULL)
		d->no_buffer = !present;
}

void netr_server_disk_enum_req_code(struct ndr *x, struct netr_server_disk_enum_req *r)
{
	ndr_unique_string(x, "ServerName", &r->server_name);
	ndr_u32(x, "Level", &r->level);
	disks_code(x, &r->disks);
	ndr_u32(x, "PreferedMaximumLength", &r->prefered_maximum_length);
	ndr_unique_u32(x, "ResumeHandle", &r->has_resume, &r->resume_handle);
}

void netr_server_disk_enum_resp_code(struct ndr *x, struct netr_server_disk_enum_resp *r)
{
	disks_code(x, &r->disks);
	ndr_u32(x, "TotalEntries", &r->total_entries);
	ndr_unique_u32(x, "ResumeHandle", &r->has_resume, &r->resume_handle);
	ndr_u32(x, "Status", &r->status);
}
