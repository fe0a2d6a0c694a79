# SPDX-License-Identifier: MIT
"""netsess passwd: an accounts file is changed as a whole or not at all."""

import os
import stat
import threading

import pytest


@pytest.fixture
def file(tmp_path):
    return tmp_path / "accounts"


def set_password(cli, file, user, password, *args):
    return cli.run("passwd", str(file), user, "--password-file", "-", *args, input=password + "\n")


def names(file):
    return [line.split(":")[0] for line in file.read_text().splitlines() if line]


def test_makes_a_file_for_its_owner_alone(cli, file):
    done = set_password(cli, file, "alice", "passalice")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "netsess: alice: the password is set\n"
    assert names(file) == ["alice"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "passalice" not in file.read_text()
    assert os.listdir(file.parent).count("accounts") == 1
    assert not [name for name in os.listdir(file.parent) if name.startswith("accounts.")]


def test_changes_one_line_and_keeps_the_rest(cli, file):
    file.write_text("# ours\nbob:209c6174da490caeb422f3fa5a7ae634\n\n")
    file.chmod(0o640)
    assert set_password(cli, file, "alice", "a", "-q").stderr == ""
    assert set_password(cli, file, "ALICE", "other").returncode == 0
    lines = file.read_text().splitlines()
    assert lines[:3] == ["# ours", "bob:209c6174da490caeb422f3fa5a7ae634", ""]
    assert len(lines) == 4 and lines[3].startswith("alice:")
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_disable_enable_delete(cli, file):
    set_password(cli, file, "alice", "a")
    before = file.read_text()
    assert cli.run("passwd", "--disable", str(file), "Alice").returncode == 0
    assert file.read_text() == before.rstrip("\n") + ":disabled\n"
    assert cli.run("passwd", "--enable", str(file), "alice").returncode == 0
    assert file.read_text() == before
    assert cli.run("passwd", "--delete", str(file), "alice").returncode == 0
    assert file.read_text() == ""
    done = cli.run("passwd", "--delete", str(file), "alice")
    assert (done.returncode, done.stderr) == (1, f"netsess: {file}: there is no account alice\n")


def test_a_terminal_is_asked_twice(cli, file):
    t = cli.terminal("passwd", str(file), "alice")
    t.read_until("New password for alice: ")
    t.wait_for(lambda: not t.echoes())
    t.type("secret\n")
    t.read_until("The same again: ")
    t.wait_for(lambda: not t.echoes())
    t.type("secret\n")
    assert t.finish() == 0
    assert "secret" not in t.seen
    asked = file.read_text()
    file.unlink()
    set_password(cli, file, "alice", "secret")
    assert file.read_text() == asked


def test_two_different_passwords_set_none(cli, file):
    t = cli.terminal("passwd", str(file), "alice")
    t.read_until("New password for alice: ")
    t.wait_for(lambda: not t.echoes())
    t.type("secret\n")
    t.read_until("The same again: ")
    t.wait_for(lambda: not t.echoes())
    t.type("secrte\n")
    assert t.finish() == 2
    assert "two different passwords" in t.seen
    assert not file.exists()


@pytest.mark.parametrize("user", ["", "a:b", "DOM\\bob", "bob@realm", "#bob", "a\nb"])
def test_bad_names(cli, file, user):
    done = set_password(cli, file, user, "x")
    assert done.returncode == 2 and "can't be the name" in done.stderr
    assert not file.exists()


def test_refusals(cli, file):
    assert set_password(cli, file, "alice", "").returncode == 2
    assert not file.exists()
    assert cli.run("passwd", "--delete", "--disable", str(file), "a").returncode == 2
    assert cli.run("passwd", str(file)).returncode == 2
    assert cli.run("passwd", str(file), "a", "b").returncode == 2
    assert cli.run("passwd", "--delete", str(file), "alice").returncode == 5
    assert not file.exists()


def test_a_broken_file_is_named_and_left(cli, file):
    file.write_text("ok:209c6174da490caeb422f3fa5a7ae634\nnonsense\n")
    done = set_password(cli, file, "alice", "a")
    assert done.returncode == 5 and f"{file}:2: " in done.stderr
    assert file.read_text().endswith("nonsense\n")
    assert os.listdir(file.parent).count("accounts") == 1


def test_many_at_once_lose_nothing(cli, file):
    users = [f"user{i}" for i in range(12)]
    threads = [threading.Thread(target=set_password, args=(cli, file, user, user))
               for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(names(file)) == sorted(users)
