#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets that are not written by hand: tests/fuzz/corpus/TARGET/.

    python3 tests/fuzz/seeds.py

One run gives the same bytes as the last. What the fuzzer itself finds worth keeping is added beside
them under other names.
"""
import datetime
import gzip
import json
import lzma
import pathlib
import random
import struct
import subprocess
import zlib

CORPUS = pathlib.Path(__file__).resolve().parent / "corpus"
MONDAY = datetime.datetime(2011, 2, 28, 8)
PEOPLE = ["anna.a", "bert.b", "cara.c", "dina.d", "emil.e", "finn.f"]
OTHERS = ["gina.g", "hans.h", "ines.i", "jan.j", "kim.k", "leo.l"]  # never meet the stranger


def keep(target, name, data):
    """One seed."""
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)


# -- logs -----------------------------------------------------------------------------------------

IIS_HEAD = ("#Software: Microsoft Internet Information Services 7.5\n"
            "#Fields: date time cs-method cs-uri-stem cs-uri-query cs-username c-ip cs(User-Agent) "
            "sc-status\n")
TRACKING_HEAD = ("#Software: Microsoft Exchange Server\n#Log-type: Message Tracking Log\n"
                 "#Fields: date-time,source,event-id,message-id,recipient-address,reference,"
                 "message-subject,sender-address,return-path,source-context\n")


def at(day, seconds):
    """That time of the tenth day and the like."""
    return MONDAY + datetime.timedelta(days=day, seconds=seconds)


def webmail(days=(0, 2, 4, 7, 8), attack=9):
    """Everybody at home for a week, then one stranger with all their names."""
    rows = [(at(day, 60 * i + 20 * k), f"GET /owa/ - ORG\\{who} 192.0.2.{i + 1} Mozilla/5.0+(home{i}) 200")
            for day in days for i, who in enumerate(PEOPLE) for k in range(2)]
    for i, who in enumerate(PEOPLE):
        for late, what in ((0, "POST /owa/auth.owa - {} {} 302"), (1, "GET /owa/ - {} {} 200"),
                           (30, "GET /owa/ lang=zh-CN {} {} 200")):
            rows.append((at(attack, 120 * i + late),
                         what.format(f"ORG\\{who}", "203.0.113.9 Mozilla/4.0+(stranger)")))
    return IIS_HEAD + "".join(f"{time:%Y-%m-%d %H:%M:%S} {row}\n" for time, row in sorted(rows))


def replies():
    """Automatic replies, in another language on the last day."""
    rows = []
    for day in (0, 2, 4, 7, 9):
        for i, who in enumerate(PEOPLE + OTHERS):
            if day == 9 and who in OTHERS:
                continue
            words = "Automatic reply: " if day < 9 else "\u81ea\u52a8\u7b54\u590d: "
            number = 100 * day + i
            rows.append(f"{at(day, 3000 + i):%Y-%m-%dT%H:%M:%S.000Z},MAILBOXRULE,RECEIVE,"
                        f"<{number}@example.org>,x@example.net,<q{number}@example.net>,{words}hello,"
                        f"{who}@example.org,<>,\n")
    return TRACKING_HEAD + "".join(rows)


def passwords(count=24):
    """Changed by their owners and reset by others, a minute apart."""
    rows = []
    for k in range(count):
        who, by_owner = PEOPLE[k % len(PEOPLE)], k % 2
        rows.append(json.dumps({"EventID": 4723 if by_owner else 4724, "Channel": "Security",
                                "TimeCreated": f"{at(9, 5000 + 60 * k):%Y-%m-%dT%H:%M:%SZ}",
                                "Computer": "dc1", "TargetUserName": who, "TargetDomainName": "ORG",
                                "SubjectUserName": who if by_owner else "helpdesk",
                                "SubjectDomainName": "ORG"}, separators=(",", ":")) + "\n")
    return "".join(rows)


def write_scan():
    lines = webmail().splitlines(True)
    keep("scan", "break-in", "===\n".join([webmail(), replies(), passwords()]))
    keep("scan", "webmail", webmail())
    keep("scan", "replies", replies())
    keep("scan", "passwords", passwords())
    keep("scan", "two-servers", "===\n".join(["".join(lines[:40]), "".join(lines[:2] + lines[30:])]))
    keep("scan", "shuffled", IIS_HEAD + "".join(sorted(lines[2:], key=lambda line: line[::-1])))


# -- files, packed and wide -----------------------------------------------------------------------

def packed(text, extra=b""):
    """One gzip member, with an extra field if told so."""
    data = bytearray(gzip.compress(text, 9, mtime=0))
    if extra:
        data[3] |= 4
        data[10:10] = struct.pack("<H", len(extra)) + extra
    return bytes(data)


def zstd(text, *options):
    return subprocess.run(["zstd", "-q", "-c", *options], input=text, capture_output=True, check=True).stdout


def xz(text, check=lzma.CHECK_CRC64):
    return lzma.compress(text, check=check, preset=6)


def write_zstd(how, lines):
    frame = zstd(lines, "--check")
    skipped = b"\x53\x2a\x4d\x18" + struct.pack("<I", 5) + b"hello"
    bare = b"\x28\xb5\x2f\xfd\x00\x58"  # no checksum, no size, a window of 2 MiB
    run = struct.pack("<I", 40 << 3 | 1 << 1)[:3] + b"\n"
    raw = struct.pack("<I", 300 << 3 | 1)[:3] + lines[:300]
    keep("input", "zstd", how + frame)
    keep("input", "zstd-frames", how + skipped + zstd(lines[:300]) + skipped + zstd(lines[300:], "--no-check"))
    keep("input", "zstd-blocks", how + bare + run + raw)
    keep("input", "zstd-window", how + bare[:5] + b"\x98" + raw)
    keep("input", "zstd-cut", how + frame[:-20])
    keep("input", "zstd-damaged", how + frame[:200] + b"\x00" + frame[201:])
    keep("input", "zstd-rest", how + frame + b"no frame")
    keep("input", "zstd-in-xz", how + xz(frame))


def write_xz(how, lines):
    stream = xz(lines)
    keep("input", "xz", how + stream)
    keep("input", "xz-streams", how + xz(lines[:300], lzma.CHECK_NONE) + bytes(8) + xz(lines[300:]) + bytes(4))
    keep("input", "xz-cut", how + stream[:-20])
    keep("input", "xz-damaged", how + stream[:200] + b"\x00" + stream[201:])
    keep("input", "xz-rest", how + stream + bytes(3))
    keep("input", "xz-in-gzip-in-gzip", how + packed(packed(stream)))


def write_input():
    lines = "".join(webmail(days=(0,)).splitlines(True)[:12]).encode()
    wide = passwords(3).replace("bert", "b\u00e9rt\U0001f600")
    two = packed(lines[:300]) + packed(lines[300:], b"ab")
    by_content, small = b"\x05", b"\x15"
    keep("input", "plain", by_content + lines)
    keep("input", "mark", by_content + b"\xef\xbb\xbf" + replies()[:900].encode())
    keep("input", "gzip", by_content + packed(lines))
    keep("input", "gzip-members", by_content + two)
    keep("input", "gzip-cut", by_content + two[:-20])
    keep("input", "gzip-damaged", by_content + two[:200] + b"\x00" + two[201:])
    keep("input", "gzip-rest", by_content + two + b"no member")
    keep("input", "utf16-little", by_content + b"\xff\xfe" + wide.encode("utf-16-le"))
    keep("input", "utf16-big", by_content + b"\xfe\xff" + wide.encode("utf-16-be"))
    keep("input", "utf16-odd", by_content + (b"\xff\xfe" + wide.encode("utf-16-le"))[:-1])
    keep("input", "utf16-surrogate", by_content + b"\xff\xfe" + b"\x00\xd8a\x00" + wide.encode("utf-16-le"))
    keep("input", "gzip-utf16", by_content + packed(b"\xff\xfe" + wide.encode("utf-16-le")))
    write_zstd(by_content, lines)
    write_xz(by_content, lines)
    keep("input", "short-records", small + lines + passwords(2).encode())
    for number in range(5):
        keep("input", f"forced-{number}", bytes([number]) + lines[:400] + passwords(2).encode())


# -- MaxMind DB (MaxMind-DB-spec 2.0) -------------------------------------------------------------

def control(kind, size):
    first = bytes([kind << 5 | min(size, 29)]) if kind < 8 else bytes([min(size, 29), kind - 7])
    return first + (bytes([size - 29]) if size >= 29 else b"")


# Numbers of the metadata that have another type than unsigned 32 bit: 16 and 64 bit.
TYPES = {"binary_format_major_version": 5, "binary_format_minor_version": 5, "ip_version": 5,
         "record_size": 5, "build_epoch": 9}


def value(item, kind=6):
    if isinstance(item, str):
        return control(2, len(item.encode())) + item.encode()
    if isinstance(item, int):
        data = item.to_bytes(8, "big").lstrip(b"\0")
        return control(kind, len(data)) + data
    if isinstance(item, list):
        return control(11, len(item)) + b"".join(map(value, item))
    return control(7, len(item)) + b"".join(value(k) + value(v, TYPES.get(k, 6))
                                           for k, v in item.items())


def database(records, record_size=24, version=6, nodes=6):
    """A tree whose first levels part the addresses by their first bits."""
    data, places = b"", []
    for record in records:
        places.append(len(data))
        data += value(record)
    tree = b""
    for node in range(nodes):
        left = node + 1 if node + 1 < nodes else nodes
        right = nodes + 16 + places[node % len(places)]
        if record_size == 28:
            tree += left.to_bytes(4, "big")[1:] + b"\0" + right.to_bytes(4, "big")[1:]
        else:
            tree += b"".join(n.to_bytes(record_size // 8, "big") for n in (left, right))
    meta = {"binary_format_major_version": 2, "binary_format_minor_version": 0, "build_epoch": 1300000000,
            "database_type": "Made", "description": {"en": "made"}, "ip_version": version,
            "languages": ["en"], "node_count": nodes, "record_size": record_size}
    return tree + bytes(16) + data + b"\xab\xcd\xefMaxMind.com" + value(meta)


def write_geo():
    country = {"country": {"iso_code": "BE", "names": {"en": "Belgium"}}}
    network = {"autonomous_system_number": 64496, "autonomous_system_organization": "Example Net"}
    registered = {"registered_country": {"iso_code": "LU"}}
    keep("geo", "country", database([country, registered]))
    keep("geo", "network", database([network]))
    keep("geo", "both-28", database([{**country, **network}], 28))
    keep("geo", "both-32", database([country, network, registered], 32))
    keep("geo", "v4", database([country], version=4))
    keep("geo", "cut", database([country])[:-30])
    keep("geo", "no-country", database([{"continent": {"code": "EU"}}]))


# -- the rest -------------------------------------------------------------------------------------

def write_accounts():
    head = "DisplayName,SamAccountName,PrimarySmtpAddress,ExchangeGuid,Manager\r\n"
    guid = "0aa89cf8-aa07-4103-8a1d-ca9e619f22{:02x}"
    rows = "".join(f'"{who}, X",{who},{who}@example.org,{guid.format(i)},boss@example.org\r\n'
                   for i, who in enumerate(PEOPLE))
    keep("accounts", "header", "\x01" + head + rows)
    keep("accounts", "small-table", "\x00" + head + rows * 4)
    keep("accounts", "no-header", "\x01" + "anna,ORG\\anna,anna@example.org,S-1-5-21-1-2-3-1104\nbert,x,b@example.org,\n")
    keep("accounts", "lists", "\x01" + 'Alias;Addresses\na;"SMTP:a@example.org,smtp:b@example.org"\nb;"smtp:c@example.org"\n')
    keep("accounts", "tabs", "\x01" + "alias\tmail\na\ta@example.org\nA\tA@EXAMPLE.ORG\n")
    keep("accounts", "mark", b"\x01\xef\xbb\xbfuser,mail\nj\xc3\xbcrg,j\xc3\xbcrg@example.org\n")
    keep("accounts", "open-quote", "\x01" + 'a,b\n"a@example.org,b\n')
    keep("accounts", "utf16", b"\x01\xff\xfea\0,\0b\0\n\0")


def write_order():
    dice = random.Random(2011)
    for name, memory in (("spilled", 0), ("small", 1), ("medium", 2), ("held", 3)):
        steps = bytearray([memory])
        for _ in range(300):
            steps += bytes([dice.choice((1, 1, 1, 1, 1, 210))])
            if steps[-1] == 1:
                steps += bytes([dice.randrange(40), dice.randrange(256), dice.randrange(32), 2]) + dice.randbytes(2)
            if dice.random() < 0.02:
                steps += bytes([250, dice.randrange(40)])
        keep("order", name, bytes(steps))
    keep("order", "ends", bytes([0, 1, 255]) + bytes(8) + bytes([0, 0, 0, 1, 254, 0, 0, 0, 210, 250, 254]))


def write_output():
    dice = random.Random(2011)
    pieces = [b"\x1b[31m", b"\n", b"\xe2\x80\xae", b"\xff", b"|", b"=", b"]", b'"', b"\\", b"\\x41",
              b"a@example.org", b"ORG\\anna", b"\xe4\xb8\xad\xe6\x96\x87", b"\0", b"\t"]
    for name, texts in (("short", 3), ("long", 40), ("longer", 200)):
        data = bytearray(dice.randbytes(4))
        for _ in range(60):
            text = b"".join(dice.choice(pieces) for _ in range(dice.randrange(texts)))[:254]
            data += bytes([len(text)]) + text + bytes([dice.randrange(8)])
        keep("output", name, bytes(data))
    keep("output", "bytes", dice.randbytes(2048))
    keep("output", "empty", b"\0")


def write_receive():
    def event(number, text):
        return b"2J" + struct.pack(">II", number, len(text)) + text

    beat = json.dumps({"agent": {"name": "EX01"}, "message": "GET /owa/",
                       "log": {"file": {"path": "C:\\logs\\W3SVC1\\u.log"}, "offset": 7}}).encode()
    windows = json.dumps({"winlog": {"channel": "Security", "record_id": 5}, "host": {"name": "DC01"}}).encode()
    frames = event(1, beat) + event(2, windows)
    packed = zlib.compress(frames)
    keep("receive", "plain", b"\x80" + b"2W\0\0\0\2" + frames)
    keep("receive", "packed", b"\x40" + b"2W\0\0\0\2" + b"2C" + struct.pack(">I", len(packed)) + packed)
    keep("receive", "torn", b"\x20" + b"2W\0\0\0\2" + b"2C" + struct.pack(">I", len(packed) - 3) + packed[:-3])
    keep("receive", "nested", b"\x10" + b"2W\0\0\0\1" + b"2C\0\0\0\6" + b"2C\0\0\0\0")
    keep("receive", "event", b"\0" + beat)
    keep("receive", "counted", b"\x90" + b"13 <13>Apr  1 a:21 <13>1 2011-04-01 h a -\n")
    keep("receive", "lines", b"\x70" + b"<134>Apr  1 06:00:00 ex01 owa: GET /owa/\r\n<13>x\n")


if __name__ == "__main__":
    for write in (write_scan, write_input, write_geo, write_accounts, write_order, write_output, write_receive):
        write()
