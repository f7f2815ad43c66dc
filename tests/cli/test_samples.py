"""Values that `tocsin parse` gives for real logs, where their folder is there."""
import os
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(os.environ.get("TOCSIN_SHARED", "")) / "samples"
RUNNER = pathlib.Path(__file__).resolve().parents[1] / "samples" / "compare.py"

if not FOLDER.is_dir():
    print("skipped: the folder of samples is not there")
    sys.exit(77)
sys.exit(subprocess.run([sys.executable, RUNNER, "--tocsin", os.environ["TOCSIN"], FOLDER],
                        check=False).returncode)
