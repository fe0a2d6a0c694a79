/* SPDX-License-Identifier: MIT */
/*
 * Buffers of the file system's controls that speak of a file as a whole, [MS-FSCC] 2.3.  A
 * decoder's view and a writer's base are the first byte of the buffer.
 */
#ifndef WIRE_FSCTL_INFO_H
#define WIRE_FSCTL_INFO_H

#include "wire/reader.h"
#include "wire/writer.h"

/* 2.3.18 and 2.3.67: CompressionState */
#define FSCTL_COMPRESSION_LEN      2
#define COMPRESSION_FORMAT_NONE    0x0000u
#define COMPRESSION_FORMAT_DEFAULT 0x0001u
#define COMPRESSION_FORMAT_LZNT1   0x0002u

NS_MUST_USE enum ns_err fsctl_compression_decode(uint16_t *out, struct view v);
void fsctl_compression_encode(struct wire_writer *w, uint16_t format);

/*
 * 2.1.3.1 FILE_OBJECTID_BUFFER, type 1: three GUIDs, and DomainId, which "SHOULD be zero".
 */
#define FSCTL_OBJECT_ID_LEN 64
struct fsctl_object_id {
	uint8_t object[16];
	uint8_t birth_volume[16];
	uint8_t birth_object[16];
};

NS_MUST_USE enum ns_err fsctl_object_id_decode(struct fsctl_object_id *out, struct view v);
void fsctl_object_id_encode(struct wire_writer *w, const struct fsctl_object_id *v);

#endif
