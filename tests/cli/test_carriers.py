"""One record is one record, however it is carried: the same events as XML, as a shipper's JSON and as flat
JSON, and the same tracking rows under another quoting and without the newer columns, are counted once and
give the same ids."""
import csv
import io
import itertools
import json
import unittest

from harness import Case, lines_of, run

TIMES = [f"2021-03-01T10:00:{i:02}.{i:03}" for i in range(14)]


def values(i):
    return {"TargetUserName": f"user{i}", "TargetDomainName": "CORP", "SubjectUserName": "mallory",
            "SubjectDomainName": "CORP", "TargetSid": f"S-1-5-21-1-2-3-{1100 + i}"}


def as_xml(i, record):
    data = "".join(f'<Data Name="{k}">{v}</Data>' for k, v in values(i).items())
    number = f"<EventRecordID>{record}</EventRecordID>" if record is not None else ""
    return ('<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider '
            'Name="Microsoft-Windows-Security-Auditing"/><EventID>4724</EventID><Keywords>0x8020000000000000'
            f'</Keywords><TimeCreated SystemTime="{TIMES[i]}123400Z"/>{number}<Channel>Security</Channel>'
            f"<Computer>DC1.corp.example</Computer></System><EventData>{data}</EventData></Event>\n")


def as_winlogbeat(i, record):
    winlog = {"channel": "Security", "computer_name": "dc1.corp.example", "event_id": 4724,
              "provider_name": "Microsoft-Windows-Security-Auditing", "event_data": values(i),
              "keywords": ["Audit Success"]}
    if record is not None:
        winlog["record_id"] = record
    return json.dumps({"@timestamp": TIMES[i] + "Z", "agent": {"type": "winlogbeat"}, "winlog": winlog,
                       "event": {"code": "4724", "outcome": "success"}}) + "\n"


def as_flat(i, record):
    event = {"EventID": "4724", "Channel": "Security", "Computer": "dc1.corp.example",
             "TimeCreated": TIMES[i] + "123Z", "Keywords": "0x8020000000000000", **values(i)}
    if record is not None:
        event["EventRecordID"] = str(record)
    return json.dumps(event) + "\n"


CARRIERS = {"events.xml": as_xml, "beats.ndjson": as_winlogbeat, "flat.json": as_flat}
RULE = """title: a message
name: message
logsource: {product: exchange, service: messagetracking}
detection:
  s: {event-id: DELIVER}
  condition: s
level: medium
"""
NAMES = ("date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,connector-id,source,"
         "event-id,internal-message-id,message-id,recipient-address,recipient-status,total-bytes,"
         "recipient-count,related-recipient-address,reference,message-subject,sender-address,return-path,"
         "message-info").split(",")
NEWER = "directionality,tenant-id,original-client-ip,original-server-ip,custom-data".split(",")


class Carriers(Case):
    def scan(self, folder, *more):
        books = self.folder / "stats.json"
        done = run("scan", "-f", "json", "--stats", books, *more, self.folder / folder)
        stats = json.loads(books.read_text(encoding="utf-8"))
        self.assert_balanced(stats)
        ids = [(a["event"]["id"], a["tocsin"]["type"]) for a in lines_of(done.out)
               if a.get("tocsin", {}).get("type") in ("alert", "incident")]
        return ids, stats["totals"]["events"]

    def put_events(self, folder, names, number):
        for name in names:
            self.write(f"{folder}/{name}", "".join(CARRIERS[name](i, number(i)) for i in range(len(TIMES))))

    def test_an_event_is_one_however_it_is_carried(self):
        self.put_events("only", ["events.xml"], lambda i: 70000 + i)
        wanted, _ = self.scan("only")
        self.assertTrue(wanted)
        for n, names in enumerate(n for r in (1, 2, 3) for n in itertools.combinations(CARRIERS, r)):
            with self.subTest(names=names):
                self.put_events(f"some{n}", names, lambda i: 70000 + i)
                ids, events = self.scan(f"some{n}")
                self.assertEqual(ids, wanted)
                self.assertEqual(events["duplicate"], len(TIMES) * (len(names) - 1))

    def test_events_without_a_number_are_told_by_their_bytes(self):
        for name, number in {"none": None, "zero": 0}.items():
            with self.subTest(name):
                self.put_events(name, CARRIERS, lambda i, number=number: number)
                _, events = self.scan(name)
                self.assertEqual(events["duplicate"], 0)

    def test_a_tracking_row_is_one_under_any_quoting_and_layout(self):
        rule = self.write("rule.yml", RULE)
        rows = [dict.fromkeys(NAMES + NEWER, "") | {
            "date-time": TIMES[i] + "Z", "server-hostname": "EX01", "source": "STOREDRIVER",
            "event-id": "DELIVER", "internal-message-id": str(900 + i // 2),
            "message-id": f"<{i // 2}@corp.example>", "recipient-address": f"user{i}@corp.example",
            "message-subject": 'said "yes", and left', "sender-address": "a@corp.example",
            "message-info": "x", "directionality": "Originating"} for i in range(len(TIMES))]
        texts = []
        for names, quoting in ((NAMES + NEWER, csv.QUOTE_MINIMAL), (NAMES, csv.QUOTE_ALL)):
            out = io.StringIO()
            writer = csv.DictWriter(out, names, extrasaction="ignore", quoting=quoting)
            writer.writerows(rows)
            texts.append("#Log-type: Message Tracking Log\r\n#Fields: " + ",".join(names) + "\r\n"
                         + "".join(line.replace('"', "", 2) if line.startswith('"') else line
                                   for line in out.getvalue().splitlines(True)))
        for i, text in enumerate(texts):
            self.write(f"{i}/MSGTRK.LOG", text)
            self.write(f"both/{i}.LOG", text)
        wanted, _ = self.scan("0", "--rules", rule)
        self.assertTrue(wanted)
        self.assertEqual(self.scan("1", "--rules", rule)[0], wanted)
        ids, events = self.scan("both", "--rules", rule)
        self.assertEqual(ids, wanted)
        self.assertEqual(events["duplicate"], len(TIMES))


if __name__ == "__main__":
    unittest.main()
