# SPDX-License-Identifier: MIT
"""The Win32 functions from C: the documented program, unmodified, and programs of ours."""

import os
import pathlib
import re
import subprocess

import pytest
from lab import BUILD, ROOT

HERE = pathlib.Path(__file__).parent
SAMPLE = ROOT / "tests/samples/netsessiondel.c"


def flags():
    out = subprocess.check_output(["pkg-config", "--cflags", "--libs", str(BUILD / "netsess.pc")],
                                  text=True)
    return out.split()


def compile_c(source, target, *options):
    subprocess.run(["cc", "-o", str(target), *options, str(source), *flags()], check=True)
    return str(target)


def run(program, *args, samba=None, env=None):
    auth = {"NETSESS_AUTH_FILE": samba.auth} if samba else {}
    return subprocess.run([program, *args], capture_output=True, text=True, timeout=60,
                          env={**os.environ, **auth, **(env or {})})


@pytest.fixture(scope="module", params=["", "-fshort-wchar"], ids=["wchar32", "wchar16"])
def sample(request, tmp_path_factory):
    options = [request.param] if request.param else []
    return compile_c(SAMPLE, tmp_path_factory.mktemp("sample") / "del", *options)


def test_the_documented_program_ends_a_session(samba, workstation, sample):
    bob = workstation(samba, "bob")
    done = run(sample, samba.server, r"\\127.0.0.1", "bob", samba=samba)
    assert done.stderr == "The specified session(s) has been successfully deleted\n"
    assert done.returncode == 0
    assert not bob.works()


def test_the_documented_program_reports_codes(samba, sample):
    done = run(sample, samba.server, r"\\192.0.2.1", samba=samba)
    assert done.stderr == "A system error has occurred: 2312\n"
    assert run(sample, samba.server, samba=samba).stderr == "A system error has occurred: 87\n"
    assert run(sample, env={"NETSESS_SOCKET": "/nonexistent"}).stderr == \
        "A system error has occurred: 87\n"


def test_the_documented_program_shows_its_usage(sample):
    done = run(sample, "1", "2", "3", "4")
    assert done.returncode == 1
    assert done.stdout == f"Usage: {sample} [\\\\ServerName] [\\\\ClientName] [UserName]\n"


def test_sessions_are_enumerated_from_c(samba, workstation, tmp_path):
    workstation(samba, "bob")
    program = compile_c(HERE / "enum.c", tmp_path / "enum", "-Wall", "-Wextra", "-Werror")
    done = run(program, samba.server, samba=samba)
    assert done.returncode == 0, done.stderr
    for level in (0, 1, 2, 10, 502):
        assert re.search(rf"^{level}: .*\\\\127\.0\.0\.1", done.stdout, re.M), done.stdout
    assert re.search(r"^get 10: \\\\127\.0\.0\.1 bob$", done.stdout, re.M), done.stdout


def test_threads_share_the_library(samba, tmp_path):
    program = compile_c(HERE / "threads.c", tmp_path / "threads", "-Wall", "-Wextra", "-Werror",
                        "-pthread")
    done = run(program, samba.server.replace("\\", ""), samba=samba)
    assert done.returncode == 0, done.stderr


def test_only_public_names_are_exported():
    out = subprocess.check_output(["nm", "-D", "--defined-only", str(BUILD / "libnetsess.so")],
                                  text=True)
    names = {line.split()[-1].split("@")[0] for line in out.splitlines()}
    ours = re.compile(r"^(netsess_\w+|Net(Session|ApiBuffer)\w+|NETSESS_\w+)$")
    assert not [n for n in names if not ours.match(n)]
    assert {"NetSessionDel", "NetSessionDel_w16", "netsess_call"} <= names
