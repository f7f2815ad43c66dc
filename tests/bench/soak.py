#!/usr/bin/env python3
"""Hours of a site's logs through `tocsin watch`: does what it takes stay what it is?

    TOCSIN=build/release/tocsin python3 tests/bench/soak.py [--seconds N] [--rate EVENTS_PER_SECOND] [--csv FILE]

Files of IIS and message tracking that take turns, Windows events of an agent (Lumberjack), findings to a file and a
syslog receiver. Every five seconds: memory, descriptors, files and size of the state, its journal; and for each
marked request how long it took to the file of findings. Memory and descriptors of the first third count for warming up.
"""
import argparse
import collections
import csv
import datetime
import os
import pathlib
import re
import shutil
import socket
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import lumberjack  # noqa: E402
from soak_logs import (IIS_HEADER, TRACKING_HEADER, Rendered, Rotating, iis_line, stranger_line,  # noqa: E402
                       tracking_line, windows_event)
from watching import Daemon, counted  # noqa: E402
from watch import percentile  # noqa: E402

IIS, TRACKING = "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S.000Z"
TICKS = 4  # blocks in a second
SAMPLE = 5
MARK = 10  # seconds between marked requests
COLUMNS = ["seconds", "rss", "anonymous", "descriptors", "state_files", "state_mib", "journal_mib", "tmp_mib", "pause",
           "events"]


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Receiver(threading.Thread):
    """A syslog daemon as far as it needs be: how much came in all. The marked requests are one incident, of whose
    growth it is told little; the file is told each."""

    def __init__(self):
        super().__init__(daemon=True)
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.bytes = 0

    def run(self):
        while True:
            peer, _ = self.server.accept()
            while some := peer.recv(1 << 16):
                self.bytes += len(some)


class Findings(threading.Thread):
    """Reads the file of findings as it grows: when came which marked request."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.path, self.seen = path, {}

    def run(self):
        while not self.path.exists():
            time.sleep(0.05)
        rest = b""
        with open(self.path, "rb") as file:
            while True:
                some = file.read()
                for number in re.findall(rb"/marked/(\d+)[^\d]", rest + some):
                    self.seen.setdefault(int(number), time.monotonic())
                rest = (rest + some)[-20:]
                time.sleep(0.05)


class Agent(threading.Thread):
    """Windows events in windows of fifty, acknowledged before the next; how long the acknowledgements took."""

    def __init__(self, port, rate, over):
        super().__init__(daemon=True)
        self.port, self.rate, self.over, self.sent, self.trouble = port, rate, over, 0, 0

    def run(self):
        import random
        dice, begun = random.Random(5), time.monotonic()
        client = None
        while not self.over.is_set():
            try:
                client = client or lumberjack.Client(self.port)
                due = int((time.monotonic() - begun) * self.rate) - self.sent
                if due > 0:
                    when, some = now(), min(due, 500)
                    client.deliver([windows_event(dice, self.sent + n, when) for n in range(some)], compress=1)
                    self.sent += some
            except OSError:
                self.trouble += 1
                client = None
            time.sleep(0.25)


class Servers:
    """Two of IIS, one of mail; a tick writes what belongs to a quarter of a second."""

    def __init__(self, logs, rate, turn, invented):
        part = rate // TICKS
        iis, mail = part * 8 // 20, part // 7
        strangers = max(1, part // 200) if invented is None else invented // 2 // TICKS
        self.streams = []
        for server in (13, 14):
            file = Rotating(logs / f"EX{server}" / "W3SVC1", "u_ex{:%y%m%d%H%M%S}.log", IIS_HEADER, IIS, turn)
            self.streams += [(file, Rendered(iis_line, iis, server, IIS, seed=server), iis),
                             (file, Rendered(stranger_line, strangers, server, IIS, seed=server + 9), strangers)]
        file = Rotating(logs / "HUB01" / "MessageTracking", "MSGTRK{:%Y%m%d%H%M%S}-1.LOG", TRACKING_HEADER, TRACKING, turn)
        self.streams.append((file, Rendered(tracking_line, mail, 21, TRACKING), mail))
        self.written, self.marks = 0, {}

    def tick(self):
        when = now()
        for file, rendered, lines in self.streams:
            file.write(when, rendered.take(when))
            self.written += lines

    def mark(self, number):
        when = now()
        self.marks[number] = time.monotonic()
        self.streams[0][0].write(when, (f"{when:{IIS}} 10.1.0.13 GET /marked/{number} - 443 CORP\\user{number % 10000} "
                                        "10.20.1.1 Mozilla/5.0 - 200 0 0 15\r\n").encode())
        self.written += 1


def slope(values):
    """An hour's growth, by least squares over one value a second."""
    middle, mean = (len(values) - 1) / 2, sum(values) / len(values)
    spread = sum((i - middle) ** 2 for i in range(len(values)))
    return 3600 * sum((i - middle) * (value - mean) for i, value in enumerate(values)) / spread if spread else 0


def below(folder):
    """Files and bytes; what goes meanwhile does not count."""
    files = size = 0
    for path in folder.rglob("*"):
        try:
            size += path.stat().st_size
            files += 1
        except OSError:
            pass
    return files, size / 2**20


def figures(metrics):
    try:
        return dict(line.rsplit(" ", 1) for line in metrics.read_text(encoding="utf-8").splitlines() if line[:1] != "#")
    except OSError:
        return {}


def sample(pid, folder, begun):
    rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    kib = {line.split(":")[0]: int(line.split()[1]) for line in rollup.splitlines()[1:]}
    files, size = below(folder / "daemon" / "state")
    told = figures(folder / "metrics.prom")
    return dict(zip(COLUMNS, [
        round(time.monotonic() - begun), kib["Rss"] / 1024, kib["Anonymous"] / 1024, len(os.listdir(f"/proc/{pid}/fd")),
        files, size, float(told.get("tocsin_state_journal_bytes", 0)) / 2**20, below(folder / "tmp")[1],
        float(told.get("tocsin_snapshot_pause_seconds", 0)), int(float(told.get("tocsin_events_total", 0)))]))


def start(folder, options, port, receiver):
    (folder / "logs").mkdir(exist_ok=True)
    (folder / "tmp").mkdir()
    os.environ["TMPDIR"] = str(folder / "tmp")
    daemon = Daemon(folder / "daemon", folder / "logs", "--listen", f"lumberjack://127.0.0.1:{port} name=beats",
                    "--send", f"tcp://127.0.0.1:{receiver.port} name=siem", "--metrics", folder / "metrics.prom",
                    "--internal", "10.0.0.0/8", *options)
    daemon.command.remove("--no-default-rules")
    return daemon.start()


def drive(daemon, servers, folder, seconds, out):
    """Writes for so long; a sample every few seconds."""
    begun, samples, marks, ticks = time.monotonic(), [], 0, 0
    while (passed := time.monotonic() - begun) < seconds:
        if daemon.process.poll() is not None:
            raise AssertionError(f"it ended by itself: {daemon.words()[-2000:]}")
        while ticks < passed * TICKS:
            servers.tick()
            ticks += 1
        if marks * MARK < passed:
            servers.mark(marks)
            marks += 1
        if len(samples) * SAMPLE < passed:
            samples.append(sample(daemon.process.pid, folder, begun))
            out.writerow([round(samples[-1][name], 2) for name in COLUMNS])
        time.sleep(max(0, ticks / TICKS - (time.monotonic() - begun)))
    return samples


def report(samples, servers, agent, receiver, findings, cpu, daemon):
    late = samples[len(samples) // 3:]
    column = {name: [one[name] for one in late] for name in COLUMNS}
    took = sorted(findings.seen[n] - at for n, at in servers.marks.items() if n in findings.seen)
    print(f"{servers.written} lines and {agent.sent} events of an agent ({agent.trouble} breaks) in {samples[-1]['seconds']} s, "
          f"{cpu:.0f} % of a processor")
    for name, unit in (("rss", "MiB"), ("anonymous", "MiB"), ("descriptors", ""), ("state_files", ""), ("state_mib", "MiB"),
                       ("journal_mib", "MiB"), ("tmp_mib", "MiB")):
        values = column[name]
        print(f"{name}: {samples[0][name]:.0f} at first, then {min(values):.0f} to {max(values):.0f} {unit}, "
              f"{slope(values) / SAMPLE:+.1f} an hour, at the end {values[-1]:.0f}")
    print(f"marked requests: {len(took)} of {len(servers.marks)} came" +
          (f", p50 {percentile(took, 0.5):.1f} s, p99 {percentile(took, 0.99):.1f} s, most {took[-1]:.1f} s" if took else ""))
    print(f"the longest that a snapshot held up judging: {samples[-1]['pause']:.2f} s")
    print(f"receiver: {receiver.bytes} bytes; {counted(daemon.words())}")
    print("\n".join(daemon.words().splitlines()[-4:]))
    rss = column["rss"]
    quarter = max(1, len(rss) // 4)
    mean = [sum(rss[at:at + quarter]) / quarter for at in (0, len(rss) - quarter)]
    flat = mean[1] <= mean[0] * 1.05 + 1
    levels = collections.Counter(column["descriptors"]).most_common(3)
    print(f"memory {'is flat' if flat else 'GROWS'}: {mean[0]:.1f} to {mean[1]:.1f} MiB; descriptors {levels}")
    return 0 if flat else 1


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("--seconds", type=int, default=3600)
    ask.add_argument("--rate", type=int, default=5000)
    ask.add_argument("--turn", type=int, default=120, help="seconds that a file lasts")
    ask.add_argument("--invented", type=int, help="names a second that nobody has; else a hundredth of the rate")
    ask.add_argument("--csv", default="soak.csv")
    ask.add_argument("options", nargs="*", help="of tocsin watch, behind --")
    asked = ask.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tocsin-soak-"))
    receiver, over, port = Receiver(), threading.Event(), free_port()
    receiver.start()
    agent = Agent(port, asked.rate // 20, over)
    servers = Servers(folder / "logs", asked.rate, asked.turn, asked.invented)
    daemon = start(folder, asked.options, port, receiver)
    findings = Findings(daemon.output)
    findings.start()
    try:
        time.sleep(2)
        agent.start()
        with open(asked.csv, "w", buffering=1, encoding="ascii") as file:
            out = csv.writer(file)
            out.writerow(COLUMNS)
            samples = drive(daemon, servers, folder, asked.seconds, out)
        over.set()
        agent.join(timeout=70)
        used = pathlib.Path(f"/proc/{daemon.process.pid}/stat").read_text(encoding="ascii").split(")")[1].split()[11:13]
        daemon.end(timeout=300)
        cpu = sum(map(int, used)) / os.sysconf("SC_CLK_TCK") / asked.seconds * 100
        return report(samples, servers, agent, receiver, findings, cpu, daemon)
    finally:
        if daemon.process.poll() is None:
            daemon.kill()
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
