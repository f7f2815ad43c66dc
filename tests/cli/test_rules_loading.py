"""Own rules: lists for placeholders, bad ones left out, templates, and those that can match nothing."""
import json
import unittest

from harness import Case, lines_of, run

ID = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9"


def rule(name, item, logsource="{product: test}", more=""):
    return f"title: {name}\nname: {name}\n{more}logsource: {logsource}\n" \
           f"detection:\n  s:\n    {item}\n  condition: s\n"


def joined(name, *rules):
    return f"title: {name}\nname: {name}\ncorrelation: {{type: temporal, rules: [{', '.join(rules)}], " \
           "timespan: 1m}\n"


LOG = ("#Fields: date time c-ip cs-username cs-method cs-uri-stem sc-status\n" +
       "".join(f"2021-03-01 00:00:{i:02} 192.0.2.9 CORP\\u1 GET /owa/ 200\n" for i in range(50)))


class Loading(Case):
    def match(self, path, *arguments, check=1, events='{"f":"C:\\\\Users\\\\ana\\\\x"}\n{"f":"b"}\n'):
        done = run("match", "--rules", path, "--logsource", "product=test", *arguments,
                   self.write("events.jsonl", events), check=check)
        return [(line["event"], line["rule"]["title"]) for line in lines_of(done.out)]

    # --expand

    def test_a_list_stands_in_place_of_its_name(self):
        path = self.write("own/path.yml", rule("path", "f|expand: 'C:\\Users\\%people%\\x'"))
        names = self.write("lists/people.txt", "\ufeff# who\r\n\r\n  an?  \r\nbob\r\n")
        self.assertEqual(self.match(path, "--expand", f"people={names}"), [(0, "path")])
        self.assertEqual(self.match(path, "--expand", names.parent), [(0, "path")])
        self.write("lists/people.txt", "bob\n")
        self.assertEqual(self.match(path, "--expand", names.parent, check=0), [])

    def test_a_missing_list_is_told_with_its_place_and_the_way_out(self):
        path = self.write("own/missing.yml", rule("missing", "f|expand: '%peple%'"))
        names = self.write("people.txt", "bob\n")
        for command in (("scan", "--rules", path, self.write("u.log", LOG)), ("rules", "check", path),
                        ("match", "--rules", path, names)):
            err = run(*command, "--expand", f"people={names}", check=2).err
            self.assertIn("missing.yml:6:15: the placeholder '%peple%' has no list of values, did you mean "
                          "'people'?: give one with --expand peple=FILE", err)

    def test_lists_that_are_none_are_refused(self):
        path = self.write("own/path.yml", rule("path", "f|expand: '%a%'"))
        good = self.write("good.txt", "x\n")
        rows = (("a=" + str(self.write("empty.txt", "# nothing\n\n")), "empty.txt: holds no value"),
                ("a=" + str(self.write("nul.txt", b"x\ny\0z\n")), "nul.txt:2: no text"),
                ("a=" + str(self.write("latin.txt", b"caf\xe9\n")), "latin.txt:1: no text"),
                ("a=" + str(self.write("long.txt", "x\n" + "y" * 5000)), "long.txt:2: a value of more"),
                ("a=" + str(self.write("many.txt", "x\n" * 100001)), "many.txt:100001: more than 100000"),
                (f"a={self.folder}/nosuch", "nosuch"), ("a", "is neither NAME=FILE nor a folder"),
                (f"={good}", "the name of a list"), (f"a%b={good}", "the name of a list"), (" ", "needs a value"))
        for given, words in rows:
            done = run("rules", "check", path, "--expand", given, check=2)
            self.assertIn(words, done.err, given)
            self.assertEqual(done.err.count("\n"), 1, done.err)
        twice = run("rules", "check", path, "--expand", f"a={good}", "--expand", f"a={good}", check=2)
        self.assertIn("another list has this name", twice.err)

    def test_an_output_never_takes_the_place_of_a_list(self):
        path = self.write("own/path.yml", rule("path", "f|expand: '%a%'"))
        names = self.write("keep.txt", "b\n")
        done = run("match", "--rules", path, "--expand", f"a={names}", "-o", names,
                   self.write("events.jsonl", '{"f":"b"}\n'), check=2)
        self.assertIn("is read by the same run", done.err)
        self.assertEqual(names.read_text(), "b\n")

    # --skip-bad-rules

    def bad_folder(self):
        self.write("some/good.yml", rule("good", "f: b"))
        self.write("some/two.yml", rule("bad", "f|nosuch: b") + "---\n" + rule("also", "f: b"))
        self.write("some/none.yml", "title: [\n")
        self.write("some/joined.yml", joined("pair", "good", "bad") + "---\n" + joined("chain", "pair"))
        return self.write("some/fine.yml", joined("fine", "good", "also")).parent

    def test_the_good_rules_of_a_folder_run(self):
        folder = self.bad_folder()
        self.assertEqual(self.match(folder, check=2), [])
        self.assertEqual(self.match(folder, "--skip-bad-rules"), [(1, "fine")])
        done = run("rules", "check", "--skip-bad-rules", folder, check=3)
        self.assertIn("3 rules without errors, 4 left out", done.out)
        for words in ("two.yml:6:7: unknown modifier 'nosuch'", "none.yml:", "rests on a rule that was left out: 'bad'",
                      "rests on a rule that was left out: 'pair'", "4 rules are left out for these errors"):
            self.assertIn(words, done.err)

    def test_what_was_left_out_weighs_on_the_result(self):
        folder, log = self.bad_folder(), self.write("u.log", LOG)
        books = self.folder / "books.json"
        arguments = ("--rules", folder, "--skip-bad-rules", "-q", log)
        text = run("scan", *arguments, "--stats", books, check=3).out
        self.assertIn("4 rules were left out for their errors", " ".join(text.split()))
        stats = json.loads(books.read_text())
        self.assertEqual((stats["rules"]["own"], stats["rules"]["left_out"]), (3, 4))
        self.assertEqual({r["title"] for r in stats["rules"]["left_out_rules"]}, {"", "bad", "pair", "chain"})
        self.assertIn("rules_left_out", [r["reason"] for r in stats["reasons"]])
        summary = lines_of(run("scan", *arguments, "-f", "json", check=3).out)[-1]["tocsin"]
        self.assertEqual((summary["incomplete"], summary["rules"]["left_out"]), (True, 4))
        self.write("some/found.yml", rule("found", "cs-method: GET", "{category: webserver}", "level: high\n"))
        found = run("scan", *arguments, check=1).out
        self.assertIn("INCOMPLETE", found)

    def test_nothing_but_bad_rules_is_an_error(self):
        bad = self.write("bad.yml", rule("bad", "f|nosuch: b"))
        self.assertIn("bad.yml: holds no rule without errors",
                      run("rules", "check", "--skip-bad-rules", bad, check=2).err)
        self.assertIn("no rules can be had from it",
                      run("rules", "check", "--skip-bad-rules", self.folder / "gone", check=2).err)

    # action

    def test_rules_of_a_template_share_its_id(self):
        path = self.write("template.yml", f"action: global\ntitle: t\nid: {ID}\nlogsource: {{product: test}}\n"
                          "detection: {condition: s}\n---\ndetection: {s: {f: a}}\n---\ndetection: {s: {f: b}}\n"
                          "---\naction: repeat\ntitle: again\ndetection: {s: {f: c}}\n---\naction: reset\n---\n" +
                          rule("alone", "f: d"))
        events = "".join(f'{{"f":"{c}"}}\n' for c in "abcd")
        self.assertEqual(self.match(path, events=events), [(0, "t"), (1, "t"), (2, "again"), (3, "alone")])
        self.assertIn("4 rules, no errors", run("rules", "check", path, check=0).out)
        self.assertEqual(run("rules", "explain", "-f", "json", path, check=0).out.count(ID), 3)

    def test_alerts_of_such_rules_are_told_apart(self):
        path = self.write("web.yml", f"action: global\ntitle: t\nid: {ID}\nlevel: high\n"
                          "logsource: {category: webserver}\ndetection: {condition: s}\n---\n"
                          "detection: {s: {cs-method: GET}}\n---\ndetection: {s: {sc-status: 200}}\n")
        lines = lines_of(run("scan", "-f", "json", "--rules", path, "--no-default-rules", "-q",
                             self.write("u.log", LOG.split("CORP")[0] + "CORP\\u1 GET /owa/ 200\n"), check=1).out)
        ids = [line["event"]["id"] for line in lines if line["tocsin"]["type"] == "alert"]
        self.assertEqual((len(ids), len(set(ids))), (2, 2))

    # rules that can match nothing

    def idle(self, *rules, jobs="1"):
        path = self.write("idle.yml", "---\n".join(rules))
        books = self.folder / "books.json"
        out = run("scan", "--rules", path, "-q", "-j", jobs, "--block-size", "4K", "--stats", books,
                  self.write("u.log", LOG * 20)).out
        return " ".join(out.split()), json.loads(books.read_text())["rules"]["idle_rules"]

    def test_rules_without_their_log_or_field_are_told(self):
        web = "{category: webserver}"
        rules = (rule("nolog", "Image: x", "{product: windows, service: sysmon}"),
                 rule("typo", "cs-uri-stme: x", web), rule("typo_or", "cs-uri-stme: x\n  t: {sc-status: 1}", web)
                 .replace("condition: s", "condition: s or t"), rule("quiet", "cs-uri-stem: /nosuch", web),
                 rule("absent", "nosuch: null", web), rule("negated", "cs-uri-stme: x\n  t: {sc-status: 1}", web)
                 .replace("condition: s", "condition: t and not s"),
                 rule("made", "url.decoded: nosuch", web), rule("keyword", "'|contains': nosuch", web),
                 rule("derived", "event.action: nosuch", "{product: tocsin, service: webmail}"),
                 joined("pair", "nolog", "quiet"))
        page, idle = self.idle(*rules)
        self.assertEqual([(r["rule"], r["why"]) for r in idle],
                         [("nolog", "looks at product windows, service sysmon: no such log was read"),
                          ("typo", "field cs-uri-stme is in no event of its log that was read")])
        self.assertIn("2 of your rules could not match anything that was read: rule nolog looks at product "
                      "windows, service sysmon: no such log was read", page)
        self.assertEqual(self.idle(*rules, jobs="4"), (page, idle))

    def test_many_are_counted_and_some_listed(self):
        page, idle = self.idle(*(rule(f"r{i}", "f: x") for i in range(150)))
        self.assertEqual(len(idle), 100)
        self.assertIn("150 of your rules could not match", page)

    def test_the_shipped_rules_are_not_meant(self):
        page = run("scan", "-q", self.write("u.log", LOG)).out
        self.assertNotIn("could not match", page)


if __name__ == "__main__":
    unittest.main(verbosity=2)
