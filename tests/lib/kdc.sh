#!/bin/sh
# SPDX-License-Identifier: MIT
# kdc.sh start DIR [HOST...]    a private Kerberos realm on a free port of the loopback
# kdc.sh stop DIR               and its end
#
# The realm is NETSESS.TEST.  Its people are alice, bob and smbadmin; a password is "pass"
# and the name.  Each HOST (default: localhost) is a file server, cifs/HOST.  DIR gets:
#
#	env             to be sourced: the environment in which the realm exists
#	server.keytab   the keys of the file servers
#	alice.keytab    alice's key, to sign in without a password
#
# With KDC_PAC=no in the environment its tickets carry no PAC: a stand-alone Samba takes
# no others.
#
# No file outside DIR is written and no name server is asked.  Status 77: not installed.
set -eu
PATH=$PATH:/usr/sbin:/sbin
realm=NETSESS.TEST

usage() {
	echo 'usage: kdc.sh start DIR [HOST...] | stop DIR' >&2
	exit 2
}

# write_config PORT HOST...
write_config() {
	port=$1
	shift
	cat >"$dir/krb5.conf" <<-E
		[libdefaults]
		 default_realm = $realm
		 dns_lookup_kdc = false
		 dns_lookup_realm = false
		 dns_canonicalize_hostname = false
		 rdns = false
		 udp_preference_limit = 1
		 default_ccache_name = FILE:$dir/ccache
		 default_keytab_name = FILE:$dir/server.keytab
		 plugin_base_dir = $dir/no-plugins
		[realms]
		 $realm = {
		  kdc = 127.0.0.1:$port
		 }
		[domain_realm]
	E
	for host; do
		echo " $host = $realm" >>"$dir/krb5.conf"
	done
	cat >"$dir/kdc.conf" <<-E
		[kdcdefaults]
		 kdc_listen = 127.0.0.1:$port
		 kdc_tcp_listen = 127.0.0.1:$port
		[realms]
		 $realm = {
		  database_name = $dir/principal
		  key_stash_file = $dir/stash
		  acl_file = $dir/kadm5.acl
		  max_life = 10h
		  disable_pac = $([ "${KDC_PAC:-yes}" = no ] && echo true || echo false)
		 }
		[logging]
		 kdc = FILE:$dir/kdc.log
	E
	: >"$dir/kadm5.acl"
	cat >"$dir/env" <<-E
		export KRB5_CONFIG='$dir/krb5.conf'
		export KRB5_KDC_PROFILE='$dir/kdc.conf'
		export KRB5CCNAME='FILE:$dir/ccache'
		export KRB5_KTNAME='FILE:$dir/server.keytab'
		export KRB5RCACHENAME='dfl:'
		export KRB5RCACHEDIR='$dir'
	E
}

make_database() {
	kdb5_util create -r "$realm" -s -P "master-$$" >"$dir/setup.log" 2>&1
	{
		for user in alice bob smbadmin; do
			echo "addprinc -pw pass$user $user"
		done
		echo "ktadd -norandkey -k $dir/alice.keytab alice"
		for host; do
			echo "addprinc -randkey cifs/$host"
			echo "ktadd -k $dir/server.keytab cifs/$host"
		done
	} | kadmin.local >>"$dir/setup.log" 2>&1
	[ -s "$dir/alice.keytab" ] && [ -s "$dir/server.keytab" ]
}

# Takes a port that nobody else has: krb5kdc itself says whether it could have it, for it
# goes to the background only once it listens.
start() {
	umask 077
	mkdir -p "$dir"
	dir=$(cd "$dir" && pwd)
	made=
	for try in 1 2 3 4 5 6 7 8 9 10; do
		random=$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')
		write_config $((20000 + random % 12000)) "$@"
		. "$dir/env"
		[ -n "$made" ] || make_database "$@" || break
		made=yes
		! krb5kdc -P "$dir/kdc.pid" >>"$dir/setup.log" 2>&1 || return 0
	done
	echo "kdc.sh: no realm after $try tries:" >&2
	tail -n 5 "$dir/setup.log" >&2
	return 1
}

stop() {
	[ -s "$dir/kdc.pid" ] || return 0
	pid=$(cat "$dir/kdc.pid")
	kill "$pid" 2>/dev/null || true
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.05
	done
	rm -f "$dir/kdc.pid"
}

[ $# -ge 2 ] || usage
verb=$1 dir=$2
shift 2
case $verb in
start)
	for program in krb5kdc kdb5_util kadmin.local; do
		command -v "$program" >/dev/null || {
			echo "kdc.sh: $program is missing: install krb5-kdc and krb5-admin-server" >&2
			exit 77
		}
	done
	[ $# -gt 0 ] || set -- localhost
	start "$@"
	;;
stop) stop ;;
*) usage ;;
esac
