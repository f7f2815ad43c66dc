"""Every call into the system fails once: no crash or hang, nothing lost without a word, no empty message.

A scan of a small organisation (tiny.py) with own rules, geo database, accounts, -o and --stats runs again
and again; each time tests/support/fault_shim.c lets one call fail. Of calls that come in thousands a sample
is taken.
"""
import collections
import errno
import os
import shutil
import subprocess
import unittest

import tiny
from harness import TOCSIN, Case, simulate
from sweep import Outcome, fault_of

SHIM = os.environ.get("TOCSIN_SHIM", "")
HANG_SECONDS = 60
WHOLE = os.environ.get("TOCSIN_SWEEP") == "all"
SAMPLES = 150
# What fails, and how; the calls that a scan must make at least, so that the shim is known to see them.
CALLS = [("open", errno.EIO, 20), ("open", errno.EMFILE, 20), ("opendir", errno.EMFILE, 5), ("readdir", errno.EIO, 20),
         ("read", errno.EIO, 20), ("fread", errno.EIO, 5), ("pread", errno.EIO, 0), ("stat", errno.EIO, 5),
         ("fstat", errno.ESTALE, 10), ("write", errno.ENOSPC, 2), ("close", errno.EIO, 10),
         ("ftruncate", errno.EIO, 0), ("mmap", errno.ENOMEM, 1), ("pthread_create", errno.EAGAIN, 2),
         ("malloc", errno.ENOMEM, 500)]


@unittest.skipIf(not SHIM, "a sanitised program wants its own library loaded first")
class FaultSweep(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        logs = tiny.write(cls(), simulate)
        cls.arguments = ["scan", "-q", "-f", "json", "--sandbox", "no", "-o", "alerts.jsonl", "--stats", "stats.json", *map(str, logs)]
        cls.whole = cls.scan("open", 0, 0)
        assert cls.whole.status == 1, cls.whole.err

    @classmethod
    def scan(cls, call, at, number):
        folder = cls.folder / "run"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        environment = dict(os.environ, LC_ALL="C.UTF-8", LD_PRELOAD=SHIM, FAULT_CALL=call, FAULT_AT=str(at),
                           FAULT_ERRNO=str(number), FAULT_COUNT=str(cls.folder / "count"))
        with open(folder / "err", "wb") as err:
            try:
                status = subprocess.run([TOCSIN, *cls.arguments], cwd=folder, env=environment, stdout=err, stderr=err,
                                        timeout=HANG_SECONDS, check=False).returncode
            except subprocess.TimeoutExpired:
                status = 124
        return Outcome(folder, status if status >= 0 else 128 - status)

    def sweep(self, call, number, at_least):
        self.assertEqual(self.scan(call, 0, number).lines, self.whole.lines)
        count = int((self.folder / "count").read_text())
        self.assertGreaterEqual(count, at_least, f"the shim does not see {call}")
        step = 1 if WHOLE else max(1, count // SAMPLES)
        faults, noticed = collections.OrderedDict(), 0
        for at in range(1, count + 1, step):
            run = self.scan(call, at, number)
            noticed += run.status != self.whole.status or run.says_incomplete()
            fault = fault_of(run, self.whole)
            if fault:
                faults.setdefault(fault, []).append(at)
        print(f"{call} {errno.errorcode[number]}: {count} calls, every {step}. fails, {noticed} runs say so", flush=True)
        self.assertFalse(faults, "\n".join(f"{call}: {fault}: calls {places[:12]}" for fault, places in faults.items()))

    def test_every_call_fails_once(self):
        for call, number, at_least in CALLS:
            with self.subTest(call=call, error=errno.errorcode[number]):
                self.sweep(call, number, at_least)


if __name__ == "__main__":
    unittest.main(verbosity=2)
