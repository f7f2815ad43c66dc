#!/usr/bin/env python3
"""What each profile and recipe sends, read by the rules of its receiver, restated here: JSON by Python's reader, LEEF
as IBM's guide has it, the header that Wazuh takes off, CEF as Graylog's input splits it."""
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

from check_receivers import unescape_text
from check_send import wanted_of

SENDER = os.environ["SEND_ALERTS"]
COUNT = 400
HEADER_3164 = re.compile(r"<(\d{1,3})>[A-Z][a-z]{2} [ 1-3]\d \d\d:\d\d:\d\d (\S+) ")
TAG = re.compile(r"tocsin\[42\]: ")


def readable(text):
    """Readers differ in how many marks they make of a run of bytes that is no UTF-8."""
    return re.sub("\ufffd+", "\ufffd", text)


class Forms(unittest.TestCase):
    def receive(self, *words, separator=b"\n"):
        """The messages of all alerts, and what was put into them."""
        with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as server:
            got = []

            def listen():
                connection, _ = server.accept()
                with connection:
                    while piece := connection.recv(65536):
                        got.append(piece)
            thread = threading.Thread(target=listen, daemon=True)
            thread.start()
            fields = pathlib.Path(folder) / "fields"
            done = subprocess.run([SENDER, f"tcp://127.0.0.1:{server.getsockname()[1]}", f"count={COUNT}",
                                   f"fields={fields}", *words], stdout=subprocess.PIPE, timeout=90, check=False)
            self.assertEqual(done.returncode, 0, done.stdout)
            thread.join(10)
            lines = b"".join(got).split(separator)
            self.assertEqual(lines.pop(), b"")
            self.assertEqual(len(lines), COUNT)
            return [line.decode("utf-8") for line in lines], wanted_of(fields)

    def expect(self, wanted, ours, value):
        self.assertEqual(value, wanted[ours], ours)

    def check_json(self, lines, limit):
        texts, wanted = lines
        for line in texts:
            self.assertLessEqual(len(line.encode()), limit)
            record = json.loads(line)
            alert = wanted[record["event"]["id"].encode()]
            # What is no UTF-8 cannot be said in JSON.
            for ours, value in (("msg", record["message"]), ("user_name", record["user"]["name"]),
                                ("rule_id", record["rule"]["id"])):
                self.assertEqual(readable(value), readable(alert[ours].decode("utf-8", "replace")), ours)

    def test_splunk_and_elastic_get_lines_of_json(self):
        self.check_json(self.receive("profile=splunk"), 9900)
        self.check_json(self.receive("profile=elastic"), 1 << 20)

    def test_wazuh_gets_json_of_4000_bytes_behind_a_header_that_it_takes_off(self):
        texts, wanted = self.receive("form=json", "header=3164", "framing=lf", "size=4000")
        bodies = []
        for line in texts:
            self.assertLessEqual(len(line.encode()), 4000)
            header = HEADER_3164.match(line)
            self.assertEqual(header.group(2), "collector.example.org")
            bodies.append(TAG.sub("", line[header.end():], count=1))
        self.check_json((bodies, wanted), 4000)

    def test_graylog_gets_cef_by_lines(self):
        texts, wanted = self.receive("form=cef", "header=3164", "framing=lf")
        for line in texts:
            body = line[HEADER_3164.match(line).end():]
            parts = re.split(r"(?<!\\)(?:\\\\)*\|", body)
            self.assertEqual(parts[0], "CEF:0")
            self.assertEqual(parts[1:3], ["tocsin", "tocsin"])
            pairs = dict(re.findall(r"(\w+)=((?:\\.|[^\\=])*)(?= \w+=|$)", body[body.index("cat="):]))
            alert = wanted[pairs["externalId"].encode()]
            for key, ours in (("msg", "msg"), ("suser", "user_name"), ("reason", "tocsin_confidence_why")):
                self.expect(alert, ours, unescape_text(re.sub(r"\\([\\=])", r"\1", pairs[key])))

    def test_qradar_gets_leef_with_its_delimiter(self):
        texts, wanted = self.receive("form=leef", "header=3164", "framing=lf", "size=4096")
        for line in texts:
            self.assertLessEqual(len(line.encode()), 4096)
            body = line[HEADER_3164.match(line).end():]
            version, vendor, product, _, event, delimiter, attributes = body.split("|", 6)
            self.assertEqual((version, vendor, product, delimiter), ("LEEF:2.0", "tocsin", "tocsin", "^"))
            pairs = dict(one.split("=", 1) for one in attributes.split("^"))
            alert = wanted[pairs["id"].encode()]
            self.expect(alert, "rule_id", unescape_text(event))
            for key, ours in (("msg", "msg"), ("usrName", "user_name"), ("ruleName", "rule_name")):
                self.expect(alert, ours, unescape_text(pairs[key]))
            self.assertRegex(pairs["devTime"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$")
            self.assertIn(int(pairs["sev"]), range(1, 11))


if __name__ == "__main__":
    sys.exit(unittest.main())
