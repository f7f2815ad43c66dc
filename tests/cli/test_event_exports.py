"""The same reset of a password, however it was exported: whom and by whom is read of every form."""
import json
import pathlib
import tempfile
import unittest

from harness import lines_of, run

CORPUS = pathlib.Path(__file__).resolve().parents[1] / "conformance" / "corpus"
SECURITY = ("<System><Provider Name='{}'/><EventID>{}</EventID><TimeCreated SystemTime='2011-03-09T06:00:41Z'/>"
            "<EventRecordID>{}</EventRecordID><Channel>Security</Channel><Computer>a.example</Computer></System>")


def parsed(path):
    return lines_of(run("parse", path).out)


def written(folder, name, text):
    path = pathlib.Path(folder) / name
    path.write_text(text, encoding="utf-8")
    return path


def extended_replies():
    """What two mailboxes of Exchange Online answered in four days."""
    head, row = (CORPUS / "m365-extended-trace-csv/trace.csv").read_text(encoding="utf-8").splitlines()[:2]
    rows = [row.replace("05-02", f"05-{2 + n:02}").replace("<1@", f"<{n}{who}@").replace("a@x", f"{who}@x")
            for n in range(4) for who in ("ana", "ben")]
    return "\n".join([head, *rows]) + "\n"


class EventExports(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="tocsin-exports-")
        self.addCleanup(scratch.cleanup)
        self.folder = scratch.name

    def expect_reset(self, event, form):
        self.assertEqual(event["event"]["action"], "reset-password", form)
        self.assertEqual(event["user"]["name"], "help", form)
        self.assertEqual(event["user"]["target"]["name"], "anna", form)
        self.assertEqual(event["user"]["target"]["domain"], "CORP", form)

    def test_every_form_says_who_reset_whose_password(self):
        for form in ("eventviewer-csv/english.csv", "eventviewer-csv/german.csv", "winevent-csv/events.csv",
                     "eventlog-csv/events.csv", "clixml/objects.xml", "windows-text/snare.log",
                     "windows-text/splunk.txt", "windows-text/wevtutil.txt", "powershell-list/events.txt",
                     "windows-syslog/nxlog.log", "windows-table-csv/splunk.csv",
                     "windows-table-csv/sentinel.csv", "windows-table-csv/evtxecmd.csv"):
            event = parsed(CORPUS / form)[0]
            self.assertEqual(event["tocsin"]["format"], form.split("/", maxsplit=1)[0])
            self.expect_reset(event, form)

    def test_events_in_syslog_have_number_outcome_and_values(self):
        events = parsed(CORPUS / "windows-syslog/nxlog.log")
        for event in events[:4]:
            self.expect_reset(event, event["log"]["offset"])
        self.assertEqual([event.get("event", {}).get("outcome") for event in events[:4]],
                         [None, "failure", None, "failure"])
        event = parsed(CORPUS / "windows-syslog/ietf.log")[0]
        self.assertEqual(event["@timestamp"], "2024-05-02T06:00:20.123456Z")
        self.assertEqual(event["user"]["target"]["name"], 'an"na')
        self.assertEqual(event["tocsin"]["native"]["EventRecordID"], "39")

    def test_events_in_syslog_are_known_among_others_and_off_the_wire(self):
        line = (CORPUS / "windows-syslog/nxlog.log").read_text(encoding="utf-8").splitlines()[0]
        mail = "Mar  9 07:00:01 mx1 dovecot: imap-login: Login: user=<ana>, method=PLAIN, rip=203.0.113.5, lip=::1\n"
        events = parsed(written(self.folder, "mixed.log", mail * 9 + line + "\n"))
        self.expect_reset(events[-1], "mixed")

    def test_a_table_of_kibana_has_its_users_times_and_numbers(self):
        events = parsed(CORPUS / "windows-table-csv/kibana.csv")
        self.assertEqual([event["event"]["code"] for event in events], ["4724", "4625"])
        self.assertEqual(events[0]["@timestamp"], "2024-05-02T08:00:20Z")
        self.assertEqual(events[1]["source"]["ip"], "203.0.113.5")
        done = run("parse", "--tz", "*=+02:00", CORPUS / "windows-table-csv/kibana.csv")
        self.assertEqual(lines_of(done.out)[0]["@timestamp"], "2024-05-02T06:00:20Z")

    def test_lists_of_powershell_are_what_their_names_say(self):
        events = parsed(CORPUS / "powershell-list/audit.txt")
        self.assertEqual([event["user"]["target"]["name"] for event in events[:1]], ["anna"])
        self.assertEqual(events[1]["email"]["subject"], "Automatische Antwort: Hallo")
        self.assertEqual(events[2]["tocsin"]["native"]["Cmdlet"], "Set-Mailbox")
        self.assertEqual(len(events), 3)

    def test_what_powershell_selects_is_an_event_by_its_message(self):
        text = ("An attempt was made to reset an account's password.\r\n\r\nSubject:\r\n\tSecurity ID:\t\tS-1-5-21-1-2-3-5001\r\n"
                "\tAccount Name:\t\thelp\r\n\tAccount Domain:\t\tCORP\r\n\tLogon ID:\t\t0x3E7\r\n\r\nTarget Account:\r\n"
                "\tSecurity ID:\t\tS-1-5-21-1-2-3-1104\r\n\tAccount Name:\t\tanna\r\n\tAccount Domain:\t\tCORP")
        times = ["2024-05-02T08:00:20+02:00", {"value": "/Date(1714629620000)/", "DisplayHint": 2, "DateTime": "x"}]
        for time in times:
            event = {"TimeCreated": time, "Id": 4724, "Message": text}
            event = parsed(written(self.folder, "selected.json", json.dumps([event], indent=1)))[0]
            self.expect_reset(event, "selected")
            self.assertEqual(event["@timestamp"], "2024-05-02T06:00:20Z")

    def test_evtxecmd_has_its_values_in_a_text(self):
        line = {"Payload": json.dumps({"EventData": {"Data": [{"@Name": "TargetUserName", "#text": "anna"},
                                                              {"@Name": "TargetDomainName", "#text": "CORP"},
                                                              {"@Name": "SubjectUserName", "#text": "help"}]}}),
                "Channel": "Security", "Provider": "Microsoft-Windows-Security-Auditing", "EventId": 4724,
                "EventRecordId": "39", "Computer": "dc1", "TimeCreated": "2024-05-02T06:00:20.1234567+00:00"}
        self.expect_reset(parsed(written(self.folder, "ecmd.json", json.dumps(line) + "\n"))[0], "evtxecmd")

    def test_what_is_not_read_is_told_for_what_it_is(self):
        forms = {"ft.txt": ("\n\nTimeCreated            Id Message\n-----------            -- -------\n"
                            "5/2/2024 8:00:20 AM  4724 An attempt was made to...\n", "as a table"),
                 "splunk.csv": ('"_raw","_time","host"\n"x","2024-05-02T06:00:20.000+0000","dc1"\n', "Splunk as CSV"),
                 "tables.json": ('{"tables":[{"name":"P","columns":[{"name":"a"}],"rows":[["b"]]}]}', "Log Analytics"),
                 "audit.json": ('[{"activityDisplayName":"Reset user password","initiatedBy":{}}]', "Entra's audit log")}
        for name, (text, words) in forms.items():
            done = run("scan", "-q", written(self.folder, name, text), check=None)
            self.assertEqual(done.returncode, 3, name)
            self.assertIn(words, " ".join((done.out + done.err).split()), name)

    def test_snare_over_syslog_and_splunk_text_in_its_json(self):
        snare = (CORPUS / "windows-text/snare.log").read_text(encoding="utf-8").splitlines()[0]
        lines = "".join(f"<13>Mar  9 08:00:2{i} dc1 {snare}\n" for i in range(3))
        for event in parsed(written(self.folder, "snare.log", lines)):
            self.expect_reset(event, "syslog")
        raw = (CORPUS / "windows-text/splunk.txt").read_text(encoding="utf-8").split("\n05/02", maxsplit=1)[0]
        line = {"result": {"_raw": raw, "_time": "2011-03-09T06:00:41Z", "source": "WinEventLog:Security",
                           "sourcetype": "WinEventLog", "host": "dc1"}}
        for event in parsed(written(self.folder, "splunk.json", json.dumps(line) + "\n")):
            self.expect_reset(event, "splunk")

    def test_two_values_in_a_cell_of_splunk_are_who_acts_and_whose_account(self):
        pair = ('_time,EventCode,ComputerName,Account_Name,Account_Domain\n'
                '2024-05-02T06:00:20.000+0000,4724,dc1,"help\nanna","CORP\nCORP"\n')
        model = ('_time,EventCode,ComputerName,src_user,user,TargetDomainName\n'
                 '2024-05-02T06:00:20.000+0000,4724,dc1,help,anna,CORP\n')
        for name, text in (("pair.csv", pair), ("model.csv", model)):
            self.expect_reset(parsed(written(self.folder, name, text))[0], name)

    def test_words_for_failure_in_other_languages(self):
        self.assertEqual(parsed(CORPUS / "eventviewer-csv/german.csv")[0]["event"]["outcome"], "failure")

    def test_values_of_powershells_json_go_by_their_order(self):
        values = ["anna", "CORP", {"BinaryLength": 28, "Value": "S-1-5-21-1-2-3-1104"}, "S-1-5-21-1-2-3-5001", "help",
                  "CORP", 999]
        event = {"Id": 4724, "ProviderName": "Microsoft-Windows-Security-Auditing", "LogName": "Security",
                 "MachineName": "dc1", "TimeCreated": "/Date(1299650441123)/", "Message": "x",
                 "Properties": [{"Value": value} for value in values]}
        event = parsed(written(self.folder, "events.json", json.dumps([event], indent=1)))[0]
        self.expect_reset(event, "json")
        self.assertEqual(event["user"]["target"]["id"], "S-1-5-21-1-2-3-1104")

    def test_log_analytics_has_the_values_in_a_text(self):
        names = {"TargetUserName": "anna", "TargetDomainName": "CORP", "SubjectUserName": "help"}
        elements = "".join(f"<Data Name='{name}'>{value}</Data>" for name, value in names.items())
        columns = "TimeGenerated [UTC],{},Computer,EventLevel,EventData,ParameterXml,EventID\n"
        windows = ['"5/2/2024, 6:00:20.123 AM"', "{}", "dc1", "{}", "{}", "", "4724"]
        texts = {"json.csv": ("Channel", json.dumps(names), "8"),
                 "xml.csv": ("EventLog", f"<DataItem><EventData>{elements}</EventData></DataItem>", "16")}
        for name, (channel, values, level) in texts.items():
            quoted = '"' + values.replace('"', '""') + '"'
            row = ",".join(windows).format("Security", level, quoted)
            event = parsed(written(self.folder, name, columns.format(channel) + row + "\n"))[0]
            self.expect_reset(event, name)
            self.assertEqual(event["event"]["outcome"], "success" if level == "8" else "failure", name)

    def test_gelf_has_its_values_beside_the_message(self):
        event = {"_EventID": 4724, "_Channel": "Security", "_SourceName": "Microsoft-Windows-Security-Auditing",
                 "_TargetUserName": "anna", "_TargetDomainName": "CORP", "_SubjectUserName": "help"}
        frame = {"version": "1.1", "host": "dc1", "short_message": "An attempt", "timestamp": 1714629647.5}
        text = "".join(json.dumps(frame | event | {"_RecordNumber": number}) + "\n" for number in range(3))
        events = parsed(written(self.folder, "gelf.json", text))
        self.assertEqual([event["tocsin"]["format"] for event in events], ["windows-json"] * 3)
        self.expect_reset(events[0], "gelf")

    def test_values_without_a_name_in_a_table_are_a_list(self):
        values = json.dumps({"Data": ["Set-Mailbox", '-Identity "anna"', "corp.example/Users/Help"]}).replace('"', '""')
        text = ("TimeGenerated [UTC],Provider,Channel,Computer,EventID,EventData\n"
                f'"5/2/2024, 6:00:20 AM",MSExchange CmdletLogs,MSExchange Management,ex1,1,"{values}"\n')
        native = parsed(written(self.folder, "windowsevent.csv", text))[0]["tocsin"]["native"]
        self.assertEqual((native["Cmdlet"], native["Parameters.Identity"], native["Caller"]),
                         ("Set-Mailbox", "anna", "corp.example/Users/Help"))

    def test_evtxecmd_joins_values_and_writes_utc(self):
        values = ('Set-Mailbox, -Identity "anna, a" -ForwardingSmtpAddress "smtp:x@evil.example", '
                  "corp.example/Users/Weber, Ana, S-1-5-21-1-2-3-1104, S-1-5-21-1-2-3-1104, OWA, 1 w3wp, , 34")
        payload = json.dumps({"EventData": {"Data": values, "Binary": ""}}).replace('"', '""')
        text = ("EventRecordId,TimeCreated,EventId,Provider,Channel,Computer,ChunkNumber,MapDescription,PayloadData1,"
                "Payload\n" + "39,2024-05-02 06:00:20.1234567,1,MSExchange CmdletLogs,MSExchange Management,ex1,0,,,"
                + f'"{payload}"\n')
        done = run("parse", "--tz", "*=+02:00", written(self.folder, "evtxecmd.csv", text))
        event = lines_of(done.out)[0]
        native = event["tocsin"]["native"]
        self.assertEqual(event["@timestamp"], "2024-05-02T06:00:20.123456700Z")
        self.assertEqual([native[name] for name in ("Cmdlet", "Caller", "CallerSid", "ClientApplication")],
                         ["Set-Mailbox", "corp.example/Users/Weber, Ana", "S-1-5-21-1-2-3-1104", "OWA"])
        self.assertEqual(native["Parameters.Identity"], "anna, a")
        self.assertEqual(native["Parameters.ForwardingSmtpAddress"], "smtp:x@evil.example")

    def test_what_powershell_writes_as_a_boolean_is_an_outcome(self):
        record = {"ObjectModified": "corp.example/Users/Anna", "CmdletName": "Set-Mailbox", "CmdletParameters": [],
                  "Caller": "corp.example/Users/Anna", "RunDate": "2024-05-02T08:00:47+02:00"}
        for succeeded, outcome in ((True, "success"), (False, "failure")):
            text = json.dumps([record | {"Succeeded": succeeded}], indent=1)
            self.assertEqual(parsed(written(self.folder, "admin.json", text))[0]["event"]["outcome"], outcome)

    def test_a_rule_that_names_no_mailbox_is_in_that_of_its_maker(self):
        record = {"CreationTime": "2024-05-02T06:00:47", "Id": "1", "Operation": "New-InboxRule", "RecordType": 1,
                  "ResultStatus": "True", "Workload": "Exchange", "UserId": "anna@corp.example",
                  "Parameters": [{"Name": "ForwardTo", "Value": "x@evil.example"}]}
        for owner, mailbox in (("orgs/corp/anna", "anna@corp.example"), ("ben@corp.example", "ben@corp.example")):
            text = json.dumps(record | {"ObjectId": owner + "\\."}) + "\n"
            event = parsed(written(self.folder, "rule.json", text))[0]
            self.assertEqual(event["tocsin"]["mailbox"], mailbox)

    def test_a_lockout_names_no_domain(self):
        values = "".join(f"<Data Name='{name}'>{value}</Data>" for name, value in
                         (("TargetUserName", "anna"), ("TargetDomainName", "EX1"), ("SubjectUserName", "DC1$")))
        provider = "Microsoft-Windows-Security-Auditing"
        text = f"<Event>{SECURITY.format(provider, 4740, 4740)}<EventData>{values}</EventData></Event>\n"
        event = parsed(written(self.folder, "locked.xml", text))[0]
        self.assertEqual(event["user"]["target"], {"name": "anna"})

    def test_a_name_in_place_of_a_security_id_is_none(self):
        native = parsed(CORPUS / "eventviewer-csv/english.csv")[0]["tocsin"]["native"]
        self.assertNotIn("TargetSid", native)
        self.assertNotIn("SubjectUserSid", native)

    def test_audit_logs_keep_their_parameters(self):
        for form, want in (("exchange-audit-xml/admin.xml", "smtp:x@evil.example"),
                           ("exchange-json/admin.json", "smtp:x@evil.example")):
            native = parsed(CORPUS / form)[0]["tocsin"]["native"]
            self.assertEqual(native["Cmdlet"], "Set-Mailbox", form)
            self.assertEqual(native["Parameters.ForwardingSmtpAddress"], want, form)
            self.assertEqual(native["Parameters.Identity"], "anna", form)
        native = parsed(CORPUS / "clixml/objects.xml")[2]["tocsin"]["native"]
        self.assertEqual(native["Parameters.Language"], "ru-RU")

    def test_mailbox_audit_and_traces(self):
        native = parsed(CORPUS / "exchange-audit-xml/mailbox.xml")[0]["tocsin"]["native"]
        self.assertEqual((native["Operation"], native["ClientIP"]), ("SendAs", "203.0.113.5"))
        native = parsed(CORPUS / "exchange-json/trace.json")[0]["tocsin"]["native"]
        self.assertEqual((native["sender-address"], native["client-ip"]), ("a@x.example", "203.0.113.5"))

    def test_historical_traces_come_in_utf_16(self):
        text = (CORPUS / "m365-historical-trace-csv/trace.csv").read_text(encoding="utf-8")
        path = pathlib.Path(self.folder) / "trace.csv"
        path.write_bytes(b"\xff\xfe" + text.encode("utf-16-le"))
        events = parsed(path)
        self.assertEqual([e["tocsin"]["native"]["message-subject"] for e in events], ["hello", "hi, there"])

    def test_an_extended_trace_is_message_tracking(self):
        events = parsed(CORPUS / "m365-extended-trace-csv/trace.csv")
        native = events[1]["tocsin"]["native"]
        self.assertEqual((native["date-time"], native["event-id"], native["original-server-ip"], native["source"]),
                         ("2024-05-02T06:00:21.5Z", "RECEIVE", "10.0.0.2", "SMTP"))
        self.assertEqual(native["message-subject"], 'Automatic reply: hello, "there"')
        self.assertEqual(events[0]["@timestamp"], "2024-05-02T06:00:20.123Z")
        with tempfile.TemporaryDirectory(prefix="tocsin-extended-") as folder:
            done = run("scan", "-q", "-f", "json", written(folder, "trace.csv", extended_replies()), check=None)
        summary = [line["tocsin"] for line in lines_of(done.out) if line["tocsin"]["type"] == "summary"][0]
        self.assertEqual(summary["mailboxes"]["judged"], 2)
        rows = {row["indicator"]: row for row in summary["coverage"]}
        self.assertEqual(rows["system message language"]["state"], "watched", rows)

    def test_the_columns_of_the_second_trace(self):
        text = ("PSComputerName,RunspaceId,PSShowComputerName,MessageTraceId,Received,SenderAddress,RecipientAddress,"
                "MessageId,Subject,Status,ToIP,FromIP,Size\n"
                '"x","1","False","0f2a","2024-05-02T06:00:20.123Z","a@x.example","b@x.example","<1@x>","hi, you",'
                '"Delivered","198.51.100.7","203.0.113.5","1234"\n')
        graph = json.dumps({"value": [{"id": "0f2a", "senderAddress": "a@x.example", "recipientAddress": "b@x.example",
                                       "messageId": "<1@x>", "receivedDateTime": "2024-05-02T06:00:20.123Z",
                                       "subject": "hi, you", "size": 1234, "status": "delivered",
                                       "fromIP": "203.0.113.5", "toIP": "198.51.100.7"}]})
        wanted = {"date-time": "2024-05-02T06:00:20.123Z", "sender-address": "a@x.example",
                  "recipient-address": "b@x.example", "message-id": "<1@x>", "message-subject": "hi, you",
                  "server-ip": "198.51.100.7", "client-ip": "203.0.113.5", "network-message-id": "0f2a"}
        with tempfile.TemporaryDirectory(prefix="tocsin-trace-") as folder:
            for name, form in (("trace.csv", text), ("graph.json", graph)):
                events = parsed(written(folder, name, form))
                self.assertEqual([e["@timestamp"] for e in events], ["2024-05-02T06:00:20.123Z"], name)
                self.assertEqual(events[0]["tocsin"]["native"], events[0]["tocsin"]["native"] | wanted, name)


class SignIns(unittest.TestCase):
    PORTAL = "Date (UTC),Username,Application,IP address,Sign-in error code,Client app\n"
    ANALYTICS = "TimeGenerated [UTC],UserPrincipalName,AppDisplayName,IPAddress,ResultType,ClientAppUsed\n"

    def scanned(self, name, text):
        with tempfile.TemporaryDirectory(prefix="tocsin-signins-") as folder:
            path = written(folder, name, text)
            return parsed(path), lines_of(run("scan", "-q", "-f", "json", path, check=None).out)

    def test_a_table_of_log_analytics_names_the_application_and_a_browser_is_one_without_its_name(self):
        for head in (self.PORTAL, self.ANALYTICS):
            row = "2024-04-06T06:18:47Z,anna@corp.example,Office 365 Exchange Online,198.51.100.20,,{}\n"
            for client, state in (("Browser", "partly"), ("Exchange Web Services", "blind")):
                events, lines = self.scanned("signins.csv", head + row.format(client))
                self.assertEqual(events[0]["tocsin"]["protocol"], "owa", head)
                rows = {row["indicator"]: row for row in lines[-1]["tocsin"]["coverage"]}
                self.assertEqual(rows["webmail access"]["state"], state, (head, client))

    def test_the_service_that_resets_for_users_is_a_routine(self):
        def alerts(actor):
            records = [{"CreationTime": f"2024-04-{day:02}T{8 + n // 6:02}:{n % 6 * 10:02}:00", "Id": f"{day}-{n}",
                        "Operation": "Reset user password.", "RecordType": 8, "ResultStatus": "Success",
                        "Workload": "AzureActiveDirectory", "ObjectId": f"u{day * 40 + n}@corp.example",
                        "UserId": actor} for day in range(1, 26) for n in range(40)]
            text = "".join(json.dumps(record) + "\n" for record in records)
            return [line for line in self.scanned("resets.json", text)[1] if line["tocsin"]["type"] == "alert"]
        self.assertEqual(alerts("fim_password_service@support.onmicrosoft.com"), [])
        self.assertNotEqual(alerts("eve@corp.example"), [])


class CutExports(unittest.TestCase):
    def coverage(self, rows):
        record = json.dumps({"CreationTime": "2011-03-09T06:00:41", "Id": "N", "Operation": "Reset user password.",
                             "UserId": "help@corp.example", "ObjectId": "anna@corp.example",
                             "ResultStatus": "Success"}).replace('"', '""')
        lines = [f'1,"{record.replace("N", str(i), 1)}"' for i in range(rows)]
        with tempfile.TemporaryDirectory(prefix="tocsin-cut-") as folder:
            path = written(folder, "audit.csv", "\n".join(["RecordType,AuditData", *lines]) + "\n")
            done = run("scan", "-q", "-f", "json", path)
        summary = [line for line in lines_of(done.out) if line["tocsin"]["type"] == "summary"][0]
        return {row["indicator"]: row for row in summary["tocsin"]["coverage"]}

    def test_an_export_that_ends_where_a_search_does_is_partly_watched(self):
        row = self.coverage(5000)["password resets"]
        self.assertEqual(row["state"], "partly")
        self.assertIn("exactly as many records as a search gives", row["why"])

    def audit(self, name, text):
        with tempfile.TemporaryDirectory(prefix="tocsin-cut-") as folder:
            done = run("scan", "-q", "-f", "json", written(folder, name, text), check=None)
        summary = [line for line in lines_of(done.out) if line["tocsin"]["type"] == "summary"][0]["tocsin"]
        return summary.get("audit", []), {row["indicator"]: row for row in summary["coverage"]}

    def test_what_cmdlets_give_by_themselves_is_told_with_the_option_that_gives_more(self):
        heads = {"-ResultSize 250000": "RunDate,CmdletName,ObjectModified,Caller\n"
                                       + '"5/2/2024 8:00:20 AM","Set-Mailbox","a{}","b"\n',
                 "-ResultSize Unlimited": "Timestamp,EventId,Source,MessageSubject,Sender\n"
                                          + '"5/2/2024 8:00:20 AM","RECEIVE","SMTP","{}","a@x.example"\n',
                 "-ResultSize 5000": "Received,SenderAddress,RecipientAddress,Subject,MessageTraceId\n"
                                     + '"2024-05-02 08:00:20","a@x.example","b@x.example","x","{}"\n'}
        for option, text in heads.items():
            head, row = text.splitlines()
            rows = "\n".join([head, *(row.format(i) for i in range(1000))]) + "\n"
            gaps, _ = self.audit("export.csv", rows)
            cut = [gap for gap in gaps if gap["kind"] == "cut"]
            self.assertEqual(len(cut), 1, option)
            self.assertIn("probably cut", cut[0]["why"])
            self.assertIn(option, cut[0]["fix"])
            gaps, _ = self.audit("export.csv", rows[:rows.rindex("\n", 0, -1) + 1])
            self.assertEqual([gap for gap in gaps if gap["kind"] == "cut"], [], option)

    def test_any_other_number_says_nothing(self):
        self.assertNotIn("search gives", self.coverage(4999)["password resets"].get("why", ""))


class FederationServices(unittest.TestCase):
    def logon(self, number, *values):
        data = "".join(f"<Data>{value}</Data>" for value in values)
        text = f"<Event>{SECURITY.format('AD FS Auditing', number, number)}<EventData>{data}</EventData></Event>\n"
        with tempfile.TemporaryDirectory(prefix="tocsin-adfs-") as folder:
            return parsed(written(folder, "adfs.xml", text))[0]

    def audit(self, failure, user, *addresses):
        return ("&lt;AuditBase&gt;&lt;FailureType&gt;" + failure + "&lt;/FailureType&gt;&lt;UserId&gt;" + user
                + "&lt;/UserId&gt;&lt;IpAddress&gt;10.0.0.4&lt;/IpAddress&gt;&lt;ForwardedIpAddress&gt;"
                + ",".join(addresses) + "&lt;/ForwardedIpAddress&gt;&lt;/AuditBase&gt;")

    def test_411_says_whom_it_refused_and_where_he_was(self):
        event = self.logon(411, "0-0", "http://schemas/UserName",
                           "anna-maria@corp.example-The user name or password is incorrect",
                           "System.Exception: x", "203.0.113.5,10.0.0.4")
        self.assertEqual(event["user"]["email"], "anna-maria@corp.example")
        self.assertEqual(event["source"]["ip"], "203.0.113.5")
        self.assertEqual(event["event"]["outcome"], "failure")

    def test_audit_records_name_the_client_first(self):
        for number, outcome in ((1203, "failure"), (1210, "failure"), (1202, "success"), (1200, "success")):
            failure = "CredentialValidationError" if outcome == "failure" else "None"
            event = self.logon(number, "0-0", self.audit(failure, "CORP\\anna", "203.0.113.6", "10.0.0.9"))
            self.assertEqual(event["user"]["name"], "anna", number)
            self.assertEqual(event["source"]["ip"], "203.0.113.6", number)
            self.assertEqual(event["event"]["outcome"], outcome, number)

    def test_an_audit_record_in_the_message_is_read(self):
        message = ("XML: <AuditBase><FailureType>CredentialValidationError</FailureType><UserId>CORP\\anna</UserId>"
                   "<IpAddress>203.0.113.6</IpAddress></AuditBase>")
        line = {"EventTime": "2024-05-02T06:00:47Z", "Hostname": "a", "EventID": 1203, "Channel": "Security",
                "SourceName": "AD FS Auditing", "Message": message}
        with tempfile.TemporaryDirectory(prefix="tocsin-adfs-") as folder:
            event = parsed(written(folder, "adfs.json", json.dumps(line) + "\n"))[0]
        self.assertEqual((event["user"]["name"], event["source"]["ip"], event["event"]["outcome"]),
                         ("anna", "203.0.113.6", "failure"))

    def test_without_a_forwarded_address_the_other_counts(self):
        event = self.logon(1202, "0-0", self.audit("None", "anna@corp.example", "N/A"))
        self.assertEqual(event["source"]["address"], "10.0.0.4")


if __name__ == "__main__":
    unittest.main()
