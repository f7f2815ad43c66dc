"""SIGHUP: other receivers, while those that stay keep their connection; certificates of an input, read again."""
import datetime
import pathlib
import signal
import shutil
import socket
import ssl
import subprocess
import threading
import time
import unittest

import harness
import watching
from watching import Daemon, line


def now():
    return datetime.datetime.now(datetime.timezone.utc)


class Siem:
    """Takes lines over TCP; counts who has come."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port, self.came, self.text, self.peers = self.socket.getsockname()[1], 0, b"", []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            self.came += 1
            self.peers.append(peer)
            threading.Thread(target=self.read, args=(peer,), daemon=True).start()

    def read(self, peer):
        try:
            while piece := peer.recv(65536):
                self.text += piece
        except OSError:
            pass

    def told(self, number):
        """Messages about the request with that number."""
        return sum(b"/marked/%d " % number in message for message in self.text.split(b'{"@timestamp"'))

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)  # or the thread goes on taking
        for each in (self.socket, *self.peers):
            each.close()


class ReloadCase(harness.Case):
    def setUp(self):
        self.place = self.folder / self._testMethodName[:20]
        self.logs, self.config = self.place / "logs", self.place / "site.yml"
        self.logs.mkdir(parents=True)
        self.out = self.place / "out"
        self.out.mkdir()
        self.daemon = None

    def tearDown(self):
        if self.daemon and self.daemon.process and self.daemon.process.poll() is None:
            self.daemon.kill()

    def write(self, text):
        with (self.logs / "u_ex.log").open("a", newline="", encoding="ascii") as file:
            file.write(text)

    def watch(self, config):
        self.config.write_text(config)
        self.write(watching.HEADER + line(0, False, when=now() - datetime.timedelta(hours=2)))
        self.daemon = Daemon(self.place / "daemon", self.logs, "--config", self.config, "--delay", "1h")
        self.daemon.command = [word for word in self.daemon.command if word not in ("-o", self.daemon.output)]
        self.daemon.start()
        state = self.daemon.folder / "state"
        self.until(lambda: "tocsin_events_total 1" in harness.run("state", "metrics", state).out)
        time.sleep(1.1)  # logs have whole seconds

    def until(self, holds, seconds=60):
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end or self.daemon.process.poll() is not None:
                self.fail(self.daemon.words())
            time.sleep(0.1)

    def reload(self, config, words, times=1):
        self.config.write_text(config)
        self.daemon.signal(signal.SIGHUP)
        self.until(lambda: self.daemon.words().count(words) >= times)

    def has(self, name, number):
        path = self.out / name
        return path.exists() and f"/marked/{number} " in path.read_text()

    def file(self, name):
        return f"  - file://{self.out / name} name={name} gate=no\n"


class Receivers(ReloadCase):
    def test_new_ones_are_told_gone_ones_are_not_and_the_others_stay_connected(self):
        siem = Siem()
        self.addCleanup(siem.close)
        stays = f"  - tcp://127.0.0.1:{siem.port} name=siem form=json\n"
        self.watch("receivers:\n" + self.file("one") + stays)
        self.write(line(1, True, when=now()))
        self.until(lambda: self.has("one", 1) and b"/marked/1 " in siem.text)
        self.reload("receivers:\n" + self.file("two") + stays, "were read again")
        self.assertIn("receiver one is told no more: 0 messages wait", self.daemon.words())
        self.write(line(2, True, when=now()))
        self.until(lambda: self.has("two", 2) and b"/marked/2 " in siem.text)
        self.assertFalse(self.has("one", 2) or self.has("two", 1))
        self.assertEqual(1, siem.came)
        self.assertEqual(1, siem.told(1))
        self.assertEqual(0, self.daemon.end())

    def test_what_cannot_be_had_changes_nothing(self):
        good = "receivers:\n" + self.file("one")
        self.watch(good)
        for number, (bad, words) in enumerate((
                (good + "  - tcp://127.0.0.1:1 name=one\n", "one"),
                (good + "  - hook:///bin/true name=pager\n", "restart it"),
                (good + f"  - file://{self.place / 'nowhere' / 'found'} name=lost\n", "cannot be opened"))):
            self.reload(bad, "of before still hold", number + 1)
            self.assertIn(words, self.daemon.words())
        self.write(line(1, True, when=now()))
        self.until(lambda: self.has("one", 1))
        self.assertEqual(0, self.daemon.end())

    def test_what_waits_for_one_who_is_gone_is_kept_and_sent_when_he_is_back(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        away = f"  - tcp://127.0.0.1:{port} name=siem form=json\n"
        self.watch("receivers:\n" + self.file("one") + away)
        self.write(line(1, True, when=now()))
        self.until(lambda: self.has("one", 1))
        self.reload("receivers:\n" + self.file("one"), "were read again")
        self.assertIn("receiver siem is told no more: 1 messages wait", self.daemon.words())
        siem = Siem()
        self.addCleanup(siem.close)
        self.reload("receivers:\n" + self.file("one") + away.replace(str(port), str(siem.port)), "were read again", 2)
        self.until(lambda: b"/marked/1 " in siem.text)
        self.assertEqual(0, self.daemon.end())


class OfTheStart(ReloadCase):
    def test_what_only_a_restart_takes_up_is_refused_in_words_and_nothing_is_lost(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        good = "receivers:\n" + self.file("one") + f"inputs: ['syslog+tcp://127.0.0.1:{port} name=in']\n"
        self.watch(good)
        other = f"receivers:\n{self.file('two')}inputs: ['syslog+tcp://127.0.0.1:{port} name=in']\n"
        for number, (bad, words) in enumerate((
                (other.replace("name=in", "name=other"), "'inputs' has changed, which only a restart takes up"),
                (other.replace("inputs:", "old:").replace("old: ", "inputs: []\n#"), "'inputs' has changed"),
                (other + "run: {sandbox: 'no'}\n", "'run.sandbox' has changed"),
                (other + "logs: {follow_links: true}\n", "'logs.follow_links' has changed"),
                (other + "logs: {partial_after: 99h}\n", "is no span up to 24 hours"))):
            self.reload(bad, "of before still hold", number + 1)
            self.assertIn(words, self.daemon.words())
            self.write(line(number + 1, True, when=now()))
            self.until(lambda: self.has("one", number + 1))
        self.assertFalse((self.out / "two").exists() and (self.out / "two").read_text())
        with socket.create_connection(("127.0.0.1", port)) as peer:  # the input is the one of before
            peer.sendall(b"<134>Mar  9 00:00:00 ex01 iis: none\n")
        self.reload(other, "were read again")
        self.write(line(9, True, when=now()))
        self.until(lambda: self.has("two", 9))
        self.assertEqual(0, self.daemon.end())


class Certificates(ReloadCase):
    def make(self, name):
        """A certificate for the input; its predecessor is written over."""
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", self.place / "key.pem", "-subj", f"/CN={name}", "-out", self.place / "in.pem",
                        "-days", "2"], check=True, capture_output=True, timeout=60)

    def shown(self, port):
        """The certificate that the input shows."""
        return ssl.get_server_certificate(("127.0.0.1", port), timeout=60)

    def test_they_are_read_again_and_a_bad_one_changes_nothing(self):
        if shutil.which("openssl") is None:
            self.skipTest("there is no openssl")
        self.make("before")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        config = ("receivers:\n" + self.file("one") + f"inputs:\n  - lumberjack+tls://127.0.0.1:{port} name=beats "
                  f"certificate={self.place / 'in.pem'} key={self.place / 'key.pem'}\n")
        self.watch(config)
        first = self.shown(port)
        self.assertEqual(first.split(), (self.place / "in.pem").read_text().split())
        self.make("after")
        self.reload(config, "were read again")
        second = self.shown(port)
        self.assertEqual(second.split(), (self.place / "in.pem").read_text().split())
        (self.place / "in.pem").write_text("none\n")
        self.reload(config, "of before still hold")
        self.assertEqual(second, self.shown(port))
        self.assertEqual(0, self.daemon.end())
        self.assertNotIn("Sanitizer", pathlib.Path(self.daemon.said).read_text(errors="replace"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
