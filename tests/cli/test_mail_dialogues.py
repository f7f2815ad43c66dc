"""SMTP, POP3 and IMAP as clients and servers may speak them: many commands at once, before the greeting, with holes,
refused: who logged on is who did, no password is a name, and a message is one that the server took, for whom it took
it. However the bytes are cut into packets, the same is told."""
import base64
import pathlib
import sys
import unittest

from harness import Case, lines_of, run

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "pcaps")]

import packets  # noqa: E402
from packets import Capture  # noqa: E402

START = 1299654123000000
C, S, LOST = 0, 1, 2  # the client's word, the server's, that the capture lacks it
CUTS = (1400, 7)


def b64(text):
    return base64.b64encode(text.encode()).decode()


def plain(user):
    return b64(f"\0{user}\0pw-{user}")


ANNA, SECRET = b64("anna"), b64("not-kept")
GREETED = [(S, "220 mx ESMTP\r\n"), (C, "EHLO a\r\n"), (S, "250-mx\r\n250 AUTH LOGIN PLAIN\r\n")]
QUIT = [(C, "QUIT\r\n"), (S, "221 bye\r\n")]
NAME, WORD = f"334 {b64('Username:')}\r\n", f"334 {b64('Password:')}\r\n"
POP = [(S, "+OK POP3 ready\r\n")]
IMAP = [(S, "* OK IMAP4 ready\r\n")]
OUT, BACK = [(C, "a0 NOOP\r\n")], [(S, "a0 OK\r\n")]
TEXT = "From: b@x\r\nSubject: one\r\nMessage-ID: <1@x>\r\n\r\nbody\r\n"
ENVELOPE = [(C, "MAIL FROM:<b@x>\r\nRCPT TO:<anna@y>\r\n"), (S, "250 ok\r\n250 ok\r\n")]


def message(text=TEXT, answer="250 taken\r\n"):
    return [(C, "DATA\r\n"), (S, "354 go\r\n"), (C, text + ".\r\n"), (S, answer)]


def smtp(*words):
    return GREETED + list(words) + QUIT


def chunks(at):
    """A message in two chunks, cut there."""
    first, last = TEXT[:at], TEXT[at:]
    return ENVELOPE + [(C, f"BDAT {len(first)}\r\n{first}"), (S, "250 ok\r\n"),
                       (C, f"BDAT {len(last)} LAST\r\n{last}"), (S, "250 ok\r\n")]


def fetched(items, text=TEXT):
    return f"* 1 FETCH ({items} {{{len(text)}}}\r\n{text}"


def logon(native):
    return f"{native['EventID']} {native['TargetUserName']}"


def mail(native):
    return f"{native['message-subject']} > {native.get('recipient-address', '')}"


# Of SMTP on 25, POP3 on 110, IMAP on 143: what it is about, the words, what is told.
LOGONS = {
    25: (
        ("a name behind another command", smtp(
            (C, f"NOOP\r\nAUTH LOGIN\r\n{ANNA}\r\n"), (S, "250 ok\r\n"), (S, NAME), (S, WORD),
            (C, f"{SECRET}\r\n"), (S, "235 ok\r\n")), ["4624 anna"]),
        ("the same, answered at once", smtp(
            (C, f"NOOP\r\nAUTH LOGIN\r\n{ANNA}\r\n"), (S, "250 ok\r\n" + NAME + WORD),
            (C, f"{SECRET}\r\n"), (S, "535 no\r\n")), ["4625 anna"]),
        ("all at once", smtp(
            (C, f"NOOP\r\nAUTH LOGIN\r\n{ANNA}\r\n{SECRET}\r\n"), (S, "250 ok\r\n" + NAME + WORD + "535 no\r\n")),
         ["4625 anna"]),
        ("two names at once", smtp(
            (C, f"NOOP\r\nAUTH PLAIN {plain('u1')}\r\nAUTH PLAIN {plain('u2')}\r\n"),
            (S, "250 ok\r\n535 no\r\n235 ok\r\n")), ["4625 u1", "4624 u2"]),
        ("before the greeting", [
            (C, f"EHLO a\r\nAUTH PLAIN {plain('u1')}\r\n"), (S, "220 mx ESMTP\r\n"), (S, "250 mx\r\n235 ok\r\n")],
         ["4624 u1"]),
        ("a name and more before the greeting", [
            (C, f"EHLO a\r\nAUTH LOGIN\r\n{ANNA}\r\n"), (S, "220 mx ESMTP\r\n250 mx\r\n" + NAME + WORD),
            (C, f"{SECRET}\r\n"), (S, "235 ok\r\n")], []),
        ("two names before the greeting", [
            (C, f"EHLO a\r\nAUTH PLAIN {plain('u1')}\r\nAUTH PLAIN {plain('u2')}\r\n"),
            (S, "220 mx ESMTP\r\n250 mx\r\n535 no\r\n235 ok\r\n")], []),
        ("no name where the password is asked for", smtp(
            (C, "AUTH LOGIN\r\n"), (S, WORD), (C, f"{SECRET}\r\n"), (S, "235 ok\r\n")), []),
        ("taken back", smtp(
            (C, "AUTH LOGIN\r\n"), (S, NAME), (C, f"{ANNA}\r\n"), (S, WORD), (C, "*\r\n"), (S, "535 no\r\n")), []),
        ("a wrong password by its enhanced code", smtp(
            (C, f"AUTH PLAIN {plain('u1')}\r\n"), (S, "554 5.7.8 no\r\n")), ["4625 u1"]),
    ) + tuple(("nothing of the password: " + reply, smtp(
        (C, f"AUTH PLAIN {plain('u1')}\r\n"), (S, reply + "\r\n")), []) for reply in (
            "421 4.3.2 closing", "432 4.7.12 change it", "454 4.7.0 later", "501 5.5.2 what", "503 5.5.1 again",
            "504 5.7.4 how", "530 5.7.0 STARTTLS", "534 5.7.9 weak", "538 5.7.11 encrypt")),
    110: (
        ("two names at once", POP + [
            (C, "USER u1\r\nPASS not-kept\r\nUSER u2\r\nPASS not-kept\r\n"),
            (S, "+OK\r\n-ERR no\r\n+OK\r\n+OK in\r\n")], ["4625 u1", "4624 u2"]),
        ("two tries at once", POP + [
            (C, f"AUTH PLAIN {plain('u1')}\r\nAUTH PLAIN {plain('u2')}\r\n"), (S, "-ERR no\r\n+OK\r\n")],
         ["4625 u1", "4624 u2"]),
        ("all at once", POP + [
            (C, f"CAPA\r\nAUTH LOGIN\r\n{ANNA}\r\n{SECRET}\r\n"),
            (S, f"+OK\r\nSASL\r\n.\r\n+ {b64('Username:')}\r\n+ {b64('Password:')}\r\n+OK in\r\n")], ["4624 anna"]),
        ("before the greeting", [
            (C, "USER u1\r\nPASS not-kept\r\n"), (S, "+OK POP3 ready\r\n+OK\r\n-ERR no\r\n")], ["4625 u1"]),
        ("two names before the greeting", [
            (C, "USER u1\r\nPASS not-kept\r\nUSER u2\r\nPASS not-kept\r\n"),
            (S, "+OK POP3 ready\r\n+OK\r\n-ERR no\r\n+OK\r\n+OK in\r\n")], []),
        ("somebody else is in", POP + [
            (C, "USER u1\r\nPASS not-kept\r\n"), (S, "+OK\r\n-ERR [IN-USE] locked\r\n")], ["4624 u1"]),
        ("a fault of the server", POP + [
            (C, "USER u1\r\nPASS not-kept\r\n"), (S, "+OK\r\n-ERR [SYS/TEMP] later\r\n")], []),
        ("a wrong password by its code", POP + [
            (C, "USER u1\r\nPASS not-kept\r\n"), (S, "+OK\r\n-ERR [AUTH] no\r\n")], ["4625 u1"]),
    ),
    143: (
        ("a name behind a try", IMAP + [
            (C, f"a1 AUTHENTICATE PLAIN {plain('u1')}\r\na2 LOGIN u2 not-kept\r\n"), (S, "a1 NO\r\na2 OK\r\n")],
         ["4625 u1", "4624 u2"]),
        ("all at once", IMAP + [
            (C, "a1 LOGIN {4}\r\nanna {8}\r\nnot-kept\r\na2 NOOP\r\n"), (S, "+ go\r\n+ go\r\na1 NO\r\na2 OK\r\n")],
         ["4625 anna"]),
        ("a name without letters", IMAP + [
            (C, "a1 LOGIN {0}\r\n"), (S, "+ go\r\n"), (C, " {8}\r\n"), (S, "+ go\r\n"), (C, "not-kept\r\n"),
            (S, "a1 OK\r\n")], []),
        ("a name with an octet that ends it", IMAP + [
            (C, "a1 LOGIN {12}\r\n"), (S, "+ go\r\n"), (C, "anna\0xxxxxxx not-kept\r\n"), (S, "a1 OK\r\n")],
         ["4624 anna"]),
        ("a literal that is refused", IMAP + [
            (C, "a1 LOGIN {5}\r\n"), (S, "a1 NO [PRIVACYREQUIRED] no\r\n"), (C, "a2 LOGIN u2 not-kept\r\n"),
            (S, "a2 OK\r\n")], ["4624 u2"]),
        ("a message that is refused", IMAP + [
            (C, "a1 APPEND Sent {5000}\r\n"), (S, "a1 NO [TRYCREATE]\r\n"), (C, "a2 LOGIN u2 not-kept\r\n"),
            (S, "a2 OK\r\n")], ["4624 u2"]),
        ("half of a name", IMAP + [
            (C, "a1 LOGIN {5}\r\n"), (S, "+ go\r\n"), (C, "an"), (LOST, "nas {8}\r\n"), (S, "+ go\r\n"),
            (C, "not-kept\r\n"), (S, "a1 OK\r\n")], []),
        ("a long tag", IMAP + [(C, "A" * 40 + " LOGIN u1 not-kept\r\n"), (S, "A" * 40 + " OK\r\n")], ["4624 u1"]),
        ("twenty at once", IMAP + [
            (C, "".join(f"t{i} LOGIN u{i} not-kept\r\n" for i in range(20))),
            (S, "".join(f"t{i} NO\r\n" for i in range(20)))], [f"4625 u{i}" for i in range(20)]),
        ("a wrong password by its code", IMAP + [
            (C, "a1 LOGIN u1 not-kept\r\n"), (S, "a1 NO [AUTHENTICATIONFAILED] no\r\n")], ["4625 u1"]),
    ) + tuple(("nothing of the password: " + reply, IMAP + [
        (C, "a1 LOGIN u1 not-kept\r\n"), (S, f"a1 {reply}\r\n")], []) for reply in (
            "BAD what", "NO [UNAVAILABLE] later", "NO [LIMIT] later", "NO [PRIVACYREQUIRED] encrypt")),
}
MANY = "".join(f"RCPT TO:<u{i}@y>\r\n" for i in range(150))
LONG = "".join(f"RCPT TO:<u{i}{'a' * 60}@y>\r\n" for i in range(40))
MAILS = {
    25: (
        ("more recipients than are kept", smtp(
            (C, f"MAIL FROM:<b@x>\r\n{LONG}DATA\r\n"), (S, "250 ok\r\n" * 41 + "354 go\r\n"), (C, TEXT + ".\r\n"),
            (S, "250 ok\r\n")), ["one > " + ";".join(f"u{i}{'a' * 60}@y" for i in range(31))]),
        ("more commands than are kept", smtp(
            (C, f"MAIL FROM:<b@x>\r\n{MANY}DATA\r\n"), (S, "250 ok\r\n" * 101),
            (S, "250 ok\r\n" * 50 + "354 go\r\n"), (C, TEXT + ".\r\n"), (S, "250 ok\r\n")),
         ["one > " + ";".join(f"u{i}@y" for i in range(150))]),
        ("who was refused", smtp(
            (C, "MAIL FROM:<b@x>\r\nRCPT TO:<u1@y>\r\nRCPT TO:<u2@y>\r\nRCPT TO:<u3@y>\r\n"),
            (S, "250 ok\r\n550 no\r\n251 ok\r\n450 later\r\n"), *message()), ["one > u2@y"]),
        ("a sender who was refused, and another", smtp(
            (C, "MAIL FROM:<z@x>\r\nRCPT TO:<u1@y>\r\nRSET\r\nMAIL FROM:<b@x>\r\nRCPT TO:<u2@y>\r\n"),
            (S, "550 no\r\n503 no\r\n250 ok\r\n250 ok\r\n250 ok\r\n"), *message()), ["one > u2@y"]),
        ("refused at its end", smtp(*ENVELOPE, *message(answer="550 no\r\n")), []),
        ("refused, and another behind it", smtp(
            *ENVELOPE, (C, "DATA\r\n"), (S, "354 go\r\n"),
            (C, TEXT.replace("one", "no") + ".\r\nMAIL FROM:<b@x>\r\nRCPT TO:<u2@y>\r\nDATA\r\n"),
            (S, "550 no\r\n250 ok\r\n250 ok\r\n354 go\r\n"), (C, TEXT + ".\r\n"), (S, "250 ok\r\n")), ["one > u2@y"]),
        ("a chunk without a recipient", smtp(
            (C, "MAIL FROM:<b@x>\r\nRCPT TO:<u1@y>\r\n"), (S, "250 ok\r\n550 no\r\n"),
            (C, f"BDAT {len(TEXT)} LAST\r\n{TEXT}"), (S, "503 no\r\n")), []),
        ("for each recipient an answer (LMTP)", [
            (S, "220 mx ESMTP LMTP\r\n"), (C, "LHLO a\r\n"), (S, "250 mx\r\n"),
            (C, "MAIL FROM:<b@x>\r\nRCPT TO:<u1@y>\r\nRCPT TO:<u2@y>\r\nDATA\r\n"),
            (S, "250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n"),
            (C, TEXT + ".\r\nMAIL FROM:<b@x>\r\nRCPT TO:<u3@y>\r\n"), (S, "450 u1\r\n250 u2\r\n250 ok\r\n250 ok\r\n"),
            *message(TEXT.replace("one", "two"))], ["one > u1@y;u2@y", "two > u3@y"]),
        ("the server's word for it is lost", smtp(
            *ENVELOPE, (C, "DATA\r\n"), (S + LOST, "354 go\r\n"), (C, TEXT + f"AUTH PLAIN {plain('u1')}\r\n.\r\n"),
            (S, "250 ok\r\n")), ["one > anna@y"]),
        ("the server's refusal is lost", smtp(
            *ENVELOPE, (C, "DATA\r\n"), (S + LOST, "554 no\r\n"), (C, "RSET\r\n"), (S, "250 ok\r\n"),
            *ENVELOPE, *message()), ["one > anna@y"]),
        ("its end is lost", smtp(
            *ENVELOPE, (C, "DATA\r\n"), (S, "354 go\r\n"), (C, TEXT), (LOST, "body\r\n.\r\n"), (S, "250 ok\r\n"),
            *ENVELOPE, *message(TEXT.replace("one", "two"))), ["one > anna@y", "two > anna@y"]),
        ("its answer is lost", GREETED + ENVELOPE + message()[:-1], ["one > anna@y"]),
    ) + tuple((f"a chunk cut at {at}", smtp(*chunks(at)), ["one > anna@y"]) for at in (4, 13, 17, 24, 25, 26, 40)),
    110: (
        ("two hundred at once", POP + [
            (C, "".join(f"TOP {i} 0\r\n" for i in range(200))),
            (S, "".join(f"+OK\r\nFrom: b@x\r\nSubject: s{i}\r\n\r\n.\r\n" for i in range(200)))],
         [f"s{i} > " for i in range(200)]),
    ),
    143: (
        ("the rest of a message", IMAP + OUT + [
            (S, fetched("BODY[]<0>") + ")\r\n" + fetched("BODY[]<60>", TEXT.replace("one", "no")) + ")\r\n")] + BACK,
         ["one > "]),
        ("a text", IMAP + OUT + [(S, fetched("RFC822.SIZE 4000 BODY[TEXT]") + ")\r\n")] + BACK, []),
        ("what a part holds", IMAP + OUT + [(S, fetched("BODY[2.HEADER]") + ")\r\n")] + BACK, []),
        ("behind another literal, once", IMAP + OUT + [
            (S, "* 1 FETCH (ENVELOPE (NIL {5}\r\nhello NIL) BODY[HEADER.FIELDS (FROM SUBJECT)] "
                f"{{{len(TEXT)}}}\r\n{TEXT} RFC822 {{{len(TEXT)}}}\r\n{TEXT})\r\n")] + BACK, ["one > "]),
        ("all ways to ask", IMAP + OUT + [
            (S, "".join(fetched(item) + ")\r\n" for item in ("UID 7 BODY[]", "RFC822", "FLAGS () RFC822.HEADER",
                                                             "body[header]")))] + BACK, ["one > "] * 4),
    ),
}


class Dialogues(Case):
    def told(self, dialogues):
        """What is told of each, a port and its words, out of one capture of all."""
        capture, at = Capture(), START
        for count, (port, words) in enumerate(dialogues):
            connection = capture.connection(f"198.51.100.{count}", "10.0.0.5", port)
            connection.say(at, 0, b"")
            for side, said in words:
                at += 10000
                if side & LOST:
                    connection.sequence[side & 1] += len(said)
                else:
                    connection.say(at, side, said.encode("latin-1"))
            at += 10000
            connection.close(at)
        capture.write(self.folder / "a.pcapng")
        done = run("parse", "-q", self.folder / "a.pcapng")
        self.assertNotIn("not-kept", done.out)
        self.assertNotIn(SECRET, done.out)
        told = [[] for _ in dialogues]
        for native in (event["tocsin"]["native"] for event in lines_of(done.out)):
            address = native.get("IpAddress") or native["client-ip"]
            told[int(address.rpartition(".")[2])].append(native)
        return told

    def check(self, table, kind, word):
        usual = packets.SEGMENT
        self.addCleanup(setattr, packets, "SEGMENT", usual)
        rows = [(port, *row) for port in table for row in table[port]]
        for packets.SEGMENT in CUTS:
            every = self.told([(port, words) for port, _, words, _ in rows])
            for (port, name, _, wanted), told in zip(rows, every):
                with self.subTest(name, port=port, cut=packets.SEGMENT):
                    self.assertEqual([word(n) for n in told if kind in n], wanted)

    def test_logons_are_told_of_whom_they_are(self):
        self.check(LOGONS, "EventID", logon)

    def test_messages_are_told_that_were_taken(self):
        self.check(MAILS, "source", mail)

    def test_subjects_and_reports_are_read_however_they_are_written(self):
        report = ('Content-Type: multipart/report; boundary="b"\r\n', "\r\n--b\r\n{}\r\n\r\n"
                  "Final-Recipient: utf-8;z@y\r\nAction: failed\r\nStatus: 5.1.1\r\n--b--\r\n")
        head = "From: b@x\r\nSubject: {}\r\n"
        for charset, codec, subject in (("cp936", "gbk", "\u81ea\u52a8\u7b54\u590d"), ("x-gbk", "gbk", "\u4f60\u597d"),
                                        ("cp866", "cp866", "\u041e\u0442\u0432\u0435\u0442")):
            word = f"=?{charset}?B?{base64.b64encode(subject.encode(codec)).decode()}?="
            told, = self.told([(25, smtp(*ENVELOPE, *message(head.format(word) + "\r\nbody\r\n")))])
            self.assertEqual([n["message-subject"] for n in told], [subject], charset)
        for kind in ("Content-Type: message/delivery-status", "Content-Type:\r\n message/delivery-status",
                     "Content-Type: message/global-delivery-status"):
            text = head.format("x") + report[0] + report[1].format(kind)
            told, = self.told([(25, smtp(*ENVELOPE, *message(text)))])
            self.assertEqual([n["recipient-status"] for n in told], ["failed 5.1.1 utf-8;z@y"], kind)


if __name__ == "__main__":
    unittest.main(verbosity=2)
