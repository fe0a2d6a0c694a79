/* SPDX-License-Identifier: MIT */
/*
 * The wide printf family as Microsoft's C library means it: in a wide format %s and %c take
 * wide arguments, %hs %hc %S %C narrow ones, %ls %ws wide ones.  The text is written as
 * UTF-8 bytes, so that the stream's orientation stays as it was.
 *
 * The format is walked by hand, for glibc's walks know only its own width of wchar_t; each
 * number is left to snprintf with the very conversion that was asked for.
 */
#include <stdbool.h>

#define NETSESS_NO_WPRINTF
#include "windows.h"

#include "base/buf.h"
#include "base/utf16.h"
#include "netapi/wide.h"

/* Longer output than this of one call is a runaway format. */
#define WPRINTF_MAX (16u << 20)

/* "%-+ #0" and the widths, kept as text for snprintf; more is no conversion of C. */
#define SPEC_MAX 48u

/* A double in %f takes up to 309 digits before the point, and its precision behind it. */
#define NUMBER_MAX 1200u

/* What lies between % and the conversion letter. */
struct spec {
	char text[SPEC_MAX]; /* "%-08.3": flags, width and precision, for numbers */
	size_t n;
	bool left;
	bool has_precision;
	int width;
	int precision;
	char length[3]; /* "", "h", "hh", "l", "ll", "j", "z", "t", "L", "w" */
};

struct args {
	va_list list;
	enum wide_width width;
};

static void spec_add(struct spec *s, char c)
{
	if (s->n + 1 < SPEC_MAX)
		s->text[s->n++] = c;
}

/* A decimal number or "*", which takes an argument; returns the first unit behind. */
static size_t parse_number(struct wide format, size_t i, struct args *args, int *out)
{
	unsigned v = 0;

	if (wide_unit(format, i) == '*') {
		*out = va_arg(args->list, int);
		return i + 1;
	}
	for (; wide_unit(format, i) >= '0' && wide_unit(format, i) <= '9'; i++) {
		if (v < NUMBER_MAX)
			v = v * 10 + (wide_unit(format, i) - '0');
	}
	*out = (int)v;
	return i;
}

static size_t parse_length(struct wide format, size_t i, struct spec *s)
{
	size_t n = 0;

	for (; n < 2; n++, i++) {
		uint32_t c = wide_unit(format, i);

		if (c == 0 || c > 'z' || strchr("hljztLw", (int)c) == NULL)
			break;
		s->length[n] = (char)c;
	}
	s->length[n] = '\0';
	return i;
}

static size_t parse_spec(struct wide format, size_t i, struct args *args, struct spec *s)
{
	uint32_t c;

	*s = (struct spec){0};
	spec_add(s, '%');
	for (;
	     (c = wide_unit(format, i)) != 0 && c < 128 && strchr("-+ #0", (int)c) != NULL;
	     i++) {
		s->left |= c == '-';
		spec_add(s, (char)c);
	}
	i = parse_number(format, i, args, &s->width);
	if (s->width < 0) {
		s->left = true;
		spec_add(s, '-');
		s->width = s->width == INT32_MIN ? INT32_MAX : -s->width;
	}
	if (wide_unit(format, i) == '.') {
		i = parse_number(format, i + 1, args, &s->precision);
		s->has_precision = s->precision >= 0;
	}
	return parse_length(format, i, s);
}

static enum ns_err pad(struct buf *out, const struct spec *s, size_t shown)
{
	enum ns_err err = NS_OK;

	for (size_t n = shown; n < (size_t)s->width && err == NS_OK; n++)
		err = buf_append(out, VIEW_LITERAL(" "));
	return err;
}

static enum ns_err put_text(struct buf *out, const struct spec *s, struct view utf8,
			    size_t units)
{
	enum ns_err err = NS_OK;

	if (!s->left)
		err = pad(out, s, units);
	if (err == NS_OK)
		err = buf_append(out, utf8);
	if (err == NS_OK && s->left)
		err = pad(out, s, units);
	return err;
}

static enum ns_err put_wide(struct buf *out, const struct spec *s, struct wide text)
{
	size_t n = wide_length(text, s->has_precision ? (size_t)s->precision : WPRINTF_MAX);
	struct buf utf8;
	enum ns_err err;

	buf_init(&utf8, WPRINTF_MAX);
	err = wide_to_utf8_lossy(&utf8, text, n);
	if (err == NS_OK)
		err = put_text(out, s, buf_view(&utf8), n);
	buf_release(&utf8);
	return err;
}

static enum ns_err put_narrow(struct buf *out, const struct spec *s, const char *text)
{
	size_t n = strnlen(text, s->has_precision ? (size_t)s->precision : WPRINTF_MAX);

	return put_text(out, s, view_of(text, n), n);
}

/* %s and %c: which width the argument has follows from the letter and the length. */
static enum ns_err put_string(struct buf *out, const struct spec *s, uint32_t letter,
			      struct args *args)
{
	bool narrow = s->length[0] == 'h' ||
		      ((letter == 'S' || letter == 'C') && s->length[0] == '\0');
	const uint32_t null32[] = {'(', 'n', 'u', 'l', 'l', ')', 0};
	const void *p;

	if (letter == 'c' || letter == 'C') {
		const uint32_t one[] = {(uint32_t)va_arg(args->list, int), 0};
		const char byte[] = {(char)one[0], '\0'};

		return narrow ? put_text(out, s, view_of(byte, 1), 1)
			      : put_wide(out, s, (struct wide){one, WIDE_32});
	}
	p = va_arg(args->list, const void *);
	if (p == NULL)
		return put_wide(out, s, (struct wide){null32, WIDE_32});
	return narrow ? put_narrow(out, s, p)
		      : put_wide(out, s, (struct wide){p, args->width});
}

/* Appends what snprintf makes of one number; `text` is a whole conversion. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#define PUT_NUMBER(out, s, type, args)                                                     \
	put_number(out,                                                                    \
		   snprintf(number, sizeof(number), (s)->text, (s)->width, (s)->precision, \
			    va_arg((args)->list, type)),                                   \
		   number)

static enum ns_err put_number(struct buf *out, int n, const char *number)
{
	if (n < 0)
		return NS_EINVAL;
	if ((size_t)n >= NUMBER_MAX)
		return NS_ELIMIT;
	return buf_append(out, view_of(number, (size_t)n));
}

static enum ns_err put_integer(struct buf *out, const struct spec *s, struct args *args)
{
	char number[NUMBER_MAX];

	if (strcmp(s->length, "ll") == 0)
		return PUT_NUMBER(out, s, long long, args);
	switch (s->length[0]) {
	case 'l':
		return PUT_NUMBER(out, s, long, args);
	case 'j':
		return PUT_NUMBER(out, s, intmax_t, args);
	case 'z':
		return PUT_NUMBER(out, s, size_t, args);
	case 't':
		return PUT_NUMBER(out, s, ptrdiff_t, args);
	default:
		return PUT_NUMBER(out, s, int, args);
	}
}

static enum ns_err put_double(struct buf *out, const struct spec *s, struct args *args)
{
	char number[NUMBER_MAX];

	if (s->length[0] == 'L')
		return PUT_NUMBER(out, s, long double, args);
	return PUT_NUMBER(out, s, double, args);
}

static enum ns_err put_pointer(struct buf *out, const struct spec *s, struct args *args)
{
	char number[NUMBER_MAX];

	return PUT_NUMBER(out, s, void *, args);
}
#pragma GCC diagnostic pop

/* Completes the text for snprintf: "*.*" takes what was parsed; a negative precision is
 * none. */
static void spec_finish(struct spec *s, uint32_t letter)
{
	spec_add(s, '*');
	spec_add(s, '.');
	spec_add(s, '*');
	for (size_t i = 0; s->length[i] != '\0'; i++)
		spec_add(s, s->length[i]);
	spec_add(s, (char)letter);
	s->text[s->n] = '\0';
	if (!s->has_precision)
		s->precision = -1;
}

static enum ns_err put_conversion(struct buf *out, struct spec *s, uint32_t letter,
				  struct args *args)
{
	if (letter == 's' || letter == 'S' || letter == 'c' || letter == 'C')
		return put_string(out, s, letter, args);
	if (letter == '%')
		return buf_append(out, VIEW_LITERAL("%"));
	if (letter == 0 || letter > 'z')
		return NS_EINVAL;
	spec_finish(s, letter);
	if (strchr("diouxX", (int)letter) != NULL)
		return put_integer(out, s, args);
	if (strchr("eEfFgGaA", (int)letter) != NULL)
		return put_double(out, s, args);
	if (letter == 'p')
		return put_pointer(out, s, args);
	return NS_EINVAL; /* %n among them: a format must not write */
}

static enum ns_err format_all(struct buf *out, struct wide format, struct args *args)
{
	enum ns_err err = NS_OK;
	struct spec spec;
	size_t i = 0;

	while (err == NS_OK && wide_unit(format, i) != 0) {
		size_t run = 0;

		while (wide_unit(format, i + run) != 0 && wide_unit(format, i + run) != '%')
			run++;
		if (run > 0) {
			const uint8_t *at = (const uint8_t *)format.p + i * format.width;

			err = wide_to_utf8_lossy(out, (struct wide){at, format.width}, run);
			i += run;
			continue;
		}
		i = parse_spec(format, i + 1, args, &spec);
		err = put_conversion(out, &spec, wide_unit(format, i), args);
		i++;
	}
	return err;
}

/* Bytes written, or -1: a bad format, no memory, or a stream that does not take them. */
static int print(FILE *stream, struct wide format, va_list list)
{
	struct args args = {.width = format.width};
	struct buf out;
	int written = -1;

	buf_init(&out, WPRINTF_MAX);
	va_copy(args.list, list);
	if (format_all(&out, format, &args) == NS_OK &&
	    (out.n == 0 || fwrite(out.p, 1, out.n, stream) == out.n))
		written = (int)out.n;
	va_end(args.list);
	buf_release(&out);
	return written;
}

/* One family for each width; `type` is the format's unit. */
#define FAMILY(suffix, type, wide_width)                                                   \
	int netsess_vfwprintf##suffix(FILE *stream, const type *format, va_list args)      \
	{                                                                                  \
		return print(stream, (struct wide){format, wide_width}, args);             \
	}                                                                                  \
	int netsess_vwprintf##suffix(const type *format, va_list args)                     \
	{                                                                                  \
		return print(stdout, (struct wide){format, wide_width}, args);             \
	}                                                                                  \
	int netsess_fwprintf##suffix(FILE *stream, const type *format, ...)                \
	{                                                                                  \
		va_list args;                                                              \
		int n;                                                                     \
                                                                                           \
		va_start(args, format);                                                    \
		n = print(stream, (struct wide){format, wide_width}, args);                \
		va_end(args);                                                              \
		return n;                                                                  \
	}                                                                                  \
	int netsess_wprintf##suffix(const type *format, ...)                               \
	{                                                                                  \
		va_list args;                                                              \
		int n;                                                                     \
                                                                                           \
		va_start(args, format);                                                    \
		n = print(stdout, (struct wide){format, wide_width}, args);                \
		va_end(args);                                                              \
		return n;                                                                  \
	}

NETSESS_WINAPI int netsess_vfwprintf_w16(FILE *, const uint16_t *, va_list);
NETSESS_WINAPI int netsess_vwprintf_w16(const uint16_t *, va_list);
NETSESS_WINAPI int netsess_fwprintf_w16(FILE *, const uint16_t *, ...);
NETSESS_WINAPI int netsess_wprintf_w16(const uint16_t *, ...);

FAMILY(, wchar_t, WIDE_32)
FAMILY(_w16, uint16_t, WIDE_16)
