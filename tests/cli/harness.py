"""What the command-line tests share: running tocsin and the simulator, reading what they print."""
import gzip
import json
import lzma
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import threading
import unittest

TOCSIN = os.environ["TOCSIN"]
SIMULATE = os.environ["TOCSIN_SIMULATE"]
LEVELS = ["informational", "low", "medium", "high", "critical"]


def run(*arguments, stdin=None, env=None, check=None, timeout=300):
    """Runs tocsin; returns the finished process with text output."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "COLUMNS": "80", **(env or {})}
    done = subprocess.run([TOCSIN, *map(str, arguments)], input=stdin, capture_output=True,
                          env=environment, timeout=timeout, check=False)
    done.out = done.stdout.decode("utf-8")
    done.err = done.stderr.decode("utf-8")
    if check is not None and done.returncode != check:
        raise AssertionError(f"exit {done.returncode}, expected {check}\n{done.err}\n{done.out[-3000:]}")
    return done


def sanitised():
    """Whether tocsin is watched by a sanitizer, which takes several times the time and memory."""
    return b"san" in subprocess.run(["ldd", TOCSIN], capture_output=True, check=False).stdout


def simulate(folder, *arguments):
    subprocess.run([SIMULATE, "--out", str(folder), *arguments], check=True, timeout=300)
    return json.loads((pathlib.Path(folder) / "expected.json").read_text(encoding="utf-8"))


def lines_of(text):
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def told(alerts):
    """What was found, without where it stood."""
    return [(a["event"]["id"], a["tocsin"]["type"], a["tocsin"].get("level"), a["message"])
            for a in alerts if a["tocsin"]["type"] in ("alert", "incident")]


def finals(alerts, at_least="low"):
    """The incidents in their final state, from a level on."""
    found = []
    for alert in alerts:
        incident = alert.get("tocsin", {}).get("incident", {})
        if incident.get("transition") == "final":
            if LEVELS.index(alert["tocsin"]["level"]) >= LEVELS.index(at_least):
                found.append(alert)
    return found


def mailbox_names(alert):
    return {m if isinstance(m, str) else m["name"] for m in alert["tocsin"]["mailboxes"]}


def addresses(alert):
    return set(alert["related"]["ip"])


class Receiver:
    """A syslog daemon of the test's own: keeps the datagrams that come to a socket."""

    def __init__(self, path):
        self.path, self.messages = path, []
        path.unlink(missing_ok=True)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.thread = threading.Thread(target=self.keep)

    def keep(self):
        while (message := self.socket.recv(65536)) != b"end of test":
            self.messages.append(message.decode("utf-8"))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as last:
            last.sendto(b"end of test", str(self.path))
        self.thread.join(timeout=60)
        self.socket.close()
        self.path.unlink()


class Case(unittest.TestCase):
    """A test with a scratch folder of its own."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="tocsin-cli-"))

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder, ignore_errors=True)

    def skipTest(self, reason):
        """As unittest's, with words that ./dev test shows."""
        print(f"skipped: {self.id().split('.', 1)[-1]}: {reason}", flush=True)
        super().skipTest(reason)

    def write(self, name, data):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(data, str):
            data = data.encode("utf-8")
        path.write_bytes(data)
        return path

    def assert_balanced(self, stats):
        """The three books of every source, and their sums, add up exactly."""
        for book in [*stats["sources"], stats["totals"]]:
            name = book.get("path", "totals")
            b, r, e = book["bytes"], book["records"], book["events"]
            self.assertEqual(b["read"], b["parsed"] + b["header"] + b["blank"] + b["rejected"]
                             + b["pending"], name)
            self.assertEqual(r["accepted"], e["delivered"] + e["duplicate"] + e["late"]
                             + sum(e["filtered"].values()), name)
        for part in ("bytes", "records", "events"):
            for key, total in stats["totals"][part].items():
                values = [s[part][key] for s in stats["sources"]]
                if isinstance(total, dict):
                    self.assertEqual(sum(total.values()), sum(sum(v.values()) for v in values), key)
                else:
                    self.assertEqual(total, sum(values), key)


def gz(data):
    return gzip.compress(data, mtime=0)


def xz(data):
    return lzma.compress(data)


def zst(data, *options):
    return subprocess.run(["zstd", "-q", "-c", *options], input=data, capture_output=True, check=True,
                          timeout=300).stdout


PACKINGS = {".gz": gz, ".zst": zst, ".xz": xz}
