/* SPDX-License-Identifier: MIT */
/*
 * What QUERY_INFO tells of a file, [MS-FSCC] 2.4.  Classes that are one number (Internal,
 * Position, EndOfFile, Allocation: 64 bits; Ea, Access, Mode, Alignment: 32) have one codec
 * for each width.
 */
#ifndef WIRE_FSCC_FILE_H
#define WIRE_FSCC_FILE_H

#include <stdbool.h>

#include "wire/fscc.h"
#include "wire/reader.h"
#include "wire/writer.h"

/* 2.4.7 FileBasicInformation, 40 bytes; times are FILETIMEs. */
struct fscc_basic {
	uint64_t creation_time;
	uint64_t last_access_time;
	uint64_t last_write_time;
	uint64_t change_time;
	uint32_t attributes;
};

/* 2.4.47 FileStandardInformation, 24 bytes */
struct fscc_standard {
	uint64_t allocation_size;
	uint64_t end_of_file;
	uint32_t links;
	bool delete_pending;
	bool directory;
};

/* 2.4.2 FileAllInformation: 100 bytes and the name */
struct fscc_all {
	struct fscc_basic basic;
	struct fscc_standard standard;
	uint64_t index_number; /* Internal */
	uint32_t ea_size;
	uint32_t access_flags;
	uint64_t position;
	uint32_t mode;
	uint32_t alignment;
	struct view name; /* UTF-16LE */
};

/* 2.4.34 FileNetworkOpenInformation, 56 bytes */
struct fscc_network_open {
	uint64_t creation_time;
	uint64_t last_access_time;
	uint64_t last_write_time;
	uint64_t change_time;
	uint64_t allocation_size;
	uint64_t end_of_file;
	uint32_t attributes;
};

/* 2.4.6 FileAttributeTagInformation, 8 bytes */
struct fscc_attribute_tag {
	uint32_t attributes;
	uint32_t reparse_tag;
};

/* 2.4.49 FileStreamInformation: 24 bytes and the name, of the one stream that we have */
struct fscc_stream {
	uint64_t size;
	uint64_t allocation_size;
	struct view name; /* "::$DATA" as UTF-16LE */
};

/* 2.4.26 FileIdInformation, 24 bytes */
#define FSCC_FILE_ID_LEN 16
struct fscc_id {
	uint64_t volume_serial;
	uint8_t file_id[FSCC_FILE_ID_LEN];
};

/* 2.4.9 FileCompressionInformation, 16 bytes: nothing is compressed here */
struct fscc_compression {
	uint64_t size; /* CompressedFileSize */
	uint16_t format;
};

/* The bytes in front of the name where there is one, else the whole size. */
#define FSCC_BASIC_LEN         40
#define FSCC_STANDARD_LEN      24
#define FSCC_ALL_LEN           100
#define FSCC_NETWORK_OPEN_LEN  56
#define FSCC_ATTRIBUTE_TAG_LEN 8
#define FSCC_STREAM_LEN        24
#define FSCC_ID_LEN            24
#define FSCC_NAME_LEN          4
#define FSCC_COMPRESSION_LEN   16

NS_MUST_USE enum ns_err fscc_le32_decode(uint32_t *out, struct view v);
NS_MUST_USE enum ns_err fscc_le64_decode(uint64_t *out, struct view v);

NS_MUST_USE enum ns_err fscc_basic_decode(struct fscc_basic *out, struct view v);
void fscc_basic_encode(struct wire_writer *w, const struct fscc_basic *v);

NS_MUST_USE enum ns_err fscc_standard_decode(struct fscc_standard *out, struct view v);
void fscc_standard_encode(struct wire_writer *w, const struct fscc_standard *v);

NS_MUST_USE enum ns_err fscc_all_decode(struct fscc_all *out, struct view v);
void fscc_all_encode(struct wire_writer *w, const struct fscc_all *v);

NS_MUST_USE enum ns_err fscc_network_open_decode(struct fscc_network_open *out,
						 struct view v);
void fscc_network_open_encode(struct wire_writer *w, const struct fscc_network_open *v);

NS_MUST_USE enum ns_err fscc_attribute_tag_decode(struct fscc_attribute_tag *out,
						  struct view v);
void fscc_attribute_tag_encode(struct wire_writer *w, const struct fscc_attribute_tag *v);

/* The first of the list; NextEntryOffset is checked to stay inside. */
NS_MUST_USE enum ns_err fscc_stream_decode(struct fscc_stream *out, struct view v);
void fscc_stream_encode(struct wire_writer *w, const struct fscc_stream *v);

NS_MUST_USE enum ns_err fscc_id_decode(struct fscc_id *out, struct view v);
void fscc_id_encode(struct wire_writer *w, const struct fscc_id *v);

NS_MUST_USE enum ns_err fscc_compression_decode(struct fscc_compression *out,
						struct view v);
void fscc_compression_encode(struct wire_writer *w, const struct fscc_compression *v);

/* 2.1.7 FILE_NAME_INFORMATION, of FileNormalizedName- and FileAlternateNameInformation */
NS_MUST_USE enum ns_err fscc_name_decode(struct view *out, struct view v);
void fscc_name_encode(struct wire_writer *w, struct view name);

#endif
