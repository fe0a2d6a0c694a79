/* SPDX-License-Identifier: MIT */
#include "vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define LINE_MAX_BYTES 2048

struct view vector(const char *label)
{
	char line[LINE_MAX_BYTES];
	struct view found = {0};
	FILE *file = fopen(NDR_VECTORS, "r");
	size_t n = strlen(label);

	assert_non_null(file);
	while (found.p == NULL && fgets(line, sizeof(line), file) != NULL) {
		char *length = strstr(line, " | ");

		if (strncmp(line, label, n) != 0 || line[n] != ' ' || length == NULL)
			continue;
		found = view_of_hex(strstr(length + 3, " | ") + 3);
		assert_int_equal(found.n, strtoul(length + 3, NULL, 10));
	}
	assert_int_equal(fclose(file), 0);
	assert_non_null(found.p);
	return found;
}
