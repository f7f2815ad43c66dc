"""What the tests of `tocsin watch` share: a server that writes a log, the daemon, and what came of both.

Run by itself it kills the daemon as often as is asked for, while lines are written torn and files rotate:
    TOCSIN=build/dev/tocsin python3 tests/cli/watching.py KILLS [SEED]
"""
import datetime
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

TOCSIN = os.environ["TOCSIN"]

HEADER = ("#Software: Microsoft Internet Information Services 7.5\r\n#Version: 1.0\r\n#Date: 2011-03-09 00:00:00\r\n"
          "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
          "sc-status sc-substatus sc-win32-status time-taken\r\n")
OTHER_HEADER = HEADER.replace("s-ip cs-method cs-uri-stem", "cs-uri-stem s-ip cs-method")
RULE = """title: A marked request
id: 5f0b0f0a-0c1d-4c58-9a58-9a8a0b7d6a01
status: test
level: high
logsource:
    category: webserver
detection:
    marked:
        cs-uri-stem|contains: /marked/
    condition: marked
"""
START = datetime.datetime(2011, 3, 9)


def line(number, marked, turned=False, when=None):
    """A request of a mailbox that nobody else has; its time, if nothing else is said, follows from its number."""
    when = when or START + datetime.timedelta(seconds=number)
    stem = f"/marked/{number}" if marked else "/owa/"
    where = f"{stem} 10.0.0.5 GET" if turned else f"10.0.0.5 GET {stem}"
    return (f"{when:%Y-%m-%d %H:%M:%S} {where} - 443 EX\\user{number} 198.51.100.{number % 250} Mozilla/5.0 "
            f"200 0 0 {number % 90}\r\n")


class Server:
    """Writes a log as servers do: in pieces that end anywhere, with headers between, and rotates it."""

    def __init__(self, folder, seed=1, now=False):
        self.folder, self.random, self.now = pathlib.Path(folder), random.Random(seed), now
        self.folder.mkdir(parents=True, exist_ok=True)
        self.number = self.files = 0
        self.file = None
        self.turned = False
        self.lock = threading.Lock()
        self.open()

    def open(self):
        self.file = open(self.folder / "u_ex.log", "ab", buffering=0)
        self.turned = False
        self.put(HEADER)

    def put(self, text):
        data = text.encode()
        while data:
            cut = self.random.randint(1, len(data))
            self.file.write(data[:cut])
            data = data[cut:]
            if self.random.random() < 0.02:
                time.sleep(0.001)

    def lines(self, count, marked=3):
        text = ""
        for _ in range(count):
            if self.random.random() < 0.02:
                self.turned = not self.turned
                text += OTHER_HEADER if self.turned else HEADER
            when = datetime.datetime.now(datetime.timezone.utc) if self.now else None
            text += line(self.number, marked and self.number % marked == 0, self.turned, when)
            self.number += 1
        self.put(text)

    def rotate(self):
        self.file.close()
        self.files += 1
        os.rename(self.folder / "u_ex.log", self.folder / f"u_ex.{self.files:04}.log")
        self.open()

    def close(self):
        self.file.close()


class Daemon:
    """tocsin watch over a folder, with a state and an output of its own."""

    def __init__(self, folder, logs, *options, rules=True):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.output, self.said = self.folder / "found.jsonl", self.folder / "said.txt"
        self.command = [TOCSIN, "watch", "--state", self.folder / "state", "-o", self.output, "-j", "2"]
        self.rules = self.folder / "rule.yml"
        if rules:
            self.rules.write_text(RULE)
            self.command += ["--no-default-rules", "--rules", self.rules]
        self.command += [*options, logs]
        self.process = None

    def start(self, *options):
        said = open(self.said, "ab")
        self.process = subprocess.Popen([*map(str, self.command), *options], stderr=said, stdout=said)
        said.close()
        return self

    def once(self, timeout=900):
        done = subprocess.run([*map(str, self.command), "--once"], capture_output=True, timeout=timeout, check=False)
        with open(self.said, "ab") as said:
            said.write(done.stderr)
        if done.returncode != 0:
            raise AssertionError(f"exit {done.returncode}: {done.stderr.decode()}")
        return done.stderr.decode()

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        self.process.kill()
        self.process.wait(timeout=60)

    def end(self, timeout=60):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=timeout)

    def words(self):
        return self.said.read_text(errors="replace") if self.said.exists() else ""

    def found(self):
        """What was told; a line that a kill cut off stands there until the next start."""
        if not self.output.exists():
            return []
        return [json.loads(text) for text in self.output.read_text().split("\n")[:-1]]

    def wait(self, enough, seconds=30):
        """Until enough(found) holds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if enough(self.found()):
                return True
            if self.process.poll() is not None:
                raise AssertionError(f"ended with {self.process.returncode}: {self.words()}")
            time.sleep(0.05)
        return False


def counted(words):
    """The last line about the whole: name -> number."""
    last = [text for text in words.splitlines() if " events, " in text and " late, " in text][-1]
    parts = last.split(": ", 1)[1].split(", judged")[0].split(", ")
    return {" ".join(part.split()[1:]): int(part.split()[0]) for part in parts}


def keys(found):
    """What was told: id and what happened, of alerts and incidents."""
    told = set()
    for record in found:
        tocsin = record.get("tocsin", {})
        transition = tocsin.get("incident", {}).get("transition")
        if tocsin.get("type") in ("alert", "incident") and transition != "final":
            told.add((record["event"]["id"], transition))
    return told


def alerts(found):
    """Ids of single alerts, as often as they were told."""
    return [record["event"]["id"] for record in found if record.get("tocsin", {}).get("type") == "alert"]


def scanned(logs, *options):
    done = subprocess.run([TOCSIN, "scan", "-q", "-f", "json", *map(str, options), str(logs)], capture_output=True,
                          timeout=300, check=False)
    if done.returncode not in (0, 1):
        raise AssertionError(f"scan: exit {done.returncode}: {done.stderr.decode()}")
    return [json.loads(text) for text in done.stdout.decode().splitlines() if text.strip()]


def differences(expected, found):
    """Lost, invented, and how often a thing was told again."""
    want, have = keys(expected), keys(found)
    told = sum(1 for record in found if record.get("tocsin", {}).get("type") in ("alert", "incident"))
    return sorted(want - have, key=str), sorted(have - want, key=str), told - len(have)


def kill_often(folder, kills, seed, now=False):
    """Kills the daemon so often while a server writes and rotates; returns what is wrong, and figures. `now`: the lines
    are of the hour, and no history."""
    dice = random.Random(seed)
    logs = pathlib.Path(folder) / "logs"
    server = Server(logs, seed, now)
    daemon = Daemon(pathlib.Path(folder) / "daemon", logs, *(["--delay", "10s"] if now else []))
    stop = threading.Event()

    def write():
        while not stop.is_set():
            server.lines(dice.randint(1, 12))
            if dice.random() < 0.03:
                server.rotate()
            time.sleep(dice.random() * 0.02)

    begun = time.monotonic()
    daemon.once()
    usual = time.monotonic() - begun  # on this machine, now
    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(kills):
            daemon.start()
            time.sleep(usual * dice.random() * dice.choice([0.1, 1, 2]))
            if daemon.process.poll() is not None:
                raise AssertionError(f"it ended by itself: {daemon.words()[-2000:]}")
            daemon.kill()
    finally:
        stop.set()
        writer.join()
        server.close()
    early = len(alerts(daemon.found()))
    time.sleep(11 if now else 0)  # what is younger than the delay is not judged
    words = daemon.once()
    expected = scanned(logs, "--no-default-rules", "--rules", daemon.rules)
    lost, invented, again = differences(expected, daemon.found())
    count = counted(words)
    problems = []
    if lost or invented:
        problems.append(f"lost {len(lost)} {lost[:3]}, invented {len(invented)} {invented[:3]}")
    if count["late"] or count["gaps"] or count["events"] != server.number:
        problems.append(f"{server.number} lines were written, counted are {count}")
    if "otherwise than before" in daemon.words():
        problems.append("a replay told something else")
    return problems, {"kills": kills, "lines": server.number, "rotations": server.files,
                      "alerts": len(keys(expected)), "told again": again, "told before the end": early}


def main():
    kills, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    folder = tempfile.mkdtemp(prefix="tocsin-kills-")
    problems, figures = kill_often(folder, kills, seed)
    print(f"seed {seed}: {figures}")
    for problem in problems:
        print(problem)
    if problems:
        print(f"kept: {folder}")
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
