"""What a rule finds, and what a rule is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from inspect import cleandoc
from typing import ClassVar, Literal

from shared_analysis.checks.context import Context


@dataclass(frozen=True)
class Finding:
    """One thing that a rule found.

    ``level`` is ``fault`` for what is wrong and must be put right, ``warning`` for what may well be meant and fails
    nothing, ``gap`` for what is not known or done yet; a gap belongs to the gate by which it must be closed.
    """

    rule: str
    message: str
    where: str
    line: int | None = None
    next_step: str | None = None
    level: Literal["fault", "warning", "gap"] = "fault"
    gate: str | None = None

    @property
    def place(self) -> str:
        """File and line, as a person would say them."""
        return f"{self.where}, line {self.line}" if self.line else self.where


class Rule(ABC):
    """One rule. Its docstring is what a user reads: why it matters and how to put it right.

    An ``id`` is for ever: it is never used again for another rule.
    """

    id: ClassVar[str]
    title: ClassVar[str]

    @property
    def guidance(self) -> str:
        """The rule's docstring as plain paragraphs."""
        return cleandoc(type(self).__doc__ or "")

    def check(self, project: Context) -> list[Finding]:
        """Look at a project and list what is found."""
        return list(self._find(project))

    @abstractmethod
    def _find(self, project: Context) -> Iterable[Finding]: ...

    def found(self, message: str, where: str, line: int | None = None, next_step: str | None = None) -> Finding:
        """Make a finding of this rule that must be put right."""
        return Finding(self.id, message, where, line, next_step)
