"""kill -9 over the whole: follower, state, evaluator, outbox, a receiver over TCP.

A server writes a log of the present in torn pieces and turns it; one daemon is killed at random and begun again, another
one, with a copy of the first state, follows the same log in peace. In the end both have told the same, record by record,
which is what a scan of the log finds; the receiver has all of it, again only under the same id; and of both states each
section is the same, but for what the clock wrote there.

    TOCSIN=build/dev/tocsin python3 tests/fault/test_watch_kills.py [KILLS [SEED]]

says how often (200), and what happens when.
"""
import json
import pathlib
import random
import re
import shutil
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import watching
from framed import Framed
from watching import Daemon, Server, counted, keys, scanned

KILLS = int(sys.argv[1]) if len(sys.argv) > 1 else 200
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else 1
DELAY = 10
RULES = watching.RULE + """---
title: Many users of one address
id: 5f0b0f0a-0c1d-4c58-9a58-9a8a0b7d6a02
status: test
level: medium
correlation:
    type: value_count
    generate: true
    rules: [5f0b0f0a-0c1d-4c58-9a58-9a8a0b7d6a01]
    group-by: [source.ip]
    timespan: 10m
    condition: {field: user.name, gte: 3}
"""
# By the clock: what is learned of delays, up to when was judged, when whom was told, which snapshot it is, and the keys
# under which files are followed.
OF_THE_CLOCK = {"delays", "watch", "told", "gate", "snapshot", "followed"}


def record_of(message):
    return json.loads(message[message.index("{"):])


def sections(folder):
    """Of the newest snapshot: name -> bytes."""
    newest = max(folder.glob("snapshot-*"), key=lambda path: int(path.name.split("-")[1]))
    data, at, found = newest.read_bytes(), 0, {}
    while at < len(data) and data[at:at + 4] == b"1SCT":
        name = data[at + 9:at + 9 + data[at + 8]].decode()
        at, body, last = at + 39, b"", False
        while not last:
            head = int.from_bytes(data[at:at + 4], "little")
            last, length = bool(head >> 31), head & 0x7FFFFFFF
            body += data[at + 12:at + 12 + length]
            at += 12 + length
        while name in found:
            name += "+"
        found[name] = body
    return found


def number_at(data, at):
    """Of seven bits a byte, the last without the eighth: where it ends."""
    while data[at] & 0x80:
        at += 1
    return at + 1


def comparable(mine, theirs):
    """The sections, where each log has the same key: it is made of what there was of it when it was met."""
    keys_of = [[body[at.end():number_at(body, at.end())] for at in re.finditer(rb"/logs/u_ex[.0-9]*\.log", body)]
               for body in (mine["followed"], theirs["followed"])]
    if len(keys_of[0]) != len(keys_of[1]):
        raise AssertionError("not the same logs are known")
    for mine_key, their_key in zip(*keys_of):
        mine = {name: body.replace(mine_key, their_key) for name, body in mine.items()}
    return mine, theirs


def told(records):
    """What was told: (id, what happened) -> record, whatever its log was called when it was met."""
    return {(record["event"]["id"], record["tocsin"].get("incident", {}).get("transition")):
            re.sub(r"/u_ex\.[0-9]+\.log", "/u_ex.log", json.dumps(record))
            for record in records if record.get("tocsin", {}).get("type") in ("alert", "incident")}


class Run:
    def __init__(self, place):
        self.place, self.logs = place, place / "logs"
        self.dice, self.stop, self.problems = random.Random(SEED), threading.Event(), []
        self.server, self.receiver = Server(self.logs, SEED, now=True), Framed()
        self.receiver.start()
        self.killed = self.daemon("killed", "--send", f"tcp://127.0.0.1:{self.receiver.port} name=siem form=json gate=no")
        self.calm = self.daemon("calm")

    def daemon(self, name, *options):
        made = Daemon(self.place / name, self.logs, "--delay", f"{DELAY}s", *options)
        made.rules.write_text(RULES)
        return made

    def write(self):
        while not self.stop.is_set():
            # Not so many marked ones that a bound is reached (16,384 told early wait): past it timing decides.
            self.server.lines(self.dice.randint(1, 8), marked=9)
            if self.dice.random() < 0.03:
                self.server.rotate()
            time.sleep(self.dice.random() * 0.06)

    def kill(self):
        """Begun and killed: on the way up, while it reads, and while it judges."""
        dice, usual = random.Random(SEED + 1), self.usual
        for number in range(KILLS):
            self.killed.start()
            time.sleep(usual * dice.random() * dice.choice([0.2, 1, 3]))
            if self.killed.process.poll() is not None:
                raise AssertionError(f"it ended by itself: {self.killed.words()[-2000:]}")
            self.killed.kill()

    def go(self):
        begun = time.monotonic()
        self.killed.once()
        self.usual = time.monotonic() - begun  # on this machine, now
        shutil.copytree(self.killed.folder / "state", self.calm.folder / "state")
        time.sleep(1.1)  # lines have whole seconds, and what is older than the first start is history
        self.calm.start()
        writer = threading.Thread(target=self.write)
        writer.start()
        try:
            self.kill()
        finally:
            self.stop.set()
            writer.join()
            self.server.close()
        time.sleep(DELAY + 1)  # what is younger than the delay is not judged
        self.calm.end()
        self.calm.once()
        self.killed.once()

    def wrong(self, words):
        self.problems.append(words)

    def compare(self, name, want, have):
        lost, invented = sorted(want - have, key=str), sorted(have - want, key=str)
        if lost or invented:
            self.wrong(f"{name}: lost {len(lost)} {lost[:3]}, invented {len(invented)} {invented[:3]}")

    def look(self):
        scan = keys(scanned(self.logs, "--no-default-rules", "--rules", self.killed.rules))
        killed, calm = told(self.killed.found()), told(self.calm.found())
        came = [record for record in map(record_of, self.receiver.texts()) if record["tocsin"].get("type") in ("alert", "incident")]
        final = {key for key in killed if key[1] == "final"}
        self.compare("killed, and a scan", scan, set(killed) - final)
        self.compare("in peace, and a scan", scan, set(calm) - final)
        self.compare("the receiver, and the file", set(killed), set(told(came)))
        for key in sorted(set(killed) & set(calm), key=str):
            if killed[key] != calm[key]:
                self.wrong(f"told otherwise than in peace:\n{killed[key]}\n{calm[key]}")
                break
        for daemon in (self.killed, self.calm):
            count = counted(daemon.words())
            if count["late"] or count["gaps"] or count["rejected"] or count["events"] != self.server.number:
                self.wrong(f"{self.server.number} lines were written, counted are {count}")
        if "otherwise than before" in self.killed.words():
            self.wrong("a replay told something else")
        mine, theirs = comparable(*(sections(daemon.folder / "state") for daemon in (self.killed, self.calm)))
        other = {name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name)}
        if other - OF_THE_CLOCK:
            self.wrong(f"of {len(mine)} sections of the state these are not the same: {sorted(other - OF_THE_CLOCK)}")
        again = len(came) - len(told(came))
        return (f"{KILLS} kills, {self.server.files} turns, {self.server.number} lines, {len(scan)} alerts and changes of "
                f"incidents, {again} sent again of {len(came)}, {len(mine)} sections of the state, not compared: "
                f"{sorted(other & OF_THE_CLOCK)}")

    def end(self):
        for daemon in (self.killed, self.calm):
            if daemon.process and daemon.process.poll() is None:
                daemon.kill()


def main():
    place = pathlib.Path(tempfile.mkdtemp(prefix="watch-kills-"))
    run = Run(place)
    try:
        run.go()
        figures = run.look()
    finally:
        run.end()
    for problem in run.problems:
        print(problem)
    print(f"{int(not run.problems)} passed, {int(bool(run.problems))} failed: seed {SEED}: {figures}", flush=True)
    if run.problems:
        print(f"kept: {place}")
        return 1
    shutil.rmtree(place)
    return 0


if __name__ == "__main__":
    sys.exit(main())
