"""tocsin incident scope: everybody whom an incident touched, and nobody whom it did not."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

from harness import Case, lines_of, run, simulate

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "simulate"))
from score_truth import Truth, domains_of, networks_of  # noqa: E402

SIM = os.environ["TOCSIN_SIM"]
INTERNAL = ("--internal", "10.0.0.0/8")
CLIENT = "Mozilla/5.0+(Rare;+Visitor)"


def asked(*arguments, check=1):
    """(head, incidents) of the answer as JSON."""
    lines = [line["tocsin"] for line in lines_of(run("incident", "scope", "-q", "-f", "json", *arguments, check=check).out)]
    return lines[0], lines[1:]


def people(incident, *marks):
    return {row["name"] for row in incident["touched"] if row["mark"] in (marks or ("certain", "likely", "network"))}


def row_of(incident, name):
    return next(row for row in incident["touched"] if row["name"] == name)


class Example(Case):
    """The example, and what is added to it behind the incident's back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        simulate(cls.folder)
        cls.logs = cls.folder / "logs"
        cls.head, (cls.incident,) = asked(*INTERNAL, cls.logs)
        cls.victims = {row["name"] for row in cls.incident["touched"] if row["named"]}
        cls.source = next(r["what"] for row in cls.incident["touched"] for r in row["reasons"] if r["kind"] == "address")

    def with_lines(self, name, *lines):
        """A copy of the logs with more requests in one of the web logs."""
        folder = self.folder / name
        shutil.copytree(self.logs, folder)
        for path in sorted(folder.glob("EX01/W3SVC1/*.log")):
            text = path.read_text(encoding="utf-8", errors="surrogateescape")
            fields = re.search(r"^#Fields: (.*)$", text, re.M).group(1).split()
            day = re.search(r"^(\d{4}-\d\d-\d\d) ", text, re.M)
            mine = [line for line in lines if day and line["date"] == day.group(1)]
            rows = "".join(" ".join(line.get(f, "-") for f in fields) + "\r\n" for line in mine)
            path.write_text(text + rows, encoding="utf-8", errors="surrogateescape", newline="")
        return folder

    @staticmethod
    def line(at, user, ip, agent=CLIENT, status="200", stem="/owa/", query="ae=Folder"):
        date, time = at.split(" ")
        return {"date": date, "time": time, "s-ip": "10.0.1.11", "cs-method": "GET", "cs-uri-stem": stem,
                "cs-uri-query": query, "s-port": "443", "cs-username": user, "c-ip": ip, "cs(User-Agent)": agent,
                "sc-status": status, "sc-substatus": "1" if status == "401" else "0",
                "sc-win32-status": "1326" if status == "401" else "0", "time-taken": "31"}

    def account(self, index):
        """Of the index-th person who has nothing to do with it: (account, name)."""
        near, all_of = self.source.rsplit(".", 1)[0] + ".", set()
        taken = {name.split("@")[0] for name in self.victims}
        for path in sorted(self.logs.glob("EX0?/W3SVC1/*.log")):
            for line in path.read_text(errors="replace").splitlines():
                account = next((word for word in line.split(" ") if re.fullmatch(r"[\w.-]+\\[\w.-]+", word)), None)
                if account:
                    (taken if near in line else all_of).add(account.lower())
        accounts = sorted(a for a in all_of - taken if a.split("\\")[1] not in taken)
        return accounts[index], accounts[index].split("\\")[1]

    def test_the_first_line_says_whether_it_goes_on(self):
        page = run("incident", "scope", *INTERNAL, self.logs).out.splitlines()
        self.assertRegex(page[0], r"^quiet since 2011-03-\d\d \d\d:\d\d:\d\d UTC: records go on for \d+ days$")
        shorter = run("incident", "scope", *INTERNAL, "--until", "2011-03-12T12:00:00Z", self.logs).out.splitlines()
        self.assertRegex(shorter[0], r"^ACTIVE: last sign 2011-03-12 \d\d:\d\d:\d\d UTC, ")

    def test_how_far_each_log_reaches(self):
        page = run("incident", "scope", *INTERNAL, self.logs).out
        self.assertRegex(page, r"(?m)^  EX01 +iis-w3c +40  2011-03-18 \d\d:\d\d  -$")
        self.assertRegex(page, r"(?m)^  DC01 +windows-xml +\d+  2011-03-\d\d \d\d:\d\d  \d+ hours$")
        rows = {(s["host"], s["format"]): s for s in self.head["sources"]}
        self.assertEqual(rows["EX01", "iis-w3c"]["behind_seconds"], 0)
        self.assertGreater(rows["DC01", "windows-xml"]["behind_seconds"], 3600)

    def test_who_comes_from_its_addresses_is_found(self):
        user, name = self.account(0)
        other, other_name = self.account(1)
        logs = self.with_lines("more", self.line("2011-03-17 03:00:00", user, self.source),
                               self.line("2011-03-17 03:10:00", other, self.source, status="401"))
        _, (incident,) = asked(*INTERNAL, "--incident", self.incident["incident"], logs)
        row = row_of(incident, next(n for n in people(incident) if n.split("@")[0] == name))
        self.assertEqual((row["mark"], row["let_in"], row["reasons"][0]["what"]), ("certain", 1, self.source))
        self.assertEqual(row["first"], "2011-03-17T03:00:00Z")
        refused = row_of(incident, next(n for n in people(incident) if n.split("@")[0] == other_name))
        self.assertEqual((refused["let_in"], refused["refused"], refused["named"]), (0, 1, False))
        self.assertEqual(incident["last_sign"][:10], "2011-03-17")
        self.assertEqual(incident["state"], "active")

    def test_neighbours_are_marked_as_such(self):
        user, name = self.account(2)
        near = self.source.rsplit(".", 1)[0] + ".9"
        logs = self.with_lines("near", self.line("2011-03-13 03:00:00", user, near, status="401"))
        _, (incident,) = asked(*INTERNAL, logs)
        row = row_of(incident, next(n for n in people(incident) if n.split("@")[0] == name))
        self.assertEqual((row["mark"], row["reasons"][0]["kind"]), ("network", "block"))

    def test_a_shared_address_drags_nobody_in(self):
        lines = []
        for index in range(3, 9):
            user, _ = self.account(index)
            lines += [self.line(f"2011-02-{day:02} 10:0{index - 3}:00", user, self.source, "Home/1.0")
                      for day in range(8, 28, 3)]
        logs = self.with_lines("shared", *lines)
        page = run("incident", "scope", *INTERNAL, "--incident", "all", logs).out
        _, incidents = asked(*INTERNAL, "--incident", "all", logs)
        innocent = {self.account(index)[1] for index in range(3, 9)}
        mine = [i for i in incidents if people(i) & self.victims]
        for incident in mine:
            self.assertFalse({n.split("@")[0] for n in people(incident)} & innocent)
        shared = {s["what"]: s["others"] for i in mine for s in i["not_followed"] if s["kind"] == "address"}
        if self.source in shared:
            self.assertGreaterEqual(shared[self.source], 3)
            self.assertRegex(page, rf"address {re.escape(self.source)}: shared with \d+ others, not\s+followed")

    def test_jobs_and_order_do_not_show(self):
        parts = sorted(self.logs.iterdir())
        first = run("incident", "scope", "-q", "-j", "1", *INTERNAL, *parts).out
        for jobs, order in (("2", parts[::-1]), ("3", parts), ("4", parts[::-1])):
            again = run("incident", "scope", "-q", "-j", jobs, "--block-size", "16K", *INTERNAL, *order).out
            self.assertEqual(first, again)

    def test_pages_fit(self):
        for columns in (60, 80, 120):
            page = run("incident", "scope", "-q", *INTERNAL, self.logs, env={"COLUMNS": str(columns)}).out
            self.assertLessEqual(max(map(len, page.splitlines())), columns)
            self.assertNotIn("\x1b", page)

    def test_what_is_refused(self):
        log = next(self.logs.glob("EX01/W3SVC1/*.log")).read_bytes()
        for arguments, words in ((["scope", "-"], "can be read only once"), ([], "incident scope"), (["scop", "x"], "incident scope"),
                                 (["scope"], "needed"), (["scope", "--incident", "feed", self.logs], "no incident feed"),
                                 (["scope", "--incident", "a", self.logs], "at least"),
                                 (["scope", "-f", "cef", self.logs], "text or json")):
            done = run("incident", *arguments, stdin=log, check=2)
            self.assertIn(words, done.err)
            self.assertEqual(done.out, "")

    def test_options(self):
        ids = {i["incident"] for i in asked(*INTERNAL, "--incident", "all", self.logs)[1]}
        self.assertGreater(len(ids), 1)
        one = asked(*INTERNAL, "--incident", self.incident["incident"][:8].upper(), self.logs)[1]
        self.assertEqual([i["incident"] for i in one], [self.incident["incident"]])
        self.assertEqual({i["incident"] for i in asked(*INTERNAL, "--fail-level", "low", self.logs)[1]}, ids)
        out = self.folder / "answer.txt"
        self.assertEqual(run("incident", "scope", "-q", "-o", out, *INTERNAL, self.logs, check=1).out, "")
        self.assertIn("CERTAIN", out.read_text())
        self.assertIn("tocsin: ", run("incident", "scope", *INTERNAL, self.logs).err)
        none = asked(*INTERNAL, "--since", "2012-01-01", self.logs, check=3)
        self.assertEqual(none[1], [])

    def test_nothing_found(self):
        quiet = self.folder / "quiet"
        simulate(quiet, "--profile", "quiet")
        done = run("incident", "scope", *INTERNAL, quiet / "logs")
        self.assertIn("No incident was found", done.out)
        self.assertEqual(done.returncode, run("scan", "-q", *INTERNAL, quiet / "logs").returncode)


class Organisations(Case):
    """Against the truth of organisations that were made up."""

    def scope(self, seed, family, *options):
        folder = self.folder / f"{seed}"
        subprocess.run([SIM, "--out", str(folder), "--seed", str(seed), "--mailboxes", "150", "--family", family, *options],
                       check=True, stdout=subprocess.DEVNULL)
        exits, proxies, internal = networks_of(folder)
        arguments = ["--internal", ",".join(internal), "--domain", ",".join(domains_of(folder))]
        for name in ("country.mmdb", "asn.mmdb"):
            arguments += ["--geo", folder / name]
        for option, networks in (("--egress", exits), ("--proxy", proxies)):
            arguments += [option, ",".join(networks)] if networks else []
        done = run("incident", "scope", "-q", "-f", "json", *arguments, folder / "logs")
        self.assertIn(done.returncode, (0, 1, 3), done.err)
        truth = Truth(folder)
        shutil.rmtree(folder)
        return truth, [line["tocsin"] for line in lines_of(done.out)][1:]

    def test_touched_victims_are_named_and_few_others(self):
        victims = innocents = found = 0
        for seed, family in ((101, "A1"), (102, "A1"), (104, "A3"), (105, "A4"), (107, "A2"), (301, "A1"), (110, "A1")):
            truth, incidents = self.scope(seed, family)
            everybody = set(truth.people.values())
            for campaign in truth.campaigns:
                touched = set(campaign["touched_victims"])
                best = max(incidents, key=lambda i: len({truth.who(n) for n in people(i)} & touched), default=None)
                if best is None:
                    continue
                found += 1
                with self.subTest(seed=seed, family=family):
                    self.assertEqual(touched - {truth.who(n) for n in people(best)}, set())
                added = {truth.who(row["name"]) for row in best["touched"]
                         if row["mark"] != "network" and row["let_in"] and not row["named"]}
                victims += len(touched)
                innocents += len((added & everybody) - set(campaign["victims"]))
        self.assertGreaterEqual(found, 6)
        self.assertLessEqual(innocents, victims // 20)


if __name__ == "__main__":
    unittest.main()
