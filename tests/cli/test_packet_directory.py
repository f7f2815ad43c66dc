"""What LDAP and Kerberos say of accounts is told of whom it is, and as what it was: whoever bound last, also if no
answer is seen, and nothing of what is only a further step."""
import pathlib
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


if __name__ == "__main__":
    unittest.main()
