#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# A netsessd of one's own for tests, benches and the demo: everything in one folder, on
# loopback.
#
#   netsessd.sh start DIR PORT ['line of the server section' ...]   returns when it answers
#   netsessd.sh reload DIR                                   takes DIR/netsessd.conf in anew
#   netsessd.sh stop DIR                                     lets it drain; kills it after 10 s
#
# Accounts: smbadmin (Administrators), operator (Server Operators), alice, bob, carol; the
# password is "pass" and the name.  One share, "data", in DIR/share; DIR/srvsvc is the local
# socket, DIR/log what it says, DIR/pid its process.  A line that begins with "share" or
# "group" goes outside of the server section, one that begins with "data " into the share; one for "Server Operators" replaces theirs.
#
# NETSESSD and NETSESS name the programs; else those of ../../build are taken.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
build=${NETSESS_BUILD:-$here/../../build}
netsessd=${NETSESSD:-$build/netsessd}
netsess=${NETSESS:-$build/netsess}

fail() {
	echo "netsessd.sh: $*" >&2
	exit 1
}

add_accounts() {
	[ -e "$dir/accounts" ] && return
	for user in smbadmin operator alice bob carol; do
		echo "pass$user" |
			"$netsess" passwd -q --password-file - "$dir/accounts" "$user" ||
			fail "netsess passwd failed"
	done
}

write_config() { # PORT, then lines
	local port=$1 inside= outside= data= line
	local operators='group "Server Operators" { members = {operator} }'
	shift
	for line in "$@"; do
		case $line in
		'group "Server Operators"'*) operators=$line ;;
		data\ *) data="$data	${line#data }"$'\n' ;;
		share* | group* | include*) outside="$outside$line"$'\n' ;;
		*) inside="$inside	$line"$'\n' ;;
		esac
	done
	cat >"$dir/netsessd.conf" <<-E
		server {
			name = "LABSRV"
			domain = "LAB"
			listen = {"127.0.0.1:$port", "[::1]:$port"}
			local_socket = "$dir/srvsvc"
			accounts = "$dir/accounts"
		$inside}
		share "data" {
			path = "$dir/share"
			comment = "for tests"
		$data}
		group "Administrators" { members = {smbadmin} }
		$operators
		$outside
	E
	# A machine without IPv6 has only the one.
	[ -e /proc/net/if_inet6 ] && grep -q ' lo$' /proc/net/if_inet6 ||
		sed -i "s/, \"\[::1\]:$port\"//" "$dir/netsessd.conf"
}

taken() {
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

start() {
	port=$1
	shift
	taken "$port" && fail "port $port is taken"
	[ ! -e "$dir/pid" ] || fail "$dir is in use: take a new folder"
	mkdir -p "$dir/share"
	dir=$(cd "$dir" && pwd)
	chmod 755 "$dir"
	chmod 777 "$dir/share"
	add_accounts
	write_config "$port" "$@"
	: >"$dir/log" # there is one to look at before the other process has made it
	setsid "$netsessd" -f "$dir/netsessd.conf" </dev/null >"$dir/log" 2>&1 &
	echo $! >"$dir/pid"
	for _ in $(seq 200); do
		grep -q ' daemon: is ready' "$dir/log" && return
		kill -0 "$(cat "$dir/pid")" 2>/dev/null || break
		sleep 0.05
	done
	cat "$dir/log" >&2
	rm -f "$dir/pid"
	fail "netsessd did not come up"
}

signal() { # its process
	[ -s "$dir/pid" ] && kill "-$1" "$(cat "$dir/pid")" 2>/dev/null
}

alive() { # a zombie that nobody fetches is not
	signal 0 && ! grep -q '^[0-9]* ([^)]*) Z' "/proc/$(cat "$dir/pid")/stat" 2>/dev/null
}

reload() {
	local before
	before=$(grep -c 'is in force\|nothing was changed' "$dir/log" || true)
	signal HUP || fail "it does not run"
	for _ in $(seq 200); do
		[ "$(grep -c 'is in force\|nothing was changed' "$dir/log")" -gt "$before" ] && break
		sleep 0.05
	done
	tail -n 2 "$dir/log" | grep -q 'is in force' || fail "it did not take the configuration"
}

stop() {
	signal TERM || true
	for _ in $(seq 200); do
		alive || break
		sleep 0.05
	done
	alive && signal KILL || true
	rm -f "$dir/pid"
}

command=${1:-}
dir=${2:-}
[ -n "$dir" ] || fail "usage: netsessd.sh start DIR PORT [LINE...] | reload DIR | stop DIR"
shift 2
case $command in
start) start "$@" ;;
reload) reload ;;
stop) stop ;;
*) fail "unknown command $command" ;;
esac
