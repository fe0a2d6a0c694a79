# SPDX-License-Identifier: MIT
"""Where passwords come from, and where they never show."""

import os
import signal

import pytest
from conftest import server


@pytest.fixture
def one(cli):
    cli.servers({"fs1": server(), "": server()})
    return cli


def test_password_in_argv_is_refused(one):
    done = one.run("list", "fs1", "-U", "admin%s3cret")
    assert done.returncode == 2
    assert "ps" in done.stderr and "--password-file" in done.stderr
    assert "s3cret" not in done.stderr
    assert one.asked() == []


def test_prompt(one):
    t = one.terminal("list", "fs1", "-U", "DOM\\admin")
    t.read_until("Password for DOM\\admin: ")
    t.wait_for(lambda: not t.echoes())
    t.type("pass wörd\n")
    assert t.finish() == 0
    assert "wörd" not in t.seen
    request = one.asked()[0]
    assert (request["as"], request["password"]) == ("DOM\\admin", "pass wörd")


def test_prompt_leaves_the_terminal_as_it_was(one):
    t = one.terminal("list", "fs1", "-U", "admin")
    t.read_until("Password for admin: ")
    t.wait_for(lambda: not t.echoes())
    os.kill(t.process.pid, signal.SIGTERM)
    assert t.process.wait(20) == -signal.SIGTERM
    assert t.echoes()
    assert one.asked() == []


def test_prompt_is_interrupted_from_the_keyboard(one):
    t = one.terminal("list", "fs1", "-U", "admin")
    t.read_until("Password for admin: ")
    t.wait_for(lambda: not t.echoes())
    t.type("half\x03")
    assert t.process.wait(20) == -signal.SIGINT
    assert t.echoes()


def test_prompt_comes_again_after_a_stop(one):
    t = one.terminal("list", "fs1", "-U", "admin")
    t.read_until("Password for admin: ")
    t.wait_for(lambda: not t.echoes())
    os.kill(t.process.pid, signal.SIGTSTP)
    # The process leads a session: nobody could continue it, so the kernel lets it go on.
    t.read_until("Password for admin: \r\nPassword for admin: ")
    t.wait_for(lambda: not t.echoes())
    t.type("secret\n")
    assert t.finish() == 0
    assert one.asked()[0]["password"] == "secret"


def test_end_of_input_at_the_prompt(one):
    t = one.terminal("list", "fs1", "-U", "admin")
    t.read_until("Password for admin: ")
    t.wait_for(lambda: not t.echoes())
    t.type("\x04")
    assert t.finish() == 2
    assert one.asked() == []


def test_no_cores_and_no_password_in_argv_while_it_waits(one):
    t = one.terminal("list", "fs1", "-U", "admin")
    t.read_until("Password for admin: ")
    with open(f"/proc/{t.process.pid}/limits") as limits:
        core = next(line for line in limits if line.startswith("Max core file size"))
    assert core.split()[4] in ("0", "1")
    t.type("\x03")
    t.process.wait(20)


def test_no_terminal_to_ask_on(one):
    done = one.run("list", "fs1", "-U", "admin", start_new_session=True)
    assert done.returncode == 2
    assert "--password-file" in done.stderr
    assert one.asked() == []


def test_nobody_is_asked_where_no_password_is_needed(one, tmp_path):
    auth = tmp_path / "auth"
    auth.write_text("")
    for args in (["fs1", "-k", "-U", "admin"], ["-U", "admin"],
                 ["fs1", "-U", "admin", "-A", str(auth)]):
        assert one.run("list", *args, start_new_session=True).returncode == 0
    one.env["NETSESS_PASSWD_FILE"] = str(auth)
    assert one.run("list", "fs1", "-U", "admin", start_new_session=True).returncode == 0


@pytest.mark.parametrize("content,password", [
    ("secret\n", "secret"), ("secret", "secret"), ("two words\r\nmore\n", "two words"),
    (" leading", " leading"), ("", ""),
])
def test_password_file(one, tmp_path, content, password):
    path = tmp_path / "password"
    path.write_bytes(content.encode())
    path.chmod(0o600)
    done = one.run("list", "fs1", "-U", "admin", "--password-file", str(path))
    assert done.returncode == 0
    assert "read this password" not in done.stderr
    assert one.asked()[0]["password"] == password
    done = one.run("list", "fs1", "-U", "admin", "--password-file", "-", input=content)
    assert done.returncode == 0
    assert one.asked()[1]["password"] == password


@pytest.mark.parametrize("content", [b"x" * 2000, b"a\x00b\n"])
def test_password_file_that_is_none(one, tmp_path, content):
    path = tmp_path / "password"
    path.write_bytes(content)
    done = one.run("list", "fs1", "-U", "admin", "--password-file", str(path), "-q")
    assert done.returncode == 2
    assert one.asked() == []


def test_password_file_that_others_can_read(one, tmp_path):
    path = tmp_path / "password"
    path.write_text("secret\n")
    path.chmod(0o644)
    done = one.run("list", "fs1", "-U", "admin", "--password-file", str(path))
    assert "others can read this password" in done.stderr
    assert "secret" not in done.stderr


def test_password_is_never_said(one, tmp_path):
    path = tmp_path / "password"
    path.write_text("s3cret\n")
    path.chmod(0o600)
    for form in ([], ["--json"], ["--csv"]):
        done = one.run("list", "fs1", "-v", "-U", "admin", "--password-file", str(path), *form)
        assert "s3cret" not in done.stdout + done.stderr
