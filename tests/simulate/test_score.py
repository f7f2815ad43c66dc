#!/usr/bin/env python3
"""The scorer, on alerts made by hand."""
import json
import pathlib
import tempfile
import unittest

import score_alerts
import score_calibration
import score_confusion
import score_match
import score_table
from score_truth import Truth, accounts_of

ABOUT = {"seed": 1, "mailboxes": 2000, "days": 58, "era": "2013", "front": "direct", "lines": 9,
         "start": "2020-01-06T00:00:00Z", "judged_from": "2020-02-03T00:00:00Z", "end": "2020-03-02T00:00:00Z"}
PEOPLE = [f"p{i}" for i in range(6)]
CAMPAIGN = {"id": "C1", "family": "A1", "variant": "A1", "start": "2020-02-10T08:00:00Z", "end": "2020-02-14T08:00:00Z",
            "victims": ["p0@x.example", "p1@x.example", "p2@x.example"], "visible_victims": ["p0@x.example"],
            "sources": ["81.2.3.4"], "spray_sources": [], "first_access": "2020-02-10T08:00:00Z",
            "first_visible": "2020-02-10T09:00:00Z", "era": "2013", "culture": "zh-CN", "culture_class": "foreign",
            "blind": False, "access_times": {"p0@x.example": "2020-02-10T08:00:00Z", "p1@x.example": "2020-02-10T10:00:00Z",
                                             "p2@x.example": "2020-02-13T10:00:00Z"}}
TRAP = {"trap": "B11", "start": "2020-02-20T08:00:00Z", "end": "2020-02-20T08:00:00Z", "mailbox": "p4@x.example", "note": ""}


def line(identity, at, level, who, ips=(), change="opened", first=None, **more):
    return {"@timestamp": at, "event": {"start": at, "end": at}, "rule": {"name": "r"}, "related": {"ip": list(ips)},
            "tocsin": {"type": "incident", "level": level, "mailboxes": list(who), "sources": [],
                       "victims": [{"name": "p0", "first_access": first}],
                       "incident": {"id": identity, "transition": change, **more}}}


class Scorer(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.folder = pathlib.Path(place.name)
        (self.folder / "truth").mkdir()
        (self.folder / "truth/organisation.json").write_text(json.dumps(ABOUT))
        (self.folder / "truth/campaigns.jsonl").write_text(json.dumps(CAMPAIGN) + "\n")
        (self.folder / "truth/traps.jsonl").write_text(json.dumps(TRAP) + "\n")
        rows = "".join(f"{n}@x.example,{n}@ad.x.example,k{n},X\\k{n}\n" for n in PEOPLE)
        (self.folder / "truth/mailboxes.csv").write_text("smtp,upn,sam,domain_sam\n" + rows)
        self.truth = Truth(self.folder)

    def score(self, *lines):
        path = self.folder / "alerts.jsonl"
        path.write_text("".join(json.dumps(x) + "\n" for x in lines))
        incidents, _ = score_alerts.read(path, self.truth.who)
        return (*score_match.score(self.truth, incidents), incidents)

    def test_a_campaign_that_is_found(self):
        (c,), false, _ = self.score(line("i", "2020-02-10T12:00:00Z", "high", ["X\\kp0", "p1@ad.x.example", "p5"],
                                         ["81.2.3.4"], first="2020-02-10T08:30:00Z"),
                                    line("i", "2020-02-11T12:00:00Z", "critical", ["p0", "p1", "p5"], ["81.2.3.4"], "raised",
                                         first="2020-02-10T08:30:00Z"))
        self.assertEqual(false, [])
        self.assertEqual((c["level"], c["victims_named"], c["visible_named"], c["innocents"]), (4, 2, 1, 1))
        self.assertEqual((c["hours_to_high"], c["hours_to_critical"], c["first_access_off"]), (4, 26, 0.5))
        self.assertEqual((c["victims_before"], c["sources_named"], c["incidents"]), (2, 1, 1))

    def test_medium_is_not_found(self):
        (c,), false, _ = self.score(line("i", "2020-02-10T12:00:00Z", "medium", ["p0", "p1"]))
        self.assertEqual((c["level"], c["hours_to_high"], c["victims_named"], false), (2, None, 0, []))
        self.assertEqual(c["hours_to_medium"], 4)

    def test_what_was_told_before_it_began_is_no_merit(self):
        (c,), _, _ = self.score(line("i", "2020-02-09T12:00:00Z", "high", ["p4", "p5"]),
                                dict(line("i", "2020-02-12T12:00:00Z", "high", ["p0", "p1"], change="grown"),
                                     event={"start": "2020-02-09T12:00:00Z", "end": "2020-02-12T12:00:00Z"}))
        self.assertEqual(c["hours_to_high"], 52)

    def test_one_common_victim_is_not_enough(self):
        (c,), false, _ = self.score(line("i", "2020-02-10T12:00:00Z", "high", ["p0", "p5"]))
        self.assertEqual((c["level"], len(false)), (-1, 1))

    def test_false_ones_are_laid_to_their_trap(self):
        _, false, _ = self.score(line("i", "2020-02-20T12:00:00Z", "high", ["p4", "p5"]),
                                 line("j", "2020-01-20T12:00:00Z", "critical", ["p3"]),
                                 line("k", "2020-02-20T12:00:00Z", "medium", ["p3"]))
        self.assertEqual([(f["trap"], f["learning"]) for f in false], [("B11", False), ("none", True)])

    def test_merged_incidents_are_one(self):
        (c,), false, incidents = self.score(
            line("i", "2020-02-10T12:00:00Z", "high", ["p0", "p1"]), line("j", "2020-02-11T12:00:00Z", "medium", ["p2"]),
            line("i", "2020-02-12T12:00:00Z", "high", ["p0", "p1"], change="merged", merged_into="j"),
            dict(line("j", "2020-02-12T12:00:00Z", "high", ["p0", "p1", "p2"], change="grown"),
                 event={"start": "2020-02-10T12:00:00Z", "end": "2020-02-12T12:00:00Z"}))
        self.assertEqual((len(incidents), c["hours_to_high"], c["incidents"], false), (1, 4, 1, []))
        self.assertEqual(len(incidents[0].pages), 1)

    def test_a_clean_organisation_by_trap(self):
        (self.folder / "truth/campaigns.jsonl").write_text("")
        self.truth = Truth(self.folder)
        self.assertEqual(self.trap_levels(), [["B11", -1], ["none", -1]])
        self.assertEqual(self.trap_levels(line("i", "2020-02-20T12:00:00Z", "medium", ["p4", "p5"]),
                                          line("k", "2020-02-25T12:00:00Z", "high", ["p3"])), [["B11", 2], ["none", 3]])

    def trap_levels(self, *lines):
        _, _, incidents = self.score(*lines)
        return score_confusion.trap_levels(self.truth, incidents)

    def test_traps_count_where_nobody_attacks(self):
        self.assertEqual(self.trap_levels(line("k", "2020-02-25T12:00:00Z", "high", ["p3"])), [])

    def test_what_an_incident_says_at_its_end(self):
        first = line("i", "2020-02-10T12:00:00Z", "high", ["p0", "p1"])
        last = line("i", "2020-02-11T12:00:00Z", "critical", ["p0", "p1"], change="raised")
        first["tocsin"]["confidence"], last["tocsin"]["confidence"] = 70, 95
        _, _, incidents = self.score(first, last, line("j", "2020-01-11T12:00:00Z", "medium", ["p3"]),
                                     line("k", "2020-01-12T12:00:00Z", "low", ["p3"]))
        rows = [(r["level"], r["confidence"], r["true"], r["learning"])
                for r in score_calibration.judged(self.truth, incidents)]
        self.assertEqual(rows, [(4, 95, True, False), (2, None, False, True)])

    def test_many_mailboxes_and_spraying_in_time(self):
        (c,), _, _ = self.score(line("i", "2020-02-10T12:00:00Z", "high", ["p0", "p1"]))
        self.assertEqual((c["linked"], c["hours_many"], c["hours_many_to_high"]), (False, None, None))
        five = {**CAMPAIGN, "access_times": {f"p{i}@x.example": f"2020-02-10T0{8 + i % 2}:0{i}:00Z" for i in range(5)},
                "first_linked": "2020-02-10T11:30:00Z"}
        (self.folder / "truth/campaigns.jsonl").write_text(json.dumps(five) + "\n")
        self.truth = Truth(self.folder)
        (c,), _, _ = self.score(line("i", "2020-02-10T09:33:00Z", "high", ["p0", "p1"]),
                                line("i", "2020-02-10T12:00:00Z", "high", ["p0", "p1"], change="grown"))
        self.assertEqual((c["linked"], c["hours_many_to_high"]), (True, 0.5))

    def test_names_for_accounts(self):
        text = accounts_of(self.folder).read_text().splitlines()
        self.assertEqual((text[0], text[1], len(text)), ("mail,upn,account", "p0@x.example,p0@ad.x.example,X\\kp0", 7))

    def test_wilson(self):
        self.assertEqual(score_table.wilson(0, 0), (0.0, 1.0))
        low, high = score_table.wilson(95, 100)
        self.assertAlmostEqual(low, 0.8883, places=3)
        self.assertAlmostEqual(high, 0.9785, places=3)

    def test_a_miss_takes_for_ever(self):
        self.assertEqual(score_table.quantile([3, None, 1], 0.5), 3)
        self.assertIsNone(score_table.quantile([3, None, None], 0.5))
        self.assertEqual(score_table.rate(0, 300), "0 in 300.0 units (below 0.01)")

    def test_units(self):
        self.assertEqual(self.truth.units(), 4)


if __name__ == "__main__":
    unittest.main()
