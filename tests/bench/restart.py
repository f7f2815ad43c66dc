#!/usr/bin/env python3
"""What a restart of `tocsin watch` takes, and how long its snapshots hold it up, by the number of mailboxes.

    TOCSIN=build/release/tocsin CORPUS=build/release/tocsin-corpus python3 tests/bench/restart.py
        [--rate LINES --seconds S] [MAILBOXES...]

Each time three days of so many people with five names each (10,000 and 200,000 if nothing else is said) are learned;
then it is started again, until it says that it is ready; it gets more lines, as many as it takes until it makes a
snapshot, or LINES a second for S seconds; is killed and started again, which goes through the journal behind the last
snapshot; and is ended, which makes another one: does it take memory of its own?
"""
import argparse
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
from watching import Daemon  # noqa: E402

CORPUS = os.environ["CORPUS"]
HEADER = ("#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status "
          "sc-substatus sc-win32-status time-taken\r\n")
LINES = 100000  # at a time, until there is a snapshot
MIB = 2**20


class Ready:
    """The service manager's end of its socket."""

    def __init__(self, folder):
        self.path = folder / "notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.path))
        os.environ["NOTIFY_SOCKET"] = str(self.path)

    def forget(self):
        """What runs of before have said."""
        self.socket.setblocking(False)
        try:
            while self.socket.recv(4096):
                pass
        except BlockingIOError:
            pass

    def wait(self, seconds=600):
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.socket.settimeout(left)
            if b"READY=1" in self.socket.recv(4096):
                return
        raise AssertionError("it does not get ready")


class Site:
    def __init__(self, folder, mailboxes):
        self.folder, self.logs = folder, folder / "logs"
        subprocess.run([CORPUS, "mailboxes", "--mailboxes", str(mailboxes), "--out", self.logs], check=True)
        self.metrics, self.ready = folder / "metrics.prom", Ready(folder)
        self.daemon = Daemon(folder / "daemon", self.logs, "--internal", "10.0.0.0/8", "--metrics", self.metrics)
        self.daemon.command.remove("--no-default-rules")
        self.number = 0

    def start(self):
        """Until it is ready: seconds, and seconds of a processor."""
        self.ready.forget()
        begun = time.monotonic()
        self.daemon.start()
        self.ready.wait()
        took = time.monotonic() - begun
        used = pathlib.Path(f"/proc/{self.daemon.process.pid}/stat").read_text(encoding="ascii").split(")")[1].split()[11:13]
        return f"{took:.2f} s ({sum(map(int, used)) / os.sysconf('SC_CLK_TCK'):.2f} s of a processor)"

    def figure(self, name):
        try:
            text = self.metrics.read_text(encoding="utf-8")
        except OSError:
            return 0.0
        return float(dict(line.rsplit(" ", 1) for line in text.splitlines() if line[:1] != "#").get(name, 0))

    def add_lines(self, count=LINES):
        """Requests of people who are new, later than all that was there."""
        path = self.logs / "u_ex_later.log"
        is_new = not path.exists()
        now = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
        with open(path, "a", newline="", encoding="ascii") as file:
            if is_new:
                file.write(HEADER)
            for _ in range(count):
                self.number += 1
                file.write(f"{now} 10.0.0.5 GET /owa/ - 443 EX\\late{self.number} 10.9.{self.number // 250 % 250}."
                           f"{self.number % 250} Mozilla/5.0+({self.number}) 200 0 0 15\r\n")

    def snapshot(self, seconds=600):
        """How long the first one held up judging."""
        end = time.monotonic() + seconds
        while self.figure("tocsin_snapshots_total") < 1:
            if time.monotonic() > end:
                raise AssertionError("no snapshot was made")
            self.add_lines()
            time.sleep(2)
        return self.figure("tocsin_snapshot_pause_seconds")

    def pace(self, rate, seconds):
        """The same of all that were made meanwhile."""
        end = time.monotonic() + seconds
        while (now := time.monotonic()) < end:
            self.add_lines(rate)
            time.sleep(max(0.0, now + 1 - time.monotonic()))
        return self.figure("tocsin_snapshot_pause_seconds")

    def memory(self, name):
        text = pathlib.Path(f"/proc/{self.daemon.process.pid}/status").read_text(encoding="ascii")
        return next((int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith(name)), 0)

    def end(self):
        """Memory before it is told to end, and the most until it has."""
        pathlib.Path(f"/proc/{self.daemon.process.pid}/clear_refs").write_text("5", encoding="ascii")
        before = most = self.memory("VmRSS")
        self.daemon.process.terminate()
        while self.daemon.process.poll() is None:
            most = max(most, self.memory("VmHWM"))
            time.sleep(0.005)
        return before, most


def newest_snapshot(state):
    return max(state.glob("snapshot-*"), key=lambda path: path.stat().st_mtime).stat().st_size / MIB


def measure(mailboxes, rate, seconds):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tocsin-restart-"))
    site = Site(folder, mailboxes)
    try:
        site.daemon.once()
        learned = newest_snapshot(folder / "daemon" / "state")
        clean = site.start()
        rss = site.memory("VmRSS")
        pause = site.pace(rate, seconds) if rate else site.snapshot()
        taken = newest_snapshot(folder / "daemon" / "state")
        behind = site.figure("tocsin_state_replay_bytes") / MIB
        site.daemon.kill()
        killed = site.start()
        time.sleep(10)  # for what was written before it was killed
        before, most = site.end()
        print(f"{mailboxes} mailboxes: ready {clean} after an end (snapshot of {learned:.0f} MiB, then {rss:.0f} MiB of memory), "
              f"{killed} after a kill (and at least {behind:.0f} MiB of journal); a snapshot of {taken:.0f} MiB held up judging for {pause:.2f} s at most; "
              f"memory {before:.0f} MiB, while the last one was made at most {most:.0f}")
    finally:
        if site.daemon.process and site.daemon.process.poll() is None:
            site.daemon.kill()
        shutil.rmtree(folder)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=int)
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("mailboxes", type=int, nargs="*", default=[10000, 200000])
    options = parser.parse_args()
    for mailboxes in options.mailboxes:
        measure(mailboxes, options.rate, options.seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
