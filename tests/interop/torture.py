# SPDX-License-Identifier: MIT
"""Samba's own test of SMB2 servers, smbtorture, run test by test: each in a process of its own,
several at once, each in a share of its own.  tests/interop/test_torture.py judges what comes of
it, tools/torture.py writes it down."""

import functools
import pathlib
import queue
import re
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

import lab

# What a workstation needs of a server with disk shares; all that smbtorture has in these.
FILE_SUITES = [
    f"smb2.{name}" for name in [
        "compound", "compound_async", "compound_find", "connect", "create", "create_no_streams",
        "credits", "delete-on-close-perms", "deny", "dir", "durable-open",
        "durable-open-disconnect", "durable-v2-delay", "durable-v2-open", "fileid", "getinfo",
        "ioctl", "lease", "lock", "maxfid", "mkdir", "notify", "oplock", "read", "rename", "rw",
        "session", "session-id", "set-sparse-ioctl", "setinfo", "sharemode", "tcon", "timestamps",
        "winattr", "zero-data-ioctl"]]
OTHER_SUITES = ["rpc.srvsvc", "smb2.acls", "smb2.multichannel.generic",
                "smb2.session-require-signing"]

LIMIT = 150  # seconds for one test; the longest of Samba's waits for an oplock three times
SHARES = 8  # so many tests at once: most of them wait for something

# A test that measures the machine and asserts nothing of the server.
MEASURES = {("smb2.create", "bench-path-contention-shared")}


@functools.cache
def _listing():
    done = subprocess.run(["smbtorture", "--list"], capture_output=True, text=True, check=True)
    return [line.strip() for line in done.stdout.splitlines()]


def _parts(suite, full_name):
    """The name of a test as its result tells it, of 'suite.case.case' or 'suite.case'."""
    rest = full_name[len(suite) + 1:]
    half = len(rest) // 2
    if rest[:half] == rest[half + 1:]:
        return rest[:half]
    return rest


@functools.cache
def tests_of(suite):
    """{name: full name} in smbtorture's order; of a suite, not of suites beneath it."""
    found = {}
    for full_name in _listing():
        if full_name.startswith(suite + "."):
            name = _parts(suite, full_name)
            if (suite, name) not in MEASURES:
                found[name] = full_name
    assert found, f"smbtorture has no suite {suite}"
    return found


class Server:
    """A server under test, and shares of it that one test has at a time."""

    def __init__(self, running, label):
        self.running, self.label = running, label
        self.shares = queue.Queue()
        for i in range(SHARES):
            self.shares.put(f"torture{i}")

    def run(self, suite, full_name, *options, user="alice", target=None, env=None):
        """(whether it passed, whether it was skipped, what it said)."""
        if suite.startswith("rpc."):
            user = "smbadmin"
        share = self.shares.get()
        try:
            done = subprocess.run(
                ["smbtorture", target or f"//127.0.0.1/{share}", "-p", str(self.running.port),
                 "-U", f"{user}%pass{user}", "--option=torture:user2name=bob",
                 "--option=torture:user2password=passbob", "--format=subunit", *options,
                 full_name],
                capture_output=True, text=True, timeout=LIMIT, env=env)
            said = done.stdout + done.stderr
        except subprocess.TimeoutExpired as late:
            said = f"no end within {LIMIT} s\n{late.stdout}"
        finally:
            self.shares.put(share)
        bad = re.search(r"^(failure|error): ", said, re.MULTILINE)
        good = re.search(r"^success: ", said, re.MULTILINE)
        skip = re.search(r"^skip: ", said, re.MULTILINE)
        return bool(good and not bad), bool(skip), said


def _share_folders(parent):
    for i in range(SHARES):
        path = pathlib.Path(parent, f"torture{i}")
        path.mkdir()
        path.chmod(0o777)
        yield path


def start_netsessd(stack):
    """On `stack` (an ExitStack).  Some tests sign in again as nobody, which Samba allows by
    default."""
    parent = _folder(stack)
    lines = [f'share "{path.name}" {{ path = "{path}" oplocks = true }}'
             for path in _share_folders(parent)]
    return Server(stack.enter_context(lab.Netsessd("anonymous = true", *lines)), "netsessd")


def start_samba(stack):
    parent = _folder(stack)
    lines = [line for path in _share_folders(parent)
             for line in (f"[{path.name}]", f"path = {path}", "read only = no")]
    return Server(stack.enter_context(lab.Samba(*lines)), samba_version())


def samba_version():
    done = subprocess.run(["/usr/sbin/smbd", "--version"], capture_output=True, text=True)
    return "Samba " + re.match(r"Version (\d+\.\d+)", done.stdout).group(1)


def _folder(stack):
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="netsess-torture."))
    pathlib.Path(folder).chmod(0o755)
    return folder


def run_all(servers, suites, expected=()):
    """{(suite, name): {label: "pass", "skip" or "fail"}} in order, and what the tests that
    failed said, {(suite, name, label): text}.  One of the `expected` {(suite, name, label)}
    that fails is run again when the others are done: many measure time, and the machine is
    busy."""
    jobs = [(suite, name, server) for suite in suites for name in tests_of(suite)
            for server in servers]
    results = {(suite, name): {} for suite, name, _ in jobs}
    texts = {}

    def one(job):
        suite, name, server = job
        passed, skipped, said = server.run(suite, tests_of(suite)[name])
        verdict = "pass" if passed else "skip" if skipped else "fail"
        results[suite, name][server.label] = verdict
        texts[suite, name, server.label] = said

    with ThreadPoolExecutor(SHARES) as pool:
        list(pool.map(one, jobs))
    for suite, name, server in jobs:
        if (suite, name, server.label) in expected and \
                results[suite, name][server.label] != "pass":
            one((suite, name, server))
    return results, {key: text for key, text in texts.items()
                     if results[key[:2]][key[2]] == "fail"}


def table(results, labels):
    """[(suite, tests, [passed by each])], of suites in order."""
    rows = {}
    for (suite, _), verdicts in results.items():
        row = rows.setdefault(suite, [0, *[0 for _ in labels]])
        row[0] += 1
        for i, label in enumerate(labels):
            row[1 + i] += verdicts[label] == "pass"
    return [(suite, row[0], row[1:]) for suite, row in rows.items()]
