"""A ring of capture files is followed as it grows: the same answer as a scan of the packets in one file, whatever
is killed in between and wherever a file ends."""
import base64
import gzip
import json
import os
import pathlib
import random
import signal
import struct
import sys
import tarfile
import threading
import time
import unittest

import harness
from watching import RULE, Daemon, counted, differences, scanned

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "pcaps"))

from packets import Capture  # noqa: E402

START = 1299654123 * 1_000_000
PCAP = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)
PCAPNG = (struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28) +
          struct.pack("<IIHHII", 1, 20, 1, 0, 0, 20))


def requests(count, lines=12, first=0):
    """Packets of requests over a few connections that all go on to the end; every third one is marked. `first`: a
    number behind all that came before."""
    capture = Capture()
    connections = [capture.connection(f"198.51.{100 + first // 100}.{i + 1}", "10.0.0.5", 80) for i in range(lines)]
    for number in range(first, first + count):
        at = START + number * 1_000_000
        stem = f"/marked/{number}" if number % 3 == 0 else "/owa/"
        over = connections[number % lines]
        login = base64.b64encode(f"user{number}:not-kept".encode()).decode()
        over.say(at, 0, (f"GET {stem} HTTP/1.1\r\nHost: mail\r\nAuthorization: Basic {login}\r\n"
                         f"X-Filler: {'x' * (number % 7 * 300)}\r\n\r\n").encode())
        over.say(at + 3_500_000 * lines // 12, 1, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    capture.packets.sort()
    return capture.packets


def as_pcap(packet):
    at, _, data = packet
    return struct.pack("<IIII", at // 1_000_000, at % 1_000_000, len(data), len(data)) + data


def as_block(packet):
    at, _, data = packet
    padded = data + bytes(-len(data) % 4)
    length = 32 + len(padded)
    return (struct.pack("<IIIIIII", 6, length, 0, at >> 32, at & 0xFFFFFFFF, len(data), len(data)) + padded +
            struct.pack("<I", length))


class Ring:
    """Writes packets as programs that capture do: through a buffer, whose ends are anywhere, into file after file."""

    def __init__(self, folder, packets, ng=False, every=200, keep=0, pack=False):
        self.folder, self.packets = pathlib.Path(folder), packets
        self.folder.mkdir(parents=True, exist_ok=True)
        self.head, self.render, self.suffix = (PCAPNG, as_block, ".pcapng") if ng else (PCAP, as_pcap, ".pcap")
        self.every, self.keep, self.pack = every, keep, pack
        self.dice = random.Random(7)
        self.files = []

    def write(self, pause=0.0):
        for at in range(0, len(self.packets), self.every):
            path = self.folder / f"cap_{len(self.files):05}_20110309{self.suffix}"
            self.files.append(path)
            data = self.head + b"".join(map(self.render, self.packets[at:at + self.every]))
            with open(path, "wb", buffering=0) as file:
                while data:
                    cut = self.dice.randint(1, 20000)
                    file.write(data[:cut])
                    data = data[cut:]
                    time.sleep(pause * self.dice.random())
            if self.pack and len(self.files) > 2:
                old = self.files[-3]
                packed = old.with_name(old.name + ".gz")
                with gzip.open(packed.with_name("." + packed.name), "wb") as out:
                    out.write(old.read_bytes())
                os.rename(packed.with_name("." + packed.name), packed)
                old.unlink()

    def whole(self, path):
        path.write_bytes(self.head + b"".join(map(self.render, self.packets)))
        return path


class Rings(harness.Case):
    def setUp(self):
        self.place = self.folder / self._testMethodName
        self.logs = self.place / "logs"
        self.daemon = Daemon(self.place / "daemon", self.logs)

    def tearDown(self):
        if self.daemon.process and self.daemon.process.poll() is None:
            self.daemon.kill()

    def assert_same(self, ring, seen=None):
        whole = ring.whole(self.place / "whole.pcap")
        expected = scanned(whole, "--no-default-rules", "--rules", self.daemon.rules)
        lost, invented, again = differences(expected, seen or self.daemon.found())
        self.assertEqual(([], []), (lost, invented))
        self.assertGreater(len(expected), 100)
        return again

    def test_what_was_there_before_goes_on_from_file_to_file(self):
        ring = Ring(self.logs, requests(1500))
        ring.write()
        said = self.daemon.once()
        self.assert_same(ring)
        self.assertEqual(0, counted(said)["late"])
        found = len(self.daemon.found())
        self.daemon.once()
        self.assertEqual(found, len(self.daemon.found()), "a second start tells nothing twice")

    def killed(self, ring, kills, pause):
        writer = threading.Thread(target=ring.write, args=(pause,))
        self.logs.mkdir(parents=True, exist_ok=True)
        writer.start()
        dice, done = random.Random(3), 0
        while writer.is_alive() or done < kills:
            self.daemon.start()
            time.sleep(0.3 + dice.random())
            self.daemon.kill()
            done += 1
        writer.join()
        said = self.daemon.once()
        self.assertEqual(0, counted(said)["gaps"], said)
        return self.assert_same(ring)

    def test_killed_while_it_grows_it_loses_and_invents_nothing(self):
        self.killed(Ring(self.logs, requests(3000), every=700), 6, 0.08)

    def test_killed_over_pcapng_it_loses_and_invents_nothing(self):
        self.killed(Ring(self.logs, requests(3000), ng=True, every=900), 6, 0.08)

    def test_a_running_one_sees_every_file(self):
        ring = Ring(self.logs, requests(1500), every=400, pack=True)
        self.logs.mkdir(parents=True, exist_ok=True)
        self.daemon.start()
        ring.write(0.05)
        self.daemon.wait(lambda found: len(found) > 100, 20)
        self.daemon.signal(signal.SIGTERM)
        self.daemon.process.wait(timeout=60)
        self.daemon.once()
        self.assert_same(ring)

    def test_a_place_before_a_long_block_of_another_kind_loses_nothing(self):
        self.logs.mkdir(parents=True, exist_ok=True)
        # Without the last answer: what is open is told at the end, and a place is noted behind it.
        one, two, three = (b"".join(map(as_block, requests(150, first=first)[:-1])) for first in (0, 200, 400))
        strange = struct.pack("<II", 0x0BAD, 200012) + bytes(200000) + struct.pack("<I", 200012)
        read = []
        for piece in (PCAPNG + one, two + strange[:1000], strange[1000:] + three):
            with open(self.logs / "cap_1.pcapng", "ab") as file:
                file.write(piece)
            read.append(counted(self.daemon.once())["events"])
        self.assertEqual([150, 300, 450], read)

    def test_damage_among_bytes_that_were_told_hides_nothing_behind_them(self):
        self.logs.mkdir(parents=True, exist_ok=True)
        one, two = requests(200), requests(200, first=300)
        expected = scanned(Ring(self.place, one + two).whole(self.place / "whole.pcap"), "--no-default-rules", "--rules",
                           self.daemon.rules)
        path = self.logs / "cap_1.pcap"
        path.write_bytes(PCAP + b"".join(map(as_pcap, one)))
        self.daemon.start("--delay", "1s")
        self.assertTrue(self.daemon.wait(lambda found: len(found) > 60), self.daemon.words())
        time.sleep(2)  # until what was told is kept
        self.daemon.kill()
        half = len(PCAP) + sum(len(as_pcap(packet)) for packet in one[:len(one) // 2])
        with open(path, "r+b") as file:
            file.seek(half + 8)
            file.write(b"\xff" * 4)  # the length of a packet
            file.seek(0, os.SEEK_END)
            file.write(b"".join(map(as_pcap, two)))
        said = counted(self.daemon.once())
        lost, invented, _ = differences(expected, self.daemon.found())
        self.assertEqual(([], []), (lost, invented))
        self.assertEqual(1, said["rejected"])

    def test_a_packed_one_tells_what_was_open_at_its_end(self):
        ring = Ring(self.logs, requests(400)[:750])
        with gzip.open(self.logs / "cap_1.pcap.gz", "wb") as out:
            out.write(PCAP + b"".join(map(as_pcap, ring.packets)))
        self.daemon.once()
        self.assert_same(ring)

    def test_no_secret_reaches_the_state(self):
        ring = Ring(self.logs, requests(400))
        ring.write()
        self.daemon.once()
        for path in self.place.rglob("*"):
            if path.is_file() and self.logs not in path.parents:
                data = path.read_bytes()
                for secret in (b"not-kept", b"bm90LWtlcHQ", b"5vdC1rZXB0", b"90LWtlcH"):
                    self.assertNotIn(secret, data, path)


class Scans(harness.Case):
    """A scan of a ring says what a scan of its packets in one file says."""

    def setUp(self):
        self.place = self.folder / self._testMethodName
        self.place.mkdir()

    def parsed(self, *paths, options=()):
        """What was done, by time, and on how many packets."""
        stats = self.place / "stats.json"
        done = harness.run("parse", "-q", *options, "--stats", stats, *paths)
        self.assertIn(done.returncode, (0, 3), done.err)
        events = [json.loads(line) for line in done.out.splitlines()]
        books = [s["records"] for s in json.loads(stats.read_text(encoding="utf-8"))["sources"]]
        packets = sum(b["header"] + b["blank"] + sum(b["rejected"].values()) for b in books)
        return sorted(json.dumps([e["@timestamp"], e["tocsin"]["native"]], sort_keys=True) for e in events), packets

    def whole(self, packets):
        path = self.place / "whole.pcap"
        path.write_bytes(PCAP + b"".join(map(as_pcap, packets)))
        return self.parsed(path)

    def test_it_goes_on_from_file_to_file(self):
        packets = requests(600)
        expected = self.whole(packets)
        self.assertEqual(600, len(expected[0]))
        for ng, every in ((False, 37), (True, 101)):
            ring = Ring(self.place / f"ring{every}", packets, ng=ng, every=every)
            ring.write()
            self.assertEqual(expected, self.parsed(ring.folder))
            shuffled = ring.files[:]
            random.Random(5).shuffle(shuffled)
            self.assertEqual(expected, self.parsed(*shuffled, options=("-j", "3", "--block-size", "70000")))

    def test_a_scan_finds_the_same_in_any_order(self):
        rule = self.place / "rule.yml"
        rule.write_text(RULE)
        ring = Ring(self.place / "ring", requests(300), every=41)
        ring.write()
        expected = scanned(ring.whole(self.place / "whole.pcap"), "--no-default-rules", "--rules", rule)
        words = ["scan", "-q", "-f", "json", "--no-default-rules", "--rules", rule]
        found = [harness.run(*words, "-j", jobs, *paths).out
                 for jobs, paths in ((1, ring.files), (4, ring.files[::-1]), (2, ring.files[5:] + ring.files[:5]))]
        self.assertEqual([found[0]] * 3, found)
        lost, invented, _ = differences(expected, [json.loads(text) for text in found[0].splitlines()])
        self.assertEqual(([], []), (lost, invented))
        self.assertGreater(len(expected), 90)

    def test_names_as_programs_give_them(self):
        packets = requests(200)
        expected = self.whole(packets)
        names = ["dump.pcap", "dump.pcap1", "dump.pcap2", "dump.pcap3.gz", "dump.pcap10"]
        for name, at in zip(names, range(0, len(packets), len(packets) // 4)):
            data = PCAP + b"".join(map(as_pcap, packets[at:at + len(packets) // 4]))
            path = self.place / "dumps" / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        self.assertEqual(expected, self.parsed(self.place / "dumps"))

    def test_an_archive_of_it(self):
        ring = Ring(self.place / "ring", requests(200), every=60)
        ring.write()
        with tarfile.open(self.place / "ring.tar.gz", "w:gz") as archive:
            for path in ring.files:
                archive.add(path, path.name)
        self.assertEqual(self.whole(ring.packets), self.parsed(self.place / "ring.tar.gz"))

    def test_two_at_a_time_are_kept_apart(self):
        one, other = requests(200), requests(200, first=1000)
        other = [(at - 1_000_300_000, n, data) for at, n, data in other]
        found = self.whole(one)[0] + self.whole(other)[0]
        for name, packets in (("eth0", one), ("eth1", other)):
            for number, at in enumerate(range(0, len(packets), 50)):
                path = self.place / "both" / f"{name}_{number}.pcap"
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(PCAP + b"".join(map(as_pcap, packets[at:at + 50])))
        self.assertEqual(sorted(found), self.parsed(self.place / "both")[0])

    def test_a_file_that_is_missing_or_of_another_time_joins_nothing(self):
        packets = requests(60)
        late = [(at + 30 * 86_400_000_000, n, data) for at, n, data in packets]
        for name, part in (("cap1", packets[:-1]), ("cap2", late[-1:])):
            path = self.place / "apart" / f"{name}.pcap"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(PCAP + b"".join(map(as_pcap, part)))
        found = [json.loads(text)[1] for text in self.parsed(self.place / "apart")[0]]
        self.assertEqual(60, len(found))
        self.assertEqual(1, sum("sc-status" not in n for n in found), "a request without its answer")

    def test_files_of_as_many_packets_that_say_nothing_are_no_copies(self):
        silent = Capture()
        for number in range(40):
            silent.tcp(START + number * 1_000_000, "192.0.2.1", "192.0.2.2", (5000, 6000), number, 0, 16, b"\1" * 20)
        ring = Ring(self.place / "ring", silent.packets, every=10)
        ring.write()
        self.assertEqual(([], 40), self.parsed(ring.folder))


if __name__ == "__main__":
    unittest.main()
