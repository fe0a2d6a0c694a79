#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# demo.sh [BUILDDIR]: a netsessd on a free loopback port, three workstations signed in with
# smbclient, and netsess: list them, end one, list again, what that one saw, and that the
# others go on.  Everything lives in one temporary folder and is gone at the end.
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
NETSESS_BUILD=$(cd "${1:-$here/build}" && pwd)
export NETSESS_BUILD
netsess=$NETSESS_BUILD/netsess
dir=$(mktemp -d /tmp/netsess-demo.XXXXXX)
chmod 755 "$dir"
workstations=()

cleanup() {
	for pid in "${workstations[@]}"; do
		kill "$pid" 2>/dev/null || true
	done
	"$here/tests/lib/netsessd.sh" stop "$dir/server" || true
	rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

free_port() { # below the range from which the kernel takes the ports of clients
	local port
	for _ in $(seq 100); do
		port=$((10000 + RANDOM % 20000))
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
	done
	echo "$port"
}

say() {
	printf '\n\033[1m%s\033[0m\n' "$*"
}

run() { # shows the command as a person would type it, and runs it
	printf '$ netsess'
	for word in "$@"; do
		case $word in
		"$dir"/*) printf ' %s' "${word##*/}" ;;
		*[!A-Za-z0-9_.:=-]*) printf " '%s'" "$word" ;;
		*) printf ' %s' "$word" ;;
		esac
	done
	printf '\n'
	"$netsess" "$@"
}

wait_for() { # FILE TEXT: until the file has the text
	for _ in $(seq 200); do
		grep -q "$2" "$1" 2>/dev/null && return
		sleep 0.05
	done
	echo "demo: \"$2\" never appeared in ${1##*/}:" >&2
	cat "$1" >&2
	exit 1
}

sign_in() { # USER: an smbclient that stays, reading commands from a pipe
	mkfifo "$dir/$1.in"
	stdbuf -o0 smbclient //127.0.0.1/data -p "$port" -U "$1%pass$1" \
		<"$dir/$1.in" >"$dir/$1.out" 2>&1 &
	workstations+=($!)
	case $1 in
	alice) exec 4>"$dir/alice.in" && echo pwd >&4 ;;
	bob) exec 5>"$dir/bob.in" && echo pwd >&5 ;;
	carol) exec 6>"$dir/carol.in" && echo pwd >&6 ;;
	esac
	wait_for "$dir/$1.out" 'Current directory'
}

port=$(free_port)
server="\\\\127.0.0.1:$port"
printf 'username = smbadmin\npassword = passsmbadmin\n' >"$dir/admin.auth"

say "A file server: netsessd, on 127.0.0.1:$port"
"$here/tests/lib/netsessd.sh" start "$dir/server" "$port"

say "Three workstations sign in: alice, bob, carol"
for user in alice bob carol; do
	sign_in "$user"
done

say "Who is on?"
run list "$server" -A "$dir/admin.auth"

say "bob's session is ended"
run end "$server" --user bob --yes -A "$dir/admin.auth"

say "Who is on now?"
run list "$server" -A "$dir/admin.auth"

say "What bob's workstation sees when it goes on"
echo 'ls' >&5
wait_for "$dir/bob.out" 'NT_STATUS'
grep 'NT_STATUS' "$dir/bob.out" | head -n 1

say "alice and carol never noticed: alice lists the share"
echo 'ls' >&4
wait_for "$dir/alice.out" 'blocks available'
grep 'blocks available' "$dir/alice.out"

say "What the server wrote down"
grep 'event=session-end.*user=bob' "$dir/server/log" | sed 's/.*audit: //'
