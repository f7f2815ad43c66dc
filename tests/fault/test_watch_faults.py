"""tocsin watch on a machine that misbehaves: disks that are full, cannot be written or answer with errors, logs that
cannot be read, a mount that hangs, clocks that are set, a state that is damaged, and a kill at each call that writes.

The shims that make it so are preloaded, so where a sanitizer must be loaded first there is nothing to test.
"""
import concurrent.futures
import datetime
import errno
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
import watching
from watching import Daemon, Server, alerts, counted, differences, scanned

SHIM, FOLLOW_SHIM = os.environ.get("DAEMON_SHIM", ""), os.environ.get("FOLLOW_SHIM_LIBRARY", "")
PATIENCE = 60


class Shimmed(Daemon):
    """A daemon whose calls go through the shims; `fault` says what they do from now on."""

    def __init__(self, folder, logs, *options, **kind):
        super().__init__(folder, logs, *options, **kind)
        self.rules_file, self.follow_file = self.folder / "faults", self.folder / "follow-faults"
        self.fault()
        self.env = {**os.environ, "LD_PRELOAD": f"{SHIM}:{FOLLOW_SHIM}", "DAEMON_RULES": str(self.rules_file),
                    "FOLLOW_SHIM": str(self.follow_file)}

    def fault(self, *rules, follow=()):
        for path, lines in ((self.rules_file, rules), (self.follow_file, follow)):
            path.with_suffix(".new").write_text("".join(f"{line}\n" for line in lines))
            path.with_suffix(".new").rename(path)

    def start(self, *options):
        with open(self.said, "ab") as said:
            self.process = subprocess.Popen([*map(str, self.command), *options], stderr=said, stdout=said, env=self.env)
        return self


class FaultCase(unittest.TestCase):
    def setUp(self):
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="watch-faults-"))
        self.logs = self.place / "logs"
        self.server, self.daemon = None, None

    def tearDown(self):
        if self.server:
            self.server.close()
        if self.daemon and self.daemon.process and self.daemon.process.poll() is None:
            self.daemon.kill()
        shutil.rmtree(self.place, ignore_errors=True)

    def begin(self, *options, lines=9):
        """A daemon that has read the first lines."""
        self.server = Server(self.logs)
        self.server.lines(lines)
        self.daemon = Shimmed(self.place / "daemon", self.logs, "--delay", "10s", *options).start()
        self.await_words("history was read") if options else time.sleep(1.5)
        return self.daemon

    def await_words(self, words):
        end = time.monotonic() + PATIENCE
        while words not in self.daemon.words():
            self.assertLess(time.monotonic(), end, f"never said: {words}\n{self.daemon.words()}")
            self.assertIsNone(self.daemon.process.poll(), self.daemon.words())
            time.sleep(0.05)

    def go_on(self, count=9):
        """More lines, and one so much later that what was before it is judged."""
        self.server.lines(count)
        self.server.number += 600
        self.server.lines(1, marked=0)

    def await_alerts(self, count):
        self.assertTrue(self.daemon.wait(lambda found: len(set(alerts(found))) == count, PATIENCE), self.daemon.words())

    def assert_well(self, daemon, gaps=0):
        """It ends in order, and told what a scan tells, each once."""
        if daemon.process.poll() is None:
            self.assertEqual(0, daemon.end(), daemon.words())
        daemon.once()
        self.assert_same(daemon)
        count = counted(daemon.words())
        self.assertEqual((0, gaps, 0), (count["late"], count["gaps"], count["rejected"]), daemon.words())
        told = alerts(daemon.found())
        self.assertEqual(len(set(told)), len(told), "each once")

    def assert_same(self, daemon, *options):
        lost, invented, _ = differences(scanned(self.logs, "--no-default-rules", "--rules", daemon.rules, *options),
                                        daemon.found())
        self.assertEqual(([], []), (lost, invented))


class Disks(FaultCase):
    def trouble(self, rule):
        daemon = self.begin()
        daemon.fault(f"{rule} {daemon.folder / 'state'}")
        self.go_on()
        self.await_words("what is new waits in memory")
        self.go_on()
        time.sleep(1)
        self.assertIsNone(daemon.process.poll(), "it stays up")
        daemon.fault()
        self.await_words("nothing was lost")
        self.await_alerts(9)
        self.assert_well(daemon)

    def test_a_full_disk_stops_nothing_and_loses_nothing(self):
        self.trouble(f"write {errno.ENOSPC}")

    def test_a_disk_that_became_read_only_is_waited_for(self):
        self.trouble(f"write {errno.EROFS}")

    def test_a_disk_with_errors_is_waited_for(self):
        self.trouble(f"write {errno.EIO}")

    def test_what_a_failed_sync_leaves_is_written_again(self):
        self.trouble(f"sync {errno.EIO}")

    def test_killed_while_the_disk_is_full_it_goes_on_from_what_was_written(self):
        daemon = self.begin()
        daemon.fault(f"write {errno.ENOSPC} {daemon.folder / 'state'}")
        self.go_on()
        self.await_words("what is new waits in memory")
        daemon.kill()
        daemon.fault()
        self.assert_well(daemon)


class Logs(FaultCase):
    def test_a_log_that_cannot_be_read_is_told_and_read_when_it_can_be(self):
        daemon = self.begin()
        daemon.fault(follow=[f"errread {errno.EIO} {self.logs / 'u_ex.log'}"])
        self.go_on()
        self.await_words("cannot read")
        time.sleep(1)
        daemon.fault()
        self.await_alerts(6)
        self.assert_well(daemon)

    def test_a_mount_that_hangs_keeps_nobody_from_ending_and_loses_nothing(self):
        other = pathlib.Path("/dev/shm")
        if not os.access(other, os.W_OK) or other.stat().st_dev == self.place.stat().st_dev:
            self.skipTest("there is no second file system to write to")
        hung = pathlib.Path(tempfile.mkdtemp(prefix="watch-faults-", dir=other))
        second = Server(hung / "EX02")
        try:
            daemon = self.begin()
            self.assertEqual(0, daemon.end())
            daemon.command.append(hung)
            second.lines(30)
            daemon.fault(follow=[f"block {hung}"])
            daemon.start()
            self.go_on()
            self.await_alerts(6)  # the other mount's are told
            self.assertEqual(0, daemon.end(), "it does not wait for what hangs")
            daemon.fault()
            daemon.once()
            self.assertEqual(10 + 9 + 30, counted(daemon.words())["events"])
        finally:
            second.close()
            shutil.rmtree(hung, ignore_errors=True)


class Clocks(FaultCase):
    def test_a_clock_that_is_set_forth_and_back_moves_no_answer(self):
        daemon = self.begin()
        for seconds in (3600, -3600, 0):
            daemon.fault(f"clock {seconds}")
            self.go_on()
            time.sleep(1.2)
        self.await_alerts(3 + 9)
        self.assert_well(daemon)

    def in_local_time(self, begin, end, gap, again):
        """Every ten minutes of a night, as a server writes them whose clock shows local time."""
        texts, when = [], begin
        while when < end:
            texts.append(when)
            when += datetime.timedelta(minutes=10)
            if gap and when == gap[0]:
                when = gap[1]
            if again and when == again[1]:
                when, again = again[0], None
        self.logs.mkdir(parents=True)
        daemon = self.daemon = Shimmed(self.place / "daemon", self.logs, "--delay", "10s", "--tz", "*.log=Europe/Berlin")
        daemon.env["TZ"] = "Europe/Berlin"
        rows = [watching.line(0, True).replace("2011-03-09 00:00:00", f"{t:%Y-%m-%d %H:%M:%S}")
                .replace("user0", f"user{i}") for i, t in enumerate(texts)]
        with open(self.logs / "local.log", "w", newline="") as file:
            file.write(watching.HEADER + "".join(rows[:5]))
            file.flush()
            daemon.start()
            time.sleep(1.5)
            for row in rows[5:]:
                file.write(row)
                file.flush()
        time.sleep(1.5)
        self.assertEqual(0, daemon.end(), daemon.words())
        daemon.once()
        count = counted(daemon.words())
        self.assertEqual((len(rows), 0, 0), (count["events"], count["late"], count["gaps"]), daemon.words())
        self.assert_same(daemon, "--tz", "*.log=Europe/Berlin")

    def test_the_night_that_lacks_an_hour(self):
        day = datetime.datetime(2011, 3, 27)
        self.in_local_time(day, day.replace(hour=6), (day.replace(hour=2), day.replace(hour=3)), None)

    def test_the_night_that_has_an_hour_twice(self):
        day = datetime.datetime(2011, 10, 30)
        self.in_local_time(day, day.replace(hour=6), None, (day.replace(hour=2), day.replace(hour=3)))


class Damage(FaultCase):
    def damaged(self, spoil):
        self.server = Server(self.logs)
        self.server.lines(60)
        daemon = self.daemon = Daemon(self.place / "daemon", self.logs, "--delay", "10s").start()
        time.sleep(2)
        self.assertEqual(0, daemon.end(), daemon.words())
        before = sorted(path.name for path in (daemon.folder / "state").iterdir())
        spoil(daemon.folder / "state")
        self.server.lines(30)
        words = daemon.once()
        self.assert_same(daemon)
        return before, sorted(path.name for path in (daemon.folder / "state").iterdir()), words

    def test_a_database_of_zeros_is_set_aside_and_said(self):
        def spoil(state):
            size = (state / "state.db").stat().st_size
            (state / "state.db").write_bytes(b"\0" * size)
        before, after, words = self.damaged(spoil)
        self.assertIn("set aside", words)
        self.assertTrue(set(before) <= set(after) | {n for n in before if n.startswith("snapshot")}, (before, after))
        self.assertTrue([name for name in after if name.startswith("state.db.")], after)

    def test_a_database_cut_in_half_is_set_aside_and_said(self):
        def spoil(state):
            os.truncate(state / "state.db", (state / "state.db").stat().st_size // 2)
        _, after, words = self.damaged(spoil)
        self.assertIn("set aside", words)
        self.assertTrue([name for name in after if name.startswith("state.db.")], after)

    def test_a_snapshot_of_noise_costs_the_one_before_it_or_a_replay(self):
        def spoil(state):
            for path in state.glob("snapshot-*"):
                path.write_bytes(random.Random(1).randbytes(path.stat().st_size))
        _, _, words = self.damaged(spoil)
        self.assertRegex(words, "snapshot")


class Kills(FaultCase):
    """A run killed before and behind a call that writes, begun again.

    Clocks decide when it commits, so a run on a busy machine makes a few calls fewer than the one that was
    counted: it may end before the kill, and is then one more run that has to be right.
    """

    def one(self, name, kill):
        place = self.place / name
        daemon = Shimmed(place, self.logs)
        env = {**daemon.env, "LD_PRELOAD": SHIM, "DAEMON_BELOW": str(place), "DAEMON_COUNT": str(place / "count"),
               "DAEMON_KILL": str(kill)}
        with open(daemon.said, "ab") as said:
            code = subprocess.run([*map(str, daemon.command), "--once"], env=env, stderr=said, stdout=said,
                                  timeout=PATIENCE, check=False).returncode
        if kill == 0:
            return int((place / "count").read_text())
        daemon.once()
        lost, invented, _ = differences(self.expected, daemon.found())
        count = counted(daemon.words())
        self.killed += [kill] if code == -9 else []
        problems = [] if code in (-9, 0) else [f"ended with {code}: {daemon.words()}"]
        if lost or invented or count["events"] != 300 or count["gaps"] or count["late"]:
            problems.append(f"lost {lost[:3]}, invented {invented[:3]}, {count}")
        shutil.rmtree(place)
        return [f"killed at {kill}: {problem}" for problem in problems]

    def test_before_and_behind_every_call_that_writes(self):
        self.server = Server(self.logs)
        for _ in range(3):
            self.server.lines(100)
            self.server.rotate()
        rule = self.place / "rule.yml"
        rule.write_text(watching.RULE)
        self.expected = scanned(self.logs, "--no-default-rules", "--rules", rule)
        calls = self.one("counted", 0)
        self.assertGreater(calls, 20)
        most = int(os.environ.get("WATCH_FAULT_KILLS", "24"))
        step = max(1, 2 * calls // most)
        kills = [k * sign for k in range(1, calls + 1, step) for sign in (1, -1)]
        self.killed = []
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            problems = [problem for found in pool.map(lambda k: self.one(f"k{k}", k), kills) for problem in found]
        print(f"{len(self.killed)} of {len(kills)} kills at {calls} calls that write", file=sys.stderr)
        self.assertEqual([], problems)
        self.assertGreaterEqual(len(self.killed), len(kills) - 6)


if __name__ == "__main__":
    if not SHIM or not FOLLOW_SHIM:
        print("a sanitizer must be loaded first: nothing can be preloaded")
        sys.exit(77)
    unittest.main()
