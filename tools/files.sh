# SPDX-License-Identifier: MIT
# Sourced by the checks: which tree they look at, and its files.
#
# A check takes the tree as its only argument; without one it takes the tree it lies in.
# The tests of the checks plant faults in trees of their own.

tree=$(cd "${1:-$(dirname "$0")/..}" && pwd -P)
cd "$tree"

# The files of the project, one a line: in a git tree what git does not ignore, else all
# but build folders.  Without tests/samples/, programs of others, kept to the letter, and
# without tests/fuzz/corpus/, which are inputs and no text.
project_files() {
	if [ "$(git rev-parse --show-toplevel 2>/dev/null)" = "$tree" ]; then
		git ls-files --cached --others --exclude-standard
	else
		find . -type d \( -name 'build*' -o -name .git \) -prune -o -type f -print |
			sed 's|^\./||'
	fi | grep -vE '^tests/(samples|fuzz/corpus)/' | LC_ALL=C sort | while IFS= read -r file; do
		[ ! -f "$file" ] || printf '%s\n' "$file"
	done
}

# The same, only C sources, headers and tables.
c_files() {
	project_files | grep -E '\.(c|h|def)$' || true
}

# complain FINDINGS WHY: adds to the verdict; verdict is 0 while nothing was found.
verdict=0
complain() {
	[ -n "$1" ] || return 0
	printf '%s: %s\n' "$(basename "$0")" "$2"
	printf '%s\n' "$1" | sed 's/^/  /'
	verdict=1
}
