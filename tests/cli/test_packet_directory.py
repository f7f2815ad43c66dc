"""What LDAP and Kerberos say of accounts is told of whom it is, and as what it was: whoever bound last, also if no
answer is seen, and nothing of what is only a further step."""
import pathlib
import struct
import sys
import unittest

from harness import Case, lines_of, run

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "pcaps"), str(ROOT / "tests/fuzz")]

import seeds_packets  # noqa: E402
from make_march2011 import ber, change, number, text  # noqa: E402
from packets import Capture  # noqa: E402

START = 1299654123000000
OUTCOMES = {"0x8020000000000000": "success", "0x8010000000000000": "failure", None: "unknown"}


def message(count, operation):
    return ber(0x30, ber(2, count.to_bytes(2, "big")), operation)


def bind(count, name, password="not-kept"):
    return 0, message(count, ber(0x60, number(3), text(name), text(password, 0x80)))


def sasl(count, token=b"token"):
    return 0, message(count, ber(0x60, number(3), text(""), ber(0xA3, text("GSS-SPNEGO"), ber(4, token))))


def modify(count, name, *changes):
    return 0, message(count, ber(0x66, text(f"CN={name},DC=x"), ber(0x30, *(changes or (change(2),)))))


def answered(count, tag, code=0):
    return 1, message(count, ber(tag, number(code, 10), text(""), text("")))


def lost(*words):
    return [(side, said, "lost") for side, said in words]


START_TLS = 0, message(1, ber(0x77, text("1.3.6.1.4.1.1466.20037", 0x80)))
DELETE_ALL = ber(0x30, number(1, 10), ber(0x30, text("userPassword"), ber(0x31)))
ADD = ber(0x30, number(0, 10), ber(0x30, text("userPassword"), ber(0x31, text("not-kept"))))
ADMIN = [bind(1, "CN=admin,DC=x"), answered(1, 0x61)]


class Directory(Case):
    def natives(self, words, port=389):
        """Of one connection, without the packets that were lost."""
        capture = Capture()
        connection = capture.connection("10.0.0.9", "10.0.0.5", port)
        for at, (side, said, *how) in enumerate(words):
            before = len(capture.packets)
            connection.say(START + at * 1000, side, said)
            if how:
                capture.packets = [p for i, p in enumerate(capture.packets) if i < before or p[0] < START + at * 1000]
        capture.write(self.folder / "a.pcapng")
        return [event["tocsin"]["native"] for event in lines_of(run("parse", "-q", self.folder / "a.pcapng").out)]

    def told(self, words, port=389):
        """"event target actor outcome", or how it is sealed, of each."""
        return [n.get("sealed") or " ".join((n["EventID"], n.get("TargetUserName", "-"), n.get("SubjectUserName", "-"),
                                             OUTCOMES[n.get("Keywords")])) for n in self.natives(words, port)]

    def test_as_many_resets_as_are_asked_for_at_once(self):
        asked = b"".join(modify(2 + i, f"u{i}")[1] for i in range(200))
        answers = b"".join(answered(2 + i, 0x67)[1] for i in range(200))
        self.assertEqual([f"4724 u{i} admin success" for i in range(200)],
                         self.told(ADMIN + [(0, asked), (1, answers)])[1:])

    def test_what_is_asked_for_beyond_the_bound_is_told_as_tried(self):
        asked = [modify(2 + i, f"u{i}") for i in range(300)]
        told = self.told(ADMIN + [(0, b"".join(said for _, said in asked)), answered(301, 0x67)])[1:]
        self.assertEqual({f"u{i}" for i in range(300)}, {row.split()[1] for row in told})
        self.assertEqual(["4724 u299 admin success"], [row for row in told if "success" in row])

    def test_resets_of_a_client_alone_are_told_as_tried(self):
        words = [ADMIN[0]] + lost(ADMIN[1])
        for i in range(30):
            words += [modify(2 + i, f"u{i}")] + lost(answered(2 + i, 0x67))
        self.assertEqual([f"4724 u{i} admin unknown" for i in range(30)], self.told(words))

    def test_a_reset_without_an_answer_is_told_as_tried(self):
        self.assertEqual(["4724 anna admin unknown"], self.told(ADMIN + [modify(2, "anna")])[1:], "cut off")
        words = ADMIN + [modify(2, "anna")] + lost(answered(2, 0x67)) + [modify(3, "bob"), answered(3, 0x67)]
        self.assertEqual(["4724 anna admin unknown", "4724 bob admin success"], sorted(self.told(words)[1:]), "a hole")

    def test_a_name_without_a_password_is_nobody(self):
        for code in (0, 49):
            self.assertEqual([], self.told([bind(1, "CN=anna,DC=x", ""), answered(1, 0x61, code)]))

    def test_a_bind_lets_go_of_who_was_bound(self):
        reset = [modify(3, "anna"), answered(3, 0x67)]
        for again, code in ((bind(2, "", ""), 0), (sasl(2), 0), (bind(2, "CN=bob,DC=x"), 49), (bind(2, "CN=bob,DC=x"), 53),
                            (sasl(2), 14)):
            told = self.told(ADMIN + [again, answered(2, 0x61, code)] + reset)
            self.assertEqual("4724 anna - success", told[-1], (again, code))
        told = self.told(ADMIN + [bind(2, "CN=bob,DC=x"), answered(2, 0x61)] + reset)
        self.assertEqual("4724 anna bob success", told[-1])

    def test_who_asked_is_who_was_bound_when_it_was_asked(self):
        words = ADMIN + [modify(2, "anna"), bind(3, "CN=bob,DC=x"), modify(4, "carl"), answered(2, 0x67),
                         answered(3, 0x61, 49), answered(4, 0x67, 50)]
        self.assertEqual(["4624 admin - success", "4724 anna admin success", "4625 bob - failure",
                          "4724 carl - failure"], self.told(words))

    def test_who_deletes_whatever_is_there_does_not_know_it(self):
        for changes, event in (((DELETE_ALL, ADD), "4724"), ((change(1), change(0)), "4723"), ((change(2),), "4724")):
            told = self.told(ADMIN + [modify(2, "anna", *changes), answered(2, 0x67)])
            self.assertEqual(f"{event} anna admin success", told[-1])

    def test_tls_is_told_also_if_nobody_is_seen_to_agree(self):
        data, hello = b"\x17\x03\x03\x00\x10" + bytes(16), seeds_packets.hello()
        agreed = answered(1, 0x78)
        ways = {"both": [START_TLS, agreed, (0, hello)], "answer lost": [START_TLS] + lost(agreed) + [(0, hello), (1, data)],
                "not asked": ADMIN + [(0, hello)]}
        for way, words in ways.items():
            told = self.natives(words)
            self.assertEqual(("mail.corp.example", "ldap"), (told[-1]["tls-server-name"], told[-1]["tls-started-from"]), way)
        dark = [START_TLS] + lost(agreed, (0, hello)) + [(1, data), (0, data)]
        self.assertEqual(["tls"], self.told(dark), "the hello is lost, too")
        self.assertEqual(["4624 admin - success"], self.told([START_TLS, answered(1, 0x78, 53)] + ADMIN), "refused")

    def test_ldap_that_begins_inside_a_message_goes_on(self):
        entry = b"\x04\x03abc" * 40
        self.assertEqual(["4624 admin - success"], self.told([(1, entry), (0, entry)] + ADMIN))


def principal(*words):
    return ber(0x30, ber(0xA0, number(1)), ber(0xA1, ber(0x30, *(text(w, 0x1B) for w in words))))


def ticket(service, sealed):
    encrypted = ber(0x30, ber(0xA0, number(18)), ber(0xA2, text(sealed)))
    return ber(0x61, ber(0x30, ber(0xA0, number(5)), ber(0xA1, text("CORP", 0x1B)), ber(0xA2, principal(*service)),
                         ber(0xA3, encrypted)))


CHANGES, GETS = ("kadmin", "changepw"), ("krbtgt", "CORP")


def asked(name, service=GETS, tag=0x6A):
    return 0, ber(tag, ber(0x30, ber(0xA1, number(5)), ber(0xA4, ber(
        0x30, ber(0xA1, principal(name)), ber(0xA2, text("CORP", 0x1B)), ber(0xA3, principal(*service))))))


def got(name, service=GETS):
    return 1, ber(0x6B, ber(0x30, ber(0xA3, text("CORP", 0x1B)), ber(0xA4, principal(name)),
                            ber(0xA5, ticket(service, "of " + name))))


def refused(code):
    return 1, ber(0x7E, ber(0x30, ber(0xA6, number(code))))


def changes(sealed, version=1):
    shown = ber(0x6E, ber(0x30, ber(0xA0, number(5)), ber(0xA3, ticket(CHANGES, sealed))))
    return [(0, struct.pack(">HHH", 6 + len(shown), version, len(shown)) + shown),
            (1, struct.pack(">HHH", 8, 1, 2) + b"ok")]


class Tickets(Case):
    def told(self, *dialogues, tcp=False):
        """Each dialogue is a port and its words, one after the other from one address."""
        capture, at = Capture(), START
        for count, (port, words) in enumerate(dialogues):
            connection = capture.connection("10.0.0.9", "10.0.0.5", port)
            for side, said in words:
                at += 1000
                if tcp:
                    connection.say(at, side, struct.pack(">I", len(said)) + said)
                    continue
                ends, ports = ("10.0.0.9", "10.0.0.5"), (5000 + count, port)
                datagram = struct.pack(">HHHH", *ports[::-1 if side else 1], 8 + len(said), 0) + said
                capture.ip(at, *ends[::-1 if side else 1], 17, datagram)
        capture.write(self.folder / "a.pcapng")
        told = [event["tocsin"]["native"] for event in lines_of(run("parse", "-q", self.folder / "a.pcapng").out)]
        return [" ".join((n["EventID"], n.get("TargetUserName", "-"), n.get("SubjectUserName", "-"))) for n in told]

    def test_a_further_step_is_no_refusal(self):
        for code in (25, 52, 68, 90, 91):
            self.assertEqual(["4768 anna -"], self.told((88, [asked("anna"), refused(code), asked("anna"), got("anna")])))
        self.assertEqual(["4771 anna -"], self.told((88, [asked("anna"), refused(24)])))

    def test_a_refused_service_is_no_refused_logon(self):
        service = asked("anna", ("cifs", "fs"), 0x6C)
        for tcp in (False, True):
            self.assertEqual(["4768 anna -"],
                             self.told((88, [asked("anna"), got("anna"), service, refused(7)]), tcp=tcp))
            self.assertEqual([], self.told((88, [asked("anna"), refused(25), service, refused(7)]), tcp=tcp))

    def test_who_changes_a_password_is_whose_ticket_it_is(self):
        logons = (88, [asked("anna", CHANGES), got("anna", CHANGES)]), (88, [asked("bob"), refused(24)])
        for version, target in ((1, "4723 anna anna"), (0xFF80, "4724 - anna")):
            self.assertEqual(target, self.told(*logons, (464, changes("of anna", version)))[-1])
        self.assertEqual("4723 bob bob", self.told(*logons, (464, changes("of somebody")))[-1], "it was not seen")
        other = (88, [asked("anna"), got("anna")]), (88, [asked("bob"), refused(24)])
        self.assertEqual("4723 bob bob", self.told(*other, (464, changes("of anna")))[-1], "not for that")


if __name__ == "__main__":
    unittest.main()
