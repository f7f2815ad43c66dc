"""Agents that deliver everything, whatever becomes of the daemon, and somebody who kills it meanwhile."""
import pathlib
import random
import struct
import sys
import threading
import time

from shippers import filebeat
from watching import HEADER, line

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import lumberjack  # noqa: E402

try:
    import pylogbeat
except ImportError:
    pylogbeat = None

LOG = pathlib.Path("EX01/W3SVC1/u_ex110309.log")
PATIENCE = 600


class Agent(threading.Thread):
    """Sends its log in windows, and again what was not acknowledged; ends when all of it was."""

    def __init__(self, port, host, numbers, marked, size):
        super().__init__(daemon=True)
        self.port, self.host, self.numbers, self.marked, self.size = port, host, numbers, marked, size
        self.acknowledged = self.again = self.breaks = 0
        self.trouble = None

    def texts(self):
        yield from HEADER.splitlines()
        for number in self.numbers:
            yield line(number, number % self.marked == 0).rstrip()

    def windows(self):
        events, offset = [], 0
        for text in self.texts():
            events.append(filebeat(text, self.host, LOG, offset).encode())
            offset += len(text) + 2
            if len(events) == self.size:
                yield events
                events = []
        if events:
            yield events

    def connect(self, until):
        while True:
            try:
                return lumberjack.Client(self.port)
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)

    def deliver(self, client, events):
        """The window to its end, over as many connections as that takes; returns the last one."""
        done, until = 0, time.monotonic() + PATIENCE
        while done < len(events):
            client = client or self.connect(until)
            first = done
            try:
                client.send(lumberjack.window(events[first:], 1))
                while done < len(events):
                    now = first + client.ack()
                    self.acknowledged += now - done
                    done = now
            except OSError:
                self.breaks += 1
                self.again += len(events) - done
                client.close()
                client = None
        return client

    def run(self):
        client = None
        try:
            for events in self.windows():
                client = self.deliver(client, events)
        except Exception as trouble:  # told by whoever waits
            self.trouble = trouble
        finally:
            if client:
                client.close()


class PublicAgent(Agent):
    """The same with the client of PyPI's pylogbeat: a window is delivered as a whole, or sent again as a whole."""

    def connect(self, until):
        while True:
            client = pylogbeat.PyLogBeatClient("127.0.0.1", self.port, timeout=60)
            try:
                client.connect()
                return client
            except OSError:
                client.close()
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)

    def deliver(self, client, events):
        until = time.monotonic() + PATIENCE
        while True:
            client = client or self.connect(until)
            try:
                client.send(events)
                self.acknowledged += len(events)
                return client
            except (OSError, struct.error, pylogbeat.ConnectionException):  # cut off within an acknowledgement, too
                self.breaks += 1
                self.again += len(events)
                client.close()
                client = None


def kill_while_they_send(daemon, agents, kills, total, seed):
    """Starts it, kills it at moments spread over the whole delivery, and starts it again; it runs when this returns."""
    dice = random.Random(seed)
    moments = sorted(dice.randrange(total) for _ in range(kills))
    daemon.start()
    for agent in agents:
        agent.start()
    done = 0
    while any(agent.is_alive() for agent in agents):
        if moments and sum(agent.acknowledged for agent in agents) >= moments[0]:
            moments.pop(0)
            time.sleep(dice.random() * 0.1)
            daemon.kill()
            done += 1
            daemon.start()
        elif daemon.process.poll() is not None:
            raise AssertionError(f"it ended by itself: {daemon.words()[-2000:]}")
        time.sleep(0.01)
    for agent in agents:
        if agent.trouble:
            raise AssertionError(f"{agent.host}: {agent.trouble!r}: {daemon.words()[-2000:]}")
    return done
