#!/usr/bin/env python3
"""Every command line that README, docs and the manual show is one that the program understands.

Those of tocsin are run as they stand there, over the bundled example, in a folder that holds what they name;
what must not be run, or names no file but a placeholder, is held to the help of its command. Those of ./dev
are held to the script and to the help of what they call.
"""
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import unittest

from harness import TOCSIN, Case, run, simulate

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "docs/man").glob("*.scd")])
PLACEHOLDER = re.compile(r"\b[A-Z]{3,}\b(?!=)|\.\.\.|\[[A-Z]|_[A-Z]")
RULE = "title: t\nlogsource: {product: windows}\ndetection:\n  s: {EventID: 4724}\n  condition: s\n"
EVENT = '{"@timestamp":"2011-03-09T07:00:00Z","EventID":4724}\n'

# Command lines that are not run here, and why. Their options are checked all the same.
NOT_RUN = {
    "tocsin scan --syslog /evidence": "writes to the syslog daemon of this machine",
    "tocsin watch --state /var/lib/tocsin --output /var/log/tocsin.jsonl --syslog /srv/logs": "never ends",
    "tocsin scan -q -f syslog /evidence | nc -N graylog.example 1514": "sends to another machine",
}
# What the lines of ./dev call, where its options are looked up.
CALLED = {"score": "tests/simulate/score.py", "bench": "tests/bench/bench.py", "golden": "tests/golden/run_pages.py"}


def shown(page):
    """The command lines of a page, as somebody would type them."""
    text = page.read_text(encoding="utf-8")
    if page.suffix == ".scd":
        examples = re.search(r"^# EXAMPLES$(.*?)(?=^# |\Z)", text, re.M | re.S)
        text = re.sub(r"\\(.)", r"\1", examples.group(1) if examples else "")
    lines = re.findall(r"^(?: {4,}|\t)(?:\./build/\w+/)?((?:tocsin|\./dev)\b.*)$", text, re.M)
    inline = re.findall(r"`((?:tocsin|\./dev) [^`]+)`", text)
    return [re.sub(r"(?: {2,}| # ).*$", "", line) for line in lines] + inline


def commands(program):
    """(page, command line) of every one that is shown, each once."""
    seen = {}
    for page in PAGES:
        for line in shown(page):
            if line.split()[0] == program:
                seen.setdefault(line, page.name)
    return [(page, line) for line, page in seen.items()]


def first_of(line):
    """The words of the first program of a pipeline."""
    words = shlex.split(line, comments=True)
    return words[:words.index("|")] if "|" in words else words


class Tocsin(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        simulate(cls.folder / "example")
        for name in ("GeoLite2-Country.mmdb", "country.mmdb"):
            shutil.copy(cls.folder / "example/geo.mmdb", cls.folder / name)
        (cls.folder / "example/logs").rename(cls.folder / "logs")
        (cls.folder / "my").mkdir()
        (cls.folder / "my/rule.yml").write_text(RULE, encoding="utf-8")
        (cls.folder / "site.yml").write_text("domains: [commission.example]\n", encoding="utf-8")
        (cls.folder / "events.jsonl").write_text(EVENT, encoding="utf-8")

    def here(self, word):
        """What a word that names the reader's own is called here."""
        if word in ("/evidence", "/srv/logs"):
            return str(self.folder / "logs")
        return "marta.moreau@commission.example" if word.endswith("@example.org") else word

    def check_options(self, page, words):
        """Every option of the words stands on the command's own page."""
        if len(words) < 2 or words[1].startswith("-"):
            run(words[1] if len(words) > 1 else "--help", check=0)
            return
        known = run(words[1], "--help", check=0).out
        for word in words[2:]:
            if word.startswith("-") and word != "-":
                self.assertIn(word.split("=")[0], re.findall(r"(?<![\w-])--?[\w-]+", known), f"{page}: {words}")

    def test_what_is_shown_is_understood(self):
        shown_ones = commands("tocsin")
        self.assertGreater(len(shown_ones), 15)
        for page, line in shown_ones:
            with self.subTest(page=page, line=line):
                self.check_options(page, first_of(re.sub(r"\[=?|\]", "", line)))

    def test_what_is_shown_runs(self):
        ran = 0
        for page, line in commands("tocsin"):
            words = first_of(line)
            if line in NOT_RUN or PLACEHOLDER.search(line) or len(words) < 3 and words[1] not in ("formats", "--version"):
                continue
            words = [self.here(word) for word in words[1:]]
            done = subprocess.run([TOCSIN, *words], cwd=self.folder, capture_output=True, timeout=300, check=False)
            with self.subTest(page=page, line=line):
                self.assertIn(done.returncode, (0, 1), done.stderr.decode())
                self.assertNotIn(b"tocsin: --", done.stderr)
            ran += 1
        self.assertGreater(ran, 9)

    def test_the_table_of_what_is_not_run_names_what_is_shown(self):
        self.assertEqual(set(NOT_RUN) - {line for _, line in commands("tocsin")}, set())

    def test_a_wrong_option_would_be_seen(self):
        with self.assertRaises(AssertionError):
            self.check_options("x.md", ["tocsin", "scan", "--no-such-option", "/evidence"])


class Dev(unittest.TestCase):
    def test_what_is_shown_is_understood(self):
        script = (ROOT / "dev").read_text(encoding="utf-8")
        known = set(re.findall(r"^([a-z-]+)\) ", script[script.index("case $command"):], re.M))
        shown_ones = commands("./dev")
        self.assertGreater(len(shown_ones), 15)
        for page, line in shown_ones:
            words = first_of(line)
            with self.subTest(page=page, line=line):
                self.assertIn(words[1], known)
                options = [word for word in words[2:] if re.fullmatch(r"--?[\w-]+", word)]
                if words[1] == "scan":
                    said = run("scan", "--help", check=0).out
                elif words[1] in CALLED:
                    said = subprocess.run([sys.executable, ROOT / CALLED[words[1]], "--help"], capture_output=True,
                                          text=True, check=True).stdout
                else:
                    self.assertEqual(options, [])
                    continue
                for option in options:
                    self.assertIn(option, re.findall(r"--?[\w-]+", said))

    def test_its_own_page_names_all_it_knows(self):
        script = (ROOT / "dev").read_text(encoding="utf-8")
        known = set(re.findall(r"^([a-z-]+)\) ", script[script.index("case $command"):], re.M))
        page = subprocess.run([ROOT / "dev"], capture_output=True, text=True, check=False)
        self.assertEqual(page.returncode, 2)
        self.assertEqual(known - set(re.findall(r"[a-z-]+", page.stderr)), set())


if __name__ == "__main__":
    unittest.main()
