#!/bin/sh
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/planted.sh"
check="$tools/check-words.sh $tree"

# planted WHAT FILE TEXT: a file of this text, as printf understands it.
planted() {
	printf "$3" | plant "$2"
	refuses "$1" "$2" $check
	rm "$tree/$2"
}

printf 'int x;\n' | plant_c src/a.c
printf 'runs in /tmp/x, see https://example.org/workshop and a/home/b\n' | plant README.md
printf '\0binary blob ' | plant tests/corpus/x
printf 'an input \r' | plant tests/fuzz/corpus/names/x
: | plant empty
accepts 'a clean tree' $check

planted 'a blank at the end' a.md 'line \n'
planted 'a tab at the end' a.md 'line\t\n'
planted 'a carriage return' a.md 'line\r\n'
planted 'no newline at the end' a.md 'line'
planted 'a C file without its licence' src/b.c 'int x;\n'
planted 'a licence in line 2' src/b.h '\n/* SPDX-License-Identifier: MIT */\n'
planted 'a table without its licence' src/b.def 'X(1)\n'
for dir in work home root Users; do
	planted "the folder $dir" run.sh "cd \"/$dir/me/netsess\"\n"
	planted "the folder $dir, bare" run.sh "cd /$dir\n"
done
done_testing
