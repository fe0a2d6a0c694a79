# SPDX-License-Identifier: MIT
"""Samba's own test of SMB2 servers, against ours and against Samba's, in one run.

torture-passing.txt lists, a line each, the tests that pass: "suite: test".  Each of them must
pass now; one that passes and is not listed is printed, to be added.  The list only grows."""

import contextlib
import os
import pathlib
from concurrent.futures import ThreadPoolExecutor

import pytest
import torture
from conftest import of_realm

PASSING = pathlib.Path(__file__).with_name("torture-passing.txt")
OPLOCKS = "data oplocks = true"
OF_SAMBAS = 0.85  # of the tests of shares that Samba passes, so many are ours at least

# These want a session that expires, so a Kerberos ticket; each waits for it, twice 10 s.
EXPIRING = ["expire1n", "expire1s", "expire1e", "expire2s", "expire2e", "expire_disconnect"]


def listed():
    return [tuple(line.split(": ", 1)) for line in PASSING.read_text().splitlines()]


@pytest.fixture(scope="module")
def run():
    """(results, texts) of all suites, and the label of Samba."""
    with contextlib.ExitStack() as stack:
        ours, samba = torture.start_netsessd(stack), torture.start_samba(stack)
        expected = {(*test, ours.label) for test in listed()}
        results, texts = torture.run_all([ours, samba], torture.FILE_SUITES, expected)
        more, more_texts = torture.run_all([ours], torture.OTHER_SUITES, expected)
        yield results, {**results, **more}, {**texts, **more_texts}, samba.label


def test_what_passed_once_passes(run):
    _, results, texts, _ = run
    passed = {test for test, verdicts in results.items() if verdicts["netsessd"] == "pass"}
    for suite, name in sorted(passed - set(listed())):
        print(f"newly passing, to be added to {PASSING.name}: {suite}: {name}")
    lost = [test for test in listed()
            if test not in passed and not (test[0] == "smb2.session" and test[1] in EXPIRING)]
    assert not lost, "\n".join(f"{test}: {texts.get((*test, 'netsessd'))}" for test in lost)


def test_most_of_what_passes_with_samba_passes(run):
    results, _, _, samba = run
    theirs = {test for test, verdicts in results.items() if verdicts[samba] == "pass"}
    ours = {test for test in theirs if results[test]["netsessd"] == "pass"}
    print(f"{samba} passes {len(theirs)}, netsessd {len(ours)} of them")
    for suite, name in sorted(theirs - ours):
        print(f"with {samba} alone: {suite}: {name}")
    assert len(theirs) > 250  # else its run says nothing
    assert len(ours) >= OF_SAMBAS * len(theirs)


def test_the_list_names_tests_once():
    assert len(listed()) == len(set(listed()))
    for suite, name in listed():
        assert name in torture.tests_of(suite), f"{suite}: {name}"


def test_sessions_expire_with_their_tickets(realm):
    """Listed of smb2.session, too."""
    with of_realm(realm, OPLOCKS) as running, ThreadPoolExecutor(len(EXPIRING)) as pool:
        server = torture.Server(running, "netsessd")

        def expire(name):
            return server.run("smb2.session", torture.tests_of("smb2.session")[name],
                              "--realm=NETSESS.TEST", "--use-kerberos=required",
                              "-U", "alice@NETSESS.TEST%passalice",
                              target=f"//{realm.name}/data",
                              env={**os.environ, **realm.named_env})

        for name, (passed, _, said) in zip(EXPIRING, pool.map(expire, EXPIRING)):
            assert passed and ("smb2.session", name) in listed(), said
