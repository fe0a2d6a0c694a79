#!/bin/sh
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/planted.sh"
check="$tools/check-banned.sh $tree"

# planted FILE LINE
planted() {
	echo "$2" | plant_c "$1"
	refuses "$1: $2" "$1:2:" $check
	rm "$tree/$1"
}

plant_c src/base/span.h <<'END'
return memcmp(a, b, n);
END
plant_c src/base/good.c <<'END'
/* Like strcpy(), but bounded; see time(). */
nttime_from_unix(t); snprintf(b, n, "x"); file.time(1); p->rand(2); my_memcmp(a, b);
END
plant_c tests/good.c <<'END'
now = time(NULL); sscanf(s, "%d", &n); memcmp(a, b, 4);
END
printf 'mktemp -d /tmp/x.XXXXXX\n' | plant tools/x.sh
accepts 'a tree without them' $check

for f in strcpy strcat strncpy strncat stpcpy sprintf vsprintf gets strtok strtok_r alloca \
	atoi atol atoll atof tmpnam mktemp; do
	planted tests/a.c "	x = $f(a, b);"
done
for f in sscanf rand random srand time gettimeofday memcmp system popen longjmp; do
	planted src/client/a.c "	if ($f (a, b) != 0)"
done
planted src/wire/a.c '	h = (struct smb2_hdr *)buf;'
planted src/rpc/a.c '	h = (const struct rpc_hdr *)buf;'
planted src/wire/a.c "	/* TO""DO: more */"
planted src/wire/a.c "	/* FIX""ME */"
echo "XX""X later" | plant docs/a.md
refuses 'a note to oneself in a text' docs/a.md:1: $check
done_testing
