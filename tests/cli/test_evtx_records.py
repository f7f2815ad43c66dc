"""Real .evtx files give the records that libevtx gives of them, and those of the public rules' events their values.

Two ways of writing one value are the same: zeros before hexadecimal digits, and letters of GUIDs in either case.
"""
import gzip
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

TOCSIN = os.environ["TOCSIN"]
SHARED = pathlib.Path(os.environ.get("TOCSIN_SHARED", ""))
SAMPLES, VECTORS = SHARED / "samples" / "evtx", SHARED / "vectors"

if not SAMPLES.is_dir() or not (VECTORS / "evtx").is_dir():
    print("skipped: the folder of samples is not there")
    sys.exit(77)

# The reference names them otherwise, or gives a part of them.
OTHER_FORM = {"Correlation", "Keywords", "TimeCreated_SystemTime", "EventID", "Provider_EventSourceName"}


def records(path):
    done = subprocess.run([TOCSIN, "parse", str(path)], capture_output=True, timeout=120, check=False)
    return [json.loads(line)["tocsin"]["native"] for line in done.stdout.splitlines()]


def plain(value):
    if isinstance(value, list):
        return [plain(item) for item in value]
    text = re.sub(r"0x0*(?=[0-9a-f])", "0x", str(value), flags=re.I).strip()
    if re.fullmatch(r"\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?", text, flags=re.I):
        text = text.strip("{}").lower()
    return text


def same(ours, theirs):
    """Fields of one record that differ; what is empty here may be left out there."""
    keys = {k for k in set(ours) | set(theirs) if ours.get(k) not in ("", None) or theirs.get(k) not in ("", None)}
    return {k: (ours.get(k), theirs.get(k)) for k in keys if plain(ours.get(k)) != plain(theirs.get(k))}


class EvtxRecords(unittest.TestCase):
    def test_files_are_the_records_that_libevtx_gives(self):
        compared = 0
        with tempfile.TemporaryDirectory(prefix="tocsin-evtx-") as folder:
            for packed in sorted(SAMPLES.glob("*.libevtx.xml.gz")):
                xml = pathlib.Path(folder) / "events.xml"
                xml.write_bytes(gzip.decompress(packed.read_bytes()))
                ours, theirs = records(str(packed).removesuffix(".libevtx.xml.gz")), records(xml)
                self.assertEqual(len(ours), len(theirs), packed.name)
                for a, b in zip(ours, theirs):
                    self.assertEqual(same(a, b), {}, f"{packed.name} {a.get('EventRecordID')}")
                compared += len(ours)
        print(f"{compared} records are those of libevtx")
        self.assertGreater(compared, 0)

    def test_events_have_the_values_that_the_reference_flattened(self):
        files, compared = {}, 0
        for line in (VECTORS / "sigmahq" / "events.jsonl").read_text(encoding="utf-8").splitlines():
            event = json.loads(line)
            path = VECTORS / event["evtx"]
            ours = files.setdefault(path, records(path) if path not in files else None)[event["record"]]
            self.assertEqual(int(ours["EventID"]), event["event_id"], event["eid"])
            ours = {name.replace(" ", ""): value for name, value in ours.items()}
            for name, value in event["flat"].items():
                if name in OTHER_FORM or value in (None, ""):
                    continue
                if not isinstance(value, (dict, list)):
                    self.assertEqual(plain(ours.get(name.replace(" ", ""))), plain(value), f"{event['eid']} {name}")
                    compared += 1
        print(f"{compared} values are those of the reference")
        self.assertGreater(compared, 1000)


if __name__ == "__main__":
    unittest.main()
