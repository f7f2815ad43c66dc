#!/usr/bin/env python3
"""The made-up organisations: the same twice, read without a rejected line, labelled as they are."""
import csv
import glob
import hashlib
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

from score_run import scan
from score_truth import Truth

TOCSIN, SIM = os.environ["TOCSIN"], os.environ["TOCSIN_SIM"]
SMALL = ["--mailboxes", "40", "--days", "12", "--learn-days", "5"]


def make(folder, *options):
    subprocess.run([SIM, "--out", str(folder), *SMALL, *options], check=True)
    return pathlib.Path(folder)


def manifest(folder):
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*")) if path.is_file()}


def text_of(folder, pattern):
    return "".join(pathlib.Path(path).read_text(encoding="utf-8", errors="replace")
                   for path in sorted(glob.glob(str(folder / "logs" / pattern))))


class Organisations(unittest.TestCase):
    def setUp(self):
        self.place = tempfile.TemporaryDirectory()
        self.addCleanup(self.place.cleanup)

    def folder(self, name, *options):
        return make(pathlib.Path(self.place.name) / name, *options)

    def test_one_seed_is_one_organisation(self):
        first = manifest(self.folder("a", "--seed", "4", "--family", "A1+A6"))
        self.assertEqual(first, manifest(self.folder("b", "--seed", "4", "--family", "A1+A6")))
        other = manifest(self.folder("c", "--seed", "5", "--family", "A1+A6"))
        self.assertFalse({k for k in first if first[k] == other.get(k)} - {"config/internal.txt"})

    def test_an_attack_leaves_everyday_life_alone(self):
        quiet, attacked = (self.folder(f, "--seed", "9", "--era", "2013", "--family", f) for f in ("none", "A6"))
        before = set(text_of(quiet, "winlog/AD*/*").splitlines())
        self.assertTrue(before)
        strip = [json.loads(line)["winlog"]["event_data"] for line in before]
        now = [json.loads(line)["winlog"]["event_data"] for line in text_of(attacked, "winlog/AD*/*").splitlines()]
        self.assertEqual(sorted(map(str, strip)), sorted(map(str, now)))

    def test_every_line_is_read(self):
        for number, options in enumerate((["--era", "legacy", "--family", "A1+A4"], ["--era", "2013", "--family", "A5+A7"],
                                          ["--era", "2013", "--family", "A6+A10"], ["--era", "legacy", "--family", "A6"],
                                          ["--without", "forwarded,subjects,users"])):
            with self.subTest(options=options):
                folder = self.folder(f"r{number}", "--seed", str(50 + number), *options)
                stats = folder / "stats.json"
                status = subprocess.run([TOCSIN, "scan", "-q", "-f", "json", "-o", os.devnull, "--stats", str(stats),
                                         str(folder / "logs")], stderr=subprocess.PIPE).returncode
                self.assertIn(status, (0, 1, 3))
                seen = json.loads(stats.read_text())
                for source in seen["sources"]:
                    self.assertFalse(source["records"]["rejected"], source["path"])
                    self.assertIn(source["state"], ("read", "duplicate"), source["path"])
                read = sum(s["records"]["accepted"] for s in seen["sources"] if "archive" not in s["path"])
                self.assertEqual(read, json.loads((folder / "truth/organisation.json").read_text())["lines"])

    def test_labels_say_what_the_logs_hold(self):
        for seed, era in ((70, "legacy"), (71, "2013"), (72, "2013")):
            folder = self.folder(f"l{seed}", "--seed", str(seed), "--era", era, "--family", "A1")
            truth = Truth(folder)
            campaign = truth.campaigns[0]
            web, mail = text_of(folder, "iis/*/*/*.log"), text_of(folder, "msgtrk/*/*")
            lines = [line for line in web.splitlines() if any(ip in line for ip in campaign["sources"])]
            self.assertTrue(campaign["sources"] and lines)
            touched = {truth.who(line.split(" ")[7]) for line in lines} & set(truth.people.values())
            self.assertEqual(touched, set(campaign["touched_victims"]))
            for name, kinds in campaign["evidence"].items():
                mine = [line for line in lines if truth.who(line.split(" ")[7]) == name]
                self.assertEqual("lang.owa" in kinds, any("/owa/lang.owa" in line for line in mine), name)
                if "sysmsg" in kinds:
                    self.assertIn(name, mail)
            first = min(line[:19] for line in lines if " /owa/auth/logon.aspx" in line)
            self.assertLessEqual(campaign["first_access"][:19].replace("T", " "), first)

    def test_names_and_networks_are_those_of_the_site(self):
        folder = self.folder("n", "--seed", "8", "--family", "none")
        with open(folder / "truth/mailboxes.csv", encoding="utf-8", newline="") as rows:
            people = list(csv.DictReader(rows))
        self.assertEqual(len({row["smtp"] for row in people}), len(people))
        self.assertEqual(len({row["sam"] for row in people}), len(people))
        self.assertEqual((folder / "truth/campaigns.jsonl").read_text(), "")
        self.assertTrue((folder / "truth/traps.jsonl").read_text())

    def test_damage_and_loss(self):
        whole = self.folder("w", "--seed", "6", "--family", "none")
        less = self.folder("x", "--seed", "6", "--family", "none", "--lose-days", "0.3", "--corrupt", "0.05")
        self.assertLess(len(manifest(less / "logs")), len(manifest(whole / "logs")))
        job = {"tocsin": TOCSIN, "responses": False, "seed": 6}
        self.assertIn(scan(job, less), (0, 1, 3))

    def test_options_are_refused(self):
        for bad in (["--family", "A12"], ["--era", "2019"], ["--without", "luck"], ["--mailboxes", "1"], ["--tricks", "x"],
                    ["--corrupt", "2"]):
            self.assertNotEqual(subprocess.run([SIM, "--out", self.place.name + "/bad", *SMALL, *bad],
                                               stderr=subprocess.DEVNULL).returncode, 0, bad)


if __name__ == "__main__":
    unittest.main()
