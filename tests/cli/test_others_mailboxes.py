"""Who reads whose mail, in Microsoft 365's audit log: intruders by the owners' names, everyday work in silence."""
import csv
import datetime
import io
import json
import unittest

from harness import Case, finals, lines_of, mailbox_names, run

START = datetime.datetime(2024, 5, 2, 21, 1, 7)
OWA = "Client=OWA;Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/124.0;"


def read(number, owner, user="ben", at=0, **more):
    """`user` reads mail of `owner`, so many seconds behind the start."""
    return {"CreationTime": (START + datetime.timedelta(seconds=at)).isoformat(), "Id": f"r-{number}",
            "Operation": "MailItemsAccessed", "RecordType": 50, "ResultStatus": "Succeeded", "UserType": 0,
            "Workload": "Exchange", "UserId": f"{user}@corp.example", "ClientIPAddress": "203.0.113.77",
            "ClientInfoString": OWA, "LogonType": 2, "MailboxOwnerUPN": f"{owner}@corp.example",
            "OperationProperties": [{"Name": "MailAccessType", "Value": "Bind"}], **more}


def round_of(count, first=0, at=0, **more):
    return [read(f"{at}-{first + n}", f"user{first + n:02}", at=at + 20 * n, **more) for n in range(count)]


def lines(records):
    return "".join(json.dumps(r) + "\n" for r in records)


SENTINEL = {"CreationTime": "TimeGenerated", "Id": "OfficeId", "Workload": "OfficeWorkload",
            "ClientIPAddress": "Client_IPAddress", "LogonType": "Logon_Type"}


def as_sentinel_has(key, value):
    if key == "LogonType":
        return {1: "Admin", 2: "Delegated"}[value]
    return json.dumps(value) if isinstance(value, list) else value


def sentinel(records):
    out = io.StringIO(newline="")
    keys = [k for k in records[0] if k != "OperationProperties"]
    rows = csv.writer(out)
    rows.writerow([SENTINEL.get(k, k) for k in keys])
    for r in records:
        rows.writerow([as_sentinel_has(k, r[k]) for k in keys])
    return out.getvalue()


def sentinel_json(records):
    return json.dumps([{SENTINEL.get(k, k): as_sentinel_has(k, v) for k, v in r.items()} | {"Type": "OfficeActivity"}
                       for r in records])


class OthersMailboxes(Case):
    def found(self, records, name="audit.json", form=lines):
        done = run("scan", "-q", "-f", "json", "--domain", "corp.example", self.write(name, form(records)))
        return [a for a in finals(lines_of(done.out)) if a["rule"]["name"] == "one_account_many_mailboxes"]

    def test_ten_mailboxes_in_minutes_are_named_by_their_owners(self):
        owners = {f"user{n:02}@corp.example" for n in range(10)}
        for what, more in {"delegate": {}, "administrator": {"LogonType": 1},
                           "own address": {"ClientIPAddress": "10.1.2.3"},
                           "nothing of the client": {"ClientInfoString": ""}}.items():
            with self.subTest(what):
                found = self.found(round_of(10, **more))
                self.assertEqual([(a["tocsin"]["level"], set(mailbox_names(a))) for a in found], [("high", owners)])
                self.assertIn('"ben@corp.example"', json.dumps(found))

    def test_as_a_table_of_sentinel(self):
        for kind in (1, 2):
            for name, form in (("sentinel.csv", sentinel), ("sentinel.json", sentinel_json)):
                found = self.found(round_of(10, LogonType=kind), name, form)
                self.assertEqual([len(mailbox_names(a)) for a in found], [10], (kind, name))
        copied = [{"Name": "MailAccessType", "Value": "Sync"}]
        self.assertEqual(self.found(round_of(10, OperationProperties=copied), "sentinel.json", sentinel_json), [])

    def test_everyday_work_is_nothing(self):
        for what, records in {
                "an assistant": round_of(4) + round_of(4, at=300) + round_of(4, at=86400),
                "owners": [r for n in range(10) for r in [read(n, f"u{n}", user=f"u{n}", LogonType=0, at=n)]],
                "a search for evidence": round_of(10, ClientInfoString="Client=EDiscoverySearch;x", LogonType=1),
                "a migration": round_of(10, ClientInfoString="Client=MSExchangeMigration;x", LogonType=1),
                "the service": round_of(10, UserId="NT AUTHORITY\\SYSTEM (w3wp)", LogonType=1, UserType=2),
                "an application": round_of(10, UserType=5, LogonType=1),
                "Outlook that opens by itself": round_of(
                    10, OperationProperties=[{"Name": "MailAccessType", "Value": "Sync"}]),
                "refused": round_of(10, ResultStatus="Failed")}.items():
            with self.subTest(what):
                self.assertEqual(self.found(records), [])

    def test_who_looks_after_many_is_told_once_and_others_later_still(self):
        mornings = [r for day in range(5) for r in round_of(8, at=day * 86400)]
        found = self.found(mornings)
        self.assertEqual([(len(mailbox_names(a)), a["event"]["end"][:10]) for a in found], [(8, "2024-05-02")])
        found = self.found(mornings + round_of(6, first=50, at=6 * 86400))
        self.assertEqual([(len(mailbox_names(a)), a["event"]["end"][:10]) for a in found], [(14, "2024-05-08")])


if __name__ == "__main__":
    unittest.main()
