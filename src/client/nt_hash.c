/* SPDX-License-Identifier: MIT */
#include "base/win32err.h"
#include "netsess.h"
#include "security/auth_credentials.h"
#include "security/ntlm_crypto.h"

uint32_t netsess_nt_hash(const char *password, uint8_t hash[NT_HASH_LEN])
{
	struct secret nt_hash = {0};
	enum ns_err err;

	if (password == NULL || strlen(password) > AUTH_NAME_MAX)
		return WIN32_ERROR_INVALID_PARAMETER;
	err = ntlm_nt_hash(&nt_hash, view_of_string(password));
	if (err == NS_OK)
		memcpy(hash, nt_hash.bytes, NT_HASH_LEN);
	secret_wipe(&nt_hash);
	if (err == NS_OK)
		return 0;
	return err == NS_ENOMEM ? WIN32_ERROR_NOT_ENOUGH_MEMORY
				: WIN32_ERROR_INVALID_PARAMETER;
}
