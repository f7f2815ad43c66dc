"""tocsin watch takes in what agents and syslog daemons send: acknowledged when a commit holds it, each record
once, the same answer as a scan of the same lines, whatever a hostile or hanging peer does."""
import contextlib
import datetime
import json
import pathlib
import random
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import time
import unittest
import zlib

import harness
import watching
from shippers import filebeat, harvest, rfc3164, rfc5424
from watching import Daemon, HEADER, alerts, counted, keys, line, scanned

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import lumberjack  # noqa: E402

MARKED = ["--no-default-rules", "--rules"]
LOG = pathlib.Path("EX01/W3SVC1/u_ex110309.log")


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def lines_of_log(count, start=0, header=True):
    return (HEADER.splitlines() if header else []) + [line(n, n % 3 == 0).rstrip() for n in range(start, start + count)]


def pushed(count):
    """Lines, and one behind them by which they get their turn."""
    return [*lines_of_log(count), line(1200, False).rstrip()]


def shipped(lines, host="EX01", log=LOG, start=0):
    events, offset = [], start
    for text in lines:
        events.append(filebeat(text, host, log, offset).encode())
        offset += len(text) + 2
    return events


def inputs_of(words):
    """The last line of each input: name -> {what: number}."""
    found = {}
    for text in words.splitlines():
        if text.startswith("tocsin: input ") and " connections, " in text:
            name, rest = text[len("tocsin: input "):].split(": ", 1)
            found[name] = {" ".join(part.split()[1:]): int(part.split()[0]) for part in rest.split(", ")}
    return found


class InputCase(harness.Case):
    def setUp(self):
        self.place = self.folder / self._testMethodName
        self.daemons = []

    def tearDown(self):
        for daemon in self.daemons:
            if daemon.process and daemon.process.poll() is None:
                daemon.kill()

    def watch(self, *listens, options=("--delay", "10s"), **kind):
        flags = [flag for listen in listens for flag in ("--listen", listen)]
        daemon = Daemon(self.place / "daemon", "-q", *options, *flags, **kind)
        daemon.command.remove("-q")
        self.daemons.append(daemon)
        return daemon

    def connect(self, daemon, port, context=None):
        end = time.monotonic() + 60
        while True:
            try:
                return lumberjack.Client(port, context)
            except (ConnectionError, ssl.SSLError):
                if time.monotonic() > end or daemon.process.poll() is not None:
                    raise AssertionError(f"nobody listens: {daemon.words()}") from None
                time.sleep(0.05)

    def stream(self, port):
        end = time.monotonic() + 60
        while True:
            try:
                return socket.create_connection(("127.0.0.1", port), timeout=60)
            except ConnectionError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def until(self, what, seconds=60):
        end = time.monotonic() + seconds
        while not what():
            self.assertLess(time.monotonic(), end, "waited in vain")
            time.sleep(0.05)

    def finish(self, daemon):
        """Ends it, judges what is left, and returns what it said at the end."""
        self.assertEqual(0, daemon.end(), daemon.words())
        words = daemon.once()
        self.assertNotIn("Sanitizer", daemon.words())
        return words

    def assert_as_scanned(self, daemon, lines):
        log = self.place / "scanned" / "u_ex.log"
        log.parent.mkdir(exist_ok=True)
        log.write_text("\r\n".join(lines) + "\r\n", newline="")
        wanted = keys(scanned(log.parent, *MARKED, daemon.rules))
        self.assertGreater(len(wanted), 10)
        self.assertEqual(wanted, keys(daemon.found()))


class Lumberjack(InputCase):
    def test_what_is_acknowledged_is_kept_and_gives_what_a_scan_gives(self):
        port, lines = free_port(), lines_of_log(600)
        daemon = self.watch(f"lumberjack://127.0.0.1:{port} name=beats").start()
        events = shipped(lines)
        with self.connect(daemon, port) as client:
            for at in range(0, len(events), 151):
                client.deliver(events[at:at + 151], compress=at % 2 * 6)
        daemon.kill()
        words = daemon.once()
        self.assertEqual((600, 0, 0), tuple(counted(words)[k] for k in ("events", "rejected", "late")))
        self.assertEqual(604, inputs_of(words)["beats"]["events"])
        self.assert_as_scanned(daemon, lines)

    def test_killed_while_an_agent_sends_each_event_counts_once(self):
        port, dice = free_port(), random.Random(7)
        daemon = self.watch(f"lumberjack://127.0.0.1:{port} name=beats")
        lines = lines_of_log(4000)
        events, sent, kills = shipped(lines), 0, 0
        end = time.monotonic() + 12
        while sent < len(events):
            daemon.start()
            die = time.monotonic() + dice.uniform(0.2, 1.2)
            client = self.connect(daemon, port)
            while sent < len(events):
                try:
                    client.deliver(events[sent:sent + 40], compress=3)
                    sent += 40
                except OSError:
                    break
                if time.monotonic() > die and time.monotonic() < end:
                    client.send(lumberjack.window(events[sent:sent + 40])[:dice.randint(1, 5000)])
                    time.sleep(dice.uniform(0, 0.8))
                    break
            client.close()
            if sent < len(events):
                daemon.kill()
                kills += 1
        words = self.finish(daemon)
        print(f"{kills} kills, {inputs_of(words)['beats']}", flush=True)
        self.assertGreater(kills, 2)
        self.assertEqual(4000, counted(words)["events"])
        self.assertEqual(4004, inputs_of(words)["beats"]["events"])
        self.assert_as_scanned(daemon, lines)

    def test_a_batch_that_is_sent_again_counts_once(self):
        port, lines = free_port(), lines_of_log(90)
        daemon = self.watch(f"lumberjack://127.0.0.1:{port} name=beats").start()
        events = shipped(lines)
        with self.connect(daemon, port) as client:
            client.deliver(events)
            client.deliver(events[4:])
        with self.connect(daemon, port) as client:
            client.deliver(events[50:], compress=0)
        words = self.finish(daemon)
        self.assertEqual((90, 90 + 44), (counted(words)["events"], inputs_of(words)["beats"]["sent again"]))
        self.assert_as_scanned(daemon, lines)

    def test_rules_are_read_again_while_an_agent_sends(self):
        port, lines = free_port(), lines_of_log(1200)
        daemon = self.watch(f"lumberjack://127.0.0.1:{port} name=beats").start()
        events = shipped(lines)
        with self.connect(daemon, port) as client:
            for at in range(0, len(events), 43):
                client.send(lumberjack.window(events[at:at + 43]))
                if at % (43 * 7) == 0:
                    daemon.signal(signal.SIGHUP)
                while client.ack() < len(events[at:at + 43]):
                    pass
        words = self.finish(daemon)
        self.assertIn("settings and rules were read again", daemon.words())
        self.assertEqual((1200, 1204, 0), (counted(words)["events"], inputs_of(words)["beats"]["events"],
                                           inputs_of(words)["beats"]["sent again"]))
        self.assert_as_scanned(daemon, lines)

    def test_files_of_several_hosts_go_their_own_ways(self):
        port = free_port()
        daemon = self.watch(f"lumberjack://127.0.0.1:{port}").start()
        one, other = lines_of_log(60), watching.OTHER_HEADER.splitlines() + [
            line(n, n % 3 == 0, True).rstrip() for n in range(1000, 1060)]
        with self.connect(daemon, port) as client:
            mixed = [e for pair in zip(shipped(one), shipped(other, "EX02")) for e in pair]
            client.deliver(mixed)
        words = self.finish(daemon)
        self.assertEqual((120, 0, 2), tuple(counted(words)[k] for k in ("events", "rejected", "logs")))
        self.assertEqual(40, len(set(alerts(daemon.found()))))

    def test_headerless_lines_find_the_attack_of_the_example(self):
        harness.simulate(self.place / "made")
        logs = self.place / "made" / "logs"
        port = free_port()
        options = ("--internal", "10.0.0.0/8", "--delay", "10s")
        daemon = self.watch(f"lumberjack://127.0.0.1:{port}", options=options, rules=False).start()
        paths = [p for p in logs.rglob("*") if p.suffix.lower() == ".log"]
        events = [filebeat(text, p.relative_to(logs).parts[0], p, offset).encode()
                  for p, text, offset in harvest(paths) if text and not text.startswith("#")]
        with self.connect(daemon, port) as client:
            for at in range(0, len(events), 2048):
                client.deliver(events[at:at + 2048])
        self.finish(daemon)
        critical = [a for a in daemon.found() if a.get("tocsin", {}).get("level") == "critical"]
        self.assertGreater(len(critical), 0)

    def watch_for_resets(self, port, delay):
        rule = self.write("windows.yml", watching.RULE.replace("category: webserver", "product: windows\n    service: security")
                          .replace("cs-uri-stem|contains: /marked/", "EventID: 4724"))
        return self.watch(f"lumberjack://127.0.0.1:{port} name=beats", rules=False,
                          options=("--delay", delay, "--no-default-rules", "--rules", rule)).start()

    @staticmethod
    def reset(number, when):
        """A Windows event as Winlogbeat sends it."""
        return json.dumps({
            "@timestamp": when, "agent": {"type": "winlogbeat", "name": "DC01"},
            "event": {"code": "4724", "provider": "Microsoft-Windows-Security-Auditing"}, "message": "a\npage\nof text",
            "winlog": {"channel": "Security", "computer_name": "dc01.corp.example", "record_id": 1000 + number,
                       "event_id": "4724", "provider_name": "Microsoft-Windows-Security-Auditing",
                       "event_data": {"TargetUserName": f"u{number}", "SubjectUserName": "admin"}}}).encode()

    def test_windows_events_of_winlogbeat_are_events(self):
        port = free_port()
        daemon = self.watch_for_resets(port, "10s")
        events = [self.reset(n, f"2011-03-09T07:{n // 60:02}:{n % 60:02}.000Z") for n in range(50)]
        with self.connect(daemon, port) as client:
            client.deliver(events[:30])
            client.deliver(events[20:])
        words = self.finish(daemon)
        self.assertEqual((50, 0), (counted(words)["events"], counted(words)["rejected"]), words)
        self.assertEqual(10, inputs_of(words)["beats"]["sent again"])
        self.assertEqual(50, len(set(alerts(daemon.found()))))

    def test_windows_events_of_an_agent_are_not_waited_for_as_those_of_a_file(self):
        """Which nobody keeps in order: an hour. The second one is so far ahead that the first may be judged."""
        port = free_port()
        daemon = self.watch_for_resets(port, "1s")
        now = datetime.datetime.now(datetime.timezone.utc)
        times = [now + datetime.timedelta(seconds=2), now + datetime.timedelta(minutes=15)]
        with self.connect(daemon, port) as client:
            client.deliver([self.reset(n, f"{when:%Y-%m-%dT%H:%M:%S}.000Z") for n, when in enumerate(times)])
        self.until(lambda: alerts(daemon.found()))
        self.assertEqual(0, daemon.end())


class Hostile(InputCase):
    FRAMES = [b"GET / HTTP/1.1\r\n\r\n", b"1W\0\0\0\1", b"2X", b"2J\0\0\0\1\0\0\0\2{}", b"2W\0\0\0\2" + lumberjack.window([b"{}"]),
              b"2W\xff\xff\xff\xff", b"2W\0\0\0\1" b"2J\0\0\0\1\xff\xff\xff\xff", b"2W\0\0\0\1" b"2C\0\0\0\4abcd",
              b"2W\0\0\0\1" b"2C" + struct.pack(">I", len(zlib.compress(b"2C\0\0\0\1a"))) + zlib.compress(b"2C\0\0\0\1a"),
              b"2W\0\0\0\1" b"2C" + struct.pack(">I", len(zlib.compress(bytes(1 << 20)))) + zlib.compress(bytes(1 << 20))]

    def test_what_breaks_the_protocol_costs_its_own_connection(self):
        port, lines = free_port(), lines_of_log(60)
        daemon = self.watch(f"lumberjack://127.0.0.1:{port} name=beats").start()
        good = self.connect(daemon, port)
        for frame in self.FRAMES:
            with self.stream(port) as peer:
                peer.sendall(frame)
                self.assertEqual(b"", peer.recv(100), frame[:20])
        self.assertEqual(64, good.deliver(shipped(lines)))
        good.close()
        words = self.finish(daemon)
        self.assertEqual(len(self.FRAMES), inputs_of(words)["beats"]["protocol broken"])
        self.assert_as_scanned(daemon, lines)

    def test_a_record_that_is_too_long_or_none_is_counted_and_acknowledged(self):
        port = free_port()
        daemon = self.watch(f"lumberjack://127.0.0.1:{port} name=beats").start()
        events = shipped(lines_of_log(30))
        with self.connect(daemon, port) as client:
            client.deliver([*events, b'{"message": "' + b"x" * (2 << 20) + b'"}', b"", b"\xff\xfe no JSON", b'{"a": 1}'], 6)
        words = self.finish(daemon)
        figures = inputs_of(words)["beats"]
        self.assertEqual((1, 2), (figures["too long"], figures["of no known log"]), words)
        self.assertEqual(30, counted(words)["events"])

    def test_one_that_hangs_holds_nobody_up_and_is_ended(self):
        port, lines = free_port(), lines_of_log(60)
        daemon = self.watch(f"lumberjack://127.0.0.1:{port} name=beats timeout=2s").start()
        hanging = self.connect(daemon, port)
        hanging.send(lumberjack.window(shipped(lines_of_log(9, 5000)), 0)[:700])
        silent = self.stream(port)
        with self.connect(daemon, port) as client:
            self.assertEqual(64, client.deliver(shipped(lines)))
        with self.assertRaises(OSError):
            while True:
                hanging.ack()
        silent.settimeout(0.2)
        with self.assertRaises(TimeoutError):
            silent.recv(1)
        silent.close()
        words = self.finish(daemon)
        self.assertEqual(1, inputs_of(words)["beats"]["too slow"])

    def test_connections_are_bounded(self):
        port = free_port()
        daemon = self.watch(f"lumberjack://127.0.0.1:{port} name=beats connections=3").start()
        peers = [self.connect(daemon, port)]
        for _ in range(5):
            peers.append(self.connect(daemon, port))
        self.assertEqual(14, peers[0].deliver(shipped(lines_of_log(10))))
        for peer in peers:
            peer.close()
        words = self.finish(daemon)
        figures = inputs_of(words)["beats"]
        self.assertEqual((3, 3), (figures["connections"], figures["connections too many"]))


class Secure(InputCase):
    def make(self, name, issuer=None):
        """A key and a certificate, of an authority or by itself."""
        folder = self.place / "pki"
        folder.mkdir(parents=True, exist_ok=True)
        key, request, certificate = (folder / f"{name}.{end}" for end in ("key", "csr", "pem"))

        def openssl(*arguments):
            subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, timeout=60)

        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-subj", f"/CN={name}"]
        if issuer is None:
            openssl("req", "-x509", *curve, "-out", certificate, "-days", "2")
        else:
            openssl("req", "-new", *curve, "-out", request)
            openssl("x509", "-req", "-in", request, "-CA", folder / f"{issuer}.pem", "-CAkey", folder / f"{issuer}.key",
                    "-CAcreateserial", "-days", "2", "-out", certificate)
        return certificate, key

    def setUp(self):
        super().setUp()
        if shutil.which("openssl") is None:
            self.skipTest("there is no openssl")
        self.ca, _ = self.make("ca")
        self.server = self.make("localhost", "ca")
        self.client = self.make("agent", "ca")
        self.stranger = self.make("stranger")

    def listen(self, port, *more):
        return f"lumberjack+tls://127.0.0.1:{port} name=beats certificate={self.server[0]} key={self.server[1]} {' '.join(more)}"

    def refused(self, port, context):
        with self.assertRaises(OSError):
            with lumberjack.Client(port, context) as client:
                client.deliver(shipped(lines_of_log(3, 9000)))

    def test_who_shows_no_certificate_of_the_authority_is_let_in_no_further(self):
        port, lines = free_port(), lines_of_log(60)
        daemon = self.watch(self.listen(port, f"ca={self.ca}")).start()
        with self.connect(daemon, port, lumberjack.tls_context(self.ca, *self.client)) as client:
            self.assertEqual(64, client.deliver(shipped(lines)))
        self.refused(port, lumberjack.tls_context(self.ca))
        self.refused(port, lumberjack.tls_context(self.ca, *self.stranger))
        with self.stream(port) as plain:
            plain.sendall(lumberjack.window(shipped(lines)))
            with contextlib.suppress(ConnectionResetError):
                self.assertNotIn(b"2A", plain.recv(100))
        words = self.finish(daemon)
        self.assertEqual(3, inputs_of(words)["beats"]["without TLS"])
        self.assert_as_scanned(daemon, lines)

    def test_a_certificate_may_be_left_to_the_peer(self):
        port, lines = free_port(), lines_of_log(60)
        daemon = self.watch(self.listen(port, f"ca={self.ca}", "client=optional")).start()
        with self.connect(daemon, port, lumberjack.tls_context(self.ca)) as client:
            self.assertEqual(64, client.deliver(shipped(lines), compress=0))
        self.refused(port, lumberjack.tls_context(self.ca, *self.stranger))
        self.finish(daemon)
        self.assert_as_scanned(daemon, lines)

    def test_syslog_over_tls(self):
        port, lines = free_port(), pushed(60)
        daemon = self.watch(f"syslog+tls://127.0.0.1:{port} name=logs certificate={self.server[0]} key={self.server[1]}").start()
        with self.stream(port) as plain, lumberjack.tls_context(self.ca).wrap_socket(plain) as peer:
            for text in lines:
                message = rfc5424(text, "EX01", LOG, 0).encode()
                peer.sendall(b"%d %s" % (len(message), message))
            peer.unwrap()
        self.until(lambda: len(alerts(daemon.found())) >= 10)
        words = self.finish(daemon)
        self.assertEqual(61, counted(words)["events"])
        self.assert_as_scanned(daemon, lines)

    def test_a_certificate_that_is_none_is_told(self):
        daemon = self.watch(self.listen(free_port()).replace(str(self.server[0]), str(self.server[1])))
        done = subprocess.run([*map(str, daemon.command), "--once"], capture_output=True, timeout=60, check=False)
        self.assertEqual(2, done.returncode)
        self.assertIn(b"input beats", done.stderr)


class Syslog(InputCase):
    def deliver(self, daemon, send, lines):
        """Sends messages in both forms, and waits until they were taken in."""
        send([rfc3164(text, "EX01", LOG, 0).encode() for text in lines])
        self.until(lambda: len(alerts(daemon.found())) >= 10)
        words = self.finish(daemon)
        self.assertEqual((61, 0), (counted(words)["events"], counted(words)["rejected"]), words)
        self.assert_as_scanned(daemon, lines)

    def test_lines_over_tcp(self):
        port = free_port()
        daemon = self.watch(f"syslog+tcp://127.0.0.1:{port}").start()

        def send(messages):
            with self.stream(port) as peer:
                data = b"\n".join(messages)  # the last one without an end
                for at in range(0, len(data), 777):
                    peer.sendall(data[at:at + 777])
        self.deliver(daemon, send, pushed(60))

    def test_counted_messages_over_tcp(self):
        port = free_port()
        daemon = self.watch(f"syslog+tcp://127.0.0.1:{port}").start()

        def send(messages):
            with self.stream(port) as peer:
                peer.sendall(b"".join(b"%d %s\n" % (len(m) + 1, m) for m in messages))
        self.deliver(daemon, send, pushed(60))

    def test_datagrams(self):
        port = free_port(socket.SOCK_DGRAM)
        daemon = self.watch(f"syslog+udp://127.0.0.1:{port} name=logs").start()
        self.until(lambda: (daemon.folder / "state" / "state.db").exists())
        time.sleep(1)

        def send(messages):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
                for message in messages:
                    peer.sendto(message + b"\n\0", ("127.0.0.1", port))
        self.deliver(daemon, send, pushed(60))

    def test_a_length_that_is_none_ends_the_connection(self):
        port = free_port()
        daemon = self.watch(f"syslog+tcp://127.0.0.1:{port} name=logs").start()
        for hostile in (b"99999999999 x", b"12x", b"0 "):
            with self.stream(port) as peer:
                peer.sendall(hostile)
                self.assertEqual(b"", peer.recv(10), hostile)
        with self.stream(port) as peer:
            peer.sendall(b"<13>" + b"y" * (300 << 10) + b"\n")
        time.sleep(0.5)
        figures = inputs_of(self.finish(daemon))["logs"]
        self.assertEqual((3, 1), (figures["protocol broken"], figures["too long"]))


class Lines(InputCase):
    def test_standard_input_gives_what_a_scan_gives(self):
        lines = lines_of_log(60)
        daemon = self.watch("-")
        data = ("\r\n".join(lines) + "\r\n").encode()
        done = subprocess.run([*map(str, daemon.command), "--once"], input=data, capture_output=True, timeout=60,
                              check=False)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual(60, inputs_of(done.stderr.decode())["stdin"]["events"] - 4)
        self.assert_as_scanned(daemon, lines)

    def test_a_socket_of_lines(self):
        lines = lines_of_log(60)
        path = self.folder / "lines.sock"
        daemon = self.watch(f"unix://{path} name=local").start()
        self.until(path.exists)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as peer:
            peer.connect(str(path))
            peer.sendall(("\r\n".join(lines) + "\r\n").encode())
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as peer:
            peer.connect(str(path))
            peer.sendall(b"Dear all,\nplease come.\n")
        self.assertEqual(0o600, path.stat().st_mode & 0o777)
        self.until(lambda: len(alerts(daemon.found())) >= 10)
        self.until(lambda: "is no log that is known" in daemon.words())
        words = self.finish(daemon)
        self.assertEqual((60, 2), (counted(words)["events"], inputs_of(words)["local"]["of no known log"]))
        self.assert_as_scanned(daemon, lines)


class Settings(InputCase):
    def check(self, text, wanted):
        config = self.write("site.yml", text)
        done = harness.run("config", "check", config)
        self.assertEqual(2, done.returncode)
        self.assertIn(f"site.yml:{wanted}", done.err.replace(str(self.folder) + "/", ""))

    def test_what_is_wrong_is_told_with_its_place_and_a_way_out(self):
        self.check("inputs:\n  - lumberjak://127.0.0.1\n", "2:5: ")
        self.check("inputs: [lumberjack+tls://127.0.0.1]\n", "1:10: ")
        self.check("inputs:\n  - syslog+tcp://0.0.0.0 peers=9\n", "2:5: ")
        self.check("imputs: []\n", "1:1: ")
        for text, words in (("tcp://x", "lumberjack+tls://HOST:PORT"), ("syslog+udp://:514", "0.0.0.0"),
                            ("unix://relative", "unix:///PATH"), ("syslog+tcp://[::1", "HOST:PORT"),
                            ("lumberjack://h:99999", "is no port"), ("lumberjack://h ca=x", "+tls"),
                            ("lumberjack+tls://h certificate=a", "key=FILE"), ("- mode=999", "0660"),
                            ("- timeout=9d", "1s to 1h"), ("- name=a/b", "letters"), ("- client=maybe", "required")):
            done = harness.run("watch", "--state", self.place / "state", "--listen", text)
            self.assertEqual(2, done.returncode, text)
            self.assertIn(words, done.err, text)

    def test_they_are_shown_as_they_hold(self):
        config = self.write("good.yml", "inputs:\n  - lumberjack://127.0.0.1:5044 name=beats\n")
        self.assertEqual(0, harness.run("config", "check", config).returncode)
        self.assertIn('  - "lumberjack://127.0.0.1:5044 name=beats"', harness.run("config", "show", "--config", config).out)

    def test_one_that_anybody_can_read_is_warned_of(self):
        port = free_port()
        for host, warned in (("0.0.0.0", True), ("127.0.0.1", False)):
            daemon = self.watch(f"syslog+tcp://{host}:{port}")
            self.assertEqual(warned, "nothing is encrypted" in daemon.once())

    def test_two_of_one_name_or_address_are_refused(self):
        port = free_port()
        for second, words in ((f"syslog+tcp://127.0.0.1:{port}", "name="), (f"lumberjack://127.0.0.1:{port}", "in use")):
            daemon = self.watch(f"syslog+tcp://127.0.0.1:{port}", second)
            done = subprocess.run([*map(str, daemon.command), "--once"], capture_output=True, timeout=60, check=False)
            self.assertEqual(2, done.returncode)
            self.assertIn(words, done.stderr.decode())


if __name__ == "__main__":
    unittest.main()
