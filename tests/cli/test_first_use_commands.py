"""What a stranger met at first: commands and options that misbehaved (C1 to C11), held to what was expected."""
import os
import pathlib
import re
import resource
import shutil
import stat
import subprocess
import threading
import unittest

from harness import TOCSIN, Case, lines_of, run, simulate

from terminal import on_terminal

ROOT = pathlib.Path(__file__).resolve().parents[2]
INTERNAL = ("--internal", "10.0.0.0/8")
W3C = "#Fields: date time c-ip cs-username cs-method cs-uri-stem sc-status\n"
FULL = "No space left on device"


def write_to_full(*arguments):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([TOCSIN, *map(str, arguments)], stdout=full, stderr=subprocess.PIPE, check=False,
                              timeout=120)
    return done.returncode, done.stderr.decode()


def head(*arguments):
    """The program's exit status and words when its reader goes away after a line."""
    child = subprocess.Popen([TOCSIN, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    child.stdout.readline()
    child.stdout.close()
    words = child.stderr.read().decode()
    child.stderr.close()
    return child.wait(timeout=120), words


class Commands(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        simulate(cls.folder)
        cls.logs, cls.geo = cls.folder / "logs", cls.folder / "geo.mmdb"
        cls.log = cls.logs / "EX01/W3SVC1/u_ex110309.log"

    def refused(self, *arguments):
        """The one line that a usage error is told in."""
        done = run(*arguments, check=2)
        self.assertEqual(done.out, "", arguments)
        self.assertEqual(done.err.count("\n"), 1, done.err)
        return done.err

    # C1

    def clone(self):
        """The script in a tree whose build is there already: what it installs and builds does nothing."""
        clone = self.folder / "clone"
        if clone.exists():
            return clone
        (clone / "build/release").mkdir(parents=True)
        (clone / "bin").mkdir()
        shutil.copy(ROOT / "dev", clone / "dev")
        scripts = {"build/release/tocsin": f'exec "{TOCSIN}" "$@"',
                   "build/release/tocsin-simulate": f'exec "{os.environ["TOCSIN_SIMULATE"]}" "$@"',
                   "bin/cmake": 'case ${1-} in --version) echo "cmake version 9.9.9" ;; esac',
                   "bin/dpkg-query": "printf 'ii '"}
        for name, text in scripts.items():
            path = clone / name
            path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
            path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return clone

    def dev(self, here, *arguments):
        clone = self.clone()
        path = f"{clone}/bin:{os.environ['PATH']}"
        return subprocess.run([clone / "dev", "scan", *map(str, arguments)], cwd=here, capture_output=True, check=False,
                              timeout=120, env=dict(os.environ, PATH=path, TOCSIN_DATA=str(ROOT / "rules")))

    def test_c01_dev_scan_runs_in_the_callers_folder(self):
        here = self.folder / "here"
        (here / "-dash").mkdir(parents=True)
        for name in ("json", "7d", "high"):  # what an option's value may be called
            (here / name).mkdir()
        shutil.copy(self.geo, here / "g.mmdb")
        shutil.copytree(self.logs / "EX01", here / "EX01")
        shutil.copy(self.log, here / "-dash")
        self.clone()
        before = {p for p in self.clone().rglob("*") if "build" not in p.parts}
        done = self.dev(here, "-f", "json", "--geo=g.mmdb", *INTERNAL, "--fail-level", "high", "EX01")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(lines_of(done.stdout.decode())[-1]["tocsin"]["type"], "summary")
        done = self.dev(here, "-q", "-o", "out.json", "--stats", "st.json", "EX01")
        self.assertTrue((here / "out.json").stat().st_size and (here / "st.json").stat().st_size, done.stderr)
        self.assertEqual({p for p in self.clone().rglob("*") if "build" not in p.parts}, before)
        self.assertIn(b"u_ex110309.log", self.dev(here, "-f", "json", "--stats", "-", "--", "-dash").stdout)
        quiet = self.dev(here, "-q")
        self.assertEqual((quiet.returncode, quiet.stderr), (0, b""))
        self.assertIn("CRITICAL", quiet.stdout.decode())
        self.assertNotIn("INPUT  ", quiet.stdout.decode().partition("VERDICT")[0].partition("RESULT")[0])
        self.assertIn(b"no path given", self.dev(here, "-f", "json").stderr)

    # C2

    def test_c02_parse_says_what_it_misses(self):
        self.assertIn("parse needs a file or folder", self.refused("parse"))
        self.write("jpgs/a.jpg", b"\xff\xd8\xff")
        (self.folder / "empty").mkdir()
        for path in ("empty", "jpgs"):
            self.assertIn("no record could be read", run("parse", self.folder / path, check=3).err)
        self.assertIn(f"{self.log}: holds nothing of format windows-xml",
                      run("parse", "-f", "windows-xml", self.log, check=3).err)

    # C3

    def test_c03_a_closed_pipe_is_silent_and_a_full_disk_is_told(self):
        for command in (["scan", "--explain", self.logs], ["parse", self.logs]):
            status, words = head(*command)
            # A machine that is slow enough gets what was found early.
            words = [line for line in words.splitlines() if not line.startswith("tocsin: early: ")]
            self.assertEqual(words, [], command)
            self.assertIn(status, (0, 1, 141), command)
        self.assertEqual(head("parse", self.logs)[0], 141)
        for command in (["scan", "-q", self.log], ["parse", self.log], ["rules", "list"], ["rules", "check"],
                        ["formats"], ["--help"], ["help", "scan"], ["scan", "--help"], ["version"]):
            self.assertEqual(write_to_full(*command),
                             (2, f"tocsin: standard output: cannot write: {FULL}\n"), command)

    # C4

    def many(self, count):
        folder = self.folder / f"many{count}"
        for i in range(count):
            if i % 1000 == 0:
                (folder / str(i)).mkdir(parents=True)
            (folder / str(i // 1000 * 1000) / f"u_ex{i}.log").write_text(
                f"{W3C}2021-03-{1 + i % 28:02} 08:{i % 60:02}:00 10.0.0.9 CORP\\u{i % 97} GET /owa/ 200\n", encoding="ascii")
        return folder

    def cost(self, folder):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run("scan", "-q", "-j", "1", "-f", "json", folder)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def test_c04_many_small_files_cost_as_many_times_more(self):
        few, many = self.many(3000), self.many(24000)
        self.assertLess(self.cost(many) / self.cost(few), 14)
        slow = self.folder / "a-pipe"  # comes first, and says nothing for longer than progress is silent
        os.mkfifo(slow)
        writer = threading.Timer(1.5, slow.write_bytes, [b""])
        writer.start()
        _, told = on_terminal("scan", "-j", "1", slow, few)
        writer.join()
        self.assertRegex(told, r"\rlooking at files: [\d,]+ ")

    # C5

    def test_c05_links_do_not_lead_out_of_a_folder(self):
        folder, out = self.folder / "evidence", self.folder / "outside"
        out.mkdir()
        folder.mkdir()
        shutil.copy(self.log, folder)
        shutil.copy(self.logs / "EX01/W3SVC1/u_ex110310.log", out)
        (folder / "d").symlink_to(out)
        (folder / "dangling").symlink_to("nowhere")
        done = run("scan", "--require", "none", folder, check=0)
        self.assertIn("2 symbolic links, not followed (--follow-links)", " ".join(done.out.split()))
        self.assertIn("dangling", done.out)
        summary = lines_of(run("scan", "-f", "json", folder).out)[-1]["tocsin"]
        self.assertEqual((summary["files"]["read"], summary["files"]["links"]), (1, 2))
        followed = lines_of(run("scan", "-f", "json", "--follow-links", folder, check=3).out)[-1]["tocsin"]
        self.assertEqual(followed["files"]["read"], 2)
        link = self.folder / "way"
        link.symlink_to(out)
        self.assertEqual(lines_of(run("scan", "-f", "json", link).out)[-1]["tocsin"]["files"]["read"], 1)
        run("scan", "-q", "/proc/self/task", timeout=30)

    # C7

    def test_c07_what_cannot_be_written_is_told_before_the_scan(self):
        for option in ("--stats", "-o"):
            self.assertIn("cannot write: No such file", self.refused("scan", option, "/nonexistent/x", self.logs))
        done = run("scan", "-q", self.logs, env={"TMPDIR": "/nonexistent"}, check=2)
        self.assertEqual(done.out, "")
        self.assertIn("cannot write a temporary file in '/nonexistent'", done.err)

    # C8

    def test_c08_values_that_mean_nothing_are_refused(self):
        for option, values in (("--language", ("english", "e", "xx", "中文", "")),
                               ("--domain", ("@x", "a b", "", "a..b", "-x", "u@corp.example")),
                               ("--internal", ("10.1.2.3/8", "", "10.0.0.0/33", "here",
                                               "0.0.0.0/0", "128.0.0.0/1", "::/0"))):
            for value in values:
                self.assertIn(f"{option}", told := self.refused("scan", option, value, self.log))
                self.assertIn(f"'{value}'", told)
        self.assertIn("did you mean 10.0.0.0/8", self.refused("scan", "--internal", "10.1.2.3/8", self.log))
        self.assertIn("did you mean corp.example", self.refused("scan", "--domain", "u@corp.example", self.log))
        self.assertIn("a log of format iis-w3c; wanted is a CSV",
                      self.refused("scan", "--accounts", self.log, self.log))
        self.assertIn("no mailbox of foo.bar was seen",
                      run("scan", "-q", "--domain", "foo.bar", self.logs).err)

    def foreign(self, *languages):
        lines = lines_of(run("scan", "-f", "json", *INTERNAL, "--geo", self.geo, *languages, self.logs).out)
        return any(a["tocsin"].get("level") == "critical" for a in lines)

    def test_c08_a_language_covers_what_is_written_more_exactly(self):
        self.assertTrue(self.foreign())
        for tag in ("zh", "zh-CN", "zh-Hans"):
            self.assertFalse(self.foreign("--language", f"en,{tag}"), tag)
        self.assertTrue(self.foreign("--language", "zh-Hant"))

    # C9

    def test_c09_times_as_people_write_them(self):
        def since(text):
            summary = lines_of(run("scan", "-q", "-f", "json", "--since", text, self.log).out)[-1]["tocsin"]
            return summary["since"]
        for text in ("2011-03-09T07:00", "2011-03-09 07:00", "2011-03-09 07:00:00", "2011-03-09T07:00Z",
                     "2011-03-09T08:00+01:00"):
            self.assertEqual(since(text), "2011-03-09T07:00:00Z", text)
        self.assertRegex(since("today"), r"T00:00:00Z$")
        self.assertLess(since("yesterday"), since("today"))
        self.assertLess(since("2w"), since("7d"))
        for text in ("now", "30m", "12h", "7d", "2w", "7 days ago"):
            self.assertRegex(since(text), r"^20\d\d-")
        self.assertIn("is not a time such as", self.refused("scan", "--since", "tomorrow", self.log))

    # C10

    def test_c10_help_names_the_wrong_word(self):
        path = self.folder / ("long-name-" * 12) / "log"
        path.mkdir(parents=True)
        self.assertEqual(self.refused(path), f"tocsin: unknown command '{path}'; did you mean: tocsin scan {path}\n")
        self.assertIn("unknown command 'scna' (did you mean 'scan'?)", self.refused("scna"))
        self.assertIn("watch needs a file, folder or pattern", self.refused("watch"))
        for command in ("scan", "parse", "match", "rules", "formats"):
            self.assertEqual(run("help", command, check=0).out, run(command, "--help", check=0).out)
        self.assertIn("unknown command 'nosuch'", self.refused("help", "nosuch"))
        for words in (["-V"], ["version"], ["--version"], ["scan", "--version"], ["rules", "-V"]):
            self.assertEqual(run(*words, check=0).out, run("--version").out, words)
        self.assertEqual(self.refused("scan", "--quiet=yes", self.log), "tocsin: --quiet takes no value\n")
        self.assertIn("formats takes no 'x'", self.refused("formats", "x"))

    # C11

    def test_c11_rules_check_says_which(self):
        self.assertRegex(self.refused("rules", "check", "nosuch"), r"^tocsin: nosuch: .*No such file or directory$")
        rule = self.write("one.yml", "title: o\nlogsource: {category: webserver}\ndetection:\n"
                          "  s: {cs-uri-stem: /x}\n  condition: s\n")
        self.assertEqual(run("rules", "check", rule, check=0).out, f"1 rule, no errors: 1 from {rule}\n")
        said = re.fullmatch(r"(\d+) rules, no errors: \1 shipped \((.*)\)\n", run("rules", "check", check=0).out)
        self.assertTrue(int(said[1]) > 1 and pathlib.Path(said[2], "tables").is_dir())


if __name__ == "__main__":
    unittest.main(verbosity=2)
