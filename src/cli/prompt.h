/* SPDX-License-Identifier: MIT */
/*
 * Asks for a password on the controlling terminal, without echo.  A signal that ends or
 * stops the program finds the terminal as it was; after a stop the question comes again.
 */
#ifndef CLI_PROMPT_H
#define CLI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

/* `out` has `room` bytes and gets a string.  False, and said why, if nothing was typed. */
bool prompt_password(char *out, size_t room, const char *question);

#endif
