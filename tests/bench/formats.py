#!/usr/bin/env python3
"""Measures the formats that other tools read, too, beside these tools, per core and in the same run:
events as EVTX (evtxexport, the Rust library evtx), JSON (jq -c .), and logs of Exchange (mlr, counting one column).

What is not installed is left out and said. The library is measured as evtx_dump or, where that is not there, through
its Python wheel. Several copies of one record are no fairness problem: every tool reads each of them."""
import argparse
import dataclasses
import pathlib
import random
import shutil
import statistics
import struct
import sys
import zlib

sys.dont_write_bytecode = True
import runs  # noqa: E402
import tree  # noqa: E402

CHUNK, HEADER = 65536, 4096
WHEEL = "import sys, evtx\nfor path in sys.argv[1:]:\n    for record in evtx.PyEvtxParser(path).records_json(): pass\n"


@dataclasses.dataclass
class Corpus:
    kind: str
    path: pathlib.Path
    bytes: int = 0
    lines: int = 0


def evtx_corpus(path, samples, size):
    """The chunks of real logs, each of which stands for itself, one behind the other."""
    chunks = []
    for sample in sorted(samples.glob("*.evtx")):
        data = sample.read_bytes()
        chunks += [data[at:at + CHUNK] for at in range(HEADER, len(data) - CHUNK + 1, CHUNK)
                   if data[at:at + 8] == b"ElfChnk\0"]
        head = data[:HEADER] if sample.name == "security.evtx" else None
        first = head or data[:HEADER]
    count = max(min(size // CHUNK, 60000), 1)
    header = bytearray(first)
    struct.pack_into("<QQQ", header, 8, 0, count - 1, count * 200)
    struct.pack_into("<H", header, 42, count)
    struct.pack_into("<I", header, 120, 0)
    struct.pack_into("<I", header, 124, zlib.crc32(bytes(header[:120])))
    with open(path, "wb") as out:
        out.write(header)
        for i in range(count):
            out.write(chunks[i % len(chunks)])


def m365_corpus(path, _, size):
    rng = random.Random(2011)
    record = ('{{"CreationTime":"2022-03-{:02}T{:02}:{:02}:{:02}","Id":"{:032x}","Operation":"MailItemsAccessed",'
              '"OrganizationId":"0e5b7c1c-1111-4222-8333-000000000000","RecordType":50,"ResultStatus":"Succeeded",'
              '"UserKey":"10032001{:08x}","UserType":0,"Version":1,"Workload":"Exchange",'
              '"UserId":"user{}@corp.example","AppId":"00000002-0000-0ff1-ce00-000000000000",'
              '"ClientIPAddress":"203.0.113.{}","ClientInfoString":"Client=OWA;Mozilla/5.0 (Windows NT 10.0; Win64; '
              'x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0 Safari/537.36","ExternalAccess":false,'
              '"InternalLogonType":0,"LogonType":0,"LogonUserSid":"S-1-5-21-1-2-3-{}",'
              '"MailboxGuid":"{:08x}-1111-4222-8333-000000000000","MailboxOwnerSid":"S-1-5-21-1-2-3-{}",'
              '"MailboxOwnerUPN":"user{}@corp.example","OperationProperties":[{{"Name":"MailAccessType",'
              '"Value":"Bind"}},{{"Name":"IsThrottled","Value":"False"}}],"OrganizationName":"corp.example",'
              '"OriginatingServer":"AM0PR01MB0001 (15.20.4200.000)","Folders":[{{"FolderItems":'
              '[{{"InternetMessageId":"<{:x}@corp.example>","SizeInBytes":{}}}],"Id":"LgAAAAB0","Path":"\\\\Inbox"}}],'
              '"OperationCount":1}}\n')
    with open(path, "w", encoding="utf-8") as out:
        for second in range(size // 1250):
            user = rng.randrange(500)
            at = second // 5
            out.write(record.format(1 + at // 86400 % 28, at // 3600 % 24, at // 60 % 60, at % 60, rng.getrandbits(128),
                                    user, user, user % 250, user, user, user, user, rng.getrandbits(64),
                                    rng.randrange(90000)))


def httpproxy_corpus(path, _, size):
    rng, written = random.Random(2011), 0
    with open(path, "w", encoding="utf-8") as out:
        hour = 0
        while written < size:
            text = tree.httpproxy(tree.FIRST_DAY + tree.datetime.timedelta(hours=hour // 400), rng, "EX01", "Owa")
            head, _, rows = text.partition("#Fields:")
            fields, _, rows = rows.partition("\r\n")
            if hour == 0:
                out.write(f"{head}#Fields:{fields}\r\n")
            written += out.write(rows)
            hour += 1


def smtp_corpus(path, _, size):
    rng, written, session = random.Random(2011), 0, 0
    deeds = ["+,,", ">,220 EX01.corp.example Microsoft ESMTP MAIL Service ready,", "<,EHLO client.example,",
             ">,250 EX01.corp.example Hello SIZE 36700160 PIPELINING DSN ENHANCEDSTATUSCODES AUTH NTLM LOGIN,",
             "<,AUTH LOGIN,", ">,334 <authentication response>,", ">,535 5.7.3 Authentication unsuccessful,", "-,,Local"]
    with open(path, "w", encoding="utf-8") as out:
        written += out.write("#Software: Microsoft Exchange Server\r\n#Version: 15.0.0.0\r\n#Log-type: SMTP Receive "
                             "Protocol Log\r\n#Date: 2022-03-01T00:00:00.000Z\r\n#Fields: date-time,connector-id,"
                             "session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context\r\n")
        while written < size:
            time = tree.FIRST_DAY + tree.datetime.timedelta(seconds=session // 20)
            client = f"198.51.{rng.randrange(100)}.{rng.randrange(250)}:{rng.randrange(20000, 60000)}"
            for number, deed in enumerate(deeds):
                written += out.write(f"{time:%Y-%m-%dT%H:%M:%S}.{number:03}Z,EX01\\Client Frontend EX01,"
                                     f"08D9FB{session:010X},{number},10.0.0.5:587,{client},{deed}\r\n")
            session += 1


KINDS = {"evtx": evtx_corpus, "m365": m365_corpus, "winjson": None, "httpproxy": httpproxy_corpus,
         "smtp": smtp_corpus}
# Least ratio of speeds per CPU second to the tool of that name.
GOALS = {"evtx": {"evtxexport": 10.0, "evtx (Rust)": 3.0}, "m365": {"jq": 5.0}, "winjson": {"jq": 5.0},
         "httpproxy": {"mlr": 1.5}, "smtp": {"mlr": 1.5}}
COLUMN = {"httpproxy": "14", "smtp": "6"}


def others(kind, corpus, options):
    """Commands of other tools, by what is there."""
    found = []

    def add(name, words, good=(0,)):
        if words[0] and shutil.which(str(words[0])):
            found.append(runs.Command(name, corpus, words, good=good))
        else:
            print(f"{name} is not installed: left out")

    if kind == "evtx":
        add("evtxexport", ["evtxexport", corpus.path], good=(0, 1))
        if shutil.which("evtx_dump"):
            add("evtx (Rust)", ["evtx_dump", "-t", "1", "-o", "jsonl", corpus.path])
        else:
            add("evtx (Rust)", [options.python, "-c", WHEEL, corpus.path])
    elif kind in ("m365", "winjson"):
        add("jq", ["jq", "-c", ".", corpus.path])
    else:
        add("mlr", ["mlr", "--icsv", "--ojson", "--implicit-csv-header", "--allow-ragged-csv-input",
                    "--pass-comments", "--nr-progress-mod", "100000000", "count", "-g", COLUMN[kind], corpus.path])
    return found


def make(options, kind, folder):
    path = folder / f"formats-{kind}{'.evtx' if kind == 'evtx' else '.log'}"
    if kind == "winjson":
        import corpora  # what bench.py makes
        made = corpora.make(options.build / "tocsin-corpus", folder, kind, f"{options.megabytes}M", 2011)
        return Corpus(kind, made.path, made.bytes)
    KINDS[kind](path, options.samples / "evtx", options.megabytes * 10**6)
    return Corpus(kind, path, path.stat().st_size)


def measure(options, kind, folder):
    corpus = make(options, kind, folder)
    tocsin = options.build / "tocsin"
    commands = [runs.scan(tocsin, corpus, 1, folder, f"formats-{kind}"), runs.parse(tocsin, corpus)]
    commands += others(kind, corpus, options)
    runs.run_in_turn(commands, options.rounds, folder)
    print(f"\n{kind}: {corpus.bytes / 1e6:.0f} MB\n{'':<16}{'MB/s CPU':>10}{'RSS MiB':>9}{'scan x':>8}{'parse x':>9}")
    rates = {c.name: statistics.median(c.rates()) for c in commands}
    missed = []
    for c in commands:
        scan, parse = rates["scan --jobs 1"] / rates[c.name], rates["parse --jobs 1"] / rates[c.name]
        rss = max(s.rss for s in c.samples) / 2**20
        print(f"{c.name:<16}{rates[c.name]:>10.1f}{rss:>9.1f}{scan:>8.2f}{parse:>9.2f}", flush=True)
        goal = GOALS[kind].get(c.name)
        if goal is not None and scan < goal:
            missed.append(f"{kind}: scan {scan:.2f} x {c.name}, goal {goal:g}")
    return missed


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default="build/release")
    parser.add_argument("--samples", type=pathlib.Path, default="../shared/samples", help="real .evtx below evtx/")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--megabytes", type=int, default=60, help="of each log (default 60)")
    parser.add_argument("--only", choices=list(KINDS), action="append")
    parser.add_argument("--python", default=sys.executable, help="one that has the wheel evtx")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a goal is missed")
    options = parser.parse_args()
    folder = options.build.parent / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    missed = []
    for kind in options.only or KINDS:
        if kind == "evtx" and not any((options.samples / "evtx").glob("*.evtx")):
            print("no .evtx to measure with: left out (--samples)")
            continue
        missed += measure(options, kind, folder)
    print("\n" + ("\n".join("missed: " + m for m in missed) if missed else "all goals that could be measured are met"))
    return 1 if options.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
