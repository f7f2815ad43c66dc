"""The bundled example: March 2011 in miniature, its quiet twin, and its harder variants."""
import ipaddress
import json
import random
import re
import subprocess
import unittest

from harness import (PACKINGS, Case, addresses, finals, lines_of, mailbox_names, run, simulate)

INTERNAL = ("--internal", "10.0.0.0/8")


class Example(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expected = simulate(cls.folder)
        cls.logs = cls.folder / "logs"
        cls.geo = ("--geo", cls.folder / "geo.mmdb")
        done = run("scan", "-f", "json", *INTERNAL, *cls.geo, "--stats", cls.folder / "stats.json",
                   cls.logs)
        cls.exit, cls.text, cls.alerts = done.returncode, done.out, lines_of(done.out)
        cls.stats = json.loads((cls.folder / "stats.json").read_text(encoding="utf-8"))

    def critical(self):
        found = finals(self.alerts, "critical")
        self.assertEqual(len(found), 1, [a["message"] for a in found])
        return found[0]

    def test_one_critical_incident_names_exactly_what_happened(self):
        incident = self.critical()
        self.assertEqual(self.exit, 1)
        self.assertEqual(mailbox_names(incident), set(self.expected["mailboxes"]))
        self.assertEqual(addresses(incident), set(self.expected["sources"]))
        self.assertIn("zh-Hans", json.dumps(incident["tocsin"]["baseline"]))
        self.assertIn(self.expected["first_access"], json.dumps(incident["tocsin"]))
        self.assertEqual(finals(self.alerts, "high"), [incident])

    def test_evidence_stands_at_the_printed_offsets(self):
        checked = 0
        for alert in self.alerts:
            for line in alert.get("tocsin", {}).get("evidence", []):
                with open(line["file"], "rb") as log:
                    log.seek(line["offset"])
                    found = log.read(len(line["text"].encode("utf-8")) + 512)
                    log.seek(0)
                    before = log.read(line["offset"])
                text = line["text"].rstrip("\u2026").encode("utf-8")
                self.assertTrue(found.startswith(text), (line, found[:200]))
                self.assertEqual(before.count(b"\n") + 1, line["line"])
                checked += 1
        self.assertGreater(checked, 5)

    def test_ledgers_add_up(self):
        self.assert_balanced(self.stats)
        self.assertEqual(self.stats["totals"]["events"]["late"], 0)
        self.assertGreater(self.stats["stages"]["observations"], 1000)
        size = sum(f.stat().st_size for f in self.logs.rglob("*") if f.is_file())
        bom = 3 * len(list(self.logs.rglob("MSGTRK*")))
        self.assertIn(self.stats["totals"]["bytes"]["read"], (size, size - bom))

    def test_alerts_do_not_depend_on_jobs_blocks_or_order(self):
        files = sorted(str(f) for f in self.logs.rglob("*") if f.is_file())
        shuffled = files[:]
        random.Random(7).shuffle(shuffled)
        reference = run("scan", "-f", "json", *INTERNAL, *self.geo, *files).out
        self.assertIn('"type":"summary"', reference)
        for options in (["--jobs", "1"], ["--jobs", "2"], ["--jobs", "4"], ["--block-size", "4K"],
                        ["--block-size", "64K"], ["--block-size", "1M", "--jobs", "3"]):
            for order in (files, shuffled):
                done = run("scan", "-f", "json", *INTERNAL, *self.geo, *options, *order)
                self.assertEqual(done.out, reference, options)

    def test_packed_logs_give_the_same_alerts(self):
        for suffix, pack in PACKINGS.items():
            packed = self.folder / ("packed" + suffix)
            for f in self.logs.rglob("*"):
                if f.is_file():
                    target = packed / f.relative_to(self.logs)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.with_name(f.name + suffix).write_bytes(pack(f.read_bytes()))
            alerts = lines_of(run("scan", "-f", "json", *INTERNAL, *self.geo, packed, check=1).out)
            self.assertEqual([a["event"].get("id") for a in alerts],
                             [a["event"].get("id") for a in self.alerts], suffix)

    def test_a_copy_changes_nothing(self):
        packed = self.folder / "copies"
        packed.mkdir(exist_ok=True)
        for f in list(self.logs.rglob("u_ex1103*.log")):
            target = packed / (f.parent.parent.name + "-" + f.name + ".gz")
            with open(target, "wb") as out:
                subprocess.run(["gzip", "-nc", str(f)], stdout=out, check=True)
        alerts = lines_of(run("scan", "-f", "json", *INTERNAL, *self.geo, self.logs, packed).out)
        self.assertEqual([a["event"]["id"] for a in finals(alerts)],
                         [a["event"]["id"] for a in finals(self.alerts)])
        self.assertEqual(mailbox_names(finals(alerts, "critical")[0]),
                         set(self.expected["mailboxes"]))

    def test_without_geo_the_same_incident_at_lower_confidence(self):
        alerts = lines_of(run("scan", "-f", "json", *INTERNAL, self.logs, check=1).out)
        found = finals(alerts, "critical")
        self.assertEqual(len(found), 1)
        self.assertEqual(mailbox_names(found[0]), set(self.expected["mailboxes"]))
        self.assertEqual(addresses(found[0]), set(self.expected["sources"]))
        self.assertLess(found[0]["tocsin"]["confidence"], self.critical()["tocsin"]["confidence"])
        self.assertIn("geo", json.dumps(found[0]["tocsin"]))

    def test_text_puts_the_result_first_and_fits_80_columns(self):
        done = run("scan", *INTERNAL, *self.geo, self.logs, check=1)
        self.assertTrue(done.out.startswith("RESULT  2 incidents: 1 CRITICAL, 1 LOW."), done.out)
        for line in done.out.splitlines():
            self.assertLessEqual(len(line), 80, line)
        self.assertNotRegex(done.out, r"[\x00-\x09\x0b-\x1f\x7f]")
        for address in self.expected["sources"]:
            self.assertIn(address, done.out)
        self.assertIn("  WHO   12 mailboxes, all @commission.example; n: how many sessions\n", done.out)
        for name in self.expected["mailboxes"]:
            self.assertIn(name.removesuffix("@commission.example") + " ", done.out)

    def test_syslog_lines_are_rfc_5424(self):
        done = run("scan", "-f", "syslog", *INTERNAL, *self.geo, self.logs, check=1)
        lines = done.out.splitlines()
        self.assertGreater(len(lines), 2)
        for line in lines:
            self.assertRegex(line, r"^<\d{1,3}>1 \S+ \S+ tocsin \S+ \S+ \[tocsin@\d+ ")

    def test_redaction_names_nobody(self):
        done = run("scan", "-f", "json", "--redact", *INTERNAL, *self.geo, self.logs, check=1)
        for name in self.expected["mailboxes"]:
            user = re.escape(name.split("@")[0])
            for alert in finals(lines_of(done.out), "high"):
                self.assertNotRegex(json.dumps(alert["tocsin"]["mailboxes"]), user)
                self.assertNotRegex(alert["message"], user)

    def test_since_reports_only_what_is_later_but_learns_from_before(self):
        done = run("scan", "-f", "json", "--since", "2011-03-01", *INTERNAL, *self.geo, self.logs,
                   check=1)
        self.assertEqual(len(finals(lines_of(done.out), "critical")), 1)

    def test_addresses_are_valid(self):
        for alert in self.alerts:
            for ip in alert.get("related", {}).get("ip", []):
                ipaddress.ip_address(ip)


class QuietTwin(Case):
    def test_nothing_high_and_exit_zero(self):
        simulate(self.folder, "--profile", "quiet")
        done = run("scan", "-f", "json", *INTERNAL, "--geo", self.folder / "geo.mmdb",
                   self.folder / "logs", check=0)
        self.assertEqual([a["message"] for a in finals(lines_of(done.out), "high")], [])
        done = run("scan", *INTERNAL, self.folder / "logs", check=0)
        self.assertIn("2011-02-07", done.out)
        self.assertIn("webmail access", done.out)

    def test_other_seeds_are_quiet_too(self):
        for seed in (1, 2, 3):
            folder = self.folder / f"seed{seed}"
            simulate(folder, "--profile", "quiet", "--seed", str(seed))
            done = run("scan", "-f", "json", *INTERNAL, folder / "logs", check=0)
            self.assertEqual([a["message"] for a in finals(lines_of(done.out), "high")], [])


class Variants(Case):
    def test_other_seeds_are_found_exactly(self):
        for seed in (1, 2, 3):
            folder = self.folder / f"seed{seed}"
            expected = simulate(folder, "--seed", str(seed))
            for geo in ((), ("--geo", folder / "geo.mmdb")):
                done = run("scan", "-f", "json", *INTERNAL, *geo, folder / "logs", check=1)
                found = finals(lines_of(done.out), "critical")
                self.assertEqual(len(found), 1, seed)
                self.assertEqual(mailbox_names(found[0]), set(expected["mailboxes"]), seed)
                # Without a database a victim's own journey with the same new client may look like it.
                more = addresses(found[0]) - set(expected["sources"])
                self.assertEqual(addresses(found[0]) - more, set(expected["sources"]), seed)
                self.assertLessEqual(len(more), 0 if geo else 1, seed)

    def test_account_names_unlike_addresses(self):
        folder = self.folder / "unlike"
        expected = simulate(folder, "--accounts-unlike")
        done = run("scan", "-f", "json", *INTERNAL, "--geo", folder / "geo.mmdb", folder / "logs",
                   check=1)
        found = finals(lines_of(done.out), "critical")
        self.assertEqual(len(found), 1)
        self.assertEqual(mailbox_names(found[0]), set(expected["mailboxes"]))
        self.assertEqual(addresses(found[0]), set(expected["sources"]))
        self.assertLess(found[0]["tocsin"]["confidence"], 95)
        self.assertIn("joined", found[0]["tocsin"]["confidence_why"])

    def test_behind_a_declared_balancer_the_forwarded_address_counts(self):
        folder = self.folder / "forwarded"
        expected = simulate(folder)
        for path in (folder / "logs").rglob("u_ex*.log"):
            lines = []
            for line in path.read_bytes().decode("utf-8").split("\r\n"):
                if line.startswith("#Fields"):
                    line += " X-Forwarded-For"
                elif line and not line.startswith("#"):
                    columns = line.split(" ")
                    columns[8], client = "10.1.1.5", columns[8]
                    line = " ".join([*columns, client])
                lines.append(line)
            path.write_bytes("\r\n".join(lines).encode("utf-8"))
        found = finals(lines_of(run("scan", "-f", "json", *INTERNAL, "--proxy", "10.1.1.5", "--geo",
                                    folder / "geo.mmdb", folder / "logs", check=1).out), "critical")
        self.assertEqual(len(found), 1)
        self.assertEqual(mailbox_names(found[0]), set(expected["mailboxes"]))
        self.assertEqual(addresses(found[0]), set(expected["sources"]))
        undeclared = run("scan", *INTERNAL, folder / "logs").out
        self.assertIn("X-Forwarded-For is logged: scan with --proxy 10.1.1.5",
                      " ".join(undeclared.split()))

    def test_behind_a_balancer_webmail_is_blind_never_clean(self):
        folder = self.folder / "nat"
        simulate(folder, "--nat")
        stats = folder / "stats.json"
        done = run("scan", *INTERNAL, "--stats", stats, folder / "logs")
        coverage = {c["indicator"]: c for c in json.loads(stats.read_text())["coverage"]}
        self.assertEqual(coverage["webmail access"]["state"], "blind")
        self.assertIn("10.1.1.5", coverage["webmail access"]["why"])
        self.assertIn("--proxy", coverage["webmail access"]["fix"])
        self.assertIn("blind", done.out)
        self.assertIn("--proxy 10.1.1.5", " ".join(done.out.split()))


if __name__ == "__main__":
    unittest.main(verbosity=2)
