#!/usr/bin/env python3
"""What `tocsin watch` takes: how long from a line on disk to its alert.

    TOCSIN=build/dev/tocsin python3 tests/bench/watch.py early [EVENTS]
    TOCSIN=build/dev/tocsin python3 tests/bench/watch.py latency [EVENTS]

early: lines of now that a rule of level high matches, ten a second, each of somebody else: how long from the line to
its alert, which waits for nothing. latency: lines that a rule of level medium matches, ten a second, each eleven minutes
after the one before by its time, so that nothing older than that one can come any more: how long from a line to the alert
of the line before it. What hours of lines leave behind is soak.py's.
"""
import datetime
import json
import pathlib
import shutil
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
from watching import HEADER, RULE, Daemon

DELAY = 1


def row(number, marked, when=None):
    """A request, of now if nothing else is said, of one of 2,000 people."""
    now = when or datetime.datetime.now(datetime.timezone.utc)
    stem = f"/marked/{number}" if marked else "/owa/"
    return (f"{now:%Y-%m-%d %H:%M:%S} 10.0.0.5 GET {stem} - 443 EX\\user{number % 2000} 198.51.100.{number % 200} "
            "Mozilla/5.0 200 0 0 15\r\n")


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


class Place:
    def __init__(self, level="high"):
        self.level = level

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tocsin-watch-"))
        logs = self.folder / "logs"
        logs.mkdir()
        self.log = open(logs / "u_ex.log", "w", buffering=1, newline="", encoding="ascii")
        self.log.write(HEADER)
        self.daemon = Daemon(self.folder / "daemon", logs, "--delay", f"{DELAY}s")
        self.daemon.rules.write_text(RULE.replace("level: high", f"level: {self.level}"))
        self.daemon.start()
        time.sleep(3)
        return self

    def __exit__(self, *_):
        self.log.close()
        if self.daemon.process.poll() is None:
            self.daemon.kill()
        shutil.rmtree(self.folder)


class Look:
    """Notes when each alert is there: number of its line -> time."""

    def __init__(self, output):
        self.output, self.seen, self.over = output, {}, threading.Event()
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def take(self, line, now):
        record = json.loads(line)
        if record.get("tocsin", {}).get("type") == "alert":
            number = int(record["tocsin"]["evidence"][0]["text"].split("/marked/")[1].split()[0])
            self.seen.setdefault(number, now)

    def run(self):
        at, rest = 0, ""
        while not self.over.is_set():
            if self.output.exists():
                with open(self.output, encoding="utf-8") as file:
                    file.seek(at)
                    text = file.read()
                    at = file.tell()
                now = time.monotonic()
                *lines, rest = (rest + text).split("\n")
                for line in lines:
                    self.take(line, now)
            time.sleep(0.01)


def figures(count, took):
    return (f"{len(took)} of {count} alerts: p50 {percentile(took, 0.5):.2f} s, p99 {percentile(took, 0.99):.2f} s, "
            f"most {max(took):.2f} s")


def early(count):
    written = {}
    with Place() as place, Look(place.daemon.output) as look:
        for number in range(count):
            written[number] = time.monotonic()
            place.log.write(row(number, True))
            time.sleep(0.1)
        time.sleep(3)
        place.daemon.end()
    took = [look.seen[number] - written[number] for number in range(count) if number in look.seen]
    print(f"{figures(count, took)} from the line")
    return len(took) != count


def latency(count):
    written = {}
    with Place("medium") as place, Look(place.daemon.output) as look:
        begin = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=10)
        for number in range(count + 1):
            written[number - 1] = time.monotonic()  # the line that lets the one before it be judged
            place.log.write(row(number, True, begin + datetime.timedelta(minutes=11 * number)))
            time.sleep(0.1)
        time.sleep(2)
        place.daemon.end()
    took = [look.seen[number] - written[number] for number in range(count) if number in look.seen]
    print(f"{figures(count, took)} from the line that lets it be judged")
    return len(took) != count


def main():
    what, numbers = sys.argv[1] if len(sys.argv) > 1 else "", [int(word) for word in sys.argv[2:]]
    if what == "early":
        return early(*numbers or [300])
    if what == "latency":
        return latency(*numbers or [300])
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main())
