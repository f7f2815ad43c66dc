"""A small organisation in a few files: every format, every packing, something to find in each.

What the sweeps scan: so little that a run takes milliseconds, and so that no part can be lost unseen. The
twelve password resets lie half in XML and half in JSON: each half alone is under the threshold. Every web
request and every tracked message matches a rule of its own. A copy, a pipe-less folder, an empty file and
a file that is no log lie beside them.
"""
import json

from harness import gz, xz, zst

IIS_HEADER = ("#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n"
              "#Date: 2021-03-01 00:00:00\r\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query "
              "s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus "
              "sc-win32-status time-taken\r\n")
TRACK_HEADER = ("#Software: Microsoft Exchange Server\r\n#Version: 15.01.2507.012\r\n"
                "#Log-type: Message Tracking Log\r\n#Date: 2021-03-01T00:00:00.000Z\r\n#Fields: date-time,"
                "client-ip,client-hostname,server-ip,server-hostname,source-context,connector-id,source,"
                "event-id,internal-message-id,message-id,network-message-id,recipient-address,"
                "recipient-status,total-bytes,recipient-count,related-recipient-address,reference,"
                "message-subject,sender-address,return-path,message-info,directionality,tenant-id,"
                "original-client-ip,original-server-ip,custom-data\r\n")
RULES = """title: A page asked for
name: page
logsource: {category: webserver}
detection:
  page: {cs-method: GET, cs-uri-stem|re: '^/owa/'}
  condition: page
level: low
---
title: Four pages of one user
name: pages
correlation:
  type: event_count
  rules: page
  group-by: [cs-username]
  timespan: 1h
  condition: {gte: 4}
level: medium
---
title: A message handed in
name: message
logsource: {product: exchange, service: messagetracking}
detection:
  event: {event-id: SUBMIT}
  condition: event
level: low
"""
ACCOUNTS = "mail,account\r\n" + "".join(f"user{i}@corp.example,CORP\\user{i}\r\n" for i in range(4))


def iis(first, count, server):
    lines = [f"2021-03-01 {8 + i // 60:02}:{i % 60:02}:{first:02} 10.0.0.{server} GET /owa/ - 443 CORP\\user{i % 4} "
             f"203.0.113.{i % 3 + 1} Mozilla/5.0+({server}) - 200 0 0 {i}\r\n" for i in range(count)]
    return (IIS_HEADER + "".join(lines)).encode()


def tracking():
    lines = [f'2021-03-01T09:{i:02}:01.000Z,10.0.0.5,EX01,10.0.0.6,EX01,"MDB:1, ClientType:OWA",,STOREDRIVER,SUBMIT,'
             f"{i},<{i}@corp.example>,g,else@far.example,,10,1,,,"
             f"{'Automatic reply: x' if i % 2 else 'Abwesend: y'},user{i % 4}@corp.example,<>,,Originating,,,,\r\n"
             for i in range(12)]
    return (TRACK_HEADER + "".join(lines)).encode()


def reset_xml(i):
    data = {"TargetUserName": f"user{i}", "TargetDomainName": "CORP", "SubjectUserName": "mallory",
            "SubjectDomainName": "CORP"}
    cells = "".join(f'<Data Name="{k}">{v}</Data>' for k, v in data.items())
    return ('<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider '
            'Name="Microsoft-Windows-Security-Auditing"/><EventID>4724</EventID><Keywords>0x8020000000000000'
            f'</Keywords><TimeCreated SystemTime="2021-03-01T10:00:{i:02}.000000000Z"/><Channel>Security'
            f'</Channel><Computer>dc1</Computer></System><EventData>{cells}</EventData></Event>\n')


def reset_json(i):
    return json.dumps({"EventID": 4724, "Channel": "Security", "@timestamp": f"2021-03-01T10:01:{i:02}Z",
                       "Computer": "dc2", "TargetUserName": f"user{i}", "TargetDomainName": "CORP",
                       "SubjectUserName": "mallory", "SubjectDomainName": "CORP",
                       "Keywords": "0x8020000000000000"}) + "\n"


def write(case, simulate):
    """Writes it below the case's folder; returns the arguments of a scan (paths absolute)."""
    case.write("logs/EX01/W3SVC1/u_ex210301.log", iis(1, 24, 1))
    case.write("logs/EX01/copy/u_ex210301.log", iis(1, 24, 1))
    case.write("logs/EX02/W3SVC1/u_ex210301.log.gz", gz(iis(2, 24, 2)))
    case.write("logs/EX02/W3SVC1/u_ex210302.log", b"")
    case.write("logs/EX01/MessageTracking/MSGTRK2021030100-1.LOG.zst", zst(tracking()))
    xml = "<Events>" + "".join(reset_xml(i) for i in range(6)) + "</Events>"
    case.write("logs/DC01/security.xml", xml.encode("utf-16"))
    case.write("logs/DC02/security.ndjson.xz", xz("".join(reset_json(i) for i in range(6, 12)).encode()))
    case.write("logs/readme.txt", "no log\n")
    case.write("rules/web.yml", RULES)
    case.write("accounts.csv", ACCOUNTS)
    simulate(case.folder / "geo", "--people", "2", "--days", "1")
    folder = case.folder
    return ["--fail-level", "medium", "--internal", "10.0.0.0/8", "--geo", folder / "geo/geo.mmdb", "--accounts",
            folder / "accounts.csv", "--rules", folder / "rules", "--jobs", "1", folder / "logs"]
