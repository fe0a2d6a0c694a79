/* SPDX-License-Identifier: MIT */
#include "fs/fs_name.h"

#include "base/ntstatus.h"
#include "base/utf16.h"

/* Services for Macintosh: where reserved characters live in the private area. */
#define SFM_CONTROL 0xf000u /* U+F001 to U+F01F: the control characters */
#define SFM_FIRST   0xf001u
#define SFM_BLANK   0xf028u /* at a name's end */
#define SFM_DOT     0xf029u
#define SFM_LAST    0xf029u

static const char sfm_reserved[] = "\"*:<>?\\|"; /* U+F020 to U+F027 */
#define SFM_RESERVED 0xf020u

static bool is_reserved(uint16_t u)
{
	return u < 0x20 || u == '/' || (u < 0x80 && strchr(sfm_reserved, u) != NULL);
}

/* The character that a private one stands for; 0: none. */
static uint16_t sfm_to_disk(uint16_t u, bool last)
{
	if (u > SFM_CONTROL && u < SFM_RESERVED)
		return (uint16_t)(u - SFM_CONTROL);
	if (u >= SFM_RESERVED && u < SFM_BLANK)
		return (uint8_t)sfm_reserved[u - SFM_RESERVED];
	if (!last)
		return 0;
	return u == SFM_BLANK ? ' ' : '.';
}

static uint16_t sfm_from_disk(uint16_t u, bool last)
{
	if (u > 0 && u < 0x20)
		return (uint16_t)(SFM_CONTROL + u);
	if (u < 0x80 && is_reserved(u))
		return (uint16_t)(SFM_RESERVED + (strchr(sfm_reserved, u) - sfm_reserved));
	if (last && u == ' ')
		return SFM_BLANK;
	if (last && u == '.')
		return SFM_DOT;
	return u;
}

static enum ns_err put_unit(struct buf *out, uint16_t u)
{
	const uint8_t le[2] = {(uint8_t)u, (uint8_t)(u >> 8)};

	return buf_append(out, view_of(le, sizeof le));
}

/* ------------------------------------------------------------- from wire to disk -- */

static bool is_dots(struct view name, size_t unit)
{
	static const char dots[] = ".\0.";

	return view_equal(name, view_of(dots, unit)) ||
	       (unit == 1 && view_equal(name, VIEW_LITERAL(".."))) ||
	       (unit == 2 && view_equal(name, view_of(".\0.\0", 4)));
}

/* The units of a component with private characters turned back; NS_EFORMAT. */
static enum ns_err unmap(struct buf *out, struct view name)
{
	size_t units = name.n / 2;
	enum ns_err err = NS_OK;

	for (size_t i = 0; err == NS_OK && i < units; i++) {
		bool last = i + 1 == units;
		uint16_t u = utf16_unit(name, i);

		if (is_reserved(u) || (last && (u == '.' || u == ' ')))
			return NS_EFORMAT;
		if (u >= SFM_FIRST && u <= SFM_LAST)
			u = sfm_to_disk(u, last);
		if (u == 0)
			return NS_EFORMAT;
		err = put_unit(out, u);
	}
	return err;
}

/* Appends one component as it stands on the disk. */
static enum ns_err component(struct buf *out, struct view name)
{
	struct buf units;
	size_t start = out->n;
	enum ns_err err;

	buf_init(&units, FS_NAME_UNITS_MAX * sizeof(uint16_t));
	err = unmap(&units, name);
	if (err == NS_OK)
		err = utf8_from_utf16(out, buf_view(&units));
	buf_release(&units);
	if (err == NS_OK && out->n - start > FS_NAME_BYTES_MAX)
		err = NS_ELIMIT;
	/* "\uf029" is a dot: no mapping may lead to where the plain name may not. */
	if (err == NS_OK && is_dots(view_slice(buf_view(out), start, out->n - start), 1))
		err = NS_EFORMAT;
	return err;
}

/* A slash, which [MS-FSCC] 2.1.5.2 has in no name, is what Samba takes it for. */
static bool is_separator(uint16_t u)
{
	return u == '\\' || u == '/';
}

/* Where the component that begins at `at` ends. */
static size_t component_end(struct view path16, size_t at)
{
	while (at < path16.n / 2 && !is_separator(utf16_unit(path16, at)))
		at++;
	return at;
}

static uint32_t path_status(enum ns_err err)
{
	if (err == NS_OK)
		return NT_STATUS_SUCCESS;
	return err == NS_ENOMEM ? NT_STATUS_NO_MEMORY : NT_STATUS_OBJECT_NAME_INVALID;
}

/* ".." takes back the component before it, whatever that would lead to. */
static void cut_component(struct buf *out)
{
	while (out->n > 0 && out->p[out->n - 1] != '/')
		out->n--;
	if (out->n > 0)
		out->n--;
}

uint32_t fs_path_from_wire(struct buf *out, bool *directory, struct view path16)
{
	size_t units = path16.n / 2;
	enum ns_err err = NS_OK;
	size_t end;

	*directory = units > 0 && is_separator(utf16_unit(path16, units - 1));
	if (path16.n % 2 != 0 || (units > 0 && is_separator(utf16_unit(path16, 0))))
		return NT_STATUS_INVALID_PARAMETER;
	for (size_t at = 0; err == NS_OK && at < units; at = end + 1) {
		struct view name;

		end = component_end(path16, at);
		name = view_slice(path16, 2 * at, 2 * (end - at));
		if (name.n == 0)
			continue;
		if (is_dots(name, 2)) {
			if (name.n == 2 || out->n == 0)
				return NT_STATUS_OBJECT_PATH_SYNTAX_BAD;
			cut_component(out);
			continue;
		}
		if (out->n > 0)
			err = buf_append(out, VIEW_LITERAL("/"));
		if (err == NS_OK)
			err = component(out, name);
	}
	if (err == NS_OK)
		err = buf_append_zero(out, 1);
	return path_status(err);
}

/* ------------------------------------------------------------- from disk to wire -- */

/* In place: each unit becomes another one. */
static enum ns_err map(struct buf *out, size_t start)
{
	size_t n = (out->n - start) / 2;

	if (n > FS_NAME_UNITS_MAX)
		return NS_EFORMAT;
	for (size_t i = 0; i < n; i++) {
		size_t at = start + 2 * i;
		uint16_t u = utf16_unit(buf_view(out), at / 2);

		if (u >= SFM_FIRST && u <= SFM_LAST)
			return NS_EFORMAT;
		u = sfm_from_disk(u, i + 1 == n);
		out->p[at] = (uint8_t)u;
		out->p[at + 1] = (uint8_t)(u >> 8);
	}
	return NS_OK;
}

static enum ns_err name_to_wire(struct buf *out, struct view name)
{
	size_t start = out->n;
	enum ns_err err = utf16_from_utf8(out, name);

	if (err == NS_OK)
		err = map(out, start);
	if (err != NS_OK)
		out->n = start;
	return err == NS_ELIMIT ? NS_EFORMAT : err;
}

enum ns_err fs_name_to_wire(struct buf *out, const char *name)
{
	return name_to_wire(out, view_of_string(name));
}

enum ns_err fs_path_to_wire(struct buf *out, const char *path)
{
	enum ns_err err = NS_OK;

	while (err == NS_OK && *path != '\0') {
		size_t n = strcspn(path, "/");

		err = name_to_wire(out, view_of(path, n));
		path += n;
		if (err == NS_OK && *path == '/') {
			err = put_unit(out, '\\');
			path++;
		}
	}
	return err;
}
