#!/usr/bin/env python3
"""The page that a person meets first: every fact of the generator's labels stands on it, in few columns, and
nothing that is unknown, cut or too wide. The labels come from the generator, never from the output."""
import pathlib
import re
import unicodedata
import unittest

from harness import Case, run, simulate

INTERNAL = ["--internal", "10.0.0.0/8"]
PLACE = re.compile(r"^ +(\S.*) (line|record|element) (\d+)$", re.M)
# name -> arguments of the generator, and whether the country database is given
WORLDS = {"example": ([], True), "nogeo": ([], False), "unlike": (["--accounts-unlike"], True),
          "large": (["--people", "150"], True),
          **{f"seed{n}": (["--seed", str(n)], n % 2 == 0) for n in range(1, 7)}}


def width(line):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in line)


class Page(Case):
    def page(self, folder, *more, columns="80", geo=True, check=None):
        geo = ["--geo", folder / "geo.mmdb"] if geo else []
        return run("scan", *INTERNAL, *geo, *more, folder / "logs", env={"COLUMNS": columns},
                   check=check).out

    def assert_sound(self, page, folder, columns=80):
        """No line too wide, nothing unknown, no internal word; every place can be opened as it is written."""
        for line in page.splitlines():
            self.assertLessEqual(width(line), columns, line)
            self.assertEqual(line, line.rstrip(), "blanks at the end")
        self.assertNotIn("unknown", page)
        self.assertNotRegex(page, r"baseline|mailboxes_|score \d|BYTES|RECORDS")
        below = re.findall(r"^ +files below ((?:.|\n +)+?)\n\n? ", page, re.M)
        roots = {re.sub(r"\n +", "", b) for b in below} or {""}
        places = PLACE.findall(page)
        self.assertTrue(places, page)
        for name, unit, number in places:
            paths = [pathlib.Path(r) / name for r in roots] + [folder / "logs" / name]
            there = [p for p in paths if p.exists()]
            self.assertTrue(there, name)
            if unit == "line":
                self.assertGreaterEqual(len(there[0].read_bytes().splitlines()), int(number), name)

    def assert_facts(self, page, expected):
        """Who, since when, from where, to which language."""
        victims = re.search(r"^1  CRITICAL.*?(?=^2  |^WATCHED|\Z)", page, re.M | re.S)
        self.assertTrue(victims, page)
        block = victims.group()
        for name in expected["mailboxes"]:
            self.assertRegex(block, rf"\b{re.escape(name.partition('@')[0])}\b")
        self.assertIn("@commission.example", block)
        for address in expected["sources"]:
            self.assertIn(address, block)
        first = expected["first_access"].replace("T", " ")[:16]
        self.assertIn(first, " ".join(block.split()))
        self.assertIn(expected["language"], block)
        self.assertIn(f"people since {first}", " ".join(block.split()))
        for part in ("WHY", "DO", "WHO", "FROM", "PROOF"):
            self.assertRegex(block, rf"(?m)^  {part} ", part)
        self.assertRegex(block, r"(?m)^ +access +\d{4}-")
        self.assertRegex(block, r"(?m)^ +after +\d{4}-.*subject")

    def test_every_fact_of_the_labels_is_on_the_page(self):
        for name, (arguments, geo) in WORLDS.items():
            with self.subTest(name):
                folder = self.folder / name
                expected = simulate(folder, *arguments)
                page = self.page(folder, geo=geo, check=1)
                self.assertTrue(page.startswith("RESULT  "), page[:200])
                self.assert_sound(page, folder)
                self.assert_facts(page, expected)

    def test_the_example_at_every_width(self):
        folder = self.folder / "widths"
        expected = simulate(folder)
        for columns in (60, 80, 120, 200):
            page = self.page(folder, columns=str(columns), check=1)
            self.assert_sound(page, folder, columns)
            self.assert_facts(page, expected)
            plain = self.page(folder, "--color", "never", columns=str(columns))
            painted = self.page(folder, "--color", "always", columns=str(columns))
            self.assertEqual(plain, page)
            self.assertEqual(re.sub(r"\x1b\[[0-9;]*m", "", painted), page)
            self.assertIn("\x1b[1;31mCRITICAL\x1b[0m", painted)

    def test_the_wave_of_the_example(self):
        """54 of the people changed their password on one day; all victims are among them."""
        folder = self.folder / "wave"
        simulate(folder)
        page = " ".join(self.page(folder, check=1).split())
        self.assertIn("54 of 60 people changed their own password on 2011-03-17", page)
        self.assertIn("Between 03-17 07:34 and 03-17 16:34", page)
        self.assertIn("usual here: at most 3 a day", page)
        self.assertIn("and 50 more, all @commission.example", page)
        self.assertIn("All 12 of incident 1 are among them.", page)

    def test_quiet_and_blind_pages(self):
        quiet = self.folder / "quiet"
        simulate(quiet, "--profile", "quiet")
        page = self.page(quiet)
        self.assertRegex(page, r"\ARESULT  (Nothing found|1 incident: 1 LOW)")
        self.assertNotIn("unknown", page)
        folder = self.folder / "parts"
        simulate(folder)
        for part in ("EX01", "HUB01", "DC01"):
            page = run("scan", *INTERNAL, folder / "logs" / part).out
            self.assertTrue(page.startswith("RESULT  "), page)
            self.assertIn("BLIND ", page)
            self.assertNotIn("unknown", page)
            for line in page.splitlines():
                self.assertLessEqual(width(line), 80, line)
        (self.folder / "none").mkdir()
        page = run("scan", self.folder / "none", check=3).out
        self.assertTrue(page.startswith("RESULT  NOTHING WAS JUDGED"), page)
        self.assertIn("MISSING", page)

    def test_explain_shows_whom_and_how_much(self):
        folder = self.folder / "explain"
        expected = simulate(folder)
        page = self.page(folder, "--explain", check=1)
        for line in page.splitlines():
            self.assertLessEqual(width(line), 80, line)
        alerts = page[page.index("\nTIMELINE\n"):]
        for name in expected["mailboxes"]:
            self.assertRegex(alerts, rf"(?m)^ +mailbox +.*{re.escape(name)}|^ +{re.escape(name)}")
        self.assertRegex(alerts, r"\d+ mailboxes in 14 days, rule wants 2 or more")
        self.assertIn('subject "', alerts)


if __name__ == "__main__":
    unittest.main()
