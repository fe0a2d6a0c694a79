/* SPDX-License-Identifier: MIT */
/*
 * Where a password lies and where it is read from: a page of its own, neither swapped (if
 * we may) nor dumped, filled from the first line of a file, from stdin or from a terminal.
 */
#ifndef CLI_PASSWORD_H
#define CLI_PASSWORD_H

#include <stdbool.h>

/*
 * Room for a password and its NUL.  Windows takes 256 characters at the most, and four
 * bytes is the longest UTF-8 has for one.
 */
#define PASSWORD_ROOM 1032

/* PASSWORD_ROOM bytes; NULL is said. */
char *password_page(void);
/* Wipes it; NULL is fine. */
void password_page_free(char *page);

/* The first line of the file; "-" is stdin, or the terminal if stdin is one. */
bool password_from_file(char *page, const char *path, bool quiet);

#endif
