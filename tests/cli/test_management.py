"""Exchange management: cmdlets taken apart in every form that events come in, told with their people, and
judged by the shipped rules however the command was typed."""
import json
import unittest
from xml.sax.saxutils import escape

from harness import Case, finals, lines_of, mailbox_names, run

CALLER = "corp.example/Users/Weber Ana"
SID = "S-1-5-21-1-2-3-1104"
DOMAIN = ("--domain", "corp.example")


def message(cmdlet, text, failed):
    return f"Cmdlet {'failed' if failed else 'suceeded'}. Cmdlet {cmdlet}, parameters {text}."


def winlogbeat(minute, cmdlet, text, failed=False):
    data = {"param1": cmdlet, "param2": text, "param3": CALLER, "param4": SID, "param5": SID, "param6": "OWA"}
    winlog = {"channel": "MSExchange Management", "provider_name": "MSExchange CmdletLogs",
              "computer_name": "EX01.corp.example", "event_id": 6 if failed else 1, "record_id": 700 + minute,
              "event_data": {key: value for key, value in data.items() if value}}
    return json.dumps({"@timestamp": f"2020-03-09T08:{minute:02d}:00.000Z", "agent": {"type": "winlogbeat"},
                       "message": message(cmdlet, text, failed), "winlog": winlog}) + "\n"


def xml(minute, cmdlet, text, failed=False):
    data = "".join(f"<Data>{escape(value)}</Data>" for value in (cmdlet, text, CALLER, SID, SID, "OWA"))
    return ('<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider '
            f'Name="MSExchange CmdletLogs"/><EventID Qualifiers="16384">{6 if failed else 1}</EventID>'
            f'<TimeCreated SystemTime="2020-03-09T08:{minute:02d}:00.000Z"/><EventRecordID>{700 + minute}'
            '</EventRecordID><Channel>MSExchange Management</Channel><Computer>EX01.corp.example</Computer>'
            f"</System><EventData>{data}</EventData></Event>\n")


def nxlog(minute, cmdlet, text, failed=False):
    return json.dumps({"EventTime": f"2020-03-09T08:{minute:02d}:00Z", "Hostname": "EX01.corp.example",
                       "SourceName": "MSExchange CmdletLogs", "Channel": "MSExchange Management",
                       "EventID": 6 if failed else 1, "RecordNumber": 700 + minute,
                       "Message": message(cmdlet, text, failed)}) + "\n"


FORMS = {"ndjson": winlogbeat, "xml": xml, "json": nxlog}


class Parsing(Case):
    def fields(self, form, cmdlet, text, **more):
        path = self.write(f"parsed.{form}", FORMS[form](1, cmdlet, text, **more))
        event, = lines_of(run("parse", "-q", path, check=0).out)
        return event["tocsin"]["native"], event

    def test_forms(self):
        text = '-Mailbox "ana@corp.example" -Name ".." -ForwardTo "x@mail.example" -DeleteMessage "True"'
        for form in FORMS:
            with self.subTest(form=form):
                native, event = self.fields(form, "New-InboxRule", text)
                self.assertEqual(native["Cmdlet"], "New-InboxRule")
                self.assertEqual(native["Parameters"], text)
                self.assertEqual(native["Parameters.Mailbox"], "ana@corp.example")
                self.assertEqual(native["Parameters.Name"], "..")
                self.assertEqual(native["Parameters.DeleteMessage"], "True")
                self.assertEqual(event["tocsin"]["mailbox"], "ana@corp.example")
                self.assertEqual(event["event"]["outcome"], "success")
                if form != "json":  # the message does not say who
                    self.assertEqual((native["Caller"], native["CallerSid"]), (CALLER, SID))
                    self.assertEqual(native["ClientApplication"], "OWA")
                    self.assertEqual((event["tocsin"]["actor"], event["user"]["name"]), (SID.lower(), "Weber Ana"))

    def test_parameters(self):
        rows = {
            "-Identity ana -Confirm:$false": {"Identity": "ana", "Confirm": "False"},
            "-User:Default -Identity 'a:\\Inbox'": {"User": "Default", "Identity": "a:\\Inbox"},
            "-identity ana -FORWARDTO x": {"Identity": "ana", "ForwardTo": "x"},
            '-Name "say ""-Force"" twice" -Identity a': {"Name": 'say ""-Force"" twice', "Identity": "a"},
            "-Force -Identity a": {"Force": "True", "Identity": "a"},
            "-Identity a -Force": {"Force": "True", "Identity": "a"},
            '-ForwardTo "a@b.c","d@e.f" -Name x': {"ForwardTo": ["a@b.c", "d@e.f"], "Name": "x"},
            '-ForwardTo ("a@b.c", "d@e.f") -Name x': {"ForwardTo": ["a@b.c", "d@e.f"], "Name": "x"},
            "-ForwardTo @('a@b.c') -Name x": {"ForwardTo": "a@b.c", "Name": "x"},
            "-ContentFilter {(Body -like '*x*') -and (a -eq 1)} -Name x":
                {"ContentFilter": "{(Body -like '*x*') -and (a -eq 1)}", "Name": "x"},
            "-Identity Weber Ana -Name x": {"Identity": "Weber Ana", "Name": "x"},
            "\u2013Identity a \u2014Name x": {"Identity": "a", "Name": "x"},
            "-ForwardingSmtpAddress $null -Identity a": {"ForwardingSmtpAddress": None, "Identity": "a"},
            '-Name "never closed -Identity a': {"Name": '"never closed -Identity a'},
            "-Password \"System.Security.SecureString\" -Identity x-y": {"Identity": "x-y"},
        }
        for text, wanted in rows.items():
            with self.subTest(text=text):
                native, _ = self.fields("ndjson", "Set-Mailbox", text)
                for name, value in wanted.items():
                    self.assertEqual(native.get("Parameters." + name), value, name)

    def test_what_is_not_there(self):
        native, event = self.fields("ndjson", "Get-Mailbox", "")
        self.assertEqual((native["Cmdlet"], native["Caller"]), ("Get-Mailbox", CALLER))
        self.assertNotIn("Parameters", native)
        native, event = self.fields("ndjson", "no cmdlet", "-Identity a")
        self.assertNotIn("Cmdlet", native)
        self.assertNotIn("mailbox", event["tocsin"])
        _, event = self.fields("ndjson", "Set-Mailbox", "-Identity a", failed=True)
        self.assertEqual(event["event"]["outcome"], "failure")

    def test_hostile_texts_cost_their_own_event(self):
        texts = ["-" * 5000, '-A "' * 3000, "-A (" * 3000, "-A" + "B" * 100000, "-A \x00 -B",
                 "-x " + "'" * 999, "-A " + '"a",' * 5000, "\u2013", "-", "@{" * 500]
        path = self.write("hostile.ndjson", "".join(winlogbeat(i, "Set-Mailbox", t) for i, t in enumerate(texts)))
        self.assertEqual(len(lines_of(run("parse", "-q", path, check=0).out)), len(texts))

    def test_whose_mailbox(self):
        rows = [
            ("Set-Mailbox", '-Identity "ANA@corp.example"', "ana@corp.example"),
            ("Set-InboxRule", '-Identity "ana@corp.example\\rule 1"', "ana@corp.example"),
            ("Set-MailboxFolderPermission", '-Identity "ana@corp.example:\\Inbox" -User Default', "ana@corp.example"),
            ("Add-MailboxFolderPermission", '-User Default -Identity ana:\\', "ana"),
            ("Add-MailboxPermission", "-Identity CORP\\ana -User ben", "corp\\ana"),
            ("Add-RecipientPermission", "-Identity ana@corp.example -Trustee ben", "ana@corp.example"),
            ("Set-InboxRule", '-Identity "rule 1" -Mailbox ana@corp.example', "ana@corp.example"),
            ("Search-Mailbox", "-Identity ana@corp.example -TargetMailbox ben", "ana@corp.example"),
            ("Remove-MailboxExportRequest", '-Identity "ana@corp.example\\MailboxExport"', "ana@corp.example"),
            ("New-MailboxSearch", '-SourceMailboxes "ana","ben" -Name x', "ana"),
            ("Set-MailboxDatabase", "-Identity DB01", None),
            ("Set-TransportRule", "-Identity copy", None),
        ]
        for cmdlet, text, wanted in rows:
            with self.subTest(cmdlet=cmdlet, text=text):
                _, event = self.fields("ndjson", cmdlet, text)
                self.assertEqual(event["tocsin"].get("mailbox"), wanted)


class Forwarding(Case):
    """forward.to and forward.external, asked for by a rule that fires when mail leaves."""
    RULE = ("title: T\nlogsource: {service: msexchange-management}\ndetection:\n  s: {forward.external: %s}\n"
            "  condition: s\nlevel: high\n")

    def leaves(self, cmdlet, text, wanted, *options):
        rule = self.write("rule.yml", self.RULE % str(wanted).lower())
        path = self.write("forward.ndjson", winlogbeat(1, cmdlet, text))
        done = run("scan", "-q", "--no-default-rules", "--rules", rule, *options, "-f", "json", path)
        return bool(finals(lines_of(done.out)))

    def test_outside_and_inside(self):
        outside = [
            ("Set-Mailbox", '-Identity ana@corp.example -ForwardingSmtpAddress "smtp:x@mail.example"'),
            ("Set-Mailbox", "-ForwardingSmtpAddress x@mail.example -DeliverToMailboxAndForward $true -Identity ana"),
            ("New-InboxRule", '-Mailbox ana -ForwardTo "x@mail.example"'),
            ("New-InboxRule", '-Mailbox ana -RedirectTo \'"X" [SMTP:x@mail.example]\''),
            ("New-InboxRule", '-Mailbox ana -ForwardAsAttachmentTo "ben@corp.example","x@mail.example"'),
            ("Set-InboxRule", '-Identity r -ForwardTo ("ben@corp.example","x@mail.example")'),
            ("New-TransportRule", "-Name copy -BlindCopyTo x@mail.example"),
            ("Set-TransportRule", "-Identity copy -RedirectMessageTo x@mail.example"),
            ("New-JournalRule", "-JournalEmailAddress x@mail.example"),
            ("New-InboxRule", "-Mailbox ana -ForwardTo x@evilcorp.example"),
            ("New-InboxRule", "-Mailbox ana -ForwardTo x@corp.example.net"),
        ]
        inside = [
            ("Set-Mailbox", "-Identity ana -ForwardingSmtpAddress smtp:ben@corp.example"),
            ("New-InboxRule", "-Mailbox ana -ForwardTo ben@CORP.example"),
            ("New-InboxRule", "-Mailbox ana -ForwardTo ben@mail.corp.example"),
        ]
        for declared in (DOMAIN, ()):  # else told by the mailbox and by the caller
            for cmdlet, text in outside:
                with self.subTest(text=text, declared=declared):
                    self.assertTrue(self.leaves(cmdlet, text, True, *declared))
            for cmdlet, text in inside:
                with self.subTest(text=text, declared=declared):
                    self.assertFalse(self.leaves(cmdlet, text, True, *declared))
                    self.assertTrue(self.leaves(cmdlet, text, False, *declared))

    def test_nowhere(self):
        for text in ("-Identity ana -ForwardingSmtpAddress $null", "-Identity ana -ForwardingAddress ben",
                     "-Identity ana@corp.example -Name x@mail.example"):
            for wanted in (True, False):
                with self.subTest(text=text, wanted=wanted):
                    self.assertFalse(self.leaves("Set-Mailbox", text, wanted, *DOMAIN))


class Findings(Case):
    def scan(self, name, *events):
        path = self.write(name, "".join(events))
        return finals(lines_of(run("scan", "-q", *DOMAIN, "-f", "json", path).out))

    def test_a_finding_names_actor_and_mailbox(self):
        found = self.scan("named.ndjson", winlogbeat(
            1, "New-InboxRule", '-Mailbox ben@corp.example -Name "." -ForwardTo x@mail.example -DeleteMessage True'))
        self.assertEqual([mailbox_names(f) for f in found], [{"ben@corp.example"}])
        self.assertIn("Weber Ana", json.dumps(found))
        self.assertEqual(found[0]["tocsin"]["level"], "high")

    def test_two_mailboxes_of_one_day_are_two_findings(self):
        found = self.scan("two.ndjson", *(winlogbeat(
            i, "New-InboxRule", f'-Mailbox m{i}@corp.example -Name "." -DeleteMessage $true') for i in (1, 2)))
        self.assertEqual(set().union(*(mailbox_names(f) for f in found)), {"m1@corp.example", "m2@corp.example"})

    def test_however_it_was_typed(self):
        grave = [
            ("New-InboxRule", '-Mailbox a@corp.example -Name ".." -ForwardTo x@mail.example -DeleteMessage True'),
            ("New-InboxRule", '-deletemessage:$true -forwardto:x@mail.example -name:work -mailbox:a@corp.example'),
            ("Set-MailboxFolderPermission", "-Identity a@corp.example:\\Inbox -User Default -AccessRights Owner"),
            ("Add-MailboxFolderPermission", "-AccessRights:Reviewer -User:Default -Identity:a@corp.example:\\Inbox"),
            ("New-MailboxExportRequest", "-FilePath '\\\\localhost\\C$\\x.pst' -Mailbox a@corp.example"),
            ("New-MailboxExportRequest", '-Mailbox a -FilePath "\\\\127.0.0.1\\C$\\inetpub\\wwwroot\\x.aspx"'),
            ("Set-AdminAuditLogConfig", "-AdminAuditLogEnabled $false"),
        ]
        for form, write in FORMS.items():
            for cmdlet, text in grave:
                with self.subTest(form=form, text=text):
                    found = self.scan(f"grave.{form}", write(1, cmdlet, text))
                    self.assertIn(max(f["event"]["severity"] for f in found), (73, 99))

    def test_ordinary_work_is_no_alarm(self):
        ordinary = [
            ("New-InboxRule", '-Mailbox a@corp.example -Name Press -MoveToFolder "a@corp.example:\\Archive\\2020"'),
            ("New-InboxRule", "-Mailbox a@corp.example -Name copy -ForwardTo a@mail.example"),
            ("Add-MailboxPermission", "-Identity team@corp.example -User a -AccessRights FullAccess"),
            ("Add-RecipientPermission", "-Identity team@corp.example -Trustee a -AccessRights SendAs"),
            ("Set-MailboxFolderPermission", "-Identity a@corp.example:\\Calendar -User Default -AccessRights Reviewer"),
            ("New-MailboxExportRequest", "-Mailbox a@corp.example -FilePath \\\\files\\pst\\a.pst"),
            ("Set-Mailbox", "-Identity a@corp.example -ForwardingSmtpAddress a@new.example"),
        ]
        found = self.scan("ordinary.ndjson", *(winlogbeat(i, *row) for i, row in enumerate(ordinary)))
        self.assertLess(max(f["event"]["severity"] for f in found), 73)


if __name__ == "__main__":
    unittest.main()
