"""Where output goes: write errors are told by name, a closed pipe is silent, no input is written over."""
import os
import pathlib
import subprocess
import unittest

from harness import TOCSIN, Case, run, simulate

PAGES = (["--help"], ["--version"], ["formats"], ["rules", "list"], ["rules", "check"],
         ["scan", "--help"])
CLOSED_PIPE = 141


def run_to(target, *arguments, stdin=None):
    """Runs tocsin with standard output going to a path."""
    with open(target, "wb") as out:
        return subprocess.run([TOCSIN, *map(str, arguments)], stdout=out, stderr=subprocess.PIPE,
                              stdin=stdin, timeout=120, check=False)


def run_closed(*arguments):
    """Runs tocsin with a standard output that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as out:
        return subprocess.run([TOCSIN, *map(str, arguments)], stdout=out, stderr=subprocess.PIPE,
                              timeout=120, check=False)


class Outputs(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        simulate(cls.folder, "--profile", "quiet")
        cls.logs = cls.folder / "logs"
        cls.log = sorted(cls.logs.rglob("u_ex*.log"))[0]

    def test_a_full_disk_is_told_by_every_command(self):
        for arguments in (*PAGES, ["parse", self.log], ["scan", self.log]):
            done = run_to("/dev/full", *arguments)
            with self.subTest(arguments=arguments):
                self.assertEqual(done.returncode, 2)
                self.assertEqual(done.stderr.decode().splitlines()[-1],
                                 "tocsin: standard output: cannot write: No space left on device")

    def test_a_full_disk_is_told_with_the_name_of_the_file(self):
        for option, command in (("-o", "scan"), ("--stats", "scan"), ("-o", "parse"),
                                ("--stats", "parse")):
            done = run(command, option, "/dev/full", self.log, check=2)
            self.assertIn("tocsin: /dev/full: cannot write: No space left on device", done.err)

    def test_a_reader_that_goes_away_is_passed_over_in_silence(self):
        for arguments in (*PAGES, ["parse", self.logs], ["scan", "-q", self.logs],
                          ["scan", "-q", "-f", "json", self.logs]):
            done = run_closed(*arguments)
            with self.subTest(arguments=arguments):
                self.assertEqual((done.returncode, done.stderr), (CLOSED_PIPE, b""))

    def test_parse_into_head_is_silent(self):
        done = subprocess.run(["sh", "-c", '"$0" parse "$1" | head -n 1', TOCSIN, str(self.logs)],
                              capture_output=True, timeout=120, check=True)
        self.assertEqual(done.stderr, b"")
        self.assertEqual(done.stdout.count(b"\n"), 1)

    def refused(self, victim, *arguments, **more):
        """The run is refused, and the victim keeps what it held."""
        before = victim.read_bytes()
        done = run(*arguments, check=2, **more)
        self.assertEqual(victim.read_bytes(), before, arguments)
        return done

    def test_an_input_is_never_written_over(self):
        copy = self.write("in/u_ex1.log", self.log.read_bytes())
        soft, hard = self.folder / "soft", self.folder / "hard"
        for link in (soft, hard):
            link.unlink(missing_ok=True)
        os.symlink(copy, soft)
        os.link(copy, hard)
        for command in ("scan", "parse"):
            for option in ("-o", "--stats"):
                for name in (copy, soft, hard, copy.parent / ".." / "in" / copy.name):
                    for path in (copy, copy.parent):
                        done = self.refused(copy, command, option, name, path)
                        self.assertIn("this file is read by the same run", done.err)

    def test_settings_are_never_written_over(self):
        copy = self.write("settings/u_ex1.log", self.log.read_bytes())
        accounts = self.write("settings/accounts.csv", "mail\na@example.org\n")
        rule = self.write("settings/rules/r.yml", "title: T\nlogsource: {product: test}\n"
                          "detection: {s: {f: a}, condition: s}\n")
        events = self.write("settings/events.jsonl", '{"f":"a"}\n')
        self.refused(accounts, "scan", "--accounts", accounts, "-o", accounts, copy)
        self.refused(rule, "scan", "--rules", rule, "-o", rule, copy)
        self.refused(rule, "scan", "--rules", rule.parent, "--stats", rule, copy)
        self.refused(events, "match", "--rules", rule, "-o", events, events)
        geo = self.write("settings/geo.mmdb", (self.folder / "geo.mmdb").read_bytes())
        self.refused(geo, "scan", "--geo", geo, "-o", geo, copy)

    def test_standard_input_is_never_written_over(self):
        copy = self.write("stdin/u_ex1.log", self.log.read_bytes())
        before = copy.read_bytes()
        with open(copy, "rb") as stdin:
            done = run_to(os.devnull, "scan", "-o", copy, "-", stdin=stdin)
        self.assertEqual((done.returncode, copy.read_bytes()), (2, before))

    def test_two_outputs_are_two_files(self):
        self.assertIn("the same file", run("scan", "-o", self.folder / "x", "--stats",
                                           self.folder / "x", self.log, check=2).err)
        self.assertFalse((self.folder / "x").exists())

    def test_what_cannot_be_written_is_told_before_anything_is_read(self):
        for option in ("-o", "--stats"):
            done = run("scan", option, self.folder / "nowhere/x", self.logs, check=2)
            self.assertIn("nowhere/x: cannot write: No such file", done.err)
            self.assertEqual(done.out, "")

    def test_a_run_that_fails_leaves_the_old_file_and_one_that_ends_replaces_it(self):
        old = self.write("old.txt", "old " * 10000)
        bad = self.write("bad.csv", 'mail\n"unclosed\n')
        run("scan", "-q", "-o", old, "--accounts", bad, self.log, check=2)
        self.assertTrue(old.read_text().startswith("old "))
        run("scan", "-q", "-o", old, self.log)
        self.assertNotIn("old old", old.read_text())
        rule = self.write("none.yml", "title: T\nlogsource: {product: test}\n"
                          "detection: {s: {f: a}, condition: s}\n")
        events = self.write("none.jsonl", '{"f":"b"}\n')
        target = self.write("none.out", "old")
        run("match", "--rules", rule, "-o", target, events, check=0)
        self.assertEqual(target.read_text(), "")

    def test_every_failure_has_words(self):
        empty = self.write("empty.yml", "")
        for arguments in (["scan"], ["parse"], ["match"], ["rules"], ["scan", self.folder / "no"],
                          ["match", "--rules", empty, "x"], ["rules", "check", empty],
                          ["parse", "-f", "nothing", self.log]):
            done = run(*arguments, check=2)
            self.assertRegex(done.err.splitlines()[-1], r"^tocsin: .{8,}$")

    def test_titles_of_rules_do_not_act_on_a_terminal(self):
        rule = self.write("escape.yml", 'title: "a\\e[31mb"\nlogsource: {product: test}\n'
                          'detection: {s: {f: a}, condition: s}\n')
        self.assertNotIn("\x1b", run("rules", "list", rule, check=0).out)


if __name__ == "__main__":
    unittest.main(verbosity=2)
