#!/bin/sh
# SPDX-License-Identifier: MIT
# Fails on functions that this tree does without, on comparing bytes with memcmp() outside
# its one home, on casts of a buffer to a struct in the codecs, and on notes to oneself.
set -eu
. "$(dirname "$0")/files.sh"

# ban PLACES EXCEPT NAMES WHY: no call of a function of these names in files that match
# PLACES, but for those that match EXCEPT.  Comments name functions as name(), without an
# argument behind the bracket, so a call is told by what follows; time() has its own row.
ban() {
	found=$(c_files | grep -E "$1" | grep -vE "$2" | tr '\n' '\0' |
		xargs -0r grep -HnE "(^|[^A-Za-z0-9_.>])($3)[ 	]*\([^)]" || true)
	complain "$found" "$4"
}

everywhere='^(src|include|tests|bench|examples)/'
nowhere='^$'
ban "$everywhere" "$nowhere" \
	'strcpy|strcat|strncpy|strncat|stpcpy|sprintf|vsprintf|gets|strtok|strtok_r|alloca' \
	'no function that overruns, cuts silently or keeps state'
ban "$everywhere" "$nowhere" 'atoi|atol|atoll|atof' 'no conversion that hides errors'
ban "$everywhere" "$nowhere" 'tmpnam|tempnam|mktemp' 'no name that another may take first'
ban '^src/' "$nowhere" 'sscanf|fscanf|scanf' 'no scanf: read with a reader or strtoul()'
ban '^src/' "$nowhere" 'rand|srand|rand_r|random|srandom|drand48' \
	'randomness comes from security/crypto.h'
ban '^src/' "$nowhere" 'time|gettimeofday' 'time is passed in, or read by clock_gettime()'
ban '^src/' "$nowhere" 'setjmp|longjmp|system|popen' 'no jumps, no shells'
ban '^src/' '^src/base/span\.h$' 'memcmp|bcmp|strcoll' \
	'bytes are compared with view_equal(), secrets with secret_equal()'

found=$(c_files | grep -E '^src/(wire|rpc)/' | tr '\n' '\0' |
	xargs -0r grep -HnE '\((const )?struct [a-z0-9_]+ \*\)' || true)
complain "$found" 'no cast to a struct: decode with a reader'

found=$(project_files | tr '\n' '\0' |
	xargs -0r grep -IHnE '\b(TO''DO|FIX''ME|XX''X)\b' || true)
complain "$found" 'finish it, or write an issue'
exit $verdict
