# SPDX-License-Identifier: MIT
"""A netsessd that is root: whose files are whose, for smbclient and smbcacls as several users.

smbcacls knows no port but 445, so server and clients have a network of their own.  The users
are nss_wrapper's: nobody has to be made on this machine."""

import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest
from lab import BUILD, ROOT, wait_until

UIDS = {"alice": 40001, "bob": 40002, "carol": 40003}
TEAM = 40010  # alice and bob
NOBODY = 65534

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="who is not root serves all as itself")


class Office:
    """The server, and who works there."""

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="netsess-users-")
        self.share = pathlib.Path(self.dir, "share")
        os.chmod(self.dir, 0o755)
        pathlib.Path(self.dir, "passwd").write_text("root:x:0:0::/:\n" + "".join(
            f"{user}:x:{uid}:{uid}::/:\n" for user, uid in UIDS.items()) +
            f"nobody:x:{NOBODY}:{NOBODY}::/:\n")
        pathlib.Path(self.dir, "group").write_text(f"team:x:{TEAM}:alice,bob\n" + "".join(
            f"{user}:x:{uid}:\n" for user, uid in UIDS.items()) + f"nogroup:x:{NOBODY}:\n")
        self.net = subprocess.Popen(["unshare", "-n", "sleep", "600"])
        wait_until(lambda: os.readlink(f"/proc/{self.net.pid}/ns/net") !=
                   os.readlink("/proc/self/ns/net"), "the network is there")
        self.run("ip", "link", "set", "lo", "up", check=True)
        self.script("start", self.dir, "445")

    def script(self, *args):
        self.run(ROOT / "tests/lib/netsessd.sh", *args, check=True, env={
            **os.environ, "NETSESS_BUILD": str(BUILD), "LD_PRELOAD": "libnss_wrapper.so",
            "NSS_WRAPPER_PASSWD": f"{self.dir}/passwd",
            "NSS_WRAPPER_GROUP": f"{self.dir}/group"})

    def run(self, *args, **how):
        how = {"capture_output": True, "text": True, "timeout": 60, **how}
        return subprocess.run(["nsenter", "-t", str(self.net.pid), "-n", *map(str, args)], **how)

    def client(self, user, *commands):
        done = self.run("smbclient", "//127.0.0.1/data", "-U", f"{user}%pass{user}", "-c",
                        "; ".join(commands))
        return done.stdout + done.stderr

    def acl(self, user, name, *args):
        done = self.run("smbcacls", "//127.0.0.1/data", name, "-U", f"{user}%pass{user}", *args)
        return (done.stdout + done.stderr).splitlines()

    def write(self, name, content, user=None, mode=0o644):
        path = self.share / name
        path.write_text(content)
        if user is not None:
            os.chown(path, UIDS[user], UIDS[user])
        path.chmod(mode)
        return path

    def close(self):
        self.script("stop", self.dir)
        self.net.kill()
        self.net.wait()
        shutil.rmtree(self.dir)


@pytest.fixture(scope="module")
def office():
    there = Office()
    yield there
    there.close()


@pytest.fixture
def content(tmp_path):
    path = tmp_path / "content"
    path.write_text("content")
    return path


def sid(user):
    return f"S-1-22-1-{UIDS[user]}"


def test_what_alice_makes_is_hers(office, content):
    office.client("alice", f"put {content} hers", "mkdir herdir")
    assert (office.share / "hers").stat().st_uid == UIDS["alice"]
    assert (office.share / "hers").stat().st_gid == UIDS["alice"]
    assert (office.share / "herdir").stat().st_uid == UIDS["alice"]


def test_who_is_no_unix_user_is_nobody(office, content):
    office.client("smbadmin", f"put {content} admins")
    assert (office.share / "admins").stat().st_uid == NOBODY


def test_bobs_private_file_is_bobs(office, content, tmp_path):
    folder = office.share / "bobs"
    folder.mkdir()
    os.chown(folder, UIDS["bob"], UIDS["bob"])
    path = office.write("bobs/private", "bob's secret", "bob", 0o600)
    for command in (f"get bobs/private {tmp_path}/got", f"put {content} bobs/private",
                    "rename bobs/private bobs/hers", "rename bobs/private hers2",
                    "del bobs/private", "hardlink bobs/private bobs/link",
                    "setmode bobs/private +r", "setea bobs/private a b",
                    "geteas bobs/private", f"put {content} bobs/new", "mkdir bobs/dir",
                    "scopy bobs/private copy"):
        said = office.client("alice", command)
        assert "NT_STATUS_ACCESS_DENIED" in said, (command, said)
    for args in (("-a", f"ACL:{sid('alice')}:ALLOWED/0x0/FULL"), ("-C", sid("alice")),
                 ("-S", f"ACL:{sid('alice')}:ALLOWED/0x0/FULL")):
        assert "NT_STATUS_ACCESS_DENIED" in "".join(office.acl("alice", "bobs/private", *args))
    assert path.read_text() == "bob's secret"
    assert path.stat().st_uid == UIDS["bob"]
    assert path.stat().st_mode & 0o7777 == 0o600
    assert [p.name for p in folder.iterdir()] == ["private"]
    assert not (office.share / "copy").exists()
    assert "getting file" in office.client("bob", f"get bobs/private {tmp_path}/got")


def test_a_private_folder_is_not_listed(office):
    folder = office.share / "closed"
    folder.mkdir(mode=0o700)
    os.chown(folder, UIDS["bob"], UIDS["bob"])
    office.write("closed/inside", "", "bob")
    assert "NT_STATUS_ACCESS_DENIED" in office.client("alice", "ls closed/*")
    assert "inside" in office.client("bob", "ls closed/*")


def test_a_team_shares_a_setgid_folder(office, content, tmp_path):
    folder = office.share / "team"
    folder.mkdir()
    os.chown(folder, 0, TEAM)
    folder.chmod(0o2770)
    office.client("alice", f"put {content} team/plan", "mkdir team/sub")
    assert (folder / "plan").stat().st_gid == TEAM
    assert (folder / "sub").stat().st_gid == TEAM
    assert (folder / "sub").stat().st_mode & 0o2000
    assert "getting file" in office.client("bob", f"get team/plan {tmp_path}/got")
    assert "NT_STATUS_ACCESS_DENIED" in office.client("carol", "ls team/*")


def test_in_a_sticky_folder_each_deletes_his_own(office, content):
    folder = office.share / "drop"
    folder.mkdir()
    folder.chmod(0o1777)
    office.client("alice", f"put {content} drop/hers")
    assert "NT_STATUS_ACCESS_DENIED" in office.client("bob", "del drop/hers")
    assert (folder / "hers").exists()
    office.client("alice", "del drop/hers")
    assert not (folder / "hers").exists()


def test_an_entry_gives_and_is_taken_back(office, content, tmp_path):
    office.write("note", "x", "alice", 0o600)
    get, put = f"get note {tmp_path}/got", f"put {content} note"
    before = office.acl("alice", "note")
    assert "NT_STATUS_ACCESS_DENIED" in office.client("bob", get)
    entry = f"ACL:{sid('bob')}:ALLOWED/0x0/R"
    assert office.acl("alice", "note", "-a", entry) == []
    assert entry in office.acl("alice", "note")
    assert "getting file" in office.client("bob", get)
    assert "NT_STATUS_ACCESS_DENIED" in office.client("bob", put)
    assert "NT_STATUS_ACCESS_DENIED" in office.client("carol", get)
    assert office.acl("alice", "note", "-M", f"ACL:{sid('bob')}:ALLOWED/0x0/CHANGE") == []
    assert "putting file" in office.client("bob", put)
    assert office.acl("alice", "note", "-D", f"ACL:{sid('bob')}:ALLOWED/0x0/RWXD") == []
    assert office.acl("alice", "note") == before
    assert "NT_STATUS_ACCESS_DENIED" in office.client("bob", get)


def test_who_is_denied_has_less_than_everyone(office, content, tmp_path):
    office.write("board", "x", "alice", 0o666)
    assert office.acl("alice", "board", "-a",
                      f"ACL:{sid('bob')}:DENIED/0x0/0x00000116") == []
    assert f"ACL:{sid('bob')}:DENIED/0x0/0x00000116" in office.acl("alice", "board")
    assert "getting file" in office.client("bob", f"get board {tmp_path}/got")
    assert "NT_STATUS_ACCESS_DENIED" in office.client("bob", f"put {content} board")
    assert "putting file" in office.client("carol", f"put {content} board")


def test_a_folder_hands_down(office, content, tmp_path):
    office.client("alice", "mkdir project")
    assert office.acl("alice", "project", "-a",
                      f"ACL:{sid('bob')}:ALLOWED/OI|CI/CHANGE") == []
    assert any(line.startswith(f"ACL:{sid('bob')}:ALLOWED/OI|CI/")
               for line in office.acl("alice", "project"))
    office.client("alice", f"put {content} project/a", "mkdir project/sub")
    assert "getting file" in office.client("bob", f"get project/a {tmp_path}/got")
    assert "putting file" in office.client("bob", f"put {content} project/sub/b")
    assert "NT_STATUS_ACCESS_DENIED" in office.client("carol", f"get project/a {tmp_path}/got")


def test_nobody_gives_a_file_away(office):
    path = office.write("gift", "x", "alice")
    assert "NT_STATUS_INVALID_OWNER" in "".join(office.acl("alice", "gift", "-C", sid("bob")))
    assert path.stat().st_uid == UIDS["alice"]
