"""Evidence that is not understood is named, and what is no evidence is not."""
import json
import os
import pathlib
import struct
import unittest

from harness import Case, gz, run
from test_bad_input import HEADER, iis, iis_line

SHARED = pathlib.Path(os.environ.get("TOCSIN_SHARED", "/nonexistent"))

EVT = b"\x30\0\0\0LfLe" + bytes(4088)
EVTX = b"ElfFile\0" + bytes(4088)  # the signature and nothing else
SNOOP = b"snoop\0\0\0" + struct.pack(">II", 2, 4)
OTHER = ("#Software: Microsoft Exchange Server\r\n#Version: 15.02.0000.000\r\n"
         "#Log-type: OWA Logs\r\n#Date: 2021-03-01T06:00:00.000Z\r\n"
         "#Fields: DateTime,Owa\r\n2021-03-01T06:00:00.001Z,1\r\n")
NATIVE = ("192.0.2.4, CORP\\anna, 25/2/2024, 6:00:31, MSFTPSVC1, MAIL1, 10.9.0.5, 16, 769, 143, 200, 0, "
          "GET, /owa/, -,\r\n")
TIMELESS = '{"user":"anna","what":"logon"}\n{"user":"bert","what":"logon"}\n'


class Evidence(Case):
    def scan(self, *arguments, check=None):
        path = self.folder / "stats.json"
        done = run("scan", "--stats", path, *arguments, check=check)
        stats = json.loads(path.read_text(encoding="utf-8"))
        self.assert_balanced(stats)
        return done, stats, {s["path"].rpartition("/")[2]: s for s in stats["sources"]}

    def test_a_folder_of_what_is_not_understood(self):
        wanted = {"SecEvent.evt": "EVT", "old.evt.gz": "EVT", "cap.snoop": "snoop",
                  "owa.log": "another log of Exchange", "native.log": "native",
                  "timeless.jsonl": "no time"}
        self.write("mixed/SecEvent.evt", EVT)
        self.write("mixed/old.evt.gz", gz(EVT))
        self.write("mixed/cap.snoop", SNOOP)
        self.write("mixed/owa.log", OTHER)
        self.write("mixed/native.log", NATIVE)
        self.write("mixed/timeless.jsonl", TIMELESS)
        self.write("mixed/u_ex210301.log", iis(20))
        self.write("mixed/notes.txt", "nothing of interest\n")
        done, stats, sources = self.scan(self.folder / "mixed", check=3)
        self.assertEqual(sources["u_ex210301.log"]["state"], "read")
        for name, piece in wanted.items():
            self.assertEqual(sources[name]["state"], "unread", name)
            self.assertIn(piece, sources[name]["looks_like"], name)
            self.assertGreater(len(sources[name]["mend"]), 10, name)
            self.assertIn(name, done.out)
        self.assertIn("wevtutil", done.out)
        self.assertNotIn("notes.txt", done.out)
        self.assertEqual([n.rpartition("/")[2] for n in stats["irrelevant_names"]], ["notes.txt"])
        self.assertEqual(stats["irrelevant_unnamed"], 0)
        self.assertIn("notes.txt", run("scan", "--explain", self.folder / "mixed", check=3).out)
        last = json.loads(run("scan", "-q", "-f", "json", self.folder / "mixed",
                              check=3).out.splitlines()[-1])
        told = {p["file"].rpartition("/")[2] for p in last["tocsin"]["problems"]}
        self.assertEqual(told, set(wanted))

    def test_a_single_object_is_a_setting(self):
        self.write("one/settings.json", '{"name": "x"}\n')
        self.write("one/u_ex210301.log", iis(20))
        _, _, sources = self.scan("--require", "webmail", self.folder / "one")
        self.assertNotEqual(sources.get("settings.json", {}).get("state"), "unread")

    def test_evidence_in_a_form_of_its_own_is_no_all_clear(self):
        """Beside logs that are read and calm."""
        self.write("calm/u_ex210301.log", iis(20))
        for name, text in (
                ("web.log", '203.0.113.7 anna took 12 ms of 2021/03/01-08:00:00 for GET /owa/ 200\n' * 80),
                ("mail.txt", "mail.log:1:Mar  1 08:00:00 mx1 dovecot: imap-login: Login: user=<anna>, rip=203.0.113.7\n"),
                ("answer.json", json.dumps({"data": {"x": ["2021-03-01 06:00:00 10.0.0.5 GET /owa/ - 203.0.113.7"]}}))):
            path = self.write(f"own-{name}/{name}", text)
            done, _, sources = self.scan("--require", "webmail", self.folder / "calm", path, check=3)
            self.assertEqual(sources[name]["state"], "unread", name)
            self.assertIn("NOT READ", done.out)

    def test_resets_that_do_not_say_whose_are_named(self):
        """Get-WinEvent | Select-Object of a screen's width."""
        rows = "".join(f'"5/{day}/2024 8:00:47 AM","4724","An attempt was made to reset an account\'s password...."\n'
                       for day in range(13, 28))
        self.write("cut/events.csv", '"TimeCreated","Id","Message"\n' + rows)
        done, stats, _ = self.scan("--require", "resets", self.folder / "cut", check=3)
        self.assertIn("NOT READ", done.out)
        self.assertIn("15 of 15 events about accounts do not say which", " ".join(done.out.split()))
        self.assertNotIn("no password change at all", done.out)

    def test_parse_is_not_silent(self):
        self.write("parse/SecEvent.evt", EVT)
        self.write("log/u_ex210301.log", iis(3))
        self.write("empty/u_ex210301.log", HEADER)
        self.write("none/notes.txt", "nothing of interest\n")
        self.assertIn("needs a file or folder", run("parse", check=2).err)
        self.assertIn("EVT", run("parse", self.folder / "parse", check=3).err)
        self.assertIn("no record could be read", run("parse", self.folder / "none", check=3).err)
        done = run("parse", "-f", "windows-xml", self.folder / "log", check=3)
        self.assertIn("holds nothing of format windows-xml", done.err)
        done = run("parse", self.folder / "empty", check=0)
        self.assertIn("sound, but empty", done.err)
        done = run("parse", self.folder / "log", check=0)
        self.assertEqual((len(done.out.splitlines()), done.err), (3, ""))
        (self.folder / "nothing").mkdir()
        self.assertIn("no record could be read", run("parse", self.folder / "nothing", check=3).err)

    def test_a_damaged_event_log_is_no_empty_one(self):
        """EVTX of which only a signature is left, or that begins with something else."""
        for name, data in (("signature", EVTX), ("garbage", b"garbage\0" + bytes(4088))):
            self.write(f"{name}/Security.evtx", data)
            _, stats, sources = self.scan("--require", "resets", self.folder / name, check=3)
            self.assertEqual(sources["Security.evtx"]["records"]["rejected"], {"bad_binary": 1}, name)
        self.write("zeros/Security.evtx", bytes(70000))
        _, _, sources = self.scan(self.folder / "zeros", check=3)
        self.assertIn("damaged", sources["Security.evtx"]["looks_like"])

    def test_a_sound_log_without_records(self):
        self.write("sound/u_ex210301.log", HEADER)
        done, _, sources = self.scan(self.folder / "sound")
        self.assertEqual((sources["u_ex210301.log"]["state"], sources["u_ex210301.log"]["format"]),
                         ("empty", "iis-w3c"))
        self.assertIn("hold no", done.out)
        self.assertNotIn("cs-username", done.out)
        self.assertNotIn("webmail logs (IIS): usually below", done.out)

    def test_invented_headers_cost_their_own_file_only(self):
        """Every hostile file brings more headers than it may; logs behind them are read whole."""
        own = HEADER.replace("time-taken", "time-taken X-Own-Column")
        row = iis_line(1).replace("\r\n", " x\r\n")
        for i in range(150):
            text = "#Software: Microsoft Internet Information Services 7.5\n" + "".join(
                f"#Fields: date time c-ip cs-method h{i}-{k}\n2021-03-01 00:00:0{k % 10} 192.0.2.4 GET z\n"
                for k in range(70))
            self.write(f"headers/a{i:03}.log", text)
        self.write("headers/z/own.log", own + "".join(row for _ in range(50)))
        done, stats, sources = self.scan(self.folder / "headers", check=3)
        self.assertEqual(sources["own.log"]["state"], "read")
        self.assertEqual(sources["own.log"]["records"]["accepted"], 50)
        self.assertEqual(sources["own.log"]["records"]["rejected"], {})
        for i in (0, 77, 149):
            self.assertEqual(sources[f"a{i:03}.log"]["state"], "failed")
            self.assertIn("too many different headers", sources[f"a{i:03}.log"]["error"])
            self.assertGreaterEqual(sources[f"a{i:03}.log"]["records"]["accepted"], 64)
        self.assertIn("too many different headers", " ".join(done.out.split()))

    def test_cases_that_were_passed_over(self):
        """Inputs kept outside the repository."""
        cases = SHARED / "cases"
        if not (cases / "56-clixml.xml").exists():
            self.skipTest("the collected cases are not here")
        for name, records in (("56-clixml.xml", 1), ("66-json-getwinevent.json", 2)):
            _, _, sources = self.scan(cases / name)
            self.assertEqual(sources[name]["state"], "read", name)
            self.assertEqual(sources[name]["records"]["accepted"], records, name)
        _, _, sources = self.scan(cases / "11-iis-header-only.log")
        self.assertEqual(sources["11-iis-header-only.log"]["state"], "empty")

    def test_samples_that_were_collected(self):
        folder = SHARED / "samples"
        if not folder.exists():
            self.skipTest("the collected samples are not here")
        # Real ones: cleared event logs, and a server that answered ProxyShell.
        _, stats, sources = self.scan("-q", folder, check=1)
        for name, source in sources.items():
            if name.endswith(".evtx"):
                self.assertEqual((source["state"], source["format"], source["records"]["rejected"]),
                                 ("read", "evtx", {}), name)
            if "HttpProxy" in name:
                self.assertEqual((source["state"], source["format"]), ("read", "exchange-httpproxy"), name)
        logs = [n for n in stats["irrelevant_names"] if n.lower().endswith((".log", ".evtx"))]
        self.assertEqual(logs, [])


if __name__ == "__main__":
    unittest.main()
