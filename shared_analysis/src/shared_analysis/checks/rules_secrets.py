"""Rules on secrets."""

from __future__ import annotations

from collections.abc import Iterator

from shared_analysis.checks.context import Context
from shared_analysis.checks.finding import Finding, Rule
from shared_analysis.checks.secrets import secrets_in

NEXT_STEP = (
    "take it out and put it where git does not look, with `dvc remote modify --local NAME SETTING VALUE` or an "
    "environment variable; if it was ever committed, have it replaced: git never forgets"
)


class NoSecrets(Rule):
    """Whoever can read the repository can use a password, a key or a signed address that is committed with it.

    Keep it in .dvc/config.local, which `dvc remote modify --local` writes and git ignores, or in an environment
    variable. What was ever committed or sent must be replaced by whoever issued it.
    """

    id = "SEC001"
    title = "No file that is committed holds a secret"

    def _find(self, project: Context) -> Iterator[Finding]:
        for name, text in project.texts.items():
            if name.endswith((".lock", ".txt")):  # thousands of hashes, and what the other files say
                continue
            for line, kind in secrets_in(name, text):
                yield self.found(f"The file holds a secret: {kind}.", name, line, NEXT_STEP)
