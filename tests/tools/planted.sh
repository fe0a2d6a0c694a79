# SPDX-License-Identifier: MIT
# Sourced by the tests of the checks.  Each works in a tree of its own, with a fault planted
# in it, and prints TAP.

tools=$(cd "$(dirname "$0")/../../tools" && pwd -P)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
cases=0

# plant FILE: its content comes from stdin.
plant() {
	mkdir -p "$tree/$(dirname "$1")"
	cat >"$tree/$1"
}

# A C file with its licence line in front.
plant_c() {
	{ echo '/* SPDX-License-Identifier: MIT */' && cat; } | plant "$1"
}

# verdict WHAT GOOD: one TAP line; on failure the last output follows as a comment.
verdict() {
	cases=$((cases + 1))
	if [ "$2" = yes ]; then
		echo "ok $cases - $1"
	else
		echo "not ok $cases - $1"
		printf '%s\n' "$output" | sed 's/^/# /'
	fi
}

# accepts WHAT COMMAND...
accepts() {
	what=$1
	shift
	if output=$("$@" 2>&1); then verdict "$what" yes; else verdict "$what" no; fi
}

# refuses WHAT TEXT COMMAND...: it must fail, and its output must hold TEXT.
refuses() {
	what=$1 text=$2
	shift 2
	if output=$("$@" 2>&1); then
		verdict "$what" no
	else
		case $output in
		*"$text"*) verdict "$what" yes ;;
		*) verdict "$what" no ;;
		esac
	fi
}

done_testing() {
	echo "1..$cases"
}
