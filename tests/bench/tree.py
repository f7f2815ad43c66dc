#!/usr/bin/env python3
"""Makes a folder as somebody brings it who has copied two Exchange servers whole: V15 and inetpub with all
that lies in them, and the Security events of a domain controller; without the transport logs.

Most files are no logs: programs, pages, counters (.blg), traces (.etl). The logs are an hour each, as the
servers cut them. Equal for the same number and seed."""
import argparse
import datetime
import pathlib
import random
import shutil

FIRST_DAY = datetime.datetime(2022, 3, 1)
V15 = "Program Files/Microsoft/Exchange Server/V15"
HTTPPROXY = ["Owa", "Eas", "Ews", "Ecp", "Mapi", "Autodiscover", "RpcHttp", "Oab", "PowerShell"]
AGENT = "Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64)+AppleWebKit/537.36+(KHTML,+like+Gecko)+Chrome/99.0+Safari/537.36"
W3C = ("#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: {0:%Y-%m-%d %H:%M:%S}\r\n"
       "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
       "cs(Referer) sc-status sc-substatus sc-win32-status time-taken\r\n")
PROXY = ("#Software: Microsoft Exchange Server\r\n#Version: 15.02.1118.000\r\n#Log-type: HttpProxy Logs\r\n"
         "#Date: {0:%Y-%m-%dT%H:%M:%S}.000Z\r\n#Fields: DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,"
         "RevisionVersion,ClientRequestId,Protocol,UrlHost,UrlStem,ProtocolAction,AuthenticationType,"
         "IsAuthenticated,AuthenticatedUser,Organization,AnchorMailbox,UserAgent,ClientIpAddress,ServerHostName,"
         "HttpStatus,BackEndStatus,ErrorCode,Method,ProxyAction,TargetServer\r\n")
# What is no log: its folder below V15, its name, its first bytes.
CLUTTER = [
    (f"{V15}/Logging/Diagnostics/DailyPerformanceLogs", "ExchangeDiagnosticsDailyPerformanceLog_{0:06}.blg",
     b"\x00\x10\x00\x00\x00\x00\x00\x00PERFLIB"),
    (f"{V15}/Logging/Diagnostics/AnalyzerLogs", "Trace_{0:06}.etl", b"\x00\x00\x01\x00\x00\x00\x00\x00ETL"),
    (f"{V15}/ClientAccess/Owa/prem/15.2.1118.7/scripts/microsoft/m{1:03}", "boot.{0:06}.js", b"(function(){var a="),
    (f"{V15}/ClientAccess/Owa/prem/15.2.1118.7/resources/locale/l{1:03}", "owa-{0:06}-strings.json",
     b'{"strings":{"a1":"Kalender","b2":"Posteingang"}}'),
    (f"{V15}/ClientAccess/ecp/r{1:03}", "page{0:06}.aspx", b"<%@ Page Language=\"C#\" %>\r\n<html>"),
    (f"{V15}/ClientAccess/Owa/prem/15.2.1118.7/resources/images/i{1:03}", "icon{0:06}.png", b"\x89PNG\r\n\x1a\n"),
    (f"{V15}/Bin/b{1:03}", "Microsoft.Exchange.{0:06}.dll", b"MZ\x90\x00\x03\x00\x00\x00"),
    (f"{V15}/Bin/b{1:03}", "Microsoft.Exchange.{0:06}.dll.config", b"<?xml version=\"1.0\"?>\r\n<configuration/>\r\n"),
    (f"{V15}/Logging/MailboxAssistantsLog", "MailboxAssistantsLog_{0:06}.log",
     b"#Software: Microsoft Exchange Server\r\n#Version: 15.02.1118.000\r\n#Log-type: Mailbox Assistants Log\r\n"
     b"#Date: 2022-03-01T00:00:00.000Z\r\n#Fields: Timestamp,ServerName,Number,Stage\r\n"
     b"2022-03-01T00:00:00.000Z,EX01,%d,Done\r\n"),
    ("inetpub/temp/apppools/p{1:03}", "pool{0:06}.config", b"<?xml version=\"1.0\"?>\r\n<configuration/>\r\n"),
]


def iis(time, rng, port):
    rows = [W3C.format(time)]
    for i in range(8):
        at = time + datetime.timedelta(seconds=400 * i + rng.randrange(300))
        rows.append(f"{at:%Y-%m-%d %H:%M:%S} 10.0.0.5 GET /owa/ - {port} CORP\\user{rng.randrange(200)} "
                    f"10.1.0.{rng.randrange(250)} {AGENT} - 200 0 0 15\r\n")
    return "".join(rows)


def httpproxy(time, rng, server, protocol):
    rows = [PROXY.format(time)]
    agent = AGENT.replace("+", " ").replace(",", " ")
    for i in range(6):
        at = time + datetime.timedelta(seconds=500 * i + rng.randrange(300))
        key = f"{rng.getrandbits(32):08x}-1111-4222-8333-{rng.getrandbits(48):012x}"
        user = rng.randrange(200)
        rows.append(f"{at:%Y-%m-%dT%H:%M:%S}.{i:03}Z,{key},15,2,1118,7,,{protocol},mail.corp.example,/"
                    f"{protocol.lower()}/,,FBA,true,CORP\\user{user},,,{agent},10.1.0.{user % 250},{server},200,200,"
                    f",GET,Proxy,{server.lower()}.corp.example\r\n")
    return "".join(rows)


class Tree:
    def __init__(self, out):
        self.out, self.made = out, set()
        self.count = 0

    def write(self, folder, name, data):
        path = self.out / folder
        if folder not in self.made:
            path.mkdir(parents=True, exist_ok=True)
            self.made.add(folder)
        with open(path / name, "wb") as file:
            file.write(data if isinstance(data, bytes) else data.encode())
        self.count += 1

    def logs(self, server, hours, rng):
        """Of each hour one file of each log; of months there are hundreds of hours."""
        for hour in range(hours):
            time = FIRST_DAY + datetime.timedelta(hours=hour)
            for site, port in (("W3SVC1", 443), ("W3SVC2", 444)):
                self.write(f"{server}/inetpub/logs/LogFiles/{site}", f"u_ex{time:%y%m%d%H}.log", iis(time, rng, port))
            for protocol in HTTPPROXY:
                self.write(f"{server}/{V15}/Logging/HttpProxy/{protocol}", f"HttpProxy_{time:%Y%m%d%H}-1.LOG",
                           httpproxy(time, rng, server, protocol))

    def clutter(self, server, count, rng):
        for i in range(count):
            folder, name, head = CLUTTER[i % len(CLUTTER)]
            body = head.replace(b"%d", b"%d" % i)
            if head[0] < 0x20 or head[0] > 0x7E:
                body += rng.randbytes(64)
            self.write(f"{server}/{folder.format(i, i // 200)}", name.format(i), body)


def make(out, files, evtx=None, seed=2011):
    """So many files below `out`; each tenth of a server's is a log."""
    tree, rng = Tree(pathlib.Path(out)), random.Random(seed)
    share = (files - (1 if evtx else 0)) // 2
    for server in ("EX01", "EX02"):
        hours = max(share // 10 // (len(HTTPPROXY) + 2), 1)
        before = tree.count
        tree.logs(server, hours, rng)
        tree.clutter(server, share - (tree.count - before), rng)
    if evtx:
        folder = tree.out / "DC01"
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(evtx, folder / "Security.evtx")
        tree.count += 1
    return tree.count


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--files", type=int, default=200000)
    parser.add_argument("--evtx", type=pathlib.Path, help="the controller's Security events")
    parser.add_argument("--seed", type=int, default=2011)
    options = parser.parse_args()
    print(make(options.out, options.files, options.evtx, options.seed), "files")


if __name__ == "__main__":
    main()
