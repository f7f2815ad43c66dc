#!/usr/bin/env python3
"""Sends lines to syslog receivers and compares what they stored. Called by receivers.sh.

ports N                        prints N free loopback ports
check FOLDER NAME=PORT...      sends FOLDER/lines by TCP and UDP, reads FOLDER/NAME-tcp and -udp
"""
import json
import pathlib
import re
import socket
import sys
import time

HEADER = {"host": "collector.example.org", "app": "tocsin", "procid": "42"}
DEADLINE = time.monotonic() + 25  # for everything: servers to come up, records to be stored
TEXT_ESCAPE = re.compile(r"\\(\\|x[0-9a-f]{2}|u[0-9a-f]{4})")


def ports(count):
    """Free ports; taken together, so that no two are the same."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    print(" ".join(str(one.getsockname()[1]) for one in sockets))


def connect(port):
    """A connection, once the server listens."""
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=5)
        except OSError:
            if time.monotonic() > DEADLINE:
                raise
            time.sleep(0.1)


def send(lines, port):
    """All lines, framed by length over TCP (RFC 6587), one by one over UDP."""
    with connect(port) as stream:
        for line in lines:
            stream.sendall(b"%d " % len(line) + line)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        for line in lines:
            datagrams.sendto(line, ("127.0.0.1", port))
            time.sleep(0.004)  # a loopback socket drops what its buffer cannot hold


def unescape_text(text):
    """The raw bytes of escaped text."""
    def raw(match):
        code = match.group(1)
        if code == "\\":
            return "\\"
        if code[0] == "x":
            return bytes([int(code[1:], 16)]).decode("utf-8", "surrogateescape")
        return chr(int(code[1:], 16))
    return TEXT_ESCAPE.sub(raw, text).encode("utf-8", "surrogateescape")


def parse_element(element):
    """Parameters of `[id name="value"...]`, as RFC 5424 6.3 has it, values unescaped."""
    match = re.fullmatch(r'\[(\S+)((?: [^ ="\]]{1,32}="(?:[^"\\\]]|\\.)*")*)\]', element, re.S)
    if match is None or match.group(1) != "tocsin@32473":
        raise ValueError("no element: " + element[:200])
    found = re.findall(r' ([^ ="\]]+)="((?:[^"\\\]]|\\.)*)"', match.group(2), re.S)
    return {name: re.sub(r'\\(["\\\]])', r"\1", value) for name, value in found}


def flatten(value, prefix=""):
    """syslog-ng makes nested objects of names with dots."""
    if not isinstance(value, dict):
        return {prefix: value}
    flat = {}
    for key, inner in value.items():
        flat.update(flatten(inner, f"{prefix}.{key}" if prefix else key))
    return flat


def fields_of(record):
    """All fields of a stored record, however its receiver writes them."""
    if "element" in record:
        fields = parse_element(record["element"])
    else:
        fields = flatten(record["_SDATA"]["tocsin@32473"])
    fields["msg"] = record.get("msg", "")
    return {name: unescape_text(value) for name, value in fields.items()}


def read_records(path, count):
    """The records, when there are as many as wanted; a little later, lest more come."""
    while time.monotonic() < DEADLINE:
        if path.exists() and path.read_bytes().count(b"\n") >= count:
            break
        time.sleep(0.2)
    time.sleep(0.5)
    return path.read_bytes().split(b"\n")[:-1] if path.exists() else []


def identity(fields):
    """An alert by its id; a summary, of which each outcome was sent once, by that."""
    return fields.get("event.id") or fields.get("tocsin.outcome")


def compare(name, wanted, stored):
    """How many records differ; says which."""
    wrong = abs(len(stored) - len(wanted))
    if wrong:
        print(f"{name}: {len(stored)} records of {len(wanted)} lines")
    by_id = {}
    for line in stored:
        try:
            record = json.loads(line)
            fields = fields_of(record)
        except (ValueError, KeyError) as problem:
            print(f"{name}: {problem}: {line[:200]!r}")
            wrong += 1
            continue
        if any(record.get(key) != value for key, value in HEADER.items()):
            print(f"{name}: header of {line[:200]!r}")
            wrong += 1
        by_id.setdefault(identity(fields), []).append(fields)
    for fields in wanted:
        same = by_id.get(identity(fields), [])
        if len(same) != 1:
            print(f"{name}: {len(same)} records of {identity(fields)}")
            wrong += 1
            continue
        for key, value in fields.items():
            if same[0].get(key) != value:
                print(f"{name}: {identity(fields)} {key}: {same[0].get(key)!r}, not {value!r}")
                wrong += 1
    return wrong


def check(folder, receivers):
    """Sends, waits, compares; the number of differences."""
    lines = (folder / "lines").read_bytes().split(b"\n")[:-1]
    wanted = []
    for row in (folder / "fields").read_text().splitlines():
        words = row.split()
        wanted.append({words[i]: bytes.fromhex(words[i + 1]) for i in range(0, len(words), 2)})
    for _, port in receivers:
        send(lines, port)
    wrong = 0
    for name, _ in receivers:
        for transport in ("tcp", "udp"):
            stored = read_records(folder / f"{name}-{transport}", len(lines))
            differences = compare(f"{name} {transport}", wanted, stored)
            print(f"{name} {transport}: {len(lines)} lines, {differences} differences")
            wrong += differences
    return wrong


def main():
    """Reads the arguments."""
    if sys.argv[1:2] == ["ports"]:
        ports(int(sys.argv[2]))
        return 0
    receivers = [(word.split("=")[0], int(word.split("=")[1])) for word in sys.argv[3:]]
    return 1 if check(pathlib.Path(sys.argv[2]), receivers) else 0


if __name__ == "__main__":
    sys.exit(main())
