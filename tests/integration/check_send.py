#!/usr/bin/env python3
"""Sends adversarial alerts with the daemon's senders and compares what real receivers stored. Called by
send_receivers.sh.

fields FOLDER SEND COUNT NAME=PORT,TLSPORT...   over UDP, TCP and TLS: every field of every alert
kills FOLDER SEND COUNT KILLS NAME TRANSPORT TARGET COMMAND...   the receiver dies that often meanwhile
cef FOLDER SEND COUNT PORT PYCEF   as CEF, read by pycef
"""
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

from check_receivers import parse_element, unescape_text

HEADER = {"host": "collector.example.org", "app": "tocsin", "procid": "42"}


def wanted_of(path):
    """Fields of each alert by its id, named as the flat names of the receivers."""
    alerts = {}
    for row in path.read_text().splitlines():
        words = row.split()
        fields = {words[i].replace("@", "").replace(".", "_"): bytes.fromhex(words[i + 1])
                  for i in range(0, len(words), 2)}
        alerts[fields["event_id"]] = fields
    return alerts


def send(sender, target, count, *words, patience=120):
    """Runs the senders to their end; what they say."""
    done = subprocess.run([sender, target, f"count={count}", f"seconds={patience}", *words], stdout=subprocess.PIPE,
                          timeout=patience + 30, check=False)
    print("   ", done.stdout.decode().strip())
    return done.returncode == 0


def read_records(path, count):
    """The records, when there are as many as wanted; a little later, lest more come."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and (not path.exists() or path.read_bytes().count(b"\n") < count):
        time.sleep(0.2)
    time.sleep(0.5)
    return path.read_bytes().split(b"\n")[:-1] if path.exists() else []


def fields_of(record):
    if "element" in record:
        fields = parse_element(record["element"])
    else:
        fields = record["_SDATA"]["tocsin@32473"]
    fields["msg"] = record.get("msg", "")
    return {name: unescape_text(value) for name, value in fields.items()}


def differences(name, wanted, stored):
    """How many fields, headers and records differ; says the first."""
    wrong, seen = 0, set()

    def tell(text):
        nonlocal wrong
        wrong += 1
        if wrong <= 5:
            print(f"{name}: {text}")
    for line in stored:
        try:
            record = json.loads(line)
            fields = fields_of(record)
        except (ValueError, KeyError) as problem:
            tell(f"{problem}: {line[:200]!r}")
            continue
        alert = wanted.get(fields.get("event_id"))
        if alert is None or fields["event_id"] in seen:
            tell(f"unknown, or twice: {line[:200]!r}")
            continue
        seen.add(fields["event_id"])
        if any(record.get(key) != value for key, value in HEADER.items()):
            tell(f"header of {line[:200]!r}")
        for key, value in alert.items():
            if fields.get(key) != value:
                tell(f"{key}: {fields.get(key)!r}, not {value!r}")
    for _ in range(len(wanted) - len(seen)):
        tell("an alert is missing")
    return wrong


def wait_for_port(port):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)


def check_fields(folder, sender, count, receivers):
    wrong = 0
    for word in receivers:
        name, ports = word.split("=")
        port, tls = (int(one) for one in ports.split(","))
        wait_for_port(tls)
        for transport, target, words in (
                # Slowly: what a receiver's buffer has no room for is lost over UDP.
                ("udp", f"udp://127.0.0.1:{port}", ["size=8000", "rate=250"]),
                ("tcp", f"tcp://127.0.0.1:{port}", []),
                ("tls", f"tls://127.0.0.1:{tls}", [f"ca={folder}/ca.pem", "name=receiver.example.org",
                                                   f"certificate={folder}/client.pem", f"key={folder}/client.key"])):
            fields = folder / f"fields-{name}-{transport}"
            wrong += not send(sender, target, count, f"fields={fields}", *words)
            stored = read_records(folder / f"{name}-{transport}", count)
            found = differences(f"{name} {transport}", wanted_of(fields), stored)
            print(f"{name} {transport}: {count} alerts, {found} differences")
            wrong += found
    return wrong


def check_refusals(folder, sender, receivers):
    """A name that the certificate does not hold, and an authority that is not ours: nothing is sent."""
    wrong = 0
    for word in receivers:
        name, ports = word.split("=")
        target = f"tls://127.0.0.1:{ports.split(',')[1]}"
        before = (folder / f"{name}-tls").stat().st_size
        for what, words in (("another name", [f"ca={folder}/ca.pem", "name=other.example.org"]),
                            ("another authority", [f"ca={folder}/other.pem", "name=receiver.example.org"]),
                            ("no certificate", [f"ca={folder}/ca.pem", "name=receiver.example.org"])):
            if send(sender, target, 1, *words, patience=3) and what != "no certificate":
                print(f"{name}: with {what} something was sent")
                wrong += 1
        if (folder / f"{name}-tls").stat().st_size != before:
            print(f"{name}: something came without the right certificates")
            wrong += 1
    return wrong


def start(command):
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def check_kills(folder, sender, count, kills, name, transport, target, command):
    """Kills the receiver that often while alerts come at a steady rate."""
    port = int(target.rsplit(":", 1)[1])
    words = [f"fields={folder}/fields-kills", "wait=200"]
    if transport == "tls":
        words += [f"ca={folder}/ca.pem", "name=receiver.example.org", f"certificate={folder}/client.pem",
                  f"key={folder}/client.key"]
    receiver = start(command)
    wait_for_port(port)
    rate = max(20, count // (kills * 2))
    sending = subprocess.Popen([sender, target, f"count={count}", f"rate={rate}", "seconds=600", *words],
                               stdout=subprocess.PIPE)
    try:
        for _ in range(kills):
            time.sleep(1.5)
            receiver.send_signal(signal.SIGKILL)
            receiver.wait()
            time.sleep(0.1)
            receiver = start(command)
            wait_for_port(port)
        told = sending.communicate(timeout=600)[0].decode().strip()
    finally:
        sending.kill()
        time.sleep(1)
        receiver.terminate()
        receiver.wait()
    print("   ", told)
    wanted = wanted_of(folder / "fields-kills")
    ids, torn = [], 0
    for line in (folder / f"{name}-{transport}").read_bytes().split(b"\n")[:-1]:
        try:
            ids.append(fields_of(json.loads(line))["event_id"])
        except (ValueError, KeyError):
            torn += 1  # what a killed receiver had begun to write
    lost = len(set(wanted) - set(ids))
    strange = len(set(ids) - set(wanted))
    print(f"{name} {transport}: {kills} kills, {count} alerts, {lost} lost, {len(ids) - len(set(ids))} twice, "
          f"{torn} torn by the receiver")
    return lost + strange + (sending.returncode != 0)


def unescape_cef(value):
    return value.replace("\\=", "=").replace("\\\\", "\\")


def check_cef(folder, sender, count, port, pycef):
    """CEF as Sentinel's profile sends it, stored raw, read by a parser that is not ours."""
    sys.path.insert(0, pycef)
    import pycef as parser  # pylint: disable=import-outside-toplevel
    names = {"externalId": "event_id", "suser": "user_name", "reason": "tocsin_confidence_why", "msg": "msg"}
    fields = folder / "fields-cef"
    wrong = int(not send(sender, f"tcp://127.0.0.1:{port}", count, "profile=sentinel", f"fields={fields}"))
    wanted = wanted_of(fields)
    compared = 0
    for line in read_records(folder / "rsyslog-raw", count):
        raw = json.loads(line)["raw"]
        if "\\" in raw.split("|cat=")[0] or "=" in raw.split("|cat=")[0]:
            continue  # this parser reads no such header
        parsed = parser.parse(raw)
        alert = wanted.pop(parsed["externalId"].encode())
        for key, ours in names.items():
            compared += 1
            if unescape_text(unescape_cef(parsed[key])) != alert[ours]:
                wrong += 1
                print(f"cef {key}: {parsed[key]!r}, not {alert[ours]!r}")
    print(f"cef: {compared} fields read by pycef, {wrong} differences")
    return wrong + (compared < count)


def main():
    what, folder, sender, count = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    rest = sys.argv[5:]
    if what == "fields":
        return 1 if check_fields(folder, sender, count, rest) + check_refusals(folder, sender, rest) else 0
    if what == "cef":
        return 1 if check_cef(folder, sender, count, int(rest[0]), rest[1]) else 0
    return 1 if check_kills(folder, sender, count, int(rest[0]), rest[1], rest[2], rest[3], rest[4:]) else 0


if __name__ == "__main__":
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    sys.exit(main())
