/* SPDX-License-Identifier: MIT */
#include "wire/fscc_dir.h"

/* ShortNameLength, a reserved byte and ShortName, [MS-FSCC] 2.4.8 */
#define SHORT_NAME_LEN 26

/* What a class has, in the order of the fields. */
struct layout {
	unsigned info_class;
	size_t fixed;
	bool times;      /* times, sizes and attributes: all but FileNames */
	bool ea;         /* EaSize */
	bool short_name; /* and, if there is an id, 2 bytes behind it */
	bool id;         /* FileId, 8-aligned */
	bool extd;       /* ReparsePointTag, and FileId has 16 bytes */
};

/* clang-format off */
static const struct layout layouts[] = {
	/*                                  len  times ea short id extd */
	{FILE_DIRECTORY_INFORMATION,         64, true, false, false, false, false},
	{FILE_FULL_DIRECTORY_INFORMATION,    68, true, true,  false, false, false},
	{FILE_BOTH_DIRECTORY_INFORMATION,    94, true, true,  true,  false, false},
	{FILE_NAMES_INFORMATION,             12, false, false, false, false, false},
	{FILE_ID_BOTH_DIRECTORY_INFORMATION, 104, true, true, true,  true,  false},
	{FILE_ID_FULL_DIRECTORY_INFORMATION, 80, true, true,  false, true,  false},
	{FILE_ID_EXTD_DIRECTORY_INFORMATION, 88, true, true,  false, true,  true},
};
/* clang-format on */

static const struct layout *layout_of(unsigned info_class)
{
	for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++)
		if (layouts[i].info_class == info_class)
			return &layouts[i];
	return NULL;
}

size_t fscc_dir_fixed_len(unsigned info_class)
{
	const struct layout *l = layout_of(info_class);

	return l == NULL ? 0 : l->fixed;
}

size_t fscc_dir_cost(const struct fscc_dir_list *list, const struct wire_writer *w,
		     size_t name_len)
{
	size_t pad = (8 - wire_pos(w) % 8) % 8;

	return pad + fscc_dir_fixed_len(list->info_class) + name_len;
}

void fscc_dir_put(struct fscc_dir_list *list, struct wire_writer *w,
		  const struct fscc_dir_entry *v)
{
	const struct layout *l = layout_of(list->info_class);

	if (l == NULL) {
		wire_put_fail(w, NS_EINVAL);
		return;
	}
	wire_put_align(w, 8);
	if (list->count > 0)
		wire_patch32(w, list->last, wire_pos(w) - list->last);
	list->last = wire_pos(w);
	list->count++;
	wire_put_le32(w, 0);
	wire_put_le32(w, v->file_index);
	if (l->times) {
		wire_put_le64(w, v->creation_time);
		wire_put_le64(w, v->last_access_time);
		wire_put_le64(w, v->last_write_time);
		wire_put_le64(w, v->change_time);
		wire_put_le64(w, v->end_of_file);
		wire_put_le64(w, v->allocation_size);
		wire_put_le32(w, v->attributes);
	}
	wire_put_le32(w, (uint32_t)v->name.n);
	if (l->ea)
		wire_put_le32(w, v->ea_size);
	if (l->short_name)
		wire_put_zero(w, SHORT_NAME_LEN);
	if (l->id) {
		wire_put_zero(w, l->short_name ? 2 : 4); /* or ReparsePointTag */
		wire_put_le64(w, v->file_id);
	}
	if (l->extd)
		wire_put_le64(w, 0);
	wire_put_bytes(w, v->name);
}

static void entry_read(struct wire_reader *r, const struct layout *l,
		       struct fscc_dir_entry *out)
{
	uint32_t len;

	*out = (struct fscc_dir_entry){0};
	wire_le32(r, &out->file_index); /*  4 FileIndex */
	if (l->times) {
		wire_le64(r, &out->creation_time);    /*  8 CreationTime */
		wire_le64(r, &out->last_access_time); /* 16 LastAccessTime */
		wire_le64(r, &out->last_write_time);  /* 24 LastWriteTime */
		wire_le64(r, &out->change_time);      /* 32 ChangeTime */
		wire_le64(r, &out->end_of_file);      /* 40 EndOfFile */
		wire_le64(r, &out->allocation_size);  /* 48 AllocationSize */
		wire_le32(r, &out->attributes);       /* 56 FileAttributes */
	}
	wire_le32(r, &len); /* FileNameLength */
	if (l->ea)
		wire_le32(r, &out->ea_size);
	if (l->short_name)
		wire_skip(r, SHORT_NAME_LEN);
	if (l->id) {
		wire_skip(r, l->short_name ? 2 : 4);
		wire_le64(r, &out->file_id);
	}
	if (l->extd)
		wire_skip(r, 8); /* FileId's high half */
	wire_take(r, len, &out->name);
}

bool fscc_dir_next(struct fscc_dir_walk *walk, struct fscc_dir_entry *out)
{
	const struct layout *l = layout_of(walk->info_class);
	struct wire_reader r = {.msg = walk->rest};
	uint32_t next;

	if (walk->err != NS_OK || walk->rest.n == 0)
		return false;
	if (l == NULL) {
		walk->err = NS_EINVAL;
		return false;
	}
	wire_le32(&r, &next); /* 0 NextEntryOffset */
	entry_read(&r, l, out);
	if (next != 0 && (next % 8 != 0 || next < r.pos || next >= walk->rest.n))
		wire_fail(&r, NS_EFORMAT);
	walk->err = wire_status(&r);
	if (walk->err != NS_OK)
		return false;
	walk->rest =
		next == 0 ? (struct view){0} : view_slice(walk->rest, next, walk->rest.n);
	return true;
}
