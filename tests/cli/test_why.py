"""tocsin why: what was seen of a mailbox, and how near it came to what the rules ask for."""
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

from harness import Case, finals, lines_of, mailbox_names, run, simulate

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "simulate"))
from score_truth import Truth, networks_of  # noqa: E402

SIM = os.environ["TOCSIN_SIM"]
INTERNAL = ("--internal", "10.0.0.0/8")
CAMPAIGN = "foreign_language_campaign"
SWITCH = "foreign_language_switch_and_access_few"


class Why(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.truth = simulate(cls.folder)
        cls.logs = cls.folder / "logs"
        (incident,) = finals(lines_of(run("scan", "-q", "-f", "json", *INTERNAL, cls.logs).out), "high")
        cls.number = incident["tocsin"]["incident"]["id"]
        victims = {v["name"]: v for v in incident["tocsin"]["victims"]}
        cls.switched = next(n for n, v in victims.items() if v.get("language") == "zh-Hans")
        cls.silent = next(n for n, v in victims.items() if not v.get("language"))
        cls.victims = mailbox_names(incident)

    @classmethod
    def ask(cls, name, *arguments, check=1, logs=None):
        done = run("why", "-q", "-f", "json", *INTERNAL, "--mailbox", name, *arguments, logs or cls.logs, check=check)
        (answer,) = lines_of(done.out)
        return answer["tocsin"]

    @staticmethod
    def rule(answer, name):
        return next(r for r in answer["rules"] if r["name"] == name)

    def innocent(self):
        people = set()
        for path in sorted(self.logs.glob("HUB01/**/*.LOG")):
            for line in path.read_text(errors="replace").splitlines():
                people |= {w for w in line.split(",") if w.endswith("@commission.example") and "+" not in w and "/" not in w}
        return sorted(p for p in people - self.victims if "." in p.split("@")[0])[0]

    def test_a_victim_is_told_by_what_found_it(self):
        answer = self.ask(self.switched)
        self.assertIn(self.switched, answer["names"])
        self.assertGreater(len(answer["names"]), 1)
        self.assertIn(self.number, {f.get("id") for f in answer["found"]})
        self.assertGreater(self.rule(answer, CAMPAIGN)["fired"]["count"], 0)
        self.assertGreaterEqual(self.rule(answer, CAMPAIGN)["reached"], 2)
        self.assertGreater(self.rule(answer, SWITCH)["matched"]["count"], 0)
        self.assertIn("zh-Hans", {l["language"] for l in answer["languages"] if l["foreign"]})
        self.assertIn("webmail", answer["seen"])

    def test_one_who_never_spoke_it_misses_that_condition(self):
        answer = self.ask(self.silent, "--rule", SWITCH)
        (rule,) = answer["rules"]
        self.assertTrue(rule["asked"])
        self.assertEqual(rule["matched"]["count"], 0)
        held = {c["asks"]: c["held"] for c in rule["conditions"]}
        self.assertIn("language.foreign is true", held)
        self.assertLessEqual(max(held.values()), rule["events"]["count"])
        self.assertLess(min(held.values()), rule["events"]["count"])
        self.assertLess(rule["nearest_met"], len(held))
        self.assertEqual(rule["nearest_met"], sum(c.get("held_at_nearest", False) for c in rule["conditions"]))

    def test_an_innocent_is_in_nothing(self):
        answer = self.ask(self.innocent())
        self.assertEqual([f for f in answer["found"] if f["incident"] and f.get("id") == self.number], [])
        self.assertEqual(self.rule(answer, CAMPAIGN)["fired"]["count"], 0)
        self.assertGreater(answer["seen"]["webmail"]["count"] + answer["seen"]["programs"]["count"], 0)

    def test_all_names_are_one_person(self):
        answers = [self.ask(name) for name in self.ask(self.switched)["names"]]
        for answer in answers[1:]:
            self.assertEqual(answer, answers[0])
        self.assertEqual(self.ask(self.switched.split("@")[0].upper()), answers[0])

    def test_a_rule_brings_what_it_rests_on(self):
        answer = self.ask(self.switched, "--rule", CAMPAIGN)
        self.assertEqual([r["name"] for r in answer["rules"]], [CAMPAIGN, SWITCH])
        self.assertEqual([r["asked"] for r in answer["rules"]], [True, False])
        self.assertEqual(answer["rules"][0]["threshold"], "at least 2 different mailbox")
        default = {r["level"] for r in self.ask(self.switched)["rules"] if r["asked"]}
        self.assertEqual(default, {"high", "critical"})

    def test_what_was_missing_is_said(self):
        self.assertTrue(any("geo" in m for m in self.ask(self.switched)["missing"]))
        web = self.ask(self.switched.split("@")[0], check=None, logs=self.logs / "EX01")
        self.assertTrue(any("tracking" in m for m in web["missing"]))
        mail = self.ask(self.switched, check=None, logs=self.logs / "HUB01")
        self.assertTrue(any("no webmail" in m for m in mail["missing"]))
        page = run("why", "-q", *INTERNAL, "--mailbox", self.switched, self.logs / "HUB01").out
        self.assertRegex(page, r"(?m)^  webmail bursts: blind:|^  .*: blind: ")

    def test_unknown_names_are_told_with_near_ones(self):
        local = self.switched.split("@")[0]
        for typed, near in ((local[:-2] + local[-1] + local[-2], local), (local.split(".")[0] + ".nobody", None), ("zz", None)):
            done = run("why", "-q", *INTERNAL, "--mailbox", typed, self.logs, check=2)
            self.assertIn("nobody of that name", done.err)
            self.assertEqual(done.out, "")
            if near:
                self.assertIn(near, done.err)

    def test_what_is_refused(self):
        log = next(self.logs.glob("EX01/W3SVC1/*.log")).read_bytes()
        for arguments, words in (([self.logs], "--mailbox"), (["--mailbox", "a", "-"], "read only once"),
                                 (["--mailbox", self.switched, "--rule", "no_such", self.logs], "no rule"),
                                 (["--mailbox", self.switched, "-f", "cef", self.logs], "text or json")):
            self.assertIn(words, run("why", *arguments, stdin=log, check=2).err)
        self.assertEqual(run("why", "-q", *INTERNAL, "--mailbox", self.switched, "--fail-level", "critical", self.logs).returncode, 1)
        out = self.folder / "why.txt"
        self.assertEqual(run("why", "-q", *INTERNAL, "-o", out, "--mailbox", self.switched, self.logs, check=1).out, "")
        self.assertIn("KNOWN AS", out.read_text(encoding="utf-8"))

    def test_jobs_and_order_do_not_show(self):
        parts = sorted(self.logs.iterdir())
        first = run("why", "-q", "-j", "1", *INTERNAL, "--mailbox", self.switched, *parts).out
        for jobs, order in (("2", parts[::-1]), ("4", parts[::-1])):
            again = run("why", "-q", "-j", jobs, "--block-size", "16K", *INTERNAL, "--mailbox", self.switched, *order).out
            self.assertEqual(first, again)

    def test_pages_fit(self):
        for columns in (60, 80, 120):
            for name in (self.switched, self.innocent()):
                page = run("why", "-q", *INTERNAL, "--mailbox", name, self.logs, env={"COLUMNS": str(columns)}).out
                self.assertLessEqual(max(map(len, page.splitlines())), columns)
                self.assertNotIn("\x1b", page)

    def test_victims_of_organisations(self):
        """Every touched victim can be asked about, and what the scan found of it is in the answer."""
        for seed in (101, 107):
            folder = self.folder / f"o{seed}"
            subprocess.run([SIM, "--out", str(folder), "--seed", str(seed), "--mailboxes", "80", "--days", "40", "--family", "A1"],
                           check=True, stdout=subprocess.DEVNULL)
            exits, proxies, internal = networks_of(folder)
            site = ["--internal", ",".join(internal), "--egress", ",".join(exits + ["192.0.2.255/32"])]
            site += ["--proxy", ",".join(proxies)] if proxies else []
            truth = Truth(folder)
            alerts = lines_of(run("scan", "-q", "-f", "json", *site, folder / "logs").out)
            for victim in truth.campaigns[0]["touched_victims"][:2]:
                done = run("why", "-q", "-f", "json", *site, "--mailbox", victim, folder / "logs")
                answer = lines_of(done.out)[0]["tocsin"]
                mine = {truth.who(n) for n in answer["names"]}
                self.assertIn(victim, mine)
                ids = {a["tocsin"]["incident"]["id"] for a in finals(alerts) if set(answer["names"]) & mailbox_names(a)}
                self.assertEqual(ids, {f["id"] for f in answer["found"] if f["incident"]})
            shutil.rmtree(folder)


if __name__ == "__main__":
    unittest.main()
