# SPDX-License-Identifier: MIT
"""The manual and the completion know every option and every command."""

import pathlib
import re
import shutil
import subprocess

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
MANUAL = TOP / "docs" / "man" / "netsess.1"
LIBRARY = TOP / "docs" / "man" / "libnetsess.3"
COMPLETION = TOP / "src" / "cli" / "netsess.bash"
COMMANDS = ("list", "show", "end", "del", "files", "shares", "connections", "server",
            "passwd")


def options(text):
    return set(re.findall(r"(?:^|[ ,\[])(-[A-Za-z]|--[a-z-]+[a-z])(?=[ ,=\n])", text))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_in_manual_and_completion(cli, command):
    manual = MANUAL.read_text().replace("\\-", "-")
    told = options(cli.run(command, "--help").stdout.split("\n", 2)[2])
    assert ("--json" in told) == (command != "passwd")
    for option in told:
        assert re.search(rf"(Fl |, |\.It Fl [^\n]*){re.escape(option[1:])}\b", manual), option
    completed = complete(f"netsess {command} -")
    assert {o for o in told if o not in ("-V",)} <= completed


def complete(line):
    script = f"""
        source {COMPLETION}
        COMP_WORDS=({line}) COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
        _netsess; printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    done = subprocess.run(["bash", "-euc", script], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return set(done.stdout.split("\n")) - {""}


def test_completion():
    assert complete("netsess ''") == set(COMMANDS)
    assert complete("netsess --json s") == {"show", "shares", "server"}
    assert complete("netsess end --inc") == {"--include-self"}
    assert complete("netsess shares --inc") == set()
    assert complete("netsess list --min-protocol 3.") == {"3.0", "3.0.2", "3.1.1"}
    assert complete("netsess list --user bo") == set()


def test_every_exit_status_and_variable_is_in_the_manual():
    manual = MANUAL.read_text()
    status = manual[manual.index(".Sh EXIT STATUS"):manual.index(".Sh EXAMPLES")]
    assert re.findall(r"^\.It (\d)$", status, re.M) == [str(n) for n in range(7)]
    header = (TOP / "include" / "netsess.h").read_text()
    for name in set(re.findall(r"NETSESS_(?:USER|PASSWD_FILE|AUTH_FILE|TIMEOUT|STRICT|WINS|SOCKET)\b", header)):
        assert f".It Ev {name}" in manual


def test_every_function_is_in_the_library_manual():
    header = (TOP / "include" / "netsess.h").read_text()
    manual = LIBRARY.read_text()
    names = set(re.findall(r"NETSESS_API [^;(]*?(netsess_\w+)\(", header))
    assert len(names) > 40
    assert names == set(re.findall(r"^\.F[no] (netsess_\w+)", manual.split(".Sh DESCRIPTION")[0], re.M)) - {"netsess_answer"}


@pytest.mark.skipif(shutil.which("mandoc") is None, reason="no mandoc")
@pytest.mark.parametrize("page", [MANUAL, LIBRARY], ids=lambda page: page.name)
def test_manuals_have_no_faults(page):
    done = subprocess.run(["mandoc", "-Tlint", "-W", "warning", str(page)],
                          capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
