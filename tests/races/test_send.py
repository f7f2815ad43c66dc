#!/usr/bin/env python3
"""Sender threads over every way that this machine has by itself, beside a thread that puts rows, wakes and counts:
under ThreadSanitizer any race ends the program."""
import http.server
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

SENDER = os.environ["SEND_ALERTS"]


class Races(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name)

    def tearDown(self):
        self.folder.cleanup()

    def send(self, target, *words, count=300):
        done = subprocess.run([SENDER, target, f"count={count}", "rate=500", "wait=20", "seconds=60", *words],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, (done.stdout + done.stderr).decode()[:4000])
        self.assertIn(f"sent {count} dead 0", done.stdout.decode())

    def test_a_file(self):
        self.send(f"file://{self.path}/out")
        self.assertEqual((self.path / "out").read_bytes().count(b"\n"), 300)

    def test_a_socket_of_this_machine(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
            server.bind(f"{self.path}/log")
            threading.Thread(target=self.drain, args=(server,), daemon=True).start()
            self.send(f"unix://{self.path}/log")

    def test_a_stream_that_is_broken_now_and_then(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            threading.Thread(target=self.break_at_times, args=(server,), daemon=True).start()
            self.send(f"tcp://localhost:{server.getsockname()[1]}")

    def test_a_webhook(self):
        class Receiver(http.server.BaseHTTPRequestHandler):
            def do_POST(self):  # pylint: disable=invalid-name
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):  # pylint: disable=arguments-differ
                pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.send(f"http://127.0.0.1:{server.server_port}/", count=100)
        server.shutdown()
        server.server_close()

    def test_a_hook(self):
        hook = self.path / "hook"
        hook.write_text(f"#!/bin/sh\ncat >>{self.path}/out\n")
        hook.chmod(0o755)
        self.send(f"hook://{hook}", count=30)

    @staticmethod
    def drain(server):
        try:
            while True:
                server.recv(65536)
        except OSError:
            pass

    @staticmethod
    def break_at_times(server):
        limit = 20000
        try:
            while True:
                connection, _ = server.accept()
                got = 0
                with connection:
                    while got < limit:
                        piece = connection.recv(4096)
                        if not piece:
                            break
                        got += len(piece)
                limit *= 4
        except OSError:
            pass


if __name__ == "__main__":
    sys.exit(unittest.main())
