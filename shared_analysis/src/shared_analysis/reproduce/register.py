"""A register of certificates: which projects of a programme are proved, by whom, and when."""

from __future__ import annotations

import datetime as dt
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.reproduce.certificate.page import render
from shared_analysis.reproduce.findings import Verdict
from shared_analysis.reproduce.sealed.seal import SEALED, read_seal
from shared_analysis.reproduce.sealed.signature import signer_of
from shared_analysis.yaml_file import UNREADABLE, CopierLoader, parse_yaml
from shared_analysis.yaml_limits import read_signed

_NAMES = ("certificate.yaml", "codecheck.yml", "codecheck.yaml", SEALED)
_STATES = {
    "proved": "The newest certificate says yes, on the project's own data.",
    "twin only": "The newest certificate says yes, but on invented data: the code runs, the results are not proved.",
    "not proved": "The newest certificate says no.",
}


@dataclass(frozen=True)
class Entry:
    """One certificate.

    Parameters
    ----------
    file
        Its path in the folder.
    project, commit, verdict
        What it says.
    synthetic
        Whether it is of invented data.
    who
        Who put their name to it; empty if nobody has.
    day
        The day that they gave it, in ISO order; empty if none.
    signed
        Whether ``who`` was read from a signature that was checked, and not only from the file's words.
    """

    file: str
    project: str
    commit: str
    verdict: Verdict
    synthetic: bool
    who: str
    day: str
    signed: bool = False

    @property
    def state(self) -> str:
        """What it proves."""
        if not self.verdict.passed:
            return "not proved"
        return "twin only" if self.synthetic else "proved"


@dataclass(frozen=True)
class Register:
    """Every certificate of a folder.

    Parameters
    ----------
    entries
        Those that can be read, by project; of one project the newest first.
    faults
        By the path of a file, why it counts for nothing.
    """

    entries: tuple[Entry, ...]
    faults: Mapping[str, str]

    @property
    def newest(self) -> tuple[Entry, ...]:
        """The newest certificate of each project, of one day the worst; one that is signed before any that is not."""
        first: dict[str, Entry] = {}
        for entry in sorted(self.entries, key=lambda entry: not entry.signed):
            first.setdefault(_same(entry.project), entry)
        return tuple(first.values())

    @property
    def headline(self) -> str:
        """How many projects are proved, in a sentence."""
        proved, of = sum(entry.state == "proved" for entry in self.newest), len(self.newest)
        if not of:
            return "No certificate here could be read."
        return f"Projects proved: {proved} of {of}."

    def summary(self) -> str:
        """Say the headline, and where the others stand."""
        states = Counter(entry.state for entry in self.newest)
        others = [f"{states[state]} {state}" for state in ("twin only", "not proved") if states[state]]
        return " ".join([self.headline, *([f"The others: {', '.join(others)}."] if others else [])])

    def html(self) -> str:
        """Make the page: one file, no script, no request; the same certificates give the same text."""
        states = Counter(entry.state for entry in self.newest)
        cards = [(state, states[state], meaning) for state, meaning in _STATES.items()]
        values = {"register": self, "newest": set(self.newest), "states": cards, "synthetic": False}
        meanings = dict.fromkeys(Verdict, "")
        return render("register.html.j2", (), meanings, title="Register of certificates", **values)


def read_register(folder: Path, allowed: Path | None = None) -> Register:
    """Read every certificate below a folder.

    Parameters
    ----------
    folder
        Holds ``certificate.yaml``, ``codecheck.yml`` and ``sealed.yaml``, in folders of any names.
    allowed
        Who may sign; without it nobody's signature counts.

    Raises
    ------
    SharedAnalysisError
        If there is no such folder.
    """
    if not folder.is_dir():
        raise SharedAnalysisError("There is no such folder.", str(folder), "name the one that holds the certificates")
    entries: list[Entry] = []
    faults: dict[str, str] = {}
    for path in sorted(path for name in _NAMES for path in folder.rglob(name)):
        name = path.relative_to(folder).as_posix()
        try:
            if not path.is_file():  # the reader of a pipe waits for ever
                raise SharedAnalysisError("It is not a file.", name)
            entries.append(_read(path, name, allowed))
        except OSError as error:
            faults[name] = f"It cannot be read: {error.strerror}."
        except SharedAnalysisError as error:
            faults[name] = error.what
    return Register(tuple(_in_order(entries)), faults)


def _in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Sort by project, the newest first; what has no day is the oldest, and of one day the worst counts first."""
    worst = list(Verdict)
    by_verdict = sorted(entries, key=lambda entry: (-worst.index(entry.verdict), entry.synthetic, entry.file))
    by_day = sorted(by_verdict, key=lambda entry: entry.day, reverse=True)
    return sorted(by_day, key=lambda entry: _same(entry.project))


def _same(project: str) -> str:
    """Write a project's name so that two that look the same are the same."""
    folded = "".join(sign for sign in unicodedata.normalize("NFKC", project) if sign.isprintable())
    return " ".join(folded.casefold().split())


def _read(path: Path, name: str, allowed: Path | None) -> Entry:
    try:
        text = read_signed(path, "certificate")
    except UnicodeDecodeError:
        raise SharedAnalysisError("It is not text.", name) from None
    if path.name == SEALED:
        return _sealed(path, text, name, allowed)
    try:
        content = parse_yaml(text, CopierLoader)
        about = content["verification"]
        return Entry(
            file=name,
            project=str(content["paper"]["title"]).removesuffix(" (on the synthetic twin)"),
            commit=str(about["commit"]),
            verdict=Verdict(about["verdict"]),
            synthetic=about["data"] == "SYNTHETIC",
            who=", ".join(_names(content.get("codechecker") or [])),
            day=_day(_known(content.get("check_time"))),
        )
    except (KeyError, TypeError, ValueError, AttributeError, *UNREADABLE):
        raise SharedAnalysisError("This version cannot read it as a certificate.", name) from None


def _sealed(path: Path, text: str, name: str, allowed: Path | None) -> Entry:
    if allowed is None:
        raise SharedAnalysisError(
            "It is sealed. To check who signed it, give the list of signers: --signers FILE.", name
        )
    signature = path.with_name(f"{SEALED}.sig")
    if not signature.is_file():
        raise SharedAnalysisError("Its signature, sealed.yaml.sig, is not beside it.", name)
    with tempfile.TemporaryDirectory(prefix="signature-") as folder:
        who = signer_of(text, signature.read_text(encoding="utf-8", errors="replace"), allowed, Path(folder))
    seal = read_seal(text, name)
    return Entry(name, seal.project, seal.commit, seal.verdict, seal.synthetic, who, _day(seal.day), signed=True)


def _names(checkers: Iterable[Mapping[str, Any]]) -> list[str]:
    return [known for checker in checkers if (known := _known(checker.get("name")))]


def _day(text: str) -> str:
    """Take a day of the calendar, and nothing else: any other text would stand before or behind all days."""
    try:
        return dt.date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return ""


def _known(value: object) -> str:
    text = str(value or "")
    return "" if text == "TODO" else text
