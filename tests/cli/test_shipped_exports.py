"""What people export from where agents had sent the logs gives what the files give."""
import json
import pathlib
import shutil
import unittest

from harness import Case, lines_of, run, simulate, told
from shippers import EXPORTS, export

INTERNAL = ("--internal", "10.0.0.0/8")


class Exported(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        simulate(cls.folder)
        cls.logs = cls.folder / "logs"
        cls.paths = [p for p in cls.logs.rglob("*") if p.suffix.lower() == ".log"]
        cls.wanted = told(lines_of(run("scan", "-f", "json", *INTERNAL, cls.logs).out))

    def host_of(self, path):
        return path.relative_to(self.logs).parts[0]

    def check(self, name, form, headers):
        folder = pathlib.Path(self.folder) / form.__name__
        folder.mkdir()
        for other in self.logs.glob("DC*"):
            shutil.copytree(other, folder / other.name)
        export(form, self.paths, folder / "shipped.out", self.host_of, headers)
        books = folder.with_suffix(".stats")
        alerts = lines_of(run("scan", "-f", "json", *INTERNAL, "--stats", books, folder).out)
        stats = json.loads(books.read_text(encoding="utf-8"))
        self.assert_balanced(stats)
        self.assertEqual(told(alerts), self.wanted)
        source = next(s for s in stats["sources"] if s["path"].endswith("shipped.out"))
        self.assertEqual(source["format"], name)
        self.assertEqual(source["inside"], ["iis-w3c", "exchange-msgtrk"])
        self.assertEqual(source["records"]["rejected"], {})
        shutil.rmtree(folder)

    def test_every_form(self):
        """In turns with the headers of the logs, and without, as some agents leave them out."""
        self.assertTrue(self.wanted)
        forms = [(name, form) for name, forms in EXPORTS.items() for form in forms]
        for i, (name, form) in enumerate(forms):
            with self.subTest(form.__name__):
                self.check(name, form, headers=i % 2 == 0)


if __name__ == "__main__":
    unittest.main()
