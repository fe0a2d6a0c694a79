/* SPDX-License-Identifier: MIT */
/*
 * Memory of the command line.  It has one task and no state that others depend on, so it
 * says that memory is short and exits with CLI_EXIT_BROKEN: none of these returns NULL.
 */
#ifndef CLI_MEM_H
#define CLI_MEM_H

#include <stddef.h>

/* n zeroed elements; at least one byte, so that the pointer is never NULL. */
void *mem_array(size_t n, size_t size);
/* As reallocarray(); what is added is not zeroed. */
void *mem_resize(void *p, size_t n, size_t size);
char *mem_strdup(const char *s);
char *mem_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
