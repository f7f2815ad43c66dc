"""What packets do not show is said: an indicator that nothing but captures could tell of is blind where nothing was in
clear, and partly watched where some of it was encrypted; and who logs on in the old ways of SMB and LDAP is told."""
import hashlib
import json
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
WEBMAIL, LANGUAGE, PASSWORDS = "webmail access", "system message language", "password resets"
DATA = b"\x17\x03\x03\x00\x20" + bytes(32)
INSIDE = b"\xa7" * 40  # of a record
REQUEST = ("GET /owa/ HTTP/1.1\r\nHost: mail\r\nAuthorization: Basic YW5uYTpub3Qta2VwdA==\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


def smb(sign, body=bytes(60)):
    message = sign + b"SMB" + body
    return struct.pack(">I", len(message)) + message


def done(code, tag=0x61):
    return ber(tag, bytes([10, 1, code]), text(""), text(""))


SEALED_LDAP = [(0, ber(0x30, number(1), ber(0x60, number(3), text(""), ber(0xA3, text("GSSAPI"), text("token"))))),
               (1, ber(0x30, number(1), done(0))), (0, struct.pack(">I", 64) + b"\x05\x04\x06\xff" + bytes(60))]
IMAP = [(1, b"* OK ready\r\n"), (0, b"a COMPRESS DEFLATE\r\n"), (1, b"a OK go\r\n"), (0, bytes(20))]


def old_logon(wide, user, domain, words=13, answer=0):
    """SMB 1 without NTLM's messages: the request, and its answer."""
    ours, theirs = b"l" * 24, b"n" * 24 if words == 13 else b""
    names = b"".join((t + "\0").encode("utf-16-le" if wide else "latin-1") for t in (user, domain, "Windows", "LM"))
    parameters = struct.pack("<BBHHHHI", 0xFF, 0, 0, 4356, 10, 1, 0)
    parameters += struct.pack("<HHII", len(ours), len(theirs), 0, 0) if words == 13 else struct.pack("<HI", len(ours), 0)
    data = ours + theirs
    if wide and (33 + len(parameters) + 2 + len(data)) % 2:
        data += b"\0"
    data += names
    ids = struct.pack("<HHHH", 0, 77, 5, 1)
    flags = 0x8000 if wide else 0

    def message(status, reply, body):
        return smb(b"\xff", b"\x73" + struct.pack("<IBH", status, reply, flags) + bytes(12) + ids + body)
    return [(0, message(0, 0x18, bytes([words]) + parameters + struct.pack("<H", len(data)) + data)),
            (1, message(answer, 0x98, bytes([3]) + struct.pack("<BBHH", 0xFF, 0, 0, 0) + struct.pack("<H", 0)))]


def outer(protocol, payload):
    return (bytes(12) + b"\x08\0" + struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0) +
            bytes([10, 9, 9, 1, 10, 9, 9, 2]) + payload)


def outer_udp(port, payload):
    return outer(17, struct.pack(">HHHH", 4000, port, 8 + len(payload), 0) + payload)


class Hidden(Case):
    def capture(self, *connections):
        """Each is a port and its words."""
        capture, at = Capture(), START
        for count, (port, words) in enumerate(connections):
            connection = capture.connection(f"198.51.100.{count + 1}", "10.0.0.5", port)
            for side, said in words:
                at += 1000
                connection.say(at, side, said.encode() if isinstance(said, str) else said)
            connection.close(at)
        path = self.folder / "a.pcapng"
        capture.write(path)
        return path

    def rows(self, path):
        summary = lines_of(run("scan", "-q", "-f", "json", path).out)[-1]["tocsin"]
        return {row["indicator"]: row for row in summary["coverage"]}

    def told(self, path):
        return [event["tocsin"]["native"] for event in lines_of(run("parse", "-q", path).out)]

    def test_each_kind_that_cannot_be_read_is_told_and_blinds(self):
        kinds = (
            ("tls", WEBMAIL, [(0, DATA), (1, DATA)], 443),
            ("tls", WEBMAIL, [(1, DATA)], 8443),
            ("tls", LANGUAGE, [(1, DATA)], 465),
            ("tls", PASSWORDS, [(0, DATA)], 636),
            ("tls", WEBMAIL, [(0, INSIDE), (1, INSIDE)], 443),
            ("tls", LANGUAGE, [(0, b"\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10" + bytes(37))], 993),
            ("smb3", PASSWORDS, [(0, smb(b"\xfd")), (1, smb(b"\xfd"))], 445),
            ("smb3-compressed", PASSWORDS, [(0, smb(b"\xfc")), (1, smb(b"\xfc"))], 445),
            ("ldap-sasl", PASSWORDS, SEALED_LDAP, 389),
            ("ldap-sasl", PASSWORDS, SEALED_LDAP[2:] * 3, 389),
            ("imap-compressed", LANGUAGE, IMAP, 143),
            ("http-upgrade", WEBMAIL, [(0, REQUEST[0]), (1, "HTTP/1.1 101 Go\r\n\r\n"), (1, "\0\1\2")], 80),
            ("http2", WEBMAIL, [(0, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")], 80),
            ("http2", WEBMAIL, [(0, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), (1, bytes(20))], 8443),
        )
        for how, indicator, words, port in kinds:
            with self.subTest(how=how, port=port):
                path = self.capture((port, words))
                self.assertEqual([how], [n["sealed"] for n in self.told(path) if "sealed" in n])
                row = self.rows(path)[indicator]
                self.assertEqual("blind", row["state"])
                self.assertIn("1 encrypted connection", row["why"])
                self.assertIn("behind what ends TLS", row["fix"])

    def test_a_hello_is_told_once_and_counts(self):
        path = self.capture((443, [(0, seeds_packets.hello()), (1, DATA), (0, DATA)]))
        self.assertEqual(["mail.corp.example"], [n.get("tls-server-name") for n in self.told(path)])
        self.assertIn("1 encrypted connection", self.rows(path)[WEBMAIL]["why"])

    def test_fingerprints_are_of_every_cipher_or_there_are_none(self):
        for count in (400, 512, 513):
            ciphers = range(1, count + 1)
            listed = b"".join(struct.pack(">H", c) for c in ciphers)
            body = b"\3\3" + bytes(33) + struct.pack(">H", len(listed)) + listed + b"\1\0"
            message = b"\1" + len(body).to_bytes(3, "big") + body
            hello = b"\x16\3\1" + struct.pack(">H", len(message)) + message
            ja3 = hashlib.md5(f"771,{'-'.join(map(str, ciphers))},,,".encode()).hexdigest()
            ja4 = hashlib.sha256(",".join(f"{c:04x}" for c in ciphers).encode()).hexdigest()[:12]
            told, = self.told(self.capture((443, [(0, hello)])))
            expected = (ja3, f"t12i990000_{ja4}_000000000000") if count <= 512 else (None, None)
            self.assertEqual(expected, (told.get("tls-ja3"), told.get("tls-ja4")), count)

    def test_quic_is_told_once(self):
        capture = Capture()
        for count in range(3):
            capture.ip(START + count, "10.0.0.9", "10.0.0.5", 17, struct.pack(">HHHH", 5000, 443, 38, 0) +
                       bytes([0xC0 if count == 0 else 0x40]) + bytes(29))
        capture.write(self.folder / "quic.pcapng")
        self.assertEqual(["quic"], [n["sealed"] for n in self.told(self.folder / "quic.pcapng")])

    def test_some_of_it_in_clear_is_partly_watched(self):
        path = self.capture((80, list(enumerate(REQUEST))), (443, [(0, DATA)]), (443, [(0, DATA)]))
        row = self.rows(path)[WEBMAIL]
        self.assertEqual("partly", row["state"])
        self.assertIn("2 encrypted connections or calls of the captures cannot be read", row["why"])

    def test_what_logs_tell_is_not_weakened_by_what_packets_hide(self):
        log = self.folder / "u_ex110309.log"
        log.write_text("#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
                       "cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken\r\n"
                       "2011-03-09 07:02:03 10.0.0.5 GET /owa/ - 443 EX\\anna 198.51.100.7 Mozilla/5.0 200 0 0 9\r\n")
        self.capture((443, [(0, DATA)]))
        self.assertNotIn("encrypted", self.rows(self.folder)[WEBMAIL]["why"])

    def test_nothing_in_clear_and_nothing_hidden_is_blind_too(self):
        row = self.rows(self.capture((80, list(enumerate(REQUEST)))))[PASSWORDS]
        self.assertEqual("blind", row["state"])
        self.assertIn("none of it is in clear", row["why"])

    def books(self, path):
        done = run("scan", "--stats", self.folder / "stats.json", path)
        records = json.loads((self.folder / "stats.json").read_text())["sources"][0]["records"]
        return records["rejected"], " ".join(done.out.split())

    def test_holes_are_told_and_weigh(self):
        capture = Capture()
        for count in range(6):
            connection = capture.connection(f"198.51.100.{count}", "10.0.0.5", 80)
            for turn in range(2):
                for side, said in enumerate(REQUEST):
                    connection.say(START + count * 10000 + turn * 1000 + side, side, said.encode())
            connection.close(START + count * 10000 + 5000)
        whole = self.folder / "whole.pcapng"
        capture.write(whole)
        self.assertEqual({}, self.books(whole)[0])
        self.assertNotIn("holes", self.rows(whole)[WEBMAIL]["why"])
        gone = [p for p in capture.packets if b"GET /owa/" in p[2]][-1]
        capture.packets.remove(gone)
        capture.write(self.folder / "hole.pcapng")
        rejected, words = self.books(self.folder / "hole.pcapng")
        self.assertEqual({"hole": 1}, rejected)
        self.assertIn("1 connection or datagram with holes", words)
        self.assertIn("1 connections or datagrams of the captures have holes",
                      self.rows(self.folder / "hole.pcapng")[WEBMAIL]["why"])

    def test_what_was_cut_short_is_counted(self):
        capture = Capture()
        connection = capture.connection("198.51.100.7", "10.0.0.5", 80)
        for side, said in enumerate(REQUEST):
            connection.say(START + side, side, said.encode())
        connection.close(START + 9)
        capture.packets.sort()
        with open(self.folder / "cut.pcap", "wb") as file:
            file.write(struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 60, 1))
            for time, _, packet in capture.packets:
                kept = packet[:60]
                file.write(struct.pack("<IIII", time // 10**6, time % 10**6, len(kept), len(packet)) + kept)
        rejected, words = self.books(self.folder / "cut.pcap")
        self.assertEqual({"truncated": 2, "hole": 1}, rejected)
        self.assertIn("1 connection or datagram with holes; 2 records damaged", words)

    def test_a_datagram_that_lacks_a_piece_is_told(self):
        capture = Capture()
        capture.ip(START, "10.0.0.9", "10.0.0.5", 17, struct.pack(">HHHH", 5000, 464, 1608, 0) + bytes(1400))
        time, order, packet = capture.packets[0]
        capture.packets[0] = (time, order, packet[:20] + b"\x20\0" + packet[22:])
        capture.write(self.folder / "piece.pcapng")
        self.assertEqual({"hole": 1}, self.books(self.folder / "piece.pcapng")[0])

    def test_what_was_dropped_where_it_was_captured_is_told(self):
        path = self.capture((80, list(enumerate(REQUEST))))
        with open(path, "ab") as file:
            for dropped in (3, 12):
                options = struct.pack("<HHQHHQI", 5, 8, dropped, 7, 8, 1, 0)
                body = struct.pack("<IQ", 0, 0) + options
                file.write(struct.pack("<II", 5, len(body) + 12) + body + struct.pack("<I", len(body) + 12))
        rejected, words = self.books(path)
        self.assertEqual({"dropped": 13}, rejected)
        self.assertIn("13 packets dropped where they were captured", words)
        self.assertIn("13 packets were dropped where they were captured", self.rows(path)[WEBMAIL]["why"])

    def tunnelled(self, wrap):
        """A request and its answer, their packets wrapped."""
        capture = Capture()
        connection = capture.connection("198.51.100.7", "10.0.0.5", 80)
        for side, said in enumerate(REQUEST):
            connection.say(START + side, side, said.encode())
        capture.packets = [(time, order, wrap(packet, order)) for time, order, packet in capture.packets]
        path = self.folder / "tunnel.pcapng"
        capture.write(path)
        return path

    def test_tunnels_that_are_read(self):
        def gtp(packet, order):
            return outer_udp(2152, struct.pack(">BBHIHBBI", 0x34, 255, 8 + len(packet) - 14, order % 2 + 7, 0, 0, 0x85,
                                         0x01000000) + packet[14:])
        wraps = (
            ("GTP-U", gtp),
            ("EtherIP", lambda packet, _: outer(97, b"\x30\0" + packet)),
            ("802.1ah", lambda packet, _: bytes(12) + b"\x88\xe7\0\0\0\1" + packet),
            ("MPLS in UDP", lambda packet, _: outer_udp(6635, b"\0\1\1\x40" + packet[14:])),
            ("TZSP", lambda packet, _: outer_udp(37008, b"\1\0\0\1\0\x0a\1\x20\1" + packet)),
            ("WCCP", lambda packet, _: outer(47, b"\0\0\x88\x3e\0\0\0\0" + packet[14:])),
        )
        for name, wrap in wraps:
            told = self.told(self.tunnelled(wrap))
            self.assertEqual([("/owa/", "200")], [(n.get("cs-uri-stem"), n.get("sc-status")) for n in told], name)

    def test_tunnels_that_are_not_read_are_told(self):
        wraps = (
            ("MACsec", lambda packet, _: bytes(12) + b"\x88\xe5" + bytes(8) + packet),
            ("ESP", lambda packet, _: outer(50, struct.pack(">II", 1, 2) + packet)),
            ("ESP in UDP", lambda packet, _: outer_udp(4500, struct.pack(">II", 1, 2) + packet)),
            ("L2TP", lambda packet, _: outer_udp(1701, b"\0\2\0\1\0\1\xff\3\0\x21" + packet[14:])),
            ("L2TP 3", lambda packet, _: outer(115, struct.pack(">I", 1) + packet)),
        )
        for name, wrap in wraps:
            rejected, words = self.books(self.tunnelled(wrap))
            self.assertEqual(["tunnel"], list(rejected), name)
            self.assertIn("packets in tunnels that are not read", words, name)

    def test_old_logons_of_smb(self):
        for wide in (True, False):
            for words, answer, event in ((13, 0, "4624"), (13, 0xC000006D, "4625"), (10, 0, "4624")):
                path = self.capture((445, old_logon(wide, "anna", "CORP", words, answer)))
                told = [(n["EventID"], n["TargetDomainName"], n["TargetUserName"], n["LogonProcessName"])
                        for n in self.told(path)]
                self.assertEqual([(event, "CORP", "anna", "smb")], told, (wide, words))
                self.assertNotIn("llll", run("parse", "-q", path).out)
        self.assertEqual([], self.told(self.capture((445, old_logon(True, "", "")))), "anonymous")

    def test_sicily_lets_nobody_in_before_its_last_word(self):
        def asked(message, tag, said):
            return ber(0x30, number(message), ber(0x60, number(3), text("anna"), ber(tag, said)))
        token = seeds_packets.ntlm("CORP", "anna", "PC1")
        for code, event in ((0, ["4624"]), (49, ["4625"])):
            path = self.capture((389, [(0, asked(1, 0x8A, b"NTLMSSP\0\1\0\0\0")), (1, ber(0x30, number(1), done(0))),
                                       (0, asked(2, 0x8B, token)), (1, ber(0x30, number(2), done(code)))]))
            told = self.told(path)
            self.assertEqual(event, [n["EventID"] for n in told])
            self.assertEqual(("NTLM", "anna"), (told[0]["AuthenticationPackageName"], told[0]["TargetUserName"]))

    def test_ldap_goes_on_behind_a_hole(self):
        bind = ber(0x30, number(1), ber(0x60, number(3), text("desk"), text("not-kept", 0x80)))
        modify = ber(0x30, number(3), ber(0x66, text("CN=anna,DC=x"), ber(0x30, change(2))))
        search = ber(0x30, number(2), ber(0x63, text("x" * 400)))
        capture = Capture()
        connection = capture.connection("10.0.0.9", "10.0.0.5", 389)
        for count, (side, said) in enumerate(((0, bind), (1, ber(0x30, number(1), done(0))), (0, search), (0, modify),
                                              (1, ber(0x30, number(3), done(0, 0x67))))):
            connection.say(START + count * 1000, side, said)
        lost = [p for p in capture.packets if b"x" * 400 in p[2]]
        self.assertEqual(1, len(lost))
        capture.packets = [p for p in capture.packets if p not in lost]
        capture.write(self.folder / "hole.pcapng")
        told = [(n["EventID"], n["TargetUserName"]) for n in self.told(self.folder / "hole.pcapng")]
        self.assertEqual([("4624", "desk"), ("4724", "anna")], told)


if __name__ == "__main__":
    unittest.main()
