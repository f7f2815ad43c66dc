"""tocsin watch: the same answer as a scan, whatever breaks in between; new files, rotation, signals."""
import datetime
import os
import signal
import time
import unittest

import harness
import watching
from watching import Daemon, Server, alerts, counted, differences, keys, line, scanned

MARKED = ["--no-default-rules", "--rules"]


class WatchCase(harness.Case):
    def setUp(self):
        self.place = self.folder / self._testMethodName
        self.logs = self.place / "logs"
        self.daemon, self.servers = None, []

    def tearDown(self):
        for server in self.servers:
            server.close()
        if self.daemon and self.daemon.process and self.daemon.process.poll() is None:
            self.daemon.kill()

    def server(self, seed=1):
        self.servers.append(Server(self.logs, seed))
        return self.servers[-1]

    def watch(self, *options, **kind):
        self.daemon = Daemon(self.place / "daemon", self.logs, *options, **kind)
        return self.daemon

    def assert_same(self, daemon, *options):
        options = options or [*MARKED, daemon.rules]
        lost, invented, _ = differences(scanned(self.logs, *options), daemon.found())
        self.assertEqual(([], []), (lost, invented))


class SameAnswer(WatchCase):
    def test_over_an_archive_it_tells_what_a_scan_tells(self):
        harness.simulate(self.place / "made", "--profile", "march2011")
        self.logs = self.place / "made"
        daemon = self.watch(rules=False)
        self.assertEqual(0, counted(daemon.once())["late"])
        found = daemon.found()
        self.assert_same(daemon, "--min-level", "low")
        self.assertGreater(len(keys(found)), 80)
        self.assertTrue(all(record["tocsin"].get("historic") for record in found
                            if record["tocsin"]["type"] in ("alert", "incident")))
        self.assertEqual(1, sum(record["tocsin"]["type"] == "history" for record in found))
        daemon.once()
        self.assertEqual(len(found), len(daemon.found()), "a second start tells nothing twice")

    def test_killed_while_lines_are_torn_and_files_rotate_it_loses_and_invents_nothing(self):
        problems, figures = watching.kill_often(self.place, 30, 11)
        self.assertEqual([], problems, figures)
        self.assertGreater(figures["alerts"], 100)
        self.assertGreater(figures["rotations"], 3)

    def test_ended_in_order_and_started_again_it_goes_on(self):
        server = self.server()
        daemon = self.watch()
        for _ in range(3):
            daemon.start()
            server.lines(300)
            time.sleep(0.5)
            server.rotate()
            self.assertEqual(0, daemon.end())
        server.lines(10)
        server.close()
        count = counted(daemon.once())
        self.assertEqual((910, 0, 0), (count["events"], count["late"], count["gaps"]))
        self.assert_same(daemon)
        told = alerts(daemon.found())
        self.assertEqual(len(set(told)), len(told), "each once")


class Following(WatchCase):
    def test_what_is_written_is_told_when_nothing_older_can_come(self):
        server, daemon = self.server(), self.watch("--delay", "10s")
        daemon.start()
        server.lines(9)
        time.sleep(1.5)
        self.assertEqual(0, len(alerts(daemon.found())))
        server.number += 600
        server.lines(1, marked=0)
        self.assertTrue(daemon.wait(lambda found: len(alerts(found)) == 3), daemon.words())
        self.assertEqual(0, daemon.end())

    def test_a_log_that_was_turned_holds_nothing_up_and_its_last_line_is_in_time(self):
        now = lambda **more: datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**more)
        server, daemon = self.server(), self.watch("--delay", "5s")
        daemon.rules.write_text(watching.RULE.replace("level: high", "level: medium"))  # told at its turn

        def told(count):
            """It goes on so far ahead that it holds nothing up. (The turned one would for six minutes: five that
            servers may write late, and one.)"""
            for number in range(40):
                server.put(line(100 * count + number, False, when=now(minutes=9)))
                if daemon.wait(lambda found: len(alerts(found)) == count, 1):
                    return True
            return False

        server.put(line(1, False, when=now(hours=-1)))
        daemon.start()
        time.sleep(2.2)
        server.put(line(2, False, when=now()))
        time.sleep(1)
        server.rotate()
        server.put(line(3, True, when=now(seconds=1)))
        self.assertTrue(told(1), daemon.words())
        with open(self.logs / "u_ex.0001.log", "ab", buffering=0) as turned:
            turned.write(line(5, True, when=now()).encode())
        self.assertTrue(told(2), daemon.words())
        self.assertEqual(0, daemon.end())
        count = counted(daemon.words())
        self.assertEqual((0, 0), (count["late"], count["rejected"]))

    def test_a_file_that_appears_later_waits_until_it_can_be_known(self):
        self.logs.mkdir(parents=True)
        daemon = self.watch().start()
        path = self.logs / "EX01" / "u_ex110309.log"
        time.sleep(1)
        path.parent.mkdir()
        path.write_text("")
        time.sleep(1.2)
        path.write_text(watching.HEADER[:100])
        time.sleep(1.2)
        with path.open("a", newline="") as file:
            file.write(watching.HEADER[100:] + line(0, True) + line(1200, True)[:40])
            file.flush()
            time.sleep(1.2)
            file.write(line(1200, True)[40:])
        self.assertTrue(daemon.wait(lambda found: len(alerts(found)) == 1), daemon.words())
        self.assertEqual(0, daemon.end())
        self.assertEqual(2, counted(daemon.once())["events"])
        self.assert_same(daemon)
        hosts = {r["tocsin"].get("host") or r.get("host", {}).get("name") for r in daemon.found()
                 if r["tocsin"]["type"] == "alert"}
        self.assertLessEqual(hosts, {"EX01", None})

    def test_a_line_without_its_end_is_taken_after_the_time_that_is_said(self):
        server, daemon = self.server(), self.watch("--delay", "10s", "--partial-after", "2s")
        daemon.start()
        server.lines(9)
        server.number += 600
        server.file.write(line(server.number, True)[:-2].encode())  # nobody writes its end
        self.assertTrue(daemon.wait(lambda found: len(alerts(found)) == 3), daemon.words())
        self.assertEqual(0, daemon.end())
        self.assertEqual((10, 0), tuple(counted(daemon.words())[name] for name in ("events", "rejected")))
        said = harness.run("watch", "--state", self.folder / "s", "--partial-after", "soon", self.logs, check=2).err
        self.assertIn("--partial-after: 'soon' is no span", said)

    def test_what_is_no_log_is_said_once(self):
        self.logs.mkdir(parents=True)
        (self.logs / "letter.txt").write_text("Dear all,\nplease come.\n" * 300)
        daemon = self.watch().start()
        time.sleep(2)
        self.assertEqual(0, daemon.end())
        self.assertEqual(1, daemon.words().count("letter.txt: is no log that is known"))

    def test_records_that_come_too_late_are_counted_and_not_told(self):
        server, daemon = self.server(), self.watch("--delay", "10s")
        server.number = 5000
        server.lines(10)
        daemon.start()
        server.number = 9000
        server.lines(1, marked=0)
        self.assertTrue(daemon.wait(lambda found: len(alerts(found)) == 3), daemon.words())
        server.number = 3
        server.lines(1)
        time.sleep(1.5)
        self.assertEqual(0, daemon.end())
        self.assertEqual(1, counted(daemon.words())["late"])
        self.assertEqual(1, counted(daemon.once())["late"], "it stays counted")
        self.assertEqual(3, len(alerts(daemon.found())))

    def test_a_date_far_ahead_moves_nothing(self):
        server, daemon = self.server(), self.watch()
        server.number = (datetime.datetime(2089, 1, 1) - watching.START).days * 86400
        server.lines(1)
        server.number = 0
        server.lines(30)
        server.close()
        count = counted(daemon.once())
        self.assertEqual((0, 31), (count["late"], count["events"]))
        self.assertEqual(1, min(count["dated ahead"], 1))
        self.assertGreaterEqual(len(alerts(daemon.found())), 10)

    def test_it_is_told_how_far_the_history_was_read(self):
        server = self.server()
        server.lines(30)
        server.close()
        with harness.Receiver(self.place / "log") as receiver:
            daemon = self.watch(f"--syslog={self.place / 'log'}")
            daemon.once()
            self.assertEqual(1, len(receiver.messages), receiver.messages)
            self.assertIn("history was read", receiver.messages[0])
        self.assertEqual(10, len(alerts(daemon.found())))


class Running(WatchCase):
    def test_two_on_one_state_are_refused(self):
        self.logs.mkdir(parents=True)
        daemon = self.watch().start()
        time.sleep(1)
        done = harness.run(*daemon.command[1:], "--once")
        self.assertEqual(2, done.returncode)
        self.assertEqual(0, daemon.end())

    def test_a_test_alert_goes_to_everybody_and_says_who_did_not_get_it(self):
        self.place.mkdir(parents=True)
        with harness.Receiver(self.place / "log") as receiver:
            done = harness.run("watch", "--test-alert", "-o", str(self.place / "found.jsonl"),
                               f"--syslog={self.place / 'log'}", check=0)
            self.assertEqual(2, done.err.count("a test alert was sent"))
            self.assertEqual(1, len(receiver.messages))
        record = harness.lines_of((self.place / "found.jsonl").read_text())[0]
        self.assertEqual("test", record["tocsin"]["type"])
        self.assertIn("test", record["message"].lower())
        done = harness.run("watch", "--test-alert", "--send", f"unix://{self.place / 'nobody'}", check=3)
        self.assertIn("no test alert got through: ", done.err)

    def test_receivers_of_a_configuration_are_told_and_checked(self):
        found = self.place / "to" / "found.jsonl"
        found.parent.mkdir(parents=True)
        config = self.place / "site.yml"
        good = ("domains: [example.org]\nreceivers:\n"
                f"  - file://{found} name=file gate=no\n"
                f"  - unix://{self.place / 'log'} name=siem form=cef header=3164 min-level=high\n")
        config.write_text(good)
        self.assertIn("no errors", harness.run("config", "check", str(config), check=0).out)
        shown = harness.run("config", "show", "--config", str(config), check=0).out
        self.assertIn("form=cef header=3164", shown)
        for bad, words in ((good.replace("form=cef", "form=word"), "form"), (good.replace("form=", "from="), "from"),
                           (good.replace("unix://", "https://mail.example.org"), "example.org")):
            config.write_text(bad)
            self.assertIn(words, harness.run("config", "check", str(config), check=2).err)
        config.write_text(good)
        self.server().lines(6)
        with harness.Receiver(self.place / "log") as receiver:
            daemon = self.watch("--config", config)
            daemon.command = [word for word in daemon.command if word not in ("-o", daemon.output)]
            daemon.output = found
            daemon.once()
            self.assertEqual(2, len(alerts(daemon.found())))
            self.assertIn("CEF:0|", "".join(receiver.messages))

    def test_without_a_state_or_a_path_it_says_what_it_needs(self):
        self.assertIn("--state FOLDER", harness.run("watch", str(self.folder), check=2).err)
        self.assertIn("needs a file", harness.run("watch", "--state", str(self.folder / "s"), check=2).err)
        self.assertIn("--delay", harness.run("watch", "--state", str(self.folder / "s"), "--delay", "2d",
                                             str(self.folder), check=2).err)

    def test_a_bad_rule_changes_nothing_and_a_good_one_does(self):
        server, daemon = self.server(), self.watch("--delay", "10s")
        daemon.start()
        server.lines(9)
        time.sleep(1)
        daemon.rules.write_text("title: broken\ndetection: [\n")
        daemon.signal(signal.SIGHUP)
        time.sleep(1)
        self.assertIn("the settings and rules of before still hold", daemon.words())
        self.assertIn("rule.yml", daemon.words())
        server.number += 600
        server.lines(1, marked=0)
        self.assertTrue(daemon.wait(lambda found: len(alerts(found)) == 3), daemon.words())
        other = watching.RULE.replace("/marked/", "/owa/").replace("7d6a01", "7d6a02").replace("A marked", "Any")
        daemon.rules.write_text(watching.RULE + "---\n" + other)
        daemon.signal(signal.SIGHUP)
        time.sleep(1.5)
        self.assertIn("read again", daemon.words())
        server.lines(9)
        server.number += 600
        server.lines(1, marked=0)
        self.assertTrue(daemon.wait(lambda found: len(alerts(found)) == 3 + 9), daemon.words())
        self.assertEqual(0, daemon.end())
        self.assertEqual((0, 0), tuple(counted(daemon.words())[name] for name in ("late", "gaps")))

    def test_a_service_manager_is_told_how_it_is(self):
        self.place.mkdir(parents=True)
        self.server().lines(3)
        with harness.Receiver(self.place / "notify") as manager:
            os.environ["NOTIFY_SOCKET"] = str(manager.path)
            try:
                daemon = self.watch().start()
            finally:
                del os.environ["NOTIFY_SOCKET"]
            time.sleep(3)
            self.assertEqual(0, daemon.end())
            told = manager.messages
        self.assertEqual("READY=1", told[0])
        self.assertGreaterEqual(told.count("WATCHDOG=1"), 2)
        self.assertEqual("STOPPING=1", told[-1])


if __name__ == "__main__":
    unittest.main()
