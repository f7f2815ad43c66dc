#!/usr/bin/env python3
"""What the page says of an incident is true: of made-up organisations, held against their labels and logs.

Whether an incident is found, and with how many of its victims, is scored elsewhere (tests/simulate); here every
statement of the block has to be right: who was opened, since when, from where, which language, how many, and
that each line shown as proof stands where the page says that it stands.
"""
import datetime
import gzip
import os
import pathlib
import re
import subprocess
import sys
import unittest

from harness import Case, run

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "simulate"))
from score_truth import Truth, domains_of, networks_of, when  # noqa: E402

SIM = os.environ["TOCSIN_SIM"]
ROW = re.compile(r"^        (\S+)  +((?:\d{4}-)?\d\d-\d\d \d\d:\d\d)")
# What is made: seed, family, and what the logs lack in practice.
WORLDS = [(7101, "A1", ""), (7102, "A1", "--era legacy"), (7103, "A1", "--without geo"), (7104, "A2", "--era legacy"),
          (7105, "A3", ""), (7106, "A3", "--without geo"), (7107, "A4", ""), (7108, "A5", ""), (7109, "A5", ""),
          (7110, "A6", ""), (7111, "A6", ""), (7112, "A7", ""), (7113, "A1", "--lose-host"),
          (7114, "A1", "--era legacy --lose-days 0.1")]
FOUND_AT_LEAST = 12  # of them; else nothing is tested


def blocks_of(page):
    """(level, text) of every incident."""
    parts = re.split(r"(?m)^(?=\d+ +(?:CRITICAL|HIGH|MEDIUM|LOW|INFO) )", page)[1:]
    return [(part.split()[1], re.split(r"(?m)^(?:WATCHED|BESIDES|TIMELINE)", part)[0]) for part in parts]


def part_of(block, label):
    """The lines of a part, its label blanked."""
    found = re.search(rf"(?m)^  {label:<6}(.*\n(?:   .*\n|\n(?=        ))*)", block)
    return "        " + found.group(1) if found else ""


class Organisation:
    def __init__(self, folder, seed, family, options):
        subprocess.run([SIM, "--seed", str(seed), "--family", family, "--out", str(folder), *options.split()],
                       check=True, timeout=300)
        self.folder, self.truth, self.complete = folder, Truth(folder), "--lose" not in options
        exits, proxies, internal = networks_of(folder)
        arguments = ["--internal", ",".join(internal), "--domain", ",".join(domains_of(folder))]
        for option, values in (("--egress", exits), ("--proxy", proxies)):
            arguments += [option, ",".join(values)] if values else []
        self.geo = (folder / "country.mmdb").exists()
        for name in ("country.mmdb", "asn.mmdb"):
            arguments += ["--geo", folder / name] if (folder / name).exists() else []
        self.page = run("scan", *arguments, folder / "logs", env={"COLUMNS": "200"}).out

    def was_there(self, address, minute):
        """Whether a line of that minute, or of the one before or behind it, has the address."""
        near = [minute + datetime.timedelta(minutes=n) for n in (-1, 0, 1)]
        marks = {time.strftime(f"%Y-%m-%d{between}%H:%M") for time in near for between in " T"}
        days = {time.strftime(form) for time in near for form in ("%y%m%d", "%Y%m%d")}
        for path in (self.folder / "logs").rglob("*"):
            if path.is_file() and any(day in path.name for day in days):
                data = path.read_bytes()
                text = gzip.decompress(data) if path.suffix == ".gz" else data
                for line in text.decode("utf-8", "replace").splitlines():
                    if address in line and any(mark in line for mark in marks):
                        return True
        return False

    def blocks(self, campaign):
        """Those that tell of it: high or above, and its sources or two of its victims in them."""
        victims = set(campaign["touched_victims"])
        for level, block in blocks_of(self.page):
            sources = set(re.findall(r"[0-9a-f]+(?:[.:][0-9a-f]*){3,}", part_of(block, "FROM")))
            named = {self.truth.who(name) for name in self.names(block)}
            if level in ("CRITICAL", "HIGH") and (sources & set(campaign["sources"]) or len(named & victims) > 1):
                yield block

    def names(self, block):
        """Who stands in WHO, with the domain that all share."""
        who = part_of(block, "WHO")
        head = who.split("\n")[0]
        domain = re.search(r"mailbox(?:es)?, (?:all )?(@[\w.-]+)", head)
        rows = [m.group(1) for m in map(ROW.match, who.split("\n")) if m]
        if not rows:
            rows = re.findall(r"[\w.\\@-]*\w", re.sub(r"(?: and (?:\d+ more)?|,)", " ", head.partition(": ")[2]))
        return [name + domain.group(1) if domain and "@" not in name and "\\" not in name else name
                for name in rows]


class PageTruth(Case):
    def check_who(self, org, campaign, block, pure):
        named = [org.truth.who(name) for name in org.names(block)]
        self.assertEqual(len(named), len(set(named)), "nobody stands there twice")
        count = int(re.match(r" +(\d+) mailbox", part_of(block, "WHO")).group(1))
        self.assertEqual(min(count, 20), len(named))
        if not pure:
            return
        strangers = [n for n in named if n not in campaign["touched_victims"]]
        self.assertLessEqual(len(strangers), max(1, len(named) // 5), strangers)
        if "first access" in part_of(block, "WHO"):
            for name, row in zip(named, filter(None, map(ROW.match, part_of(block, "WHO").split("\n")))):
                if name in campaign["access_times"]:
                    late = self.minute(campaign, row.group(2)) - when(campaign["access_times"][name])
                    self.assertGreater(late, datetime.timedelta(hours=-1), name)
                    if org.complete:
                        self.assertLess(late, datetime.timedelta(hours=1), name)

    @staticmethod
    def minute(campaign, text):
        """A time of the page; its year is left out where there is one."""
        text = text if len(text) > 11 else f"{campaign['start'][:4]}-{text}"
        return datetime.datetime.fromisoformat(text + ":00+00:00")

    def check_from(self, org, campaign, block):
        """Each address was there when the page says so; whether all are the intruder's."""
        rows = re.findall(r"(?m)^        (\d+\.\d+\.\d+\.\d+|[0-9a-f]+:[0-9a-f:]+) .*?"
                          r"((?:\d{4}-)?\d\d-\d\d \d\d:\d\d)  ((?:\d{4}-)?\d\d-\d\d \d\d:\d\d)$", part_of(block, "FROM"))
        for address, *times in rows:
            for told in (self.minute(campaign, text) for text in times):
                self.assertTrue(org.was_there(address, told), f"{address} {told}")
        if not org.geo:
            self.assertNotRegex(part_of(block, "FROM") + part_of(block, "WHY"), r"\([A-Z]{2}\)|AS\d")
        truth = set(campaign["sources"]) | set(campaign["spray_sources"])
        return bool(rows) and {address for address, *_ in rows} <= truth

    def check_language(self, org, campaign, block):
        for name, language in re.findall(r"(?m)^        (\S+) .*?->(\S+)", part_of(block, "WHO")):
            domain = re.search(r"mailbox(?:es)?, (?:all )?(@[\w.-]+)", block)
            full = org.truth.who(name + (domain.group(1) if domain and "@" not in name else ""))
            if full in campaign["touched_victims"]:
                self.assertIn(full, campaign["flipped"])
                self.assertEqual(language.split("-")[0], campaign["culture"].split("-")[0])

    def check_proof(self, org, block):
        """Each place holds a record of that second; a subject that is shown stands in it."""
        proof = part_of(block, "PROOF")
        below = re.search(r"(?m)^        files below (.*)$", proof)
        shown = re.findall(r"(?m)^ +(?:access|before|after|sign) +(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)  (.*)\n"
                           r"(?: {20,}.*\n)* +(\S+) (?:line|record|element) (\d+)$", proof)
        self.assertTrue(shown, proof)
        for day, second, words, name, number in shown:
            path = pathlib.Path(below.group(1) if below else "") / name
            line = path.read_bytes().splitlines()[int(number) - 1].decode("utf-8", "replace")
            self.assertIn(day, line, path)
            self.assertIn(second, line, path)
            subject = re.match(r'subject "([^"]*)', words)
            if subject and "\\" not in words:
                self.assertIn(subject.group(1)[:60], line.replace('""', '"'))
            agent = re.match(r"([0-9a-f.:]+) (?:GET|POST) (\S+)", words)
            if agent:
                self.assertIn(agent.group(1), line)
                self.assertIn(agent.group(2), line)

    def test_every_statement_of_the_page_is_true(self):
        found = others = 0
        for seed, family, options in WORLDS:
            org = Organisation(self.folder / str(seed), seed, family, options)
            for campaign in org.truth.campaigns:
                for block in list(org.blocks(campaign))[:1]:
                    found += 1
                    with self.subTest(f"{seed} {family} {options}"):
                        pure = self.check_from(org, campaign, block)
                        others += not pure
                        if " mailbox" in part_of(block, "WHO").split("\n")[0]:
                            self.check_who(org, campaign, block, pure)
                        self.check_language(org, campaign, block)
                        self.check_proof(org, block)
        print(f"{found} incidents of {len(WORLDS)} organisations, {others} with addresses of others or none")
        self.assertGreaterEqual(found, FOUND_AT_LEAST)
        self.assertLessEqual(others, found // 3)


if __name__ == "__main__":
    unittest.main()
