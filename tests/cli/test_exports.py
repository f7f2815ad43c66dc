"""Audit logs of Microsoft 365 and tables that people export, in every form that they come in; and the logs
of Exchange beside those of requests and of mail on its way."""
import csv
import datetime
import io
import json
import pathlib
import unittest

from harness import Case, finals, lines_of, run

ORIGIN = "203.0.113.9"
CORPUS = pathlib.Path(__file__).resolve().parents[1] / "conformance/corpus"


def record(number, operation, user, **more):
    base = {"CreationTime": f"2023-03-09T{8 + number // 60:02d}:{number % 60:02d}:00", "Id": f"id-{number}",
            "Operation": operation, "RecordType": 8, "UserId": user, "Workload": "AzureActiveDirectory",
            "ResultStatus": "Success"}
    return {**base, **more}


RECORDS = ([record(i, "Reset user password.", "admin@corp.example", ObjectId=f"u{i}@corp.example", ClientIP="")
            for i in range(12)]
           + [record(60 + i, "UserLoginFailed", f"u{i}@corp.example", ClientIP=ORIGIN, RecordType=15,
                     ErrorNumber="50126") for i in range(3)]
           + [record(90, "New-InboxRule", "u1@corp.example", Workload="Exchange", RecordType=1, ResultStatus="True",
                     ClientIP=f"{ORIGIN}:443", Parameters=[{"Name": "Name", "Value": ".."},
                                                           {"Name": "ForwardTo", "Value": "x@mail.test"},
                                                           {"Name": "DeleteMessage", "Value": "True"},
                                                           {"Name": "Mailbox", "Value": "u1@corp.example"}]),
              record(91, "UpdateInboxRules", "u2@corp.example", Workload="Exchange", RecordType=2,
                     ResultStatus="Succeeded", MailboxOwnerUPN="u2@corp.example", ClientIPAddress=ORIGIN,
                     OperationProperties=[{"Name": "RuleOperation", "Value": "AddMailboxRule"},
                                          {"Name": "RuleName", "Value": "."},
                                          {"Name": "RuleActions", "Value": json.dumps(
                                              [{"ActionType": "Forward", "Recipients": ["x@mail.test"]}])}])])


def table(rows, separator=",", quoting=csv.QUOTE_ALL):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, quoting=quoting).writerows(rows)
    return out.getvalue()


def audit_csv(separator=",", first=False):
    head = ["RunspaceId", "CreationDate", "UserIds", "Operations", "AuditData"]
    rows = [["1", "3/9/2023 8:00:00 AM", r["UserId"], r["Operation"], json.dumps(r)] for r in RECORDS]
    if first:
        head, rows = head[::-1], [row[::-1] for row in rows]
    return "#TYPE Deserialized.Object\r\n" + table([head, *rows], separator)


FORMS = {
    "array.json": lambda: json.dumps(RECORDS, indent=2),
    "lines.json": lambda: "".join(json.dumps(r) + "\n" for r in RECORDS),
    "wrapped.json": lambda: "".join(json.dumps({"CreationDate": r["CreationTime"], "UserIds": r["UserId"],
                                                "AuditData": json.dumps(r)}) + "\n" for r in RECORDS),
    "object.json": lambda: json.dumps({"@odata.context": "https://graph.example/$metadata", "value": [{"id": r["Id"], "auditData": r} for r in RECORDS]}, indent=1),
    "commas.csv": audit_csv,
    "semicolons.csv": lambda: audit_csv(";"),
    "tabs.csv": lambda: audit_csv("\t", True),
}


def without_lists(native):
    """The fields but for lists as they were written, with whatever blanks."""
    return {key: value for key, value in native.items() if not isinstance(value, list)}


class Audit(Case):
    def events(self, name, text, check=0):
        return lines_of(run("parse", "-q", self.write(name, text), check=check).out)

    def test_every_form_gives_the_same_records(self):
        told = {}
        for name, form in FORMS.items():
            told[name] = [(e["@timestamp"], without_lists(e["tocsin"]["native"])) for e in self.events(name, form())]
        for name, events in told.items():
            self.assertEqual(events, told["lines.json"], name)
        self.assertEqual(len(told["lines.json"]), len(RECORDS))
        rule = told["lines.json"][-1][1]
        self.assertEqual((rule["Cmdlet"], rule["Parameters.Name"], rule["Parameters.Mailbox"]),
                         ("New-InboxRule", ".", "u2@corp.example"))
        self.assertIn("x@mail.test", rule["Parameters.ForwardTo"])

    def test_the_shipped_rules_fire_from_every_form(self):
        for name, form in FORMS.items():
            with self.subTest(form=name):
                found = finals(lines_of(run("scan", "-q", "-f", "json", "--domain", "corp.example",
                                            self.write(name, form()), check=1).out))
                text = " ".join(json.dumps(incident) for incident in found)
                self.assertIn("mass_reset_one_actor", text)
                self.assertIn("forward_outside_hidden", text)

    def test_a_record_that_was_exported_twice_counts_once(self):
        paths = [self.write(f"twice/{name}", FORMS[name]()) for name in ("array.json", "commas.csv")]
        stats = self.folder / "stats.json"
        run("scan", "-q", "--stats", stats, *paths, check=1)
        events = json.loads(stats.read_text(encoding="utf-8"))["totals"]["events"]
        self.assertEqual((events["delivered"], events["duplicate"]), (len(RECORDS), len(RECORDS)))

    def test_a_failed_logon_is_no_success(self):
        event = self.events("failed.json", json.dumps(RECORDS[12]) + "\n")[0]
        self.assertEqual((event["event"]["outcome"], event["source"]["ip"]), ("failure", ORIGIN))

    def test_a_row_that_is_damaged_costs_itself(self):
        good = [["1", json.dumps(record(i, "Send", "a@corp.example"))] for i in range(3)]
        text = (table([["RecordId", "AuditData"], good[0]]) + '"2","{""CreationTime"": ""2023\r\n' + "\0\0\r\n"
                + table([good[1]]) + '"3",""\r\n' + "one cell\r\n" + table([good[2]]))
        self.assertEqual(len(self.events("damaged.csv", text, check=3)), 3)

    def test_sign_ins(self):
        rows = [["Date (UTC)", "Request ID", "Username", "Application", "IP address", "Sign-in error code"],
                ["2023-03-09T08:00:00Z", "r1", "ana@corp.example", "OfficeHome", ORIGIN, "0"],
                ["2023-03-09T08:01:00Z", "r2", "ana@corp.example", "OfficeHome", ORIGIN, "50126"]]
        as_json = {"id": "r1", "createdDateTime": "2023-03-09T08:00:00Z", "userPrincipalName": "ana@corp.example",
                   "ipAddress": ORIGIN, "appDisplayName": "OfficeHome", "status": {"errorCode": 0}}
        events = self.events("signin.csv", table(rows)) + self.events("signin.json", json.dumps([as_json]))
        self.assertEqual([e["event"]["outcome"] for e in events], ["success", "failure", "success"])
        self.assertEqual({(e["user"]["email"], e["source"]["ip"]) for e in events}, {("ana@corp.example", ORIGIN)})

    def test_sign_ins_with_large_letters(self):
        """As Log Analytics has them, whose UserId is an id, and as Graph's PowerShell does."""
        common = {"UserPrincipalName": "ana@corp.example", "IPAddress": ORIGIN, "AppDisplayName": "OfficeHome",
                  "UserId": "00000000-0000-4000-8000-000000000001", "Id": "r1", "ClientAppUsed": "Browser"}
        stamp = {"TimeGenerated": "2023-03-09T08:00:00Z", "CreatedDateTime": "2023-03-09T08:00:00Z", "Type": "SigninLogs"}
        forms = {"analytics": [{**stamp, **common, "ResultType": code, "ResultDescription": "None", "UserAgent": "Mozilla/5.0",
                                "LocationDetails": "{}", "Status": json.dumps({"errorCode": int(code)})}
                               for code in ("0", "50126")],
                 "powershell": [{**common, "CreatedDateTime": "/Date(1678348800000)/", "IpAddress": ORIGIN,
                                 "Status": {"AdditionalDetails": None, "ErrorCode": code, "FailureReason": "Other."}}
                                for code in (0, 50126)]}
        for what, records in forms.items():
            for text in (json.dumps(records, indent=1), "".join(json.dumps(r) + "\n" for r in records)):
                events = self.events("signin.json", text)
                self.assertEqual([e["event"]["outcome"] for e in events], ["success", "failure"], what)
                self.assertEqual({(e["user"]["email"], e["source"]["ip"], e["@timestamp"][:19]) for e in events},
                                 {("ana@corp.example", ORIGIN, "2023-03-09T08:00:00")}, what)

    def test_the_audit_log_of_entra(self):
        """Whatever wrote it down: the resets that the audit log of Microsoft 365 has."""
        graph = [{"id": f"Directory_{i}", "activityDisplayName": "Reset user password", "result": "success",
                  "activityDateTime": f"2023-03-09T08:{i:02}:00.1458248Z", "loggedByService": "Core Directory",
                  "initiatedBy": {"app": None, "user": {"userPrincipalName": "admin@corp.example", "ipAddress": ORIGIN,
                                                        "id": "00000000-0000-4000-8000-000000000001"}},
                  "targetResources": [{"type": "User", "userPrincipalName": f"u{i}@corp.example", "modifiedProperties": [],
                                       "id": f"00000000-0000-4000-8000-0000000001{i:02}"}]} for i in range(12)]
        large = [{"Id": r["id"], "ActivityDisplayName": r["activityDisplayName"], "Result": r["result"],
                  "ActivityDateTime": r["activityDateTime"], "InitiatedBy": json.dumps(r["initiatedBy"]),
                  "TargetResources": json.dumps(r["targetResources"])} for r in graph]
        stamps = [["Date (UTC)", "Activity", "Result", "ActorUserPrincipalName", "IPAddress", "Target1Type",
                   "Target1UserPrincipalName"],
                  *[[r["activityDateTime"], r["activityDisplayName"], r["result"], "admin@corp.example", ORIGIN, "User",
                     r["targetResources"][0]["userPrincipalName"]] for r in graph]]
        forms = {"graph.json": json.dumps({"value": graph}, indent=1), "array.json": json.dumps(graph),
                 "monitor.json": "".join(json.dumps({"category": "AuditLogs", "properties": r}) + "\n" for r in graph),
                 "analytics.json": "".join(json.dumps(r) + "\n" for r in large), "portal.csv": table(stamps)}
        for name, text in forms.items():
            events = self.events(name, text)
            self.assertEqual([e["user"]["target"]["name"] for e in events], [f"u{i}" for i in range(12)], name)
            self.assertEqual({(e["user"]["email"], e["source"]["ip"], e["event"]["outcome"]) for e in events},
                             {("admin@corp.example", ORIGIN, "success")}, name)
            self.assertIn("mass_reset_one_actor", self.audited(name, text), name)
        failed = json.dumps([{**r, "result": "failure"} for r in graph])
        self.assertNotIn("mass_reset_one_actor", self.audited("failed.json", failed))

    def audited(self, name, text):
        return run("scan", "-q", "-f", "json", "--domain", "corp.example", self.write(name, text), check=3).out


def of_mailbox(number, user, operation="MailItemsAccessed", kind=50, **more):
    return record(number, operation, user, Workload="Exchange", RecordType=kind, MailboxOwnerUPN=user, ClientIPAddress=ORIGIN,
                  ClientInfoString="Client=OWA;Mozilla/5.0", **more)


def cmdlet(number, name, **parameters):
    return record(number, name, "adm@corp.example", Workload="Exchange", RecordType=1, ResultStatus="True",
                  Parameters=[{"Name": key, "Value": value} for key, value in parameters.items()])


def entered(number, user):
    return record(number, "UserLoggedIn", user, RecordType=15, ClientIP=ORIGIN,
                  ApplicationId="00000002-0000-0ff1-ce00-000000000000",
                  ExtendedProperties=[{"Name": "UserAgent", "Value": "Mozilla/5.0"}])


WHOLE = [record(0, "Reset user password.", "admin@corp.example", ObjectId="u0@corp.example"), entered(1, "ana@corp.example"),
         of_mailbox(2, "ana@corp.example"), of_mailbox(3, "ana@corp.example", "Send", 2),
         cmdlet(4, "Set-Mailbox", Identity="ana@corp.example", HiddenFromAddressListsEnabled="True")]


class AuditGaps(Case):
    def summary(self, records, *options, form="json"):
        path = self.write("gaps.json", "".join(json.dumps(r) + "\n" for r in records))
        out = run("scan", "-q", *(["-f", "json"] if form == "json" else []), *options, path, check=None).out
        if form != "json":
            return out
        return [line["tocsin"] for line in lines_of(out) if line["tocsin"]["type"] == "summary"][0]

    def gaps(self, records, *options):
        return {(gap["kind"], gap.get("what")): gap for gap in self.summary(records, *options).get("audit", [])}

    def why(self, records, indicator, *options):
        rows = {row["indicator"]: row for row in self.summary(records, *options)["coverage"]}
        return rows[indicator]["state"], rows[indicator].get("why", "")

    def test_a_log_that_has_all_lacks_nothing(self):
        self.assertEqual(self.gaps(WHOLE), {})

    def test_types_of_records_that_are_missing(self):
        names = {8: "AzureActiveDirectory", 15: "AzureActiveDirectoryStsLogon", 50: "MailItemsAccessed", 2: "ExchangeItem",
                 1: "ExchangeAdmin"}
        for kind, name in names.items():
            rest = [r for r in WHOLE if r["RecordType"] != kind]
            found = self.gaps(rest)
            self.assertEqual(set(found), {("record_type", name)})
            self.assertIn(name, found["record_type", name]["why"])
            self.assertEqual(found["record_type", name].get("indicator"),
                             {8: "password resets", 1: None}.get(kind, "webmail access"))
        self.assertIn("leave out: MailItemsAccessed, ExchangeItem",
                      self.why([r for r in WHOLE if r["RecordType"] not in (2, 50)], "webmail access")[1])
        state, why = self.why([WHOLE[0]], "password resets")
        self.assertEqual((state, "leave out" in why), ("watched", False))

    def test_sign_ins_of_the_directory_are_logons(self):
        signin = {"id": "s", "createdDateTime": "2023-03-09T08:30:00Z", "userPrincipalName": "ana@corp.example",
                  "ipAddress": ORIGIN, "appDisplayName": "OfficeHome", "status": {"errorCode": 0}}
        self.assertEqual(self.gaps([r for r in WHOLE if r["RecordType"] != 15] + [signin]), {})
        self.assertEqual(self.gaps([signin]), {}, "who gives sign-ins alone has given no audit log")

    def test_mailboxes_of_which_something_is_left_out(self):
        off = cmdlet(10, "Set-Mailbox", Identity="ben@corp.example", AuditEnabled="False")
        bypass = cmdlet(11, "Set-MailboxAuditBypassAssociation", Identity="svc@corp.example", AuditBypassEnabled=True)
        throttled = of_mailbox(12, "cyd@corp.example",
                               OperationProperties=[{"Name": "MailAccessType", "Value": "Sync"},
                                                    {"Name": "IsThrottled", "Value": "True"}])
        found = self.gaps([*WHOLE, off, bypass, throttled, entered(13, "dan@corp.example")])
        told = {kind: (gap["mailboxes"], gap["names"]) for (kind, _), gap in found.items()}
        self.assertEqual(told, {"off": (1, ["ben@corp.example"]), "bypassed": (1, ["svc@corp.example"]),
                                "throttled": (1, ["cyd@corp.example"]), "never": (1, ["dan@corp.example"])})
        state, why = self.why([*WHOLE, off, throttled], "webmail access")
        self.assertEqual(state, "partly")
        self.assertIn("1 mailboxes whose audit is off, 1 mailboxes that were throttled", why)

    def test_what_is_switched_on_again_is_no_gap(self):
        def switch(number, name, parameter, value, **more):
            return cmdlet(number, name, **{parameter: value}, **more)

        for name, parameter, off, on, whose in (
                ("Set-Mailbox", "AuditEnabled", "False", "True", {"Identity": "ben@corp.example"}),
                ("Set-MailboxAuditBypassAssociation", "AuditBypassEnabled", "True", "False", {"Identity": "b@corp.example"}),
                ("Set-OrganizationConfig", "AuditDisabled", "True", "False", {}),
                ("Set-AdminAuditLogConfig", "UnifiedAuditLogIngestionEnabled", "False", "True", {})):
            self.assertEqual(len(self.gaps([*WHOLE, switch(20, name, parameter, off, **whose)])), 1, name)
            # The order in the file says nothing: times do.
            again = [switch(22, name, parameter, on, **whose), *WHOLE, switch(20, name, parameter, off, **whose)]
            self.assertEqual(self.gaps(again), {}, name)
            failed = {**switch(20, name, parameter, off, **whose), "ResultStatus": "False"}
            self.assertEqual(self.gaps([*WHOLE, failed]), {}, name)

    def test_a_list_of_mailboxes_says_whose_audit_is_off(self):
        names = self.write("boxes.csv", "PrimarySmtpAddress,SamAccountName,AuditEnabled\nana@corp.example,ana,True\n"
                                        "eve@corp.example,eve,False\nfay@corp.example,fay,false\n")
        found = self.gaps(WHOLE, "--accounts", names)
        self.assertEqual(found["off", None]["names"], ["eve@corp.example", "fay@corp.example"])

    def test_many_are_counted_and_the_first_named(self):
        off = [cmdlet(100 + n, "Set-Mailbox", Identity=f"u{99 - n:02}@corp.example", AuditEnabled="False")
               for n in range(25)]
        for jobs in ("1", "4"):
            gap = self.gaps([*WHOLE, *off], "--jobs", jobs)["off", None]
            self.assertEqual((gap["mailboxes"], gap["names"]), (25, [f"u{n}@corp.example" for n in range(75, 85)]))
        page = " ".join(self.summary([*WHOLE, *off], form="text").split())
        self.assertIn("AUDIT 25 mailboxes: their audit is off", page)
        self.assertIn("u84@corp.example, ...)", page)

    def test_names_are_hidden_where_they_are_to_be(self):
        off = cmdlet(10, "Set-Mailbox", Identity="ben@corp.example", AuditEnabled="False")
        out = self.summary([*WHOLE, off], "--redact", form="text")
        self.assertIn("their audit is off", " ".join(out.split()))
        self.assertNotIn("ben@corp.example", out)

    def test_days_without_records_are_told(self):
        days = [n for n in range(28) if n not in (9, 10, 11)]
        records = [{**of_mailbox(n, "ana@corp.example"), "Id": f"d{day}-{n}",
                    "CreationTime": f"2023-03-{1 + day:02}T{8 + n // 6:02}:{n % 6 * 10:02}:00"}
                   for day in days for n in range(60)]
        self.assertIn("2023-03-10", self.why(records, "webmail access")[1])

    def test_the_queue_of_a_server_lacks_no_types_of_the_cloud(self):
        text = (CORPUS / "exchange-audit-queue").iterdir()
        out = run("scan", "-q", "-f", "json", *text, check=None).out
        self.assertNotIn("record_type", out)


class Tables(Case):
    def test_times_in_the_order_of_their_form(self):
        head = ["Timestamp", "Source", "EventId", "Sender", "MessageSubject"]
        forms = {"6/13/2021 1:55:44 PM": "2021-06-13T13:55:44Z", "6/7/2021 12:05:00 AM": "2021-06-07T00:05:00Z",
                 "07/06/2021 13:55:44": "2021-06-07T13:55:44Z", "13.06.2021 13:55:44": "2021-06-13T13:55:44Z",
                 "2021-06-13T13:55:44Z": "2021-06-13T13:55:44Z", "2021-06-13 13:55:44": "2021-06-13T13:55:44Z",
                 "2021/06/07 13:55:44": "2021-06-07T13:55:44Z", "2021/6/7 1:55:44": "2021-06-07T01:55:44Z",
                 "2021-06-07 오후 1:55:44": "2021-06-07T13:55:44Z", "2021/6/7 上午 12:05:00": "2021-06-07T00:05:00Z",
                 "07.06.2021 13.55.44": "2021-06-07T13:55:44Z",
                 "/Date(1623592544000)/": "2021-06-13T13:55:44Z"}
        for form, time in forms.items():
            path = self.write("tracking.csv", table([head, [form, "SMTP", "SEND", "a@b.example", "x"]]))
            self.assertEqual([e["@timestamp"] for e in lines_of(run("parse", "-q", path, check=0).out)], [time], form)

    def test_what_tells_day_from_month_may_stand_in_the_middle(self):
        def rows(date, count):
            return [[f"{date} 13:55:44", "SMTP", "SEND", "a@b.example", "x" * 60] for _ in range(count)]

        head = ["Timestamp", "Source", "EventId", "Sender", "MessageSubject"]
        text = table([head, *rows("05/06/2021", 2500), *rows("05/20/2021", 1000), *rows("06/07/2021", 2500)])
        events = lines_of(run("parse", "-q", self.write("tracking.csv", text), check=0).out)
        self.assertEqual([events[n]["@timestamp"] for n in (0, 3000, -1)],
                         [f"2021-{day}T13:55:44Z" for day in ("05-06", "05-20", "06-07")])

    def taken_for_granted(self, *arguments):
        """What the page says below SETTINGS, as one line."""
        page = run("scan", *arguments, check=None).out
        return " ".join(page[page.index("\nSETTINGS"):].split("\nMISSING")[0].split())

    def test_what_a_log_leaves_open_is_told(self):
        head = ["Timestamp", "Source", "EventId", "Sender", "MessageSubject"]
        rows = {name: self.write(name, table([head, [form, "SMTP", "SEND", "a@b.example", "x"]]))
                for name, form in (("us.csv", "6/7/2021 1:55:44 PM"), ("gb.csv", "07/06/2021 13:55:44"),
                                   ("iso.csv", "2021-06-07T13:55:44Z"))}
        mail = self.write("mail.log", "Jun  7 13:55:44 mx1 dovecot: imap-login: Login: user=<a>, rip=203.0.113.5\n")
        told = self.taken_for_granted(*rows.values(), mail)
        self.assertIn("dates of us.csv do not tell day from month: read as month/day", told)
        self.assertIn("dates of gb.csv do not tell day from month: read as day/month", told)
        self.assertRegex(told, r"times of (gb.csv|mail.log|us.csv) \(and 2 more\) have no zone: taken for UTC")
        self.assertIn("times of mail.log have no year", told)
        self.assertNotIn("iso.csv", told)
        told = self.taken_for_granted("--tz", "*.csv=UTC", *rows.values(), mail)
        self.assertIn("times of mail.log have no zone", told)
        self.assertNotIn("more) have no zone", told)
        self.assertNotIn("no zone", self.taken_for_granted("--tz", "*=UTC", *rows.values(), mail))

    def test_the_names_of_columns_without_a_sign(self):
        text = ("DateTime,RequestId,UrlStem,AuthenticatedUser,ClientIpAddress,HttpStatus,Protocol,MajorVersion\r\n"
                f"2023-01-06T01:00:01.000Z,r1,/owa/,CORP\\ana,{ORIGIN},200,Owa,15\r\n"
                "DateTime,RequestId,AuthenticatedUser,UrlStem\r\n"
                "2023-01-06T01:00:02.000Z,r2,CORP\\ben,/ecp/\r\n")
        path = self.write("hp.log", text)
        events = lines_of(run("parse", "-q", "--format", "exchange-httpproxy", path, check=0).out)
        self.assertEqual([(e["user"]["name"], e["url"]["path"]) for e in events], [("ana", "/owa/"), ("ben", "/ecp/")])

    def test_names_tried_over_mail_protocols_are_a_spray(self):
        """No rule heard of them once: a refusal without a status was taken for a form without a logon."""
        begun = datetime.datetime(2024, 5, 6, 3)
        imap = ("#Log-type: IMAP4 Log\r\n#Fields: dateTime,sessionId,seqNumber,sIp,cIp,user,duration,rqsize,rpsize,"
                "command,parameters,context\r\n")
        for n in range(60):
            at = (begun + datetime.timedelta(seconds=40 * n)).strftime("%Y-%m-%dT%H:%M:%S")
            imap += (f"{at}.530Z,{n:016X},2,10.1.9.241:143,{ORIGIN}:{35000 + n},user{n},168,31,31,authenticate,PLAIN,"
                     f'"R=""2 NO AUTHENTICATE failed."";Msg=""AuthFailed:LogonDenied,User: user{n}""'
                     ';ErrMsg=AuthFailed:LogonDenied"\r\n')
        alerts = lines_of(run("scan", "-q", "-f", "json", self.write("IMAP420240506-1.LOG", imap), check=None).out)
        self.assertIn("password_spray_fast", json.dumps(alerts))

    def test_logons_over_smtp_and_imap(self):
        smtp = ("#Log-type: SMTP Receive Protocol Log\n#Fields: date-time,connector-id,session-id,sequence-number,"
                "local-endpoint,remote-endpoint,event,data,context\n"
                f"2023-01-06T01:00:01.000Z,EX1\\Default,08,1,10.0.0.1:25,{ORIGIN}:9,*,,User Name: ana@corp.example\n"
                f"2023-01-06T01:00:02.000Z,EX1\\Default,08,2,10.0.0.1:25,{ORIGIN}:9,*,CORP\\ana,authenticated\n"
                f"2023-01-06T01:00:03.000Z,EX1\\Default,08,3,10.0.0.1:25,{ORIGIN}:9,<,QUIT,\n")
        imap = (f"2023-01-06T01:00:01.000Z,0E,2,10.0.0.1:143,{ORIGIN}:9,,168,31,31,login, x,"
                '"R=""2 NO LOGIN failed."";Msg=""AuthFailed:LogonDenied,User: ana"";ErrMsg=AuthFailed:LogonDenied",\n'
                f"2023-01-06T01:00:02.000Z,0E,3,10.0.0.1:143,{ORIGIN}:9,ana,168,31,31,login, x,R=OK,\n")
        for text in (smtp, imap):
            events = lines_of(run("parse", "-q", self.write("x.log", text), check=0).out)
            self.assertEqual([e.get("event", {}).get("outcome") for e in events[:2]], ["failure", "success"])
            self.assertEqual({e["user"]["name"] for e in events[:2]}, {"ana"})
            self.assertEqual({e["source"]["ip"] for e in events}, {ORIGIN})


if __name__ == "__main__":
    unittest.main()
