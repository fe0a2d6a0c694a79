#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# conformance.sh [BUILDDIR]: writes docs/conformance.md, what netsess-conform finds on
# netsessd and on the Samba of this computer, side by side.  Both run on loopback in a
# temporary folder that is gone at the end.
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "${1:-$here/build}" && pwd)
dir=$(mktemp -d /tmp/netsess-conformance.XXXXXX)
chmod 755 "$dir"

cleanup() {
	"$here/tests/lib/samba.sh" stop "$dir/samba" || true
	"$here/tests/lib/netsessd.sh" stop "$dir/netsessd" || true
	rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

for user in smbadmin alice bob; do
	(umask 077 && printf 'username = %s\npassword = pass%s\n' $user $user >"$dir/$user")
done

# conform PORT LABEL: the tables of one server.  Cases that fail are what we want to know.
conform() {
	"$build/netsess-conform" "\\\\127.0.0.1:$1" --share data --markdown --label "$2" \
		--admin-auth "$dir/smbadmin" --user1-auth "$dir/alice" \
		--user2-auth "$dir/bob" || [ $? = 1 ]
}

samba_port=$(free_port)
"$here/tests/lib/samba.sh" start "$dir/samba" "$samba_port"
netsessd_port=$(free_port)
NETSESS_BUILD=$build "$here/tests/lib/netsessd.sh" start "$dir/netsessd" "$netsessd_port"
samba=$(PATH=$PATH:/usr/sbin smbd --version | sed -n 's/^Version \([0-9]*\.[0-9]*\).*/Samba \1/p')
conform "$netsessd_port" netsessd >"$dir/netsessd.md"
conform "$samba_port" "$samba" >"$dir/samba.md"

{
	cat <<-E
		# Conformance of the session calls

		Written by \`tools/conformance.sh\`: what \`netsess-conform\` found on netsessd and on
		$samba, in one run. After each case every workstation is looked at on its own
		connection: a right code with the wrong session dead is *not ok*. The names of
		workstations are those of netsess-conform(1): user1@A is the first user at the
		first address, and so on.
	E
	# The rows of both runs are the same but for their last column.
	paste -d '\n' "$dir/netsessd.md" "$dir/samba.md" | awk '
		NR % 2 == 1 { first = $0; next }
		first ~ /^\|/ {
			n = split($0, column, " \\| ")
			sub(/ \|$/, "", first)
			print first " | " column[n]
			next
		}
		{ print first }'
} >"$dir/conformance.md"
mkdir -p "$here/docs"
cp "$dir/conformance.md" "$here/docs/conformance.md"
tail -n 1 "$here/docs/conformance.md"
