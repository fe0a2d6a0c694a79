# SPDX-License-Identifier: MIT
"""Samba's own test of SMB2 servers, against ours.

torture-passing.txt lists, a line each, the tests that pass: "suite: test".  Each of them must
pass now; one that passes and is not listed is printed, to be added.  The list only grows."""

import os
import pathlib
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import of_realm
from lab import Netsessd

PASSING = pathlib.Path(__file__).with_name("torture-passing.txt")
SUITES = ["smb2.session", "smb2.session-id", "smb2.session-require-signing", "smb2.connect",
          "smb2.tcon", "smb2.credits", "smb2.multichannel.generic", "smb2.rename", "rpc.srvsvc"]
ALONE = "smb2.oplock"  # a suite of which some tests take long: those that are listed, one by one
AT_ONCE = 4  # which wait a second here and there; each in a share of its own
SESSION_LEAST = 50  # of the 66 of smb2.session; Samba 4.17 with multichannel passes 56
LIMIT = 180  # seconds for a suite
OPLOCKS = "data oplocks = true"  # some tests want one to begin with; by default there are none

# These want a session that expires, so a Kerberos ticket; each waits for it, twice 10 s.
EXPIRING = ["expire1n", "expire1s", "expire1e", "expire_disconnect"]


@pytest.fixture(scope="module")
def server():
    """Some of the tests sign in again as nobody, which Samba allows by default."""
    with Netsessd("anonymous = true", OPLOCKS) as server:
        yield server


def listed(suite):
    lines = PASSING.read_text().splitlines()
    return {line.split(": ", 1)[1] for line in lines if line.startswith(suite + ": ")}


def smbtorture(server, target, what, *options, env=None):
    """The names of the tests that pass, and all that was printed."""
    done = subprocess.run(
        ["smbtorture", target, "-p", str(server.port),
         "--option=torture:user2name=bob", "--option=torture:user2password=passbob",
         "--format=subunit", *options, what],
        capture_output=True, text=True, timeout=LIMIT, env={**os.environ, **(env or {})})
    said = done.stdout + done.stderr
    return set(re.findall(r"^success: (.*)$", done.stdout, re.MULTILINE)), said


def torture(server, suite, share="data"):
    user, target = "alice", f"//127.0.0.1/{share}"
    if suite.startswith("rpc."):
        user, target = "smbadmin", "ncacn_np:127.0.0.1"
    return smbtorture(server, target, suite, "-U", f"{user}%pass{user}")


@pytest.mark.parametrize("suite", SUITES)
def test_what_passed_once_passes(server, suite):
    passed, said = torture(server, suite)
    for name in sorted(passed - listed(suite)):
        print(f"newly passing, to be added to {PASSING.name}: {suite}: {name}")
    assert listed(suite) - set(EXPIRING) <= passed, said


def test_sessions_expire_with_their_tickets(realm):
    """Listed of smb2.session, too."""
    def run(name):
        return smbtorture(server, f"//{realm.name}/data", f"smb2.session.{name}",
                          "-U", "alice@NETSESS.TEST%passalice", "--realm=NETSESS.TEST",
                          "--use-kerberos=required", env=realm.named_env)

    with of_realm(realm, OPLOCKS) as server, ThreadPoolExecutor(len(EXPIRING)) as pool:
        for name, (passed, said) in zip(EXPIRING, pool.map(run, EXPIRING)):
            assert name in passed & listed("smb2.session"), said


@pytest.fixture(scope="module")
def shares(tmp_path_factory):
    """A server with shares enough, and their names."""
    names = [f"torture{i}" for i in range(AT_ONCE)]
    lines = []
    for name in names:
        path = tmp_path_factory.mktemp(name)
        path.chmod(0o777)
        lines.append(f'share "{name}" {{ path = "{path}" oplocks = true }}')
    with Netsessd(*lines) as server:
        yield server, names


def test_what_passed_alone_passes(shares):
    server, names = shares
    tests = sorted(listed(ALONE))
    failed = {}

    def some(i):
        for name in tests[i::AT_ONCE]:
            passed, said = torture(server, f"{ALONE}.{name}", names[i])
            if name not in passed:
                failed[name] = said

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(some, range(AT_ONCE)))
    assert len(tests) > 30
    assert not failed, "\n".join(failed.values())


def test_most_of_the_session_tests_are_listed():
    assert len(listed("smb2.session")) >= SESSION_LEAST
