#!/bin/sh
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/planted.sh"
check="$tools/check-layers.sh $tree"

# planted WHAT FILE LINE: the file with this line alone is refused, and named.
planted() {
	echo "$3" | plant_c "$2"
	refuses "$1" "$2:2:" $check
	rm "$tree/$2"
}

plant_c src/base/err.h </dev/null
printf '#include "base/err.h"\n#include <string.h>\n' | plant_c src/wire/reader.c
printf '#include <nettle/aes.h>\n' | plant_c src/security/crypto.c
printf '#include <gssapi/gssapi.h>\n' | plant_c src/security/gss.c
printf '#include <sys/socket.h>\n' | plant_c src/client/io_socket.c
printf '#include "client/op.h"\n#include "netsess.h"\n#include <lm.h>\n' | plant_c src/netapi/del.c
printf '#include "base/log.h"\n#include "cli/out.h"\n#include <netsess.h>\n' | plant_c src/cli/list.c
accepts 'a tree that keeps the directions' $check

planted 'base does not know wire' src/base/a.c '#include "wire/reader.h"'
planted 'wire does not know rpc' src/wire/a.h '#include "rpc/info.h"'
planted 'rpc does not know security' src/rpc/a.c '  #  include "security/keys.h"'
planted 'security does not know client' src/security/a.c '#include "client/conn.h"'
planted 'client does not know server' src/client/a.c '#include "server/session.h"'
planted 'server does not know client' src/server/a.c '#include "client/conn.h"'
planted 'the engine does not know the daemon' src/server/a.c '#include "daemon/loop.h"'
planted 'fs knows no SMB message' src/fs/a.c '#include "wire/smb2.h"'
planted 'cli sees no client' src/cli/a.c '#include "client/conn.h"'
planted 'cli sees no wire' src/cli/a.c '#include "wire/reader.h"'
planted 'a path must be full' src/wire/a.c '#include "reader.h"'
planted 'tables are looked at too' src/wire/a.def '#include "rpc/info.h"'
planted 'nettle has one home' src/security/a.c '#include <nettle/cmac.h>'
planted 'GnuTLS has one home' src/security/crypto.c '#include <gnutls/gnutls.h>'
planted 'GSSAPI has one home' src/security/a.c '#include <gssapi/gssapi_ext.h>'
planted 'krb5 has one home' src/client/a.c '#include <krb5.h>'
planted 'sockets live in named files' src/client/conn.c '#include <sys/socket.h>'
planted 'the engine knows no socket' src/server/conn.c '#include <sys/socket.h>'
planted 'the engine knows no libuv' src/server/server.c '#include <uv.h>'
planted 'libconfuse has one home' src/daemon/listen.c '#include <confuse.h>'
planted 'names are resolved in named files' src/cli/a.c '#include <netdb.h>'
planted 'epoll lives in named files' src/client/many.c '#include <sys/epoll.h>'
planted 'JSON is written by the command line' src/rpc/a.c '#include <jansson.h>'
planted 'the codecs see no public header' src/rpc/a.c '#include <netsess.h>'
planted 'the command line is native' src/cli/a.c '#include <lm.h>'

plant_c src/misc/a.c </dev/null
refuses 'a folder that is no layer' src/misc $check
done_testing
