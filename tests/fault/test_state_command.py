"""tocsin state: info, check and export of a folder that a store kept, sound, damaged and newer."""
import json
import os
import pathlib
import sqlite3
import subprocess
import tempfile
import unittest

TOCSIN, FAULTS = os.environ["TOCSIN"], os.environ["STORE_FAULTS"]
COMMITS, SENT = 63, 21


def run(*arguments, check=0):
    done = subprocess.run([TOCSIN, "state", *map(str, arguments)], capture_output=True, text=True, timeout=60,
                          check=False)
    if done.returncode != check:
        raise AssertionError(f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


class State(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name) / "state"
        subprocess.run([FAULTS, "leave", self.folder], check=True, timeout=60)

    def sql(self, text):
        with sqlite3.connect(self.folder / "state.db") as database:
            database.executescript(text)
        database.close()

    def test_info_says_what_is_there(self):
        page = run("info", self.folder).stdout
        for line in ("kept since 2011-03-13 07:06:40, ", ", not in use\n", "points     5, other values 1\n",
                     "row 57 of the journal", "(snapshot-3)", "row 37 of the journal", "(snapshot-2)",
                     f"outbox     siem: {COMMITS - SENT} waiting, {SENT} sent, 0 dead, 0 dropped\n"):
            self.assertIn(line, page)
        self.assertRegex(page, r"journal    rows \d+ to 63, 2011-03-13 ")
        (self.folder / "state.db.broken-2011-03-13T08:00:00Z").touch()
        (self.folder / "state.db.broken-2011-03-13T08:00:00Z-wal").touch()
        page = run("info", self.folder).stdout
        self.assertEqual(page.count("set aside  state.db.broken-2011-03-13T08:00:00Z\n"), 1)
        self.assertEqual(page.count("set aside"), 1)

    def test_looking_changes_nothing(self):
        before = {path.name: path.read_bytes() for path in self.folder.iterdir() if not path.name.endswith("-shm")}
        for verb in ("info", "check", "export"):
            run(verb, self.folder)
        for name, data in before.items():
            self.assertEqual((self.folder / name).read_bytes(), data, name)

    def test_check_finds_each_damage(self):
        self.assertEqual(run("check", self.folder).stdout, "sound\n")
        for text, words in (("UPDATE journal SET body = x'00' WHERE sequence = 62", "journal: the checksum of row 62"),
                            ("DELETE FROM journal WHERE sequence = 61", "journal: no rows from 61 to 61"),
                            ("UPDATE kept SET value = x'00' WHERE space = 1 AND key = CAST('point-1' AS BLOB)",
                             "the checksum of a point"),
                            ("UPDATE outbox SET payload = x'00' WHERE sequence = 40", "outbox: the checksum of row 40"),
                            ("UPDATE tally SET put = put + 1", "outbox: the figures of 1 levels do not add up"),
                            ("UPDATE snapshot SET sum = sum + 1 WHERE number = 2", "snapshot-2: its checksum")):
            self.sql(text)
            self.assertIn(words, run("check", self.folder, check=1).stdout)
        self.assertIn("\n6 problems; ", run("check", self.folder, check=1).stdout)

    def test_export_is_json_lines(self):
        rows = [json.loads(line) for line in run("export", self.folder).stdout.splitlines()]
        kinds = [row["kind"] for row in rows]
        self.assertEqual((kinds.count("point"), kinds.count("value"), kinds.count("waiting")), (5, 1, COMMITS - SENT))
        points = {row["key"]: row["value"] for row in rows if row["kind"] == "point"}
        self.assertEqual(points["point-3"], "at-63")
        waiting = [row for row in rows if row["kind"] == "waiting"]
        self.assertEqual([row["id"] for row in waiting], [f"id-{i:06}" for i in range(SENT + 1, COMMITS + 1)])
        self.assertEqual((waiting[0]["receiver"], waiting[0]["level"], waiting[0]["attempts"]), ("siem", 3, 0))
        self.assertTrue(waiting[0]["payload"].startswith("row 22"))
        self.sql("UPDATE kept SET value = x'00ff' WHERE space = 0; UPDATE outbox SET state = 1, why = 'no' WHERE sequence = 40")
        rows = [json.loads(line) for line in run("export", self.folder).stdout.splitlines()]
        self.assertIn("00ff", [row.get("value_hex") for row in rows])
        self.assertEqual([row["why"] for row in rows if row["kind"] == "dead"], ["no"])

    def test_what_cannot_be_looked_at(self):
        self.assertIn("say `tocsin state info|check|export|metrics FOLDER`", run("info", check=2).stderr)
        self.assertIn("say `tocsin state info|check|export|metrics FOLDER`", run("mend", self.folder, check=2).stderr)
        self.assertIn("cannot open this folder", run("info", self.folder / "none", check=2).stderr)
        self.assertIn("no state is kept", run("info", self.folder.parent, check=2).stderr)
        self.sql("PRAGMA user_version=99; UPDATE fact SET value = 99 WHERE name = 'version'")
        self.assertIn("a newer tocsin keeps its state here", run("check", self.folder, check=2).stderr)
        (self.folder / "state.db").write_bytes(b"not at all a database, but long enough" * 9)
        self.assertIn("damaged", run("info", self.folder, check=2).stderr)


if __name__ == "__main__":
    unittest.main()
