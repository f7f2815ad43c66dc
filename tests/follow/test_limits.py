#!/usr/bin/env python3
"""What following costs, and what it does not wait for: descriptors, memory, hints, a flood of events, a backlog."""
import os
import signal
import sys
import time

from world import World, run_all

FILES = 8000
BYTES_A_FILE = 1100  # of the library and of the small program, which keeps a point for each
SANITISED = os.environ.get("FOLLOW_SHIM_LIBRARY", "") == ""


def hints_come_before_walks(w):
    w.options = ["--local-ms", "20000"]
    w.say("a.log", 5)
    w.rest()
    worst = 0.0
    for _ in range(5):
        w.say("a.log", 1)
        begun = time.monotonic()
        w.wait_for(w.all_said, "no hint")
        worst = max(worst, time.monotonic() - begun)
    w.say("b.log", 1)
    w.wait_for(w.all_said, "no hint of a new file")
    if worst > 5:
        raise AssertionError(f"{worst:.1f} s after a hint, and walks are 20 s apart")
    w.options = []


def hints_overflow(w):
    """More changes than the system queues: some hints are lost, lines are not."""
    names = [f"EX{i % 8:02}/u{i}.log" for i in range(40)]
    for name in names:
        w.say(name, 1)
    w.rest()
    os.kill(w.running.pid, signal.SIGSTOP)
    for i in range(20000):
        path = w.path(names[i % 40])
        os.utime(path, (i, i))
    for name in names:
        w.say(name, 2)
    os.kill(w.running.pid, signal.SIGCONT)


def descriptors_are_capped(w):
    w.options = ["--open-max", "4"]
    for i in range(60):
        w.say(f"a{i}.log", 2)
    w.rest()
    for turn in range(3):
        for i in range(60):
            w.say(f"a{i}.log", 1)
        if turn == 1:
            for i in range(0, 60, 3):
                os.rename(w.path(f"a{i}.log"), w.path(f"a{i}.log.1"))
                w.say(f"a{i}.log", 1)
        w.wait_for(w.all_said, "with few descriptors")
        count = len(os.listdir(f"/proc/{w.running.pid}/fd"))
        if count > 24:
            raise AssertionError(f"{count} descriptors")


def at_rest_little_is_kept(w):
    """Eight thousand files at rest, none of them open; each has its few hundred bytes."""
    w.options = ["--commit", "600000"]
    w.say("first.log", 1)
    w.rest()
    first = rss_of(w)
    for i in range(FILES):
        w.say(f"d{i % 20}/u_ex{i:06}.log", 1)
    w.wait_for(w.all_said, "many files")
    more = (rss_of(w) - first) / FILES
    print(f"{more:.0f} bytes for a file at rest", flush=True)
    if more > BYTES_A_FILE and not SANITISED:
        raise AssertionError(f"{more:.0f} bytes for a file at rest")
    time.sleep(2)
    count = len(os.listdir(f"/proc/{w.running.pid}/fd"))
    if count > 540:
        raise AssertionError(f"{count} descriptors")


def rss_of(w):
    with open(f"/proc/{w.running.pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmRSS"))


def a_backlog_holds_nobody_up(w):
    """Half a year of history is read behind what is written now."""
    w.say("now.log", 5)
    w.rest()
    line = "2026-01-01 00:00:00 history " + "x" * 400
    begun = time.monotonic()
    w.put("history.log", [line] * 30000)
    worst = 0.0
    for _ in range(10):
        w.say("now.log", 1)
        wanted, begun = w.expected[-1].encode(), time.monotonic()
        w.wait_for(lambda wanted=wanted: wanted in tail_of(w), "held up by history")
        worst = max(worst, time.monotonic() - begun)
    if worst > 10:
        raise AssertionError(f"{worst:.1f} s late behind history")


def tail_of(w):
    return w.out.read_bytes()


def pipes_and_sockets_are_not_read(w):
    w.say("a.log", 3)
    os.mkfifo(w.path("pipe.log"))
    os.symlink("/dev/zero", w.path("zero.log"))
    w.rest()
    w.say("a.log", 3)
    w.wait_for(lambda: "pipe.log" in w.told(), "the pipe is not told")
    os.unlink(w.path("pipe.log"))
    w.wait_for(lambda: "WORKS" in w.told(), "its end is not told")


CELLS = [hints_come_before_walks, hints_overflow, descriptors_are_capped, at_rest_little_is_kept,
         a_backlog_holds_nobody_up, pipes_and_sockets_are_not_read]


def cell_of(cell):
    def one():
        w = World(False, True)
        try:
            cell(w)
            w.go()
        finally:
            w.done()
    return one


def main():
    cells = [(cell.__name__, cell_of(cell)) for cell in CELLS if not sys.argv[1:] or cell.__name__ in sys.argv[1:]]
    failed = run_all(cells, 2)
    print(f"{len(cells) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed or not cells else 0


if __name__ == "__main__":
    sys.exit(main())
