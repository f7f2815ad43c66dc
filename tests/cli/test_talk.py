"""Talking to tocsin watch: its incidents, what people say of them, escalation, health, metrics."""
import datetime
import json
import pathlib
import re
import socket
import stat
import time
import unittest

import harness
import watching
from watching import Daemon, alerts

ROOT = pathlib.Path(__file__).resolve().parents[2]
CRITICAL = watching.RULE.replace("level: high", "level: critical")
AGENTS = ["Mozilla/5.0", "Opera/9.80", "Lynx/2.8", "curl/7.88", "Wget/1.21"]


class Log:
    """A log whose lines are of now, so that what they show is no history."""

    def __init__(self, folder):
        folder.mkdir(parents=True)
        self.path = folder / "u_ex.log"
        self.write(watching.HEADER)

    def write(self, text):
        with self.path.open("a", newline="") as file:
            file.write(text)

    def marked(self, who, address, agent):
        self.put(datetime.datetime.now(datetime.timezone.utc), f"/marked/{who}", who, address, agent)

    def pass_time(self):
        """A record far ahead: all before the moment at which it is read may be judged."""
        self.put(datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=15), "/owa/", "nobody",
                 "10.0.0.9", "Mozilla/5.0")

    def put(self, when, stem, who, address, agent):
        self.write(f"{when:%Y-%m-%d %H:%M:%S} 10.0.0.5 GET {stem} - 443 EX\\{who} {address} {agent} 200 0 0 7\r\n")


class Talk(harness.Case):
    def setUp(self):
        self.place = self.folder / self._testMethodName[-20:]
        self.daemon = None

    def tearDown(self):
        if self.daemon and self.daemon.process and self.daemon.process.poll() is None:
            self.daemon.kill()

    def watch(self, *options, rule=watching.RULE):
        logs = self.place / "logs"
        self.log = Log(logs)
        self.daemon = Daemon(self.place / "daemon", logs, "--delay", "1s", *options)
        self.daemon.rules.write_text(rule)
        self.state = self.daemon.folder / "state"
        self.begin()
        time.sleep(1.1)  # logs have whole seconds

    def begin(self):
        """Starts it and waits until it can be spoken to: what a run of before left behind does not answer."""
        (self.state / "control").unlink(missing_ok=True)
        self.daemon.start()
        self.until(lambda: (self.state / "control").exists() and "tocsin_up 1" in self.metrics())

    def restart(self):
        self.daemon.kill()
        self.begin()

    def until(self, holds, seconds=60):
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end or self.daemon.process.poll() is not None:
                self.fail(self.daemon.words())
            time.sleep(0.1)

    def metrics(self):
        return harness.run("state", "metrics", self.state).out

    def incident(self, *words, check=0):
        return harness.run("incident", *words, "--state", self.state, check=check)

    def listed(self, *options):
        return json.loads(self.incident("list", "-f", "json", *options).out)["incidents"]

    def stir(self, who=0, host=7):
        """Something happens to somebody, with a client that only he has."""
        before = len(alerts(self.daemon.found()))
        self.log.marked(f"user{who}-{host}", f"198.51.{100 + who}.{host}", AGENTS[who])
        time.sleep(1.1)
        self.log.pass_time()
        self.until(lambda: len(alerts(self.daemon.found())) > before)
        self.until(lambda: self.listed("--all"))


class Incidents(Talk):
    def test_what_was_said_is_shown_and_outlives_a_kill(self):
        self.watch()
        self.stir()
        first, = self.listed()
        self.assertEqual(("open", "high"), (first["state"], first["level"]))
        short = first["id"][:8]
        done = self.incident("ack", short, "--by", "ann", "--note", "I look\tat it")
        self.assertEqual(f"{short} acknowledged by ann\n", done.out)
        self.restart()
        page = self.incident("list").out
        self.assertTrue(all(len(text) <= 80 for text in page.splitlines()), page)
        self.assertIn("acknowledged", page)
        shown = self.incident("show", short).out
        self.assertIn("acknowledged, by ann", shown)
        self.assertIn("I look at it", shown)
        self.assertIn("198.51.100.7", shown)
        whole = json.loads(self.incident("show", short, "-f", "json").out)
        self.assertEqual((first["id"], "ann", first["id"]), (whole["id"], whole["by"], whole["incident"]["event"]["id"]))
        self.assertIn("no such incident", self.incident("ack", "ffffffff", check=2).err)
        self.assertIn("at least 4 digits", self.incident("ack", "f", check=2).err)
        self.assertEqual(0, self.daemon.end())
        self.assertNotIn("otherwise than before", self.daemon.words())
        self.assertIn("acknowledged", self.incident("list").out, "no run is needed to look")
        self.assertIn("no tocsin watch runs on", self.incident("ack", short, check=2).err)
        self.assertEqual("tocsin_up 0", self.metrics().splitlines()[-1])

    def test_closed_as_false_it_proposes_an_exception_that_can_be_taken_in(self):
        self.watch()
        self.stir(0)
        self.stir(1)
        self.until(lambda: len(self.listed()) == 2)
        first = next(one for one in self.listed() if "198.51.100.7" in self.incident("show", one["id"][:8]).out)
        self.assertIn("--as true", self.incident("close", first["id"][:8], check=2).err)
        said = self.incident("close", first["id"][:8], "--as", "false", "--note", "auditors").out
        self.assertIn(f"{first['id'][:8]} dismissed", said)
        exception = said[said.index("exceptions:"):said.index("\nIt would")]
        self.assertIn('address: "198.51.100.7"', exception)
        self.assertIn("auditors", exception)
        self.assertIn("It would have left out 1 of 1 findings of this incident.\n", said)
        self.assertIn("It would have hidden no other incident.\n", said)
        self.assertRegex(said, r"Seen by: the journal from 20[-0-9 :]+ to 20[-0-9 :]+ UTC \(\d+ rows\)")
        self.assertIn("nothing older is kept", said)
        self.assertNotIn("by what is kept of them", said, "the other one came out again")
        self.assertIn("The logs were not read again", said)
        config = self.place / "site.yml"
        config.write_text(f"rules:\n  no_default: true\n  add: [{self.daemon.rules}]\n{exception}")
        harness.run("config", "check", config, check=0)
        self.assertNotIn(first["id"], [one["id"] for one in self.listed()])
        self.assertIn(first["id"], [one["id"] for one in self.listed("--all")])
        self.restart()
        state = {one["id"]: one["state"] for one in self.listed("--all")}
        self.assertEqual("dismissed", state[first["id"]])

    def test_a_journal_that_cannot_be_judged_again_is_said(self):
        self.watch()
        self.stir(0)
        self.stir(1)
        self.until(lambda: len(self.listed()) == 2)
        one, other = self.listed()
        self.daemon.rules.write_text(watching.RULE.replace("condition: marked", "condition: nothing"))
        said = self.incident("close", one["id"][:8], "--as", "false").out
        self.assertIn("The journal could not be judged again", said)
        self.assertIn("by what is kept of it", said)
        self.assertIn("1 other incidents of the state did not come out", said)
        self.daemon.rules.write_text(watching.RULE.replace("/marked/", "/other/"))
        said = self.incident("close", other["id"][:8], "--as", "false").out
        self.assertIn("2 matches of rules that have gone or changed were left out", said)
        self.assertEqual(0, self.daemon.end())
        self.assertNotIn("otherwise than before", self.daemon.words())

    def test_a_silence_has_an_end_and_holds_what_only_grows(self):
        with harness.Receiver(self.folder / "log") as receiver:
            self.watch(f"--syslog={self.folder / 'log'}")
            self.stir()
            self.until(lambda: receiver.messages)
            only, = self.listed()
            self.assertIn("it has an end", self.incident("silence", only["id"][:8], check=2).err)
            self.assertIn("in the future", self.incident("silence", only["id"][:8], "--until", "2011-03-09", check=2).err)
            said = self.incident("silence", only["id"][:8], "--for", "8h").out
            self.assertIn("silent until", said)
            self.assertEqual("silenced", self.listed()[0]["state"])
            before = len(receiver.messages)
            self.stir(host=8)
            time.sleep(1)
            self.assertEqual(only["id"], self.listed("--all")[0]["id"], "it has joined")
            self.assertEqual(before, len(receiver.messages), receiver.messages[before:])
            self.assertRegex(self.metrics(), r"\ntocsin_silenced_total [1-9]")
            self.assertEqual(0, self.daemon.end())


class Escalation(Talk):
    def test_what_nobody_acknowledged_goes_once_to_somebody_else(self):
        first, second = self.folder / "first", self.folder / "second"
        with harness.Receiver(first) as here, harness.Receiver(second) as there:
            self.watch("--send", f"unix://{first} name=first escalate-to=second escalate-after=3s",
                       "--send", f"unix://{second} name=second alerts=no", rule=CRITICAL)
            self.stir(0)
            self.until(lambda: any("Not acknowledged" in text for text in there.messages))
            self.restart()
            time.sleep(2)
            told = [text for text in there.messages if "Not acknowledged" in text]
            self.assertEqual(1, len(told), there.messages)
            self.assertIn("A marked request", told[0])
            self.assertFalse([text for text in here.messages if "Not acknowledged" in text])
            known = {one["id"] for one in self.listed()}
            self.stir(1)
            self.until(lambda: len(self.listed()) > len(known))
            other = next(one["id"] for one in self.listed() if one["id"] not in known)
            self.incident("ack", other[:8])
            time.sleep(5)
            self.assertFalse([text for text in there.messages if other[:8] in text])
            self.assertEqual(0, self.daemon.end())

    def test_the_keys_of_escalation_are_checked(self):
        for text, words in (("name=a escalate-after=1m", "escalate-to"), ("name=a escalate-to=b", "no receiver"),
                            ("name=a escalate-to=a", "to itself"), ("alerts=yes", "only no"),
                            ("escalate-after=soon", "span")):
            config = self.write("site.yml", f"receivers:\n  - unix:///dev/log {text}\n")
            self.assertIn(words, harness.run("config", "check", config, check=2).err)


class Socket(Talk):
    def ask(self, line):
        with socket.socket(socket.AF_UNIX) as peer:
            peer.settimeout(60)
            peer.connect(str(self.state / "control"))
            peer.sendall(line)
            answer = b""
            while piece := peer.recv(65536):
                answer += piece
        return answer.decode()

    def test_it_is_the_owners_alone_and_nothing_stalls_it(self):
        self.watch()
        self.assertEqual(0o600, stat.S_IMODE((self.state / "control").stat().st_mode))
        for line, words in ((b"what\n", "not understood"), (b"ack\tincident=12345678\n", "no such incident"),
                            (b"ack\tincident=1\n", "4 digits"), (b"ack\tx=1\n", "no field"),
                            (b"silence\tincident=12345678\tuntil=soon\n", "a time is wanted"),
                            (b"window\tfrom=2011-03-02\tuntil=2011-03-01\n", "later end"), (b"x" * 4096, "too long"),
                            (b"\0\xff\n", "not understood")):
            answer = self.ask(line)
            self.assertTrue(answer.startswith("error\n"), (line, answer))
            self.assertIn(words, answer)
        idle = [socket.socket(socket.AF_UNIX) for _ in range(12)]
        for peer in idle:
            peer.setblocking(False)
            try:
                peer.connect(str(self.state / "control"))
            except BlockingIOError:
                pass
        self.stir()
        self.assertTrue(self.ask(b"metrics\n").startswith("ok\n# HELP"))
        for peer in idle:
            peer.close()
        self.assertEqual(0, self.daemon.end())
        self.assertFalse((self.state / "control").exists())

    def test_what_is_declared_is_kept(self):
        self.watch()
        said = harness.run("declare", "response", "--since", "1h", "--state", self.state, check=0).out
        self.assertIn("response declared since", said)
        window = ["declare", "change-window", "--from", "2011-03-01", "--to", "2011-03-02", "--state", self.state]
        self.assertIn("for resets", harness.run(*window, check=0).out)
        self.assertIn("for language", harness.run(*window, "--what", "language", check=0).out)
        self.assertIn("resets or language", harness.run(*window, "--what", "webmail", check=2).err)
        self.assertIn("--since", harness.run("declare", "response", "--state", self.state, check=2).err)
        self.restart()
        self.assertEqual(0, self.daemon.end())
        self.begin()
        self.assertEqual(0, self.daemon.end())
        self.assertNotIn("otherwise than before", self.daemon.words())
        self.assertIn("no tocsin watch runs", harness.run(*window, check=2).err)


class Figures(Talk):
    def test_every_metric_is_documented_and_told(self):
        rows = re.findall(r'^TC_METRIC(?:_RECEIVER)?\("(\w+)", "(counter|gauge)"',
                          (ROOT / "detector/live/metrics.def").read_text(), re.M)
        documented = re.findall(r"^\| `(tocsin_\w+)` \| (counter|gauge) \|", (ROOT / "docs/watch.md").read_text(), re.M)
        self.assertEqual(sorted(rows), sorted(documented))
        file = self.folder / "tocsin.prom"
        self.watch("--metrics", file)
        self.stir()
        told = self.metrics()
        self.assertEqual(sorted(rows), sorted(re.findall(r"^# TYPE (\w+) (\w+)$", told, re.M)))
        self.assertIn("\ntocsin_incidents_open 1\n", told)
        self.assertIn('tocsin_receiver_down{receiver="output"} 0', told)
        self.assertIn("tocsin_up 1", file.read_text())
        self.assertEqual(0o644, stat.S_IMODE(file.stat().st_mode))
        self.assertEqual(0, self.daemon.end())

    def test_health_is_told_once(self):
        self.watch()
        self.stir()
        self.log.put(datetime.datetime(2011, 3, 9), "/owa/", "late", "198.51.100.9", "Lynx")
        self.until(lambda: self.health("late"))
        self.restart()
        time.sleep(7)
        self.assertEqual(1, len(self.health("late")), self.daemon.found())
        self.assertEqual(0, self.daemon.end())

    def test_columns_that_a_log_never_had_are_told_once(self):
        self.watch()
        self.stir()  # the history is over
        other = watching.OTHER_HEADER.replace("cs-uri-query", "cs-uri-query x-new")
        now = datetime.datetime.now(datetime.timezone.utc)
        turned = other + f"{now:%Y-%m-%d %H:%M:%S} /owa/ 10.0.0.5 GET - - 443 EX\\ann 10.0.0.7 A 200 0 0 7\r\n"
        for _ in range(2):
            self.log.write(turned)
            self.log.write(watching.HEADER)
            self.log.put(now, "/owa/", "ann", "10.0.0.7", "A")
        self.until(lambda: self.health("columns"))
        self.assertIn("never had before", self.health("columns")[0]["message"])
        self.restart()
        self.log.write(turned)
        time.sleep(7)
        self.assertEqual(1, len(self.health("columns")), self.daemon.found())

    def health(self, condition):
        """One a condition's message: what was sent when the daemon was killed may come again with its id."""
        told = {record["event"]["id"]: record for record in self.daemon.found() if record["tocsin"]["type"] == "health"
                and condition in json.dumps(record)}
        return list(told.values())


if __name__ == "__main__":
    unittest.main()
