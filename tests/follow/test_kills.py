#!/usr/bin/env python3
"""kill -9 at random while lines are written torn and files turn: nothing lost, nothing twice.

FOLLOW_KILLS says how often (200), FOLLOW_SEED what happens when.
"""
import gzip
import os
import random
import shutil
import signal
import sys
import threading
import time

from world import HEADER, World

KILLS = int(os.environ.get("FOLLOW_KILLS", "200"))
SEED = int(os.environ.get("FOLLOW_SEED", "1"))


class Writer(threading.Thread):
    """A few servers' logs, each turned in its own way."""

    def __init__(self, world, seed):
        super().__init__()
        self.world, self.random, self.over = world, random.Random(seed), threading.Event()
        self.number, self.turns = 0, 0
        self.ways = {"rename.log": self.rename, "packed.log": self.packed, "copied.log": self.copied,
                     "rsync.log": self.rsync, "EX01/hourly": self.hourly, "EX02/hourly": self.hourly}
        self.current = {name: name for name in self.ways}
        self.problem = None

    def run(self):
        try:
            while not self.over.is_set():
                name = self.random.choice(list(self.ways))
                if self.random.random() < 0.06:
                    self.turns += 1
                    self.ways[name](name)
                self.write(name)
                time.sleep(self.random.random() * 0.006)
        except Exception as problem:
            self.problem = problem

    def write(self, name):
        """Lines in pieces, of which none needs to end where a line does."""
        data = b""
        for _ in range(self.random.randint(1, 20)):
            line = f"2026-03-09 {name} {self.number:08} {'x' * self.random.randint(0, 200)}"
            self.number += 1
            self.world.expected.append(line)
            data += line.encode() + b"\n"
        while data:
            length = self.random.randint(1, len(data))
            self.world.raw(self.current[name], data[:length])
            data = data[length:]
            if self.random.random() < 0.2:
                time.sleep(0.002)

    def shift(self, name):
        """x.1 becomes x.2, and so on; what is packed keeps its suffix."""
        path = self.world.path
        for k in range(60, 0, -1):
            for suffix in ("", ".gz"):
                if os.path.exists(path(f"{name}.{k}{suffix}")):
                    os.rename(path(f"{name}.{k}{suffix}"), path(f"{name}.{k + 1}{suffix}"))

    def rename(self, name):
        path = self.world.path(name)
        if not path.exists():
            return
        self.shift(name)
        os.rename(path, self.world.path(name + ".1"))
        self.world.put(name, HEADER)

    def packed(self, name):
        last = self.world.path(name + ".1")
        if last.exists():
            data = last.read_bytes()
            with gzip.open(self.world.path(name + ".1.gz"), "wb") as file:
                file.write(data)
            os.unlink(last)
        self.rename(name)

    def copied(self, name):
        path = self.world.path(name)
        if not path.exists():
            return
        self.shift(name)
        shutil.copyfile(path, self.world.path(name + ".1"))
        os.truncate(path, 0)

    def rsync(self, name):
        path = self.world.path(name)
        if path.exists():
            temporary = self.world.path("." + name + ".AbCdEf")
            shutil.copyfile(path, temporary)
            os.rename(temporary, path)

    def hourly(self, name):
        self.current[name] = f"{name}{self.turns:05}.log"
        self.world.put(self.current[name], HEADER)


def main():
    world = World(False, True)
    chance = random.Random(SEED)
    writer = Writer(world, SEED)
    try:
        world.begin()
        writer.start()
        for _ in range(KILLS):
            time.sleep(chance.random() * 0.25)
            world.end(signal.SIGKILL)
            world.begin()
        writer.over.set()
        writer.join()
        if writer.problem:
            raise writer.problem
        world.go()
        print(f"1 passed, 0 failed: {KILLS} kills, {writer.turns} turns, {len(world.expected)} lines")
        return 0
    except AssertionError as problem:
        print(f"0 passed, 1 failed: {problem}")
        return 1
    finally:
        writer.over.set()
        world.done()


if __name__ == "__main__":
    sys.exit(main())
