#!/usr/bin/env python3
"""File systems that misbehave, by a preloaded stand-in: all lines come out, and others do not wait for it."""
import errno
import os
import sys
import time

from world import POLL_MS, World, run_all

SHIM = os.environ.get("FOLLOW_SHIM_LIBRARY")


class Mount(World):
    """A world with a mount `net` in it: its own by the table of mounts, as the program sees it."""

    def __init__(self, inotify=True):
        super().__init__(False, inotify)
        self.control, self.table = self.folder / "rules", self.folder / "mounts"
        self.control.write_text("")
        self.table.write_text(f"22 1 0:21 / / rw - ext4 disk rw\n23 22 0:22 / {self.logs}/net rw - nfs server:/x rw\n")
        self.env = {"LD_PRELOAD": SHIM, "FOLLOW_SHIM": str(self.control)}
        self.options = ["--mounts", str(self.table)]
        self.path("net/x")

    def rules(self, *rules):
        new = self.folder / "rules.new"
        new.write_text("".join(rule.replace("NET", f"{self.logs}/net") + "\n" for rule in rules))
        os.rename(new, self.control)

    def told_of(self, kind, name, times=1):
        count = sum(1 for line in self.told().splitlines() if line.startswith(kind + " ") and name in line)
        if count != times:
            raise AssertionError(f"{kind} of {name}: {count} times, not {times}\n{self.told()[-3000:]}")


def cpu_of(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def stale_sizes(w):
    w.rules("network NET", "stale NET")
    w.say("net/a.log", 20)
    w.rest()
    for _ in range(3):
        w.say("net/a.log", 5)
        w.pause(6)
    w.wait_for(w.all_said, "behind a stale size")
    w.rules("network NET")


def gone_stale(w):
    """Every call fails with ESTALE for a while: nothing spins, nothing ends, and then it goes on."""
    w.rules("network NET")
    w.say("net/a.log", 20)
    w.rest()
    w.rules("network NET", f"errno {errno.ESTALE} NET")
    w.say("net/a.log", 5)
    before, begun = cpu_of(w.running.pid), time.monotonic()
    time.sleep(2)
    share = (cpu_of(w.running.pid) - before) / (time.monotonic() - begun)
    # Walks are sixteen times as many here as in earnest, and the stand-in reads its rules in every call.
    if share > 0.16:
        raise AssertionError(f"{share:.0%} of a processor while the mount is stale")
    w.told_of("FAILED", "net", 1)
    w.told_of("ENDED", "net", 0)
    w.rules("network NET")
    w.wait_for(w.all_said, "after ESTALE")
    w.told_of("WORKS", "net", 1)


def stale_handle(w):
    """The handle alone is stale: the file is opened anew by its path."""
    w.rules("network NET")
    w.say("net/a.log", 20)
    w.rest()
    w.rules("network NET", f"errread {errno.ESTALE} NET/a.log")
    w.say("net/a.log", 5)
    w.wait_for(lambda: "FAILED" in w.told(), "no failure told")
    w.rules("network NET")
    w.wait_for(w.all_said, "after a stale handle")
    w.told_of("WORKS", "a.log", 1)


def cannot_read(w):
    w.say("net/a.log", 20)
    w.say("b.log", 20)
    w.rest()
    w.rules(f"errread {errno.EIO} NET/a.log")
    w.say("net/a.log", 5)
    w.say("b.log", 5)
    w.wait_for(lambda: "FAILED" in w.told() and w.expected[-1] in w.said(), "others do not go on")
    w.pause(5)
    w.told_of("FAILED", "a.log", 1)
    w.rules()


def permission_lost(w):
    w.say("net/a.log", 20)
    w.rest()
    w.rules(f"errno {errno.EACCES} NET")
    w.say("net/a.log", 5)
    w.wait_for(lambda: "FAILED" in w.told(), "no failure told")
    os.rename(w.path("net/a.log"), w.path("net/a.log.1"))
    w.say("net/a.log", 5)
    w.pause(5)
    w.rules()


def short_reads(w):
    w.rules("short NET")
    w.say("net/a.log", 60, header=True)
    w.rest()
    w.say("net/a.log", 40)


def short_reads_packed(w):
    import gzip
    w.rules("short NET")
    w.say("net/a.log", 60, header=True)
    w.rest()
    data = w.path("net/a.log").read_bytes()
    with gzip.open(w.path("net/a.log.1.gz"), "wb") as file:
        file.write(data)
    os.unlink(w.path("net/a.log"))
    w.say("net/a.log", 5)


def hanging(w):
    """A mount that hangs delays nobody else; when it answers, it goes on."""
    w.say("net/a.log", 20)
    w.say("b.log", 20)
    w.rest()
    w.rules("block NET")
    w.pause(3)
    w.raw("net/a.log", b"")
    worst = 0.0
    for _ in range(30):
        w.say("b.log", 1)
        begun = time.monotonic()
        w.wait_for(lambda: w.expected[-1] in w.said(), "held up by another mount")
        worst = max(worst, time.monotonic() - begun)
        time.sleep(POLL_MS / 1000)
    if worst > 2:
        raise AssertionError(f"{worst:.1f} s late while another mount hangs")
    w.say("net/a.log", 5)
    w.rules()


def hanging_is_told(w):
    """After half a minute without an answer, once; others count as settled; and when it is over."""
    w.say("b.log", 3)
    w.rules("block NET")
    w.begin()
    w.wait_for(lambda: w.expected[-1] in w.said(), "held up by another mount")
    for i in range(1, 400):
        if "does not answer" in w.told():
            break
        w.later(i * 2)
        time.sleep(0.02)
    w.told_of("FAILED", "/net", 1)
    w.wait_for(lambda: "SETTLED" in w.told(), "waits for a mount that hangs")
    w.rules()
    for i in range(400, 600):
        if "WORKS" in w.told():
            break
        w.later(i * 2)
        time.sleep(0.02)
    w.told_of("WORKS", "/net", 1)
    w.say("net/a.log", 3)


def hanging_at_the_end(w):
    """A thread that hangs does not keep the program from ending."""
    w.say("net/a.log", 20)
    w.rest()
    w.rules("block NET")
    w.pause(3)
    begun = time.monotonic()
    w.end()
    if time.monotonic() - begun > 4:
        raise AssertionError("the program waits for a mount that hangs")
    w.rules()


def old_entry(w):
    """The folder shows the old file under the name for a while after the turn."""
    w.rules("network NET")
    w.say("net/a.log", 20)
    w.rest()
    w.rules("network NET", f"dentry NET/a.log {w.logs}/net/a.log.1")
    os.rename(w.path("net/a.log"), w.path("net/a.log.1"))
    w.say("net/a.log", 7)
    w.say("net/a.log.1", 2)
    w.pause(8)
    w.rules("network NET")


def mount_gone_and_back(w):
    w.say("net/a.log", 20)
    w.rest()
    os.rename(w.logs / "net", w.folder / "unmounted")
    w.path("net/x")
    w.pause(6)
    os.rmdir(w.logs / "net")
    os.rename(w.folder / "unmounted", w.logs / "net")
    w.say("net/a.log", 5)


def mounted_later(w):
    """What is remembered of a mount's files is known again when it comes after the start."""
    w.say("net/a.log", 20)
    w.say("b.log", 2)
    w.rest()
    w.end()
    os.rename(w.logs / "net", w.folder / "unmounted")
    w.table.write_text("22 1 0:21 / / rw - ext4 disk rw\n")
    w.path("net/x")
    w.begin()
    w.wait_for(lambda: w.told().count("SETTLED") == 2, "does not settle")
    w.pause(4)
    os.rmdir(w.logs / "net")
    os.rename(w.folder / "unmounted", w.logs / "net")
    w.table.write_text(f"22 1 0:21 / / rw - ext4 disk rw\n23 22 0:22 / {w.logs}/net rw - nfs server:/x rw\n")
    w.say("net/a.log", 5)


def mounted_while_running(w):
    """A mount comes at a folder that is followed: its files go to its own thread, and lose nothing."""
    w.table.write_text("22 1 0:21 / / rw - ext4 disk rw\n")
    w.say("net/a.log", 20)
    w.rest()
    w.say("net/a.log", 5)
    w.table.write_text(f"22 1 0:21 / / rw - ext4 disk rw\n23 22 0:22 / {w.logs}/net rw - nfs server:/x rw\n")
    w.pause(4)
    w.say("net/a.log", 5)
    os.rename(w.path("net/a.log"), w.path("net/a.log.1"))
    w.say("net/a.log", 5)
    w.pause(4)
    w.table.write_text("22 1 0:21 / / rw - ext4 disk rw\n")
    w.say("net/a.log", 5)


def root_is_a_mount(w):
    w.table.write_text("22 1 0:21 / / rw - ext4 disk rw\n")
    w.say("net/a.log", 20)
    w.rest()
    w.table.write_text(f"22 1 0:21 / / rw - ext4 disk rw\n23 22 0:22 / {w.logs} rw - nfs server:/x rw\n")
    w.pause(4)
    w.say("net/a.log", 5)


def turned_while_unreadable(w):
    """What cannot be read is not decided about: nothing begins anew because of it."""
    w.say("net/a.log", 20)
    w.rest()
    w.rules(f"errno {errno.EIO} NET/a.log.1", f"errread {errno.EIO} NET/a.log")
    w.say("net/a.log", 5)
    os.rename(w.path("net/a.log"), w.path("net/a.log.1"))
    w.say("net/a.log", 5)
    w.pause(8)
    w.rules()


def replaced_while_unreadable(w):
    w.say("net/a.log", 20)
    w.rest()
    w.rules(f"errread {errno.EIO} NET/a.log")
    data = w.path("net/a.log").read_bytes()
    w.path("net/.a.log.tmp").write_bytes(data)
    w.say("net/.a.log.tmp", 5)
    os.rename(w.path("net/.a.log.tmp"), w.path("net/a.log"))
    w.pause(8)
    w.rules()


CELLS = [value for value in list(globals().values())
         if callable(value) and getattr(value, "__module__", "") == __name__ and value not in (Mount, cpu_of)]


def cell_of(cell, inotify):
    def one():
        w = Mount(inotify)
        try:
            cell(w)
            w.go()
        finally:
            w.done()
    return one


def main():
    if not SHIM:
        print("skipped: no stand-in for the file system in a sanitised build")
        return 77
    wanted = sys.argv[1:]
    cells = [(f"{cell.__name__} {'inotify' if inotify else 'poll'}", cell_of(cell, inotify))
             for cell in CELLS for inotify in (True, False)]
    cells = [(name, one) for name, one in cells if not wanted or any(word in name for word in wanted)]
    failed = run_all(cells)
    print(f"{len(cells) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed or not cells else 0


if __name__ == "__main__":
    sys.exit(main())
