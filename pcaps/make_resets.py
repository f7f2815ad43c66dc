"""Passwords that are set and changed over SMB and DCE/RPC, in every way that is read: resets.pcapng, and its truth.

    python3 pcaps/make_resets.py pcaps/resets.pcapng
"""
import json
import pathlib
import sys

import smb
from packets import Capture
from samr import ACCESS_DENIED, WRONG_PASSWORD, Samr

START = 1299654123000000
DESK, PERSON, DC = "10.0.0.9", "10.0.0.21", "10.0.0.1"
FILE = b"a file's name..!"
STEP = 20000


class Teller:
    """Says words in turn, and keeps the truth of what they mean."""

    def __init__(self, capture):
        self.capture, self.at, self.truth, self.sessions = capture, START, [], 0x1000

    def open(self, client, port):
        return self.capture.connection(client, DC, port)

    def say(self, connection, side, data):
        connection.say(self.at, side, data)
        self.at += STEP

    def close(self, connection):
        connection.close(self.at)
        self.at += 10 * STEP

    def true(self, event, actor, target, outcome="success"):
        self.truth.append({"event": event, "actor": actor, "target": target, "outcome": outcome})


class Pipe:
    """A session of SMB and the pipe samr in it."""

    def __init__(self, teller, client, user, status=0):
        teller.sessions += 1
        self.teller, self.number, self.call, self.session = teller, 3, 1, teller.sessions
        self.connection = teller.open(client, 445)
        self.exchange(smb.setup(1, smb.ntlm_1()), smb.setup(1, smb.ntlm_2(), answer=True, status=smb.MORE_PROCESSING))
        self.exchange(smb.setup(2, smb.ntlm_3("CORP", user, "DESK1")), smb.setup(2, b"", answer=True, status=status))
        teller.true("4625" if status else "4624", "", user, "failure" if status else "success")

    def frame(self, *messages):
        return smb.framed(*(smb.of_session(m, self.session) for m in messages))

    def exchange(self, asked, *answers):
        self.teller.say(self.connection, 0, self.frame(asked))
        for answer in answers:
            self.teller.say(self.connection, 1, self.frame(answer))

    def next(self):
        self.number += 1
        return self.number

    def open(self, contexts):
        number = self.next()
        self.exchange(smb.create(number, "samr"), smb.created(number, FILE))
        self.transceive(smb.bind(self.call, contexts), smb.bind_ack(self.call, contexts))

    def transceive(self, asked, answer, waits=False):
        number = self.next()
        first = [smb.pending(smb.IOCTL, number)] if waits else []
        self.exchange(smb.transceive(number, FILE, asked), *first, smb.transceived(number, FILE, answer))

    def do(self, call, **how):
        """One call of SAMR by Transceive, or in pieces by Write and Read."""
        operation, asked, answer = call
        self.call += 1
        if "pieces" not in how:
            self.transceive(smb.request(self.call, operation, asked, context=how.get("context", 0)),
                            smb.response(self.call, answer), waits=how.get("waits", False))
            return
        parts = smb.fragments(lambda c, p, flags: smb.request(c, operation, p, flags=flags), self.call, asked,
                              how["pieces"])
        for part in parts:
            number = self.next()
            self.exchange(smb.write(number, FILE, part), smb.message(smb.WRITE, number, bytes(16), answer=True))
        told = b"".join(smb.fragments(smb.response, self.call, answer, 24))
        for data, status in ((told[:20], smb.OVERFLOW), (told[20:], 0)):
            number = self.next()
            self.exchange(smb.read(number, FILE), smb.was_read(number, data, status))

    def close(self):
        number = self.next()
        self.exchange(smb.close(number, FILE), smb.message(smb.CLOSE, number, bytes(60), answer=True))
        self.teller.close(self.connection)


def open_domain(do, samr):
    for call in (samr.connect(1), samr.lookup_domain(1, "CORP"), samr.open_domain(1, 2)):
        do(call)


def one_by_one(teller):
    """A help desk's tool: a session for each, every level, one refused; a comment is no password."""
    for i, level in enumerate((18, 21, 23, 24, 25, 26, 31, 32)):
        samr, pipe = Samr(), Pipe(teller, DESK, "helpdesk")
        pipe.open([(smb.SAMR, smb.NDR)])
        open_domain(pipe.do, samr)
        name, status = f"user{level}", ACCESS_DENIED if level == 26 else 0
        pipe.do(samr.lookup_names(2, {name: 1100 + i}))
        pipe.do(samr.open_user(2, 1100 + i, 3))
        pipe.do(samr.set_comment(3))
        pipe.do(samr.set_password(3, level, status, operation=37 if level == 21 else 58), waits=level == 24)
        teller.true("4724", "helpdesk", name, "failure" if status else "success")
        pipe.close()


def all_at_once(teller):
    """Names asked for together, or learned from numbers; calls in pieces; an account of which only the number
    is known; one that is made and gets its password."""
    samr = Samr()
    pipe = Pipe(teller, DESK, "helpdesk")
    pipe.open([(smb.LSARPC, smb.NDR), (smb.SAMR, smb.NDR64), (smb.SAMR, smb.NDR)])

    def do(call, **how):
        pipe.do(call, context=2, **how)
    open_domain(do, samr)
    do(samr.lookup_names(2, {"wang.fang": 1201, "nobody": 0, "王芳": 1202}))
    do(samr.lookup_numbers(2, {"li.wei": 1203, "zhang.min": 1204}))
    for number, name in ((1201, "wang.fang"), (1202, "王芳"), (1203, "li.wei"), (1204, "zhang.min"), (1299, "RID-1299")):
        do(samr.open_user(2, number, number))
        do(samr.set_password(number, 24))
        teller.true("4724", "helpdesk", name)
    do(samr.create_user(2, "new.one", 1300, 1300))
    teller.true("4720", "helpdesk", "new.one")
    do(samr.set_password(1300, 25))
    teller.true("4724", "helpdesk", "new.one")
    pipe.close()


def in_pieces(teller):
    samr = Samr()
    pipe = Pipe(teller, DESK, "helpdesk")
    pipe.open([(smb.SAMR, smb.NDR)])
    open_domain(pipe.do, samr)
    pipe.do(samr.lookup_names(2, {f"many{i}": 1400 + i for i in range(40)}), pieces=300)
    pipe.do(samr.open_user(2, 1439, 4), pieces=9)
    pipe.do(samr.set_password(4, 23), pieces=100)
    teller.true("4724", "helpdesk", "many39")
    pipe.close()


def by_owners(teller):
    samr = Samr()
    for operation in (54, 55, 63, 73):
        pipe = Pipe(teller, PERSON, f"owner{operation}")
        pipe.open([(smb.SAMR, smb.NDR)])
        status = WRONG_PASSWORD if operation == 55 else 0
        pipe.do(samr.change_password(operation, f"owner{operation}", status))
        teller.true("4723", f"owner{operation}", f"owner{operation}", "failure" if status else "success")
        pipe.close()
    Pipe(teller, PERSON, "owner1", status=0xC000006D)


def over_tcp(teller, samr, sealed=False):
    """The same by itself, on a port of its own: NDR64, or the other order of bytes, or sealed."""
    connection, more = teller.open(DESK, 49667), {"order": samr.order}
    contexts = [(smb.SAMR, smb.NDR64 if samr.ndr64 else smb.NDR)]
    if samr.order == ">":
        contexts = [(bytes.fromhex("123457781234abcdef000123456789ac00010000"), bytes(20))]
    level = 6 if sealed else 5
    teller.say(connection, 0, smb.bind(1, contexts, token=smb.ntlm_1(), order=samr.order))
    teller.say(connection, 1, smb.bind_ack(1, contexts))
    teller.say(connection, 0, smb.pdu(16, 1, bytes(4), token=smb.ntlm_3("CORP", "admin", "DESK2"), **more))
    teller.true("4624", "", "admin")
    calls = [samr.connect(1), samr.lookup_domain(1, "CORP"), samr.open_domain(1, 2),
             samr.lookup_names(2, {"tcp.one": 1501, "tcp.two": 1502}), samr.open_user(2, 1502, 5),
             samr.set_password(5, 25), samr.change_by_handle(5)]
    for call, (operation, asked, answer) in enumerate(calls, 2):
        how = {"token": b"t" * 16, "level": level, "padding": 4, **more}
        asked, answer = (b"?" * len(asked), b"?" * len(answer)) if sealed else (asked, answer)
        teller.say(connection, 0, smb.request(call, operation, asked, **how))
        teller.say(connection, 1, smb.response(call, answer, **how))
    target, outcome = ("", "") if sealed else ("tcp.two", "success")
    teller.true("4738" if sealed else "4724", "admin", target, outcome)
    teller.true("4723", "admin", target, outcome)
    teller.close(connection)


def compounded(teller):
    """The pipe is opened and bound in one frame, by a name that is not known yet."""
    samr, before = Samr(), b"\xff" * 16
    pipe = Pipe(teller, DESK, "helpdesk")
    contexts = [(smb.SAMR, smb.NDR)]
    teller.say(pipe.connection, 0, pipe.frame(
        smb.create(10, "samr"), smb.transceive(11, before, smb.bind(1, contexts), flags=4)))
    teller.say(pipe.connection, 1, pipe.frame(
        smb.created(10, FILE), smb.transceived(11, FILE, smb.bind_ack(1, contexts), flags=4)))
    pipe.number = 11
    pipe.do(samr.change_password(55, "owner2"))
    teller.true("4723", "helpdesk", "owner2")
    pipe.close()


def encrypted(teller):
    pipe = Pipe(teller, DESK, "helpdesk")
    for length in (200, 689, 70000):
        teller.say(pipe.connection, 0, smb.sealed(length))
        teller.say(pipe.connection, 1, smb.sealed(100))
    teller.close(pipe.connection)


def tell(capture):
    Samr.made = 0
    teller = Teller(capture)
    one_by_one(teller)
    all_at_once(teller)
    in_pieces(teller)
    by_owners(teller)
    over_tcp(teller, Samr(ndr64=True))
    over_tcp(teller, Samr(order=">"))
    over_tcp(teller, Samr(), sealed=True)
    compounded(teller)
    encrypted(teller)
    return teller


def main(out):
    teller = tell(Capture())
    teller.capture.write(out)
    text = json.dumps(teller.truth, indent=1, ensure_ascii=False) + "\n"
    pathlib.Path(out).with_suffix(".truth.json").write_text(text, "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
