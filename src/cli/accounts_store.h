/* SPDX-License-Identifier: MIT */
/*
 * An accounts file of netsessd on the disk: changed as a whole, or not at all, and by one
 * at a time.
 */
#ifndef CLI_ACCOUNTS_STORE_H
#define CLI_ACCOUNTS_STORE_H

#include "base/accounts_format.h"

/*
 * Changes one account, as accounts_change() does; ACCOUNT_SET makes a file that is missing,
 * which its owner alone can read.  An enum cli_exit; what went wrong was said.
 */
int accounts_store_change(const char *path, enum account_edit edit, const char *user,
			  const uint8_t nt_hash[ACCOUNT_HASH_LEN]);

#endif
