# SPDX-License-Identifier: MIT
"""`netsess end`: it ends what was meant, asks before, and never cuts its own branch."""

import pytest
from conftest import server, session

BOB = session("\\\\ws1", "bob")
BOB2 = session("\\\\ws2", "bob")
EVE = session("\\\\ws1", "eve")
OURS = session("\\\\10.0.0.7", "admin", age=0)
OURS_ELSEWHERE = session("\\\\ws1", "admin")


def as_admin(tmp_path):
    path = tmp_path / "password"
    path.write_text("secret\n")
    path.chmod(0o600)
    return ["-U", "admin", "--password-file", str(path)]


def dels(cli):
    return [(r["client"], r["user"]) for r in cli.asked() if r["op"] == "SESSION_DEL"]


@pytest.mark.parametrize("args", [[], ["fs1"], ["fs1", "--yes"], ["fs1", "--user", "", "--yes"]])
def test_needs_a_filter(cli, args):
    cli.servers({"fs1": server(BOB)})
    done = cli.run("end", *args)
    assert done.returncode == 2
    assert "--client" in done.stderr
    assert cli.asked() == []


def test_without_terminal_and_yes_it_refuses(cli):
    cli.servers({"fs1": server(BOB)})
    done = cli.run("end", "fs1", "--user", "bob", input="y\n")
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert cli.asked() == []


def test_another_user_is_ended_without_a_list(cli, tmp_path):
    cli.servers({"fs1": server(BOB, OURS)})
    done = cli.run("end", "fs1", "--user", "bob", "--yes", *as_admin(tmp_path))
    assert done.returncode == 0
    assert done.stdout == "ended bob's sessions on fs1\n"
    assert cli.ops() == ["SESSION_DEL"]
    assert dels(cli) == [(None, "bob")]
    assert cli.asked()[0]["how"] == "call"


def test_client_and_user(cli, tmp_path):
    cli.servers({"fs1": server(BOB, BOB2)})
    done = cli.run("end", "fs1", "--user", "bob", "--client", "ws1", "--yes",
                   *as_admin(tmp_path))
    assert done.stdout == "ended bob's sessions from \\\\ws1 on fs1\n"
    assert dels(cli) == [("\\\\ws1", "bob")]


def test_local_has_no_session_of_ours(cli):
    cli.servers({"": server(BOB, EVE)})
    done = cli.run("end", "--client", "ws1", "--yes")
    assert done.stdout == "ended the sessions from \\\\ws1 on this computer\n"
    assert cli.ops() == ["SESSION_DEL"]


def test_nothing_matches(cli, tmp_path):
    cli.servers({"fs1": server(BOB)})
    done = cli.run("end", "fs1", "--user", "eve", "--yes", *as_admin(tmp_path))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == "netsess: fs1: no sessions that match\n"
    done = cli.run("end", "fs1", "--client", "ws9", "--yes", *as_admin(tmp_path))
    assert done.returncode == 1
    assert "SESSION_DEL" not in cli.ops()[1:]


def test_a_client_is_listed_first_and_counted(cli, tmp_path):
    cli.servers({"fs1": server(BOB, EVE, BOB2, OURS)})
    done = cli.run("end", "fs1", "--client", "ws1", "--yes", *as_admin(tmp_path))
    assert done.returncode == 0
    assert done.stdout == "ended 2 sessions from \\\\ws1 on fs1\n"
    assert cli.ops() == ["SESSION_ENUM", "SESSION_DEL"]
    assert dels(cli) == [("\\\\ws1", None)]


def test_who_we_are_is_not_known_before_the_ticket(cli):
    cli.servers({"fs1": server(BOB, OURS)})
    assert cli.run("end", "fs1", "--user", "bob", "--yes", "-k").stdout == (
        "ended 1 session of bob on fs1\n")
    assert cli.ops() == ["SESSION_ENUM", "SESSION_DEL"]


@pytest.mark.parametrize("user", ["admin", "ADMIN", "DOM\\admin"])
def test_own_session_alone_is_refused(cli, tmp_path, user):
    cli.servers({"fs1": server(OURS, BOB)})
    done = cli.run("end", "fs1", "--user", user, "--yes", *as_admin(tmp_path))
    assert done.returncode == 2
    assert done.stdout == ""
    assert "our own" in done.stderr and "--include-self" in done.stderr
    assert dels(cli) == []


def test_others_of_our_name_are_ended_one_by_one(cli, tmp_path):
    cli.servers({"fs1": server(OURS, OURS_ELSEWHERE, OURS_ELSEWHERE,
                               session("\\\\ws3", "admin"), BOB)})
    done = cli.run("end", "fs1", "--user", "admin", "--yes", *as_admin(tmp_path))
    assert done.returncode == 0
    assert done.stdout == "ended 3 sessions of admin on fs1\n"
    assert "1 session left alone" in done.stderr
    assert dels(cli) == [("\\\\ws1", "admin"), ("\\\\ws3", "admin")]


def test_our_session_from_another_computer_can_be_ended(cli, tmp_path):
    cli.servers({"fs1": server(OURS, OURS_ELSEWHERE)})
    done = cli.run("end", "fs1", "--user", "admin", "--client", "ws1", "--yes",
                   *as_admin(tmp_path))
    assert done.returncode == 0
    assert done.stdout == "ended 1 session of admin from \\\\ws1 on fs1\n"
    assert dels(cli) == [("\\\\ws1", "admin")]


def test_our_client_spares_us_and_ends_the_others(cli, tmp_path):
    cli.servers({"fs1": server(OURS, session("\\\\10.0.0.7", "bob"))})
    done = cli.run("end", "fs1", "--client", "10.0.0.7", "--yes", *as_admin(tmp_path))
    assert done.returncode == 0
    assert dels(cli) == [("\\\\10.0.0.7", "bob")]
    assert "1 session left alone" in done.stderr


def test_behind_nat_every_session_of_our_name_may_be_ours(cli, tmp_path):
    # The server knows us as 203.0.113.1, and we know ourselves as 10.0.0.7.
    nat = session("\\\\203.0.113.1", "admin")
    cli.servers({"fs1": server(nat, OURS_ELSEWHERE, EVE)})
    done = cli.run("end", "fs1", "--user", "admin", "--yes", *as_admin(tmp_path))
    assert done.returncode == 2
    assert "2 sessions left alone" in done.stderr
    assert dels(cli) == []
    done = cli.run("end", "fs1", "--client", "ws1", "--yes", *as_admin(tmp_path))
    assert done.returncode == 0
    assert dels(cli) == [("\\\\ws1", "eve")]


def test_level_without_users_spares_our_whole_client(cli, tmp_path):
    cli.servers({"fs1": server({"cname": "\\\\10.0.0.7"}, {"cname": "\\\\ws1"},
                               codes={"SESSION_ENUM:1": 5, "SESSION_ENUM:10": 5})})
    done = cli.run("end", "fs1", "--user", "admin", "--yes", *as_admin(tmp_path))
    assert done.returncode == 0
    assert dels(cli) == [("\\\\ws1", "admin")]


def test_include_self(cli, tmp_path):
    cli.servers({"fs1": server(OURS, OURS_ELSEWHERE)})
    done = cli.run("end", "fs1", "--user", "admin", "--yes", "--include-self",
                   *as_admin(tmp_path))
    assert done.returncode == 0
    assert cli.ops() == ["SESSION_DEL"]
    assert dels(cli) == [(None, "admin")]


def test_dry_run(cli, tmp_path):
    cli.servers({"fs1": server(BOB, EVE, OURS), "fs2": server(EVE)})
    done = cli.run("end", "fs1", "fs2", "--user", "bob", "--dry-run")
    assert done.returncode == 0
    rows = [line.split()[:3] for line in done.stdout.splitlines()]
    assert rows == [["SERVER", "CLIENT", "USER"], ["fs1", "\\\\ws1", "bob"]]
    assert "SESSION_DEL" not in cli.ops()
    assert cli.json("end", "fs1", "--user", "bob", "-n")[0]["rows"][0]["user"] == "bob"
    assert cli.run("end", "fs2", "--user", "bob", "-n").returncode == 1
    done = cli.run("end", "fs1", "--user", "admin", "-n", *as_admin(tmp_path))
    assert done.returncode == 2
    assert done.stdout == "" and "our own" in done.stderr


def test_yes_at_the_terminal(cli):
    cli.servers({"fs1": server(BOB, BOB2), "fs2": server(BOB)})
    t = cli.terminal("end", "fs1", "fs2", "--user", "bob")
    seen = t.read_until("End 3 sessions on 2 servers? [y/N] ")
    assert seen.count("bob") == 3
    assert dels(cli) == []
    t.type("y\n")
    assert t.finish() == 0
    assert "ended 2 sessions of bob on fs1\r\nended 1 session of bob on fs2\r\n" in t.seen
    assert dels(cli) == [(None, "bob"), (None, "bob")]


@pytest.mark.parametrize("answer", ["n\n", "\n", "no\n", "\x04", "oy\n"])
def test_no_at_the_terminal(cli, answer):
    cli.servers({"fs1": server(BOB)})
    t = cli.terminal("end", "fs1", "--user", "bob")
    t.read_until("End this session? [y/N] ")
    t.type(answer)
    assert t.finish() == 1
    assert "nothing was ended" in t.seen
    assert dels(cli) == []


def test_nothing_to_ask_about(cli):
    cli.servers({"fs1": server(EVE)})
    t = cli.terminal("end", "fs1", "--user", "bob")
    assert t.finish() == 1
    assert "[y/N]" not in t.seen and "no sessions that match" in t.seen


def test_verify_gone(cli, tmp_path):
    cli.servers({"fs1": server(BOB, BOB2, OURS)})
    done = cli.run("end", "fs1", "--user", "bob", "--yes", "--verify", *as_admin(tmp_path))
    assert done.returncode == 0
    assert done.stdout == "ended bob's sessions on fs1\ngone: bob's sessions on fs1\n"
    assert cli.ops() == ["SESSION_DEL", "SESSION_ENUM"]


def test_verify_gives_a_slow_server_time(cli, tmp_path):
    cli.servers({"fs1": server(BOB, lingering=3), "fs2": server(BOB)})
    done = cli.run("end", "fs1", "fs2", "--user", "bob", "--yes", "--verify",
                   *as_admin(tmp_path))
    assert done.returncode == 0
    assert done.stdout.splitlines()[1::2] == [
        "gone: bob's sessions on fs1", "gone: bob's sessions on fs2"]
    looks = [r["server"] for r in cli.asked() if r["op"] == "SESSION_ENUM"]
    assert looks.count("fs1") == 4 and looks.count("fs2") == 1


def test_verify_still_there(cli, tmp_path):
    cli.servers({"fs1": server(BOB, stay=True)})
    done = cli.run("end", "fs1", "--user", "bob", "--yes", "--verify", *as_admin(tmp_path))
    assert done.returncode == 5
    assert "still there: 1 session of bob on fs1\n" in done.stdout
    assert "gone" not in done.stdout


def test_verify_came_back(cli, tmp_path):
    cli.servers({"fs1": server(BOB, returning=[session("\\\\ws1", "bob", age=0)])})
    args = ["end", "fs1", "--user", "bob", "--yes", "--verify", *as_admin(tmp_path)]
    done = cli.run(*args)
    assert done.returncode == 0
    assert "came back: 1 session of bob on fs1\n" in done.stdout
    answer = cli.json(*args)[0]
    assert (answer["code"], answer["ended"], answer["own"]) == (0, None, None)
    assert (answer["remaining"], answer["returned"]) == (0, 1)
    assert [row["user"] for row in answer["rows"]] == ["bob"]


def test_verify_does_not_count_ourselves(cli, tmp_path):
    cli.servers({"fs1": server(BOB, OURS, returning=[OURS])})
    done = cli.run("end", "fs1", "--user", "admin", "--yes", "--verify", "--include-self",
                   *as_admin(tmp_path))
    assert done.returncode == 0
    assert "gone: admin's sessions on fs1\n" in done.stdout


def test_many_servers_in_json_and_csv(cli, tmp_path):
    cli.servers({"a": server(BOB), "b": server(EVE), "c": server(BOB, codes={"SESSION_DEL": 5})})
    args = ["end", "a", "b", "c", "gone", "--user", "bob", "--yes", *as_admin(tmp_path)]
    done = cli.run(*args)
    assert done.returncode == 5
    assert done.stdout == "ended bob's sessions on a\n"
    assert "netsess: b: no sessions that match\n" in done.stderr
    assert "netsess: c: access is denied (5 ERROR_ACCESS_DENIED)\n" in done.stderr
    assert "netsess: gone: " in done.stderr
    answer = cli.json(*args, status=5)
    assert [(x["server"], x["code"]) for x in answer] == [
        ("a", 0), ("b", 2312), ("c", 5), ("gone", 53)]
    assert [x["ended"] for x in answer] == [None, 0, None, None]
    done = cli.run(*args, "--csv")
    assert done.stdout == (
        "server,code,ended,own,remaining,returned\r\n"
        "a,0,,,,\r\nb,2312,0,,,\r\nc,5,,,,\r\ngone,53,,,,\r\n")


def test_a_list_that_fails_ends_nothing_there(cli, tmp_path):
    cli.servers({"a": server(BOB, codes={"SESSION_ENUM": 5}), "b": server(BOB)})
    done = cli.run("end", "a", "b", "--client", "ws1", "--yes", *as_admin(tmp_path))
    assert done.returncode == 5
    assert done.stdout == "ended 1 session from \\\\ws1 on b\n"
    assert [r["server"] for r in cli.asked() if r["op"] == "SESSION_DEL"] == ["b"]


def test_quiet(cli, tmp_path):
    cli.servers({"fs1": server(BOB)})
    done = cli.run("end", "fs1", "--user", "bob", "--yes", "-q", *as_admin(tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
