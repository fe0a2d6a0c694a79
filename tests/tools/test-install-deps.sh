#!/bin/sh
# SPDX-License-Identifier: MIT
# install-deps.sh against stand-ins of dpkg-query, apt-get, id and sudo: nothing is installed.
. "$(dirname "$0")/planted.sh"
install=$tools/install-deps.sh

for program in sh sed grep tr cat rm mktemp env tee chmod dirname; do
	path=$(command -v $program) && mkdir -p "$tree/bin" && ln -s "$path" "$tree/bin/$program"
done

# stand_in NAME: a program of this name; its text comes from stdin.
stand_in() {
	{ echo '#!/bin/sh' && cat; } | plant "bin/$1"
	chmod +x "$tree/bin/$1"
}

# lacking PACKAGE...: all others are installed.
lacking() {
	{
		printf 'lacking=" %s "\n' "$*"
		cat <<'END'
case $1 in -L) exit 0 ;; esac
shift 3
status=0
for package; do
	case $lacking in
	*" $package "*) status=1 ;;
	*) echo "installed $package" ;;
	esac
done
exit $status
END
	} | stand_in dpkg-query
}

user_is() {
	echo "echo $1" | stand_in id
}

run() {
	rm -f "$tree/calls"
	env PATH="$tree/bin" NETSESS_POLICY_RC_D="$tree/policy" "$install" "$@"
}

called() {
	cat "$tree/calls" 2>/dev/null | grep -c "$1" || true
}

apt_works() {
	cat <<END | stand_in apt-get
echo "apt-get \$* frontend=\$DEBIAN_FRONTEND runlevel=\$RUNLEVEL" >>$tree/calls
cat $tree/policy >>$tree/policy-seen 2>/dev/null
exit 0
END
}

is() {
	if [ "$2" = "$3" ]; then verdict "$1" yes; else
		output="got: $2; want: $3"
		verdict "$1" no
	fi
}

apt_works
user_is 0
echo 'exit 1' | stand_in sudo

lacking
accepts 'nothing is missing' run check
is 'then it is silent' "$output" ''
is 'then apt-get is not called' "$(called apt-get)" 0

lacking uthash-dev meson
accepts 'root installs what is missing' run build
is 'it says what' "$output" 'netsess: installing with apt-get: meson uthash-dev'
is 'without recommended packages' \
	"$(called 'install --no-install-recommends meson uthash-dev frontend=noninteractive runlevel=1')" 1
is 'without fetching lists first' "$(called update)" 0
is 'no daemon may start meanwhile' "$(grep -c 'exit 101' "$tree/policy-seen")" 1
is 'the policy is removed again' "$(ls "$tree/policy" 2>/dev/null)" ''

echo 'the policy of this computer' >"$tree/policy"
accepts 'a policy that is there is kept' run build
is 'unchanged' "$(cat "$tree/policy")" 'the policy of this computer'
rm "$tree/policy"

lacking smbclient clang
accepts 'build needs no Samba' run build
is 'nor clang' "$output" ''
accepts 'the demo does' run demo
is 'but no clang' "$output" 'netsess: installing with apt-get: smbclient'
accepts 'check needs all' run check
is 'of them' "$output" 'netsess: installing with apt-get: smbclient clang'

cat <<END | stand_in apt-get
echo "apt-get \$*" >>$tree/calls
case "\$*" in *update*) : >$tree/fresh ;; esac
[ -e $tree/fresh ]
END
lacking meson
accepts 'old lists are fetched anew' run build
is 'once' "$(called update)" 1
echo 'echo E: no network; exit 100' | stand_in apt-get
refuses 'apt-get fails' 'netsess: apt-get could not install: meson' run build
is 'then nothing is left behind' "$(ls "$tree/policy" 2>/dev/null)" ''

apt_works
user_is 1000
refuses 'no root, no sudo' 'netsess: as root, please: apt-get install meson' run build
is 'one line says so' "$(printf '%s\n' "$output" | wc -l)" 1
is 'nothing was tried' "$(called apt-get)" 0
cat <<END | stand_in sudo
[ "\$1" = -n ] && shift && [ "\$1" != true ] || exit 0
echo "sudo \$*" >>$tree/calls
exec "\$@"
END
accepts 'sudo without a password is used' run build
is 'for apt-get' "$(called 'sudo env .*apt-get')" 1

rm "$tree/bin/dpkg-query"
accepts 'another system: the build is tried' run build
case $output in
'netsess: not a Debian system'*) verdict 'with one line of advice' yes ;;
*) verdict 'with one line of advice' no ;;
esac
refuses 'an unknown purpose' usage run everything
done_testing
