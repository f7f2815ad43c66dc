"""Webmail as captures show it: whoever guesses passwords is found whatever the page's address is written like and
whatever a client says of where it comes from; a refusal is called one; and nothing of a form is told that was not seen
whole."""
import pathlib
import struct
import sys
import unittest

from harness import Case, lines_of, run

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "pcaps"), str(ROOT / "tests/fuzz")]

import seeds_packets  # noqa: E402
from packets import Capture  # noqa: E402

START = 1299654123000000
PROXY, GUESSER = "10.0.0.9", "203.0.113.66"
BACK = "HTTP/1.1 302 Found\r\nLocation: /owa/auth/logon.aspx?reason=2\r\nContent-Length: 0\r\n\r\n"
VERSION_1 = f"PROXY TCP4 {GUESSER} 10.0.0.5 4000 80\r\n".encode()
VERSION_2 = (b"\r\n\r\n\0\r\nQUIT\n\x21\x11" + struct.pack(">H", 12) + bytes([203, 0, 113, 66, 10, 0, 0, 5]) +
             struct.pack(">HH", 4000, 80))


def form(user, stem="/owa/auth.owa", headers="", body="destination=x&username={}&password=not-kept&isUtf8=1"):
    body = body.format(user)
    return (f"POST {stem} HTTP/1.1\r\nHost: mail\r\nUser-Agent: Mozilla/5.0\r\n{headers}"
            f"Content-Length: {len(body)}\r\n\r\n{body}").encode()


class PacketHttp(Case):
    def capture(self, connections):
        """Each is a client, a preface, and what it asks; all is sent back. Before it lies a month as it always was."""
        capture = Capture()
        for day in range(1, 31):
            at = START - day * 86_400_000_000
            connection = capture.connection("198.51.100.9", "10.0.0.5", 80)
            connection.say(at, 0, form("anna"))
            connection.say(at + 1000, 1, b"HTTP/1.1 302 Found\r\nLocation: /owa/\r\nSet-Cookie: cadata=%d\r\n"
                           b"Content-Length: 0\r\n\r\n" % day)
            connection.close(at + 2000)
        for count, (client, preface, asked) in enumerate(connections):
            at = START + count * 2_000_000
            connection = capture.connection(client, "10.0.0.5", 80)
            connection.say(at, 0, preface + asked)
            connection.say(at + 1000, 1, BACK.encode())
            connection.close(at + 2000)
        capture.write(self.folder / "a.pcapng")
        return self.folder / "a.pcapng"

    def told(self, path):
        return lines_of(run("parse", "-q", path).out)

    def sources(self, path, *options):
        """Where the guessing that is found came from."""
        found = lines_of(run("scan", "-q", "-f", "json", *options, path).out)
        return {ip for alert in found for ip in alert.get("related", {}).get("ip", [])}

    def test_a_page_is_the_same_however_it_is_written(self):
        for stem in ("/owa/auth.owa", "/%6fwa/auth.owa", "/owa/auth%2Eowa", "/owa%2Fauth.owa"):
            path = self.capture([(GUESSER, b"", form(f"victim{i}", stem)) for i in range(40)])
            self.assertEqual({GUESSER}, self.sources(path), stem)

    def test_what_a_client_forges_does_not_hide_where_it_comes_from(self):
        ways = [(VERSION_1, "X-Forwarded-For: 8.8.8.8\r\n"), (VERSION_2, "X-Forwarded-For: 8.8.8.8\r\n"),
                (b"", f"X-Forwarded-For: 8.8.8.8\r\nX-Forwarded-For: {GUESSER}\r\n"),
                (b"", f"Forwarded: for=8.8.8.8, for={GUESSER};proto=https\r\n"),
                (b"", "X-Forwarded-For: " + "8.8.8.8, " * 80 + GUESSER + "\r\n")]
        for preface, headers in ways:
            path = self.capture([(PROXY, preface, form(f"victim{i}", headers=headers)) for i in range(40)])
            self.assertEqual({GUESSER}, self.sources(path, "--proxy", PROXY), headers[:60])

    def test_a_flow_is_whose_the_proxy_says(self):
        capture = Capture()
        capture.connection(PROXY, "10.0.0.5", 443).say(START, 0, VERSION_1 + seeds_packets.hello())
        capture.write(self.folder / "tls.pcapng")
        told = [event["tocsin"]["native"] for event in self.told(self.folder / "tls.pcapng")]
        self.assertEqual([(GUESSER, "mail.corp.example")], [(n["c-ip"], n["tls-server-name"]) for n in told])

    def test_a_form_that_is_sent_back_is_a_failure(self):
        event = self.told(self.capture([(GUESSER, b"", form("anna"))]))[-1]
        self.assertEqual(("failure", "302", "1326"), (event["event"]["outcome"], event["tocsin"]["native"]["sc-status"],
                                                      event["tocsin"]["native"]["sc-win32-status"]))

    def test_of_a_form_that_is_cut_no_half_is_told(self):
        """A form in two packets, captured with every snap length that leaves the first of them its head: the name, or
        nothing."""
        asked = form("anna", body="username={}&password=not-kept&isUtf8=1")
        head, first, second = len(asked) - 40, asked[:-16], asked[-16:]
        for length in range(head, len(first) + 1):
            capture = Capture()
            connection = capture.connection(GUESSER, "10.0.0.5", 80)
            connection.say(START, 0, first)
            connection.say(START + 500, 0, second)
            connection.say(START + 1000, 1, BACK.encode())
            capture.packets = [(at, n, data[:54 + length]) for at, n, data in capture.packets]
            capture.write(self.folder / "cut.pcapng")
            event = self.told(self.folder / "cut.pcapng")[0]["tocsin"]["native"]
            name = "anna" if length >= head + len("username=anna&") else None
            self.assertEqual(("/owa/auth.owa", name), (event["cs-uri-stem"], event.get("cs-username")), length)


if __name__ == "__main__":
    unittest.main()
