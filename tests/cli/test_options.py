"""Every option of every command does something.

The options are those that --help lists, which is made from the table of options: one without a test
here fails, and so does one whose effect is gone. Where the effect is none that output shows (threads,
block size), the process itself is looked at.
"""
import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import time
import unittest

from harness import LEVELS, TOCSIN, Case, Receiver, addresses, finals, lines_of, run, simulate
from rules_options import RULE, RulesOptions

COMMANDS = ("scan", "parse", "match", "rules", "formats", "config")
INTERNAL = ("--internal", "10.0.0.0/8")
ATTACKERS = "203.0.113.0/24"
LISTED = re.compile(r"^  (?:-(\w), |    )--([\w-]+)", re.M)
RULES = pathlib.Path(__file__).resolve().parents[2] / "rules"
FORWARDED = "#Fields: date time c-ip cs-username cs-method cs-uri-stem sc-status X-Forwarded-For\n"
LOCAL_TIME = '{"EventTime":"2021-02-08 12:00:00","EventID":4724,"Channel":"Security","Hostname":"DC1",' \
             '"TargetUserName":"bob","SubjectUserName":"eve"}\n'


def options_of(command):
    """(long name, letter) of each option that --help lists."""
    return {(name, letter) for letter, name in LISTED.findall(run(command, "--help", check=0).out)}


@contextlib.contextmanager
def held(*arguments):
    """The process of a run that has read much of its standard input, and waits for the rest."""
    child = subprocess.Popen([TOCSIN, *arguments, "-"], stdin=subprocess.PIPE,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        child.stdin.write(iis(8000).encode())
        child.stdin.flush()
        yield pathlib.Path(f"/proc/{child.pid}")
    finally:
        child.stdin.close()
        child.wait(timeout=60)


def settled(measure):
    """What is measured, once it has stayed the same for a while."""
    deadline, value, since = time.monotonic() + 20, None, time.monotonic()
    while time.monotonic() < deadline and time.monotonic() - since < 0.5:
        now = measure()
        if now != value:
            value, since = now, time.monotonic()
        time.sleep(0.02)
    return value


def threads(*arguments):
    with held(*arguments) as process:
        return settled(lambda: len(list((process / "task").iterdir())))


def reads(*arguments):
    """How often it read to get that far."""
    with held(*arguments) as process:
        return settled(lambda: int(re.search(r"syscr: (\d+)",
                                             (process / "io").read_text()).group(1)))


def iis(count):
    return ("#Fields: date time c-ip cs-username cs-method cs-uri-stem sc-status\n" +
            "".join(f"2021-03-01 {i // 3600:02}:{i // 60 % 60:02}:{i % 60:02} 192.0.2.{i % 200} "
                    f"CORP\\u{i % 9} GET /owa/ 200\n" for i in range(count)))


class Options(RulesOptions, Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        simulate(cls.folder)
        cls.logs, cls.geo = cls.folder / "logs", cls.folder / "geo.mmdb"
        cls.log = cls.logs / "EX01/W3SVC1/u_ex110309.log"
        cls.track = cls.logs / "HUB01"
        cls.base = cls.scan()

    @classmethod
    def scan(cls, *arguments, paths=None, internal=INTERNAL):
        """All lines of a scan of the example."""
        return lines_of(run("scan", "-f", "json", *internal, *arguments,
                            *(paths or [cls.logs])).out)

    def parse(self, *arguments, path=None):
        return lines_of(run("parse", *arguments, path or self.log, check=0).out)

    def stats(self, command, *arguments):
        path = self.folder / "books.json"
        run(command, "-q", *arguments, "--stats", path)
        return json.loads(path.read_text(encoding="utf-8"))

    def rows(self, lines):
        return {row["indicator"]: row for row in lines[-1]["tocsin"]["coverage"]}

    def critical(self, lines):
        return len(finals(lines, "critical"))

    # every option has a test, and every letter means its option

    def test_every_option_has_a_test(self):
        for command in COMMANDS:
            for name, _ in options_of(command):
                self.assertTrue(hasattr(self, f"test_{command}_{name.replace('-', '_')}"),
                                f"{command} --{name} has no test here")

    def test_letters_are_their_options(self):
        letters = {(c, letter) for c in COMMANDS for _, letter in options_of(c) if letter}
        self.assertEqual(letters, {("scan", x) for x in "fojqhV"} | {("parse", x) for x in "fojqhV"} |
                         {("match", x) for x in "oqhV"} | {("rules", x) for x in "fhV"} |
                         {(c, x) for c in ("formats", "config") for x in "hV"})
        for command in COMMANDS:
            self.assertEqual(run(command, "-h", check=0).out, run(command, "--help", check=0).out)
        out = self.folder / "letters"
        self.assertEqual(run("scan", "-o", out, "-f", "json", "-q", self.log).out, "")
        self.assertEqual(lines_of(out.read_text())[-1]["tocsin"]["type"], "summary")
        self.assertIn("'0' is not", run("scan", "-j", "0", self.log, check=2).err)
        self.assertIn("'no' is no format", run("parse", "-f", "no", self.log, check=2).err)

    # scan

    def test_scan_format(self):
        begins = {"text": "RESULT  ", "json": "{", "syslog": "<", "cef": "CEF:0|", "leef": "LEEF:2.0|"}
        for form, begin in begins.items():
            self.assertTrue(run("scan", "--format", form, self.log).out.startswith(begin), form)
        known = set(re.findall(r"^(\w+) ", run("formats", check=0).out.partition("--format")[2], re.M))
        self.assertEqual(known, set(begins))
        self.assertIn("'jso' is not text, json, syslog, cef or leef (did you mean json?)",
                      run("scan", "--format", "jso", self.log, check=2).err)

    def test_scan_output(self):
        out = self.folder / "out.txt"
        self.assertEqual(run("scan", "--output", out, self.log).out, "")
        self.assertTrue(out.read_text().startswith("RESULT  "))

    def test_scan_syslog(self):
        with Receiver(self.folder / "log") as receiver:
            printed = run("scan", "-f", "syslog", "--syslog=" + str(receiver.path), *INTERNAL, self.logs, check=1).out
        self.assertEqual(len(receiver.messages), printed.count("\n"))
        self.assertTrue(receiver.messages[-1].startswith("<82>tocsin["), receiver.messages[-1])
        # Without a path it is the machine's own; there may be none here, which is said.
        if not pathlib.Path("/dev/log").exists():
            self.assertIn("/dev/log: no syslog daemon", run("scan", "--syslog", self.log, check=2).err)

    def test_scan_rules(self):
        rule = self.write("own/own.yml", RULE.replace("product: test", "category: webserver")
                          .replace("f: a", "cs-uri-stem: /owa/"))
        lines = self.scan("--rules", rule, paths=[self.log])
        self.assertIn("own_rule", {line.get("rule", {}).get("name") for line in lines})

    def test_scan_no_default_rules(self):
        rule = self.write("own/test.yml", RULE)
        self.assertEqual(self.critical(self.scan("--rules", rule)), 1)
        self.assertEqual(len(self.scan("--rules", rule, "--no-default-rules")), 1)

    def test_scan_internal(self):
        self.assertEqual(len(addresses(finals(self.base, "critical")[0])), 3)
        self.assertEqual(addresses(finals(self.scan("--internal", ATTACKERS), "critical")[0]), set())

    def test_scan_egress(self):
        self.assertEqual(addresses(finals(self.scan("--egress", ATTACKERS), "critical")[0]), set())

    def forwarded(self):
        return self.write("forwarded/u_ex210301.log", FORWARDED + "".join(
            f"2021-03-01 0{i // 60}:{i % 60:02}:00 10.1.1.5 CORP\\u{i % 70} GET /owa/ 200 192.0.2.{i % 99}\n"
            for i in range(300)))

    def test_scan_proxy(self):
        path = self.forwarded()
        rows = [self.rows(self.scan(*more, paths=[path]))["webmail access"]
                for more in ((), ("--proxy", "10.1.1.5"))]
        self.assertEqual(rows[0]["state"], "blind")
        self.assertIn("scan with --proxy 10.1.1.5", rows[0]["fix"])
        self.assertNotEqual(rows[1]["state"], "blind")

    def test_scan_client_column(self):
        path = self.write("own/u_ex210301.log", self.forwarded().read_text("utf-8").replace("X-Forwarded-For", "Client-Real"))
        options = ("--proxy", "10.1.1.5", "--client-column", "Client-Real")
        rows = [self.rows(self.scan(*more, paths=[path]))["webmail access"] for more in (options[:2], options)]
        self.assertEqual(rows[0]["state"], "blind")
        self.assertNotEqual(rows[1]["state"], "blind")
        done = run("scan", "--client-column", "c-ip", path, check=2)
        self.assertIn("is a column whose meaning is known", done.err)

    def test_scan_domain(self):
        bare = self.folder / "undirected"
        shutil.copytree(self.track, bare)
        for path in bare.rglob("*.LOG"):
            path.write_bytes(path.read_bytes().replace(b",Originating,", b",,"))
        seen = [self.scan(*more, paths=[bare])[-1]["tocsin"]["mailboxes"]["judged"]
                for more in (("--domain", "commission.example"), ("--domain", "other.example"))]
        self.assertGreater(seen[0], seen[1])

    def test_scan_language(self):
        self.assertEqual(self.critical(self.scan("--language", "zh-Hans")), 0)

    def test_scan_accounts(self):
        folder = self.folder / "unlike"
        expected = simulate(folder, "--accounts-unlike")
        paths = [folder / "logs/EX01", folder / "logs/HUB01"]
        text = b"".join(p.read_bytes() for p in sorted(paths[0].rglob("*.log")))
        account = re.search(rb"COMMISSION\\\w+", text).group().decode()
        book = self.write("accounts.csv", f"mail,account\n{expected['mailboxes'][0]},{account}\n")
        joined = [self.scan(*more, paths=paths)[-1]["tocsin"]["mailboxes"]["joined"]
                  for more in ((), ("--accounts", book))]
        self.assertEqual(joined[1], joined[0] + 1)

    def test_scan_geo(self):
        with_geo = finals(self.scan("--geo", self.geo), "critical")[0]
        self.assertIn('"CN"', json.dumps(with_geo))
        self.assertNotIn('"CN"', json.dumps(finals(self.base, "critical")[0]))

    def test_scan_tz(self):
        path = self.write("local/security.ndjson", LOCAL_TIME)
        for zone, hour in (("+02:00", 10), ("Europe/Brussels", 11), ("Z", 12)):
            self.assertEqual(self.scan("--tz", f"*={zone}", paths=[path])[-1]["event"]["start"],
                             f"2021-02-08T{hour}:00:00Z")

    def test_scan_host(self):
        self.assertEqual(self.stats("scan", "--host", "*.log=EX77", self.log)["sources"][0]["host"],
                         "EX77")

    CLIENTLESS = "date time c-ip cs-method cs-uri-stem sc-status s-ip"

    def headerless(self):
        """Rows of one client and one server in no order of IIS: which is which nobody can tell."""
        return self.write("headerless/u_ex210301.log", "".join(
            f"2021-03-01 08:{i // 60:02}:{i % 60:02} 192.0.2.7 GET /owa/ {(200, 302)[i % 2]} 10.0.0.5\n"
            for i in range(300)))

    def test_scan_fields(self):
        path = self.headerless()
        book = self.stats("scan", path)["sources"][0]
        self.assertEqual(book["state"], "unread")
        self.assertIn("column 3 of its 7 can be s-ip or c-ip", book["mend"])
        self.assertIn("--fields", book["mend"])
        book = self.stats("scan", "--fields", f"headerless={self.CLIENTLESS}", path)["sources"][0]
        self.assertEqual(book["records"]["accepted"], 300)
        self.assertEqual(book["columns"], {"by": "fields", "rows": 0, "lists": [self.CLIENTLESS]})
        text = run("scan", "--fields", f"headerless={self.CLIENTLESS}", path).out
        self.assertIn(f"as --fields says: {self.CLIENTLESS}", " ".join(text.split()))
        summary = self.scan("--fields", f"headerless={self.CLIENTLESS}", paths=[path])[-1]["tocsin"]
        self.assertEqual(summary["columns"], [{"names": self.CLIENTLESS, "by": "fields", "rows": 0,
                                               "files": 1, "file": str(path)}])

    def test_fields_that_do_not_fit_are_told(self):
        path = self.headerless()
        wrong = run("scan", "--fields", "*=date time cs-methd", path, check=2).err
        self.assertIn("'cs-methd' is no column of a W3C log", wrong)
        self.assertIn("no column is the time", run("scan", "--fields", "*=date s-ip", path, check=2).err)
        self.assertIn("GLOB=NAMES", run("scan", "--fields", "date time", path, check=2).err)
        book = self.stats("scan", "--fields", "*=date time c-ip", path)["sources"][0]
        self.assertEqual(book["state"], "unread")
        self.assertIn("its rows have 7 columns, --fields names 3", book["mend"])

    def test_a_glob_that_fits_no_log_is_told(self):
        path = self.headerless()
        for option, value in (("--tz", "+02:00"), ("--host", "EX77"), ("--fields", self.CLIENTLESS)):
            for command in ("scan", "parse"):
                with self.subTest(option=option, command=command):
                    words = f"{option}: no log has a path like 'headles*'"
                    self.assertIn(words, run(command, option, f"headles*={value}", path).err)
                    self.assertNotIn("path like", run(command, option, f"headerl*={value}", path).err)

    def test_columns_that_a_header_gives_are_not_told_as_given(self):
        fields = "--fields", "*=date time c-ip"
        text = run("scan", *fields, self.log).out
        self.assertIn("INPUT      1 file of logs", text)
        self.assertNotIn("as --fields says", text)

    def test_scan_since(self):
        later = self.scan("--since", "2011-03-12")[-1]
        self.assertEqual(later["tocsin"]["since"], "2011-03-12T00:00:00Z")
        self.assertGreaterEqual(later["event"]["start"], "2011-03-12")
        run("scan", "--since", "7d", self.log, check=3)

    def test_scan_until(self):
        before = self.scan("--until", "2011-03-08")
        self.assertEqual(self.critical(before), 0)
        self.assertLessEqual(before[-1]["event"]["end"], "2011-03-08T00:00:00Z")

    def test_scan_min_level(self):
        self.assertEqual(len(finals(self.scan("--min-level", "critical"), "low")), 1)
        self.assertGreater(len(finals(self.base, "low")), 1)

    def test_scan_fail_level(self):
        worst = [LEVELS.index(a["tocsin"]["level"])
                 for a in finals(self.scan("--until", "2011-03-08", paths=[self.logs]), "low")]
        self.assertEqual(worst, [])
        rule = self.write("own/owa.yml", RULE.replace("product: test", "category: webserver")
                          .replace("f: a", "cs-uri-stem: /owa/"))
        alone = ("scan", "--require", "none", "--rules", rule)
        run(*alone, "--fail-level", "high", self.log, check=1)
        run(*alone, "--fail-level", "critical", self.log, check=0)

    def test_scan_require(self):
        """What is not given is required unless it is said not to be."""
        paths = [self.logs / "EX01"]
        for required, missing in ((None, True), ("webmail", False), ("webmail,switch", True),
                                  ("none", False)):
            line = self.scan(*(("--require", required) if required else ()), "--until", "2011-02-26",
                             paths=paths)[-1]["tocsin"]
            self.assertEqual(line["incomplete"], missing, required)
            self.assertEqual(line["exit_status"], 3 if missing else 0, required)
        self.assertIn("(did you mean webmail?)",
                      run("scan", "--require", "webmal", self.log, check=2).err)
        self.assertIn("not both", run("scan", "--require", "none,webmail", self.log, check=2).err)

    def test_scan_response_since(self):
        """A week of what a response brings with it is left out, and that is said."""
        wave = [f for f in finals(self.base) if f["rule"]["name"] == "password_change_wave"]
        self.assertEqual(len(wave), 1)
        lines = self.scan("--response-since", "2011-03-17")
        self.assertEqual([f for f in finals(lines) if f["rule"]["name"] == "password_change_wave"], [])
        told = lines[-1]["tocsin"]["left_out"]
        self.assertEqual([row["kind"] for row in told], ["response"])
        self.assertGreater(told[0]["findings"], 0)
        page = run("scan", "-q", *INTERNAL, "--response-since", "2011-03-17", self.logs).out
        self.assertIn("declared response, 2011-03-17 00:00:00", " ".join(page.split()))
        before = self.scan("--response-since", "2011-02-01")
        self.assertEqual(before[-1]["tocsin"]["left_out"][0]["findings"], 0)

    def test_scan_config(self):
        site = self.write("site.yml", "levels: {min: critical}\n")
        self.assertEqual(len(finals(self.scan("--config", site), "low")), 1)
        self.assertGreater(len(finals(self.scan("--config", site, "--min-level", "low"), "low")), 1,
                           "the command line wins")
        self.assertIn("No such file", run("scan", "--config", "/none/x", self.log, check=2).err)

    def test_scan_learned(self):
        path = self.folder / "learned.yml"
        self.scan("--learned", path)
        self.assertRegex(path.read_text(), r'languages:\n  - "\w+"  # \d+ mailboxes')
        self.assertIn("name the same file", run("scan", "--learned", path, "-o", path, self.log,
                                                check=2).err)

    def more_jobs_are_more_threads(self, command):
        self.assertEqual(threads(command, "--jobs", "7") - threads(command, "--jobs", "3"), 4)

    def test_scan_jobs(self):
        self.more_jobs_are_more_threads("scan")

    def smaller_blocks_are_read_more_often(self, command):
        self.assertGreater(reads(command, "--block-size", "4K"),
                           reads(command, "--block-size", "1M") + 30)

    def test_scan_block_size(self):
        self.smaller_blocks_are_read_more_often("scan")

    def test_scan_stats(self):
        self.assertEqual(self.stats("scan", self.log)["files"]["read"], 1)
        self.assertIn('{"sources":[', run("scan", "--stats", "-", self.log).out)

    def test_scan_state(self):
        state = self.folder / "option.state"
        scans = [self.scan("--state", state, paths=[self.log])[-1]["tocsin"]["state"]["scans"] for _ in "12"]
        self.assertEqual(scans, [0, 1])

    def test_scan_explain(self):
        lines = [run("scan", *more, *INTERNAL, self.logs).out.count("    proof    ")
                 for more in ((), ("--explain",))]
        self.assertGreater(lines[1], lines[0])

    def test_scan_color(self):
        pages = {when: run("scan", "--color", when, self.log).out for when in ("auto", "always", "never")}
        self.assertEqual(pages["auto"], pages["never"])
        self.assertIn("\x1b[", pages["always"])
        self.assertNotIn("\x1b", pages["never"])

    def test_scan_sandbox(self):
        inside = []
        for when in ("auto", "no"):
            with held("scan", "--sandbox", when) as process:
                inside.append(settled(lambda: re.search(r"Seccomp:\s+(\d)", (process / "status").read_text()).group(1)))
        done = run("scan", "--sandbox", "yes", self.log)
        if "--sandbox yes" not in done.err:  # else it says what it lacks
            self.assertEqual("2", inside[0])
        self.assertIn(inside[1], (inside[0], "0"))

    def linked(self):
        folder = self.folder / "linked"
        folder.mkdir(exist_ok=True)
        if not (folder / "log").is_symlink():
            (folder / "log").symlink_to(self.log)
        return folder

    def test_scan_follow_links(self):
        self.assertEqual(run("scan", self.linked()).returncode, 3)
        self.assertEqual(self.stats("scan", "--follow-links", self.linked())["files"]["read"], 1)

    def test_parse_follow_links(self):
        self.assertEqual(run("parse", self.linked(), check=3).out, "")
        self.assertEqual(len(self.parse("--follow-links", path=self.linked())), len(self.parse()))

    def test_scan_redact(self):
        person = finals(self.base, "critical")[0]["tocsin"]["mailboxes"][0]
        told = finals(self.scan("--redact"), "critical")
        self.assertNotIn(person, json.dumps(told))
        self.assertIn("person-1", json.dumps(told))

    def tables_without(self, name, words):
        """The tables, one of them without the rows that hold these words."""
        folder = self.folder / f"tables-{name}"
        if not folder.exists():
            shutil.copytree(RULES / "tables", folder)
            rows = (folder / name).read_text(encoding="utf-8").splitlines(True)
            (folder / name).write_text("".join(row for row in rows if words not in row),
                                       encoding="utf-8")
        return folder

    def test_scan_tables(self):
        folder = self.tables_without("protocols.tsv", "\towa")
        self.assertEqual(self.rows(self.scan("--tables", folder))["webmail access"]["state"], "blind")
        self.assertEqual(self.rows(self.base)["webmail access"]["state"], "watched")

    def test_scan_quiet(self):
        self.assertIn("INPUT", run("scan", self.log).out)
        self.assertNotIn("INPUT", run("scan", "--quiet", self.log).out)

    def help_of(self, command):
        self.assertTrue(run(command, "--help", check=0).out.startswith(f"Usage: tocsin {command}"))

    def test_scan_help(self):
        self.help_of("scan")

    # parse

    def test_parse_format(self):
        self.assertEqual(len(self.parse("--format", "iis-w3c")), len(self.parse()))
        run("parse", "--format", "windows-xml", self.log, check=3)

    def test_parse_output(self):
        out = self.folder / "events.jsonl"
        self.assertEqual(run("parse", "--output", out, self.log).out, "")
        self.assertEqual(len(lines_of(out.read_text())), len(self.parse()))

    def classes(self, *arguments):
        return {e["source"]["class"] for e in self.parse(*arguments)
                if e["source"]["ip"].startswith("203.0.113.")}

    def test_parse_internal(self):
        self.assertEqual(self.classes(), {"remote"})
        self.assertEqual(self.classes("--internal", ATTACKERS), {"internal"})

    def test_parse_egress(self):
        self.assertEqual(self.classes("--egress", ATTACKERS), {"egress"})

    def test_parse_client_column(self):
        text = self.forwarded().read_text("utf-8").replace("X-Forwarded-For", "Client-Real")
        path = self.write("named/u_ex210301.log", text)
        events = self.parse("--proxy", "10.1.1.5", "--client-column", "Client-Real", path=path)
        self.assertGreater(len({e["source"]["ip"] for e in events}), 90)

    def test_parse_proxy(self):
        path = self.forwarded()
        self.assertEqual({e["source"]["ip"] for e in self.parse(path=path)}, {"10.1.1.5"})
        self.assertEqual(len({e["source"]["ip"] for e in self.parse("--proxy", "10.1.1.5", path=path)}),
                         99)

    def test_parse_geo(self):
        self.assertNotIn("country_iso_code", run("parse", self.log).out)
        self.assertIn("country_iso_code", run("parse", "--geo", self.geo, self.log).out)

    def test_parse_tz(self):
        path = self.write("local/security.ndjson", LOCAL_TIME)
        self.assertEqual([self.parse("--tz", f"*={zone}", path=path)[0]["@timestamp"][11:13]
                          for zone in ("Z", "+02:00")], ["12", "10"])

    def test_parse_host(self):
        stats = self.stats("parse", "-o", os.devnull, "--host", "*.log=EX77", self.log)
        self.assertEqual(stats["sources"][0]["host"], "EX77")

    def test_parse_fields(self):
        path = self.headerless()
        self.assertEqual(run("parse", path, check=3).out, "")
        events = self.parse("--fields", f"*.log={self.CLIENTLESS}", path=path)
        self.assertEqual({(e["source"]["ip"], e["destination"]["ip"]) for e in events},
                         {("192.0.2.7", "10.0.0.5")})

    def test_parse_until(self):
        events = self.parse("--until", "2011-03-09T07:00:00Z")
        self.assertTrue(0 < len(events) < len(self.parse()))
        self.assertLessEqual(events[-1]["@timestamp"], "2011-03-09T07:00:00Z")

    def test_parse_jobs(self):
        self.more_jobs_are_more_threads("parse")

    def test_parse_block_size(self):
        self.smaller_blocks_are_read_more_often("parse")

    def test_parse_stats(self):
        self.assertEqual(len(self.stats("parse", "-o", os.devnull, self.log)["sources"]), 1)

    def test_parse_tables(self):
        folder = self.tables_without("protocols.tsv", "\towa")
        self.assertIn('"protocol":"owa', run("parse", self.log).out)
        self.assertNotIn('"protocol":"owa', run("parse", "--tables", folder, self.log).out)

    def test_parse_quiet(self):
        empty = self.write("nothing.log", "")
        self.assertIn("no record could be read", run("parse", empty, check=3).err)
        self.assertEqual(run("parse", "--quiet", empty, check=3).err, "")

    def test_parse_help(self):
        self.help_of("parse")

    # match

    def test_match_output(self):
        rule, events = self.events()
        out = self.folder / "matches.jsonl"
        self.assertEqual(run("match", "--rules", rule, "--logsource", "product=test", "--output", out,
                             events, check=1).out, "")
        self.assertEqual(len(lines_of(out.read_text())), 1)

    def test_match_rules(self):
        rule, events = self.events()
        self.assertIn("needs --rules", run("match", events, check=2).err)
        done = run("match", "--rules", rule, "--logsource", "product=test", events, check=1)
        self.assertIn("own_rule", done.out)

    def test_match_logsource(self):
        rule, events = self.events()
        run("match", "--rules", rule, "--logsource", "product=test", events, check=1)
        run("match", "--rules", rule, "--logsource", "product=other", events, check=0)

    def test_match_quiet(self):
        rule, events = self.events("no JSON\n")
        self.assertIn("holds no JSON event", run("match", "--rules", rule, events, check=3).err)
        self.assertEqual(run("match", "--quiet", "--rules", rule, events, check=3).err, "")

    def test_match_help(self):
        self.help_of("match")

    # all

    def version_of(self, command):
        self.assertEqual(run(command, "--version", check=0).out, run("--version", check=0).out)
        self.assertEqual(run(command, "-V", check=0).out, run("--version", check=0).out)

    def test_scan_version(self):
        self.version_of("scan")

    def test_parse_version(self):
        self.version_of("parse")

    def test_match_version(self):
        self.version_of("match")

    def test_rules_version(self):
        self.version_of("rules")

    def test_formats_version(self):
        self.version_of("formats")

    def test_config_version(self):
        self.version_of("config")

    # rules, formats

    def test_rules_help(self):
        self.help_of("rules")

    def test_formats_help(self):
        self.help_of("formats")

    # config

    def test_config_config(self):
        site = self.write("shown.yml", "levels: {min: critical}\n")
        self.assertIn('min: "critical"', run("config", "show", "--config", site, check=0).out)

    def test_config_effective(self):
        self.assertEqual(run("config", "show", check=0).out, "")
        self.assertIn('min: "low"  # default', run("config", "show", "--effective", check=0).out)

    def test_config_help(self):
        self.help_of("config")


if __name__ == "__main__":
    unittest.main(verbosity=2)
