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
