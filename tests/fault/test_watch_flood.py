"""A flood through the whole daemon: whatever matches, people are told at most 700 messages a minute, files all that
was found, and what was held back is told in counts that add up exactly.

Here a small one; with TOCSIN_SLOW=1 a million events within a minute.
"""
import datetime
import os
import pathlib
import re
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import watching
from framed import Framed
from test_watch_faults import FaultCase, SHIM, Shimmed
from watching import counted

SLOW = os.environ.get("TOCSIN_SLOW") == "1"
EVENTS = 1000000 if SLOW else 12000
RULES = 60
MINUTE_MOST = 700
PATIENCE = 900 if SLOW else 120


class Receiver(Framed):
    def most_in_a_minute(self):
        times = [moment for moment, _ in self.came]
        first = most = 0
        for last, moment in enumerate(times):
            while moment - times[first] >= 60:
                first += 1
            most = max(most, last - first + 1)
        return most


def held(text):
    """How many messages a summary speaks of; 0: it is none."""
    found = re.search(r"(\d+) more messages of \w+ \S.* were held back", text)
    return int(found[1]) if found else 0


class Flood(FaultCase):
    def begin(self):
        self.receiver = Receiver()
        self.receiver.start()
        self.logs.mkdir(parents=True)
        (self.logs / "u_ex.log").write_text(watching.HEADER, newline="")
        self.daemon = Shimmed(self.place / "daemon", self.logs, "--delay", "1s",
                              "--send", f"tcp://127.0.0.1:{self.receiver.port} name=siem")
        self.daemon.rules.write_text("---\n".join(
            watching.RULE.replace("A marked request", f"Marked {n}").replace("/marked/", f"/marked/{n}/")
            .replace("7d6a01", f"7d6{n:03}") for n in range(RULES)))
        self.daemon.start()
        self.until(lambda: (self.daemon.folder / "state" / "control").exists())
        time.sleep(2)  # lines have whole seconds, and what is older than the first start is history

    def until(self, holds):
        end = time.monotonic() + PATIENCE
        while not holds():
            self.assertLess(time.monotonic(), end, self.daemon.words())
            self.assertIsNone(self.daemon.process.poll(), self.daemon.words())
            time.sleep(0.2)

    def write(self, rows):
        with open(self.logs / "u_ex.log", "a", newline="") as file:
            file.writelines(rows)

    @staticmethod
    def row(when, stem, user, address):
        return f"{when:%Y-%m-%d %H:%M:%S} 10.0.0.5 GET {stem} - 443 EX\\{user} {address} Mozilla/5.0 200 0 0 7\r\n"

    def flood(self):
        """Everything within a second by its time, and a record far ahead, so that all before it is judged."""
        now = self.flooded = datetime.datetime.now(datetime.timezone.utc)
        self.write(self.row(now, f"/marked/{n % RULES}/{n}", f"user{n}", f"198.{n // 62500}.{n // 250 % 250}.{n % 250}")
                   for n in range(EVENTS))
        time.sleep(3)  # the delay, and two for stamps that have whole seconds
        ahead = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=15)
        self.write([self.row(ahead, "/owa/", "nobody", "10.0.0.9")])

    def metric(self, name):
        told = subprocess.run([watching.TOCSIN, "state", "metrics", self.daemon.folder / "state"], capture_output=True,
                              text=True, check=False, timeout=60).stdout
        found = re.search(rf"^{re.escape(name)} (\S+)$", told, re.M)
        return float(found[1]) if found else 0

    def is_judged(self):
        return self.metric("tocsin_watermark_seconds") > self.flooded.timestamp() and \
            self.metric('tocsin_receiver_waiting{receiver="output"}') == 0 and self.told("alert") > 0

    def told(self, kind):
        """How many lines of the file are of that kind: alert or incident."""
        if not self.daemon.output.exists():
            return 0
        with open(self.daemon.output, encoding="utf-8") as file:
            return sum(f'"type":"{kind}"' in text for text in file)

    def test_people_are_told_in_counts_and_files_everything(self):
        self.begin()
        self.flood()
        self.until(self.is_judged)
        time.sleep(3)
        in_the_flood = len(self.receiver.came)
        for hours in (2, 20, 40):  # summaries have their time; those of incidents half a day
            self.daemon.fault(f"clock {hours * 3600}")
            time.sleep(10 if SLOW else 2)
        self.assertEqual(0, self.daemon.end(timeout=PATIENCE), self.daemon.words())
        texts = self.receiver.texts()
        sent = sum("tocsin_type=\"alert\"" in t or "tocsin_type=\"incident\"" in t for t in texts)
        summaries = [held(text) for text in texts if held(text)]
        found = self.told("alert") + self.told("incident")
        print(f"{EVENTS} matches: files have {found} alerts and changes of incidents; people {sent} of them, at most "
              f"{self.receiver.most_in_a_minute()} messages a minute, and {sum(summaries)} in {len(summaries)} summaries", flush=True)
        if not SLOW:  # past the bound of what is remembered as told, newcomers of a rule share one place
            self.assertEqual(EVENTS, self.told("alert"), "files have each")
        self.assertGreater(in_the_flood, 300, "the flood comes to its bound")
        self.assertLessEqual(self.receiver.most_in_a_minute(), MINUTE_MOST)
        self.assertEqual(found, sent + sum(summaries), "held and sent is what was found")
        self.assertEqual((EVENTS + 1, found), tuple(counted(self.daemon.words())[key] for key in ("events", "alerts")))


if __name__ == "__main__":
    if not SHIM:
        print("skipped: the shim that sets the clock cannot be loaded before a sanitizer's runtime")
        sys.exit(77)
    unittest.main()
