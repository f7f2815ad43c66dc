#!/usr/bin/env python3
"""What the pages say that a machine can check: links, versions, lists that stand in two places, old systems.

Besides, a folder as docs/collect.ps1 leaves it is read as one wants it: its own lists are no evidence, and
disturb nothing.
"""
import json
import pathlib
import re
import shutil
import subprocess
import unittest

from harness import Case, run, simulate

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
SCRIPT = (ROOT / "docs/collect.ps1").read_text(encoding="utf-8")


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


class Pages(unittest.TestCase):
    def test_links_lead_somewhere(self):
        count = 0
        for page in PAGES:
            for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
                self.assertTrue((page.parent / target).exists(), f"{page.name}: {target}")
                count += 1
        self.assertGreater(count, 10)

    def test_versions_are_one(self):
        version = re.search(r"project\(tocsin VERSION ([\d.]+)", text_of("CMakeLists.txt")).group(1)
        self.assertEqual(set(re.findall(r"tocsin_([\d.]+)_", text_of("README.md"))), {version})
        self.assertRegex(text_of("CHANGELOG.md"), rf"(?m)^## {re.escape(version)}, \d{{4}}-\d\d-\d\d$")
        self.assertTrue(run("--version", check=0).out.startswith(f"tocsin {version}\ncommit    "))

    def test_the_version_page_names_the_libraries_and_their_versions(self):
        said = run("--version", check=0).out.splitlines()[-1]
        names = re.findall(r"(?:libraries|,) ([a-z0-9-]+) \d+\.[\d.]+", said)
        self.assertEqual(len(names), said.count(",") + 1, said)
        for name in ("pcre2", "libyaml", "libmaxminddb", "utf8proc", "sqlite", "libzstd", "liblzma", "libarchive",
                     "libpcap", "openssl", "libcurl"):
            self.assertIn(name, names, said)

    def test_exit_statuses_are_the_same_everywhere(self):
        section = re.search(r"^# EXIT STATUS$(.*?)^# ", text_of("docs/man/tocsin.1.scd"), re.M | re.S).group(1)
        manual = set(re.findall(r"^\*(\d+)\*$", section, re.M))
        readme = set(re.findall(r"^\| (\d) \|", text_of("README.md"), re.M))
        self.assertEqual(readme | {"130", "141"}, manual)
        for word in ("0", "1", "2", "3"):
            self.assertRegex(run("scan", "--help", check=0).out.splitlines()[-1], rf"\b{word}\b")

    def test_the_system_that_readme_names_is_the_one_that_dev_wants(self):
        oldest = re.findall(r"^    (debian|ubuntu)\) oldest=([\d.]+) ;;", text_of("dev"), re.M)
        self.assertEqual(len(oldest), 2)
        for name, version in oldest:
            self.assertIn(f"{name.capitalize()} {version}", text_of("README.md"))


class Events(Case):
    """The Security events to collect stand in three places."""

    def test_script_page_and_manual_agree(self):
        asked = {word for word in re.search(r"^\$ids = (.*)$", SCRIPT, re.M).group(1).split(", ")}
        page = text_of("docs/collecting.md")
        command = re.search(r"^ *wevtutil qe Security /f:xml /q:(.*)$", page, re.M).group(1)
        self.assertEqual(set(re.findall(r"EventID=(\d+)", command)), asked - {"517"})
        manual = set(re.findall(r"EventID=(\d+)", text_of("docs/man/tocsin.1.scd")))
        self.assertLessEqual(manual, asked)
        self.assertLessEqual({"4723", "4724", "4738"}, manual)

    def test_every_event_that_a_rule_asks_for_is_collected(self):
        asked = set(re.findall(r"\d+", re.search(r"^\$ids = (.*)$", SCRIPT, re.M).group(1)))
        asked |= set(re.findall(r"'EventID=(\d+)'", SCRIPT))
        wanted = set()
        for rule in (ROOT / "rules").rglob("*.yml"):
            for block in re.findall(r"EventID:((?: \d+)|(?:\n +- \d+)+)", rule.read_text(encoding="utf-8")):
                wanted |= set(re.findall(r"\d+", block))
        self.assertGreater(len(wanted), 3)
        self.assertEqual(wanted - asked, set())

    def test_the_script_only_reads(self):
        for verb in ("Remove-", "Set-Item", "Clear-", "Stop-", "Restart-", "Move-", "Rename-", "Invoke-Expression",
                     "Invoke-WebRequest", "Start-Process", "::Delete"):
            self.assertNotIn(verb, SCRIPT)
        written = re.findall(r"(?:Add-Content|Export-Csv|New-Item)\b.*?-(?:LiteralPath|Path) (\$\w+)", SCRIPT)
        self.assertLessEqual(set(written), {"$Report", "$Manifest", "$list", "$Target"})

    def test_the_script_parses(self):
        if shutil.which("pwsh") is None:
            self.skipTest("pwsh is not installed")
        check = ("$e = $null; [void] [System.Management.Automation.Language.Parser]::ParseFile($args[0], [ref] $null, "
                 "[ref] $e); $e | Out-String | Write-Output; exit $e.Count")
        subprocess.run(["pwsh", "-NoProfile", "-Command", check, ROOT / "docs/collect.ps1"], check=True)


class Collected(Case):
    """A folder as the script leaves it."""

    def test_its_lists_disturb_nothing(self):
        simulate(self.folder, "--profile", "quiet", "--people", "12", "--days", "8")
        logs = self.folder / "logs"
        alone = run("scan", "-f", "json", "--internal", "10.0.0.0/8", logs)
        for host in ("EX01", "EX02"):
            self.write(f"logs/{host}/manifest.csv", '\ufeffsource,copy,bytes,changed,sha256\r\n"C:\\x\\u_ex110301.log",'
                       '"W3SVC1\\u_ex110301.log","1234","2011-03-01T00:00:00Z","ab"\r\n')
            self.write(f"logs/{host}/collect.txt", f"\ufeffserver     {host}\r\nIIS site 'x': 8 of 8 files\r\n")
            self.write(f"logs/{host}/HttpProxy.csv", '\ufeff"FullName","Length","CreationTimeUtc","LastWriteTimeUtc"\r\n'
                       '"C:\\V15\\Logging\\HttpProxy\\Owa\\HttpProxy_2026112800-1.LOG","1","x","y"\r\n')
            self.write(f"logs/{host}/IIS.xml", "<Events>\r\n</Events>\r\n")
        with_lists = run("scan", "-f", "json", "--internal", "10.0.0.0/8", logs)
        self.assertEqual(with_lists.returncode, alone.returncode)
        before, after = (json.loads(done.out.splitlines()[-1])["tocsin"] for done in (alone, with_lists))
        self.assertEqual(before["reasons"], after["reasons"])
        self.assertEqual(before["files"]["read"], after["files"]["read"])
        self.assertEqual(before["files"]["unread"], after["files"]["unread"])


class Dev(Case):
    """./dev on systems that are too old, and what it tells of tests that were skipped."""

    def dev(self, release, *words):
        file = self.write("os-release", release)
        return subprocess.run([ROOT / "dev", *words], env={"PATH": "/usr/bin:/bin", "TOCSIN_OS_RELEASE": str(file)},
                              capture_output=True, text=True, timeout=60, check=False)

    def test_old_systems_are_told_before_anything_is_installed(self):
        for name, release in (("Ubuntu 22.04.4 LTS", 'ID=ubuntu\nVERSION_ID="22.04"\n'),
                              ("Debian GNU/Linux 11 (bullseye)", 'ID=debian\nVERSION_ID="11"\n')):
            for command in ("scan", "test", "install"):
                done = self.dev(f'PRETTY_NAME="{name}"\n{release}', command)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn(f"dev: {name} is too old", done.stderr)
                self.assertIn("Ubuntu 24.04", done.stderr)
                self.assertNotIn("installing", done.stderr)

    def test_new_ones_are_not(self):
        for release in ("ID=debian\nVERSION_ID=12\n", "ID=debian\n", "ID=ubuntu\nVERSION_ID=24.04\n", "ID=fedora\n",
                        "ID=ubuntu\nVERSION_ID=25.10\n", ""):
            done = self.dev(release, "no-such-command")
            self.assertNotIn("too old", done.stderr)
            self.assertIn("./dev scan", done.stderr)

    def test_skips_are_told_with_their_reason(self):
        log = self.write("LastTest.log", "1/3 Testing: cli/a\n1/3 Test: cli/a\nOutput:\nskipped: no folder of cases\n"
                         "Test Skipped.\n2/3 Testing: cli/b\nOutput:\nOK\nTest Passed.\n3/3 Testing: lint/c\nTest Skipped.\n")
        done = subprocess.run(["awk", "-f", ROOT / "tests/skips.awk", log], capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout.splitlines(), ["skipped cli/a: no folder of cases",
                                                    "skipped lint/c: it does not say why"])


if __name__ == "__main__":
    unittest.main()
