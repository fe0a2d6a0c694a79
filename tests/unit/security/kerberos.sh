#!/bin/sh
# SPDX-License-Identifier: MIT
# kerberos.sh KDC.SH PROGRAM: runs a test program in a realm of its own, with tickets good
# and stale, and ends the realm.
set -eu
kdc=$1 program=$2
dir=$(mktemp -d "${TMPDIR:-/tmp}/netsess-krb5-XXXXXX")
trap '"$kdc" stop "$dir"; rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM

status=0
reason=$("$kdc" start "$dir" localhost server1 2>&1) || status=$?
if [ "$status" -eq 77 ]; then
	echo "1..0 # SKIP $reason"
	exit 0
elif [ "$status" -ne 0 ]; then
	echo "Bail out! $reason"
	exit 1
fi
. "$dir/env"
ticket() { # USER CACHE OPTION...
	user=$1 cache=$2
	shift 2
	echo "pass$user" | kinit "$@" -c "FILE:$dir/$cache" "$user" >/dev/null
}
ticket alice stale.ccache -l 1s
ticket alice alice.ccache
ticket bob bob.ccache
# A realm that exists and does not answer: nobody listens on port 9 of this address.
sed 's/kdc = .*/kdc = 127.0.0.253:9/' "$dir/krb5.conf" >"$dir/dead.conf"
# As a configuration is that says nothing: names are what the DNS makes of them.
sed 's/\(dns_canonicalize_hostname\|rdns\) = .*/\1 = true/' "$dir/krb5.conf" >"$dir/dns.conf"
# No host is mapped to the realm.
sed '/^\[domain_realm\]/,$d' "$dir/krb5.conf" >"$dir/unmapped.conf"
export KDC_DIR="$dir"
sleep 2.1 # times are whole seconds: the stale ticket is over now
"$program"
