"""Packed logs are read like plain ones; what cannot be unpacked is told, with its place and a way out."""
import bz2
import gzip
import json
import lzma
import pathlib
import unittest

import tiny
from harness import PACKINGS, Case, gz, lines_of, run, simulate, xz, zst
from test_bad_input import HEADER, iis, iis_line


UNPACK = {".gz": gzip.decompress, ".xz": lzma.decompress, ".zst": lambda data: zst(data, "-d")}


class Packed(Case):
    def stats(self, *arguments, check=None):
        path = self.folder / "stats.json"
        done = run("scan", "--require", "none", "--stats", path, *arguments, check=check)
        stats = json.loads(path.read_text(encoding="utf-8"))
        self.assert_balanced(stats)
        return done, stats, {pathlib.Path(s["path"]).name: s for s in stats["sources"]}

    def pack_all(self, folder, into, pack, suffix):
        for path in folder.rglob("*"):
            if path.is_file():
                target = into / path.relative_to(folder)
                data = path.read_bytes()
                if path.suffix in UNPACK:
                    target, data = target.with_suffix(""), UNPACK[path.suffix](data)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.with_name(target.name + suffix).write_bytes(pack(data))

    def alerts(self, options, folder):
        text = run("scan", "-f", "json", *options, folder, check=1).out.replace(str(folder), "")
        for suffix in PACKINGS:
            text = text.replace(suffix, "")
        lines = lines_of(text)
        self.assertGreater(len(lines), 3)
        return lines[:-1], lines[-1]["tocsin"]

    def test_packed_logs_give_the_same_alerts(self):
        *options, logs = tiny.write(self, simulate)
        options = [str(o) for o in options]
        plain, verdict = self.alerts(options, logs)
        twice = {".gz.zst": lambda data: zst(gz(data)), ".xz.gz": lambda data: gz(xz(data))}
        for suffix, pack in {"": lambda data: data, **PACKINGS, **twice}.items():
            folder = self.folder / ("as" + suffix)
            self.pack_all(logs, folder, pack, suffix)
            packed, told = self.alerts(options, folder)
            self.assertEqual([a["event"]["id"] for a in packed], [a["event"]["id"] for a in plain], suffix)
            self.assertEqual(len(packed), len(plain))
            self.assertEqual((told["incidents"], told["outcome"]), (verdict["incidents"], verdict["outcome"]))

    def test_the_widest_windows_that_packers_use_are_read(self):
        data = iis(50).encode()
        filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 64 << 20}]
        for name, packed in (("long.log.zst", zst(data, "--long=27")), ("best.log.xz", lzma.compress(data, filters=filters))):
            _, stats, _ = self.stats(self.write(name, packed), check=0)
            self.assertEqual(stats["totals"]["records"]["accepted"], 50, name)

    def test_a_copy_in_any_packing_is_a_copy(self):
        data = iis(2000).encode()
        self.write("copies/u_ex210301.log", data)
        for suffix, pack in PACKINGS.items():
            self.write(f"copies/old/u_ex210301.log{suffix}", pack(data))
        self.write("copies/old/twice.log.gz.zst", zst(gz(data)))
        _, stats, sources = self.stats(self.folder / "copies", check=0)
        self.assertEqual(stats["totals"]["records"]["accepted"], 2000)
        self.assertEqual(sources["u_ex210301.log"]["state"], "read")
        self.assertEqual([s["state"] for s in stats["sources"]].count("duplicate"), 4)

    def test_damage_is_told_behind_what_stands_before(self):
        data = iis(20000).encode()
        for suffix, pack in PACKINGS.items():
            whole = pack(data)
            at = len(whole) * 3 // 4
            broken = whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1:]
            kind = {".gz": "gzip", ".zst": "zstd", ".xz": "xz"}[suffix]
            for name, bytes_, words in (("cut", whole[:at], f"damaged {kind}: it ends inside the compressed data, "
                                                            f"at byte {at}"),
                                        ("broken", broken, f"damaged {kind} near byte "),
                                        ("rest", whole + b"rest", "other data follow the compressed data at byte "
                                                                  f"{len(whole)}")):
                path = self.write(f"{name}{suffix}/u_ex210301.log{suffix}", bytes_)
                _, _, sources = self.stats(path, check=3)
                source = sources[path.name]
                self.assertEqual(source["state"], "failed", (name, suffix))
                self.assertIn(words, source["error"], (name, suffix))
                least = 20000 if name == "rest" else 8000
                self.assertGreaterEqual(source["records"]["accepted"], least, (name, suffix))

    def test_bombs_are_stopped(self):
        bomb = HEADER.encode() + iis_line(1).encode() * 500000  # 64 MB
        for suffix, pack in PACKINGS.items():
            packed = pack(bomb)
            self.assertLess(len(packed) * 200, len(bomb), suffix)
            path = self.write(f"bomb{suffix}/u_ex210301.log{suffix}", packed)
            _, stats, sources = self.stats(path, check=3)
            self.assertIn("more than 200 times its own size; unpack it if you trust it", sources[path.name]["error"])
            self.assertLess(stats["totals"]["records"]["accepted"], 250000)

    def test_a_window_that_is_too_wide_is_told(self):
        frame = bytearray(b"\x28\xb5\x2f\xfd\x00\x58\x01\x00\x00")
        frame[5] = (31 - 10) << 3
        path = self.write("wide/u_ex210301.log.zst", bytes(frame) + iis(10).encode())
        done, _, sources = self.stats(path, check=3)
        self.assertIn("zstd needs more than 128 MiB of memory to be unpacked", sources[path.name]["error"])
        self.assertIn("unpack it if you trust it", " ".join(done.out.split()))

    def test_what_is_not_read_is_named(self):
        data = iis(20).encode()
        wanted = {"a.log.bz2": (bz2.compress(data)[:40], "this is bzip2-compressed, and damaged"),
                  "b.log.lz4": (b"\x04\x22\x4d\x18" + bytes(40), "lz4-compressed"),
                  "c.zip": (b"PK\x03\x04" + bytes(40), "a zip archive"),
                  "d.log.gz": (gz(gz(gz(data))), "gzip inside two other packings"),
                  "e.log.zst": (b"\x00" + zst(data)[1:], "is named as packed data, but does not begin so")}
        for name, (bytes_, _) in wanted.items():
            self.write(f"named/{name}", bytes_)
        self.write("named/u_ex210301.log", data)
        done, _, sources = self.stats(self.folder / "named", check=3)
        for name, (_, words) in wanted.items():
            self.assertEqual(sources[name]["state"], "unreadable", name)
            self.assertIn(words, sources[name]["error"], name)
            self.assertIn(name, done.out)
        self.assertIn("unpack it and scan the folder", sources["a.log.bz2"]["error"])

    def test_standard_input(self):
        data = iis(25).encode()
        for suffix, pack in PACKINGS.items():
            done = run("parse", "-", stdin=pack(data), check=0)
            self.assertEqual(len(done.out.splitlines()), 25, suffix)


if __name__ == "__main__":
    unittest.main()
