#!/usr/bin/env python3
"""The webhook sender against servers that the test plays: what they get, and what their answers do."""
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import unittest

SENDER = os.environ["SEND_ALERTS"]
SECRET = b"swordfish"


class Receiver(http.server.BaseHTTPRequestHandler):
    """Answers with what the test wants for the n-th request; keeps all of them."""
    protocol_version = "HTTP/1.1"

    def do_POST(self):  # pylint: disable=invalid-name
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, dict(self.headers), body))
        status = self.server.answer(len(self.server.requests), body)
        if status is None:
            time.sleep(5)
            self.close_connection = True
            return
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass


class Webhook(unittest.TestCase):
    def setUp(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        self.server.requests = []
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def tearDown(self):
        self.server.shutdown()
        self.server.server_close()

    def send(self, count, answer, *words):
        self.server.answer = answer
        environment = dict(os.environ, HOOK_SECRET=SECRET.decode())
        target = f"http://127.0.0.1:{self.server.server_port}/hooks/tocsin?a=b"
        done = subprocess.run([SENDER, target, f"count={count}", "hmac=env:HOOK_SECRET", "wait=50", *words],
                              env=environment, stdout=subprocess.PIPE, timeout=90, check=False)
        words = done.stdout.decode().split()
        return {words[i]: int(words[i + 1]) for i in range(0, 12, 2)}, done.stdout.decode()

    def test_every_alert_comes_once_signed_and_as_json(self):
        told, _ = self.send(50, lambda n, body: 204)
        self.assertEqual((told["sent"], told["dead"], told["failures"]), (50, 0, 0))
        ids = set()
        for path, headers, body in self.server.requests:
            self.assertEqual(path, "/hooks/tocsin?a=b")
            self.assertEqual(headers["Content-Type"], "application/json")
            signature = "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest()
            self.assertEqual(headers["X-Tocsin-Signature"], signature)
            alert = json.loads(body)
            self.assertEqual(headers["X-Tocsin-Id"], alert["event"]["id"])
            ids.add(alert["event"]["id"])
        self.assertEqual((len(ids), len(self.server.requests)), (50, 50))

    def test_a_server_in_trouble_gets_the_same_alert_again(self):
        told, _ = self.send(5, lambda n, body: (503, 429, 500)[n - 1] if n <= 3 else 200)
        self.assertEqual((told["sent"], told["dead"], told["failures"]), (5, 0, 3))
        ids = [headers["X-Tocsin-Id"] for _, headers, _ in self.server.requests]
        self.assertEqual((len(set(ids)), len(ids)), (5, 8))
        self.assertTrue(set(ids[:3]) <= set(ids[3:]))

    def test_what_it_refuses_is_given_up_after_three_times_and_nothing_else(self):
        told, words = self.send(5, lambda n, body: 422 if json.loads(body)["event"]["id"].endswith("03") else 200)
        self.assertEqual((told["sent"], told["dead"], told["refused"]), (4, 1, 3), words)

    def test_redirects_are_not_followed(self):
        told, words = self.send(1, lambda n, body: 302, "seconds=2")
        self.assertEqual((told["sent"], told["dead"]), (0, 0))
        self.assertIn("redirects are not followed", words)
        self.assertTrue(all(path.startswith("/hooks/") for path, _, _ in self.server.requests))

    def test_a_server_that_does_not_answer_is_a_failure_after_the_timeout(self):
        told, words = self.send(1, lambda n, body: None if n == 1 else 200, "timeout=1000")
        self.assertEqual((told["sent"], told["failures"]), (1, 1), words)

    def test_a_bearer_token_is_sent_over_tls_only(self):
        with tempfile.TemporaryDirectory() as folder:
            token = pathlib.Path(folder) / "token"
            token.write_text("abc\n")
            token.chmod(0o600)
            done = subprocess.run([SENDER, f"http://127.0.0.1:{self.server.server_port}/", f"bearer=file:{token}"],
                                  stderr=subprocess.PIPE, timeout=30, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"travel readable", done.stderr)


if __name__ == "__main__":
    sys.exit(unittest.main())
