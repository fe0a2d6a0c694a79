#!/bin/bash
# SPDX-License-Identifier: MIT
# run.sh [SECONDS] [TARGET]: builds the fuzz targets with clang, libFuzzer and sanitizers in
# build-fuzz/, and runs each (or one) for so long, one after the other.  Found inputs are
# kept in build-fuzz/corpus/; what was found in build-fuzz/found/.  One line a target.
#
# run.sh merge [TARGET]: writes a minimal corpus into tests/fuzz/corpus/.
set -u
cd "$(dirname "$0")/../.." || exit

what=${1:-120}
only=${2:-}
build=build-fuzz

# Files that a corpus in the tree may have: `make check` replays them all.
corpus_max=199

log=$(mktemp)
trap 'rm -f "$log"' EXIT

quiet() {
	"$@" >"$log" 2>&1 && return
	cat "$log"
	exit 1
}

[ -f "$build/build.ninja" ] || quiet env CC=clang meson setup "$build" \
	-Db_sanitize=address,undefined -Db_lundef=false -Dc_args=-fsanitize=fuzzer-no-link
quiet ninja --quiet -C "$build" fuzz
mkdir -p "$build/corpus" "$build/found"
tests/fuzz/make-seeds.py "$build/seeds" || exit

export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export ASAN_OPTIONS=detect_leaks=1

# fuzz TARGET SECONDS.  Without libFuzzer's entropic schedule, which costs more than the
# engines themselves with their many features.
fuzz() {
	"$build/tests/fuzz/fuzz_$1" -max_total_time="$2" -timeout=10 -rss_limit_mb=1024 \
		-max_len=2048 -entropic=0 -artifact_prefix="$build/found/$1-" \
		"$build/corpus/$1" "tests/fuzz/corpus/$1" "$build/seeds/$1" \
		>"$build/$1.log" 2>&1
}

# merge TARGET: small inputs first, so that they are the ones that are kept.
merge() {
	local merged=$build/merged/$1
	rm -rf "$merged" && mkdir -p "$merged"
	quiet "$build/tests/fuzz/fuzz_$1" -set_cover_merge=1 -use_counters=0 "$merged" \
		"$build/seeds/$1" "tests/fuzz/corpus/$1" "$build/corpus/$1"
	rm -rf "tests/fuzz/corpus/$1" && mkdir -p "tests/fuzz/corpus/$1"
	find "$merged" -type f -printf '%s %p\n' | sort -n | head -n "$corpus_max" |
		while read -r _ file; do cp "$file" "tests/fuzz/corpus/$1/"; done
}

failed=0
for program in "$build"/tests/fuzz/fuzz_*; do
	target=${program##*/fuzz_}
	[ -f "$program" ] || continue
	[ -z "$only" ] || [ "$only" = "$target" ] || continue
	mkdir -p "$build/corpus/$target" "tests/fuzz/corpus/$target"
	if [ "$what" = merge ]; then
		merge "$target"
		continue
	fi
	if fuzz "$target" "$what"; then
		echo "ok    $target ($(grep -ao 'Done .*' "$build/$target.log"))"
	else
		failed=1
		echo "FAIL  $target ($build/$target.log)"
	fi
done
exit $failed
