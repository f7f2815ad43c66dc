"""A folder as somebody brings it who has copied two Exchange servers whole (tests/bench/tree.py), in small."""
import json
import pathlib
import re
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "bench"))

from harness import Case, run  # noqa: E402
import tree  # noqa: E402

EVTX = HERE.parent / "conformance" / "corpus" / "evtx" / "template.evtx"
FILES = 2000


class Tree(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.root = cls.folder / "copied"
        cls.made = tree.make(cls.root, FILES, EVTX)
        cls.stats = cls.folder / "stats.json"
        cls.page = run("scan", cls.root, "--stats", cls.stats, check=3)

    def test_the_page_says_what_there_is_and_what_is_missing(self):
        text = " ".join(self.page.out.split())
        self.assertIn("3 servers", text)
        for server in ("EX01", "EX02"):
            self.assertRegex(text, rf"{server} exchange-httpproxy \d+")
            self.assertRegex(text, rf"{server} IIS \d+")
        self.assertRegex(text, r"DC01 evtx 1 ")
        self.assertIn(r"MISSING message tracking logs: usually below TransportRoles\Logs\MessageTracking of Exchange",
                      text)
        self.assertIn("BLIND system message language: no message tracking logs were given", text)

    def test_logs_of_a_kind_that_is_not_read_are_named_once(self):
        text = " ".join(self.page.out.split())
        found = re.findall(r"MailboxAssistantsLog_[\d ]+\.log and (\d+) more beside it: looks like another log of",
                           text)
        self.assertEqual(len(found), 2, self.page.out)

    def test_programs_counters_and_traces_are_no_logs(self):
        stats = json.loads(self.stats.read_text(encoding="utf-8"))
        self.assert_balanced(stats)
        read = {pathlib.PurePath(s["path"]).suffix.lower() for s in stats["sources"]}
        self.assertFalse(read & {".blg", ".etl", ".dll", ".png", ".js", ".aspx", ".config"}, read)
        self.assertEqual(self.made, FILES - 1)


if __name__ == "__main__":
    unittest.main()
