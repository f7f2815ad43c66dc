"""What goes on after its threshold is told with its full size."""
import json
import random
import unittest

from harness import Case, finals, lines_of, mailbox_names, run, simulate


def reset(number):
    """Event 4724: `helper` sets the password of another account, ten seconds after the one before."""
    seconds = 10 * number
    return json.dumps({
        "@timestamp": f"2025-03-01T03:{seconds // 60:02}:{seconds % 60:02}.000Z",
        "winlog": {
            "channel": "Security", "event_id": "4724", "record_id": str(7000 + number),
            "provider_name": "Microsoft-Windows-Security-Auditing", "computer_name": "dc.corp.example",
            "event_data": {
                "TargetUserName": f"person{number}", "TargetDomainName": "CORP",
                "TargetSid": f"S-1-5-21-7-8-9-{4000 + number}", "SubjectUserName": "helper",
                "SubjectDomainName": "CORP", "SubjectUserSid": "S-1-5-21-7-8-9-600"}}})


def user_event(event_id, number, target, instant):
    """`helper` makes the account (4720) or sets its password (4724); the carrier writes whole seconds."""
    return json.dumps({
        "@timestamp": instant, "winlog": {
            "channel": "Security", "event_id": str(event_id), "record_id": str(number),
            "provider_name": "Microsoft-Windows-Security-Auditing", "computer_name": "dc.corp.example",
            "event_data": {
                "TargetUserName": target, "TargetDomainName": "CORP",
                "TargetSid": f"S-1-5-21-7-8-9-{4000 + int(target[6:])}", "SubjectUserName": "helper",
                "SubjectDomainName": "CORP", "SubjectUserSid": "S-1-5-21-7-8-9-600"}}})


class Onboarding(Case):
    def found(self, lines, jobs="1"):
        path = self.write("accounts.jsonl", "\n".join(lines) + "\n")
        told = run("scan", "-q", "-f", "json", "--jobs", jobs, path, check=None).out
        return sorted(a["rule"]["name"] for a in finals(lines_of(told)))

    def pairs(self, made, reset):
        """25 accounts, each made at one time and given a password at another, in both orders of record numbers."""
        lines = []
        for n in range(25):
            second = f"2025-03-01T03:{n // 6:02}:{n % 6 * 10:02}Z"
            low, high = 7000 + n, 9000 + n
            lines.append(user_event(4720, high if n % 2 else low, f"person{n}", made or second))
            lines.append(user_event(4724, low if n % 2 else high, f"person{n}", reset or second))
        return lines

    def test_passwords_of_accounts_made_in_the_same_second_are_no_mass_reset(self):
        lines = self.pairs(None, None)
        for seed in range(4):
            self.assertEqual(self.found(lines, str(1 + seed % 2)), [], f"order {seed}")
            random.Random(seed).shuffle(lines)

    def test_many_made_within_one_second(self):
        instant = "2025-03-01T03:00:00Z"
        self.assertEqual(self.found(self.pairs(instant, instant)[::-1]), [])

    def test_accounts_of_days_ago_reset_within_one_second_are_one(self):
        self.assertEqual(self.found(self.pairs("2025-02-20T03:00:00Z", "2025-03-01T03:00:00Z")),
                         ["mass_reset_one_actor"])

    def test_to_make_other_accounts_hides_no_reset(self):
        instant = "2025-03-01T03:00:00Z"
        lines = [user_event(4720, 9000 + n, f"person{100 + n}", instant) for n in range(25)]
        lines += [user_event(4724, 7000 + n, f"person{n}", instant) for n in range(25)]
        self.assertEqual(self.found(lines), ["mass_reset_one_actor"])


class Episodes(Case):
    def scan(self, lines):
        path = self.write("resets.jsonl", "\n".join(lines) + "\n")
        return lines_of(run("scan", "-f", "json", "--fail-level", "medium", path, check=1).out)

    def test_25_resets_are_told_as_25(self):
        alerts = self.scan([reset(n) for n in range(25)])
        found = finals(alerts, "medium")
        self.assertEqual(len(found), 1)
        self.assertEqual(len(mailbox_names(found[0])), 25)
        self.assertEqual(found[0]["tocsin"]["baseline"]["count"], 25)
        self.assertEqual(found[0]["event"]["end"], "2025-03-01T03:04:00Z")
        told = [a for a in alerts if a["tocsin"]["type"] == "alert"]
        self.assertEqual([a["tocsin"]["baseline"]["count"] for a in told], [10])
        self.assertEqual(told[0]["tocsin"]["incident"]["id"], found[0]["tocsin"]["incident"]["id"])

    def test_grown_transitions_name_everybody_once(self):
        alerts = self.scan([reset(n) for n in range(25)])
        names = []
        for alert in alerts:
            if alert["tocsin"].get("incident", {}).get("transition") in ("opened", "grown"):
                names += mailbox_names(alert)
        self.assertEqual(len(names), len(set(names)))
        self.assertGreater(len(names), 20)

    def test_the_order_of_the_lines_does_not_matter(self):
        lines = [reset(n) for n in range(25)]
        told = [(a["tocsin"]["type"], a.get("message"), a.get("event", {}).get("id"))
                for a in self.scan(lines)]
        random.Random(3).shuffle(lines)
        again = [(a["tocsin"]["type"], a.get("message"), a.get("event", {}).get("id"))
                 for a in self.scan(lines)]
        self.assertEqual(told, again)

    def test_a_wave_of_password_changes_is_one_incident_of_its_full_size(self):
        simulate(self.folder / "wave")
        done = run("scan", "-f", "json", "--internal", "10.0.0.0/8", self.folder / "wave" / "logs",
                   check=1)
        waves = [a for a in finals(lines_of(done.out))
                 if a["rule"]["name"] == "password_change_wave"]
        self.assertEqual(len(waves), 1)
        self.assertEqual(waves[0]["tocsin"]["baseline"]["count"], 54)
        self.assertTrue(waves[0]["event"]["start"].startswith("2011-03-17T07:34"), waves[0]["event"])
        self.assertTrue(waves[0]["event"]["end"].startswith("2011-03-17T16:34"), waves[0]["event"])


if __name__ == "__main__":
    unittest.main()
