"""The captures under pcaps/ are told right, and are what their scripts make; captures of one's own bytes are read
whatever carries them, in bounded memory, and no secret of theirs is written anywhere."""
import gzip
import json
import pathlib
import random
import resource
import struct
import subprocess
import sys
import unittest

from harness import Case, addresses, finals, lines_of, mailbox_names, run, simulate

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "pcaps"), str(ROOT / "tests/fuzz")]

import make_march2011  # noqa: E402
import seeds_packets  # noqa: E402
from packets import Capture  # noqa: E402

SECRETS = (b"not-kept", b"bm90LWtlcHQ", b"n\0o\0t\0-\0k\0e\0p\0t", b"cadata=")


def natives(text):
    return [event["tocsin"]["native"] for event in lines_of(text)]


class Pcaps(Case):
    def test_march_2011_is_told_from_the_wire(self):
        path = ROOT / "pcaps/march2011.pcapng"
        self.assertLess(path.stat().st_size, 5_000_000)
        truth = json.loads(path.with_suffix(".truth.json").read_text("utf-8"))
        stats = self.folder / "stats.json"
        done = run("scan", "-f", "json", "--stats", stats, path, check=1)
        found = finals(lines_of(done.out), "critical")
        self.assertEqual(len(found), 1)
        self.assertEqual(mailbox_names(found[0]), set(truth["mailboxes"]))
        self.assertEqual(addresses(found[0]), set(truth["sources"]))
        self.assertIn(truth["language"], json.dumps(found[0]["tocsin"]["baseline"]))
        self.assertIn(truth["first_access"], json.dumps(found[0]["tocsin"]))
        self.assertNotIn("not-kept", done.out)
        self.assertNotIn("sessionid=", done.out)
        source = json.loads(stats.read_text("utf-8"))["sources"][0]
        self.assertEqual(source["records"]["rejected"], {})
        for alert in lines_of(done.out):
            for line in alert.get("tocsin", {}).get("evidence", []):
                self.assertIn("march2011.pcapng", line["file"])

    def test_march_2011_is_what_its_script_makes(self):
        simulate(self.folder / "world")
        make_march2011.main(str(self.folder / "world"), str(self.folder / "march2011.pcapng"))
        made = (self.folder / "march2011.pcapng").read_bytes()
        self.assertEqual(made, (ROOT / "pcaps/march2011.pcapng").read_bytes())

    def dialogues(self):
        for name in seeds_packets.DIALOGUES:
            path = self.folder / f"{name}.pcapng"
            seeds_packets.record(name).write(path)
            yield name, path

    def test_every_protocol_tells_who_and_what(self):
        wanted = {"http": ("cs-username", "anna"), "smtp": ("sender-address", "anna@corp.example"),
                  "imap": ("TargetUserName", "anna"), "pop3": ("TargetUserName", "anna"),
                  "ldap": ("TargetUserName", "anna"), "tls": ("tls-server-name", "mail.corp.example"),
                  "kerberos": ("TargetUserName", "anna"), "kpasswd": ("EventID", "4723")}
        for name, path in self.dialogues():
            column, value = wanted[name]
            told = natives(run("parse", "-q", path, check=0).out)
            self.assertTrue(any(n.get(column) == value for n in told), (name, told))

    def test_no_secret_is_written_anywhere(self):
        for name, path in self.dialogues():
            self.assertTrue(any(s in path.read_bytes() for s in SECRETS) or
                            name in ("tls", "kerberos", "kpasswd"), name)
            state = self.folder / f"state-{name}"
            for words in (("parse",), ("scan", "-f", "json"), ("scan", "--explain"),
                          ("scan", "-f", "json", "--state", state)):
                done = run(*words, path)
                self.assertIn(done.returncode, (0, 1, 2, 3, 64), done.err)
                for secret in SECRETS:
                    self.assertNotIn(secret, done.stdout + done.stderr, (name, words))
            for file in state.rglob("*") if state.is_dir() else []:
                if file.is_file():
                    for secret in SECRETS:
                        self.assertNotIn(secret, file.read_bytes(), file)

    def test_packed_piped_and_shuffled_captures_say_the_same(self):
        capture = seeds_packets.record("http")
        path = self.folder / "a.pcapng"
        capture.write(path)
        whole = natives(run("parse", "-q", path, check=0).out)
        self.assertEqual(len(whole), 2)
        packed = self.folder / "b.pcapng.gz"
        packed.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
        self.assertEqual(natives(run("parse", "-q", packed, check=0).out), whole)
        piped = run("parse", "-q", "-", stdin=path.read_bytes(), check=0)
        self.assertEqual(natives(piped.out), whole)
        dice = random.Random(1)
        for _ in range(20):
            body = capture.packets[3:-3]
            times = sorted(p[0] for p in body)
            dice.shuffle(body)
            shuffled = Capture()
            shuffled.packets = capture.packets[:3] + [(t, i, p[2]) for i, (t, p) in enumerate(zip(times, body), 3)] \
                + capture.packets[-3:]
            shuffled.write(self.folder / "c.pcapng")
            self.assertEqual(natives(run("parse", "-q", self.folder / "c.pcapng", check=0).out), whole)

    def test_many_flows_stay_in_bounds(self):
        """The beginnings of 100,000 connections and 5,000 half-open fragments, each with its own ends."""
        path = self.folder / "flood.pcap"
        with open(path, "wb") as file:
            file.write(struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
            for i in range(100_000):
                packet = struct.pack(">BBHHHBBHII", 0x45, 0, 60, 0, 0, 64, 6, 0, 0x0A000000 + i, 0x0A800001) + \
                    struct.pack(">HHIIBBHHH", 1024 + i % 50000, 80, 1, 0, 0x50, 24, 1, 0, 0) + b"GET /owa/ HTTP/1.1\r\n"
                file.write(struct.pack("<IIII", 1299654123, i, len(packet), len(packet)) + packet)
            for i in range(5_000):
                packet = struct.pack(">BBHHHBBHII", 0x45, 0, 820, i, 0x2000, 64, 17, 0, 0x0A000001, 0x0A800001) + \
                    bytes(800)
                file.write(struct.pack("<IIII", 1299654123, i, len(packet), len(packet)) + packet)
        stats = self.folder / "stats.json"
        done = run("parse", "-q", "-j", "1", "--stats", stats, "-o", self.folder / "out", path)
        self.assertEqual(done.returncode, 3, done.err)  # packets, and nothing that was done
        records = json.loads(stats.read_text("utf-8"))["totals"]["records"]
        self.assertEqual(records["header"], 105_000)
        self.assertEqual(records["rejected"], {"limit": 100_000 - 65_536 + 5_000 - 256})
        if "san" not in subprocess.run(["ldd", run.__globals__["TOCSIN"]], capture_output=True, text=True,
                                       check=False).stdout:
            self.assertLess(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, 256 * 1024)


if __name__ == "__main__":
    unittest.main(verbosity=2)
