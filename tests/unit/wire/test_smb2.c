/* SPDX-License-Identifier: MIT */
#include "wire/smb2.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void commands_have_names_and_sizes(void **state)
{
	const struct smb2_command_info *ioctl = smb2_command_info(SMB2_IOCTL);

	(void)state;
	assert_int_equal(SMB2_IOCTL, 0x000b);
	assert_int_equal(SMB2_COMMANDS, 0x0014);
	assert_string_equal(ioctl->name, "IOCTL");
	assert_int_equal(ioctl->req_size, 57);
	assert_int_equal(ioctl->rsp_size, 49);
}

static void every_code_up_to_the_last_is_one(void **state)
{
	(void)state;
	for (uint16_t code = 0; code < SMB2_COMMANDS; code++)
		assert_non_null(smb2_command_info(code)->name);
	assert_null(smb2_command_info(SMB2_COMMANDS));
	assert_null(smb2_command_info(0xffff));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_have_names_and_sizes),
		cmocka_unit_test(every_code_up_to_the_last_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
