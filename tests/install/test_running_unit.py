#!/usr/bin/env python3
"""The installed unit, running under a systemd of its own: what it may, and that it says how it is.

The system is this machine's files with the package on top, in namespaces that go with it. Needs root.
"""
import ctypes
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ["TOCSIN_BUILD"])
SYSTEMD = pathlib.Path("/lib/systemd/systemd")
PATIENCE = 90
PR_SET_PDEATHSIG = 1
LINE = "2011-03-09 07:00:00 10.0.0.5 GET /owa/ - 443 EX\\user 198.51.100.7 Mozilla/5.0 200 0 0 15\r\n"
HEADER = ("#Software: Microsoft Internet Information Services 7.5\r\n#Version: 1.0\r\n#Date: 2011-03-09 00:00:00\r\n"
          "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
          "sc-status sc-substatus sc-win32-status time-taken\r\n")


def skip(why):
    print(f"skipped: {why}", flush=True)
    sys.exit(77)


def cgroups():
    """Where the second version of cgroups is mounted."""
    for line in pathlib.Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines():
        before, behind = line.split(" - ", 1)
        if behind.split()[0] == "cgroup2":
            return pathlib.Path(before.split()[4])
    return None


def check_machine():
    if os.geteuid() != 0:
        skip("root is needed for namespaces")
    for program in ("unshare", "nsenter", "dpkg-deb", "systemctl", "journalctl", "systemd-sysusers"):
        if shutil.which(program) is None:
            skip(f"{program} is not installed")
    if not SYSTEMD.exists():
        skip("systemd is not installed")
    if cgroups() is None:
        skip("no cgroup2 is mounted")
    empty = tempfile.mkdtemp()
    said = subprocess.run([BUILD / "tocsin", "scan", "--sandbox", "yes", empty], capture_output=True, text=True, check=False)
    os.rmdir(empty)
    if "--sandbox yes: " in said.stderr:  # an older kernel, a sanitised build
        skip(said.stderr.strip())


class System:
    """A first process, and what is below it."""

    def __init__(self, folder, package, logs):
        self.group = cgroups() / f"tocsin-test-{os.getpid()}"
        self.group.mkdir()
        self.log = folder / "boot.txt"
        with open(self.log, "wb") as log:
            self.outer = subprocess.Popen(
                ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--uts", "--ipc", "--net", "--cgroup",
                 HERE / "booted.sh", package, logs], stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                preexec_fn=self.enter)

    def enter(self):
        """In the new process: it ends with the test, whatever ends that, and so does all that is below it."""
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        (self.group / "cgroup.procs").write_text("0")

    def first(self):
        """Its number here; None: it is not there yet."""
        children = pathlib.Path(f"/proc/{self.outer.pid}/task/{self.outer.pid}/children")
        found = children.read_text(encoding="ascii").split() if children.exists() else []
        return int(found[0]) if found and pathlib.Path(f"/proc/{found[0]}/comm").read_text() == "systemd\n" else None

    def run(self, *words):
        done = subprocess.run(["nsenter", "--target", str(self.first()), "--all", "--root", "--wd", *words],
                              capture_output=True, text=True, check=False, timeout=PATIENCE)
        return done.stdout + done.stderr

    def wait(self, holds, what):
        end = time.monotonic() + PATIENCE
        while not holds():
            if time.monotonic() > end or self.outer.poll() is not None:
                raise AssertionError(f"{what}: in vain\n{self.log.read_text(errors='replace')}\n{self.words()}")
            time.sleep(0.2)

    def words(self):
        return self.run("journalctl", "--no-pager", "-o", "cat", "-u", "tocsin") if self.first() else ""

    def show(self, *names):
        lines = self.run("systemctl", "show", "tocsin", *[f"--property={name}" for name in names]).splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def end(self):
        if self.outer.poll() is None:
            first = self.first()
            if first:
                os.kill(first, signal.SIGKILL)
            self.outer.kill()
        self.outer.wait(timeout=PATIENCE)
        folders = sorted(self.group.rglob("*/"), key=lambda path: -len(path.parts))
        for folder in [*folders, self.group]:
            for _ in range(50):
                try:
                    folder.rmdir()
                    break
                except OSError:
                    time.sleep(0.1)


class Unit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="tocsin-unit-"))
        subprocess.run(["cpack", "--config", BUILD / "CPackConfig.cmake", "-B", cls.folder / "made"], check=True,
                       capture_output=True)
        (package,) = (cls.folder / "made").glob("*.deb")
        logs = cls.folder / "logs"
        logs.mkdir()
        (logs / "u_ex.log").write_text(HEADER + LINE, newline="")
        cls.system = System(cls.folder, package, logs)
        try:
            cls.system.wait(cls.system.first, "systemd begins")
            cls.system.wait(lambda: cls.system.run("systemctl", "is-system-running").strip() in ("running", "degraded"),
                            "systemd is up")
            cls.system.run("systemctl", "start", "tocsin")
        except BaseException:
            cls.tearDownClass()
            raise

    @classmethod
    def tearDownClass(cls):
        cls.system.end()
        shutil.rmtree(cls.folder, ignore_errors=True)

    def setUp(self):
        self.system.wait(lambda: self.system.show("ActiveState").get("ActiveState") == "active", "the unit is active")

    def statuses(self):
        """Of each of its threads, as this machine sees them."""
        group = next(path for path in self.system.group.rglob("tocsin.service"))
        found = []
        for pid in (group / "cgroup.procs").read_text(encoding="ascii").split():
            for thread in os.listdir(f"/proc/{pid}/task"):
                lines = pathlib.Path(f"/proc/{pid}/task/{thread}/status").read_text(encoding="utf-8").splitlines()
                found.append(dict(line.split(":\t", 1) for line in lines if ":\t" in line))
        return found

    def test_1_it_has_no_rights(self):
        self.assertIn("NoNewPrivs", self.statuses()[0])
        self.assertGreater(len(self.statuses()), 2)
        for status in self.statuses():
            for kind in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
                self.assertEqual(0, int(status[kind], 16), (kind, status["Name"]))
            self.assertEqual(("1", "2"), (status["NoNewPrivs"], status["Seccomp"]))
            self.assertNotIn("0", status["Uid"].split())

    def test_2_it_says_that_it_is_ready_and_alive(self):
        shown = self.system.show("Type", "SubState", "NRestarts", "WatchdogUSec", "StatusText", "NotifyAccess")
        self.assertEqual(("notify", "running", "0", "1min", "main"),
                         tuple(shown[k] for k in ("Type", "SubState", "NRestarts", "WatchdogUSec", "NotifyAccess")))
        self.system.wait(lambda: "1 logs, 1 events" in self.system.show("StatusText")["StatusText"], "it says what it does")
        before = self.system.show("WatchdogTimestampMonotonic")["WatchdogTimestampMonotonic"]
        self.system.wait(lambda: self.system.show("WatchdogTimestampMonotonic")["WatchdogTimestampMonotonic"] != before,
                         "a sign of life")

    def test_3_it_lacks_no_sandbox_and_reads_nothing_elsewhere(self):
        self.assertNotIn("sandbox", self.system.words())
        self.system.run("sh", "-c", "echo 'rules: {add: [/opt/elsewhere]}' >> /etc/tocsin/tocsin.yml")
        self.system.run("systemctl", "kill", "--signal=HUP", "--kill-whom=main", "tocsin")
        self.system.wait(lambda: "still hold" in self.system.words(), "what it may not read is refused")
        self.assertIn("/opt/elsewhere", self.system.words())
        self.assertIn("ermission denied", self.system.words())

    def test_4_one_that_hangs_is_begun_anew(self):
        self.system.run("sh", "-c", "mkdir /run/systemd/system/tocsin.service.d; printf '[Service]\\nWatchdogSec=3\\n"
                        "RestartSec=1\\nTimeoutAbortSec=1\\n' > /run/systemd/system/tocsin.service.d/short.conf")
        self.system.run("sed", "-i", "/elsewhere/d", "/etc/tocsin/tocsin.yml")
        self.system.run("systemctl", "daemon-reload")
        self.system.run("systemctl", "restart", "tocsin")
        self.setUp()
        self.system.run("systemctl", "kill", "--signal=STOP", "tocsin")
        self.system.wait(lambda: self.system.show("NRestarts")["NRestarts"] == "1", "it is begun anew")
        self.setUp()

    def test_5_it_ends_when_it_is_told(self):
        self.system.run("systemctl", "stop", "tocsin")
        shown = self.system.show("ActiveState", "Result", "ExecMainStatus")
        self.assertEqual(("inactive", "success", "0"),
                         tuple(shown[k] for k in ("ActiveState", "Result", "ExecMainStatus")), self.system.words())
        self.system.run("systemctl", "start", "tocsin")


if __name__ == "__main__":
    check_machine()
    unittest.main()
