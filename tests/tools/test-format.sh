#!/bin/sh
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/planted.sh"
check="$tools/check-format.sh $tree"

if ! command -v clang-format >/dev/null; then
	echo '1..0 # SKIP clang-format is not installed'
	exit 0
fi
cp "$tools/../.clang-format" "$tree"
printf 'int f(void)\n{\n\treturn 1;\n}\n' | plant_c src/a.c
printf 'X( a,   1 )\n' | plant_c src/a.def
accepts 'a formatted tree; tables are left alone' $check
printf 'int f(void) {\n  return 1;\n}\n' | plant_c src/b.c
refuses 'an unformatted source' src/b.c:2: $check
rm "$tree/src/b.c"
printf 'int  f(void);\n' | plant_c include/b.h
refuses 'an unformatted header' include/b.h:2: $check

# Without clang-format the check fails and says what is missing.
mkdir "$tree/bin"
for program in sh dirname basename git grep sed sort tr find; do
	path=$(command -v $program) && ln -s "$path" "$tree/bin/$program"
done
refuses 'no clang-format' 'clang-format is not installed' env PATH="$tree/bin" $check
done_testing
