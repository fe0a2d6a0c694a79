#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The Linux kernel's own client (cifs.ko) against netsessd: a Debian kernel in an emulated
# machine mounts its share.  Prints a line for each check, "N passed, N failed" as the last.
#
#   run.sh        after `tools/install-deps.sh kernel` and a build; NETSESS_BUILD names it
#
# The kernel's package is fetched with apt and only unpacked.  Nothing of this machine is
# mounted, no module is loaded into it, and no special rights are needed.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
lib=$here/../lib
build=$(cd "${NETSESS_BUILD:-$here/../../build}" && pwd)
export NETSESS_BUILD=$build
PATH=$PATH:/usr/sbin:/sbin
limit=480 # seconds, for all of it

fail() {
	echo "run.sh: $*" >&2
	exit 1
}

[ "$(uname -m)" = x86_64 ] || fail "only x86-64 is catered for"
work=$(mktemp -d)
trap 'cleanup' EXIT
trap 'exit 1' HUP INT TERM

cleanup() {
	[ -z "${qemu:-}" ] || kill "$qemu" 2>/dev/null || true
	"$lib/netsessd.sh" stop "$work/server" 2>/dev/null || true
	rm -rf "$work"
}

# ------------------------------------------------------------------------- the guest --

fetch_kernel() { # kept in the build folder: it is 27 MB
	local package
	package=$(apt-cache depends linux-image-cloud-amd64 |
		sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p')
	[ -n "$package" ] || fail "apt knows no linux-image-cloud-amd64: apt-get update"
	kernel=$build/kernel/$package
	[ -e "$kernel" ] && return
	mkdir -p "$work/kernel" "$build/kernel"
	(cd "$work/kernel" && apt-get -qq download "$package" 2>../log &&
		dpkg -x ./*.deb tree && depmod -b tree "${package#linux-image-}") ||
		fail "no kernel: $(cat "$work/log")"
	rm -rf "$build/kernel"/*
	mv "$work/kernel/tree" "$kernel"
}

# The files of the modules that the guest needs, what they depend on first.
list_modules() {
	local version=${kernel##*/linux-image-} module
	for module in virtio_pci virtio_net nls_utf8 cifs \
		$(modinfo -b "$kernel" -k "$version" -F softdep cifs | sed 's/.*: //'); do
		modprobe -d "$kernel" -S "$version" --show-depends "$module" 2>/dev/null || true
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

make_guest() {
	local root=$work/root file
	mkdir -p "$root"/{bin,dev,mnt,modules,proc,sys,tmp}
	cp "$(command -v busybox)" "$root/bin/busybox"
	cp "$here/checks.sh" "$root"
	install -m 755 "$here/init.sh" "$root/init"
	${CC:-cc} -static -O1 -o "$root/bin/lock" "$here/lock.c" || fail "no lock.c"
	list_modules >"$work/modules"
	while read -r file; do
		cp "$file" "$root/modules"
		basename "$file"
	done <"$work/modules" >"$root/modules/order"
	(cd "$root" && find . | cpio -o -H newc --quiet) | gzip -1 >"$work/initrd"
}

# One processor, emulated: what it needs is there on every machine.
boot() {
	mkfifo "$work/to" "$work/from"
	timeout "$limit" qemu-system-x86_64 -accel tcg -cpu max -smp 1 -m 512 -nodefaults \
		-display none -no-reboot -serial stdio -kernel "$kernel"/boot/vmlinuz-* \
		-initrd "$work/initrd" -append "console=ttyS0 quiet panic=-1 PORT=$port" \
		-netdev user,id=net -device virtio-net-pci,netdev=net,romfile= \
		<"$work/to" >"$work/from" 2>"$work/log" &
	qemu=$!
	exec 3>"$work/to" 4<"$work/from"
}

# ------------------------------------------------------------------------ the server --

free_port() {
	port=$((10000 + RANDOM % 20000))
	while (exec 9<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
		port=$((10000 + RANDOM % 20000))
	done
}

netsess() {
	"$build/netsess" "$@" -A "$work/auth" 2>&1
}

start_server() {
	free_port
	printf 'username = smbadmin\npassword = passsmbadmin\n' >"$work/auth"
	chmod 600 "$work/auth"
	chmod 755 "$work"
	"$lib/netsessd.sh" start "$work/server" "$port"
}

# The sessions of those who are not the one who asks.
count_sessions() {
	netsess list "\\\\127.0.0.1:$port" --json | grep -c '"user": *"[^s]' || true
}

# Sessions of a user that ended otherwise than by logging off.
count_lost() {
	grep -c "event=session-end .* user=$1 .*reason=\(administrator\|connection-lost\)" \
		"$work/server/log" || true
}

# As NetrFileEnum tells it, of all files together.
count_locks() {
	netsess files "\\\\127.0.0.1:$port" --json | sed -n 's/.*"locks": *\([0-9]*\).*/\1/p' |
		awk '{ n += $1 } END { print n + 0 }'
}

count() { # COUNTER
	netsess server --counters "\\\\127.0.0.1:$port" | awk -v name="$1" '$1 == name { print $2 }'
}

# "OPLOCKS LEASES BREAKS": of how many files somebody caches something, and whom that waits for.
count_cached() {
	netsess server --counters "\\\\127.0.0.1:$port" |
		awk '/^(oplocks|leases|breaks)_now / { printf "%s%s", space, $2; space = " " }
			END { print "" }'
}

end_session() { # USER; from here on it is counted who is lost
	lost=$(count_lost bob)
	netsess end "\\\\127.0.0.1:$port" --user "$1" --yes >>"$work/log" && echo yes || echo no
}

# As NetrFileClose does it, the files of those who are away.
close_abandoned() {
	local ids
	ids=$(netsess files "\\\\127.0.0.1:$port" --path "$work/server/share" --json |
		sed -n 's/.*"id": *\([0-9]*\).*/--close=\1/p')
	netsess files "\\\\127.0.0.1:$port" $ids --yes >>"$work/log" && echo yes || echo no
}

serve() { # WORDS: what the guest asks for
	case $1 in
	sum) sha256sum "$work/server/share/$2" | cut -c 1-64 ;;
	sessions) count_sessions ;;
	end) end_session "$2" ;;
	locks) count_locks ;;
	cached) count_cached ;;
	durables) count durables_now ;;
	reconnected) [ "$(count durables_reconnected)" -gt 0 ] && echo yes || echo no ;;
	close_abandoned) close_abandoned ;;
	allow) chmod a+rw "$work/server/share/$2" && echo yes || echo no ;;
	lost) echo $(($(count_lost "$2") - lost)) ;;
	*) echo "what is $1?" ;;
	esac
}

passed=0 failed=0 finished=

listen_to_guest() {
	local line
	while IFS= read -r line <&4; do
		line=${line%$'\r'}
		case $line in
		ok\ *) passed=$((passed + 1)) && echo "$line" ;;
		FAIL\ *) failed=$((failed + 1)) && echo "$line" ;;
		@finished) finished=yes ;;
		@*) serve ${line#@} >&3 ;;
		*) echo "$line" >>"$work/log" ;;
		esac
	done
}

fetch_kernel
make_guest
start_server
boot
listen_to_guest
if [ -z "$finished" ]; then
	failed=$((failed + 1))
	echo "FAIL the guest did not come to its end:"
	tail -n 20 "$work/log"
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
