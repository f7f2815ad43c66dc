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

import score_alerts
import score_coverage
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

    def test_what_was_sprayed_is_used_from_elsewhere(self):
        seen = {}
        for seed in ("84", "86", "88", "89"):  # their front ends send logons
            folder = self.folder(f"e{seed}", "--seed", seed, "--family", "A4E")
            truth = Truth(folder)
            c = truth.campaigns[0]
            blocks = [{ip.rsplit(".", 2)[0] for ip in c[which]} for which in ("sources", "spray_sources")]
            self.assertTrue(c["victims"] and all(blocks) and not blocks[0] & blocks[1], seed)
            self.assertIsNone(c["first_linked"])
            lines = [line for line in text_of(folder, "iis/*/*/*.log").splitlines() if line[:1] != "#"]
            agents = [{line.split(" ")[9] for line in lines if set(line.split(" ")) & set(c[which])}
                      for which in ("sources", "spray_sources")]
            self.assertTrue(all(agents) and not agents[0] & agents[1], agents)
            let_in = {(line["@timestamp"][:19], truth.who(line["winlog"]["event_data"]["TargetUserName"]))
                      for line in map(json.loads, text_of(folder, "winlog/MX*/*").splitlines())
                      if line["winlog"]["event_id"] == 4624}
            self.assertTrue(let_in)
            tries = {("T".join(line.split(" ")[:2]), truth.who(line.split(" ")[7])) for line in lines
                     if "/owa/auth.owa" in line and set(line.split(" ")) & set(c["spray_sources"])}
            seen[c["variant"]] = {who for _, who in tries & let_in} == set(c["victims"])
        self.assertEqual(seen, {"A4E/seen": True, "A4E/silent": False})

    def test_campaigns_unlike_the_others_show_what_they_do(self):
        for number, family in enumerate(("A12", "A13", "A14", "A15", "A16", "A17", "A18", "A19")):
            with self.subTest(family=family):
                folder = self.folder(family, "--seed", str(100 + number), "--family", family)
                truth = Truth(folder)
                c = truth.campaigns[0]
                self.assertEqual(c["family"], family)
                web = [line for line in text_of(folder, "iis/*/*/*.log").splitlines() if line[:1] != "#"]
                mine = [line for line in web if set(line.split(" ")) & set(c["sources"] + c["spray_sources"])]
                self.assertTrue(c["victims"] and c["sources"] and mine)
                served = {truth.who(line.split(" ")[7]) for line in mine if line.split(" ")[7] != "-"}
                opened = {line.split(" ")[4].split("/")[2] for line in mine if "/owa/" in line and "@" in line.split(" ")[4]}
                self.assertLessEqual(set(c["touched_victims"]), served | opened)
                self.assertEqual(bool(opened & set(c["victims"])), family == "A16")
                tries = [line for line in mine if " POST /owa/auth.owa " in line]
                self.assertEqual(len(tries) >= 12 + len(c["victims"]), family == "A12", len(tries))

    def test_odd_events_are_harmless_and_labelled(self):
        odd = {"conference": "B15", "rollout": "B16", "proxy": "B17", "drill": "B18", "phones": "B19", "merger": "B20",
               "monitor": "B21", "holiday": "B22", "shared": "B23", "pack": "B24"}
        for name, label in odd.items():
            with self.subTest(odd=name):
                folder = self.folder(name, "--seed", "7", "--family", "none", "--odd", name)
                self.assertEqual((folder / "truth/campaigns.jsonl").read_text(), "")
                labels = {json.loads(line)["trap"] for line in (folder / "truth/traps.jsonl").read_text().splitlines()}
                self.assertIn(label, labels)
                self.assertFalse(labels & set(odd.values()) - {label})

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

    def coverage_of(self, folder, status=(0, 1, 3)):
        self.assertIn(scan({"tocsin": TOCSIN, "responses": False, "seed": 0}, folder), status)
        _, summary = score_alerts.read(folder / "alerts.jsonl", str)
        return {row["indicator"]: row for row in summary["coverage"]}, json.loads(
            (folder / "truth/organisation.json").read_text())

    def test_coverage_says_how_much_is_missing(self):
        wide = ["--mailboxes", "120", "--days", "30", "--family", "none"]
        for seed in ("61", "62"):
            folder = self.folder(f"d{seed}", "--seed", seed, *wide, "--lose-days", "0.3")
            rows, about = self.coverage_of(folder, (3,))
            told = score_coverage.numbers({"coverage": list(rows.values()), "about": about})
            self.assertIn(len(told), (2, 3))
            self.assertTrue(all(row["state"] == "partly" for row in rows.values()), rows)
            for said, lost in told:
                self.assertAlmostEqual(said, lost, delta=2)
        whole = self.folder("whole", "--seed", "61", *wide)
        rows, about = self.coverage_of(whole)
        self.assertEqual(score_coverage.numbers({"coverage": list(rows.values()), "about": about}), [])

    def test_coverage_names_the_server_whose_logs_are_lost(self):
        for seed in range(20, 30):
            folder = self.folder(f"h{seed}", "--seed", str(seed), "--family", "none", "--lose-host")
            rows, about = self.coverage_of(folder)
            why = rows["webmail access"].get("why", "")
            self.assertEqual("no webmail logs of MX01" in why, about["host_lost"], why)

    def test_no_names_and_no_clients_are_blind(self):
        for name in ("names", "forwarded"):
            folder = self.folder(name, "--seed", "31", "--family", "none", "--without", name)
            rows, _ = self.coverage_of(folder)
            self.assertEqual(rows["webmail access"]["state"], "blind", rows["webmail access"].get("why"))
            self.assertEqual(rows["language switch with access"]["state"], "blind")
            self.assertNotEqual(rows["system message language"]["state"], "blind")

    def test_lost_mailboxes_are_in_no_log(self):
        whole = self.folder("all", "--seed", "12", "--family", "A1")
        less = self.folder("less", "--seed", "12", "--family", "A1", "--lose-mailboxes", "0.5")
        with open(less / "truth/mailboxes.csv", encoding="utf-8", newline="") as rows:
            names = list(csv.DictReader(rows))
        text, before = (text_of(folder, "msgtrk/*/*") + text_of(folder, "iis/*/*/*.log") for folder in (less, whole))
        lost = [n["smtp"] for n in names if n["smtp"] in before and n["smtp"] not in text]
        told = json.loads((less / "truth/organisation.json").read_text())["mailboxes_lost"]
        self.assertGreater(told, 10)
        self.assertAlmostEqual(len(lost), told, delta=3)
        self.assertLess(len(Truth(less).campaigns[0]["visible_victims"]), len(Truth(whole).campaigns[0]["victims"]))

    def test_names_are_formed_as_asked(self):
        def names(form):
            folder = self.folder(form, "--seed", "3", "--family", "none", "--names", form)
            with open(folder / "truth/mailboxes.csv", encoding="utf-8", newline="") as rows:
                return [row for row in csv.DictReader(rows) if row["kind"] == "user"]
        self.assertTrue(all(row["upn"] == row["smtp"] for row in names("alike")))
        self.assertTrue(all(row["upn"].split("@")[0] != row["smtp"].split("@")[0] for row in names("unlike")))
        self.assertTrue(all(row["upn"].split("@")[0] == row["sam"] for row in names("domain")))

    def test_what_is_wanted_is_there(self):
        for seed in ("41", "42", "43"):
            folder = self.folder(seed, "--seed", seed, "--era", "2013", "--family", "none", "--with", "sspr,hybrid")
            self.assertIn("MSOL_", text_of(folder, "winlog/AD*/*"))
            self.assertIn("ASProxy/CrossForest", text_of(folder, "iis/*/*/*.log"))

    def test_options_are_refused(self):
        for bad in (["--family", "A99"], ["--odd", "luck"], ["--era", "2019"], ["--without", "luck"], ["--mailboxes", "1"], ["--tricks", "x"],
                    ["--corrupt", "2"], ["--names", "odd"], ["--with", "luck"], ["--lose-mailboxes", "2"]):
            self.assertNotEqual(subprocess.run([SIM, "--out", self.place.name + "/bad", *SMALL, *bad],
                                               stderr=subprocess.DEVNULL).returncode, 0, bad)


if __name__ == "__main__":
    unittest.main()
