#!/usr/bin/env python3
"""Compares what `tocsin parse` says of sample logs with what others say of them.

    compare.py [--tocsin PROGRAM] [--only GLOB] [--verbose] SAMPLES_FOLDER

Four kinds of reference, found by the files beside a sample:

  FILE-expected.json         ECS documents of another product for the same records, in order
  FILE.libevtx.xml.gz        the records of an EVTX file as XML; parsed here with Python's own XML
                             reader and compared with `tocsin parse` on that XML
  W3C and message tracking   logs with a #Fields line; read here with plain Python
  mail servers               what other products' tests say of the lines (compare_mail.py)

Values are compared, not names: every value of the reference that stands in the record itself must
appear somewhere in our object; numbers as numbers, times as instants, addresses as addresses.
Prints matched/total for each file and, last, "N passed, N failed". Without a folder it says so and
exits 77 (skipped); 1 if a file failed.
"""

import argparse
import csv
import datetime
import fnmatch
import functools
import gzip
import io
import ipaddress
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.parse
import xml.etree.ElementTree as ElementTree

import compare_mail

SKIPPED = 77

# Parts of an expected ECS document that do not stand in the record: (key prefix, why not).
NOT_IN_THE_RECORD = [
    ("event.original", "the record itself"),
    ("event.category", "a classification by the other product"),
    ("event.type", "a classification by the other product"),
    ("event.kind", "a classification by the other product"),
    ("event.action", "looked up from the event number"),
    ("event.outcome", "worked out by rules of the other product; ours means the logon"),
    ("event.ingested", "when it was read"),
    ("event.created", "when it was read"),
    ("event.module", "name of the other product's module"),
    ("event.dataset", "name of the other product's data set"),
    ("ecs.version", "version of the schema"),
    ("tags", "markers of the pipeline"),
    ("related", "repeats other fields"),
    ("agent", "the shipper"),
    ("ingest", "the shipper"),
    ("elastic_agent", "the shipper"),
    ("data_stream", "the shipper"),
    ("input", "the shipper"),
    ("log.file", "where the shipper found it"),
    ("source.geo", "GeoIP data base"),
    ("source.as", "GeoIP data base"),
    ("destination.geo", "GeoIP data base"),
    ("destination.as", "GeoIP data base"),
    ("client.geo", "GeoIP data base"),
    ("client.as", "GeoIP data base"),
    ("user_agent.name", "user agent data base"),
    ("user_agent.version", "user agent data base"),
    ("user_agent.device", "user agent data base"),
    ("user_agent.os", "user agent data base"),
    ("url.extension", "a part of url.path"),
    ("destination.domain", "repeats url.domain"),
    ("host.os", "the shipper"),
    ("organization", "the shipper's configuration"),
]

# ... of one family of samples: (glob, key prefix, why not).
NOT_IN_THESE = [
    ("exchange/*", "message", "the record itself"),
    ("exchange/*", "microsoft.exchange.logtype", "name of the other product's data set"),
    ("m365/*", "host.name", "the tenant, by the other product's configuration"),
    ("m365/*", "network.type", "worked out from the address"),
    ("m365/*", "client.domain", "a name that the client gives itself: no field of ours"),
    ("m365/*", "server.address", "repeats the server's address; no address in one sample"),
]

# The same for names anywhere in the document: texts looked up for numbers that do stand in it.
LOOKED_UP = re.compile(
    r"(Description|logon\.type|logon\.failure\.\w+|trustAttribute|NewUACList|OldUACList"
    r"|user\.changes\..*|user\.target\.group\..*|group\..*)$"
)

# Samples that must be understood; of others it is only said that nothing came out.
REQUIRED = ["iis/*", "evtx/*", "winevent_json/*", "m365/*.json", "exchange/elastic_test*", "*MSGTRK*", "*msgtrk*"]


# -- values -------------------------------------------------------------------------------------


def leaves(value, path=""):
    """Yields (dotted path, scalar) of a JSON value; members of arrays under the array's path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, path)
    elif value is not None:
        yield path, value


def number_of(value):
    """The number that a scalar stands for, or None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return float(value)
    text = str(value).strip()
    if re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
        return float(text)
    if re.fullmatch(r"0[xX][0-9a-fA-F]+", text):
        return float(int(text, 16))
    return None


def instant_of(text):
    """Seconds since 1970 of an ISO date and time, to the microsecond; None for other text."""
    match = re.fullmatch(
        r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)?", text.strip()
    )
    if not match:
        return None
    date, clock, fraction, zone = match.groups()
    zone = "+00:00" if zone in (None, "Z") else zone
    try:
        whole = datetime.datetime.fromisoformat(f"{date}T{clock}{zone[:3]}:{zone[-2:]}")
    except ValueError:
        return None
    return round(whole.timestamp() + float(fraction or 0), 6)


def address_of(text):
    """An IP address in its one form, without a zone or port; None for other text."""
    match = re.fullmatch(r"\[?([0-9A-Fa-f:.]+?)(%\w+)?\]?", text.strip())
    try:
        address = ipaddress.ip_address(match.group(1)) if match else None
    except ValueError:
        return None
    if address is None:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


def forms_of(value):
    """All forms in which a scalar may be met: as text, number, instant, address."""
    forms = set()
    if isinstance(value, bool):
        return {("bool", value), ("text", str(value).lower())}
    number = number_of(value)
    if number is not None:
        forms.add(("number", number))
    text = str(value).replace("\r\n", "\n")  # as XML readers do (XML 1.0, 2.11)
    forms.add(("text", text.casefold()))
    instant = instant_of(text)
    if instant is not None:
        forms.add(("instant", instant))
    address = address_of(text)
    if address is not None:
        forms.add(("address", address))
    return forms


def forms_of_ours(document):
    """The forms of every value of our object; text also decoded as URLs write it, and lists in
    text (X-Forwarded-For) member by member, because references differ in what they decode."""
    forms = set()
    for _, value in leaves(document):
        forms |= forms_of(value)
        if isinstance(value, str):
            forms |= forms_of(urllib.parse.unquote(value))
            forms |= forms_of(urllib.parse.unquote_plus(value))
            for part in re.split(r"[,;]\s*\+?", value)[:64]:
                forms |= forms_of(part)
    return forms


def excluded(path, sample):
    if any(fnmatch.fnmatch(sample, glob) and path == key for glob, key, _ in NOT_IN_THESE):
        return True
    if LOOKED_UP.search(path):
        return True
    return any(path == key or path.startswith(key + ".") for key, _ in NOT_IN_THE_RECORD)


def compare_document(expected, ours, sample=""):
    """(matched, total, [missing "path=value"]) of one record."""
    have = forms_of_ours(ours)
    matched, missing = 0, []
    for path, value in leaves(expected):
        if excluded(path, sample):
            continue
        if forms_of(value) & have:
            matched += 1
        else:
            missing.append(f"{path}={value!r}")
    return matched, matched + len(missing), missing


# -- references ---------------------------------------------------------------------------------


def expected_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)["expected"]


def decode_xml(data):
    if data[:2] == b"\xff\xfe" or (len(data) > 1 and data[1] == 0):
        return data.decode("utf-16-le", "replace").lstrip("\ufeff")
    return data.decode("utf-8", "replace").lstrip("\ufeff")


def event_values(text):
    """One <Event> as {path: value}: what Windows itself keeps of it."""
    root = ElementTree.fromstring(text)
    values = {}
    for element in root.iter():
        name = element.tag.rsplit("}", 1)[-1]
        for key, value in element.attrib.items():
            if key not in ("Name", "xmlns", "Qualifiers"):
                values.setdefault(f"{name}.{key}", []).append(value)
        if name == "Provider" and "Name" in element.attrib:
            values["Provider.Name"] = [element.attrib["Name"]]
        if element.text and element.text.strip() and len(element) == 0:
            key = element.attrib.get("Name", name)
            values.setdefault(key, []).append(element.text)
    return values


def expected_events(path):
    """The events of a libevtx XML file, and its text as UTF-8."""
    with gzip.open(path) as file:
        text = decode_xml(file.read())
    # Characters that XML does not allow stand in some records; both sides get them replaced.
    text = re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", " ", text)
    events = re.findall(r"<Event[ >].*?</Event>", text, re.DOTALL)
    return [event_values(event) for event in events], text


def unquote(token):
    quoted = len(token) > 1 and token[0] == token[-1] == '"'
    return token[1:-1].replace('""', '"') if quoted else token


def split_w3c(line, width):
    """The cells of a W3C row of that width, values in quotes only where that makes it fit; or
    None."""
    cells = line.split()
    if len(cells) != width:
        cells = re.findall(r'"(?:[^"]|"")*"(?=\s|$)|\S+', line)
        cells = [unquote(cell) for cell in cells]
    return cells if len(cells) == width else None


def expected_w3c(text):
    """Rows of a W3C log; None for those that plain splitting cannot fit to the header in force."""
    names, rows = [], []
    for line in text.split("\n"):
        line = line.rstrip("\r")
        if line.lower().startswith("#fields:"):
            names = line.split(":", 1)[1].split()
        elif line and not line.startswith("#"):
            cells = split_w3c(line, len(names))
            rows.append(dict(zip(names, cells)) if cells else None)
    return rows


def expected_tracking(text):
    names, rows = [], []
    for row in csv.reader(io.StringIO(text, newline="")):
        if row and row[0].lower().startswith("#fields:"):
            names = [row[0].split(":", 1)[1].strip()] + row[1:]
        elif row and not row[0].startswith("#"):
            rows.append(dict(zip(names, row)) if len(row) == len(names) else None)
    return rows


def compare_native(expected, ours):
    """Cells by their own names in our `native` object; '-' and nothing are null there."""
    native = ours["tocsin"]["native"]
    matched, missing = 0, []
    for name, cell in expected.items():
        wanted = None if cell in ("-", "") else cell
        if native.get(name) == wanted:
            matched += 1
        else:
            missing.append(f"{name}={cell!r} ({native.get(name)!r})")
    return matched, len(expected), missing


# -- running ------------------------------------------------------------------------------------


class Report:
    def __init__(self, verbose):
        self.verbose, self.passed, self.failed = verbose, 0, 0

    def file(self, name, matched, total, problems):
        good = matched == total and not problems
        self.passed += good
        self.failed += not good
        print(f"{'ok  ' if good else 'FAIL'} {name}: {matched}/{total}")
        for problem in problems if self.verbose else problems[:5]:
            print(f"     {problem}")

    def nothing(self, name, required):
        if required:
            self.failed += 1
        print(f"{'FAIL' if required else 'none'} {name}: no events")


def parse(tocsin, path):
    run = subprocess.run([tocsin, "parse", path], stdout=subprocess.PIPE, check=False)
    text = run.stdout.decode("utf-8", "replace")
    return [json.loads(line) for line in text.split("\n") if line]


def compare_rows(report, name, expected, ours, compare):
    matched = total = 0
    problems = []
    if len(expected) != len(ours):
        problems.append(f"{len(ours)} events, {len(expected)} in the reference")
    for index, (want, got) in enumerate(zip(expected, ours)):
        if want is None:
            continue
        row_matched, row_total, missing = compare(want, got)
        matched += row_matched
        total += row_total
        problems += [f"record {index}: {text}" for text in missing]
    report.file(name, matched, total, problems)


def log_kind(path):
    with open(path, "rb") as file:
        head = file.read(4096).decode("utf-8", "replace").lstrip("\ufeff")
    if re.search(r"^#log-type:\s*message tracking log", head, re.IGNORECASE | re.MULTILINE):
        return "tracking"
    if re.search(r"^#Fields:\s.*\bcs?-", head, re.IGNORECASE | re.MULTILINE):
        return "w3c"
    return None


def read_log(path):
    with open(path, encoding="utf-8", errors="replace", newline="") as file:
        return file.read().lstrip("\ufeff")


def unwrapped(path, scratch):
    """The file, or a plain one of its records where a test of pipelines wraps each in `message`."""
    if not path.endswith(".json"):
        return path
    with open(path, encoding="utf-8") as file:
        events = json.load(file).get("events", [])
    if not events or not all(isinstance(event.get("message"), str) and "winlog" not in event for event in events):
        return path
    plain = os.path.join(scratch, "records.log")
    with open(plain, "w", encoding="utf-8", newline="") as file:
        file.writelines(event["message"] + "\n" for event in events)
    return plain


def parse_lines(tocsin, lines):
    """Our event of each line, or None."""
    with tempfile.TemporaryDirectory() as scratch:
        path = os.path.join(scratch, "lines.log")
        data = "".join(line + "\n" for line in lines).encode()
        with open(path, "wb") as file:
            file.write(data)
        at = {event["log"]["offset"]: event for event in parse(tocsin, path)}
    offsets = itertools.accumulate((len(line.encode()) + 1 for line in lines), initial=0)
    return [at.get(offset) for offset, _ in zip(offsets, lines)]


def compare_mail_file(report, tocsin, folder, name):
    """Whether the file is one of a mail server's with values of others."""
    path = os.path.join(folder, name)
    if os.path.exists(path + ".expected.assert"):
        found = compare_mail.compare_crowdsec(read_log(path + ".expected.assert"), parse(tocsin, path), forms_of, forms_of_ours)
    elif name.endswith(".ini"):
        lines = compare_mail.wazuh(read_log(path))
        found = compare_mail.compare_wazuh(lines, parse_lines(tocsin, [line for line, _, _ in lines]))
    else:
        with open(path, "rb") as file:
            data = file.read()
        if not compare_mail.fail2ban(data):
            return False
        found = compare_mail.compare_fail2ban(data, parse(tocsin, path))
    report.file(name, *found)
    return True


def compare_file(report, tocsin, folder, name):
    path = os.path.join(folder, name)
    if name.startswith("unixmail/") and compare_mail_file(report, tocsin, folder, name):
        return
    required = any(fnmatch.fnmatch(name, glob) for glob in REQUIRED)
    if name.endswith(".libevtx.xml.gz"):
        expected, text = expected_events(path)
        with tempfile.TemporaryDirectory() as scratch:
            plain = os.path.join(scratch, "events.xml")
            with open(plain, "w", encoding="utf-8") as file:
                file.write(text)
            ours = parse(tocsin, plain)
        compare = compare_document
    elif os.path.exists(path + "-expected.json"):
        expected = expected_json(path + "-expected.json")
        with tempfile.TemporaryDirectory() as scratch:
            ours = parse(tocsin, unwrapped(path, scratch))
        compare = functools.partial(compare_document, sample=name)
    else:
        kind = log_kind(path)
        if kind is None:
            return
        read = expected_w3c if kind == "w3c" else expected_tracking
        expected, ours = read(read_log(path)), parse(tocsin, path)
        required, compare = True, compare_native
    if ours:
        compare_rows(report, name, expected, ours, compare)
    else:
        report.nothing(name, required)


def sample_names(folder, only):
    for place, folders, files in os.walk(folder):
        folders.sort()
        for file in sorted(files):
            name = os.path.relpath(os.path.join(place, file), folder)
            if file.endswith(("-expected.json", ".expected.assert")) or not fnmatch.fnmatch(name, only):
                continue
            yield name


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--tocsin", default="tocsin", help="the program to run")
    parser.add_argument("--only", default="*", metavar="GLOB", help="samples to compare")
    parser.add_argument("--verbose", action="store_true", help="every difference, not five a file")
    options = parser.parse_args()
    if not options.folder or not os.path.isdir(options.folder):
        print("no folder of samples: nothing compared")
        return SKIPPED
    report = Report(options.verbose)
    for name in sample_names(options.folder, options.only):
        compare_file(report, options.tocsin, options.folder, name)
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
