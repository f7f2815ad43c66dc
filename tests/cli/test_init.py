"""tocsin init: a first configuration that can be used, made of what is there, and never over another."""
import unittest

import harness


class Init(harness.Case):
    def test_what_it_writes_is_accepted_and_found_with(self):
        harness.simulate(self.folder / "made", "--profile", "march2011")
        config = self.folder / "tocsin.yml"
        done = harness.run("init", "-o", config, self.folder / "made", check=0)
        self.assertIn("was written", done.err)
        text = config.read_text()
        self.assertIn("domains:\n  - \"commission.example\"", text)
        for word in ("EX01, iis-w3c", "HUB01, exchange-msgtrk", "DC01, windows-xml", "receivers:", "languages:"):
            self.assertIn(word, text)
        harness.run("config", "check", config, check=0)
        found = {}
        for options in ((), ("--config", config)):
            records = harness.lines_of(harness.run("scan", "-f", "json", *options, self.folder / "made", check=1).out)
            found[options] = {record["event"]["id"] for record in harness.finals(records, "high")}
        self.assertTrue(found[()])
        self.assertEqual(found[()], found["--config", config], "it hides nothing")

    def test_it_writes_over_nothing_and_says_what_is_missing(self):
        log = self.write("logs/ex01/u_ex110309.log", "#Software: Microsoft Internet Information Services 7.5\r\n"
                         "#Version: 1.0\r\n#Date: 2011-03-09 00:00:00\r\n#Fields: date time s-ip cs-method cs-uri-stem "
                         "cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status\r\n2011-03-09 00:00:01 10.0.0.5 "
                         "GET /owa/ - 443 EX\\ann 198.51.100.7 Lynx 200\r\n")
        config = self.write("mine.yml", "mine")
        done = harness.run("init", "-o", config, log.parent, check=2)
        self.assertIn("is there already", done.err)
        self.assertEqual("mine", config.read_text())
        shown = harness.run("init", "-q", "-o", "-", log.parent, check=0).out
        self.assertIn("no message tracking logs", shown)
        self.assertIn("wevtutil", shown)
        self.assertIn("which folder", harness.run("init", check=2).err)


if __name__ == "__main__":
    unittest.main()
