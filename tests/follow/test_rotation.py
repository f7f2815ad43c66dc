#!/usr/bin/env python3
"""Every habit of rotation x {running, stopped} x {inotify, polling}: exactly the lines that were written.

With arguments, only the cells whose names contain one of them.
"""
import gzip
import lzma
import os
import shutil
import sys

from world import HEADER, World, run_all


def turn(w, name, to):
    os.rename(w.path(name), w.path(to))


def rename_create(w):
    w.say("a.log", header=True)
    w.rest()
    w.say("a.log")
    turn(w, "a.log", "a.log.1")
    w.pause()
    w.say("a.log", header=True)
    w.say("a.log.1", 3)  # the writer has it open still


def rename_then_nothing(w):
    w.say("a.log")
    w.rest()
    turn(w, "a.log", "old.log")
    w.pause()
    w.say("old.log")


def rename_out_of_the_pattern(w):
    w.patterns = [str(w.logs / "a.log")]
    w.say("a.log")
    w.rest()
    w.say("a.log")
    turn(w, "a.log", "b.old")
    w.pause()
    w.say("b.old", 4)
    w.say("a.log")


def move_to_another_folder(w):
    w.say("a.log")
    w.rest()
    w.say("a.log", 3)
    w.path("archive/x")
    turn(w, "a.log", "archive/a.log")
    w.pause()
    w.say("a.log")
    w.say("archive/a.log", 2)


def copytruncate(w):
    w.say("a.log", 300, header=True)
    w.rest()
    w.say("a.log")
    shutil.copyfile(w.path("a.log"), w.path("a.log.1"))
    os.truncate(w.path("a.log"), 0)
    w.pause()
    w.say("a.log", 5)


def copytruncate_small(w):
    w.say("a.log", 5)
    w.rest()
    shutil.copyfile(w.path("a.log"), w.path("a.log.1"))
    w.pause()
    os.truncate(w.path("a.log"), 0)
    w.pause()
    w.say("a.log", 2)


def copytruncate_out_of_the_pattern(w):
    w.patterns = [str(w.logs / "a.log")]
    w.say("a.log", 100)
    w.rest()
    w.say("a.log", 10)
    shutil.copyfile(w.path("a.log"), w.path("a.log.1"))
    os.truncate(w.path("a.log"), 0)
    w.say("a.log", 5)


def truncate(w):
    w.say("a.log", 50)
    w.rest()
    os.truncate(w.path("a.log"), 0)
    w.say("a.log", 10)


def truncate_small(w):
    w.say("a.log", 2)
    w.rest()
    os.truncate(w.path("a.log"), 0)
    w.say("a.log", 1)


def regrow_past_offset(w):
    w.say("a.log", 100, header=True)
    w.rest()
    os.truncate(w.path("a.log"), 0)
    w.say("a.log", 400, header=True)


def regrow_past_offset_long(w):
    """The first bytes that are remembered end long before the offset, and are the same."""
    first = HEADER + w.lines(200)
    w.put("a.log", first)
    w.say("a.log", 100)
    w.rest()
    os.truncate(w.path("a.log"), 0)
    w.put("a.log", first)
    w.say("a.log", 400)


def regrow_to_the_same_size(w):
    w.say("a.log", 100)
    w.rest()
    os.truncate(w.path("a.log"), 0)
    w.say("a.log", 100)
    w.pause()
    w.say("a.log", 1)


def same_inode(w):
    """The number of a deleted file is given to the next one, in its place or in another."""
    w.say("a.log", 100, header=True)
    w.rest()
    reuse_inode(w, "a.log", "a.log")
    w.say("a.log", 200, header=True)


def same_inode_is_no_gap(w):
    """What was read to its end and deleted was not cut off, whoever gets its number."""
    for to in ("a.log", "b.log"):
        w.say("a.log", 100, header=True)
        w.rest()
        w.pause(30)  # what is open keeps its number
        reuse_inode(w, "a.log", to)
        w.say(to, 200, header=True)
        w.rest()
        w.pause(8)
    if "GAP" in w.told():
        raise AssertionError(f"a gap was told: {w.told()}")


def cut_off_is_a_gap(w):
    w.say("a.log", 100, header=True)
    w.rest()
    w.pause(30)
    os.truncate(w.path("a.log"), 0)
    w.say("a.log", 10, header=True)
    w.rest()
    w.pause(8)
    if not w.stops and "GAP" not in w.told():
        raise AssertionError("nobody was told")


def same_inode_of_no_log(w):
    """What follows on the number of a deleted log need be none, and is not read however it grows."""
    w.patterns = [str(w.logs / "*.log")]
    w.say("a.log", 20)
    w.say("b.log", 20)
    w.rest()
    w.pause(30)  # what is open keeps its number
    reuse_inode(w, "a.log", "program.state")
    if not w.running:
        w.begin()
    for _ in range(4):
        w.raw("program.state", b"never read\n" * 9)
        w.pause()
    w.say("b.log", 1)


def reuse_inode(w, name, to):
    """Deletes a file and makes an empty one of the same number, if the file system gives it out again."""
    number = os.stat(w.path(name)).st_ino
    os.unlink(w.path(name))
    spares = []
    for i in range(2000):
        path = w.path(f"../spare{i}")
        path.write_bytes(b"")
        spares.append(path)
        if os.stat(path).st_ino == number:
            os.rename(spares.pop(), w.path(to))
            break
    for path in spares:
        os.unlink(path)


def same_inode_of_several(w):
    """Files that are gone and one that is there had one number, and how many files are known changes meanwhile."""
    w.say("a.log", 20)
    w.rest()
    w.pause(30)  # what is open keeps its number
    reuse_inode(w, "a.log", "b.log")
    w.say("b.log", 20)
    for count in (40, 40, 60):
        for number in range(count):
            w.say(f"others{count}-{len(w.expected)}.log", 1)
        w.rest()
        if not w.running:
            w.begin()
        for _ in range(6):  # it goes on, and is looked at each time
            w.say("b.log", 3)
            w.pause(4)
        w.rest()
        if w.running:
            w.end()
        w.begin()


def double_rotation(w):
    w.say("a.log", 30, header=True)
    w.rest()
    for _ in range(2):
        w.say("a.log", 7)
        if os.path.exists(w.path("a.log.1")):
            turn(w, "a.log.1", "a.log.2")
        turn(w, "a.log", "a.log.1")
        w.say("a.log", 7, header=True)


def many_rotations(w):
    w.say("a.log", 30)
    w.rest()
    for number in range(6):
        w.say("a.log", 11)
        for k in range(number, 0, -1):
            turn(w, f"a.log.{k}", f"a.log.{k + 1}")
        turn(w, "a.log", "a.log.1")
        w.say("a.log", 9)


def pack(w, name, opener=gzip.open, suffix=".gz"):
    data = w.path(name).read_bytes()
    with opener(w.path(name + suffix), "wb") as file:
        file.write(data)
    w.pause(1)
    os.unlink(w.path(name))


def compress(w):
    w.say("a.log", 300, header=True)
    w.rest()
    turn(w, "a.log", "a.log.1")
    w.pause()
    pack(w, "a.log.1")
    w.say("a.log", 10, header=True)


def compress_with_more(w):
    """What was written last is in the packed copy alone, where nobody was there to read it."""
    w.say("a.log", 300, header=True)
    w.rest()
    w.say("a.log", 40)
    turn(w, "a.log", "a.log.1")
    w.pause()
    pack(w, "a.log.1")
    w.say("a.log", 10, header=True)


def compress_what_begins_alike(w):
    """Two logs have the same first page, so for each of them the packed one may be either."""
    first = HEADER + w.lines(200)
    for name in ("a.log", "b.log"):
        w.put(name, first)
        w.say(name, 100)
    w.rest()
    for name in ("a.log", "b.log"):
        turn(w, name, name + ".1")
        w.pause()
        pack(w, name + ".1")
    w.say("a.log", 5)


def compress_xz_small(w):
    w.say("a.log", 6)
    w.rest()
    w.say("a.log", 6)
    w.pause()
    turn(w, "a.log", "a.log.1")
    pack(w, "a.log.1", lzma.open, ".xz")


def compress_of_what_was_never_read(w):
    w.say("a.log", 20)
    w.rest()
    w.say("b.log", 30)
    w.pause()
    pack(w, "b.log")


def rotate_packed_on(w):
    compress(w)
    w.pause(6)
    turn(w, "a.log.1.gz", "a.log.2.gz")
    turn(w, "a.log", "a.log.1")
    w.say("a.log", 5)


def rsync_replace(w):
    w.say("a.log", 300, header=True)
    w.rest()
    data = w.path("a.log").read_bytes()
    more = w.lines(20)
    w.expected += more
    w.path(".a.log.Xq3Z1a").write_bytes(data + b"".join(line.encode() + b"\n" for line in more))
    w.pause()
    turn(w, ".a.log.Xq3Z1a", "a.log")


def rsync_replace_small(w):
    w.say("a.log", 3, header=True)
    w.rest()
    data = w.path("a.log").read_bytes()
    more = w.lines(2)
    w.expected += more
    w.path(".a.log.Xq3Z1a").write_bytes(data + b"".join(line.encode() + b"\n" for line in more))
    turn(w, ".a.log.Xq3Z1a", "a.log")


def rsync_temporary_stays(w):
    w.say("a.log", 30)
    w.rest()
    w.path(".a.log.tmpABC").write_bytes(w.path("a.log").read_bytes() + b"never\n")
    w.say("a.log", 3)


def rsync_in_place(w):
    w.say("a.log", 100)
    w.rest()
    data = w.path("a.log").read_bytes()
    more = w.lines(20)
    w.expected += more
    with open(w.path("a.log"), "r+b") as file:
        for begin in range(0, len(data), 700):
            file.write(data[begin:begin + 700])
        file.write("".join(line + "\n" for line in more).encode())


def hourly_names(w):
    w.say("u_ex26030907.log", header=True)
    w.rest()
    for hour in range(8, 12):
        w.say(f"u_ex260309{hour:02}.log", 9, header=True)
        w.pause(1)
    w.say("u_ex26030910.log", 2)


def late_file(w):
    w.say("u_ex260309.log", header=True)
    w.rest()
    w.say("u_ex260307.log", 15, header=True)
    old = os.stat(w.path("u_ex260307.log")).st_mtime - 86400
    os.utime(w.path("u_ex260307.log"), (old, old))


def header_again(w):
    w.say("a.log", header=True)
    w.rest()
    w.say("a.log", 4)
    w.pause()
    w.put("a.log", HEADER[:2] + ["#Date: 2026-03-09 09:00:00", "#Fields: date time c-ip"])
    w.say("a.log", 4)


def nul_tail_overwritten(w):
    w.say("a.log", 10)
    w.rest()
    end = os.stat(w.path("a.log")).st_size
    more = "".join(line + "\n" for line in w.lines(20)).encode()
    w.expected += more.decode().splitlines()
    w.raw("a.log", b"\0" * len(more))
    w.pause()
    with open(w.path("a.log"), "r+b") as file:
        file.seek(end)
        for begin in range(0, len(more), 333):
            file.write(more[begin:begin + 333])
            file.flush()
            w.pause(1)


def nul_tail_stays(w):
    """Zeros that nobody fills are waited for; after ten minutes the lines behind them are read."""
    w.say("a.log", 10)
    w.rest()
    w.raw("a.log", b"\0" * 5000)
    if not w.running:
        w.begin()
    w.pause(5)
    w.say("a.log", 5)
    w.pause(5)
    if any("\0" in line for line in w.said()) or len(w.said()) != len(w.expected) - 5:
        raise AssertionError("zeros were passed over at once")
    w.later_until_all_said(700)


def sparse_middle(w):
    w.say("a.log", 10)
    w.rest()
    if not w.running:
        w.begin()
    with open(w.path("a.log"), "r+b") as file:
        file.seek(1 << 30)
        lines = w.lines(5)
        file.write("".join(line + "\n" for line in lines).encode())
    w.expected += lines
    w.later_until_all_said(700)


def last_line_without_end(w):
    w.say("a.log", 5)
    w.rest()
    line = w.lines(1)[0]
    w.expected.append(line)
    w.raw("a.log", line[:9].encode())
    w.pause()
    w.raw("a.log", line[9:].encode())
    turn(w, "a.log", "a.log.1")
    w.pause()
    w.say("a.log", 2)
    w.later(20)


def shared_header(w):
    """Two files of one second begin alike; that makes neither the other's copy."""
    w.put("a.log", HEADER)
    w.rest()
    w.put("b.log", HEADER)
    w.pause()
    w.say("b.log", 5)
    w.say("a.log", 5)


def shared_header_rotated(w):
    w.put("a.log", HEADER)
    w.rest()
    turn(w, "a.log", "a.log.1")
    w.put("a.log", HEADER)
    w.pause()
    w.say("a.log", 5)
    w.say("a.log.1", 5)


def twin_servers(w):
    """Two servers write the same lines; both are counted."""
    lines = HEADER + w.lines(50)
    w.put("EX01/u_ex.log", lines)
    w.put("EX02/u_ex.log", lines)
    w.rest()
    more = w.lines(5)
    w.put("EX01/u_ex.log", more)
    w.put("EX02/u_ex.log", more)


def empty_twins(w):
    for name in ("a.log", "b.log", "c.log"):
        w.raw(name, b"")
    w.say("d.log", 1)
    w.rest()
    turn(w, "c.log", "e.log")
    for name in ("a.log", "b.log", "e.log"):
        w.say(name, 3)


def hard_link(w):
    w.say("a.log", 30)
    w.rest()
    os.link(w.path("a.log"), w.path("b.log"))
    w.pause()
    w.say("a.log", 3)
    os.unlink(w.path("a.log"))
    w.pause()
    w.say("b.log", 3)


def symbolic_link(w):
    w.say("a.log", 30)
    w.rest()
    os.symlink("a.log", w.path("link.log"))
    w.path("../outside").write_bytes(b"never\n")
    os.symlink("../outside", w.path("other.log"))
    w.say("a.log", 3)


def links_followed(w):
    w.options = ["--follow-links"]
    w.say("a.log", 30)
    w.rest()
    os.symlink("a.log", w.path("link.log"))
    lines = w.lines(4)
    w.path("../outside").write_bytes("".join(line + "\n" for line in lines).encode())
    os.symlink("../outside", w.path("other.log"))
    w.expected += lines
    w.say("a.log", 3)


def link_turned(w):
    """The pattern names a link, which points at the log of the day."""
    w.patterns = [str(w.logs / "current.log")]
    w.say("day1.log", 10)
    os.symlink("day1.log", w.path("current.log"))
    w.rest()
    w.say("day2.log", 10)
    os.unlink(w.path("current.log"))
    os.symlink("day2.log", w.path("current.log"))


def vanished_and_back(w):
    w.say("a.log", 30)
    w.rest()
    turn(w, "a.log", "../kept")
    w.pause(8)
    turn(w, "../kept", "a.log")
    w.say("a.log", 3)


def folder_vanished_and_back(w):
    w.say("EX01/a.log", 30)
    w.say("EX02/a.log", 30)
    w.rest()
    os.rename(w.logs / "EX01", w.folder / "kept")
    w.say("EX02/a.log", 3)
    w.pause(8)
    os.rename(w.folder / "kept", w.logs / "EX01")
    w.say("EX01/a.log", 3)


def copied_elsewhere(w):
    """A copy that somebody makes beside the log is no log."""
    w.say("a.log", 50)
    w.rest()
    shutil.copyfile(w.path("a.log"), w.path("a.log.bak"))
    w.pause()
    w.say("a.log", 3)


def deleted_while_open(w):
    w.say("a.log", 20)
    w.rest()
    if not w.running:  # nobody could have read it
        w.say("b.log", 1)
        return
    w.say("a.log", 5)
    w.pause()
    os.unlink(w.path("a.log"))


CELLS = [value for value in list(globals().values())
         if callable(value) and getattr(value, "__module__", "") == __name__ and value not in (turn, pack, reuse_inode)]


def cell_of(cell, stops, inotify):
    def one():
        w = World(stops, inotify)
        try:
            cell(w)
            w.go()
        finally:
            w.done()
    return one


def main():
    wanted = sys.argv[1:]
    cells = [(f"{cell.__name__} {'stopped' if stops else 'running'} {'inotify' if inotify else 'poll'}",
              cell_of(cell, stops, inotify))
             for cell in CELLS for stops in (False, True) for inotify in (True, False)]
    cells = [(name, one) for name, one in cells if not wanted or any(word in name for word in wanted)]
    failed = run_all(cells)
    print(f"{len(cells) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed or not cells else 0


if __name__ == "__main__":
    sys.exit(main())
