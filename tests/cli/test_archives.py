"""Members of archives are read like files beside them; what an archive cannot give is told, and the rest is read."""
import bz2
import json
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
