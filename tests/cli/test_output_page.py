#!/usr/bin/env python3
"""docs/output.md names every field that the program can print, in each format, and none that it cannot.

What can be printed is taken from the code, where every name is a literal, and from real output; what is
documented, from the tables of the page. Recipes are held to the grammar of their configuration where that
can be read here.
"""
import json
import pathlib
import re
import unittest
import xml.etree.ElementTree

import tiny
import yaml
from harness import Case, lines_of, run, simulate

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/output.md").read_text(encoding="utf-8")
CODE = ROOT / "detector/output"
FORMATS = ["JSON", "syslog", "CEF", "LEEF"]
LEVELS = ("critical", "high", "medium", "low", "informational")


def documented(column):
    """The names in one column of the tables of fields."""
    names = set()
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if line.startswith("|") and len(cells) == 3 + len(FORMATS):
            names |= set(re.findall(r"`([^`]+)`", cells[2 + FORMATS.index(column)]))
    return names


def literals(*files, calls):
    """The first string of each call of one of the functions, in some files of the code."""
    text = "".join((CODE / name).read_text(encoding="utf-8") for name in files)
    return set(re.findall(rf'\b(?:{calls})\([^"();]*"([@\w.]+)"', text))


def paths_of(value, path=""):
    """The fields of a JSON value, lists as []."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths_of(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for inner in value:
            yield from paths_of(inner, path + "[]")
    else:
        yield path


def plain(path):
    return re.sub(r"^tocsin\.baseline\..*", "tocsin.baseline.*", path)


class Fields(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        simulate(cls.folder / "march")
        march = cls.folder / "march"
        cls.scan = ["-q", "--internal", "10.0.0.0/8", "--geo", march / "geo.mmdb", march / "logs"]

    def test_json(self):
        said, printed = documented("JSON"), set()
        runs = [run("scan", "-f", "json", *self.scan).out,
                run("scan", "-f", "json", "--since", "2011-03-12", "--state", self.folder / "state", *self.scan).out,
                run("scan", "-f", "json", *tiny.write(self, lambda out, *more: simulate(out, *more))).out,
                run("scan", "-f", "json", self.write("unread/a.evt", b"\x30\0\0\0LfLe" + bytes(5000))).out]
        for text in runs:
            for record in lines_of(text):
                printed |= {plain(path) for path in paths_of(record)}
        self.assertGreater(len(printed), 60)
        self.assertEqual(printed - said, set())

    def test_json_by_its_code(self):
        named = literals("json.c", "json_story.c", "json_summary.c", "json_fields.c",
                         calls=r"tc_json_field_\w+|tc_json_key|add_figure")
        said = {part for name in documented("JSON") for part in re.split(r"[.\[\]]+", name)}
        self.assertGreater(len(named), 70)
        self.assertEqual(named - said, set())
        dynamic = {"", "*", "ecs", "line", *LEVELS}  # "line" is the unit of the format
        self.assertEqual(said - named - dynamic, set())

    def test_syslog(self):
        named = literals("syslog_element.c", calls=r"add_\w+")
        said = documented("syslog") - {".9.file", "tocsin.incidents.*", "tocsin.truncated"}
        self.assertGreater(len(named), 50)
        self.assertEqual(named - said, set())
        numbered = {f"tocsin.evidence.1.{name}" for name in ("file", "offset", "line", "text")}
        self.assertEqual(said - named, numbered)
        record = run("scan", "-f", "syslog", *self.scan).out
        printed = {re.sub(r"(evidence)\.\d", r"\1.1", name) for name in re.findall(r' ([@\w.]+)="', record)}
        self.assertEqual({name for name in printed - said if name.split(".")[-1] not in LEVELS}, {"tocsin.truncated"}
                         & printed)

    def test_cef(self):
        named = literals("cef.c", calls=r"add_text|add_time|add_number|add_custom|add_list")
        named |= {"cat", "src", "c6a2", "act"}
        self.assertEqual(documented("CEF"), named)
        record = run("scan", "-f", "cef", *self.scan).out
        for key, label in re.findall(r" (\w+)Label=([a-z ]+?)(?= \w+=)", record):
            self.assertRegex(PAGE, rf"`{key}` {label}\b")

    def test_leef(self):
        named = literals("leef.c", calls=r"add_\w+") | {"cat", "sev", "devTime", "devTimeFormat"}
        said = documented("LEEF")
        self.assertEqual(named - said, set())
        self.assertEqual(said - named, {"incidentsCritical", "incidentsInformational"})


class Words(Case):
    """The page for people."""

    def test_every_heading_is_explained(self):
        code = "".join(path.read_text(encoding="utf-8") for path in CODE.glob("text*.c"))
        code = re.sub(r"/\*.*?\*/", "", code, flags=re.S)
        headings = set(re.findall(r'"([A-Z]{3,}(?: [A-Z]+)*(?:, [a-z ]+)?)(?:[:.] ?)?"', code)) - {"IIS"}
        section = PAGE[PAGE.index("## The page"):PAGE.index("## Fields")]
        explained = set(re.findall(r"`([^`]+)`", section))
        self.assertGreater(len(headings), 12)
        self.assertEqual(headings - explained, set())

    def test_what_is_printed_as_a_heading_is_explained(self):
        simulate(self.folder / "march")
        section = PAGE[PAGE.index("## The page"):PAGE.index("## Fields")]
        for logs in ("march/logs", "march/logs/EX01"):
            page = run("scan", self.folder / logs).out
            headings = set(re.findall(r"^ {0,2}(?:\d+  )?([A-Z]{2,}(?: [A-Z]+)*)\b", page, re.M))
            self.assertLessEqual({"RESULT", "INPUT"}, headings)
            for heading in headings:
                self.assertIn(f"`{heading}`", section)


class Recipes(unittest.TestCase):
    def test_what_can_be_read_is_read(self):
        blocks = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.M | re.S)
        readers = {"json": json.loads, "yaml": yaml.safe_load, "ini": lambda text: self.assertRegex(text, r"^\["),
                   "xml": lambda text: xml.etree.ElementTree.fromstring(f"<all>{text}</all>")}
        self.assertEqual({language for language, _ in blocks}, set(readers))
        for language, text in blocks:
            readers[language](text)

    def test_fields_that_recipes_name_are_printed(self):
        said = {re.sub(r"\[\]", "", name) for name in documented("JSON")}
        recipes = PAGE[PAGE.index("## Elastic"):]
        parents = {".".join(name.split(".")[:length]) for name in said for length in (1, 2, 3)}
        for name in re.findall(r"\b((?:tocsin|event|observer|related)\.[a-z_.]*[a-z])\b", recipes):
            self.assertIn(name, said | parents, name)


if __name__ == "__main__":
    unittest.main()
