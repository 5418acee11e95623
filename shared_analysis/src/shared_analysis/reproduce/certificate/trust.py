"""What a certificate says of the code that judged and the code that ran, in words and for programs."""

from __future__ import annotations

from typing import Any

from shared_analysis.reproduce.judge.grounds import Ground
from shared_analysis.reproduce.judge.package import Provenance
from shared_analysis.wording import listed


def said_of_verifier(provenance: Provenance) -> str:
    """Say which verifier judged, and what is known of it."""
    verifier = provenance.verifier
    wheel = provenance.known.wheel if provenance.known else verifier.wheel
    of_wheel = f", SHA-256 of its wheel {wheel}" if wheel else ""
    words = [f"The verifier is shared-analysis {verifier.version} (SHA-256 of its files {verifier.digest}{of_wheel})."]
    if verifier.source:
        words.append("It runs from a folder of source (an editable installation), and is no release.")
    elif provenance.known:
        words.append(f"It has the files of the known release {provenance.known.version}.")
    else:
        words.append("No verifier can vouch for itself: compare its SHA-256 with the one that its release states.")
    if verifier.contents.faults:
        words.append(f"Its files are not as they were installed: {listed(verifier.contents.faults, most=3)}.")
    if provenance.inside:
        words.append("It lies in the repository that it verifies: a reviewer's own lies outside.")
    return " ".join(words)


def said_of_packages(provenance: Provenance) -> str:
    """Say which analysis package the project brings along, and what is known of it."""
    if not provenance.packages:
        return "The project brings no analysis package of the template along."
    parts = []
    for package in provenance.packages:
        sha256 = f" (SHA-256 {package.sha256})" if package.sha256 else ""
        parts.append(f"The project's analysis package is {package.file}{sha256}. {package.words}")
    return " ".join(parts)


def entries_of(provenance: Provenance) -> dict[str, Any]:
    """Write it for programs."""
    verifier, known = provenance.verifier, provenance.known
    return {
        "verifier": {
            "version": verifier.version,
            "files_sha256": verifier.digest,
            "wheel_sha256": known.wheel if known else verifier.wheel,
            "release": known.version if known else None,
            "editable": verifier.source,
            "faults": list(verifier.contents.faults),
        },
        "package": [
            {"file": one.file, "sha256": one.sha256, "standing": str(one.standing), "words": one.words}
            for one in provenance.packages
        ],
    }


def ground_entry(ground: Ground) -> dict[str, Any]:
    """Write one file or folder for programs."""
    digests, since = ground.digests, ground.since
    entry: dict[str, Any] = {"file": ground.file, "kind": ground.kind, "sha256": digests.sha256 if digests else None}
    entry["size"] = digests.size if digests else None
    if digests and digests.files is not None:
        entry["files"] = len(digests.files)
    if since:
        entry["since"] = {"commit": since.commit, "day": since.day, "or_earlier": since.or_earlier}
    return entry
