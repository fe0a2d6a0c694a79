# SPDX-License-Identifier: MIT
"""What each command asks, prints and exits with."""

import pytest
from conftest import server, session


@pytest.mark.parametrize("code,status", [
    (5, 3), (1326, 3), (1331, 3), (1909, 3),
    (53, 4), (64, 4), (121, 4), (1722, 4), (2114, 4),
    (87, 2), (124, 2), (2351, 2),
    (2312, 1), (2221, 1),
    (50, 5), (58, 5), (1726, 5), (8, 5), (4711, 5),
])
def test_exit_status_of_one_server(cli, code, status):
    cli.servers({"fs1": server(codes={"SESSION_ENUM": code})})
    done = cli.run("list", "fs1")
    assert done.returncode == status
    if status == 1:
        assert done.stderr == "netsess: fs1: no sessions\n"
    else:
        assert done.stderr.startswith("netsess: fs1: ")
        assert f"({code}" in done.stderr


@pytest.mark.parametrize("servers,status", [
    (["good", "good"], 0),
    (["good", "empty"], 0),
    (["empty", "empty"], 1),
    (["denied", "denied"], 3),
    (["gone", "gone"], 4),
    (["denied", "gone"], 5),
    (["good", "gone"], 5),
    (["empty", "gone"], 5),
    (["broken", "broken"], 5),
])
def test_exit_status_of_many(cli, servers, status):
    cli.servers({
        "good": server(session("\\\\c", "bob")),
        "empty": server(session("\\\\c", "eve")),
        "denied": server(codes={"SESSION_ENUM": 5}),
        "broken": server(codes={"SESSION_ENUM": 58}),
    })
    done = cli.run("list", *servers, "--user", "bob")
    assert done.returncode == status
    for name in ("denied", "gone", "broken"):
        assert done.stderr.count(f"netsess: {name}: ") == servers.count(name)


def test_list_this_computer(cli):
    cli.servers({"": server(session("\\\\c", "bob"))})
    assert "bob" in cli.run("list").stdout
    assert [r["server"] for r in cli.asked()] == [""]
    assert cli.json("list")[0]["server"] == ""


def test_list_without_a_daemon(cli):
    cli.servers({"": server(codes={"SESSION_ENUM": 2114})})
    done = cli.run("list")
    assert done.returncode == 4
    assert "netsess: this computer: " in done.stderr and "2114" in done.stderr


@pytest.mark.parametrize("typed,sent", [
    ("ws1", "\\\\ws1"),
    ("\\\\ws1", "\\\\ws1"),
    ("10.0.0.9", "\\\\10.0.0.9"),
    ("fe80::1", "\\\\[fe80::1]"),
    ("[fe80::1]", "\\\\[fe80::1]"),
])
def test_list_filters(cli, typed, sent):
    cli.servers({"fs1": server(session("\\\\ws1", "bob"))})
    cli.run("list", "fs1", "--client", typed, "--user", "bob")
    request = cli.asked()[0]
    assert (request["client"], request["user"], request["level"]) == (sent, "bob", 1)


def test_list_level(cli):
    cli.servers({"fs1": server(session("\\\\ws1", "bob"), codes={"SESSION_ENUM:2": 5})})
    assert cli.run("list", "fs1", "--level", "2").returncode == 3
    assert [r["level"] for r in cli.asked()] == [2]
    assert cli.run("list", "fs1", "--level", "77").returncode == 2


def test_list_falls_back_when_denied(cli):
    cli.servers({"fs1": server(session("\\\\ws1", "bob"),
                               codes={"SESSION_ENUM:1": 5, "SESSION_ENUM:10": 124})})
    assert cli.json("list", "fs1")[0]["rows"] == [{"client": "\\\\ws1"}]
    assert [r["level"] for r in cli.asked()] == [1, 10, 0]


def test_list_denied_at_every_level_reports_the_first_refusal(cli):
    cli.servers({"fs1": server(codes={"SESSION_ENUM:1": 5, "SESSION_ENUM:10": 124,
                                      "SESSION_ENUM:0": 124})})
    done = cli.run("list", "fs1")
    assert done.returncode == 3
    assert "(5 ERROR_ACCESS_DENIED)" in done.stderr


def test_show(cli):
    cli.servers({"fs1": server(session("\\\\ws1", "bob"))})
    done = cli.run("show", "fs1", "ws1", "bob")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "client:      \\\\ws1", "user:        bob", "opens:       1", "time:        1h02m",
        "idle:        1m01s", "flags:       -", "client_type: -"]
    request = cli.asked()[0]
    assert (request["op"], request["client"], request["level"]) == ("SESSION_GET", "\\\\ws1", 2)
    assert cli.json("show", "fs1", "ws1", "bob")[0]["rows"][0]["time_seconds"] == 3725
    done = cli.run("show", "fs1", "ws2", "bob")
    assert done.returncode == 1
    assert done.stderr == "netsess: fs1: no sessions that match\n"


def test_show_needs_three_names(cli):
    for names in ([], ["fs1"], ["fs1", "c"], ["fs1", "c", "u", "x"]):
        assert cli.run("show", *names).returncode == 2


def test_del(cli):
    cli.servers({"\\\\fs1": server(session("\\\\ws1", "bob"), session("\\\\ws2", "eve"))})
    done = cli.run("del", "\\\\fs1", "\\\\ws1", "-")
    assert done.returncode == 0
    assert done.stderr == "The specified session(s) has been successfully deleted\n"
    assert done.stdout == ""
    request = cli.asked()[0]
    assert (request["op"], request["client"], request["user"]) == (
        "SESSION_DEL", "\\\\ws1", None)


def test_del_failures(cli):
    cli.servers({"fs1": server(), "": server(session("\\\\c", "bob"))})
    done = cli.run("del", "fs1", "ws1", "bob")
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == "A system error has occurred: 2312"
    assert cli.asked()[0]["client"] == "ws1"  # exactly as given
    done = cli.run("del", "fs1", "", "")
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == "A system error has occurred: 87"
    done = cli.run("del", "-", "-", "bob")
    assert done.returncode == 0
    assert cli.json("del", "fs1", "\\\\c", "u", status=1)[0]["code"] == 2312
    assert cli.run("del", "a", "b", "c", "d").returncode == 2


def test_files(cli):
    cli.servers({"fs1": server(files=[
        {"id": 7, "permissions": 3, "pathname": "C:\\x", "username": "bob"}])})
    done = cli.run("files", "fs1", "--path", "C:\\", "--user", "bob")
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["ID", "ACCESS", "PATH", "USER"], ["7", "0x3", "C:\\x", "bob"]]
    request = cli.asked()[0]
    assert (request["level"], request["name"], request["user"]) == (3, "C:\\", "bob")
    cli.servers({"fs1": server(files=[{"id": 7}], codes={"FILE_ENUM:3": 124})})
    assert cli.json("files", "fs1")[0]["rows"] == [{"id": 7}]


def test_files_close(cli):
    cli.servers({"fs1": server()})
    done = cli.run("files", "fs1", "--close", "7", "--close", "0x10", "--yes")
    assert done.returncode == 0
    assert done.stdout == "closed file 7 on fs1\nclosed file 16 on fs1\n"
    assert [(r["op"], r["id"]) for r in cli.asked()] == [("FILE_CLOSE", 7), ("FILE_CLOSE", 16)]
    cli.servers({"fs1": server(codes={"FILE_CLOSE": 2314})})
    done = cli.run("files", "fs1", "--close", "7", "--yes")
    assert done.returncode == 1
    assert "netsess: fs1: file 7: " in done.stderr and "2314" in done.stderr


def test_files_close_asks(cli):
    cli.servers({"fs1": server()})
    done = cli.run("files", "fs1", "--close", "7")
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert cli.asked() == []
    t = cli.terminal("files", "fs1", "--close", "7")
    t.read_until("Close 1 file on fs1? [y/N] ")
    t.type("n\n")
    assert t.finish() == 2
    assert cli.asked() == []
    t = cli.terminal("files", "fs1", "--close", "7")
    t.read_until("[y/N] ")
    t.type("y\n")
    assert t.finish() == 0
    assert cli.ops() == ["FILE_CLOSE"]


@pytest.mark.parametrize("args", [
    ["fs1", "--close", "-1"], ["fs1", "--close", "x"], ["fs1", "--close", "4294967296"],
    ["fs1", "--yes"], ["fs1", "fs2", "--close", "1", "--yes"],
    ["fs1", "--close", "1", "--user", "bob", "--yes"],
])
def test_files_usage(cli, args):
    assert cli.run("files", *args).returncode == 2
    assert cli.asked() == []


def test_shares(cli):
    cli.servers({"fs1": server(shares=[{"netname": "data", "type": 0, "remark": "all"}])})
    done = cli.run("shares", "fs1")
    assert done.stdout.splitlines()[1].split() == ["data", "-", "all"]


def test_connections_of_a_qualifier(cli):
    row = {"id": 1, "type": 0, "num_opens": 2, "time": 5, "username": "bob", "netname": "\\\\c"}
    cli.servers({"fs1": server(connections={"data": [row]})})
    done = cli.run("connections", "fs1", "data")
    assert done.stdout.splitlines()[0].split()[0] == "QUALIFIER"
    assert done.stdout.splitlines()[1].split() == ["data", "1", "-", "2", "5s", "bob", "\\\\c"]
    assert cli.ops() == ["CONNECTION_ENUM"]
    done = cli.run("connections", "fs1", "\\\\nobody")
    assert done.returncode == 1


def test_connections_of_every_share(cli):
    rows = [{"id": i, "username": f"u{i}"} for i in range(3)]
    cli.servers({"fs1": server(
        shares=[{"netname": "a"}, {"netname": "b"}, {"netname": "c"}],
        connections={"a": rows[:1], "c": rows[1:]})})
    answer = cli.json("connections", "fs1")
    assert len(answer) == 1
    assert [(r["qualifier"], r["id"]) for r in answer[0]["rows"]] == [
        ("a", 0), ("c", 1), ("c", 2)]
    assert cli.ops() == ["SHARE_ENUM"] + 3 * ["CONNECTION_ENUM"]
    cli.servers({"fs1": server(codes={"SHARE_ENUM": 5})})
    assert cli.run("connections", "fs1").returncode == 3


def test_server(cli):
    cli.servers({"fs1": server(
        server=[{"name": "FS1", "type": 1, "disc": 15, "hidden": 0}],
        wksta=[{"computername": "FS1"}], time=[{"elapsedt": 1793114553, "timezone": 0}],
        codes={"SERVER_GET:102": 5, "WKSTA_GET": 5})})
    done = cli.run("server", "fs1")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "about:        server", "name:         FS1", "type:         GUEST", "",
        "about:        time", "time:         2026-10-27 15:22:33 UTC", "minutes_west: 0"]
    assert "workstation not told" in done.stderr
    assert [(r["op"], r["level"]) for r in cli.asked()] == [
        ("SERVER_GET", 102), ("SERVER_GET", 101), ("WKSTA_GET", 102), ("WKSTA_GET", 101),
        ("WKSTA_GET", 100), ("TIME_GET", 0)]
    done = cli.run("server", "fs1", "--csv", "-q")
    assert done.stdout == (
        "server,about,key,value\r\nfs1,server,name,FS1\r\nfs1,server,type,1\r\n"
        "fs1,time,time,1793114553\r\nfs1,time,minutes_west,0\r\n")


def test_counters(cli):
    row = {"name": "locks_now", "value": 2**32 + 1, "meaning": "locks now"}
    cli.servers({"fs1": server(counters=[row]), "samba": server(codes={"COUNTER_ENUM": 1722})})
    done = cli.run("server", "--counters", "fs1")
    assert done.stdout.splitlines() == ["COUNTER        VALUE MEANING",
                                        "locks_now 4294967297 locks now"]
    assert cli.json("server", "--counters", "fs1")[0]["rows"] == [
        {"counter": "locks_now", "value": 2**32 + 1, "meaning": "locks now"}]
    done = cli.run("server", "--counters", "fs1", "--csv")
    assert done.stdout.splitlines()[1] == "fs1,locks_now,4294967297,locks now"
    assert cli.run("server", "--counters", "samba").returncode == 4


def test_server_out_of_reach_is_asked_once(cli):
    done = cli.run("server", "gone", "gone2")
    assert done.returncode == 4
    assert sorted(r["server"] for r in cli.asked()) == ["gone", "gone2"]
    assert done.stderr.count("netsess: ") == 2


def test_many_servers_go_through_one_batch(cli):
    names = [f"fs{i}" for i in range(300)]
    cli.servers({name: server(session("\\\\c", name)) for name in names})
    answer = cli.json("list", *names, "-j", "7")
    assert [a["rows"][0]["user"] for a in answer] == names
    assert {r["how"] for r in cli.asked()} == {"batch 7"}


def test_servers_from_files(cli, tmp_path):
    path = tmp_path / "servers"
    path.write_text("# all of them\n\n  fs1 \t# first\r\nfs2:445\n[::1]:445\n\\\\fs3")
    names = ["fs1", "fs2:445", "[::1]:445", "\\\\fs3"]
    cli.servers({name: server() for name in [*names, "x"]})
    assert [a["server"] for a in cli.json("list", f"@{path}")] == names
    assert [a["server"] for a in cli.json("list", "--servers-file", str(path), "x")] == [
        *names, "x"]
    done = cli.run("list", "@-", "--csv", input=path.read_text())
    assert done.returncode == 0
    path.write_text("# nobody\n")
    done = cli.run("list", f"@{path}")
    assert done.returncode == 2
    assert "names no server" in done.stderr
    done = cli.run("list", "@/nonexistent")
    assert done.returncode == 2
    assert "No such file" in done.stderr


@pytest.mark.parametrize("args", [
    [], ["nonsense"], ["list", "--nonsense"], ["list", "-j", "many"], ["list", "-j", "-1"],
    ["list", "--timeout", "0"], ["list", "--timeout", "1s"], ["list", "--timeout", "-1"],
    ["list", "--level", "x"], ["list", "--min-protocol", "1.0"],
    ["list", "--min-protocol", "3.1.1", "--max-protocol", "2.1"],
    ["list", "--kerberos", "--ntlm"], ["list", "--wins", "not an address"],
    ["list", "-A", "/nonexistent"], ["list", "--password-file", "/nonexistent"],
    ["shares", "--client", "x"], ["del", "a", "--servers-file", "/dev/null"],
])
def test_usage(cli, args):
    done = cli.run(*args)
    assert done.returncode == 2
    assert done.stderr != "" and done.stdout == ""
    assert cli.asked() == []


def test_options_reach_the_library(cli, tmp_path):
    auth = tmp_path / "auth"
    auth.write_text("username = x\n")
    cli.servers({"fs1": server()})
    cli.run("--ntlm", "list", "fs1", "-A", str(auth), "--encrypt", "--strict", "--wins",
            "192.0.2.1", "--timeout", "1.25", "--min-protocol", "3.0", "--max-protocol", "3.0.2")
    request = cli.asked()[0]
    expected = {"auth": 2, "auth_file": str(auth), "encrypt": True, "strict": True,
                "wins": "192.0.2.1", "timeout": 1250, "lowest": 0x300, "highest": 0x302}
    assert {key: request[key] for key in expected} == expected
    assert "password" not in request and "as" not in request
    cli.run("list", "fs1", "-k")
    request = cli.asked()[-1]
    assert (request["auth"], request["lowest"], request["highest"]) == (1, 0x202, 0x311)
    assert "timeout" not in request


def test_help_and_version(cli):
    done = cli.run("--help")
    assert done.returncode == 0
    for command in ("list", "show", "end", "del", "files", "shares", "connections", "server"):
        assert f"\n  {command} " in done.stdout
        one = cli.run(command, "--help")
        assert one.returncode == 0
        assert one.stdout.startswith(f"Usage: netsess {command} ")
    assert cli.run("--version").stdout == "netsess 0.1.0\n"
