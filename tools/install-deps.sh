#!/bin/sh
# SPDX-License-Identifier: MIT
# install-deps.sh build|check|demo|kernel: installs the Debian packages that are missing for it, and
# says which.  Silent where nothing is missing.  Starts no daemon, neither now nor at boot.
set -eu

build='gcc libc6-dev meson ninja-build pkg-config python3 libkrb5-dev nettle-dev libgnutls28-dev
libuv1-dev libacl1-dev libconfuse-dev libjansson-dev libsmartcols-dev uthash-dev libcmocka-dev'
demo="$build samba samba-common-bin smbclient libnss-wrapper libuid-wrapper"
check="$demo clang clang-format libclang-rt-14-dev gcovr krb5-kdc krb5-user
krb5-admin-server gss-ntlmssp python3-pytest python3-impacket samba-testsuite strace
valgrind mandoc iproute2"
kernel="$build qemu-system-x86 busybox-static cpio kmod"

# Debian asks this program whether a package may start its daemons.  (The variable is for
# the tests.)
policy=${NETSESS_POLICY_RC_D:-/usr/sbin/policy-rc.d}

case ${1-} in
build) wanted=$build ;;
demo) wanted=$demo ;;
kernel) wanted=$kernel ;;
check) wanted=$check ;;
*)
	echo "usage: install-deps.sh build|check|demo|kernel" >&2
	exit 2
	;;
esac

stop() {
	echo "netsess: $1" >&2
	exit 1
}

one_line() {
	echo $*
}

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	echo "netsess: not a Debian system; what 'make $1' needs is called there:" $wanted >&2
	exit 0
fi

# dpkg-query fails for names it has never heard of, and says so: both mean "missing".
installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted 2>/dev/null |
	sed -n 's/^installed //p' || true)
missing=$(for package in $wanted; do
	printf '%s\n' "$installed" | grep -qxF "$package" || echo "$package"
done)
[ -n "$missing" ] || exit 0
missing=$(one_line $missing)

if [ "$(id -u)" = 0 ]; then
	as_root=
elif sudo -n true 2>/dev/null; then
	as_root='sudo -n'
else
	stop "as root, please: apt-get install $missing"
fi
echo "netsess: installing with apt-get: $missing"

log=$(mktemp)
made_policy=
cleanup() {
	rm -f "$log"
	[ -z "$made_policy" ] || $as_root rm -f "$policy"
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM

if [ ! -e "$policy" ]; then
	made_policy=yes
	printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
	$as_root chmod 755 "$policy"
fi

apt() {
	$as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
		apt-get -qq -y -o Dpkg::Use-Pty=0 "$@" >>"$log" 2>&1
}

install() {
	apt install --no-install-recommends $missing
}

# The lists of packages are fetched only when what is known here does not do.
if ! install && ! { apt update && install; }; then
	cat "$log" >&2
	stop "apt-get could not install: $missing"
fi

# A package that was not there before must not run from the next boot on either.
if [ -d /run/systemd/system ]; then
	for package in $missing; do
		for unit in $(dpkg-query -L "$package" 2>/dev/null |
			sed -n 's|.*/systemd/system/\([^/]*\.service\)$|\1|p'); do
			$as_root systemctl disable "$unit" >/dev/null 2>&1 || true
		done
	done
fi
