"""The tests of the options that are about rules (test_options.py says which must be there)."""
import json

from harness import lines_of, run

RULE = """title: Own rule
name: own_rule
level: high
logsource: {product: test}
detection:
  sel:
    f: a
  condition: sel
"""
LISTED = RULE.replace("own_rule", "listed").replace("    f: a", "    f|expand: '%names%'")
BAD = RULE.replace("own_rule", "bad").replace("    f: a", "    f|nosuch: a")


class RulesOptions:
    """Mixed into a Case."""

    def events(self, text='{"f":"a"}\n{"f":"b"}\n'):
        return self.write("own/rule.yml", RULE), self.write("events.jsonl", text)

    def listed(self, logsource="product: test"):
        rule = self.write("listed/rule.yml", LISTED.replace("product: test", logsource))
        return rule, "names=" + str(self.write("names.txt", "# people\n\n b \n"))

    def mixed(self):
        self.write("mixed/bad.yml", BAD)
        return self.write("mixed/good.yml", RULE).parent

    # scan

    def test_scan_expand(self):
        rule, names = self.listed("category: webserver")
        self.assertIn("give one with --expand names=FILE", run("scan", "--rules", rule, self.log, check=2).err)
        self.scan("--rules", rule, "--expand", names, paths=[self.log])
        self.assertIn("is neither NAME=FILE nor a folder",
                      run("scan", "--expand", "names", self.log, check=2).err)

    def test_scan_skip_bad_rules(self):
        rules = self.mixed()
        self.assertIn("unknown modifier 'nosuch'", run("scan", "--rules", rules, self.log, check=2).err)
        last = self.scan("--rules", rules, "--skip-bad-rules", paths=[self.log])[-1]["tocsin"]
        self.assertEqual(last["rules"]["left_out"], 1)
        self.assertIn("rules_left_out", [r["reason"] for r in last["reasons"]])

    # match

    def test_match_expand(self):
        rule, names = self.listed()
        _, events = self.events()
        done = run("match", "--rules", rule, "--expand", names, "--logsource", "product=test", events, check=1)
        self.assertEqual([line["event"] for line in lines_of(done.out)], [1])

    def test_match_skip_bad_rules(self):
        rules = self.mixed()
        _, events = self.events()
        done = run("match", "--rules", rules, "--skip-bad-rules", "--logsource", "product=test", events, check=1)
        self.assertIn("1 rule is left out", done.err)
        run("match", "--rules", rules, "--skip-bad-rules", "--logsource", "product=other", events, check=3)

    # rules

    def names(self, *arguments):
        return run("rules", "list", "--format", "names", *arguments, check=0).out.split()

    def test_rules_format(self):
        self.assertIn("mass_reset_one_actor", self.names())
        listed = lines_of(run("rules", "list", "-f", "json", check=0).out)
        self.assertEqual([rule["name"] for rule in listed], self.names())
        self.assertTrue(run("rules", "explain", "--format", "markdown", check=0).out.startswith("# "))
        self.assertIn("'xml' is not text", run("rules", "list", "--format", "xml", check=2).err)

    def test_rules_rules(self):
        self.assertEqual(self.names("--rules", self.write("own/rule.yml", RULE))[-1], "own_rule")

    def test_rules_no_default_rules(self):
        rule = self.write("own/rule.yml", RULE)
        self.assertEqual(self.names("--no-default-rules", "--rules", rule), ["own_rule"])

    def test_rules_expand(self):
        rule, names = self.listed()
        run("rules", "check", rule, check=2)
        self.assertIn("1 rule, no errors", run("rules", "check", "--expand", names, rule, check=0).out)

    def test_rules_skip_bad_rules(self):
        rules = self.mixed()
        run("rules", "check", rules, check=2)
        done = run("rules", "check", "--skip-bad-rules", rules, check=3)
        self.assertIn("1 rule without errors, 1 left out", done.out)

    def test_rules_level(self):
        levels = {rule["level"] for rule in
                  lines_of(run("rules", "list", "-f", "json", "--level", "high,critical", check=0).out)}
        self.assertEqual(levels, {"high", "critical"})
        self.assertIn("'hihg' is not informational", run("rules", "list", "--level", "hihg", check=2).err)

    def test_rules_tag(self):
        for line in run("rules", "list", "-f", "json", "--tag", "attack.t1531", check=0).out.splitlines():
            self.assertIn("attack.t1531", json.loads(line)["tags"])

    def test_rules_technique(self):
        found = lines_of(run("rules", "explain", "-f", "json", "--technique", "t1110", check=0).out)
        self.assertTrue(found)
        for rule in found:
            self.assertTrue(any(t.startswith("T1110") for t in rule["techniques"]), rule["name"])
