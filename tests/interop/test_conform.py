# SPDX-License-Identifier: MIT
"""netsess-conform against a Samba, whose deviations are known one by one, and against
netsessd, which has none."""

import contextlib
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading

import pytest

from lab import BUILD, ROOT, free_port

CONFORM = str(BUILD / "netsess-conform")
KNOWN = pathlib.Path(__file__).with_name("conform-samba.txt")
CASE = re.compile(r"(not ok|ok) \d+ - (.*?)(?: # SKIP .*)?$")


class Netsessd:
    """A netsessd of our own; see tests/lib/netsessd.sh for its accounts."""

    script = ROOT / "tests/lib/netsessd.sh"

    def __init__(self, folder, *lines):
        self.lines = lines
        self.dir = str(folder / "netsessd")
        self.port = free_port()
        self.server = rf"\\127.0.0.1:{self.port}"
        self.env = {**os.environ, "NETSESS_BUILD": str(BUILD)}

    def __enter__(self):
        subprocess.run([self.script, "start", self.dir, str(self.port), *self.lines], check=True,
                       env=self.env)
        return self

    def __exit__(self, *_):
        subprocess.run([self.script, "stop", self.dir], check=False, env=self.env)


@pytest.fixture
def accounts(tmp_path):
    """The options that name the accounts of both servers, whose names are the same."""
    options = []
    for role, user in (("admin", "smbadmin"), ("user1", "alice"), ("user2", "bob")):
        path = tmp_path / f"{user}.auth"
        path.write_text(f"username = {user}\npassword = pass{user}\n")
        path.chmod(0o600)
        options += [f"--{role}-auth", str(path)]
    return options


def conform(server, *options):
    return subprocess.run([CONFORM, server, "--share", "data", *options], capture_output=True,
                          text=True, timeout=240, stdin=subprocess.DEVNULL)


def cases(tap):
    """{"topic: name": whether it is ok}, and the plan must be kept."""
    found = [m for line in tap.splitlines() if (m := CASE.match(line))]
    assert tap.startswith(f"1..{len(found)}\n"), tap
    assert len({m[2] for m in found}) == len(found), "two cases have one name"
    return {m[2]: m[1] == "ok" for m in found}


def test_samba_deviates_where_it_is_known_to(samba, accounts):
    done = conform(samba.server, *accounts, "--tap")
    assert done.returncode == 1, done.stderr
    seen = cases(done.stdout)
    assert " # SKIP " not in done.stdout
    known = {line for line in KNOWN.read_text().splitlines() if line and line[0] != "#"}
    failed = {name for name, ok in seen.items() if not ok}
    assert failed - known == set(), done.stdout
    assert known - failed == set(), "does what it is not known to do"


@pytest.mark.skipif(not (BUILD / "netsessd").exists(), reason="netsessd is not built")
def test_netsessd_passes_every_case(tmp_path, accounts):
    with Netsessd(tmp_path) as server:
        done = conform(server.server, *accounts, "--tap")
        assert " # SKIP " not in done.stdout
        assert [name for name, ok in cases(done.stdout).items() if not ok] == [], done.stdout
        assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not (BUILD / "netsessd").exists(), reason="netsessd is not built")
@pytest.mark.parametrize("line, lacks", [
    ("encryption = required", ["SMB 2.0.2", "SMB 2.1"]),
    ('max_protocol = "3.0.2"', ["SMB 3.1.1"]),
    ('min_protocol = "3.1.1"', ["SMB 2.0.2", "SMB 2.1", "SMB 3.0", "SMB 3.0.2"]),
])
def test_what_netsessd_is_told_not_to_speak_is_skipped(tmp_path, accounts, line, lacks):
    with Netsessd(tmp_path, line) as server:
        done = conform(server.server, *accounts, "--tap", "--only", "session")
    lines = [text for text in done.stdout.splitlines() if CASE.match(text)]
    skipped = {text for text in lines if " # SKIP " in text}
    assert skipped == {text for text in lines if any(
        re.search(rf"{re.escape(name)}(,| #|$)", text) for name in lacks)}
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(not (BUILD / "netsessd").exists(), reason="netsessd is not built")
def test_where_nobody_may_make_a_file_cases_of_files_are_skipped(tmp_path, accounts):
    share = f'share "ro" {{ path = "{tmp_path}" read_only = true }}'
    with Netsessd(tmp_path, share) as server:
        done = conform(server.server, *accounts, "--tap", "--only", "session", "--share", "ro")
    skipped = re.findall(r"^ok \d+ - session: (.*), SMB .* # SKIP user1@A may not", done.stdout,
                         re.MULTILINE)
    assert skipped == ["a neighbour's open file"] * 7, done.stdout
    assert done.stdout.count(" # SKIP ") == 7
    assert done.returncode == 0, done.stdout


def test_without_addresses_of_their_own_workstations_skip_what_needs_them(samba, accounts):
    """By name the server is not known to be on loopback: the tool takes no address for
    granted, and a client's name would stand for the administrator, too."""
    done = conform(f"localhost:{samba.port}", *accounts, "--tap", "--only", "del")
    assert done.returncode == 1, done.stderr
    assert "del: client only, user NULL # SKIP needs two addresses" in done.stdout
    assert cases(done.stdout)["del: client and user"]


def test_one_topic_in_each_form(samba, accounts):
    table = conform(samba.server, *accounts, "--only", "ndr").stdout
    assert "  ok       Del: no parameters " in table
    assert " 0 not ok, 0 skipped" in table
    markdown = conform(samba.server, *accounts, "--only", "access", "--markdown", "--label",
                       "a|server").stdout
    rows = [line for line in markdown.splitlines() if line.startswith("| ")]
    assert rows[0] == r"| case | section | expected | a\|server |"
    assert {len(row.split(" | ")) for row in rows} == {4}


@pytest.mark.parametrize("change, status, says", [
    (["--only", "everything"], 2, "there is no topic everything"),
    (["--from", "127.0.0.2"], 2, "two addresses"),
    (["--from", "192.0.2.1,192.0.2.2"], 4, "user1@A can't connect"),
    (["--timeout", "0"], 2, "seconds"),
    (["--user1-auth", "/nonexistent"], 2, "user1 /nonexistent"),
    (["--user1", "nobody-at-all"], 4, "user1@A can't sign in: NT_STATUS_LOGON_FAILURE"),
])
def test_what_cannot_be_tried_is_said(samba, accounts, change, status, says):
    done = conform(samba.server, *accounts, *change)
    assert done.returncode == status, done.stderr
    assert says in done.stderr
    assert done.stdout == ""


def test_a_server_that_is_not_there(accounts):
    done = conform(f"127.0.0.1:{free_port()}", *accounts)
    assert done.returncode == 4
    assert "the administrator can't connect" in done.stderr


@pytest.mark.skipif(not (BUILD / "netsessd").exists(), reason="netsessd is not built")
def test_a_server_that_goes_away_is_given_up(tmp_path, accounts):
    with Netsessd(tmp_path) as server:
        run = subprocess.Popen([CONFORM, server.server, "--share", "data", *accounts, "--tap"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        head = [run.stdout.readline() for _ in range(10)]
        assert head[2] == "ok 1 - del: client and user\n"
        os.kill(int(pathlib.Path(server.dir, "pid").read_text()), signal.SIGKILL)
        rest, said = run.communicate(timeout=60)
        assert run.returncode == 4
        assert "given up: " in said
        assert rest.count("not ok ") >= 5


@pytest.mark.parametrize("talk", [b"", b"\x00" * 4, b"\x00\x00\x00\x40" + b"\xff" * 64,
                                  b"\x00\xff\xff\xff\xfeSMB", b"HTTP/1.0 400 No\r\n\r\n"])
def test_a_server_that_talks_nonsense(accounts, talk):
    def answer(listener):
        with contextlib.suppress(OSError):
            while True:
                with listener.accept()[0] as peer:
                    peer.recv(4096)
                    peer.sendall(talk)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=answer, args=(listener,), daemon=True).start()
        done = conform(f"127.0.0.1:{listener.getsockname()[1]}", *accounts)
        assert done.returncode == 4, done
        assert "the administrator can't connect" in done.stderr
        listener.shutdown(socket.SHUT_RDWR)


def test_the_topics_are_listed():
    done = subprocess.run([CONFORM, "--list"], capture_output=True, text=True, check=True)
    topics = [line.split()[0] for line in done.stdout.splitlines()]
    assert topics == ["del", "enum", "rows", "resume", "access", "ndr", "rpc", "session"]
