"""Members of archives are read like files beside them; what an archive cannot give is told, and the rest is read."""
import bz2
import json
import lzma
import pathlib
import shutil
import subprocess
import unittest

import archives
import tiny
from harness import Case, gz, lines_of, run, simulate, xz, zst
from test_bad_input import HEADER, iis, iis_line

PEAK_KIB = 256 * 1024


def files_of(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def tool(*names):
    return next((name for name in names if shutil.which(name)), None)


class Archives(Case):
    def stats(self, *arguments, check=None, timeout=120):
        path = self.folder / "stats.json"
        done = run("scan", "--require", "none", "--stats", path, *arguments, check=check, timeout=timeout)
        stats = json.loads(path.read_text(encoding="utf-8"))
        self.assert_balanced(stats)
        return done, stats, {s["path"]: s for s in stats["sources"]}

    def alerts(self, options, path):
        lines = lines_of(run("scan", "-f", "json", *options, path, check=1).out)
        return [a["event"]["id"] for a in lines[:-1]], lines[-1]["tocsin"]

    def test_every_kind_gives_the_same_alerts(self):
        *options, logs = tiny.write(self, simulate)
        options = [str(o) for o in options]
        plain, verdict = self.alerts(options, logs)
        self.assertGreater(len(plain), 3)
        files = files_of(pathlib.Path(logs))
        backwards = dict(reversed(files.items()))
        tar, zipped = archives.tar_of(files), archives.zip_of(files)
        kinds = {"a.zip": zipped, "b.zip": archives.zip_of(backwards), "c.tar": tar, "d.tar.gz": gz(tar),
                 "e.tar.xz": xz(tar), "f.tar.zst": zst(tar), "g.tar.bz2": bz2.compress(tar),
                 "h.zip": archives.zip_of({n + ".gz": gz(d) for n, d in files.items()}),
                 "i.tar": archives.tar_of({n + ".bz2": bz2.compress(d) for n, d in files.items()}),
                 "j.tgz": gz(archives.tar_of({"in/a.zip": archives.zip_of({"in.zip": zipped})}))}
        half = len(files) // 2
        parts = dict(list(files.items())[:half]), dict(list(files.items())[half:])
        kinds |= {"k.tar": b"".join(map(archives.tar_of, parts)), "l.zip": b"".join(map(archives.zip_of, parts)),
                  "m.tar.bz2": bytes(9).join(bz2.compress(archives.tar_of(p)) for p in parts),
                  "n.tgz": gz(archives.old_tar_of(files))}
        for name, data in kinds.items():
            ids, told = self.alerts(options, self.write(f"{name}.d/{name}", data))
            self.assertEqual(ids, plain, name)
            self.assertEqual((told["incidents"], told["outcome"]), (verdict["incidents"], verdict["outcome"]), name)

    def test_seven_zip(self):
        packer = tool("7z", "7za", "7zr")
        if not packer:
            print("skipped test_seven_zip: no 7z here")
            return
        self.write("seven/EX01/u_ex210301.log", iis(300).encode())
        self.write("seven/EX02/u_ex210302.log", (HEADER + iis_line(7) + iis(200)).encode())
        subprocess.run([packer, "a", "-bso0", "-bsp0", self.folder / "x.7z", self.folder / "seven"], check=True)
        _, stats, sources = self.stats(self.folder / "x.7z", check=0)
        self.assertEqual(stats["totals"]["records"]["accepted"], 501)
        self.assertIn(str(self.folder / "x.7z/seven/EX01/u_ex210301.log"), sources)

    def test_a_copy_in_an_archive_is_a_copy(self):
        files = {f"W3SVC1/u_ex2103{d:02}.log": (HEADER + iis_line(1000 + d) + iis(99 + d)).encode() for d in range(1, 8)}
        for name, data in files.items():
            self.write(f"both/{name}", data)
        self.write("both/all.zip", archives.zip_of(files))
        self.write("both/old/all.tar.gz", gz(archives.tar_of(files)))
        _, stats, _ = self.stats(self.folder / "both", check=0)
        states = [s["state"] for s in stats["sources"]]
        self.assertEqual((states.count("read"), states.count("duplicate")), (7, 14))
        self.assertEqual(stats["totals"]["records"]["accepted"], sum(100 + d for d in range(1, 8)))

    def test_names_are_only_names(self):
        data = iis(40).encode()
        names = ["../../../etc/passwd.log", "/etc/shadow.log", "C:\\Windows\\u_ex.log", "x\x1b[31m.log", "./a//b.log", "n" * 2990]
        files = {name: data + iis_line(i).encode() for i, name in enumerate(names)}
        _, stats, _ = self.stats(self.write("n/names.tar", archives.tar_of({**files, "link.log": None})), check=0)
        self.assertEqual(stats["totals"]["records"]["accepted"], 41 * len(names))
        self.assertEqual([p.name for p in (self.folder / "n").rglob("*")], ["names.tar"])
        done = run("scan", "--require", "none", self.folder / "n", check=0)
        self.assertNotIn("\x1b", done.out + done.err)

    def test_what_is_damaged_is_told_and_the_rest_is_read(self):
        good, other = iis(60).encode(), iis(70).encode()
        whole = archives.zip_of({"a.log": good, "b.log": other})
        for name, data, words in (
                ("cut.zip", whole[:len(whole) - 40], None),
                ("cut.tar", archives.tar_of({"a.log": good, "b.log": other * 40})[:20000], "damaged"),
                ("sum.zip", archives.zip_by_hand([(b"a.log", good, None, 0), (b"b.log", other, 1, 0)]), "damaged in its archive"),
                ("locked.zip", archives.zip_by_hand([(b"a.log", good, None, 0), (b"b.log", other, None, 1)]),
                 "1 of its 2 members are encrypted")):
            path = self.write(f"{name}.d/{name}", data)
            done, stats, sources = self.stats(path, check=0 if words is None else 3)
            self.assertGreaterEqual(stats["totals"]["records"]["accepted"], 60, name)
            if words:
                told = " ".join(str(s.get("error")) for s in sources.values())
                self.assertIn(words, told, name)
                self.assertIn("INCOMPLETE", done.out)

    def read_and_told(self, rows):
        """Each row: what lies in the file, how many records are read, words that are told (None: all is well)."""
        for name, (data, accepted, words) in rows.items():
            path = self.write(f"{name}.d/{name}", data)
            self.write(f"{name}.d/beside/u_ex210301.log", iis(7).encode())
            done, stats, sources = self.stats(path.parent, check=0 if words is None else 3)
            self.assertEqual(stats["totals"]["records"]["accepted"], accepted + 7, name)
            if words:
                told = " ".join(str(s.get("error")) for s in sources.values())
                self.assertIn(words, told, name)
                self.assertIn("INCOMPLETE", done.out, name)

    @staticmethod
    def two():
        return {"a.log": iis(60).encode()}, {"b.log": (HEADER + iis_line(1) + iis(70)).encode()}

    def test_what_follows_an_archive_is_read_or_told(self):
        one, other = self.two()
        tars, zips = [archives.tar_of(f) for f in (one, other)], [archives.zip_of(f) for f in (one, other)]
        packed = [bz2.compress(t) for t in tars]
        lost = b"PK\3\5".join(archives.zip_of({**one, **other}).rsplit(b"PK\3\4", 1))
        self.read_and_told({
            "cat.tar": (tars[0] + tars[1], 131, None),
            "cat.tgz": (gz(tars[0]) + gz(tars[1]), 131, None),
            "cat.tar.zst": (zst(tars[0]) + zst(tars[1]), 131, None),
            "zeros.tar": (tars[0] + bytes(700), 60, None),
            "zeros.tgz": (gz(bytes(1024) + tars[0] + bytes(5120) + tars[1]), 131, None),
            "rest.tar": (tars[0] + b"rest", 60, "this is a tar archive, and damaged"),
            "block.tar": (tars[0] + b"x" * 1024, 60, "other data than a member's stand before byte"),
            "hole.tgz": (gz(tars[0] + b"x" * 20480 + tars[1]), 131, "other data than a member's stand before byte"),
            "cat.tar.bz2": (packed[0] + bytes(700) + packed[1], 131, None),
            "rest.tar.bz2": (packed[0] + b"rest", 60, "other data follow at byte"),
            "cat.zip": (zips[0] + zips[1] + archives.zip_of({"c.log": (HEADER + iis_line(2)).encode()}), 132, None),
            "cut.zip": (zips[0][:-60] + zips[1], 131, None),
            "cat.zip.gz": (gz(zips[0] + zips[1]), 131, None),
            "in.tar": (archives.tar_of({"in.zip": zips[0] + bytes(100) + zips[1]}), 131, None),
            "lost.tar": (archives.tar_of({"in.zip": lost}), 60, "2 members stand in its directory, and 1 in it"),
            "many.zip": (b"".join(archives.zip_of({f"{i}.log": b""}) for i in range(258)) + zips[0], 60,
                         "more than 256 zip archives stand one behind another in it"),
        })

    def test_what_follows_packed_data_is_read_or_told(self):
        one, other = iis(60).encode(), "".join(iis_line(i) for i in range(70)).encode()
        packers = {".bz2": bz2.compress, ".lzma": lambda d: lzma.compress(d, format=lzma.FORMAT_ALONE)}
        if tool("lz4"):
            packers[".lz4"] = lambda d: subprocess.run(["lz4", "-q", "-c"], input=d, capture_output=True, check=True).stdout
        for suffix, pack in packers.items():
            first, second = pack(one), pack(other)
            end = f"other data follow the compressed data at byte {len(first)}"
            self.read_and_told({
                "whole.log" + suffix: (first, 60, None),
                "cat.log" + suffix: (first + second, 130, None),
                "padded.log" + suffix: (first + bytes(5000), 60, None),
                "zeros.log" + suffix: (first + bytes(512) + second + bytes(1), 130, None),
                "magic.log" + suffix: (first + b"\xA5" + second[1:], 60, end),
                "rest.log" + suffix: (first + b"garbage, and more of it", 60, end),
            })
        none = bz2.compress(b"") + bytes(1)
        self.read_and_told({"none.log.bz2": (none + bytes(7) + bz2.compress(one), 60, None),
                            "crowd.log.bz2": (none * 5000 + bz2.compress(one), 0,
                                              "more than 4096 archives or packed files stand one behind another in it")})

    def test_damage_below_an_archive_is_told(self):
        packed = gz(archives.tar_of({"a.log": iis(60).encode()}) + bytes(200000))
        self.read_and_told({"sum.tgz": (packed[:-8] + bytes(8), 60, "damaged gzip"), "cut.tgz": (packed[:-20], 60, "damaged gzip")})

    def test_jobs_agree_about_what_follows(self):
        one, other = self.two()
        path = self.write("jobs/cat.tar", archives.tar_of(one) + archives.tar_of(other) + b"x" * 600)
        outputs = {run("scan", "--require", "none", "-f", "json", "--jobs", jobs, path, check=3).out for jobs in ("1", "4")}
        self.assertEqual(len(outputs), 1)

    def test_tars_that_do_not_say_so(self):
        one, other = self.two()
        old = archives.old_tar_of({**one, **other})
        self.read_and_told({"old.tar": (old, 131, None), "old.log": (old, 131, None), "old": (gz(old), 131, None),
                            "old.tar.xz": (xz(old), 131, None), "old.bak": (bz2.compress(old), 131, None),
                            "cat.tar": (old + archives.tar_of({"c.log": (HEADER + iis_line(2)).encode()}), 132, None),
                            "packed.tgz": (gz(archives.old_tar_of({n + ".gz": gz(d) for n, d in other.items()})), 71, None)})

    def test_what_only_its_name_calls_an_archive_is_named(self):
        noise = bytes(range(256)) * 20
        self.read_and_told({name: (data, 0, "is named as packed data, but does not begin so") for name, data in (
            ("a.tgz", gz(noise)), ("a.tar.gz", gz(noise)), ("a.tar.xz", xz(noise)), ("a.tzst", zst(noise)), ("a.tar", noise),
            ("a.arj", noise))})
        self.read_and_told({"empty.tar": (bytes(10240), 0, None), "empty.tgz": (gz(bytes(10240)), 0, None)})

    def test_archives_of_other_kinds_are_read_or_named(self):
        one, other = self.two()
        both, program = {**one, **other}, b"MZ" + bytes(3000)
        words = "which is not read"
        self.read_and_told({
            "a.jar": (archives.zip_of(both), 131, None), "spanned.zip": (b"PK00" + archives.zip_of(both), 131, None),
            "zip.exe": (program + archives.zip_of(both), 131, None), "7z.exe": (program + archives.wide_7z(one["a.log"]), 60, None),
            "program.exe": (program, 0, None), "a.cpio": (archives.cpio_of(both), 131, None),
            "cat.cpio": (archives.cpio_of(one) + bytes(300) + archives.cpio_of(other), 131, None),
            "a.cpio.gz": (gz(archives.cpio_of(both)), 131, None), "ar": (archives.ar_of(both), 131, None),
            "a.iso": (bytes(32768) + b"\1CD001\1\0" + bytes(2000) + one["a.log"], 0, "this is an ISO 9660 image, " + words),
            "disc.gz": (gz(bytes(32768) + b"\1CD001\1\0" + bytes(9000)), 0, "this is an ISO 9660 image, " + words),
            "xar": (b"xar!\0\x1c\0\1" + bytes(500), 0, "this is a xar archive, " + words),
            "lzh": (b"\x20\x22-lh5-" + bytes(500), 0, "this is an LZH archive, " + words),
            "rpm": (b"\xed\xab\xee\xdb\3\0" + bytes(500), 0, "this is an RPM package, " + words),
            "uu.log": (b"begin 644 a.log\n" + b"#" + b"A" * 60 + b"\n`\nend\n", 0, "this is uuencoded, " + words)})

    def test_hard_links_to_what_is_not_there_are_told(self):
        one, _ = self.two()
        self.read_and_told({
            "whole.tar": (archives.hard_links({"./logs/a.log": one["a.log"]}, {"./b.log": "logs/a.log"}), 60, None),
            "lost.tar": (archives.hard_links(one, {"b.log": "a.log", "c.log": "elsewhere/c.log"}), 60,
                         "1 of its 3 members are hard links to files that are not in it")})

    def test_archives_in_archives_end(self):
        data = archives.zip_of({"u_ex210301.log": iis(30).encode()})
        for _ in range(4):
            data = archives.zip_of({"again.zip": data, "u_ex210301.log": iis(30).encode()})
        _, stats, sources = self.stats(self.write("deep/deep.zip", data), check=3)
        self.assertGreaterEqual(stats["totals"]["records"]["accepted"], 30)
        told = " ".join(str(s.get("error")) for s in sources.values())
        self.assertIn("is an archive inside others: unpack them and scan the folder", told)

    def peak(self, path, check):
        """Scans within an address space that leaves no room for what hostile archives ask for."""
        done = subprocess.run(["/usr/bin/env", "python3", "-c", (
            "import resource,subprocess,sys;"
            "r=subprocess.run(sys.argv[1:],capture_output=True);"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss);"
            "sys.stdout.write(r.stdout.decode('utf-8','replace'));sys.exit(r.returncode)"),
            run.__globals__["TOCSIN"], "scan", "--require", "none", "--stats", self.folder / "stats.json", path],
            capture_output=True, timeout=120, check=False)
        self.assertIn(done.returncode, (0, 3) if check is None else (check,), done.stdout[-2000:])
        text = done.stdout.decode("utf-8")
        return int(text.split("\n")[0]), json.loads((self.folder / "stats.json").read_text(encoding="utf-8"))

    def test_bombs_are_stopped(self):
        line = iis_line(1).encode()
        bomb = HEADER.encode() + line * 120000
        good = iis(50).encode()
        rows = (("one.zip", archives.zip_of({"a_good.log": good, "bomb.log": bomb * 4}), 3),
                ("overlap.zip", archives.overlapping_zip(bomb, 500), None),
                ("wide.7z", archives.wide_7z(good), 0))
        for name, data, status in rows:
            peak, stats = self.peak(self.write(f"{name}.d/{name}", data), status)
            told = " ".join(str(s.get("error")) for s in stats["sources"])
            if status is None:
                self.assertEqual(stats["totals"]["records"]["accepted"], 120000)
            elif status == 3:
                self.assertIn("more than 200 times its own size; unpack it if you trust it", told, name)
            else:
                self.assertEqual(stats["totals"]["records"]["accepted"], 50, name)
            if not self.sanitized():
                self.assertLess(peak, PEAK_KIB, name)

    @staticmethod
    def sanitized():
        with open(run.__globals__["TOCSIN"], "rb") as binary:
            data = binary.read()
        return b"__asan_init" in data or b"__tsan_init" in data

    def test_a_crowd_of_members(self):
        count = 20000 if self.sanitized() else 140000
        peak, stats = self.peak(self.write("crowd/crowd.zip", archives.crowded_zip(count, iis(50).encode())), 0)
        self.assertEqual(stats["totals"]["records"]["accepted"], 50)
        if not self.sanitized():
            self.assertLess(peak, PEAK_KIB)

    def test_one_packed_file_is_one_log(self):
        self.write("p/u_ex210301.log.bz2", bz2.compress(iis(33).encode()))
        packers = {".lz4": ("lz4", "-q", "-c"), ".lz": ("lzip", "-c"), ".Z": ("compress", "-c")}
        wanted = 33
        for at, (suffix, command) in enumerate(packers.items()):
            if not tool(command[0]):
                print(f"skipped {suffix} of test_one_packed_file_is_one_log: no {command[0]} here")
                continue
            data = (iis(33) + iis_line(at)).encode()
            self.write(f"p/u_ex21030{at + 2}.log{suffix}",
                       subprocess.run(command, input=data, capture_output=True, check=True).stdout)
            wanted += 34
        _, stats, sources = self.stats(self.folder / "p", check=0)
        self.assertEqual(stats["totals"]["records"]["accepted"], wanted)
        self.assertIn(str(self.folder / "p/u_ex210301.log.bz2"), sources)

    def test_an_archive_on_standard_input_is_told(self):
        done = run("scan", "--require", "none", "-", stdin=archives.zip_of({"a.log": iis(5).encode()}), check=3)
        self.assertIn("save it as a file", " ".join(done.out.split()))


if __name__ == "__main__":
    unittest.main()
