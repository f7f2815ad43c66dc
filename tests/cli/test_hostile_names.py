"""Names and tokens that would act on a terminal never reach it raw: files, options, rules."""
import os
import unicodedata
import unittest

from harness import Case, run

# A title in the terminal's bar, a name written backwards, a second line, a CSI of one byte, no UTF-8.
NAMES = {"escape": b"a\x1b]0;owned\x07b", "bidi": "a\u202egpj.b\u2066".encode(), "newline": b"a\nok: nothing found",
         "csi": "a\u009b2Jb".encode(), "invalid": b"a\xff\xc3b", "separator": "a\u2028b".encode()}
SHOWN = {"escape": r"a\x1b]0;owned\x07b", "bidi": r"a\u202egpj.b\u2066", "newline": r"a\x0aok: nothing found",
         "csi": r"a\u009b2Jb", "invalid": r"a\xff\xc3b", "separator": r"a\u2028b"}
RULE = b"title: t\nname: n\nlogsource: {category: webserver}\ndetection:\n  s: {%s: 1}\n  condition: %s\nlevel: low\n"


class HostileNames(Case):
    def setUp(self):
        self.logs = self.write("logs/u_ex210301.log", "#Software: Microsoft Internet Information Services 10.0\r\n"
                               "#Fields: date time c-ip sc-status\r\n2021-03-01 00:00:00 192.0.2.1 200\r\n").parent

    def path(self, name):
        return os.fsencode(self.folder) + b"/" + name

    def write_raw(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)
        return self.path(name)

    def assert_harmless(self, done, label, lines=None):
        for raw in (done.stdout, done.stderr):
            text = raw.decode("utf-8")  # no invalid byte
            for character in text.replace("\n", ""):
                kind = unicodedata.category(character)
                acts = kind in ("Cc", "Zl", "Zp") or unicodedata.bidirectional(character) in (
                    "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
                self.assertFalse(acts, f"{label}: {character!r} in {text!r}")
        if lines is not None:
            self.assertEqual(len(done.stderr.decode().splitlines()), lines, done.stderr)

    def each(self, command, check, lines, where="err"):
        """command(name) gives the arguments; the name must be shown, visibly."""
        for label, name in NAMES.items():
            with self.subTest(label):
                done = run_raw(command(name), check)
                self.assert_harmless(done, label, lines)
                self.assertIn(SHOWN[label], getattr(done, where))

    def test_rules_that_are_not_there(self):
        self.each(lambda name: ["scan", "--rules", self.path(name), self.logs], 2, 1)
        self.each(lambda name: ["rules", "check", self.path(name)], 2, 1)
        self.each(lambda name: ["match", "--rules", self.path(name), self.logs], 2, 1)

    def test_rules_that_are_wrong(self):
        def wrong(*command):
            def arguments(name):
                path = self.write_raw(name + b".yml", RULE % (b"field", b"nothing"))
                return [*command, path]
            return arguments
        self.each(wrong("rules", "check"), 2, 2)
        self.each(lambda name: [*wrong("scan", "--rules")(name), self.logs], 2, 2)
        self.each(lambda name: [*wrong("match", "--rules")(name), self.logs], 2, 2)

    def test_tokens_of_rules(self):
        for label in ("escape", "bidi", "csi", "separator", "newline"):
            token = '"%s"' % "".join(c if c.isascii() and c.isprintable() else f"\\u{ord(c):04x}"
                                     for c in NAMES[label].decode())
            twice = f"title: t\n{token}: 1\n{token}: 2\n".encode()
            for text in (RULE % (b"field|" + token.strip('"').encode(), b"s"), RULE % (b"f", token.encode()),
                         RULE.replace(b"level: low", b"level: " + token.encode()) % (b"f", b"s"), twice):
                with self.subTest(label, text=text):
                    done = run_raw(["rules", "check", self.write_raw(b"token.yml", text)], 2)
                    self.assert_harmless(done, label, 2)

    def test_titles_of_rules_that_are_listed(self):
        title = "a\\u001b]0;x\\u202egpj\\n".encode()
        text = (RULE % (b"f", b"s")).replace(b"title: t", b'title: "%s"' % title)
        done = run_raw(["rules", "list", self.write_raw(b"title.yml", text)], 0)
        self.assert_harmless(done, "title")
        self.assertIn(r"a\x1b]0;x\u202egpj", done.out)

    def test_outputs(self):
        for option in ("-o", "--stats"):
            self.each(lambda name, o=option: ["scan", o, self.path(b"none/" + name), self.logs], 2, 1)

    def test_databases_accounts_and_logs(self):
        for option in ("--geo", "--accounts"):
            self.each(lambda name, o=option: ["scan", "-q", o, self.path(name), self.logs], 2, 1)
        self.each(lambda name: ["scan", self.path(name)], 2, 1)
        self.each(lambda name: ["parse", self.path(name)], 2, 1)

    def test_accounts_that_are_wrong(self):
        def arguments(name):
            return ["scan", "-q", "--accounts", self.write_raw(name + b".csv", b'mail,account\n"x,y\n'), self.logs]
        self.each(arguments, 2, 1)

    def test_logs_that_cannot_be_read(self):
        for label, name in NAMES.items():
            folder = self.path(b"broken-" + name)
            os.makedirs(folder, exist_ok=True)
            with open(folder + b"/" + name + b".log.gz", "wb") as file:
                file.write(b"\x1f\x8b\x08\x00 this is no gzip")
            done = run_raw(["scan", folder], None)
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assert_harmless(done, label)

    def test_options(self):
        for name in ("--tz", "--host"):
            self.each(lambda token, o=name: ["scan", o, token, self.logs], 2, 1)
            self.each(lambda token, o=name: ["scan", o, b"*=" + token if o == "--tz" else token, self.logs], 2, 1)
        for name in ("--internal", "--since", "--format", "--jobs", "--block-size", "--min-level"):
            self.each(lambda token, o=name: ["scan", o, token, self.logs], 2, 1)
        self.each(lambda token: ["scan", b"--" + token, self.logs], 2, 1)
        self.each(lambda token: [token], 2, 1)
        self.each(lambda token: ["parse", "-f", token, self.logs], 2, 1)
        self.each(lambda token: ["match", "--rules", "x", "--logsource", token + b"=x", self.logs], 2, 1)

    def test_a_path_whose_lines_are_no_json(self):
        rule = self.write_raw(b"fine.yml", RULE % (b"f", b"s"))
        self.each(lambda name: ["match", "--rules", rule, self.write_raw(name + b".json", b"no json\n")], 3, 1)


def run_raw(arguments, check):
    """run of the harness, with arguments that may be bytes."""
    return run(*[os.fsdecode(a) if isinstance(a, bytes) else a for a in arguments], check=check)


if __name__ == "__main__":
    unittest.main(verbosity=2)
