# SPDX-License-Identifier: MIT
# What the kernel's client does with a share, each dialect in turn.  init.sh reads it; PORT is
# the server's, on the host (10.0.2.2).

# check NAME COMMAND...: it must succeed.
check() {
	name=$1
	shift
	if "$@" >/tmp/out 2>&1; then
		echo "ok $dialect: $name"
	else
		echo "FAIL $dialect: $name: $(tail -n 3 /tmp/out | tr '\n' ' ')"
	fi
}

# host WORDS: what run.sh is asked to do; its answer is in $answer.
host() {
	echo "@$*" >/dev/ttyS0
	read -r answer </dev/ttyS0
}

host_says() { # ANSWER WORDS
	local wanted=$1
	shift
	host "$@"
	echo "$answer, not $wanted"
	[ "$answer" = "$wanted" ]
}

# is TEXT FILE: what it holds; read from the server.
is() {
	local text
	text=$(cat "$2") && echo "$text" && [ "$text" = "$1" ]
}

# fails TEXT COMMAND...: with this error.
fails() {
	local text=$1
	shift
	! "$@" >/tmp/why 2>&1 && cat /tmp/why && grep -q "$text" /tmp/why
}

mounted() { # FOLDER USER MORE-OPTIONS
	mkdir -p "$1"
	mount -t cifs //10.0.2.2/data "$1" \
		-o "ip=10.0.2.2,port=$PORT,username=$2,password=pass$2,vers=$dialect$3"
}

sum() {
	sha256sum "$1" | cut -c 1-64
}

# until_true COMMAND...: within ten seconds.  The client closes some time after its user.
until_true() {
	local i=0
	until eval "$*"; do
		[ $i -lt 100 ] && sleep 0.1 || return
		i=$((i + 1))
	done
}

# Nothing the client has kept may answer for the server.
forget() {
	sync
	echo 3 >/proc/sys/vm/drop_caches
}

nothing_cached() {
	host_says '0 0 0' cached
}

# ------------------------------------------------------------------------- one share --

write_and_read() {
	echo one >a && forget && is one a
}

append() {
	echo two >>a && forget && is 'one
two' a
}

shorter() {
	truncate -s 3 a && forget && is one a && truncate -s 5000 a &&
		[ "$(stat -c %s a)" = 5000 ]
}

rename() {
	mv a b && fails 'No such file' stat a && echo other >c && mv c b && is other b &&
		fails 'No such file' stat c
}

folders() {
	mkdir d && touch d/x && fails 'not empty' rmdir d && mv d e && rm e/x && rmdir e &&
		fails 'No such file' stat e
}

removal() {
	rm b && fails 'No such file' stat b
}

# A file that is removed while somebody has it open stays his.
removal_open() {
	echo kept >k && exec 3<k && rm k && [ "$(cat <&3)" = kept ]
	local status=$?
	exec 3<&-
	[ $status = 0 ] && until_true ! test -e k
}

touched() {
	echo >t && touch -d '2001-09-09 01:46:40' t && forget &&
		[ "$(stat -c %Y t)" = 1000000000 ]
}

# As long as it has a lease Linux 6.1 believes what it knew of a file's attributes, and not
# what it has set since: what is writable is not made writable.
mode() {
	echo >m && chmod 444 m && until_true nothing_cached && forget &&
		[ "$(stat -c %A m)" = -r-xr-xr-x ] && chmod 644 m && forget &&
		echo more >>m && rm m
}

space() {
	df . | awk 'END { exit !($2 > 0 && $4 > 0 && $2 >= $4) }'
}

odd_names() {
	touch 'a:b*c?"<>|' 'trail.' 'häß€𝄞' && forget && [ -f 'a:b*c?"<>|' ] &&
		[ -f trail. ] && [ -f 'häß€𝄞' ] && printf '%s\n' * >/tmp/names &&
		grep -qxF 'a:b*c?"<>|' /tmp/names && grep -qxF 'häß€𝄞' /tmp/names
}

big_file() {
	dd if=/dev/urandom of=/tmp/big bs=64k count=48 && cp /tmp/big big && forget &&
		[ "$(sum big)" = "$(sum /tmp/big)" ] &&
		host_says "$(sum /tmp/big)" sum "$folder/big"
}

# At odd offsets, in odd sizes.
patch() {
	dd if=/tmp/big of=/tmp/part bs=1 skip=5 count=70001 &&
		for f in big /tmp/big; do
			dd if=/tmp/part of=$f bs=70001 seek=3 conv=notrunc,fsync || return
		done && forget && cmp big /tmp/big
}

crowd() { # HOW-MANY
	local i=0
	mkdir crowd && while [ $i -lt $1 ]; do
		: >crowd/file$i || return
		i=$((i + 1))
	done && forget && [ "$(ls crowd | sort -u | wc -l)" = $1 ] &&
		[ "$(ls crowd | wc -l)" = $1 ] && rm -r crowd
}

# Writers and readers at once.
together() {
	local i jobs=
	for i in 1 2 3 4; do
		(dd if=/tmp/big of=w$i bs=100k && dd if=big of=/tmp/r$i bs=77k) &
		jobs="$jobs $!"
	done
	for i in $jobs; do
		wait $i || return
	done
	forget
	for i in 1 2 3 4; do
		cmp w$i /tmp/big && cmp /tmp/r$i /tmp/big || return
	done
}

no_links() {
	fails 'not supported' ln -s big s
}

share() { # NAME OPTIONS FILES: everything on a mount of its own
	folder=$1-$dialect
	check "$1: mount" mounted /mnt alice "$2"
	grep -q ' /mnt cifs ' /proc/mounts || return
	check "$1: one session" host_says 1 sessions
	check "$1: mkdir" mkdir "/mnt/$folder"
	cd "/mnt/$folder" || return
	check "$1: write, read" write_and_read
	check "$1: append" append
	check "$1: truncate" shorter
	check "$1: rename" rename
	check "$1: folders" folders
	check "$1: rm" removal
	check "$1: rm of an open file" removal_open
	check "$1: touch" touched
	check "$1: chmod" mode
	check "$1: df" space
	check "$1: names" odd_names
	check "$1: 3 MiB" big_file
	check "$1: writing in between" patch
	check "$1: $3 files" crowd "$3"
	check "$1: four at once" together
	check "$1: no symbolic links" no_links
	cd /
	check "$1: umount" umount /mnt
	check "$1: no session stays" host_says 0 sessions
}

# ------------------------------------------------------------------------- two users --

hold_open() { # FILE DESCRIPTOR
	echo one >"$1" && eval "exec $2>>$1" && echo two >&$2
}

# Whose session is gone signs in again and opens its file again by itself.
go_on() { # FILE DESCRIPTOR
	echo three >&$2 && eval "exec $2>&-" && forget && is 'one
two
three' "$1"
}

# What is closed the client keeps open for a while, and does not ask for when it comes back
# on a new connection: such an open waits at the server until its time is over.
had_back() {
	host_says yes reconnected && host_says yes close_abandoned && host_says 0 durables
}

# The client of bob has a connection of its own, or alice's; then it drops both and comes
# back for both, and only the first tells whether the server left him alone.
users() { # NAME OPTIONS apart|shared
	check "$1: alice mounts" mounted /mnt alice "$2"
	check "$1: bob mounts" mounted /mnt2 bob "$2"
	check "$1: alice's file" hold_open "/mnt/alice$1$dialect" 3
	check "$1: bob's file" hold_open "/mnt2/bob$1$dialect" 4
	check "$1: bob's other file" hold_open "/mnt2/other$1$dialect" 5
	check "$1: her session ends" host_says yes end alice
	check "$1: his file" go_on "/mnt2/bob$1$dialect" 4
	[ "$3" = shared ] || check "$1: his session stays" host_says 0 lost bob
	# Linux 6.1 encrypts what it writes where it lies: were its connection still there, the
	# same write on the next session would carry what the last one's key made of it.
	check "$1: her file" go_on "/mnt/alice$1$dialect" 3
	check "$1: his other file" go_on "/mnt2/other$1$dialect" 5
	check "$1: both are here" host_says 2 sessions
	check "$1: umount" eval 'umount /mnt && umount /mnt2'
	check "$1: no session stays" host_says 0 sessions
	[ "$3" = apart ] || check "$1: what he had open" had_back
	check "$1: nothing is cached" nothing_cached
}

# What one writes the other reads, though both have it open.
see_each_other() {
	echo one >/mnt/seen && exec 3>>/mnt/seen && is one /mnt2/seen && exec 4</mnt2/seen &&
		echo two >&3 && is 'one
two' /mnt2/seen && echo new >/mnt2/seen && is new /mnt/seen
	local status=$?
	exec 3>&- 4<&-
	return $status
}

# The same number of bytes again and again, within one second: neither size nor time of the
# file betrays that it has changed.
never_stale() {
	local i status=0
	echo 0000 >/mnt/hot && exec 3</mnt/hot 4</mnt2/hot
	for i in 1 2 3 4 5 6 7 8 9; do
		printf 'a%03d' $i | dd of=/mnt/hot conv=notrunc 2>/tmp/dd &&
			is "a00$i" /mnt2/hot && is "a00$i" /mnt/hot &&
			printf 'b%03d' $i | dd of=/mnt2/hot conv=notrunc 2>/tmp/dd &&
			is "b00$i" /mnt/hot && is "b00$i" /mnt2/hot || status=1
	done
	exec 3<&- 4<&-
	return $status
}

# What is written is kept at the client, with a right to it, until another asks.
written_behind() {
	exec 3>/mnt/behind && printf one >&3 && is one /mnt2/behind && printf two >&3 &&
		is onetwo /mnt2/behind && exec 3>&-
}

# Who has closed a file may keep it open for a while, but is in nobody's way by that.  Names
# the client keeps by itself, for a second.
closed_is_closed() {
	echo kept >/mnt/closed && is kept /mnt/closed && mv /mnt2/closed /mnt2/moved &&
		is kept /mnt/moved && echo more >/mnt2/moved && is more /mnt/moved &&
		rm /mnt2/moved && until_true ! test -e /mnt/moved &&
		echo new >/mnt2/moved && until_true is new /mnt/moved && rm /mnt/moved
}

# Of a file that one client has open alone it has an oplock on 2.0, else a lease.
is_cached() {
	exec 3>/mnt/alone && printf x >&3
	case $dialect in
	2.0) host_says '1 0 0' cached ;;
	*) host_says '0 1 0' cached ;;
	esac
	local status=$?
	exec 3>&-
	rm /mnt/alone
	return $status
}

two_clients() {
	check "two clients: mount" mounted /mnt alice ''
	check "two clients: mount again" mounted /mnt2 alice ,nosharesock
	check "two clients: one caches" is_cached
	check "two clients: see each other" see_each_other
	check "two clients: nothing stale" never_stale
	check "two clients: written behind" written_behind
	check "two clients: what is closed" closed_is_closed
	check "two clients: umount" eval 'umount /mnt && umount /mnt2'
	check "two clients: nothing is cached" nothing_cached
}

# ----------------------------------------------------------------------------- locks --

# holds WORDS: a process has this lock, until let_go; and refused WORDS: now it can't be had.
holds() {
	rm -f /tmp/held
	lock "$@" sh -c ': >/tmp/held; exec sleep 1000' &
	holder=$!
	until_true test -e /tmp/held
}

let_go() {
	kill "$holder"
	wait "$holder"
	return 0
}

refused() {
	lock "$@" true
	[ $? = 1 ]
}

whole_files() {
	holds flock exclusive try /mnt/lock 0 0 && refused flock exclusive try /mnt2/lock 0 0 &&
		refused flock shared try /mnt2/lock 0 0
	local status=$?
	let_go
	[ $status = 0 ] && until_true lock flock exclusive try /mnt2/lock 0 0 true &&
		holds flock shared try /mnt/lock 0 0 &&
		lock flock shared try /mnt2/lock 0 0 true &&
		refused flock exclusive try /mnt2/lock 0 0
	status=$?
	let_go
	return $status
}

# Who caches a file keeps his locks of it to himself, until another opens it.
parts_of_files() {
	holds fcntl exclusive try /mnt/lock 10 10 &&
		lock fcntl exclusive try /mnt2/lock 0 10 true && host_says 1 locks &&
		lock fcntl exclusive try /mnt2/lock 20 0 true &&
		refused fcntl exclusive try /mnt2/lock 19 1 &&
		refused fcntl shared try /mnt2/lock 0 0
	local status=$?
	let_go
	return $status
}

# Who waits goes on when it is let go of: by its owner, or with his session.
waiting() { # let_go|ending
	rm -f /tmp/had
	holds "$2" exclusive wait /mnt/lock 0 10 || return
	lock "$2" exclusive wait /mnt2/lock 5 10 touch /tmp/had &
	local waiter=$! status
	sleep 0.3
	[ ! -e /tmp/had ] && "$1" && until_true test -e /tmp/had
	status=$?
	kill $waiter 2>/dev/null
	wait $waiter
	[ "$1" = let_go ] || let_go
	return $status
}

ending() {
	host_says yes end alice
}

locks() {
	check "locks: alice mounts" mounted /mnt alice ,nosharesock
	check "locks: bob mounts" mounted /mnt2 bob ,nosharesock
	check "locks: a file" eval 'echo 0123456789 >/mnt/lock && host_says yes allow lock'
	check "locks: flock" whole_files
	check "locks: fcntl" parts_of_files
	check "locks: flock waits" waiting let_go flock
	check "locks: fcntl waits" waiting let_go fcntl
	check "locks: the session of the holder ends" waiting ending fcntl
	check "locks: umount" eval 'umount /mnt && umount /mnt2'
	check "locks: no session stays" host_says 0 sessions
}

# Creating files takes an emulated client its time: 2,000 at both ends are enough.
for dialect in 2.0 2.1 3.0 3.0.2 3.1.1; do
	files=200
	case $dialect in 2.0 | 3.1.1) files=2000 ;; esac
	share plain '' $files
	users apart ,nosharesock apart
done
users together '' shared

for dialect in 3.0 3.0.2 3.1.1; do
	share sealed ,seal 200
done
users sealed ,seal,nosharesock apart

for dialect in 2.0 2.1 3.0 3.0.2 3.1.1; do
	two_clients
	locks
done
