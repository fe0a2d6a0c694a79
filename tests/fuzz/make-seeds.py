#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""make-seeds.py FOLDER: writes the first inputs of each fuzz target into FOLDER/<target>/.

Most are the vectors of the unit tests, read out of their sources.  What a fuzzer found on
its way from there is in tests/fuzz/corpus/; tests/fuzz/run.sh starts from both.
"""

import hashlib
import pathlib
import re
import struct
import sys

TESTS = pathlib.Path(__file__).resolve().parent.parent

# The places in the tables of the targets.
SMB2 = """negotiate_req negotiate_rsp session_setup_req session_setup_rsp tree_req tree_rsp
create_req create_rsp close_req close_rsp flush_req read_req read_rsp write_req write_rsp
ioctl_req ioctl_rsp query_directory_req query_directory_rsp query_info_req query_info_rsp
set_info_req error_rsp validate_negotiate_req validate_negotiate_rsp smb1 simple
set_info_rsp notification create_context error_contexts interface_info
lock_req change_notify_req change_notify_rsp
durable_reconnect durable_request_v2 durable_reconnect_v2 durable_response_v2""".split()
NDR = """session_enum_req session_enum_resp session_del_req status_resp connection_enum_req
connection_enum_resp file_enum_req file_enum_resp file_get_info_req file_get_info_resp
file_close_req share_enum_req share_enum_resp share_get_info_req share_get_info_resp
server_get_info_req server_get_info_resp remote_tod_req remote_tod_resp wksta_get_info_req
wksta_get_info_resp""".split()
FSCC_STRUCTS = 29
FILE_CONTROLS, CONTROLS = 8, 19  # of server_talk.c's codes: those of files, and all
FSCC_DIRECTORY = 0x40
FSCC_NOTIFY = 0xFF
FSCC_CLASSES = (1, 2, 3, 12, 37, 38, 60)

STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
DEFINE = re.compile(r"^#define\s+(\w+)\s+(\".*)$", re.MULTILINE)
VECTOR = re.compile(r"static const char (?:\*const )?(\w+)\[\]\s*=\s*(.*?);", re.DOTALL)


def vectors(path):
    """Name and bytes of each hex constant of a C file."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = text.replace("\\\n", " ")
    macros = {name: "".join(STRING.findall(value)) for name, value in DEFINE.findall(text)}
    for name, value in VECTOR.findall(text):
        digits = ""
        for string, word in re.findall(r'"([^"]*)"|(\w+)', value):
            digits += macros.get(word, "") if word else string
        digits = "".join(digits.split())
        if len(digits) % 2 == 0 and re.fullmatch("[0-9a-fA-F]+", digits):
            yield name, bytes.fromhex(digits)


def utf16(text):
    return text.encode("utf-16-le")


def wire():
    for path in sorted(TESTS.glob("unit/wire/test_smb2_*.c")):
        module = path.stem.removeprefix("test_smb2_")
        for _, body in vectors(path):
            for place, name in enumerate(SMB2):
                if name.startswith(module) or name.removesuffix("_rsp") == module:
                    yield "wire_smb2", bytes([place]) + body
            if module in ("hdr", "transform"):
                yield "wire_nbss_hdr_chain", struct.pack(">I", len(body)) + body
    for place, name in enumerate(SMB2):
        yield "wire_smb2", bytes([place]) + bytes(64)
        if name in ("simple", "set_info_rsp"):
            yield "wire_smb2", bytes([place, 4 if name == "simple" else 2, 0, 0, 0])
    dialects = b"\2NT LM 0.12\0\2SMB 2.002\0\2SMB 2.???\0"
    smb1 = b"\xffSMB\x72" + bytes(27) + b"\0" + struct.pack("<H", len(dialects)) + dialects
    yield "wire_smb2", bytes([SMB2.index("smb1")]) + smb1
    for family in (2, 0x17):
        one = struct.pack("<IIIIQH", 0, 2, 1, 0, 10**9, family) + bytes(126)
        yield "wire_smb2", bytes([SMB2.index("interface_info")]) + one
        yield "wire_smb2", bytes([SMB2.index("interface_info")]) + b"\x98" + one[1:] + one
    hdr = b"\xfeSMB\x40\0" + bytes(58)
    two = hdr[:20] + struct.pack("<I", 72) + hdr[24:] + bytes(8) + hdr + bytes(4)
    yield "wire_nbss_hdr_chain", struct.pack(">I", len(two)) + two
    for _, token in vectors(TESTS / "unit/wire/test_spnego.c"):
        yield "wire_spnego_der", token


def fscc():
    for place in range(FSCC_STRUCTS):
        for n in (4, 8, 24, 40, 56, 108):
            yield "wire_fscc", bytes([place]) + bytes(n)
    descriptor = bytes.fromhex("01000480 14000000 24000000 00000000 34000000") + bytes.fromhex(
        "010200000000000520000000 20020000 010200000000000520000000 20020000"
        "02002000 01000000 00001800 ff011f00 010200000000000520000000 20020000")
    yield "wire_fscc", bytes([14]) + descriptor
    for info_class in FSCC_CLASSES:
        for n in (12, 64, 68, 80, 88, 94, 104):
            entry = struct.pack("<II", 0, 7) + bytes(n - 8) + utf16("name")
            yield "wire_fscc", bytes([FSCC_DIRECTORY + info_class]) + entry
    for _, records in vectors(TESTS / "unit/wire/test_fscc_notify.c"):
        yield "wire_fscc", bytes([FSCC_NOTIFY]) + records


def ndr():
    for line in (TESTS / "vectors/ndr-vectors.txt").read_text().splitlines():
        label, _, digits = (part.strip() for part in line.split("|"))
        stub = bytes.fromhex(digits)
        names = {"D": ["session_del_req"], "E": ["session_enum_req"],
                 "R": ["session_enum_resp"]}[label[0]]
        for name in names:
            yield "ndr_srvsvc", bytes([NDR.index(name)]) + stub
    server = bytes.fromhex("0000020004000000000000000400000073007200760000000000")[:24]
    for place, name in enumerate(NDR):
        if not name.endswith("_req"):
            yield "ndr_srvsvc", bytes([place]) + struct.pack("<III", 100, 0, 0)
            yield "ndr_srvsvc", bytes([place]) + struct.pack(
                "<IIIIIIII", 1, 1, 0x20000, 0, 0, 0, 0, 5)
            continue
        yield "ndr_srvsvc", bytes([place]) + server + struct.pack("<I", 3)
        yield "ndr_srvsvc", bytes([place]) + struct.pack("<II", 0, 3)
        for level in (0, 1, 2, 3, 10, 502):
            yield "ndr_srvsvc", bytes([place]) + bytes(8) + struct.pack(
                "<IIIIIII", level, level, 0x20000, 0, 0, 0xFFFFFFFF, 0)
            yield "ndr_srvsvc", bytes([place]) + bytes(4) + struct.pack(
                "<IIIIIII", level, level, 0x20000, 0, 0, 0xFFFFFFFF, 0)


def rpc():
    pdus = dict(vectors(TESTS / "unit/rpc/test_rpc_pdu.c"))
    for pdu in pdus.values():
        yield "rpc_pdu_frag", b"\0\0" + pdu
    for chunk in (b"\0", b"\x1f", b"\xff"):
        conversation = pdus["bind_hex"] + pdus["request_hex"] + pdus["request_hex"]
        yield "rpc_pdu_frag", b"\1" + chunk + conversation
        yield "rpc_pdu_frag", b"\2" + chunk + pdus["ack_hex"] + pdus["response_hex"]
        yield "rpc_pdu_frag", b"\2" + chunk + pdus["ack_hex"] + pdus["fault_hex"]
        yield "rpc_pdu_frag", b"\3" + chunk + b"\xff\xff\x10" + bytes(range(16)) + bytes(9)
    for _, pdu in vectors(TESTS / "unit/rpc/test_rpc_server.c"):
        yield "rpc_pdu_frag", b"\1\xff" + pdus["bind_hex"] + pdu


def security():
    for name, message in vectors(TESTS / "unit/security/test_ntlm_msg.c"):
        for which in range(4):
            yield "ntlm_msgs", bytes([which]) + message
    yield "ntlm_msgs", b"\0NTLMSSP\0" + struct.pack("<II", 1, 0xE2088297) + bytes(24)
    for pairs in (b"\0\0\0\0", b"\2\0\2\0D\0\6\0\4\0\2\0\0\0\7\0\x08\0" + bytes(12)):
        yield "ntlm_msgs", b"\3" + pairs
    yield "pac", pac()


def pac():
    """KERB_VALIDATION_INFO with two groups, [MS-PAC] 2.5."""
    info = bytes.fromhex("0110 0800 cccccccc") + struct.pack("<II", 400, 0) + struct.pack(
        "<I", 0x20000)
    info += bytes(48)  # six times
    info += bytes(8 * 6)  # six empty strings
    info += struct.pack("<HHIII", 0, 0, 1000, 513, 2) + struct.pack("<I", 0x20004)
    info += struct.pack("<I", 0x20) + bytes(16) + bytes(16) + struct.pack("<I", 0x20008)
    info += bytes(8) + bytes(4) + bytes(28) + struct.pack("<II", 1, 0x2000C)
    info += struct.pack("<III", 0, 0, 0)
    info += struct.pack("<IIIII", 2, 513, 7, 512, 7)
    sid = bytes([1, 4, 0, 0, 0, 0, 0, 5]) + struct.pack("<IIII", 21, 1, 2, 3)
    info += struct.pack("<I", 4) + sid
    info += struct.pack("<III", 1, 0x20010, 7) + struct.pack("<I", 4) + sid
    return info


def texts():
    for _, packet in vectors(TESTS / "unit/client/test_netbios.c"):
        yield "netbios_answer", packet[:2][::-1] + packet
    for name in ("", "srv", "\\\\srv", "srv:4450", "[fe80::1%eth0]:445", "fe80::1",
                 "10.0.0.1", "\\\\[::1]", "a.b-c.example.", "bücher.example", "😀"):
        yield "names", name.encode()
        yield "names", utf16(name)
    good = b"# comment\nalice:209c6174da490caeb422f3fa5a7ae634\n\n" \
        b"bob:a4f49c406510bdcab6824ee7c30fd852:disabled\n"
    for how, user in ((0, b"bob"), (1, b"ALICE"), (2, b"alice"), (3, b"bob"), (0, b"new")):
        yield "accounts", bytes([len(user) * 4 + how]) + user + good
    for line in (b"alice:12", b":209c6174da490caeb422f3fa5a7ae634", b"bob\n", b"a:b:c:d"):
        yield "accounts", b"\0" + line


def settings():
    yield "settings", b"\0username = alice\npassword = p w # x\r\ndomain=DOM\n; c\n\n# c\n"
    yield "settings", b"\1p\xc3\xa4ss word\r\nsecond line\n"
    yield "settings", b"\2srv1\n# none\n  [fe80::1] # here\n\n\\\\srv2\n"
    yield "settings", b"\3" + (TESTS.parent / "dist/netsessd.conf.example").read_bytes()
    keys = ['name = "S1"', "signing = required", "encryption = off", "port = 4450",
            'min_dialect = "2.1"', 'max_dialect = "3.1.1"', "multichannel = true",
            'users = {"@g", "x"}', 'listen = {"*", "10.0.0.1:445", "[::1]:5"}',
            'comment = "c"', 'dns_name = "s1.example"', "autodisconnect = 15"]
    for key in keys:
        yield "settings", f'\3server {{ accounts = "/a" {key} }}'.encode()
    yield "settings", b'\3group "g" { members = {"alice", "bob"} }\n' \
        b'group "Administrators" { members = {"admin", "@g"} }\n' \
        b'share "s" { path = "/" comment = "c" read_only = true users = {"@g"} }\n' \
        b'server { accounts = "/a" }\n'


def stubs():
    for line in (TESTS / "vectors/ndr-vectors.txt").read_text().splitlines():
        label, _, digits = (part.strip() for part in line.split("|"))
        if label[0] in "DE":
            yield {"D": 5, "E": 4}[label[0]], bytes.fromhex(digits)
    yield 7, bytes(4) + struct.pack("<IIIIIII", 1, 1, 0x20000, 0, 0, 0xFFFFFFFF, 0)  # shares
    yield 8, bytes(4) + struct.pack("<I", 101)
    yield 0, bytes(8) + struct.pack("<IIIIIII", 1, 1, 0x20000, 0, 0, 0xFFFFFFFF, 0)
    yield 1, bytes(12) + struct.pack("<IIIIII", 3, 3, 0x20000, 0, 0, 0xFFFFFFFF) + bytes(4)
    yield 3, bytes(4) + struct.pack("<I", 1)
    yield 9, bytes(4)


def request(command, body=b"", tree=0, session=0, how=0, conn=0):
    """One act of server_conn: a request that nobody has changed."""
    return bytes([12 + conn, how, session, command, tree]) + body + b"\0"


def transceive(how, rest=b"", file=0):
    return request(11, bytes([0, file]) + struct.pack("<H", 4096) + bytes([how]) + rest, 1)


def create(name, disposition=1, access=0, options=0, tree=0, how=0):
    body = bytes([name, 0, 7, disposition, access]) + struct.pack("<HBB", options, 0, 0)
    return request(5, body, tree, 0, how)


def durable(context, file=0, tree=0, how=0, oplock=9):
    """A CREATE of a.txt with one context of durable handles."""
    asked = bytes([1, context, file]) + struct.pack("<HB", 9999, 1)
    return request(5, bytes([3, oplock, 7, 1, 0, 0, 0]) + asked, tree, 0, how)


def durables(begin):
    again = bytes([8, 0]) + bytes([6, 0, 1, 0]) + request(3, bytes([2]))  # as alice, to rw
    for version in (0, 2):
        lost = begin + durable(version) + again
        yield "server_conn", lost + durable(version + 1, 1, 2)
        yield "server_conn", lost + create(3, 1, 1, 0, 2) + durable(version + 1, 1, 2)
        yield "server_conn", lost + bytes([4, 5]) + durable(version + 1, 1, 2)
    yield "server_conn", begin + durable(2) + durable(2, how=128)


def server():
    """Configuration, two connections, who signs in; then acts."""
    def begin(config=0, dialect=0, who=0):
        return bytes([config, dialect, 0, who, 0])
    files = create(3) + create(2) + create(5, 2, 1) + create(4, 1, 4)
    yield "server_conn", begin()
    for command in range(21):
        yield "server_conn", begin() + request(command, bytes(12), command % 2)
    for opnum, stub in stubs():
        call = transceive(2, bytes([opnum, len(stub)]) + stub)
        yield "server_conn", begin() + transceive(0) + call
        yield "server_local", bytes([4, 6, opnum]) + struct.pack("<H", len(stub)) + stub
        yield "server_local", bytes([5, 6, opnum]) + struct.pack("<H", len(stub)) + stub
    for config in (0, 1, 2, 4, 8, 16, 32, 64):
        for dialect in range(5):
            yield "server_conn", begin(config, dialect, config % 3) + files[:13]
    for file in (1, 2, 3, 4):
        talk = begin() + files
        for info in (4, 5, 6, 7, 8, 14, 16, 17, 18, 22, 34, 35, 59):
            talk += request(16, bytes([file, 1, info, 60, 0, 0]))
        yield "server_conn", talk
        talk = begin() + files
        for info in (1, 3, 4, 5, 7, 8, 11):
            talk += request(16, bytes([file, 2, info, 60, 0, 0]))
        talk += request(16, bytes([file, 3, 0, 60, 7, 0]))
        yield "server_conn", talk
        for listing in range(8):
            yield "server_conn", begin() + files + request(
                14, bytes([file, 1, listing, 0, 60])) * 2
        for place in range(8):
            data = struct.pack("<QQI", 1, 0, 8) + utf16("name") + bytes(12)
            yield "server_conn", begin() + files + request(
                17, bytes([file, place, 1, 40]) + data)
        for control in range(FILE_CONTROLS, CONTROLS):
            head = bytes([control, file]) + struct.pack("<H", 4096)
            yield "server_conn", begin() + files + request(
                11, head + bytes([file, 2, 0, 0, 1, 0, 4, 8, 1, 0, 2, 0]))
        yield "server_conn", begin() + files + request(8, bytes([file, 8, 0, 0, 0]))
        yield "server_conn", begin() + files + request(9, bytes([file, 0, 0, 0, 1, 5]) + b"hello")
        yield "server_conn", begin() + files + request(6, bytes([file, 1])) + request(
            7, bytes([file]))
    second = bytes([7, 1, 1, 0])  # alice, on the other connection
    yield "server_conn", begin() + second + transceive(0) + transceive(
        2, bytes([5, 32]) + bytes(8) + bytes(24))
    yield "server_conn", begin() + bytes([10]) + files + bytes([4, 2, 10, 4, 4])
    yield "server_conn", begin() + bytes([6, 0, 0, 0]) + bytes([7, 192, 1, 0])
    yield "server_conn", begin() + bytes([4, 7, 4, 6, 4, 4])
    yield from durables(begin(who=1))


def client():
    for dialect in range(6):
        for flags in (0, 1, 2, 4, 8, 16, 32, 128):
            yield "client_conn", bytes([dialect, flags, 8, 0]) + bytes(6)
        yield "client_conn", bytes([dialect, 0, 32 + 28, 0, 6, 0, 0, 5, 1])
        yield "client_conn", bytes([dialect, 1, 4, 1 + 8 + 16, 2])
    for at in range(0, 80, 8):
        yield "client_conn", bytes([5, 0, 4, 0, 1, 0, 0, 0, 1, at, 0, 255])
    for how in (0, 1, 2, 3, 3 + 16):
        yield "client_local", bytes([how, 10, 0, 0, 20, 0, 0]) + bytes(20)
        yield "client_local", bytes([how, 255, 0, 0, 4, 0, 1, 20, 0, 7])
    for who in range(6):
        for how in (0, 2, 4, 6):
            yield "spnego_auth", bytes([how, who])
            yield "spnego_auth", bytes([how, who, 0, 1, 40, 0, 7])
    for _, token in vectors(TESTS / "unit/wire/test_spnego.c"):
        for how in (1, 9):
            yield "spnego_auth", bytes([how, 0]) + struct.pack("<H", len(token)) + token


def main():
    out = pathlib.Path(sys.argv[1])
    for part in (wire, fscc, ndr, rpc, security, texts, settings, server, client):
        for target, seed in part():
            folder = out / target
            folder.mkdir(parents=True, exist_ok=True)
            (folder / hashlib.sha1(seed).hexdigest()).write_bytes(seed)


if __name__ == "__main__":
    main()
