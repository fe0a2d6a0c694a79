#!/bin/sh
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/planted.sh"
check="$tools/longest-functions.py $tree"

# function NAME LINES: one of so many lines, from its name to its last brace.
function_of() {
	printf 'static int *%s(int a,\n\t\tint b)\n{\n' "$1"
	yes '	a++;' | head -n $(($2 - 4))
	printf '}\n\n'
}

{
	function_of hundred 100
	function_of sixty 60
	printf 'static const int table[] = {\n'
	yes '	1,' | head -n 200
	printf '};\n'
} | plant_c src/a.c
yes 'X(1)' | head -n 900 | plant_c src/a.def
yes '	1,' | head -n 900 | plant_c src/case_table.c
accepts 'what is within the limits; tables may be long' $check
case $output in
*'  100  hundred  src/a.c:2'*) verdict 'the longest is named with its length and place' yes ;;
*) verdict 'the longest is named with its length and place' no ;;
esac
case $output in
*'long: function of 100 lines: src/a.c:2 hundred'*) verdict 'a long one is warned of' yes ;;
*) verdict 'a long one is warned of' no ;;
esac
case $output in
*'function of 60 lines'*) verdict 'sixty lines are fine' no ;;
*) verdict 'sixty lines are fine' yes ;;
esac

function_of endless 101 | plant_c src/wire/b.c
refuses 'a function of 101 lines' 'too long: function of 101 lines: src/wire/b.c:2 endless' $check
yes 'int x;' | head -n 499 | plant_c src/wire/b.c
accepts 'a file of 500 lines' $check
yes 'int x;' | head -n 500 | plant_c src/wire/b.c
refuses 'a file of 501 lines' 'too long: file of 501 lines: src/wire/b.c' $check
done_testing
