#!/bin/sh
# SPDX-License-Identifier: MIT
# Fails on trailing blanks, on files without a newline at their end, on C files without
# their licence line, and on paths that exist only on somebody's own machine.
set -eu
. "$(dirname "$0")/files.sh"

text=$(project_files | tr '\n' '\0' | xargs -0r grep -IlE '' || true)
each() {
	printf '%s\n' "$text" | tr '\n' '\0' | xargs -0r "$@" || true
}

blank=$(printf ' \t\r')
complain "$(each grep -HnE "[$blank]\$")" 'trailing blanks'
complain "$(printf '%s\n' "$text" | while IFS= read -r file; do
	[ ! -s "$file" ] || [ -z "$(tail -c 1 "$file")" ] || printf '%s\n' "$file"
done)" 'no newline at the end'
complain "$(c_files | while IFS= read -r file; do
	[ "$(head -n 1 "$file")" = '/* SPDX-License-Identifier: MIT */' ] ||
		printf '%s\n' "$file"
done)" 'the first line is /* SPDX-License-Identifier: MIT */'
complain "$(each grep -HnE \
	'(^|[^A-Za-z0-9_.-])/(work|home|root|Users)(/|[^A-Za-z0-9_-]|$)')" \
	"a path of somebody's own machine"
exit $verdict
