"""An interface as an input: the same findings as a scan of the same packets, by a process that may do nothing else.

Runs in a network namespace of its own; is left out where none can be made."""
import base64
import fcntl
import os
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import unittest

INSIDE = "TOCSIN_TEST_NAMESPACE"
if INSIDE not in os.environ:
    if subprocess.run(["unshare", "--net", "--map-root-user", "true"], capture_output=True, check=False).returncode:
        print("left out: no network namespace can be made here")
        sys.exit(77)
    os.environ[INSIDE] = "1"
    os.execvp("unshare", ["unshare", "--net", "--map-root-user", sys.executable, *sys.argv])

import harness  # noqa: E402
from test_rings import Ring, requests  # noqa: E402
from watching import Daemon, counted, scanned  # noqa: E402


def loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh", b"lo", 0x1 | 0x8 | 0x40)
        fcntl.ioctl(any_socket, 0x8914, request)


def mailboxes(found):
    return {record["user"]["name"].lower() for record in found
            if record.get("tocsin", {}).get("type") == "alert" and "user" in record}


def health(found, condition):
    return [record for record in found if record.get("tocsin", {}).get("condition") == condition]


class LiveCapture(harness.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        loopback_up()

    def setUp(self):
        self.place = self.folder / self._testMethodName
        self.logs = self.place / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        self.daemon = Daemon(self.place / "daemon", self.logs, "--delay", "1s")
        self.child = None

    def tearDown(self):
        if self.daemon.process and self.daemon.process.poll() is None:
            self.daemon.kill()

    def start(self, words=""):
        self.daemon.start("--listen", f"capture://lo name=tap {words}")
        end = time.monotonic() + 60
        while self.child is None and time.monotonic() < end:
            self.assertIsNone(self.daemon.process.poll(), self.daemon.words())
            self.child = self.find_child()
            time.sleep(0.05)
        self.assertIsNotNone(self.child, "no process that captures")
        self.wait_ready()

    def find_child(self):
        children = pathlib.Path(f"/proc/{self.daemon.process.pid}/task/{self.daemon.process.pid}/children")
        for child in children.read_text().split():
            if pathlib.Path(f"/proc/{child}/comm").read_text().strip() == "tocsin-capture":
                return int(child)
        return None

    def wait_ready(self):
        """Until it can be spoken to: then the sandbox is closed."""
        end = time.monotonic() + 60
        while not (self.place / "daemon/state/control").exists() and time.monotonic() < end:
            self.assertIsNone(self.daemon.process.poll(), self.daemon.words())
            time.sleep(0.05)

    def end(self):
        self.daemon.signal(signal.SIGTERM)
        self.assertEqual(0, self.daemon.process.wait(timeout=60), self.daemon.words())

    def send(self, packets, pause=0.0005):
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as wire:
            wire.bind(("lo", 0))
            for _, _, frame in packets:
                wire.send(frame)
                time.sleep(pause)

    def found(self):
        """What is found when all that came is judged, which it is but for the last second."""
        time.sleep(1.5)
        self.daemon.once()
        return mailboxes(self.daemon.found())

    def end_with(self, count):
        """Ends the daemon, which says that it had at least so many packets."""
        time.sleep(2)
        self.end()
        told = [text for text in self.daemon.words().splitlines() if text.startswith("tocsin: input tap:")]
        self.assertTrue(told, self.daemon.words())
        self.assertGreaterEqual(int(told[-1].split(" packets")[0].split()[-1]), count, told)
        return told[-1]

    def test_it_finds_what_a_scan_of_the_packets_finds(self):
        packets = requests(600)
        expected = mailboxes(scanned(Ring(self.place / "whole", packets).whole(self.place / "whole.pcap"),
                                     "--no-default-rules", "--rules", self.daemon.rules))
        self.start()
        self.send(packets)
        self.assertGreater(len(expected), 100)
        self.assertNotIn("lost", self.end_with(len(packets)))
        self.assertEqual(expected, self.found())
        self.assertEqual(0, counted(self.daemon.words())["rejected"])

    def test_real_connections_are_read(self):
        server = socket.create_server(("127.0.0.1", 8080))

        def serve():
            for _ in range(30):
                peer, _ = server.accept()
                with peer:
                    peer.recv(65536)
                    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        self.start("filter='tcp port 8080' snap=4096 buffer=4MiB promiscuous=no")
        for number in range(30):
            login = base64.b64encode(f"user{number}:not-kept".encode()).decode()
            with socket.create_connection(("127.0.0.1", 8080)) as client:
                client.sendall(f"GET /marked/{number} HTTP/1.1\r\nHost: mail\r\n"
                               f"Authorization: Basic {login}\r\n\r\n".encode())
                client.recv(65536)
        thread.join()
        server.close()
        names = {f"user{number}" for number in range(30)}
        self.end_with(30 * 8)
        self.assertEqual(names, self.found())

    def test_after_a_restart_connections_are_picked_up_in_their_middle(self):
        packets = requests(300)
        half = len(packets) // 2
        self.start()
        self.send(packets[:half])
        self.end_with(half)
        self.child = None
        self.start()
        self.send(packets[half:])
        self.assertIn("12 connections begun before", self.end_with(len(packets)))
        self.assertGreater(len(self.found()), 90)

    def test_the_process_that_captures_has_no_powers(self):
        self.start()
        status = dict(text.split(":", 1) for text in pathlib.Path(f"/proc/{self.child}/status").read_text().splitlines())
        for name in ("CapEff", "CapPrm", "CapInh", "CapAmb"):
            self.assertEqual(0, int(status[name], 16), name)
        sanitised = "sanitizer" in self.daemon.words()
        if not sanitised and status["NoNewPrivs"].strip() != "0":
            self.assertEqual("2", status["Seccomp"].strip())
        watch = pathlib.Path(f"/proc/{self.daemon.process.pid}/status").read_text().splitlines()
        effective = int(dict(text.split(":", 1) for text in watch)["CapEff"], 16)
        if not sanitised and status["NoNewPrivs"].strip() != "0":
            self.assertEqual(0, effective >> 13 & 1, "the daemon may not capture itself")
        self.end()
        self.assertFalse(pathlib.Path(f"/proc/{self.child}").exists())

    def test_packets_that_find_no_room_are_counted(self):
        self.start("buffer=1MiB")
        self.daemon.signal(signal.SIGSTOP)
        frame = requests(1, 1)[3][2].ljust(1400, b"x")
        self.send([(0, 0, frame)] * 20000, 0)
        time.sleep(2)
        self.daemon.signal(signal.SIGCONT)
        time.sleep(3)
        self.assertIn("packets lost", self.end_with(1))

    def test_an_interface_that_is_gone_is_told_and_what_was_read_of_it_is_kept(self):
        packets = requests(60)[:-3]  # the last requests have no answer: they end with their connections
        whole = Ring(self.place / "whole", packets).whole(self.place / "whole.pcap")
        expected = mailboxes(scanned(whole, "--no-default-rules", "--rules", self.daemon.rules))
        self.assertIn("user57", expected)
        self.start()
        self.send(packets)
        time.sleep(1.5)
        os.kill(self.child, signal.SIGKILL)
        self.assertTrue(self.daemon.wait(lambda found: health(found, "interface")), self.daemon.words())
        said = "interface lo: the process that captures has ended: nothing of it is judged until a restart"
        notice, = health(self.daemon.found(), "interface")
        self.assertEqual(said, notice["message"])
        self.assertEqual("high", notice["tocsin"]["level"])
        self.assertEqual(1, self.daemon.words().count(f"tocsin: {said}\n"))
        asked = subprocess.run([harness.TOCSIN, "state", "metrics", self.place / "daemon/state"], capture_output=True,
                               timeout=60, check=True).stdout.decode()
        self.assertIn("\ntocsin_interfaces_gone 1\n", asked)
        self.assertIn("1 interfaces gone", self.end_with(len(packets)))
        self.assertEqual(expected, self.found())
        self.child = None
        self.start()
        time.sleep(6)
        self.end()
        self.assertEqual(1, len(health(self.daemon.found(), "interface")), "what is over is told no more")

    def test_what_cannot_be_opened_is_said(self):
        for words, said in (("capture://nothing0", "interface nothing0"),
                            ("capture://lo filter='no such word'", "syntax error"),
                            ("capture://lo snap=1", "from 64 to 262144"),
                            ("syslog+udp://127.0.0.1:9 filter=ip", "belong to capture:// only")):
            done = subprocess.run([harness.TOCSIN, "watch", "--state", self.place / "state", "--listen", words],
                                  capture_output=True, timeout=60, check=False)
            self.assertIn(said, done.stderr.decode())
            self.assertEqual(2, done.returncode)


if __name__ == "__main__":
    unittest.main()
