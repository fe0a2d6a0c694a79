#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds what ships into build/; silent but for one line, or for what went wrong.
set -eu
cd "$(dirname "$0")/.."

log=$(mktemp)
trap 'rm -f "$log"' EXIT
{ [ -f build/build.ninja ] || meson setup build; } >"$log" 2>&1 &&
	ninja --quiet -C build >"$log" 2>&1 || {
	cat "$log"
	exit 1
}
echo 'built in build/'
