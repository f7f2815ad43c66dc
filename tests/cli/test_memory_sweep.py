"""Every allocation of a small scan fails: no crash, hang or leak, and nothing is lost without a word.

The program runs in tests/support/failing.c, once for each allocation: it alone fails, or it and all that
follow. A scan of the small organisation makes about a thousand; should it come to make more, a sample is
tried, and every one with TOCSIN_SWEEP=all. What libraries ask of libc is failed by test_fault_sweep.py.
"""
import collections
import os
import pathlib
import shutil
import subprocess
import unittest

import tiny
from harness import Case, simulate
from sweep import Outcome, fault_of

FAILING = os.environ["TOCSIN_FAILING"]
WHOLE = os.environ.get("TOCSIN_SWEEP") == "all"
SAMPLES = int(os.environ.get("TOCSIN_SWEEP_SAMPLES", "500"))


class MemorySweep(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.logs = [str(path) for path in tiny.write(cls(), simulate)]
        cls.arguments = ["scan", "-q", "-f", "json", "-o", "alerts.jsonl", "--stats", "stats.json", *cls.logs]

    def series(self, kind, first, last, step, arguments=None):
        """Yields (n, outcome, count) of every run; the folder of a run is gone afterwards."""
        folder = pathlib.Path(self.folder / f"{kind}{first}")
        folder.mkdir(exist_ok=True)
        environment = dict(os.environ, LC_ALL="C.UTF-8", ASAN_OPTIONS="exitcode=97:allocator_may_return_null=1")
        with subprocess.Popen([FAILING, kind, str(first), str(last), str(step), str(folder), *(arguments or self.arguments)],
                              stdout=subprocess.PIPE, env=environment, text=True) as process:
            for line in process.stdout:
                n, status, *count = map(int, line.split())
                yield n, Outcome(folder / str(n), status), count
                shutil.rmtree(folder / str(n))
            self.assertEqual(process.wait(), 0)

    def sweep(self, kind):
        (_, whole, (count,)), = self.series(kind, 0, 0, 1)
        self.assertEqual(whole.status, 1, whole.err)
        self.assertGreater(count, 500)
        faults, runs, failed = collections.OrderedDict(), 0, 0
        for n, outcome, _ in self.series(kind, 1, 2 * count, 1 if WHOLE else max(1, count // SAMPLES)):
            runs += 1
            failed += outcome.status == 2
            fault = fault_of(outcome, whole)
            if fault:
                faults.setdefault(fault, []).append(n)
        print(f"{kind}: {runs} runs of {count} allocations, {failed} ended with exit 2", flush=True)
        self.assertGreater(failed, runs // 4)
        self.assertFalse(faults, "\n".join(f"{fault}: allocations {places[:12]}" for fault, places in faults.items()))

    def test_one_allocation_fails(self):
        self.sweep("once")

    def test_one_allocation_and_all_behind_it_fail(self):
        self.sweep("after")

    def test_questions(self):
        """What asks a scan ends in order, whichever allocation fails, and mostly says that it did."""
        for words in (["incident", "scope", "--incident", "all"], ["timeline"], ["why", "--mailbox", "user1@corp.example"]):
            arguments = [*words, "-q", "-f", "json", "-o", "answer.jsonl", *self.logs]
            (_, whole, (count,)), = self.series("once", 0, 0, 1, arguments)
            self.assertEqual(whole.status, 1, whole.err)
            ends = collections.Counter(outcome.status for _, outcome, _ in
                                       self.series("once", 1, 2 * count, max(1, count // 60), arguments))
            self.assertLessEqual(set(ends), {1, 2}, words)
            self.assertGreater(ends[2], 15, words)


if __name__ == "__main__":
    unittest.main(verbosity=2)
