"""Many threads on small blocks: no race (ThreadSanitizer ends the program), and the same alerts."""
import unittest

from harness import Case, finals, lines_of, run, simulate


class Races(Case):
    def test_scan_and_parse_with_many_threads(self):
        simulate(self.folder)
        reference = None
        for jobs, block in (("1", "1M"), ("4", "4K"), ("8", "16K")):
            done = run("scan", "-f", "json", "--internal", "10.0.0.0/8", "--jobs", jobs,
                       "--block-size", block, self.folder / "logs", check=1, timeout=600)
            ids = [a["event"]["id"] for a in finals(lines_of(done.out))]
            reference = reference or ids
            self.assertEqual(ids, reference)
        done = run("parse", "--jobs", "4", "--block-size", "16K", self.folder / "logs/EX01", check=0,
                   timeout=600)
        self.assertGreater(len(done.out.splitlines()), 1000)


if __name__ == "__main__":
    unittest.main(verbosity=2)
