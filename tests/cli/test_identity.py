"""One event in several logs counts once: in any order, with any number of jobs, and nothing is lost for it."""
import csv
import datetime
import io
import itertools
import json
import unittest
import uuid

from harness import Case, run

AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0 Safari/537.36"
W3C = ("#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2022-03-01 00:00:00\n"
       "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
       "sc-status sc-substatus sc-win32-status time-taken\n")
PROXY = ("#Software: Microsoft Exchange Server\n#Version: 15.01.2308.000\n#Log-type: HttpProxy Logs\n"
         "#Date: 2022-03-01T00:00:00.000Z\n#Fields: DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,"
         "Protocol,UrlHost,UrlStem,AuthenticationType,IsAuthenticated,AuthenticatedUser,UserAgent,"
         "ClientIpAddress,ServerHostName,HttpStatus,Method,UrlQuery\n")
OBJECT = "0b7c1c1e-1111-4222-8333-0000000000aa"
START = datetime.datetime(2022, 3, 1, 8)
MOST = 24


def rules():
    """For each kind of event one rule that fires when so many were counted in a day."""
    documents, number = [], itertools.count(1)

    def add(title, body, level):
        key = f"33333333-3333-4333-8333-{next(number):012}"
        documents.append(f"title: {title}\nid: {key}\nname: {title}\nstatus: experimental\n{body}level: {level}\n")

    for name, source, what in (("failed", "product: tocsin", "event.action: logon_failed"),
                               ("session", "product: tocsin", "event.action: session_started"),
                               ("reset", "product: tocsin", "event.action: password_reset"),
                               ("message", "product: tocsin", "event.action: system_message"),
                               ("raw", "category: webserver", "cs-uri-stem|contains: autodiscover.json")):
        add(name, f"logsource:\n    {source}\ndetection:\n    it:\n        {what}\n    condition: it\n",
            "informational")
        for count in range(1, MOST + 1):
            add(f"{name}_{count}", f"correlation:\n    type: event_count\n    rules:\n        - {name}\n"
                f"    timespan: 1d\n    condition:\n        gte: {count}\n", "low")
    return "---\n".join(documents)


class Traffic:
    """Requests, as the front end, the back end and Exchange's own log of one server have them."""

    def __init__(self, ids=True, user_of_proxy=lambda user: user):
        self.ids, self.user_of_proxy = ids, user_of_proxy
        self.front, self.back, self.proxy = [], [], []

    def request(self, second, method, stem, query, user, client, status, balancer=None):
        time, key = START + datetime.timedelta(seconds=second), str(uuid.UUID(int=second * 7919 + 1, version=4))
        own = f"{query}&CorrelationID=<empty>;&cafeReqId={key};" if self.ids else query or "-"
        agent = AGENT.replace(" ", "+")
        self.front.append(f"{time:%Y-%m-%d %H:%M:%S} 10.0.0.5 {method} {stem} {own} 443 {user or '-'} "
                          f"{balancer or client} {agent} {status} 0 0 15\n")
        self.back.append(f"{time:%Y-%m-%d %H:%M:%S} 10.0.0.5 {method} {stem} {query or '-'} 444 {user or '-'} "
                         f"fe80::1 {agent} {status} 0 0 15\n")
        known = self.user_of_proxy(user) if status == 200 and user else ""
        self.proxy.append(f"{time:%Y-%m-%dT%H:%M:%S}.{second * 37 % 1000:03}Z,{key},15,1,2308,Owa,mail.corp.example,"
                          f"{stem},FBA,{bool(known)},{known},{AGENT.replace(',', ' ')},{client},EX01,{status},"
                          f"{method},{query}\n")

    def day(self, balancer=None):
        """Twenty wrong passwords, five visits, five probes of a hole."""
        for i in range(20):
            self.request(20 * i, "POST", "/owa/auth.owa", "", "ana", "203.0.113.9", 302, balancer)
            self.request(20 * i + 1, "GET", "/owa/auth/logon.aspx", "url=x&reason=2", "", "203.0.113.9", 200, balancer)
        for i in range(5):
            self.request(3600 + 2400 * i, "GET", "/owa/", "", "CORP\\bob", "198.51.100.7", 200, balancer)
            self.request(3605 + 2400 * i, "POST", "/autodiscover/autodiscover.json", "a@b.example/powershell", "",
                         "198.51.100.7", 200, balancer)
        return self


class Identity(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.folder / "count.yml").write_text(rules(), encoding="utf-8")

    def counts(self, *paths, options=()):
        """How often each kind of event was counted."""
        done = run("scan", *paths, "--no-default-rules", "--rules", self.folder / "count.yml", "--format", "json",
                   "--quiet", *options)
        self.assertIn(done.returncode, (0, 1, 3), done.err)
        found = {}
        for line in done.out.splitlines():
            name = json.loads(line).get("rule", {}).get("name") or ""
            kind, _, count = name.rpartition("_")
            if kind:
                found[kind] = max(found.get(kind, 0), int(count))
        return found

    def logs(self, name, traffic):
        self.write(f"{name}/W3SVC1/u_ex220301.log", W3C + "".join(traffic.front))
        self.write(f"{name}/W3SVC2/u_ex220301.log", W3C + "".join(traffic.back))
        self.write(f"{name}/HttpProxy/Owa/HttpProxy_2022030108-1.LOG", PROXY + "".join(traffic.proxy))
        return self.folder / name

    def windows(self, name, host, events):
        lines = []
        for number, (ms, code, data) in enumerate(events):
            time = START + datetime.timedelta(milliseconds=ms)
            lines.append(json.dumps({"@timestamp": time.isoformat(timespec="milliseconds") + "Z", "winlog": {
                "channel": "Security", "computer_name": host, "event_id": str(code), "record_id": 1000 + number,
                "provider_name": "Microsoft-Windows-Security-Auditing", "event_data": data}}) + "\n")
        return self.write(name, "".join(lines))

    EXPECTED = {"failed": 20, "session": 5, "raw": 5}

    def test_a_request_in_three_logs(self):
        for name, ids in (("with-ids", True), ("without-ids", False)):
            folder = self.logs(name, Traffic(ids).day())
            parts = [folder / "HttpProxy", folder / "W3SVC1", folder / "W3SVC2"]
            for part in parts[:2]:
                self.assertEqual(self.counts(part), self.EXPECTED, part)
            for order in itertools.permutations(parts):
                self.assertEqual(self.counts(*order), self.EXPECTED, order)
            for options in (("-j", "1"), ("-j", "4", "--block-size", "4K")):
                self.assertEqual(self.counts(folder, options=options), self.EXPECTED, options)

    def test_a_balancer_hides_the_client_from_one_log(self):
        """What the other log knows of the client is not lost."""
        folder = self.logs("balanced", Traffic().day(balancer="10.0.0.77"))
        alone = self.counts(folder / "HttpProxy")
        self.assertEqual(alone, self.EXPECTED)
        both = self.counts(folder)
        for kind, count in alone.items():
            self.assertGreaterEqual(both[kind], count, kind)

    def test_ids_that_a_client_writes_hide_nothing(self):
        traffic = Traffic()
        for i in range(10):
            forged = "cafeReqId=00000000-0000-4000-8000-000000000001;"
            traffic.request(10 * i, "POST", "/autodiscover/autodiscover.json", forged, "", "198.51.100.7", 200)
        folder = self.logs("forged", traffic)
        self.assertEqual(self.counts(folder), {"raw": 10})
        self.assertEqual(self.counts(folder / "W3SVC1"), {"raw": 10})

    def test_requests_of_one_log_are_never_one(self):
        traffic = Traffic(ids=False)
        for _ in range(6):
            traffic.request(5, "POST", "/autodiscover/autodiscover.json", "", "", "198.51.100.7", 200)
        folder = self.logs("crowd", traffic)
        self.assertEqual(self.counts(folder / "W3SVC1"), {"raw": 6})
        self.assertEqual(self.counts(folder), {"raw": 6})

    def test_a_try_in_web_server_and_controller_logs(self):
        folder = self.logs("tries", Traffic().day())
        server = self.windows("tries-ex.json", "EX01.corp.example", [
            (20000 * i + 340, 4625, {"TargetUserName": "ana", "TargetDomainName": "CORP", "LogonType": "8",
                                     "Status": "0xc000006d", "SubStatus": "0xc000006a", "IpAddress": "203.0.113.9"})
            for i in range(20)])
        controller = self.windows("tries-dc.json", "DC01.corp.example", [
            (20000 * i + 300, 4776, {"TargetUserName": "ana", "Workstation": "EX01", "Status": "0xc000006a"})
            for i in range(20)])
        for logs in ([server], [controller], [server, controller], [folder, controller], [folder, server],
                     [controller, folder, server]):
            self.assertEqual(self.counts(*logs)["failed"], 20, logs)

    def test_a_reset_and_the_change_that_it_is(self):
        who = {"SubjectUserName": "admin", "SubjectDomainName": "CORP", "TargetUserName": "ana",
               "TargetDomainName": "CORP", "TargetSid": "S-1-5-21-1-2-3-1104"}
        log = self.windows("reset.json", "DC01.corp.example", [(0, 4724, who), (1, 4738, who)])
        self.assertEqual(self.counts(log), {"reset": 1})

    def test_a_message_on_all_its_rows(self):
        head = ("#Software: Microsoft Exchange Server\n#Version: 15.01.2308.000\n#Log-type: Message Tracking Log\n"
                "#Date: 2022-03-01T08:00:00.000Z\n#Fields: date-time,server-hostname,connector-id,source,event-id,"
                "internal-message-id,message-id,recipient-address,message-subject,sender-address,return-path,"
                "directionality\n")
        rows = "".join(
            f"2022-03-01T08:00:0{i}.000Z,EX0{i % 2 + 1},,{source},{event},{100 + i},<1@corp.example>,"
            "x@other.example,Automatic reply: x,ana@corp.example,<>,Originating\n"
            for i, (source, event) in enumerate([("MAILBOXRULE", "RECEIVE"), ("STOREDRIVER", "SUBMIT"),
                                                 ("STOREDRIVER", "RECEIVE"), ("SMTP", "HARECEIVE"),
                                                 ("AGENT", "AGENTINFO"), ("SMTP", "SENDEXTERNAL"),
                                                 ("SMTP", "SEND")]))
        log = self.write("track/MSGTRK2022030108-1.LOG", head + rows)
        self.assertEqual(self.counts(log), {"message": 1})

    def test_a_record_of_microsoft_365_in_any_form(self):
        records = [{"CreationTime": f"2022-03-01T08:0{i}:00", "Id": f"00000000-1111-4222-8333-00000000000{i}",
                    "Operation": "UserLoginFailed", "RecordType": 15, "Workload": "AzureActiveDirectory",
                    "OrganizationId": "0e5b7c1c-1111-4222-8333-000000000000", "ResultStatus": "Failed",
                    "UserKey": "x", "UserType": 0, "UserId": "ana@corp.example", "ClientIP": "203.0.113.9",
                    "LogonError": "InvalidUserNameOrPassword"} for i in range(5)]
        table = io.StringIO()
        out = csv.writer(table)
        out.writerow(["RecordType", "CreationDate", "UserIds", "Operations", "AuditData"])
        for r in records:
            out.writerow([15, r["CreationTime"], r["UserId"], r["Operation"], json.dumps(r)])
        lines = "".join(json.dumps(r) + "\n" for r in records)
        files = [self.write("m365/lines.json", lines), self.write("m365/array.json", json.dumps(records, indent=1)),
                 self.write("m365/table.csv", table.getvalue()), self.write("m365/twice.json", lines + lines)]
        for file in files:
            self.assertEqual(self.counts(file), {"failed": 5}, file)
        self.assertEqual(self.counts(self.folder / "m365"), {"failed": 5})
        stats = json.loads(run("scan", files[3], "--stats", "-", "-q", "-o", self.folder / "page.txt").out)
        self.assert_balanced(stats)
        self.assertEqual(stats["totals"]["events"]["duplicate"], 5)

    def test_one_person_here_and_in_the_cloud(self):
        """All names of the mailbox lead to what every log has of it."""
        traffic = Traffic()
        traffic.request(60, "GET", "/owa/", "", "CORP\\ana", "198.51.100.7", 200)
        folder = self.logs("person", traffic)
        here, there = "S-1-5-21-1-2-3-1104", "S-1-5-21-9-8-7-2208"
        box = "11111111-2222-4333-8444-555555555555"
        account = self.windows("person-dc.json", "DC01.corp.example", [
            (0, 4738, {"SubjectUserName": "admin", "SubjectDomainName": "CORP", "TargetUserName": "ana",
                       "TargetDomainName": "CORP", "TargetSid": here, "UserPrincipalName": "ana@corp.example"})])
        audit = {"CreationTime": "2022-03-01T09:00:00", "Id": "00000000-1111-4222-8333-000000000099",
                 "Operation": "MailItemsAccessed", "RecordType": 50, "Workload": "Exchange", "UserType": 0,
                 "OrganizationId": "0e5b7c1c-1111-4222-8333-000000000000", "ResultStatus": "Succeeded",
                 "UserKey": "x", "UserId": "ana@corp.example", "ClientIPAddress": "203.0.113.77",
                 "ClientInfoString": "Client=OWA;Mozilla/5.0", "MailboxGuid": box, "LogonUserSid": there,
                 "MailboxOwnerSid": there, "MailboxOwnerUPN": "ana@corp.example"}
        signin = {"id": "r1", "createdDateTime": "2022-03-01T10:00:00Z", "userPrincipalName": "ana@corp.example",
                  "ipAddress": "203.0.113.78", "appDisplayName": "One Outlook Web",
                  "clientAppUsed": "Browser", "status": {"errorCode": 0}}
        logs = [folder, account, self.write("person-audit.json", json.dumps(audit) + "\n"),
                self.write("person-signin.json", json.dumps(signin) + "\n")]
        shown = {}
        for name in ("CORP\\ana", "ana@corp.example", here, there, box):
            shown[name] = run("why", *logs, "--mailbox", name).out
        page = shown["ana@corp.example"]
        for part in ("corp\\ana", here.lower(), there.lower(), box, "198.51.100.7", "203.0.113.77"):
            self.assertIn(part, page)
        for name, other in shown.items():
            self.assertEqual(other, page, name)

    def person(self, name, directory):
        """Ana's visits for weeks, as an account; what the controller calls her; a reset of an object of the directory; and
        an hour later a visit from somewhere else. `directory` says whose object that is, or nothing."""
        home, away = AGENT.replace(" ", "+"), "Mozilla/5.0+(X11;+Linux+x86_64)+Firefox/115.0"
        visits = [(START + datetime.timedelta(days=d, minutes=7 * who), f"CORP\\{user}", f"198.51.100.{who}", home)
                  for d in range(30) for who, user in enumerate(("ana", "bob", "cyd"))]
        visits.append((START + datetime.timedelta(days=30, hours=2), "CORP\\ana", "203.0.113.9", away))
        rows = "".join(f"{time:%Y-%m-%d %H:%M:%S} 10.0.0.5 GET /owa/ - 443 {user} {client} {agent} 200 0 0 15\n"
                       for time, user, client, agent in visits)
        controller = self.windows(f"{name}/dc.json", "DC01", [(0, 4738, {
            "TargetUserName": "ana", "TargetDomainName": "CORP", "TargetSid": "S-1-5-21-1-2-3-1104",
            "UserPrincipalName": "ana@corp.example", "SubjectUserName": "adm", "SubjectDomainName": "CORP"})])
        reset = {"CreationTime": f"{START + datetime.timedelta(days=30, hours=1):%Y-%m-%dT%H:%M:%S}", "Id": "r1",
                 "Operation": "Reset user password.", "RecordType": 8, "UserId": "desk@corp.example",
                 "ObjectId": OBJECT, "ResultStatus": "Success", "Workload": "AzureActiveDirectory"}
        return [self.write(f"{name}/W3SVC1/u_ex.log", W3C + rows), controller,
                self.write(f"{name}/cloud.json", "".join(json.dumps(r) + "\n" for r in [*directory, reset]))]

    def test_a_person_of_the_directory(self):
        """A reset in the cloud names an object, the visit on the premises an account: only the directory knows both."""
        signin = {"id": "s1", "createdDateTime": "2022-03-20T08:00:00Z", "userPrincipalName": "ana@corp.example",
                  "userId": OBJECT.upper(), "ipAddress": "198.51.100.0", "appDisplayName": "x", "status": {"errorCode": 0}}
        logon = {"CreationTime": "2022-03-20T08:00:00", "Id": "l1", "Operation": "UserLoggedIn", "RecordType": 15,
                 "UserId": "ana@corp.example", "Workload": "AzureActiveDirectory", "ClientIP": "198.51.100.0",
                 "ResultStatus": "Success"}
        parties = [{"ID": OBJECT, "Type": 0}, {"ID": "ana@corp.example", "Type": 5}, {"ID": "1003", "Type": 3}]
        late = {**signin, "createdDateTime": "2022-04-02T08:00:00Z"}
        other = {"ID": OBJECT.replace("a", "b"), "Type": 0}
        cases = {"sign-in": ([signin], True), "actor": ([{**logon, "Actor": parties}], True),
                 "key": ([{**logon, "UserKey": OBJECT}], True), "target": ([{**logon, "Target": parties}], True),
                 "nobody": ([logon], False), "two": ([{**logon, "Actor": [*parties, other]}], False),
                 "later": ([late], False), "another": ([{**signin, "userId": other["ID"]}], False)}
        for name, (directory, joined) in cases.items():
            logs = self.person(f"directory-{name}", directory)
            for order in ([logs, logs[::-1]] if name == "sign-in" else [logs]):
                found = run("scan", "-q", "-f", "json", "--min-level", "low", *order).out
                self.assertEqual("reset_then_access" in found, joined, name)

    def test_an_object_that_is_renamed_is_one_person(self):
        def signin(second, upn, key):
            return {"id": f"s{second}", "createdDateTime": f"2022-03-20T08:00:{second:02}Z", "userPrincipalName": upn,
                    "userId": key, "ipAddress": "198.51.100.9", "appDisplayName": "OfficeHome",
                    "userAgent": AGENT, "status": {"errorCode": 0}}

        another = OBJECT.replace("a", "c")
        path = self.write("renamed.json", "".join(json.dumps(s) + "\n" for s in (
            signin(1, "ana.alt@corp.example", OBJECT), signin(2, "ana.neu@corp.example", OBJECT),
            signin(3, "ana.neu@corp.example", another), signin(4, "zoe@corp.example", another))))
        pages = {name: run("why", path, "--mailbox", name).out
                 for name in ("ana.alt@corp.example", "ana.neu@corp.example", "zoe@corp.example", OBJECT, another)}
        self.assertIn(OBJECT, pages["ana.alt@corp.example"])
        self.assertEqual(pages["ana.alt@corp.example"], pages["ana.neu@corp.example"])
        self.assertEqual(pages["ana.alt@corp.example"], pages[OBJECT])
        self.assertEqual(pages["zoe@corp.example"], pages[another])
        self.assertNotIn("ana.", pages["zoe@corp.example"])

    def test_the_same_file_twice(self):
        folder = self.logs("again", Traffic().day())
        copy = self.write("copy/of-it.log", (folder / "W3SVC1/u_ex220301.log").read_bytes())
        self.assertEqual(self.counts(folder, copy), self.EXPECTED)
        self.assertEqual(self.counts(folder, folder), self.EXPECTED)

    def test_a_break_in_the_middle(self):
        """Learned from one log, gone on with the other."""
        folder = self.logs("parts", Traffic().day())
        state = self.folder / "parts.state"
        parts = [self.counts(folder / "W3SVC1", folder / "W3SVC2", options=("--state", state)),
                 self.counts(folder, options=("--state", state))]
        # A count goes on over the break: told twice, it would be higher in the second part.
        self.assertEqual({kind: max(part.get(kind, 0) for part in parts) for kind in self.EXPECTED}, self.EXPECTED)


if __name__ == "__main__":
    unittest.main()
