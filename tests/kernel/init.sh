#!/bin/busybox sh
# SPDX-License-Identifier: MIT
#
# The first and only process of the guest: loads the kernel's modules, sets up the network and
# goes through checks.sh.  Lines on the console are for run.sh: "ok NAME", "FAIL NAME: why",
# and "@WORDS", which asks it for something on its side and is answered with one line.
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tmpfs tmp /tmp
exec </dev/ttyS0 >/dev/ttyS0 2>&1
stty -echo -onlcr
dmesg -n 1

# The loader of a real system takes them by name, with what they need; these are in order.
while read -r module; do
	insmod "/modules/$module" || echo "FAIL $module: was not loaded"
done </modules/order
ip link set lo up
ip addr add 10.0.2.15/24 dev eth0
ip link set eth0 up

(. /checks.sh && echo '@finished')
poweroff -f
