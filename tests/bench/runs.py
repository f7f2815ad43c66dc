"""Commands, and what one run of each costs: CPU, time and memory from the kernel (wait4)."""
import dataclasses
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import threading
import time

TIMEOUT = 1800


class Failed(Exception):
    """A command did not do its work; the text is for a person."""


@dataclasses.dataclass
class Sample:
    wall: float
    cpu: float
    rss: int  # bytes; below some 12 MiB it is that of this script
    ordered: float | None = None  # CPU seconds of the ordered stage, if the program told
    events: int | None = None
    observations: int | None = None  # that the ordered stage was handed
    spilled: int | None = None  # bytes
    mailboxes: dict | None = None  # seen, joined, judged

    @property
    def per_observation(self):
        """CPU time of the ordered stage in microseconds."""
        if self.ordered is None or not self.observations:
            return None
        return self.ordered * 1e6 / self.observations


@dataclasses.dataclass
class Command:
    name: str
    corpus: object
    words: list
    good: tuple = (0,)  # exit statuses of success
    stats: pathlib.Path | None = None
    output: pathlib.Path | None = None
    samples: list = dataclasses.field(default_factory=list)

    def rates(self):
        """MB per CPU second, run by run."""
        return [self.corpus.bytes / 1e6 / s.cpu for s in self.samples]

    def median(self, what):
        return statistics.median(getattr(s, what) for s in self.samples)


def _wait(process):
    """What it cost, even if it has to be ended."""
    clock = threading.Timer(TIMEOUT, process.kill)
    clock.start()
    try:
        _, status, usage = os.wait4(process.pid, 0)
    finally:
        clock.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage


def run_once(command, folder):
    errors = folder / "stderr.txt"
    if command.stats:
        command.stats.unlink(missing_ok=True)
    with open(errors, "wb") as stderr:
        start = time.perf_counter()
        process = subprocess.Popen([str(w) for w in command.words], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=stderr)
        usage = _wait(process)
        wall = time.perf_counter() - start
    if process.returncode not in command.good:
        last = errors.read_text(errors="replace").strip().splitlines()[-1:]
        raise Failed(f"{command.name}: exit status {process.returncode}: {' '.join(last)}")
    sample = Sample(wall, max(usage.ru_utime + usage.ru_stime, 1e-6), usage.ru_maxrss * 1024)
    if command.stats:
        read_stats(command.stats, sample)
    return sample


def read_stats(path, sample):
    stats = json.loads(path.read_text())
    sample.events = stats.get("totals", {}).get("records", {}).get("accepted")
    sample.ordered = stats.get("stages", {}).get("ordered_cpu_seconds")
    sample.observations = stats.get("stages", {}).get("observations")
    sample.spilled = stats.get("spilled_bytes")
    sample.mailboxes = stats.get("mailboxes")


def run_in_turn(commands, rounds, folder):
    """A B C A B C: what else happens on the machine falls on all alike."""
    for _ in range(rounds):
        for command in commands:
            command.samples.append(run_once(command, folder))


def scan(tocsin, corpus, jobs, folder, name="alerts"):
    stats, output = folder / f"{name}-stats.json", folder / f"{name}.jsonl"
    words = [tocsin, "scan", "--quiet", "--jobs", jobs, "--format", "json", "--internal", "10.0.0.0/8",
             "--domain", "commission.example", "--stats", stats, "--output", output, corpus.path]
    return Command(f"scan --jobs {jobs}", corpus, words, good=(0, 1, 3), stats=stats, output=output)


def parse(tocsin, corpus):
    return Command("parse --jobs 1", corpus, [tocsin, "parse", "--quiet", "--jobs", 1, corpus.path])


def count_lines(corpus):
    return Command("wc -l", corpus, ["wc", "-l", *corpus.files])


def count_users(corpus):
    """mawk: split into fields and count one of them, of tools that everybody has the fastest."""
    separator, field = {"msgtrk": (",", 20), "winjson": ('"', 4)}.get(corpus.kind, (" ", 8))
    program = f"!/^#/{{c[${field}]++}}END{{for(u in c)n++;print n}}"
    return Command("mawk", corpus, ["mawk", "-F", separator, program, *corpus.files])


def web_statistics(corpus, folder):
    return Command("goaccess", corpus,
                   ["goaccess", corpus.path, "--log-format=W3C", "--no-global-config",
                    "--no-progress", "-o", folder / "goaccess.json"])


def is_installed(program):
    return shutil.which(program) is not None
