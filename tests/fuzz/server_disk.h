/* SPDX-License-Identifier: MIT */
/* A folder for the shares of the server that is fuzzed: made once, put in order again
 * after each input, and removed at the end. */
#ifndef TESTS_FUZZ_SERVER_DISK_H
#define TESTS_FUZZ_SERVER_DISK_H

/* The folder of the share "ro", or "rw". */
const char *server_disk(const char *share);

/* Everything as it was. */
void server_disk_reset(void);

#endif
