"""The captures under pcaps/ are told right, and are what their scripts make; captures of one's own bytes are read
whatever carries them, in bounded memory, and no secret of theirs is written anywhere."""
import datetime
import gzip
import json
import pathlib
import random
import resource
import struct
import subprocess
import sys
import unittest

from harness import Case, addresses, finals, lines_of, mailbox_names, run, sanitised, simulate

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "pcaps"), str(ROOT / "tests/fuzz")]

import make_march2011  # noqa: E402
import make_resets  # noqa: E402
import packets  # noqa: E402
import seeds_packets  # noqa: E402
import smb  # noqa: E402
from packets import Capture  # noqa: E402

SECRETS = (b"not-kept", b"bm90LWtlcHQ", b"n\0o\0t\0-\0k\0e\0p\0t", b"cadata=")


def natives(text):
    return [event["tocsin"]["native"] for event in lines_of(text)]


MORE_RESETS = """title: a reset
name: a_reset
logsource: {product: tocsin, service: account}
detection: {reset: {event.action: password_reset, event.outcome: success}, condition: reset}
level: informational
---
title: more than there are
name: more_resets
correlation: {type: event_count, rules: [a_reset], group-by: [actor], timespan: 3h, condition: {gte: NUMBER}}
level: high
"""
OUTCOMES = {"0x8020000000000000": "success", "0x8010000000000000": "failure", None: ""}


def deeds(path):
    """What was done to accounts, as the truth of resets.pcapng has it."""
    told = natives(run("parse", "-q", path, check=0).out)
    return [{"event": n["EventID"], "actor": n.get("SubjectUserName", ""), "target": n.get("TargetUserName", ""),
             "outcome": OUTCOMES[n.get("Keywords")]} for n in told if "EventID" in n]


def resets(segment=packets.SEGMENT):
    """The capture resets.pcapng, its bytes cut into segments of that length."""
    usual, packets.SEGMENT = packets.SEGMENT, segment
    try:
        return make_resets.tell(Capture())
    finally:
        packets.SEGMENT = usual


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

    def test_resets_are_told_from_the_wire(self):
        path = ROOT / "pcaps/resets.pcapng"
        truth = json.loads(path.with_suffix(".truth.json").read_text("utf-8"))
        self.assertGreater(len(truth), 40)
        self.assertEqual(deeds(path), truth)
        told = natives(run("parse", "-q", path, check=0).out)
        self.assertEqual([n["sealed"] for n in told if "sealed" in n], ["yes", "yes", "smb3"])
        self.assertEqual({n["TargetDomainName"] for n in told if n.get("EventID") == "4724"}, {"CORP"})

    def test_resets_are_what_their_script_makes(self):
        make_resets.main(str(self.folder / "resets.pcapng"))
        for name in ("resets.pcapng", "resets.truth.json"):
            self.assertEqual((self.folder / name).read_bytes(), (ROOT / "pcaps" / name).read_bytes())

    def test_resets_are_the_same_however_their_packets_come(self):
        whole, path = resets(), self.folder / "a.pcapng"
        for segment in (5, 61):
            resets(segment).capture.write(path)
            self.assertEqual(deeds(path), whole.truth, segment)
        twice = Capture()
        twice.packets = [(time, 2 * i + again, data) for i, (time, _, data) in enumerate(sorted(whole.capture.packets))
                         for again in (0, 1)]
        twice.write(path)
        self.assertEqual(deeds(path), whole.truth)
        dice, mixed = random.Random(1), Capture()
        for packet in sorted(whole.capture.packets):
            late = dice.randrange(4) * make_resets.STEP if packet[2][47] == 24 else 0
            mixed.packets.append((packet[0] + late, *packet[1:]))
        mixed.write(path)
        key = json.dumps
        self.assertEqual(sorted(map(key, deeds(path))), sorted(map(key, whole.truth)))

    def test_a_reset_of_which_the_last_piece_is_lost_is_told(self):
        tell, samr = make_resets.Teller(Capture()), make_resets.Samr()
        pipe = make_resets.Pipe(tell, make_resets.DESK, "helpdesk")
        pipe.open([(smb.SAMR, smb.NDR)])
        make_resets.open_domain(pipe.do, samr)
        pipe.do(samr.lookup_names(2, {"anna": 1100}))
        pipe.do(samr.open_user(2, 1100, 3))
        operation, asked, answer = samr.set_password(3, 23)
        pieces = smb.fragments(lambda c, p, flags: smb.request(c, operation, p, flags=flags), 90, asked, 300)
        for number, piece in enumerate(pieces):
            before = len(tell.capture.packets)
            tell.say(pipe.connection, 0, pipe.frame(smb.write(90 + number, make_resets.FILE, piece)))
            del tell.capture.packets[before + (number + 1 < len(pieces)):]
        pipe.exchange(smb.read(99, make_resets.FILE), smb.was_read(99, smb.response(90, answer)))
        pipe.close()
        tell.capture.write(self.folder / "a.pcapng")
        tell.true("4724", "helpdesk", "anna")
        self.assertEqual(tell.truth, deeds(self.folder / "a.pcapng"))

    def test_resets_that_a_log_tells_of_too_count_once(self):
        capture, rules = ROOT / "pcaps/resets.pcapng", self.folder / "more.yml"
        truth = json.loads(capture.with_suffix(".truth.json").read_text("utf-8"))
        there = sum((d["event"], d["actor"], d["outcome"]) == ("4724", "helpdesk", "success") for d in truth)
        events = lines_of(run("parse", "-q", capture, check=0).out)

        def log(seconds):
            """The same as a domain controller whose clock is off by so much would have logged it."""
            path = self.folder / f"dc{seconds}.json"
            lines = []
            for event in events:
                native = event["tocsin"]["native"]
                if native.get("EventID") == "4724":
                    time = datetime.datetime.fromisoformat(event["@timestamp"].replace("Z", "+00:00"))
                    time += datetime.timedelta(seconds=seconds)
                    told = {k: native[k] for k in native if k.startswith(("Target", "Subject")) or
                            k in ("EventID", "Keywords", "Channel")}
                    lines.append(json.dumps({**told, "Computer": "dc1", "TimeCreated": time.isoformat()}) + "\n")
            path.write_text("".join(lines), "utf-8")
            return path

        def counts(number, *paths):
            """Whether so many are counted of one actor."""
            rules.write_text(MORE_RESETS.replace("NUMBER", str(number)), "utf-8")
            told = lines_of(run("scan", "-q", "-f", "json", "--no-default-rules", "--rules", rules, *paths).out)
            return any(alert.get("rule", {}).get("name") == "more_resets" for alert in told)
        self.assertGreater(there, 10)
        self.assertTrue(counts(there, capture, log(2)))
        self.assertFalse(counts(there + 1, capture, log(2)))
        self.assertTrue(counts(2 * there, capture, log(3600)))

    def test_resets_of_one_side_alone_are_told_as_tried(self):
        """Names that were looked up alone are sure; the rest are numbers. Of the middle of a connection only who
        acts is not known."""
        whole, path = resets(), self.folder / "a.pcapng"
        client = Capture()
        client.packets = [p for p in whole.capture.packets if p[2][26:30] != bytes([10, 0, 0, 1])]
        client.write(path)
        told = [d for d in deeds(path) if d["event"] == "4724"]
        self.assertEqual({d["outcome"] for d in told}, {""})
        self.assertLessEqual({d["actor"] for d in told}, {"helpdesk", "admin"})
        wanted = [d["target"] for d in whole.truth if d["event"] == "4724"]
        self.assertEqual(len(told), len(wanted))
        for target, truth in zip([d["target"] for d in told], wanted):
            self.assertTrue(target == truth or target.startswith("RID-"), (target, truth))
        middle = Capture()
        middle.packets = [p for p in sorted(whole.capture.packets)[15:] if not p[2][47] & 2]
        middle.write(path)
        self.assertEqual(deeds(path)[1:], whole.truth[2:])
        self.assertEqual(deeds(path)[0], {**whole.truth[1], "actor": ""})

    def dialogues(self):
        for name in seeds_packets.DIALOGUES:
            path = self.folder / f"{name}.pcapng"
            seeds_packets.record(name).write(path)
            yield name, path

    def test_every_protocol_tells_who_and_what(self):
        wanted = {"http": ("cs-username", "anna"), "smtp": ("sender-address", "anna@corp.example"),
                  "imap": ("TargetUserName", "anna"), "pop3": ("TargetUserName", "anna"),
                  "ldap": ("TargetUserName", "anna"), "tls": ("tls-server-name", "mail.corp.example"),
                  "kerberos": ("TargetUserName", "anna"), "kpasswd": ("EventID", "4723"),
                  "smb": ("TargetUserName", "user24"), "dcerpc": ("TargetUserName", "tcp.two")}
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
        self.assertEqual(records["rejected"], {"limit": 100_000 - 65_536 + 5_000 - 256, "hole": 256})
        if not sanitised():
            self.assertLess(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, 256 * 1024)


if __name__ == "__main__":
    unittest.main(verbosity=2)
