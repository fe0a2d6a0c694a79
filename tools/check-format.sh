#!/bin/sh
# SPDX-License-Identifier: MIT
# Fails where clang-format would change a C source or header.  Tables in .def files are laid
# out by hand.
set -eu
. "$(dirname "$0")/files.sh"

if ! command -v clang-format >/dev/null; then
	echo 'check-format.sh: clang-format is not installed (Debian: clang-format)'
	exit 1
fi
# One line a file: the first of its places.
found=$(c_files | grep -E '\.[ch]$' | tr '\n' '\0' |
	xargs -0r clang-format --dry-run -Werror --style=file 2>&1 |
	grep -E 'error:' | sort -t : -k 1,1 -u || true)
complain "$found" 'clang-format -i would change'
exit $verdict
