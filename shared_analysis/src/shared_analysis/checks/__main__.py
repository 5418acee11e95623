"""``python -m shared_analysis.checks FILE ...``: what is checked before a commit, so that no secret gets into git."""

from __future__ import annotations

import sys
from pathlib import Path

from shared_analysis.checks.rules_secrets import NEXT_STEP
from shared_analysis.checks.secrets import secrets_in
from shared_analysis.printable import one_line


def main(names: list[str]) -> int:
    """Say where files hold secrets, and never what they are; 1 if any does."""
    found = [
        f"{name}, line {line}: {kind}"
        for name in names
        for line, kind in secrets_in(name, Path(name).read_bytes().decode("utf-8", "replace"))
    ]
    for line in found:
        print(one_line(line))
    if found:
        print(f"Next: {NEXT_STEP}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
