"""Findings of level high are told before their turn, once, under the id of their turn; a delay for one log alone."""
import datetime
import pathlib
import time
import unittest

import harness
import watching
from watching import Daemon, Server, alerts, counted, differences, line, scanned

OTHER = (watching.RULE.replace("/marked/", "/owa/").replace("7d6a01", "7d6a02").replace("A marked", "Any")
         .replace("level: high", "level: medium"))


def now():
    return datetime.datetime.now(datetime.timezone.utc)


class EarlyCase(harness.Case):
    def setUp(self):
        self.place = self.folder / self._testMethodName[:20]
        self.logs = self.place / "logs"
        self.logs.mkdir(parents=True)
        self.daemon = None

    def tearDown(self):
        if self.daemon and self.daemon.process and self.daemon.process.poll() is None:
            self.daemon.kill()

    def write(self, text, name="u_ex.log"):
        path = self.logs / name
        begun = path.exists()
        path.parent.mkdir(exist_ok=True)
        with path.open("a", newline="", encoding="ascii") as file:
            file.write(("" if begun else watching.HEADER) + text)

    def watch(self, *options, rules=watching.RULE + "---\n" + OTHER):
        """Runs, and is past what was there before its first start."""
        self.write(line(0, False, when=now() - datetime.timedelta(hours=2)).replace("/owa/", "/"))
        self.daemon = Daemon(self.place / "daemon", self.logs, *options)
        self.daemon.rules.write_text(rules)
        self.daemon.start()
        self.until(lambda: "tocsin_events_total 1" in self.metrics())
        time.sleep(1.1)  # logs have whole seconds
        return self.daemon

    def metrics(self):
        return harness.run("state", "metrics", self.daemon.folder / "state").out

    def until(self, holds, seconds=60):
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end or self.daemon.process.poll() is not None:
                self.fail(self.daemon.words())
            time.sleep(0.1)

    def told(self):
        return alerts(self.daemon.found())

    def marked(self, number):
        """Ids of what was told of the request with that number."""
        found = [record for record in self.daemon.found() if record["tocsin"]["type"] == "alert"]
        return [record["event"]["id"] for record in found
                if f"/marked/{number} " in record["tocsin"]["evidence"][0]["text"]]

    def judge(self):
        """Ends it, and judges all that there is."""
        if self.daemon.process.poll() is None:
            self.assertEqual(0, self.daemon.end())
        self.daemon.command = [word if word not in ("1h", "10m") else "1s" for word in self.daemon.command]
        time.sleep(3)
        self.daemon.once()

    def end(self):
        """Nothing was told twice, and the same as a scan tells."""
        self.judge()
        lost, invented, _ = differences(scanned(self.logs, "--no-default-rules", "--rules", self.daemon.rules),
                                        self.daemon.found())
        self.assertEqual(([], []), (lost, invented))
        self.assertEqual(len(set(self.told())), len(self.told()))
        self.assertNotIn("otherwise than before", self.daemon.words())


class Early(EarlyCase):
    def test_a_grave_finding_waits_for_nothing_and_is_told_once(self):
        self.watch("--delay", "1h")
        self.write(line(1, False, when=now()) + line(2, True, when=now()))
        self.until(lambda: len(self.marked(2)) == 1)
        self.assertEqual(1, len(self.told()), "the one of level medium waits")
        self.assertIn("tocsin_early_total 1", self.metrics())
        self.daemon.kill()
        self.daemon.start()
        self.until(lambda: "tocsin_events_total 3" in self.metrics())
        self.write(line(3, True, when=now()))
        self.until(lambda: len(self.marked(3)) == 1)
        self.end()

    def test_again_within_a_day_is_not_told_early_either(self):
        self.watch("--delay", "1h")
        self.write(line(2, True, when=now()))
        self.until(lambda: len(self.marked(2)) == 1)
        time.sleep(1.1)
        self.write(line(2, True, when=now()) + line(4, True, when=now()))
        self.until(lambda: len(self.marked(4)) == 1)
        self.assertEqual(1, len(self.marked(2)))
        self.end()

    def test_whom_an_exception_may_mean_waits_for_its_turn(self):
        config = self.place / "site.yml"
        until = now() + datetime.timedelta(days=30)
        config.write_text(f"exceptions: [{{user: 'EX\\user5', reason: ours, until: {until:%Y-%m-%d}}}]\n")
        self.watch("--delay", "1h", "--config", config)
        self.write(line(5, True, when=now()))
        self.write("".join(line(number, False, when=now()) for number in (6, 7)))
        self.write(line(6, True, when=now()))
        self.until(lambda: "tocsin_events_total 5" in self.metrics())
        time.sleep(1)
        self.assertEqual([], self.told(), "who they are is not known yet")
        self.judge()
        self.assertEqual((0, 1), (len(self.marked(5)), len(self.marked(6))))

    def test_what_belongs_to_a_closed_incident_waits_for_its_turn(self):
        other = watching.RULE.replace("/marked/", "/again/").replace("7d6a01", "7d6a03").replace("A marked", "Another")
        self.watch("--delay", "1s", rules=watching.RULE + "---\n" + other)
        self.write(line(2, True, when=now()))
        self.until(lambda: len(self.marked(2)) == 1)
        self.judge()
        state = self.daemon.folder / "state"
        (state / "control").unlink(missing_ok=True)
        self.daemon.start()
        self.until(lambda: (state / "control").exists() and "tocsin_up 1" in self.metrics())
        incident = [record["tocsin"]["incident"]["id"] for record in self.daemon.found()
                    if record["tocsin"]["type"] == "incident"][0]
        harness.run("incident", "close", incident, "--as", "true", "--state", state, check=0)
        time.sleep(1.1)
        again = line(2, True, when=now()).replace("/marked/", "/again/")
        self.write(again + line(8, True, when=now()).replace("198.51.100.8", "203.0.113.8"))
        self.until(lambda: len(self.marked(8)) == 1)
        self.assertEqual(2, len(self.told()), "nobody is told of it early")

    def test_killed_at_any_moment_each_is_told_once(self):
        problems, figures = watching.kill_often(self.place, 20, 12, now=True)
        self.assertEqual([], problems, figures)
        self.assertGreater(figures["told before the end"], 20, figures)


class Delays(EarlyCase):
    def test_one_log_alone_may_be_late(self):
        """The other has passed an hour: what is older is told, but of what the slow one may still have."""
        begin = now() - datetime.timedelta(hours=10)
        after = lambda minutes: begin + datetime.timedelta(minutes=minutes)
        self.daemon = Daemon(self.place / "daemon", self.logs, "--delay", "10s", "--delay", "slow=3h")
        self.daemon.rules.write_text(OTHER)
        self.write(line(1, False, when=after(0)) + line(2, False, when=after(300)), "fast/u_ex.log")
        self.write(line(3, False, when=after(0)) + line(4, False, when=after(240)), "slow/u_ex.log")
        self.daemon.start()
        self.until(lambda: len(self.told()) == 2)
        self.assertNotIn("user2", pathlib.Path(self.daemon.output).read_text())
        self.write(line(5, False, when=after(480) + datetime.timedelta(seconds=20)), "slow/u_ex.log")
        self.write(line(6, False, when=after(540)), "fast/u_ex.log")
        self.until(lambda: len(self.told()) == 4)
        self.assertEqual(0, self.daemon.end())
        self.assertEqual((0, 6), tuple(counted(self.daemon.words())[name] for name in ("late", "events")))

    def test_of_an_input_and_in_a_configuration(self):
        config = self.place / "site.yml"
        config.write_text("logs: {delay: ['10s', 'slow=3h']}\ninputs: ['syslog+udp://127.0.0.1:5514 delay=2h']\n")
        harness.run("config", "check", str(config), check=0)
        self.assertIn("slow=3h", harness.run("config", "show", "--config", str(config), check=0).out)
        config.write_text("logs: {delay: ['slow=3d']}\n")
        self.assertIn("slow=3d", harness.run("config", "check", str(config), check=2).err)
        config.write_text("inputs: ['syslog+udp://127.0.0.1:5514 delay=soon']\n")
        self.assertIn("delay=soon", harness.run("config", "check", str(config), check=2).err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
