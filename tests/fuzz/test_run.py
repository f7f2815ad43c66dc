#!/usr/bin/env python3
"""run.py fails on whatever a target finds and says how to see it again. The targets are made up."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

RUN = pathlib.Path(__file__).resolve().parent / "run.py"
TARGET = """#!/bin/sh
for word; do case $word in -artifact_prefix=*) prefix=${{word#*=}};; esac; done
echo "#12	NEW    cov: 34 ft: 56" >&2
{body}
echo "stat::number_of_executed_units: 78" >&2
exit {status}
"""
FOUND = """echo "{words}" >&2
echo x >"$prefix"crash-1
echo "artifact_prefix='$prefix'; Test unit written to $prefix"crash-1 >&2"""


class Runner(unittest.TestCase):
    """One made-up build folder for each test."""

    def setUp(self):
        self.made = tempfile.TemporaryDirectory(prefix="tocsin-fuzz-")
        self.build = pathlib.Path(self.made.name)
        (self.build / "tests/fuzz").mkdir(parents=True)
        self.addCleanup(self.made.cleanup)

    def target(self, name, status=0, words=None):
        """A target that finds something if `words` tell what."""
        path = self.build / "tests/fuzz" / f"fuzz_{name}"
        path.write_text(TARGET.format(body=FOUND.format(words=words) if words else "", status=status))
        path.chmod(0o755)

    def run_it(self, *words):
        return subprocess.run([sys.executable, RUN, "--build", self.build, *words], text=True,
                              capture_output=True, check=False, timeout=60)

    def test_nothing_found_is_success(self):
        self.target("one")
        self.target("two")
        done = self.run_it("1")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("total: 2 targets, 156 runs, 0 findings", done.stdout)
        self.assertRegex(done.stdout, r"one +78 runs .* coverage +34  features +56  findings 0")

    def test_a_finding_fails_and_does_not_hide_the_other_targets(self):
        self.target("bad", 77, "==1== ERROR: AddressSanitizer: heap-use-after-free on address")
        self.target("good")
        done = self.run_it("1")
        kept = self.build / "found/bad/crash-1"
        self.assertEqual(done.returncode, 1)
        self.assertTrue(kept.exists())
        self.assertIn("memory error: heap-use-after-free", done.stdout)
        self.assertIn(f"reproduce: {self.build}/tests/fuzz/fuzz_bad {kept}", done.stdout)
        self.assertIn("total: 2 targets, 156 runs, 1 finding\n", done.stdout)

    def test_each_kind_of_finding_has_its_name(self):
        kinds = [("ERROR: libFuzzer: timeout after 11 seconds", "timeout"),
                 ("ERROR: libFuzzer: out-of-memory (malloc(1))", "out of memory"),
                 ("ERROR: LeakSanitizer: detected memory leaks", "leak"),
                 ("a.c:1:2: runtime error: index 9 out of bounds", "undefined behaviour: index 9"),
                 ("ERROR: libFuzzer: deadly signal", "crash")]
        for words, name in kinds:
            self.target("bad", 1, words)
            done = self.run_it("1")
            self.assertEqual(done.returncode, 1, words)
            self.assertIn(f"FOUND {name}", done.stdout)

    def test_a_failure_without_words_counts(self):
        self.target("silent", 5)
        done = self.run_it("1", "silent")
        self.assertEqual(done.returncode, 1)
        self.assertIn("FOUND the program failed", done.stdout)

    def test_only_what_was_asked_for_runs(self):
        self.target("one")
        self.target("two", 77, "deadly signal")
        self.assertEqual(self.run_it("1", "fuzz_one").returncode, 0)
        self.assertEqual(self.run_it("1", "three").returncode, 2)


if __name__ == "__main__":
    unittest.main()
