"""No false all-clear: whoever reads "nothing found", or sees exit status 0, may believe it."""
import json
import shutil
import unittest

from harness import LEVELS, Case, finals, lines_of, run, simulate

INTERNAL = ("--internal", "10.0.0.0/8")
FORMATS = ("text", "json", "syslog", "cef", "leef")
OWN_RULE = """title: Own
name: own
logsource: {category: webserver}
detection:
  sel:
    cs-uri-stem: /never/there
  condition: sel
"""


class AllClear(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        simulate(cls.folder)
        simulate(cls.folder / "quiet", "--profile", "quiet")
        cls.logs, cls.quiet = cls.folder / "logs", cls.folder / "quiet/logs"
        cls.empty = cls.folder / "empty"
        cls.empty.mkdir()

    def summary(self, *arguments, check=None):
        """The summary of the JSON output; the books of --stats agree with it."""
        books = self.folder / "stats.json"
        done = run("scan", "-f", "json", "--stats", books, *arguments, check=check)
        record = lines_of(done.out)[-1]
        summary, stats = record["tocsin"], json.loads(books.read_text(encoding="utf-8"))
        self.assertEqual(summary["type"], "summary")
        self.assertEqual(summary["exit_status"], done.returncode)
        for key in ("outcome", "incomplete", "reasons", "exit_status", "bounds", "coverage"):
            self.assertEqual([{k: v for k, v in row.items() if v} for row in stats[key]]
                             if key == "coverage" else stats[key], summary[key], key)
        return record

    def reasons(self, *arguments):
        record = self.summary(*arguments, check=3)
        self.assertTrue(record["tocsin"]["incomplete"])
        return [reason["reason"] for reason in record["tocsin"]["reasons"]]

    def verdict(self, *arguments, check=None):
        """The result that the text page begins with, as one line."""
        page = run("scan", "-q", *arguments, check=check).out
        self.assertTrue(page.startswith("RESULT  "), page)
        lines = page.splitlines()
        words = [lines[0]]
        for line in lines[1:]:
            if not line.startswith("     "):
                break
            words.append(line)
        return " ".join(" ".join(words).split())[len("RESULT "):]

    # A1: the window

    def test_a_window_after_the_logs(self):
        for since in ("7d", "2031-01-01", "30m", "0d"):
            said = self.verdict("--since", since, self.logs, check=3)
            self.assertRegex(said, r"^NOTHING WAS JUDGED: the logs end 2011-03-18 23:52:08 UTC, before "
                             r"--since 20\d\d-.* Exit status 3\.")
        self.assertEqual(self.reasons("--since", "7d", self.logs), ["window"])

    def test_a_window_before_the_logs(self):
        said = self.verdict("--until", "2011-02-06", self.logs, check=3)
        self.assertEqual(said, "NOTHING WAS JUDGED: the logs begin 2011-02-07 00:00:00 UTC, after "
                         "--until 2011-02-06 00:00:00. Exit status 3.")
        self.assertEqual(self.reasons("--until", "2011-02-06", self.logs), ["window"])

    def test_a_window_in_a_hole_of_the_logs(self):
        days = [self.quiet / f"EX01/W3SVC1/u_ex1102{day}.log" for day in ("10", "20")]
        window = ("--since", "2011-02-13", "--until", "2011-02-15")
        self.assertEqual(self.reasons(*window, *days), ["window"])
        self.assertIn("the logs hold nothing from --since 2011-02-13 00:00:00 to --until 2011-02-15",
                      self.verdict(*window, *days, check=3))

    def test_a_window_that_ends_before_it_begins(self):
        done = run("scan", "--since", "2011-03-12", "--until", "2011-03-10", self.logs, check=2)
        self.assertEqual(done.err, "tocsin: --since 2011-03-12 00:00:00 is after --until "
                         "2011-03-10 00:00:00\n")

    def test_the_window_that_was_judged_is_named(self):
        self.assertIn("(levels low and up), 2011-03-01 00:00 to 2011-03-08 00:00 UTC (7 days)",
                      self.verdict("--since", "2011-03-01", "--until", "2011-03-08", self.logs))
        record = self.summary("--since", "2011-03-01", "--until", "2031-01-01", self.logs)
        self.assertRegex(record["event"]["start"], "^2011-03-01T00:00:00")
        self.assertEqual(record["event"]["end"], "2011-03-18T23:52:08Z")
        self.assertEqual(record["tocsin"]["until"], "2031-01-01T00:00:00Z")
        self.assertEqual(record["tocsin"]["logs"]["last"], "2011-03-18T23:52:08Z")

    def test_an_indicator_with_much_shorter_logs_says_so(self):
        folder = self.folder / "shorter"
        shutil.copytree(self.quiet, folder)
        for path in folder.rglob("MSGTRK*"):
            if path.name < "MSGTRK20110301":
                path.unlink()
        rows = {row["indicator"]: row for row in self.summary(folder)["tocsin"]["coverage"]}
        self.assertEqual(rows["webmail access"]["state"], "watched")
        self.assertEqual(rows["system message language"]["state"], "partly")
        self.assertIn("its logs cover only 2011-03-01", rows["system message language"]["why"])
        self.assertEqual(rows["language switch with access"]["first"],
                         rows["system message language"]["first"])

    # A2: the rules

    def test_without_a_rule_nothing_is_begun(self):
        jpgs = self.write("jpgs/a.jpg", b"\xff\xd8\xff\xe0").parent
        nothing = self.write("nothing.yml", "# no document\n")
        self.assertEqual(run("scan", "--no-default-rules", self.logs, check=2).err,
                         "tocsin: no rule is loaded: give --rules PATH\n")
        for rules in (self.empty, jpgs, nothing):
            for more in ((), ("--no-default-rules",)):
                done = run("scan", "--rules", rules, *more, self.logs, check=2)
                self.assertIn(f"tocsin: {rules}: holds no rule", done.err)
                self.assertEqual(done.out, "")
            self.assertIn("holds no rule", run("rules", "check", rules, check=2).err)
            self.assertIn("holds no rule", run("match", "--rules", rules, nothing, check=2).err)

    def test_own_rules_alone_claim_nothing_for_ours(self):
        rule = self.write("own.yml", OWN_RULE)
        record = self.summary("--no-default-rules", "--rules", rule, self.logs, check=0)
        for row in record["tocsin"]["coverage"]:
            self.assertEqual((row["state"], row["why"]), ("blind", "no rule of ours is loaded"))
        self.assertIn("only your own rules judged", record["message"])
        self.assertEqual(record["tocsin"]["outcome"], "blind")

    def test_own_rules_beside_ours_take_nothing_away(self):
        rule = self.write("own.yml", OWN_RULE)
        record = self.summary(*INTERNAL, "--rules", rule, self.quiet, check=0)
        self.assertEqual({row["state"] for row in record["tocsin"]["coverage"]}, {"watched"})

    # A3: nothing to judge

    def test_where_there_is_no_log_nothing_was_judged(self):
        jpgs = self.write("pictures/a.jpg", b"\xff\xd8\xff\xe0" * 100).parent
        for path in (self.empty, jpgs, "/dev/null"):
            self.assertRegex(self.verdict(path, check=3), r"^NOTHING WAS JUDGED: .* Exit status 3\.$")
            self.assertEqual(self.reasons(path), ["no_event"])
        self.assertIn("NOTHING WAS JUDGED", run("scan", "-", stdin=b"", check=3).out)

    def test_logs_without_an_event(self):
        header = self.write("header/u_ex210301.log", "#Software: Microsoft Internet Information "
                            "Services 10.0\r\n#Fields: date time cs-uri-stem\r\n")
        self.assertEqual(self.reasons(header), ["no_event"])

    def test_where_every_indicator_is_blind_nothing_was_judged(self):
        path = self.write("nobody/u_ex210301.log", "#Fields: date time c-ip cs-username cs-method "
                          "cs-uri-stem sc-status\n" +
                          "".join(f"2021-03-01 00:00:{i:02} 192.0.2.1 - GET /a 200\n" for i in range(30)))
        self.assertEqual(self.reasons(path), ["all_blind"])
        self.assertIn("NOTHING WAS JUDGED: every indicator is blind", self.verdict(path, check=3))

    # A4: what is not read

    def test_a_file_that_cannot_be_read_is_never_passed_over(self):
        for name, data, reason in (("a.zip", b"PK\x03\x04" + bytes(100), "unreadable"),
                                   ("b.log.gz", b"\x1f\x8b\x08\x00" + bytes(50), "unreadable")):
            folder = self.folder / name.replace(".", "-")
            shutil.copytree(self.quiet, folder)
            (folder / name).write_bytes(data)
            record = self.summary(*INTERNAL, folder, check=3)
            self.assertEqual([r["reason"] for r in record["tocsin"]["reasons"]], [reason])
            self.assertEqual(record["tocsin"]["outcome"], "incomplete")
            self.assertEqual(record["tocsin"]["files"]["unread"], 1)
            self.assertTrue(record["message"].startswith("INCOMPLETE. Nothing found"), record["message"])
            self.assertIn(name, run("scan", folder).out)

    def test_records_without_a_time_were_not_judged(self):
        path = self.write("ual.json", "".join('{"Operation":"MailItemsAccessed","n":%d}\n' % i
                                              for i in range(5)))
        self.assertIn("not_understood", self.reasons(path))
        folder = self.folder / "with-ual"
        shutil.copytree(self.quiet, folder)
        shutil.copy(path, folder)
        self.assertEqual(self.reasons(*INTERNAL, folder), ["not_understood"])

    def test_found_and_incomplete_exits_one_and_says_incomplete_first(self):
        folder = self.folder / "found-and-unread"
        shutil.copytree(self.logs, folder)
        (folder / "more.zip").write_bytes(b"PK\x03\x04" + bytes(100))
        said = self.verdict(*INTERNAL, folder, check=1)
        self.assertRegex(said, r"^INCOMPLETE\. \d incidents?: 1 CRITICAL.* Exit status 1\.")
        record = self.summary(*INTERNAL, folder, check=1)
        self.assertEqual((record["tocsin"]["outcome"], record["tocsin"]["incomplete"]), ("found", True))

    # A5: every format ends with a summary

    def ends(self, outcome, incomplete, *arguments):
        """The last line of each format names the outcome."""
        true = "true" if incomplete else "false"
        said = {"json": (f'"outcome":"{outcome}"', f'"incomplete":{true}'),
                "syslog": (f' tocsin.outcome="{outcome}"', f' tocsin.incomplete="{true}"', " SUMMARY "),
                "cef": (f"|summary|Scan ended: {outcome}|", f" act={outcome} "),
                "leef": ("|summary|", f"^outcome={outcome}^", f"^incomplete={true}^")}
        for form, parts in said.items():
            for quiet in ((), ("-q",)):
                last = run("scan", "-f", form, *quiet, *arguments).out.splitlines()[-1]
                for part in parts:
                    self.assertIn(part, last)

    def test_a_summary_ends_every_scan(self):
        rows = (("clean", False, (*INTERNAL, self.quiet)),
                ("found", False, (*INTERNAL, self.logs)),
                ("blind", False, (*INTERNAL, "--require", "webmail", self.quiet / "EX01",
                                  self.quiet / "EX02")),
                ("incomplete", True, (*INTERNAL, self.quiet / "EX01", self.quiet / "EX02")),
                ("incomplete", True, (self.empty,)),
                ("incomplete", True, ("--since", "7d", self.logs)))
        for outcome, incomplete, arguments in rows:
            self.ends(outcome, incomplete, *arguments)

    # A6: below a level

    def test_what_lies_below_a_level_is_counted(self):
        alerts = lines_of(run("scan", "-f", "json", *INTERNAL, self.logs).out)
        low = len(finals(alerts, "low")) - len(finals(alerts, "medium"))
        self.assertGreater(low, 0)
        noun, verb = ("incident", "is") if low == 1 else ("incidents", "are")
        page = " ".join(run("scan", "--min-level", "high", *INTERNAL, self.logs).out.split())
        self.assertIn(f"{low} low {noun} {verb} below --min-level high and not shown.", page)

    def test_a_finding_below_the_fail_level_says_so(self):
        """Ten mailboxes read from three foreign addresses, front ends only: whatever the level."""
        arguments = (*INTERNAL, "--geo", self.folder / "geo.mmdb", "--require", "webmail",
                     self.logs / "EX01")
        found = finals(lines_of(run("scan", "-f", "json", *arguments).out), "low")
        self.assertGreater(len(found), 0)
        worst = max(LEVELS.index(alert["tocsin"]["level"]) for alert in found)
        self.assertLess(worst, LEVELS.index("critical"))
        fail = LEVELS[worst + 1]
        done = run("scan", "--fail-level", fail, *arguments, check=0)
        self.assertRegex(" ".join(done.out.split()), rf" \d {LEVELS[worst]}.* below --fail-level "
                         rf"{fail}: exit status 0\.")
        run("scan", "--fail-level", LEVELS[worst], *arguments, check=1)

    def test_nothing_found_is_said_where_it_is_true(self):
        said = self.verdict(*INTERNAL, self.quiet, check=0)
        self.assertRegex(said, r"^Nothing found \(levels low and up\), 2011-02-07 00:00 to "
                         r"2011-03-18 23:\d\d UTC \(40 days\)\. Every indicator could be watched\.")

    def test_the_page_fits_80_columns(self):
        for arguments in (("--since", "7d", self.logs), (self.empty,), (self.quiet,)):
            for line in run("scan", *arguments).out.splitlines():
                self.assertLessEqual(len(line), 80)


if __name__ == "__main__":
    unittest.main(verbosity=2)
