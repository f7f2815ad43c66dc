"""Agents and syslog daemons, as far as what they write goes: the lines of a folder's logs in envelopes.

A shipper is given the lines of files in the order in which an agent meets them: some of one file, some of the
next. What a line looks like is one function each.
"""
import itertools
import json
import pathlib

SENT = "2011-04-01T06:00:00.123Z"


def windows_path(host, path):
    return f"C:\\inetpub\\logs\\{host}\\" + "\\".join(path.parts[-2:])


def filebeat(line, host, path, offset):
    return json.dumps({
        "@timestamp": SENT, "@metadata": {"beat": "filebeat", "type": "_doc", "version": "8.11.0"},
        "input": {"type": "log"}, "ecs": {"version": "8.0.0"}, "host": {"name": host, "os": {"family": "windows"}},
        "agent": {"type": "filebeat", "name": host, "version": "8.11.0", "ephemeral_id": "6c7b"},
        "log": {"file": {"path": windows_path(host, path)}, "offset": offset}, "message": line})


def nxlog(line, host, path, offset):
    return json.dumps({"EventReceivedTime": "2011-04-01 06:00:00", "SourceModuleName": "logs",
                       "SourceModuleType": "im_file", "Hostname": host, "FileName": windows_path(host, path),
                       "Message": line}, separators=(",", ":"))


def fluent_bit(line, host, path, offset):
    return json.dumps({"date": 1301637600.123, "path": windows_path(host, path), "offset": offset,
                       "hostname": host, "log": line})


def vector(line, host, path, offset):
    return json.dumps({"file": windows_path(host, path), "host": host, "message": line, "offset": offset,
                       "source_type": "file", "timestamp": SENT})


def gelf(line, host, path, offset):
    return json.dumps({"version": "1.1", "host": host, "short_message": line[:60], "full_message": line,
                       "timestamp": 1301637600.123, "level": 6, "_path": windows_path(host, path)})


def rfc3164(line, host, path, offset):
    return f"<134>Apr  1 06:00:00 {host} {path.parts[-2].lower()}: {line}"


def rfc5424(line, host, path, offset):
    name = windows_path(host, path).replace("\\", "\\\\")
    return f'<134>1 {SENT} {host} nxlog 4120 - [file@32473 path="{name}"] {line}'


def splunk(line, host, path, offset):
    kind = "iis" if path.suffix == ".log" else "XmlWinEventLog"
    return json.dumps({"preview": False, "offset": offset, "result": {
        "_time": "2011-04-01 06:00:00.000 UTC", "host": host, "index": "mail", "linecount": "1", "_raw": line,
        "source": windows_path(host, path), "sourcetype": kind, "splunk_server": "idx01"}})


SHIPPERS = {"filebeat-json": filebeat, "nxlog-json": nxlog, "fluent-bit-json": fluent_bit, "vector-json": vector,
            "gelf-json": gelf, "splunk-json": splunk, "syslog-rfc3164": rfc3164, "syslog-rfc5424": rfc5424}


def lines_of_file(path):
    """(line, offset) of each line, without its end."""
    offset = 0
    for raw in path.read_bytes().splitlines(True):
        yield raw.rstrip(b"\r\n").decode("utf-8"), offset
        offset += len(raw)


def harvest(paths, at_once=4, burst=50):
    """The lines of files as an agent reads them: several files open, so many lines of each in turn."""
    waiting = iter(sorted(paths))
    open_files = [[p, lines_of_file(p)] for p in itertools.islice(waiting, at_once)]
    while open_files:
        for entry in list(open_files):
            some = list(itertools.islice(entry[1], burst))
            for line, offset in some:
                yield entry[0], line, offset
            if len(some) < burst:
                open_files.remove(entry)
                if (path := next(waiting, None)) is not None:
                    open_files.append([path, lines_of_file(path)])


def ship(shipper, paths, out, host_of, headers=True):
    """Writes what a shipper makes of the files; without headers, as Filebeat's exclude_lines does."""
    wrap = SHIPPERS[shipper]
    with open(out, "w", encoding="utf-8", newline="\n") as file:
        for path, line, offset in harvest(map(pathlib.Path, paths)):
            if line and (headers or not line.startswith("#")):
                file.write(wrap(line, host_of(path), path, offset) + "\n")
