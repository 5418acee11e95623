"""What a run of a notebook imports into the process that starts it: each module here takes up to a second a stage."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import sys
from shared_analysis.notebooks.run import _spare_imports
_spare_imports()
import papermill.execute
heavy = {"pyarrow", "pandas", "numpy", "matplotlib", "lark"} & set(sys.modules)
assert not heavy, heavy
import pyarrow.fs  # what was spared is there for who asks
assert pyarrow.fs.LocalFileSystem
"""


def test_a_run_starts_without_what_only_its_notebook_needs() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
