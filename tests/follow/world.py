"""A folder of logs, the program that follows it, and what it must have said in the end.

A cell of the matrix is a function of a World: it writes lines, turns files, and pauses; what it writes is
remembered. `rest` is where the program has read everything, and, in worlds that stop, is ended; `go` is where
it is begun again. Lines are compared as a multiset. FOLLOW_KEEP leaves the folder.
"""
import collections
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import time

PROGRAM = os.environ["FOLLOW_LINES"]
POLL_MS = 60
PATIENCE = float(os.environ.get("FOLLOW_PATIENCE", "30"))
HEADER = ["#Software: Microsoft Internet Information Services 8.5", "#Version: 1.0",
          "#Date: 2026-03-09 07:00:00", "#Fields: date time c-ip cs-username sc-status"]


class World:
    def __init__(self, stops=False, inotify=True, env=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="follow-"))
        self.logs = self.folder / "logs"
        self.logs.mkdir()
        self.out, self.points = self.folder / "out", self.folder / "points"
        self.clock = self.folder / "clock"
        self.stops, self.inotify, self.env = stops, inotify, env or {}
        self.expected, self.running, self.number = [], None, 0
        self.patterns, self.options = [str(self.logs)], []
        self.events = ""

    # -- writing

    def path(self, name):
        path = self.logs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def lines(self, count, tag="line"):
        made = []
        for _ in range(count):
            self.number += 1
            made.append(f"2026-03-09 07:{self.number // 60 % 60:02}:{self.number % 60:02} {tag} {self.number:06} ok")
        return made

    def raw(self, name, data):
        with open(self.path(name), "ab") as file:
            file.write(data)

    def put(self, name, lines):
        """Lines that must come out."""
        self.expected += lines
        self.raw(name, "".join(line + "\n" for line in lines).encode())

    def say(self, name, count=20, header=False):
        self.put(name, (HEADER if header else []) + self.lines(count, name.replace("/", "-")))

    # -- the program

    def command(self, *options):
        command = [PROGRAM, "--out", str(self.out), "--points", str(self.points), "--clock", str(self.clock),
                   "--local-ms", str(POLL_MS), "--network-ms", str(2 * POLL_MS), "--close-after", "1"]
        return command + ([] if self.inotify else ["--no-inotify"]) + self.options + list(options) + self.patterns

    def begin(self, *options):
        log = open(self.folder / "events", "ab")
        self.running = subprocess.Popen(self.command(*options), stderr=log, env={**os.environ, **self.env})
        log.close()

    def end(self, how=signal.SIGTERM):
        self.running.send_signal(how)
        code = self.running.wait(PATIENCE)
        if code not in (0, -how):
            raise AssertionError(f"the program ended with {code}\n{self.told()[-4000:]}")
        self.running = None

    def told(self):
        return (self.folder / "events").read_text(errors="replace")

    def said(self):
        return self.out.read_bytes().decode(errors="replace").splitlines() if self.out.exists() else []

    def wait_for(self, true, what):
        until = time.monotonic() + PATIENCE
        while not true():
            if time.monotonic() > until:
                raise AssertionError(f"{what}; {self.difference()}\n{self.told()[-3000:]}")
            if self.running and self.running.poll() is not None:
                raise AssertionError(f"the program ended with {self.running.returncode}\n{self.told()[-4000:]}")
            time.sleep(0.01)

    def all_said(self):
        return collections.Counter(self.said()) == collections.Counter(self.expected)

    def difference(self):
        said, expected = collections.Counter(self.said()), collections.Counter(self.expected)
        return f"lost {list((expected - said).elements())[:3]}, too many {list((said - expected).elements())[:3]}"

    def rest(self):
        """Everything so far was read; worlds that stop do it here."""
        if not self.running:
            self.begin()
        self.wait_for(self.all_said, "not all was read before the turn")
        time.sleep(2.5 * POLL_MS / 1000)
        if self.stops:
            self.end()

    def pause(self, walks=3):
        """Time for some walks, if anybody walks."""
        if self.running:
            time.sleep(walks * POLL_MS / 1000)

    def later(self, seconds):
        self.clock.write_text(str(seconds))

    def later_until_all_said(self, step):
        """The clock goes on in steps, for when the program first saw what it waits for is not known."""
        if not self.running:
            self.begin()
        for i in range(1, 200):
            self.pause(5)
            if self.all_said():
                return
            self.later(i * step)

    def go(self):
        """In the end all was said, once, and another start says nothing more."""
        if not self.running:
            self.begin()
        self.wait_for(self.all_said, "not all was read")
        time.sleep(6 * POLL_MS / 1000)
        self.end()
        self.check("after the turn")
        self.begin("--quiet", str(6 * POLL_MS))
        try:
            if self.running.wait(PATIENCE) != 0:
                raise AssertionError(f"the second start failed\n{self.told()[-4000:]}")
        except subprocess.TimeoutExpired:
            self.running.send_signal(signal.SIGUSR1)  # it tells its counts
            time.sleep(1)
            raise AssertionError(f"does not become quiet\n{self.told()[-4000:]}") from None
        self.check("after another start")

    def check(self, when):
        if not self.all_said():
            raise AssertionError(f"{when}: {self.difference()}\n{self.told()[-4000:]}")

    def done(self):
        if self.running and self.running.poll() is None:
            self.running.kill()
            self.running.wait()
        if not os.environ.get("FOLLOW_KEEP"):
            shutil.rmtree(self.folder, ignore_errors=True)


def run_all(cells, jobs=6):
    """Runs (name, function) side by side; how many failed."""
    failures, lock, left = [], threading.Lock(), list(cells)

    def work():
        while True:
            with lock:
                if not left:
                    return
                name, function = left.pop(0)
            try:
                function()
            except Exception as problem:  # each cell is its own; the others go on
                with lock:
                    failures.append(name)
                    print(f"FAILED {name}: {problem}", flush=True)

    threads = [threading.Thread(target=work) for _ in range(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures
