#!/usr/bin/env python3
"""What is installed: the Debian package, and `cmake --install`, hold the same and work where they are put.

The package is unpacked, not installed; tests/install/bare.sh installs it in a system of its own.
"""
import gzip
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["TOCSIN_BUILD"])
UNIT = "lib/systemd/system/tocsin.service"
BESIDE = {"share/doc/tocsin/changelog.gz", "share/doc/tocsin/copyright", UNIT, "lib/sysusers.d/tocsin.conf"}
SETTINGS = {"etc/tocsin/tocsin.yml", "etc/tocsin/watch.conf", "etc/logrotate.d/tocsin"}
ZSH = {"share/zsh/vendor-completions/_tocsin": "share/zsh/site-functions/_tocsin"}


def call(*words, **more):
    """Runs a program that must succeed; what it printed."""
    done = subprocess.run([*map(str, words)], capture_output=True, text=True, check=False, **more)
    if done.returncode != 0:
        raise AssertionError(f"{words}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def files_below(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="tocsin-package-"))
        call("cpack", "--config", BUILD / "CPackConfig.cmake", "-B", cls.folder / "made")
        (cls.deb,) = (cls.folder / "made").glob("*.deb")
        call("dpkg-deb", "-x", cls.deb, cls.folder / "unpacked")
        cls.usr = cls.folder / "unpacked/usr"

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder, ignore_errors=True)

    def test_everything_is_there(self):
        held = files_below(self.usr)
        version = re.search(r"project\(tocsin VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text()).group(1)
        self.assertEqual(self.deb.name.split("_")[:2], ["tocsin", version])
        rules = {f"share/tocsin/{path.relative_to(ROOT)}" for path in (ROOT / "rules").rglob("*")
                 if path.suffix in (".yml", ".tsv")}
        pages = {f"share/man/man{page.stem[-1]}/{page.stem}.gz" for page in (ROOT / "docs/man").glob("*.scd")}
        docs = {f"share/doc/tocsin/{path.name}" for path in [ROOT / "README.md", ROOT / "CHANGELOG.md",
                                                            *(ROOT / "docs").glob("*.*")]}
        wanted = rules | pages | docs | BESIDE | ZSH.keys() | {"bin/tocsin",
                                                               "share/bash-completion/completions/tocsin"}
        self.assertEqual(wanted - held, set())
        self.assertGreater(len(rules), 20)
        self.assertEqual(files_below(self.usr.parent) - {f"usr/{name}" for name in held}, SETTINGS)

    def test_what_an_administrator_changes_is_kept_at_an_upgrade(self):
        call("dpkg-deb", "-e", self.deb, self.folder / "control")
        self.assertEqual((self.folder / "control/conffiles").read_text().split(),
                         sorted(f"/{name}" for name in SETTINGS))
        program = self.usr / "bin/tocsin"
        self.assertIn("no errors", call(program, "config", "check", self.usr.parent / "etc/tocsin/tocsin.yml"))

    def test_installing_starts_nothing_that_did_not_run(self):
        call("dpkg-deb", "-e", self.deb, self.folder / "scripts")
        for script in ("postinst", "prerm", "postrm"):
            text = (self.folder / "scripts" / script).read_text()
            call("sh", "-n", self.folder / "scripts" / script)
            self.assertNotRegex(text, r"systemctl (start|enable|restart)")
        self.assertFalse([path for path in self.usr.parent.rglob("*") if path.is_symlink()], "nothing is enabled")

    def test_the_service_may_do_little(self):
        unit = (self.usr / UNIT).read_text()
        program, options = re.search(r"^ExecStart=/usr/(\S+) watch (.*)$", unit, re.M).groups()
        self.assertTrue((self.usr / program).exists())
        for option in re.findall(r"--[a-z-]+", options):
            self.assertIn(option, call(self.usr / program, "watch", "--help"))
        if shutil.which("systemd-analyze") is None:
            self.skipTest("systemd-analyze is not installed")
        done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=12", "--no-pager",
                               self.usr / UNIT], capture_output=True, text=True, check=False)
        if "Unknown" in done.stderr and done.returncode != 0:
            self.skipTest(done.stderr.strip())
        self.assertEqual(done.returncode, 0, done.stdout[-300:] + done.stderr)

    def test_the_program_runs_where_it_was_unpacked(self):
        program, empty = self.usr / "bin/tocsin", {"PATH": "/usr/bin:/bin"}
        self.assertRegex(call(program, "--version", env=empty),
                         r"\Atocsin [\d.]+\ncommit    \S+\ncompiler  \S+ \S+\nlibraries pcre2 [\d.]+, ")
        self.assertIn("no errors", call(program, "rules", "check", env=empty))
        call(BUILD / "tocsin-simulate", "--out", self.folder / "example", "--people", "12", "--days", "20")
        logs = self.folder / "example/logs"
        there, here = (subprocess.run([of, "scan", "-f", "json", "--fail-level", "low", logs], env=empty,
                                      capture_output=True, check=False) for of in (program, BUILD / "tocsin"))
        self.assertEqual((there.returncode, there.stdout), (here.returncode, here.stdout))
        self.assertIn(there.returncode, (0, 1), there.stderr)

    def test_nothing_tells_where_it_was_built(self):
        for path in [BUILD / "tocsin", *self.usr.rglob("*")]:
            if path.is_file():
                data = path.read_bytes()
                data = gzip.decompress(data) if path.suffix == ".gz" else data
                self.assertNotIn(bytes(str(ROOT), "utf-8"), data, path)

    def test_its_dependencies_are_what_the_program_needs(self):
        needs = set(re.findall(r"(?:^|, )(z?lib[\w.-]+)", call("dpkg-deb", "-f", self.deb, "Depends")))
        linked = set(re.findall(r"NEEDED +(\S+)\.so", call("objdump", "-p", self.usr / "bin/tocsin")))
        # One package holds libc and libm, one libssl and libcrypto.
        wanted = len(linked - {"libm", "libcrypto" if "libssl" in linked else ""})
        self.assertIn(len(needs), (wanted, wanted + 1), needs)

    def test_it_runs_no_shell_and_asks_for_names_in_one_place(self):
        """What watch sends to receivers asks for their addresses and starts a hook that was named; nothing else."""
        calls = set(re.findall(r" (\w+)@GLIBC", call("nm", "-D", "--undefined-only", self.usr / "bin/tocsin")))
        self.assertIn("open64" if "open64" in calls else "open", calls)
        self.assertEqual(calls & {"getaddrinfo", "gethostbyname", "system", "popen", "execve", "execvp", "execv",
                                  "posix_spawn", "fork", "vfork"}, {"getaddrinfo", "fork", "execve"})

    def test_cmake_installs_the_same(self):
        prefix = self.folder / "prefix"
        call("cmake", "--install", BUILD, "--prefix", prefix)
        self.addCleanup((BUILD / "install_manifest.txt").unlink)
        packed = {ZSH.get(name, name) for name in files_below(self.usr) - BESIDE}
        self.assertEqual(files_below(prefix), packed)
        self.assertIn("no errors", call(prefix / "bin/tocsin", "rules", "check"))

    def test_lintian_has_nothing_to_say(self):
        if shutil.which("lintian") is None:
            print("skipped: lintian: lintian is not installed", flush=True)
            self.skipTest("lintian is not installed")
        # What is built with sanitizers or for debugging is not hardened; those are remarks, not warnings.
        said = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning", self.deb],
                              capture_output=True, text=True, check=False)
        self.assertEqual((said.returncode, said.stdout), (0, ""))


if __name__ == "__main__":
    for tool in ("cpack", "dpkg-deb", "dpkg-shlibdeps"):
        if shutil.which(tool) is None:
            print(f"skipped: {tool} is not installed")
            sys.exit(77)
    unittest.main()
