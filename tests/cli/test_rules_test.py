"""tocsin rules test: rules by stories. What is judged otherwise, and what no story speaks of, fails."""
import json
import unittest

from harness import Case, run

RULES = """title: one
id: 7c2a6a2c-0000-4000-8000-000000000001
name: one
logsource: {product: test}
detection: {s: {a: 1}, condition: s}
level: low
---
title: three in five minutes
id: 7c2a6a2c-0000-4000-8000-000000000002
name: three
correlation: {type: event_count, rules: [one], group-by: [u], timespan: 5m, condition: {gte: 3}}
level: high
"""
LABEL = {"product": "test"}


def story(**members):
    return json.dumps({"why": "because", "logsource": LABEL, **members}) + "\n"


ONE = {"a": 1, "u": "x"}
GOOD = [
    story(events=[{**ONE, "_times": 3, "_every": "150s"}], fires=["three*1", "one*3"]),
    story(events=[{**ONE, "_times": 2}, {**ONE, "_at": "301s"}], silent=["three"], fires=["one"]),
    story(events=[{**ONE, "u": "u{n}", "_times": 3}], silent=["three"], fires=["one"]),
    story(events=[{**ONE, "a": "{each}"}], silent=["one"], each=["0", "2"]),
    story(events=[{**ONE, "_logsource": {"product": "other"}}], silent=["one"]),
    story(events=[{**ONE, "_at": "10m"}, {**ONE, "_at": "0s", "_times": 2, "_every": "1s"}], silent=["three"]),
    story(start="2020-01-01T00:00:00Z", events=[ONE], fires=["7c2a6a2c-0000-4000-8000-000000000001"]),
]


class RulesTest(Case):
    def judge(self, *stories, check, rules=RULES):
        rule = self.write("rules/r.yml", rules)
        samples = self.write("samples/r.samples.jsonl", "".join(stories))
        return run("rules", "test", rule, samples, check=check)

    def test_good_stories(self):
        done = self.judge(*GOOD, "\n", check=0)
        self.assertIn("2 rules, 11 samples, 0 failed", done.out)
        both = run("rules", "test", self.folder / "rules", self.folder / "samples", check=0)
        self.assertEqual(both.out, done.out)

    def test_what_is_judged_otherwise_is_told(self):
        for line, word in ((story(events=[ONE], fires=["three"]), "r.samples.jsonl:8: three did not fire: because"),
                           (story(events=[ONE], silent=["one"]), "r.samples.jsonl:8: one fired (1): because"),
                           (story(events=[{**ONE, "_times": 3}], fires=["one*2"]), ":8: one*2 fired (3): because"),
                           (story(events=[{"a": "{each}"}], fires=["one"], each=["1", "9"]),
                            "one did not fire: because (9)")):
            with self.subTest(word=word):
                done = self.judge(*GOOD, line, check=1)
                self.assertIn(word, done.out)
                self.assertIn("1 failed", done.out)

    def test_a_rule_needs_a_story_of_either_kind(self):
        self.assertIn("no sample that fires it", self.judge(story(events=[ONE], silent=["three"]), check=1).out)
        self.assertIn("one: no sample that must leave it silent", self.judge(GOOD[0], check=1).out)
        self.assertIn("0 samples, 2 failed", self.judge(check=1).out)

    def test_what_is_not_of_the_form_is_refused(self):
        for line, word in (("[]", "not a JSON object"), ("{", "not a JSON object"), ("{} x", "not a JSON object"),
                           ("{}", "says why"), (story(fires=["one"]), "has events"),
                           (story(events=[ONE]), "what fires or what is silent"),
                           (story(events=ONE, fires=["one"]), "are lists"),
                           (story(events=[1], fires=["one"]), "an event is a JSON object"),
                           (story(events=[ONE], fires=["ome"]), "'ome'"),
                           (story(events=[ONE], fires=["one*x"]), "'x' is no number"),
                           (story(events=[ONE], fires=["one"], wy="x"), "'wy' is no member"),
                           (story(events=[{**ONE, "_at": "soon"}], fires=["one"]), "soon"),
                           (story(events=[{**ONE, "_times": 0}], fires=["one"]), "'0'"),
                           (story(events=[{**ONE, "_times": 999999999}], fires=["one"]), "more than"),
                           (story(events=[ONE], fires=["one"], start="x"), "start is no time"),
                           (story(events=[ONE], fires=["one"], each=[]), "each is empty")):
            with self.subTest(line=line):
                done = self.judge(GOOD[0], line, check=2)
                self.assertIn(word, done.err)
                self.assertRegex(done.err, r"r\.samples\.jsonl:2: ")

    def test_paths(self):
        run("rules", "test", self.write("none/x.samples.jsonl", ""), check=2)
        run("rules", "test", self.folder / "nowhere", check=2)
        self.assertIn("rules, ", run("rules", "test", check=0).out)


if __name__ == "__main__":
    unittest.main()
