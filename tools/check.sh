#!/bin/bash
# SPDX-License-Identifier: MIT
# All that `make check` proves, after its packages are there.  One line a step, the output
# of a step only where it fails; the last line is "N passed, N failed".
set -u
cd "$(dirname "$0")/.." || exit

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# step NAME COMMAND...: runs it, counts it, and shows its output if it fails.
step() {
	local name=$1 start=$SECONDS
	shift
	if "$@" >"$work/log" 2>&1; then
		passed=$((passed + 1))
		printf 'ok    %s (%d s)\n' "$name" $((SECONDS - start))
		return 0
	fi
	failed=$((failed + 1))
	printf 'FAIL  %s (%d s)\n' "$name" $((SECONDS - start))
	cat "$work/log"
	return 1
}

finish() {
	printf '%d passed, %d failed\n' "$passed" "$failed"
	[ "$failed" = 0 ]
	exit
}

# built DIR OPTION...: a build folder with these meson options, up to date; says only what
# failed, for ninja may begin with all that meson looks for.
built() {
	local dir=$1
	shift
	{ [ -f "$dir/build.ninja" ] || meson setup "$dir" "$@"; } >"$work/build" 2>&1 &&
		ninja --quiet -C "$dir" >"$work/build" 2>&1 && return
	if grep '^FAILED: ' "$work/build" | grep -qv 'build\.ninja'; then
		sed -n '/^FAILED: /,$p' "$work/build"
	else
		cat "$work/build"
	fi
	return 1
}

# tested NAME DIR OPTION...: runs the tests of a build folder and adds up their cases.
tested() {
	local name=$1 dir=$2 start=$SECONDS p=0 f=0
	shift 2
	rm -f "$dir/meson-logs/testlog.json"
	meson test -C "$dir" --no-rebuild --num-processes 2 "$@" >"$work/log" 2>&1
	if ! tools/test-summary.py "$dir/meson-logs/testlog.json" >"$work/summary"; then
		cat "$work/log"
	fi
	read -r p f < <(tail -n 1 "$work/summary" | sed 's/ passed,//; s/ failed//')
	passed=$((passed + ${p:-0}))
	failed=$((failed + ${f:-1}))
	printf '%-5s tests, %s: %d passed, %d failed (%d s)\n' \
		"$([ "${f:-1}" = 0 ] && echo ok || echo FAIL)" "$name" "${p:-0}" "${f:-1}" \
		$((SECONDS - start))
	sed '$d' "$work/summary"
}

# covered LAYER: at least 90 lines of 100 of a layer have been run by the tests.
covered() {
	gcovr --root . --filter "src/$1/" --fail-under-line 90 build-cov
}

step 'include directions' tools/check-layers.sh
step 'banned functions' tools/check-banned.sh
step 'words' tools/check-words.sh
step 'formatting' tools/check-format.sh
step 'lengths' tools/longest-functions.py

step 'build, gcc' built build || finish
step 'purity of the codecs' tools/check-purity.sh build
tested 'gcc' build

pure=(--suite unit --suite scenario --suite oom --suite fuzz)
export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
CC=clang step 'build, clang with sanitizers' built build-asan \
	-Db_sanitize=address,undefined -Db_lundef=false &&
	tested 'address and undefined behaviour sanitizers' build-asan "${pure[@]}"

# Counts of an earlier build of the same folder would be added to.
find build-cov -name '*.gcda' -delete 2>/dev/null
step 'build, coverage' built build-cov -Db_coverage=true --buildtype=debug && {
	tested 'coverage' build-cov "${pure[@]}"
	step 'coverage of src/wire, 90 lines of 100' covered wire
	step 'coverage of src/rpc, 90 lines of 100' covered rpc
}
finish
