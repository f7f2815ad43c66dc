#!/usr/bin/env python3
"""Writes the seeds of the targets packets, wire-*, mail, ntlm and reassembly: small captures, dialogues of the
protocols that are read, and their parts, of bytes of our own.

    python3 tests/fuzz/seeds_packets.py
"""
import base64
import pathlib
import struct
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "pcaps"))

import make_resets  # noqa: E402
from make_march2011 import ber, change, number, text  # noqa: E402
from packets import Capture  # noqa: E402

CORPUS = ROOT / "tests/fuzz/corpus"
START = 1299654123000000
CLIENT, SERVER = "10.0.0.9", "10.0.0.1"

HTTP = [(0, "POST /owa/auth.owa HTTP/1.1\r\nHost: m\r\nTransfer-Encoding: chunked\r\n\r\n"
            "9;x=1\r\nusername=\r\n4\r\nanna\r\n0\r\n\r\nGET /owa/ HTTP/1.1\r\nCookie: cadata=1\r\n\r\n"),
        (1, "HTTP/1.1 302 Found\r\nSet-Cookie: cadata=1\r\nContent-Length: 0\r\n\r\n"
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")]
SMTP = [(1, "220 mx ESMTP\r\n"), (0, "EHLO a\r\n"), (1, "250-mx\r\n250 CHUNKING\r\n"),
        (0, "AUTH PLAIN " + base64.b64encode(b"\0anna\0not-kept").decode() + "\r\n"), (1, "235 in\r\n"),
        (0, "MAIL FROM:<>\r\nRCPT TO:<b@c>\r\n"), (1, "250 ok\r\n250 ok\r\n"), (0, "DATA\r\n"), (1, "354 go\r\n"),
        (0, "From: <anna@corp.example>\r\nSubject: =?gb2312?B?1Ni2r7TwuLQ=?=\r\n =?utf-8*zh?Q?=3A_x?=\r\n\r\n"
            "..a\r\n.\r\n"), (1, "250 ok\r\n"),
        (0, "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 12 LAST\r\nSubject: x\r\n"), (1, "250 ok\r\n250 ok\r\n250 ok\r\n"),
        (0, "STARTTLS\r\n"), (1, "220 go\r\n")]
IMAP = [(1, "* OK ready\r\n"), (0, "a LOGIN {4+}\r\nanna {8+}\r\nnot-kept\r\n"), (1, "a OK in\r\n"),
        (0, "b FETCH 1 (BODY[])\r\n"),
        (1, "* 1 FETCH (BODY[] {43}\r\nFrom: <anna@corp.example>\r\nSubject: x\r\n\r\n)\r\nb OK done\r\n")]
POP3 = [(1, "+OK ready\r\n"), (0, "USER anna\r\nPASS not-kept\r\n"), (1, "+OK\r\n-ERR no\r\n"),
        (0, "RETR 1\r\n"), (1, "+OK\r\nFrom: <a@b>\r\nSubject: x\r\n\r\n..\r\n.\r\n")]
LDAP = [(0, ber(0x30, number(1), ber(0x60, number(3), text("desk"), text("not-kept", 0x80)))),
        (1, ber(0x30, number(1), ber(0x61, number(0, 10), text(""), text("")))),
        (0, ber(0x30, number(2), ber(0x66, text("CN=anna,DC=x"), ber(0x30, change(2))))),
        (1, ber(0x30, number(2), ber(0x67, number(0, 10), text(""), text(""))))]


def hello():
    name = b"mail.corp.example"
    listed = struct.pack(">HBH", len(name) + 3, 0, len(name)) + name
    extensions = struct.pack(">HH", 0, len(listed)) + listed + bytes.fromhex("0010000500030268320a0a0000")
    body = b"\x03\x03" + bytes(32) + b"\0" + bytes.fromhex("0004130113020100") + \
        struct.pack(">H", len(extensions)) + extensions
    message = b"\x01" + len(body).to_bytes(3, "big") + body
    return b"".join(b"\x16\x03\x01" + len(p).to_bytes(2, "big") + p for p in (message[:40], message[40:]))


def kerberos():
    def name(words):
        return ber(0x30, ber(0xA0, number(1)), ber(0xA1, ber(0x30, *(text(w, 0x1B) for w in words))))
    request = ber(0x6A, ber(0x30, ber(0xA1, number(5)), ber(0xA4, ber(
        0x30, ber(0xA1, name(["anna"])), ber(0xA2, text("CORP", 0x1B)), ber(0xA3, name(["kadmin", "changepw"]))))))
    reply = ber(0x6B, ber(0x30, ber(0xA3, text("CORP", 0x1B)), ber(0xA4, name(["anna"]))))
    error = ber(0x7E, ber(0x30, ber(0xA6, number(24))))
    return [(0, request), (1, error), (0, request), (1, reply)]


def kpasswd(version):
    ticket = ber(0x6E, b"t" * 20)
    return [(0, struct.pack(">HHH", 6 + len(ticket), version, len(ticket)) + ticket),
            (1, struct.pack(">HHH", 8, 1, 2) + b"ok")]


def framed(words):
    return [(side, len(data).to_bytes(4, "big") + data) for side, data in words]


def octets(words):
    return [(side, data.encode() if isinstance(data, str) else data) for side, data in words]


class Listener:
    """Takes the place of a capture, and keeps what is said on each connection."""

    def __init__(self):
        self.connections = []

    def connection(self, _client, _server, port):
        self.connections.append(Words(port))
        return self.connections[-1]


class Words:
    def __init__(self, port):
        self.port, self.words = port, []

    def say(self, _time, side, data):
        self.words.append((side, data))

    def close(self, _time):
        pass


def resets():
    """name -> (port, words) of what the capture resets.pcapng has."""
    listener = Listener()
    make_resets.tell(listener)
    found = {}
    for connection in listener.connections:
        kind = "smb" if connection.port == 445 else "dcerpc"
        name = f"{kind}-{sum(n.startswith(kind) for n in found)}"
        found[name] = (connection.port, [w for w in connection.words if len(w[1]) < 60000])
    return found


RESETS = resets()
DIALOGUES = {"smb": RESETS["smb-3"], "dcerpc": RESETS["dcerpc-0"], "http": (80, HTTP), "smtp": (25, SMTP), "imap": (143, IMAP), "pop3": (110, POP3), "ldap": (389, LDAP),
             "tls": (443, [(0, hello())]), "kerberos": (88, framed(kerberos())),
             "kpasswd": (464, framed(kpasswd(1)))}


def record(name):
    """A capture of the dialogue."""
    port, words = DIALOGUES[name]
    capture = Capture()
    connection = capture.connection(CLIENT, SERVER, port)
    at = START
    for side, data in octets(words):
        connection.say(at, side, data)
        at += 1000
    connection.close(at)
    return capture


def datagrams(words, port):
    capture = Capture()
    for i, (side, data) in enumerate(words):
        ends = (SERVER, CLIENT) if side else (CLIENT, SERVER)
        ports = (port, 5000) if side else (5000, port)
        capture.ip(START + i, *ends, 17, struct.pack(">HHHH", *ports, 8 + len(data), 0) + data)
    return capture


def keep(target, name, data):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def keep_words(name, words, lost=(), datagrams=False):
    """A dialogue as the targets wire-* read it; of words by number only the length remains."""
    data = b""
    for i, (side, said) in enumerate(words):
        how = side | (2 if i in lost else 0) | (4 if datagrams else 0)
        data += struct.pack("<BH", how, len(said)) + (b"" if i in lost else said)
    keep(f"wire-{name.partition('-')[0]}", name, data)


def ntlm(domain, user, workstation, unicode=True):
    """The third message of NTLM."""
    texts = [t.encode("utf-16-le" if unicode else "latin-1") for t in (domain, user, workstation)]
    head, at, fields = b"NTLMSSP\0" + struct.pack("<I", 3), 64, b""
    for t in (b"l" * 24, b"n" * 24, *texts, b""):
        fields += struct.pack("<HHI", len(t), len(t), at)
        at += len(t)
    return head + fields + struct.pack("<I", 1 if unicode else 2) + b"l" * 24 + b"n" * 24 + b"".join(texts)


def spoken(mechanism, *lines):
    """What the target ntlm reads: two rooms, the mechanism's number, lines of base64."""
    return b"\xff\x20" + bytes([mechanism]) + b"\n".join(base64.b64encode(line) for line in lines)


SASL = [(b"\0anna\0not-kept",), (b"anna", b"not-kept"), (b"anna 0123456789abcdef",),
        (b'charset=utf-8,username="anna",realm="x"', b""), (b"n,,n=anna,r=x", b"c=biws,r=x,p=y"),
        (b"user=anna@corp.example\1auth=Bearer not-kept\1\1",), (b"n,a=anna,\1auth=Bearer not-kept\1\1",),
        (b"NTLMSSP\0\1\0\0\0", ntlm("CORP", "anna", "PC1"))]
MESSAGES = {
    "reply": b"From: Anna <anna@corp.example>\r\nTo: <b@c>,\r\n\t<d@e>\r\nAuto-Submitted: auto-replied (vacation)\r\n"
             b"Subject: =?gb2312?B?1Ni2r7TwuLQ=?=\r\n =?gb2312?B?tPC4tA==?= =?utf-8*zh?Q?=3A_x?= a\r\n"
             b"Content-Language: zh-CN\r\nPrecedence: bulk\r\nMessage-ID: <1@a>\r\n\r\nSubject: not this\r\n",
    "report": b"From: MAILER-DAEMON\r\nContent-Type: multipart/report; report-type=delivery-status;\r\n boundary=x\r\n\r\n"
              b"--x\r\nContent-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; a@b\r\nAction: failed\r\n"
              b"Status: 5.1.1\r\n--x--\r\n",
    "charsets": b"Subject: =?iso-2022-jp?B?GyRCJDMbKEI=?= =?shift_jis?Q?=83e?= =?big5?B?pqo=?= =?hz-gb-2312?Q?~{VP~}?=\r\n"
                b" =?koi8-r?Q?=F0?= =?windows-1251?B?z/Do?= =?euc-kr?B?x9E=?= =?none?Q?x?= =?utf-8?Q?=E4=B8?==?utf-8?Q?=AD?=\r\n",
}


def packet(kind, how, place, answered, length, again=None, seconds=None):
    """One of the target reassembly: places are numbers behind 4096 before the numbers wrap."""
    data = struct.pack(">BBHHH", kind, how, place, answered, length)
    data += b"" if again is None else struct.pack(">HB", *again)
    return data + (b"" if seconds is None else bytes([seconds]))


ORDERS = {
    "talk": packet(0, 4, 99, 0, 0) + packet(0, 5, 199, 100, 0) + packet(0, 0, 100, 200, 700) +
            packet(0, 1, 200, 800, 1400) + packet(0, 2, 800, 1600, 0) + packet(0, 3, 1600, 801, 0),
    "shuffled": packet(0, 0, 100, 200, 10) + packet(0, 1, 200, 900, 700) + packet(0, 0, 800, 200, 700) +
                packet(0, 0, 110, 200, 690) + packet(0, 32, 150, 200, 600) + packet(0, 2, 1500, 900, 1),
    "holes": packet(0, 0, 100, 200, 10) + packet(4, 16, 200, 0, 3, again=(300, 2)),
    "wide": packet(0, 1, 100, 200, 1) + packet(4, 1, 4096, 0, 8000, again=(40, 9)) + packet(12, 1, 9, 0, 4, (1, 1), 200),
    "pieces": packet(1, 64, 0, 7, 1480) + packet(1, 64, 370, 7, 1480) + packet(1, 0, 555, 7, 99) + packet(1, 64, 185, 7, 1480),
    "half-open": packet(5, 64, 4096, 0, 8, again=(300, 1)) + packet(9, 0, 4097, 9, 8, seconds=40),
}


def keep_parts():
    for name, (_, words) in DIALOGUES.items():
        if name not in ("smb", "dcerpc"):
            keep_words(name, octets(words))
            keep_words(f"{name}-lost", octets(words), range(1, len(words), 3))
    keep_words("kerberos-udp", kerberos(), datagrams=True)
    keep_words("kpasswd-udp", kpasswd(0xFF80), datagrams=True)
    for name, data in MESSAGES.items():
        keep("mail", name, b"\x08\x10" + data)
    for number, lines in enumerate(SASL):
        keep("ntlm", f"sasl-{number}", spoken(number, *lines))
    keep("ntlm", "token", b"\x40\x10\0" + ntlm("CORP", "\u5f20\u4f1f", "PC1"))
    keep("ntlm", "oem", b"\x40\x10\0\xa1\x30" + ntlm("CORP", "anna", "PC1", unicode=False))
    for name, data in ORDERS.items():
        keep("reassembly", name, data)


def main():
    folder = CORPUS / "packets"
    folder.mkdir(parents=True, exist_ok=True)
    for name in DIALOGUES:
        record(name).write(folder / name)
    datagrams(kerberos(), 88).write(folder / "kerberos-udp")
    datagrams(kpasswd(0xFF80), 464).write(folder / "kpasswd-udp")
    for name, (_, words) in RESETS.items():
        keep_words(name, words)
    keep_parts()
    for name in ("smb-8", "dcerpc-0"):
        words = RESETS[name][1]
        keep_words(f"{name}-lost", words, range(5, len(words), 7))
        keep_words(f"{name}-client", [w for w in words if w[0] == 0])


if __name__ == "__main__":
    main()
