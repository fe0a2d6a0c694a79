/* SPDX-License-Identifier: MIT */
/* What QUERY_INFO tells of the file system, [MS-FSCC] 2.5. */
#ifndef WIRE_FSCC_VOLUME_H
#define WIRE_FSCC_VOLUME_H

#include <stdbool.h>

#include "wire/fscc.h"
#include "wire/reader.h"
#include "wire/writer.h"

/* 2.5.9 FileFsVolumeInformation: 18 bytes and the label */
struct fscc_fs_volume {
	uint64_t creation_time;
	uint32_t serial;
	bool supports_objects;
	struct view label; /* UTF-16LE */
};

/* 2.5.8 FileFsSizeInformation, 24 bytes */
struct fscc_fs_size {
	uint64_t total_units;
	uint64_t available_units;
	uint32_t sectors_per_unit;
	uint32_t bytes_per_sector;
};

/* 2.5.4 FileFsFullSizeInformation, 32 bytes */
struct fscc_fs_full_size {
	uint64_t total_units;
	uint64_t caller_available_units;
	uint64_t actual_available_units;
	uint32_t sectors_per_unit;
	uint32_t bytes_per_sector;
};

/* 2.5.10 FileFsDeviceInformation, 8 bytes */
struct fscc_fs_device {
	uint32_t device_type;
	uint32_t characteristics;
};

/* 2.5.1 FileFsAttributeInformation: 12 bytes and the name */
struct fscc_fs_attribute {
	uint32_t attributes;
	uint32_t max_component; /* MaximumComponentNameLength, characters */
	struct view name;       /* FileSystemName, UTF-16LE */
};

/* 2.5.7 FileFsSectorSizeInformation, 28 bytes */
struct fscc_fs_sector_size {
	uint32_t logical;
	uint32_t physical_atomicity;
	uint32_t physical_performance;
	uint32_t effective_atomicity;
	uint32_t flags;
	uint32_t sector_alignment;
	uint32_t partition_alignment;
};

/* 2.5.2 FileFsControlInformation, 48 bytes: what is told of quotas and indexing */
struct fscc_fs_control {
	uint64_t quota_threshold; /* DefaultQuotaThreshold; all ones: none */
	uint64_t quota_limit;     /* DefaultQuotaLimit */
	uint32_t flags;           /* FileSystemControlFlags */
};

/* 2.5.6 FileFsObjectIdInformation, 64 bytes, of which most are zero */
#define FSCC_OBJECT_ID_LEN 16
struct fscc_fs_object_id {
	uint8_t id[FSCC_OBJECT_ID_LEN];
};

/* The bytes in front of the name where there is one, else the whole size. */
#define FSCC_FS_VOLUME_LEN      18
#define FSCC_FS_SIZE_LEN        24
#define FSCC_FS_FULL_SIZE_LEN   32
#define FSCC_FS_DEVICE_LEN      8
#define FSCC_FS_ATTRIBUTE_LEN   12
#define FSCC_FS_SECTOR_SIZE_LEN 28
#define FSCC_FS_CONTROL_LEN     48
#define FSCC_FS_OBJECT_ID_LEN   64

NS_MUST_USE enum ns_err fscc_fs_volume_decode(struct fscc_fs_volume *out, struct view v);
void fscc_fs_volume_encode(struct wire_writer *w, const struct fscc_fs_volume *v);

NS_MUST_USE enum ns_err fscc_fs_size_decode(struct fscc_fs_size *out, struct view v);
void fscc_fs_size_encode(struct wire_writer *w, const struct fscc_fs_size *v);

NS_MUST_USE enum ns_err fscc_fs_full_size_decode(struct fscc_fs_full_size *out,
						 struct view v);
void fscc_fs_full_size_encode(struct wire_writer *w, const struct fscc_fs_full_size *v);

NS_MUST_USE enum ns_err fscc_fs_device_decode(struct fscc_fs_device *out, struct view v);
void fscc_fs_device_encode(struct wire_writer *w, const struct fscc_fs_device *v);

NS_MUST_USE enum ns_err fscc_fs_attribute_decode(struct fscc_fs_attribute *out,
						 struct view v);
void fscc_fs_attribute_encode(struct wire_writer *w, const struct fscc_fs_attribute *v);

NS_MUST_USE enum ns_err fscc_fs_sector_size_decode(struct fscc_fs_sector_size *out,
						   struct view v);
void fscc_fs_sector_size_encode(struct wire_writer *w, const struct fscc_fs_sector_size *v);

NS_MUST_USE enum ns_err fscc_fs_control_decode(struct fscc_fs_control *out, struct view v);
void fscc_fs_control_encode(struct wire_writer *w, const struct fscc_fs_control *v);

NS_MUST_USE enum ns_err fscc_fs_object_id_decode(struct fscc_fs_object_id *out,
						 struct view v);
void fscc_fs_object_id_encode(struct wire_writer *w, const struct fscc_fs_object_id *v);

#endif
