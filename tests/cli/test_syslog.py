"""tocsin scan --syslog: what the daemon of the machine is told, and what happens when it does not listen."""
import contextlib
import os
import pathlib
import re
import socket
import subprocess
import time
import unittest

from harness import TOCSIN, Case, Receiver, lines_of, run, simulate

INTERNAL = ("--internal", "10.0.0.0/8")
PATIENCE = 10  # seconds, of the sender
ELEMENT = re.compile(r"^<8[2-6]>tocsin\[\d+\]: ([^[]*) (\[tocsin@32473 .*\])$")
CLEAN = ("#Fields: date time c-ip cs-username cs-method cs-uri-stem sc-status\n"
         "2021-03-01 00:00:01 192.0.2.1 CORP\\u1 GET /owa/ 200\n")


class Syslog(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        simulate(cls.folder)
        cls.logs = cls.folder / "logs"
        cls.clean = cls.folder / "clean.log"
        cls.clean.write_text(CLEAN, encoding="utf-8")

    def scan(self, path, *arguments, **how):
        return run("scan", "--syslog=" + str(path), *INTERNAL, *arguments, **how)

    def test_the_daemon_gets_what_the_format_syslog_prints(self):
        with Receiver(self.folder / "log") as receiver:
            printed = self.scan(receiver.path, "-f", "syslog", self.logs, check=1).out.splitlines()
        self.assertEqual(len(receiver.messages), len(printed))
        for message, line in zip(receiver.messages, printed):
            sentence, element = ELEMENT.match(message).groups()
            self.assertTrue(line.endswith(f"{element} {sentence}") or "\\x5b" in sentence, (message, line))

    def test_what_is_printed_stays_the_same(self):
        plain = run("scan", "-f", "json", *INTERNAL, self.logs).out
        with Receiver(self.folder / "log") as receiver:
            self.assertEqual(self.scan(receiver.path, "-f", "json", self.logs).out, plain)
        self.assertGreater(len(receiver.messages), 1)

    def test_people_are_told_under_pseudonyms_there_too(self):
        names = re.compile(r"@commission|commission\\\\")
        with Receiver(self.folder / "log") as receiver:
            printed = self.scan(receiver.path, "--redact", self.logs).out
        told = "\n".join(receiver.messages)
        self.assertIn("person-1", told)
        self.assertIsNone(names.search(told.casefold()))
        self.assertIn("person-1", printed)

    def test_levels_below_the_lowest_are_not_told(self):
        with Receiver(self.folder / "log") as receiver:
            self.scan(receiver.path, "--min-level", "critical", self.logs)
        self.assertEqual({message[:4] for message in receiver.messages}, {"<82>"})

    def test_without_a_daemon_nothing_is_begun(self):
        done = self.scan(self.folder / "none", self.logs, check=2)
        self.assertEqual(done.out, "")
        self.assertIn("none: no syslog daemon can be reached there (--syslog=PATH): No such file", done.err)
        self.assertIn("none: no syslog daemon", self.scan(self.write("none", "a file"), self.logs, check=2).err)
        self.assertIn("File name too long", self.scan("/" + "x" * 300, self.logs, check=2).err)

    @contextlib.contextmanager
    def waiting(self, path, *arguments):
        """A scan that has opened the socket and waits for the rest of its standard input."""
        child = subprocess.Popen([TOCSIN, "scan", "-f", "json", "--require", "none", "--syslog=" + str(path),
                                  *arguments, "-"],
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            child.stdin.write(CLEAN.encode() * 2000)
            child.stdin.flush()
            deadline = time.monotonic() + 30
            while not self.has_socket(child.pid) and time.monotonic() < deadline:
                time.sleep(0.02)
            self.assertTrue(self.has_socket(child.pid))
            yield child
        finally:
            child.kill()
            child.communicate()

    @staticmethod
    def has_socket(pid):
        for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                if os.readlink(entry).startswith("socket:"):
                    return True
        return False

    def summary(self, child):
        out, err = child.communicate(timeout=120)
        return lines_of(out.decode())[-1]["tocsin"], err.decode(), child.returncode

    def test_a_daemon_that_goes_makes_the_scan_incomplete(self):
        path = self.folder / "gone"
        receiver = Receiver(path).__enter__()
        with self.waiting(path) as child:
            receiver.stop()
            began = time.monotonic()
            summary, _, status = self.summary(child)
        self.assertGreaterEqual(time.monotonic() - began, PATIENCE - 1)
        self.assertLess(time.monotonic() - began, 4 * PATIENCE)
        self.assertEqual((status, summary["exit_status"], summary["outcome"]), (3, 3, "incomplete"))
        unsent = [reason["text"] for reason in summary["reasons"] if reason["reason"] == "unsent"]
        self.assertRegex(unsent[0], r"^1 message could not be sent: .*/gone: cannot send to the syslog socket: "
                                    r"No such file or directory$")

    def test_a_daemon_that_comes_back_gets_everything(self):
        path = self.folder / "back"
        receiver = Receiver(path).__enter__()
        with self.waiting(path) as child:
            receiver.stop()
            child.stdin.close()
            time.sleep(1.5)
            with Receiver(path) as receiver:
                child.stdin = None  # as subprocess has it, who closes it need not flush it
                summary, _, status = self.summary(child)
        self.assertEqual(status, 0)
        self.assertFalse([reason for reason in summary["reasons"] if reason["reason"] == "unsent"])
        self.assertIn('tocsin.type="summary"', receiver.messages[-1])

    def test_a_queue_that_nobody_empties_is_told_and_ends(self):
        path = self.folder / "full"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as deaf:
            deaf.bind(str(path))
            began = time.monotonic()
            done = self.scan(path, self.logs, check=1)  # something was found all the same
        self.assertLess(time.monotonic() - began, 60)
        self.assertRegex(done.out, r"INCOMPLETE[^~]* messages could not be sent:[^~]*/full:[^~]*Resource temporarily")


if __name__ == "__main__":
    unittest.main(verbosity=2)
