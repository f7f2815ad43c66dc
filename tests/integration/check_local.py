#!/usr/bin/env python3
"""Scans with --syslog to the sockets of real daemons and compares what they stored. Called by local_socket.sh.

check_local.py TOCSIN FOLDER NAME...    FOLDER/input is scanned; NAME.sock and NAME-stored are a daemon's
"""
import json
import pathlib
import re
import subprocess
import sys
import time

DEADLINE = time.monotonic() + 60
PRINTED = re.compile(r"<(\d+)>1 \S+ \S+ tocsin (\d+) \S+ (\[tocsin@32473 (?:[^]\\]|\\.)*\]) (.*)")


def wait_for(condition):
    while not condition() and time.monotonic() < DEADLINE:
        time.sleep(0.1)
    return condition()


def scan(tocsin, folder, name):
    """(priority, tag, text) of each message, as the format syslog printed them in the same run."""
    words = [tocsin, "scan", "-f", "syslog", f"--syslog={folder}/{name}.sock", "--internal", "10.0.0.0/8",
             f"{folder}/input/logs"]
    done = subprocess.run(words, stdout=subprocess.PIPE, timeout=60, check=False)
    if done.returncode != 1:
        sys.exit(f"{name}: the scan ended with {done.returncode}")
    rows = []
    for line in done.stdout.decode().splitlines():
        pri, pid, element, text = PRINTED.fullmatch(line).groups()
        guarded = text.replace("[", "\\x5b")
        rows.append((pri, f"tocsin[{pid}]:", f"{guarded} {element}"))
    return rows


def stored(path, count):
    """What the daemon stored, once it is as much as wanted; a little later, lest more comes."""
    wait_for(lambda: path.exists() and path.read_bytes().count(b"\n") >= count)
    time.sleep(0.5)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    records = [json.loads(line) for line in lines]
    return [(record["pri"], record["tag"], record["msg"].removeprefix(" ")) for record in records]


def differences(name, wanted, got):
    """How many messages are not what was sent; says which."""
    wrong = abs(len(wanted) - len(got))
    if wrong:
        print(f"{name}: {len(got)} records of {len(wanted)} messages")
    for sent, kept in zip(wanted, got):
        if sent != kept:
            print(f"{name}: {str(kept)[:300]}\n    not {str(sent)[:300]}")
            wrong += 1
    return wrong


def main():
    tocsin, folder, names = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
    wrong = 0
    for name in names:
        if not wait_for((folder / f"{name}.sock").exists):
            sys.exit(f"{name}: it made no socket")
        wanted = scan(tocsin, folder, name)
        found = differences(name, wanted, stored(folder / f"{name}-stored", len(wanted)))
        print(f"{name}: {len(wanted)} messages, {found} differences")
        wrong += found
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
