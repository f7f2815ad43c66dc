"""All real logs in one folder at once: nothing that holds evidence is passed over as no log."""
import json
import os
import pathlib
import shutil
import unittest

from harness import Case, run

SAMPLES = pathlib.Path(os.environ.get("TOCSIN_SHARED", "")) / "samples"
# What lies beside the logs: lists, rules, and what other tools make of a log, in their own words.
BESIDE = (".tsv", ".assert", ".yml", ".ini", "-expected.json")
# Folder of the samples -> what its logs are called.
FAMILIES = {"exchange": {"exchange-httpproxy", "exchange-ecp", "exchange-agent", "exchange-smtp", "exchange-popimap"},
            "iis": {"iis-w3c"}, "evtx": {"evtx", "windows-xml"}, "winevent_json": {"windows-json"},
            "m365": {"m365-json"}}


class AllSamples(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not SAMPLES.is_dir():
            return
        cls.copy = cls.folder / "everything"
        shutil.copytree(SAMPLES, cls.copy)
        stats = cls.folder / "stats.json"
        cls.done = run("scan", cls.copy, "--explain", "--stats", stats)
        cls.stats = json.loads(stats.read_text(encoding="utf-8"))

    def setUp(self):
        if not SAMPLES.is_dir():
            self.skipTest("the folder of samples is not there")

    def sources(self, family):
        return [s for s in self.stats["sources"] if pathlib.Path(s["path"]).parent.name == family]

    def test_it_ends_as_it_should(self):
        self.assertIn(self.done.returncode, (0, 1, 3), self.done.err)
        self.assert_balanced(self.stats)

    def test_every_family_is_named(self):
        for family, formats in FAMILIES.items():
            found = {s["format"] for s in self.sources(family) if s.get("format")}
            self.assertTrue(formats <= found, f"{family}: {formats - found}")
            for name in formats - {"iis-w3c", "windows-xml", "windows-json"}:
                self.assertIn(name, self.done.out)

    def test_every_log_is_listed(self):
        """Read, or told as evidence that is not read: then with what it looks like."""
        listed = {pathlib.Path(s["path"]).relative_to(self.copy) for s in self.stats["sources"]}
        for path in sorted(p.relative_to(self.copy) for p in self.copy.rglob("*") if p.is_file()):
            if not path.name.endswith(BESIDE):
                self.assertIn(path, listed, "passed over as no log")

    def test_the_coverage_speaks_of_all_that_is_watched(self):
        text = " ".join(self.done.out.split())
        for word in ("webmail access", "system message language", "password resets", "language switch with access"):
            self.assertIn(word, text)


if __name__ == "__main__":
    unittest.main()
