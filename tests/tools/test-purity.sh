#!/bin/sh
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/planted.sh"
check="$tools/check-purity.sh $tree"
cc=${CC:-cc}

# library LAYER NAME: an archive of one object, from the C source on stdin.
library() {
	mkdir -p "$tree/src/$1"
	plant_c "src/$1/$2.c"
	$cc -O0 -c -o "$tree/src/$1/$2.c.o" "$tree/src/$1/$2.c"
	rm -f "$tree/src/$1/libns_$1.a"
	ar rcs "$tree/src/$1/libns_$1.a" "$tree/src/$1/$2.c.o"
}

pure_base() {
	library base buf <<'END'
#include <stdlib.h>
void *ours(void *p) { return realloc(p, 5); }
END
}
pure_wire() {
	library wire codec <<'END'
#include <string.h>
void *ours(void *);
int decode(char *a, const char *b) { memcpy(a, b, 3); return ours(a) != NULL && strlen(b) > 3; }
END
}
pure_rpc() {
	library rpc engine <<'END'
#include <stdlib.h>
int decode(char *, const char *);
int call(char *a) { void *p = malloc(9); free(p); return decode(a, a); }
END
}

pure_base
pure_wire
pure_rpc
accepts 'pure libraries' $check

library wire codec <<'END'
#include <unistd.h>
int decode(char *a, const char *b) { return (int)read(0, a, 3) + *b; }
END
refuses 'a system call in wire' 'codec.c.o read' $check
library wire codec <<'END'
#include <stdlib.h>
char *decode(void) { return malloc(3); }
END
refuses 'memory taken in wire' 'codec.c.o malloc' $check
pure_wire
library rpc engine <<'END'
#include <time.h>
int call(struct timespec *t) { return clock_gettime(CLOCK_REALTIME, t); }
END
refuses 'a clock in rpc' 'engine.c.o clock_gettime' $check
pure_rpc
library base buf <<'END'
#include <stdio.h>
void *ours(void *p) { puts("x"); return p; }
END
refuses 'output in base' 'buf.c.o puts' $check
library base log <<'END'
#include <stdio.h>
void *ours(void *p) { fprintf(stderr, "%p", p); return p; }
END
accepts 'output in the log of base' $check
library base log <<'END'
#include <unistd.h>
void *ours(void *p) { (void)!write(2, p, 1); return p; }
END
refuses 'a system call in the log' 'log.c.o write' $check
library base secret <<'END'
#include <sys/mman.h>
int ours(void *p) { return mlock(p, 3); }
END
accepts 'pages of their own for the secrets of base' $check
library base buf <<'END'
#include <sys/mman.h>
int ours(void *p) { return mlock(p, 3); }
END
refuses 'and for nothing else' 'buf.c.o mlock' $check
pure_base
rm "$tree/src/rpc/libns_rpc.a"
refuses 'a library that is not there' libns_rpc.a $check
done_testing
