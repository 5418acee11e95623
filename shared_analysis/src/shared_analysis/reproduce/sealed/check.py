"""A sealed certificate held to a commit by somebody without data: who signed it, of what, and does the twin agree?"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shared_analysis.errors import CheckFailed, SharedAnalysisError
from shared_analysis.reproduce.commit.checkout import find_source
from shared_analysis.reproduce.run.options import DEFAULTS, RunOptions
from shared_analysis.reproduce.sealed.seal import Seal, read_seal
from shared_analysis.reproduce.sealed.signature import signer_of
from shared_analysis.reproduce.twin import TwinRun, run_twin
from shared_analysis.yaml_limits import read_signed


@dataclass(frozen=True)
class SealedProof:
    """What is known of a commit without its data.

    Parameters
    ----------
    seal
        What the data holder signed.
    signer
        Who that is, by the list of allowed signers.
    twin
        The commit's run on its twin, made here.
    """

    seal: Seal
    signer: str
    twin: TwinRun

    @property
    def passed(self) -> bool:
        """Whether the holder found the results to come from the commit and its data, and the twin agrees."""
        certificate = self.twin.certificate
        return self.seal.verdict.passed and certificate is not None and certificate.verdict.passed

    def summary(self) -> str:
        """Say yes or no, and on whose word, in a few sentences."""
        day = f" on {self.seal.day}" if self.seal.day else ""
        held = f"{self.signer} ran the commit where the data is{day}, and signed: {self.seal.verdict}."
        certificate = self.twin.certificate
        here = certificate.summary() if certificate else "Nothing is recorded of the twin to compare with."
        answer = "Yes" if self.passed else "No"
        word = "You have not seen the data: that part is the signer's word."
        return f"{answer}. {held} The twin, run here: {here} {word}"


@contextmanager
def check_seal(
    root: Path, sealed: Path, allowed: Path, revision: str = "HEAD", options: RunOptions = DEFAULTS
) -> Iterator[SealedProof]:
    """Check who signed a sealed certificate and that it is of this commit; then run the commit on its twin.

    Parameters
    ----------
    root
        A project, in a clone of its git repository.
    sealed
        The sealed certificate; its signature is the file beside it, with ``.sig`` added.
    allowed
        The reviewer's own list of who may sign, see :func:`signer_of`.
    revision, options
        As for ``verify``.

    Yields
    ------
    SealedProof
        What is known of the commit; the twin's workspace is still there.

    Raises
    ------
    CheckFailed
        If it was signed by nobody who may, was changed afterwards, or is of another commit, or of the twin.
    SharedAnalysisError
        If it could not be checked: a file is missing, or the commit cannot be run on its twin.
    """
    signature = sealed.with_name(f"{sealed.name}.sig")
    text = _read(sealed)
    with tempfile.TemporaryDirectory(prefix="signature-") as folder:
        signer = signer_of(text, _read(signature), allowed, Path(folder))
    seal = read_seal(text, str(sealed))
    commit = find_source(root, revision).commit
    if seal.commit != commit:
        raise CheckFailed(
            "The certificate is of another commit than yours.",
            f"{seal.commit[:10]} is signed, {commit[:10]} is yours",
            f"check the signed one: shared-analysis verify {seal.commit[:10]} --sealed {sealed.name}",
        )
    if seal.synthetic:
        raise CheckFailed(
            "The certificate is of invented data: it says nothing about the published results.",
            str(sealed),
            "ask the data holder to run `shared-analysis verify --seal KEY` on the data, without --twin",
        )
    with run_twin(root, revision, options) as twin:
        yield SealedProof(seal, signer, twin)


def _read(path: Path) -> str:
    try:
        return read_signed(path, "sealed certificate")
    except FileNotFoundError:
        raise SharedAnalysisError(
            "There is no such file.", str(path), "a sealed certificate is two files: sealed.yaml and sealed.yaml.sig"
        ) from None
    except UnicodeDecodeError:
        raise SharedAnalysisError("This is no sealed certificate.", str(path), "ask the signer for it again") from None
