#!/usr/bin/env python3
"""What the scorer makes of results: levels, calibration, delays, paired differences, coverage."""
import contextlib
import io
import unittest

import score_calibration
import score_confusion
import score_coverage
import score_delays
import score_paired
import score_table


def campaign(family="A1", level=3, **more):
    return {"family": family, "era": "2013", "level": level, "visible": 2, "visible_named": 1, "innocents": 1, "named": 4,
            "incidents": 1, "linked": False, "hours_linked_to_high": None, "hours_to_medium": None, "hours_many": None,
            "hours_success_to_medium": None, "success_told_by": [],
            "hours_many_to_high": None, **more}


def organisation(*campaigns, false=0, **more):
    return {"seed": 7, "campaigns": list(campaigns), "units": 2.0, "trap_levels": [], "incidents": [], "coverage": [],
            "false": [{"learning": False}] * false + [{"learning": True}], **more}


def printed(function, *arguments):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        function(*arguments)
    return out.getvalue()


class Levels(unittest.TestCase):
    def test_campaigns_by_family_and_era(self):
        rows = score_confusion.of_campaigns([organisation(campaign(level=-1), campaign(level=4)), organisation(campaign("A3"))])
        self.assertEqual(rows, [("A1 2013", [1, 0, 0, 0, 0, 1]), ("A3 2013", [0, 0, 0, 0, 1, 0])])

    def test_traps_by_the_highest_level_of_an_organisation(self):
        rows = score_confusion.of_traps([organisation(trap_levels=[["B8", 3]]), organisation(trap_levels=[["B8", -1]])])
        self.assertEqual(rows, [("B8", [1, 0, 0, 0, 1, 0])])
        text = printed(score_confusion.show, "traps", rows)
        self.assertEqual(text.split("\n")[1].split(), ["B8", "1", "0", "0", "0", "1", "0"])


class Calibration(unittest.TestCase):
    def incident(self, confidence, true, level=3, learning=False):
        return {"level": level, "confidence": confidence, "true": true, "learning": learning, "rule": "r"}

    def test_bands(self):
        some = [self.incident(95, True), self.incident(90, False), self.incident(89, True), self.incident(0, False),
                self.incident(95, True, level=2), self.incident(95, False, learning=True), self.incident(None, False)]
        bands = {band: (all_of, true) for band, all_of, true in score_calibration.bands(some, 3)}
        self.assertEqual(bands[(90, 101)], (2, 1))
        self.assertEqual(bands[(80, 90)], (1, 1))
        self.assertEqual(bands[(0, 50)], (1, 0))
        self.assertEqual(sum(n for n, _ in bands.values()), 4)

    def test_what_is_said_of_ninety(self):
        true, false = self.incident(90, True), self.incident(90, False)
        for some, words in (([true] * 9 + [false], "number holds"), ([true] * 8 + [false], "does not hold"),
                            ([], "no incident at high says 90")):
            text = printed(score_calibration.show, [organisation(incidents=some)], score_table.share)
            self.assertIn(words, text)


class Delays(unittest.TestCase):
    def test_never_is_late(self):
        self.assertEqual(score_delays.told_in([0.1, None, 0.2, -3], 0.15), (2, 4))

    def test_spraying_is_parted_by_what_gives_it_away(self):
        linked = campaign("A4", linked=True, hours_linked_to_high=0.1, hours_success_to_medium=5)
        other = campaign("A4E", hours_success_to_medium=20, success_told_by=["r"])
        unseen = campaign("A4", visible=0, hours_success_to_medium=1, success_told_by=["r"])
        self.assertEqual(score_delays.spraying([linked, other, unseen, campaign()]), ([0.1], [20]))
        late = campaign("A4", hours_success_to_medium=25, success_told_by=["r"])
        self.assertEqual(score_delays.rules_of([linked, other, unseen, late, campaign()], 24), {"r": 1})

    def test_few_mailboxes_are_not_many(self):
        many = campaign("A3", hours_many=0.2, hours_many_to_high=0.01)
        self.assertEqual(score_delays.one_host([many, campaign("A3")]), [0.01])
        text = printed(score_delays.show, [organisation(many)], score_table.share)
        self.assertIn("one host: 1/1", text)


class Paired(unittest.TestCase):
    def test_differences_are_of_sums(self):
        before = [organisation(campaign(level=3)), organisation(campaign(level=4), false=1)]
        after = [organisation(campaign(level=2)), organisation(campaign(level=3), campaign("A10", level=0))]
        rows = {name: (was, now, d) for name, was, now, d, _ in score_paired.compare(before, after)}
        self.assertEqual(rows["found, of the visible"], (100, 50, -50))
        self.assertEqual(rows["critical, of the visible"], (50, 0, -50))
        self.assertEqual(rows["visible victims named"], (50, 50, 0))
        self.assertEqual(rows["false high per unit"], (0.25, 0, -0.25))

    def test_the_interval_holds_the_difference_and_narrows(self):
        few = ([(1, 1), (0, 1)] * 5, [(0, 1), (0, 1)] * 5)
        many = tuple(side * 20 for side in few)
        for before, after in (few, many):
            low, high = score_paired.bootstrap(before, after, 100, rounds=200)
            self.assertTrue(low < -50 < high)
        wide, narrow = (score_paired.bootstrap(*side, 100, rounds=200) for side in (few, many))
        self.assertGreater(wide[1] - wide[0], narrow[1] - narrow[0])
        self.assertEqual(score_paired.bootstrap(*few, 100), score_paired.bootstrap(*few, 100))
        self.assertEqual(score_paired.bootstrap(few[0], few[0], 100, rounds=50), (0, 0))
        self.assertIsNone(score_paired.bootstrap([(0, 0)], [(0, 0)], 1, rounds=5))

    def test_every_condition_is_run_on_the_same_jobs(self):
        job = {"seed": 1, "mailboxes": 150, "options": ["--natural-rates"], "naive": True}
        seen = []

        def work(jobs):
            seen.append(jobs)
            return [organisation(campaign(), about={"front": "direct", "host_lost": False, "files": {}})]
        printed(score_paired.run, ["1000", "xff", "days"], [job], work)
        base, size, xff, days = (jobs[0] for jobs in seen)
        self.assertEqual([j["seed"] for j in (base, size, xff, days)], [1] * 4)
        self.assertEqual((base["mailboxes"], size["mailboxes"]), (150, 1000))
        self.assertEqual((base["proxies"], xff["proxies"]), (True, False))
        self.assertEqual(days["options"], ["--natural-rates", "--lose-days", "0.3"])
        self.assertFalse(base["naive"] or base["twins"])


class Coverage(unittest.TestCase):
    def about(self, lost=0, **more):
        files = {kind: {"made": 50, "lost": lost} for kind in ("iis", "tracking", "server", "controller")}
        return {"front": "direct", "host_lost": False, "files": files, **more}

    def said(self, states, why="", about=None):
        names = (score_coverage.WEBMAIL, score_coverage.LANGUAGE, score_coverage.PASSWORDS, score_coverage.JOIN)
        rows = [{"indicator": n, "state": s, "why": why} for n, s in zip(names, states.split())]
        return organisation(coverage=rows, about=about or self.about())

    def test_what_must_change_and_nothing_else(self):
        whole = self.said("watched watched watched partly")
        self.assertEqual(score_coverage.wrong("tracking", whole, self.said("watched blind watched blind")), [])
        self.assertEqual(score_coverage.wrong("tracking", whole, self.said("watched partly watched partly")),
                         ["system message language: partly, not blind", "language switch with access: partly, not blind"])
        self.assertEqual(score_coverage.wrong("geo", whole, self.said("partly watched watched partly")),
                         ["webmail access: partly, not watched"])
        self.assertEqual(score_coverage.wrong("unlike", whole, self.said("watched watched watched blind")), [])

    def test_what_was_blind_before_stays_so(self):
        blind = self.said("watched blind watched blind")
        self.assertEqual(score_coverage.wrong("days", blind, self.said("partly blind partly blind")), [])

    def test_ignored_headers_blind_only_behind_a_balancer(self):
        whole = self.said("watched watched watched watched")
        behind = self.said("blind watched watched blind", about=self.about(front="forwarded"))
        self.assertEqual(score_coverage.wrong("xff", whole, behind), [])
        self.assertEqual(len(score_coverage.wrong("xff", whole, self.said("blind watched watched blind"))), 2)

    def test_a_lost_host_where_one_is_lost(self):
        whole = self.said("watched watched watched watched")
        less = self.said("partly watched watched partly", about=self.about(host_lost=True))
        self.assertEqual(score_coverage.wrong("hosts", whole, less), [])
        self.assertEqual(len(score_coverage.wrong("hosts", whole, self.said("partly watched watched partly"))), 2)

    def test_numbers_against_the_files(self):
        text = "29 % of the time of its logs is missing, first 2021-02-03 of MX01"
        told = self.said("partly partly partly partly", text, self.about(lost=15))
        self.assertEqual(score_coverage.numbers(told), [(29, 30)] * 3)
        self.assertEqual(score_coverage.numbers(self.said("watched watched watched watched", about=self.about(lost=5))),
                         [(0, 10)] * 3)
        self.assertIn("3 of 3 numbers within 2 points", printed(score_coverage.show, "days", [(told, told)]))
        self.assertEqual(score_coverage.numbers(self.said("watched watched watched watched")), [])
        words = self.said("partly partly partly partly", "days of its logs are missing, first 2021-02-03", self.about(lost=15))
        self.assertEqual(score_coverage.numbers(words), [])


if __name__ == "__main__":
    unittest.main()
