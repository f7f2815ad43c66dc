"""The site configuration, end to end: what it says is done, shown, counted, and refused where it is wrong."""
import json
import unittest

from harness import Case, finals, lines_of, mailbox_names, run, simulate

BASE = "networks: {internal: [10.0.0.0/8]}\n"
FOREVER = "until: 2199-12-31"


class Config(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expected = simulate(cls.folder)
        cls.logs = cls.folder / "logs"

    def site(self, text, name="site.yml", base=BASE):
        return self.write(name, base + text)

    def scan(self, text="", *arguments, logs=None, base=BASE):
        """The findings of the example with such a configuration, and the summary."""
        lines = lines_of(run("scan", "-f", "json", "--config", self.site(text, base=base), *arguments,
                             logs or self.logs).out)
        return lines[:-1], lines[-1]["tocsin"]

    def rules_of(self, lines):
        return {line["rule"]["name"] for line in lines if line.get("event", {}).get("kind") == "alert"
                and "rule" in line}

    # check

    def test_what_is_right_passes(self):
        site = self.site("domains: [example.org]\n")
        self.assertEqual(run("config", "check", site, check=0).out, "1 configuration, no errors\n")
        self.assertEqual(run("config", "check", site, site, check=0).out,
                         "2 configurations, no errors\n")

    def test_what_is_wrong_is_told_with_its_place(self):
        site = self.site("domain: [a]\nthresholds: {webmail_burst: {threshold: 0}}\n")
        done = run("config", "check", site, check=2)
        self.assertIn(f"{site}:2:1: unknown key 'domain' in the top, did you mean 'domains'?", done.err)
        self.assertIn(f"{site}:3:41: threshold is a number above 0", done.err)
        self.assertEqual(run("scan", "--config", site, self.logs, check=2).out, "")

    def test_rules_that_nobody_loaded_are_told(self):
        site = self.site("thresholds:\n  webmail_burst_mailbx: {threshold: 3}\n"
                         f"exceptions:\n  - {{rule: nobody, user: a, reason: b, {FOREVER}}}\n")
        done = run("config", "check", site, check=2)
        self.assertIn(f"{site}:3:3: no rule that is loaded is called 'webmail_burst_mailbx', did you "
                      "mean 'webmail_burst_mailbox'?", done.err)
        self.assertIn(f"{site}:5:12: no rule that is loaded is called 'nobody'", done.err)
        site = self.site("thresholds: {password_reset: {threshold: 3}}\n")
        self.assertIn("looks at single events and has no threshold",
                      run("config", "check", site, check=2).err)

    def test_files_that_are_named_must_be_there(self):
        self.assertIn("missing.mmdb", run("config", "check", self.site("geo: [missing.mmdb]\n"),
                                          check=2).err)

    def test_the_verbs(self):
        self.assertIn("say `tocsin config check FILE`", run("config", check=2).err)
        self.assertIn("say `tocsin config check FILE`", run("config", "inspect", check=2).err)
        self.assertIn("needs a file", run("config", "check", check=2).err)
        self.assertIn("takes no file", run("config", "show", "x.yml", check=2).err)

    # show

    def test_shown_is_where_each_value_comes_from(self):
        site = self.site("levels: {min: high}\naccounts: {vip: [boss]}\n")
        shown = run("config", "show", "--config", site, "--internal", "192.0.2.0/24",
                    "--fail-level", "low", check=0).out
        self.assertIn(f'    - "10.0.0.0/8"  # {site}:1\n    - "192.0.2.0/24"  # command line\n', shown)
        self.assertIn(f'  min: "high"  # {site}:2\n  fail: "low"  # command line\n', shown)
        self.assertIn(f'    - "boss"  # {site}:3\n', shown)
        self.assertNotIn("default", shown)

    def test_the_whole_reads_back_as_the_same(self):
        site = self.site("levels: {min: high}\naccounts: {vip: ['O\"Neil'], file: a.csv}\n"
                         "thresholds: {webmail_burst_mailbox: {threshold: 40}}\n"
                         f"exceptions: [{{user: a, reason: b, {FOREVER}}}]\n"
                         "change_windows: [{what: resets, from: 2011-01-01, to: 2011-01-02, reason: x}]\n")
        self.write("a.csv", "mail,account\na@example.org,CORP\\a\n")
        shown = [run("config", "show", "--effective", "--config", site, check=0).out]
        elsewhere = self.write("other/shown.yml", shown[0])
        run("config", "check", elsewhere, check=0)
        shown.append(run("config", "show", "--effective", "--config", elsewhere, check=0).out)
        bare = [[line.partition("  #")[0] for line in text.splitlines()] for text in shown]
        self.assertEqual(bare[0], bare[1])
        self.assertIn('  "webmail_burst_mailbox":\n    threshold: 40  # ', shown[0])
        self.assertIn("threshold: 10  # the rule's own", shown[0])

    # what it does

    def test_an_exception_leaves_out_what_it_fits_and_is_counted(self):
        alerts, _ = self.scan()
        found = finals(alerts, "critical")
        self.assertEqual(len(found), 1)
        victim = sorted(mailbox_names(found[0]))[0]
        text = f"exceptions:\n  - {{user: '{victim}', reason: 'test account', {FOREVER}}}\n"
        alerts, summary = self.scan(text)
        self.assertEqual([f for f in finals(alerts) if mailbox_names(f) == {victim}], [])
        told = summary["left_out"]
        self.assertEqual([row["kind"] for row in told], ["exception"])
        self.assertGreater(told[0]["findings"], 0)
        self.assertEqual((told[0]["line"], told[0]["ended"]), (3, False))
        page = " ".join(run("scan", "-q", "--config", self.site(text), self.logs).out.split())
        self.assertRegex(page, rf"LEFT OUT.* {told[0]['findings']} findings?: exception at .*site\.yml:3")

    def test_an_exception_that_has_ended_is_told_and_not_applied(self):
        base, _ = self.scan()
        alerts, summary = self.scan("exceptions:\n  - {network: 203.0.113.0/24, reason: old, "
                                    "until: 2020-01-31}\n")
        self.assertEqual(len(finals(alerts)), len(finals(base)))
        self.assertEqual((summary["left_out"][0]["ended"], summary["left_out"][0]["findings"]),
                         (True, 0))
        page = run("scan", "-q", "--config", self.folder / "site.yml", self.logs).out
        self.assertIn("has ended and is not applied", " ".join(page.split()))

    def test_a_threshold_moves_a_rule(self):
        wanted = "many_mailboxes_one_source_slow"
        base, _ = self.scan()
        self.assertIn(wanted, self.rules_of(base))
        alerts, _ = self.scan(f"thresholds: {{{wanted}: {{threshold: 400}}}}\n")
        self.assertNotIn(wanted, self.rules_of(alerts))
        alerts, _ = self.scan(f"thresholds: {{{wanted}: {{timespan: 1s}}}}\n")
        self.assertNotIn(wanted, self.rules_of(alerts))

    def test_a_change_window_leaves_out_what_it_explains_and_no_access(self):
        base, _ = self.scan()
        self.assertIn("mailbox_foreign_language_switch", self.rules_of(base))
        alerts, summary = self.scan("change_windows:\n  - {what: language, from: 2011-03-01, "
                                    "to: 2011-03-31, reason: migration}\n")
        self.assertNotIn("mailbox_foreign_language_switch", self.rules_of(alerts))
        self.assertEqual(len(finals(alerts, "critical")), 1, "the intruders are no migration")
        self.assertEqual(summary["left_out"][0]["kind"], "change_window")
        self.assertGreater(summary["left_out"][0]["findings"], 0)

    def test_a_required_indicator_exits_3_and_in_the_configuration_too(self):
        logs = self.logs / "EX02"
        quiet = ("--until", "2011-02-26", logs)
        run("scan", "--config", self.site("require: [webmail]\n"), *quiet, check=0)
        run("scan", "--config", self.site(""), *quiet, check=3)
        done = run("scan", "--config", self.site("require: [webmail, resets]\n"), *quiet, check=3)
        self.assertIn("required, but not watched: password resets",
                      " ".join(done.out.split()).lower())
        run("scan", "--config", self.site("require: none\n"), *quiet, check=0)
        run("scan", "--config", self.folder / "site.yml", "--require", "resets", *quiet, check=3)

    def test_own_rules_alone_require_what_they_can_judge(self):
        rule = self.write("own/rule.yml", "title: Own\nname: own\nlevel: low\nlogsource: {category: "
                          "webserver}\ndetection: {s: {cs-uri-stem: /nothing}, condition: s}\n")
        alone = ("scan", "--no-default-rules", "--rules", rule, self.logs / "EX02")
        self.assertEqual(json.loads(run(*alone, "-f", "json").out.splitlines()[-1])
                         ["tocsin"]["exit_status"], 0)
        run(*alone, "--require", "webmail", check=3)

    def test_a_response_is_said_in_the_configuration_too(self):
        alerts, summary = self.scan("response: {since: 2011-03-17}\n")
        self.assertNotIn("password_change_wave", self.rules_of(alerts))
        self.assertEqual(summary["left_out"][0]["kind"], "response")

    def test_who_weighs_more_is_marked(self):
        base, _ = self.scan()
        critical = finals(base, "critical")[0]
        name = sorted(mailbox_names(critical))[0]
        alerts, _ = self.scan(f"accounts: {{vip: ['{name}']}}\n")
        marked = [v["name"] for v in finals(alerts, "critical")[0]["tocsin"]["victims"] if v.get("vip")]
        self.assertEqual(marked, [name])

    def test_a_foreign_language_is_foreign_however_many_use_it(self):
        alerts, _ = self.scan("languages: [zh-Hans]\n")
        self.assertEqual(finals(alerts, "critical"), [])
        learned = self.folder / "foreign.yml"
        own = []
        for text in ("", "foreign_languages: [fr]\n"):
            self.scan(text, "--learned", learned)
            own.append('\n  - "fr"' in learned.read_text())
        self.assertEqual(own, [True, False])

    def test_what_was_learned_reads_back_and_changes_nothing(self):
        learned = self.folder / "learned.yml"
        internal = ("--internal", "10.0.0.0/8")
        before = run("scan", "-f", "json", *internal, "--learned", learned, self.logs).out
        again = learned.read_bytes()
        after = run("scan", "-f", "json", *internal, "--config", learned, self.logs).out
        self.assertEqual(before, after)
        run("scan", "-f", "json", *internal, "-j", "1", "--learned", learned, self.logs)
        self.assertEqual(learned.read_bytes(), again)

    def test_state_of_other_settings_says_so(self):
        state = self.folder / "kept.state"
        arguments = ("scan", "-f", "json", "--state", state, "--config")
        for text, other in (("accounts: {vip: [a]}\n", False), ("accounts: {vip: [a]}\n", False),
                            ("accounts: {vip: [b]}\n", True)):
            line = lines_of(run(*arguments, self.site(text), self.logs / "EX02").out)[-1]
            self.assertEqual(line["tocsin"]["state"].get("other_settings", False), other, text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
