# SPDX-License-Identifier: MIT
# A thin front: the build itself is Meson's.  Each target installs the Debian packages that
# it misses (tools/install-deps.sh).

.PHONY: build check check-kernel load fuzz demo bench install clean

build:
	@tools/install-deps.sh build
	@tools/build.sh

check:
	@tools/install-deps.sh check
	@tools/check.sh

# The Linux kernel's own client against netsessd, in an emulated machine.
check-kernel:
	@tools/install-deps.sh kernel
	@tools/build.sh
	@tests/kernel/run.sh

# Hours of work on a disk share in some minutes: whole trees, files of 4 GiB, crowds, full disks.
load:
	@tools/install-deps.sh check
	@tools/build.sh
	@NETSESS_LOAD=long NETSESS_BUILD=build PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 -m pytest \
		-v -rs -p no:cacheprovider tests/interop/test_disk.py

# Each fuzz target for SECONDS; with TARGET, that one.
fuzz:
	@tools/install-deps.sh check
	@tests/fuzz/run.sh $(or $(SECONDS),120) $(TARGET)

demo:
	@tools/install-deps.sh demo
	@tools/build.sh
	@tools/demo.sh

bench:
	@tools/install-deps.sh check
	@tools/build.sh
	@bench/bench.py build
	@bench/server.py build
	@bench/disk.py build

install: build
	@meson install -C build --no-rebuild

clean:
	@rm -rf build build-asan build-cov build-fuzz
