/* SPDX-License-Identifier: MIT */
#include "wire/fscc_volume.h"

enum ns_err fscc_fs_volume_decode(struct fscc_fs_volume *out, struct view v)
{
	struct wire_reader r = {.msg = v};
	uint32_t len;
	uint8_t objects;

	wire_le64(&r, &out->creation_time); /*  0 VolumeCreationTime */
	wire_le32(&r, &out->serial);        /*  8 VolumeSerialNumber */
	wire_le32(&r, &len);                /* 12 VolumeLabelLength */
	wire_u8(&r, &objects);              /* 16 SupportsObjects */
	wire_skip(&r, 1);                   /* 17 Reserved */
	wire_take(&r, len, &out->label);    /* 18 VolumeLabel */
	out->supports_objects = objects != 0;
	return wire_status(&r);
}

void fscc_fs_volume_encode(struct wire_writer *w, const struct fscc_fs_volume *v)
{
	wire_put_le64(w, v->creation_time);
	wire_put_le32(w, v->serial);
	wire_put_le32(w, (uint32_t)v->label.n);
	wire_put_u8(w, v->supports_objects);
	wire_put_u8(w, 0);
	wire_put_bytes(w, v->label);
}

enum ns_err fscc_fs_size_decode(struct fscc_fs_size *out, struct view v)
{
	struct wire_reader r = {.msg = v};

	wire_le64(&r, &out->total_units);      /*  0 TotalAllocationUnits */
	wire_le64(&r, &out->available_units);  /*  8 AvailableAllocationUnits */
	wire_le32(&r, &out->sectors_per_unit); /* 16 SectorsPerAllocationUnit */
	wire_le32(&r, &out->bytes_per_sector); /* 20 BytesPerSector */
	return wire_status(&r);
}

void fscc_fs_size_encode(struct wire_writer *w, const struct fscc_fs_size *v)
{
	wire_put_le64(w, v->total_units);
	wire_put_le64(w, v->available_units);
	wire_put_le32(w, v->sectors_per_unit);
	wire_put_le32(w, v->bytes_per_sector);
}

enum ns_err fscc_fs_full_size_decode(struct fscc_fs_full_size *out, struct view v)
{
	struct wire_reader r = {.msg = v};

	wire_le64(&r, &out->total_units);            /*  0 TotalAllocationUnits */
	wire_le64(&r, &out->caller_available_units); /*  8 CallerAvailable... */
	wire_le64(&r, &out->actual_available_units); /* 16 ActualAvailable... */
	wire_le32(&r, &out->sectors_per_unit);       /* 24 SectorsPerAllocationUnit */
	wire_le32(&r, &out->bytes_per_sector);       /* 28 BytesPerSector */
	return wire_status(&r);
}

void fscc_fs_full_size_encode(struct wire_writer *w, const struct fscc_fs_full_size *v)
{
	wire_put_le64(w, v->total_units);
	wire_put_le64(w, v->caller_available_units);
	wire_put_le64(w, v->actual_available_units);
	wire_put_le32(w, v->sectors_per_unit);
	wire_put_le32(w, v->bytes_per_sector);
}

enum ns_err fscc_fs_device_decode(struct fscc_fs_device *out, struct view v)
{
	struct wire_reader r = {.msg = v};

	wire_le32(&r, &out->device_type);     /* 0 DeviceType */
	wire_le32(&r, &out->characteristics); /* 4 Characteristics */
	return wire_status(&r);
}

void fscc_fs_device_encode(struct wire_writer *w, const struct fscc_fs_device *v)
{
	wire_put_le32(w, v->device_type);
	wire_put_le32(w, v->characteristics);
}

enum ns_err fscc_fs_attribute_decode(struct fscc_fs_attribute *out, struct view v)
{
	struct wire_reader r = {.msg = v};
	uint32_t len;

	wire_le32(&r, &out->attributes);    /*  0 FileSystemAttributes */
	wire_le32(&r, &out->max_component); /*  4 MaximumComponentNameLength */
	wire_le32(&r, &len);                /*  8 FileSystemNameLength */
	wire_take(&r, len, &out->name);     /* 12 FileSystemName */
	return wire_status(&r);
}

void fscc_fs_attribute_encode(struct wire_writer *w, const struct fscc_fs_attribute *v)
{
	wire_put_le32(w, v->attributes);
	wire_put_le32(w, v->max_component);
	wire_put_le32(w, (uint32_t)v->name.n);
	wire_put_bytes(w, v->name);
}

enum ns_err fscc_fs_sector_size_decode(struct fscc_fs_sector_size *out, struct view v)
{
	struct wire_reader r = {.msg = v};

	wire_le32(&r, &out->logical);              /*  0 LogicalBytesPerSector */
	wire_le32(&r, &out->physical_atomicity);   /*  4 Physical...ForAtomicity */
	wire_le32(&r, &out->physical_performance); /*  8 Physical...ForPerformance */
	wire_le32(&r, &out->effective_atomicity);  /* 12 FileSystemEffective... */
	wire_le32(&r, &out->flags);                /* 16 Flags */
	wire_le32(&r, &out->sector_alignment);     /* 20 ByteOffsetForSectorAlignment */
	wire_le32(&r, &out->partition_alignment);  /* 24 ByteOffsetForPartitionAlignment */
	return wire_status(&r);
}

void fscc_fs_sector_size_encode(struct wire_writer *w, const struct fscc_fs_sector_size *v)
{
	wire_put_le32(w, v->logical);
	wire_put_le32(w, v->physical_atomicity);
	wire_put_le32(w, v->physical_performance);
	wire_put_le32(w, v->effective_atomicity);
	wire_put_le32(w, v->flags);
	wire_put_le32(w, v->sector_alignment);
	wire_put_le32(w, v->partition_alignment);
}

enum ns_err fscc_fs_control_decode(struct fscc_fs_control *out, struct view v)
{
	struct wire_reader r = {.msg = v};

	wire_skip(&r, 24);                    /*  0 FreeSpace...: "MUST be ignored" */
	wire_le64(&r, &out->quota_threshold); /* 24 DefaultQuotaThreshold */
	wire_le64(&r, &out->quota_limit);     /* 32 DefaultQuotaLimit */
	wire_le32(&r, &out->flags);           /* 40 FileSystemControlFlags */
	wire_skip(&r, 4);                     /* 44 Padding */
	return wire_status(&r);
}

void fscc_fs_control_encode(struct wire_writer *w, const struct fscc_fs_control *v)
{
	wire_put_zero(w, 24);
	wire_put_le64(w, v->quota_threshold);
	wire_put_le64(w, v->quota_limit);
	wire_put_le32(w, v->flags);
	wire_put_zero(w, 4);
}

enum ns_err fscc_fs_object_id_decode(struct fscc_fs_object_id *out, struct view v)
{
	struct wire_reader r = {.msg = v};
	struct view id;

	wire_take(&r, sizeof(out->id), &id); /*  0 ObjectId */
	wire_skip(&r, 48);                   /* 16 ExtendedInfo */
	for (size_t i = 0; i < id.n; i++)
		out->id[i] = id.p[i];
	return wire_status(&r);
}

void fscc_fs_object_id_encode(struct wire_writer *w, const struct fscc_fs_object_id *v)
{
	wire_put_bytes(w, view_of(v->id, sizeof(v->id)));
	wire_put_zero(w, 48);
}
