"""Agents send while the daemon is killed again and again: each event that was acknowledged counts, and counts once.

Here a small one; with TOCSIN_SLOW=1 a million events and twenty kills.
"""
import os
import time
import unittest

import harness
from agents import Agent, PublicAgent, kill_while_they_send, pylogbeat
from test_inputs import free_port, inputs_of
from watching import Daemon, HEADER, alerts, counted

SLOW = os.environ.get("TOCSIN_SLOW") == "1"
EVENTS, KILLS, HOSTS, WINDOW = (1000000, 20, 4, 2048) if SLOW else (20000, 3, 2, 512)
MARKED = 500


class Agents(harness.Case):
    def tearDown(self):
        if self.daemon.process and self.daemon.process.poll() is None:
            self.daemon.kill()

    def test_every_event_counts_once(self):
        port = free_port()
        self.daemon = Daemon(self.folder / "daemon", "-q", "--delay", "10m",
                             "--listen", f"lumberjack://127.0.0.1:{port} name=beats")
        self.daemon.command.remove("-q")
        if pylogbeat is None:
            print("pylogbeat (PyPI) is not installed: all agents are the tests' own client", flush=True)
        kinds = [PublicAgent if pylogbeat and host == 0 else Agent for host in range(HOSTS)]
        agents = [kinds[host](port, f"EX{host:02}", range(host, EVENTS, HOSTS), MARKED, WINDOW) for host in range(HOSTS)]
        begun = time.monotonic()
        kills = kill_while_they_send(self.daemon, agents, KILLS, EVENTS, seed=11)
        took = time.monotonic() - begun
        self.assertEqual(0, self.daemon.end(timeout=300), self.daemon.words())
        words = self.daemon.once()
        headers = HOSTS * len(HEADER.splitlines())
        told = alerts(self.daemon.found())
        figures = inputs_of(words)["beats"]
        print(f"{EVENTS} events, {kills} kills, {sum(a.breaks for a in agents)} connections broken, "
              f"{sum(a.again for a in agents)} sent again by agents, {figures['sent again']} known again, "
              f"{len(told) - len(set(told))} alerts told again, {took:.0f} s", flush=True)
        self.assertEqual(KILLS, kills)
        self.assertEqual(EVENTS + headers, sum(agent.acknowledged for agent in agents))
        self.assertEqual((EVENTS, 0, 0), tuple(counted(words)[key] for key in ("events", "rejected", "late")), words)
        self.assertEqual(EVENTS + headers, figures["events"])
        self.assertEqual(EVENTS // MARKED, len(set(told)))
        self.assertNotIn("otherwise than before", self.daemon.words())
        self.assertNotIn("Sanitizer", self.daemon.words())


if __name__ == "__main__":
    unittest.main()
