"""Bad input: a clear message, the documented exit status, nothing lost of the good input beside it."""
import json
import os
import random
import subprocess
import unittest

from harness import Case, gz, lines_of, run

HEADER = ("#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n"
          "#Date: 2021-03-01 00:00:00\r\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query "
          "s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus "
          "sc-win32-status time-taken\r\n")


def iis_line(i, agent="Agent"):
    return (f"2021-03-01 {i // 3600 % 24:02}:{i // 60 % 60:02}:{i % 60:02} 10.0.0.1 GET /owa/ - 443 "
            f"CORP\\user{i % 7} 192.0.2.{i % 250 + 1} {agent} - 200 0 0 {i}\r\n")


def iis(count):
    return HEADER + "".join(iis_line(i) for i in range(count))


class BadInput(Case):
    def stats(self, *arguments, check=None):
        path = self.folder / "stats.json"
        done = run("scan", "--require", "none", "--stats", path, *arguments, check=check)
        stats = json.loads(path.read_text(encoding="utf-8"))
        self.assert_balanced(stats)
        return done, stats

    def test_missing_path(self):
        done = run("scan", self.folder / "nowhere", check=2)
        self.assertIn("nowhere", done.err)
        self.assertIn("No such file", done.err)

    def test_no_path_and_typos(self):
        self.assertIn("needs a file or folder", run("scan", check=2).err)
        self.assertIn("did you mean --internal", run("scan", "--interal", "10/8", ".", check=2).err)
        self.assertIn("did you mean 'scan'", run("scna", ".", check=2).err)
        self.assertIn("10.0.0.0/8", run("scan", "--internal", "ten", ".", check=2).err)
        self.assertIn("needs a value", run("scan", "--rules", check=2).err)

    def test_a_value_that_says_nothing_is_refused(self):
        log = self.write("u_ex210301.log", iis(20))
        for option in ("--internal=", "--domain=,", "--language=, ", "--state=", "--rules=", "--output=",
                       "--syslog=", "--accounts=", "--tables=", "--geo=", "--stats="):
            with self.subTest(option=option):
                done = run("scan", option, log, check=2)
                self.assertIn(f"{option.partition('=')[0]} needs a value", done.err)
                self.assertEqual(done.out, "")

    def test_what_no_command_looks_at_is_refused(self):
        self.assertIn("formats takes no 'iis-w3c'", run("formats", "iis-w3c", check=2).err)

    def test_help_fits_a_screen(self):
        for command in ([], ["scan"], ["parse"], ["match"], ["rules"], ["formats"], ["config"]):
            page = run(*command, "--help", check=0).out.splitlines()
            self.assertLessEqual(max(map(len, page)), 80, command)
            self.assertLessEqual(len(page), 48, command)
        self.assertLessEqual(max(map(len, run("formats", check=0).out.splitlines())), 80)

    def test_empty_file_and_folder(self):
        self.write("empty/u_ex210301.log", "")
        done, _ = self.stats(self.folder / "empty", check=3)
        self.assertIn("NOTHING WAS JUDGED: every log is empty.", done.out)
        self.assertIn("blind", done.out)
        self.assertNotIn("Traceback", done.err)

    def test_directory_loop(self):
        self.write("loop/a/u_ex210301.log", iis(20))
        os.symlink("..", self.folder / "loop/a/again")
        _, stats = self.stats("--follow-links", self.folder / "loop", check=0)
        self.assertEqual(stats["totals"]["records"]["accepted"], 20)

    def test_unreadable_file_is_told_and_the_rest_is_read(self):
        self.write("mixed/u_ex210301.log", iis(20))
        os.symlink("nothing-there", self.folder / "mixed/u_ex210302.log")
        self.write("mixed/u_ex210303.log.gz", gz(iis(30).encode())[:200])
        done, stats = self.stats("--follow-links", self.folder / "mixed")
        self.assertEqual(done.returncode, 3)
        self.assertIn("u_ex210303.log.gz", done.out)
        self.assertIn("INCOMPLETE. Nothing found", done.out)
        self.assertIn("1 file could not be read.", done.out)
        self.assertIn("1 file could not be read to the end.", done.out)
        read = {os.path.basename(s["path"]): s for s in stats["sources"]}
        self.assertEqual(read["u_ex210301.log"]["records"]["accepted"], 20)

    def test_twenty_thousand_irrelevant_files(self):
        folder = self.folder / "many"
        for i in range(200):
            (folder / f"d{i}").mkdir(parents=True)
            for k in range(100):
                (folder / f"d{i}/f{k}.blg").write_bytes(b"\x00PDH\xff" * 20)
        self.write("many/u_ex210301.log", iis(20))
        done, stats = self.stats(folder, check=0)
        self.assertEqual(sum(i["files"] for i in stats["irrelevant"]), 20000)
        self.assertEqual(stats["totals"]["records"]["accepted"], 20)
        self.assertLess(len(done.out.splitlines()), 80)

    def test_same_log_twice_plain_and_packed(self):
        data = iis(500)
        self.write("twice/u_ex210301.log", data)
        self.write("twice/old/u_ex210301.log.gz", gz(data.encode()))
        self.write("twice/partial/u_ex210301.log", data[:len(HEADER) + 5000].rsplit("\r\n", 1)[0] + "\r\n")
        _, stats = self.stats(self.folder / "twice", check=0)
        self.assertEqual(stats["totals"]["records"]["accepted"], 500)
        self.assertEqual(sorted(s["state"] for s in stats["sources"]), ["duplicate", "duplicate", "read"])

    def test_a_log_behind_a_hole_is_read_whatever_its_name(self):
        for hole in (5000, 70000, 3 << 20):
            for name in ("access.log.1", "u_ex210301.log.1", "mail-20210301"):
                path = self.write(f"holes/{hole}/{name}", bytes(hole) + iis(60).encode())
                _, stats = self.stats(path, check=0 if hole < 1 << 20 else 3)
                self.assertEqual(stats["totals"]["records"]["accepted"], 60, path)
                self.assertEqual(stats["totals"]["records"]["rejected"], {"nul_bytes": 1})
                self.assertEqual(stats["totals"]["bytes"]["rejected"], hole)

    def test_what_goes_on_as_another_log_is_told(self):
        wide = b"\xff\xfe" + iis(200).encode("utf-16-le")
        event = json.dumps({"EventID": 4724, "Channel": "Security", "@timestamp": "2021-03-01T06:00:00Z",
                            "Computer": "dc1", "TargetUserName": "anna"}) + "\n"
        for name, data, sound in (
                ("wide_plain", wide + iis(100).encode(), 200),
                ("little_big", wide + b"\xfe\xff" + iis(200).encode("utf-16-be"), 200),
                ("json_w3c", (event * 1000 + iis(120)).encode(), 1000),
                ("w3c_json", (iis(3000) + event * 50).encode(), 3000),
                ("returns", (iis(300) + iis(300).replace("\r\n", "\r")).encode(), 300)):
            path = self.write(f"mixed_up/{name}.log", data)
            done, stats = self.stats(path, check=3)
            self.assertEqual(stats["totals"]["records"]["accepted"], sound, name)
            self.assertGreater(stats["totals"]["bytes"]["rejected"], 5000, name)
            self.assertIn("split it there", " ".join(done.out.split()), name)
            self.assertIn("split it there", run("parse", path, check=3).err, name)

    def test_a_little_damage_is_counted_and_no_more(self):
        cut = iis(1000)[:-60]
        for name, data in (("cut", cut), ("long", cut + "x" * 500000 + "\r\n"), ("hole", cut + "\0" * 65536)):
            _, stats = self.stats(self.write(f"little/{name}.log", data), check=0)
            self.assertEqual(stats["totals"]["records"]["accepted"], 999, name)

    def test_random_bytes(self):
        block = random.Random(1).randbytes(1 << 20)
        size = int(os.environ.get("TOCSIN_RANDOM_MB", "64"))
        with open(self.folder / "random.log", "wb") as out:
            for i in range(size):
                out.write(block[i % 97:] + block[:i % 97])
        self.write("beside.log", iis(20))
        _, stats = self.stats(self.folder / "random.log", self.folder / "beside.log")
        self.assertEqual(stats["totals"]["records"]["accepted"], 20)
        os.unlink(self.folder / "random.log")

    def test_random_bytes_behind_a_header(self):
        noise = random.Random(2).randbytes(1 << 20)
        self.write("noise/u_ex210301.log", HEADER.encode() + noise + b"\n" + iis_line(1).encode())
        done, stats = self.stats(self.folder / "noise")
        self.assertEqual(done.returncode, 3)
        self.assertGreaterEqual(stats["totals"]["records"]["accepted"], 1)

    def test_hundred_megabyte_line(self):
        path = self.folder / "long/u_ex210301.log"
        path.parent.mkdir()
        with open(path, "wb") as out:
            out.write(iis(20).encode())
            for _ in range(100):
                out.write(b"x" * (1 << 20))
            out.write(b"\r\n" + "".join(iis_line(i) for i in range(20, 40)).encode())
        done, stats = self.stats(path)
        self.assertEqual(stats["totals"]["records"]["accepted"], 40)
        self.assertEqual(stats["totals"]["records"]["rejected"], {"oversize": 1})
        self.assertEqual(done.returncode, 3)
        self.assertLess(stats["peak_rss_bytes"], 128 << 20)

    def test_standard_input(self):
        done = subprocess.run([os.environ["TOCSIN"], "parse", "-"], input=iis(25).encode(),
                              capture_output=True, check=True, timeout=60)
        self.assertEqual(len(done.stdout.splitlines()), 25)

    def test_hostile_text_reaches_no_terminal(self):
        agent = "\x1b]0;owned\x07\x1b[31m\u202e\u2028\x9b"
        self.write("hostile/u_ex210301.log", HEADER + "".join(iis_line(i, agent) for i in range(40)))
        for form in ("text", "json", "syslog", "cef", "leef"):
            done = run("scan", "-f", form, "--min-level", "informational", self.folder / "hostile")
            for stream in (done.out, done.err):
                self.assertNotRegex(stream, "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]")
        parsed = run("parse", self.folder / "hostile").out
        self.assertNotRegex(parsed, "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]")
        self.assertEqual(len(lines_of(parsed)), 40)


GOOD = """title: T
id: 6d0c52a1-3f0a-4c0e-9d3b-0f6d2f1a7cff
logsource:
  product: test
detection:
  sel:
    f: a
  condition: sel
"""


class BadRules(Case):
    """Each kind of mistake: file:line:column, the token, and a way out; exit status 2."""

    MISTAKES = {
        "unknown modifier": (GOOD.replace("f: a", "f|contians: a"), 7, "contians"),
        "undefined identifier": (GOOD.replace("condition: sel", "condition: sle"), 8, "sle"),
        "dangling and": (GOOD.replace("condition: sel", "condition: sel and"), 8, "and"),
        "unbalanced": (GOOD.replace("condition: sel", "condition: (sel"), 8, "("),
        "no condition": (GOOD.replace("  condition: sel\n", ""), None, "condition"),
        "no logsource": (GOOD.replace("logsource:\n  product: test\n", ""), None, "logsource"),
        "no title": (GOOD.replace("title: T\n", ""), None, "title"),
        "bad regular expression": (GOOD.replace("f: a", "f|re: '(('"), 7, "(("),
        "bad network": (GOOD.replace("f: a", "f|cidr: 10.0.0.0/99"), 7, "10.0.0.0/99"),
        "duplicate key": (GOOD.replace("f: a", "f: a\n    f: b"), 8, "f"),
        "not YAML": ("title: [\n", None, ""),
        "bad level": (GOOD + "level: hihg\n", 9, "hihg"),
        "unknown type": ("title: C\ncorrelation:\n  type: evnt_count\n  rules: [x]\n  timespan: 1m\n"
                         "  condition: {gte: 2}\n", 3, "evnt_count"),
        "unresolved reference": ("title: C\ncorrelation:\n  type: event_count\n  rules: [nobody]\n"
                                 "  timespan: 1m\n  condition: {gte: 2}\n", None, "nobody"),
        "bad timespan": (GOOD + "name: n\n---\ntitle: C\ncorrelation:\n  type: event_count\n"
                         "  rules: [n]\n  timespan: 5q\n  condition: {gte: 2}\n", 15, "5q"),
        "value_count without field": (GOOD + "name: n\n---\ntitle: C\ncorrelation:\n"
                                      "  type: value_count\n  rules: [n]\n  timespan: 5m\n"
                                      "  condition: {gte: 2}\n", None, "field"),
    }

    def test_every_kind_of_mistake(self):
        self.write("logs/u_ex210301.log", iis(5))
        for name, (text, line, token) in self.MISTAKES.items():
            path = self.write("rule.yml", text)
            for command in (["rules", "check", path], ["scan", "--rules", path, self.folder / "logs"]):
                done = run(*command, check=2)
                with self.subTest(name=name, command=command[0]):
                    self.assertRegex(done.err, r"rule\.yml:\d+:\d+: ")
                    if line is not None:
                        self.assertRegex(done.err, rf"rule\.yml:{line}:\d+: ")
                    self.assertIn(token, done.err)

    def test_good_rule_passes(self):
        path = self.write("good.yml", GOOD)
        self.assertIn("1 rule, no errors", run("rules", "check", path, check=0).out)

    def test_own_rules_are_listed(self):
        self.assertIn("foreign_language_switch_and_access", run("rules", "list", check=0).out)


class Settings(Case):
    def test_bad_accounts_file_is_told_with_its_place(self):
        self.write("logs/u_ex210301.log", iis(5))
        path = self.write("accounts.csv", 'mail,account\n"unclosed,x\n')
        done = run("scan", "--accounts", path, self.folder / "logs", check=2)
        self.assertRegex(done.err, r"accounts\.csv:\d+")

    def test_bad_geo_file_is_told(self):
        self.write("logs/u_ex210301.log", iis(5))
        path = self.write("geo.mmdb", "not a database")
        self.assertIn("geo.mmdb", run("scan", "--geo", path, self.folder / "logs", check=2).err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
