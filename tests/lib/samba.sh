#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# A private Samba for tests, benches and the demo: everything in one folder, on loopback.
#
#   samba.sh start DIR PORT ['smb.conf line' ...]   starts it; returns when it answers
#   samba.sh stop DIR                               ends its processes
#
# Accounts: smbadmin (Domain Admins and BUILTIN\Administrators), alice, bob, carol; the
# password is "pass" and the name.  They exist only inside: nss_wrapper shows smbd a passwd
# file of its own.  Run by someone who is not root, uid_wrapper lets smbd believe it is.
#
# Without the group mappings below NetSessEnum answers 5 and NetSessDel is refused: Samba
# asks for BUILTIN\Administrators in the one and for Domain Admins in the other.
set -eu

libexec=/usr/libexec/samba
PATH=$PATH:/usr/sbin

fail() {
	echo "samba.sh: $*" >&2
	exit 1
}

wrap() { # the environment in which smbd and its tools see our accounts
	export NSS_WRAPPER_PASSWD="$dir/passwd" NSS_WRAPPER_GROUP="$dir/group"
	preload=libnss_wrapper.so
	if [ "$(id -u)" -ne 0 ]; then
		export UID_WRAPPER=1 UID_WRAPPER_ROOT=1
		preload="$preload libuid_wrapper.so"
	fi
	LD_PRELOAD="$preload" "$@"
}

write_accounts() {
	cat >"$dir/passwd" <<-E
		root:x:0:0::/:/bin/false
		nobody:x:65534:65534::/:/bin/false
		smbadmin:x:20001:20001::/:/bin/false
		alice:x:20002:20001::/:/bin/false
		bob:x:20003:20001::/:/bin/false
		carol:x:20004:20001::/:/bin/false
	E
	cat >"$dir/group" <<-E
		root:x:0:
		nogroup:x:65534:
		users:x:20001:
		lab-domadm:x:20010:smbadmin
		lab-builtin:x:20011:smbadmin
	E
}

write_config() { # PORT, then lines that override
	cat >"$dir/smb.conf" <<-E
		[global]
		  workgroup = LAB
		  netbios name = LABSRV
		  server role = standalone server
		  private dir = $dir/private
		  lock directory = $dir/lock
		  state directory = $dir/state
		  cache directory = $dir/cache
		  pid directory = $dir/pid
		  ncalrpc dir = $dir/ncalrpc
		  log file = $dir/log/log.%m
		  log level = 1
		  interfaces = 127.0.0.0/8
		  bind interfaces only = yes
		  smb ports = $1
		  passdb backend = tdbsam:$dir/private/passdb.tdb
		  load printers = no
		  printing = bsd
		  disable spoolss = yes
		  rpc start on demand helpers = no
		  max open files = 4096
		  strict sync = no
	E
	shift
	for line in "$@"; do
		printf '  %s\n' "$line" >>"$dir/smb.conf"
	done
	printf '[data]\n  path = %s\n  read only = no\n' "$dir/share" >>"$dir/smb.conf"
}

add_accounts() {
	for user in smbadmin alice bob carol; do
		printf 'pass%s\npass%s\n' "$user" "$user" |
			wrap smbpasswd -c "$dir/smb.conf" -a -s "$user" >/dev/null 2>&1
	done
	wrap net -s "$dir/smb.conf" groupmap add rid=512 unixgroup=lab-domadm type=domain \
		ntgroup='Domain Admins' >/dev/null
	wrap net -s "$dir/smb.conf" groupmap add sid=S-1-5-32-544 unixgroup=lab-builtin \
		type=builtin ntgroup=Administrators >/dev/null
}

taken() {
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

wait_until_up() {
	for _ in $(seq 600); do
		[ -S "$dir/ncalrpc/np/srvsvc" ] && taken "$1" && return
		sleep 0.05
	done
	tail -n 20 "$dir"/log/* >&2 || true
	stop
	fail "smbd did not come up"
}

start() {
	port=$1
	shift
	# smbd would share a port that another one has without a word.
	taken "$port" && fail "port $port is taken"
	[ ! -e "$dir/smb.conf" ] || fail "$dir is in use: take a new folder"
	mkdir -p "$dir"/{private,lock,state,cache,pid,ncalrpc,log,share}
	dir=$(cd "$dir" && pwd)
	chmod 755 "$dir" "$dir/ncalrpc"
	chmod 777 "$dir/share"
	write_accounts
	write_config "$port" "$@"
	add_accounts
	wrap smbd -D -s "$dir/smb.conf" </dev/null >"$dir/log/smbd.out" 2>&1
	# Started by hand: on demand it fails at times with a private configuration.
	wrap setsid "$libexec/samba-dcerpcd" --libexec-rpcds -s "$dir/smb.conf" -D \
		--no-process-group </dev/null >"$dir/log/dcerpcd.out" 2>&1
	wait_until_up "$port"
}

stop() {
	for file in "$dir"/pid/*.pid; do
		[ -s "$file" ] || continue
		pid=$(cat "$file")
		kill "$pid" 2>/dev/null || continue
		for _ in $(seq 100); do
			kill -0 "$pid" 2>/dev/null || break
			sleep 0.05
		done
	done
}

command=${1:-}
dir=${2:-}
[ -n "$dir" ] || fail "usage: samba.sh start DIR PORT [CONFIG LINE...] | stop DIR"
shift 2
case $command in
start) start "$@" ;;
stop) stop ;;
*) fail "unknown command $command" ;;
esac
