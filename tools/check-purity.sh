#!/bin/sh
# SPDX-License-Identifier: MIT
# check-purity.sh BUILDDIR: proves at link level that the codecs are pure.  What their
# objects leave undefined must be ours, or a libc function of bytes and strings; rpc and base
# may have memory besides, the log alone a lock and an output, and secrets their own pages.
set -eu
build=$1

# What the compiler itself adds to any object.
compiler='__stack_chk_fail|__assert_fail|_GLOBAL_OFFSET_TABLE_'
strings='(mem|str)[a-z_]+|__(mem|str)[a-z]+_chk|bsearch|inet_pton|(__)?snprintf(_chk)?'
memory='malloc|calloc|realloc|reallocarray|free|(__)?explicit_bzero(_chk)?'
output='pthread_mutex_(un)?lock|stderr|stdout|(__)?v?f?[sn]*printf(_chk)?|fputs|fputc|fwrite|fflush'
pages='mmap(64)?|munmap|madvise|mlock|sysconf'

# library LAYER: the archive of a layer.
library() {
	printf '%s/src/%s/libns_%s.a' "$build" "$1" "$1"
}

for layer in base wire rpc; do
	[ -f "$(library $layer)" ] || {
		echo "check-purity.sh: not built: $(library $layer)"
		exit 1
	}
done
ours=$(for layer in base wire rpc; do
	nm --defined-only --extern-only --format=posix "$(library $layer)"
done | awk 'NF > 1 {print $1}' | sort -u)

# undefined LAYER: "object symbol" for each symbol that none of our libraries defines.
undefined() {
	nm --undefined-only --format=posix "$(library "$1")" | awk -v ours="$ours" '
		BEGIN { n = split(ours, list, "\n"); for (i = 1; i <= n; i++) own[list[i]] }
		/:$/ { object = $0; sub(/.*[\/\[]/, "", object); sub(/\]?:$/, "", object); next }
		NF && !($1 in own) { print object, $1 }'
}

# judge LAYER ALLOWED: reads such lines and fails for a symbol that is not allowed.
judge() {
	found=$(grep -vE " ($2)\$" || true)
	[ -n "$found" ] || return 0
	echo "check-purity.sh: src/$1 must not call:"
	printf '%s\n' "$found" | sed 's/^/  /'
	return 1
}

verdict=0
undefined wire | judge wire "$compiler|$strings" || verdict=1
undefined rpc | judge rpc "$compiler|$strings|$memory" || verdict=1
undefined base | grep -vE '^(log|secret)\.c' |
	judge base "$compiler|$strings|$memory" || verdict=1
undefined base | grep '^log\.c' |
	judge base "$compiler|$strings|$memory|$output" || verdict=1
undefined base | grep '^secret\.c' |
	judge base "$compiler|$strings|$memory|$pages" || verdict=1
exit $verdict
