#!/usr/bin/env python3
"""Completion for bash and zsh offers what the program understands, and nothing else.

bash runs the function as it would when somebody presses the tab key; zsh, where it is installed, reads
its script and tells what it would hand to its own _arguments.
"""
import os
import pathlib
import re
import shutil
import subprocess
import unittest

from harness import Case, run

SCRIPTS = pathlib.Path(os.environ["TOCSIN_COMPLETION"])
ASK = """
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_tocsin
printf '%s\\n' "${COMPREPLY[@]}"
"""
ZSH = """
_arguments() { print -rl -- "$@" }
_describe() { print -rl -- "${(@P)2}" }
_files() { }
words=(tocsin "$2")
CURRENT=3
source "$1"
"""


def bash(*words, folder=None):
    """What bash would offer for the last of the words."""
    done = subprocess.run(["bash", "-c", ASK, "bash", SCRIPTS / "completion.bash", *words], cwd=folder,
                          capture_output=True, text=True, check=True)
    if done.stderr:
        raise AssertionError(done.stderr)
    return sorted(done.stdout.split())


def commands():
    return re.findall(r"^  (\w+) ", run("--help", check=0).out, re.M)


def long_options(command):
    """The long options on the page of a command."""
    return re.findall(r"^  (?:-\w, |    )(--[\w-]+)", run(command, "--help", check=0).out, re.M)


class Completion(Case):
    def test_commands(self):
        self.assertEqual(bash("tocsin", ""), sorted([*commands(), "--help", "--version"]))
        self.assertEqual(bash("tocsin", "sca"), ["scan"])

    def test_every_option_of_every_command_is_offered_and_no_other(self):
        for command in commands():
            with self.subTest(command):
                self.assertEqual(bash("tocsin", command, "--"), sorted(long_options(command)))

    def test_values_that_are_words(self):
        outputs = ["cef", "json", "leef", "syslog", "text"]
        self.assertEqual(bash("tocsin", "scan", "--format", ""), outputs)
        self.assertEqual(bash("tocsin", "scan", "-f", ""), outputs)
        self.assertEqual(bash("tocsin", "scan", "--format", "=", ""), outputs)
        self.assertEqual(bash("tocsin", "scan", "--format", "="), outputs)
        self.assertIn("iis-w3c", bash("tocsin", "parse", "--format", ""))
        self.assertEqual(bash("tocsin", "scan", "--fail-level", "h"), ["high"])
        self.assertTrue({"list", "check", "test"} <= set(bash("tocsin", "rules", "")))

    def test_words_that_are_offered_are_understood(self):
        empty = self.write("empty.log", "")
        for command in ("scan", "parse"):
            for word in bash("tocsin", command, "--format", ""):
                self.assertNotEqual(run(command, "--format", word, empty).returncode, 2, word)

    def test_paths(self):
        self.write("logs/a b.log", "")
        self.write("accounts.csv", "")
        for words in (["--geo", "acc"], ["--geo", "=", "acc"], ["acc"], ["-o", "acc"]):
            self.assertEqual(bash("tocsin", "scan", *words, folder=self.folder), ["accounts.csv"], words)
        self.assertEqual(bash("tocsin", "scan", "--tables", "", folder=self.folder), ["logs"])
        self.assertEqual(bash("tocsin", "scan", "--internal", "", folder=self.folder), [])
        # A value that need not be given stands behind an equals sign only.
        self.assertEqual(bash("tocsin", "scan", "--syslog", "acc", folder=self.folder), ["accounts.csv"])

    def test_zsh(self):
        if shutil.which("zsh") is None:
            self.skipTest("zsh is not installed")
        for command in commands():
            with self.subTest(command):
                done = subprocess.run(["zsh", "-f", "-c", ZSH, "zsh", SCRIPTS / "completion.zsh", command],
                                      capture_output=True, text=True, check=True)
                self.assertEqual(done.stderr, "")
                offered = set(re.findall(r"^\*(--[\w-]+)", done.stdout, re.M))
                self.assertEqual(offered, set(long_options(command)))


if __name__ == "__main__":
    unittest.main()
