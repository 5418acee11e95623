"""A lock made on one Python, verified on every other that the project allows.

Each Python that the machine has builds its own environment from the project's requirements.txt and runs the whole
pipeline; a Python that is not here is named as not run.

    python -m benchmarks.interpreters [PROJECT] [--wheels FOLDER]

PROJECT is a project whose dvc.lock is committed; by default the example, whose lock Python 3.11 made. Pythons are found
by name, and among those of pyenv.
"""

from __future__ import annotations

import argparse
import collections
import sys
import tempfile
from pathlib import Path

from benchmarks.project_run import ROOT, as_repository
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.reproduce import Certificate, RunOptions, verify
from shared_analysis.reproduce.run.environment import interpreter

PYTHONS = ("3.11", "3.12", "3.13", "3.14")


def find_python(version: str) -> Path | None:
    """Find a Python of this version."""
    if sys.version.startswith(f"{version}."):
        return Path(sys.executable)
    try:
        return interpreter(version)
    except SharedAnalysisError:
        installed = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python{version}"))
        return installed[-1] if installed else None


def row(version: str, certificate: Certificate | None) -> str:
    """Write what came out on one Python."""
    if certificate is None:
        return f"| {version} | not run: this machine has none | | | |\n"
    counts = collections.Counter(str(finding.verdict) for finding in certificate.outputs)
    how = ", ".join(
        f"{counts[name]} {name}" for name in ("identical", "equivalent", "different", "missing") if counts[name]
    )
    used = certificate.environment
    return f"| {version} | {used['python']} | {used['platform']} | {certificate.verdict} | {how} |\n"


def main() -> int:
    """Verify on each Python, print the table, and end with 1 if an output is different or missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project", nargs="?", type=Path, default=ROOT / "example_project")
    parser.add_argument("--wheels", type=Path, help="a wheelhouse for every one of them")
    given = parser.parse_args()
    wheels = given.wheels.resolve() if given.wheels else None
    certificates: dict[str, Certificate | None] = {}
    with tempfile.TemporaryDirectory() as scratch:
        root = as_repository(given.project.resolve(), Path(scratch) / "project")
        for version in PYTHONS:
            python = find_python(version)
            print(f"{version}: {python}", file=sys.stderr, flush=True)
            options = RunOptions(wheels=wheels, python=str(python), say=_say)
            certificates[version] = python and verify(root, options=options)
    print("| Python | run on | platform | verdict | outputs |\n|---|---|---|---|---|")
    print("".join(row(*pair) for pair in certificates.items()), end="")
    for version, certificate in certificates.items():
        for finding in certificate.outputs if certificate else ():
            if finding.verdict != "identical":
                print(f"\n{version}: {finding.file}: {'; '.join(finding.reasons)}")
    return int(any(certificate and not certificate.verdict.passed for certificate in certificates.values()))


def _say(words: str) -> None:
    print(f"  {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
