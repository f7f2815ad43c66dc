"""A call of the system that fails while logs are found and read: said, never passed over."""
import json
import os
import unittest

from harness import Case, gz, run, simulate
from test_bad_input import HEADER, iis, iis_line

FAULTS = os.environ.get("TOCSIN_FAULTS", "")
CALLS = ("open", "read", "fstat", "readdir")
TRIED = 40


@unittest.skipUnless(FAULTS, "no library can be preloaded into a sanitized build")
class Faults(Case):
    def scan(self, *arguments, env=None):
        """Exit status, summary and stats of a scan; None where there are none."""
        path = self.folder / "stats.json"
        path.unlink(missing_ok=True)
        # What makes calls fail keeps its own file, where the program itself could not.
        done = run("scan", "-q", "-f", "json", "--require", "none", "--sandbox", "no", "--stats", path, *arguments,
                   env=env, timeout=60)
        stats = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
        return done, stats

    def fault(self, call, piece, number, **more):
        return {"LD_PRELOAD": FAULTS, "FAULT_CALL": call, "FAULT_PATH": str(piece),
                "FAULT_AT": str(number), **more}

    def calls(self, call, piece, *arguments):
        """How many calls there are that may fail."""
        count = self.folder / "count"
        self.scan(*arguments, env=self.fault(call, piece, 0, FAULT_COUNT=str(count)))
        return int(count.read_text(encoding="utf-8"))

    def check(self, call, piece, number, whole, *arguments):
        """The failure was said: exit 2, or incomplete, or everything was read all the same."""
        done, stats = self.scan(*arguments, env=self.fault(call, piece, number))
        name = f"{call} {number}: {done.returncode} {done.err}"
        self.assertIn(done.returncode, (0, 1, 2, 3), name)
        if done.returncode == 2:
            self.assertRegex(done.err, r"Input/output error|cannot|nothing was read", name)
            return
        said = json.loads(done.out.splitlines()[-1])["tocsin"]
        same = stats["totals"]["events"]["delivered"] == whole["totals"]["events"]["delivered"]
        self.assertTrue(said["incomplete"] or same, name)
        if said["incomplete"]:
            self.assertNotEqual(done.returncode, 0, name)
            self.assertTrue(any("error" in s for s in stats["sources"]), name)

    def test_every_call_on_a_folder_of_logs(self):
        logs = self.folder / "logs"
        self.write("logs/a/u_ex210301.log", iis(40))
        self.write("logs/a/u_ex210302.log", HEADER + "".join(iis_line(i) for i in range(90, 120)))
        self.write("logs/b/u_ex210303.log", HEADER + "".join(iis_line(i, "Other") for i in range(2000)))
        self.write("logs/b/copy.log", HEADER + "".join(iis_line(i, "Other") for i in range(2000)))
        self.write("logs/b/u_ex210304.log.gz",
                   gz((HEADER + "".join(iis_line(i, "Third") for i in range(50))).encode()))
        self.write("logs/b/empty/notes.txt", "nothing\n")
        done, whole = self.scan(logs)
        self.assertEqual(done.returncode, 0, done.err)
        for call in CALLS:
            calls = self.calls(call, logs, logs)
            self.assertGreater(calls, 3, call)
            for number in range(1, min(calls, TRIED) + 1):
                self.check(call, logs, number, whole, logs)

    def test_every_call_on_rules_and_tables(self):
        self.write("one/u_ex210301.log", iis(40))
        self.write("rules/a.yml", "title: own\nid: 7c2a6a2c-0000-4000-8000-000000000001\n"
                   "logsource: {category: webserver}\n"
                   "detection:\n  s: {cs-method: GET}\n  condition: s\nlevel: low\n")
        arguments = ("--rules", self.folder / "rules", self.folder / "one")
        done, _ = self.scan(*arguments)
        self.assertEqual(done.returncode, 0, done.err)
        for call, piece in [(c, self.folder / "rules") for c in CALLS] + [("readdir", "/rules")]:
            calls = self.calls(call, piece, *arguments)
            for number in range(1, min(calls, TRIED) + 1):
                done, _ = self.scan(*arguments, env=self.fault(call, piece, number))
                self.assertEqual(done.returncode, 2, f"{call} {number}: {done.err}")
                self.assertIn("Input/output error", done.err, f"{call} {number}")
            self.assertTrue(calls > 0 or call == "fstat", call)

    def test_twins_that_cannot_be_compared_are_both_read(self):
        short = HEADER + "".join(iis_line(i) for i in range(4000))
        self.write("twins/short.log", short)
        self.write("twins/long.log", short + "".join(iis_line(i) for i in range(4000, 9000)))
        _, whole = self.scan(self.folder / "twins")
        states = {s["path"].rpartition("/")[2]: s["state"] for s in whole["sources"]}
        self.assertEqual(states, {"short.log": "duplicate", "long.log": "read"})
        for name in ("short.log", "long.log"):
            calls = self.calls("read", name, self.folder / "twins")
            self.assertGreater(calls, 4)
            for number in range(1, calls + 1):
                self.check("read", name, number, whole, self.folder / "twins")

    def test_a_file_that_shrinks(self):
        """A reading that ends early, as of a file cut off meanwhile."""
        path = self.write("shrinks/u_ex210301.log", iis(60000))
        size = path.stat().st_size
        done, stats = self.scan(path)
        self.assertEqual((done.returncode, stats["sources"][0]["state"]), (0, "read"))
        fifo = self.folder / "zz"
        os.mkfifo(fifo)
        # The inventory looks at the log first, then waits for the pipe; the log is cut meanwhile.
        pid = os.fork()
        if pid == 0:
            with open(fifo, "wb") as pipe:
                os.truncate(path, size // 3)
                pipe.write(iis(3).encode())
            os._exit(0)
        done, stats = self.scan(path, fifo)
        os.waitpid(pid, 0)
        source = next(s for s in stats["sources"] if s["path"].endswith("u_ex210301.log"))
        self.assertEqual((done.returncode, source["state"]), (3, "failed"))
        self.assertIn("shrank while it was read", source["error"])
        self.assertGreater(source["records"]["accepted"], 1000)

    def test_a_file_that_grows_is_read_as_far_as_it_goes(self):
        path = self.write("grows/u_ex210301.log", iis(3000))
        fifo = self.folder / "hold2"
        os.mkfifo(fifo)
        pid = os.fork()
        if pid == 0:
            with open(fifo, "wb") as pipe:
                with open(path, "ab") as log:
                    log.write("".join(iis_line(i) for i in range(3000, 3500)).encode())
                pipe.write(iis(3).encode())
            os._exit(0)
        done, stats = self.scan(path, fifo)
        os.waitpid(pid, 0)
        source = next(s for s in stats["sources"] if s["path"].endswith("u_ex210301.log"))
        self.assertEqual((done.returncode, source["records"]["accepted"]), (0, 3500))

    def test_the_example_never_loses_its_incident_in_silence(self):
        example = self.folder / "example"
        expected = simulate(example, "--seed", "7")
        self.assertTrue(expected)
        logs = example / "logs"
        arguments = ("--internal", "10.0.0.0/8", logs)
        _, whole = self.scan(*arguments)
        for call in CALLS:
            for number in (1, 2, 5, 9, 17, 40):
                self.check(call, logs, number, whole, *arguments)


if __name__ == "__main__":
    unittest.main()
