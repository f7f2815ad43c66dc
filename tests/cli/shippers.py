"""Agents and syslog daemons, as far as what they write goes: the lines of a folder's logs in envelopes.

A shipper is given the lines of files in the order in which an agent meets them: some of one file, some of the
next. What a line looks like is one function each.
"""
import csv
import io
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


# -- exports: the same lines, as people get them back from where agents had sent them ----------------------------


def parsed(shipper, records):
    return [json.loads(SHIPPERS[shipper](line, host, path, offset)) for line, host, path, offset in records]


def table(names, rows, separator=","):
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, delimiter=separator, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return out.getvalue()


def elastic_array(records):
    return json.dumps(parsed("filebeat-json", records))


def elastic_hits(records):
    hits = [{"_index": "logs", "_id": str(i), "_score": None, "_source": source}
            for i, source in enumerate(parsed("filebeat-json", records))]
    return json.dumps({"took": 3, "timed_out": False, "_shards": {"total": 1, "failed": 0},
                       "hits": {"total": {"value": len(hits), "relation": "eq"}, "max_score": None, "hits": hits}},
                      indent=2)


def elastic_dump(records):
    return "".join(json.dumps({"_index": "logs", "_source": source}) + "\n"
                   for source in parsed("filebeat-json", records))


def kibana_fields(records):
    return "".join(json.dumps({"_index": "logs", "fields": {
        "message": [line], "host.name": [host], "log.file.path": [windows_path(host, path)], "log.offset": [offset],
        "agent.type": ["filebeat"]}}) + "\n" for line, host, path, offset in records)


def kibana_csv(records):
    return table(["@timestamp", "host.name", "log.file.path", "message"],
                 [(SENT, host, windows_path(host, path), line) for line, host, path, _ in records])


def splunk_results(records):
    return json.dumps({"preview": False, "init_offset": 0,
                       "results": [r["result"] for r in parsed("splunk-json", records)]}, indent=1)


def splunk_csv(records):
    names = ["_time", "host", "source", "sourcetype", "_raw"]
    return table(names, [[r["result"][n] for n in names] for r in parsed("splunk-json", records)])


def graylog_array(records):
    return json.dumps([{"index": "graylog_0", "message": {
        "gl2_message_id": f"01{i}", "timestamp": SENT, "source": host, "message": line,
        "filebeat_log_file_path": windows_path(host, path)}} for i, (line, host, path, _) in enumerate(records)])


def graylog_csv(records):
    return table(["timestamp", "source", "filebeat_source", "message"],
                 [(SENT, host, windows_path(host, path), line) for line, host, path, _ in records], ";")


def pair(key, value):
    if isinstance(value, dict):
        return {"key": key, "value": {"kvlistValue": {"values": [pair(k, v) for k, v in value.items()]}}}
    if isinstance(value, list):
        return {"key": key, "value": {"arrayValue": {"values": [pair("", v)["value"] for v in value]}}}
    if isinstance(value, int):
        return {"key": key, "value": {"intValue": str(value)}}
    return {"key": key, "value": {"stringValue": value}}


def otel_record(body, attributes):
    return {"timeUnixNano": "1301637600123000000", "observedTimeUnixNano": "1301637600124000000",
            "attributes": [pair(k, v) for k, v in attributes.items()], "body": pair("", body)["value"],
            "traceId": "", "spanId": ""}


def otel_lines(records):
    """The collector's file exporter: a batch a line, some of them larger than any record may be."""
    batches, out = itertools.groupby(enumerate(records), lambda r: (r[0] // 5000, r[1][1])), []
    for (_, host), batch in batches:
        out.append(json.dumps({"resourceLogs": [{
            "resource": {"attributes": [pair("host.name", host)]}, "scopeLogs": [{"scope": {}, "logRecords": [
                otel_record(line, {"host.name": host, "log.file.path": windows_path(host, path)})
                for _, (line, host, path, _) in batch]}], "schemaUrl": "x"}]}) + "\n")
    return "".join(out)


def otel_documents(records):
    return "".join(json.dumps({
        "@timestamp": SENT, "data_stream": {"type": "logs"}, "resource": {"attributes": {"host.name": host}},
        "attributes": {"log.file.path": windows_path(host, path)}, "body": {"text": line}}) + "\n"
        for line, host, path, _ in records)


EXPORTS = {"filebeat-json": [elastic_array, elastic_hits, elastic_dump, kibana_fields],
           "splunk-json": [splunk_results], "splunk-csv": [splunk_csv], "gelf-json": [graylog_array],
           "shipped-csv": [kibana_csv, graylog_csv], "otel-json": [otel_lines, otel_documents]}


def export(form, paths, out, host_of, headers=True):
    """Writes what an export of the files' lines is."""
    records = [(line, host_of(path), path, offset) for path, line, offset in harvest(map(pathlib.Path, paths))
               if line and (headers or not line.startswith("#"))]
    with open(out, "w", encoding="utf-8", newline="\n") as file:
        file.write(form(records))
