# SPDX-License-Identifier: MIT
"""A disk share under load: whole trees and long files by two clients, many clients in one
directory, renames without end, a full disk, a disk that does not answer, and whoever wants
out of the share.  NETSESS_LOAD=long (`make load`) makes each as long as real work is."""

import concurrent.futures
import contextlib
import ctypes
import hashlib
import os
import pathlib
import random
import subprocess
import tempfile
import threading
import time

import pytest

import disk_client as dc
from disk_client import Client, status_of
from lab import BUILD, Netsessd, wait_until

LONG = os.environ.get("NETSESS_LOAD") == "long"
MIB = 1 << 20


def size(short, long):
    return long if LONG else short


@pytest.fixture
def work_dir():
    """Gone with the test: its files may be gigabytes."""
    with tempfile.TemporaryDirectory(prefix="netsess-load.") as folder:
        os.chmod(folder, 0o755)
        yield pathlib.Path(folder)


@pytest.fixture
def server():
    with Netsessd("max_unauthenticated = 100") as s:
        yield s


def share_of(server):
    return pathlib.Path(server.dir, "share")


def sums(folder):
    """What every file below is: name and checksum."""
    found = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        with path.open("rb") as f:
            digest = hashlib.file_digest(f, "sha256").hexdigest()
        found[str(path.relative_to(folder))] = digest
    return found


def smbclient(server, commands, share="data", code=0):
    done = subprocess.run(
        ["smbclient", f"//127.0.0.1/{share}", "-p", str(server.port), "-U", "alice%passalice",
         "-c", commands], capture_output=True, text=True, timeout=1800)
    if code is not None:
        assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def together(work, count):
    """work(0) ... work(count - 1), each in a thread; what they return."""
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return list(pool.map(work, range(count)))


# ------------------------------------------------------------------------ trees and files


@pytest.fixture
def tree(work_dir):
    """Files of 0 to 20,000 bytes, a hundred a directory."""
    folder = work_dir / "tree"
    dice = random.Random(1)
    for i in range(size(200, 10000)):
        path = folder / f"dir{i // 100:03}" / f"file {i:05}.dat"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(dice.randbytes(dice.randrange(20000)))
    return folder


def test_smbclient_puts_and_gets_a_tree(server, tree, work_dir):
    back = work_dir / "back"
    back.mkdir()
    smbclient(server, f"mkdir up; cd up; lcd {tree}; recurse ON; prompt OFF; mput *")
    assert sums(share_of(server) / "up") == sums(tree)
    smbclient(server, f"cd up; lcd {back}; recurse ON; prompt OFF; mget *")
    assert sums(back) == sums(tree)


def test_impacket_puts_and_gets_a_tree(server, tree, work_dir):
    client, back = Client(server), work_dir / "back"
    client.conn.createDirectory("data", "up")
    for folder in sorted(tree.iterdir()):
        client.conn.createDirectory("data", rf"up\{folder.name}")
        for path in folder.iterdir():
            with path.open("rb") as f:
                client.conn.putFile("data", rf"up\{folder.name}\{path.name}", f.read)
    assert sums(share_of(server) / "up") == sums(tree)
    for folder in client.list("up"):
        (back / folder).mkdir(parents=True)
        for name in client.list(rf"up\{folder}"):
            with (back / folder / name).open("wb") as f:
                client.conn.getFile("data", rf"up\{folder}\{name}", f.write)
    assert sums(back) == sums(tree)
    client.leave()


@pytest.fixture
def big(work_dir):
    folder = work_dir / "one"
    folder.mkdir()
    with (folder / "big").open("wb") as f:
        for _ in range(size(48, 4096)):
            f.write(os.urandom(MIB))
    return folder


def test_smbclient_puts_and_gets_a_long_file(server, big, work_dir):
    back = work_dir / "back"
    back.mkdir()
    smbclient(server, f"put {big}/big big; get big {back}/big")
    assert sums(share_of(server)) == sums(big) == sums(back)


def test_impacket_puts_and_gets_a_long_file(server, big, work_dir):
    client, back = Client(server), work_dir / "back"
    back.mkdir()
    with (big / "big").open("rb") as f:
        client.conn.putFile("data", "big", f.read)
    with (back / "big").open("wb") as f:
        client.conn.getFile("data", "big", f.write)
    assert sums(share_of(server)) == sums(big) == sums(back)
    client.leave()


# --------------------------------------------------------------- many clients, one folder


class Worker:
    """Does as it likes with files of its own, and knows what must then be there.  Some names
    are everybody's: of those it only wants to be the first."""

    def __init__(self, server, number):
        self.client = Client(server, ("alice", "bob", "carol")[number % 3])
        self.dice = random.Random(number)
        self.number = number
        self.made = 0
        self.files = {}  # name: content
        self.won = set()

    def name(self):
        self.made += 1
        return f"{self.number}-{self.made}.txt"

    def create(self):
        name, data = self.name(), self.dice.randbytes(self.dice.randrange(3000))
        self.client.put(name, data, dc.CREATE)
        self.files[name] = data

    def rewrite(self, name):
        self.files[name] = self.dice.randbytes(self.dice.randrange(3000))
        self.client.put(name, self.files[name])

    def look(self, name):
        assert self.client.get(name) == self.files[name]

    def rename(self, name):
        new = self.name()
        self.client.rename(name, new)
        self.files[new] = self.files.pop(name)

    def delete(self, name):
        self.client.delete(name)
        del self.files[name]

    def list(self):
        names = self.client.list()
        own = [n for n in names if n.startswith(f"{self.number}-")]
        assert sorted(own) == sorted(self.files), "a listing lost or doubled a name"

    def race(self, step):
        name = f"race {step}"
        status = status_of(self.client.put, name, b"%d" % self.number, dc.CREATE)
        assert status in (dc.SUCCESS, dc.COLLISION, dc.SHARING_VIOLATION), hex(status)
        if status == dc.SUCCESS:
            self.won.add(name)

    def work(self, steps):
        for step in range(steps):
            self.race(step)
            if len(self.files) < 5 or self.dice.random() < 0.3:
                self.create()
            elif self.dice.random() < 0.15:
                self.list()
            else:
                deed = self.dice.choice((self.rewrite, self.look, self.rename, self.delete))
                deed(self.dice.choice(sorted(self.files)))
        self.client.leave()


def test_ten_clients_in_one_directory(server):
    steps = size(40, 1500)
    workers = [Worker(server, i) for i in range(10)]
    together(lambda i: workers[i].work(steps), 10)
    races = [name for worker in workers for name in worker.won]
    assert sorted(races) == sorted(f"race {i}" for i in range(steps)), "one wins each race"
    there = {p.name: p.read_bytes() for p in share_of(server).iterdir()}
    wanted = {name: data for worker in workers for name, data in worker.files.items()}
    wanted |= {name: b"%d" % w.number for w in workers for name in w.won}
    assert there == wanted


def test_a_storm_of_renames_loses_no_file(server):
    """Files and the directories they are in go from name to name; nobody replaces."""
    share = share_of(server)
    for i in range(24):
        path = share / f"d{i % 4}" / f"f{i}"
        path.parent.mkdir(exist_ok=True)
        path.parent.chmod(0o777)
        path.write_text(f"file {i}")
    before = sorted(p.read_text() for p in share.rglob("f*"))

    def storm(number):
        client, dice = Client(server), random.Random(number)
        done = 0
        for _ in range(size(150, 5000)):
            def place():
                return f"d{dice.randrange(8)}"

            if dice.random() < 0.2:
                done += status_of(client.rename, place(), place()) == dc.SUCCESS
            else:
                done += status_of(client.rename, rf"{place()}\f{dice.randrange(24)}",
                                  rf"{place()}\f{dice.randrange(24)}") == dc.SUCCESS
        client.leave()
        return done

    assert min(together(storm, 6)) > 0
    assert sorted(p.read_text() for p in share.rglob("f*")) == before
    client = Client(server)
    seen = [client.get(rf"{d}\{f}") for d in client.list() for f in client.list(d)]
    assert sorted(data.decode() for data in seen) == before
    client.leave()


# ------------------------------------------------------------------------ disks that fail


@pytest.fixture
def small_disk(work_dir):
    """A file system of 16 MiB."""
    folder = work_dir / "small"
    folder.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m,mode=777", "tmpfs", folder],
                           capture_output=True, text=True)
    if mount.returncode != 0:
        pytest.skip(f"a small disk can't be mounted here: {mount.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def fill(client, name, chunk=256 * 1024):
    """Writes until there is no room: how much was confirmed."""
    file, done = client.open(name, disposition=dc.OVERWRITE_IF), 0
    while True:
        data = hashlib.sha256(b"%d" % done).digest() * (chunk // 32)
        status = status_of(client.write, file, data, done)
        if status != dc.SUCCESS:
            client.close(file)
            return status, done
        done += chunk


def test_a_full_disk_is_told_and_what_was_confirmed_is_there(small_disk, work_dir):
    with Netsessd(f'share "small" {{ path = "{small_disk}" }}') as server:
        client, other = Client(server, share="small"), Client(server, "bob", "small")
        for _ in range(size(2, 20)):
            status, done = fill(client, "much")
            assert status == dc.DISK_FULL, hex(status)
            assert 8 * MIB < done <= 16 * MIB
            data = (small_disk / "much").read_bytes()
            for at in range(0, done, 256 * 1024):
                assert data[at:at + 32] == hashlib.sha256(b"%d" % at).digest()
            # Nobody else is harmed, and a name can be had where no data can.
            assert status_of(other.put, "one more", b"x" * MIB) == dc.DISK_FULL
            assert len(other.list()) == 2
            assert client.get("one more") == (small_disk / "one more").read_bytes()
            client.delete("much")
            other.put("one more", b"y" * MIB)
            assert client.get("one more") == b"y" * MIB
            client.delete("one more")
        big = work_dir / "big"
        big.write_bytes(b"z" * 32 * MIB)
        assert "NT_STATUS_DISK_FULL" in smbclient(server, f"put {big} big", "small", None)
        smbclient(server, "del big", "small")
        client.put("small", b"works again")
        assert client.get("small") == b"works again"
        client.leave()
        other.leave()


def test_a_read_only_share_stays_as_it_is(work_dir):
    folder = work_dir / "fixed"
    (folder / "dir").mkdir(parents=True)
    folder.chmod(0o777)
    for name in ("a", "b", "dir/c"):
        (folder / name).write_text(name)
        (folder / name).chmod(0o666)
    before = looks_of(folder, read=True)
    with Netsessd(f'share "fixed" {{ path = "{folder}" read_only = true }}') as server:
        client = Client(server, share="fixed")
        deeds = [
            lambda: client.put("a", b"changed"),
            lambda: client.put("new", b"new"),
            lambda: client.make_dir("new"),
            lambda: client.delete("a"),
            lambda: client.delete("dir", dc.DIRECTORY),
            lambda: client.rename("a", "z"),
            lambda: client.open("b", dc.WRITE),
            lambda: client.open("b", dc.APPEND),
        ]
        for deed in deeds:
            assert status_of(deed) in (dc.ACCESS_DENIED, dc.WRITE_PROTECTED)
        assert client.get(r"dir\c") == b"dir/c"
        assert sorted(client.list()) == ["a", "b", "dir"]
        text = smbclient(server, f"put {__file__} new; mkdir n; del a; rename a q", "fixed", None)
        assert text.count("NT_STATUS_ACCESS_DENIED") + text.count("WRITE_PROTECTED") >= 4, text
        client.leave()
    assert looks_of(folder, read=True) == before


def test_one_slow_disk_delays_nobody_else(work_dir):
    """Reads and writes that do not come back, as many as a client has credits for: all others
    are served at once, and afterwards the stalled ones are, too."""
    stall = work_dir / "stall"
    env = {"LD_PRELOAD": str(BUILD / "tests/lib/slowdisk.so"), "SLOWDISK_STALL": str(stall),
           "ASAN_OPTIONS": "verify_asan_link_order=0"}
    with Netsessd(env=env) as server:
        slow, others = Client(server), [Client(server, user) for user in ("bob", "carol")]
        slow.put("slow file", b"slowly")
        for i, other in enumerate(others):
            other.put(f"quick {i}", b"at once")
        file = slow.open("slow file")
        stall.touch()
        for i in range(size(40, 100)):
            slow.smb.write(slow.tree, file, b"%03d" % i, 3 * i, 3, waitAnswer=False)
        longest = 0
        for i in range(size(100, 2000)):
            other, begin = others[i % 2], time.monotonic()
            other.put(f"quick {i % 2}", b"%d" % i)
            assert other.get(f"quick {i % 2}") == b"%d" % i
            assert "slow file" in other.list()
            longest = max(longest, time.monotonic() - begin)
        assert longest < 2, f"another client waited {longest:.1f} s"
        stall.unlink()
        wanted = b"".join(b"%03d" % i for i in range(size(40, 100)))
        wait_until(lambda: share_of(server).joinpath("slow file").read_bytes() == wanted,
                   "the slow disk's writes come to an end")
        for client in (*others, slow):
            client.leave()


# --------------------------------------------------------------------------------- names


def test_names_at_their_limits(server):
    client, share = Client(server), share_of(server)
    long_names = ["n" * 255, "ü" * 127, "😀" * 63, "日" * 85]
    odd_names = ["😀 smile.txt", "e\u0301 and é", "İstanbul", "ß", "a b  c", ".hidden",
                 "~$lock.docx", "100%", "semi;colon", "brac[k]et{s}", "amp&ersand", "q'uote"]
    for name in long_names + odd_names:
        client.put(name, name.encode())
        assert (share / name).read_bytes() == name.encode()
    assert sorted(client.list()) == sorted(long_names + odd_names)
    for name in long_names + odd_names:
        assert client.get(name) == name.encode()
        client.rename(name, "between")
        client.rename("between", name)
        client.delete(name)
    assert client.list() == []
    for name in ("n" * 256, "ü" * 128, "😀" * 64):
        assert status_of(client.put, name, b"") != dc.SUCCESS
    assert list(share.iterdir()) == []
    client.leave()


def test_names_that_end_in_dots_and_blanks(server):
    """Whether they are made is the server's to say; but what it shows can be opened under
    that name, and holds what the file of that name on the disk holds."""
    client, share = Client(server), share_of(server)
    here = ["dot.", "dots...", "blank ", "both. .", "...", "plain"]
    for name in here:
        (share / name).write_text(f"disk {name}")
        (share / name).chmod(0o666)
    shown = client.list()
    assert len(set(shown)) == len(shown) and "plain" in shown
    contents = [client.get(name).decode() for name in shown]
    assert len(set(contents)) == len(contents)
    assert set(contents) <= {f"disk {name}" for name in here}
    for name in ("made.", "made ", "made..."):
        if status_of(client.put, name, name.encode()) == dc.SUCCESS:
            assert client.get(name) == name.encode()
    assert {f"disk {name}" for name in here} <= {p.read_text() for p in share.iterdir()}
    client.leave()


# ------------------------------------------------------------------------ the way outside

SECRET = b"nobody in the share may read this"


def looks_of(folder, read=False):
    """All that a touch would change, of a folder and what is in it; without the time of the
    last access if it may be read."""
    looks = {}
    for path in (folder, *sorted(folder.rglob("*"))):
        s = path.lstat()
        looks[str(path)] = (s.st_ino, s.st_mode, s.st_nlink, s.st_uid, s.st_gid, s.st_size,
                            0 if read else s.st_atime_ns, s.st_mtime_ns, s.st_ctime_ns)
    return looks


@pytest.fixture
def outside(server):
    """Canaries beside the share: whoever reads or changes one leaves a trace.  Their access
    times are so old that with relatime, too, the first read is noted."""
    folder = pathlib.Path(server.folder) / "outside"
    (folder / "deep").mkdir(parents=True)
    for name in ("canary", "victim", "goner", "only outside", "deep/canary"):
        (folder / name).write_bytes(SECRET)
        (folder / name).chmod(0o666)
    folder.chmod(0o777)
    for path in (*folder.rglob("*"), folder):
        os.utime(path, (10**9, 10**9))
    before = looks_of(folder)
    yield folder
    assert looks_of(folder) == before
    for path in folder.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == SECRET


def all_deeds(client, name):
    """Whatever a client can do with a name; what it then knows."""
    known = []

    def read():
        known.append(client.get(name))

    def see():
        known.extend(n.encode() for n in client.list(name))

    def into():
        client.put("mine", b"mine")
        client.rename("mine", name + r"\mine", True)

    def over():
        client.put("mine", b"mine")
        client.rename("mine", name, True)

    for deed in (read, see, into, over, lambda: client.put(name, b"overwritten"),
                 lambda: client.put(name, b"made", dc.CREATE),
                 lambda: client.put(name + r"\new", b"made"),
                 lambda: client.put(name + r"\victim", b"overwritten"),
                 lambda: client.make_dir(name + r"\new"),
                 lambda: client.rename(name + r"\goner", "gone", True),
                 lambda: client.delete(name + r"\goner"),
                 lambda: client.open(name, 0x2000000)):
        status_of(deed)
    return known


def test_no_name_leads_out(server, outside):
    client, share = Client(server), share_of(server)
    up = [r"..\..\outside", r"..", r"dir\..\..\..\outside", r".\..\..\outside", r"dir\...\..",
          f"{outside}", rf"\{outside}", rf"\\?\{outside}", rf"..\..\outside\canary",
          rf"dir\..\..\..\outside\canary", "../../outside/canary", r"C:\outside"]
    (share / "dir").mkdir()
    (share / "dir").chmod(0o777)
    for name in up:
        for known in all_deeds(client, name):
            assert SECRET not in known and b"only outside" not in known
    client.leave()


def test_no_link_leads_out(server, outside):
    client, share = Client(server), share_of(server)
    (share / "inner").write_text("inner")
    links = {
        "file": outside / "canary", "dir": outside, "near": "../../outside",
        "chain": "dir", "chain2": "chain/deep", "deeper": "near/deep/canary",
        "missing": outside / "new", "round": "round", "proc": "/proc/self/root",
        "up": "..", "inside": "inner",
    }
    for name, target in links.items():
        (share / name).symlink_to(target)
    for name in links:
        if name == "inside":
            continue
        for known in (*all_deeds(client, name), *all_deeds(client, name + r"\canary"),
                      *all_deeds(client, name + r"\outside\canary")):
            assert SECRET not in known and b"only outside" not in known
    assert client.get("inside") == b"inner"
    client.leave()


class Swapper(threading.Thread):
    """Two names of the disk change places, again and again."""

    def __init__(self, a, b):
        super().__init__()
        self.names = os.fsencode(a), os.fsencode(b)
        self.over = False
        self.swaps = 0

    def run(self):
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
        while not self.over:
            assert renameat2(-100, self.names[0], -100, self.names[1], 2) == 0
            self.swaps += 1

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over = True
        self.join()


def test_nobody_slips_out_while_links_change(server, outside):
    """A directory and a file of the share that are now themselves, now links to outside."""
    share = share_of(server)
    (share / "door").mkdir()
    (share / "door").chmod(0o777)
    for name in ("door/canary", "door/victim", "page"):
        (share / name).write_text("inside")
        (share / name).chmod(0o666)
    (share / "trap").symlink_to(outside)
    (share / "leaf").symlink_to(outside / "canary")
    until = time.monotonic() + size(4, 120)

    def slip(number):
        client, met = Client(server), set()
        while time.monotonic() < until:
            for known in (*all_deeds(client, "door"), *all_deeds(client, "page")):
                assert SECRET not in known and b"only outside" not in known
            with contextlib.suppress(Exception):
                met.add(client.get(r"door\canary"))
            status_of(client.put, r"door\victim", b"inside")
            status_of(client.put, r"door\goner", b"inside")
            status_of(client.put, "page", b"inside")
        client.leave()
        return met

    with Swapper(share / "door", share / "trap") as one, \
            Swapper(share / "page", share / "leaf") as two:
        met = together(slip, 3)
    assert one.swaps > 100 and two.swaps > 100
    assert set().union(*met) <= {b"inside", b"overwritten", b"made", b"mine", b""}
