#!/bin/sh
# SPDX-License-Identifier: MIT
# Fails where a file of src/ includes what its layer may not know: a layer above or beside
# it, a header of the public API, or a system library that lives behind one file.
set -eu
. "$(dirname "$0")/files.sh"
sources=$(project_files | grep -E '^src/.*\.(c|h|def)$' || true)

# includes LAYER: file:line:include of all quoted includes in a layer.
includes() {
	printf '%s\n' "$sources" | grep "^src/$1/" | tr '\n' '\0' |
		xargs -0r grep -HnE '^[ 	]*#[ 	]*include[ 	]*"' || true
}

# A line is: layer, then every layer and every public header it may include besides itself.
known=
while read -r layer allowed; do
	known="$known $layer"
	pattern=
	for name in "$layer" $allowed; do
		case $name in
		*.h) pattern="$pattern|$name\"" ;;
		*) pattern="$pattern|$name/" ;;
		esac
	done
	found=$(includes "$layer" | grep -vE "include[ 	]*\"(${pattern#|})" || true)
	complain "$found" "src/$layer may include only: $layer $allowed, by full path"
done <<'TABLE'
base
wire      base
rpc       wire base
security  rpc wire base
client    security rpc wire base netsess.h
netapi    client security rpc wire base netsess.h (lm[a-z]*|windows).h
fs        base
server    fs security rpc wire base
daemon    server fs security rpc wire base
conform   client security rpc wire base
cli       base netsess.h
TABLE

for layer in $(printf '%s\n' "$sources" | sed -n 's|^src/\([^/]*\)/.*|\1|p' | sort -u); do
	case " $known " in
	*" $layer "*) ;;
	*) complain "src/$layer" "a folder that is no layer" ;;
	esac
done

# wall HEADER PLACE...: includes of <HEADER...> stand only in these files, or in a folder
# where the place ends in a slash.
wall() {
	header=$1
	shift
	found=$(printf '%s\n' "$sources" | tr '\n' '\0' |
		xargs -0r grep -HnE "^[ 	]*#[ 	]*include[ 	]*<$header" || true)
	for place; do
		case $place in
		*/) found=$(printf '%s\n' "$found" | grep -v "^$place" || true) ;;
		*) found=$(printf '%s\n' "$found" | grep -vF "$place:" || true) ;;
		esac
	done
	complain "$found" "<$header> only in: $*"
}

wall 'nettle/' src/security/crypto.c src/security/crypto.h
wall 'gnutls/' src/security/gcm_long.c
wall '(gssapi|krb5)[/.]' src/security/gss.c src/security/gss_status.c \
	src/security/gss_target.c src/security/gss_ticket.c src/security/gss_ticket.h
for header in sys/socket.h sys/un.h netinet/ netdb.h sys/epoll.h; do
	wall "$header" src/client/io_socket.c src/client/io_socket.h \
		src/client/io_resolve.c src/client/io_netbios.c src/client/run_many.c \
		src/daemon/daemon_systemd.c src/daemon/listen.c src/daemon/listen_open.c \
		src/daemon/local_socket.c src/daemon/loop_interfaces.c src/daemon/loop_stream.c
done
wall '(sys/acl|acl/libacl)\.h' src/fs/fs_acl.c
wall 'uv\.h' src/daemon/loop.h
wall 'confuse\.h' src/daemon/config.c
wall 'jansson\.h' src/cli/
wall 'libsmartcols' src/cli/
wall 'netsess\.h' src/client/ src/netapi/ src/cli/
wall '(lm[a-z]*|windows)\.h' src/netapi/
exit $verdict
