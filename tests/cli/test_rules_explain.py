"""tocsin rules list and explain: all of a rule, for a person at any width and for a program."""
import os
import pathlib
import re
import unicodedata
import unittest

from harness import Case, lines_of, run

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOSTILE = """title: "\\e[2J\\u202e evil\\nrule"
name: "x\\e[31m"
description: "\\e]0;title\\a"
falsepositives: ["\\x07", {a: b}]
logsource: {product: "p\\e[1m"}
detection:
  "s\\e[2J": [{"f\\e[0m|contains|all": ["\\e", '*']}, {g|neq: null, h|re: '^\\\\d+$'}]
  k: [one, 2]
  condition: 1 of s* or k
tocsin: {check: "\\e[5m", numbers: "\\u0007"}
"""
# A command of PowerShell, or a program of Windows.
COMMAND = re.compile(r"^([A-Z][a-z]+-[A-Z]\w+|wevtutil|auditpol|w32tm|schtasks|sc)[ ;]")


def width_of(line):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in line)


class Explain(Case):
    def explain(self, *words, check=0, env=None):
        return run("rules", "explain", *words, check=check, env=env)

    def rules(self, *words):
        return lines_of(run("rules", "explain", "-f", "json", *words, check=0).out)

    def test_all_that_is_known_of_a_rule(self):
        page = self.explain("mass_reset_one_actor").out
        flat = " ".join(page.split())
        for fact in ("Many passwords reset by one actor", "6d0c52a1-3f0a-4c0e-9d3b-0f6d2f1a7c32",
                     "level medium", "rules/password/resets.yml:", "Ten different accounts",
                     "10 or more different values of target within 10 minutes, for each actor",
                     "password_reset: Password reset by another", "numbers Ten within ten minutes",
                     "false when A bulk reset with a ticket", "Get-WinEvent", "T1098, T1531"):
            self.assertIn(fact, flat)
        page = self.explain("exploit_proxytoken_answered").out
        self.assertIn("url.decoded contains 'InboxRules.svc/NewObject' and 'SecurityToken='", page)
        self.assertIn("condition  request", page)
        self.assertIn("category webserver", page)

    def test_a_rule_is_found_by_name_id_title_folder_and_file(self):
        one = self.explain("mass_reset_one_actor").out
        self.assertEqual(self.explain("6D0C52A1-3f0a-4c0e-9d3b-0f6d2f1a7c32").out, one)
        self.assertEqual(self.explain("many passwords reset by one actor").out, one)
        self.assertEqual({r["group"] for r in self.rules("logon")}, {"logon"})
        shipped = {r["where"].split(":")[0] for r in self.rules(ROOT / "rules/password/resets.yml")}
        self.assertEqual(shipped, {"rules/password/resets.yml"})
        self.assertEqual(len(self.rules()), len(run("rules", "list", "-f", "names").out.split()))

    def test_own_files_are_explained_beside_the_shipped_rules(self):
        rule = self.write("own.yml", "title: Own\nname: own\ncorrelation: {type: event_count, "
                                     "rules: [password_reset], timespan: 90m, condition: {gt: 2, lte: 5}}\n")
        page = self.explain(rule).out
        self.assertIn("more than 2 and at most 5 matches within 90 minutes", page)
        self.assertNotIn("mass_reset", page)

    def test_unknown_names_are_told_with_the_nearest(self):
        self.assertIn("did you mean 'mass_reset_one_actor'?", self.explain("mass_rest_one_actor", check=2).err)
        self.assertIn("there are 'spraying_source_fast'", self.explain("spray", check=2).err)
        self.assertIn("no rules can be had from it", self.explain("no/such.yml", check=2).err)
        self.assertIn("did you mean 'explain'?", run("rules", "explian", check=2).err)
        self.assertIn("tocsin rules explain NAME", run("rules", check=2).err)

    def test_no_line_is_wider_than_the_page(self):
        for columns in (60, 80, 120, 200):
            for verb in ("list", "explain"):
                out = run("rules", verb, check=0, env={"COLUMNS": str(columns)}).out
                self.assertLessEqual(max(map(width_of, out.splitlines())), columns)
        narrow = run("rules", "list", env={"COLUMNS": "10"}).out
        self.assertEqual(narrow, run("rules", "list", env={"COLUMNS": "60"}).out)

    def test_a_list_says_how_many_and_where_from(self):
        out = run("rules", "list", check=0).out
        count = len(run("rules", "list", "-f", "names").out.split())
        self.assertIn(f"{count} rules: {count} shipped", out)
        self.assertRegex(out, r"(?m)^password \(25\)$")
        self.assertRegex(out, r"(?m)^  medium    mass_reset_one_actor  +Many passwords reset by one actor$")
        self.assertRegex(run("rules", "list", "--level", "critical").out, r"(?m)^\d+ of \d+ rules: ")

    def test_hostile_rules_do_nothing_to_a_terminal(self):
        rule = self.write("evil.yml", HOSTILE.replace("\\\\", "\\"))
        for verb in ("list", "explain"):
            for form in ("text", "json", "names" if verb == "list" else "markdown"):
                out = run("rules", verb, "-f", form, rule, check=0).out
                self.assertTrue(all(c == "\n" or (c >= " " and c not in "\x7f\u202e") for c in out),
                                (verb, form, out))

    def test_check_says_where_from(self):
        one = self.write("one/rule.yml", "title: a\nlogsource: {product: x}\n"
                                         "detection: {s: {f: a}, condition: s}\n")
        self.assertEqual(run("rules", "check", one, check=0, env={"COLUMNS": "200"}).out,
                         f"1 rule, no errors: 1 from {one}\n")
        self.write("one/more.yml", "title: b\nlogsource: {product: x}\n"
                                   "detection: {s: {f: a}, condition: s}\n")
        self.assertEqual(run("rules", "check", one.parent, check=0, env={"COLUMNS": "200"}).out,
                         f"2 rules, no errors: 2 from 2 files of {one.parent}\n")
        done = run("rules", "check", "nosuch", check=2)
        self.assertEqual((done.out, done.err.count("\n")), ("", 1))
        self.assertIn("nosuch: no rules can be had from it", done.err)


class Alerts(Case):
    """The page docs/alerts.md, and what it is made from."""

    def test_the_page_is_what_the_rules_say(self):
        made = run("rules", "explain", "-f", "markdown", check=0).out
        page = (ROOT / "docs/alerts.md").read_text(encoding="utf-8")
        self.assertEqual(page, made, "make it anew: tocsin rules explain -f markdown > docs/alerts.md")

    def test_every_alert_says_when_it_is_false_and_what_to_check(self):
        for rule in lines_of(run("rules", "explain", "-f", "json", check=0).out):
            self.assertTrue(rule.get("description"), rule["name"])
            if not rule["reports"]:
                continue
            self.assertTrue(rule["falsepositives"], rule["name"])
            self.assertTrue(rule["check"], rule["name"])
            for check in rule["check"]:
                self.assertRegex(check, COMMAND, rule["name"])
                self.assertIn(": ", check, rule["name"])
            for words in rule["falsepositives"]:
                self.assertGreater(len(words), 20, (rule["name"], words))


if __name__ == "__main__":
    os.environ.setdefault("COLUMNS", "80")
    unittest.main(verbosity=2)
